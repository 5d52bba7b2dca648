// A page with a graph: holds what is chosen and shown, and keeps the picture, the panel, the list and the address in step.
import { filters, list, search } from "./controls.js";
import { el } from "./dom.js";
import { draw } from "./drawing.js";
import { Filter } from "./model.js";
import { held, pair, thing } from "./panel.js";
import { drawPlain } from "./plain.js";
import { LANGUAGES, WORDS } from "./words.js";

const id = (name) => document.getElementById(name);

export class Page {
  constructor(data) {
    this.data = data;
    this.filter = new Filter(data);
    this.visible = this.filter.apply();
    const ranked = [...data.nodes].sort((a, b) => b.edges.length - a.edges.length || a.number - b.number);
    this.named = new Set(ranked.slice(0, 12).map((node) => node.number));
    this.lang = LANGUAGES.includes(data.lang) ? data.lang : "en";
    this.still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.chosen = new Set();
    this.chosenPair = null;
    this.near = null;
    this.listed = false;
  }

  get words() {
    return WORDS[this.lang];
  }

  pick(names) {
    return names[LANGUAGES.indexOf(this.lang)] ?? names[0];
  }

  label(node) {
    return this.pick(node.l);
  }

  /** The name as the picture has it. */
  short(node) {
    return this.label(node);
  }

  typeName(type) {
    return this.pick(this.data.types[type].l);
  }

  get isDark() {
    const set = document.documentElement.dataset.theme;
    return set ? set === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  }

  colour(type) {
    return this.data.types[type].c[this.isDark ? 1 : 0];
  }

