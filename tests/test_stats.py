"""What ``stats`` counts is what the articles say, and not what the reference graphs hold beside them."""

from __future__ import annotations

from pathlib import Path

from kg.graph.stats import stats
from kg.graph.store import OxigraphStore


def test_only_what_articles_say_is_counted(corpus_store: Path) -> None:
    with OxigraphStore(corpus_store, "read") as store:
        found = stats(store)

        def joined(what: str, class_: str) -> int:
            pattern = f"GRAPH ?g {{ ?x a kg:{class_} . ?g a kg:Article }}"
            (row,) = store.select(f"SELECT (COUNT({what}) AS ?n) WHERE {{ {pattern} }}")
            return int(row["n"].value)

        assert found.records == {name: joined("*", name) for name in found.records}
        assert found.entities == {name: joined("DISTINCT ?x", name) for name in found.entities}
        (row,) = store.select("SELECT (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?x a kg:Position } }")
        assert int(row["n"].value) > found.records["Position"] > 100  # the authority file has posts too
