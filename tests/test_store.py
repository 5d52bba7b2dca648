"""The store: atomic replacement, one writer, and folders that are not ours."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import gold
import pyoxigraph as ox
import pytest

from kg import iri
from kg.errors import UsageError
from kg.graph.rdf import article_triples, literal
from kg.graph.store import (
    NotAStoreError,
    OxigraphStore,
    StoreError,
    StoreLockedError,
    StoreMissingError,
    StoreVersionError,
)
from kg.graph.store.transfer import backup, restore


def triples(name: str, digest: str = "d") -> str:
    return article_triples(gold.records(gold.load(name)), digest=digest)


def graph(name: str) -> str:
    return iri.article(gold.load(name)["id"])


def size(store: OxigraphStore, name: str | None = None) -> int:
    return sum(1 for _ in store.quads(graph(name) if name else None))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "some" / "store"


@pytest.fixture
def filled(path: Path) -> Path:
    with OxigraphStore(path) as store:
        store.load({graph("01"): triples("01"), graph("02"): triples("02")})
    return path


def test_what_is_written_is_there_when_it_is_opened_again(filled: Path) -> None:
    with OxigraphStore(filled, "read") as store:
        assert store.graphs() == sorted([graph("01"), graph("02")])
        assert size(store, "01") == triples("01").count("\n")
        assert store.digests() == {gold.load("01")["id"]: "d", gold.load("02")["id"]: "d"}
        assert store.digest(graph("01")) == "d"
        assert store.digest(graph("03")) is None


def test_replacing_leaves_nothing_of_the_old_and_nothing_else_changes(filled: Path) -> None:
    with OxigraphStore(filled) as store:
        store.replace(graph("01"), article_triples(gold.records(gold.load("03")), digest="new"))
        assert size(store, "01") == triples("03", "new").count("\n")
        assert size(store, "02") == triples("02").count("\n")
        store.remove(graph("02"))
        store.remove(graph("02"))
        assert store.graphs() == [graph("01")]


def test_small_loads_are_left_to_the_engine(path: Path, tmp_path: Path) -> None:
    """What comes in by a little at the end of a build does not make it bring all files together."""
    with OxigraphStore(path) as store:
        for number in range(20):
            file = tmp_path / f"{number}.nq"
            file.write_text(f'<urn:s{number}> <urn:p> "{number}" <urn:g{number}> .\n', encoding="utf-8")
            store.load_files([file])
        store.flush()
        before = sorted(path.glob("snapshot-*"))
        store.tidy()
        store.flush()
        assert sorted(path.glob("snapshot-*")) == before
        assert len(list(store.quads())) == 20


def test_files_of_many_loads_are_brought_together(path: Path) -> None:
    """Nothing is lost or doubled by it, readers get it at the next flush, and few loads are left as they are."""

    def load(number: int) -> None:
        # many keys in each load, so that the ranges of all loads meet in every index
        store.load({f"urn:g{number}-{part}": f'<urn:s{part}> <urn:p> "{part}-{number}" .\n' for part in range(50)})

    def files() -> int:
        """Those of the newest snapshot, which holds what the engine uses; it may remove the rest later."""
        store.flush()
        return len(list(path.glob("snapshot-*/*.sst")))

    with OxigraphStore(path) as store:
        load(0)
        few = files()
        store.tidy()
        assert files() == few
        for number in range(1, 20):
            load(number)
        many = files()
        found = sorted(map(str, store.quads()))
        store.tidy()
        assert sorted(map(str, store.quads())) == found
        assert files() < many  # about one for each index; without it two to three
        with OxigraphStore(path, "read") as reader:
            assert sorted(map(str, reader.quads())) == found
            assert len(found) == 20 * 50


def test_loading_and_replacing_write_the_same() -> None:
    with OxigraphStore(mode="memory") as one, OxigraphStore(mode="memory") as two:
        for name in ("01", "seed"):
            one.load({graph(name): triples(name)})
            two.replace(graph(name), triples(name))
        assert sorted(map(str, one.quads())) == sorted(map(str, two.quads()))


def test_every_character_survives_being_replaced() -> None:
    text = "".join(map(chr, range(0x3000))) + '"""\\\\u0041 }} <a> \u2028\ufffe\U0010ffff'
    with OxigraphStore(mode="memory") as store:
        store.replace("urn:g", f"<urn:s> <urn:p> {literal(text)} .\n<urn:s> <urn:p> {literal(text, lang='zh')} .\n")
        assert {quad.object.value for quad in store.quads("urn:g")} == {text}  # type: ignore[union-attr]
        store.replace("urn:g", f"<urn:s> <urn:p> {literal('x' + text)} .\n")
        assert [quad.object.value for quad in store.quads("urn:g")] == ["x" + text]  # type: ignore[union-attr]
        before = store.graphs()
        store.replace("urn:g", f"<urn:s> <urn:p> {literal('x' + text)} .\n")
        assert [store.graphs(), len(list(store.quads()))] == [before, 1]


