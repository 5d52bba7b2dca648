// The picture by sigma, on WebGL. One line for each pair; the panel tells which relations it stands for.
import { UndirectedGraph } from "graphology";
import Sigma from "sigma";

const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

export function sizeOf(node, count) {
  const base = count > 1500 ? 1.6 : count > 400 ? 2.6 : 4;
  return base + Math.min(Math.sqrt(node.edges.length) * (count > 1500 ? 0.7 : 1.5), 16);
}

export function draw(container, page) {
  const { data } = page;
  const graph = new UndirectedGraph();
  for (const node of data.nodes)
    graph.addNode(node.number, { x: node.x, y: node.y, size: sizeOf(node, data.nodes.length) });
  for (const pair of data.pairs.values())
    if (pair.a !== pair.b) graph.addEdgeWithKey(pair.key, pair.a, pair.b);
  const sigma = new Sigma(graph, container, {
    labelFont: "system-ui, 'Noto Sans CJK TC', 'Noto Sans CJK SC', 'PingFang TC', 'Microsoft JhengHei', sans-serif",
    labelSize: 13, labelDensity: 0.9, labelGridCellSize: 90, labelRenderedSizeThreshold: data.nodes.length > 1500 ? 5 : 4,
    enableEdgeEvents: true, zIndex: true, allowInvalidContainer: true, minCameraRatio: 0.02, maxCameraRatio: 4, stagePadding: page.padding ?? 40,
    hideEdgesOnMove: data.edges.length > 8000,
    defaultDrawNodeHover: hover,
    nodeReducer: (key, own) => ({ ...own, ...nodeLook(page, data.nodes[key]) }),
    edgeReducer: (key, own) => ({ ...own, ...edgeLook(page, data.pairs.get(key)) }),
  });
  sigma.on("doubleClickNode", ({ node, preventSigmaDefault }) => {
    if (!page.switch) return;
    preventSigmaDefault();
    page.switch(data.nodes[node]);
  });
  sigma.on("clickNode", ({ node }) => page.select({ node: Number(node) }));
  sigma.on("clickEdge", ({ edge }) => page.select({ pair: edge }));
  sigma.on("clickStage", () => page.select(null));
  new ResizeObserver(() => sigma.scheduleRefresh()).observe(container); // sigma itself sees the window's size only
  for (const event of ["enterNode", "enterEdge"]) sigma.on(event, () => container.classList.add("over"));
  for (const event of ["leaveNode", "leaveEdge"]) sigma.on(event, () => container.classList.remove("over"));
  return {
    plain: false,
    /** Takes over what the page's data have more of, and where things stand now. */
    sync: () => {
      for (const node of data.nodes) {
        const own = { x: node.x, y: node.y, size: sizeOf(node, data.nodes.length) };
        if (graph.hasNode(node.number)) graph.mergeNodeAttributes(node.number, own);
        else graph.addNode(node.number, own);
      }
      for (const pair of data.pairs.values())
        if (pair.a !== pair.b && !graph.hasEdge(pair.key)) graph.addEdgeWithKey(pair.key, pair.a, pair.b);
    },
    refresh: () => {
      sigma.setSetting("labelColor", { color: css("--ink") });
      sigma.refresh();
    },
    focus: (number) => {
      const { x, y } = sigma.getNodeDisplayData(number);
      const ratio = Math.min(sigma.getCamera().ratio, data.nodes.length > 400 ? 0.25 : 0.6);
      sigma.getCamera().animate({ x, y, ratio }, { duration: page.still ? 0 : 300 });
    },
    fit: () => sigma.getCamera().animate({ x: 0.5, y: 0.5, ratio: 1, angle: 0 }, { duration: page.still ? 0 : 300 }),
    /** Where a thing is drawn, in the picture's pixels. */
    at: (number) => {
      const { x, y } = sigma.getNodeDisplayData(number);
      return sigma.framedGraphToViewport({ x, y });
    },
  };
}

function nodeLook(page, node) {
  if (!page.visible.nodes.has(node.number)) return { hidden: true };
  const look = { color: page.colour(node.t), label: page.short(node), zIndex: 1, forceLabel: page.named.has(node.number) };
  if (!page.near) return look;
  if (page.near.has(node.number)) return { ...look, zIndex: 2, forceLabel: page.near.size < 16, highlighted: page.chosen.has(node.number) };
  return { ...look, color: css("--faint"), label: null, forceLabel: false, zIndex: 0 };
}

function edgeLook(page, pair) {
  const shown = pair.edges.filter((edge) => page.visible.edges.has(edge.number));
  if (!shown.length) return { hidden: true };
  const weight = shown.reduce((sum, edge) => sum + edge.w, 0);
  const many = page.data.pairs.size > 3000;
  const size = many ? 0.3 : Math.min(0.6 + Math.log2(weight + 1) * 0.6, 5);
  const look = { size, color: css(many ? "--faint" : lineColour(shown)), zIndex: 0 };
  if (!page.near) return look;
  if (page.chosenPair ? page.chosenPair === pair.key : page.chosen.has(pair.a) || page.chosen.has(pair.b))
    return { ...look, size: page.near.size > 150 ? 0.6 : size + 0.8, color: css("--strong"), zIndex: 1 };
  return { ...look, color: css("--fainter") };
}

export const lineColour = (edges) => (edges.every((edge) => edge.doubtful) ? "--doubt" : "--edge");

/** The label under the pointer, on a ground of the page's own colour so that it is read in the dark too. */
function hover(context, node, settings) {
  if (!node.label) return;
  context.font = `600 ${settings.labelSize}px ${settings.labelFont}`;
  const width = context.measureText(node.label).width;
  context.fillStyle = css("--panel");
  context.strokeStyle = css("--strong");
  context.beginPath();
  context.roundRect(node.x + node.size, node.y - settings.labelSize * 0.8, width + 10, settings.labelSize * 1.6, 4);
  context.fill();
  context.stroke();
  context.beginPath();
  context.arc(node.x, node.y, node.size + 1.5, 0, Math.PI * 2);
  context.stroke();
  context.fillStyle = css("--ink");
  context.fillText(node.label, node.x + node.size + 5, node.y + settings.labelSize / 3);
}
