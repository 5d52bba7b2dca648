"""Another spelling of a known person, 拉夫罗福 for 拉夫罗夫: the same only where the post says so too."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from kg.authority import Record
from kg.model import Mention
from kg.nlp.draft import Draft
from kg.nlp.folding import fold
from kg.nlp.titles import Title
from kg.nlp.transliteration import Transliterations

_NAME = re.compile(r"[\u3400-\u9fff]{2,7}(?:·[\u3400-\u9fff]{2,7})*")


class SpellingFinder:
    """Works by the language's tables ``names``, section ``person``, and ``titles``; without them, it finds nobody.

    A new name behind the title and the owner of a post is the known person who held that very post in the year of the
    article when the two names sound alike, and when nobody else fits. Names from where they are written in characters
    are spelled in one way only: 金正男 is not another spelling of 金正恩.
    """

    def __init__(
        self,
        table: dict[str, Any],
        titles: dict[str, Any],
        records: Mapping[str, Record],
        transliterations: Transliterations,
    ) -> None:
        self._in_characters = frozenset(table.get("person", {}).get("names_in_characters", ()))
        self._transliterations = transliterations
        self._fitting = {kind: re.compile(pattern) for kind, pattern in titles.get("known", {}).items()}
        self._records = records
        self._held: dict[str, list[tuple[Record, Mapping[str, Any]]]] = {}
        for record in records.values():
            for post in record.attributes.get("positions", ()) if record.entity.type == "Person" else ():
                for owner in self._owners(str(post.get("of"))):
                    self._held.setdefault(owner, []).append((record, post))

    def _owners(self, key: str) -> tuple[str, ...]:
        """Who the text may name as the owner of a post: the body, or the state that it is a body of."""
        record = self._records.get(key)
        country = record.attributes.get("country") if record else None
        return (key, f"state-{country.lower()}") if isinstance(country, str) else (key,)

    def find(self, draft: Draft, titles: Iterable[Title]) -> None:
        """Give new persons the entity of the known one whose post and, but for one character, whose name they have."""
        year = int(draft.view.article.date[:4]) if draft.view.article and draft.view.article.date else None
        if year is None or not self._fitting:
            return
        for title in titles:
            owner = draft.ending_at(title.begin) if self._is_plain(draft, title) else None
            if owner is None:
                continue
            persons = [m for m in draft.at(title.end, title.end + 1) if m.type == "Person" and m.start == title.end]
            new = [person for person in persons if person.entity not in self._records]
            held = self._held.get(owner.entity, ()) if new else ()
            holders = [record for record, post in held if self._fits(post, title, year)]
            for person in new:
                self._link(draft, person, holders)

    @staticmethod
    def _is_plain(draft: Draft, title: Title) -> bool:
        """False for a former, a deputy or an acting holder: the post itself is somebody else's."""
        return title.is_post and not title.former and draft.view.folded[title.start : title.end] == title.base

    def _fits(self, post: Mapping[str, Any], title: Title, year: int) -> bool:
        """True for a post of the kind of the title that was held in this year."""
        pattern, start, end = self._fitting.get(title.kind), post.get("start"), post.get("end")
        if pattern is None or not pattern.search(str(post.get("title", ""))) or not isinstance(start, int):
            return False
        return start <= year <= (end if isinstance(end, int) else year)

    def _link(self, draft: Draft, person: Mention, holders: list[Record]) -> None:
        name = draft.view.folded[person.start : person.end]
        if not _NAME.fullmatch(name):
            return
        near = {record.entity.id: record for record in holders if self._sounds_like(name, record)}
        if len(near) != 1:
            return
        (known,) = near.values()
        old = draft.entities[person.entity]
        draft.rename(old, known.entity)
        draft.last_names.update({short: known.entity.id for short, key in draft.last_names.items() if key == old.id})

    def _sounds_like(self, name: str, record: Record) -> bool:
        """True when a name in whichever script, or its last part, sounds like this one or its last part."""
        if record.attributes.get("country") in self._in_characters:
            return False
        return any(self._transliterations.same(name, fold(known.text)) for known in record.names)
