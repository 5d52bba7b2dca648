"""Input in the wild: each case gives one clear line or correct output, and nothing else is lost."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import run

from kg import builder
from kg.graph.store import OxigraphStore

GOOD = "俄羅斯總統普丁2月6日在莫斯科表示,俄方願意繼續遵守《新削減戰略武器條約》的限制。"
LONG = GOOD * 12


def build(tmp_path: Path, *sources: Path) -> tuple[int, str, set[str]]:
    """Exit status, what was said, and the ids that are in the store."""
    done = run("build", *sources, "--store", tmp_path / "store")
    with OxigraphStore(tmp_path / "store", "read") as store:
        ids = set(store.digests())
    return done.exit_code, done.stderr, ids


def beside_a_good_one(tmp_path: Path, name: str, data: bytes) -> tuple[int, str, set[str]]:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "good.txt").write_text(GOOD, encoding="utf-8")
    (folder / name).write_bytes(data)
    return build(tmp_path, folder)


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("empty.txt", b"", "is empty"),
        ("blank.txt", b" \n\n", "is empty"),
        ("binary.txt", random.Random(1).randbytes(4000), "is binary"),
        ("invalid.txt", GOOD.encode()[:40] + b"\xff\xfe\xff" + "é".encode("latin-1") * 9, "is not UTF-8"),
        ("unknown.jsonl", b'{"text": "Le traite est mort hier.", "lang": "fr"}\n', "language 'fr' is not supported"),
        ("broken.md", b"---\nno colon here\n---\ntext", "front matter"),
        ("empty.jsonl", b"", "is empty"),
        ("gone.jsonl.gz", b"\x1f\x8b\x08\x00broken", "damaged gzip"),
        ("figures.txt", b"1 2 3 4", "language cannot be told"),
        ("number.jsonl", b'{"text": 7}\n', '"text" as a string'),
    ],
)
def test_bad_file_is_named_and_the_good_one_goes_in(tmp_path: Path, name: str, data: bytes, said: str) -> None:
    status, words, ids = beside_a_good_one(tmp_path, name, data)
    assert status == 1
    assert said in words
    assert name.split(".")[0] in words
    assert "Traceback" not in words
    assert ids == {"good"}


@pytest.mark.parametrize("encoding", ["big5", "gb18030", "utf-16", "utf-8-sig"])
def test_old_encodings_are_read(tmp_path: Path, encoding: str) -> None:
    text = LONG if encoding != "gb18030" else LONG.replace("羅", "罗").replace("總統", "总统")
    status, words, ids = beside_a_good_one(tmp_path, "old.txt", text.encode(encoding))
    assert (status, words.strip(), ids) == (0, words.strip(), {"good", "old"})
    answer = run("query", "entities", "--store", tmp_path / "store", "--format", "csv").stdout
    assert len([line for line in answer.splitlines() if line.startswith("old,") and "putin" in line]) == 12


def test_million_characters_on_one_line(tmp_path: Path) -> None:
    text = (GOOD * (1_000_000 // len(GOOD) + 1))[:1_000_000].replace("\n", "")
    from kg.lang.zh.segmenter import Segmenter
    from kg.nlp.folding import fold

    words = Segmenter().segment([fold(text[:40_000].replace("。", ","), width=False)])[0]
    assert words[-1][1] == 40_000  # a sentence without an end is cut, not refused
    status, said, ids = beside_a_good_one(tmp_path, "long.txt", text[:200_000].encode())
    assert (status, ids) == (0, {"good", "long"}), said


def test_broken_line_in_the_middle_of_jsonl(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    rows = [
        json.dumps({"id": "one", "text": GOOD}),
        '{"id": "two", "text": ',
        json.dumps({"id": "three", "text": GOOD}),
    ]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    status, said, ids = build(tmp_path, path)
    assert (status, ids) == (1, {"one", "three"})
    assert "a.jsonl:2: is not JSON" in said


def test_two_articles_with_one_id(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(
        "".join(json.dumps({"id": "same", "text": GOOD + str(i)}) + "\n" for i in range(2)), encoding="utf-8"
    )
    status, said, ids = build(tmp_path, path)
    assert (status, ids) == (1, {"same"})
    assert "'same' comes twice" in said


def test_missing_date_gives_no_relative_dates(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"id": "x", "text": "普丁昨天表示,俄方不會退讓。"}) + "\n", encoding="utf-8")
    assert build(tmp_path, path)[0] == 0
    (row,) = json.loads(run("query", "statements", "--store", tmp_path / "store", "--format", "json").stdout)[
        "results"
    ]["bindings"]
    assert "date" not in row


def test_article_that_is_only_a_title(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"id": "x", "title": "標題", "text": ""}) + "\n", encoding="utf-8")
    assert build(tmp_path, path) == (0, "", {"x"})


HOSTILE = [
    "控制\x00字元\x07在中間。" + GOOD,
    'text with """ and \\ and \\u0041 and "quotes". ' + GOOD,
    "<script>alert(1)</script> & <b>粗體</b> " + GOOD,
    "} } ; DROP ALL ; INSERT DATA { <x> <y> <z> " + GOOD,
    "２０２６年２月６日，ＮＡＴＯ與全形，ﾊﾝｶｸ半形 " + GOOD,
    "😀𠀀\u202e右到左\u200b " + GOOD,
]


