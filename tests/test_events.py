"""The phrase book of events: type, agents, object, date and truth."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from spacy.language import Language

import kg
from kg.model import Article, Event
from kg.nlp.event_merge import merged
from kg.nlp.pipeline import extract

PHRASES = [
    row
    for line in (Path(__file__).parent / "phrases" / "events.jsonl").read_text(encoding="utf-8").splitlines()
    if "text" in (row := json.loads(line))
]


@pytest.fixture(scope="module")
def nlp() -> Language:
    return kg.load("zh")


def found(nlp: Language, text: str) -> tuple[Event, ...]:
    return extract(nlp, Article("x", text, "", "2026-02-08", "zh")).events


@pytest.mark.parametrize("row", PHRASES, ids=[row["text"][:16] for row in PHRASES])
def test_events_phrase_book(nlp: Language, row: dict[str, Any]) -> None:
    got = [
        {key: sorted(value) if isinstance(value := getattr(event, key), tuple) else value for key in want}
        for want in row["expect"]
        for event in found(nlp, row["text"])
        if event.type == want["type"]
    ]
    for want in row["expect"]:
        assert {**want, **({"agents": sorted(want["agents"])} if "agents" in want else {})} in got
    assert len(found(nlp, row["text"])) == len(row["expect"])


def test_events_told_twice_are_one() -> None:
    first = Event(0, 2, "sign", ("state-us",), "new-start", "2010")
    second = Event(9, 11, "sign", ("state-us", "state-ru"), "new-start", "2010-04-08", place="new:Place:Prague")
    (one,) = merged([first, second])
    assert (one.start, one.agents, one.date, one.place) == (0, second.agents, "2010-04-08", "new:Place:Prague")


@pytest.mark.parametrize(
    "other",
    [
        Event(9, 11, "sign", ("state-us",), "start-i", "2010"),
        Event(9, 11, "sign", ("state-us",), "new-start", "2011"),
        Event(9, 11, "sign", ("state-cn",), "new-start", "2010"),
        Event(9, 11, "sign", ("state-us",), "new-start", "2010", negated=True),
        Event(9, 11, "ratify", ("state-us",), "new-start", "2010"),
    ],
)
def test_events_that_differ_stay_apart(other: Event) -> None:
    assert len(merged([Event(0, 2, "sign", ("state-us",), "new-start", "2010"), other])) == 2


def test_only_what_the_article_asserts_is_asserted(nlp: Language) -> None:
    (told,) = found(nlp, "俄羅斯2023年2月退出《全面禁止核試驗條約》。")
    assert told.asserted
    (said,) = found(nlp, "美國指控俄羅斯違反《中程飛彈條約》。")
    assert not said.asserted
