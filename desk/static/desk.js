// One article on the desk: the queue of proposals, the form, the decisions.

import * as fields from "./fields.js";
import * as offers from "./offers.js";
import * as text from "./text.js";

const find = (id) => document.getElementById(id);
const spoken = JSON.parse(find("spoken").textContent);
const say = (key, values = {}) => (spoken[key] ?? key).replace(/\{(\w+)\}/g, (_, name) => values[name]);
const here = location.pathname;
const window_ = crypto.randomUUID().slice(0, 8);
const form = find("form");
const source = form.elements.namedItem("text");
let state = null;
let item = null; // {kind: "proposal" | "claim" | "fresh" | "parted", index, count, before, proposals, since}
let asked = 0;
const REST = 400; // milliseconds without a key until the whole article is judged
let resting = 0;

async function call(path, sent) {
  const options = { headers: { Accept: "application/json" } };
  if (sent) Object.assign(options, { method: "POST", body: JSON.stringify(sent) });
  if (sent) options.headers["Content-Type"] = "application/json";
  let answer;
  try {
    answer = await fetch(`${here}/${path}`, options);
  } catch {
    complain(say("lost"));
    throw new Error("no answer");
  }
  const told = await answer.json();
  if (answer.ok) return told;
  // What stands now is shown first: whoever saves again rests on it.
  if (answer.status === 409 && path !== "state") show(await call("state"));
  complain(answer.status === 409 ? `${say("late")} (${told.what})` : [told.what, told.remedy].filter(Boolean).join(" — "));
  throw new Error(told.what);
}

function complain(words) {
  find("problem").textContent = words;
  find("problem").hidden = !words;
}

// ---- what stands

function show(found) {
  state = found;
  text.show(found.leaves);
  const median = found.figures.seconds;
  const badge = (words) => text.element("span", { className: "badge" }, words);
  find("state").replaceChildren(
    badge(say("bare", { n: found.bare, m: found.sentences })),
    badge(say("waiting", { n: found.proposals.length })),
    badge(say("claims", { n: found.claims.length })),
    text.element("span", { id: "verdict" }),
    ...(median === null ? [] : [badge(say("seconds", { n: median }))]),
  );
  find("undo").disabled = !found.undoable;
  find("claims").replaceChildren(...found.claims.map(row));
  find("next").disabled = !found.proposals.length;
  verdict(found);
}

// What the build says of all claims; after a decision that follows when the whole article was judged.
function verdict(found) {
  const errors = found.findings.length;
  const told = errors ? say("errors", { n: errors }) : say(found.whole ? "proven" : "judging");
  find("verdict").className = `badge${errors ? " warn" : found.whole ? " ok" : ""}`;
  find("verdict").textContent = told;
  const wrong = new Set(found.findings.map((f) => f.index));
  [...find("claims").children].forEach((made, index) => made.classList.toggle("wrong", wrong.has(index)));
  if (!found.whole) rest(() => item || entire());
}

async function entire() {
  const found = await call("verdict");
  if (found.revision === state.revision) verdict(found);
}

function rest(work) {
  clearTimeout(resting);
  resting = setTimeout(() => attempt(work), REST);
}

function row(claim) {
  const tongue = document.documentElement.lang.startsWith("zh") ? "zh" : "en";
  const label = claim.label[tongue] ?? claim.label.zh;
  const button = text.element("button", { type: "button", className: "link" }, label || claim.quote || say("claim", { n: claim.index + 1 }));
  button.addEventListener("click", () => edit(claim.index));
  const made = text.element("li", {}, button);
  made.value = claim.index + 1;
  if (claim.voice) made.append(" ", text.element("span", { className: `badge voice ${claim.voice.slice(2)}` }, claim.called[tongue]));
  return made;
}

// ---- what is on the desk

function open_(made, read, title, rule = "") {
  offers.hide();
  complain("");
  item = { count: 0, proposals: [], before: "", ...made, since: performance.now() };
  find("what").textContent = title;
  find("rule").textContent = rule;
  fields.fill(read.form ?? {});
  source.value = read.text;
  view(read.form ? "fields" : "text");
  for (const [id, kind] of [["reject", "proposal"], ["split", "claim"], ["merge", "claim"], ["remove", "claim"]]) find(id).hidden = item.kind !== kind;
  find("parting").hidden = true;
  // What was said of another claim is not said of this one.
  for (const id of ["findings", "ends"]) find(id).replaceChildren();
  form.hidden = false;
  item.opened = pristine();
  return judge();
}

const pristine = () => JSON.stringify([item.view, item.view === "fields" ? fields.read() : source.value]);

