"""Reads utterances from left to right: an attribution opens a content, the next one that is no part of it closes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from kg.model import Act, Mention, Statement
from kg.nlp.attributions import Attribution, AttributionFinder
from kg.nlp.boundaries import ENDS, Boundaries, Open
from kg.nlp.cues import Cue
from kg.nlp.dialogue import Dialogue
from kg.nlp.document import View, within
from kg.nlp.quotes import REMARK, Layout, Quote
from kg.nlp.speakers import SubjectFinder
from kg.nlp.voices import Voice, Voices

if TYPE_CHECKING:
    from kg.nlp.statements import Tables

_MOST_ABOUT = 6
_NEXT = 4
"""How far behind the end of a clause the cue stands that goes on with its act."""
_SHORTEST_ORDER = 6
"""What is demanded before a colon has at least so many characters; less only names the hearer."""


class SpeechReader:
    """Reads one Doc. All offsets are characters."""

    def __init__(
        self,
        tables: Tables,
        view: View,
        layout: Layout,
        subjects: SubjectFinder,
        clauses: AttributionFinder,
        voices: Voices,
        cues: Sequence[Cue],
    ) -> None:
        self._tables = tables
        self._view = view
        self._folded = view.folded
        self._layout = layout
        self._quotes = layout.quotes
        self._depth = layout.depth
        self._subjects = subjects
        self._clauses = clauses
        self._voices = voices
        self._cues = cues
        self._boundaries = Boundaries(tables, view.folded, subjects)
        self._dialogue = Dialogue(view, tables.patterns)
        self._taken: set[int] = set()
        self._found: list[Statement] = []
        self._names: Sequence[Mention] = view.doc._.mentions
        self._anaphors: Sequence[Mention] = view.doc._.anaphors
        self._stance: tuple[int, Act] | None = None
        """Where a cue that was left without a content ends, and its act: 断然否认,称…"""
        self._record: Voice | None = None
        """Who speaks in this paragraph of a record."""

    def read(self) -> list[Statement]:
        """The statements in text order."""
        at = 0
        for number, (start, end) in enumerate(self._layout.utterances):
            here: list[Cue] = []
            while at < len(self._cues) and self._cues[at].start < end:
                if self._cues[at].start >= start:
                    here.append(self._cues[at])
                at += 1
            self._utterance(number, start, end, here)
        named = _first_named(self._view.doc._.mentions)
        return sorted(self._found, key=lambda s: (s.start, s.end, s.speaker_start or 0, named.get(s.speaker or "", 0)))

    def _utterance(self, number: int, start: int, end: int, cues: list[Cue]) -> None:
        if self._begins_paragraph(number, start):
            start = self._begin_record(number, start, end, cues)
            cues = [cue for cue in cues if cue.start >= start]
        if self._recorded(number, start, end, cues):
            return
        current: Open | None = None
        opened = False
        for item in self._clauses.find(start, end, cues):
            if current and not self._boundaries.cuts(current, item):
                continue
            if current:
                self._close(current, item.start)
            current = self._open(item, number, start, end, opened)
            opened = opened or current is not None
        if current:
            self._close(current, end)
        if not opened:
            self._standing_alone(number, start, end)
        self._voices.note_topic(number, start, end, spoke=opened)

    def _recorded(self, number: int, start: int, end: int, cues: Sequence[Cue]) -> bool:
        """True in a paragraph of a record, where each sentence is a statement of the one whom its first words name."""
        if self._record is None or self._is_of_another(self._clauses.find(start, end, cues)):
            return False
        if self._folded[start:end].rstrip().endswith(":"):
            return True  # 我要强调几点:
        own = [cue for cue in cues if self._is_own(start, cue)]
        begins = [max(start, self._clauses.clause_start(cue.start)) for cue in own]
        if begins[:1] != [start]:
            self._emit(start, begins[0] if own else end, None, self._record, False, colon=False)
        for cue, stop in zip(own, [*begins[1:], end], strict=False):
            self._emit(cue.end, stop, cue, self._record, False, colon=False)
        self._voices.last = replace(self._record, utterance=number)
        return True

    def _is_own(self, start: int, cue: Cue) -> bool:
        """A cue of the one who speaks in the record: 我们敦促…; 但我要重申,…"""
        clause = max(start, self._clauses.clause_start(cue.start))
        named = cue.start > clause or clause == start
        if not (named and self._tables.contents.is_own(self._folded, clause, cue.start)):
            return False
        return cue.word.complement == "order" or self._folded.startswith(",", cue.end)

    def _begins_paragraph(self, number: int, start: int) -> bool:
        return number == 0 or "\n" in self._folded[self._layout.utterances[number - 1][1] - 1 : start]

    def _begin_record(self, number: int, start: int, end: int, cues: Sequence[Cue]) -> int:
        """Note down whose record a paragraph is, if any; the offset where his words, or those of the article, begin."""
        answer = self._dialogue.answer(start, end)
        item = self._clauses.record(start, end) or self._dialogue.answered(start, answer)
        if item is not None and any(quote.start == item.content for quote in self._quotes):
            item, self._record = None, None  # 鄭繼文:「…」 and the article goes on
        elif item is not None:
            self._record = self._voices.speak(item, number, start)
            return item.content
        elif marked := answer or self._dialogue.question(start, end):
            self._record = None
            return marked
        elif not self._tables.contents.goes_on(self._folded, start, end) or _names_person(
            self._clauses.find(start, end, cues)
        ):
            self._record = None
        return start

    def _is_of_another(self, items: Sequence[Attribution]) -> bool:
        """What another person said is told in the record: 傅聪8日讲得很清楚,… and then 他同时指出."""
        if self._record is None or not items or items[0].cue.word.weak:
            return False
        own = {speaker.entity for speaker in self._record.speakers}
        if items[0].subject.kind == "pronoun":
            return self._voices.last is not None and not own >= {one.entity for one in self._voices.last.speakers}
        return _names_person(items) and not own >= {one.entity for one in items[0].subject.speakers}

    def _open(self, item: Attribution, number: int, start: int, end: int, opened: bool) -> Open | None:
        trailing = None if opened and self._voices.last is None else self._quote_before(item, start)
        voice = self._voices.speak(item, number, start)
        if voice is None:
            return None
        if trailing:
            self._emit(trailing.inner_start, trailing.inner_end, item.cue, voice, True, colon=False)
            self._taken.add(trailing.start)
        elif not opened and self._trails(item, start, end):
            self._emit(start, item.start - 1, item.cue, voice, False, colon=False)
        return Open(item, voice, item.content)

    def _is_sentence(self, quote: Quote) -> bool:
        return self._folded[quote.inner_end - 1] in self._tables.marks.hard

    def _ends_here(self, at: int) -> bool:
        """Nothing but the end of a sentence follows."""
        return bool(ENDS.match(self._folded, at))

    def _trails(self, item: Attribution, start: int, end: int) -> bool:
        """俄方不会先动手,佩斯科夫说。"""
        folded = self._folded
        if item.subject.kind != "named" or item.according or item.start <= start + 4 or folded[item.start - 1] != ",":
            return False
        ends = not any(c.isalnum() for c in folded[item.cue.end : end])
        return ends and bool(self._tables.contents.trailing.search(folded, item.cue.start, item.cue.end))

    def _quote_before(self, item: Attribution, start: int) -> Quote | None:
        """The quotation that a trailing attribution belongs to: 「…,」佩斯科夫说."""
        if item.subject.kind in {"other", "none"} or item.according:
            return None
        for quote in self._quotes:
            if quote.end > item.start:
                return None
            between = self._folded[quote.end : item.start]
            if quote.start not in self._taken and not between.strip(" ,"):
                before = self._folded[max(0, quote.start - 1) : quote.start]
                alone = quote.start <= start or not before.strip() or not before.isalnum()
                own = item.subject.kind == "named" and self._is_first(quote, item.start)
                if self._is_sentence(quote) and self._voices.last and not (own or self._ends_here(item.cue.end)):
                    alone = False  # 「…。」 of who spoke before; this one has a content of his own
                if alone and quote.inner_end - quote.inner_start > 2:
                    return quote
        return None

    def _is_first(self, quote: Quote, end: int) -> bool:
        """The quotation begins the paragraph that goes on to an offset: whom the paragraph names next says it."""
        folded = self._folded
        return folded[: quote.start].rstrip(" ")[-1:] in {"", "\n"} and "\n" not in folded[quote.end : end]

    def _close(self, current: Open, end: int) -> None:
        item = current.attribution
        if ENDS.match(self._folded, item.cue.end):
            self._named(current)
            return
        if not (item.according or item.subject.kind == "document"):
            end = self._semicolon(item.cue, current.start, end)
        if self._subjects.is_cause(item.start, item.cue.start):
            end = min(end, self._clauses.clause_end(item.cue.end, end))
        stop = self._tables.contents.end(self._folded, item.cue, current.start, end, self._depth)
        stop = self._own_words(current, stop)
        colon = ":" in self._folded[item.cue.end : current.start + 1]
        if self._emit(current.start, stop, item.cue, current.voice, None, colon=colon):
            return
        if not item.cue.word.neutral and item.cue.word.act != "say":
            self._stance = (end, item.cue.word.act)

    def _own_words(self, current: Open, stop: int) -> int:
        """奉劝…悬崖勒马:「…」: what is quoted behind the colon is said as well. Where the words before it end."""
        if not self._tables.contents.is_aimed(current.attribution.cue):
            return stop
        for quote in self._quotes:
            told = current.start + _SHORTEST_ORDER < quote.start < stop <= quote.end + 1
            cued = any(cue.end == quote.start - 1 for cue in self._cues)  # another one speaks behind the colon
            if told and self._folded[quote.start - 1] == ":" and not cued:
                self._emit(quote.inner_start, quote.inner_end, None, current.voice, True, colon=False)
                return quote.start - 1
        return stop

    def _named(self, current: Open) -> None:
        """违约之说,俄方一概否认。 What is denied or rejected stands before, by its name."""
        item, contents = current.attribution, self._tables.contents
        if not contents.is_aimed(item.cue):
            return
        clause = self._clauses.clause_start(item.start - 1) if item.start else 0
        span = contents.named_before(self._folded, item.start, item.subject.start) if item.subject.passive else None
        if span is None and clause < item.start:
            span = contents.named(self._folded, clause, item.start - 1)
        if span is not None:
            self._made(*span, item.cue, current.voice, False)

    def _semicolon(self, cue: Cue, start: int, end: int) -> int:
        """The first semicolon behind which the article goes on: with a date, or with a subject of its own."""
        folded = self._folded
        for at in (at for at in range(start, end) if folded[at] == ";" and not self._depth[at]):
            begin = self._subjects.past_spaces(at + 1, end)
            if self._tables.contents.is_aimed(cue) or self._subjects.opens_anew(begin, end):
                return at
        return end

    def _standing_alone(self, number: int, start: int, end: int) -> None:
        """A quotation that is an utterance of its own goes on with who spoke last."""
        begin = self._tables.patterns.goes_on.match(self._folded, start, end)
        starts = {start, begin.end() if begin else start}
        quote = next((q for q in self._quotes if q.start in starts and q.start not in self._taken), None)
        last = self._voices.last
        if quote is None or last is None or last.utterance < number - 2:
            return
        following = self._layout.utterances[number + 1] if number + 1 < len(self._layout.utterances) else (end, end)
        if any(c.isalnum() for c in self._folded[quote.end : end]) or quote.inner_end - quote.inner_start < 8:
            return
        if self._attributed_after(quote, following):
            return
        self._taken.add(quote.start)
        voice = self._voices.go_on(number)
        if voice is not None:
            self._emit(quote.inner_start, quote.inner_end, None, voice, True, colon=False)

    def _attributed_after(self, quote: Quote, following: tuple[int, int]) -> bool:
        """The next utterance begins with a subject and a cue: the quotation before it is its own."""
        start, end = following
        here = [c for c in self._cues if start <= c.start < end]
        first = next((c for c in here if c.start < self._clauses.clause_end(start, end)), None)
        if first is None:
            return False
        if self._ends_here(first.end) or self._voices.last is None:
            return True
        items = self._clauses.find(start, end, here) if self._is_first(quote, start) else []
        return bool(items) and items[0].subject.kind == "named"

    # what was found

    def _about(self, start: int, end: int, speaker: str | None) -> tuple[str, ...]:
        seen: dict[str, None] = {}
        reach = start
        for mention in sorted(self._mentions(start, end), key=lambda m: (m.start, -m.end)):
            if mention.end <= reach or mention.type == "Place" or mention.entity == speaker:
                continue
            reach = mention.end
            seen.setdefault(mention.entity)
        return tuple(seen)[:_MOST_ABOUT]

    def _mentions(self, start: int, end: int) -> list[Mention]:
        return within(self._names, start, end) + within(self._anaphors, start, end)

    def _emit(self, start: int, end: int, cue: Cue | None, voice: Voice, quoted: bool | None, *, colon: bool) -> bool:
        """Make the statements of a stretch of text; False when nothing was said in it."""
        contents, folded = self._tables.contents, self._folded
        describing = bool(cue and contents.describing.search(folded, cue.start, cue.end))
        span = contents.trimmed(folded, start, end, self._quotes, colon, describing)
        if span is None or self._depth[span[0]] == self._depth[span[1] - 1] == REMARK:
            return False
        for quote in self._quotes:
            if quote.start >= span[0] - 1 and quote.end <= span[1] + 2:
                self._taken.add(quote.start)
        aimed = cue is not None and contents.is_aimed(cue)
        if not (aimed or span[2]) and contents.attitude.fullmatch(folded, span[0], span[1]):
            return True  # 阐明了严正立场: what it is, is not said
        made = [
            self._made(begin, stop, cue, voice, bool(quoted) or span[2])
            for begin, stop in contents.split(folded, span, self._quotes)
        ]
        return any(made)

    def _made(self, start: int, end: int, cue: Cue | None, voice: Voice, quoted: bool) -> bool:
        """One statement for each speaker; none for a mere name that a cue is aimed at."""
        span = (start, end)
        contents, folded = self._tables.contents, self._folded
        mentions = self._mentions(span[0], span[1])
        bare = contents.untitled(folded, *span)
        if cue and any(m.start <= bare[0] and bare[1] <= m.end for m in mentions):
            return False  # a mere name
        stance = self._taken_stance(cue)
        for speaker in voice.speakers:
            act = stance or contents.act(cue, folded[span[0] : span[1]], mentions, speaker.entity)
            self._found.append(
                Statement(
                    span[0], span[1], speaker.entity, act, speaker.start, speaker.end,
                    cue.start if cue else None, cue.end if cue else None, quoted,
                    voice.date, voice.place, self._about(span[0], span[1], speaker.entity),
                )
            )  # fmt: skip
        return True

    def _taken_stance(self, cue: Cue | None) -> Act | None:
        """The act of the cue right before a neutral one that goes on with it."""
        stance, self._stance = self._stance, None
        if stance is None or cue is None or not cue.word.neutral or cue.start - stance[0] > _NEXT:
            return None
        return stance[1]


def _names_person(items: Sequence[Attribution]) -> bool:
    """The first of the attributions is of a person by name."""
    return bool(items) and any(speaker.type == "Person" for speaker in items[0].subject.speakers)


def _first_named(mentions: Sequence[Mention]) -> dict[str, int]:
    """Where each entity is named first, for the order of those who say one thing together."""
    found: dict[str, int] = {}
    for mention in mentions:
        found.setdefault(mention.entity, mention.start)
    return found
