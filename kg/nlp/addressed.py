"""A surname with a title, 文总统 or 金主席: the person of this surname that the article names, or who held the post."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from kg.authority import Record
from kg.model import Entity
from kg.nlp.document import mention_order
from kg.nlp.draft import Draft, Names
from kg.nlp.folding import fold
from kg.nlp.titles import Title

_NAME = re.compile(r"[\u3400-\u9fff]{2,4}")
_LEADERS = frozenset({"head_of_state", "head_of_government"})


class AddressFinder:
    """Works by the language's tables ``names``, section ``person``, and ``titles``; without them, it finds nobody."""

    def __init__(self, table: dict[str, Any], titles: dict[str, Any], names: Names) -> None:
        person = table.get("person", {})
        self.active = bool(person and titles)
        if not self.active:
            return
        self._surnames = frozenset(person["surnames_chinese"]) - frozenset(person["no_surname_before_title"])
        self._led = re.compile(person["led_address"])
        self._address = re.compile(person["address_titles"])
        self._fitting = {kind: re.compile(pattern) for kind, pattern in titles.get("known", {}).items()}
        self._records: Mapping[str, Record] = names.records
        self._leaders = self._by_surname()

    def _by_surname(self) -> dict[str, list[Record]]:
        """The persons of the authority file with a name of two or three characters, by its first one."""
        found: dict[str, list[Record]] = {}
        for record in self._records.values():
            if record.entity.type == "Person" and record.attributes.get("positions"):
                names = {
                    fold(label)[0]
                    for label in record.entity.labels.values()
                    if re.fullmatch(r"[\u3400-\u9fff]{2,3}", label)
                }
                for surname in names:
                    found.setdefault(surname, []).append(record)
        return found

    def find(self, draft: Draft, titles: list[Title]) -> None:
        """Add the persons that are named by surname and title only; call it when the full names are in."""
        if not self.active:
            return
        folded = draft.view.folded
        named = [
            m for m in sorted(draft.of_type("Person"), key=mention_order) if _NAME.fullmatch(folded, m.start, m.end)
        ]
        for title in titles:
            start = title.start - 1
            if start < 0 or not self._is_address(draft, start, title):
                continue
            entity = self._person(
                draft, folded[start], title, [m.entity for m in named if folded[m.start] == folded[start]]
            )
            if entity is not None:
                draft.add(start, title.end, entity)

    def _is_address(self, draft: Draft, start: int, title: Title) -> bool:
        view = draft.view
        if not self._address.fullmatch(view.folded, title.start, title.end) or not draft.free(start, title.end):
            return False
        token = view.token_at(start)
        whole = view.starts[token] == start and view.ends[token] == title.end
        tagged = whole and view.tags[token] in {"PER", "nr"}
        if view.starts[token] < start:  # 与文总统 as one name
            led = self._led.fullmatch(view.folded, view.starts[token], start) is not None
            return led and view.folded[start] in self._surnames
        return tagged or (view.folded[start] in self._surnames and view.is_edge(start))

    def _person(self, draft: Draft, surname: str, title: Title, keys: list[str]) -> Entity | None:
        """The only person of this surname in the article, the only one with such a post, else who held it then."""
        here = [*dict.fromkeys(keys)]
        fitting = [key for key in here if self._fits(self._records.get(key), title)]
        unknown = [
            key for key in here if key not in self._records or not self._records[key].attributes.get("positions")
        ]
        for found in (fitting, unknown):
            if len(found) == 1:
                return draft.entities[found[0]]
        if fitting or unknown or title.kind not in _LEADERS or not self._year(draft):
            return None
        held = [r for r in self._leaders.get(surname, ()) if self._fits(r, title, self._year(draft))]
        return held[0].entity if len(held) == 1 else None

    def _fits(self, record: Record | None, title: Title, year: int | None = None) -> bool:
        """True when a known person has, or had in a year, a post of the kind of this title."""
        pattern = self._fitting.get(title.kind)
        if record is None or pattern is None:
            return False
        for post in record.attributes.get("positions", ()):
            if not pattern.search(str(post.get("title", ""))):
                continue
            start, end = post.get("start"), post.get("end")
            if year is None or (isinstance(start, int) and start <= year <= (end if isinstance(end, int) else year)):
                return True
        return False

    @staticmethod
    def _year(draft: Draft) -> int | None:
        article = draft.view.article
        return int(article.date[:4]) if article and article.date else None
