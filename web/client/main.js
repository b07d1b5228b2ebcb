// The query page: turns the plain form into an editor with completion, results, links and snippets.
import Yasqe from "@zazuko/yasqe";
import "@zazuko/yasqe/build/yasqe.min.css";
import "./editor.css";
import { declared, loadVocabulary, useVocabulary } from "./vocabulary.js";
import { render, renderProblem } from "./results.js";
import { drawDownloads, drawSnippets } from "./handout.js";
import { drawHistory, keep } from "./history.js";
import { shareUrl } from "./share.js";
import { enliven } from "../static/rows.js";

document.documentElement.classList.add("scripted");

const form = document.querySelector("form[data-editor]");
const words = JSON.parse(form.dataset.editor);
const area = form.querySelector("textarea[name=query]");
const endpoint = new URL(form.getAttribute("action"), location.href);
// What one copies into a program names the server as others reach it.
const published = new URL(`${form.dataset.public}/sparql`);
const parts = Object.fromEntries(
  ["editor", "status", "results", "downloads", "notes", "views", "snippets", "share", "history", "printed"].map((name) => [
    name,
    document.getElementById(`query-${name}`),
  ]),
);

// The widget comes with completers that ask prefix.cc and Linked Open Vocabularies: none stays.
for (const name of ["prefixes", "property", "class"]) forbid(Yasqe.Autocompleters[name]);
Yasqe.defaults.autocompleters = [];

function forbid(completer) {
  completer.get = () => [];
}

function makeEditor() {
  const editor = new Yasqe(parts.editor, {
    value: area.value,
    // Everything that could leave this origin, or write to the browser's storage, stays off.
    persistenceId: null,
    createShareableLink: null,
    consumeShareLink: null,
    showQueryButton: false,
    prefixCcApi: null,
    editorHeight: "22rem",
    resizeable: true,
    extraKeys: { "Ctrl-Enter": () => run(), "Cmd-Enter": () => run(), Tab: false, "Shift-Tab": false },
  });
  editor.getInputField().setAttribute("aria-label", words.label);
  // Without a pointer, a query wider than the editor is scrolled with the arrow keys.
  const scroller = editor.getScrollerElement();
  scroller.tabIndex = 0;
  scroller.setAttribute("role", "group");
  scroller.setAttribute("aria-label", words.label);
  area.hidden = true;
  form.querySelector(".plain-only").hidden = true;
  return editor;
}

