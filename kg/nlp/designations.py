"""Names that are put together by rule: official names of states, embassies and missions, numbered military units."""

from __future__ import annotations

import re
from typing import Any

from kg.nlp.draft import Draft, Names

_OWNERS = frozenset({"State", "Organization"})


class DesignationFinder:
    """Works by the language's table ``names``, section ``designation``; without it, it finds nothing."""

    def __init__(self, table: dict[str, Any], names: Names) -> None:
        section = table.get("designation", {})
        self.active = bool(section)
        if not self.active:
            return
        self._names = names
        self._official = re.compile(section["official"])
        self._posted = re.compile(section["posted"])
        self._posted_short = re.compile(section["posted_short"])
        self._mission = re.compile(section["mission"])
        self._unit = re.compile(section["unit"])

    def find(self, draft: Draft) -> None:
        """Add the names of an article; to be called before the finders that would take a part of one."""
        if not self.active:
            return
        self._official_names(draft)
        self._missions(draft)
        self._units(draft)

    def _official_names(self, draft: Draft) -> None:
        """哈萨克斯坦 + 共和国: both together are the name of the state."""
        for mention in draft.of_type("State"):
            form = self._official.match(draft.view.folded, mention.end)
            if mention.kind == "name" and form and draft.free(mention.end, form.end()):
                draft.remove(mention)
                draft.add(mention.start, form.end(), draft.entities[mention.entity], component=mention.component)

    def _missions(self, draft: Draft) -> None:
        """中国 + 驻 + 美国 + 大使馆: an embassy is of the one and at the other, and one name."""
        for owner in [m for m in draft.mentions if m.type in _OWNERS]:
            end = self._mission_end(draft, owner.end)
            if not end or any(m.start < owner.start or m.end > end for m in draft.at(owner.start, end)):
                continue
            known = self._names.find(draft.view.folded[owner.start : end], "Organization")
            draft.add(owner.start, end, known or draft.new("Organization", owner.start, end))

    def _mission_end(self, draft: Draft, at: int) -> int:
        """Where the mission ends whose owner ends at an offset; 0 without one."""
        short = self._posted_short.match(draft.view.folded, at)
        posted = self._posted.match(draft.view.folded, at)
        hosts = [m.end for m in draft.at(posted.end(), posted.end() + 1) if m.start == posted.end()] if posted else []
        ends = [short.end()] if short else hosts
        mission = self._mission.match(draft.view.folded, max(ends)) if ends else None
        return mission.end() if mission else 0

    def _units(self, draft: Draft) -> None:
        """第 + 91 + 导弹联队."""
        for match in self._unit.finditer(draft.view.folded):
            if draft.free(*match.span()):
                known = self._names.find(match[0], "Organization")
                draft.add(*match.span(), known or draft.new("Organization", *match.span()))
