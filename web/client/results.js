// Results as a table whose IRIs lead to their pages on this server; graphs as their text.

const body = document.body.dataset;
const BASE = body.canonicalBase ?? "https://w3id.org/policyprov/";
const ROOT = body.root ?? "/";

export function localUrl(iri) {
  if (iri.startsWith(BASE)) return ROOT + iri.slice(BASE.length);
  return /^https?:/.test(iri) ? iri : null;
}

function shortened(iri) {
  if (!iri.startsWith(BASE)) return iri;
  return iri.slice(BASE.length).replace(/^(id|concept)\//, "");
}

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function cell(term) {
  if (term === undefined) return "";
  if (term.type === "uri") {
    const url = localUrl(term.value);
    const attributes = { title: term.value, ...(url && { href: url }) };
    if (url && /^https?:/.test(url) && !url.startsWith(location.origin)) attributes.rel = "noreferrer";
    return element(url ? "a" : "span", attributes, shortened(term.value));
  }
  const tag = term["xml:lang"];
  const text = element("span", tag ? { lang: tag } : {}, term.value);
  return text;
}

function table(variables, rows) {
  const head = element("tr", {}, ...variables.map((name) => element("th", { scope: "col" }, name)));
  const lines = rows.map((row) =>
    element("tr", {}, ...variables.map((name) => element("td", {}, cell(row[name])))),
  );
  return element(
    "table",
    {},
    element("thead", {}, head),
    element("tbody", {}, ...lines),
  );
}

const SHOWN = 1000;

function drawRows(into, answer, words) {
  const { head, results, boolean } = JSON.parse(answer.body);
  if (boolean !== undefined) {
    into.replaceChildren(element("p", { class: "boolean" }, boolean ? words.yes : words.no));
    return 1;
  }
  const rows = results.bindings;
  into.replaceChildren(table(head.vars, rows.slice(0, SHOWN)));
  if (rows.length > SHOWN) into.append(element("p", {}, words.cut.replace("{shown}", SHOWN)));
  return rows.length;
}

function drawText(into, answer) {
  const text = element("pre", { tabindex: "0" });
  // Every IRI of the text is a link; the text itself stays what was sent.
  for (const piece of answer.body.split(/(<https?:[^>\s]+>)/)) {
    const url = piece.startsWith("<http") ? localUrl(piece.slice(1, -1)) : null;
    text.append(url ? element("a", { href: url }, piece) : piece);
  }
  into.replaceChildren(text);
  return answer.body.split("\n").filter(Boolean).length;
}

export function render(into, answer, words) {
  return answer.type.endsWith("json") && answer.type !== "application/ld+json"
    ? drawRows(into, answer, words)
    : drawText(into, answer);
}

export function renderProblem(into, text, words) {
  let problem = null;
  try {
    problem = JSON.parse(text);
  } catch {
    // not a problem document: a proxy's own page, shown as text below
  }
  const said = problem?.detail ?? problem?.title ?? text.slice(0, 500);
  const lines = [element("p", {}, element("strong", {}, words.failed), " ", said)];
  if (problem?.remedy) lines.push(element("p", {}, problem.remedy));
  into.replaceChildren(element("div", { role: "alert", class: "problem" }, ...lines));
  return problem;
}
