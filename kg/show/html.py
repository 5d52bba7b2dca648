"""An article as one HTML page: nothing is fetched, no script runs, and no text of an article is ever markup."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html import escape
from importlib import resources

from kg.show.article import Mark, MarkedArticle
from kg.show.segments import Segment, paragraphs, segments

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_TYPES = ("State", "Organization", "Person", "Treaty", "WeaponSystem", "WeaponClass", "Place")


def render(article: MarkedArticle) -> str:
    """The page."""
    styles = "".join(style(name) for name in ("page.css", "marks.css"))
    title = escape(article.title or article.id)
    return (
        f'<!doctype html>\n<html lang="{escape(article.lang or "und")}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>\n{styles}</style>\n</head>\n"
        f'<body>\n<article class="marked">\n{body(article)}\n</article>\n</body>\n</html>\n'
    )


def style(name: str) -> str:
    """A style sheet of this package: ``marks.css`` for what :func:`body` gives, ``page.css`` for a page of its own."""
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")


def body(
    article: MarkedArticle, link: Callable[[str], str] | None = None, evidence: tuple[int, int] | None = None
) -> str:
    """What a page shows of an article, without the page around it.

    ``link``: from the IRI of an entity to where its name leads; None for no links. ``evidence``: start and end of the
    words that are shown as what a reader came for; the first of them has the id ``evidence``.
    """
    return "\n".join([*_head(article), *_body(article, _Words(article, link, evidence))])


def _head(article: MarkedArticle) -> Iterator[str]:
    yield f"<header>\n<h1>{escape(article.title or article.id)}</h1>"
    about = [article.id, article.date, article.publisher]
    yield f"<p>{' · '.join(escape(part) for part in about if part)}</p>"
    if article.notice:
        yield f'<p class="notice">{escape(article.notice)}</p>'
    keys = " ".join(f'<span class="m {type_}">{type_}</span>' for type_ in _TYPES)
    yield f'<p class="legend">{keys} <span class="s">statement</span> <span class="v">event</span> '
    yield '<span class="f">figure</span> <span class="p">position</span></p>\n</header>'


def _body(article: MarkedArticle, words: _Words) -> Iterator[str]:
    for start, end in paragraphs(article.text):
        facts = [fact for fact in article.facts if start <= fact.start < end]
        rows = "".join(words.fact(fact) for fact in facts)
        yield f'<section>\n<p class="text">{words.between(start, end)}</p>'
        yield f'<ul aria-label="what was found in this paragraph">{rows}</ul>\n</section>' if rows else "</section>"


class _Words:
    """The text of an article as HTML, a stretch at a time."""

    def __init__(
        self, article: MarkedArticle, link: Callable[[str], str] | None, evidence: tuple[int, int] | None
    ) -> None:
        self._text, self._link = article.text, link
        self._marks = article.marks if evidence is None else (Mark(*evidence, "Evidence"), *article.marks)
        self._anchored = False
        self._named: set[str] = set()

    def between(self, start: int, end: int) -> str:
        return "".join(self._segment(one) for one in segments(self._marks, start, end))

    def fact(self, fact: Mark) -> str:
        """The line of a fact in the list beside its paragraph: it leads to the words, and to the entities."""
        told = "".join(
            f'<a href="{escape(self._link(entity))}">{escape(text)}</a>' if self._link and entity else escape(text)
            for text, entity in fact.told
        )
        label = f'<a href="#{escape(fact.record)}"><b>{fact.label}</b></a>'
        return f'<li class="{_class(fact)}" id="{escape(fact.record)}-note">{label} {told}</li>'

    def _label(self, mark: Mark) -> str:
        """The label of a fact where its words begin, under the name that the fact's own IRI has for the place."""
        if mark.record in self._named:
            return ""
        self._named.add(mark.record)
        record = escape(mark.record)
        return f'<sup id="{record}"><a href="#{record}-note">{mark.label}</a></sup>'

    def _segment(self, segment: Segment) -> str:
        words = escape(self._text[segment.start : segment.end])
        opened = "".join(self._label(mark) for mark in segment.opening if mark.label)
        if not segment.marks:
            return opened + words
        classes = " ".join(dict.fromkeys(_class(mark) for mark in segment.marks))
        notes = " — ".join(dict.fromkeys(note for mark in reversed(segment.marks) if (note := _told(mark))))
        anchor = ""
        if not self._anchored and any(mark.kind == "Evidence" for mark in segment.marks):
            anchor, self._anchored = ' id="evidence"', True
        entity = next((mark.entity for mark in reversed(segment.marks) if mark.entity), "")
        if self._link and entity:
            words = f'<a href="{escape(self._link(entity))}">{words}</a>'
        return f'{opened}<span class="{classes}"{anchor} title="{escape(notes)}">{words}</span>'


def _class(mark: Mark) -> str:
    if mark.kind == "Evidence":
        return "evidence"
    if mark.label:
        return mark.label[0]
    return f"m {mark.type}" if mark.kind == "Mention" else f"a {mark.type}"


def _told(mark: Mark) -> str:
    if mark.kind == "Evidence":
        return ""
    return f"{mark.label} {mark.note}" if mark.label else f"{mark.note} ({mark.type})"
