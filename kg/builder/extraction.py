"""From an article to its records: what a build runs on each article, and how it fails."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from kg import lang
from kg.errors import KgError
from kg.model import Article, Records

if TYPE_CHECKING:
    from spacy.language import Language

#: What a component can raise on text that nobody thought of; the article is named and the others go in.
FAILURES = (KgError, ValueError, IndexError, KeyError, TypeError, AttributeError, RecursionError)


class Extractor(Protocol):
    """From an article to its records. Worker processes get a pickle of it: a function or class of a module."""

    def __call__(self, article: Article) -> Records: ...


@runtime_checkable
class Preparing(Protocol):
    """An extractor that gains from seeing a batch before its articles come one by one."""

    def prepare(self, articles: Sequence[Article]) -> None: ...


class Pipelines:
    """The extractor that kg ships: one spaCy pipeline for each language, loaded when its first article comes."""

    def __init__(self, authority_files: Sequence[Path] = ()) -> None:
        self._files = tuple(authority_files)
        self._loaded: dict[str, Language] = {}

    def __call__(self, article: Article) -> Records:
        from kg.nlp import pipeline

        return pipeline.extract(self._of(article.lang), article)

    def prepare(self, articles: Sequence[Article]) -> None:
        """Find the words of a batch at once; articles of languages that kg does not have are left out."""
        from kg.nlp import pipeline

        by_code: dict[str, list[Article]] = {}
        there = lang.languages()
        for article in articles:
            code = article.lang.split("-")[0].lower()
            if code in there:
                by_code.setdefault(code, []).append(article)
        for code, some in by_code.items():
            pipeline.prepare(self._of(code), some)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Pipelines) and other._files == self._files

    def __hash__(self) -> int:
        return hash(self._files)

    def __reduce__(self) -> tuple[type[Pipelines], tuple[tuple[Path, ...]]]:
        """A worker loads its own."""
        return Pipelines, (self._files,)

    def _of(self, tag: str) -> Language:
        from kg.nlp import pipeline

        if tag not in self._loaded:
            code = lang.primary(tag)
            if code not in self._loaded:
                self._loaded[code] = pipeline.load(code, authority_files=self._files)
            self._loaded[tag] = self._loaded[code]
        return self._loaded[tag]


def reason(error: BaseException) -> str:
    """One line; spaCy hides the cause of a component's failure behind its own error."""
    if isinstance(error.__cause__, FAILURES):
        error = error.__cause__
    if isinstance(error, KgError):
        return str(error)
    return f"could not be read ({type(error).__name__}: {' '.join(str(error).split())[:200]})"
