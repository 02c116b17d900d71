// The recount as one file that works from disk: the files are chosen, and nothing is fetched.

import { NAMES } from "./reader.js";
import { answer } from "./recount.js";
import { present, presentAnswer } from "./states.js";

/** Beside the page, in a worker made of this very script; in the page where a browser forbids that. */
function countedBeside(files, source) {
  return new Promise((resolve) => {
    const here = () => setTimeout(() => resolve(answer(files)), 50);
    try {
      const worker = new Worker(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = here;
      worker.postMessage(files);
    } catch {
      here();
    }
  });
}

async function filesOf(chosen) {
  const files = new Map();
  for (const file of chosen) if (NAMES.includes(file.name)) files.set(file.name, new Uint8Array(await file.arrayBuffer()));
  return files;
}

function begin() {
  const root = document.getElementById("recount");
  const source = document.currentScript.textContent;
  for (const chooser of root.querySelectorAll("input[type=file]"))
    chooser.addEventListener("change", async () => {
      present(root, "counting");
      presentAnswer(root, await countedBeside(await filesOf(chooser.files), source));
      chooser.value = "";
      root.querySelector("[data-state]:not([hidden]) h2").focus();
    });
  present(root, "idle");
}

if (typeof document === "undefined") onmessage = ({ data }) => postMessage(answer(data));
else begin();
