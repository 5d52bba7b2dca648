// The graph as the page holds it: unpacked, its relations drawn together into one line for each pair of things.

/** Unpacks what stands in the page: gzip in base64, so that no text of an article is ever markup. */
export async function unpack(element) {
  const bytes = Uint8Array.from(atob(element.textContent.trim()), (c) => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}

const month = (text) => Number(text.slice(0, 4)) * 12 + (text.length >= 7 ? Number(text.slice(5, 7)) - 1 : 0);
const lastMonth = (text) => (text.length >= 7 ? month(text) : month(text) + 11);

/** Adds to the unpacked graph what the page asks of it all the time. */
export function prepare(data) {
  data.edges.forEach((edge, number) => {
    edge.number = number;
    // a day as it is, or the first and the last of what is only counted
    edge.months = edge.days.map((day) => (Array.isArray(day) ? [month(day[0]), lastMonth(day.at(-1))] : [month(day), lastMonth(day)]));
  });
  data.nodes.forEach((node, number) => {
    node.number = number;
    node.edges = [];
  });
  const pairs = new Map();
  for (const edge of data.edges) {
    data.nodes[edge.s].edges.push(edge);
    if (edge.t !== edge.s) data.nodes[edge.t].edges.push(edge);
    const key = edge.s < edge.t ? `${edge.s}-${edge.t}` : `${edge.t}-${edge.s}`;
    if (!pairs.has(key)) pairs.set(key, { key, a: Math.min(edge.s, edge.t), b: Math.max(edge.s, edge.t), edges: [] });
    pairs.get(key).edges.push(edge);
  }
  data.pairs = pairs;
  data.byId = new Map(data.nodes.map((node) => [node.id, node]));
  const all = data.edges.flatMap((edge) => edge.months.flat());
  data.firstMonth = all.length ? all.reduce((a, b) => Math.min(a, b)) : 0;
  data.lastMonth = all.length ? all.reduce((a, b) => Math.max(a, b)) : 0;
  return data;
}

export const monthText = (number) => `${Math.floor(number / 12)}-${String((number % 12) + 1).padStart(2, "0")}`;

/** What is shown: sets of what is switched off, a range of months, a least weight. */
export class Filter {
  constructor(data) {
    this.data = data;
    this.reset();
  }

  reset() {
    this.types = new Set();
    this.kinds = new Set();
    this.outlets = new Set();
    this.from = this.oldFirst = this.data.firstMonth;
    this.to = this.oldLast = this.data.lastMonth;
    this.weight = 1;
  }

  /** Lets the range of months grow with the data, where nobody has narrowed it. */
  widen() {
    const { firstMonth, lastMonth } = this.data;
    if (this.from === this.oldFirst) this.from = firstMonth;
    if (this.to === this.oldLast) this.to = lastMonth;
    Object.assign(this, { oldFirst: firstMonth, oldLast: lastMonth });
  }

  shows(edge) {
    const { nodes, firstMonth, lastMonth } = this.data;
    if (this.kinds.has(edge.k) || edge.w < this.weight) return false;
    if (this.types.has(nodes[edge.s].t) || this.types.has(nodes[edge.t].t)) return false;
    if (edge.outlets.length && this.outlets.size && edge.outlets.every((one) => this.outlets.has(one))) return false;
    if ((this.from > firstMonth || this.to < lastMonth) && edge.months.length)
      return edge.months.some(([first, last]) => last >= this.from && first <= this.to);
    return true;
  }

  /** Numbers of the nodes and edges that are shown; a thing without any relation is shown as long as its type is. */
  apply() {
    const edges = new Set();
    const nodes = new Set();
    for (const edge of this.data.edges)
      if (this.shows(edge)) {
        edges.add(edge.number);
        nodes.add(edge.s).add(edge.t);
      }
    for (const node of this.data.nodes)
      if (!node.edges.length && !this.types.has(node.t) && this.weight <= 1) nodes.add(node.number);
    return { nodes, edges };
  }
}
