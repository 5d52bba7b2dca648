"""Names written with capitals that the authority file does not know: persons, and what shortens them later on.

A run of capitalized words is a name only with a second signal: a title or a form of address before it, a verb of
saying or a description behind it, or a trained pipeline that says so.
"""

from __future__ import annotations

import re
from typing import Any

from kg.model import Entity, Mention
from kg.nlp.draft import Draft, Names
from kg.nlp.trained import COMPONENT, ENTITIES

_LOOK = 120
_WHO = 30
"""Characters up to a verb of saying that are more than the verb."""


class Labels:
    """What a trained pipeline called the stretches of a Doc, in our types."""

    def __init__(self, draft: Draft, meaning: dict[str, list[str]]) -> None:
        self.spans: list[tuple[int, int, list[str]]] = [
            (start, end, meaning[label])
            for start, end, label in draft.view.doc.user_data.get(ENTITIES, ())
            if label in meaning
        ]
        self._at = {(start, end): types for start, end, types in self.spans}

    def says(self, start: int, end: int, type_: str) -> bool:
        return type_ in self._at.get((start, end), ())

    def touches(self, start: int, end: int, type_: str) -> bool:
        """True when a stretch of this type shares its beginning or its end with this one."""
        return any(type_ in types and (a == start or b == end) for a, b, types in self.spans if a < end and b > start)


