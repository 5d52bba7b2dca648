"""Statements in a language with spaces: the attribution may stand before what was said, behind it, or inside of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from spacy.tokens import Doc

from kg.model import ACTOR_TYPES, DateMention, Mention, Statement
from kg.nlp.document import S, View, span_of, within
from kg.nlp.quotes import QUOTED, Marks, Quote
from kg.nlp.spaced.cuewords import PLAIN, Cue, CueWords
from kg.nlp.spaced.mask import Masked
from kg.nlp.spaced.reference import Reference, ReferenceWords

_JOINT = 45
"""Characters between two who speak together, titles included."""
_SHORT = 3
"""Blanks in a part that is no statement by itself beside another part."""
_LEAST = 3
"""Characters of the shortest content."""
_ABOUT = frozenset({"Treaty", "WeaponSystem", "WeaponClass", "State", "Organization"})


@dataclass(slots=True)
class Voice:
    """Who speaks: the mentions, from where on their noun phrase stands."""

    start: int
    end: int
    speakers: list[str | None]
    at: tuple[int, int] | None = None


@dataclass(slots=True)
class Memory:
    """What the sentence before leaves: who spoke, when and where, in which paragraph."""

    voice: Voice | None = None
    date: str | None = None
    place: str | None = None
    paragraph: int = -1


class SpeechReader:
    """Reads one Doc whose mentions and anaphors are set."""

    def __init__(self, view: View, words: CueWords, reference: Reference, marks: Marks) -> None:
        self._view, self._words, self._reference = view, words, reference
        layout = marks.read(view.folded)
        self._quotes: dict[int, Quote] = {q.start: q for q in layout.quotes}
        self._depth = layout.depth
        doc = view.doc
        self._mentions: list[Mention] = sorted([*doc._.mentions, *doc._.anaphors], key=lambda m: (m.start, -m.end))
        self._dates: list[DateMention] = list(doc._.dates)
        self._masked = Masked.of(view.folded, self._mentions, self._dates, layout.quotes)
        self._inner = Masked.of(view.folded, self._mentions, self._dates)
        self._memory = Memory()

    def read(self) -> list[Statement]:
        """The statements in text order."""
        found: list[Statement] = []
        for start, end in self._utterances():
            paragraph = self._view.folded.rfind("\n", 0, start)
            if paragraph != self._memory.paragraph:
                self._memory = Memory(self._memory.voice, paragraph=paragraph)
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
            small = bound < len(folded) and folded[bound].islower() and folded[: bound].rstrip()[-1:] in "\"”"
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
        start = dateline.end() if dateline else start
        quote = self._quotes.get(start)
        if quote is not None and not masked[quote.end : end].strip(" .,;"):
            return self._quoted_alone(quote, start)
        words = self._words
        accorded = list(self._according(start, end))
        cues = words.find(masked, start, end)
        inner = [c for c in cues if any(s.start <= c.start < s.end for s in accorded)]
        if any(self._voice(cue, start, end, None) for cue in inner):
            accorded = []
        found = list(accorded)
        previous: Voice | None = None
        spans: list[tuple[Cue, Voice, str]] = []
        for cue in cues:
            if any(s.start <= cue.start < s.end for s in found):
                continue
            told = self._voice(cue, start, end, previous)
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
                before = masked[:cue.start]
                match = self._words.joined.search(before) or self._words.going_on.search(before)
                return match.start() if match else cue.start
            lead_end = self._lead_end(voice, cue, way)
            if lead_end is not None and lead_end > spans[number][0].end and self._is_closed(masked[self._skip(cue.end, end, cue, way) : end]):
                return lead_end  # X said …, the agency reported
            opened = list(self._words.new_clause.finditer(masked, spans[number][0].end, voice.start + 1))
            if opened and opened[-1].end() >= voice.start - 40:
                return opened[-1].start()
        return end

    def _quoted_alone(self, quote: Quote, start: int) -> list[Statement]:
        """A quotation by itself goes on with who spoke before, in the same paragraph."""
        voice = self._memory.voice
        if voice is None or self._memory.paragraph != self._view.folded.rfind("\n", 0, start):
            return []
        begin, end = self._trimmed(quote.inner_start, quote.inner_end)
        if end - begin < _LEAST:
            return []
        act = self._words.act(PLAIN, self._inner.text[begin:end])
        return [
            Statement(begin, end, speaker, act, quoted=True, date=self._memory.date, place=self._memory.place, about=self._about(begin, end, speaker))
            for speaker in voice.speakers
        ]

    # --- who speaks

    def _voice(self, cue: Cue, start: int, end: int, previous: Voice | None) -> tuple[Voice, str] | None:
        """Who speaks, and how it is told: before the cue, behind it, joined to the cue before, going on with it."""
        words, masked = self._words, self._masked.text
        lead = masked[start : cue.start]
        quoted = words.quoted_as.search(lead)
        if quoted is not None:
            pre = words.pre.search(lead[: quoted.start()])
            named = self._before(start, start + (pre.start() if pre else quoted.start()))
            return (named, "before") if named else None
        if words.goes_on(cue, lead) or (words.is_participle(cue) and previous is None and not lead.strip()):
            voice = previous or self._sentence_subject(start, cue.start) or self._next_subject(cue, end)
            return (voice, "going_on") if voice else None
        if words.is_participle(cue):
            return None
        inverted = self._inverted(cue, start, end)
        if inverted is not None:
            return inverted, "inverted"
        if words.joined.search(lead):
            voice = previous or self._sentence_subject(start, cue.start)
            return (voice, "joined") if voice else None
        pre = words.pre.search(lead)
        subject_end = start + (pre.start() if pre else len(lead))
        voice = self._before(start, subject_end)
        return (voice, "before") if voice else None

    def _before(self, start: int, end: int) -> Voice | None:
        """The subject that ends at an offset."""
        words, lead = self._words, self._masked.text[start:end].rstrip(" ")
        end = start + len(lead)
        for pattern in (words.spokesman_of, words.direct, words.papers, words.officials, words.relative):
            match = pattern.search(lead)
            if match is not None:
                who = self._masked.at[start + match.start("who")]
                return self._joint(start, who, end)
        if words.pronoun.search(lead):
            return self._it(start + words.pronoun.search(lead).start(), end)  # type: ignore[union-attr]
        if words.paper_alone.search(lead):
            voice = self._memory.voice
            return Voice(end, end, list(voice.speakers)) if voice else None
        if words.unnamed.search(lead):
            return None
        if lead.endswith((",", ")", "–", "—", "-")):
            return self._apposed(start, end)
        setting = words.setting.search(lead)
        if setting is not None:
            who = self._masked.at[start + setting.start("who")]
            if self._reference.is_subject(who):
                return self._joint(start, who, end)
        return None

    def _apposed(self, start: int, end: int) -> Voice | None:
        """Bonnie Jenkins, the under secretary of state, said: the name before the words between commas."""
        lead = self._masked.text[start:end]
        named = self._masked.to.get(end - 1)
        address = self._words.address.search(lead[: named.start - start]) if named else None
        if named is not None and named.type == "Person" and address is not None:
            voice = self._joint(start, named, end)  # Iran's foreign minister, X, said
            comma = lead.rfind(", ", 0, address.start())
            quoted = max((q.end - start for q in self._quotes.values() if start < q.end <= named.start), default=0)
            voice.start = start + max(comma + 2 if comma > 0 else 0, quoted)
            return voice
        at = len(lead) - 1
        marks = (", ", " (") if lead[-1] in ",)" else (" – ", " — ", " - ")
        for _ in range(4):
            at = max(lead.rfind(mark, 0, at) for mark in marks)
            if at <= 0:
                return None
            who = self._masked.to.get(start + at)
            if who is not None and who.type in ACTOR_TYPES:
                return self._joint(start, who, end)
        return None

    def _joint(self, start: int, who: Mention, end: int) -> Voice:
        """All who speak together: A, B and C said."""
        speakers: list[str | None] = [who.entity]
        first = who
        while True:
            before = next(
                (m for gap in range(1, _JOINT) if (m := self._masked.to.get(first.start - gap)) and first.start - gap > start),
                None,
            )
            if before is None or before.type not in ACTOR_TYPES:
                break
            between = self._masked.text[before.end : first.start]
            last = len(speakers) == 1
            if not (self._words.joint_last if last else self._words.joint).fullmatch(between):
                break
            speakers.insert(0, before.entity)
            first = before
        return Voice(first.start, end, list(dict.fromkeys(speakers)), (who.start, who.end))

    def _it(self, start: int, end: int) -> Voice | None:
        """It or they: who spoke last when that is no person, else the body or state that is the subject of before."""
        entities = self._view.doc._.entities
        voice = self._memory.voice
        if voice is not None and len(voice.speakers) > 1:
            return Voice(start, end, list(voice.speakers))
        last = self._reference.latest(start, frozenset({"Organization", "State"}), 2)
        if last is not None:
            return Voice(start, end, [last.entity])
        if voice is not None and voice.speakers[0] in entities and entities[voice.speakers[0]].type != "Person":
            return Voice(start, end, list(voice.speakers))
        return None

    def _inverted(self, cue: Cue, start: int, end: int) -> Voice | None:
        """"…," said X: what was said is before the cue and the name behind it."""
        masked = self._masked.text
        if cue.word.frame.startswith("person"):
            return None
        lead = masked[start : cue.start].rstrip()
        before = self._masked.text[max(start, cue.start - 2) : cue.start].rstrip()
        quote_before = any(q.end == start + len(lead) for q in self._quotes.values())
        if not (before.endswith(",") or quote_before):
            return None
        match = self._words.inverted.match(masked, cue.end, end)
        if match is None:
            return None
        who = self._masked.at[match.start("who")]
        between = masked[cue.end : match.start("who")]
        if self._words.find(masked, cue.end, match.start("who")) or "," in between:
            return None
        if self._words.not_inverted.search(between) or not self._words.inverted_end.match(masked, who.end):
            return None
        voice = self._joint(cue.end, who, who.end)
        return Voice(voice.start, who.end, voice.speakers, (who.start, who.end))

    def _sentence_subject(self, start: int, end: int) -> Voice | None:
        """The first actor of the sentence in the position of a subject."""
        for mention in within(self._mentions, start, end):
            shown = self._masked.at.get(mention.start)
            if shown is mention and mention.type in ACTOR_TYPES and self._reference.is_subject(mention):
                return self._joint(start, mention, mention.end)
        return None

    def _next_subject(self, cue: Cue, end: int) -> Voice | None:
        """Announcing the withdrawal, X called …: the first actor behind a comma."""
        comma = self._masked.text.find(", ", cue.end, end)
        return self._sentence_subject(comma + 1, end) if comma > 0 else None

    # --- what was said

    def _content(self, cue: Cue, voice: Voice, way: str, start: int, limit: int) -> list[tuple[int, int]]:
        """The stretches that were said: before the attribution, behind it, or at both sides of it."""
        masked = self._masked.text
        after = cue.end if way != "inverted" else voice.end
        tail = self._skip(after, limit, cue, way)
        lead_end = self._lead_end(voice, cue, way)
        has_lead = lead_end is not None and lead_end - start >= _LEAST
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
        return self._parted(*found) if found and cue.word.frame in {"clause", "clause_to", "that", "person_clause"} else [found] if found else []

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
            if any(q.end == position + 1 for q in self._quotes.values() if q.end > floor):
                return position + 1 if self._phrase(text[position + 1 : at]) else None
            if text[position] in ";:":
                return None
        return None

    def _phrase(self, text: str) -> bool:
        """Words that can stand before a name as a title."""
        return len(text) < 70 and not self._words.find(text, 0, len(text)) and text.count(" ") <= 9

    @staticmethod
    def _is_closed(rest: str) -> bool:
        return not rest.strip(" .;!?\"”") or rest.lstrip().startswith(",")

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
        inside = [q for q in self._quotes.values() if cue.end <= q.start and q.end <= limit + 1]
        if inside and (len(inside) == 1 or strict) and inside[0].start - cue.end < 70:
            as_whole = self._masked.text[cue.end : inside[0].start].count(" ") > 7
            if not as_whole:
                return self._cleaned(inside[0].inner_start, inside[0].inner_end)
        return None if strict else self._cleaned(cue.end, limit)

    def _clause(self, cue: Cue, at: int, limit: int) -> tuple[int, int] | None:
        masked, words = self._masked.text, self._words
        that = words.that.match(masked, at, limit)
        if cue.word.frame == "that" and not (that and that[0].strip(" ,")) and at not in self._quotes and at + 1 not in self._quotes:
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
                apposed = self._words.accorded_apposed.match(masked, stop - 1) if match["stop"] == "," else None
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
                    content = next(((q.inner_start, q.inner_end) for q in self._quotes.values() if content[0] <= q.start < content[1]), content)
                voice = Voice(who.start, who.end, [who.entity], (who.start, who.end))
                cue = Cue(match.start(), match.start("who"), "", PLAIN)
                yield from self._statements(cue, voice, content, start, end)

    def _statements(self, cue: Cue, voice: Voice, content: tuple[int, int], start: int, end: int) -> list[Statement]:
        begin, stop = content
        date = self._date(begin, stop, start, end, cue)
        place = self._place(begin, stop, start, end, cue)
        carried = self._memory.voice
        if carried is not None and set(carried.speakers) & set(voice.speakers):
            date, place = date or self._memory.date, place or self._memory.place
        self._memory = Memory(voice, date, place, self._memory.paragraph)
        act = self._words.act(cue.word, self._inner.text[begin:stop])
        quoted = any(q.start <= begin and stop <= q.end for q in self._quotes.values())
        at = voice.at or (None, None)
        folded = self._view.folded
        cue_end = cue.start + len(folded[cue.start : cue.end].rstrip())
        return [
            Statement(begin, stop, speaker, act, at[0], at[1], cue.start, cue_end, quoted, date, place, self._about(begin, stop, speaker))
            for speaker in voice.speakers
        ]

    def _date(self, begin: int, stop: int, start: int, end: int, cue: Cue) -> str | None:
        """A date of the sentence outside of what was said: before it, or behind an attribution that follows it."""
        here = [d for d in self._outside(self._dates, begin, stop, start, end, cue) if d.relation in {"on", "since"}]
        near = min(here, key=lambda d: abs(d.start - cue.start), default=None)
        return near.value if near is not None else None

    def _outside(
        self, spans: Sequence[S], begin: int, stop: int, start: int, end: int, cue: Cue
    ) -> list[S]:
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


class SpacedStatements:
    """Pipeline component ``kg_statements`` for a language with spaces."""

    def __init__(self, cues: CueWords, references: ReferenceWords, marks: Marks) -> None:
        self._cues, self._references, self._marks = cues, references, marks

    def __call__(self, doc: Doc) -> Doc:
        found: list[Statement] = []
        if len(doc):
            view = View.of(doc)
            quoted = bytearray(int(d == QUOTED) for d in self._marks.read(view.folded).depth)
            reference = Reference(view, self._references, quoted, doc._.anaphors)
            found = SpeechReader(view, self._cues, reference, self._marks).read()
        doc._.statements = tuple(found)
        doc.spans["statements"] = [span_of(doc, s.start, s.end, s.act, s.speaker or "") for s in found]
        return doc
