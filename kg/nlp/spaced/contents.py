"""What was said, in a language with spaces: the stretch before an attribution, behind it, or at both sides of it."""

from __future__ import annotations

from bisect import bisect_left

from kg.nlp.document import View
from kg.nlp.quotes import Quote
from kg.nlp.spaced.cuewords import Cue, CueWords
from kg.nlp.spaced.mask import Masked
from kg.nlp.spaced.speakers import Voice

_SHORT = 3
"""Blanks in a part that is no statement by itself beside another part."""
_LEADING = frozenset({"clause", "clause_to", "that", "person_clause", "person_to"})
"""Frames of cues that can stand behind what was said."""
_SINGLE = "'\u2019"
"""Single marks that can close a quotation behind its comma."""
_CLOSING = (", ", " - ", " – ", " — ", ";")
"""What ends a clause that describes a name."""
_CLOSE = 5
"""Characters between a cue and the quotation that alone is its content."""
LEAST = 3
"""Characters of the shortest content."""


class Contents:
    """Finds the contents of the cues of one Doc."""

    def __init__(self, view: View, words: CueWords, masked: Masked, quotes: dict[int, Quote]) -> None:
        """``quotes``: the quotations by their begin; ``masked``: the text with them as marks."""
        self._view, self._words, self._masked, self._quotes = view, words, masked, quotes
        self._starts = sorted(quotes)
        self._quote_ends = {quote.end for quote in quotes.values()}

    def quoted(self, start: int, end: int) -> list[Quote]:
        """The quotations between two offsets."""
        here = self._starts[bisect_left(self._starts, start) : bisect_left(self._starts, end)]
        return [quote for at in here if (quote := self._quotes[at]).end <= end]

    def of(self, cue: Cue, voice: Voice, way: str, start: int, limit: int) -> list[tuple[int, int]]:
        """The stretches that were said: before the attribution, behind it, or at both sides of it."""
        masked = self._masked.text
        if way == "relative":  # Iran, which says X, …
            limit = min((at for mark in _CLOSING if (at := masked.find(mark, cue.end, limit)) >= 0), default=limit)
        after = cue.end if way != "inverted" else voice.end
        tail = self.skip(after, limit, cue, way)
        lead_end = self.lead_end(voice, cue, way)
        leads = way == "before" and cue.word.frame in _LEADING and lead_end is not None and lead_end - start >= LEAST
        if way == "inverted" or (leads and self._trails(cue, start, lead_end or start, tail, limit)):
            begin = max(start, *(masked.rfind(mark, start, lead_end) + 1 for mark in ":;"))
            spoken = begin in self._quotes
            far = way == "inverted" or not self.is_closed(masked[tail:limit])
            left, right = (begin, lead_end or begin), self._right_part(tail, limit, far=far)
            if right is None:
                parts = [left]
            elif spoken:
                opened = self.trimmed(*right)[0] in self._quotes
                short = self._view.folded[begin : left[1]].count(" ") < _SHORT
                parts = [*([] if short and opened else [left]), *([right] if opened else [])]
            else:
                led = self._words.dependent.match(masked, self.trimmed(*right)[0])
                parts = [right] if led is None and self._view.folded[slice(*right)].count(" ") >= _SHORT else [left]
            return [part for one in parts if (part := self.cleaned(*one)) is not None]
        found = self._behind(cue, tail, limit)
        return (
            self._parted(*found)
            if found and cue.word.frame in {"clause", "clause_to", "that", "person_clause"}
            else [found]
            if found
            else []
        )

    def is_order(self, cue: Cue, begin: int) -> bool:
        """Told X to do what begins here."""
        to = self._words.to.match(self._masked.text, cue.end) if cue.word.frame == "person_clause" else None
        return to is not None and to.end() == begin

    def _parted(self, begin: int, end: int) -> list[tuple[int, int]]:
        """That A, and that B: two statements."""
        parts: list[tuple[int, int]] = []
        for match in self._words.second.finditer(self._masked.text, begin, end):
            parts.append((begin, match.start()))
            begin = match.end()
        return [part for one in [*parts, (begin, end)] if (part := self.cleaned(*one, clause=True)) is not None]

    def lead_end(self, voice: Voice, cue: Cue, way: str) -> int | None:
        """Where what stands before the attribution ends: at a comma or a quotation right before the noun phrase."""
        text = self._masked.text
        at = cue.start if way == "inverted" else voice.start
        floor = max(0, at - 90)
        for position in range(at - 1, floor, -1):
            if text[position] == "," and text[position + 1] == " ":
                return position if self._phrase(text[position + 1 : at]) else None
            if text[position] in _SINGLE and text[position - 1] in ",?!" and text[position + 1] == " ":
                return position - 1 if self._phrase(text[position + 1 : at]) else None
            if position + 1 in self._quote_ends:
                return position + 1 if self._phrase(text[position + 1 : at]) else None
            if text[position] in ";:":
                return None
        return None

    def _phrase(self, text: str) -> bool:
        """Words that can stand before a name as a title."""
        if self._words.related.match(text):
            return False  # the deal, which X announced
        return len(text) < 70 and not self._words.find(text, 0, len(text)) and text.count(" ") <= 9

    def _trails(self, cue: Cue, start: int, lead_end: int, tail: int, limit: int) -> bool:
        """The attribution follows what was said: nothing is behind it, or only to whom, when and where it was said."""
        masked, words = self._masked.text, self._words
        if self.is_closed(masked[tail:limit]):
            return True
        if start in self._quotes and lead_end <= self._quotes[start].end + 1:
            return not words.clause_that.match(masked, cue.end, limit)
        return not words.lead_setting.fullmatch(masked, start, lead_end) and self._has_no_clause(cue.end, limit)

    def _has_no_clause(self, at: int, limit: int) -> bool:
        return self._words.phrase_tail.fullmatch(self._masked.text, at, limit) is not None

    def is_closed(self, rest: str) -> bool:
        rest = self._words.remark.sub("", rest)
        return not rest.strip(' .;!?"”') or rest.lstrip().startswith(",")

    def skip(self, at: int, limit: int, cue: Cue, way: str) -> int:
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

    def _right_part(self, at: int, limit: int, *, far: bool) -> tuple[int, int] | None:
        """What goes on behind an attribution in the middle: Iran, he said, had committed itself.

        ``far``: words stand between the attribution and a quotation that goes on.
        """
        masked = self._masked.text
        if far:
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
        if frame in {"object", "for"}:
            other = words.also_did.search(masked, cue.end, limit)
            limit = other.start() if other else limit
        that = words.far_that.match(masked, at, limit) if frame == "person_clause" else None
        if that is not None and "," not in that[0]:
            return self.cleaned(that.end(), limit)
        if frame == "person_to" or frame == "person_clause":
            to = words.to.match(masked, cue.end, limit)
            if to is not None and (frame == "person_clause" or cue.word.act == "demand"):
                return self.cleaned(to.end(), limit)
            if frame == "person_to":
                return self.cleaned(cue.end, limit) if to is not None or cue.word.act != "demand" else None
        if frame == "ask":
            return self.cleaned(cue.end, limit) if words.to.match(masked, cue.end, limit) else None
        if frame in {"of", "for"}:
            of = words.of.match(masked, cue.end, limit)
            if of is not None and frame == "of":
                return self.cleaned(of.end(), limit)
            if of is not None and self._masked.to.get(of.end() - 5) is not None:
                return self.cleaned(of.end(), limit)
            return self.cleaned(cue.end, limit) if frame == "for" else None
        if frame in {"as", "voice"}:
            return self._called(cue, limit, strict=frame == "voice")
        if frame == "object":
            that = words.that.match(masked, cue.end, limit)
            return self.cleaned(that.end() if that else cue.end, limit)
        return self._clause(cue, at, limit)

    def _called(self, cue: Cue, limit: int, *, strict: bool) -> tuple[int, int] | None:
        """Called the deal "…": the quotation when it ends the clause, else all that follows."""
        inside = self.quoted(cue.end, limit + 1)
        close = bool(inside) and inside[0].start - cue.end <= _CLOSE  # what it called the "…"
        if inside and (len(inside) == 1 or strict or close) and inside[0].start - cue.end < 70:
            as_whole = self._masked.text[cue.end : inside[0].start].count(" ") > 7
            if not as_whole:
                return self.cleaned(inside[0].inner_start, inside[0].inner_end)
        feeling = self._words.feeling.match(self._masked.text, cue.end, limit) if strict else None
        if feeling is not None:
            return self.cleaned(feeling.end(), limit)
        return None if strict else self.cleaned(cue.end, limit)

    def _clause(self, cue: Cue, at: int, limit: int) -> tuple[int, int] | None:
        masked, words = self._masked.text, self._words
        that = words.that.match(masked, at, limit)
        if (
            cue.word.frame == "that"
            and not (that and that[0].strip(" ,"))
            and not words.bare_clause.match(masked, at, limit)
            and not {at, at + 1, that.end() if that else at} & self._quotes.keys()
        ):
            return None
        begin = that.end() if that else at
        if words.verb_first.match(masked, begin, limit):  # a shield, which X says is aimed at Y, and …
            limit = min(limit, *(at for mark in ",;" if (at := masked.find(mark, begin, limit)) >= 0), limit)
        if that is None or not that[0].strip(" ,:"):
            far = words.far_that.match(masked, at, limit)
            head = masked[at : far.end()] if far else ""
            own = cue.word.frame == "clause_to"
            if far is not None and not own and "," not in head and words.setting_head.match(head):
                begin = far.end()
            elif cue.word.act in {"announce", "propose", "demand", "confirm"}:
                if not self._opens(begin, limit):
                    return None
                ended = words.noun_end.search(masked, begin, limit) if words.noun_head.match(masked, begin) else None
                limit = ended.start() if ended else limit
            against = words.against.match(masked, cue.end) if cue.word.act == "warn" else None
            begin = against.end() if against else begin
        return self.cleaned(begin, limit, clause=that is not None and bool(that[0].strip(" ,:")))

    def _opens(self, begin: int, limit: int) -> bool:
        """A clause or a quotation begins here, not only a noun phrase."""
        if begin in self._quotes:
            return True
        text = self._masked.text[begin:limit]
        return self._words.clause_head.match(text) is not None

    def cleaned(self, begin: int, end: int, *, clause: bool = False) -> tuple[int, int] | None:
        """Without what is around it; None when nobody says that. ``clause``: a conjunction opens it."""
        begin, end = self.trimmed(begin, end)
        quote = self._quotes.get(begin)
        if quote is not None and self._words.new_deed.match(self._masked.text, quote.end, end):
            end = quote.end
        if quote is not None and quote.end >= end - 1:
            begin, end = self.trimmed(quote.inner_start, quote.inner_end)
        if end - begin < LEAST or self._words.not_content.match(self._view.folded[begin:end]):
            return None
        if not clause and self._words.begins_with_cue(self._masked.text, begin, end):
            return None  # X, testifying on Monday, said …
        return begin, end

    def trimmed(self, begin: int, end: int) -> tuple[int, int]:
        folded = self._view.folded
        while begin < end and folded[begin] in " ,:;-\n":
            begin += 1
        while end > begin and folded[end - 1] in " ,:;.\n":
            end -= 1
        return begin, end
