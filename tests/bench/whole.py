"""One whole build, from a file of articles to a store, measured from outside of the work: prints one line of JSON.

usage: python tests/bench/whole.py SOURCE STORE WORKERS [pinned]
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

from kg import builder

_TICKS = os.sysconf("SC_CLK_TCK")


class Family:
    """Looks at the processes that this one starts, twice a second: their memory and processor time go with them."""

    def __init__(self) -> None:
        self.megabytes: dict[int, float] = {}
        self.seconds: dict[int, float] = {}
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        while True:
            for task in Path("/proc/self/task").iterdir():
                with suppress(OSError):  # a thread that has just ended
                    for pid in (task / "children").read_text().split():
                        self._look(int(pid))
            time.sleep(0.5)

    def _look(self, pid: int) -> None:
        try:
            status = Path(f"/proc/{pid}/status").read_text()
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return
        if "VmHWM:" in status:
            self.megabytes[pid] = int(status.partition("VmHWM:")[2].split()[0]) / 1024
            self.seconds[pid] = (int(fields[11]) + int(fields[12])) / _TICKS


def peak() -> float:
    """Most memory of this process in MB; getrusage would count that of the process that started it."""
    return int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]) / 1024


def one_core() -> None:
    """Use no more than one core from now on, where the system can do that; threads of libraries included."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def main(source: str, store: str, workers: int, where: str = "") -> None:
    """``where``: "pinned" for one core, the engine's own threads included."""
    if where == "pinned":
        one_core()
    family = Family()
    start = time.perf_counter()
    report = builder.build([source], store, workers=workers)
    seconds = time.perf_counter() - start
    found = {
        "seconds": seconds,
        "processor": time.process_time() + sum(family.seconds.values()),
        "characters": report.characters,
        "articles": report.articles,
        "problems": len(report.problems),
        "this_mb": peak(),
        "worker_mb": max(family.megabytes.values(), default=0.0),
        "load": os.getloadavg()[0],
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), *sys.argv[4:])
