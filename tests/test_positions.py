"""Posts: the phrase book through the real tokenizer and the authority file, and the titles themselves."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from golddoc import language
from spacy.tokens import Doc

import kg.nlp.authority
import kg.nlp.positions  # noqa: F401  (registers the factory)
from kg import lang
from kg.model import Article, DateMention, Entity, Mention
from kg.nlp.authority import AuthorityLinker
from kg.nlp.authority import create as create_linker
from kg.nlp.document import set_mentions
from kg.nlp.folding import fold
from kg.nlp.positions import PositionFinder, create
from kg.nlp.titles import find_titles

PHRASES = [
    json.loads(line)
    for line in (Path(__file__).parent / "phrases" / "positions.jsonl").read_text(encoding="utf-8").splitlines()
]
TITLES: dict[str, Any] = lang.table("zh", "titles")


@pytest.fixture(scope="module")
def linker() -> AuthorityLinker:
    return create_linker(language("zh"), "kg_authority", "zh")


@pytest.fixture(scope="module")
def finder() -> PositionFinder:
    return create(language("zh"), "kg_positions", "zh")


def prepared(linker: AuthorityLinker, row: dict[str, Any]) -> Doc:
    """A Doc with the known names and those that the row gives, as the components before this one leave it."""
    doc = language("zh").make_doc(row["text"])
    doc._.article = Article("phrase", row["text"], date=row.get("date"), lang="zh")
    linker(doc)
    names = row.get("names", {})
    kept = [m for m in doc._.mentions if not any(_crosses(doc.text, m, name) for name in names)]
    entities = dict(doc._.entities)
    for name, type_ in names.items():
        start = row["text"].index(name)
        same = [m for m in doc._.mentions if doc.text[m.start : m.end] == name and m.type == type_]
        entity = (
            entities[same[0].entity] if same else Entity(f"new:{type_}:{fold(name)}", type_, {"zh": name}, known=False)
        )
        entities[entity.id] = entity
        kept.append(Mention(start, start + len(name), type_, entity.id, "name", "test"))
    doc._.entities = entities
    set_mentions(doc, kept)
    return doc


def _crosses(text: str, mention: Mention, name: str) -> bool:
    """A known name that lies in the given one, or equals it."""
    start = text.index(name)
    return mention.start < start + len(name) and mention.end > start and mention.end - mention.start <= len(name)


def entity_of(doc: Doc, surface: str | None) -> str | None:
    """The entity of the first mention with this text."""
    if surface is None:
        return None
    return next(m.entity for m in doc._.mentions if doc.text[m.start : m.end] == surface)


@pytest.mark.parametrize("row", PHRASES, ids=[row["text"][:14] for row in PHRASES])
def test_phrase(linker: AuthorityLinker, finder: PositionFinder, row: dict[str, Any]) -> None:
    doc = finder(prepared(linker, row))
    got = {(p.person, p.of, p.former) for p in doc._.positions}
    assert got == {(entity_of(doc, person), entity_of(doc, of), former) for person, _, of, former in row["expect"]}
    titles = {doc.text[p.start : p.end] for p in doc._.positions}
    assert titles == {p.title for p in doc._.positions}
    assert all(
        any(title.endswith(wanted) or wanted.endswith(title) for title in titles) for _, wanted, _, _ in row["expect"]
    )


def test_a_post_is_recorded_once(linker: AuthorityLinker, finder: PositionFinder) -> None:
    row = {"text": "美國總統川普說好。美國總統川普又說不好。"}
    doc = finder(prepared(linker, row))
    assert [(p.start, p.end, p.title) for p in doc._.positions] == [(2, 4, "總統")]


def test_since_when(linker: AuthorityLinker, finder: PositionFinder) -> None:
    doc = prepared(linker, {"text": "格罗西2019年出任国际原子能机构总干事。"})
    doc._.dates = (DateMention(3, 8, "2019"),)
    assert [p.since for p in finder(doc)._.positions] == ["2019"]


def test_no_table_no_positions(linker: AuthorityLinker) -> None:
    doc = prepared(linker, {"text": "美國總統川普說好。"})
    english = create(language("zh"), "kg_positions", "en")
    assert english(replace_positions(doc))._.positions == ()


def replace_positions(doc: Doc) -> Doc:
    doc._.positions = ()
    return doc


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("外交部发言人林剑", ["发言人"]),
        ("外交部长王毅", ["外交部长"]),
        ("外交部副部长马朝旭", ["副部长"]),
        ("總統府", []),
        ("总统选举", []),
        ("委员会", []),
        ("司令部", []),
        ("前總統", ["總統"]),
        ("常驻维也纳国际组织代表", ["常驻维也纳国际组织代表"]),
        ("若干事前通知", []),
        ("副國務卿", ["副國務卿"]),
        ("第一副外长", ["第一副外长"]),
        ("主管军控的助理国务卿", ["主管军控的助理国务卿"]),
    ],
)
def test_titles(text: str, titles: list[str]) -> None:
    assert [text[t.start : t.end] for t in find_titles(fold(text), TITLES)] == titles


def test_former_is_no_part_of_the_title() -> None:
    (title,) = find_titles(fold("日本前首相"), TITLES)
    assert (title.begin, title.start, title.former) == (2, 3, True)
    (title,) = find_titles(fold("三年前首相"), TITLES)
    assert not title.former
    assert replace(title, former=True).is_post
