// Where the things of the explorer stand: pulled together by their relations, from where they stood before.
import { UndirectedGraph } from "graphology";
import forceAtlas2 from "graphology-layout-forceatlas2";

const ROUNDS = 150;

/** Gives every shown node an x and a y within -1 and 1; what is new begins beside what it was opened for. */
export function arrange(data, visible) {
  const graph = new UndirectedGraph();
  data.nodes.forEach((node, turn) => {
    if (node.x === null) begin(node, turn, data);
    if (visible.nodes.has(node.number)) graph.addNode(node.number, { x: node.x * 100, y: node.y * 100 });
  });
  for (const { key, a, b, edges } of data.pairs.values()) {
    const weight = edges.filter((edge) => visible.edges.has(edge.number)).reduce((sum, edge) => sum + edge.w, 0);
    if (weight && a !== b) graph.addEdgeWithKey(key, a, b, { weight: Math.log2(weight + 1) });
  }
  forceAtlas2.assign(graph, {
    iterations: ROUNDS, getEdgeWeight: "weight",
    settings: { ...forceAtlas2.inferSettings(graph), gravity: 1, scalingRatio: 40, slowDown: 2, barnesHutOptimize: graph.order > 300 },
  });
  const points = graph.mapNodes((key, { x, y }) => [Number(key), x, y]);
  const middle = [1, 2].map((axis) => points.reduce((sum, one) => sum + one[axis], 0) / (points.length || 1));
  const reach = points.reduce((most, [, x, y]) => Math.max(most, Math.hypot(x - middle[0], y - middle[1])), 1e-9);
  for (const [number, x, y] of points)
    Object.assign(data.nodes[number], { x: (x - middle[0]) / reach, y: (y - middle[1]) / reach });
}

/** A place on a spiral around what the node was opened for: the same for the same graph. */
function begin(node, turn, data) {
  const from = data.byId.get(node.beside);
  const angle = turn * Math.PI * (3 - Math.sqrt(5));
  const far = 0.12 + 0.02 * Math.sqrt(turn + 1);
  node.x = (from?.x ?? 0) + far * Math.cos(angle);
  node.y = (from?.y ?? 0) + far * Math.sin(angle);
}
