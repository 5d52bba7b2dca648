"""The way in: an analysis of a store."""

from __future__ import annotations

from kg.analysis import network, speech
from kg.analysis.model import Analysis
from kg.graph.store import Store
from kg.network.evidence import look_up_evidence, look_up_sources
from kg.network.filters import NO_FILTERS, Filters, media
from kg.network.lookup import look_up_names
from kg.network.projection import project

#: Records whose words are shown with one row.
SHOWN = 6


def analyze(store: Store, lang: str = "en", filters: Filters = NO_FILTERS, top: int = 20) -> Analysis:
    """What the actors' network and the statements of the store show.

    ``top``: rows of each section whose words are looked up too. The same store gives the same analysis. Raises
    FilterError and what the store raises on a query.
    """
    left_out = [] if filters.media else media(store)
    graph = project(store, "actors", lang, filters)
    record = speech.read(store, filters, left_out)
    names = look_up_names(store, record.iris(), lang)
    sections = (*network.sections(graph), *speech.sections(record, names))
    shown = {w for s in sections for finding in s.findings[:top] for w in finding.witnesses[:SHOWN]}
    articles = {witness.article for edge in graph.edges for witness in edge.witnesses}
    evidence = look_up_evidence(store, shown)
    sources = look_up_sources(store, {witness.article for witness in shown})
    return Analysis(lang, len(articles), len(graph.nodes), len(graph.edges), sections, evidence, sources)
