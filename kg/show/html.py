"""An article as one HTML page: nothing is fetched, no script runs, and no text of an article is ever markup."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from importlib import resources

from kg.show.article import Mark, MarkedArticle
from kg.show.segments import Segment, paragraphs, segments

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_TYPES = ("State", "Organization", "Person", "Treaty", "WeaponSystem", "WeaponClass", "Place")


def render(article: MarkedArticle) -> str:
    """The page."""
    style = resources.files(__package__).joinpath("page.css").read_text(encoding="utf-8")
    title = escape(article.title or article.id)
    body = "\n".join([*_head(article), *_body(article)])
    return (
        f'<!doctype html>\n<html lang="{escape(article.lang or "und")}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>\n{style}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def _head(article: MarkedArticle) -> Iterator[str]:
    yield f"<header>\n<h1>{escape(article.title or article.id)}</h1>"
    about = [article.id, article.date, article.publisher]
    yield f"<p>{' · '.join(escape(part) for part in about if part)}</p>"
    if article.notice:
        yield f'<p class="notice">{escape(article.notice)}</p>'
    keys = " ".join(f'<span class="m {type_}">{type_}</span>' for type_ in _TYPES)
    yield f'<p class="legend">{keys} <span class="s">statement</span> <span class="v">event</span> '
    yield '<span class="f">figure</span> <span class="p">position</span></p>\n</header>'


def _body(article: MarkedArticle) -> Iterator[str]:
    for start, end in paragraphs(article.text):
        words = "".join(_segment(article, one) for one in segments(article.marks, start, end))
        facts = [fact for fact in article.facts if start <= fact.start < end]
        rows = "".join(f'<li class="{_class(f)}"><b>{f.label}</b> {escape(f.note)}</li>' for f in facts)
        yield f'<section>\n<p class="text">{words}</p>'
        yield f'<ul aria-label="what was found in this paragraph">{rows}</ul>\n</section>' if rows else "</section>"


def _segment(article: MarkedArticle, segment: Segment) -> str:
    words = escape(article.text[segment.start : segment.end])
    opened = "".join(f"<sup>{m.label}</sup>" for m in segment.opening if m.label)
    if not segment.marks:
        return opened + words
    classes = " ".join(dict.fromkeys(_class(mark) for mark in segment.marks))
    notes = " — ".join(dict.fromkeys(_told(mark) for mark in reversed(segment.marks)))
    return f'{opened}<span class="{classes}" title="{escape(notes)}">{words}</span>'


def _class(mark: Mark) -> str:
    if mark.label:
        return mark.label[0]
    return f"m {mark.type}" if mark.kind == "Mention" else f"a {mark.type}"


def _told(mark: Mark) -> str:
    return f"{mark.label} {mark.note}" if mark.label else f"{mark.note} ({mark.type})"
