// The one-file page: everything that it shows is in it.
import { prepare, unpack } from "./model.js";
import { Page } from "./page.js";
import { WORDS } from "./words.js";

async function main() {
  if (typeof DecompressionStream === "undefined") {
    document.getElementById("status").textContent = WORDS.en.broken;
    return;
  }
  const page = new Page(prepare(await unpack(document.getElementById("data"))));
  page.start();
  globalThis.kgPage = page;
}

main();