function view(name) {
  item.view = name;
  find("fields").hidden = name !== "fields";
  find("source").hidden = name === "fields";
  find("as-fields").setAttribute("aria-pressed", String(name === "fields"));
  find("as-text").setAttribute("aria-pressed", String(name !== "fields"));
}

async function turn(name) {
  if (!item || item.view === name) return;
  if (name === "text") {
    source.value = (await call("judge", order("judge"))).text;
  } else {
    const read = await call("read", { text: source.value });
    if (!read.form) return complain(say("one"));
    fields.fill(read.form);
  }
  view(name);
}

async function propose(proposal) {
  const index = place(proposal.start);
  text.reveal(proposal.start);
  const read = await call("read", { text: proposal.claim.replace(/^- /, "  ") });
  await open_({ kind: "proposal", index, proposals: [proposal.id], before: read.text }, read, say("proposal", { kind: proposal.kind }), proposal.rule);
}

// Claims stand in the order of the text: a new one goes before the first that begins later.
function place(start) {
  const begins = new Map();
  for (const run of state.leaves.flatMap((l) => l.paragraphs.flat()).flatMap((s) => s.runs)) {
    for (const claim of run.claims) begins.set(claim, Math.min(begins.get(claim) ?? Infinity, run.at));
  }
  const later = state.claims.map((c) => c.index).filter((i) => begins.has(i) && begins.get(i) > start);
  return later.length ? Math.min(...later) : state.claims.length;
}

async function step(by) {
  if (!state.proposals.length) return complain(say("none"));
  const now = item?.kind === "proposal" ? state.proposals.findIndex((p) => p.id === item.proposals[0]) : by > 0 ? -1 : 0;
  const count = state.proposals.length;
  await propose(state.proposals[(now + by + count) % count]);
}

async function edit(index) {
  const read = await call(`entry?index=${index}`);
  await open_({ kind: "claim", index, count: 1, before: read.text, facts: read.facts }, read, say("claim", { n: index + 1 }));
  const first = item.spans?.[0];
  if (first) text.reveal(first[0]);
}

async function fresh() {
  const quote = text.words();
  const chosen = [...document.querySelectorAll(".run")].find((r) => getSelection().containsNode(r, true));
  const run = chosen && state.leaves.flatMap((l) => l.paragraphs.flat()).flatMap((s) => s.runs)[[...document.querySelectorAll(".run")].indexOf(chosen)];
  const last = item ? fields.read() : {};
  const read = { passages: quote ? [{ quote }] : [], voice: last.voice, saidBy: last.saidBy, confidence: last.confidence || "c:confidence-high", facts: "- id: " };
  await open_({ kind: "fresh", index: run ? place(run.at) : state.claims.length }, { form: read, text: "" }, say("fresh"));
  form.elements.namedItem("label.zh").focus();
}

// ---- what the build says

function order(action) {
  const sent = { action, revision: state.revision, window: window_, index: item.index, count: item.count, proposals: item.proposals };
  sent.seconds = Math.round((performance.now() - item.since) / 100) / 10;
  if (item.view === "fields") Object.assign(sent, { form: fields.read(), before: item.before });
  else sent.text = source.value;
  return sent;
}

// The claim itself is judged at once; the rules of the whole article answer when the keys rest.
async function judge(whole = false) {
  const turn_ = ++asked;
  clearTimeout(resting);
  if (!whole) form.setAttribute("aria-busy", "true");
  let told;
  try {
    told = await call("judge", { ...order("judge"), whole });
  } catch (error) {
    told = { findings: [{ what: error.message, remedy: "" }], elsewhere: [], links: [], spans: [], missing: [], whole: true };
    complain("");
  }
  if (turn_ !== asked || !item) return;
  item.spans = told.spans;
  const mine = told.findings.map((f) => text.element("li", { className: "bad" }, [f.what, f.remedy].filter(Boolean).join(" — ")));
  const others = told.elsewhere.map((f) => text.element("li", {}, say("elsewhere", f)));
  const good = told.whole ? { className: "good", words: say("fine") } : { className: "waiting", words: say("sofar") };
  find("findings").replaceChildren(...(mine.length ? mine : [text.element("li", { className: good.className }, good.words)]), ...others);
  if (!told.whole) rest(() => item && judge(true));
  find("ends").replaceChildren(...told.links.map(link), ...(told.links.length ? [] : [text.element("li", {}, say("noends"))]));
  lacking(told.missing);
  text.light("quoted", told.spans);
  text.light("starts", told.links.flatMap((l) => l.start.flatMap((e) => e.runs)));
  text.light("ends", told.links.flatMap((l) => l.end.flatMap((e) => e.runs)));
  form.setAttribute("aria-busy", "false");
}

// ---- what nobody has registered

