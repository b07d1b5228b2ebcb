// The bundle of the query page: one script and one style sheet, beside the licences of their parts.
import { build } from "esbuild";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const web = dirname(dirname(fileURLToPath(import.meta.url)));
const out = join(web, "static", "dist");

const PARTS = ["@zazuko/yasqe", "@zazuko/yasgui-utils", "codemirror", "dompurify", "lodash-es", "query-string", "store"];

function licence(name) {
  const folder = join(web, "node_modules", name);
  const { version, license } = JSON.parse(readFileSync(join(folder, "package.json")));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file ? readFileSync(join(folder, file), "utf8") : "";
  return `${name} ${version} (${license})\n\n${text}`;
}

await build({
  entryPoints: { editor: join(web, "client", "main.js") },
  bundle: true,
  minify: true,
  format: "esm",
  target: ["es2022"],
  legalComments: "none", // their licences stand in LICENSES.txt
  outdir: out,
  logLevel: "warning",
});
mkdirSync(out, { recursive: true });
writeFileSync(join(out, "LICENSES.txt"), PARTS.map(licence).join("\n\n----\n\n"));
