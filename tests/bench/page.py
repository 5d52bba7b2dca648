"""How large and how quick the page of a graph of 5,000 nodes is; anyone can run it again.

usage: python tests/bench/page.py [--articles N] [--nodes N] [--output FILE]

A store of made-up articles names so many actors that the view has N nodes. Printed are the seconds to write the page,
its size, and, where Chromium is installed, when it painted first and when it could be used.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from browser import PROGRAM, Browser
from synthetic import many

from kg.export import html
from kg.graph.store import OxigraphStore
from kg.network.projection import project_in

_SECONDS = 60


def written(store: OxigraphStore, path: Path) -> None:
    """Write the page and print what it cost."""
    started = time.perf_counter()
    graphs = project_in(store, "actors", html.LANGUAGES)
    projected = time.perf_counter() - started
    with path.open("wb") as out:
        html.write(store, graphs, "zh-hant", "Actors", out)
    total = time.perf_counter() - started
    print(f"{len(graphs[0].nodes)} nodes, {len(graphs[0].edges)} edges, {path.stat().st_size / 1e6:.2f} MB")
    print(f"projected in {projected:.1f} s, written after {total:.1f} s")


def opened(path: Path) -> None:
    """Open the page in a browser and print when it painted and when it was ready."""
    with Browser() as browser:
        started = time.perf_counter()
        browser.open(path.as_uri())
        while not (how := browser.run("document.body.dataset.ready")) and time.perf_counter() - started < _SECONDS:
            time.sleep(0.05)
        ready = time.perf_counter() - started
        first = browser.run("performance.getEntriesByName('first-contentful-paint')[0]?.startTime")
        heap = browser.run("performance.memory.usedJSHeapSize / 1e6")
        print(f"first paint after {first / 1000:.2f} s, usable after {ready:.2f} s ({how}), {heap:.0f} MB of memory")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=1500)
    parser.add_argument("--nodes", type=int, default=5000)
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = options.output or Path(folder) / "graph.html"
        with OxigraphStore(f"{folder}/store") as store:
            many(store, options.articles, options.nodes)
            written(store, path)
        if PROGRAM is None:
            print("no Chromium here: apt install chromium to measure the page in it")
        else:
            opened(path)


if __name__ == "__main__":
    main()
