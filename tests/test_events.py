"""The phrase book of events: type, agents, object, date and truth."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import gold as gold_files
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


GOLD = [gold for path in gold_files.paths() if (gold := gold_files.load(path))["lang"].startswith("zh")]


@pytest.mark.parametrize("gold", GOLD, ids=[gold["id"] for gold in GOLD])
def test_no_alleged_or_negated_event_is_asserted(gold: dict[str, Any], nlp: Language) -> None:
    """What an annotator read as alleged or denied never becomes a direct edge from an actor to a treaty or weapon."""
    records = extract(nlp, gold_files.article(gold))
    surfaces = {entity["id"]: set(entity["surfaces"]) for entity in gold["entities"]}
    named: dict[str, set[str]] = {}
    for mention in records.mentions:
        named.setdefault(mention.entity, set()).add(gold["text"][mention.start : mention.end])
    for denied in (event for event in gold["events"] if event["alleged"] or event["negated"]):
        agents = set().union(*(surfaces[agent] for agent in denied["agents"]))
        object_ = surfaces.get(denied["object"], set())
        at = gold["text"].find(denied["trigger"])
        for event in records.events:
            near = event.start < at + len(denied["trigger"]) and event.end > at
            same_agent = any(named.get(agent, set()) & agents for agent in event.agents)
            same_object = not object_ or (event.object is not None and bool(named.get(event.object, set()) & object_))
            if near and event.type == denied["type"] and same_agent and same_object:
                assert not event.asserted, (denied, event)
