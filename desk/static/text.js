// The text on the left: sentences one can walk through, stretches that are lit.

const box = document.getElementById("text");
let runs = []; // {node, at, size}: a text node and the source offsets (code points) it shows
let sentences = [];

const element = (name, properties = {}, ...children) => {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
};

export function show(leaves) {
  const kept = current();
  runs = [];
  sentences = [];
  box.replaceChildren(...leaves.map(section));
  if (sentences[kept]) sentences[kept].tabIndex = 0;
}

function section(leaf) {
  const made = element("div", { className: "leaf" });
  if (leaf.title) made.append(element("h2", {}, leaf.title));
  for (const paragraph of leaf.paragraphs) made.append(element("p", {}, ...paragraph.map(sentence)));
  return made;
}

function sentence(told) {
  const made = element("span", { className: told.bare ? "sentence bare" : "sentence", tabIndex: -1 });
  made.dataset.index = sentences.length;
  sentences.push(made);
  for (const run of told.runs) {
    const node = document.createTextNode(run.text);
    const part = element("span", { className: "run" }, node);
    if (run.claims.length) part.classList.add("claimed");
    if (run.proposals.length) part.classList.add("proposed");
    part.dataset.claims = run.claims.join(" ");
    part.dataset.proposals = run.proposals.join(" ");
    runs.push({ node, at: run.at, size: [...run.text].length });
    made.append(part);
  }
  return made;
}

// Which sentence the keyboard is at.
export function current() {
  const found = document.activeElement?.closest?.(".sentence");
  return found ? Number(found.dataset.index) : sentences.findIndex((each) => each.tabIndex === 0);
}

export function walk(step) {
  go(Math.min(Math.max(current() + step, 0), sentences.length - 1));
}

export function go(index) {
  if (!sentences[index]) return;
  for (const each of sentences) each.tabIndex = -1;
  sentences[index].tabIndex = 0;
  sentences[index].focus();
  sentences[index].scrollIntoView({ block: "nearest" });
  const start = document.createRange();
  start.selectNodeContents(sentences[index]);
  start.collapse(true);
  getSelection().removeAllRanges();
  getSelection().addRange(start);
}

export function back() {
  go(Math.max(current(), 0));
}

// The claims or proposals of the present sentence, in the order in which they begin.
export function here(kind) {
  const found = sentences[current()];
  const named = found ? [...found.querySelectorAll(".run")].flatMap((r) => r.dataset[kind].split(" ")) : [];
  return [...new Set(named.filter(Boolean))];
}

// What is selected in the text, or the present sentence.
export function words(sentenceToo = true) {
  const chosen = getSelection();
  const inside = chosen.rangeCount && box.contains(chosen.getRangeAt(0).commonAncestorContainer);
  const text = inside ? chosen.toString().replace(/\s*\n\s*/g, "").trim() : "";
  if (text) return text;
  return sentenceToo && sentences[current()] ? sentences[current()].textContent.trim() : "";
}

export function extend(direction) {
  getSelection().modify("extend", direction, "character");
}

// Lights stretches [[start, end], …] of the source under a name of the stylesheet.
export function light(name, spans) {
  if (!globalThis.CSS?.highlights) return;
  const ranges = spans.flatMap(([start, end]) => runs.map((run) => part(run, start, end)).filter(Boolean));
  CSS.highlights.set(name, new Highlight(...ranges));
}

function part({ node, at, size }, start, end) {
  const from = Math.max(start, at);
  const to = Math.min(end, at + size);
  if (from >= to) return null;
  const letters = [...node.data];
  const units = (count) => letters.slice(0, count).join("").length;
  const range = document.createRange();
  range.setStart(node, units(from - at));
  range.setEnd(node, units(to - at));
  return range;
}

export function reveal(offset) {
  const run = runs.find(({ at, size }) => at <= offset && offset < at + size);
  const found = run?.node.parentElement.closest(".sentence");
  if (!found) return;
  for (const each of sentences) each.tabIndex = -1;
  found.tabIndex = 0;
  found.scrollIntoView({ block: "center" });
}

export { element };
