// Counts beside the page, so that the page stays alive.

import { recount } from "./recount.js";

onmessage = ({ data }) => {
  try {
    postMessage(recount(data));
  } catch (error) {
    postMessage({ error: error.code || "fault", file: error.file || "" });
  }
};
