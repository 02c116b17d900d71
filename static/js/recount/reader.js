// The published files, read strictly: what is not as the town's program writes it is said, not guessed.

import { sha256 } from "./sha256.js";

export const NAMES = ["SHA256SUMS", "manifest.json", "result.json", "projects.csv", "ballots.csv"];
// The second one says more of who may vote, and where projects lie, which no count reads.
const CHARTERS = ["pacto-participe/charter/1", "pacto-participe/charter/2"];
const RESULT = "pacto-participe/result/1";

/** Why the files cannot be read: a code for the sentence, and the name of the file. */
export class Unreadable extends Error {
  constructor(code, file = "") {
    super(code);
    Object.assign(this, { code, file });
  }
}

/**
 * @param {Map<string, Uint8Array>} files by name; ballots.csv is not published for a small vote
 * @returns {{fingerprint: string, election: Election, parameters: object, rows: ?Row[], box: ?string,
 *   lot: ?string, result: object, differing: string[]}}  differing: files that SHA256SUMS does not describe
 */
export function readPublication(files) {
  const manifest = json(files, "manifest.json");
  const result = json(files, "result.json");
  if (!CHARTERS.includes(manifest.format)) throw new Unreadable("format", "manifest.json");
  if (result.format !== RESULT) throw new Unreadable("format", "result.json");
  const election = electionOf(manifest);
  const told = sumsOf(files);
  // A small vote publishes no ballots; a larger one lists them.
  if (told.has("ballots.csv")) bytesOf(files, "ballots.csv");
  const ballots = files.has("ballots.csv") ? ballotsOfCsv(textOf(files, "ballots.csv")) : null;
  const completion = result.lot.completion;
  return {
    fingerprint: sha256(files.get("manifest.json")),
    election,
    parameters: manifest.count,
    rows: ballots && rowsOf(ballots, election),
    box: ballots && boxFingerprint(ballots.contents),
    lot: completion === null ? null : `${manifest.lot.seed}:${completion}`,
    result,
    differing: [...files.keys()].filter((name) => name !== "SHA256SUMS" && told.get(name) !== sha256(files.get(name))),
  };
}

function bytesOf(files, name) {
  if (!files.has(name)) throw new Unreadable("missing", name);
  return files.get(name);
}

function textOf(files, name) {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytesOf(files, name));
  } catch (error) {
    throw error instanceof Unreadable ? error : new Unreadable("damaged", name);
  }
}

function json(files, name) {
  try {
    return JSON.parse(textOf(files, name));
  } catch (error) {
    throw error instanceof Unreadable ? error : new Unreadable("damaged", name);
  }
}

/** Whole centimes; JSON numbers above 2**53 would have lost some. */
function cents(value) {
  if (!Number.isSafeInteger(value) || value < 0) throw new Unreadable("damaged", "manifest.json");
  return BigInt(value);
}

function electionOf({ projects, budget_cents }) {
  const options = projects.map((project) => ({
    id: project.key,
    number: project.number,
    cost: cents(project.cost_cents),
    group: project.group,
    district: project.area,
    withdrawn: project.withdrawn,
  }));
  return { options, budget: cents(budget_cents), unit: 100n };
}

/** @returns {{reading: string, contents: Map<string, number>}} how many ballots have each content */
function ballotsOfCsv(text) {
  const [header, ...lines] = text.split("\n");
  const [first, reading] = header.split(",");
  if (first !== "ballot" || !["approvals", "points", "ranking"].includes(reading) || lines.pop() !== "")
    throw new Unreadable("damaged", "ballots.csv");
  const contents = new Map();
  lines.forEach((line, place) => {
    // A number, then the content, in quotation marks when it holds a comma.
    const found = /^(\d+),(?:"((?:[^"]|"")*)"|([^",]*))$/.exec(line);
    if (!found || found[1] !== String(place + 1)) throw new Unreadable("damaged", "ballots.csv");
    const content = found[2] === undefined ? found[3] : found[2].replace(/""/g, '"');
    contents.set(content, (contents.get(content) || 0) + 1);
  });
  return { reading, contents };
}

function rowsOf({ reading, contents }, { options }) {
  const places = new Map(options.map(({ id }, index) => [id, index]));
  const rows = [];
  for (const [content, weight] of contents) {
    const items = content === "" ? [] : content.split(",");
    const pairs = items.map((item) => (reading === "points" ? /^(.+):([1-9]\d*)$/.exec(item) : [item, item, "1"]));
    const chosen = pairs.map((pair) => pair && places.get(pair[1]));
    const isWhole = chosen.every((index) => index !== undefined && index !== null);
    if (!isWhole || new Set(chosen).size !== chosen.length) throw new Unreadable("damaged", "ballots.csv");
    const marks = reading === "points" ? pairs.map((pair) => Number(pair[2])) : null;
    rows.push({ options: chosen, marks, weight });
  }
  return rows;
}

/** Texts in the order of their characters; JavaScript's own order differs beyond the first 65536. */
function byCharacters(one, other) {
  const [left, right] = [Array.from(one), Array.from(other)];
  for (let i = 0; i < Math.min(left.length, right.length); i++)
    if (left[i] !== right[i]) return left[i].codePointAt(0) - right[i].codePointAt(0);
  return left.length - right.length;
}

/** SHA-256 of the ballots sorted by content, one a line: the same however they came. */
function boxFingerprint(contents) {
  const lines = [...contents.keys()].sort(byCharacters).map((content) => `${content}\n`.repeat(contents.get(content)));
  return sha256(new TextEncoder().encode(lines.join("")));
}

/** The fingerprint of each file, as SHA256SUMS tells. */
function sumsOf(files) {
  const told = new Map();
  for (const line of textOf(files, "SHA256SUMS").split("\n")) {
    const found = /^([0-9a-f]{64}) {2}(\S+)$/.exec(line);
    if (found) told.set(found[2], found[1]);
  }
  return told;
}
