"""The scripts of tests/examples/ make the store of one process, where the engine that they use is installed."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from test_workers import dump

EXAMPLES = Path(__file__).parent / "examples"


@pytest.mark.parametrize(("script", "package"), [("ray_build.py", "ray"), ("spark_build.py", "pyspark")])
def test_example_makes_the_store_of_one_process(script: str, package: str, tmp_path: Path, corpus_store: Path) -> None:
    if importlib.util.find_spec(package) is None:
        pytest.skip(f"needs {package}: pip install {package}")
    if package == "pyspark" and shutil.which("java") is None:
        pytest.skip("needs Java")
    corpus = Path(__file__).parent.parent / "corpus"
    command = [sys.executable, EXAMPLES / script, tmp_path / "store", tmp_path / "shards", corpus]
    environment = {**os.environ, "PYSPARK_PYTHON": sys.executable}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-3000:]
    assert dump(tmp_path / "store") == dump(corpus_store)
