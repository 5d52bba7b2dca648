"""Organizations whose name stands in quotation marks: 新聞網站「The Drive」, 《明鏡》周刊."""

from __future__ import annotations

import re
from typing import Any

from kg.model import Entity
from kg.nlp.draft import Draft, Names

_BODIES = frozenset({"ORG", "nt"})
"""Tags of words that are the name of a body."""


class QuotedNames:
    """Works by the language's table ``names``, section ``organization``."""

    def __init__(self, section: dict[str, Any], names: Names) -> None:
        self._names = names
        self._patterns = [re.compile(section[key]) for key in ("quoted", "periodical", "periodical_before")]

    def find(self, draft: Draft) -> None:
        """Add names behind a word for an organization, and periodicals; then wherever they stand in the same marks."""
        folded = draft.view.folded
        for pattern in self._patterns:
            for match in pattern.finditer(folded):
                start, end = match.span("on_air" if match.groupdict().get("on_air") else 1)
                if self._is_of_a_body(draft, match.start(), start - 1):
                    continue
                if not self._cleared(draft, start, end):
                    continue
                known = self._known(folded[start:end], match.groupdict().get("kind") or "")
                entity = known or draft.new("Organization", start, end)
                draft.add(start, end, entity)
                marked = folded[start - 1 : end + 1]
                at = folded.find(marked)
                while at >= 0:
                    if self._cleared(draft, at + 1, at + len(marked) - 1):
                        draft.add(at + 1, at + len(marked) - 1, entity)
                    at = folded.find(marked, at + 1)

    @staticmethod
    def _is_of_a_body(draft: Draft, start: int, end: int) -> bool:
        """The word before the quotation ends the name of a body: 世贸组织“中国项目” is what it does, not what it is."""
        owner = draft.ending_at(end)
        known = owner is not None and owner.type == "Organization" and draft.entities[owner.entity].known
        token = draft.view.token_at(start)
        return known or (draft.view.starts[token] < start and draft.view.tags[token] in _BODIES)

    def _known(self, name: str, kind: str) -> Entity | None:
        return self._names.find(name, "Organization") or self._names.find(name + kind, "Organization")

    @staticmethod
    def _cleared(draft: Draft, start: int, end: int) -> bool:
        """True where there is room for a name: what is only a part of it goes."""
        inside = draft.at(start, end)
        if any(m.start < start or m.end > end or m.end - m.start == end - start for m in inside):
            return False
        for mention in inside:
            draft.remove(mention)
        return True
