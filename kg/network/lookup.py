"""What a projection asks of the store beside a view's own questions: rows, names, and the words that say it.

The three questions stand as ``.rq`` files in ``lookup/``; ``VALUES_HERE`` in them is where the things asked about go.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from itertools import islice
from typing import TypeAlias

import pyoxigraph as ox

from kg.graph.store import Store
from kg.iri import ONTOLOGY
from kg.network.model import Scalar
from kg.network.names import choose, local_name

#: Things asked about in one query: many enough to be quick, few enough for any endpoint.
CHUNK = 2000
_WHOLE = frozenset({"integer", "int", "long"})
_BROKEN = frozenset({"decimal", "double", "float"})


@dataclass(frozen=True, slots=True)
class Cell:
    """One value of a result: its text, the local name of its datatype, and whether it is an IRI."""

    text: str
    is_iri: bool = False
    datatype: str = "string"
    lang: str = ""

    def scalar(self) -> Scalar:
        """Numbers and truth values as such, all else as text."""
        if self.datatype == "boolean":
            return self.text in ("true", "1")
        if self.datatype in _WHOLE:
            return int(self.text)
        return float(self.text) if self.datatype in _BROKEN else self.text


Row: TypeAlias = Mapping[str, Cell]


def rows(store: Store, sparql: str) -> Iterator[Row]:
    """The rows of a SELECT query by column, without what is not bound. Raises NotASelectError for other forms."""
    solutions = store.select(sparql)
    for solution in solutions:
        yield {column: as_cell(term) for column in solutions.columns if (term := solution[column]) is not None}


def as_cell(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> Cell:
    """A term as a cell."""
    if isinstance(term, ox.Literal):
        return Cell(term.value, False, local_name(term.datatype.value), term.language or "")
    return Cell(term.value if isinstance(term, ox.NamedNode) else str(term), isinstance(term, ox.NamedNode))


@dataclass(frozen=True, slots=True)
class Names:
    """Labels and types by IRI; what the store does not name shows the local name of its IRI."""

    labels: Mapping[str, str]
    types: Mapping[str, str]

    def label(self, iri: str) -> str:
        """The name in the language asked for."""
        return self.labels.get(iri) or local_name(iri)

    def type(self, iri: str) -> str:
        """The local name of the class; ``Resource`` when the store does not say."""
        return self.types.get(iri, "Resource")


def term_iri(word: str) -> str:
    """The IRI of a word of kg's own vocabulary."""
    return word if "://" in word else f"{ONTOLOGY}{word}"


Labels: TypeAlias = Mapping[str, set[tuple[str, str]]]
"""By IRI all labels of a thing as pairs of text and language tag."""


def read_labels(store: Store, iris: Iterable[str]) -> tuple[Labels, dict[str, str]]:
    """All labels of the IRIs, and the local names of their classes; what the store does not know is not there."""
    labels: dict[str, set[tuple[str, str]]] = defaultdict(set)
    types: dict[str, set[str]] = defaultdict(set)
    for row in asked(store, "names", iris, CHUNK):
        if "label" in row:
            labels[row["thing"].text].add((row["label"].text, row["label"].lang))
        if "type" in row:
            types[row["thing"].text].add(local_name(row["type"].text))
    return labels, {iri: min(found) for iri, found in types.items()}


def names_in(labels: Labels, types: Mapping[str, str], lang: str) -> Names:
    """One label each, in the language or the nearest there is."""
    chosen = {iri: name for iri, found in labels.items() if (name := choose(found, lang)) is not None}
    return Names(chosen, types)


def look_up_names(store: Store, iris: Iterable[str], lang: str) -> Names:
    """Labels, in the language or the nearest there is, and classes of the IRIs."""
    return names_in(*read_labels(store, iris), lang)


def asked(store: Store, name: str, things: Iterable[str], size: int) -> Iterator[Row]:
    """The rows of a question of ``lookup/`` about the IRIs, which are asked about ``size`` at a time."""
    query = (resources.files(__package__) / "lookup" / f"{name}.rq").read_text(encoding="utf-8")
    ordered = iter(sorted(things))
    while chunk := list(islice(ordered, size)):
        yield from rows(store, query.replace("VALUES_HERE", " ".join(f"<{iri}>" for iri in chunk)))
