"""kill -9 at random moments of a build: the store opens every time, and in the end is as if nothing had happened.

usage: python tests/bench/kill.py [--kills 50] [--articles 300] [--prepared] [--seed N]

Builds are killed one after the other in one store until it is complete, then a new store is begun, until so many were
killed. After each kill the store must open, hold every article that the build had reported as done, and hold whole
articles only. ``--prepared`` reads what the pipeline finds from a file made beforehand and writes in small batches, so
that most kills hit the store while it writes. Exit status 1 when anything is wrong.
"""

from __future__ import annotations

import argparse
import json
import pickle
import random
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from kg import builder, corpus
from kg.corpus.article import Article
from kg.graph.store import OxigraphStore, StoreError

_CHILD = """
import pickle, sys
from kg import builder
source, store, records, batch = sys.argv[1:]
limits = builder.Limits(articles=int(batch), flush=0.1) if batch != "0" else None
extract = None
if records:
    with open(records, "rb") as file:
        known = pickle.load(file)
    extract = lambda article: known[article.id]
show = lambda report: print(report.articles, flush=True)
builder.build([source], store, extract=extract, limits=limits, progress=show)
print("done", flush=True)
"""


@dataclass
class Trial:
    """What a killed or finished build left."""

    killed: bool
    reported: int
    problems: list[str] = field(default_factory=list)


def write_articles(path: Path, count: int) -> None:
    """Different articles from the paragraphs of the corpus, as JSON Lines."""
    found = [one for one in corpus.read([corpus.folder()]) if isinstance(one, Article) and one.lang.startswith("zh")]
    shuffle = random.Random(1)
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            article = found[number % len(found)]
            paragraphs = article.text.split("\n\n")
            shuffle.shuffle(paragraphs)
            row = {"id": f"a{number}", "text": "\n\n".join(paragraphs), "date": article.date, "lang": article.lang}
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def prepare(source: Path, target: Path) -> None:
    """What the pipeline finds in each article, for builds that only write."""
    pipelines = builder.Pipelines()
    found = [one for one in corpus.read([source]) if isinstance(one, Article)]
    pipelines.prepare(found)
    with target.open("wb") as file:
        pickle.dump({article.id: pipelines(article) for article in found}, file)


def quads(store: Path) -> dict[str, list[str]]:
    """The quads of each graph, sorted."""
    with OxigraphStore(store, "read") as opened:
        return {graph: sorted(map(str, opened.quads(graph))) for graph in opened.graphs()}


def run(arguments: list[str], seconds: float | None) -> Trial:
    """Build, and kill it after some seconds; None lets it finish."""
    with subprocess.Popen([sys.executable, "-c", _CHILD, *arguments], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        try:
            child.wait(seconds)
        except subprocess.TimeoutExpired:
            child.send_signal(signal.SIGKILL)
        lines = child.stdout.read().split()
    reported = max((int(line) for line in lines if line.isdigit()), default=0)
    finished = "done" in lines
    trial = Trial(killed=child.returncode == -signal.SIGKILL and not finished, reported=reported)
    if not finished and not trial.killed:
        trial.problems.append(f"the build ended with status {child.returncode}")
    return trial


def check(store: Path, trial: Trial, expected: dict[str, list[str]]) -> None:
    """Note what is wrong with a store after a kill, or at the end."""
    if not (store / "kg-store.txt").exists():
        return  # killed before the program had begun
    try:
        with OxigraphStore(store):
            pass  # a writer opens it; the next build does
        found = quads(store)
    except StoreError as error:
        trial.problems.append(f"does not open: {error}")
        return
    articles = sum("/article/" in graph for graph in found)
    if articles < trial.reported:
        trial.problems.append(f"{trial.reported} were reported as done, {articles} are there")
    torn = [graph for graph, lines in found.items() if lines != expected.get(graph)]
    if torn:
        trial.problems.append(f"{len(torn)} graphs are not as they should be, {torn[0]} is one")
    if not trial.killed and found != expected:
        trial.problems.append(f"holds {len(found)} of {len(expected)} graphs at the end")


def measure(kills: int, articles: int, prepared: bool, seed: int, folder: Path) -> list[Trial]:
    """Kill so many builds; every trial with its problems."""
    source, records = folder / "articles.jsonl", folder / "records.pickle"
    write_articles(source, articles)
    if prepared:
        prepare(source, records)
    tail = [str(records), "8"] if prepared else ["", "0"]
    start = time.monotonic()
    run([str(source), str(folder / "whole"), *tail], None)
    whole = time.monotonic() - start
    expected = quads(folder / "whole")
    print(f"an undisturbed build takes {whole:.1f} s and gives {len(expected)} graphs", flush=True)
    moments = random.Random(seed)
    trials: list[Trial] = []
    number = 0
    while sum(trial.killed for trial in trials) < kills:
        store = folder / f"store-{number}"
        trial = run([str(source), str(store), *tail], moments.uniform(0.0, whole))
        check(store, trial, expected)
        trials.append(trial)
        print(f"{len(trials)}: {'killed' if trial.killed else 'finished'}, {trial.reported} reported", flush=True)
        if not trial.killed:
            number += 1
    last = folder / f"store-{number}"
    trial = run([str(source), str(last), *tail], None)
    check(last, trial, expected)
    return [*trials, trial]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--articles", type=int, default=300)
    parser.add_argument("--prepared", action="store_true")
    parser.add_argument("--seed", type=int, default=20260205)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        trials = measure(options.kills, options.articles, options.prepared, options.seed, Path(name))
    for trial in trials:
        for problem in trial.problems:
            print(f"WRONG: {problem}")
    killed = sum(trial.killed for trial in trials)
    wrong = sum(bool(trial.problems) for trial in trials)
    at = sum(trial.killed and 0 < trial.reported < options.articles for trial in trials)
    print(f"{killed} builds killed ({at} of them between two batches), {len(trials) - killed} finished, {wrong} wrong")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
