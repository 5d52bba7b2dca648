"""What an anaphor stands for: one method for each kind of anaphor, each returning entity ids or nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import partial
from itertools import pairwise
from typing import Any

from kg.authority import MEDIA_KINDS, Record
from kg.model import ACTOR_TYPES, Entity, Mention, Position
from kg.nlp.discourse import Discourse, Subjects, distinct
from kg.nlp.folding import fold

_SENTENCES = 3
"""How many sentences back a pronoun reaches."""
_FAR = 6
"""How many sentences back a noun with a demonstrative reaches."""


class Referents:
    """Resolves by what has been named before; two that fit equally well resolve to nothing."""

    def __init__(self, records: Mapping[str, Record], table: dict[str, Any]) -> None:
        self._records = records
        pronoun, pair = table["pronoun"], table["pair"]
        self._subjects = Subjects(table["subject"])
        self._speaks = re.compile(pronoun["speaks"])
        self._feminine = re.compile(pronoun["feminine"])
        self._female_behind = re.compile(pronoun["female_behind"])
        self._female_before = re.compile(pronoun["female_before"])
        self._place = re.compile(table["place"]["before"])
        self._join = re.compile(pair["join"])
        self._with = re.compile(pair["with"])
        self._of_media = frozenset(table["organization"]["media_nouns"])
        self._nouns = {noun: re.compile(f"(?:{ends})$") for noun, ends in table["organization"]["nouns"].items()}

    # --- persons

    def person(self, discourse: Discourse, start: int, end: int, genders: dict[str, str], gender: str) -> str | None:
        """Who 他 or 她 is: the subject of before. ``genders``: what earlier pronouns said of each person."""

        quoted = discourse.quoted

        def fits(mention: Mention) -> bool:
            return (
                mention.type == "Person" and genders.get(mention.entity, gender) == gender and not quoted(mention.start)
            )

        speaks = self._speaks.match(discourse.view.folded, end) is not None
        for number, here in enumerate(discourse.back(start, _SENTENCES)):
            persons = [m for m in here if fits(m)]
            if not persons:
                continue
            if len(_entities(persons)) == 1:
                return persons[0].entity
            main = self._subjects.main(discourse, [m for m in here if not quoted(m.start)])
            if main is not None and main in persons and (number > 0 or speaks):
                return main.entity
            women = [m for m in persons if self.looks_female(discourse, m)]
            return women[0].entity if gender == "f" and len(_entities(women)) == 1 else None
        return None

    def looks_female(self, discourse: Discourse, mention: Mention) -> bool:
        """True when a word beside the name or a character in it says so."""
        folded = discourse.view.folded
        if self._female_behind.match(folded, mention.end):
            return True
        if self._female_before.search(folded[max(0, mention.start - 12) : mention.start]):
            return True
        return self._feminine.search(folded[mention.start : mention.end]) is not None

    def owner(self, discourse: Discourse, start: int) -> str | None:
        """Whose 其 is: the one actor that this sentence has named, when it names nothing else."""
        named = _entities([m for m in next(iter(discourse.back(start, 0))) if m.type != "Place"])
        entities = {m.entity for m in discourse.named if m.type in ACTOR_TYPES}
        return named[0] if len(named) == 1 and named[0] in entities else None

    def holder(
        self, discourse: Discourse, start: int, base: str, positions: Iterable[Position], pointing: bool
    ) -> str | None:
        """Who a title alone stands for: the only holder among those named last; ``pointing``: behind 该 or 这位."""
        folded = discourse.view.folded
        same = [p for p in positions if p.end <= start and folded[p.start : p.end].endswith(base)]
        holders = {p.person for p in same if pointing or not p.former}
        if not holders:
            return None
        near = discourse.latest(start, _FAR if pointing else _SENTENCES, lambda m: m.entity in holders)
        fitting = _entities(near)
        return fitting[0] if len(fitting) == 1 else None

    # --- groups

    @staticmethod
    def states_of(positions: Iterable[Position], entities: Mapping[str, Entity]) -> dict[str, str]:
        """The state for which each person acts, as far as the text says it."""
        return {
            p.person: p.of
            for p in positions
            if p.of is not None and not p.former and p.of in entities and entities[p.of].type == "State"
        }

    def group(self, discourse: Discourse, start: int, size: int, states: Mapping[str, str]) -> list[str]:
        """The states that 两国 or 三方 are: named together, parties to the treaty at hand, or all that were named.

        ``states``: for whom each person acts. A state named since then that is not one of them makes it unsure.
        """
        since: set[str] = set()
        for here in discourse.back(start, _SENTENCES):
            actors = self._actors(discourse, here, states)
            named = distinct([state for _, state in actors])
            group = self._together(discourse, actors, size) or self._parties(here, size)
            if not group and len(named) == size:
                group = named
            if group:
                return group if since <= set(group) else []
            since |= set(named)
            if len(since) > size:
                return []
        return []

    def _actors(
        self, discourse: Discourse, here: list[Mention], states: Mapping[str, str]
    ) -> list[tuple[Mention, str]]:
        """The mentions that act as states, each with its state; a state where something happens is a place."""
        found = []
        for mention in here:
            before = discourse.view.folded[max(0, mention.start - 3) : mention.start]
            state = mention.entity if mention.type == "State" else states.get(mention.entity)
            if state is not None and not (mention.type == "State" and self._place.search(before)):
                found.append((mention, state))
        return found

    def _together(self, discourse: Discourse, actors: list[tuple[Mention, str]], size: int) -> list[str]:
        """The last run of exactly so many states written side by side."""
        runs: list[list[tuple[Mention, str]]] = []
        for actor in actors:
            if runs and self._beside(discourse, runs[-1][-1][0], actor[0]):
                runs[-1].append(actor)
            else:
                runs.append([actor])
        fitting = [states for run in runs if len(states := distinct([state for _, state in run])) == size]
        return fitting[-1] if fitting else []

    def _beside(self, discourse: Discourse, left: Mention, right: Mention) -> bool:
        if left.end == right.start:
            return True
        join = self._join.match(discourse.view.folded, left.end)
        return join is not None and join.end() == right.start

    def _parties(self, here: list[Mention], size: int) -> list[str]:
        """The parties of the last treaty named, when they are so many."""
        for mention in reversed(here):
            record = self._records.get(mention.entity) if mention.type == "Treaty" else None
            parties = record.attributes.get("parties") if record else None
            if isinstance(parties, list) and len(parties) == size:
                return [key for code in parties if (key := f"state-{str(code).lower()}") in self._records]
        return []

    def two_persons(self, discourse: Discourse, start: int) -> list[str]:
        """The two persons of 两人, when the nearest sentence with persons has just two."""
        persons = _entities(discourse.latest(start, _SENTENCES, lambda m: m.type == "Person"))
        return persons if len(persons) == 2 else []

    def met(self, discourse: Discourse, start: int) -> list[str]:
        """The two persons of 双方 who just met or spoke: joined in the sentence before, where no other is named."""
        here = [m for m in discourse.latest(start, 1, lambda m: m.type in ACTOR_TYPES) if m.type == "Person"]
        if len(here) != len(_entities(here)) or len(here) != 2:
            return []
        between = discourse.view.folded[here[0].end : here[1].start]
        return _entities(here) if self._with.fullmatch(between) else []

    # --- one of a type

    def state(self, discourse: Discourse, start: int) -> str | None:
        """该国: the state of the nearest sentence; of several, the one that is not the subject who speaks."""
        here = discourse.latest(start, _SENTENCES, lambda m: m.type == "State")
        states = _entities(here)
        if len(states) > 1:
            speakers = {
                m.entity
                for m in here
                if self._subjects.is_subject(discourse, m) and self._speaks.match(discourse.view.folded, m.end)
            }
            states = [state for state in states if state not in speakers]
        return states[0] if len(states) == 1 else None

    def treaty(self, discourse: Discourse, start: int, noun: str) -> str | None:
        """该条约: the last treaty named; one whose name ends with the same noun comes first within a sentence."""
        here = discourse.latest(start, _FAR, lambda m: m.type == "Treaty")
        if not here:
            return self._topic(discourse, start)
        same = [m for m in here if discourse.view.folded[m.start : m.end].endswith(noun)]
        candidates = same or here
        last = candidates[-1]
        rivals = [m for m in candidates if m.entity != last.entity and self._beside(discourse, m, last)]
        return None if rivals else last.entity

    def only_treaty(self, discourse: Discourse, start: int) -> str | None:
        """条约 alone: the treaty of the nearest sentence that names one, when the last sentences name no other."""
        near = [m for here in discourse.back(start, _SENTENCES) for m in here if m.type == "Treaty"]
        treaties = _entities(near)
        if treaties:
            return treaties[0] if len(treaties) == 1 else None
        return self._topic(discourse, start)

    @staticmethod
    def _topic(discourse: Discourse, start: int) -> str | None:
        """The only treaty named before, or (nothing before) in the whole article."""
        treaties = [m for m in discourse.named if m.type == "Treaty"]
        named = _entities([m for m in treaties if m.start < start] or treaties)
        return named[0] if len(named) == 1 else None

    def organization(self, discourse: Discourse, start: int, noun: str, entities: Mapping[str, Entity]) -> str | None:
        """该机构, 该所: the last body whose name can be called so."""
        ends = self._nouns[noun]

        def fits(mention: Mention) -> bool:
            if mention.type != "Organization" or (noun not in self._of_media and self._is_media(mention)):
                return False
            return any(ends.search(n) for n in self._names(discourse, mention, entities))

        here = discourse.latest(start, _FAR, fits)
        bodies = _entities(here)
        if len(bodies) > 1:
            main = self._subjects.main(discourse, here)
            return main.entity if main is not None else None
        return bodies[0] if bodies else None

    def _is_media(self, mention: Mention) -> bool:
        """A newspaper or an agency, which a byline names and which no other noun than its own stands for."""
        record = self._records.get(mention.entity)
        return record is not None and record.attributes.get("kind") in MEDIA_KINDS

    def _names(self, discourse: Discourse, mention: Mention, entities: Mapping[str, Entity]) -> list[str]:
        record, entity = self._records.get(mention.entity), entities.get(mention.entity)
        names = [discourse.view.folded[mention.start : mention.end]]
        if record is not None:
            names += [fold(name.text) for name in record.names]
        elif entity is not None:
            names += [fold(label) for label in entity.labels.values()]
        return names

    def weapon(self, discourse: Discourse, start: int) -> str | None:
        """该导弹: the last named system; a class of weapon only where no system is named near."""
        for type_ in ("WeaponSystem", "WeaponClass"):
            weapons = _entities(discourse.latest(start, _SENTENCES, partial(_is_of, type_)))
            if weapons:
                return weapons[0] if len(weapons) == 1 else None
        return None

    def of_pair(self, discourse: Discourse, start: int) -> tuple[str, str] | None:
        """前者 and 后者: the last two of a type that are joined by a conjunction."""
        for here in discourse.back(start, 1):
            for left, right in reversed(list(pairwise(here))):
                if left.type == right.type and left.entity != right.entity and self._beside(discourse, left, right):
                    return left.entity, right.entity
        return None


def _is_of(type_: str, mention: Mention) -> bool:
    return mention.type == type_


def _entities(mentions: list[Mention]) -> list[str]:
    return distinct([m.entity for m in mentions])
