"""Questions and answers as a record has them: 问:… 答:…, and who it is that answers."""

from __future__ import annotations

from functools import cached_property

from kg.model import Mention
from kg.nlp.attribution import Patterns, Speaker, Subject
from kg.nlp.attributions import RECORDED, Attribution
from kg.nlp.cues import Cue
from kg.nlp.document import View, within


class Dialogue:
    """Reads one Doc. All offsets are characters."""

    def __init__(self, view: View, patterns: Patterns) -> None:
        self._view = view
        self._p = patterns

    def question(self, start: int, end: int) -> int:
        """Where a question begins in a paragraph that is marked as one (追问:…); 0 in another paragraph."""
        match = self._p.question.match(self._view.folded, start, end)
        if match:
            return match.end()
        asker = next((m for m in within(self._view.doc._.mentions, start, end) if m.start == start), None)
        asks = asker and asker.type == "Organization" and self._view.folded.startswith(":", asker.end)
        return asker.end + 1 if asker and asks else 0

    def answer(self, start: int, end: int) -> int:
        """Where an answer begins in a paragraph that is marked as one (答:…); 0 in another paragraph."""
        match = self._p.answer.match(self._view.folded, start, end)
        return match.end() if match else 0

    def answered(self, start: int, answer: int) -> Attribution | None:
        """The attribution of an answer that begins at ``answer``; None when nobody knows who gives it."""
        if not answer or self.host is None:
            return None
        who = Speaker(self.host.entity, self.host.start, self.host.end, self.host.type)
        return Attribution(start, Cue(answer - 1, answer, ":", RECORDED), Subject("named", (who,), start), answer)

    @cached_property
    def host(self) -> Mention | None:
        """Who holds the press conference or gives the interview; None where the article does not say."""
        folded = self._view.folded
        for match in self._p.hosts.finditer(folded):
            begin = self._view.sentence_at(match.start())[0]
            before: list[Mention] = [
                m for m in within(self._view.doc._.mentions, begin, match.start()) if m.type == "Person"
            ]
            if before:
                return before[-1]
        for match in self._p.hosted.finditer(folded):
            behind: list[Mention] = [m for m in within(self._view.doc._.mentions, *match.span()) if m.type == "Person"]
            if behind:
                return behind[0]
        return None
