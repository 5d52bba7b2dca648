"""Whether the cost of an article grows with the store: the same work in stores of several sizes.

usage: python tests/bench/growth.py [--sizes 1000 10000 100000] [--built 20]

The stores hold short articles of about 60 quads, made of the annotated ones of tests/gold. Into each come articles of
the corpus's size by a real build, then others by a bulk load, then some are replaced; then every named query, the view
of the actors and the whole export are run. All is written as microseconds of the processor for one article: of those
that were built, loaded or replaced, else of all. A last column over 1.5 means that the cost of an article grows.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"
sys.path.insert(0, str(Path(__file__).parent))

import store as stores
import texts
from measure import processor, row, table

from kg import authority, builder, iri
from kg.errors import KgError
from kg.export import export
from kg.graph import query
from kg.graph.reference import authority_triples, ontology_triples
from kg.graph.store import OxigraphStore
from kg.network.projection import project

BATCH, LAST, REPLACED = 2500, 8, 100
"""Articles of a load: about what a build brings in at once; so many loads at the end count."""
Costs = dict[str, float]


def filled(folder: Path, count: int) -> tuple[OxigraphStore, dict[str, str], float]:
    """A store of so many articles, some of them, and what one of the last cost to load."""
    opened = OxigraphStore(folder)
    opened.load(
        {iri.ONTOLOGY_GRAPH: ontology_triples(), iri.AUTHORITY_GRAPH: authority_triples(authority.load().values())}
    )
    made: Iterator[tuple[str, str]] = stores.articles(count, whole=False)
    last: dict[str, str] = {}
    taken: deque[tuple[float, int]] = deque(maxlen=LAST)
    while some := dict(islice(made, BATCH)):
        last = some
        seconds = processor(lambda batch=some: (opened.load(batch), opened.flush()))  # type: ignore[misc]
        taken.append((seconds, len(some)))
    tidying = processor(lambda: (opened.tidy(), opened.flush()))  # as a build does at its end
    per_article = sum(seconds for seconds, _ in taken) / sum(size for _, size in taken)
    return opened, last, per_article + tidying / count


def costs(count: int, built: int, extract: builder.Pipelines) -> Costs:
    """Microseconds of the processor for an article, by kind of work."""
    found: Costs = {}
    start = time.monotonic()

    def note(label: str, seconds: float) -> None:
        found[label] = 1e6 * seconds
        print(f"{count:,} articles, {time.monotonic() - start:,.0f} s: {label}", file=sys.stderr, flush=True)

    with tempfile.TemporaryDirectory() as name:
        opened, last, seconds = filled(Path(name) / "store", count)
        note("load, its share of the tidying at the end included", seconds)
        source = Path(name) / "a.jsonl"
        texts.write(source, 1)
        builder.build([source], opened, extract=extract)  # writes the reference graphs too
        texts.write(source, built + 1)
        seconds = processor(lambda: builder.build([source], opened, extract=extract))
        note("build of whole articles", seconds / built)
        some = list(last.items())[:REPLACED]
        replaced = processor(lambda: [opened.replace(graph, stores.changed(text)) for graph, text in some])
        note("replace", replaced / len(some))
        opened.close()
        with OxigraphStore(Path(name) / "store", "read") as reader:
            for each in query.names():
                note(f"query {each}", asked(reader, each) / count)
            note("view of the actors", processor(lambda: project(reader, "actors")) / count)
            note("export to N-Quads", processor(lambda: export(reader, f"{name}/all.nq")) / count)
    return found


def asked(reader: OxigraphStore, name: str) -> float:
    """Seconds of a named query with its defaults; not a number when it fails."""
    found = query.find(name)

    def run() -> None:
        for _ in query.run(reader, found).rows():
            pass

    try:
        return processor(run)
    except KgError:
        return float("nan")


def run(sizes: list[int], built: int) -> None:
    """The table."""
    extract = builder.Pipelines()
    extract(texts.articles(1)[0])
    columns = [costs(size, built, extract) for size in sizes]
    table(
        "Microseconds of the processor for an article, by size of the store",
        "work",
        *(f"{s:,}" for s in sizes),
        "growth",
    )
    for label in columns[0]:
        values = [column[label] for column in columns]
        row(label, *(f"{value:,.1f}" for value in values), f"{values[-1] / values[0]:.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 10_000, 100_000])
    parser.add_argument("--built", type=int, default=20)
    options = parser.parse_args()
    run(options.sizes, options.built)


if __name__ == "__main__":
    main()
