"""What several tests share: the graph of the corpus, built once, and the command line in this process."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(name, "1")  # before NumPy is imported

import pytest
from click.testing import CliRunner, Result
from service import Service

from kg import builder
from kg.cli import main


@pytest.fixture(scope="session")
def pipelines() -> builder.Pipelines:
    """The pipelines, loaded once for all tests."""
    return builder.Pipelines()


@pytest.fixture(scope="session")
def corpus_store(tmp_path_factory: pytest.TempPathFactory, pipelines: builder.Pipelines) -> Path:
    """A store with the whole corpus."""
    path = tmp_path_factory.mktemp("corpus") / "store"
    report = builder.build([], path, extract=pipelines)
    assert not report.problems
    return path


@pytest.fixture(scope="session")
def service(corpus_store: Path) -> Iterator[Service]:
    """kg serve over the corpus, for tests that only read its pages."""
    with Service(corpus_store, "--workers", "2", "--quiet") as started:
        yield started


def run(*arguments: str | Path, input: str | None = None) -> Result:
    """Run the command line; stdout and stderr apart."""
    return CliRunner().invoke(main, [str(one) for one in arguments], input=input)
