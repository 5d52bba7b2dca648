"""What was said: where the content of a statement ends, and which act it is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, cast

from kg.model import Act, Mention
from kg.nlp.cues import Cue, Word
from kg.nlp.quotes import Quote

_LEADING = re.compile(r"[\s,:;、—…]+")
_TRAILING = re.compile(r"[\s,:;、。!—]+$")
_OPENS = frozenset({",", ":"})
"""Behind a cue: a whole speech follows, whatever the cue usually takes."""
_OF_ANOTHER = frozenset({"State", "Organization", "Person"})
#: Complements after which a semicolon always ends what was said.
_AIMED = frozenset({"object", "order"})
_SAID = Word("say", "clause", neutral=True)
_DESCRIBED = 8
_SHORTEST = 3
_SHORTEST_QUOTED = 2
_WHOLE = 14
"""A quotation as long as this, with a comma behind it, is all that was said in these words."""
_GLOSS = 4
"""How many blanks, at least, a translation in brackets has."""
_SENTENCE = 6
"""A shorter quotation is a part of the sentence before it."""


class Contents:
    """The tables for contents, compiled once."""

    def __init__(self, table: dict[str, Any], opening: str, closing: str, titles: str) -> None:
        """``opening`` and ``closing``: every mark that opens or closes a quotation; ``titles``: those of titles."""
        self._title_marks = frozenset(titles)
        marks = re.escape(opening)
        self._stop_quoted = re.compile(f"(?<=[{re.escape(closing)}])(?:,(?:{table['stop']['quoted']})|[\u2014\u2015]+)")
        self._hearer = re.compile(f"[{marks}][^{re.escape(closing)},]{{1,12}}[{re.escape(closing)}](?=[(,:])")
        self._colon_or_quote = re.compile(f",?[:{marks}]")
        self._comma_or_quote = re.compile(f"[,:{marks}]")
        self._rows = [(row["act"], re.compile(row["pattern"]), bool(row.get("other"))) for row in table["content"]]
        self._negation = re.compile(table["negation"]["pattern"])
        self._stop = re.compile(f"[,;]\\s*(?:{table['stop']['any']})")
        self._stop_aimed = re.compile(f"[,;]\\s*(?:{table['stop']['any']}|{table['stop']['aimed']})")
        self._after_cue = re.compile(table["after_cue"])
        self._naming = re.compile(f"(?:{table['naming']})$")
        self._contrast = re.compile(f"[\\s,]*(?:{table['stop']['any']}|{table['stop']['aimed']})")
        self._named = re.compile(table["named"])
        self._named_by = re.compile(table["named_by"])
        self._first_person = re.compile(table["first_person"])
        self._headed = re.compile(table["headed"])
        self._continues = re.compile(table["continues"])
        self._moves_on = re.compile(table["moves_on"])
        self._own = re.compile(table["own"])
        self.attitude = re.compile(table["attitude"])
        self.trailing = re.compile(f"(?:{table['trailing']})$")
        self.describing = re.compile(f"(?:{table['describing']})$")
        self._gloss = re.compile(rf"\(\s*[{marks}\"]?[A-Za-z][^()]*[A-Za-z.][^()]*\)$")
        self._span_of_time = re.compile(f"(?:{table['span_of_time']})$")
        self._subordinate = re.compile(f"(?:{table['subordinate']})$")

    def begin(self, folded: str, cue: Cue, end: int) -> int:
        """Where the content of a cue begins; ``end`` where there is none."""
        at = cue.end
        if cue.word.complement == "tell":
            hearer = self._hearer.match(folded, at, end)
            at = hearer.end() if hearer else at
            match = self._comma_or_quote.search(folded, at, min(end, at + 30))
            if not match:
                return end
            at = match.start()
        elif cue.word.complement == "quote":
            match = self._colon_or_quote.match(folded, at, end)
            if not match:
                return end
        else:
            match = self._after_cue.match(folded, at, end)
            at = match.end() if match else at
        leading = _LEADING.match(folded, at, end)
        return leading.end() if leading else at

    def end(self, folded: str, cue: Cue | None, start: int, end: int, depth: bytearray) -> int:
        """Where a content that could reach to ``end`` stops, because the article itself goes on."""
        aimed = cue is not None and self.is_aimed(cue) and folded[cue.end : cue.end + 1] not in _OPENS
        pattern = self._stop_aimed if aimed else self._stop
        stops = [
            self._first(pattern, folded, start, end, depth),
            self._first(self._stop_quoted, folded, start, end, depth),
        ]
        return min(stops)

    @staticmethod
    def is_aimed(cue: Cue) -> bool:
        """The cue takes whom or what it is aimed at, and not a whole speech."""
        return cue.word.complement in _AIMED

    def is_own(self, folded: str, start: int, end: int) -> bool:
        """The words between two offsets are the speaker himself: 我们强烈."""
        return self._own.fullmatch(folded, start, end) is not None

    def untitled(self, folded: str, start: int, end: int) -> tuple[int, int]:
        """The span without the marks of a title around it."""
        while start < end and folded[start] in self._title_marks:
            start += 1
        while end > start and folded[end - 1] in self._title_marks:
            end -= 1
        return start, end

    def goes_on(self, folded: str, start: int, end: int) -> bool:
        """A paragraph of a record goes on with the words of the one who spoke before."""
        return self._first_person.match(folded, start, end) is not None

    def named(self, folded: str, start: int, end: int) -> tuple[int, int] | None:
        """The clause between two offsets when it is the name of what was said and no more; else None."""
        start = self._led(folded, start, end)
        return (start, end) if start < end and self._named.fullmatch(folded, start, end) else None

    def named_before(self, folded: str, start: int, end: int) -> tuple[int, int] | None:
        """The same, before the one by whom it is denied, at ``end``."""
        by = self._named_by.search(folded, start, end)
        return self.named(folded, start, by.start()) if by else None

    @staticmethod
    def _first(pattern: re.Pattern[str], folded: str, start: int, end: int, depth: bytearray) -> int:
        """Where the first match outside of quotations begins; ``end`` when there is none."""
        return next((m.start() for m in pattern.finditer(folded, start, end) if not depth[m.start()]), end)

    def trimmed(
        self, folded: str, start: int, end: int, quotes: Sequence[Quote], colon: bool, describing: bool
    ) -> tuple[int, int, bool] | None:
        """(start, end, quoted) without enclosing marks and loose punctuation; None where nothing is left.

        ``colon``: a colon stands before it, so that a quotation is all of the content. ``describing``: the cue
        is one like 形容, after which a few words say what is described.
        """
        start = self._led(folded, start, end)
        if folded.startswith(",", start - 1) and self._moves_on.match(folded, start, end):
            return None
        headed = self._headed.match(folded, start, end)
        start = self._led(folded, headed.end(), end) if headed else start
        end = self._unglossed(folded, start, self._tailed(folded, start, end))
        quoted = False
        first = next((q for q in quotes if q.start >= start and q.end <= end + 1), None)
        described = bool(first and describing and first.start - start <= _DESCRIBED and first.end >= end)
        if first and (first.start == start or described or self._naming.match(folded, start, first.start)):
            rest = folded[first.end : end].strip(" ,")
            whole = first.inner_end - first.inner_start >= _WHOLE and folded.startswith(",", first.end)
            whole = whole and not self._continues.match(folded, first.end, end)
            contrast = bool(self._contrast.match(folded, first.end, end))
            last = first.start == start and (colon or not rest or whole or contrast)
            only_quotes = self._only_quotes(folded, quotes, first, end) if first.start == start else None
            if only_quotes:
                start, end, quoted = first.inner_start, only_quotes.inner_end, True
                start, end = self._led(folded, start, end), self._tailed(folded, start, end)
            elif last or (first.end >= end and first.start > start):
                start, end, quoted = first.inner_start, first.inner_end, True
                start, end = self._led(folded, start, end), self._tailed(folded, start, end)
        if not quoted:
            match = self._subordinate.search(folded, start, end)
            end = match.start() if match else end
            if match and self._span_of_time.search(folded, start, end):
                return None
        return (start, end, quoted) if end - start >= (_SHORTEST_QUOTED if quoted else _SHORTEST) else None

    def _unglossed(self, folded: str, start: int, end: int) -> int:
        """The end without the same words in another language in brackets; a name alone is no gloss."""
        gloss = self._gloss.search(folded, start, end)
        is_gloss = gloss is not None and gloss[0].count(" ") >= _GLOSS and gloss.start() > start
        return self._tailed(folded, start, gloss.start()) if gloss and is_gloss else end

    @staticmethod
    def _only_quotes(folded: str, quotes: Sequence[Quote], first: Quote, end: int) -> Quote | None:
        """The last of several quotations with nothing but commas between them: 「…」,「…」"""
        last = first
        for quote in quotes:
            if quote.start >= first.end and quote.end <= end + 1 and not folded[last.end : quote.start].strip(" ,、"):
                last = quote
        return last if last is not first and not any(c.isalnum() for c in folded[last.end : end]) else None

    @staticmethod
    def split(folded: str, span: tuple[int, int, bool], quotes: Sequence[Quote]) -> list[tuple[int, int]]:
        """The contents of a span: each of several quoted sentences with only commas between them is one of its own."""
        inside = [q for q in quotes if q.inner_start >= span[0] and q.inner_end <= span[1]]
        alone = span[2] and len(inside) > 1 and inside[0].inner_start == span[0] and inside[-1].inner_end == span[1]
        if not alone or any(q.inner_end - q.inner_start < _SENTENCE for q in inside):
            return [(span[0], span[1])]
        if any(folded[a.end : b.start].strip(" ,、") for a, b in pairwise(inside)):
            return [(span[0], span[1])]
        return [(q.inner_start, Contents._tailed(folded, q.inner_start, q.inner_end)) for q in inside]

    @staticmethod
    def _led(folded: str, start: int, end: int) -> int:
        match = _LEADING.match(folded, start, end)
        return match.end() if match else start

    @staticmethod
    def _tailed(folded: str, start: int, end: int) -> int:
        match = _TRAILING.search(folded, start, end)
        return match.start() if match else end

    def act(self, cue: Cue | None, content: str, actors: Sequence[Mention], speaker: str | None) -> Act:
        """The act of a statement: the cue's own, or for a neutral cue what the content plainly is."""
        word = cue.word if cue else _SAID
        if not word.neutral:
            return word.act
        if word.act == "deny":
            return "deny" if self._negation.search(content) else "say"
        if word.act == "claim" and self._negation.search(content[:12]):
            return "deny"
        for act, pattern, other in self._rows:
            if pattern.search(content):
                about_another = any(m.type in _OF_ANOTHER and m.entity != speaker for m in actors)
                if not other or about_another:
                    return cast(Act, act)
        return word.act
