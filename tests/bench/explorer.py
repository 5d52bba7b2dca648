"""How long the pages of ``kg serve`` take over a large store.

    python tests/bench/explorer.py [--articles N] [--store DIR]

Without ``--store`` one of N made-up articles is made. In it one state makes four statements in ten, which none does in
the news: its pages are the worst case (``state-fr``), those of ``putin`` a usual one. Each page is asked for twice; the
first answer of an entity's page may leave out lists that take longer than a reader waits.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
from service import Service
from synthetic import fill

from kg.graph.store import OxigraphStore

PAGES = (
    "/", "/entity/putin", "/entity/state-fr", "/article/syn-5", "/statements", "/statements?from=900",
    "/statements?speaker=putin", "/statements?about=state-fr&act=deny", "/statements?pairs=1", "/timeline",
    "/timeline?entity=state-fr", "/timeline?entity=putin", "/graph", "/graph?open=putin", "/graph?open=state-fr",
    "/graph?open=state-fr&view=treaties", "/graph?open=state-fr&view=weapons", "/graph?open=state-fr&view=positions",
    "/graph?open=state-fr&view=statements", "/evidence?source=state-fr&target=new-start&kind=deny",
    "/list/said?entity=state-fr", "/list/names?entity=state-fr", "/list/connected?entity=state-fr",
)  # fmt: skip


def measure(store: Path) -> None:
    """Prints seconds and sizes."""
    with Service(store, "--quiet") as service:
        print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
        print("| page | first, s | again, s | kB |\n|---|---|---|---|")
        for page in PAGES:
            times = []
            for _ in range(2):
                started = time.perf_counter()
                answer = service.get(page, "text/html")
                times.append(time.perf_counter() - started)
                assert answer.status == 200, answer.text
            print(f"| {page} | {times[0]:.2f} | {times[1]:.2f} | {len(answer.body) / 1000:.0f} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--store", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = options.store or Path(folder) / "store"
        if not path.exists():
            with OxigraphStore(path) as store:
                fill(store, options.articles)
        measure(path)


if __name__ == "__main__":
    main()
