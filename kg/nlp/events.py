"""Component ``kg_events``: what happened to treaties and weapons, by frames of the language's table ``events``.

A trigger names the event; its frame says where object and agents stand. What is negated, planned or only alleged is
marked by the words of the clause (table ``modality``) and by the statement that the trigger stands in.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from kg import authority, lang
from kg.authority import Record
from kg.model import ACTOR_TYPES, DateMention, Entity, Event, Mention, Statement
from kg.nlp import calendar
from kg.nlp.clauses import Clauses, ClauseWords, Item, Reading
from kg.nlp.document import View, last_before, within
from kg.nlp.event_merge import merged
from kg.nlp.frames import Side, Trigger, TriggerFinder
from kg.nlp.modality import Modality, ModalityCues

NAME = "kg_events"
_COVERED = frozenset({"Treaty", "Organization", "WeaponSystem", "WeaponClass", "Person", "Place"})
_WEAPONS = frozenset({"WeaponSystem", "WeaponClass"})
_ACCUSING = frozenset({"accuse", "claim"})
_PERFORMING = frozenset({"announce", "pledge", "propose"})
_FORCES = frozenset({"armed forces", "armed service"})
_TOGETHER = frozenset({"meet", "negotiate", "sign"})
_FORWARD = frozenset({"noun", "number", "de", "word", "date", "place", "join", "with", "verb", "at", "actor"})


class EventFinder:
    """Works by the tables ``events`` and ``modality``; without them, it finds none."""

    def __init__(
        self, table: Mapping[str, Any], modality: Mapping[str, str], records: Mapping[str, Record] | None = None
    ) -> None:
        self.forces = _forces(records or {})
        self.active = bool(table and modality)
        if not self.active:
            return
        self.words = ClauseWords(table)
        self.triggers = TriggerFinder(table["event"])
        self.modality = ModalityCues(modality)
        patterns = table["patterns"]
        self.relative = re.compile(f"(?:{patterns['aspect']})?(?:{patterns['relative']})")
        self.light = re.compile(f"{patterns['light']}[^,。;:]{{0,12}}$")
        self.instance = re.compile(patterns["instance"])
        self.ordinal = re.compile(patterns["ordinal"])
        self.until = re.compile(patterns["until"])
        self.treaty_noun = re.compile(patterns["treaty_noun"])
        self.duration = re.compile(patterns["duration"])
        self.numbers: dict[str, int] = patterns["numbers"]

    def __call__(self, doc: Doc) -> Doc:
        if self.active:
            types = {entity.id: entity.type for entity in doc._.entities.values()}
            doc._.events = tuple(merged(_Reader(self, View.of(doc)).read(), types))
        return doc


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a trigger stands: its clause, its sentence, and the statement around it."""

    trigger: Trigger
    start: int
    end: int
    sentence: int
    statement: Statement | None

    @property
    def floor(self) -> int:
        """Nothing before this belongs to the event: the sentence, or what was said, begins here."""
        return max(self.sentence, self.statement.start if self.statement else 0)


