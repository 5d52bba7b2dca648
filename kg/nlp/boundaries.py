"""Where a content ends: whether the next attribution is a part of what is being said, or somebody speaks anew."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.nlp.attributions import Attribution
from kg.nlp.speakers import SubjectFinder
from kg.nlp.voices import Voice

if TYPE_CHECKING:
    from kg.nlp.statements import Tables

ENDS = re.compile(r"[;。!?]|\s*$")


@dataclass(frozen=True, slots=True)
class Open:
    """A content that has begun."""

    attribution: Attribution
    voice: Voice
    start: int


class Boundaries:
    """Judges the attributions of one Doc. All offsets are characters."""

    def __init__(self, tables: Tables, folded: str, subjects: SubjectFinder) -> None:
        self._tables = tables
        self._folded = folded
        self._subjects = subjects

    def cuts(self, current: Open, item: Attribution) -> bool:
        """Whether an attribution ends the content before it, or is part of it."""
        patterns, folded, word = self._tables.patterns, self._folded, item.cue.word
        bare = item.subject.kind == "none" and not word.weak
        if item.subject.kind == "none" and (item.cue.start == current.start or self._is_attitude(current, item)):
            return True  # 发表报告,显示…; 表示强烈谴责,要求…
        outer = current.attribution
        passed_on = item.according or outer.according or self._relays(current)
        if item.start <= current.start and not (bare or passed_on):
            return False
        if patterns.conditional.match(folded, item.start, item.cue.start):
            return False
        if word.complement == "object" and ENDS.match(folded, item.cue.end):
            answered = patterns.answers.search(folded, item.start, item.cue.start) is not None
            return answered and item.subject.kind == "named"
        lead = folded[item.start : item.cue.start]
        if item.according:
            return not current.attribution.according
        only_when = self._subjects.only_adverbs(current.start, item.start)
        if current.start < item.start and (only_when or patterns.lead_in.fullmatch(folded, current.start, item.start)):
            return False  # 他透露,在…之后,…
        if item.subject.kind in {"none", "document"} and not item.subject.speakers:
            anew = item.subject.kind == "document" and folded[item.start - 1] == ";"
            if anew or self._holds(current, item):
                return True  # …;报告又认为,…
            return not word.weak or (
                not word.inner and bool(patterns.connector.match(folded, item.start, item.cue.start))
            )
        contrasted = bool(patterns.contrast.search(folded, item.subject.start, item.cue.start))
        if item.subject.kind == "other":
            return contrasted and folded[item.start - 1] == ";"  # …;在野黨議員則質疑…
        same = {s.entity for s in item.subject.speakers} <= {s.entity for s in current.voice.speakers}
        if same and not word.inner and not all(self._subjects.is_side(s) for s in item.subject.speakers):
            return True  # 中国指责…,中国坚决反对…
        if word.opens and self._answers(item):
            return True
        own_side = word.complement != "clause" and all(self._subjects.is_side(s) for s in item.subject.speakers)
        order = word.complement == "order" and not any(s.type == "Person" for s in item.subject.speakers)
        if word.weak or own_side or order or (word.noun and not folded[item.cue.end : item.cue.end + 1].isalnum()):
            return (
                folded[item.start - 1] == ";"
                or bool(patterns.contrast.match(lead))
                or contrasted
                or self._relays(current)
            )
        return True

    def _holds(self, current: Open, item: Attribution) -> bool:
        """Who demanded something says what he thinks or demands further, nobody else: 呼吁各方克制,主张…"""
        word = item.cue.word
        ordered = self._tables.contents.is_aimed(current.attribution.cue)
        thinks = word.complement == "clause" and not word.inner
        further = word.complement == "order" and "," not in self._folded[current.start : item.start - 1]
        return ordered and (thinks or further) and self._subjects.only_adverbs(item.start, item.cue.start)

    def _answers(self, item: Attribution) -> bool:
        """Another one than a state, and nothing but he before the cue, says something: …,國防部長顧立雄回應,…"""
        speakers = item.subject.speakers
        if not speakers or item.subject.passive:
            return False
        if any(self._subjects.is_side(one) or one.type in {"", "State"} for one in speakers):
            return False
        return self._subjects.only_adverbs(max(one.end for one in speakers), item.cue.start)

    def _is_attitude(self, current: Open, item: Attribution) -> bool:
        """All that was said up to the clause of an attribution is what attitude somebody has."""
        return self._tables.contents.attitude.fullmatch(self._folded, current.start, item.start - 1) is not None

    def _relays(self, current: Open) -> bool:
        """A newspaper or agency that only passes on what another says: 共同社说,…教授分析说"""
        speakers = {speaker.entity for speaker in current.voice.speakers}
        return current.attribution.cue.word.relay or bool(speakers and speakers <= self._tables.media)
