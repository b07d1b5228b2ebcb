// Completion from the ontology of this release: prefixes as one types them, terms with their labels.

export async function loadVocabulary(url) {
  const response = await fetch(url);
  return response.ok ? response.json() : { prefixes: {}, terms: [], uses: {} };
}

// The query with the published prefixes declared that it uses and does not declare itself.
export function declared(editor, prefixes) {
  const own = editor.getPrefixesFromQuery();
  const used = new Set();
  for (let line = 0; line < editor.lineCount(); line++) {
    for (const { type, string } of editor.getLineTokens(line)) {
      if (type === "string-2" && string.includes(":")) used.add(string.split(":")[0]);
    }
  }
  const missing = Object.keys(prefixes).filter((name) => used.has(name) && own[name] === undefined);
  return missing.map((name) => `PREFIX ${name}: <${prefixes[name]}>\n`).join("") + editor.getValue();
}

function prefixCompleter(Yasqe, prefixes) {
  return {
    ...Yasqe.Autocompleters.prefixes,
    name: "ourPrefixes",
    persistenceId: null,
    get: () => Object.entries(prefixes).map(([name, iri]) => `${name}: <${iri}>`),
  };
}

const KINDS = { class: "class", property: "property", concept: "concept" };
const MOST = 60;

function termCompleter(prefixes, terms, uses) {
  const byName = new Map(terms.map((term) => [term.name, term]));
  const start = (string) => string.replace(/^</, "").toLowerCase();
  // The properties of the subject's classes come before all others.
  const expected = (yasqe) => ofClasses(uses, scope(before(yasqe), yasqe.getValue()));
  return {
    name: "ourTerms",
    bulk: false,
    autoShow: true,
    persistenceId: null,
    isValidCompletionPosition(yasqe) {
      const token = yasqe.getCompleteToken();
      const previous = yasqe.getPreviousNonWsToken(yasqe.getDoc().getCursor().line, token);
      if (previous?.string?.toUpperCase() === "PREFIX" || previous?.string?.endsWith(":")) return false;
      if (/^[A-Za-z][\w.-]*:[\w-]*$/.test(token.string) || /^[A-Za-z]{3,}$/.test(token.string)) return true;
      return !token.string.trim() && expected(yasqe).length > 0;
    },
    get(yasqe, token) {
      const typed = start(token.string.trim());
      const [space, local] = typed.includes(":") ? typed.split(":") : ["", typed];
      const first = expected(yasqe).map((name) => byName.get(name) ?? { name, kind: "property", label: "" });
      const rest = typed ? terms : [];
      const found = new Set([...first, ...rest].filter((term) => fits(term, space, local)));
      return [...new Set([...found].map((term) => term.name))].slice(0, MOST);
    },
    postprocessHints(yasqe, hints) {
      return hints.map((hint) => {
        const term = byName.get(hint.text) ?? { name: hint.text, kind: "property", label: "" };
        return drawn(hint, term, yasqe, prefixes);
      });
    },
  };
}

const QUIET = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|<[^\s<>]*>|#[^\n]*/g;
const quiet = (text) => text.replace(QUIET, (piece) => (piece.startsWith("#") ? "" : piece.startsWith("<") ? piece : '""'));

function before(yasqe) {
  const { line, ch } = yasqe.getDoc().getCursor();
  return yasqe.getRange({ line: 0, ch: 0 }, { line, ch });
}

// The classes, as names, of the subject at whose property the text before the cursor ends; none if
// it ends elsewhere. A class is stated anywhere in the query: ?x a pp:Claim ; …
export function scope(head, whole) {
  const triple = quiet(head).split(/[{}]|\.(?=\s|$)/).at(-1);
  const last = triple.split(";").at(-1).trim();
  const [subject, ...rest] = triple.trim().split(/\s+/);
  const parts = last ? last.split(/\s+/) : [];
  const typing = /\S$/.test(head) ? 1 : 0;
  const position = triple.includes(";") ? parts.length - typing : rest.length - typing;
  if (!/^[?$]\w/.test(subject ?? "") || position !== 0) return [];
  const name = subject.slice(1);
  const stated = new RegExp(`(?<=(?:^|[.{})])\\s*)[?$]${name}\\s+(?:[^.{}]*;\\s*)?(?:a|rdf:type)\\s+([^.;{}]+)`, "g");
  return [...quiet(whole).matchAll(stated)].flatMap((match) => match[1].split(",").map((each) => each.trim().split(/\s/)[0]));
}

// The properties that things of all these classes have, the most frequent of the first one first.
export function ofClasses(uses, classes) {
  const [first, ...others] = classes.map((name) => uses[name]).filter(Boolean);
  return (first ?? []).filter((name) => others.every((each) => each.includes(name)));
}

function fits(term, space, local) {
  const [prefix, name] = term.name.toLowerCase().split(":");
  if (space) return prefix === space && name.includes(local);
  return name.includes(local) || term.label.toLowerCase().includes(local);
}

function drawn(hint, term, yasqe, prefixes) {
  const pick = (editor, data, self) => {
    const typed = editor.getRange(self.from ?? data.from, self.to ?? data.to).trim();
    // Where nothing was typed yet, the space before the cursor stays.
    const [from, to] = typed ? [self.from ?? data.from, self.to ?? data.to] : [editor.getCursor(), editor.getCursor()];
    editor.replaceRange(self.text, from, to, "complete");
    const prefix = self.text.split(":")[0];
    if (prefixes[prefix] && yasqe.getPrefixesFromQuery()[prefix] === undefined) {
      yasqe.addPrefixes({ [prefix]: prefixes[prefix] });
    }
  };
  const render = (element) => {
    const name = document.createElement("b");
    name.textContent = hint.text;
    const label = document.createElement("span");
    label.className = `hint-${KINDS[term.kind] ?? "term"}`;
    label.textContent = term.label;
    element.append(name, " ", label);
  };
  return { ...hint, hint: pick, render };
}

export function useVocabulary(Yasqe, editor, { prefixes, terms, uses = {} }) {
  Yasqe.registerAutocompleter(prefixCompleter(Yasqe, prefixes), false);
  Yasqe.registerAutocompleter(termCompleter(prefixes, terms, uses), false);
  for (const name of ["ourPrefixes", "ourTerms", "variables"]) editor.enableCompleter(name);
}
