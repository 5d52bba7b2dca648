"""JSON Lines, also compressed with gzip: one article a line, read as a stream."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from kg.corpus.article import ReadProblem, completed, iso_date
from kg.corpus.decode import UndecodableError, decode
from kg.model import Article

_FIELDS = ("id", "title", "text", "date", "url", "lang", "publisher", "notice")


def read(path: Path) -> Iterator[Article | ReadProblem]:
    """The articles of a file; a line that is none is a problem with its number, and the next ones are read."""
    stem = path.name.split(".jsonl")[0]
    number = 0
    with _opened(path) as file:
        try:
            for number, raw in enumerate(file, 1):
                if raw.strip():
                    yield from _line(path, stem, number, raw)
        except (gzip.BadGzipFile, zlib.error, EOFError) as error:
            yield ReadProblem(
                path, f"is damaged gzip ({error}): what came before line {number + 1} is read", number + 1
            )
    if number == 0:
        yield ReadProblem(path, "is empty")


def _opened(path: Path) -> IO[bytes] | gzip.GzipFile:
    return gzip.GzipFile(path, "rb") if path.suffix == ".gz" else path.open("rb")


def _line(path: Path, stem: str, number: int, raw: bytes) -> Iterator[Article | ReadProblem]:
    try:
        row: Any = json.loads(decode(raw))
    except UndecodableError as error:
        yield ReadProblem(path, str(error), number)
        return
    except json.JSONDecodeError as error:
        yield ReadProblem(path, f"is not JSON ({error.msg} at column {error.colno})", number)
        return
    except RecursionError:
        yield ReadProblem(path, "is JSON nested too deeply", number)
        return
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        yield ReadProblem(path, 'needs an object with "text" as a string', number)
        return
    wrong = [key for key in _FIELDS if row.get(key) is not None and not isinstance(row[key], str | int)]
    if wrong:
        yield ReadProblem(path, f"{', '.join(wrong)} must be text", number)
        return
    value = {key: str(row[key]) if row.get(key) is not None else "" for key in _FIELDS}
    if not value["text"].strip() and not value["title"].strip():
        yield ReadProblem(path, "has neither text nor title", number)
        return
    if value["date"] and iso_date(value["date"]) is None:
        reason = f"date {value['date']!r} is not ISO 8601 (2026-02-05): the article goes in without a date"
        yield ReadProblem(path, reason, number)
    yield completed(
        Article(
            value["id"] or f"{stem}-{number}",
            value["text"],
            value["title"],
            iso_date(value["date"]),
            value["lang"] or "und",
            value["publisher"] or None,
            value["url"] or None,
            value["notice"] or None,
        )
    )