@pytest.mark.parametrize("text", HOSTILE)
def test_text_comes_out_as_it_went_in(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"id": 'id"<>\\ 空格', "text": text}) + "\n", encoding="utf-8")
    status, said, ids = build(tmp_path, path)
    assert (status, said, ids) == (0, "", {'id"<>\\ 空格'})
    query = tmp_path / "text.rq"
    query.write_text("SELECT ?t WHERE { GRAPH ?g { ?c nif:isString ?t } }", encoding="utf-8")
    answer = json.loads(run("query", query, "--store", tmp_path / "store", "--format", "json").stdout)
    assert [row["t"]["value"] for row in answer["results"]["bindings"]] == [text]
    assert "putin" in run("query", "entities", "--store", tmp_path / "store", "--format", "csv").stdout


def test_folder_without_permission_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "in"
    (folder / "closed").mkdir(parents=True)
    (folder / "good.txt").write_text(GOOD, encoding="utf-8")
    scandir = os.scandir

    def refuse(path: str | Path) -> object:
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr("os.scandir", refuse)  # the tests may run as root, whom no permission stops
    status, said, ids = build(tmp_path, folder)
    assert (status, ids) == (1, {"good"})
    assert "closed: cannot be read (Permission denied)" in said


def test_store_folder_that_is_no_store_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(b"x")
    done = run("build", "--store", tmp_path)
    assert done.exit_code == 1
    assert "is not a kg store" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["photo.jpg"]


def test_store_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    assert "is not a kg store" in run("stats", "--store", tmp_path / "file").stderr


def test_query_without_a_store(tmp_path: Path) -> None:
    done = run("query", "entities", "--store", tmp_path / "none")
    assert done.exit_code == 1
    assert "no store here: build one" in done.stderr
    assert not (tmp_path / "none").exists()


def test_store_locked_by_another_process(tmp_path: Path) -> None:
    store = tmp_path / "store"
    code = (
        "import sys; from kg.graph.store import OxigraphStore; store = OxigraphStore(sys.argv[1]); store.flush();"
        "print('open', flush=True); sys.stdin.read()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code, store], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "open\n"
        for command in (["build"], ["remove", "x"]):
            done = run(*command, "--store", store)
            assert done.exit_code == 1
            assert "is being written by another kg" in done.stderr
        for command in (["stats"], ["query", "entities"]):
            assert run(*command, "--store", store).exit_code == 0
    finally:
        holder.communicate("")
    assert run("stats", "--store", store).exit_code == 0


def test_failing_component_does_not_stop_the_build(tmp_path: Path, pipelines: builder.Pipelines) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("".join(json.dumps({"id": i, "text": GOOD}) + "\n" for i in "abc"), encoding="utf-8")

    def fragile(article: builder.Article) -> builder.Records:
        if article.id == "b":
            raise IndexError("list index out of range")
        return pipelines(article)

    report = builder.build([path], tmp_path / "store", extract=fragile)
    assert report.added == 2
    assert report.problems == ["article 'b': could not be read (IndexError: list index out of range)"]
