// The answer as the page of the endpoint shows it, and what went wrong with a query.

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

// The parts of the page that are there to hold an answer, taken from the page that has it.
export function render(parts, text) {
  const page = new DOMParser().parseFromString(text, "text/html");
  for (const part of parts) part.replaceChildren(...page.getElementById(part.id).childNodes);
  return Number(page.getElementById("query-results").dataset.count);
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
  if (problem?.line) {
    lines.push(element("p", {}, words.place.replace("{line}", problem.line).replace("{column}", problem.column)));
  }
  if (problem?.excerpt) {
    const attributes = { class: "excerpt", tabindex: "0", role: "group", "aria-label": words.excerpt };
    lines.push(element("pre", attributes, problem.excerpt));
  }
  if (problem?.remedy) lines.push(element("p", {}, problem.remedy));
  into.replaceChildren(element("div", { role: "alert", class: "problem" }, ...lines));
  return problem;
}
