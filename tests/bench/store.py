"""How fast the store is: bulk load, replacing an article, snapshots, and every named query, at two sizes.

usage: python tests/bench/store.py [--articles 1000 10000] [--queries 3]

Synthetic articles: each is an annotated article of tests/gold with a number in its id and a date of its own, cut to
about the 60 quads of a short report or taken whole (``--whole``). Times are wall clock on this machine.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import gold
import pyoxigraph as ox

from kg import authority, iri
from kg.errors import KgError
from kg.graph import query
from kg.graph.rdf import article_triples, quads
from kg.graph.reference import authority_triples, ontology_triples
from kg.graph.stats import stats
from kg.graph.store import OxigraphStore
from kg.graph.validate import Validator
from kg.model import Records

BATCH = 64


def articles(count: int, whole: bool) -> Iterator[tuple[str, str]]:
    """Graph and triples of each article; short ones have about 60 triples."""
    found = [gold.records(gold.load(path)) for path in gold.paths()]
    for number in range(count):
        records = found[number % len(found)]
        name = f"{records.article.id}-{number}"
        date = f"{2020 + number % 7}-{1 + number % 12:02}-{1 + number % 28:02}"
        records = replace(records, article=replace(records.article, id=name, date=date))
        yield iri.article(name), article_triples(records if whole else short(records, number), digest=str(number))


def short(records: Records, number: int) -> Records:
    """A few of the findings of an article, others for each number."""
    statement = records.statements[number % len(records.statements) :][:1]
    event = records.events[number % max(1, len(records.events)) :][:1]
    figure = records.figures[number % max(1, len(records.figures)) :][:1]
    mentions = records.mentions[:2]
    named = {one.entity for one in mentions} | {a for e in event for a in (*e.agents, e.object, e.place) if a}
    named |= {a for s in statement for a in (s.speaker, s.place, *s.about) if a} | {f.subject for f in figure}
    entities = tuple(e for e in records.entities if e.id in named)
    return replace(
        records,
        entities=entities,
        mentions=mentions,
        statements=statement,
        events=event,
        figures=figure,
        positions=(),
    )


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def row(*cells: object) -> None:
    print("| " + " | ".join(map(str, cells)) + " |", flush=True)


def loading(graphs: dict[str, str], folder: Path) -> OxigraphStore:
    """Print how long loading takes by hand and by kg; the store of kg."""
    text = "".join(quads(triples, graph) for graph, triples in graphs.items()).encode()
    raw = ox.Store(str(folder / "raw"))
    raw_seconds = timed(lambda: raw.bulk_load(input=text, format=ox.RdfFormat.N_QUADS))
    at_once = OxigraphStore(folder / "once")
    once_seconds = timed(lambda: at_once.load(graphs))
    flushed = timed(at_once.close)
    store = OxigraphStore(folder / "store")
    names = list(graphs)

    def batches() -> None:
        for start in range(0, len(names), BATCH):
            store.load({name: graphs[name] for name in names[start : start + BATCH]})
            store.flush()

    batch_seconds = timed(batches)
    count = text.count(b"\n")
    row(f"raw bulk_load of {count:,} quads", f"{raw_seconds:.2f} s", "")
    row("load, all at once", f"{once_seconds:.2f} s", f"{once_seconds / raw_seconds:.2f} times raw")
    row("flush and snapshot after it", f"{1000 * flushed:.0f} ms", "")
    row(f"load in batches of {BATCH}, each flushed, with a snapshot", f"{batch_seconds:.2f} s", "as a build does")
    return store


def replacing(store: OxigraphStore, graphs: dict[str, str], folder: Path) -> None:
    names = list(graphs)[:: max(1, len(graphs) // 200)]
    times = [timed(lambda n=n: store.replace(n, changed(graphs[n]))) for n in names]  # type: ignore[misc]
    ms = sorted(1000 * one for one in times)
    row("replace one article", f"median {statistics.median(ms):.2f} ms", f"95 % under {ms[int(0.95 * len(ms))]:.2f} ms")
    row("flush and snapshot", f"{1000 * timed(store.flush):.0f} ms", "")
    row("open a reader beside the writer", f"{1000 * timed(OxigraphStore(store.path, 'read').close):.1f} ms", "")
    row("digests of all articles", f"{1000 * timed(store.digests):.0f} ms", "")
    row("backup", f"{1000 * timed(lambda: store.backup(folder / 'copy')):.0f} ms", "")


def changed(triples: str) -> str:
    """Another version of an article: another date of publication, another digest, a mention less."""
    lines = triples.splitlines(keepends=True)
    return "".join(line.replace('digest> "', 'digest> "x') for line in lines if "mentionKind" not in line)


def validating(graphs: dict[str, str]) -> None:
    validator = Validator()
    names = list(graphs)[:200]
    seconds = timed(lambda: [validator.check_article(graphs[name], name) for name in names])
    row("validate one article", f"{1000 * seconds / len(names):.2f} ms", "")


def queries(store: OxigraphStore, times: int) -> None:
    store.close()
    with OxigraphStore(store.path, "read") as reader:
        row("stats", f"{1000 * timed(lambda: stats(reader)):.0f} ms", "")
        for name in query.names():
            found = query.find(name)
            rows = 0
            best = float("inf")
            for _ in range(times):
                start = time.perf_counter()
                try:
                    rows = sum(1 for _ in query.run(reader, found).rows())
                except KgError as error:
                    row(name, "failed", str(error))
                    break
                best = min(best, time.perf_counter() - start)
            row(f"query {name}", f"{1000 * best:.1f} ms", f"{rows:,} rows")


def measure(count: int, whole: bool, times: int) -> None:
    print(f"\n{count:,} articles{', whole' if whole else ''}\n\n| what | time | |\n|---|---|---|")
    graphs = dict(articles(count, whole))
    graphs[iri.ONTOLOGY_GRAPH] = ontology_triples()
    graphs[iri.AUTHORITY_GRAPH] = authority_triples(authority.load().values())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = loading(graphs, folder)
        replacing(store, graphs, folder)
        validating(graphs)
        queries(store, times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, nargs="+", default=[1000, 10000])
    parser.add_argument("--queries", type=int, default=3, metavar="TIMES", help="best of so many runs")
    parser.add_argument("--whole", action="store_true", help="articles with all their findings")
    options = parser.parse_args()
    for count in options.articles:
        measure(count, options.whole, options.queries)


if __name__ == "__main__":
    main()
