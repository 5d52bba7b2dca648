"""kg: news about nuclear arms control as an RDF graph in which every fact shows the words that say it.

``kg.load("zh")`` is the spaCy pipeline, ``kg.build(...)`` reads articles into a store, ``kg.open(...)`` reads it.
Everything is imported when it is first asked for: a query needs no spaCy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["__version__", "build", "load", "open"]

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from spacy.language import Language

    from kg.api import Graph
    from kg.builder import BuildReport


def load(lang: str, *, authority_files: Iterable[Path] = (), trained: str | None = None) -> Language:
    """The spaCy pipeline of a language; see :func:`kg.nlp.pipeline.load`."""
    from kg.nlp import pipeline

    return pipeline.load(lang, authority_files=authority_files, trained=trained)


def build(sources: Iterable[str | Path] = (), store: str | Path = "kg-store", **options: Any) -> BuildReport:
    """Read articles into a store; see :func:`kg.builder.build`."""
    from kg import builder

    return builder.build(sources, store, **options)


def open(store: str | Path = "kg-store") -> Graph:
    """Open a store for reading; see :class:`kg.api.Graph`."""
    from kg.api import Graph

    return Graph.open(store)
