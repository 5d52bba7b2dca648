"""A known person's surname behind a post of another state is somebody else's: 布朗 as 美国空军参谋长 is no Briton."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from kg.authority import Record
from kg.model import Mention
from kg.nlp.authority import in_office
from kg.nlp.draft import Draft
from kg.nlp.titles import Title

_LATIN = re.compile(r"\(([A-Z][a-z]+(?: [A-Z][.]?)? [A-Z][A-Za-z'’-]+)\)")
_WORD = re.compile(r"[A-Z][A-Za-z]*")
_SHORT = re.compile(r"[\u3400-\u9fff]{2,5}")


class NamesakeFinder:
    """Works by the language's table ``names``, section ``person``; without it, every known name is who it says."""

    def __init__(self, table: dict[str, Any], records: Mapping[str, Record]) -> None:
        person = table.get("person", {})
        self.active = bool(person)
        self._records = records
        self._kinds = frozenset(person.get("state_posts", "").split("|"))
        self._bodies = frozenset(person.get("state_bodies", ()))
        self._successors: dict[str, str] = person.get("succeeded_by", {})

    def find(self, draft: Draft, titles: Iterable[Title]) -> None:
        """Give the name of a known person of one state, behind a post of another one, to a new person."""
        if not self.active:
            return
        self._by_latin(draft)
        for title in titles:
            owner = draft.ending_at(title.begin)
            country = self._country(owner.entity) if owner and self._is_own(title, owner) else None
            if country is None:
                continue
            for mention in draft.at(title.end, title.end + 1):
                own = self._country(mention.entity)
                if mention.type == "Person" and mention.start == title.end and own and own != country:
                    self._separate(draft, mention)

    def _by_latin(self, draft: Draft) -> None:
        """阿尔布赖特(David Albright) is not the known person of this surname, who has no name that begins with a D."""
        folded, article = draft.view.folded, draft.view.article
        year = int(article.date[:4]) if article and article.date else None
        for bracket in _LATIN.finditer(folded):
            for mention in draft.at(bracket.start() - 1, bracket.start()):
                record = self._records.get(mention.entity)
                if mention.type != "Person" or mention.end != bracket.start() or record is None:
                    continue
                words = [word for name in record.names if name.text.isascii() for word in _WORD.findall(name.text)]
                first, last = _WORD.findall(bracket[1])[0], _WORD.findall(bracket[1])[-1]
                if not words or first[0] in {word[0] for word in words}:
                    continue
                if last not in words or (year is not None and not in_office(record, year)):
                    self._separate(draft, mention)

    def _is_own(self, title: Title, owner: Mention) -> bool:
        """True for a post that one holds of one's own state: a minister's, that of the head of a ministry."""
        record = self._records.get(owner.entity)
        return title.kind in self._kinds or (
            title.is_post and record is not None and record.attributes.get("kind") in self._bodies
        )

    def _country(self, key: str) -> str | None:
        """The two letters of a state, or of the state of a known person or body."""
        record = self._records.get(key)
        if record is None:
            return None
        code = record.attributes.get("iso_alpha2" if record.entity.type == "State" else "country")
        return self._successors.get(code, code) if isinstance(code, str) and code else None

    @staticmethod
    def _separate(draft: Draft, namesake: Mention) -> None:
        """All mentions by this surname become those of a new person, unless a longer name says who it is."""
        folded = draft.view.folded
        name = folded[namesake.start : namesake.end]
        same = [m for m in draft.of_type("Person") if m.entity == namesake.entity]
        if not _SHORT.fullmatch(name) or any(folded[m.start : m.end] != name for m in same):
            return
        other = draft.new("Person", namesake.start, namesake.end)
        for mention in same:
            draft.remove(mention)
            draft.add(mention.start, mention.end, other)