// A canned query carries its metadata in lines that begin with #+.
const bare = (text) => text.replace(/^#\+.*\n/gm, "").trimStart();

// The page sends that published prefixes may be left undeclared, where the server allows it.
const lenient = form.querySelector("input[name=prefixes]") !== null;
let prefixes = {};
// The page with the answer, or else what is wrong as data.
const ACCEPT = "application/problem+json, text/html;q=0.9";
const shown = new URL(endpoint);
if (form.querySelector("input[name=lang]")) shown.searchParams.set("lang", document.documentElement.lang.slice(0, 2));
let running;
// The query that was answered last, and the view its answer is looked at in.
let looked = {};
const page = new URL(form.dataset.page, location.href);

function say(text) {
  parts.status.textContent = text;
}

async function ask(query, view, signal) {
  const started = performance.now();
  const url = new URL(shown);
  if (view) url.searchParams.set("view", view);
  const response = await fetch(url, {
    method: "POST",
    headers: { Accept: ACCEPT, "Accept-Language": document.documentElement.lang },
    body: new URLSearchParams(lenient ? { query, prefixes: "published" } : { query }),
    signal,
  });
  const text = await response.text();
  return { ok: response.ok, text, milliseconds: Math.round(performance.now() - started) };
}

async function run(view) {
  running?.abort();
  const mine = (running = new AbortController());
  const query = editor.getValue();
  say(words.running);
  try {
    const answer = await ask(query, view, mine.signal);
    show(query, answer, view);
  } catch (error) {
    if (error.name !== "AbortError") say(`${words.unreachable} (${error.message})`);
  }
}

// The server counts columns in characters, the editor in UTF-16 units.
function position(query, { line, column = 1 }) {
  const before = [...(query.split("\n")[line - 1] ?? "")].slice(0, column - 1).join("");
  return { line: line - 1, ch: before.length };
}

function choose(query) {
  editor.setValue(query);
  form.scrollIntoView({ block: "start" });
  run();
}

// A link to the same page with another query, or another view of this one, is followed in place; so is a
// button, where the query is too long for a link.
function follow(event) {
  const button = event.target.closest("button[data-view]");
  if (button) {
    event.preventDefault();
    return run(button.dataset.view);
  }
  const link = event.target.closest("a[href]"); // also one of a picture, whose href is no string
  if (!link || link.hasAttribute("download") || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const url = new URL(link.getAttribute("href"), location.href);
  if (url.pathname !== endpoint.pathname || !url.searchParams.has("query")) return;
  event.preventDefault();
  const query = url.searchParams.get("query");
  if (query === editor.getValue()) run(url.searchParams.get("view"));
  else choose(query);
}

function show(query, answer, view) {
  parts.results.tabIndex = 0; // an empty one is no stop of the Tab key
  if (!answer.ok) {
    const problem = renderProblem(parts.results, answer.text, words);
    say(words.failed);
    for (const part of [parts.downloads, parts.notes, parts.views]) part.replaceChildren(); // there is no answer
    handedOut = null;
    if (problem?.line) editor.setCursor(position(query, problem));
    return;
  }
  const rows = render([parts.notes, parts.views, parts.results], answer.text);
  enliven(parts.results);
  document.getElementById("workbench").classList.add("answered");
  refresh();
  keep(query);
  drawHistory(parts.history, choose);
  say(words.done.replace("{count}", rows).replace("{milliseconds}", answer.milliseconds));
  document.getElementById("answer").classList.remove("hidden");
  looked = { query, view };
  history.replaceState(null, "", shareUrl(page, query, view) ?? page);
}

// The widget marks a prefix that is not declared as a mistake; a published one is none here.
function acceptPublished(made) {
  const check = made.checkSyntax.bind(made);
  made.checkSyntax = () => {
    check();
    for (let line = 0; line < made.lineCount() && !made.queryValid; line++) {
      const { state } = made.getTokenAt({ line, ch: made.getLine(line).length }, true);
      if (state.OK !== false) continue;
      const name = /^Prefix '([\w-]*):?' is not defined/.exec(state.errorMsg ?? "")?.[1];
      if (prefixes[name]) {
        made.clearGutter("gutterErrorBar");
        made.queryValid = true;
      }
      return;
    }
  };
}

// What links and snippets were last drawn for: drawn again, one that has the focus would lose it.
let handedOut = null;

function refresh() {
  area.value = editor.getValue();
  parts.printed.textContent = area.value;
  // What is taken away stands on its own.
  const query = lenient ? declared(editor, prefixes) : area.value;
  const kind = editor.getQueryType();
  if (`${kind} ${query}` === handedOut) return;
  handedOut = `${kind} ${query}`;
  drawDownloads(parts.downloads, kind, endpoint, query, words);
  drawSnippets(parts.snippets, kind, published, query, words);
}

async function share() {
  const query = editor.getValue();
  const url = shareUrl(page, query, looked.query === query ? looked.view : null);
  if (url === null) return say(words.toolong);
  history.replaceState(null, "", url);
  try {
    await navigator.clipboard.writeText(url);
    say(words.copied);
  } catch {
    say(url); // no permission to use the clipboard: the link is in the address bar and here
  }
}

const editor = makeEditor();
if (lenient) acceptPublished(editor);
editor.on("change", refresh);
refresh();
drawHistory(parts.history, choose);
for (const part of [parts.notes, parts.views]) part.addEventListener("click", follow);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  run();
});
parts.share.hidden = false;
parts.share.addEventListener("click", share);
for (const link of document.querySelectorAll("a[data-example]")) {
  link.addEventListener("click", async (event) => {
    event.preventDefault();
    const response = await fetch(link.dataset.example);
    choose(`# ${link.textContent}\n\n${bare(await response.text())}`);
  });
}
loadVocabulary(form.dataset.vocabulary).then((vocabulary) => {
  useVocabulary(Yasqe, editor, vocabulary);
  prefixes = vocabulary.prefixes;
  editor.checkSyntax();
  refresh();
  document.documentElement.dataset.editor = "ready";
});
// /sparql already shows its answer; /query with a query in its address has still to ask.
const asked = new URLSearchParams(location.search);
if (!parts.results.childElementCount && (asked.has("query") || asked.has("example"))) run(asked.get("view"));
