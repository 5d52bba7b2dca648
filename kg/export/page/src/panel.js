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
    page.acts(node),
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
    const said = el("div", {});
    details.append(said);
    if (!edge.curated) page.evidence(edge, said);
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

/** The sentences of an edge as the one-file page holds them, with what must be told of their sources and how many more there are. */
export function held(page, edge) {
  const quoted = edge.said.map(([number, first, last, day]) => {
    const [text, place] = page.data.sentences[number];
    const [id, title, date, publisher, url, notice] = page.data.sources[place];
    return { text, first, last, day, id, title, date, publisher, url, notice };
  });
  return [...quotes(page, quoted), edge.n > quoted.length ? el("p", { class: "quiet" }, page.words.more(edge.n - quoted.length)) : null].filter(Boolean);
}

/** Sentences with their words marked, and each notice of their sources once. */
export function quotes(page, quoted) {
  const notices = new Set(quoted.map((one) => one.notice).filter(Boolean));
  return [...quoted.map((one) => sentence(page, one)), ...[...notices].map((one) => el("p", { class: "quiet notice" }, one))];
}

/** A sentence with its words marked, and where it is from. ``href`` leads to its place in the article, where there is one. */
function sentence(page, { text, first, last, day, id, title, date, publisher, url, href }) {
  const from = [title || id, publisher, date || day].filter(Boolean).join(" · ");
  // only an address of the web is made a link: an article may claim any
  const link = /^https?:\/\//i.test(url) ? el("a", { href: url, rel: "noreferrer noopener", target: "_blank" }, page.words.source) : null;
  const points = [...text]; // offsets count code points, JavaScript's strings do not
  const part = (a, b) => points.slice(a, b).join("");
  return el(
    "blockquote", {}, el("p", {}, part(0, first), el("mark", {}, part(first, last)), part(last)),
    el("footer", {}, href ? el("a", { href }, from) : from, link ? " " : null, link),
  );
}
