"""Formats of answers, and which of them a client wants."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from kg.errors import KgError

_RANGE = re.compile(r"\s*([\w!#$&^.+*-]+)/([\w!#$&^.+*-]+)\s*((?:;[^;]*)*)")
_QUALITY = re.compile(r"\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Format:
    """A format by its short name, its media type and the other types that mean it."""

    name: str
    media: str
    engine: ox.QueryResultsFormat | ox.RdfFormat
    aliases: tuple[str, ...] = ()
    """Media types that ask for it too, without naming it exactly."""

    @property
    def content_type(self) -> str:
        """The media type with its character set, where it has that parameter."""
        return f"{self.media}; charset=utf-8" if self.media.startswith("text/") else self.media


#: Of SELECT and ASK; the first one is sent to who has no wish.
TABLES: tuple[Format, ...] = (
    Format("json", "application/sparql-results+json", ox.QueryResultsFormat.JSON, ("application/json", "text/json")),
    Format("xml", "application/sparql-results+xml", ox.QueryResultsFormat.XML, ("application/xml", "text/xml")),
    Format("csv", "text/csv", ox.QueryResultsFormat.CSV),
    Format("tsv", "text/tab-separated-values", ox.QueryResultsFormat.TSV),
)
#: Of CONSTRUCT and DESCRIBE, of entities and of articles.
GRAPHS: tuple[Format, ...] = (
    Format("ttl", "text/turtle", ox.RdfFormat.TURTLE, ("application/x-turtle",)),
    Format("nt", "application/n-triples", ox.RdfFormat.N_TRIPLES, ("text/plain",)),
    Format("jsonld", "application/ld+json", ox.RdfFormat.JSON_LD, ("application/json",)),
    Format("rdf", "application/rdf+xml", ox.RdfFormat.RDF_XML, ("application/xml", "text/xml")),
)
HTML = "text/html"


class NotAcceptableError(KgError):
    """A client that accepts none of the formats there are."""

    def __init__(self, wanted: str, offered: Sequence[Format]) -> None:
        super().__init__(wanted, offered)
        self.wanted, self.offered = wanted, tuple(offered)

    def __str__(self) -> str:
        there = ", ".join(one.media for one in self.offered)
        return f"nothing here is of the type {self.wanted[:200]!r}; there is {there}"


def choose(accept: str, offered: Sequence[Format], name: str = "") -> Format:
    """The format that an ``Accept`` header likes best, or the one of a name. Raises NotAcceptableError."""
    if name:
        found = next((one for one in offered if name in (one.name, one.media)), None)
        if found is None:
            raise NotAcceptableError(name, offered)
        return found
    best = max(offered, key=lambda one: (_quality(accept, one), -offered.index(one)))
    if _quality(accept, best) <= 0:
        raise NotAcceptableError(accept, offered)
    return best


def wants_page(accept: str) -> bool:
    """Whether a client would rather have a page than RDF: browsers, and those that do not say."""
    page = _of(accept, (HTML, "application/xhtml+xml"))
    return page > 0 and page >= max(_quality(accept, one) for one in GRAPHS)


def _quality(accept: str, one: Format) -> float:
    exact = _of(accept, (one.media,))
    return max(exact, 0.999 * _of(accept, one.aliases))


def _of(accept: str, types: Iterable[str]) -> float:
    """How much an Accept header likes the best of some types; of several ranges the most exact one counts."""
    ranges = list(_ranges(accept)) or [("*", "*", 1.0)]
    best = 0.0
    for media in types:
        main, sub = media.split("/")
        fits = [(kind, of, q) for kind, of, q in ranges if kind in (main, "*") and of in (sub, "*")]
        if fits:
            best = max(best, max(fits, key=lambda one: (one[0] != "*", one[1] != "*", one[2]))[2])
    return best


def _ranges(accept: str) -> Iterable[tuple[str, str, float]]:
    for part in accept[:4096].lower().split(","):
        match = _RANGE.fullmatch(part)
        if not match:
            continue
        quality = 1.0
        for parameter in match[3].split(";"):
            found = _QUALITY.fullmatch(parameter)
            quality = min(1.0, float(found[1])) if found else quality
        yield match[1], match[2], quality
