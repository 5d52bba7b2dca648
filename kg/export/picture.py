"""A picture of the graph, PNG or SVG, drawn by matplotlib with a font that has the labels' characters.

Chinese in a font that lacks it is a row of boxes, so a font is looked for among those installed, and none is an error.
SVG holds the letters as outlines: it looks the same where the font is not installed.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, BinaryIO

from kg.errors import KgError, MissingPackageError
from kg.export.colours import COLOURS, OTHER
from kg.export.output import utf8
from kg.network.layout import place
from kg.network.model import PropertyGraph

if TYPE_CHECKING:
    from matplotlib.font_manager import FontEntry

#: Labels on one picture; the nodes with the most edges get them.
LABELS = 120
#: Families that are asked first when several fonts have all characters.
_LIKED = ("Noto Sans CJK", "Source Han Sans", "Microsoft JhengHei", "PingFang", "WenQuanYi", "Noto Serif CJK")
_LONGEST = 24


class MissingFontError(KgError):
    """No installed font has the characters of the labels."""

    def __init__(self, characters: str) -> None:
        super().__init__(characters)
        self.characters = characters

    def __str__(self) -> str:
        return (
            f"no installed font has {self.characters[:8]!r} of the labels: install one (Debian: apt install "
            "fonts-noto-cjk; or put any CJK .otf into ~/.fonts), or write labels with --lang en"
        )


def write_png(graph: PropertyGraph, out: BinaryIO) -> None:
    """2400 by 1800 pixels. Raises MissingPackageError and MissingFontError."""
    _write(graph, out, "png")


def write_svg(graph: PropertyGraph, out: BinaryIO) -> None:
    """An SVG without text elements. Raises MissingPackageError and MissingFontError."""
    _write(graph, out, "svg")


def _write(graph: PropertyGraph, out: BinaryIO, form: str) -> None:
    try:
        import matplotlib
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError as error:
        raise MissingPackageError("a picture", "matplotlib", "plots") from error
    labels = _labels(graph)
    shown = sorted({node.type for node in graph.nodes})
    family = font_for([*labels.values(), *shown])
    settings: Any = {"svg.fonttype": "path", "svg.hashsalt": "kg", "font.family": [family], "text.parse_math": False}
    with matplotlib.rc_context(settings):
        figure = Figure(figsize=(16, 12), dpi=150, layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.add_subplot()
        axes.set_axis_off()
        axes.set_aspect("equal")
        _draw(axes, graph, labels, family)
        metadata = {"Date": None} if form == "svg" else {"Software": None}
        figure.savefig(out, format=form, metadata=metadata)


def _draw(axes: Any, graph: PropertyGraph, labels: dict[int, str], family: str) -> None:
    points = place(graph)
    places = {node.id: points[number] for number, node in enumerate(graph.nodes)}
    degrees = _degrees(graph)
    for edge in graph.edges:
        (x1, y1), (x2, y2) = places[edge.source], places[edge.target]
        style = (0, (4, 3)) if edge.flags else "-"
        width = min(0.5 + 0.5 * math.log2(edge.weight + 1), 4.0)
        axes.plot([x1, x2], [y1, y2], color="#9aa3ad", alpha=0.55, linewidth=width, linestyle=style, zorder=1)
    for type_ in sorted({node.type for node in graph.nodes}):
        those = [number for number, node in enumerate(graph.nodes) if node.type == type_]
        sizes = [30 + 40 * degrees[graph.nodes[number].id] ** 0.7 for number in those]
        colour = COLOURS.get(type_, OTHER)[0]
        axes.scatter(points[those, 0], points[those, 1], s=sizes, c=colour, edgecolors="white", zorder=2, label=type_)
    for number, label in labels.items():
        x, y = points[number]
        axes.annotate(
            label, (x, y), xytext=(0, 7), textcoords="offset points", ha="center", fontsize=9, family=family, zorder=3,
            bbox={"boxstyle": "round,pad=0.1", "facecolor": "white", "alpha": 0.7, "edgecolor": "none"},
        )  # fmt: skip
    if graph.nodes:
        axes.legend(loc="lower left", frameon=False, markerscale=0.6)


def _degrees(graph: PropertyGraph) -> dict[str, int]:
    degrees = dict.fromkeys((node.id for node in graph.nodes), 0)
    for edge in graph.edges:
        degrees[edge.source] += 1
        degrees[edge.target] += 1
    return degrees


def _labels(graph: PropertyGraph) -> dict[int, str]:
    """The labels that are drawn, by node number; characters that draw nothing are left out."""
    degrees = _degrees(graph)
    ordered = sorted(range(len(graph.nodes)), key=lambda n: (-degrees[graph.nodes[n].id], n))
    labels = {}
    for number in sorted(ordered[:LABELS]):
        words = " ".join(utf8("".join(c for c in graph.nodes[number].label if c.isprintable())).split())
        labels[number] = words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…"
    return labels


def font_for(texts: Iterable[str]) -> str:
    """The family of an installed font that has every character of the texts.

    Raises MissingFontError with the characters that the best font lacks.
    """
    from matplotlib import font_manager

    wanted = {character for text in texts for character in text if not character.isspace()}
    if not wanted - _characters(font_manager.findfont("DejaVu Sans")):
        return "DejaVu Sans"
    best = wanted
    for entry in sorted(font_manager.fontManager.ttflist, key=_liking):
        if entry.style != "normal" or _weight(entry) > 500 or entry.name.startswith("Last Resort"):  # boxes for all
            continue
        lacking = wanted - _characters(entry.fname)
        if not lacking:
            return str(entry.name)
        best = min(best, lacking, key=len)
    raise MissingFontError("".join(sorted(best)))


def _liking(entry: FontEntry) -> tuple[int, str, str]:
    rank = next((n for n, family in enumerate(_LIKED) if entry.name.startswith(family)), len(_LIKED))
    return rank, entry.name, entry.fname


def _weight(entry: FontEntry) -> int:
    return entry.weight if isinstance(entry.weight, int) else 700 if "bold" in str(entry.weight) else 400


def _characters(path: str) -> set[str]:
    from matplotlib.ft2font import FT2Font

    return {chr(code) for code in FT2Font(path).get_charmap()}
