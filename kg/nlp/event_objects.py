"""What an event happened to: the treaty or the weapon beside its trigger, by the sides that its frame names."""

from __future__ import annotations

from bisect import bisect_left

from kg.model import Mention
from kg.nlp.document import last_before, within
from kg.nlp.event_scene import Scene, Site, first, named
from kg.nlp.frames import Side

_BACK = 120
_TREATIES = frozenset({"Treaty"})
_WEAPONS = frozenset({"WeaponSystem", "WeaponClass"})
_FORWARD = frozenset({"naming", "noun", "number", "de", "word", "date", "place", "join", "with", "verb", "at", "actor"})


class ObjectFinder:
    """Looks on one side after the other, in the order of the frame."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene

    def find(self, site: Site) -> Mention | None:
        """None where the frame takes no object or there is none."""
        frame = site.trigger.frame
        if not frame.object:
            return None
        types = _TREATIES if frame.object == "treaty" else _WEAPONS
        for side in frame.relative if site.relative else frame.sides:
            found = self._on_side(side, site, types)
            if found is not None:
                described = frame.reject_object and frame.reject_object.match(self._scene.text, found.end)
                return None if described else self._system(found)
        return None

    def joined(self, site: Site, found: Mention) -> list[Mention]:
        """What the verb takes besides: the others of a row that the thing stands in (退出A、B和C)."""
        types = _TREATIES if site.trigger.frame.object == "treaty" else _WEAPONS
        if found.start >= site.trigger.end:
            items = self._scene.clauses.items(found.start, site.end)
        elif found.start >= site.start:
            items = self._scene.clauses.items(site.start, site.trigger.start)[::-1]
        else:
            return []
        at = next((n for n, item in enumerate(items) if item.start <= found.start < item.end), len(items))
        others: list[Mention] = []
        joined = False
        for item in items[at + 1 :]:
            fitting = [m for m in item.mentions if m.type in types]
            if fitting and joined:
                others.append(self._system(fitting[0]))
                joined = False
            elif item.kind in {"join", "with"}:
                joined = True
            elif item.kind not in ({"noun", "number", "word", "date"} if joined else {"noun", "weapon"}):
                break
        return [other for other in others if other.entity != found.entity]

    def has_need(self, site: Site, found: Mention | None) -> bool:
        """False where the frame needs an object, or a noun that stands for one, and there is none."""
        frame = site.trigger.frame
        if found is not None or not frame.need:
            return True
        if frame.need == "generic" and frame.generic is not None:
            return frame.generic.match(self._scene.text, site.trigger.end) is not None
        return False

    def _system(self, found: Mention) -> Mention:
        """A named system beside its class is what is meant: “X”洲际导弹, 洲际导弹“X”."""
        if found.type != "WeaponClass":
            return found
        near = [*last_before(self._scene.mentions, found.start, 3)[::-1]]
        near += within(self._scene.mentions, found.end, found.end + 24)[:3]
        for other in near:
            between = self._scene.text[min(found.end, other.end) : max(found.start, other.start)]
            if other.type == "WeaponSystem" and self._scene.words.apposition.fullmatch(between):
                return other
        return found

    def _on_side(self, side: Side, site: Site, types: frozenset[str]) -> Mention | None:
        trigger, mentions = site.trigger, self._scene.mentions
        if side == "after":
            return self._behind(self._last_verb(site), site.end, types)
        if side == "far":
            end = self._scene.view.sentence_at(trigger.start)[1]
            return first(m for m in within(mentions, trigger.end, end) if m.type in types)
        if side == "inside":
            return first(m for m in within(mentions, trigger.start, trigger.end) if m.type in types)
        if side == "marked":
            return named(site.reading, types, {"patient"}) or self._marked_before(site, types)
        if side in {"before", "beside"}:
            return self._ahead(side, site, types)
        return self._topic(site, types)

    def _last_verb(self, site: Site) -> int:
        """Where the last of several verbs ends that share what stands behind them: 签署但未批准《X》."""
        end = site.trigger.end
        while match := self._scene.words.coordinate.match(self._scene.text, end, site.end):
            following = self._scene.trigger_ends.get(match.end())
            if following is None:
                break
            end = following
        return end

    def _ahead(self, side: Side, site: Site, types: frozenset[str]) -> Mention | None:
        """Right before the trigger; for ``before`` also as the subject or an object of the clause."""
        start = site.trigger.start
        beside = [m for m in last_before(self._scene.mentions, start, 4) if m.type in types]
        if beside and not any(c.isalnum() for c in self._scene.text[beside[-1].end : start]):
            return beside[-1]
        parts = {"subject", "object"} | ({"with"} if site.trigger.frame.agents == "none" else set())
        return named(site.reading, types, parts) if side == "before" else None

    def _marked_before(self, site: Site, types: frozenset[str]) -> Mention | None:
        """The marked object of the clause before, where a comma parts it from its verb: 已将导弹,部署到…"""
        before = self._scene.clauses.before(site.start)
        if before is None or site.start != site.trigger.start or before[0] < site.floor:
            return None
        return named(self._scene.clauses.reading(*before), types, {"patient"})

    def _behind(self, start: int, end: int, types: frozenset[str]) -> Mention | None:
        """The first thing of these types behind the trigger that no other preposition or clause takes.

        A thing before a possessive mark only describes the next one: 可携带多弹头的“烈火-5”.
        """
        items = self._scene.clauses.items(start, end)
        verbs = 0
        described: Mention | None = None
        if len(items) > 1 and items[0].kind in {"with", "join"} and items[1].kind != "verb":
            return None  # 试射与核潜艇工程: the trigger is a noun beside another
        for number, item in enumerate(items):
            fitting = [m for m in item.mentions if m.type in types]
            if fitting:
                if number + 1 < len(items) and items[number + 1].kind == "de":
                    if number and items[number - 1].kind == "naming":
                        return fitting[0]  # its own name describes it: 名为“X”的导弹
                    described = described or fitting[0]
                    continue
                return fitting[0] if verbs <= 1 else described
            verbs = 0 if item.kind == "de" else verbs + (item.kind == "verb")
            if item.kind not in _FORWARD:
                break
        return described if verbs <= 1 else None

    def _topic(self, site: Site, types: frozenset[str]) -> Mention | None:
        """The thing that the clauses before are about: in this sentence, or a few sentences back."""
        earlier = [m for m in last_before(self._scene.mentions, site.start, _BACK) if m.type in types]
        if not earlier:
            return None
        last = earlier[-1]
        noun = self._scene.words.treaty_noun.search(self._scene.text, site.sentence, site.end)
        if "Treaty" in types and noun:
            text = self._scene.text
            called = [m for m in earlier if text.endswith(noun["noun"], m.start, m.end)]
            return called[-1] if called else last  # 协议 is no 议定书
        if site.reading.blocked and site.trigger.frame.agents == "none":
            return None  # another noun is the subject: 该法律…生效
        sentences = self._scene.view.sentences
        here = bisect_left(sentences, (site.sentence, 0))
        there = bisect_left(sentences, (self._scene.view.sentence_at(last.start)[0], 0))
        same_paragraph = "\n" not in self._scene.text[last.end : site.start]
        return last if here - there <= site.trigger.frame.topic_gap and same_paragraph else None
