// Bundles the scripts and style sheets of the one-file page and of the explorer into dist, with the licences of what is in the bundle beside them.
import { build } from "esbuild";
import { readFile, readdir, writeFile } from "node:fs/promises";

const { metafile } = await build({
  entryPoints: { graph: "src/main.js", style: "src/style.css", explore: "src/explore.js", explorer: "src/explore.css" },
  bundle: true, minify: true, target: "es2022", format: "iife", outdir: "dist", metafile: true, charset: "utf8",
  legalComments: "none", logLevel: "warning",
});

const lock = JSON.parse(await readFile("package-lock.json", "utf-8"));
const bundled = new Set(
  Object.keys(metafile.inputs).map((path) => path.match(/^node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0]).filter(Boolean),
);
const parts = [];
for (const path of [...bundled].sort()) {
  const entry = lock.packages[path];
  const files = await readdir(path).catch(() => []);
  const licence = files.find((name) => /^licen[cs]e/i.test(name));
  const text = licence ? await readFile(`${path}/${licence}`, "utf-8") : `Licence: ${entry.license}\n`;
  parts.push(`${path.replace("node_modules/", "")} ${entry.version}\n\n${text.trim()}\n`);
}
await writeFile("dist/licenses.txt", parts.join(`\n${"-".repeat(72)}\n\n`));
