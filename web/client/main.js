// The query page: turns the plain form into an editor with completion, results, links and snippets.
import Yasqe from "@zazuko/yasqe";
import "@zazuko/yasqe/build/yasqe.min.css";
import "./editor.css";
import { loadVocabulary, useVocabulary } from "./vocabulary.js";
import { render, renderProblem } from "./results.js";
import { drawDownloads, drawSnippets } from "./handout.js";
import { shareUrl } from "./share.js";

document.documentElement.classList.add("scripted");

const form = document.querySelector("form[data-editor]");
const words = JSON.parse(form.dataset.editor);
const area = form.querySelector("textarea[name=query]");
const endpoint = new URL(form.getAttribute("action"), location.href);
// What one copies into a program names the server as others reach it.
const published = new URL(`${form.dataset.public}/sparql`);
const parts = Object.fromEntries(
  ["editor", "status", "results", "downloads", "snippets", "share"].map((name) => [
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
    extraKeys: { "Ctrl-Enter": run, "Cmd-Enter": run, Tab: false, "Shift-Tab": false },
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

const ACCEPT = "application/sparql-results+json, text/turtle;q=0.9";
let running;
const page = new URL(form.dataset.page, location.href);

function say(text) {
  parts.status.textContent = text;
}

async function ask(query, signal) {
  const started = performance.now();
  const response = await fetch(endpoint, {
    method: "POST",
    headers: { Accept: ACCEPT },
    body: new URLSearchParams({ query }),
    signal,
  });
  const type = (response.headers.get("Content-Type") ?? "").split(";")[0];
  const body = await response.text();
  return { ok: response.ok, type, body, milliseconds: Math.round(performance.now() - started) };
}

async function run() {
  running?.abort();
  const mine = (running = new AbortController());
  const query = editor.getValue();
  say(words.running);
  try {
    const answer = await ask(query, mine.signal);
    show(query, answer);
  } catch (error) {
    if (error.name !== "AbortError") say(`${words.unreachable} (${error.message})`);
  }
}

function show(query, answer) {
  if (!answer.ok) {
    const problem = renderProblem(parts.results, answer.body, words);
    say(words.failed);
    if (problem?.line) editor.setCursor(problem.line - 1, (problem.column ?? 1) - 1);
    return;
  }
  const rows = render(parts.results, answer, words);
  say(words.done.replace("{count}", rows).replace("{milliseconds}", answer.milliseconds));
  document.getElementById("answer").classList.remove("hidden");
  history.replaceState(null, "", shareUrl(page, query) ?? page);
}

function refresh() {
  const query = editor.getValue();
  area.value = query;
  drawDownloads(parts.downloads, editor.getQueryType(), endpoint, query, words);
  drawSnippets(parts.snippets, editor.getQueryType(), published, query, words);
}

async function share() {
  const url = shareUrl(page, editor.getValue());
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
editor.on("change", refresh);
refresh();
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
    editor.setValue(`# ${link.textContent}\n\n${bare(await response.text())}`);
    form.scrollIntoView({ block: "start" });
    run();
  });
}
loadVocabulary(form.dataset.vocabulary).then((vocabulary) => {
  useVocabulary(Yasqe, editor, vocabulary);
  document.documentElement.dataset.editor = "ready";
});
// /sparql already shows its answer; /query with a query in its address has still to ask.
const asked = new URLSearchParams(location.search);
if (!parts.results.childElementCount && (asked.has("query") || asked.has("example"))) run();
