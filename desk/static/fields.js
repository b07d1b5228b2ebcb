// The form of a claim: fields filled from what the server read, and read back for it.

import { element } from "./text.js";

const form = document.getElementById("form");
const passages = document.getElementById("passages");
const named = (name) => form.elements.namedItem(name);
const LISTS = ["saidBy", "records"];
const TOLD = ["label", "comment"];
const TEXTS = ["voice", "confidence", "number", "mention", "because", "readings", "facts"];
let other = "";
let say = (key) => key;

export function speak(words) {
  say = words;
}

export function fill(read) {
  for (const key of TOLD) for (const tag of ["zh", "en"]) named(`${key}.${tag}`).value = read[key]?.[tag] ?? "";
  for (const key of LISTS) named(key).value = (read[key] ?? []).join(" ");
  for (const key of TEXTS) named(key).value = read[key] ?? "";
  other = read.other ?? "";
  passages.replaceChildren();
  for (const passage of read.passages ?? []) add(passage);
}

export function add(passage) {
  const quotes = [passage.quote ?? []].flat();
  const number = passages.children.length + 1;
  const words = element("textarea", { rows: Math.max(quotes.length, 2), value: quotes.join("\n"), lang: "zh-Hans" });
  words.setAttribute("aria-label", say("words", { n: number }));
  words.className = "quoted";
  const section = element("input", { type: "text", value: passage.inSection ?? "", className: "in-section" });
  const line = element("input", { type: "text", value: [passage.line ?? []].flat().join(" "), className: "line" });
  const drop = element("button", { type: "button", className: "plain" }, "×");
  drop.setAttribute("aria-label", `${say("drop")} ${number}`);
  const made = element(
    "div",
    { className: "passage" },
    words,
    element("div", { className: "row" }, element("label", {}, `${say("section")} `, section), element("label", {}, `${say("line")} `, line), drop),
  );
  drop.addEventListener("click", () => {
    made.remove();
    form.dispatchEvent(new Event("input"));
  });
  passages.append(made);
}

function passage(made) {
  const quotes = made.querySelector(".quoted").value.split("\n").filter(Boolean);
  const section = made.querySelector(".in-section").value.trim();
  const lines = made.querySelector(".line").value.split(/\s+/).filter(Boolean);
  const read = { quote: quotes.length === 1 ? quotes[0] : quotes };
  if (section) read.inSection = section;
  if (lines.length) read.line = lines.length === 1 ? lines[0] : lines;
  return read;
}

export function read() {
  const found = { other, passages: [...passages.children].map(passage) };
  for (const key of TOLD) {
    found[key] = {};
    for (const tag of ["en", "zh"]) {
      const value = named(`${key}.${tag}`).value.trim();
      if (value) found[key][tag] = value;
    }
  }
  for (const key of LISTS) found[key] = named(key).value.split(/[\s,]+/).filter(Boolean);
  for (const key of TEXTS) found[key] = named(key).value;
  return found;
}
