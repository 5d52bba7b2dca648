"""How fast kg is, stage by stage and as a whole, on one core and on two; anyone can run it again.

usage: python tests/bench/speed.py [--articles N]
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"  # one core, before NumPy is imported
sys.path.insert(0, str(Path(__file__).parent))

from measure import child, clock, processor, rate, row, table
from texts import articles, sentences, write

from kg import corpus, iri
from kg.graph.rdf import Triples, write_article
from kg.graph.store import OxigraphStore
from kg.graph.validate import Validator
from kg.lang.zh.segmenter import Segmenter
from kg.model import Article
from kg.nlp import pipeline
from kg.nlp.records import records

SHARD = 32


def stages(some: list[Article]) -> None:
    """Each stage by itself, in the order of the way of an article, in batches as a build has them."""
    characters = sum(len(a.text) for a in some)
    table("Stages on one core", "stage", "characters/s", "µs/character")

    def line(label: str, seconds: float) -> None:
        row(label, rate(characters, seconds), f"{1e6 * seconds / characters:.1f}")

    parts = sentences([a.text for a in some])
    segmenter = Segmenter()
    segmenter.segment(parts[:100])
    line("words and tags (LAC in NumPy)", processor(lambda: segmenter.segment(parts)))
    nlp = pipeline.load("zh")
    docs: list[Any] = []

    def tokenize(batch: list[Article]) -> None:
        pipeline.prepare(nlp, batch)
        for a in batch:
            doc = nlp.make_doc(a.text)
            doc._.article = a
            docs.append(doc)

    batches = [some[start : start + SHARD] for start in range(0, len(some), SHARD)]
    line("tokenizer: these words, names, cuts", processor(lambda: [tokenize(batch) for batch in batches]))
    for name, component in nlp.pipeline:
        line(name, processor(lambda c=component: [c(doc) for doc in docs]))  # type: ignore[misc]
    made: list[Triples] = []
    line("records and triples", processor(lambda: made.extend(write_article(records(doc)) for doc in docs)))
    graphs = [iri.article(a.id) for a in some]
    pairs = list(zip(made, graphs, strict=True))
    validator = Validator()
    line("check by the shapes", processor(lambda: [validator.check_terms(one.terms(), graph) for one, graph in pairs]))
    with tempfile.TemporaryDirectory() as folder, OxigraphStore(Path(folder) / "store") as store:
        file = Path(folder) / "shard.nq"
        line(
            "N-Quads as text",
            processor(lambda: file.write_text("".join(one.text(graph) for one, graph in pairs), encoding="utf-8")),
        )
        line("bulk load into the store", processor(lambda: store.load_files([file])))
        line("flush and snapshot", processor(store.flush))


_PLACES = {
    "one process on one core": (0, "pinned"),
    "one process, the engine's threads beside it": (0, ""),
    "1 worker": (1, ""),
    "2 workers": (2, ""),
}
_PORT = "reference port of LAC alone, on one core"


def whole(count: int, places: tuple[str, ...] = tuple(_PLACES), runs: int = 1, reference: Path | None = None) -> None:
    """Whole builds, each in a process of its own; of several runs the one with the median of the seconds.

    ``reference``: the reference port of LAC, which takes turns with them: words and tags of the same sentences.
    """
    table(
        f"Whole build of {count:,} articles, text to store, start-up included, median of {runs}",
        "where", "seconds", "characters/s", "of the processor", "this process MB", "largest worker MB", "load",
    )  # fmt: skip
    found_by: dict[str, list[dict[str, Any]]] = {place: [] for place in places}
    with tempfile.TemporaryDirectory() as folder:
        source, parts = Path(folder) / "a.jsonl", Path(folder) / "sentences.json"
        write(source, count)
        if reference is not None:
            found_by[_PORT] = []
            parts.write_text(json.dumps(sentences([a.text for a in articles(count)])), encoding="utf-8")
        beside = Path(__file__).parent
        for run in range(runs):  # one after the other, so that a slow hour of the machine is everybody's
            for place in places:
                store = Path(folder) / f"store-{run}"
                found_by[place].append(child(beside / "whole.py", source, store, *_PLACES[place]))
                shutil.rmtree(store)
            if reference is not None:
                found_by[_PORT].append(child(beside / "port.py", parts, reference))
    for place, all_runs in found_by.items():
        found = sorted(all_runs, key=lambda one: float(one["seconds"]))[runs // 2]
        row(
            place,
            f"{found['seconds']:.1f}",
            rate(found["characters"], found["seconds"]),
            rate(found["characters"], found["processor"]),
            f"{found['this_mb']:.0f}",
            f"{found['worker_mb']:.0f}" if found["worker_mb"] else "",
            f"{found['load']:.1f}",
        )


def cold() -> None:
    """The command line from a cold start, best of three."""
    table("From a cold start", "command", "seconds")
    first = min(corpus.folder().glob("*.txt"))
    with tempfile.TemporaryDirectory() as folder:
        store = f"{folder}/store"
        commands = {
            "kg --help": ["--help"],
            "kg build of one article": ["build", str(first), "--quiet", "--store", f"{store}-{{}}"],
            "kg query statements": ["query", "statements", "--store", f"{store}-0"],
        }
        for label, words in commands.items():
            runs = [[sys.executable, "-m", "kg", *(word.format(number) for word in words)] for number in range(3)]
            best = min(clock(lambda r=run: subprocess.run(r, check=True, capture_output=True)) for run in runs)  # type: ignore[misc]
            row(label, f"{best:.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=200)
    options = parser.parse_args()
    stages(articles(min(options.articles, 100)))
    whole(options.articles)
    cold()


if __name__ == "__main__":
    main()
