// What is known of a thing or of a pair: names, dates, relations, and the sentences that say them.
import { el } from "./dom.js";

/** Relations of a thing that are listed before a button asks for the rest. */
const FIRST = 60;

export function thing(page, node) {
  const { words } = page;
  const names = [...new Set(node.l)].filter((name) => name !== page.label(node));
  const dates = [node.first, node.last].filter(Boolean);
  const about = [page.typeName(node.t), names.join(" · "), [...new Set(dates)].join(" – ")];
  const shown = node.edges.filter((edge) => page.visible.edges.has(edge.number)).sort(byWeight);
  return [
    el("h2", { tabindex: "-1" }, page.label(node)),
    el("p", { class: "quiet" }, about.filter(Boolean).join(" · ")),
    attributes(node),
    el("p", {}, words.relationsOf(shown.length)),
    ...listed(page, shown, node.number),
  ];
}

export function pair(page, one) {
  const [a, b] = [page.data.nodes[one.a], page.data.nodes[one.b]];
  const shown = one.edges.filter((edge) => page.visible.edges.has(edge.number)).sort(byWeight);
  const name = (node) => el("button", { class: "link", onclick: () => page.select({ node: node.number }) }, page.label(node));
  return [el("h2", { tabindex: "-1" }, name(a), " – ", name(b)), ...listed(page, shown, null, true)];
}

const byWeight = (a, b) => b.w - a.w || a.number - b.number;

function attributes(node) {
  const rows = Object.entries(node.a).flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, String(value))]);
  return rows.length ? el("dl", {}, rows) : null;
}

function listed(page, edges, from, open = false) {
  const list = el("ul", { class: "relations" }, edges.slice(0, FIRST).map((edge) => relation(page, edge, from, open)));
  if (edges.length <= FIRST) return [list];
  const rest = el("button", {
    onclick: () => {
      list.append(...edges.slice(FIRST).map((edge) => relation(page, edge, from, open)));
      rest.remove();
    },
  }, `+ ${edges.length - FIRST}`);
  return [list, rest];
}

/** One relation: a line that opens to its sentences. ``from`` is the thing that the panel is about, null for a pair. */
function relation(page, edge, from, open) {
  const { nodes, kinds } = page.data;
  const [source, target] = [nodes[edge.s], nodes[edge.t]];
  const arrow = edge.symmetric ? "–" : from === edge.t && edge.s !== edge.t ? "←" : "→";
  const other = from === edge.t ? source : target;
  const ends = from === null ? `${page.label(source)} ${arrow} ${page.label(target)}` : `${arrow} ${page.label(other)}`;
  const dates = [...new Set([edge.first, edge.last].filter(Boolean))].join(" – ");
  const counted = edge.curated ? page.words.curated : page.words.articles(edge.w);
  const head = el(
    "summary", {}, el("b", { class: edge.doubtful ? "doubt" : "" }, page.pick(kinds[edge.k].l)), ` ${ends} `,
    el("small", {}, [counted, dates].filter(Boolean).join(" · ")),
  );
  const details = el("details", { class: "relation" }, head);
  const fill = () => {
    if (details.childElementCount > 1) return;
    const about = edge.about.length ? page.pick(edge.about) : "";
    if (about) details.append(el("p", { class: "quiet" }, `${page.words.about}: ${about}`));
    details.append(...edge.said.map((one) => sentence(page, one)));
    const notices = new Set(edge.said.map(([number]) => page.data.sources[page.data.sentences[number][1]][5]).filter(Boolean));
    details.append(...[...notices].map((one) => el("p", { class: "quiet notice" }, one)));
    if (edge.n > edge.said.length) details.append(el("p", { class: "quiet" }, page.words.more(edge.n - edge.said.length)));
    if (from !== null)
      details.append(el("button", { class: "link", onclick: () => page.select({ node: other.number }) }, page.label(other)));
  };
  details.addEventListener("toggle", fill);
  if (open) {
    details.open = true;
    fill();
  }
  return el("li", {}, details);
}

/** A sentence with its words marked, and where it is from. */
function sentence(page, [number, first, last, day]) {
  const [text, place] = page.data.sentences[number];
  const [id, title, date, publisher, url] = page.data.sources[place];
  const from = [title || id, publisher, date || day].filter(Boolean).join(" · ");
  // only an address of the web is made a link: an article may claim any
  const link = /^https?:\/\//i.test(url) ? el("a", { href: url, rel: "noreferrer noopener", target: "_blank" }, page.words.source) : null;
  const points = [...text]; // offsets count code points, JavaScript's strings do not
  const part = (a, b) => points.slice(a, b).join("");
  return el(
    "blockquote", {}, el("p", {}, part(0, first), el("mark", {}, part(first, last)), part(last)),
    el("footer", {}, from, link ? " " : null, link),
  );
}
