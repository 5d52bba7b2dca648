"""Statements in a language with spaces: the attribution may stand before what was said, behind it, or inside of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kg.model import DateMention, Mention, Statement
from kg.nlp.document import S, View, within
from kg.nlp.quotes import Marks, Quote
from kg.nlp.spaced.contents import LEAST, Contents
from kg.nlp.spaced.cuewords import PLAIN, Cue, CueWords
from kg.nlp.spaced.mask import Masked, spoken
from kg.nlp.spaced.reference import Reference
from kg.nlp.spaced.speakers import Memory, Speakers, Voice

_NEAR = 80
"""Characters between a date and the cue, or the begin of the sentence, that it belongs to."""
_GOES_ON = '"”).'
"""Marks before a small letter that end no utterance."""
_AHEAD = 8
"""Attributions of a sentence that are looked at for the end of one: else the work grows with their square."""
_OPENS = 12
"""Characters before a date that opens its sentence."""
_YEAR = 4
"""Characters of a date that is only a year."""
_DAY = 10
"""Characters of the date of a day."""
_ABOUT = frozenset({"Treaty", "WeaponSystem", "WeaponClass", "State", "Organization"})


class SpeechReader:
    """Reads one Doc whose mentions and anaphors are set."""

    def __init__(self, view: View, words: CueWords, reference: Reference, marks: Marks) -> None:
        self._view, self._words, self._reference = view, words, reference
        quotes, self._quoted = spoken(marks, view)
        self._quotes: dict[int, Quote] = {q.start: q for q in quotes}
        doc = view.doc
        self._mentions: list[Mention] = sorted([*doc._.mentions, *doc._.anaphors], key=lambda m: (m.start, -m.end))
        self._dates: list[DateMention] = list(doc._.dates)
        self._masked = Masked.of(view.folded, self._mentions, self._dates, quotes)
        self._inner = Masked.of(view.folded, self._mentions, self._dates)
        self._said: dict[str | None, str] = {}
        self._head: str | None = None
        self._contents = Contents(view, words, self._masked, self._quotes)
        self._speakers = Speakers(view, words, reference, self._masked, self._mentions, self._quotes)

    def read(self) -> list[Statement]:
        """The statements in text order."""
        found: list[Statement] = []
        for start, end in self._utterances():
            paragraph = self._view.folded.rfind("\n", 0, start)
            if paragraph != self._speakers.memory.paragraph:
                memory = self._speakers.memory
                self._speakers.memory = Memory(memory.voice, paragraph=paragraph, end=memory.end)
            here = self._utterance(start, end)
            kept: list[Statement] = []
            for one in here:
                if not any(self._same(one, other) for other in kept):
                    kept.append(one)
            found += kept
        return sorted(found, key=lambda s: (s.start, s.end))

    @staticmethod
    def _same(one: Statement, other: Statement) -> bool:
        """The same words by the same speaker, or words inside of words of the same speaker."""
        inside = other.start <= one.start and one.end <= other.end
        return inside and one.speaker == other.speaker

    def _utterances(self) -> Iterator[tuple[int, int]]:
        """Sentences, but no cut inside of a quotation, nor before a small letter."""
        folded = self._view.folded
        begin = 0
        bounds = [start for start, _ in self._view.sentences if start] + [len(folded)]
        for bound in bounds:
            newline = "\n" in folded[begin:bound].strip(" ") and "\n" in folded[max(0, bound - 3) : bound]
            quoted = bound < len(folded) and self._quoted[bound] and self._quoted[bound - 1]
            small = bound < len(folded) and folded[bound].islower() and folded[:bound].rstrip()[-1:] in _GOES_ON
            if bound < len(folded) and not newline and (quoted or small):
                continue
            piece = folded[begin:bound]
            if piece.strip():
                left = begin + len(piece) - len(piece.lstrip())
                yield left, begin + len(piece.rstrip())
            begin = bound

    # --- one utterance

    def _utterance(self, start: int, end: int) -> list[Statement]:
        masked = self._masked.text
        first = self._view.folded[:start].rstrip(" ")[-1:] in {"", "\n"}
        dateline = self._words.dateline.match(masked, start, min(end, start + 90)) if first else None
        if dateline is not None:
            self._head = next((d.value for d in self._dates if d.start == start and d.relation == "on"), None)
            start = dateline.end()
        quote = self._quotes.get(start)
        if quote is not None and not masked[quote.end : end].strip(" .,;"):
            return self._quoted_alone(quote, start)
        words = self._words
        accorded = list(self._according(start, end))
        cues = words.find(masked, start, end)
        inner = [c for c in cues if any(s.start <= c.start < s.end for s in accorded)]
        if any(
            (told := self._speakers.voice(c, start, end, None)) and self._contents.of(c, *told, start, end)
            for c in inner
        ):
            accorded = []
        found = list(accorded)
        previous: Voice | None = None
        spans: list[tuple[Cue, Voice, str]] = []
        for cue in cues:
            if any(s.start <= cue.start < s.end for s in found):
                continue
            told = self._speakers.voice(cue, start, end, previous)
            if told is None:
                continue
            voice, way = told
            if way == "before" and words.hypothetical.search(masked[max(start, voice.start - 16) : voice.start]):
                continue
            spans.append((cue, voice, way))
            previous = voice
        for number, (cue, voice, way) in enumerate(spans):
            if any(s.start <= cue.start < s.end for s in found):
                continue
            limit = self._limit(spans, number, end)
            floor = max([s.end for s in found if s.end <= cue.start] or [start])
            for content in self._contents.of(cue, voice, way, start, limit):
                if any(content[0] <= s.start and s.end <= content[1] for s in found):
                    continue  # who passes on what another one said
                found += self._statements(cue, voice, content, floor, limit)
        return found

    def _limit(self, spans: Sequence[tuple[Cue, Voice, str]], number: int, end: int) -> int:
        """Where the next attribution of the sentence begins, when it is one beside this one and not inside of it."""
        masked = self._masked.text
        for cue, voice, way in spans[number + 1 : number + 1 + _AHEAD]:
            if way in {"joined", "going_on"}:
                before = masked[: cue.start]
                match = self._words.joined.search(before) or self._words.going_on.search(before)
                return match.start() if match else cue.start
            lead_end = self._contents.lead_end(voice, cue, way)
            if (
                lead_end is not None
                and lead_end > spans[number][0].end
                and self._contents.is_closed(masked[self._contents.skip(cue.end, end, cue, way) : end])
            ):
                return lead_end  # X said …, the agency reported
            subject = voice.at[0] if voice.at else voice.start
            opened = list(self._words.new_clause.finditer(masked, spans[number][0].end, subject + 1))
            if opened and opened[-1].end() >= voice.start - 40:
                return opened[-1].start()
        return end

    def _quoted_alone(self, quote: Quote, start: int) -> list[Statement]:
        """A quotation by itself goes on with who spoke before, in the same paragraph."""
        voice = self._speakers.memory.voice
        if voice is None or self._speakers.memory.paragraph != self._view.folded.rfind("\n", 0, start):
            return []
        begin, end = self._contents.trimmed(quote.inner_start, quote.inner_end)
        if end - begin < LEAST:
            return []
        act = self._words.act(PLAIN, self._inner.text[begin:end])
        return [
            Statement(
                begin,
                end,
                speaker,
                act,
                quoted=True,
                date=self._speakers.memory.date,
                place=self._speakers.memory.place,
                about=self._about(begin, end, speaker),
            )
            for speaker in voice.speakers
        ]

    # --- records

    def _according(self, start: int, end: int) -> Iterator[Statement]:
        masked = self._masked.text
        for pattern in self._words.according:
            for match in pattern.finditer(masked, start, end):
                if self._words.not_according.match(masked, match.start()):
                    continue
                who = self._masked.at[match.start("who")]
                stop = match.end()
                lead = masked[start : match.start()].strip(" ,")
                joined = self._words.accorded_joined.search(masked[start : match.start()]) is not None
                apposed = self._words.accorded_apposed.match(masked, stop - 1, end) if match["stop"] == "," else None
                stop = apposed.end() if apposed and apposed.end() < end else stop
                person = self._words.accorded_person.match(masked, who.end, end)
                if person is not None:  # the head of the agency, X
                    who, stop = self._masked.at[person.start("who")], max(person.end(), match.end("who"))
                if len(lead) < 12 or joined or stop + 1 in self._quotes or stop in self._quotes:
                    content = self._contents.cleaned(stop, end)
                else:
                    content = self._contents.cleaned(start, match.start())
                    if match["stop"] == "," and masked[stop:end].strip(" .") and len(lead) < 0.6 * (end - stop):
                        content = self._contents.cleaned(stop, end)
                if content is None:
                    continue
                if self._words.put.match(match[0]):
                    inner = self._contents.quoted(*content)
                    content = (inner[0].inner_start, inner[0].inner_end) if inner else content
                voice = Voice(who.start, who.end, [who.entity], (who.start, who.end))
                cue = Cue(match.start(), match.start("who"), "", PLAIN)
                yield from self._statements(cue, voice, content, start, end)

    def _statements(self, cue: Cue, voice: Voice, content: tuple[int, int], start: int, end: int) -> list[Statement]:
        begin, stop = content
        date = self._date(begin, stop, start, end, cue) or self._head
        self._head = None  # a day that heads the article is that of its first saying
        place = self._place(begin, stop, start, end, cue)
        carried = self._speakers.memory.voice
        if carried is not None and set(carried.speakers) & set(voice.speakers):
            date, place = date or self._speakers.memory.date, place or self._speakers.memory.place
        date = date or next((self._said[who] for who in voice.speakers if who in self._said), None)
        if date is not None:
            entities = self._view.doc._.entities
            people = [who for who in voice.speakers if who in entities and entities[who].type == "Person"]
            if len(date) == _DAY and not self._is_old(date):
                self._said.update(dict.fromkeys(people, date))  # a person is told to have spoken once, a body often
        self._speakers.memory = Memory(voice, date, place, self._speakers.memory.paragraph, end)
        act = self._words.act(cue.word, self._inner.text[begin:stop])
        if self._contents.is_order(cue, begin):
            act = "demand"
        quoted = bool(self._quoted[begin] and self._quoted[stop - 1])
        at = voice.at or (None, None)
        folded = self._view.folded
        cue_end = cue.start + len(folded[cue.start : cue.end].rstrip())
        return [
            Statement(
                begin,
                stop,
                speaker,
                act,
                at[0],
                at[1],
                cue.start,
                cue_end,
                quoted,
                date,
                place,
                self._about(begin, stop, speaker),
            )
            for speaker in voice.speakers
        ]

    def _date(self, begin: int, stop: int, start: int, end: int, cue: Cue) -> str | None:
        """A date of the sentence outside of what was said: before it, or behind an attribution that follows it."""
        here = [
            d for d in self._outside(self._dates, begin, stop, start, end, cue)
            if d.relation in {"on", "since"} and self._dates_it(d, start, cue)
        ]  # fmt: skip
        near = min(here, key=lambda d: abs(d.start - cue.start), default=None)
        return near.value if near is not None else None

    def _dates_it(self, date: DateMention, start: int, cue: Cue) -> bool:
        """Beside the cue or at the begin of the sentence, not in parentheses; a mere year must be nearer still."""
        far, opens = abs(date.start - cue.start), date.start - start
        if self._words.possessed.match(self._masked.text, date.end):
            return False
        if opens > _OPENS and self._words.other_clause.search(self._masked.text, date.end, cue.start):
            return False
        lead = self._view.folded[start : date.start]
        if lead.rfind("(") > lead.rfind(")"):
            return False
        if len(date.value) == _YEAR or self._is_old(date.value):
            return far < _NEAR // 3 or opens < _NEAR // 6
        return far < _NEAR or opens < _NEAR

    def _is_old(self, date: str) -> bool:
        """From a year before the one before the article: history, unless the text puts it beside the cue."""
        article = self._view.article
        return article is not None and bool(article.date) and int(date[:4]) < int(str(article.date)[:4]) - 1

    def _outside(self, spans: Sequence[S], begin: int, stop: int, start: int, end: int, cue: Cue) -> list[S]:
        if cue.start < begin:
            return within(spans, start, begin)
        return [*within(spans, start, begin), *within(spans, stop, end)]

    def _place(self, begin: int, stop: int, start: int, end: int, cue: Cue) -> str | None:
        """The place where it was said."""
        masked = self._masked.text
        here = [
            m for m in self._outside(self._mentions, begin, stop, start, end, cue)
            if m.type == "Place" and self._words.place_before.search(masked[max(0, m.start - 10) : m.start])
        ]  # fmt: skip
        return here[0].entity if here else None

    def _about(self, begin: int, stop: int, speaker: str | None) -> tuple[str, ...]:
        inside = [m.entity for m in within(self._mentions, begin, stop) if m.type in _ABOUT and m.entity != speaker]
        return tuple(dict.fromkeys(inside))
