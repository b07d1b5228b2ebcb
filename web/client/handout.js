// What one takes away from a query: the answer in each format, and the call in four languages.

const ROWS = [["xlsx", "Excel"], ["csv", "CSV"], ["tsv", "TSV"], ["json", "JSON"], ["xml", "XML"]];
const GRAPHS = [["turtle", "Turtle"], ["jsonld", "JSON-LD"], ["ntriples", "N-Triples"], ["trig", "TriG"]];
const SUFFIX = { turtle: "ttl", jsonld: "jsonld", ntriples: "nt", trig: "trig", json: "json", xml: "xml" };
const LONGEST = 7000;

const isGraph = (type) => type === "CONSTRUCT" || type === "DESCRIBE";

function link(endpoint, query, [format, label]) {
  const url = new URL(endpoint);
  url.search = new URLSearchParams({ query, format });
  const made = document.createElement("a");
  made.textContent = label;
  made.download = `result.${SUFFIX[format] ?? format}`;
  made.href = url;
  if (url.href.length > LONGEST) made.addEventListener("click", (event) => post(event, endpoint, query, format));
  return made;
}

// A long query does not fit an address: the answer is fetched and handed over as a file.
async function post(event, endpoint, query, format) {
  event.preventDefault();
  const name = event.currentTarget.download;
  const response = await fetch(endpoint, { method: "POST", body: new URLSearchParams({ query, format }) });
  const made = document.createElement("a");
  made.href = URL.createObjectURL(await response.blob());
  made.download = name;
  made.click();
  URL.revokeObjectURL(made.href);
}

export function drawDownloads(into, type, endpoint, query, words) {
  const formats = isGraph(type) ? GRAPHS : ROWS;
  const links = formats.map((format) => link(endpoint, query, format));
  into.replaceChildren(`${words.download} `, ...links.flatMap((made) => [made, " "]));
}

const quoted = (text) => `'${text.replaceAll("'", `'\\''`)}'`;
const python = (text) => `"""${text.replaceAll("\\", "\\\\").replaceAll('"""', '\\"\\"\\"')}\n"""`;
const javascript = (text) => `\`${text.replaceAll("\\", "\\\\").replaceAll("`", "\\`").replaceAll("${", "\\${")}\``;
const r = (text) => `r"---(${text})---"`;

const CALLS = {
  curl: (endpoint, query, accept) =>
    `curl ${endpoint} -H 'Accept: ${accept}' \\\n  --data-urlencode query=${quoted(query)}\n`,
  Python: (endpoint, query, accept, graph) =>
    graph
      ? `import rdflib, requests\n\nquery = ${python(query)}\nreply = requests.post("${endpoint}", data={"query": query},\n                      headers={"Accept": "${accept}"}, timeout=30)\nreply.raise_for_status()\ngraph = rdflib.Graph().parse(data=reply.text, format="turtle")\nprint(len(graph))\n`
      : `import io, pandas, requests\n\nquery = ${python(query)}\nreply = requests.post("${endpoint}", data={"query": query},\n                      headers={"Accept": "${accept}"}, timeout=30)\nreply.raise_for_status()\ntable = pandas.read_csv(io.BytesIO(reply.content))\nprint(table)\n`,
  R: (endpoint, query, accept, graph) =>
    `library(httr2)\n\nquery <- ${r(query)}\nreply <- request("${endpoint}") |>\n  req_headers(Accept = "${accept}") |>\n  req_body_form(query = query) |>\n  req_perform()\n` +
    (graph ? `cat(resp_body_string(reply))\n` : `table <- read.csv(text = resp_body_string(reply))\nprint(table)\n`),
  JavaScript: (endpoint, query, accept, graph) =>
    `const query = ${javascript(query)};\nconst reply = await fetch("${endpoint}", {\n  method: "POST",\n  headers: { Accept: "${accept}" },\n  body: new URLSearchParams({ query }),\n});\nif (!reply.ok) throw new Error(await reply.text());\nconsole.log(await reply.${graph ? "text" : "text"}());\n`,
};

export function drawSnippets(into, type, endpoint, query, words) {
  const graph = isGraph(type);
  const accept = graph ? "text/turtle" : "text/csv";
  const open = new Set([...into.querySelectorAll("details[open]")].map((each) => each.dataset.name));
  into.replaceChildren(
    ...Object.entries(CALLS).map(([name, write]) => {
      const details = document.createElement("details");
      details.dataset.name = name;
      details.open = open.has(name);
      const summary = document.createElement("summary");
      summary.textContent = name;
      const code = document.createElement("pre");
      code.tabIndex = 0;
      code.textContent = write(endpoint.href, query, accept, graph);
      details.append(summary, code, copyButton(code, words));
      return details;
    }),
  );
}

function copyButton(code, words) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = words.copy;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(code.textContent);
    button.textContent = words.copied;
  });
  return button;
}
