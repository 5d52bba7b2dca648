"""The build: a second one changes nothing, a changed article is replaced, two builds are the same to the byte."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from conftest import run

from kg import builder
from kg.builder import loader, memory
from kg.graph.store import OxigraphStore
from kg.graph.validate import Validator

GOOD = "俄羅斯總統普丁2月6日在莫斯科表示,俄方願意繼續遵守《新削減戰略武器條約》的限制。"


def write(path: Path, **texts: str) -> Path:
    rows = [json.dumps({"id": key, "text": text, "date": "2026-02-08"}) for key, text in texts.items()]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def dump(path: Path) -> str:
    with OxigraphStore(path, "read") as store:
        return "".join(sorted(f"{quad} .\n" for quad in store.quads()))


def test_two_builds_are_identical_to_the_byte(tmp_path: Path, corpus_store: Path, pipelines: builder.Pipelines) -> None:
    builder.build([], tmp_path / "again", extract=pipelines)
    assert dump(tmp_path / "again") == dump(corpus_store)


def test_second_build_changes_nothing(tmp_path: Path, pipelines: builder.Pipelines) -> None:
    source = write(tmp_path / "a.jsonl", one=GOOD, two=GOOD + "北約歡迎。")
    builder.build([source], tmp_path / "store", extract=pipelines)
    before = dump(tmp_path / "store")
    report = builder.build([source], tmp_path / "store", extract=pipelines)
    assert (report.added, report.replaced, report.unchanged) == (0, 0, 2)
    assert dump(tmp_path / "store") == before


def test_changed_article_is_replaced_and_nothing_of_it_stays(tmp_path: Path, pipelines: builder.Pipelines) -> None:
    builder.build([write(tmp_path / "a.jsonl", one=GOOD, two=GOOD)], tmp_path / "store", extract=pipelines)
    changed = write(tmp_path / "a.jsonl", one=GOOD, two="聯合國秘書長古特雷斯警告,核風險升高。")
    report = builder.build([changed], tmp_path / "store", extract=pipelines)
    assert (report.added, report.replaced, report.unchanged) == (0, 1, 1)
    builder.build([changed], tmp_path / "fresh", extract=pipelines)
    assert dump(tmp_path / "store") == dump(tmp_path / "fresh")


def test_prune_removes_what_is_gone_and_only_when_asked(tmp_path: Path, pipelines: builder.Pipelines) -> None:
    builder.build([write(tmp_path / "a.jsonl", one=GOOD, two=GOOD)], tmp_path / "store", extract=pipelines)
    less = write(tmp_path / "a.jsonl", one=GOOD)
    assert builder.build([less], tmp_path / "store", extract=pipelines).removed == 0
    assert builder.build([less], tmp_path / "store", extract=pipelines, prune=True).removed == 1
    with OxigraphStore(tmp_path / "store", "read") as store:
        assert set(store.digests()) == {"one"}


def test_interrupted_build_leaves_whole_articles_and_goes_on(tmp_path: Path, pipelines: builder.Pipelines) -> None:
    source = write(tmp_path / "a.jsonl", **{f"n{i}": f"{GOOD}第{i}篇。" for i in range(7)})
    seen: list[str] = []

    def impatient(article: builder.Article) -> builder.Records:
        seen.append(article.id)
        if len(seen) == 5:
            raise KeyboardInterrupt
        return pipelines(article)

    with pytest.raises(KeyboardInterrupt):
        builder.build([source], tmp_path / "store", extract=impatient, limits=builder.Limits(articles=2))
    with OxigraphStore(tmp_path / "store", "read") as store:
        assert set(store.digests()) == {"n0", "n1", "n2", "n3"}
        assert Validator().check(store) == []
    report = builder.build([source], tmp_path / "store", extract=pipelines)
    assert (report.added, report.unchanged) == (3, 4)
    builder.build([source], tmp_path / "fresh", extract=pipelines)
    assert dump(tmp_path / "store") == dump(tmp_path / "fresh")


def test_digest_changes_with_every_field_and_with_the_program() -> None:
    article = builder.Article("a", "text", "title", "2026", "en", "p", "u", "n")
    digests = {builder.digest_of(article, "1"), builder.digest_of(article, "2")}
    for field, value in {"text": "x", "title": "x", "date": "2025", "lang": "zh", "publisher": "x", "url": "x"}.items():
        changed = builder.Article(**{**{s: getattr(article, s) for s in article.__slots__}, field: value})
        digests.add(builder.digest_of(changed, "1"))
    assert len(digests) == 8


def test_corpus_graph_keeps_every_shape(corpus_store: Path) -> None:
    with OxigraphStore(corpus_store, "read") as store:
        assert Validator().check(store) == []


def test_nothing_alleged_denied_planned_or_reported_is_asserted(corpus_store: Path, tmp_path: Path) -> None:
    """Every direct edge of an article has an event in the same article that the article itself asserts."""
    query = tmp_path / "q.rq"
    query.write_text(
        """SELECT ?g ?a ?p ?b WHERE {
          GRAPH <https://w3id.org/kg-arms/graph/ontology> { ?type kg:assertedAs ?p }
          GRAPH ?g { ?a ?p ?b . ?g a kg:Article
            FILTER NOT EXISTS { ?e kg:eventType ?type ; kg:agent ?a ; kg:alleged false ; kg:negated false ;
              kg:planned false ; kg:reported false . { ?e kg:object ?b } UNION { ?e kg:agent ?b } } } }""",
        encoding="utf-8",
    )
    done = run("query", query, "--store", corpus_store, "--format", "csv")
    assert done.exit_code == 0, done.stderr
    assert done.stdout.strip().splitlines()[1:] == []


def test_the_more_memory_is_taken_the_less_is_loaded_at_once(
    tmp_path: Path, pipelines: builder.Pipelines, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = write(tmp_path / "a.jsonl", **{f"a{number}": GOOD for number in range(8)})
    loads: list[int] = []
    load = OxigraphStore.load_files

    def counted(store: OxigraphStore, paths: Sequence[Path]) -> None:
        loads.append(len(paths))
        load(store, paths)

    monkeypatch.setattr(OxigraphStore, "load_files", counted)
    monkeypatch.setattr(loader, "_LEAST_BYTES", 1)
    for taken, expected in ((0, [8]), (loader.ALONE, [1] * 8), (None, [8])):
        monkeypatch.setattr(memory, "resident", lambda taken=taken: taken)
        loads.clear()
        builder.build([source], tmp_path / f"store{taken}", extract=pipelines, limits=builder.Limits(articles=1))
        assert loads == expected


def test_memory_is_told_in_bytes_where_the_system_tells_it() -> None:
    before = memory.resident()
    kept = bytearray(64_000_000)
    kept[::4096] = b"\1" * len(kept[::4096])
    after = memory.resident()
    memory.give_back()
    if before is not None:
        assert after is not None
        assert 50_000_000 < after - before < 100_000_000
