"""The reference port of LAC alone over the sentences of articles: prints one line of JSON, as ``whole.py`` does.

usage: python tests/bench/port.py SENTENCES.json PATH/lac_numpy.py
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"
sys.path.insert(0, str(Path(__file__).parent))

from peers import imported
from whole import one_core, peak


def main(source: str, port: str) -> None:
    """On one core; its own start-up, that is reading the weights, counts as that of a build does."""
    one_core()
    parts: list[str] = json.loads(Path(source).read_text(encoding="utf-8"))
    before, start = time.process_time(), time.perf_counter()
    imported(Path(port)).run(parts)
    found = {
        "seconds": time.perf_counter() - start,
        "processor": time.process_time() - before,
        "characters": sum(map(len, parts)),
        "this_mb": peak(),
        "worker_mb": 0.0,
        "load": os.getloadavg()[0],
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
