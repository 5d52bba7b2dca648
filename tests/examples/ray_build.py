"""kg build on a Ray cluster. usage: python tests/examples/ray_build.py STORE SHARED_FOLDER SOURCE ..."""

import sys
from concurrent.futures import Executor
from pathlib import Path

import ray

from kg import builder


class RayExecutor(Executor):
    def submit(self, fn, /, *args):
        return ray.remote(max_retries=0)(fn).remote(*args).future()


if __name__ == "__main__":
    store, folder, *sources = sys.argv[1:]
    ray.init()
    lost = (ray.exceptions.WorkerCrashedError, ray.exceptions.NodeDiedError)
    site = builder.Site(RayExecutor(), room=lambda: 2 * int(ray.cluster_resources()["CPU"]), lost=lost)
    print(builder.build(sources, store, shards=Path(folder), site=site))
