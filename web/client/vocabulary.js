// Completion from the ontology of this release: prefixes as one types them, terms with their labels.

export async function loadVocabulary(url) {
  const response = await fetch(url);
  return response.ok ? response.json() : { prefixes: {}, terms: [] };
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

function termCompleter(prefixes, terms) {
  const start = (string) => string.replace(/^</, "").toLowerCase();
  return {
    name: "ourTerms",
    bulk: false,
    autoShow: true,
    persistenceId: null,
    isValidCompletionPosition(yasqe) {
      const token = yasqe.getCompleteToken();
      const before = yasqe.getPreviousNonWsToken(yasqe.getDoc().getCursor().line, token);
      if (before?.string?.toUpperCase() === "PREFIX" || before?.string?.endsWith(":")) return false;
      return /^[A-Za-z][\w.-]*:[\w-]*$/.test(token.string) || /^[A-Za-z]{3,}$/.test(token.string);
    },
    get(yasqe, token) {
      const typed = start(token.string);
      const [space, local] = typed.includes(":") ? typed.split(":") : ["", typed];
      return terms
        .filter((term) => fits(term, space, local))
        .slice(0, 60)
        .map((term) => term.name);
    },
    postprocessHints(yasqe, hints) {
      const known = new Map(terms.map((term) => [term.name, term]));
      return hints.map((hint) => drawn(hint, known.get(hint.text), yasqe, prefixes));
    },
  };
}

function fits(term, space, local) {
  const [prefix, name] = term.name.toLowerCase().split(":");
  if (space) return prefix === space && name.includes(local);
  return name.includes(local) || term.label.toLowerCase().includes(local);
}

function drawn(hint, term, yasqe, prefixes) {
  const pick = (editor, data, self) => {
    editor.replaceRange(self.text, self.from ?? data.from, self.to ?? data.to, "complete");
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

export function useVocabulary(Yasqe, editor, { prefixes, terms }) {
  Yasqe.registerAutocompleter(prefixCompleter(Yasqe, prefixes), false);
  Yasqe.registerAutocompleter(termCompleter(prefixes, terms), false);
  for (const name of ["ourPrefixes", "ourTerms", "variables"]) editor.enableCompleter(name);
}

export const forTests = { fits };
