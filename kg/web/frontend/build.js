// Bundles the editor into ../static/editor, with the licences of what is in the bundle beside it.
import { build } from "esbuild";
import { readFile, readdir, writeFile } from "node:fs/promises";

const out = "../static/editor";
const { metafile } = await build({
  entryPoints: ["editor.js", "editor.css"],
  bundle: true, minify: true, target: "es2022", outdir: out, metafile: true, legalComments: "none", logLevel: "warning",
});

// Yasqe's own build already holds its dependencies, so that its whole tree counts, not only what the bundler saw.
const lock = JSON.parse(await readFile("package-lock.json", "utf-8"));
const bundled = new Set(Object.keys(metafile.inputs).map((path) => path.match(/^node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0]));
const parts = [];
for (const [path, entry] of Object.entries(lock.packages)) {
  if (!path || (entry.dev && !bundled.has(path))) continue;
  const files = await readdir(path).catch(() => []);
  const licence = files.find((name) => /^licen[cs]e/i.test(name));
  const text = licence ? await readFile(`${path}/${licence}`, "utf-8") : `Licence: ${entry.license}\n`;
  parts.push(`${path.replace("node_modules/", "")} ${entry.version}\n\n${text.trim()}\n`);
}
await writeFile(`${out}/licenses.txt`, parts.join(`\n${"-".repeat(72)}\n\n`));