class PersonFinder:
    """Works by the table ``names``, section ``capitals``."""

    def __init__(self, table: dict[str, Any], names: Names, title: re.Pattern[str] | None) -> None:
        capitals = table["capitals"]
        self._names = names
        word, particle = capitals["word"], capitals["particle"]
        self._prefix = re.compile(capitals["prefix"])
        piece = rf"(?:[A-Z]\.(?=\s[A-Z])|(?:{capitals['prefix']})?{word}|[A-Z]\.)"
        self._run = re.compile(rf"(?<![\w'’-]){piece}(?:\s(?:{particle}\s|{particle}(?=[A-Z]))?{piece}){{0,9}}(?!\w)")
        self._word = re.compile(piece)
        self._not = frozenset(capitals["not_person"].split("|"))
        self._honorific = re.compile(f"(?:{capitals['honorific']})$")
        self._rank = re.compile(f"(?:{capitals['rank']})$")
        self._title = title
        self._speaks_after = re.compile(capitals["speaks_after"])
        self._speaks_before = re.compile(capitals["speaks_before"])
        self._apposed = re.compile(capitals["apposed"])
        self._first = frozenset(capitals["first_surnames"].split("|"))
        self._words = frozenset(capitals["word_surnames"].split("|"))

    def find(self, draft: Draft, labels: Labels, not_persons: frozenset[str]) -> None:
        """Add the persons of an article; ``not_persons``: more words that are in no name (nationalities)."""
        folded = draft.view.folded
        alone: list[tuple[int, int]] = []
        for match in self._run.finditer(folded):
            for start, end in self._cuts(draft, match.start(), match.end(), not_persons):
                if " " in folded[start:end]:
                    self._one(draft, labels, start, end)
                else:
                    alone.append((start, end))
        self._short_forms(draft)
        for start, end in alone:  # behind the full names: Mr Chalgam is the Chalgam whom the article has named
            self._one(draft, labels, start, end)
        self._short_forms(draft)

    def _cuts(self, draft: Draft, start: int, end: int, not_persons: frozenset[str]) -> list[tuple[int, int]]:
        """The stretches of a run between words that are in no name of a person, and between other mentions."""
        found: list[tuple[int, int]] = []
        begin: int | None = None
        last = start
        for word in self._word.finditer(draft.view.folded, start, end):
            inside = draft.at(word.start(), word.end())
            closed = any(m.type != "Person" for m in inside)
            parts = word[0].rstrip(".").split("-")
            initial = begin is not None and len(word[0]) == 2 and word[0].endswith(".")
            if closed or (self._closes(parts, not_persons) and not initial):
                if begin is not None:
                    found.append((begin, last))
                begin = None
                continue
            if begin is None:
                begin = word.start()
            last = word.end()
        if begin is not None:
            found.append((begin, last))
        return found

    def _closes(self, parts: list[str], not_persons: frozenset[str]) -> bool:
        """A word that is in no name of a person, or one that begins like that: Then-presidents."""
        first = parts[0] in self._not or parts[0] in not_persons
        return first and all(part in self._not or part in not_persons or part[:1].islower() for part in parts[1:])

    def _one(self, draft: Draft, labels: Labels, start: int, end: int) -> None:
        folded = draft.view.folded
        inside = draft.at(start, end)
        if any(m.start <= start and m.end >= end for m in inside):
            return
        words = folded[start:end].split()
        titled = self._is_titled(folded, start) or self._is_set_off(folded, start, end)
        if inside and self._is_another(draft, labels, inside, start, end, titled=titled):
            draft.remove(inside[0])
        elif inside:
            self._longer(draft, inside, start, end)
            return
        if len(words) == 1:
            following = self._word.match(folded, end + 1)
            if following and folded[end : end + 1] == " " and following[0] in self._not:
                return
            if titled and not draft.other(start, end, "Person"):
                self._add(draft, start, end)
            return
        if draft.other(start, end, "Person"):
            return
        if (
            titled
            or self._speaks(folded, end, body=labels.says(start, end, "Organization"))
            or self._speaks_before.search(folded[max(0, start - 40) : start])
            or self._is_apposed(folded, end)
        ):
            self._add(draft, start, end)
        elif labels.says(start, end, "Person"):
            self._add(draft, start, end, COMPONENT)

    def _is_another(
        self, draft: Draft, labels: Labels, inside: list[Mention], start: int, end: int, *, titled: bool
    ) -> bool:
        """A known surname before a word that is in no name of that person, in the name of somebody."""
        known = inside[0]
        if len(inside) > 1 or known.start != start or known.end >= end or known.type != "Person":
            return False
        folded = draft.view.folded
        own = {word for label in draft.entities[known.entity].labels.values() for word in label.split()}
        if " " in folded[start : known.end] or own & set(folded[known.end : end].split()):
            return False
        return titled or self._is_apposed(folded, end) or labels.says(start, end, "Person")

    def _speaks(self, folded: str, end: int, *, body: bool) -> bool:
        """A verb of saying behind it; where it may be a ``body``, only behind words that say who it is."""
        match = self._speaks_after.match(folded[end : end + _LOOK])
        return match is not None and (not body or len(match[0]) > _WHO)

    def _is_titled(self, folded: str, start: int) -> bool:
        before = folded[max(0, start - 60) : start]
        if self._honorific.search(before) or self._rank.search(before):
            return True
        return self._title is not None and self._title.search(before) is not None

    def _is_set_off(self, folded: str, start: int, end: int) -> bool:
        """Between commas behind a title: Pakistan's ambassador, X, …"""
        before = folded[max(0, start - 60) : start]
        between = before.endswith(", ") and folded[end : end + 1] == ","
        return between and self._title is not None and self._title.search(before[:-2] + " ") is not None

    def _is_apposed(self, folded: str, end: int) -> bool:
        match = self._apposed.match(folded[end : end + _LOOK])
        return bool(match) and self._title is not None and self._title.search(folded[end : end + 60] + " ") is not None

    def _longer(self, draft: Draft, inside: list[Mention], start: int, end: int) -> None:
        """A known surname behind a given name: the known person when the given name is his, else another one."""
        known = inside[-1]
        if len(inside) != 1 or known.end != end or known.type != "Person":
            return
        entity = draft.entities[known.entity]
        given = {word.lower() for label in entity.labels.values() for word in label.split()}
        lead = draft.view.folded[start : known.start].split()
        same = any(word.lower().strip(".") in given for word in lead) or self._names.has(
            known.entity, draft.view.folded[start:end]
        )
        draft.remove(known)
        draft.add(start, end, entity if same else draft.new("Person", start, end))

    def _add(self, draft: Draft, start: int, end: int, component: str | None = None) -> None:
        name = draft.view.folded[start:end]
        known = self._names.find(name, "Person") or self._before(draft, name)
        draft.add(start, end, known or draft.new("Person", start, end), component=component)

    def _before(self, draft: Draft, name: str) -> Entity | None:
        key = draft.last_names.get(name)
        return draft.entities[key] if key else None

    # --- short forms

    def surnames(self, name: str, entity: Entity) -> list[str]:
        """What a later mention calls a person: the last word, or the first of a name that begins with the surname."""
        words = name.split()
        if len(words) < 2:
            return []
        if words[0] in self._first and len(words) in {2, 3} and not entity.labels.get("surname"):
            return [words[0]]
        last = words[-1]
        prefix = self._prefix.match(last)
        return [last, last[prefix.end() :]] if prefix else [last, " ".join(words[-2:])]

    def _short_forms(self, draft: Draft) -> None:
        folded = draft.view.folded
        for mention in sorted(draft.of_type("Person")):
            entity = draft.entities[mention.entity]
            for short in self.surnames(folded[mention.start : mention.end], entity):
                if len(short) < 2 or (short, "") in draft.searched:
                    continue
                draft.searched.add((short, ""))
                draft.last_names.setdefault(short, entity.id)
                self._later(draft, entity, short, mention.end)

    def _later(self, draft: Draft, entity: Entity, short: str, begin: int) -> None:
        folded = draft.view.folded
        for match in re.compile(rf"(?<![\w-]){re.escape(short)}(?![\w-])").finditer(folded, begin):
            start, end = match.span()
            if not draft.free(start, end):
                continue
            if short in self._words and not (
                self._is_titled(folded, start) or self._speaks_after.match(folded[end : end + _LOOK])
            ):
                continue
            following = re.match(r"\s[A-Z]\w+", folded[end : end + 20])
            if following and not self._speaks_after.match(folded[end : end + _LOOK]):
                continue
            draft.add(start, end, entity)
