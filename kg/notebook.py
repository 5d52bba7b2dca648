"""Answers that show themselves in a notebook; everywhere else they are plain lists."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from kg.network.model import Evidence

#: Rows and sentences that a notebook shows.
_ROWS, _SENTENCES = 50, 20


class Rows(list[dict[str, str]]):
    """The rows of a query by column; a column that a row does not have is not bound in it."""

    def __init__(self, columns: Sequence[str], rows: Iterable[dict[str, str]]) -> None:
        super().__init__(rows)
        self.columns = tuple(columns)

    def _repr_html_(self) -> str:
        heads = "".join(f"<th>{escape(name)}</th>" for name in self.columns)
        rows = "".join(
            f"<tr>{''.join(f'<td>{escape(row.get(name, str()))}</td>' for name in self.columns)}</tr>"
            for row in self[:_ROWS]
        )
        counted = f"{len(self)} rows" + (f", the first {_ROWS} of them" if len(self) > _ROWS else "")
        return f"<table><tr>{heads}</tr>{rows}</table><p>{counted}</p>"


class Sentences(list[Evidence]):
    """The sentences that say something, with the exact words marked in each."""

    def _repr_html_(self) -> str:
        shown = "".join(
            f"<blockquote>{escape(one.sentence[: one.mark[0]])}<mark>{escape(one.sentence[slice(*one.mark)])}</mark>"
            f"{escape(one.sentence[one.mark[1] :])}<br><small>{escape(one.article)}, {one.start}–{one.end}</small>"
            "</blockquote>"
            for one in self[:_SENTENCES]
        )
        rest = len(self) - _SENTENCES
        return shown + (f"<p>and {rest} more</p>" if rest > 0 else "")
