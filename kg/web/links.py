"""Between the IRIs of the graph and the paths of the service. Nothing that the graph says becomes a link unchecked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote, unquote, urlencode

from kg import iri

#: Characters of words by which a place is looked for.
LONGEST = 300
_FRAGMENT = re.compile(r"\w+=(\d{1,9}),(\d{1,9})(?:,\d+)?")
_WEB = re.compile(r"https?://[^\s<>\"'`\\^{|}]+")


def key(entity: str) -> str:
    """What names an entity to people: its IRI without the namespace."""
    return unquote(entity.removeprefix(iri.ENTITY))


def of_entity(entity: str) -> str:
    """The page of an entity."""
    return f"/entity/{_path(entity.removeprefix(iri.ENTITY).partition('#')[0])}"


def of_article(article_id: str, start: int | None = None, end: int | None = None) -> str:
    """The page of an article, at the words between two offsets."""
    return _article(iri.segment(article_id), start, end)


def of_words(article_id: str, words: str) -> str:
    """The page of an article, at the first place that has these words."""
    return f"/article/{_path(iri.segment(article_id))}?words={quote(words[:LONGEST], safe='')}#evidence"


def of_query(name: str, values: Mapping[str, str]) -> str:
    """The query page with a query of a name and its parameters filled in."""
    return f"/query?{urlencode({'name': name, **{f'p.{key}': value for key, value in values.items()}})}"


def of_list(name: str, values: Mapping[str, str], start: int = 0) -> str:
    """The page of a list, from a row on: ``statements`` and ``timeline`` have pages of their own."""
    own = f"/{name}" if name in ("statements", "timeline") else f"/list/{name}"
    fields = {**values, **({"from": str(start)} if start else {})}
    return f"{own}?{urlencode(fields)}" if fields else own


def in_language(path: str, lang: str) -> str:
    """A path of the service with the language of names; links to elsewhere stay as they are."""
    if not path.startswith("/"):
        return path
    address, mark, fragment = path.partition("#")
    return f"{address}{'&' if '?' in address else '?'}lang={lang}{mark}{fragment}"


def of(name: str) -> str:
    """Where an IRI leads: a page of the service, the evidence in an article, a page of the web; empty for nowhere."""
    if name.startswith(iri.ENTITY):
        return of_entity(name)
    if name.startswith(iri.ARTICLE):
        segment, _, fragment = name.removeprefix(iri.ARTICLE).partition("#")
        place = _FRAGMENT.fullmatch(fragment)
        return _article(segment, int(place[1]), int(place[2])) if place else _article(segment)
    return name if _WEB.fullmatch(name) and not name.startswith(iri.BASE) else ""


def entity_of(path: bytes) -> str:
    """The IRI of the entity whose page has a path, as it came over the wire."""
    return iri.ENTITY + "/".join(iri.segment(one) for one in _segments(path, b"/entity/"))


def article_of(path: bytes) -> str:
    """The id of the article whose page has a path, as it came over the wire."""
    return "/".join(_segments(path, b"/article/"))


def _segments(path: bytes, prefix: bytes) -> list[str]:
    """The rest of a path cut before it is decoded, so that an escaped slash stays part of a name."""
    rest = path.removeprefix(prefix).decode("ascii", errors="replace")
    return [unquote(one, errors="replace") for one in rest.split("/")]


def _article(segment: str, start: int | None = None, end: int | None = None) -> str:
    path = f"/article/{_path(segment)}"
    if start is None:
        return path
    return f"{path}?start={start}&end={end if end is not None else start + 1}#evidence"


def _path(rest: str) -> str:
    return quote(rest, safe="/%~")
