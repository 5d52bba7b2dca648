"""The phrase book of figures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from spacy.language import Language

import kg
from kg.model import Article
from kg.nlp.pipeline import extract

PHRASES = [
    row
    for line in (Path(__file__).parent / "phrases" / "figures.jsonl").read_text(encoding="utf-8").splitlines()
    if "text" in (row := json.loads(line))
]


@pytest.fixture(scope="module")
def nlp() -> Language:
    return kg.load("zh")


@pytest.mark.parametrize("row", PHRASES, ids=[row["text"][:16] for row in PHRASES])
def test_figures_phrase_book(nlp: Language, row: dict[str, Any]) -> None:
    found = extract(nlp, Article("x", row["text"], "", "2026-02-08", "zh")).figures
    got = [{key: getattr(figure, key) for key in want} for figure, want in zip(found, row["expect"], strict=False)]
    assert (len(found), got) == (len(row["expect"]), row["expect"])
