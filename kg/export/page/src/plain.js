// The same picture on an ordinary canvas, for browsers without WebGL: it can be moved, enlarged and clicked.
import { lineColour, sizeOf } from "./drawing.js";

const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

export function drawPlain(container, page) {
  const canvas = container.appendChild(document.createElement("canvas"));
  canvas.className = "plain";
  const view = { x: 0, y: 0, zoom: 1 };
  const scale = () => (Math.min(canvas.clientWidth, canvas.clientHeight) / 2.2) * view.zoom;
  const place = (node) => [
    canvas.clientWidth / 2 + (node.x - view.x) * scale(), canvas.clientHeight / 2 - (node.y - view.y) * scale(),
  ];
  const paint = () => {
    const ratio = window.devicePixelRatio || 1;
    canvas.width = canvas.clientWidth * ratio;
    canvas.height = canvas.clientHeight * ratio;
    const context = canvas.getContext("2d");
    context.scale(ratio, ratio);
    lines(context, page, place);
    dots(context, page, place);
  };
  let down = null;
  canvas.addEventListener("pointerdown", (event) => (down = { x: event.offsetX, y: event.offsetY, moved: false }));
  canvas.addEventListener("pointermove", (event) => {
    if (!down || !event.buttons) return;
    view.x -= event.movementX / scale();
    view.y += event.movementY / scale();
    down.moved ||= Math.hypot(event.offsetX - down.x, event.offsetY - down.y) > 4;
    paint();
  });
  canvas.addEventListener("click", (event) => {
    if (!down?.moved) page.select(hit(page, place, event.offsetX, event.offsetY));
  });
  canvas.addEventListener("wheel", (event) => {
    event.preventDefault();
    view.zoom = Math.min(Math.max(view.zoom * (event.deltaY < 0 ? 1.2 : 1 / 1.2), 0.5), 40);
    paint();
  }, { passive: false });
  canvas.addEventListener("dblclick", (event) => {
    const { node } = hit(page, place, event.offsetX, event.offsetY) ?? {};
    if (node !== undefined) page.switch?.(page.data.nodes[node]);
  });
  new ResizeObserver(paint).observe(container);
  return {
    plain: true,
    sync: () => {},
    refresh: paint,
    focus: (number) => {
      Object.assign(view, { x: page.data.nodes[number].x, y: page.data.nodes[number].y, zoom: Math.max(view.zoom, 2) });
      paint();
    },
    fit: () => {
      Object.assign(view, { x: 0, y: 0, zoom: 1 });
      paint();
    },
    at: (number) => {
      const [x, y] = place(page.data.nodes[number]);
      return { x, y };
    },
  };
}

function lines(context, page, place) {
  for (const pair of page.data.pairs.values()) {
    const shown = pair.edges.filter((edge) => page.visible.edges.has(edge.number));
    if (!shown.length) continue;
    const chosen = page.near && (page.chosenPair ? page.chosenPair === pair.key : page.chosen.has(pair.a) || page.chosen.has(pair.b));
    context.strokeStyle = css(chosen ? "--strong" : page.near ? "--fainter" : lineColour(shown));
    context.lineWidth = chosen ? 2 : 1;
    context.beginPath();
    context.moveTo(...place(page.data.nodes[pair.a]));
    context.lineTo(...place(page.data.nodes[pair.b]));
    context.stroke();
  }
}

function dots(context, page, place) {
  const count = page.data.nodes.length;
  const shown = page.data.nodes.filter((node) => page.visible.nodes.has(node.number));
  shown.sort((a, b) => a.edges.length - b.edges.length);
  const named = new Set(shown.slice(-40).map((node) => node.number));
  context.font = "13px system-ui, 'Noto Sans CJK TC', sans-serif";
  for (const node of shown) {
    const [x, y] = place(node);
    const far = page.near && !page.near.has(node.number);
    context.fillStyle = far ? css("--faint") : page.colour(node.t);
    context.beginPath();
    context.arc(x, y, sizeOf(node, count), 0, Math.PI * 2);
    context.fill();
    if (far || !(named.has(node.number) || page.near)) continue;
    context.fillStyle = css("--ink");
    context.fillText(page.label(node), x + sizeOf(node, count) + 3, y + 4);
  }
}

/** What lies under a point: a thing, else a line within five pixels, else nothing. */
function hit(page, place, x, y) {
  for (const node of page.data.nodes) {
    const [a, b] = place(node);
    if (page.visible.nodes.has(node.number) && Math.hypot(a - x, b - y) <= sizeOf(node, page.data.nodes.length) + 3)
      return { node: node.number };
  }
  for (const pair of page.data.pairs.values()) {
    if (!pair.edges.some((edge) => page.visible.edges.has(edge.number))) continue;
    const [ax, ay] = place(page.data.nodes[pair.a]);
    const [bx, by] = place(page.data.nodes[pair.b]);
    const length = (bx - ax) ** 2 + (by - ay) ** 2 || 1;
    const t = Math.min(Math.max(((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length, 0), 1);
    if (Math.hypot(ax + t * (bx - ax) - x, ay + t * (by - ay) - y) <= 5) return { pair: pair.key };
  }
  return null;
}
