"""An article in the terminal: paragraph by paragraph, what was found marked in the text and listed below."""

from __future__ import annotations

from collections.abc import Iterator

from kg.show.article import Mark, MarkedArticle
from kg.show.segments import Segment, paragraphs, segments
from kg.table import clean

#: SGR codes by entity type; statements are underlined, events and figures are reversed.
_COLOURS = {
    "State": "34", "Organization": "36", "Person": "32", "Treaty": "35", "WeaponSystem": "31", "WeaponClass": "31",
    "Place": "33",
}  # fmt: skip
_RESET = "\x1b[0m"


def render(article: MarkedArticle, *, colour: bool) -> str:
    """The article as lines of text.

    With ``colour``, names are coloured by type and contents underlined; without, names stand in square brackets with
    their type, so that nothing is lost in a file. Facts are marked ``s1<…>`` where their words begin and end.
    """
    return "\n".join([*_head(article), *_body(article, colour), *_legend(colour)]) + "\n"


def _head(article: MarkedArticle) -> Iterator[str]:
    yield clean(article.title) or article.id
    about = [article.id, article.date, clean(article.publisher), article.lang, clean(article.url)]
    yield " · ".join(part for part in about if part)
    if article.notice:
        yield clean(article.notice)
    yield ""


def _body(article: MarkedArticle, colour: bool) -> Iterator[str]:
    for start, end in paragraphs(article.text):
        yield "".join(_segment(article, one, colour) for one in segments(article.marks, start, end))
        for fact in article.facts:
            if start <= fact.start < end:
                yield f"    {fact.label:>4}  {fact.kind.lower():<9}  {clean(fact.note)}"
        yield ""


def _segment(article: MarkedArticle, segment: Segment, colour: bool) -> str:
    # a control character of the text must not steer the terminal
    words = "".join(c for c in article.text[segment.start : segment.end] if c.isprintable())
    opened = "".join(f"{m.label}<" for m in segment.opening if m.label)
    closed = "".join(">" for m in segment.closing if m.label)
    if colour:
        codes = ";".join(dict.fromkeys(code for mark in segment.marks for code in _codes(mark)))
        return f"{opened}\x1b[{codes}m{words}{_RESET}{closed}" if codes else f"{opened}{words}{closed}"
    begun = "".join("[" for m in segment.opening if not m.label)
    ended = "".join(f"|{m.type}]" for m in reversed(segment.closing) if not m.label)
    return f"{opened}{begun}{words}{ended}{closed}"


def _codes(mark: Mark) -> list[str]:
    if mark.kind == "Statement":
        return ["4"]
    if mark.kind in {"Event", "Figure"}:
        return ["7"]
    if mark.kind == "Anaphor":
        return ["2", _COLOURS.get(mark.type, "0")]
    return ["1", _COLOURS.get(mark.type, "0")] if mark.kind == "Mention" else []


def _legend(colour: bool) -> Iterator[str]:
    if colour:
        names = "  ".join(f"\x1b[1;{code}m{type_}{_RESET}" for type_, code in _COLOURS.items())
        yield f"{names}  \x1b[4mstatement{_RESET}  \x1b[7mevent, figure{_RESET}"
    else:
        yield "[name|Type]  s1<statement>  v1<event>  f1<figure>  p1<position>"
