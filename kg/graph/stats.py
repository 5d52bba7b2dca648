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
    elsewhere = f"<{iri.AUTHORITY_GRAPH}>, <{iri.ONTOLOGY_GRAPH}>, <{iri.LINKS_GRAPH}>"
    records = {name: _count(store, "*", name, elsewhere) for name in _COUNTED}
    entities = {name: _count(store, "DISTINCT ?x", name, elsewhere) for name in _ENTITIES}
    return Stats(records, entities)


def _count(store: Store, what: str, class_: str, elsewhere: str) -> int:
    """``elsewhere``: the graphs that are no article; a join with the articles would take twenty times as long."""
    where = f"GRAPH ?g {{ ?x a kg:{class_} }} FILTER(?g NOT IN ({elsewhere}))"
    for row in store.select(f"SELECT (COUNT({what}) AS ?n) WHERE {{ {where} }}"):
        value = row["n"]
        if isinstance(value, ox.Literal):
            return int(value.value)
    return 0
