"""From text to a Doc: folded text, authority candidates, sentences, words cut where names begin and end."""

from __future__ import annotations

import re
from collections.abc import Iterable
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import get_lang_class, registry
from spacy.vocab import Vocab

from kg import authority, lang
from kg.nlp import trained as trained_pipelines
from kg.nlp.document import View, scratch  # which declares the attributes of a Doc
from kg.nlp.folding import fold
from kg.nlp.gazetteer import Candidate
from kg.nlp.lookup import Lookup
from kg.nlp.saving import register

REGISTERED = "kg.Tokenizer.v1"
_COLUMNS: list[int | str] = ["TAG", "POS", "SENT_START"]
_STARTS, _GOES_ON = 1, 2**64 - 1
"""What spaCy writes for a token that begins a sentence, and for one that does not (-1)."""


class Segments(Protocol):
    """What a language's segmenter offers: (start, end, tag) of the words of sentences that begin at ``starts``."""

    def segment(self, sentences: list[str], starts: list[int]) -> list[list[tuple[int, int, str]]]: ...


class SentenceSplitter:
    """Cuts folded text into sentences by the language's table; a closing quote belongs to the sentence it closes."""

    def __init__(self, language: dict[str, Any]) -> None:
        end, soft = re.escape(language["sentence_end"]), re.escape(language["soft_end"])
        close = re.escape(language["close_quotes"] + "\"')")
        after = r"(?=\s|$)" if language.get("spaces") else ""
        self._end = re.compile(f"[{end}]+[{close}]*{after}|[{soft}]+")
        words = language.get("abbreviated")
        self._short = re.compile(words["word"]) if words else None
        self._new = re.compile(words["unless_before"]) if words else None

    def __call__(self, folded: str) -> list[tuple[int, int]]:
        """(start, end) of each sentence; together they cover the text."""
        cuts = [match.end() for match in self._end.finditer(folded) if not self._is_short(folded, match)]
        bounds = [0, *cuts] if cuts and cuts[-1] == len(folded) else [0, *cuts, len(folded)]
        return [(a, b) for a, b in pairwise(bounds) if b > a]

    def _is_short(self, folded: str, mark: re.Match[str]) -> bool:
        """The full stop of an abbreviation inside of a sentence: Feb. 5, George W. Bush."""
        if self._short is None or self._new is None or mark.end() - mark.start() > 1:
            return False
        word = self._short.search(folded, max(0, mark.start() - 12), mark.end())
        return word is not None and self._new.match(folded, mark.end()) is None


class _Prepared(NamedTuple):
    """A text folded and cut: (start, end) of its sentences, (start, end, tag) of its words."""

    folded: str
    sentences: list[tuple[int, int]]
    words: list[tuple[int, int, str]]


