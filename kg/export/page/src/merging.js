// What the explorer has fetched, put together: pieces of one graph, each with the thing that was opened for it.
import { prepare } from "./model.js";

/** A graph without anything in it. */
export function nothing(view, lang) {
  return prepare({ view, lang, types: {}, kinds: {}, outlets: [], nodes: [], edges: [], sentences: [], sources: [] });
}

/** Adds an answer of the service to the graph; ``opener`` is the id of what was opened, empty for the overview. */
export function merge(data, answer, opener) {
  Object.assign(data.types, answer.types);
  Object.assign(data.kinds, answer.kinds);
  const old = new Set(data.nodes.map((node) => node.id));
  for (const node of answer.nodes)
    if (!old.has(node.id)) data.nodes.push({ first: "", last: "", x: null, y: null, beside: opener, ...node });
  data.nodes.forEach((node, number) => (node.number = number));
  const places = new Map(data.nodes.map((node) => [node.id, node.number]));
  const known = new Map(data.edges.map((edge) => [edge.id, edge]));
  for (const edge of answer.edges) {
    const id = `${edge.s} ${edge.k} ${edge.t}`;
    if (!known.has(id)) {
      const made = { outlets: [], ...edge, id, ends: [edge.s, edge.t], s: places.get(edge.s), t: places.get(edge.t), by: new Set() };
      data.edges.push(made);
      known.set(id, made);
    }
    known.get(id).by.add(opener);
  }
  prepare(data);
}
