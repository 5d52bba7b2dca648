// Search, filters and the list: everything that can be done without the picture.
import { el } from "./dom.js";
import { monthText } from "./model.js";

/** A search box with suggestions, used with the arrow keys, Enter and Escape. */
export function search(page) {
  const list = el("ul", { id: "found", role: "listbox", hidden: true });
  const input = el("input", {
    type: "search", id: "search", role: "combobox", "aria-controls": "found", "aria-expanded": "false",
    "aria-autocomplete": "list", autocomplete: "off", placeholder: page.words.search, "aria-label": page.words.search,
  });
  let found = [];
  let at = -1;
  const close = () => {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const choose = (node) => {
    close();
    input.value = page.label(node);
    page.select({ node: node.number }, { focus: true });
  };
  const mark = () => {
    [...list.children].forEach((item, number) => item.setAttribute("aria-selected", String(number === at)));
    if (at >= 0) input.setAttribute("aria-activedescendant", `found-${at}`);
  };
  input.addEventListener("input", () => {
    const wanted = input.value.trim().toLowerCase();
    const named = wanted ? page.data.nodes.filter((node) => node.l.some((name) => name.toLowerCase().includes(wanted))) : [];
    found = named.sort((a, b) => b.edges.length - a.edges.length).slice(0, 12);
    at = found.length ? 0 : -1;
    const items = found.map((node, number) => el(
      "li", { role: "option", id: `found-${number}`, onmousedown: (event) => { event.preventDefault(); choose(node); } },
      page.label(node), el("small", {}, page.typeName(node.t)),
    ));
    list.replaceChildren(...(items.length || !wanted ? items : [el("li", { class: "quiet" }, page.words.none)]));
    list.hidden = !wanted;
    input.setAttribute("aria-expanded", String(Boolean(wanted)));
    mark();
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (found.length) at = (at + (event.key === "ArrowDown" ? 1 : found.length - 1)) % found.length;
      mark();
    } else if (event.key === "Enter" && found[at]) choose(found[at]);
    else if (event.key === "Enter" && input.value.trim()) page.search?.(input.value.trim());
    else if (event.key === "Escape") close();
  });
  input.addEventListener("blur", close);
  return el("div", { class: "search" }, input, list);
}

/** A group of switches; ``off`` is the filter's set of what is switched off. */
function switches(page, title, items, off) {
  const boxes = items.map(({ key, label, count, colour }) => {
    const box = el("input", {
      type: "checkbox", checked: !off.has(key),
      onchange: () => {
        if (box.checked) off.delete(key);
        else off.add(key);
        page.refresh();
      },
    });
    const swatch = colour ? el("i", { class: "swatch" }) : null;
    if (swatch) swatch.style.background = colour;
    return { key, box, row: el("label", {}, box, swatch, el("span", {}, label), el("small", {}, String(count))) };
  });
  const every = (on) => {
    for (const { key, box } of boxes) {
      box.checked = on;
      if (on) off.delete(key);
      else off.add(key);
    }
    page.refresh();
  };
  const both = el(
    "span", { class: "both" }, el("button", { class: "link", onclick: () => every(true) }, page.words.all),
    el("button", { class: "link", onclick: () => every(false) }, page.words.nothing),
  );
  return el("fieldset", {}, el("legend", {}, title), boxes.length > 2 ? both : null, boxes.map(({ row }) => row));
}

export function filters(page) {
  const { data, filter, words } = page;
  const count = (values) => values.reduce((all, one) => all.set(one, (all.get(one) ?? 0) + 1), new Map());
  const ofTypes = count(data.nodes.map((node) => node.t));
  const ofKinds = count(data.edges.map((edge) => edge.k));
  const ofOutlets = count(data.edges.flatMap((edge) => edge.outlets));
  const ordered = (counts) => [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
  const types = ordered(ofTypes).map(([key, n]) => ({ key, count: n, label: page.typeName(key), colour: page.colour(key) }));
  const kinds = ordered(ofKinds).map(([key, n]) => ({ key, count: n, label: page.pick(data.kinds[key].l) }));
  const outlets = ordered(ofOutlets).map(([key, n]) => ({ key, count: n, label: data.outlets[key] }));
  return [
    switches(page, words.types, types, filter.types),
    switches(page, words.relations, kinds, filter.kinds),
    data.lastMonth > data.firstMonth ? time(page) : null,
    weight(page),
    outlets.length > 1 ? switches(page, words.outlets, outlets, filter.outlets) : null,
    el("button", { onclick: () => page.resetFilters() }, words.reset),
  ].filter(Boolean);
}

function time(page) {
  const { data, filter, words } = page;
  const slider = (part, label) => {
    const shown = el("output", {}, monthText(filter[part]));
    const input = el("input", {
      type: "range", min: String(data.firstMonth), max: String(data.lastMonth), id: `time-${part}`,
      "aria-label": label, "aria-valuetext": monthText(filter[part]),
      oninput: () => {
        filter[part] = Number(input.value);
        const other = part === "from" ? "to" : "from";
        if (filter.from > filter.to) {
          filter[other] = filter[part];
          document.getElementById(`time-${other}`).value = input.value;
          document.getElementById(`time-${other}`).previousElementSibling.textContent = monthText(filter[part]);
        }
        shown.textContent = monthText(filter[part]);
        input.setAttribute("aria-valuetext", monthText(filter[part]));
        page.refresh();
      },
    });
    input.value = String(filter[part]);
    return el("div", { class: "range" }, el("span", {}, label), shown, input);
  };
  const note = data.edges.some((edge) => !edge.months.length) ? el("small", { class: "quiet" }, words.undated) : null;
  return el("fieldset", {}, el("legend", {}, words.time), slider("from", words.from), slider("to", words.to), note);
}

function weight(page) {
  const most = page.data.edges.reduce((a, edge) => Math.max(a, edge.w), 1);
  if (most < 2) return null;
  const shown = el("output", {}, String(page.filter.weight));
  const input = el("input", {
    type: "range", min: "1", max: String(Math.min(most, 50)), id: "weight",
    "aria-label": page.words.weight,
    oninput: () => {
      page.filter.weight = Number(input.value);
      shown.textContent = input.value;
      page.refresh();
    },
  });
  input.value = String(page.filter.weight);
  return el("fieldset", {}, el("div", { class: "range" }, el("span", {}, page.words.weight), shown, input));
}

/** The shown things as a table, for keyboards, screen readers and whoever likes lists better. */
export function list(page) {
  const shown = page.data.nodes.filter((node) => page.visible.nodes.has(node.number));
  const links = (node) => node.edges.filter((edge) => page.visible.edges.has(edge.number)).length;
  const counted = shown.map((node) => [node, links(node)]).sort((a, b) => b[1] - a[1] || a[0].number - b[0].number);
  const rows = counted.slice(0, 500).map(([node, n]) => el(
    "tr", {},
    el("th", { scope: "row" }, el("button", { class: "link", onclick: () => page.select({ node: node.number }) }, page.label(node)), page.toggle(node)),
    el("td", {}, page.typeName(node.t)), el("td", { class: "number" }, String(n)),
  ));
  const heads = [page.words.name, page.words.kind, page.words.links].map((one) => el("th", { scope: "col" }, one));
  const more = counted.length > 500 ? el("p", { class: "quiet" }, `+ ${counted.length - 500}`) : null;
  return [el("table", {}, el("thead", {}, el("tr", {}, heads)), el("tbody", {}, rows)), more].filter(Boolean);
}