class _Reader:
    """Reads one Doc."""

    def __init__(self, component: EventFinder, view: View) -> None:
        self._of = component
        self._view = view
        self._folded = view.folded
        self._dates: tuple[DateMention, ...] = view.doc._.dates
        self._statements: list[Statement] = sorted(view.doc._.statements, key=lambda s: (s.start, s.end))
        self._mentions: list[Mention] = sorted({*view.doc._.mentions, *view.doc._.anaphors})
        self._clauses = Clauses(view, component.words, self._mentions, self._dates)
        self._same = _countries(self._view)

    def read(self) -> list[Event]:
        """The events in text order, before what is told twice is merged."""
        covered = bytearray(len(self._folded))
        for mention in self._mentions:
            if mention.type in _COVERED and mention.kind != "anaphor":
                covered[mention.start : mention.end] = b"\1" * (mention.end - mention.start)
        found: list[Event] = []
        for trigger in self._of.triggers.find(self._folded, covered):
            if not self._clauses.in_remark(trigger.start):
                event = self._event(self._placed(trigger))
                if event is not None:
                    found.append(event)
        return found

    def _placed(self, trigger: Trigger) -> _Place:
        start, end = self._clauses.bounds(trigger.start)
        around = last_before_start(self._statements, trigger.start)
        inside = [s for s in around if s.start <= trigger.start and trigger.end <= s.end]
        statement = min(inside, key=lambda s: s.end - s.start) if inside else None
        return _Place(trigger, start, end, self._view.sentence_at(trigger.start)[0], statement)

    def _event(self, place: _Place) -> Event | None:
        trigger, frame = place.trigger, place.trigger.frame
        relative = self._of.relative.match(self._folded, trigger.end) is not None
        reading = self._clauses.reading(max(place.start, self._region(place, relative)), trigger.start)
        object_ = self._object(place, reading, relative)
        if not self._has_need(place, object_):
            return None
        agents = self._agents(place, reading)
        if agents is None:
            return None
        modality = self._modality(place, reading)
        date = self._date(place, denied=modality.negated)
        if not self._kept(place, modality, date) or (relative and frame.strict and not self._dated_inside(place)):
            return None
        if frame.form == "noun" and not self._happened(place, reading, date, negated=modality.negated):
            return None
        alleged = self._alleged(place, agents, modality)
        return Event(
            trigger.start,
            trigger.end,
            frame.type,
            agents,
            object_.entity if object_ else None,
            date,
            self._until(place, date) if frame.type == "extend" else None,
            self._where(place, reading),
            alleged,
            modality.negated,
            modality.planned,
        )

    def _dated_inside(self, place: _Place) -> bool:
        """A description of a noun (部署的弹头) tells an event only when it gives its date itself."""
        return bool(within(self._dates, self._region(place, True), place.trigger.start))

    def _region(self, place: _Place, relative: bool) -> int:
        return self._clauses.region(place.start, place.trigger.start) if relative else place.start

    # what it happened to

    def _object(self, place: _Place, reading: Reading, relative: bool) -> Mention | None:
        frame = place.trigger.frame
        if not frame.object:
            return None
        types = frozenset({"Treaty"}) if frame.object == "treaty" else _WEAPONS
        for side in frame.relative if relative else frame.sides:
            found = self._on_side(side, place, reading, types)
            if found is not None:
                return found
        return None

    def _on_side(self, side: Side, place: _Place, reading: Reading, types: frozenset[str]) -> Mention | None:
        if side == "after":
            return self._behind(place.trigger.end, place.end, types)
        if side == "far":
            end = self._view.sentence_at(place.trigger.start)[1]
            return _first(m for m in within(self._mentions, place.trigger.end, end) if m.type in types)
        if side == "inside":
            return _first(m for m in within(self._mentions, place.trigger.start, place.trigger.end) if m.type in types)
        if side == "marked":
            return _named(reading, types, {"patient"})
        if side == "before":
            beside = [m for m in last_before(self._mentions, place.trigger.start, 4) if m.type in types]
            if beside and not any(c.isalnum() for c in self._folded[beside[-1].end : place.trigger.start]):
                return beside[-1]
            return _named(reading, types, {"subject", "object"})
        return self._topic(place, types)

    def _behind(self, start: int, end: int, types: frozenset[str]) -> Mention | None:
        """The first thing of these types behind the trigger that no other preposition or clause takes.

        A thing before a possessive mark only describes the next one: 可携带多弹头的“烈火-5”.
        """
        items = self._clauses.items(start, end)
        verbs = 0
        described: Mention | None = None
        for number, item in enumerate(items):
            fitting = [m for m in item.mentions if m.type in types]
            if fitting:
                if number + 1 < len(items) and items[number + 1].kind == "de":
                    described = described or fitting[0]
                    continue
                return fitting[0] if verbs <= 1 else described
            verbs = 0 if item.kind == "de" else verbs + (item.kind == "verb")
            if item.kind not in _FORWARD:
                break
        return described if verbs <= 1 else None

    def _topic(self, place: _Place, types: frozenset[str]) -> Mention | None:
        """The thing that the clauses before are about: in this sentence, or a few sentences back."""
        earlier = [m for m in last_before(self._mentions, place.start, 60) if m.type in types]
        if not earlier:
            return None
        last = earlier[-1]
        if "Treaty" in types and self._of.treaty_noun.search(self._folded, place.start, place.end):
            return last
        sentences = self._view.sentences
        here = bisect_left(sentences, (place.sentence, 0))
        there = bisect_left(sentences, (self._view.sentence_at(last.start)[0], 0))
        same_paragraph = "\n" not in self._folded[last.end : place.start]
        return last if here - there <= place.trigger.frame.topic_gap and same_paragraph else None

    def _has_need(self, place: _Place, object_: Mention | None) -> bool:
        frame = place.trigger.frame
        if object_ is not None or not frame.need:
            return True
        if frame.need == "generic" and frame.generic is not None:
            return frame.generic.match(self._folded, place.trigger.end) is not None
        return False

    # who

    def _agents(self, place: _Place, reading: Reading) -> tuple[str, ...] | None:
        """Entity ids of the agents; None when the frame needs some and there are none."""
        frame = place.trigger.frame
        if frame.agents == "none":
            return ()
        heads = reading.by or reading.subject
        if frame.form != "verb" and not heads:
            heads = reading.owner or (reading.nearest if frame.form == "noun" else ())
        if not heads and not reading.blocked:
            heads = self._carried(place) or self._announcer(place)
        if frame.type in _TOGETHER:
            heads = (*heads, *reading.partners)
        if frame.type == "meet" and heads and len(set(heads)) < 2:
            heads = (*heads, *self._met(place))
        ids = tuple(dict.fromkeys(key for m in self._alike(heads) for key in self._with_state(m.entity)))
        if frame.agents == "pair" and len(ids) < 2:
            return None
        if not ids and frame.agents == "required":
            return None
        return ids

    def _met(self, place: _Place) -> tuple[Mention, ...]:
        """Whom the verb takes as its object: A receives B."""
        group: tuple[Mention, ...] = ()
        for item in self._clauses.items(place.trigger.end, place.end):
            if item.kind == "actor":
                group = item.mentions[:1]
            elif item.kind not in {"noun", "number", "word", "de", "verb", "place"}:
                break
        return group

    def _with_state(self, key: str) -> tuple[str, ...]:
        """An armed force acts for its state; the state must be in the article's own words or reference data."""
        state = self._of.forces.get(key)
        if state is None:
            return (key,)
        self._view.doc._.entities.setdefault(state.id, state)
        return (key, state.id)

    def _alike(self, heads: Iterable[Mention]) -> list[Mention]:
        """The heads, and what else the same words stand for (双方 stands for two)."""
        found: list[Mention] = []
        for head in heads:
            twins = [
                m for m in within(self._mentions, head.start, head.end) if (m.start, m.end) == (head.start, head.end)
            ]
            found += [m for m in twins if m.type in ACTOR_TYPES and (head.kind == "anaphor" or m == head)]
        return found

    def _announcer(self, place: _Place) -> tuple[Mention, ...]:
        """Who announces or promises it, where what was said names no subject of its own."""
        statement = place.statement
        if statement is None or statement.act not in _PERFORMING or statement.speaker_start is None:
            return ()
        named = within(self._mentions, statement.speaker_start, statement.speaker_end or statement.speaker_start)
        return tuple(m for m in named if m.entity == statement.speaker)[:1]

    def _carried(self, place: _Place) -> tuple[Mention, ...]:
        """The subject of the clauses before in the same sentence."""
        start = place.start
        while start > place.floor:
            before = self._clauses.before(start)
            if before is None or before[0] < place.floor:
                return ()
            reading = self._clauses.reading(*before)
            if reading.subject:
                return reading.subject
            if reading.blocked:
                return ()
            start = before[0]
        return ()

    # whether

    def _modality(self, place: _Place, reading: Reading) -> Modality:
        trigger = place.trigger
        before = self._clauses.before(place.start)
        previous = self._folded[max(before[0], place.floor) : before[1]] if before else ""
        marked = any(part == "patient" for _, part in reading.named)
        zone = self._folded[max(reading.subject_end, place.start) : trigger.start]
        lead = self._folded[place.start : trigger.start]
        return self._of.modality.read(zone, lead, self._folded[trigger.end : place.end], previous, marked=marked)

    def _kept(self, place: _Place, modality: Modality, date: str | None) -> bool:
        """Plans and possibilities are kept only where the frame says so: most are no events yet."""
        frame = place.trigger.frame
        if modality.hypothetical:
            return frame.dated_hypothesis and date is not None
        if modality.planned:
            announced = place.statement is not None and place.statement.act == "announce"
            return frame.planned == "keep" or (frame.planned == "dated" and (date is not None or announced))
        return True

    def _happened(self, place: _Place, reading: Reading, date: str | None, *, negated: bool) -> bool:
        """A noun is an event only with a verb that carries it, an owner and a date, or a count of times."""
        lead = self._folded[place.start : place.trigger.start]
        verb = self._view.tags[self._view.token_at(place.trigger.start)] in {"v", "vd"}
        if negated or (verb and reading.subject):
            return True
        if self._of.light.search(lead) or self._of.ordinal.search(lead):
            return True
        return date is not None and bool(reading.subject or reading.owner or reading.by)

    def _alleged(self, place: _Place, agents: Sequence[str], modality: Modality) -> bool:
        """Another party says so: an accusing statement, or a word of allegation in the clause."""
        statement = place.statement
        if statement is not None and statement.speaker not in agents:
            speaker = self._same.get(statement.speaker or "", statement.speaker)
            if speaker not in agents and (statement.act in _ACCUSING or modality.hedged):
                return True
            if speaker not in agents and self._of.modality.alleges(self._folded[statement.start : place.trigger.start]):
                return True
        return modality.alleged

    # when and where

    def _date(self, place: _Place, *, denied: bool) -> str | None:
        """A date of the clause, before the trigger or behind it; else of the clauses before in the sentence.

        What did not happen has only the date of its own clause.
        """
        trigger = place.trigger
        floor = max(place.start, place.floor)
        here = [d for d in within(self._dates, floor, trigger.start) if d.relation != "before"]
        if here:
            return here[-1].value
        behind = [d for d in within(self._dates, trigger.end, place.end) if d.relation in {"on", "since"}]
        if behind and trigger.frame.type != "extend":
            return behind[0].value
        if denied:
            return None
        earlier = [d for d in within(self._dates, place.floor, floor) if d.relation in {"on", "since"}]
        if earlier:
            return earlier[-1].value
        statement = place.statement
        return statement.date if statement is not None and statement.act in _PERFORMING else None

    def _until(self, place: _Place, date: str | None) -> str | None:
        """How long an extension runs: to a date, or by years from a known one."""
        for mention in within(self._dates, place.trigger.end, place.end):
            if mention.relation == "until" or self._of.until.search(self._folded, place.trigger.end, mention.start):
                return mention.value
        match = self._of.duration.search(self._folded, place.trigger.end, place.end)
        if match and date:
            years = self._of.numbers.get(match[1]) or (int(match[1]) if match[1].isdigit() else 0)
            return calendar.iso(calendar.parts(date)[0] + years)
        return None

    def _where(self, place: _Place, reading: Reading) -> str | None:
        """A place that a preposition of place governs in the clause."""
        places = [item for item in reading.places if any(m.type in {"Place", "State"} for m in item.mentions)]
        if places:
            return _entity_of(places[-1])
        for item in self._clauses.items(place.trigger.end, place.end):
            if item.kind == "place":
                return _entity_of(item)
            if item.kind not in {"at", "noun", "number", "word", "weapon", "treaty", "de"}:
                return None
        return None


