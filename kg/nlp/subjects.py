"""Whose number it is: the treaty of a limit, the weapon of a yield or a load, the state of an arsenal.

The one who gives the number is not the one whose it is, and neither is a state that only says where the weapons stand.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kg.authority import Record
from kg.model import Event, FigureKind, Mention, Statement
from kg.nlp.document import View, last_before, within
from kg.nlp.figurewords import BREAK

_WEAPONS = frozenset({"WeaponSystem", "WeaponClass"})
_OWNERS = frozenset({"State", "Organization"})
_FORCES = ("armed", "military")
"""How the authority file begins the kind of a force of a state."""
_KEEPERS = (*_FORCES, "alliance")
"""The same of a body that may keep weapons; others study, watch or report them."""
_OFFICIAL = ("ministry", "agency", "government", *_FORCES)
"""The same of a body that speaks for its state."""
_SITES = ("nuclear", "enrichment", "reactor", "reprocessing", "conversion", "fuel")
"""How the authority file begins what a place is for, where whatever is there is its state's."""
_AROUND = 16
"""How many characters beside an owner may say that it is only a place."""

_NEAR_TEST = 160
"""How many characters before a sentence with a yield the test may have been told of."""


@dataclass(frozen=True, slots=True)
class Span:
    """Where a number stands: its sentence, its clause, itself; and what is counted."""

    sentence: int
    clause: int
    start: int
    number_end: int
    thing: Mention | None
    end: int
    """Where what is counted ends, before or behind the number."""
    earlier: int
    """Where the sentence before begins, in the same paragraph; ``sentence`` when there is none."""


class OwnerWords:
    """Words of the table ``figures`` that say what an owner is in its clause."""

    def __init__(self, table: dict[str, Any]) -> None:
        words = table["owner"]
        self.place_before = re.compile(f"(?:{words['place_before']})$")
        self.place_after = re.compile(words["place_after"])
        self.beside = re.compile(words["beside"])
        self.unnamed_treaty = re.compile(words["unnamed_treaty"])
        self.military = re.compile(f"(?:{words['military']})$")
        self.world = re.compile(words["world"])
        self.joint = re.compile(words["joint"])
        self.belongs = re.compile(words["belongs"])
        self.each = re.compile(words["each"])
        self.distributed = re.compile(table["kind"]["distributed"])


