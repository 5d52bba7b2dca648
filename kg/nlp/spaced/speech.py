"""Statements in a language with spaces: the attribution may stand before what was said, behind it, or inside of it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from kg.model import DateMention, Mention, Statement
from kg.nlp.document import S, View, within
from kg.nlp.quotes import QUOTED, Marks, Quote
from kg.nlp.spaced.cuewords import PLAIN, Cue, CueWords
from kg.nlp.spaced.mask import Masked
from kg.nlp.spaced.reference import Reference
from kg.nlp.spaced.speakers import Memory, Speakers, Voice

_SHORT = 3
"""Blanks in a part that is no statement by itself beside another part."""
_LEADING = frozenset({"clause", "clause_to", "that", "person_clause", "person_to"})
"""Frames of cues that can stand behind what was said."""
_LEAST = 3
"""Characters of the shortest content."""
_ABOUT = frozenset({"Treaty", "WeaponSystem", "WeaponClass", "State", "Organization"})


class SpeechReader:
    """Reads one Doc whose mentions and anaphors are set."""

    def __init__(self, view: View, words: CueWords, reference: Reference, marks: Marks) -> None:
        self._view, self._words, self._reference = view, words, reference
        layout = marks.read(view.folded)
        self._quotes: dict[int, Quote] = {q.start: q for q in layout.quotes}
        self._starts = sorted(self._quotes)
        self._quote_ends = {q.end for q in layout.quotes}
        self._depth = layout.depth
        doc = view.doc
        self._mentions: list[Mention] = sorted([*doc._.mentions, *doc._.anaphors], key=lambda m: (m.start, -m.end))
        self._dates: list[DateMention] = list(doc._.dates)
        self._masked = Masked.of(view.folded, self._mentions, self._dates, layout.quotes)
        self._inner = Masked.of(view.folded, self._mentions, self._dates)
        self._speakers = Speakers(view, words, reference, self._masked, self._mentions, self._quotes)

    def read(self) -> list[Statement]:
        """The statements in text order."""
        found: list[Statement] = []
        for start, end in self._utterances():
            paragraph = self._view.folded.rfind("\n", 0, start)
            if paragraph != self._speakers.memory.paragraph:
                self._speakers.memory = Memory(self._speakers.memory.voice, paragraph=paragraph)
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
            quoted = bound < len(folded) and self._depth[bound] == QUOTED and self._depth[bound - 1] == QUOTED
            small = bound < len(folded) and folded[bound].islower() and folded[:bound].rstrip()[-1:] in '"”'
            if bound < len(folded) and not newline and (quoted or small):
                continue
            piece = folded[begin:bound]
            if piece.strip():
                left = begin + len(piece) - len(piece.lstrip())
                yield left, begin + len(piece.rstrip())
            begin = bound

    def _quoted(self, start: int, end: int) -> list[Quote]:
        """The quotations between two offsets."""
        here = self._starts[bisect_left(self._starts, start) : bisect_left(self._starts, end)]
        return [quote for at in here if (quote := self._quotes[at]).end <= end]

    # --- one utterance

    def _utterance(self, start: int, end: int) -> list[Statement]:
        masked = self._masked.text
        first = self._view.folded[:start].rstrip(" ")[-1:] in {"", "\n"}
        dateline = self._words.dateline.match(masked, start, min(end, start + 90)) if first else None
        start = dateline.end() if dateline else start
        quote = self._quotes.get(start)
        if quote is not None and not masked[quote.end : end].strip(" .,;"):
            return self._quoted_alone(quote, start)
        words = self._words
        accorded = list(self._according(start, end))
        cues = words.find(masked, start, end)
        inner = [c for c in cues if any(s.start <= c.start < s.end for s in accorded)]
        if any(
            (told := self._speakers.voice(c, start, end, None)) and self._content(c, *told, start, end) for c in inner
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
            for content in self._content(cue, voice, way, start, limit):
                if any(content[0] <= s.start and s.end <= content[1] for s in found):
                    continue  # who passes on what another one said
                found += self._statements(cue, voice, content, floor, limit)
        return found

    def _limit(self, spans: Sequence[tuple[Cue, Voice, str]], number: int, end: int) -> int:
        """Where the next attribution of the sentence begins, when it is one beside this one and not inside of it."""
        masked = self._masked.text
        for cue, voice, way in spans[number + 1 :]:
            if way in {"joined", "going_on"}:
                before = masked[: cue.start]
                match = self._words.joined.search(before) or self._words.going_on.search(before)
                return match.start() if match else cue.start
            lead_end = self._lead_end(voice, cue, way)
            if (
                lead_end is not None
                and lead_end > spans[number][0].end
                and self._is_closed(masked[self._skip(cue.end, end, cue, way) : end])
            ):
                return lead_end  # X said …, the agency reported
            opened = list(self._words.new_clause.finditer(masked, spans[number][0].end, voice.start + 1))
            if opened and opened[-1].end() >= voice.start - 40:
                return opened[-1].start()
        return end

    def _quoted_alone(self, quote: Quote, start: int) -> list[Statement]:
        """A quotation by itself goes on with who spoke before, in the same paragraph."""
        voice = self._speakers.memory.voice
        if voice is None or self._speakers.memory.paragraph != self._view.folded.rfind("\n", 0, start):
            return []
        begin, end = self._trimmed(quote.inner_start, quote.inner_end)
        if end - begin < _LEAST:
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

    # --- what was said

    def _content(self, cue: Cue, voice: Voice, way: str, start: int, limit: int) -> list[tuple[int, int]]:
        """The stretches that were said: before the attribution, behind it, or at both sides of it."""
        masked = self._masked.text
        after = cue.end if way != "inverted" else voice.end
        tail = self._skip(after, limit, cue, way)
        lead_end = self._lead_end(voice, cue, way)
        has_lead = cue.word.frame in _LEADING and lead_end is not None and lead_end - start >= _LEAST
        if way == "inverted" or (has_lead and way == "before" and self._is_closed(masked[tail:limit])):
            begin = max(start, *(masked.rfind(mark, start, lead_end) + 1 for mark in ":;"))
            left, right = (begin, lead_end or begin), self._right_part(tail, limit, way)
            spoken = begin in self._quotes
            if right is None:
                parts = [left]
            elif spoken:
                opened = self._trimmed(*right)[0] in self._quotes
                short = self._view.folded[begin : left[1]].count(" ") < _SHORT
                parts = [*([] if short and opened else [left]), *([right] if opened else [])]
            else:
                led = self._words.dependent.match(masked, self._trimmed(*right)[0])
                parts = [right] if led is None and self._view.folded[slice(*right)].count(" ") >= _SHORT else [left]
            return [part for one in parts if (part := self._cleaned(*one)) is not None]
        found = self._behind(cue, tail, limit)
        return (
            self._parted(*found)
            if found and cue.word.frame in {"clause", "clause_to", "that", "person_clause"}
            else [found]
            if found
            else []
        )

    def _parted(self, begin: int, end: int) -> list[tuple[int, int]]:
        """That A, and that B: two statements."""
        parts: list[tuple[int, int]] = []
        for match in self._words.second.finditer(self._masked.text, begin, end):
            parts.append((begin, match.start()))
            begin = match.end()
        return [part for one in [*parts, (begin, end)] if (part := self._cleaned(*one)) is not None]

    def _lead_end(self, voice: Voice, cue: Cue, way: str) -> int | None:
        """Where what stands before the attribution ends: at a comma or a quotation right before the noun phrase."""
        text = self._masked.text
        at = cue.start if way == "inverted" else voice.start
        floor = max(0, at - 90)
        for position in range(at - 1, floor, -1):
            if text[position] == "," and text[position + 1] == " ":
                return position if self._phrase(text[position + 1 : at]) else None
            if position + 1 in self._quote_ends:
                return position + 1 if self._phrase(text[position + 1 : at]) else None
            if text[position] in ";:":
                return None
        return None

    def _phrase(self, text: str) -> bool:
        """Words that can stand before a name as a title."""
        return len(text) < 70 and not self._words.find(text, 0, len(text)) and text.count(" ") <= 9

    @staticmethod
    def _is_closed(rest: str) -> bool:
        return not rest.strip(' .;!?"”') or rest.lstrip().startswith(",")

    def _skip(self, at: int, limit: int, cue: Cue, way: str) -> int:
        """Over whom, when and where behind the cue; behind an inverted one over who the speaker is."""
        masked, words = self._masked.text, self._words
        if way != "inverted" and cue.word.frame in {"person_clause"}:
            match = words.addressee.match(masked, at, limit)
            at = match.end() if match else at
        for _ in range(4):
            aside = words.aside.match(masked, at, limit)
            if aside is None or aside.end() == aside.start():
                break
            at = aside.end()
        return at

    def _right_part(self, at: int, limit: int, way: str) -> tuple[int, int] | None:
        """What goes on behind an attribution in the middle: Iran, he said, had committed itself."""
        masked = self._masked.text
        if way == "inverted":
            quote = masked.find(", ", at, limit)
            while quote >= 0:
                if quote + 2 in self._quotes:
                    return quote + 2, limit
                quote = masked.find(", ", quote + 1, limit)
            return None
        comma = masked.find(",", at, limit)
        if comma < 0 or masked[at:comma].strip():
            return None
        if self._words.afterthought.match(masked, comma) and comma + 2 not in self._quotes:
            return None
        return comma + 1, limit

    def _behind(self, cue: Cue, at: int, limit: int) -> tuple[int, int] | None:
        """What follows the cue, by its frame."""
        masked, words, frame = self._masked.text, self._words, cue.word.frame
        cut = words.cut.search(masked, at, limit)
        if cut is not None and cut.start() > at + 8:
            limit = cut.start()
        if frame not in {"clause", "clause_to", "that"}:
            aimed = words.aimed.search(masked, at + 8, limit)
            limit = aimed.start() if aimed else limit
        that = words.far_that.match(masked, at, limit) if frame == "person_clause" else None
        if that is not None and "," not in that[0]:
            return self._cleaned(that.end(), limit)
        if frame == "person_to" or frame == "person_clause":
            to = words.to.match(masked, cue.end, limit)
            if to is not None and (frame == "person_clause" or cue.word.act == "demand"):
                return self._cleaned(to.end(), limit)
            if frame == "person_to":
                return self._cleaned(cue.end, limit) if to is not None or cue.word.act != "demand" else None
        if frame == "ask":
            return self._cleaned(cue.end, limit) if words.to.match(masked, cue.end, limit) else None
        if frame in {"of", "for"}:
            of = words.of.match(masked, cue.end, limit)
            if of is not None and frame == "of":
                return self._cleaned(of.end(), limit)
            if of is not None and self._masked.to.get(of.end() - 5) is not None:
                return self._cleaned(of.end(), limit)
            return self._cleaned(cue.end, limit) if frame == "for" else None
        if frame in {"as", "voice"}:
            return self._called(cue, limit, strict=frame == "voice")
        if frame == "object":
            that = words.that.match(masked, cue.end, limit)
            return self._cleaned(that.end() if that else cue.end, limit)
        return self._clause(cue, at, limit)

    def _called(self, cue: Cue, limit: int, *, strict: bool) -> tuple[int, int] | None:
        """Called the deal "…": the quotation when it ends the clause, else all that follows."""
        inside = self._quoted(cue.end, limit + 1)
        if inside and (len(inside) == 1 or strict) and inside[0].start - cue.end < 70:
            as_whole = self._masked.text[cue.end : inside[0].start].count(" ") > 7
            if not as_whole:
                return self._cleaned(inside[0].inner_start, inside[0].inner_end)
        return None if strict else self._cleaned(cue.end, limit)

    def _clause(self, cue: Cue, at: int, limit: int) -> tuple[int, int] | None:
        masked, words = self._masked.text, self._words
        that = words.that.match(masked, at, limit)
        if (
            cue.word.frame == "that"
            and not (that and that[0].strip(" ,"))
            and at not in self._quotes
            and at + 1 not in self._quotes
        ):
            return None
        begin = that.end() if that else at
        if that is None or not that[0].strip(" ,:"):
            far = words.far_that.match(masked, at, limit)
            head = masked[at : far.end()] if far else ""
            own = cue.word.frame == "clause_to"
            if far is not None and not own and "," not in head and words.setting_head.match(head):
                begin = far.end()
            elif cue.word.act in {"announce", "propose", "demand", "confirm"} and not self._opens(begin, limit):
                return None
            if cue.word.act == "warn" and words.against.match(masked, cue.end):
                begin = words.against.match(masked, cue.end).end()  # type: ignore[union-attr]
        return self._cleaned(begin, limit)

    def _opens(self, begin: int, limit: int) -> bool:
        """A clause or a quotation begins here, not only a noun phrase."""
        if begin in self._quotes:
            return True
        text = self._masked.text[begin:limit]
        return self._words.clause_head.match(text) is not None

    def _cleaned(self, begin: int, end: int) -> tuple[int, int] | None:
        begin, end = self._trimmed(begin, end)
        quote = self._quotes.get(begin)
        if quote is not None and quote.end >= end - 1:
            begin, end = self._trimmed(quote.inner_start, quote.inner_end)
        if end - begin < _LEAST or self._words.not_content.match(self._view.folded[begin:end]):
            return None
        return begin, end

    def _trimmed(self, begin: int, end: int) -> tuple[int, int]:
        folded = self._view.folded
        while begin < end and folded[begin] in " ,:;-\n":
            begin += 1
        while end > begin and folded[end - 1] in " ,:;.\n":
            end -= 1
        return begin, end

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
                apposed = self._words.accorded_apposed.match(masked, stop - 1, end) if match["stop"] == "," else None
                stop = apposed.end() if apposed and apposed.end() < end else stop
                if len(lead) < 12:
                    content = self._cleaned(stop, end)
                else:
                    content = self._cleaned(start, match.start())
                    if match["stop"] == "," and masked[stop:end].strip(" .") and len(lead) < 0.6 * (end - stop):
                        content = self._cleaned(stop, end)
                if content is None:
                    continue
                if self._words.put.match(match[0]):
                    inner = self._quoted(*content)
                    content = (inner[0].inner_start, inner[0].inner_end) if inner else content
                voice = Voice(who.start, who.end, [who.entity], (who.start, who.end))
                cue = Cue(match.start(), match.start("who"), "", PLAIN)
                yield from self._statements(cue, voice, content, start, end)

    def _statements(self, cue: Cue, voice: Voice, content: tuple[int, int], start: int, end: int) -> list[Statement]:
        begin, stop = content
        date = self._date(begin, stop, start, end, cue)
        place = self._place(begin, stop, start, end, cue)
        carried = self._speakers.memory.voice
        if carried is not None and set(carried.speakers) & set(voice.speakers):
            date, place = date or self._speakers.memory.date, place or self._speakers.memory.place
        self._speakers.memory = Memory(voice, date, place, self._speakers.memory.paragraph)
        act = self._words.act(cue.word, self._inner.text[begin:stop])
        quoted = self._depth[begin] == QUOTED and self._depth[stop - 1] == QUOTED
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
        here = [d for d in self._outside(self._dates, begin, stop, start, end, cue) if d.relation in {"on", "since"}]
        near = min(here, key=lambda d: abs(d.start - cue.start), default=None)
        return near.value if near is not None else None

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
