"""Short forms of bodies and treaties that the article names in full before: 原能总署 for 国际原子能总署."""

from __future__ import annotations

import re
from typing import Any

from kg.model import Entity
from kg.nlp.document import mention_order
from kg.nlp.draft import Draft

_LONGEST = 6
"""Characters of a short form before the word that it ends with."""


class ShortFormFinder:
    """Works by the language's table ``names``, section ``short``; without it, it finds none.

    A short form keeps the last word of the name and two or more characters of what is before it, in their order, from
    the first one on, where words that many names begin with (国际, 全面) may be left out.
    """

    def __init__(self, table: dict[str, Any]) -> None:
        section = table.get("short", {})
        self.active = bool(section)
        if not self.active:
            return
        self._tails = {
            "Organization": re.compile(f"(?:{section['body_tails']})"),
            "Treaty": re.compile(f"(?:{section['treaty_tails']})"),
        }
        self._openers = re.compile(f"(?:{section['openers']})")

    def find(self, draft: Draft) -> None:
        """Add the short forms of an article."""
        if not self.active:
            return
        for type_ in ("Organization", "Treaty"):
            tails = self._tails[type_]
            full = self._full(draft, type_, tails)
            if not full:
                continue
            for match in tails.finditer(draft.view.folded):
                if match[0] in full and draft.free(*match.span()):
                    self._one(draft, match, full[match[0]])

    def _full(self, draft: Draft, type_: str, tails: re.Pattern[str]) -> dict[str, list[tuple[str, int, Entity]]]:
        """(name without its last word, where it ends, entity) of the full names, by that last word."""
        found: dict[str, dict[tuple[str, str], tuple[str, int, Entity]]] = {}
        for mention in sorted((m for m in draft.mentions if m.type == type_), key=mention_order):
            name = draft.view.folded[mention.start : mention.end]
            tail = next((m for m in tails.finditer(name) if m.end() == len(name)), None)
            if tail is not None and tail.start() >= 3:
                row = (name[: tail.start()], mention.end, draft.entities[mention.entity])
                found.setdefault(tail[0], {}).setdefault((row[0], mention.entity), row)
        return {tail: list(rows.values()) for tail, rows in found.items()}

    def _one(self, draft: Draft, tail: re.Match[str], full: list[tuple[str, int, Entity]]) -> None:
        """The longest short form that ends with this word, when it is one of one name only."""
        folded = draft.view.folded
        for length in range(_LONGEST, 1, -1):
            start = tail.start() - length
            if start < 0 or not draft.view.is_edge(start) or not draft.free(start, tail.end()):
                continue
            short = folded[start : tail.start()]
            entities = {e.id: e for name, end, e in full if end <= start and self._shortens(short, name)}
            entities = {k: e for k, e in entities.items() if not self._goes_on(folded, start, full, k)}
            if len(entities) == 1 and draft.view.is_edge(tail.end()):
                draft.add(start, tail.end(), next(iter(entities.values())))
                return

    @staticmethod
    def _goes_on(folded: str, start: int, full: list[tuple[str, int, Entity]], key: str) -> bool:
        """True when the character before is one of the name too: another spelling of the whole name, no short form."""
        return start > 0 and any(folded[start - 1] in name for name, _, entity in full if entity.id == key)

    def _shortens(self, short: str, name: str) -> bool:
        """True when the characters stand in the name in this order, from its beginning on."""
        at = 0
        while short[0] != name[at]:
            opener = self._openers.match(name, at)
            if opener is None or opener.end() >= len(name):
                return False
            at = opener.end()
        for character in short:
            at = name.find(character, at) + 1
            if at == 0:
                return False
        return True
