"""Answers as text tables: columns aligned where Chinese characters are two cells wide, long cells cut with a mark."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.iri import PREFIXES

if TYPE_CHECKING:
    from kg.graph.query import Answer, Term

_MARK = "…"
_LEAST = 6


def width(text: str) -> int:
    """How many cells of a terminal a text takes."""
    if text.isascii():
        return len(text)
    return sum(_cells(character) for character in text)


def _cells(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in {"Cf", "Me", "Mn"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def cut(text: str, cells: int) -> str:
    """The text in at most ``cells`` cells; a cut one ends with a mark."""
    if width(text) <= cells:
        return text
    kept, used = [], 0
    for character in text:
        used += _cells(character)
        if used > cells - 1:
            break
        kept.append(character)
    return "".join(kept) + _MARK


def clean(text: str) -> str:
    """Text on one line: white space becomes single blanks, control characters are left out."""
    return " ".join("".join(c if c.isprintable() or c.isspace() else "" for c in text).split())


def render(columns: Sequence[str], rows: Sequence[Sequence[str]], cells: int | None) -> str:
    """A table; ``cells``: width of the terminal, None for as wide as it needs to be.

    Rows with more columns than fit side by side become records, one line for each cell that is not empty.
    """
    body = [[clean(cell) for cell in row] for row in rows]
    widths = [max([width(c), *(width(row[i]) for row in body)]) for i, c in enumerate(columns)]
    if cells is not None:
        widths = _fitted(widths, [width(column) for column in columns], cells)
        if sum(widths) + 2 * (len(widths) - 1) > cells:
            return _records(columns, body, cells)
    lines = [_line(columns, widths), "  ".join("-" * one for one in widths)]
    lines += [_line(row, widths) for row in body]
    return "\n".join(lines) + "\n"


def _records(columns: Sequence[str], rows: Sequence[Sequence[str]], cells: int) -> str:
    head = max(map(width, columns))
    lines: list[str] = []
    for number, row in enumerate(rows, 1):
        lines.append(cut(f"-- {number} ", cells).ljust(min(cells, 24), "-"))
        lines += [
            cut(f"{column}{' ' * (head - width(column))}  {cell}", cells)
            for column, cell in zip(columns, row, strict=True)
            if cell
        ]
    return "\n".join([*lines, ""])


def _fitted(widths: list[int], heads: list[int], cells: int) -> list[int]:
    """Take from the widest columns until the line fits, but leave each its head."""
    fitted = list(widths)
    gaps = 2 * (len(widths) - 1)
    least = [min(w, max(_LEAST, head)) for w, head in zip(widths, heads, strict=True)]
    while sum(fitted) + gaps > cells:
        spare = [w - m for w, m in zip(fitted, least, strict=True)]
        widest = max(range(len(fitted)), key=lambda i: fitted[i] if spare[i] > 0 else -1)
        if spare[widest] <= 0:
            break
        fitted[widest] -= 1
    return fitted


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = [cut(cell, w) for cell, w in zip(row, widths, strict=True)]
    padded = [cell + " " * (w - width(cell)) for cell, w in zip(cells, widths, strict=True)]
    return "  ".join(padded).rstrip()


def of_answer(answer: Answer, cells: int | None, limit: int | None = None) -> tuple[str, str]:
    """A query's rows as a table, and a line that counts them; ``limit``: rows that are shown, None for all."""
    rows: list[list[str]] = []
    more = 0
    for row in answer.rows():
        if limit is not None and len(rows) >= limit:
            more += 1
            continue
        rows.append([_shown(term) for term in row])
    note = f"{len(rows) + more} rows" + (f", the first {len(rows)} shown" if more else "")
    return render(answer.columns, rows, cells), note


#: The longest namespace first, so that the nearest prefix is taken.
_PREFIXES = sorted(PREFIXES.items(), key=lambda item: -len(item[1]))


def _shown(term: Term) -> str:
    """A term for people: IRIs of known vocabularies with their prefix."""
    if term is None:
        return ""
    text = term.value if isinstance(term, ox.NamedNode | ox.Literal) else str(term)
    if not isinstance(term, ox.NamedNode):
        return text
    for prefix, base in _PREFIXES:
        if text.startswith(base):
            return f"{prefix}:{text[len(base) :]}"
    return text
