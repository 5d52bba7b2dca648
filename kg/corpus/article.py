"""What every reader hands over: articles, and problems as values, so that one bad file does not stop the rest."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from kg.corpus.language import detect, refine
from kg.model import Article

_DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")


@dataclass(frozen=True, slots=True)
class ReadProblem:
    """What could not be read, and why; ``line`` for one line of a file of many articles."""

    path: str
    reason: str
    line: int | None = None

    def __str__(self) -> str:
        at = f"{self.path}:{self.line}" if self.line else f"{self.path}"
        return f"{at}: {self.reason}"


def iso_date(value: str) -> str | None:
    """The date at the front of an ISO 8601 text at its precision; None when there is none."""
    match = _DATE.match(value.strip())
    return match[0] if match and not value.strip()[match.end() :][:1].isdigit() else None


def completed(article: Article) -> Article:
    """The article with its language told where the source does not say, and its script where it says only zh."""
    if article.lang in {"", "und"}:
        return replace(article, lang=detect(article.text or article.title))
    return replace(article, lang=refine(article.lang, article.text))
