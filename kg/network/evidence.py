"""The words behind an edge: the sentences of its witnesses, and what is known of their articles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kg.graph.store import Store
from kg.model import IsoDate
from kg.network.lookup import CHUNK, asked
from kg.network.model import Evidence, Witness
from kg.network.sentences import excerpt_around, load_table

#: Articles whose texts are held at once.
TEXTS = 50


@dataclass(frozen=True, slots=True)
class Source:
    """An article as a reader is told of it; an empty string where nothing is known."""

    id: str
    title: str = ""
    date: IsoDate = ""
    publisher: str = ""
    lang: str = ""
    url: str = ""
    notice: str = ""


def look_up_evidence(store: Store, witnesses: Iterable[Witness]) -> dict[Witness, Evidence]:
    """The sentence or sentences of each witness; texts are read a few at a time and let go again.

    A witness whose spans are not in the store is left out.
    """
    wanted = set(witnesses)
    places = _places(store, {span for witness in wanted for span in witness.spans})
    by_context: dict[str, list[tuple[Witness, int, int]]] = defaultdict(list)
    for witness in wanted:
        found = [places[span] for span in witness.spans if span in places]
        if found:
            start, end = min(start for _, start, _ in found), max(end for _, _, end in found)
            by_context[found[0][0]].append((witness, start, end))
    table = load_table()
    evidence: dict[Witness, Evidence] = {}
    for row in asked(store, "texts", by_context, TEXTS):
        text, article = row["text"].text, row["article"].text
        for witness, start, end in by_context[row["context"].text]:
            cut = excerpt_around(text, start, end, table)
            evidence[witness] = Evidence(article, cut.text, start, end, (cut.start, cut.end))
    return evidence


def _places(store: Store, spans: Iterable[str]) -> Mapping[str, tuple[str, int, int]]:
    """By span the context that it is part of and its offsets in it."""
    return {
        row["span"].text: (row["context"].text, int(row["start"].text), int(row["end"].text))
        for row in asked(store, "spans", spans, CHUNK)
    }


def look_up_sources(store: Store, articles: Iterable[str]) -> dict[str, Source]:
    """What is known of articles, by their IRIs."""
    found: dict[str, Source] = {}
    for row in asked(store, "articles", articles, CHUNK):
        about = {name: cell.text for name, cell in row.items() if name != "article"}
        found[row["article"].text] = Source(**about)
    return found
