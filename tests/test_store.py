"""The store: atomic replacement, one writer, and folders that are not ours."""

from __future__ import annotations

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
from kg.graph.rdf import article_triples, literal
from kg.graph.store import (
    NotAStoreError,
    OxigraphStore,
    StoreError,
    StoreLockedError,
    StoreMissingError,
    StoreVersionError,
)


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


@pytest.mark.parametrize("mode", ["read", "write"])
def test_a_store_in_use_says_so_in_one_line(holder: Path, mode: str) -> None:
    with pytest.raises(StoreLockedError) as error:
        OxigraphStore(holder, mode)  # type: ignore[arg-type]
    assert str(error.value).startswith(f"{holder}: is in use by another kg")
    assert "\n" not in str(error.value)


def test_readers_share_and_shut_out_a_writer(filled: Path) -> None:
    with OxigraphStore(filled, "read") as one, OxigraphStore(filled, "read") as two:
        assert one.graphs() == two.graphs() != []
        with pytest.raises(StoreLockedError):
            OxigraphStore(filled)
    with OxigraphStore(filled) as store:
        assert size(store)


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


def test_another_layout_is_refused(filled: Path) -> None:
    (filled / "kg-store.txt").write_text("kg-store 99\n")
    with pytest.raises(StoreVersionError, match="kg-store 99"):
        OxigraphStore(filled)


def test_a_first_build_that_was_killed_can_be_done_again(path: Path) -> None:
    path.mkdir(parents=True)
    (path / "kg-store.txt").write_text("kg-store 1\n")
    with pytest.raises(StoreMissingError):
        OxigraphStore(path, "read")
    with OxigraphStore(path) as store:
        assert store.graphs() == []


def test_a_damaged_store_is_one_line(filled: Path) -> None:
    for item in filled.glob("MANIFEST-*"):
        item.write_bytes(b"garbage")
    with pytest.raises(StoreError) as error:
        OxigraphStore(filled)
    assert "cannot be opened" in str(error.value)
    assert "\n" not in str(error.value)


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
