"""All measurements in one run, as Markdown.

usage: python -m tests.bench [--articles N] [--runs N] [--reference PATH/lac_numpy.py]
                             [--growth SIZE ...] [--memory N ...]

Without options it takes about two minutes. ``--growth 1000 10000 100000`` adds how the cost of an article grows with
the store (twenty minutes for these), ``--memory 1000 20000`` the memory of builds of these sizes. README.md beside this
file says what each number means. Other programs: store.py, serve.py, page.py, projection.py, quotations.py; kill.py and
readers.py try to break the store.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
from pathlib import Path

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"
sys.path.insert(0, str(Path(__file__).parent))

import growth
import peers
import speed
import texts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=300)
    parser.add_argument("--runs", type=int, default=1, help="whole builds of each kind; the median is printed")
    parser.add_argument("--reference", type=Path)
    parser.add_argument("--growth", type=int, nargs="+", default=[], metavar="SIZE")
    parser.add_argument("--memory", type=int, nargs="+", default=[], metavar="N")
    options = parser.parse_args()
    print(f"Python {platform.python_version()}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} before")
    sample = min(options.articles, 100)
    speed.stages(texts.articles(sample))
    speed.whole(options.articles, runs=options.runs, reference=options.reference)
    speed.cold()
    peers.run(sample, options.reference)
    for count in options.memory:
        speed.whole(count, ("2 workers",))
    if options.growth:
        growth.run(options.growth, 20)


if __name__ == "__main__":
    main()
