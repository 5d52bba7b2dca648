"""What is in a store, in numbers."""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph as ox

from kg import iri
from kg.graph.store import Store

_COUNTED = ("Article", "Mention", "Statement", "Event", "Figure", "Position")
_ENTITIES = ("State", "Person", "Organization", "Treaty", "WeaponSystem", "WeaponClass", "Place")


@dataclass(frozen=True, slots=True)
class Stats:
    """Counts over all articles; entities are counted once however often they are mentioned."""

    records: dict[str, int]
    entities: dict[str, int]


def stats(store: Store) -> Stats:
    """Count what the articles of a store hold; what only the authority file has is not counted."""
    records = {  # only articles have such
        name: _count(store, f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH ?g {{ ?x a kg:{name} }} }}") for name in _COUNTED
    }
    entities = {
        name: _count(
            store,
            f"SELECT (COUNT(DISTINCT ?e) AS ?n) WHERE {{ GRAPH ?g {{ ?e a kg:{name} }} "
            f'FILTER(STRSTARTS(STR(?g), "{iri.ARTICLE}")) }}',
        )
        for name in _ENTITIES
    }
    return Stats(records, entities)


def _count(store: Store, sparql: str) -> int:
    for row in store.select(sparql):
        value = row["n"]
        if isinstance(value, ox.Literal):
            return int(value.value)
    return 0
