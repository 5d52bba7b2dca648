"""The phrase book of names, and the guarantees of the first two components."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import spacy
from spacy.language import Language

import kg.nlp.authority
import kg.nlp.names  # noqa: F401
from kg import authority
from kg.model import Article
from kg.nlp.folding import fold
from kg.nlp.lookup import Lookup
from kg.nlp.tokenizer import Tokenizer

PHRASES = [
    row
    for line in (Path(__file__).parent / "phrases" / "mentions.jsonl").read_text(encoding="utf-8").splitlines()
    if "text" in (row := json.loads(line))
]


@pytest.fixture(scope="module")
def nlp() -> Language:
    made = spacy.blank("zh")
    made.tokenizer = Tokenizer(made.vocab, "zh", Lookup(authority.load(), "zh"))
    made.add_pipe("kg_authority")
    made.add_pipe("kg_names")
    return made


def found(nlp: Language, text: str) -> set[str]:
    rows: set[str] = set()
    for m in nlp(text)._.mentions:
        surface = text[m.start : m.end]
        rows |= {surface, f"{surface}/{m.type}", f"{surface}/{m.type}/{m.entity}"}
    return rows


@pytest.mark.parametrize("row", PHRASES, ids=[row["text"][:16] for row in PHRASES])
def test_names_phrase_book(nlp: Language, row: dict[str, Any]) -> None:
    got = found(nlp, row["text"])
    assert not set(row.get("expect", [])) - got
    assert not set(row.get("absent", [])) & got


@pytest.mark.parametrize("row", PHRASES, ids=[row["text"][:16] for row in PHRASES])
def test_names_same_after_folding_the_script(nlp: Language, row: dict[str, Any]) -> None:
    """The Simplified form of a sentence names the same entities at the same places."""
    text = row["text"]
    plain = fold(text, width=False)
    here = {(m.start, m.end, m.type) for m in nlp(text)._.mentions}
    there = {(m.start, m.end, m.type) for m in nlp(plain)._.mentions}
    assert here == there


def test_names_short_form_is_the_same_entity(nlp: Language) -> None:
    doc = nlp("埃琳娜·索科娃在接受访问时说,谈判并未破裂。索科娃补充说,细节有待敲定。")
    assert len({m.entity for m in doc._.mentions if m.type == "Person"}) == 1


def test_names_latin_in_brackets_links_to_the_known_person(nlp: Language) -> None:
    doc = nlp("發言人裴斯可夫（Dmitry Peskov）表示,俄方已作準備。")
    assert {m.entity for m in doc._.mentions if m.type == "Person"} == {"peskov"}


def test_names_tokens_are_cut_at_every_authority_mention(nlp: Language) -> None:
    text = "中美俄英法五國與北約秘書長呂特在布魯塞爾討論新削減戰略武器條約。"
    doc = nlp(text)
    for m in doc._.mentions:
        assert doc.char_span(m.start, m.end) is not None


def test_doc_has_entities_with_label_and_knowledge_base_id(nlp: Language) -> None:
    doc = nlp("聯合國秘書長古特雷斯說,條約必須保留。")
    assert [(e.text, e.label_, e.kb_id_) for e in doc.ents] == [
        ("聯合國", "Organization", "un"),
        ("古特雷斯", "Person", "guterres"),
    ]


@pytest.mark.parametrize("text", ["", " ", "\n\n", "。", "「「「", "\x00\x01", "𠀀𠮷", "a" * 5000, "核" * 5000])
def test_names_odd_text_does_no_harm(nlp: Language, text: str) -> None:
    doc = nlp(text)
    assert doc.text == text


@pytest.mark.parametrize(
    ("text", "date", "person"),
    [
        ("俄罗斯外长拉夫罗福3日表示，俄方不会退让。", "2025-03-04", "lavrov"),
        ("國際原子能機構總幹事格洛西說，視察尚未恢復。", "2025-03-04", "grossi"),
        ("聯合國秘書長古鐵雷斯呼籲各方克制。", "2025-03-04", "guterres"),
        ("聯合國秘書長古鐵雷斯呼籲各方克制。", "2008-03-04", None),  # he held the post later
        ("聯合國秘書長古鐵雷斯呼籲各方克制。", None, None),  # nobody knows when
        ("法国外长拉夫罗福说，法方不会退让。", "2025-03-04", None),
        ("俄罗斯副外长拉夫罗福说，俄方不会退让。", "2025-03-04", None),
        ("俄罗斯外长拉夫连科说，俄方不会退让。", "2025-03-04", None),
        ("朝鲜领导人金正男说，朝方不会退让。", "2025-03-04", None),  # a name of its own, though near to others
    ],
)
def test_names_another_spelling_is_the_holder_of_the_post(
    nlp: Language, text: str, date: str | None, person: str | None
) -> None:
    doc = nlp.make_doc(text)
    doc._.article = Article("a", text, date=date, lang="zh")
    for _, component in nlp.pipeline:
        doc = component(doc)
    (found,) = {mention.entity for mention in doc._.mentions if mention.type == "Person"}
    assert found == person or (person is None and found.startswith("new:"))
