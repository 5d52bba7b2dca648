// The explorer of kg serve: the same page over a whole store, whose neighbourhoods are fetched as they are opened.
import { el } from "./dom.js";
import { arrange } from "./layout.js";
import { merge, nothing } from "./merging.js";
import { Filter } from "./model.js";
import { Page } from "./page.js";
import { quotes } from "./panel.js";

const ENTITY = "https://w3id.org/kg-arms/entity/";
/** Opened for the overview, which belongs to no thing. */
const TOP = "";
/** Neighbours fetched at a time. */
const SIZE = 20;

/** Shows what an opened thing has brought, and of that what the filters let through. */
class OpenFilter extends Filter {
  constructor(data, opened) {
    super(data);
    this.opened = opened;
  }

  shows(edge) {
    return [...edge.by].some((one) => this.opened.has(one)) && super.shows(edge);
  }

  apply() {
    const { edges } = super.apply();
    const nodes = new Set([...this.opened].map((one) => this.data.byId.get(one)?.number).filter((one) => one !== undefined));
    for (const number of edges) nodes.add(this.data.edges[number].s).add(this.data.edges[number].t);
    return { nodes, edges };
  }
}

/** An id as an address has it: the key of a known entity, else the whole IRI. */
const short = (id) => (id.startsWith(ENTITY) && !/[/#%]/.test(id.slice(ENTITY.length)) ? id.slice(ENTITY.length) : id);

class Explorer extends Page {
  constructor(root) {
    super(nothing(root.dataset.view, root.dataset.lang));
    this.opened = new Set();
    this.filter = new OpenFilter(this.data, this.opened);
    this.lang = root.dataset.lang;
    this.next = new Map();
    this.links = new Map();
    this.fetched = new Set();
    this.padding = 70; // room for the names of what stands at the edge
  }

  settings() {
    return []; // the service's own bar has them
  }

  /** Fetches what the address opens, then shows the page. */
  async begin() {
    await this.fetchAddress();
    this.changed();
    this.start();
    history.replaceState(null, "", this.address() + location.hash); // names become keys
    this.carry();
    globalThis.addEventListener("popstate", () => this.follow());
  }

  opening() {
    const fields = new URLSearchParams(location.search);
    const asked = fields.getAll("open").filter((one) => one.trim());
    return fields.get("top") === "1" || !asked.length ? [TOP, ...asked] : asked;
  }

  /** Opens exactly what the address says. */
  async fetchAddress() {
    const found = [];
    for (const one of this.opening()) found.push(await this.fetch(one));
    this.opened.clear();
    for (const one of found) if (one !== null) this.opened.add(one);
  }

  async follow() {
    await this.fetchAddress();
    this.changed();
    this.fromAddress();
  }

  /** Fetches the neighbours of a thing, or the next of them; gives its id, or null when that did not work. */
  async fetch(name, from = 0) {
    const known = this.fetched.has(name) || this.fetched.has(ENTITY + name) ? (this.fetched.has(name) ? name : ENTITY + name) : null;
    if (known !== null && !from) return known;
    const body = new URLSearchParams({ view: this.data.view, of: name, size: SIZE, from });
    for (const number of this.visible.nodes) body.append("with", this.data.nodes[number].id);
    this.problem = "";
    this.say(this.words.loading);
    try {
      const response = await fetch("/graph/near", { method: "POST", body });
      const answer = await response.json();
      if (!response.ok) throw new Error(answer.problem);
      merge(this.data, answer, answer.of);
      this.fetched.add(answer.of);
      this.next.set(answer.of, answer.next === null ? null : { from: answer.next, left: answer.total - answer.next });
      this.links.set(answer.of, answer.sparql);
      this.filter.widen();
      this.say("");
      return answer.of;
    } catch (error) {
      this.problem = this.words.failed(error.message);
      this.say(this.problem);
      return null;
    }
  }

  /** Long names, and statements above all, would lie over one another: the panel has them whole. */
  short(node) {
    const points = [...this.label(node)];
    const most = node.t === "Statement" ? 12 : 26;
    return points.length > most ? `${points.slice(0, most - 1).join("")}…` : this.label(node);
  }

  say(text) {
    document.getElementById("status").textContent = text;
  }

  count() {
    if (this.problem) this.say(this.problem);
    else super.count();
  }

  /** Everything anew after something was fetched, opened or shut. */
  changed() {
    this.visible = this.filter.apply();
    arrange(this.data, this.visible);
    const ranked = [...this.visible.nodes].sort((a, b) => this.data.nodes[b].edges.length - this.data.nodes[a].edges.length || a - b);
    const named = ranked.filter((number) => this.data.nodes[number].t !== "Statement").slice(0, 12);
    this.named = new Set([...named, ...[...this.opened].map((one) => this.data.byId.get(one)?.number)]);
    if (!this.drawing) return;
    this.drawing.sync();
    this.build();
    this.refresh();
  }

  async open(node) {
    if ((await this.fetch(node.id)) !== null) this.opened.add(node.id);
    this.moved(node);
  }

  shut(node) {
    this.opened.delete(node.id);
    if (!this.opened.size) this.opened.add(TOP);
    this.moved(node);
  }

  async more(node) {
    await this.fetch(node.id, this.next.get(node.id).from);
    this.moved(node);
  }

  /** What nothing here is called is looked for in the whole store. */
  async search(name) {
    const found = await this.fetch(name);
    if (found === null) return;
    this.opened.add(found);
    this.moved(this.data.byId.get(found));
  }

  switch(node) {
    if (this.opened.has(node.id)) this.shut(node);
    else this.open(node);
  }

  /** A new state with an address of its own, in which the node stays chosen. */
  moved(node) {
    this.changed();
    const address = this.address();
    if (address !== location.pathname + location.search) history.pushState(null, "", address);
    this.select(this.visible.nodes.has(node.number) ? { node: node.number } : null, { replace: true });
    this.carry();
  }

  /** The address of what is open now. */
  address() {
    const fields = new URLSearchParams(location.search);
    for (const name of ["open", "top", "from"]) fields.delete(name);
    if (this.opened.has(TOP)) fields.set("top", "1");
    for (const one of this.opened) if (one !== TOP) fields.append("open", short(one));
    return `${location.pathname}?${fields}`;
  }

  /** Lets the links to other views and languages take along what is open. */
  carry() {
    const fields = new URLSearchParams(location.search);
    for (const link of document.querySelectorAll("#views a")) {
      fields.set("view", link.dataset.view);
      link.href = `${location.pathname}?${fields}`;
    }
    const kept = [...this.opened].filter((one) => one !== TOP).map((one) => el("input", { type: "hidden", name: "open", value: short(one) }));
    document.querySelector("#begin .kept").replaceChildren(...kept);
    const others = [...new URLSearchParams(location.search)].filter(([name]) => name !== "lang");
    document.querySelector(".language .kept").replaceChildren(...others.map(([name, value]) => el("input", { type: "hidden", name, value })));
  }

  toggle(node) {
    if (node.t === "Place") return null;
    const on = this.opened.has(node.id);
    return el("button", { "aria-expanded": String(on), "aria-label": `${on ? this.words.shut : this.words.open}: ${this.label(node)}`, onclick: () => this.switch(node) }, on ? "−" : "+");
  }

  acts(node) {
    const on = this.opened.has(node.id);
    const rest = on ? this.next.get(node.id) : null;
    return el(
      "div", { class: "acts" },
      el("button", { "aria-expanded": String(on), class: "open", onclick: () => this.switch(node) }, on ? this.words.shut : this.words.open),
      rest ? el("button", { class: "more", onclick: () => this.more(node) }, this.words.rest(rest.left)) : null,
      el("a", { href: this.local(node.href) }, node.words ? this.words.read : this.words.page),
      this.links.has(node.id) ? el("a", { class: "sparql", href: this.local(this.links.get(node.id)) }, this.words.sparql) : null,
      node.words ? el("p", {}, node.words) : null,
    );
  }

  local(href) {
    const url = new URL(href, location.href);
    url.searchParams.set("lang", this.lang);
    return url.pathname + url.search + url.hash;
  }

  help() {
    const parts = super.help();
    parts[1] = el("p", {}, this.words.explore);
    return parts;
  }

  async evidence(edge, element) {
    const [source, target] = edge.ends;
    const fields = new URLSearchParams({ source, target, kind: edge.type.split("#").at(-1), flags: edge.flags.join(" "), lang: this.lang });
    element.append(el("p", { class: "quiet" }, this.words.loading));
    try {
      const response = await fetch(`/evidence?${fields}&format=json`);
      const answer = await response.json();
      if (!response.ok) throw new Error(answer.problem);
      const said = answer.said.map(({ text, mark: [first, last], day, source: from, href }) => ({ text, first, last, day, ...from, href: this.local(href) }));
      const every = answer.more ? el("a", { href: `/evidence?${fields}` }, this.words.everything) : null;
      element.replaceChildren(...[...quotes(this, said), every].filter(Boolean));
    } catch (error) {
      element.replaceChildren(el("p", { class: "quiet" }, this.words.failed(error.message)));
    }
  }
}

/** The page's skeleton, which the one-file page has in its file. */
function skeleton(root) {
  root.replaceChildren(
    el("header", {}, el("span", { id: "status", role: "status" }), el("div", { id: "tools" })),
    el("details", { id: "side" }, el("summary", { id: "filters-title" }), el("div", { id: "filters" })),
    el("div", { class: "middle" }, el("div", { id: "picture", role: "img", "aria-label": document.title }), el("div", { id: "list", hidden: true }), el("p", { id: "note", hidden: true })),
    el("aside", { id: "panel", "aria-live": "polite" }),
  );
  root.querySelector("#side").open = true;
}

const root = document.getElementById("explorer");
skeleton(root);
root.hidden = false;
document.body.classList.add("has-graph");
for (const one of document.querySelectorAll("#near")) one.remove();
const page = new Explorer(root);
globalThis.kgPage = page;
page.begin();
