"""The table ``cues`` of a language with spaces, compiled: the words that report, and the patterns around them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from kg.model import Act
from kg.nlp.spaced.mask import Texts, expand


@dataclass(frozen=True, slots=True)
class CueWord:
    """One entry: the act it is, what follows it, and whether what was said decides about the act."""

    act: Act
    frame: str
    neutral: bool


@dataclass(frozen=True, slots=True)
class Cue:
    """A cue in the text."""

    start: int
    end: int
    text: str
    word: CueWord


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(expand(pattern))


#: What is said without a verb of its own: according to, a quotation by itself.
PLAIN = CueWord("say", "clause", True)


class CueWords:
    """All patterns of the table; each is expanded (see :mod:`kg.nlp.spaced.mask`)."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        self._words: dict[str, CueWord] = {}
        for row in table["cue"]:
            word = CueWord(cast(Act, row["act"]), row["frame"], bool(row["neutral"]))
            for form in row["forms"]:
                self._words.setdefault(form, word)
        every = "|".join(sorted(map(re.escape, self._words), key=lambda w: (-len(w), w)))
        self._cue = re.compile(rf"(?<![\w-])(?:{every})(?![\w-])")
        section = table.get("words", {})
        words = Texts(section)
        self._ambiguous = frozenset(section.get("ambiguous", ()))
        self._ing: str = section.get("ing", "\n")

        self._who_speaks(words)
        self._what_is_said(words)
        self._accorded(table)

    def _who_speaks(self, words: Texts) -> None:
        """The patterns around a cue that say whether it is one, and who speaks."""
        name = "(?P<who>{A})"
        self.pre = _compiled(f"(?:{words['pre']})*\\s?$")
        self.not_cue = _compiled(words["not_cue"])
        self.negated = _compiled(words["negated"])
        self.not_negated = _compiled(words["not_negated"])
        self.noun_before = _compiled(words["noun_before"])
        self.going_on = _compiled(words["going_on"])
        self.joined = _compiled(words["joined"])
        self.joint = _compiled(words["joint"])
        self.joint_last = _compiled(words["joint_last"])
        self.hypothetical = _compiled(words["hypothetical"])
        self.inverted_before = _compiled(words["inverted_before"])
        self.not_inverted = _compiled(words["not_inverted"])
        self.inverted_end = _compiled(words["inverted_end"])
        self.affiliated = _compiled(words["affiliated"])
        self.direct = _compiled(rf"{name}(?:\s\([^)]{{1,40}}\))?$")
        self.address = _compiled(f",\\s{words['address']}$")
        self.papers = _compiled(f"{name}{words['papers']}(?:{words['setting']})?$")
        self.officials = _compiled(f"{name}(?P<unnamed>{words['officials']})(?:{words['setting']})?$")
        self.setting = _compiled(f"{name}{words['setting']}$")
        self.relative = _compiled(f"{name}{words['relative']}$")
        self.spokesman_of = _compiled(f"{words['spokesman_of'].rstrip('$')}{name}(?:{words['setting']})?$")
        self.paper_alone = _compiled(words["paper_alone"])
        self.pronoun = _compiled(words["pronoun"])
        self.unnamed = _compiled(words["unnamed"])
        self.inverted = _compiled(f"{words['inverted']}{name}(?={words['inverted_end']})")
        self.inverted_paper = _compiled(words["inverted_paper"])
        self.quoted_as = _compiled(words["quoted_as"])
        self.inner_clause = _compiled(words["inner_clause"])
        self.noun_behind = _compiled(words["noun_behind"])
        self.subordinate = _compiled(words["subordinate"])
        self.verb_behind = _compiled(words["verb_behind"])
        self.aide_of = _compiled(words["aide_of"])
        self.describes = _compiled(words["describes"])
        self.paper_of = _compiled(words["paper_of"])
        self.and_others = _compiled(words["and_others"])
        self.trailing = _compiled(words["trailing"])
        self.quotes_as = _compiled(words["quotes_as"])
        self.placed = _compiled(words["placed"])
        self.plural = _compiled(words["plural"])

    def _what_is_said(self, words: Texts) -> None:
        """The patterns that say where what was said begins and ends."""
        self.setting_head = _compiled(words["setting_head"])
        self.clause_head = _compiled(words["clause_head"])
        self.not_content = _compiled(words["not_content"])
        self.possessed, self.other_clause = _compiled(words["possessed"]), _compiled(words["other_clause"])
        self.place_before = _compiled(words["place_before"])
        self.dependent = _compiled(words["dependent"])
        self.second = _compiled(words["second"])
        self.aimed = _compiled(words["aimed"])
        self.addressee = _compiled(words["addressee"])
        self.aside = _compiled(words["aside"])
        self.dateline = _compiled(words["dateline"])
        self.that = _compiled(words["that"])
        self.far_that = _compiled(words["far_that"])
        self.to = _compiled(words["to"])
        self.of = _compiled(words["of"])
        self.against = _compiled(words["against"])
        self.afterthought = _compiled(words["afterthought"])
        self.cut = _compiled(words["cut"])
        self.new_clause = _compiled(words["new_clause"])
        self.clause_that = _compiled(words["clause_that"])
        self.lead_setting = _compiled(words["lead_setting"])
        self.phrase_tail = _compiled(words["phrase_tail"])
        self.remark = _compiled(words["remark"])
        self.feeling = _compiled(words["feeling"])
        self.new_deed = _compiled(words["new_deed"])
        self.related = _compiled(words["related"])
        self.noun_end = _compiled(words["noun_end"])
        self.also_did = _compiled(words["also_did"])
        self.bare_clause = _compiled(words["bare_clause"])
        self.verb_first = _compiled(words["verb_first"])
        self.noun_head = _compiled(words["noun_head"])

    def _accorded(self, table: Mapping[str, Any]) -> None:
        """According to, in the view of; and the acts that what was said decides about."""
        according = Texts(table.get("according", {}))
        self.according = [_compiled(pattern) for pattern in table.get("according", {}).get("patterns", ())]
        self.accorded_apposed = _compiled(according["apposed"])
        self.put = _compiled(according["put"])
        self.accorded_person = _compiled(according["person"])
        self.not_according = _compiled(according["not"])
        self.accorded_joined = _compiled(according["joined"])
        self._contents = [(cast(Act, row["act"]), _compiled(row["pattern"])) for row in table.get("content", ())]

    def find(self, masked: str, start: int, end: int) -> list[Cue]:
        """The cues of a stretch of masked text: verbs, as far as the words beside them tell."""
        found: list[Cue] = []
        for match in self._cue.finditer(masked, start, end):
            before = masked[max(start, match.start() - 60) : match.start()]
            noun = self.noun_before.search(before) or self.noun_behind.match(masked, match.end())
            if self.not_cue.match(masked, match.start()):
                continue
            if match[0] in self._ambiguous and noun:
                continue
            if self.negated.search(before) and not self.not_negated.search(before):
                continue
            found.append(Cue(match.start(), match.end(), match[0], self._words[match[0]]))
        return found

    def begins_with_cue(self, masked: str, start: int, end: int) -> bool:
        """A stretch that begins with a verb of saying is said by nobody."""
        match = self._cue.match(masked, start, end)
        return match is not None and match[0] not in self._ambiguous and not match[0].split()[0].endswith(self._ing)

    def goes_on(self, cue: Cue, before: str) -> bool:
        """A spelling without a subject of its own: ", adding that"."""
        return cue.text.split()[0].endswith(self._ing) and self.going_on.search(before) is not None

    def is_participle(self, cue: Cue) -> bool:
        return cue.text.split()[0].endswith(self._ing)

    def act(self, word: CueWord, content: str) -> Act:
        """The act of a cue with this content (masked)."""
        if not word.neutral:
            return word.act
        return next((act for act, pattern in self._contents if pattern.search(content)), word.act)
