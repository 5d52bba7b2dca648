"""Readers beside a writer that replaces articles: no read sees half of one.

usage: python tests/bench/readers.py [--reads 10000] [--readers 3]

A writer alternates two versions of 50 articles, flushing after every ten. Reader processes open the store, count the
triples of an article, and check that it is one version or the other, whole; some keep the store open for many reads,
as a service does. Exit status 1 when a read was torn or failed.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import gold

from kg import iri
from kg.graph.rdf import article_triples
from kg.graph.store import OxigraphStore

ARTICLES = 50
_READER = """
import random, sys
from kg.graph.store import OxigraphStore
path, reads, seed, articles, *allowed = sys.argv[1:]
sizes = set(map(int, allowed))
random.seed(int(seed))
torn, done, versions = 0, 0, set()
while done < int(reads):
    with OxigraphStore(path, "read") as store:
        for _ in range(random.choice([1, 1, 20])):
            name = f"urn:article:{random.randrange(int(articles))}"
            rows = store.select(f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH <{name}> {{ ?s ?p ?o }} }}")
            size = int(next(iter(rows))["n"].value)
            versions.add(size)
            torn += size not in sizes
            done += 1
print(done, torn, len(versions))
"""


def measure(reads: int, readers: int, folder: Path) -> tuple[int, int, int, int]:
    """Reads, torn reads, versions that were seen at most, and articles replaced meanwhile."""
    short = article_triples(gold.records(gold.load("01")))
    long = short + "".join(f'<{iri.ENTITY}e{n}> <{iri.SKOS}note> "{n}" .\n' for n in range(500))
    names = [f"urn:article:{number}" for number in range(ARTICLES)]
    path = folder / "store"
    with OxigraphStore(path) as store:
        store.load(dict.fromkeys(names, short))
        sizes = [sum(1 for _ in store.quads(names[0]))]
        sizes.append(sizes[0] + 500)
        store.flush()
        command = [sys.executable, "-c", _READER, str(path), str(reads // readers)]
        running = [
            subprocess.Popen([*command, str(seed), str(ARTICLES), *map(str, sizes)], stdout=subprocess.PIPE, text=True)
            for seed in range(readers)
        ]
        replaced = 0
        while any(one.poll() is None for one in running):
            name = names[replaced % ARTICLES]
            store.replace(name, long if replaced // ARTICLES % 2 == 0 else short)
            replaced += 1
            if replaced % 10 == 0:
                store.flush()
        answers = [one.communicate()[0].split() for one in running]
    done, torn, versions = (
        [int(answer[column]) if len(answer) == 3 else -1 for answer in answers] for column in range(3)
    )
    failed = sum(one < 0 for one in done)
    return sum(done), sum(torn) if not failed else -failed, max(versions), replaced


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reads", type=int, default=10002)
    parser.add_argument("--readers", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        start = time.monotonic()
        done, torn, versions, replaced = measure(options.reads, options.readers, Path(name))
        seconds = time.monotonic() - start
    print(
        f"{done} reads of {versions} versions in {seconds:.0f} s beside {replaced} replacements: {torn} torn or failed"
    )
    sys.exit(1 if torn or versions < 2 else 0)


if __name__ == "__main__":
    main()
