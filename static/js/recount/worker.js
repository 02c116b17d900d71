// Counts beside the page, so that the page stays alive.

import { answer } from "./recount.js";

onmessage = ({ data }) => postMessage(answer(data));
