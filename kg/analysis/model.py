"""An analysis as sections of plain rows, so that the table, the JSON and the page all say the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from kg.network.evidence import Source
from kg.network.model import Evidence, Scalar, Witness

Cells: TypeAlias = Mapping[str, Scalar]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a section: the key of its cells, its heading, and what it means for somebody who is new to it."""

    name: str
    title: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One row: what is shown of it, and the records of articles that it was counted from."""

    cells: Cells
    witnesses: tuple[Witness, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """One question with its answer, the most telling rows first."""

    name: str
    title: str
    about: str
    """How to read it, in words that need no knowledge of networks."""
    columns: tuple[Column, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Analysis:
    """All sections, and the words behind their rows."""

    lang: str
    articles: int
    """Articles that the actors' network was counted from."""
    actors: int
    links: int
    sections: tuple[Section, ...]
    evidence: Mapping[Witness, Evidence] = field(default_factory=dict)
    sources: Mapping[str, Source] = field(default_factory=dict)
    """By the IRI of an article."""
