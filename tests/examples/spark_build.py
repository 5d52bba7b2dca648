"""kg build on a Spark cluster. usage: python tests/examples/spark_build.py STORE SHARED_FOLDER SOURCE ..."""

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from py4j.protocol import Py4JJavaError
from pyspark.sql import SparkSession

from kg import builder


class SparkExecutor(ThreadPoolExecutor):
    def submit(self, fn, /, *args):
        return super().submit(lambda: spark.parallelize([args], 1).map(lambda call: fn(*call)).collect()[0])


if __name__ == "__main__":
    store, folder, *sources = sys.argv[1:]
    spark = SparkSession.builder.appName("kg build").getOrCreate().sparkContext
    room = 2 * spark.defaultParallelism
    site = builder.Site(SparkExecutor(room), room=lambda: room, lost=(Py4JJavaError,))
    print(builder.build(sources, store, shards=Path(folder), site=site))
