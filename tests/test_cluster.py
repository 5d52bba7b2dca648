"""A Dask cluster of a scheduler and two workers, as processes on this machine."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import servers
import workers
from conftest import run
from test_workers import SMALL, dump, write

from kg import builder
from kg.builder.site import ClusterError

pytest.importorskip("distributed", reason="needs dask.distributed: pip install 'kg[dask]'")


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("dask")
    port = servers.free_port()
    address = f"tcp://127.0.0.1:{port}"
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
    scheduler = ["scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard"]
    worker = ["worker", address, "--nworkers", "2", "--nthreads", "1", "--no-dashboard", "--host", "127.0.0.1"]
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "dask", *command],
            cwd=folder, env=environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
        )
        for command, log in ((scheduler, (folder / "s.log").open("w")), (worker, (folder / "w.log").open("w")))
    ]  # fmt: skip
    try:
        from distributed import Client

        with Client(address, timeout=30, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=60)
        yield address
    finally:
        for process in running:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def test_a_cluster_makes_the_store_of_one_process(cluster: str, tmp_path: Path, corpus_store: Path) -> None:
    report = builder.build([], tmp_path / "store", cluster=cluster, limits=builder.Limits(articles=6))
    assert (report.added, report.problems) == (25, [])
    assert dump(tmp_path / "store") == dump(corpus_store)


def test_a_worker_killed_in_the_middle_loses_and_doubles_nothing(cluster: str, tmp_path: Path) -> None:
    source = write(tmp_path / "a.jsonl", 41)
    builder.build([source], tmp_path / "one", extract=workers.plain)
    killed = workers.KilledOnce("n17", tmp_path / "flag")
    report = builder.build([source], tmp_path / "two", extract=killed, cluster=cluster, limits=SMALL)
    assert (tmp_path / "flag").exists()
    assert (report.added, report.problems) == (41, [])
    assert dump(tmp_path / "two") == dump(tmp_path / "one")


def test_poison_is_named_and_set_aside(cluster: str, tmp_path: Path) -> None:
    source = write(tmp_path / "a.jsonl", 12, {5: workers.CRASH})
    report = builder.build([source], tmp_path / "s", extract=workers.fragile, cluster=cluster, limits=SMALL)
    assert report.added == 11
    assert [problem.split(",")[0] for problem in report.problems] == [
        "article 'n5': ended the process that read it (a crash"
    ]


def test_command_line_takes_a_cluster(cluster: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("俄羅斯總統普丁表示,俄方願意繼續遵守條約。", encoding="utf-8")
    done = run("build", tmp_path / "a.txt", "--store", tmp_path / "store", "--cluster", cluster)
    assert (done.exit_code, done.stderr) == (0, "")
    assert "1 added" in done.stdout


def test_no_scheduler_is_one_clear_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.builder.site.SECONDS_TO_CONNECT", 1)
    with pytest.raises(ClusterError, match="start one with 'dask scheduler'"):
        builder.build([], tmp_path / "store", cluster=f"tcp://127.0.0.1:{servers.free_port()}")


def test_a_scheduler_without_workers_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.builder.site.SECONDS_FOR_WORKERS", 0.5)
    port = servers.free_port()
    command = [sys.executable, "-m", "dask", "scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard"]
    with (tmp_path / "s.log").open("w") as log:
        scheduler = subprocess.Popen(command, cwd=tmp_path, stdout=log, stderr=log, start_new_session=True)
    try:
        with pytest.raises(ClusterError, match="has no workers: start some"):
            builder.build([], tmp_path / "store", cluster=f"tcp://127.0.0.1:{port}")
    finally:
        os.killpg(scheduler.pid, signal.SIGKILL)
        scheduler.wait()
