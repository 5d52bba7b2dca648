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

        def compiled(pattern: str) -> re.Pattern[str]:
            return re.compile(expand(pattern))

        self.pre = compiled(f"(?:{words['pre']})*\\s?$")
        self.negated, self.not_negated = compiled(words["negated"]), compiled(words["not_negated"])
        self.noun_before = compiled(words["noun_before"])
        self.going_on, self.joined = compiled(words["going_on"]), compiled(words["joined"])
        self.joint, self.joint_last = compiled(words["joint"]), compiled(words["joint_last"])
        self.setting_head, self.clause_head = compiled(words["setting_head"]), compiled(words["clause_head"])
        self.not_content, self.place_before = compiled(words["not_content"]), compiled(words["place_before"])
        self.hypothetical = compiled(words["hypothetical"])
        self.dependent = compiled(words["dependent"])
        self.second, self.aimed = compiled(words["second"]), compiled(words["aimed"])
        self.inverted_before = compiled(words["inverted_before"])
        self.not_inverted, self.inverted_end = compiled(words["not_inverted"]), compiled(words["inverted_end"])
        name = "(?P<who>{A})"
        self.affiliated = compiled(words["affiliated"])
        self.direct = compiled(rf"{name}(?:\s\([^)]{{1,40}}\))?$")
        self.address = compiled(f",\\s{words['address']}$")
        self.papers = compiled(f"{name}{words['papers']}(?:{words['setting']})?$")
        self.officials = compiled(f"{name}(?P<unnamed>{words['officials']})(?:{words['setting']})?$")
        self.apposed = compiled(f"{name}(?:{words['possessive']})?{words['apposition']}$")
        self.setting = compiled(f"{name}{words['setting']}$")
        self.relative = compiled(f"{name}{words['relative']}$")
        self.spokesman_of = compiled(f"{words['spokesman_of'].rstrip('$')}{name}(?:{words['setting']})?$")
        self.paper_alone = compiled(words["paper_alone"])
        self.pronoun = compiled(words["pronoun"])
        self.unnamed = compiled(words["unnamed"])
        self.inverted = compiled(f"{words['inverted']}{name}(?={words['inverted_end']})")
        self.inverted_paper = compiled(words["inverted_paper"])
        self.addressee, self.aside = compiled(words["addressee"]), compiled(words["aside"])
        self.quoted_as, self.dateline = compiled(words["quoted_as"]), compiled(words["dateline"])
        self.that, self.far_that = compiled(words["that"]), compiled(words["far_that"])
        self.to, self.of, self.against = compiled(words["to"]), compiled(words["of"]), compiled(words["against"])
        self.afterthought, self.cut = compiled(words["afterthought"]), compiled(words["cut"])
        self.new_clause = compiled(words["new_clause"])
        self.clause_that, self.lead_setting = compiled(words["clause_that"]), compiled(words["lead_setting"])
        self.phrase_tail, self.remark = compiled(words["phrase_tail"]), compiled(words["remark"])
        self.feeling, self.new_deed = compiled(words["feeling"]), compiled(words["new_deed"])
        self.inner_clause, self.noun_behind = compiled(words["inner_clause"]), compiled(words["noun_behind"])
        self.subordinate, self.verb_behind = compiled(words["subordinate"]), compiled(words["verb_behind"])
        self.related, self.noun_end = compiled(words["related"]), compiled(words["noun_end"])
        self.aide_of, self.describes = compiled(words["aide_of"]), compiled(words["describes"])
        self.paper_of = compiled(words["paper_of"])
        self.and_others = compiled(words["and_others"])
        self.also_did = compiled(words["also_did"])
        self.trailing = compiled(words["trailing"])
        self.bare_clause, self.verb_first = compiled(words["bare_clause"]), compiled(words["verb_first"])
        self.quotes_as, self.placed = compiled(words["quotes_as"]), compiled(words["placed"])
        self.plural = compiled(words["plural"])
        self.noun_head = compiled(words["noun_head"])
        according = Texts(table.get("according", {}))
        self.according = [compiled(pattern) for pattern in table.get("according", {}).get("patterns", ())]
        self.accorded_apposed, self.put = compiled(according["apposed"]), compiled(according["put"])
        self.accorded_person = compiled(according["person"])
        self.not_according, self.accorded_joined = compiled(according["not"]), compiled(according["joined"])
        self._contents = [(cast(Act, row["act"]), compiled(row["pattern"])) for row in table.get("content", ())]

    def find(self, masked: str, start: int, end: int) -> list[Cue]:
        """The cues of a stretch of masked text: verbs, as far as the words beside them tell."""
        found: list[Cue] = []
        for match in self._cue.finditer(masked, start, end):
            before = masked[max(start, match.start() - 60) : match.start()]
            noun = self.noun_before.search(before) or self.noun_behind.match(masked, match.end())
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
