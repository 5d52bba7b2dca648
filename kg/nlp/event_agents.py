"""Who does it: the grammatical agents of a trigger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kg.authority import Record
from kg.model import ACTOR_TYPES, Entity, Mention
from kg.nlp.document import within
from kg.nlp.event_scene import PERFORMING, Scene, Site

_FORCES = frozenset({"armed forces", "armed service"})
_TOGETHER = frozenset({"meet", "negotiate", "sign"})


class AgentFinder:
    """``forces``: the state of each known armed force, see :func:`forces_of`."""

    def __init__(self, scene: Scene, forces: Mapping[str, Entity]) -> None:
        self._scene = scene
        self._forces = forces

    def find(self, site: Site) -> tuple[str, ...] | None:
        """Entity ids of the agents; None when the frame needs some and there are none."""
        frame, reading = site.trigger.frame, site.reading
        if frame.agents == "none":
            return ()
        heads = reading.by or reading.subject
        if frame.form != "verb" and not heads:
            heads = reading.owner or (reading.nearest if frame.form == "noun" else ())
        if not heads and not reading.blocked:
            heads = self._carried(site) or self._announcer(site)
        if frame.type in _TOGETHER:
            heads = (*heads, *reading.partners)
        if frame.type == "meet" and heads and len(set(heads)) < 2:
            heads = (*heads, *self._met(site))
        ids = tuple(dict.fromkeys(key for m in self._alike(heads) for key in self._with_state(m.entity)))
        if frame.agents == "pair" and len(ids) < 2:
            return None
        if not ids and frame.agents == "required":
            return None
        return ids

    def _met(self, site: Site) -> tuple[Mention, ...]:
        """Whom the verb takes as its object: A receives B."""
        group: tuple[Mention, ...] = ()
        for item in self._scene.clauses.items(site.trigger.end, site.end):
            if item.kind == "actor":
                group = item.mentions[:1]
            elif item.kind not in {"noun", "number", "word", "de", "verb", "place"}:
                break
        return group

    def _with_state(self, key: str) -> tuple[str, ...]:
        """An armed force acts for its state; the state must be in the article's own words or reference data."""
        state = self._forces.get(key)
        if state is None:
            return (key,)
        self._scene.view.doc._.entities.setdefault(state.id, state)
        return (key, state.id)

    def _alike(self, heads: Iterable[Mention]) -> list[Mention]:
        """The heads, and what else the same words stand for (双方 stands for two)."""
        found: list[Mention] = []
        for head in heads:
            span = (head.start, head.end)
            twins = [m for m in within(self._scene.mentions, *span) if (m.start, m.end) == span]
            found += [m for m in twins if m.type in ACTOR_TYPES and (head.kind == "anaphor" or m == head)]
        return found

    def _announcer(self, site: Site) -> tuple[Mention, ...]:
        """Who announces or promises it, where what was said names no subject of its own."""
        statement = site.statement
        if statement is None or statement.act not in PERFORMING or statement.speaker_start is None:
            return ()
        stop = statement.speaker_end or statement.speaker_start
        spoken = within(self._scene.mentions, statement.speaker_start, stop)
        return tuple(m for m in spoken if m.entity == statement.speaker)[:1]

    def _carried(self, site: Site) -> tuple[Mention, ...]:
        """The subject of the clauses before in the same sentence."""
        start = site.start
        while start > site.floor:
            before = self._scene.clauses.before(start)
            if before is None or before[0] < site.floor:
                return ()
            reading = self._scene.clauses.reading(*before)
            if reading.subject:
                return reading.subject
            if reading.blocked:
                return ()
            start = before[0]
        return ()


def forces_of(records: Mapping[str, Record]) -> dict[str, Entity]:
    """The state that each known armed force belongs to."""
    states = {str(r.attributes.get("iso_alpha2")): r.entity for r in records.values() if r.entity.type == "State"}
    return {
        key: states[str(record.attributes.get("country"))]
        for key, record in records.items()
        if record.attributes.get("kind") in _FORCES and str(record.attributes.get("country")) in states
    }
