"""One HTML page to explore a graph in: nothing is fetched, and everything is in the file.

The script and the style sheet are built from ``page/`` by npm (``pip install`` does it where Node is) and put in whole.
The graph is compressed JSON in base64, which the page unpacks: no text of an article is ever markup, and 5,000 nodes
stay small. The page's own policy allows that one script and style and no request at all.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from html import escape
from importlib import resources
from importlib.abc import Traversable
from pathlib import Path
from typing import Any, BinaryIO

from kg.errors import KgError
from kg.export.colours import COLOURS, OTHER
from kg.export.output import utf8
from kg.graph.store import Store
from kg.network.evidence import Source, look_up_evidence, look_up_sources
from kg.network.layout import place
from kg.network.lookup import names_in, read_labels, term_iri
from kg.network.model import Edge, Evidence, PropertyGraph, Witness

#: Languages in which a page has its labels, in the order of its lists.
LANGUAGES = ("en", "zh-hant", "zh-hans")
#: Sentences shown for one edge, and in all; how many more there are is told.
EACH, ALL = 5, 30_000


class PageNotBuiltError(KgError):
    """The page's script is not there: kg was installed without Node."""

    def __init__(self, folder: str) -> None:
        super().__init__(folder)
        self.folder = folder

    def __str__(self) -> str:
        return (
            "the page's script was not built when kg was installed: install Node 18 or later and run 'npm ci' in "
            f"{self.folder}, or install kg again; .svg, .graphml and 'kg analyze -o page.html' need none of it"
        )


