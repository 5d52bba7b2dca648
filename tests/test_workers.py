"""Worker processes and clusters: the same store as in one process, whatever happens to a worker."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import workers
from conftest import run

from kg import builder
from kg.errors import NoTrainedPipelineWarning, UsageError
from kg.graph.store import OxigraphStore

SMALL = builder.Limits(articles=4, seconds=60)


def write(path: Path, count: int, marks: dict[int, str] | None = None) -> Path:
    rows = [
        {"id": f"n{number}", "text": f"美國第{number}篇報導。{(marks or {}).get(number, '')}", "date": "2026-02-08"}
        for number in range(count)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def dump(path: Path) -> list[str]:
    with OxigraphStore(path, "read") as store:
        return sorted(f"{quad}" for quad in store.quads())


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().split(")")[1].split()[0] != "Z"


def until(condition: Callable[[], bool], seconds: float = 30) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return False


def test_two_workers_make_the_store_of_one_process(tmp_path: Path, corpus_store: Path) -> None:
    report = builder.build([], tmp_path / "store", workers=2, limits=builder.Limits(articles=6))
    assert (report.added, report.problems) == (25, [])
    assert dump(tmp_path / "store") == dump(corpus_store)


def test_this_process_loads_no_pipeline_when_workers_do(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom kg import builder\nimport workers\n"
        "if __name__ == '__main__':\n"
        "    builder.build([sys.argv[1]], sys.argv[2], workers=2, extract=workers.plain)\n"
        "    assert 'spacy' not in sys.modules and 'numpy' not in sys.modules\n"
    )
    (tmp_path / "main.py").write_text(code)
    source = write(tmp_path / "a.jsonl", 9)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
    subprocess.run([sys.executable, tmp_path / "main.py", source, tmp_path / "store"], check=True, env=environment)


def test_a_worker_killed_in_the_middle_loses_and_doubles_nothing(tmp_path: Path) -> None:
    source = write(tmp_path / "a.jsonl", 41)
    builder.build([source], tmp_path / "one", extract=workers.plain)
    killed = workers.KilledOnce("n17", tmp_path / "flag")
    report = builder.build([source], tmp_path / "two", extract=killed, workers=2, limits=SMALL)
    assert (tmp_path / "flag").exists()
    assert (report.added, report.problems) == (41, [])
    assert dump(tmp_path / "two") == dump(tmp_path / "one")


def test_poison_is_named_and_set_aside_and_the_rest_goes_in(tmp_path: Path) -> None:
    source = write(tmp_path / "a.jsonl", 23, {5: workers.CRASH, 11: workers.HANG, 12: workers.CRASH})
    limits = builder.Limits(articles=8, seconds=1)
    report = builder.build([source], tmp_path / "store", extract=workers.fragile, workers=2, limits=limits)
    assert report.added == 20
    assert [problem.split(",")[0] for problem in report.problems] == [
        "article 'n5': ended the process that read it (a crash",
        "article 'n11': took more than 1 s",
        "article 'n12': ended the process that read it (a crash",
    ]
    good = write(tmp_path / "good.jsonl", 23)
    rows = [line for line in good.read_text().splitlines() if json.loads(line)["id"] not in {"n5", "n11", "n12"}]
    good.write_text("\n".join(rows) + "\n")
    builder.build([good], tmp_path / "one", extract=workers.plain)
    assert dump(tmp_path / "store") == dump(tmp_path / "one")
    assert not (tmp_path / "store" / "shards").exists()


@pytest.mark.parametrize("count", [0, 1])
def test_an_article_that_takes_all_memory_is_set_aside(tmp_path: Path, count: int) -> None:
    source = write(tmp_path / "a.jsonl", 9, {4: workers.HUGE})
    report = builder.build([source], tmp_path / "store", extract=workers.fragile, workers=count)
    assert report.added == 8
    assert [problem.split(",")[0] for problem in report.problems] == [
        "article 'n4': ended the process that read it (a crash"
    ]


@pytest.mark.parametrize("trouble", [workers.CRASH, workers.HANG])
def test_poison_that_ended_a_build_in_one_process_is_found_by_the_next(tmp_path: Path, trouble: str) -> None:
    source = write(tmp_path / "a.jsonl", 9, {4: trouble})
    script = (
        "import sys\nfrom kg import builder\nimport workers\n"
        "builder.build([sys.argv[1]], sys.argv[2], extract=workers.fragile, workers=None)\n"
    )
    command = [sys.executable, "-c", script, str(source), str(tmp_path / "store")]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
    process = subprocess.Popen(command, env=environment)
    if trouble == workers.HANG:
        marker = tmp_path / "store" / "shards"
        while not any("4" in found.read_text().split() for found in marker.glob("*.at")):
            assert process.poll() is None
            time.sleep(0.02)
        process.kill()
    assert process.wait(60) != 0
    limits = builder.Limits(seconds=1)
    report = builder.build([source], tmp_path / "store", extract=workers.fragile, workers=None, limits=limits)
    assert report.added == 8
    assert [problem.split("'")[1] for problem in report.problems] == ["n4"]
    assert not (tmp_path / "store" / "shards").exists()


def test_the_report_is_in_the_order_of_the_sources(tmp_path: Path) -> None:
    source = write(tmp_path / "a.jsonl", 30, {0: workers.WAIT, 9: workers.CRASH, 29: workers.CRASH})
    lines = source.read_text().splitlines()
    lines[4:4] = ["no json"]
    lines[20:20] = [lines[0]]
    source.write_text("\n".join(lines) + "\n")
    report = builder.build([source], tmp_path / "s", extract=workers.fragile, workers=2, limits=SMALL)
    found = [problem.partition(":5: ")[2] or problem.split("'")[1] for problem in report.problems]
    assert found == ["is not JSON (Expecting value at column 1)", "n9", "n0", "n29"]


CHILD = """
import sys
from kg import builder
import workers
if __name__ == "__main__":
    limits = builder.Limits(articles=4, flush=0.3)
    show = lambda report: print(report.articles, flush=True)
    builder.build([sys.argv[1]], sys.argv[2], extract=workers.fragile, workers=2, limits=limits, progress=show)
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_build_that_is_stopped_leaves_no_worker_and_goes_on(tmp_path: Path, how: signal.Signals) -> None:
    source = write(tmp_path / "a.jsonl", 160, dict.fromkeys(range(160), workers.WAIT))
    (tmp_path / "main.py").write_text(CHILD)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
    child = subprocess.Popen(
        [sys.executable, tmp_path / "main.py", source, tmp_path / "store"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, start_new_session=True,
    )  # fmt: skip
    assert child.stdout is not None
    reported = int(child.stdout.readline())
    family = [int(line) for line in subprocess.check_output(["ps", "-o", "pid=", "-s", str(child.pid)]).split()]
    assert len(family) >= 3
    if how == signal.SIGINT:
        os.killpg(child.pid, how)  # as a terminal does
    else:
        child.kill()
    said = child.communicate(timeout=30)[1]
    assert until(lambda: not any(alive(pid) for pid in family))
    if how == signal.SIGINT:
        assert said.count("Traceback") == 1, said  # this process's own; workers say nothing
    with OxigraphStore(tmp_path / "store", "read") as store:
        assert reported <= len(store.digests()) < 160
    report = builder.build([source], tmp_path / "store", extract=workers.fragile, workers=2, limits=SMALL)
    assert report.unchanged >= reported
    assert (report.articles, report.problems) == (160, [])
    builder.build([source], tmp_path / "one", extract=workers.plain)
    assert dump(tmp_path / "store") == dump(tmp_path / "one")


def test_workers_and_a_cluster_exclude_each_other(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="exclude each other"):
        builder.build([], tmp_path, workers=2, cluster="tcp://127.0.0.1:1")


def test_command_line_takes_workers(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("俄羅斯總統普丁表示,俄方願意繼續遵守條約。", encoding="utf-8")
    done = run("build", tmp_path / "a.txt", "--store", tmp_path / "store", "--workers", "1")
    assert (done.exit_code, done.stderr) == (0, "")
    assert "1 added" in done.stdout


def test_a_script_that_workers_cannot_import_is_told_so(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text(
        "import sys\nfrom kg import builder\nimport workers\n"
        "builder.build([sys.argv[1]], sys.argv[2], extract=workers.plain, workers=2)\n"
    )
    source = write(tmp_path / "a.jsonl", 9)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
    command = [sys.executable, tmp_path / "main.py", source, tmp_path / "store"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "WorkerStartError: worker processes cannot be started" in done.stderr.splitlines()[-1]


def test_what_a_language_lacks_is_said_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builder.fingerprint()  # the workers have the pipeline, and would refuse
    monkeypatch.setattr("kg.builder.fingerprint", lambda files: real)
    monkeypatch.setattr("kg.lang.installed", lambda language: None)
    (tmp_path / "a.txt").write_text(
        "The United States tested a missile on Monday, the Pentagon said.", encoding="utf-8"
    )
    with pytest.warns(NoTrainedPipelineWarning, match="English goes without") as said:
        builder.build([tmp_path / "a.txt"], tmp_path / "store", workers=1)
    assert len(said) == 1