class Tokenizer:
    """spaCy tokenizer over the language's segmenter, or over spaCy's own rules where the language has none."""

    def __init__(self, vocab: Vocab, code: str, lookup: Lookup, model: Language | None = None) -> None:
        """``model``: a trained pipeline that gives tags, parse and entities of its own beside the words."""
        register()
        language = lang.table(code, "language")
        self.vocab = vocab
        self.lookup = lookup
        self._trained = model
        self._script: bool = language["fold_script"]
        self._split = SentenceSplitter(language)
        self._pos: dict[str, str] = lang.table(code, "tags").get("pos", {})
        self._prepared: dict[str, _Prepared] = {}
        self._segmenter: Segments | None = None
        if "segmenter" in language:
            module, name = language["segmenter"].split(":")
            self._segmenter = getattr(import_module(module), name)()
        else:
            defaults = get_lang_class(code)
            self._rules = defaults().tokenizer

    def prepare(self, texts: Iterable[str]) -> None:
        """Find the words of many texts at once, for the calls that follow: larger batches cost less for each word.

        Changes nothing of what a call returns; what it holds is dropped at the next ``prepare``.
        """
        self._prepared = {}
        if self._segmenter is not None:
            self._prepared = self._segmented(self._segmenter, dict.fromkeys(texts))

    def _segmented(self, segmenter: Segments, texts: Iterable[str]) -> dict[str, _Prepared]:
        found: dict[str, _Prepared] = {}
        parts: list[str] = []
        starts: list[int] = []
        for text in texts:
            folded = fold(text, script=self._script)
            found[text] = _Prepared(folded, self._split(folded), [])
            simplified = fold(text, script=self._script, width=False)
            parts.extend([simplified[start:end] for start, end in found[text].sentences])
            starts.extend([start for start, _ in found[text].sentences])
        words = iter(segmenter.segment(parts, starts))
        for one in found.values():
            for _ in one.sentences:
                one.words.extend(next(words))
        return found

    def __call__(self, text: str) -> Doc:
        if self._segmenter is None:
            folded = fold(text, script=self._script)
            doc, candidates = self._from_rules(text, folded, self._split(folded))
        else:
            prepared = self._prepared.get(text) or self._segmented(self._segmenter, [text])[text]
            folded = prepared.folded
            doc, candidates = self._from_segmenter(text, prepared)
            if self._trained is not None:
                other = trained_pipelines.annotate(self._trained, self._trained.make_doc(text))
                doc.user_data[trained_pipelines.ENTITIES] = other.user_data.get(trained_pipelines.ENTITIES, [])
        doc._.folded = folded
        scratch(doc).candidates = candidates
        return doc

    def _from_segmenter(self, text: str, prepared: _Prepared) -> tuple[Doc, list[Candidate]]:
        candidates = self.lookup.find(prepared.folded, prepared.words)
        edges = {edge for candidate in candidates for edge in (candidate.start, candidate.end)}
        words: list[tuple[int, int, str]] = []
        for word in prepared.words:
            a, b, tag = word
            if b - a == 1 or edges.isdisjoint(range(a + 1, b)):
                words.append(word)
            else:
                words.extend((left, right, tag) for left, right in _cut(a, b, edges))
        starts, ends, tags = [a for a, _, _ in words], [b for _, b, _ in words], [tag for _, _, tag in words]
        doc = Doc(self.vocab, words=[text[a:b] for a, b, _ in words], spaces=[False] * len(words))
        if words:
            doc.from_array(_COLUMNS, self._columns(starts, tags, {start for start, _ in prepared.sentences}))
        scratch(doc).view = View(doc, text, prepared.folded, starts, ends, tags, prepared.sentences)
        return doc, candidates

    def _columns(self, starts: list[int], tags: list[str], begun: set[int]) -> Any:
        """What spaCy keeps of words: (words, 3), tag, part of speech and whether a sentence begins."""
        kinds = list(dict.fromkeys(tags))
        number = {tag: row for row, tag in enumerate(kinds)}
        add = self.vocab.strings.add
        known = np.array([(add(tag), add(self._pos.get(tag, "X")), _GOES_ON) for tag in kinds], np.uint64)
        columns = known[[number[tag] for tag in tags]]
        columns[[row for row, start in enumerate(starts) if start in begun], 2] = _STARTS
        return columns

    def to_bytes(self, **_: Any) -> bytes:
        """Nothing: the configuration of the pipeline says all."""
        return b""

    def from_bytes(self, _: bytes, **__: Any) -> Tokenizer:
        """The tokenizer itself."""
        return self

    def to_disk(self, _: str | Path, **__: Any) -> None:
        """Write nothing: the configuration of the pipeline says all."""

    def from_disk(self, _: str | Path, **__: Any) -> Tokenizer:
        """The tokenizer itself."""
        return self

    def _from_rules(self, text: str, folded: str, sentences: list[tuple[int, int]]) -> tuple[Doc, list[Candidate]]:
        doc: Doc = self._rules(text)
        begins = {start + len(folded[start:end]) - len(folded[start:end].lstrip()) for start, end in sentences}
        pending = False
        left = sorted(begins, reverse=True)
        starts: list[
            bool | int | None
        ] = []  # a Doc looks at all its tokens when one is told to be a start: told at once below
        for token in doc:
            end = token.idx + len(token)
            while left and left[-1] < end:
                pending = pending or left[-1] >= token.idx
                left.pop()
            starts.append(pending and not token.is_space)
            pending = pending and token.is_space
        made = Doc(
            self.vocab,
            words=[token.text for token in doc],
            spaces=[bool(token.whitespace_) for token in doc],
            sent_starts=starts,
        )
        if self._trained is not None:
            made = trained_pipelines.annotate(self._trained, made)
        return made, self.lookup.find(folded, [(token.idx, token.idx + len(token), "") for token in doc])


def _cut(start: int, end: int, edges: set[int]) -> list[tuple[int, int]]:
    """A word cut wherever a name begins or ends inside it."""
    inner = [edge for edge in range(start + 1, end) if edge in edges]
    bounds = [start, *inner, end]
    return list(pairwise(bounds))


@registry.tokenizers(REGISTERED)  # type: ignore[untyped-decorator]
def create_tokenizer(code: str, authority_files: list[str] | None = None, trained: str | None = None) -> Any:
    """What a saved pipeline names: it holds no data, those of kg and of the files are read anew.

    ``trained``: as for :func:`kg.nlp.pipeline.load`. Raises what that raises.
    """

    def make(nlp: Language) -> Tokenizer:
        model = trained_pipelines.load(lang.table(code, "language"), nlp.vocab, trained)
        return Tokenizer(nlp.vocab, code, Lookup(authority.load(map(Path, authority_files or ())), code), model)

    return make