  start() {
    this.build();
    if (matchMedia("(max-width: 60rem)").matches) id("side").open = false;
    const container = id("picture");
    try {
      if (this.data.plain) throw new Error("the plainer picture was asked for");
      if (!document.createElement("canvas").getContext("webgl2")) throw new Error("no WebGL");
      this.drawing = draw(container, this);
    } catch (error) {
      document.body.dataset.why = error.message;
      container.replaceChildren();
      this.drawing = drawPlain(container, this);
      id("note").textContent = this.words.nowebgl;
      id("note").hidden = false;
    }
    this.drawing.refresh();
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.paint(document.documentElement.dataset.theme ?? "auto"));
    addEventListener("popstate", () => this.fromAddress());
    addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.defaultPrevented && event.target.id !== "search") this.select(null);
    });
    this.fromAddress();
    document.body.dataset.ready = this.drawing.plain ? "plain" : "webgl";
  }

  /** Everything that has words, anew: at the start and in another language. */
  build() {
    const { words } = this;
    document.documentElement.lang = this.lang.replace("zh-hant", "zh-Hant").replace("zh-hans", "zh-Hans");
    id("tools").replaceChildren(
      search(this), el("span", { class: "tabs" }, this.tab("graph", false), this.tab("list", true)),
      el("button", { id: "fit", onclick: () => this.drawing.fit() }, words.fit), ...this.settings(),
    );
    id("filters").replaceChildren(...filters(this));
    id("filters-title").textContent = words.filters;
    this.count();
    this.tell();
  }

  tab(name, on) {
    return el("button", { id: `show-${name}`, "aria-pressed": String(this.listed === on), onclick: () => this.show(on) }, this.words[name]);
  }

  /** The choices of language and colours. */
  settings() {
    const { words } = this;
    const language = el("select", { "aria-label": words.language, id: "language", onchange: () => this.speak(language.value) },
      [["en", "English"], ["zh-hant", "繁體"], ["zh-hans", "简体"]].map(([value, text]) => el("option", { value, selected: value === this.lang }, text)));
    const theme = el("select", { "aria-label": words.theme, id: "theme", onchange: () => this.paint(theme.value) },
      ["auto", "light", "dark"].map((value) => el("option", { value, selected: value === (document.documentElement.dataset.theme ?? "auto") }, words[value])));
    return [language, theme];
  }

  /** What can be done with a thing, for the panel; here nothing beyond reading. */
  acts() {
    return null;
  }

  /** What can be done with a thing in its row of the list. */
  toggle() {
    return null;
  }

  /** Puts the sentences of an edge into an element. */
  evidence(edge, element) {
    element.append(...held(this, edge));
  }

  speak(lang) {
    this.lang = lang;
    this.build();
    this.refresh();
  }

  paint(theme) {
    if (theme === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    id("filters").replaceChildren(...filters(this));
    this.refresh();
  }

  show(listed) {
    this.listed = listed;
    id("picture").hidden = listed;
    id("list").hidden = !listed;
    id("show-graph").setAttribute("aria-pressed", String(!listed));
    id("show-list").setAttribute("aria-pressed", String(listed));
    this.refresh();
  }

  resetFilters() {
    this.filter.reset();
    id("filters").replaceChildren(...filters(this));
    this.refresh();
  }

  refresh() {
    this.visible = this.filter.apply();
    this.count();
    this.tell();
    if (this.listed) id("list").replaceChildren(...list(this));
    else this.drawing.refresh();
  }

  count() {
    const { nodes, edges } = this.visible;
    id("status").textContent = this.words.shown(nodes.size, this.data.nodes.length, edges.size, this.data.edges.length);
  }

  /** Choose a thing ({node}), a pair ({pair}) or nothing (null); ``quiet`` leaves the address as it is,
   * ``replace`` changes it without a step for the back button. */
  select(what, { quiet = false, focus = false, replace = false } = {}) {
    const one = what?.pair !== undefined ? this.data.pairs.get(what.pair) : null;
    const node = what?.node !== undefined ? this.data.nodes[what.node] : null;
    this.chosenPair = one ? one.key : null;
    this.chosen = new Set(one ? [one.a, one.b] : node ? [node.number] : []);
    this.near = null;
    if (one) this.near = new Set([one.a, one.b]);
    if (node) {
      const shown = node.edges.filter((edge) => this.visible.edges.has(edge.number));
      this.near = new Set([node.number, ...shown.flatMap((edge) => [edge.s, edge.t])]);
    }
    this.tell();
    if (!this.listed) this.drawing.refresh();
    if (node && focus) this.drawing.focus(node.number);
    if (what) id("panel").querySelector("h2")?.focus({ preventScroll: true });
    if (what) id("panel").scrollTop = 0;
    if (quiet) return;
    const hash = node ? `#node=${encodeURIComponent(node.id)}`
      : one ? `#pair=${encodeURIComponent(this.data.nodes[one.a].id)}&${encodeURIComponent(this.data.nodes[one.b].id)}` : "";
    if (hash !== location.hash) history[replace ? "replaceState" : "pushState"](null, "", hash || location.pathname + location.search);
  }

  fromAddress() {
    const [, kind, value] = location.hash.match(/^#(node|pair)=(.+)$/) ?? [];
    const numbers = (value ?? "").split("&").map((part) => this.data.byId.get(decodeURIComponent(part))?.number);
    if (kind === "node" && numbers[0] !== undefined) this.select({ node: numbers[0] }, { quiet: true, focus: true });
    else if (kind === "pair" && numbers.every((one) => one !== undefined)) {
      const key = [...numbers].sort((a, b) => a - b).join("-");
      this.select(this.data.pairs.has(key) ? { pair: key } : null, { quiet: true });
    } else this.select(null, { quiet: true });
  }

  /** The panel: what is chosen, else how to read the page and who has the most relations. */
  tell() {
    const panel = id("panel");
    const chosen = this.chosenPair ? pair(this, this.data.pairs.get(this.chosenPair))
      : this.chosen.size ? thing(this, this.data.nodes[[...this.chosen][0]]) : null;
    document.body.dataset.chosen = String(Boolean(chosen));
    if (!chosen) {
      panel.replaceChildren(...this.help());
      return;
    }
    const close = el("button", { class: "close", "aria-label": this.words.close, onclick: () => this.select(null) }, "×");
    panel.replaceChildren(close, ...chosen.filter(Boolean));
  }

  help() {
    const first = this.data.nodes.filter((node) => this.visible.nodes.has(node.number))
      .sort((a, b) => b.edges.length - a.edges.length || a.number - b.number).slice(0, 15);
    const doubtful = this.data.edges.some((edge) => edge.doubtful);
    return [
      el("h2", {}, this.words.help), el("p", {}, this.words.hint), doubtful ? el("p", {}, this.words.dashed) : "",
      el("h3", {}, this.words.top),
      el("ol", {}, first.map((node) => el("li", {}, el("button", {
        class: "link", onclick: () => this.select({ node: node.number }, { focus: true }),
      }, this.label(node)), " ", el("small", {}, String(node.edges.length))))),
    ].filter(Boolean);
  }
}
