"""The property graph that stands between the store and every graph format.

A projection of the store is a ``PropertyGraph``; every exporter and ``to_networkx`` read nothing else, so that all
formats carry the same nodes, edges and attribute names. Attribute values are ``str``, ``int``, ``float`` or ``bool``
only: what a text does not say is left out, never written as None, an empty string or "null".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import TypeAlias

from kg.errors import KgError
from kg.model import IsoDate

Scalar: TypeAlias = str | int | float | bool

#: What an event can be other than a fact, in the order in which an edge's kind names it.
FLAGS: tuple[str, ...] = ("alleged", "negated", "planned", "reported")

#: Attribute names that formats use for themselves, and that a view can therefore not give to its own columns.
NODE_KEYS: frozenset[str] = frozenset({"id", "name", "value", "label", "type", "first", "last"})
EDGE_KEYS: frozenset[str] = frozenset(
    {"id", "key", "source", "target", "name", "interaction", "label", "kind", "type", "weight", "first", "last"}
    | {"article", "evidence", "evidence_start", "evidence_end", "curated", *FLAGS}
)


#: Relations that a notebook shows of a graph.
_SHOWN = 20


class GraphError(KgError):
    """Nodes and edges that do not make a graph: a repeated node, or an edge to a node that is not there."""

    def __init__(self, view: str, reason: str) -> None:
        super().__init__(view, reason)
        self.view, self.reason = view, reason

    def __str__(self) -> str:
        return f"view {self.view!r} does not make a graph: {self.reason}"


@dataclass(frozen=True, slots=True)
class Node:
    """One node: an entity, or in the finer views a statement, an event, a figure or a position."""

    id: str
    """Its IRI in the store."""
    type: str
    """Local name of its class: ``State``, ``Treaty``, ``Statement``."""
    label: str
    """Its name in the language asked for, or in the nearest one that it has."""
    first: IsoDate | None = None
    """Earliest date known of it or of its edges, as precise as the text (``2026``, ``2026-02``, ``2026-02-05``)."""
    last: IsoDate | None = None
    attributes: Mapping[str, Scalar] = field(default_factory=dict)

    def flat(self) -> dict[str, Scalar]:
        """All attributes but the id; what is not known is left out."""
        return {"label": self.label, "type": self.type, **_known(first=self.first, last=self.last), **self.attributes}


@dataclass(frozen=True, slots=True)
class Witness:
    """One record of an article (a statement, an event, two mentions) that says what an edge shows."""

    spans: tuple[str, ...]
    """IRIs of its spans in the store: one, or several of one article whose words stand apart."""
    day: IsoDate | None = None

    @property
    def article(self) -> str:
        """IRI of the article: what stands before the fragment of its spans."""
        return self.spans[0].partition("#")[0]


@dataclass(frozen=True, slots=True)
class Evidence:
    """The sentence of an article that says it."""

    article: str
    """The article's id."""
    sentence: str
    start: int
    """Offsets of the exact span within the article's text (Unicode code points, end exclusive)."""
    end: int
    mark: tuple[int, int] = (0, 0)
    """Offsets of that span within ``sentence``, as far as the sentence shows it."""


@dataclass(frozen=True, slots=True)
class Edge:
    """One relation of a kind between two nodes, with all the articles that say it counted."""

    source: str
    target: str
    type: str
    """What relates them: an event type, an act, a role."""
    label: str = ""
    """The kind in the language asked for."""
    weight: int = 1
    """Number of articles that say it."""
    first: IsoDate | None = None
    last: IsoDate | None = None
    flags: frozenset[str] = frozenset()
    """Those of FLAGS that hold. An edge without flags is what the articles themselves assert."""
    evidence: Evidence | None = None
    """One place that says it: the earliest; None for what no article says (curated reference data)."""
    attributes: Mapping[str, Scalar] = field(default_factory=dict)
    witnesses: tuple[Witness, ...] = ()
    """All places that say it, earliest first; :func:`kg.network.evidence.look_up_evidence` reads their sentences."""

    @property
    def kind(self) -> str:
        """The type, before it what keeps it from being a fact: ``test``, ``alleged-test``, ``negated-planned-test``."""
        return "-".join([*(flag for flag in FLAGS if flag in self.flags), self.type])

    def flat(self) -> dict[str, Scalar]:
        """All attributes but the two ends; what is not known is left out, the flags are always there."""
        flat: dict[str, Scalar] = {
            "kind": self.kind,
            "type": self.type,
            "label": self.label or self.kind,
            "weight": self.weight,
        }
        flat |= _known(first=self.first, last=self.last)
        flat |= {flag: flag in self.flags for flag in FLAGS}
        if self.evidence is not None:
            flat |= {"article": self.evidence.article, "evidence": self.evidence.sentence}
            flat |= {"evidence_start": self.evidence.start, "evidence_end": self.evidence.end}
        return {**flat, **self.attributes}


@dataclass(frozen=True, slots=True)
class PropertyGraph:
    """Nodes sorted by id and edges sorted by their ends and kind; an edge's number is its place in ``edges``.

    All edges are directed, since readers of GraphML and GEXF refuse mixed graphs; what has no direction (two states
    that negotiate) is one edge with the attribute ``symmetric``.
    """

    view: str
    lang: str
    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()

    def __post_init__(self) -> None:
        ids = {node.id for node in self.nodes}
        if len(ids) != len(self.nodes):
            raise GraphError(self.view, "two nodes have one id")
        for edge in self.edges:
            missing = {edge.source, edge.target} - ids
            if missing:
                raise GraphError(self.view, f"an edge of kind {edge.kind!r} ends at {min(missing)}, which is no node")

    def _repr_html_(self) -> str:
        """What a notebook shows: the strongest relations as a table."""
        names = {node.id: node.label for node in self.nodes}
        first = sorted(self.edges, key=lambda edge: (-edge.weight, edge.source, edge.target, edge.kind))[:_SHOWN]
        rows = "".join(
            f"<tr><td>{escape(names[e.source])}</td><td>{escape(e.label or e.kind)}</td>"
            f"<td>{escape(names[e.target])}</td><td>{e.weight}</td>"
            f"<td>{escape(e.first or '')}</td><td>{escape(e.last or '')}</td></tr>"
            for e in first
        )
        heads = "".join(f"<th>{name}</th>" for name in ("source", "relation", "target", "articles", "first", "last"))
        counted = f"{self.view}: {len(self.nodes)} nodes, {len(self.edges)} edges"
        return f"<p><b>{escape(counted)}</b></p><table><tr>{heads}</tr>{rows}</table>"


def _known(**values: str | None) -> dict[str, Scalar]:
    return {name: value for name, value in values.items() if value is not None}
