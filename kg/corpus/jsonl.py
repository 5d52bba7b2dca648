"""JSON Lines, also compressed with gzip or Zstandard: one article a line, read as a stream."""

from __future__ import annotations

import gzip
import io
import json
import zlib
from collections.abc import Iterator
from typing import IO, Any

from kg.corpus.article import ReadProblem, completed, iso_date
from kg.corpus.decode import UndecodableError, decode
from kg.corpus.files import File
from kg.errors import KgError, MissingPackageError
from kg.model import Article

_PACKED = 65536
_FIELDS = ("id", "title", "text", "date", "url", "lang", "publisher", "notice")


def read(file: File) -> Iterator[Article | ReadProblem]:
    """The articles of a file; a line that is none is a problem with its number, and the next ones are read.

    Raises MissingPackageError for .zst without the package zstandard.
    """
    path, stem = str(file), file.name.split(".jsonl")[0]
    number = 0
    with file.open() as raw, _unpacked(file.suffix, raw) as lines:
        try:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield from _line(path, stem, number, line)
        except (gzip.BadGzipFile, zlib.error, EOFError, DamagedError) as error:
            kind = file.suffix[1:].replace("gz", "gzip")
            reason = f"is damaged {kind} ({error}): what came before line {number + 1} is read"
            yield ReadProblem(path, reason, number + 1)
    if number == 0:
        yield ReadProblem(path, "is empty")


class DamagedError(KgError):
    """Compressed data that is cut or broken."""


def _unpacked(suffix: str, raw: IO[bytes]) -> IO[bytes] | gzip.GzipFile:
    if suffix == ".gz":
        return gzip.GzipFile(fileobj=raw, mode="rb")
    if suffix == ".zst":
        return io.BufferedReader(_Zstandard(raw))
    return raw


class _Zstandard(io.RawIOBase):
    """Decompresses a stream of one or more frames; a cut one is an error and no end."""

    def __init__(self, raw: IO[bytes]) -> None:
        super().__init__()
        try:
            import zstandard
        except ImportError as error:
            raise MissingPackageError("a .zst file", "zstandard", "zst") from error
        self._error: type[Exception] = zstandard.ZstdError
        self._new = zstandard.ZstdDecompressor().decompressobj
        self._raw = raw
        self._frame = self._new()
        self._begun = False
        self._data = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._data:
            packed = self._frame.unused_data if self._frame.eof else b""
            packed = packed or self._raw.read(_PACKED)
            if not packed:
                if self._begun and not self._frame.eof:
                    raise DamagedError("it ends too early")
                return 0
            if self._frame.eof:
                self._frame = self._new()
            try:
                self._data, self._begun = self._frame.decompress(packed), True
            except self._error as error:
                raise DamagedError(str(error)) from error
        size = min(len(buffer), len(self._data))
        buffer[:size], self._data = self._data[:size], self._data[size:]
        return size


def _line(path: str, stem: str, number: int, raw: bytes) -> Iterator[Article | ReadProblem]:
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