def test_broken_triples_are_refused_as_a_whole() -> None:
    with OxigraphStore(mode="memory") as store:
        with pytest.raises(SyntaxError):
            store.load({graph("01"): triples("01"), graph("02"): "<a b> <c> <d> .\n"})
        with pytest.raises(SyntaxError):
            store.replace(graph("02"), "<urn:a> <urn:b> .\n")
        assert store.graphs() == []


def test_a_reader_never_sees_half_an_article() -> None:
    """Two versions alternate while another thread reads; whatever it sees is one of them, whole."""
    short, long = triples("01"), triples("01") + "".join(f"<urn:s{n}> <urn:p> <urn:o> .\n" for n in range(500))
    sizes = {short.count("\n"), long.count("\n")}
    with OxigraphStore(mode="memory") as store:
        store.replace(graph("01"), short)
        stop = threading.Event()

        def write() -> None:
            while not stop.is_set():
                store.replace(graph("01"), long)
                store.replace(graph("01"), short)

        writer = threading.Thread(target=write)
        writer.start()
        count = f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH <{graph('01')}> {{ ?s ?p ?o }} }}"
        seen: set[int] = set()
        for _ in range(60):
            answer = store.query(count)
            assert isinstance(answer, ox.QuerySolutions)
            seen.update(int(row["n"].value) for row in answer)  # type: ignore[union-attr]
        stop.set()
        writer.join()
    assert seen <= sizes


def test_a_copy_can_be_read_while_the_store_is_written(filled: Path, tmp_path: Path) -> None:
    with OxigraphStore(filled) as store:
        store.backup(tmp_path / "copy")
        store.remove(graph("01"))
        with OxigraphStore(tmp_path / "copy", "read") as copy:
            assert copy.graphs() == sorted([graph("01"), graph("02")])
        with pytest.raises(StoreError, match="no copy"):
            store.backup(tmp_path / "copy")


# Who may open what


