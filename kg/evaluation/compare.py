"""Gold against records: each item of one article as a hit, a miss or a false alarm.

An entity of the records is the gold entity with which it shares most surfaces. What is optional in the gold counts
neither way. A statement is found when its content overlaps by at least half, and right when its speaker is too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from kg import iri
from kg.evaluation.gold import Gold
from kg.model import Event, Figure, Records, Statement

Verdict = Literal["hit", "missed", "false alarm"]
#: What is counted, in the order of a report.
LAYERS = ("mentions", "statements", "statement_spans", "events", "figures", "positions")
#: What is only checked on hits: how many are right.
CHECKS = ("statement_act", "statement_date", "event_date", "event_modality")
_OVERLAP = 0.5


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that was or should have been found. ``type``: its entity type, act, event type, figure kind."""

    layer: str
    verdict: Verdict
    article: str
    script: str
    type: str
    what: str
    """The words, and what is wrong with them."""
    at: int = -1
    """Where in the text; -1 when nowhere in particular."""


@dataclass(slots=True)
class Comparison:
    """All of one article."""

    gold: Gold
    records: Records
    items: list[Item] = field(default_factory=list)
    checks: list[tuple[str, bool, str, int]] = field(default_factory=list)
    """(name, right, what, at) for each hit."""
    links: dict[str, tuple[str, str]] = field(default_factory=dict)
    """(gold name, entity id) of each surface that both have, for the scores of resolution."""


def compare(gold: Gold, records: Records) -> Comparison:
    """Every layer of one article."""
    return _Comparer(gold, records).run()


def overlap(one: tuple[int, int], other: tuple[int, int]) -> float:
    """Intersection over union of two spans."""
    shared = max(0, min(one[1], other[1]) - max(one[0], other[0]))
    union = (one[1] - one[0]) + (other[1] - other[0]) - shared
    return shared / union if union else 0.0


def same_date(gold: str | None, found: str | None) -> bool:
    """Equal as far as the less precise of the two goes; none agrees with none only."""
    if not gold or not found:
        return not gold and not found
    return found.startswith(gold) or gold.startswith(found)