class Subjects:
    """The owners of the figures of one Doc. ``records``: the authority file, for the state of an armed force."""

    def __init__(self, view: View, mentions: list[Mention], words: OwnerWords, records: Mapping[str, Record]) -> None:
        self._words = words
        self._folded = view.folded
        self._records = records
        self._mentions = mentions
        self._organizations = {(m.start, m.end) for m in self._mentions if m.type == "Organization"}
        self._states = {m.entity for m in self._mentions if m.type == "State"}
        self._tests: list[Event] = [
            e for e in view.doc._.events if e.type == "test" and not e.negated and not e.planned
        ]
        self._posts: dict[str, str] = {p.person: p.of for p in view.doc._.positions if p.of in self._states}

    def of(self, kind: FigureKind, span: Span, numbers: list[int], statement: Statement | None) -> str | None:
        """The entity, or None; ``numbers``: where the numbers before this one stand."""
        before = last_before(self._mentions, span.start)
        if kind == "limit":
            treaty = self._treaty_behind(span) or self._treaty(before, span)
            if treaty or self._words.unnamed_treaty.search(self._folded, span.sentence, span.number_end + _AROUND):
                return treaty or self._only_treaty()
        if kind == "yield":
            weapon = self._weapon(before, span, _WEAPONS)
            return weapon or self._tester(span) or self._owner(before, span, kind, numbers, statement)
        if kind == "capacity":
            carrier = self._weapon(before, span, frozenset({"WeaponSystem"}))
            if carrier:
                return carrier
        return self._owner(before, span, kind, numbers, statement)

    def each(self, kind: FigureKind, span: Span, statement: Statement | None) -> tuple[str, ...]:
        """The owners of which each has as many: A与B各自拥有…; none where it is not several."""
        floor = max(span.sentence, statement.start) if statement else span.sentence
        group = self._group(self._candidates(last_before(self._mentions, span.start), floor, kind == "stockpile"))
        told = len(group) > 1 and self._words.each.search(self._folded, group[-1].end, span.start)
        return tuple(dict.fromkeys(self._acting(m) for m in group)) if told else ()

    def is_joint(self, span: Span) -> bool:
        """The number is of several owners together."""
        if len(self._group(self._candidates(last_before(self._mentions, span.start), span.sentence, True))) > 1:
            return True
        return self._words.joint.search(self._folded, span.clause, span.start) is not None

    def is_world(self, span: Span) -> bool:
        """The number is of all states, none of which is named between the word for them and it."""
        found = list(self._words.world.finditer(self._folded, span.sentence, span.start))
        return bool(found) and not self.names_state(found[-1].end(), span.start)

    def _is_of_all(self, span: Span) -> bool:
        """Words for several owners stand between the last state and the number."""
        joint = list(self._words.joint.finditer(self._folded, span.clause, span.start))
        return bool(joint) and not self.names_state(joint[-1].end(), span.start)

    def is_state(self, entity: str) -> bool:
        return entity in self._states

    def names_state(self, start: int, end: int) -> bool:
        """A state is named between two offsets."""
        return any(m.type == "State" for m in within(self._mentions, start, end))

    def treaty(self, span: Span) -> str | None:
        """The treaty of the sentence before the number."""
        here = [m for m in last_before(self._mentions, span.start) if m.type == "Treaty" and m.start >= span.sentence]
        return here[-1].entity if here else None

    def _only_treaty(self) -> str | None:
        """The one treaty that the article names at all."""
        treaties = {m.entity for m in self._mentions if m.type == "Treaty"}
        return treaties.pop() if len(treaties) == 1 else None

    def _treaty_behind(self, span: Span) -> str | None:
        """The treaty right behind a number that is its limit."""
        here = [m for m in within(self._mentions, span.number_end, span.number_end + _AROUND) if m.type == "Treaty"]
        return here[0].entity if here and "," not in self._folded[span.number_end : here[0].start] else None

    def _treaty(self, before: list[Mention], span: Span) -> str | None:
        """The treaty of the sentence, or the last one of the sentences before."""
        treaties = [m for m in before if m.type == "Treaty"]
        here = [m for m in treaties if m.start >= span.sentence]
        return (here or treaties)[-1].entity if treaties else None

    @staticmethod
    def _weapon(before: list[Mention], span: Span, types: frozenset[str]) -> str | None:
        """The last weapon of the sentence before the number, a named one first, that is not what is counted."""
        counted = span.thing.entity if span.thing and types != _WEAPONS else None
        here = [m for m in before if m.type in types and m.start >= span.sentence and m.entity != counted]
        named = [m for m in here if m.type == "WeaponSystem"]
        return (named or here)[-1].entity if here else None

    def _tester(self, span: Span) -> str | None:
        """The state whose test the text told of last, shortly before the number: whoever measured its yield."""
        tests = [event for event in self._tests if event.start < span.number_end]
        if not tests or span.sentence - tests[-1].end > _NEAR_TEST:
            return None
        return next((agent for agent in tests[-1].agents if agent in self._states), None)

    def _owner(
        self, before: list[Mention], span: Span, kind: FigureKind, numbers: list[int], statement: Statement | None
    ) -> str | None:
        """Who the words behind the number say, else the nearest owner before it in what is said, else who says it."""
        belongs = self._belonging(span)
        if belongs is not None:
            return belongs[0] if len(belongs) == 1 else None
        inside = [m for m in within(self._mentions, span.start, span.end) if m.type == "State"]
        if inside:
            return inside[-1].entity
        if self._folded.startswith("(", span.start - 1):
            beside = [m for m in before if m.type == "State" and m.end == span.start - 1]
            if beside:
                return beside[-1].entity  # 小于美国(5044枚)及俄罗斯(5580枚)
        shared = self._words.distributed.search(self._folded, span.clause, span.start) is not None
        if not shared and (self.is_world(span) or self._is_of_all(span)):
            return None
        leader = self._leader(before, span)
        if leader is not None:
            return leader
        floor = max(span.sentence, statement.start) if statement else span.sentence
        keepers = kind == "stockpile"
        group = self._group(self._candidates(before, floor, keepers))
        if len(group) > 1:
            shared = self._words.distributed.search(self._folded, group[-1].end, span.start) is not None
            turn = sum(group[-1].end <= number for number in numbers)
            return self._acting(group[turn]) if shared and turn < len(group) else None
        if group:
            return self._acting(group[0])
        return self._sited(before, span) or self._told(before, span, floor, statement)

    def _sited(self, before: list[Mention], span: Span) -> str | None:
        """The state of the nuclear site that the sentence names before the number: 纳坦兹工厂装有8300台离心机."""
        for mention in reversed(before):
            record = self._records.get(mention.entity) if mention.start >= span.sentence else None
            if record is not None and str(record.attributes.get("role", "")).startswith(_SITES):
                state = f"state-{str(record.attributes.get('country', '')).lower()}"
                return state if state in self._states else None
        return None

    def _told(self, before: list[Mention], span: Span, floor: int, statement: Statement | None) -> str | None:
        """The state of a person named in what is said, or who says it, or the one state that the text is about."""
        people = [self._country(m.entity) for m in before if m.type == "Person" and m.start >= floor]
        if people and people[-1] is not None:
            return people[-1]
        speaker = statement.speaker if statement else None
        if speaker is not None and (speaker in self._states or speaker in self._posts):
            return self._posts.get(speaker, speaker)
        for start in (span.sentence, span.earlier):
            candidates = [m for m in self._candidates(before, start, True) if not self._says_whose(m, statement)]
            topic = {self._acting(m) for m in candidates} & self._states
            if topic:
                return topic.pop() if len(topic) == 1 else None
        record = self._records.get(speaker or "")
        if speaker is None or record is None:
            return None
        official = str(record.attributes.get("kind", "")).startswith(_OFFICIAL)
        return self._country(speaker) if official or record.attributes.get("positions") else None

    def _says_whose(self, mention: Mention, statement: Statement | None) -> bool:
        """A state in the words for who speaks is not what he speaks about."""
        at = (statement.speaker_start or statement.cue_start) if statement else None
        return at is not None and mention.end <= at and BREAK.search(self._folded, mention.end, at) is None

    def _leader(self, before: list[Mention], span: Span) -> str | None:
        """The state of the last person of the clause, who acts with it there, with no state behind him."""
        people = [m for m in before if m.type == "Person" and m.start >= span.clause]
        states = [m for m in before if m.type in _OWNERS and people and m.start >= people[-1].end]
        acting = [m for m in states if not self._is_governed(m, states)]
        return self._country(people[-1].entity) if people and not acting else None

    def _belonging(self, span: Span) -> list[str] | None:
        """The states that the words behind the number say it belongs to; None when they say nothing."""
        match = self._words.belongs.match(self._folded, max(span.end, span.number_end))
        if match is None:
            return None
        first = [m for m in self._mentions if m.type == "State" and m.start == match.end()]
        if not first:
            return None
        owners = [first[-1]]
        for mention in within(self._mentions, first[-1].end, first[-1].end + _AROUND):
            if mention.type == "State" and self._words.beside.fullmatch(self._folded, owners[-1].end, mention.start):
                owners.append(mention)
        return [owner.entity for owner in owners]

    def _country(self, person: str) -> str | None:
        """The state that a person speaks and acts for, if the article names it."""
        if person in self._posts:
            return self._posts[person]
        record = self._records.get(person)
        state = f"state-{str(record.attributes.get('country', '')).lower()}" if record else ""
        return state if state in self._states else None

    def _candidates(self, before: list[Mention], floor: int, keepers: bool) -> list[Mention]:
        """States and bodies from an offset on, whole names only, without those that only say where.

        ``keepers``: only bodies that may keep weapons. With nobody else there, a state that a preposition governs.
        """
        here = [m for m in before if m.type in _OWNERS and m.start >= floor and not self._is_part(m)]
        if keepers:
            here = [m for m in here if m.type == "State" or self._keeps(m)]
        outside = [m for m in here if not self._is_inside(m, here)]
        acting = [m for m in outside if not self._is_governed(m, here)]
        return acting or [m for m in outside if m.type == "State"][-1:]

    def _keeps(self, mention: Mention) -> bool:
        """A body that may keep weapons: a force, an alliance."""
        record = self._records.get(mention.entity)
        if record is not None:
            return str(record.attributes.get("kind", "")).startswith(_KEEPERS)
        return self._words.military.search(self._folded, mention.start, mention.end) is not None

    def _is_part(self, mention: Mention) -> bool:
        """A state that only begins or ends the name of a body is not the owner by itself."""
        start, end = mention.start, mention.end
        return any(s <= start and end <= e and (s, e) != (start, end) for s, e in self._organizations)

    def _is_governed(self, mention: Mention, owners: list[Mention]) -> bool:
        """A preposition before the first of those named together says where, to whom or from whom."""
        head = mention
        for owner in reversed(owners):
            if owner.end <= head.start and self._words.beside.fullmatch(self._folded, owner.end, head.start):
                head = owner
        return self._words.place_before.search(self._folded[max(0, head.start - 4) : head.start]) is not None

    def _is_inside(self, mention: Mention, owners: list[Mention]) -> bool:
        """What happens on its territory, or on that of those named together with it, is not its own by that."""
        last = mention
        for owner in owners:
            if owner.start >= last.end and self._words.beside.fullmatch(self._folded, last.end, owner.start):
                last = owner
        return self._words.place_after.match(self._folded[last.end : last.end + _AROUND]) is not None

    def _group(self, owners: list[Mention]) -> list[Mention]:
        """The last owner with those written together with it: 美俄, A和B."""
        group = owners[-1:]
        for owner in reversed(owners[:-1]):
            if not group or not self._words.beside.fullmatch(self._folded, owner.end, group[0].start):
                break
            group.insert(0, owner)
        return group if len({m.entity for m in group}) > 1 else group[-1:]

    def _acting(self, mention: Mention) -> str:
        """The state that an armed force belongs to, where the article names it; else the owner itself."""
        record = self._records.get(mention.entity)
        if record is None or not str(record.attributes.get("kind", "")).startswith(_FORCES):
            return mention.entity
        state = f"state-{str(record.attributes.get('country', '')).lower()}"
        return state if state in self._states else mention.entity