function lacking(found) {
  find("missing").hidden = !found.length;
  const shown = [...find("rows").children].map((row) => row.dataset.name);
  // What is being typed into a row stays while the claim is judged again.
  if (JSON.stringify(shown) === JSON.stringify(found.map((m) => m.name))) return;
  find("rows").replaceChildren(...found.map(thing));
}

function thing(told) {
  const made = text.element("div", { className: "thing" });
  made.dataset.name = told.name;
  for (const key of ["name", "zh", "of", "en"]) {
    const input = text.element("input", { type: "text", value: told[key] });
    input.dataset.key = key;
    made.append(text.element("label", {}, `${say(key)} `, input));
  }
  const near = told.same ? [{ name: told.same, why: say("same") }, ...told.near] : told.near;
  const seen = new Set();
  for (const { name, why } of near.filter((n) => !seen.has(n.name) && seen.add(n.name)).slice(0, 5)) {
    const use = text.element("button", { type: "button", className: "plain" }, say("use", { name, why }));
    use.addEventListener("click", () => rename(told.name, name));
    made.append(use);
  }
  return made;
}

// A thing goes by another name in the whole claim.
function rename(from, to) {
  const word = new RegExp(`${from.replace(/[-:]/g, "\\$&")}(?![\\w-])`, "g");
  for (const input of form.querySelectorAll("#fields input, #fields textarea, #source textarea")) {
    input.value = input.value.replace(word, to);
  }
  return judge();
}

async function register() {
  if (!item || find("missing").hidden) return;
  const rows = [...find("rows").children].map((row) => {
    const read = Object.fromEntries([...row.querySelectorAll("input")].map((i) => [i.dataset.key, i.value.trim()]));
    return { from: row.dataset.name, read };
  });
  for (const { from, read } of rows) if (read.name !== from) await rename(from, read.name);
  const { added } = await call("register", { rows: rows.map((r) => r.read), window: window_ });
  find("state").append(text.element("span", { className: "badge ok" }, say("registered", { names: added.join(", ") })));
  await judge();
  find("save").focus();
}

function link(told) {
  const words = (ends) => ends.map((e) => e.words).join("、") || say("unnamed");
  const made = text.element("li", {}, text.element("mark", { className: "start", lang: "zh-Hans" }, words(told.start)), ` ${told.predicate} `, text.element("mark", { className: "end", lang: "zh-Hans" }, words(told.end)));
  if (told.inferred) made.append(" ", text.element("span", { className: "badge" }, say("inferred")));
  made.title = `${told.subject} ${told.predicate} ${told.object}`;
  return made;
}

// ---- decisions

async function decide(action, sent = order(action)) {
  clearTimeout(resting);
  const done = await call("decide", sent);
  close_();
  show(done);
  find("state").append(text.element("span", { className: "badge ok" }, say("saved", { action })));
}

function close_() {
  offers.hide();
  item = null;
  form.hidden = true;
  if (!find("verdict")?.classList.contains("ok")) rest(() => item || entire());
  for (const name of ["quoted", "starts", "ends"]) text.light(name, []);
}

async function save() {
  if (!item) return;
  const kinds = { proposal: "accept", claim: "edit", fresh: "add", parted: "split", joined: "merge" };
  const kind = item.kind;
  const number = state.proposals.findIndex((p) => p.id === item.proposals[0]);
  await decide(kinds[kind]);
  if (kind === "proposal") await onward(number);
  else text.back();
}

async function reject() {
  if (item?.kind !== "proposal") return;
  const number = state.proposals.findIndex((p) => p.id === item.proposals[0]);
  const { revision, window, proposals, seconds } = order("reject");
  await decide("reject", { action: "reject", revision, window, proposals, seconds });
  await onward(number);
}

async function onward(number) {
  if (state.proposals.length) await propose(state.proposals[Math.min(Math.max(number, 0), state.proposals.length - 1)]);
  else text.back();
  if (item) find("save").focus();
}

async function remove() {
  if (item?.kind !== "claim") return;
  const { revision, window, index, seconds } = order("remove");
  await decide("remove", { action: "remove", revision, window, index, count: 1, seconds });
  text.back();
}

async function undo() {
  if (!state.undoable) return;
  close_();
  show(await call("undo", { revision: state.revision, window: window_ }));
  find("state").append(text.element("span", { className: "badge ok" }, say("undone")));
  text.back();
}

async function merge() {
  if (item?.kind !== "claim") return;
  const { index } = item;
  if (index + 1 >= state.claims.length) return complain(say("last"));
  const read = await call("merge", { index, count: 2 });
  await open_({ kind: "joined", index, count: 2, before: "" }, read, say("claim", { n: index + 1 }));
}

