"""Markdown with front matter: ``key: value`` lines between two lines of three hyphens, then the text as it is.

A small strict part of YAML: plain or double-quoted values (JSON strings), one a line.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from kg.corpus import header
from kg.corpus.article import ReadProblem, completed, iso_date
from kg.corpus.decode import UndecodableError, decode
from kg.corpus.files import File
from kg.model import Article

_FRONT = re.compile(r"\ufeff?---[ \t]*\r?\n(.*?)\r?\n---[ \t]*(?:\r?\n|$)", re.DOTALL)
_LINE = re.compile(r"([A-Za-z_][\w-]*)\s*:\s*(.*)")


def read(file: File) -> Iterator[Article | ReadProblem]:
    """The article of a file; front matter that cannot be read is a problem, none at all is fine."""
    try:
        source = decode(file.read_bytes())
    except UndecodableError as error:
        yield ReadProblem(str(file), str(error))
        return
    match = _FRONT.match(source)
    if match is None:
        head = header.read(source)
        fields, text = ({"title": head.title, "date": head.date or ""}, source)
    else:
        parsed = _fields(match[1])
        if isinstance(parsed, int):
            yield ReadProblem(str(file), "front matter needs 'key: value' on every line", parsed + 1)
            return
        fields, text = parsed, source[match.end() :]
    if not text.strip() and not fields.get("title"):
        yield ReadProblem(str(file), "is empty")
        return
    dated = fields.get("date", "")
    if dated and iso_date(dated) is None:
        yield ReadProblem(str(file), f"date {dated!r} is not ISO 8601 (2026-02-05): the article goes in without a date")
    yield completed(
        Article(
            fields.get("id") or file.stem,
            text,
            fields.get("title", ""),
            iso_date(dated),
            fields.get("lang") or "und",
            fields.get("publisher") or None,
            fields.get("url") or None,
            fields.get("notice") or None,
        )
    )


def _fields(front: str) -> dict[str, str] | int:
    """The fields of front matter by lower-case key, or the number of the line that is none."""
    fields: dict[str, str] = {}
    for number, line in enumerate(front.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = _LINE.fullmatch(line.strip())
        if match is None:
            return number
        value = match[2].strip()
        if value.startswith('"'):
            try:
                value = str(json.loads(value))
            except json.JSONDecodeError:
                return number
        elif len(value) > 1 and value[0] == value[-1] == "'":
            value = value[1:-1].replace("''", "'")
        fields[match[1].lower()] = value
    return fields
