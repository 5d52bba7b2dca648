"""How fast kg is, stage by stage, on one core; anyone can run it again.

usage: python tests/bench/speed.py [--articles N] [--reference PATH/lac_numpy.py]

The paragraphs of the corpus's Chinese articles are mixed into N different articles, which are built into a new store
after the pipeline is loaded. ``--reference`` runs another LAC port (a module with a class LAC and a method
``run(sentences)``) on the same sentences in the same run. Peak memory is that of this process.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"  # one core, before NumPy is imported

from kg import builder, corpus
from kg.graph.rdf import article_triples
from kg.graph.store import OxigraphStore
from kg.lang.zh.segmenter import Segmenter
from kg.model import Article
from kg.nlp import pipeline
from kg.nlp.folding import fold
from kg.nlp.records import records


def articles(count: int) -> list[Article]:
    """Articles as long as the corpus's, with paragraphs in an order of their own: no two texts are the same."""
    found = [a for a in corpus.read([corpus.folder()]) if isinstance(a, Article) and a.lang.startswith("zh")]
    shuffle = random.Random(20260205)
    made = []
    for number in range(count):
        article = found[number % len(found)]
        paragraphs = article.text.split("\n\n")
        other = found[shuffle.randrange(len(found))].text.split("\n\n")
        paragraphs[shuffle.randrange(len(paragraphs))] = shuffle.choice(other)
        shuffle.shuffle(paragraphs)
        made.append(replace(article, id=f"{article.id}-{number}", text="\n\n".join(paragraphs)))
    return made


def timed(label: str, characters: int, work: Callable[[], object]) -> float:
    """Run once and print a row; seconds."""
    start = time.perf_counter()
    work()
    seconds = time.perf_counter() - start
    print(f"| {label} | {seconds:.2f} | {characters / seconds:,.0f} | {1e6 * seconds / characters:.1f} |")
    return seconds


def sentences(texts: list[str]) -> list[str]:
    simplified = (fold(text, width=False) for text in texts)
    return [part for text in simplified for part in re.split(r"(?<=[。!?\n;！？；])", text) if part.strip()]


def reference(path: Path) -> Any:
    """The LAC class of a module outside of the project."""
    spec = importlib.util.spec_from_file_location("lac_reference", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.LAC()


def stages(some: list[Article], port: Path | None) -> None:
    texts = [a.text for a in some]
    characters = sum(map(len, texts))
    parts = sentences(texts)
    segmenter = Segmenter()
    timed("words and tags (this project's LAC)", characters, lambda: segmenter.segment(parts))
    if port is not None:
        other = reference(port)
        timed("words and tags (reference port)", characters, lambda: other.run(parts))
    nlp = pipeline.load("zh")
    docs: list[Any] = []

    def tokenize() -> None:
        pipeline.prepare(nlp, some)
        for a in some:
            doc = nlp.make_doc(a.text)
            doc._.article = a
            docs.append(doc)

    timed("tokenizer (words, names, cuts)", characters, tokenize)
    for name, component in nlp.pipeline:
        timed(name, characters, lambda c=component: [c(doc) for doc in docs])  # type: ignore[misc]
    timed("records and triples", characters, lambda: [article_triples(records(doc)) for doc in docs])


def whole(some: list[Article]) -> None:
    characters = sum(len(a.text) for a in some)
    pipelines = builder.Pipelines()
    pipelines(some[0])

    def source() -> Iterator[Article]:
        yield from some

    with tempfile.TemporaryDirectory() as folder, OxigraphStore(Path(folder) / "store") as store:
        work = builder._Build(store, (), pipelines, None)
        timed(f"whole build, text to store, {len(some)} articles", characters, lambda: work.run(source(), False))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\npeak memory {peak:,.0f} MB\n")


def cold() -> None:
    """The command line from a cold start."""
    first = next(a for a in sorted(corpus.folder().glob("*.txt")))
    with tempfile.TemporaryDirectory() as folder:
        store = str(Path(folder) / "store")
        for label, arguments in (
            ("kg build of one article", ["build", str(first), "--store", store, "--quiet"]),
            ("kg query statements", ["query", "statements", "--store", store]),
        ):
            start = time.perf_counter()
            subprocess.run([sys.executable, "-m", "kg", *arguments], check=True, capture_output=True)
            print(f"| {label}, cold start | {time.perf_counter() - start:.2f} | | |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=200)
    parser.add_argument("--reference", type=Path)
    options = parser.parse_args()
    some = articles(options.articles)
    print("| stage | seconds | characters/s | µs/character |\n|---|---|---|---|")
    stages(some[:100], options.reference)
    cold()
    whole(some)


if __name__ == "__main__":
    main()
