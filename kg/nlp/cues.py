"""Cues: the verbs that attribute a content to a speaker, found by the table ``cues`` and freed from other uses."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any, cast

from kg.model import Act
from kg.nlp.document import View
from kg.nlp.scanning import Ender

_BEFORE = 32
"""How far before a cue the words are read that refuse it."""


@dataclass(frozen=True, slots=True)
class Word:
    """An entry of the table; its comments say what each field means."""

    act: Act
    complement: str
    weak: bool = False
    noun: bool = False
    neutral: bool = False
    relay: bool = False
    of: bool = False
    inner: bool = False
    opens: bool = False
    paper: bool = False
    impersonal: bool = False


@dataclass(frozen=True, slots=True)
class Cue:
    """A cue in the text."""

    start: int
    end: int
    text: str
    word: Word


class CueFinder:
    """Finds cues in one pass over the folded text."""

    def __init__(self, table: dict[str, Any], opening: str) -> None:
        """``opening``: every mark that opens a quotation."""
        self._opens = re.compile(f"[,:]?\\s*[{re.escape(opening)}]|:")
        self._clause_ends = re.compile(f"[;。!?、)](?!\\s*[{re.escape(opening)}])|\\s*$")
        self._words: dict[str, Word] = {}
        for row in table["cue"]:
            flags = {
                name: bool(row.get(name))
                for name in ("weak", "noun", "neutral", "relay", "of", "inner", "opens", "paper", "impersonal")
            }
            word = Word(cast(Act, row["act"]), row["complement"], **flags)
            self._words.update(dict.fromkeys(row["words"], word))
        longest = sorted(self._words, key=lambda text: (-len(text), text))
        # nothing but words at its beginning: re then steps from one of their first characters to the next
        self._pattern = re.compile(f"({'|'.join(map(re.escape, longest))}){table['suffix']}?")
        refuse = table["not"]
        before = "|".join(sorted(refuse["before"], key=lambda text: (-len(text), text)))
        self._before = Ender(f"(?:{before})(?:{refuse['between']}){{0,2}}")
        self._of = re.compile(refuse["of"])
        self._after = re.compile(refuse["after"])
        self._noun_before = Ender(refuse["noun_before"])
        self._attributive: str = refuse["attributive"]
        self._attributive_acts = frozenset(refuse["attributive_acts"])
        self._beside = {
            text: (re.compile(f"(?:{row['before']})$".replace("{asker}", refuse["asker"])), re.compile(row["after"]))
            for text, row in refuse["word"].items()
        }
        self._prefix = set(table["prefix"])

    def find(self, view: View, depth: bytearray) -> list[Cue]:
        """The cues outside of quotations and parentheses, in text order."""
        found: list[Cue] = []
        match = self._pattern.search(view.folded)
        while match:
            text = match[1]
            word = self._words[text]
            if match.end() - match.start() > len(
                text
            ):  # 分析说, 受访时表示: a verb of saying whatever the first part is
                complement = "clause" if word.complement == "quote" else word.complement
                word = replace(word, complement=complement, noun=word.noun and not word.opens)
            cue = Cue(match.start(), match.end(), text, word)
            accepted = not depth[cue.start] and self._is_cue(cue, view)
            if accepted:
                found.append(cue)
            # a refused noun may end in a cue of its own: 的报告称
            match = self._pattern.search(view.folded, cue.end if accepted else cue.start + 1)
        return found

    def opens(self, cue: Cue, folded: str) -> bool:
        """A comma, a colon or a quotation follows the cue: what was said begins there."""
        return folded.startswith(",", cue.end) or bool(self._opens.match(folded, cue.end))

    def words_in(self, text: str) -> list[Word]:
        """The entries whose words stand in a piece of folded text."""
        return [self._words[match[1]] for match in self._pattern.finditer(text)]

    def _is_cue(self, cue: Cue, view: View) -> bool:
        folded = view.folded
        before = folded[max(0, cue.start - _BEFORE) : cue.start]
        if cue.word.of:
            return bool(self._of.search(before))
        if not self._stands(cue, view) or self._after.match(folded, cue.end) or self._before.search(before):
            return False
        opens = bool(self._opens.match(folded, cue.end))
        if cue.word.opens and not self.opens(cue, folded) and cue.end - cue.start == len(cue.text):
            return False
        if cue.word.noun and not opens and (self._noun_before.search(before) or self._in_compound(cue, view)):
            return False
        if cue.word.paper and cue.end - cue.start == len(cue.text) and self._is_subject(cue, view):
            return False
        if cue.word.noun and cue.word.complement == "order" and self._clause_ends.match(folded, cue.end):
            return False
        if cue.word.act in self._attributive_acts and self._describes(cue, view):
            return False
        return not self._is_another(cue, before, view)

    def _stands(self, cue: Cue, view: View) -> bool:
        """A word begins or ends with it; a single character is one, or stands behind a prefix only."""
        if len(cue.text) > 1:
            return view.is_edge(cue.start) or view.is_edge(cue.end)
        token = view.token_at(cue.start)
        start, end = view.starts[token], view.ends[token]
        return end <= cue.end and (start == cue.start or set(view.folded[start : cue.start]) <= self._prefix)

    def _in_compound(self, cue: Cue, view: View) -> bool:
        """研究报告共同执笔人: the end of a longer noun that speaks of nothing."""
        token = view.token_at(cue.start)
        longer = view.starts[token] < cue.start and view.ends[token] == cue.end == cue.start + len(cue.text)
        return longer and view.tags[token] == "n" and not self.opens(cue, view.folded)

    def _is_subject(self, cue: Cue, view: View) -> bool:
        """报告列出…: the noun does something; as a verb it has an object, 报告进展."""
        token = view.token_at(cue.end)
        return token < len(view.tags) and view.starts[token] == cue.end and view.tags[token] in {"v", "p"}

    def _describes(self, cue: Cue, view: View) -> bool:
        """宣布退出的条约, 希望提前获释的囚犯: the cue is in a description of a noun."""
        token = view.token_at(cue.end)
        if view.starts[token] != cue.end:
            return False
        while token + 1 < len(view.tags) and view.tags[token] in {"d", "ad", "vd"}:
            token += 1
        return view.tags[token] in {"v", "vn"} and view.folded.startswith(self._attributive, view.ends[token])

    def _is_another(self, cue: Cue, before: str, view: View) -> bool:
        """学问, 在报告中: beside these the word is another one, or no verb."""
        refuse_before, refuse_after = self._beside.get(cue.text, (None, None))
        if refuse_before and refuse_before.search(before):
            return True
        return refuse_after is not None and refuse_after.match(view.folded, cue.start + len(cue.text)) is not None
