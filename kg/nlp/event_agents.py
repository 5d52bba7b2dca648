"""Who does it: the grammatical agents of a trigger."""

from __future__ import annotations

from collections.abc import Iterable

from kg.model import ACTOR_TYPES, Mention
from kg.nlp.clauses import Reading
from kg.nlp.document import within
from kg.nlp.event_scene import PERFORMING, Known, Scene, Site

_TOGETHER = frozenset({"meet", "negotiate", "sign"})


class AgentFinder:
    """``known``: what the authority file says about who belongs to whom."""

    def __init__(self, scene: Scene, known: Known) -> None:
        self._scene = scene
        self._forces = known.forces
        self._operators = known.operators
        self._states = known.states

    def find(self, site: Site) -> tuple[str, ...] | None:
        """Entity ids of the agents; None when the frame needs some and there are none."""
        frame, reading = site.trigger.frame, site.reading
        if frame.agents == "none":
            return ()
        if not reading.by and self._scene.words.bare_passive.search(self._scene.text, site.start, site.trigger.start):
            return None if frame.agents == "required" else ()  # 遭到严重违反: nobody says by whom
        heads = reading.by or self._reacted_to(site) or reading.subject
        if heads and not reading.by and self._accuses(site, heads):
            return None if frame.agents == "required" else ()
        if frame.form != "verb" and not heads:
            heads = reading.owner or (reading.nearest if frame.form != "verb" else ())
        heads = heads or self._in_role(site)
        if not heads and reading.blocked and not reading.opened:  # who only saw it is no agent
            heads = tuple(m for m in reading.origin if m.type == "State")
        if not heads and not reading.blocked and not site.relative:
            heads = self._carried(site) or self._later(site) or self._announcer(site)
        elif not heads:
            heads = self._listed(site)
        if frame.type in _TOGETHER:
            heads = (*heads, *reading.partners)
        if frame.type == "meet" and heads and len(set(heads)) < 2:
            heads = (*heads, *self._met(site))
        ids = tuple(dict.fromkeys(key for m in self._alike(heads) for key in self._with_state(m.entity)))
        ids = ids or self._reporter(site)
        if frame.agents == "pair" and len({self._scene.acts_for(key) for key in ids}) < 2:
            return tuple(key for key in ids if key not in self._states) if self._is_round(site) else None
        if not ids and frame.agents == "required":
            return None
        return ids

    def _reacted_to(self, site: Site) -> tuple[Mention, ...]:
        """Whose deed it is to which somebody else takes an attitude: 中方对美国退出条约表示遗憾."""
        if not site.reading.about:
            return ()
        end = self._scene.view.sentence_at(site.trigger.start)[1]
        return site.reading.about if self._scene.words.attitude.match(self._scene.text, site.trigger.end, end) else ()

    def _accuses(self, site: Site, heads: tuple[Mention, ...]) -> bool:
        """The subject only says of others that they did it, and no name tells of whom."""
        end = max(head.end for head in heads)
        match = self._scene.words.accused.search(self._scene.text, end, site.trigger.start)
        return match is not None and not any(
            mention.type in ACTOR_TYPES for mention in within(self._scene.mentions, match.start(), site.trigger.start)
        )

    def _is_round(self, site: Site) -> bool:
        """Talks of so many parties, whoever they are, that are said to take place: 五方会谈在北京举行."""
        frame, words, text = site.trigger.frame, self._scene.words, self._scene.text
        lead = text[site.start : site.trigger.end]
        if frame.generic is None or not frame.generic.search(lead):
            return False
        view = self._scene.view
        if view.tags[view.token_at(site.trigger.start)] in {"v", "vd"}:
            return True
        held = words.carried_out.match(text, site.trigger.end, site.end)
        return bool(held or words.light.search(text[site.start : site.trigger.start]))

    def _in_role(self, site: Site) -> tuple[Mention, ...]:
        """The subject of the next clause, where this one says as what it acts: 作为首批签署《X》的国家,A…"""
        if not self._scene.words.role.match(self._scene.text, site.start, site.end):
            return ()
        return self._scene.clauses.group_at(site.end, self._scene.clauses.bounds(site.end)[1])

    def _later(self, site: Site) -> tuple[Mention, ...]:
        """The subject of the next clause, where this one only says when that was: 去年11月试射X之后,朝方…"""
        scene = self._scene
        if not scene.clauses.is_time(site.trigger.end):
            return ()
        return scene.clauses.group_at(site.end, scene.clauses.bounds(site.end)[1])

    def _listed(self, site: Site) -> tuple[Mention, ...]:
        """The actors that the next clauses give as examples of the noun that is the subject: 多国…,包括A、B."""
        end = self._scene.view.sentence_at(site.trigger.start)[1]
        match = self._scene.words.such_as.search(self._scene.text, site.end, end)
        if match is None or site.trigger.frame.agents == "pair":
            return ()
        return self._scene.clauses.group_at(match.end(), self._scene.clauses.bounds(match.end())[1])

    def _reporter(self, site: Site) -> tuple[str, ...]:
        """The state whose official tells of a weapon that is itself the subject: “X”已完成试射."""
        statement, reading = site.statement, site.reading
        if statement is None or statement.speaker is None or statement.act == "accuse":
            return ()
        systems = [m for item, part in reading.named if part == "subject" for m in item.mentions]
        if site.trigger.frame.object != "weapon" or not any(m.type == "WeaponSystem" for m in systems):
            return ()
        if not self._scene.speaks_for_state(statement.speaker):
            return ()
        state = self._scene.state_entity(statement.speaker)
        known = [self._operators[m.entity] for m in systems if m.entity in self._operators]
        return (state,) if not known or any(state in operators for operators in known) else ()

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
        """Who says it, where what was said names no subject of its own: of states only, others tell of other people."""
        statement = site.statement
        if statement is None or statement.speaker_start is None or statement.speaker is None:
            return ()
        if any(item.kind == "weapon" and part == "subject" for item, part in site.reading.named):
            return ()
        own = statement.act not in {"accuse", "demand", "call_for"} and self._scene.speaks_for_state(statement.speaker)
        going_to = self._scene.words.future.search(self._scene.text, site.start, site.trigger.start) is not None
        own = own and (going_to or site.trigger.frame.object != "weapon")
        if statement.act not in PERFORMING and not own:
            return ()
        stop = statement.speaker_end or statement.speaker_start
        spoken = within(self._scene.mentions, statement.speaker_start, stop)
        return tuple(m for m in spoken if m.entity == statement.speaker)[:1]

    def _carried(self, site: Site) -> tuple[Mention, ...]:
        """The subject of the clauses before in the same sentence, or in the one before a semicolon."""
        start = site.start
        floor = max(site.story, site.statement.start if site.statement else 0)
        while start > floor:
            before = self._scene.clauses.before(start)
            if before is None:
                return ()
            reading = self._scene.clauses.reading(max(before[0], floor), before[1])
            heads = self._outer_of(site, reading)
            if heads:
                return heads
            if reading.outer_blocked or (reading.blocked and reading.opened):
                return ()
            start = before[0]
        return ()

    def _outer_of(self, site: Site, reading: Reading) -> tuple[Mention, ...]:
        """The subject that goes on: that of what was said only within what was said, else that of the saying."""
        if not reading.subject or not reading.outer:
            return reading.subject
        inner = reading.subject[0].start
        said = any(s.start <= inner and site.trigger.start < s.end for s in self._scene.around(inner))
        return reading.subject if said else reading.outer
