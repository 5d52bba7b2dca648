"""Statements on sentences of our own: every form of attribution, and the words that only look like one."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import golddoc
import pytest

from kg import authority
from kg.model import Statement
from kg.nlp.statements import Statements

PHRASES = Path(__file__).parent / "phrases" / "statements.jsonl"


def phrases() -> list[dict[str, Any]]:
    return [json.loads(line) for line in PHRASES.read_text(encoding="utf-8").splitlines() if line]


@lru_cache(maxsize=1)
def component() -> Statements:
    return Statements("zh", authority.load())


def statements(text: str, who: dict[str, str], date: str = "2025-11-20") -> tuple[Statement, ...]:
    """The statements of a text in which these names are the mentions."""
    entities = [{"id": name, "type": kind, "name_en": name, "surfaces": [name]} for name, kind in who.items()]
    gold = {"id": "phrase", "lang": "zh-Hant", "published": date, "text": text, "entities": entities}
    found: tuple[Statement, ...] = component()(golddoc.doc(gold))._.statements
    return found


def plain(statement: Statement, text: str) -> list[str | None]:
    speaker = statement.speaker.removeprefix("gold:") if statement.speaker else None
    return [speaker, statement.act, text[statement.start : statement.end]]


@pytest.mark.parametrize("phrase", phrases(), ids=lambda phrase: phrase["text"][:24])
def test_phrase(phrase: dict[str, Any]) -> None:
    found = [plain(s, phrase["text"]) for s in statements(phrase["text"], phrase["who"])]
    if phrase.get("loose"):
        found = [s for s in found if s in phrase["expect"]]
    assert found == phrase["expect"]
