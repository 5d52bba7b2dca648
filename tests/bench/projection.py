"""How fast a view is made, beside copying all triples into NetworkX as rdflib does it and projecting there; one run.

usage: python tests/bench/projection.py [--articles N] [--view NAME] [--without-rdflib]

The store holds N made-up articles. Each way runs in a process of its own, so that its peak memory is its own. What
rdflib's ``rdflib_to_networkx_multidigraph`` gives is every triple as an edge; the actors are then related in Python
through their statements and events, which is what the view says in SPARQL. Seconds are of the clock, and of the
processor where the machine has other work to do.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from synthetic import fill

from kg.graph.store import OxigraphStore


def ours(path: str, view: str) -> dict[str, Any]:
    """The view from the store."""
    from kg.network.projection import project

    started = time.perf_counter()
    with OxigraphStore(path, "read") as store:
        graph = project(store, view)
    seconds = time.perf_counter() - started
    return {"seconds": seconds, "nodes": len(graph.nodes), "edges": len(graph.edges)}


def copied(path: str, _view: str) -> dict[str, Any]:
    """All triples into an rdflib graph, from there into NetworkX, and the actors' relations out of that."""
    import rdflib
    from rdflib.extras.external_graph_libs import rdflib_to_networkx_multidigraph

    started = time.perf_counter()
    graph = rdflib.Graph()
    with OxigraphStore(path, "read") as store:
        text = "".join(f"{quad.triple} .\n" for quad in store.quads())
    graph.parse(data=text, format="nt")
    parsed = time.perf_counter() - started
    network = rdflib_to_networkx_multidigraph(graph)
    copied_at = time.perf_counter() - started
    kg = "https://w3id.org/kg-arms/ontology#"
    parts: dict[str, dict[Any, list[Any]]] = {}
    for name in ("speaker", "about", "act", "agent", "eventType"):
        parts[name] = defaultdict(list)
    for source, target, key in network.edges(keys=True):
        name = str(key).removeprefix(kg)
        if name in parts:
            parts[name][source].append(target)
    actors = {
        s for s, t, k in network.edges(keys=True)
        if str(t) in {f"{kg}State", f"{kg}Person", f"{kg}Organization"} and str(k).endswith("#type")
    }  # fmt: skip
    related: dict[tuple[Any, ...], set[Any]] = defaultdict(set)
    for statement, speakers in parts["speaker"].items():
        for speaker in speakers:
            for other in parts["about"][statement]:
                if other in actors and other != speaker:
                    related[speaker, other, parts["act"][statement][0]].add(statement)
    for event, agents in parts["agent"].items():
        for one in agents:
            for other in agents:
                if one < other:
                    related[one, other, parts["eventType"][event][0]].add(event)
    seconds = time.perf_counter() - started
    ends = {end for key in related for end in key[:2]}
    return {"seconds": seconds, "parse": parsed, "copy": copied_at, "nodes": len(ends), "edges": len(related)}


WAYS = {"kg": ours, "rdflib": copied}


def peak() -> float:
    """Most memory of this process in MB; what its parent had before it does not count, as it does in getrusage."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--view", default="actors")
    parser.add_argument("--without-rdflib", action="store_true")
    parser.add_argument("--store", help="a folder for the made-up store, kept and used again; a new one when left out")
    parser.add_argument("--run", nargs=2, metavar=("WAY", "STORE"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.run:
        found = WAYS[options.run[0]](options.run[1], options.view)
        found["processor"] = time.process_time()
        found["megabytes"] = peak()
        print(json.dumps(found))
        return
    with tempfile.TemporaryDirectory() as folder:
        path = options.store or f"{folder}/store"
        if not Path(path).exists():
            started = time.perf_counter()
            with OxigraphStore(path) as store:
                fill(store, options.articles)
            print(f"made {options.articles} articles in {time.perf_counter() - started:.0f} s", file=sys.stderr)
        print("| way | seconds | of the processor | peak MB | nodes | edges |\n|---|---|---|---|---|---|")
        for way in ["kg"] if options.without_rdflib else list(WAYS):
            command = [sys.executable, __file__, "--view", options.view, "--run", way, path]
            found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
            row = [
                f"{found['seconds']:.1f}",
                f"{found['processor']:.1f}",
                f"{found['megabytes']:.0f}",
                str(found["nodes"]),
                str(found["edges"]),
            ]
            print(f"| {way} | {' | '.join(row)} |")


if __name__ == "__main__":
    main()