def _forces(records: Mapping[str, Record]) -> dict[str, Entity]:
    """The state that each known armed force belongs to."""
    states = {str(r.attributes.get("iso_alpha2")): r.entity for r in records.values() if r.entity.type == "State"}
    return {
        key: states[str(record.attributes.get("country"))]
        for key, record in records.items()
        if record.attributes.get("kind") in _FORCES and str(record.attributes.get("country")) in states
    }


def _entity_of(item: Item) -> str | None:
    chosen = sorted(item.mentions, key=lambda m: m.type != "Place")
    return chosen[0].entity if chosen else None


def _first(mentions: Iterable[Mention]) -> Mention | None:
    return next(iter(mentions), None)


def _named(reading: Reading, types: frozenset[str], parts: set[str]) -> Mention | None:
    """The last treaty or weapon of the reading that plays one of these parts."""
    for item, part in reversed(reading.named):
        fitting = [m for m in item.mentions if m.type in types]
        if fitting and part in parts:
            return fitting[0]
    return None


def last_before_start(statements: Sequence[Statement], offset: int) -> list[Statement]:
    """The last statements that begin at or before an offset."""
    stop = bisect_left(statements, offset + 1, key=lambda s: s.start)
    return list(statements[max(0, stop - 60) : stop])


def _countries(view: View) -> dict[str, str]:
    """The state or body that a person acts for, by the posts that the article names."""
    return {position.person: position.of for position in view.doc._.positions if position.of}


@Language.factory(NAME, default_config={"language": "zh"}, requires=["doc._.mentions"], assigns=["doc._.events"])
def create(nlp: Language, name: str, language: str) -> EventFinder:
    """The component of a language."""
    records = nlp.tokenizer.lookup.records if hasattr(nlp.tokenizer, "lookup") else authority.load()
    return EventFinder(lang.table(language, "events"), lang.table(language, "modality"), records)