@pytest.fixture
def holder(filled: Path) -> Iterator[Path]:
    """Another process has the store open for writing."""
    code = (
        "import sys\nfrom kg.graph.store import OxigraphStore\n"
        f"with OxigraphStore({str(filled)!r}):\n    print('open', flush=True)\n    sys.stdin.read()"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"open\n"
        yield filled
        process.kill()


def test_a_second_writer_is_told_in_one_line(holder: Path) -> None:
    with pytest.raises(StoreLockedError) as error:
        OxigraphStore(holder)
    assert str(error.value).startswith(f"{holder}: is being written by another kg")
    assert "\n" not in str(error.value)


def test_a_reader_beside_a_writer_of_another_process_sees_the_last_flush(holder: Path) -> None:
    with OxigraphStore(holder, "read") as store:
        assert store.graphs() == sorted([graph("01"), graph("02")])


def test_readers_and_the_writer_do_not_wait_for_each_other(filled: Path) -> None:
    with OxigraphStore(filled, "read") as early, OxigraphStore(filled) as writer:
        writer.remove(graph("01"))
        with OxigraphStore(filled, "read") as before:
            assert before.graphs() == early.graphs() == sorted([graph("01"), graph("02")])
        writer.flush()
        with OxigraphStore(filled, "read") as after:
            assert after.graphs() == [graph("02")]
        writer.replace(graph("03"), triples("03"))
        writer.flush()
        assert early.graphs() == sorted([graph("01"), graph("02")])
        assert size(early, "01") == triples("01").count("\n")


def test_snapshots_that_nobody_reads_are_removed(filled: Path) -> None:
    with OxigraphStore(filled) as writer:
        for number in range(5):
            writer.replace("urn:g", f'<urn:s> <urn:p> "{number}" .\n')
            writer.flush()
        assert len(list(filled.glob("snapshot-*"))) == 1
        writer.flush()
        newest = list(filled.glob("snapshot-*"))
    assert list(filled.glob("snapshot-*")) == newest  # nothing changed, so nothing was copied


def test_a_reader_needs_no_right_to_write(filled: Path) -> None:
    before = {item: item.stat().st_mtime_ns for item in filled.rglob("*")}
    with OxigraphStore(filled, "read") as store:
        assert size(store)
    assert {item: item.stat().st_mtime_ns for item in filled.rglob("*")} == before


def test_a_missing_store_is_not_made_by_reading(path: Path) -> None:
    with pytest.raises(StoreMissingError, match="kg build"):
        OxigraphStore(path, "read")
    assert not path.exists()
    path.mkdir(parents=True)
    with pytest.raises(StoreMissingError):
        OxigraphStore(path, "read")
    assert list(path.iterdir()) == []


@pytest.mark.parametrize("mode", ["read", "write"])
def test_a_folder_of_other_things_is_left_as_it_is(tmp_path: Path, mode: str) -> None:
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(NotAStoreError, match="left as it is"):
        OxigraphStore(tmp_path, mode)  # type: ignore[arg-type]
    with pytest.raises(NotAStoreError):
        OxigraphStore(tmp_path / "letter.txt", mode)  # type: ignore[arg-type]
    assert [item.name for item in tmp_path.iterdir()] == ["letter.txt"]


def test_a_path_through_a_file_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError, match="name another folder"):
        OxigraphStore(tmp_path / "file" / "store")


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to the superuser")
def test_a_folder_without_permission(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(StoreError, match="ermission"):
        OxigraphStore(tmp_path / "store")
    tmp_path.chmod(0o700)


@pytest.mark.parametrize("mode", ["read", "write"])
@pytest.mark.parametrize(
    ("marker", "error", "words"),
    [
        ("kg-store 99\n", StoreVersionError, "made by a newer kg .*'kg-store 99'.*: update kg"),
        ("kg-store 1\n", StoreVersionError, "made by an older kg .*: remove the folder and build it again"),
        ("", StoreError, "is damaged"),
        ("shopping list", NotAStoreError, "left as it is"),
    ],
)
def test_another_layout_is_refused(filled: Path, mode: str, marker: str, error: type[StoreError], words: str) -> None:
    (filled / "kg-store.txt").write_text(marker)
    with pytest.raises(error, match=words):
        OxigraphStore(filled, mode)  # type: ignore[arg-type]


def test_a_first_build_that_was_killed_can_be_done_again(path: Path) -> None:
    path.mkdir(parents=True)
    (path / "kg-store.txt").write_text("kg-store 2\n")
    with pytest.raises(StoreMissingError):
        OxigraphStore(path, "read")
    with OxigraphStore(path) as store:
        assert store.graphs() == []


def spoil(folder: Path, pattern: str, data: bytes | None = None) -> None:
    """Put garbage over files of the engine; None empties the middle of each."""
    for item in folder.rglob(pattern):
        whole = item.read_bytes()
        new = data if data is not None else whole[: len(whole) // 4] + bytes(len(whole) // 2) + whole[-9:]
        item.unlink()  # a hard link to another copy stays as it is
        item.write_bytes(new)


@pytest.mark.parametrize("mode", ["read", "write"])
@pytest.mark.parametrize(
    ("pattern", "data"),
    [("MANIFEST-*", b"garbage"), ("CURRENT", b""), ("CURRENT", b"MANIFEST-99\n"), ("*.sst", b"x"), ("*.sst", None)],
)
def test_a_damaged_store_is_one_line(filled: Path, mode: str, pattern: str, data: bytes | None) -> None:
    spoil(filled, pattern, data)

    def read_all() -> None:
        with OxigraphStore(filled, mode) as store:  # type: ignore[arg-type]
            list(store.quads())
            list(store.select("SELECT * WHERE { GRAPH ?g { ?s ?p ?o } }"))

    with pytest.raises(StoreError) as error:
        read_all()
    assert "it seems damaged: restore a backup with 'kg restore'" in str(error.value)
    assert "\n" not in str(error.value)


FULL = """
import resource, sys
from kg.graph.store import OxigraphStore, StoreError
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
try:
    with OxigraphStore(sys.argv[1]) as store:
        for number in range(300):
            store.load({f"urn:{number}-{n}": f'<urn:s> <urn:p> "{number} {n} {"x" * 9000}" .\\n' for n in range(40)})
            store.flush()
            print(number, flush=True)
except StoreError as error:
    print(error)
"""


def test_a_full_disk_is_one_line_and_loses_nothing(path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", FULL, path], capture_output=True, text=True, check=True)
    *flushed, said = done.stdout.splitlines()
    assert said.startswith(f"{path}: cannot be written")
    assert said.endswith("make room on the disk and run the command again")
    with OxigraphStore(path) as store:
        assert len(store.graphs()) >= 40 * len(flushed)
        store.replace("urn:more", '<urn:s> <urn:p> "3" .\n')


# Backups


def content(path: Path) -> list[str]:
    with OxigraphStore(path, "read") as store:
        return sorted(map(str, store.quads()))


def test_a_backup_is_a_store_and_comes_back(filled: Path, tmp_path: Path) -> None:
    before = content(filled)
    with OxigraphStore(filled) as store:
        assert backup(filled, tmp_path / "copy") == 2  # beside the writer
        store.remove(graph("01"))
    assert content(tmp_path / "copy") == before
    with pytest.raises(UsageError, match="--replace"):
        restore(tmp_path / "copy", filled)
    with OxigraphStore(filled, "read") as reader:
        assert restore(tmp_path / "copy", filled, replace=True) == 2
        assert reader.graphs() == [graph("02")]
    assert content(filled) == before
    assert restore(tmp_path / "copy", tmp_path / "new") == 2
    with OxigraphStore(tmp_path / "new") as store:
        store.remove(graph("02"))
    assert content(tmp_path / "copy") == content(filled) == before


def test_a_backup_never_overwrites(filled: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    for target in (tmp_path / "mine", tmp_path / "mine" / "letter.txt", filled):
        with pytest.raises(StoreError, match="is there already"):
            backup(filled, target)
    assert (tmp_path / "mine" / "letter.txt").read_text() == "dear"
    assert list((tmp_path / "mine").iterdir()) == [tmp_path / "mine" / "letter.txt"]


def test_a_damaged_backup_is_not_restored(filled: Path, tmp_path: Path) -> None:
    backup(filled, tmp_path / "copy")
    before = content(filled)
    spoil(tmp_path / "copy", "*.sst")
    with pytest.raises(StoreError, match="damaged"):
        restore(tmp_path / "copy", filled, replace=True)
    assert content(filled) == before
    with pytest.raises(NotAStoreError):
        restore(tmp_path, filled, replace=True)
    with pytest.raises(UsageError, match="the backup itself"):
        restore(filled, filled, replace=True)


def test_a_restore_waits_for_no_writer(filled: Path, tmp_path: Path) -> None:
    backup(filled, tmp_path / "copy")
    with OxigraphStore(filled), pytest.raises(StoreLockedError):
        restore(tmp_path / "copy", filled, replace=True)


def test_files_of_another_disk_are_copied(filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(source: Path, target: Path) -> None:
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr("kg.graph.store.folder.os.link", refuse)
    backup(filled, tmp_path / "copy")
    assert content(tmp_path / "copy") == content(filled)


# Kills


def test_what_a_killed_writer_flushed_stays(path: Path) -> None:
    code = (
        "import os, sys\nfrom kg.graph.store import OxigraphStore\n"
        f"store = OxigraphStore({str(path)!r})\n"
        "store.replace('urn:a', '<urn:s> <urn:p> \"1\" .\\n')\nstore.flush()\n"
        "store.replace('urn:b', '<urn:s> <urn:p> \"2\" .\\n')\nos.kill(os.getpid(), 9)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == -9
    with OxigraphStore(path, "read") as store:
        assert "urn:a" in store.graphs()
    with OxigraphStore(path) as store:
        store.replace("urn:c", '<urn:s> <urn:p> "3" .\n')
        assert {"urn:a", "urn:c"} <= set(store.graphs())


def test_builds_that_are_killed_at_random_moments(tmp_path: Path) -> None:
    """A short run of tests/bench/kill.py, which kills fifty."""
    spec = importlib.util.spec_from_file_location("kill", Path(__file__).parent / "bench" / "kill.py")
    assert spec is not None
    assert spec.loader is not None
    kill = importlib.util.module_from_spec(spec)
    sys.modules["kill"] = kill
    spec.loader.exec_module(kill)
    trials = kill.measure(kills=2, articles=8, prepared=True, seed=7, folder=tmp_path)
    assert [trial.problems for trial in trials if trial.problems] == []
    assert sum(trial.killed for trial in trials) == 2