function split() {
  if (item?.kind !== "claim") return;
  if (item.facts.length < 2) return complain(say("one"));
  find("parts").replaceChildren(
    ...item.facts.map((fact, i) => text.element("label", { className: "part" }, text.element("input", { type: "checkbox", value: i, checked: i > 0 }), " ", text.element("code", {}, fact.trim().split("\n").slice(0, 3).join(" ")))),
  );
  find("parting").hidden = false;
  find("parts").querySelector("input").focus();
}

async function part() {
  const facts = [...find("parts").querySelectorAll("input:checked")].map((box) => Number(box.value));
  const { index } = item;
  const made = await call("split", { index, facts });
  await open_({ kind: "parted", index, count: 1 }, { form: null, text: made.text }, say("claim", { n: index + 1 }));
}

function quote() {
  const chosen = text.words(false);
  if (!chosen) return complain(say("select"));
  if (!item) return fresh();
  fields.add({ quote: chosen });
  return judge();
}

function claimsHere() {
  const named = text.here("claims").map(Number);
  if (!named.length) return null;
  const now = item?.kind === "claim" ? named.indexOf(item.index) : -1;
  return edit(named[(now + 1) % named.length]).then(() => text.back());
}

function help() {
  find("help").hidden = !find("help").hidden;
  find("keys").setAttribute("aria-expanded", String(!find("help").hidden));
}

function leave() {
  close_();
  complain("");
  text.back();
}

const KEYS = {
  j: () => text.walk(1), k: () => text.walk(-1), ArrowDown: () => text.walk(1), ArrowUp: () => text.walk(-1),
  Enter: fresh, n: () => step(1), p: () => step(-1), c: claimsHere, a: () => item?.kind === "proposal" && save(),
  r: reject, e: () => !form.hidden && form.querySelector("textarea, input").focus(), q: quote, u: undo, m: merge,
  s: split, x: remove, g: register, Escape: leave, "?": help,
};

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.ctrlKey && item) {
    event.preventDefault();
    return attempt(save);
  }
  const typing = event.target.closest("input, textarea, select");
  if (event.key === "Escape" && item) {
    event.preventDefault();
    return typing ? text.back() : leave();
  }
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return undefined;
  if (event.target.closest("button, summary, a") && (event.key === "Enter" || event.key === " ")) return undefined;
  if (event.shiftKey && event.key.startsWith("Arrow")) {
    event.preventDefault();
    return text.extend({ ArrowLeft: "backward", ArrowRight: "forward" }[event.key] ?? "forward");
  }
  if ((event.key === "ArrowLeft" || event.key === "ArrowRight") && event.target.closest(".sentence")) {
    event.preventDefault();
    return getSelection().modify("move", event.key === "ArrowLeft" ? "backward" : "forward", "character");
  }
  if (!KEYS[event.key]) return undefined;
  event.preventDefault();
  return attempt(KEYS[event.key]);
});

// One after another: a key pressed twice rests the second time on what the first made of it.
let before = Promise.resolve();
function attempt(work) {
  before = before.then(() => attempted(work));
  return before;
}

// What is refused was told already; a mistake of ours is not swallowed.
async function attempted(work) {
  try {
    await work();
  } catch (error) {
    if (find("problem").hidden) reportError(error);
  }
}

for (const [id, work] of Object.entries({ next: () => step(1), fresh, undo, keys: help, quote, reject, split, merge, remove, leave, part, register, "as-fields": () => turn("fields"), "as-text": () => turn("text") })) {
  find(id).addEventListener("click", () => attempt(work));
}
form.addEventListener("submit", (event) => {
  event.preventDefault();
  attempt(save);
});
let waiting = 0;
form.addEventListener("input", () => {
  clearTimeout(waiting);
  form.setAttribute("aria-busy", "true");
  waiting = setTimeout(() => item && judge(), 200);
});
find("text").addEventListener("focus", (event) => event.target === find("text") && text.back());
find("text").addEventListener("click", (event) => {
  const found = event.target.closest(".sentence");
  if (found && getSelection().isCollapsed) text.go(Number(found.dataset.index));
});
find("text").addEventListener("dblclick", (event) => {
  const run = event.target.closest(".run");
  const claim = run?.dataset.claims.split(" ")[0];
  if (claim) attempt(() => edit(Number(claim)));
});
addEventListener("beforeunload", (event) => item && item.opened !== pristine() && event.preventDefault());

fields.speak(say);
offers.install(form, (word, kind) => call(`complete?kind=${kind}&q=${encodeURIComponent(word)}`));
call("state").then((found) => {
  show(found);
  document.documentElement.dataset.desk = "ready";
  text.go(0);
});