class _Comparer:
    def __init__(self, gold: Gold, records: Records) -> None:
        self._gold, self._records = gold, records
        self._out = Comparison(gold, records)
        self._surfaces = self._found_surfaces()
        self._aligned = self._alignment()
        self._same = self._equal_readings()

    def run(self) -> Comparison:
        self._mentions()
        self._statements()
        self._events()
        self._figures()
        self._positions()
        return self._out

    def _item(self, layer: str, verdict: Verdict, type_: str, what: str, at: int) -> None:
        article = self._gold.article
        self._out.items.append(Item(layer, verdict, article.id, article.lang, type_, what, at))

    def _name(self, key: str | None) -> str:
        """How a report calls an entity of either side."""
        if key is None:
            return "nobody"
        entity = self._gold.entities.get(key)
        return str(entity["name_en"]) if entity else key

    def _gold_of(self, key: str) -> str:
        """The gold entity of an entity of the records, or its own id."""
        return self._aligned.get(key, key)

    # entities

    def _found_surfaces(self) -> dict[tuple[str, str], dict[str, int]]:
        """(surface, type) to the entities that it names, each with its first place."""
        found: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
        for mention in sorted(self._records.mentions, key=lambda m: (m.start, m.end, iri.entity(m.entity))):
            if mention.kind != "anaphor":
                type_ = "WeaponSystem" if mention.type == "WeaponClass" else mention.type
                surface = self._gold.article.text[mention.start : mention.end]
                found[surface, type_].setdefault(mention.entity, mention.start)
        return found

    def _alignment(self) -> dict[str, str]:
        surfaces: dict[str, set[str]] = defaultdict(set)
        for (surface, _), entities in self._surfaces.items():
            for entity in entities:
                surfaces[entity].add(surface)
        aligned: dict[str, str] = {}
        for entity, own in surfaces.items():
            shared = {key: len(own & set(gold["surfaces"])) for key, gold in self._gold.entities.items()}
            best = max(shared, key=lambda key: shared[key], default=None)
            if best is not None and shared[best]:
                aligned[entity] = best
        return aligned

    def _equal_readings(self) -> dict[str, set[str]]:
        """Readings that cost nothing: a person for what he acts for, an optional twin with the same surface."""
        same = {key: {key} for key in self._gold.entities}
        for position in self._gold.positions:
            if position.get("of"):
                same[position["person"]].add(position["of"])
        for one in self._gold.entities.values():
            for other in self._gold.entities.values():
                optional = one.get("optional") or other.get("optional")
                if one is not other and optional and set(one["surfaces"]) & set(other["surfaces"]):
                    same[one["id"]].add(other["id"])
        return same

    def _mentions(self) -> None:
        want = {(s, e["type"]): e for e in self._gold.entities.values() for s in e["surfaces"]}
        optional = {s for e in self._gold.entities.values() if e.get("optional") for s in e["surfaces"]}
        for key, entities in self._surfaces.items():
            if key in want:
                self._out.links[key[0]] = (want[key]["name_en"], min(entities, key=iri.entity))
                if not want[key].get("optional"):
                    self._item("mentions", "hit", key[1], key[0], -1)
            elif key[0] not in optional:
                self._item("mentions", "false alarm", key[1], f"{key[0]} is no {key[1]}", min(entities.values()))
        for key, entity in want.items():
            if key not in self._surfaces and not entity.get("optional"):
                at = self._gold.article.text.find(key[0])
                self._item("mentions", "missed", key[1], f"{key[0]} ({entity['name_en']}, {key[1]})", at)

    # statements

    def _statements(self) -> None:
        text = self._gold.article.text
        by_span: dict[tuple[int, int, int], Statement] = {}
        seen: dict[tuple[int, int], int] = defaultdict(int)
        for one in self._records.statements:
            span = (one.start, one.end)
            by_span[(*span, seen[span])] = one
            seen[span] += 1
        used: set[tuple[int, int, int]] = set()
        for want in self._gold.statements:
            at = text.find(want["content"])
            scored = {key: overlap((at, at + len(want["content"])), key[:2]) for key in by_span if key not in used}
            best = max(scored, key=lambda key: scored[key], default=None)
            if best is not None and scored[best] >= _OVERLAP:
                used.add(best)
                if not want.get("optional"):
                    self._statement(want, by_span[best], at)
            elif not want.get("optional"):
                self._both("missed", want["act"], f"{self._name(want.get('speaker'))}: {want['content']}", at)
        for key, one in by_span.items():
            if key not in used:
                who = self._name(self._gold_of(one.speaker) if one.speaker else None)
                self._both("false alarm", one.act, f"{who}: {text[one.start : one.end]}", one.start)

    def _both(self, verdict: Verdict, act: str, what: str, at: int) -> None:
        self._item("statements", verdict, act, what, at)
        self._item("statement_spans", verdict, act, what, at)

    def _statement(self, want: Mapping[str, Any], found: Statement, at: int) -> None:
        """A content that both have: is its speaker right, and then its act and date?"""
        self._item("statement_spans", "hit", want["act"], want["content"], at)
        wanted = want.get("speaker")
        speaker = self._gold_of(found.speaker) if found.speaker else None
        # the state of a speaker's post is another reading of an event's agent, not of who spoke
        posts = {p["of"] for p in self._gold.positions if p["person"] == wanted}
        right = {wanted} | (self._same.get(wanted or "", set()) - posts)
        if speaker not in right:
            what = f"{self._name(wanted)}, not {self._name(speaker)}: {want['content']}"
            self._item("statements", "missed", want["act"], what, at)
            self._item("statements", "false alarm", found.act, what, at)
            return
        self._item("statements", "hit", want["act"], want["content"], at)
        act = f"{want['act']}, not {found.act}: {want['content']}"
        self._out.checks.append(("statement_act", found.act == want["act"], act, at))
        date = f"{want.get('date')}, not {found.date}: {want['content']}"
        self._out.checks.append(("statement_date", same_date(want.get("date"), found.date), date, at))

    # events

    def _events(self) -> None:
        left = list(self._records.events)
        for want in self._gold.events:
            fitting = [event for event in left if self._fits(want, event)]
            best = max(fitting, key=lambda event: self._likeness(want, event), default=None)
            at = self._gold.article.text.find(want.get("trigger") or "")
            if best is not None:
                left.remove(best)
                if not want.get("optional"):
                    self._event(want, best, at)
            elif not want.get("optional"):
                self._item("events", "missed", want["type"], self._telling(want), at)
        for event in left:
            agents = ", ".join(self._name(self._gold_of(agent)) for agent in event.agents) or "nobody"
            what = f"{event.type} by {agents}, {self._name(self._gold_of(event.object) if event.object else None)}"
            self._item("events", "false alarm", event.type, what, event.start)

    def _telling(self, want: Mapping[str, Any]) -> str:
        agents = ", ".join(self._name(agent) for agent in want.get("agents", ())) or "nobody"
        return f"{want['type']} by {agents}, {self._name(want.get('object'))}: {want.get('trigger') or ''}"

    def _fits(self, want: Mapping[str, Any], event: Event) -> bool:
        if event.type != want["type"]:
            return False
        if want.get("object") and (event.object is None or self._gold_of(event.object) != want["object"]):
            return False
        agents = {self._gold_of(agent) for agent in event.agents}
        readings: set[str] = set().union(*(self._same[agent] for agent in want.get("agents") or ()))
        return not want.get("agents") or bool(readings & agents)

    def _likeness(self, want: Mapping[str, Any], event: Event) -> int:
        """Of several that fit: the one with the same date, then the same modality, then the most agents."""
        shared = set(want.get("agents") or ()) & {self._gold_of(agent) for agent in event.agents}
        return (
            4 * same_date(want.get("date"), event.date)
            + 2 * (event.alleged == bool(want.get("alleged")))
            + 2 * (event.negated == bool(want.get("negated")))
            + len(shared)
        )

    def _event(self, want: Mapping[str, Any], event: Event, at: int) -> None:
        self._item("events", "hit", want["type"], self._telling(want), at)
        date = f"{want.get('date')}, not {event.date}: {self._telling(want)}"
        self._out.checks.append(("event_date", same_date(want.get("date"), event.date), date, at))
        wanted = (bool(want.get("alleged")), bool(want.get("negated")))
        modality = f"alleged {wanted[0]}, negated {wanted[1]}: {self._telling(want)}"
        self._out.checks.append(("event_modality", wanted == (event.alleged, event.negated), modality, at))

    # figures and positions

    def _figures(self) -> None:
        left = list(self._records.figures)
        for want in self._gold.figures:
            target = _numbers(want.get("value"), want.get("low"), want.get("high"))
            found = next((figure for figure in left if self._is_figure(want, target, figure)), None)
            what = f"{want.get('trigger')} {want.get('thing')} ({self._name(want.get('subject'))})"
            at = self._gold.article.text.find(want.get("trigger") or "")
            if found is not None:
                left.remove(found)
                if not want.get("optional"):
                    self._item("figures", "hit", want["kind"], what, at)
            elif target and not want.get("optional"):
                self._item("figures", "missed", want["kind"], what, at)
        for figure in left:
            subject = self._name(self._gold_of(figure.subject) if figure.subject else None)
            what = f"{self._gold.article.text[figure.start : figure.end]} {figure.thing} ({subject})"
            self._item("figures", "false alarm", figure.kind, what, figure.start)

    def _is_figure(self, want: Mapping[str, Any], target: set[float], figure: Figure) -> bool:
        if not target or not target <= _numbers(figure.value, figure.low, figure.high):
            return False
        return not want.get("subject") or (
            figure.subject is not None and self._gold_of(figure.subject) == want["subject"]
        )

    def _positions(self) -> None:
        text = self._gold.article.text
        wanted = {(p["person"], p.get("of")): p for p in self._gold.positions if not p.get("optional")}
        optional = {(p["person"], p.get("of")) for p in self._gold.positions if p.get("optional")}
        found = {(self._gold_of(p.person), self._gold_of(p.of) if p.of else None): p for p in self._records.positions}
        for key, position in wanted.items():
            what = f"{self._name(key[0])}, {position['title']} of {self._name(key[1])}"
            self._item("positions", "hit" if key in found else "missed", "", what, text.find(position["title"]))
        for key, one in found.items():
            if key not in wanted and key not in optional:
                what = f"{self._name(key[0])}, {one.title} of {self._name(key[1])}"
                self._item("positions", "false alarm", "", what, one.start)


