"""Bodies, treaties, weapons and places written with capitals that the authority file does not know."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from kg.model import Entity, EntityType, Mention
from kg.nlp.draft import Draft, Names
from kg.nlp.folding import fold
from kg.nlp.spaced.capitals import Labels
from kg.nlp.trained import COMPONENT

_BRACKETED = re.compile(r"\s\((?P<short>[A-Z]{3,6})\)")
"""A short name behind the full one."""


class BodyFinder:
    """Works by the tables ``names`` (section ``bodies``) and ``demonyms``."""

    def __init__(self, table: dict[str, Any], demonyms: Mapping[str, str], names: Names) -> None:
        section = table["bodies"]
        self._names = names
        word = table["capitals"]["word"]
        joint = section["joint"]
        tail = rf"(?:{section['behind']}{word}(?:\s(?:{section['tail_joint']})?{word}){{0,3}})?"
        self._suffixed = re.compile(rf"(?<![\w'’-]){word}(?:\s(?:{joint}\s)?{word}){{0,6}}{tail}(?!\w)")
        self._suffix = re.compile(rf"\b(?:{section['suffix']})(?:{section['behind']}.+)?$")
        self._first_not = re.compile(rf"(?:(?:{section['first_not']})\s)+")
        self._goes_on = re.compile(rf"(?:\s{word}){{2,4}}")
        self._not = re.compile(section["not_names"])
        self._alone = re.compile(rf"(?<![\w'’-])(?:{section['alone']})(?!\w)")
        self._small = re.compile(rf"(?<![\w'’-])(?:{section['small']})(?!\w)")
        self._possessive, self._article = re.compile(section["possessive"]), re.compile(section["article"])
        self._small_behind = re.compile(section["small_behind"])
        self._same = {other: canon for canon, others in section["same"].items() for other in [canon, *others]}
        self._demonyms = demonyms
        adjectives = "|".join(sorted(map(re.escape, demonyms), key=lambda a: (-len(a), a)))
        self._adjective = re.compile(rf"(?<![\w-])(?:{section['the']})?(?P<adjective>{adjectives})\s$")
        self._leading = re.compile(rf"(?:{adjectives})\s(?=[A-Z])")
        self._in = re.compile(section["in"])
        self._definite = re.compile(section["definite"])
        self._short: dict[str, str] = section.get("short", {})
        self._capitals = {
            str(record.attributes["capital"]): record.entity.id
            for record in names.records.values()
            if record.entity.type == "State" and record.attributes.get("capital")
        }
        owner = rf"(?P<owner>{adjectives}|{word}(?:\s{word})?)(?:['’]s?)?"
        self._home = re.compile(rf"(?<![\w-]){owner}\s(?:{section['at_home']})\b")
        self._unowned = re.compile(section["unowned"])
        self._of = self._by_state(names)

    def _by_state(self, names: Names) -> dict[tuple[str, str], Entity]:
        """(state, canonical body) to the known body of that state."""
        found: dict[tuple[str, str], Entity] = {}
        for record in names.records.values():
            country = record.attributes.get("country")
            if record.entity.type != "Organization" or not country:
                continue
            for name in record.names:
                for body in self._same:
                    if body in fold(name.text).lower():
                        found.setdefault((f"state-{str(country).lower()}", self._same[body]), record.entity)
        return found

    def find(self, draft: Draft, labels: Labels) -> None:
        """Add the bodies of an article."""
        for match in self._suffixed.finditer(draft.view.folded):
            self._run(draft, labels, *match.span())
        for match in self._alone.finditer(draft.view.folded):
            self._body(draft, *match.span())
        for match in self._small.finditer(draft.view.folded):
            before = draft.view.folded[max(0, match.start() - 40) : match.start()]
            owned = self._small_behind.search(before) or self._adjective.search(before)
            if owned or self._seat(draft, match.end()) or self._only_state(draft, before, match.start()):
                self._body(draft, *match.span())
        self._at_home(draft)
        self._labelled(draft, labels)
        self._nested(draft)

    def _at_home(self, draft: Draft) -> None:
        """A body by its kind alone, that the list gives to another state, is of the state whose military acts here."""
        for mention in draft.of_type("Organization"):
            surface = draft.view.folded[mention.start : mention.end]
            canon = self._same.get(surface.lower())
            if canon is None or not self._unowned.fullmatch(surface):
                continue
            told = list(self._home.finditer(draft.view.folded, 0, mention.start))
            if not told:
                continue
            owner = draft.ending_at(told[-1].end("owner"))
            adjective = told[-1]["owner"]
            state = self._demonyms.get(adjective) or (owner.entity if owner and owner.type == "State" else None)
            home = self._of.get((state, canon)) if state else None
            if home is not None and home.id != mention.entity:
                draft.remove(mention)
                draft.add(mention.start, mention.end, home)

    def _seat(self, draft: Draft, end: int) -> str | None:
        """The state in whose capital the body sits: the defence ministry in Paris."""
        match = self._in.match(draft.view.folded, end)
        return self._capitals.get(match["city"]) if match else None

    def _only_state(self, draft: Draft, before: str, start: int) -> str | None:
        """Whose body "the presidential office" is: the one state that the sentence has named."""
        if not self._definite.search(before):
            return None
        sentence, _ = draft.view.sentence_at(start)
        states = {m.entity for m in draft.at(sentence, start) if m.type == "State"} if sentence < start else set()
        return states.pop() if len(states) == 1 else None

    def _run(self, draft: Draft, labels: Labels, start: int, end: int) -> None:
        """A run of capitals that ends like a body, with what follows it as a part of its name."""
        folded = draft.view.folded
        lead = self._first_not.match(folded, start, end)
        start = lead.end() if lead else start
        name = folded[start:end]
        if not self._suffix.search(name) or " " not in name or self._not.fullmatch(name):
            return
        owner = draft.ending_at(start - 1) if start and folded[start - 1] == " " else None
        if (
            owner is not None
            and owner.type == "State"
            and not any(c.islower() for c in folded[owner.start : owner.end])
        ):
            start = owner.start  # U.S. Pacific Command
        inside = draft.at(start, end)
        head = [
            m for m in inside
            if m.type == "Organization" and m.start == start and self._goes_on.fullmatch(folded, m.end, end)
        ]  # fmt: skip
        for mention in head:
            draft.remove(mention)  # the Senate in Senate Intelligence Committee
        inside = [m for m in inside if m not in head]
        if any(m.type in {"Organization", "Treaty", "Person"} for m in inside):
            return
        if any(m.start < start or m.end > end or (m.start <= start and m.end >= end) for m in inside):
            return
        if self._alone.fullmatch(name):
            return
        leading = self._leading.match(name)
        rest = name[leading.end() :] if leading else name
        if leading and self._alone.fullmatch(rest):
            self._body(draft, start + leading.end(), end, start)
            return
        for mention in inside:
            if mention.start > start:
                draft.remove(mention)
        known = self._names.find(name, "Organization")
        draft.add(start, end, known or draft.new("Organization", start, end))

    def _body(self, draft: Draft, start: int, end: int, begin: int | None = None) -> None:
        """A body by its kind, with whose it is from the words around it; ``begin``: where its adjective begins."""
        folded = draft.view.folded
        inside = draft.at(start, end)
        if any(m.start <= start and m.end >= end for m in inside) or any(m.type != "State" for m in inside):
            return
        state, lead = self._owner(draft, start, end)
        if begin is None and lead is not None and folded[lead:start].strip() and folded[start].isupper():
            begin = lead
        canon = self._same.get(folded[start:end].lower(), folded[start:end].lower())
        known = self._of.get((state, canon)) if state else None
        known = known or self._names.find(folded[start:end], "Organization")
        if known is None and state is None:
            known = self._only(draft, canon)
        draft.add(start if begin is None else begin, end, known or draft.new("Organization", start, end))

    def _only(self, draft: Draft, canon: str) -> Entity | None:
        """The one body of this kind that the article has named."""
        keys = {entity.id for entity in draft.entities.values()}
        of_kind = {e.id: e for (_, kind), e in self._of.items() if kind == canon and e.id in keys}
        return next(iter(of_kind.values())) if len(of_kind) == 1 else None

    def _owner(self, draft: Draft, start: int, end: int) -> tuple[str | None, int | None]:
        """The state whose body this is, and where its adjective begins; the possessor of "its" is the last state."""
        folded = draft.view.folded
        before = folded[max(0, start - 30) : start]
        adjective = self._adjective.search(before)
        if adjective:
            return self._demonyms[adjective["adjective"]], start - len(before) + adjective.start("adjective")
        possessive = self._possessive.search(before)
        if possessive:
            owner = draft.ending_at(start - len(before) + possessive.start())
            short = self._short.get(before[: possessive.start()].rpartition(" ")[2])
            return (owner.entity if owner and owner.type == "State" else short), None
        seat = self._seat(draft, end)
        if seat is not None:
            return seat, None
        sentence = folded.rfind("\n", 0, start) + 1
        states = [m for m in draft.at(sentence, start) if m.type == "State"] if sentence < start else []
        people = [m for m in draft.at(start, start + 90) if m.type == "Person" and m.start > start]
        countries = [
            self._names.records[p.entity].attributes.get("country")
            for p in people[:1]
            if p.entity in self._names.records
        ]
        if countries and countries[0]:
            return f"state-{str(countries[0]).lower()}", None
        return (states[-1].entity if states else None), None

    def _labelled(self, draft: Draft, labels: Labels) -> None:
        """What a trained pipeline calls an organization: two capitals or more, or an acronym of three or more."""
        folded = draft.view.folded
        second = {m["short"] for m in _BRACKETED.finditer(folded) if draft.ending_at(m.start()) is not None}
        for start, end, types in labels.spans:
            if "Organization" not in types or folded[start:end] in second:
                continue
            lead = self._first_not.match(folded, start, end) or self._article.match(folded, start, end)
            start += len(lead[0]) if lead else 0
            name = folded[start:end]
            capitals = " " in name and self._suffixed.fullmatch(name)
            acronym = re.fullmatch(r"[A-Z]{3,6}", name)
            if not (acronym or (capitals and self._suffix.search(name))) or self._not.fullmatch(name):
                continue
            if name in second:
                continue  # the short name of what stands before it
            if draft.free(start, end) and not draft.other(start, end, "Organization"):
                draft.add(start, end, draft.new("Organization", start, end), component=COMPONENT)

    def _nested(self, draft: Draft) -> None:
        """Strategic Command in U.S. Strategic Command: the name without the state that begins it."""
        for mention in draft.of_type("Organization"):
            states = [m for m in draft.at(mention.start, mention.end) if m.type == "State" and m.start == mention.start]
            if not states or mention.kind != "name":
                continue
            rest = states[0].end + 1
            if rest < mention.end and draft.view.folded[rest].isupper() and draft.view.folded[rest - 1] == " ":
                draft.add(rest, mention.end, draft.entities[mention.entity])


class ThingFinder:
    """Treaties and weapons; works by the table ``names``, sections ``treaties`` and ``weapons``."""

    def __init__(self, table: dict[str, Any], names: Names) -> None:
        treaties, word = table["treaties"], table["capitals"]["word"]
        self._names = names
        self._treaty = re.compile(
            rf"(?<![\w'’-])(?:{word}\s(?:{treaties['joint']})?){{1,6}}(?:{treaties['word']})(?!\w)"
        )
        self._bracketed = re.compile(
            rf"(?<![\w'’-])(?:{word}(?:['’]s)?\s){{1,6}}(?:{treaties['bracketed']})(?:{word}\s?)+(?<!\s)"
        )
        self._not = re.compile(treaties["not_names"])
        self._first_not = re.compile(rf"(?:(?:{table['bodies']['first_not']})\s)+")
        self._class_before = re.compile(table["weapons"]["class_before"])

    def find(self, draft: Draft) -> None:
        """Add the treaties of an article, and the longer names of classes of weapon."""
        for match in self._bracketed.finditer(draft.view.folded):
            self._inner(draft, match)
        for match in self._treaty.finditer(draft.view.folded):
            self._one(draft, *match.span())
        for mention in draft.of_type("WeaponClass"):
            lead = self._class_before.search(draft.view.folded[max(0, mention.start - 60) : mention.start])
            if lead and draft.free(mention.start - len(lead[0]), mention.start):
                draft.remove(mention)
                draft.add(mention.start - len(lead[0]), mention.end, draft.entities[mention.entity])

    def _inner(self, draft: Draft, match: re.Match[str]) -> None:
        """Anti-Ballistic Missile (ABM) Treaty: the whole is the name, and the letters in brackets are one too."""
        start, end = match.span()
        lead = self._first_not.match(match[0])
        start += lead.end() if lead else 0
        name = draft.view.folded[start:end]
        plain = name.replace(f"({match['short']}) ", "")
        kinds: tuple[EntityType, ...] = ("Treaty", "Organization")
        known = next((e for kind in kinds if (e := self._names.find(plain, kind)) is not None), None)
        if known is None:
            return
        for mention in draft.at(start, end):
            draft.remove(mention)
        draft.add(start, end, known)
        draft.add(*match.span("short"), known)
        for again in re.finditer(rf"(?<!\w){re.escape(match['short'])}(?!\w)", draft.view.folded):
            if draft.free(*again.span()):
                draft.add(*again.span(), known)

    def _one(self, draft: Draft, start: int, end: int) -> None:
        lead = self._first_not.match(draft.view.folded, start, end)
        start = lead.end() if lead else start
        name = draft.view.folded[start:end]
        inside = draft.at(start, end)
        if " " not in name or self._not.fullmatch(name) or any(m.start < start or m.end > end for m in inside):
            return
        if any(m.type == "Treaty" for m in inside):
            return
        for mention in inside:
            draft.remove(mention)
        draft.add(start, end, self._names.find(name, "Treaty") or draft.new("Treaty", start, end))


class PlaceFinder:
    """Works by the table ``names``, section ``places``."""

    def __init__(self, table: dict[str, Any], names: Names) -> None:
        section, word = table["places"], table["capitals"]["word"]
        self._names = names
        self._name = re.compile(rf"(?<![\w'’-]){word}(?:\s{word}){{0,2}}(?!\w)")
        self._before = re.compile(section["before"])
        self._strict = re.compile(section["strict_before"])
        self._after = re.compile(section["after"])
        self._named = re.compile(rf"\s(?:{section['named']})$")
        self._dateline = re.compile(section["dateline"])
        self._not = frozenset(section["not_names"].split("|"))

    def find(self, draft: Draft, labels: Labels, not_places: frozenset[str]) -> None:
        """Add the places of an article; ``not_places``: words that are none (nationalities)."""
        folded = draft.view.folded
        for match in self._dateline.finditer(folded):
            start, end = match.span("city")
            for mention in draft.at(start, end):
                draft.remove(mention)
            draft.add(start, end, self._entity(draft, start, end, folded[start:end].title()))
        for match in self._name.finditer(folded):
            self._one(draft, labels, not_places, *match.span())

    def _one(self, draft: Draft, labels: Labels, not_places: frozenset[str], start: int, end: int) -> None:
        folded = draft.view.folded
        first = folded[start:end].split()[0]
        if first in self._not or first in not_places or not draft.free(start, end) or draft.other(start, end, "Place"):
            return
        before = folded[max(0, start - 60) : start]
        labelled = labels.touches(start, end, "Place")
        behind = self._after.match(folded, end)
        named = self._named.search(folded[start:end])
        told = labelled and labels.says(start, end, "Place")
        if behind is None and not named and not told and not self._strict.search(before):
            return
        if labels.touches(start, end, "Person") or labels.touches(start, end, "Organization"):
            return
        entity = self._entity(draft, start, end, folded[start:end])
        signalled = behind is not None or named or self._strict.search(before)
        draft.add(start, end, entity, component=None if signalled else COMPONENT)
        if behind is not None and draft.free(end, behind.end()):
            draft.add(start, behind.end(), entity)

    def _entity(self, draft: Draft, start: int, end: int, name: str) -> Entity:
        return self._names.find(name, "Place") or draft.new("Place", start, end, name)


def outermost(mentions: list[Mention]) -> list[Mention]:
    """The mentions that lie in no longer one, in text order."""
    found: list[Mention] = []
    for mention in sorted(mentions, key=lambda m: (m.start, -m.end)):
        if not found or mention.start >= found[-1].end:
            found.append(mention)
    return found
