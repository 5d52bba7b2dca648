"""Plain text: one article a file, its head read as metadata, its text kept as it is."""

from __future__ import annotations

from collections.abc import Iterator

from kg.corpus import header
from kg.corpus.article import ReadProblem, completed
from kg.corpus.decode import UndecodableError, decode
from kg.corpus.files import File
from kg.model import Article


def read(file: File) -> Iterator[Article | ReadProblem]:
    """The article of a file; an empty file is a problem."""
    try:
        text = decode(file.read_bytes())
    except UndecodableError as error:
        yield ReadProblem(str(file), str(error))
        return
    if not text.strip():
        yield ReadProblem(str(file), "is empty")
        return
    head = header.read(text)
    yield completed(Article(file.stem, text, head.title, head.date))
