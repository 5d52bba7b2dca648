"""Plain text: one article a file, its head read as metadata, its text kept as it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from kg.corpus import header
from kg.corpus.article import ReadProblem, completed
from kg.corpus.decode import UndecodableError, decode
from kg.model import Article


def read(path: Path) -> Iterator[Article | ReadProblem]:
    """The article of a file; an empty file is a problem."""
    try:
        text = decode(path.read_bytes())
    except UndecodableError as error:
        yield ReadProblem(path, str(error))
        return
    if not text.strip():
        yield ReadProblem(path, "is empty")
        return
    head = header.read(text)
    yield completed(Article(path.stem, text, head.title, head.date))