def write(store: Store, graphs: Sequence[PropertyGraph], lang: str, title: str, out: BinaryIO) -> None:
    """Writes the page; ``graphs`` are the same graph in each of LANGUAGES, ``lang`` the one that is shown first.

    Raises PageNotBuiltError.
    """
    script, style = _built("graph.js"), _built("style.css")
    data = json.dumps(_data(store, graphs, lang), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    packed = base64.b64encode(gzip.compress(utf8(data).encode(), mtime=0)).decode()
    policy = f"default-src 'none'; script-src '{_digest(script)}'; style-src '{_digest(style)}'; img-src data:"
    out.write(_page(title, policy, style, script, packed).encode())


def _page(title: str, policy: str, style: str, script: str, packed: str) -> str:
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{escape(utf8(title))}</title>
<style>{style}</style>
</head>
<body class="graph">
<header><h1>{escape(utf8(title))}</h1><span id="status" role="status"></span><div id="tools"></div></header>
<details id="side" open><summary id="filters-title">Filters</summary><div id="filters"></div></details>
<main><div id="picture" role="img" aria-label="{escape(utf8(title))}"></div>
<div id="list" hidden></div><p id="note" hidden></p></main>
<aside id="panel" aria-live="polite"><noscript>This page needs JavaScript; it is all in this file.</noscript></aside>
<script type="application/octet-stream" id="data">{packed}</script>
<script>{script}</script>
</body>
</html>
"""


def is_built() -> bool:
    """True when the page's script is there."""
    return _folder().joinpath("dist", "graph.js").is_file()


def built() -> Path | None:
    """The folder of the built scripts and style sheets; None when kg was installed without Node."""
    return Path(str(_folder() / "dist")) if is_built() else None


def _folder() -> Traversable:
    return resources.files(__package__) / "page"


def _built(name: str) -> str:
    file = _folder().joinpath("dist", name)
    if not file.is_file():
        raise PageNotBuiltError(str(_folder()))
    return file.read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _data(store: Store, graphs: Sequence[PropertyGraph], lang: str) -> dict[str, Any]:
    graph = graphs[0]
    chosen = _chosen(graph.edges)
    evidence = look_up_evidence(store, (witness for those in chosen for witness in those))
    sources = look_up_sources(store, {witness.article for edge in graph.edges for witness in edge.witnesses})
    quoted = _Quoted(evidence, sources)
    points = place(graph)
    numbers = {node.id: number for number, node in enumerate(graph.nodes)}
    nodes = []
    for number, node in enumerate(graph.nodes):
        own = {name: value for name, value in node.attributes.items() if name not in ("mentions", "articles")}
        nodes.append({
            "id": node.id, "t": node.type, "l": [one.nodes[number].label for one in graphs],
            "x": float(points[number, 0]), "y": float(points[number, 1]), "a": own,
            "first": node.first or "", "last": node.last or "",
        })  # fmt: skip
    outlets = sorted({one.publisher for one in sources.values() if one.publisher})
    edges = []
    for number, (edge, those) in enumerate(zip(graph.edges, chosen, strict=True)):
        said = [quoted.sentence(witness) for witness in those if witness in evidence]
        ends = {"s": numbers[edge.source], "t": numbers[edge.target]}
        about = _about([one.edges[number] for one in graphs])
        edges.append({**ends, **_edge(edge, sources, outlets), "about": about, "said": said})
    kinds = {
        edge.kind: {"l": [one.edges[n].label or edge.kind for one in graphs]} for n, edge in enumerate(graph.edges)
    }
    return {
        "view": graph.view, "lang": lang, "types": types(store, {node.type for node in graph.nodes}),
        "kinds": kinds, "outlets": outlets, "nodes": nodes, "edges": edges, "sentences": quoted.sentences,
        "sources": quoted.sources,
    }  # fmt: skip


def _edge(edge: Edge, sources: Mapping[str, Source], outlets: Sequence[str]) -> dict[str, Any]:
    articles = {witness.article for witness in edge.witnesses}
    from_ = {sources[one].publisher for one in articles if one in sources}
    return {
        "k": edge.kind, "w": edge.weight, "n": len(edge.witnesses), "first": edge.first or "", "last": edge.last or "",
        "doubtful": bool(edge.flags), "symmetric": bool(edge.attributes.get("symmetric")),
        "curated": bool(edge.attributes.get("curated")),
        "days": sorted({witness.day for witness in edge.witnesses if witness.day}),
        "outlets": [number for number, outlet in enumerate(outlets) if outlet in from_],
    }  # fmt: skip


def _about(edges: Sequence[Edge]) -> list[str]:
    """What an edge is about, or the titles of a post, in each language; empty where nothing is."""
    told = [str(edge.attributes.get("about") or edge.attributes.get("titles") or "") for edge in edges]
    return told if any(told) else []


def _chosen(edges: Sequence[Edge]) -> list[list[Witness]]:
    """Which witnesses of each edge are shown: the first of every edge, then the second, until there are ALL."""
    chosen: list[list[Witness]] = [[] for _ in edges]
    left = ALL
    for turn in range(EACH):
        for number, edge in enumerate(edges):
            if turn < len(edge.witnesses) and left > 0:
                chosen[number].append(edge.witnesses[turn])
                left -= 1
    return chosen


def types(store: Store, used: Collection[str]) -> dict[str, dict[str, Any]]:
    """The name in each of LANGUAGES (``l``) and the colours for light and dark (``c``) of types of node."""
    labels, classes = read_labels(store, [term_iri(type_) for type_ in used])
    names = [names_in(labels, classes, lang) for lang in LANGUAGES]
    return {
        type_: {"l": [one.label(term_iri(type_)) for one in names], "c": list(COLOURS.get(type_, OTHER))}
        for type_ in sorted(used)
    }


class _Quoted:
    """Sentences and articles, each once, numbered as they are first used."""

    def __init__(self, evidence: Mapping[Witness, Evidence], sources: Mapping[str, Source]) -> None:
        self._evidence, self._known = evidence, sources
        self._places: dict[tuple[str, str], int] = {}
        self._articles: dict[str, int] = {}
        self.sentences: list[tuple[str, int]] = []
        self.sources: list[tuple[str, ...]] = []

    def sentence(self, witness: Witness) -> tuple[int, int, int, str]:
        """Number of the sentence, offsets of the words in it (code points), day."""
        found = self._evidence[witness]
        key = (found.sentence, witness.article)
        if key not in self._places:
            self._places[key] = len(self.sentences)
            self.sentences.append((found.sentence, self._source(witness.article, found.article)))
        return (self._places[key], *found.mark, witness.day or "")

    def _source(self, article: str, name: str) -> int:
        if article not in self._articles:
            self._articles[article] = len(self.sources)
            one = self._known.get(article, Source(name))
            self.sources.append((one.id, one.title, one.date, one.publisher, one.url, one.notice))
        return self._articles[article]
