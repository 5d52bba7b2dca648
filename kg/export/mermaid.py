"""Mermaid, a flowchart for Markdown pages and wikis; for small graphs only, since it draws everything at once."""

from __future__ import annotations

import re
from typing import BinaryIO

from kg.errors import UsageError
from kg.export.output import utf8
from kg.network.model import PropertyGraph

#: More than this nobody can read; Mermaid itself stops at 500 edges.
MOST_NODES, MOST_EDGES = 80, 150
_LONGEST = 60
_SHAPES = {"State": ("[[", "]]"), "Person": ("(", ")"), "Organization": ("[", "]"), "Treaty": ("[/", "/]")}
#: Everything that Markdown, HTML or Mermaid itself could take for more than text.
_SPECIAL = re.compile(r"[^\w\s.,:!?%/()「」《》、。，：；！？“”‘’·…×-]")


class TooLargeError(UsageError):
    """A graph with more nodes or edges than the format can show."""

    def __init__(self, nodes: int, edges: int) -> None:
        super().__init__(nodes, edges)
        self.nodes, self.edges = nodes, edges

    def __str__(self) -> str:
        return (
            f"{self.nodes} nodes and {self.edges} edges are too many for Mermaid ({MOST_NODES} and {MOST_EDGES}): "
            "filter with --type, --since, --until or --article, or write .html or .svg"
        )


def write(graph: PropertyGraph, out: BinaryIO) -> None:
    """Writes a flowchart from left to right. Raises TooLargeError."""
    if len(graph.nodes) > MOST_NODES or len(graph.edges) > MOST_EDGES:
        raise TooLargeError(len(graph.nodes), len(graph.edges))
    lines = ["flowchart LR"]
    names = {node.id: f"n{number}" for number, node in enumerate(graph.nodes)}
    for node in graph.nodes:
        opening, closing = _SHAPES.get(node.type, ("[", "]"))
        lines.append(f'  {names[node.id]}{opening}"{_text(node.label)}"{closing}')
    for edge in graph.edges:
        arrow = "---" if edge.attributes.get("symmetric") else "-.->" if edge.flags else "-->"
        count = f" ×{edge.weight}" if edge.weight > 1 else ""
        label = _text(f"{edge.label or edge.kind}{count}")
        lines.append(f'  {names[edge.source]} {arrow}|"{label}"| {names[edge.target]}')
    out.write(("\n".join(lines) + "\n").encode())


def _text(text: str) -> str:
    """On one line, cut where it is long, and with everything special as a character code."""
    words = " ".join("".join(c if c.isprintable() else " " for c in utf8(text)).split())
    short = words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…"
    return _SPECIAL.sub(lambda match: f"#{ord(match[0])};", short) or "#32;"
