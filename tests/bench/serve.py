"""The round trip of a small query through ``kg serve``.

    python tests/bench/serve.py [STORE]

Prints median, 95th percentile and rate of ASK requests on one kept connection, on new connections, and from thirty
clients at once. Without STORE a small one is made of triples.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).parent.parent))
from service import JSON, Service

from kg.graph.store import OxigraphStore

COUNT, CLIENTS = 1000, 30
PATH = f"/sparql?query={quote('ASK { ?s a ?o }')}"


def timed(ask: Callable[[], None], count: int) -> list[float]:
    """Milliseconds of each call."""
    times = []
    for _ in range(count):
        started = time.perf_counter()
        ask()
        times.append((time.perf_counter() - started) * 1000)
    return times


def show(what: str, times: list[float], seconds: float) -> None:
    median, late = statistics.median(times), statistics.quantiles(times, n=20)[-1]
    print(f"{what:32} median {median:6.2f} ms   p95 {late:6.2f} ms   {len(times) / seconds:7.0f} per second")


def measure(service: Service) -> None:
    """All three."""
    connection = service.connect()

    def kept() -> None:
        connection.request("GET", PATH, headers={"Accept": JSON})
        assert b"true" in connection.getresponse().read()

    def fresh() -> None:
        assert service.get(PATH, JSON).boolean

    timed(kept, 50)
    for what, ask in (("ASK, one kept connection", kept), ("ASK, a new connection each", fresh)):
        started = time.perf_counter()
        show(what, timed(ask, COUNT), time.perf_counter() - started)
    times: list[float] = []
    threads = [threading.Thread(target=lambda: times.extend(timed(fresh, 50))) for _ in range(CLIENTS)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    show(f"ASK, {CLIENTS} clients at once", times, time.perf_counter() - started)


def main(store: Path | None) -> None:
    with tempfile.TemporaryDirectory() as place:
        if store is None:
            store = Path(place) / "store"
            with OxigraphStore(store) as opened:
                opened.replace("urn:h", "<urn:s> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <urn:o> .\n")
        with Service(store, "--quiet") as service:
            measure(service)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
