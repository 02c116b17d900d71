// The recount page: fetches the published files and counts them beside the page.

import { NAMES } from "./reader.js";
import { answer } from "./recount.js";
import { present, presentAnswer } from "./states.js";

const root = document.getElementById("recount");

async function fetched() {
  const files = new Map();
  for (const name of NAMES) {
    present(root, "fetching", { name });
    const response = await fetch(root.dataset.files + name, { cache: "no-cache" }).catch(() => null);
    if (response && response.ok) files.set(name, new Uint8Array(await response.arrayBuffer()));
    // A file that is not there may be one that is not published; the reader knows.
    else if (!response || response.status !== 404) return { error: "network", file: name };
  }
  return { files };
}

/** In a worker, or in the page itself where a browser has none for modules. */
function counted(files) {
  return new Promise((resolve) => {
    try {
      const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
      worker.onmessage = ({ data }) => {
        worker.terminate();
        resolve(data);
      };
      worker.onerror = () => {
        worker.terminate();
        resolve(answer(files));
      };
      worker.postMessage(files);
    } catch {
      resolve(answer(files));
    }
  });
}

async function recountNow() {
  const { files, error, file } = await fetched();
  if (error) return presentAnswer(root, { error, file });
  present(root, "counting");
  presentAnswer(root, await counted(files));
  root.querySelector("[data-state]:not([hidden]) h2").focus();
}

for (const button of root.querySelectorAll("[data-start]")) button.addEventListener("click", recountNow);
present(root, "idle");