def _numbers(*values: Any) -> set[float]:
    return {float(value) for value in values if isinstance(value, int | float)}


def bcubed(links: Iterable[tuple[str, str]]) -> tuple[float, float]:
    """(precision, recall) of B-cubed over pairs of gold name and entity id; 0 without any."""
    pairs = list(links)
    by_gold: dict[str, set[int]] = defaultdict(set)
    by_found: dict[str, set[int]] = defaultdict(set)
    for number, (gold, found) in enumerate(pairs):
        by_gold[gold].add(number)
        by_found[found].add(number)
    precision = recall = 0.0
    for gold, found in pairs:
        both = len(by_gold[gold] & by_found[found])
        precision += both / len(by_found[found])
        recall += both / len(by_gold[gold])
    return (precision / len(pairs), recall / len(pairs)) if pairs else (0.0, 0.0)


def counted(items: Iterable[Item]) -> Iterator[tuple[str, int, int, int]]:
    """(layer, hits, false alarms, missed) in the order of LAYERS."""
    tally: dict[tuple[str, str], int] = defaultdict(int)
    for item in items:
        tally[item.layer, item.verdict] += 1
    for layer in LAYERS:
        yield layer, tally[layer, "hit"], tally[layer, "false alarm"], tally[layer, "missed"]
