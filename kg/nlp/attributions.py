"""Attributions: every cue of an utterance with its subject, every "according to", and the clauses they stand in."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

from kg.model import ACTOR_TYPES
from kg.nlp.attribution import Actors, Patterns, Speaker, Subject
from kg.nlp.contents import Contents
from kg.nlp.cues import Cue, CueFinder, Word
from kg.nlp.document import View, within
from kg.nlp.quotes import REMARK, Layout
from kg.nlp.speakers import SubjectFinder

_ACCORDING = Word("say", "clause")
RECORDED = Word("say", "clause", neutral=True)
"""The colon behind who speaks in a record."""
_LONGEST_ACCORDING = 45
_CLAUSE_END = re.compile("[,;:]|[\u2014\u2015]+")


@dataclass(frozen=True, slots=True)
class Attribution:
    """A cue in its clause. ``start``: where the clause begins; ``content``: where what was said may begin."""

    start: int
    cue: Cue
    subject: Subject
    content: int
    according: bool = False


class AttributionFinder:
    """Reads the attributions out of one Doc. All offsets are characters."""

    def __init__(
        self,
        view: View,
        layout: Layout,
        actors: Actors,
        subjects: SubjectFinder,
        patterns: Patterns,
        cues: CueFinder,
        contents: Contents,
    ) -> None:
        self._view = view
        self._layout = layout
        self._actors = actors
        self._subjects = subjects
        self._patterns = patterns
        self._cues = cues
        self._contents = contents
        self._bounds = self._clause_starts()

    def _clause_starts(self) -> list[int]:
        """Where clauses begin: behind commas, and behind a quotation that is a clause of its own."""
        starts = {start for start, _ in self._layout.utterances}
        folded = self._view.folded
        starts.update(m.end() for m in _CLAUSE_END.finditer(folded) if not self._layout.depth[m.start()])
        for start, end in self._layout.utterances:
            dateline = self._patterns.dateline.match(folded, start, end)
            if dateline and (start == 0 or folded[:start].rstrip(" ").endswith("\n")):
                starts.add(dateline.end())
        for quote in self._layout.quotes:
            inner = folded[quote.inner_start : quote.inner_end]
            if (inner and not inner[-1].isalnum()) or (
                quote.start in starts
                and len(inner) > 8
                and not within(self._view.doc._.mentions, quote.start, quote.end)
            ):
                starts.add(quote.end)
        return sorted(starts)

    def clause_start(self, at: int) -> int:
        return self._bounds[max(0, bisect_right(self._bounds, at) - 1)]

    def clause_end(self, at: int, end: int) -> int:
        """The comma that ends the clause of ``at``, or ``end``."""
        after = bisect_right(self._bounds, at)
        return min(self._bounds[after] - 1, end) if after < len(self._bounds) else end

    def find(self, start: int, end: int, cues: Sequence[Cue]) -> list[Attribution]:
        according = self._according(start, end)
        found = [*according, *self._introductions(start, end, cues)]
        record = self.record(start, end)
        if record is not None and any(quote.start == record.content for quote in self._layout.quotes):
            found.append(record)
        for number, cue in enumerate(cues):
            if any(a.start <= cue.start < a.content for a in according):
                continue
            clause = self.clause_start(cue.start)
            following = cues[number + 1] if number + 1 < len(cues) else None
            if following and self.clause_start(following.start) == clause and self._leads_to(cue, following):
                continue
            content = self._contents.begin(self._view.folded, cue, end)
            if found and found[-1].start == clause and not found[-1].according:
                joint = self._joint(found[-1].cue, cue)
                if joint:
                    found.append(Attribution(joint, cue, Subject("none", start=joint), content))
                continue
            if self._subjects.is_hypothetical(clause, cue.start):
                continue
            if cue.word.complement == "order" and self._patterns.provision.fullmatch(self._view.folded, start, clause):
                continue  # 根据协议,伊朗承诺…
            subject = self._subjects.find(self._past_according(clause, cue.start), cue.start)
            if cue.word.complement == "quote" and content >= end:
                continue
            if subject.kind == "none" and self._is_beside(clause, cue, start, spoken=bool(found)):
                continue
            if subject.passive and self._view.folded.startswith(",", cue.end):
                continue  # 由于遭到美国反对,…
            doubtful = cue.word.weak or cue.word.noun
            if doubtful and subject.kind != "named" and self._subjects.is_topic(clause, cue.start):
                continue  # 面对外界担忧,…
            if cue.word.noun and subject.kind == "none":
                if self._is_document(cue) and cue.start in {start, clause}:
                    subject = Subject("document", start=cue.start)
                elif cue.word.relay or cue.start == start:
                    continue
            found.append(Attribution(clause, cue, subject, content))
        return sorted(found, key=lambda a: a.cue.start)

    def _is_beside(self, clause: int, cue: Cue, start: int, *, spoken: bool) -> bool:
        """A cue without a subject that says nothing of whom the sentence is about.

        It is part of what the next clause is about (针对特朗普宣布恢复核试验一事,…), or nobody in particular guesses.
        ``spoken``: somebody has said something in this utterance, who may go on.
        """
        folded = self._view.folded
        if self._patterns.fronted.match(folded, clause, cue.start) and not self._cues.opens(cue, folded):
            actors = within(self._view.doc._.mentions, clause, cue.start)
            end = max((m.end for m in actors if m.type in ACTOR_TYPES), default=cue.start)
            return end < cue.start and self._subjects.only_adverbs(end, cue.start)
        before = folded[start : max(start, clause - 1)]
        return cue.word.impersonal and not spoken and not self._patterns.document.search(before)

    def _joint(self, before: Cue, cue: Cue) -> int:
        """Where 并 stands that joins a second cue with a whole speech behind it: 重申立场并表示,…; 0 without one."""
        if cue.word.complement != "clause" or not self._cues.opens(cue, self._view.folded):
            return 0
        joint = self._patterns.joint.search(self._view.folded, before.end, cue.start)
        return joint.start() if joint else 0

    def _introductions(self, start: int, end: int, cues: Sequence[Cue]) -> list[Attribution]:
        """开出条件:…, a clause without a cue whose last word says that the subject speaks behind the colon."""
        found: list[Attribution] = []
        for at in self._bounds[bisect_right(self._bounds, start - 1) : bisect_right(self._bounds, end - 1)]:
            stop = self.clause_end(at, end)
            if stop >= end or self._view.folded[stop] != ":" or any(at <= cue.start < stop for cue in cues):
                continue
            if self._patterns.dateline.match(self._view.folded, at, stop + 1):
                continue  # 央视网消息:…
            word = self._patterns.introduces.search(self._view.folded, at, stop)
            subject = self._subjects.find(at, word.start()) if word else Subject("none")
            if word and subject.kind in {"named", "pronoun"}:
                act = self._patterns.introduced_act[word[0]]
                cue = Cue(word.start(), word.end(), word[0], Word(act, "clause", neutral=act == "say"))
                found.append(Attribution(at, cue, subject, stop + 1))
        return found

    def record(self, start: int, end: int) -> Attribution | None:
        """林剑:…, a paragraph that begins with nothing but the name of the one who speaks in it."""
        colon = self._view.folded.find(":", start, end)
        if colon <= start + 1 or not self._patterns.record.match(self._view.folded, start, colon):
            return None
        folded = self._view.folded
        named = colon - 1 if folded[start] == "(" and folded[colon - 1] == ")" else colon  # (总干事 阿里亚斯):「…」
        speaker = next((a for at in range(start, named) for a in self._actors.at.get(at, ()) if a.end == named), None)
        if speaker is None or speaker.type != "Person":
            return None
        who = Speaker(speaker.entity, speaker.start, speaker.end, speaker.type)
        cue = Cue(colon, colon + 1, ":", RECORDED)
        return Attribution(start, cue, Subject("named", (who,), start), colon + 1)

    def _is_document(self, cue: Cue) -> bool:
        """报告称: the first word of the cue is a paper, which speaks for whoever published it."""
        token = self._view.token_at(cue.start)
        word = self._view.folded[cue.start : self._view.ends[token]]
        return self._view.ends[token] < cue.end and self._patterns.document.fullmatch(word) is not None

    def _leads_to(self, cue: Cue, following: Cue) -> bool:
        """The first only says on what occasion the second was: 回应提问时说, 告诉路透社说."""
        if cue.word.complement in {"tell", "quote"}:
            return True
        paper = cue.word.noun and self._patterns.document.fullmatch(cue.text) is not None
        if paper and self._subjects.only_adverbs(cue.end, following.start):
            return True  # 报告预计,…
        opens = self._cues.opens
        if opens(following, self._view.folded) and not opens(cue, self._view.folded) and not following.word.noun:
            between = range(cue.end, following.start)
            if cue.word.noun or not any(at in self._actors.at for at in between):
                return True  # 回应提问表示,…
        clause = self.clause_start(cue.start)
        noun = cue.word.noun and cue.word.complement != "order"  # 要求说明: the first is the verb
        subjectless = noun and self._subjects.only_adverbs(clause, cue.start)
        if subjectless and self._subjects.only_adverbs(cue.end, following.start):
            return True  # 报告还说: a noun, the subject of the next
        if cue.word.noun and not following.word.noun and self._view.tags[self._view.token_at(cue.start)] == "n":
            return True
        for match in self._patterns.localizer.finditer(self._view.folded, cue.end, following.start):
            if self._subjects.only_adverbs(match.end(), following.start):
                return True
        return False

    def _past_according(self, clause: int, end: int) -> int:
        match = self._patterns.according_source.match(self._view.folded, clause, end)
        return match.end() if match and self._view.is_edge(match.end()) else clause

    def _according(self, start: int, end: int) -> list[Attribution]:
        """根据X的统计,… 在X看来,…"""
        found: list[Attribution] = []
        for at in self._bounds[bisect_right(self._bounds, start - 1) : bisect_right(self._bounds, end - 1)]:
            begin = self._subjects.past_adverbs(at, end)
            stop = self.clause_end(begin, end)
            if stop >= end or self._written(begin, stop) > _LONGEST_ACCORDING:
                continue
            for opening, closing in self._patterns.according:
                match = opening.match(self._view.folded, begin, stop)
                if not match or not closing.search(self._view.folded, match.end(), stop):
                    continue
                subject = self._subjects.find(match.end(), stop, source=True)
                if subject.kind in {"named", "document", "pronoun"}:
                    cue = Cue(match.start(), match.end(), match[0], self._according_word(match.end(), stop))
                    found.append(Attribution(at, cue, subject, stop + 1, True))
                break
        return found

    def _written(self, start: int, end: int) -> int:
        """How many characters there are without remarks in parentheses; the remarks are what makes a name long."""
        return end - start - self._layout.depth.count(REMARK, start, end)

    def _according_word(self, start: int, stop: int) -> Word:
        relay = any(row.relay for row in self._cues.words_in(self._view.folded[start:stop]))
        return replace(_ACCORDING, relay=relay)
