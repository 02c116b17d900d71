// Shows what came of a recount. Every sentence stands in the page, translated: the script only picks.

const MOST_SHOWN = 12;

const grouped = (print) => (print.match(/.{1,4}/g) || []).join(" ");

/** @param {Element} root the part of the page with one [data-state] for each state */
export function present(root, state, values = {}) {
  for (const part of root.querySelectorAll("[data-state]")) part.hidden = part.dataset.state !== state;
  fill(root, values);
}

/** Writes values into the places named after them. */
export function fill(root, values) {
  for (const [name, value] of Object.entries(values))
    for (const place of root.querySelectorAll(`[data-value=${name}]`)) place.textContent = value;
}

/** Shows one of the sentences of a kind, by its code: [data-trouble=network]. The last one is for codes unknown. */
function pick(root, kind, code) {
  const sentences = [...root.querySelectorAll(`[data-${kind}]`)];
  const wanted = sentences.find((one) => one.dataset[kind] === code) || sentences[sentences.length - 1];
  for (const one of sentences) one.hidden = one !== wanted;
}

/** @param {object} answer of recount.js */
export function presentAnswer(root, answer) {
  if (answer.error) {
    pick(root, "trouble", answer.error);
    present(root, "error", { file: answer.file });
    return;
  }
  const { ballots, winners, fingerprint, box, differences, isSame, isWhole } = answer;
  const isSecret = differences.some(({ code }) => code === "secret");
  present(root, isSame ? "same" : isSecret ? "secret" : "differs", {
    ballots,
    winners,
    rules: grouped(fingerprint),
    box: grouped(box),
  });
  for (const part of root.querySelectorAll("[data-from-totals]")) part.hidden = isWhole;
  if (!isSame && !isSecret) listDifferences(root, differences);
}

function listDifferences(root, differences) {
  const list = root.querySelector("[data-differences]");
  const sentences = root.querySelector("template").content.querySelectorAll("[data-difference]");
  const known = new Map([...sentences].map((item) => [item.dataset.difference, item]));
  const shown = new Map(differences.map((one) => [`${one.code} ${one.project || one.file || ""}`, one]));
  const items = [...shown.values()].slice(0, MOST_SHOWN).map(({ code, project, file }) => {
    const item = known.get(code).cloneNode(true);
    fill(item, { project, file });
    return item;
  });
  list.replaceChildren(...items);
  root.querySelector("[data-more]").hidden = shown.size <= MOST_SHOWN;
}
