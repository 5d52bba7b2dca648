"""From records to triples: the one place where triples are made.

Written as N-Triples text, which is also the inside of ``INSERT DATA``: several times faster than term objects. One
article is one named graph whose name is the article's IRI, so that a triple needs no graph until it is stored.
"""

from __future__ import annotations

import datetime
import itertools
import math
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from kg import iri
from kg.errors import KgError
from kg.model import ACTOR_TYPES, LOOK_UP, Article, Entity, Event, Figure, Mention, Position, Records, Statement

ESCAPES = {ord("\\"): "\\\\", ord('"'): '\\"', ord("\n"): "\\n", ord("\r"): "\\r", ord("\t"): "\\t"}
ESCAPES.update({code: f"\\u{code:04X}" for code in [*range(32), 127] if code not in ESCAPES})
_ESCAPED = re.compile(f"[{''.join(map(re.escape, map(chr, ESCAPES)))}]")

_DATES = (
    (re.compile(r"\d{4}-\d\d-\d\d"), f"{iri.XSD}date"),
    (re.compile(r"\d{4}-\d\d"), f"{iri.XSD}gYearMonth"),
    (re.compile(r"\d{4}"), f"{iri.XSD}gYear"),
)
_TAG = re.compile(r"[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*")

#: Direct properties from actor to object, written only for events that the article itself asserts.
ASSERTED_AS: dict[str, str] = {
    "sign": "signed",
    "ratify": "ratified",
    "extend": "extended",
    "suspend": "suspended",
    "withdraw": "withdrewFrom",
    "propose_treaty": "proposed",
    "negotiate": "negotiated",
    "test": "tested",
    "deploy": "deployed",
    "develop": "developed",
    "possess": "possesses",
    "violate": "violated",
}
#: Likewise between the actors of one event, in both directions.
ASSERTED_BETWEEN: dict[str, str] = {"meet": "metWith", "negotiate": "negotiatedWith"}
#: Predicates of what there is most of, as they are written.
_TYPE, _IDENTITY = f"<{iri.RDF}type>", f"<{iri.ITSRDF}taIdentRef>"
_CONTEXT, _BEGIN, _END, _ANCHOR = (
    f"<{iri.NIF}{name}>" for name in ("referenceContext", "beginIndex", "endIndex", "anchorOf")
)
_INTEGER = f'"^^<{iri.XSD}integer>'
_TRUE, _FALSE = (f'"{word}"^^<{iri.XSD}boolean>' for word in ("true", "false"))
_FOUND_BY, _MENTION_KIND = f"<{iri.ONTOLOGY}foundBy>", f"<{iri.ONTOLOGY}mentionKind>"
#: Local names that differ from the record's word, because a property has that name.
_COMPARATORS = {"about": "approximately"}


class UnwritableTextError(KgError):
    """Text that no RDF literal can hold: half of a surrogate pair."""

    def __init__(self, position: int) -> None:
        super().__init__(position)
        self.position = position

    def __str__(self) -> str:
        return f"character {self.position} is half of a surrogate pair: save the source as UTF-8 again"


def literal(text: str, *, datatype: str | None = None, lang: str | None = None) -> str:
    """An N-Triples literal. Raises UnwritableTextError for a lone surrogate."""
    if not text.isascii():
        try:
            text.encode("utf-8")
        except UnicodeEncodeError as error:
            raise UnwritableTextError(error.start) from error
    quoted = f'"{text.translate(ESCAPES) if _ESCAPED.search(text) else text}"'
    if lang:
        return f"{quoted}@{lang.lower()}"
    return f"{quoted}^^<{datatype}>" if datatype else quoted


def date(value: str | None) -> str | None:
    """A date literal as precise as the value: xsd:date, xsd:gYearMonth or xsd:gYear; None for what no calendar has."""
    for pattern, datatype in _DATES:
        if value is not None and pattern.fullmatch(value):
            try:
                datetime.date.fromisoformat((value + "-01-01")[:10])
            except ValueError:
                return None
            return f'"{value}"^^<{datatype}>'
    return None


def number(value: float | None) -> str | None:
    """An xsd:integer, or an xsd:decimal for a fraction; None for None and for what is not finite."""
    if value is None or not math.isfinite(value):
        return None
    if value == int(value):
        return integer(int(value))
    return f'"{Decimal(repr(float(value))):f}"^^<{iri.XSD}decimal>'


def integer(value: int) -> str:
    """An xsd:integer."""
    return f'"{value}{_INTEGER}'


def boolean(value: bool) -> str:
    """An xsd:boolean."""
    return _TRUE if value else _FALSE


class Triples:
    """Collects triples as terms in N-Triples, each once; ``add`` leaves out what is None."""

    def __init__(self) -> None:
        self._terms: dict[tuple[str, str, str], None] = {}

    def add(self, subject: str, predicate: str, value: str | None) -> None:
        """``subject`` and ``predicate`` are IRIs without brackets, ``value`` is a written term."""
        if value is not None:
            self._terms[f"<{subject}>", f"<{predicate}>", value] = None

    def link(self, subject: str, predicate: str, target: str | None) -> None:
        """A triple whose object is an IRI."""
        if target is not None:
            self._terms[f"<{subject}>", f"<{predicate}>", f"<{target}>"] = None

    def about(self, subject: str, values: Iterable[tuple[str, str | None]]) -> None:
        """Triples of one subject; predicates and values are written terms."""
        node, terms = f"<{subject}>", self._terms
        for predicate, value in values:
            if value is not None:
                terms[node, predicate, value] = None

    def terms(self) -> Iterable[tuple[str, str, str]]:
        """Subject, predicate and object of all triples in the order of their making."""
        return self._terms.keys()

    def text(self, graph: str | None = None) -> str:
        """All triples as N-Triples, in a graph as N-Quads."""
        end = f" <{graph}> .\n" if graph else " .\n"
        return "".join([f"{s} {p} {o}{end}" for s, p, o in self._terms])


def article_triples(records: Records, *, digest: str = "", run: str | None = None) -> str:
    """The N-Triples of one article; see ``write_article``."""
    return write_article(records, digest=digest, run=run).text()


def write_article(records: Records, *, digest: str = "", run: str | None = None) -> Triples:
    """The triples of one article.

    ``digest`` tells a later build whether anything changed; ``run`` is the IRI of the run of the program.
    Raises UnwritableTextError.
    """
    out = Triples()
    writer = _ArticleWriter(records, out)
    writer.article(digest, run)
    for entity in records.entities:
        writer.entity(entity)
    for mention in records.mentions:
        writer.mention(mention)
    statements = writer.names("statement", records.statements)
    for name, statement in zip(statements, records.statements, strict=True):
        writer.statement(name, statement)
    for name, event in zip(writer.names("event", records.events), records.events, strict=True):
        writer.event(name, event, [s for s, r in zip(statements, records.statements, strict=True) if _inside(event, r)])
    for name, figure in zip(writer.names("figure", records.figures), records.figures, strict=True):
        writer.figure(name, figure)
    for name, position in zip(writer.names("position", records.positions), records.positions, strict=True):
        writer.position(name, position)
    return out


def quads(triples: str, graph: str) -> str:
    """N-Quads of N-Triples in a graph."""
    if triples.count(" .\n") == triples.count("\n"):  # as Triples writes them
        return triples.replace(" .\n", f" <{graph}> .\n")
    return "".join(f"{line[:-1]}<{graph}> .\n" for line in triples.split("\n") if line)


def _inside(event: Event, statement: Statement) -> bool:
    return statement.start <= event.start and event.end <= statement.end


class _ArticleWriter:
    """Writes one article. Every IRI follows from the article's id and offsets."""

    def __init__(self, records: Records, out: Triples) -> None:
        self._text = records.article.text
        self._article: Article = records.article
        self._iri = iri.article(records.article.id)
        self._context = f"{self._iri}#char=0,{len(self._text)}"
        self._in_context = f"<{self._context}>"
        self._types = {entity.id: entity.type for entity in records.entities}
        self._out = out

    def names(self, kind: str, items: Sequence[Statement | Event | Figure | Position]) -> list[str]:
        """IRIs of items by their offsets; items at the same place are numbered in their order."""
        seen: dict[tuple[int, int], int] = {}
        made: list[str] = []
        for item in items:
            place = (item.start, item.end)
            seen[place] = seen.get(place, 0) + 1
            number = f",{seen[place]}" if seen[place] > 1 else ""
            made.append(f"{self._iri}#{kind}={item.start},{item.end}{number}")
        return made

    def article(self, digest: str, run: str | None) -> None:
        a, add, link = self._article, self._out.add, self._out.link
        link(self._iri, f"{iri.RDF}type", iri.term("Article"))
        add(self._iri, f"{iri.DCTERMS}identifier", literal(a.id))
        add(self._iri, f"{iri.DCTERMS}title", literal(a.title) if a.title else None)
        add(self._iri, f"{iri.DCTERMS}issued", date(a.date))
        add(self._iri, f"{iri.DCTERMS}language", literal(a.lang))
        add(self._iri, f"{iri.DCTERMS}publisher", literal(a.publisher) if a.publisher else None)
        add(self._iri, f"{iri.SCHEMA}url", literal(a.url) if a.url else None)
        add(self._iri, iri.term("notice"), literal(a.notice) if a.notice else None)
        add(self._iri, iri.term("digest"), literal(digest) if digest else None)
        link(self._iri, f"{iri.PROV}wasGeneratedBy", run)
        link(self._context, f"{iri.RDF}type", f"{iri.NIF}Context")
        add(self._context, f"{iri.NIF}isString", literal(self._text))
        link(self._context, f"{iri.NIF}sourceUrl", self._iri)

    def entity(self, entity: Entity) -> None:
        """The type of every entity that the article mentions; the labels of those that the authority file lacks."""
        name = iri.entity(entity.id)
        self._out.link(name, f"{iri.RDF}type", iri.term(entity.type))
        if not entity.known:
            for tag, label in sorted(entity.labels.items()):
                lang = tag if _TAG.fullmatch(tag) and tag != "und" else None
                self._out.add(name, f"{iri.SKOS}prefLabel", literal(label, lang=lang))

    def mention(self, mention: Mention) -> None:
        named = mention.kind != "anaphor"
        name = f"{self._iri}#char={mention.start},{mention.end}"
        self._span(name, "Mention" if named else "Anaphor", mention.start, mention.end)
        facts = (
            (_IDENTITY, f"<{iri.entity(mention.entity)}>"),
            (_FOUND_BY, literal(mention.component) if mention.component not in {"", LOOK_UP} else None),
            (_MENTION_KIND, f"<{iri.ONTOLOGY}{mention.kind}>" if named else None),
        )
        self._out.about(name, facts)

    def _span(self, name: str, class_: str, start: int, end: int) -> None:
        facts = (
            (_TYPE, f"<{iri.ONTOLOGY}{class_}>"),
            (_CONTEXT, self._in_context),
            (_BEGIN, integer(start)),
            (_END, integer(end)),
            (_ANCHOR, literal(self._text[start:end]) if class_ != "Statement" else None),
        )
        self._out.about(name, facts)

    def _entity(self, key: str | None) -> str | None:
        return iri.entity(key) if key is not None else None

    def statement(self, name: str, s: Statement) -> None:
        add, link = self._out.add, self._out.link
        self._span(name, "Statement", s.start, s.end)
        link(name, iri.term("speaker"), self._entity(s.speaker))
        link(name, iri.term("act"), iri.term(s.act))
        add(name, iri.term("content"), literal(self._text[s.start : s.end]))
        add(name, iri.term("quoted"), boolean(s.quoted))
        if s.cue_start is not None and s.cue_end is not None:
            add(name, iri.term("cue"), literal(self._text[s.cue_start : s.cue_end]))
            add(name, iri.term("cueStart"), integer(s.cue_start))
            add(name, iri.term("cueEnd"), integer(s.cue_end))
        if s.speaker_start is not None and s.speaker_end is not None:
            add(name, iri.term("speakerStart"), integer(s.speaker_start))
            add(name, iri.term("speakerEnd"), integer(s.speaker_end))
        add(name, iri.term("date"), date(s.date))
        link(name, iri.term("place"), self._entity(s.place))
        for key in s.about:
            link(name, iri.term("about"), iri.entity(key))

    def event(self, name: str, e: Event, said_in: Iterable[str]) -> None:
        add, link = self._out.add, self._out.link
        self._span(name, "Event", e.start, e.end)
        link(name, iri.term("eventType"), iri.term(e.type))
        for agent in e.agents:
            link(name, iri.term("agent"), iri.entity(agent))
        link(name, iri.term("object"), self._entity(e.object))
        add(name, iri.term("date"), date(e.date))
        add(name, iri.term("until"), date(e.until))
        link(name, iri.term("place"), self._entity(e.place))
        for flag in ("alleged", "negated", "planned", "reported"):
            add(name, iri.term(flag), boolean(getattr(e, flag)))
        for statement in said_in:
            link(name, iri.term("saidIn"), statement)
        if e.asserted:
            self._direct(e)

    def _direct(self, e: Event) -> None:
        """X signed Y; X met with Y."""
        actors = [iri.entity(agent) for agent in e.agents if self._types.get(agent) in ACTOR_TYPES]
        if e.type in ASSERTED_AS and e.object is not None:
            for actor in actors:
                self._out.link(actor, iri.term(ASSERTED_AS[e.type]), iri.entity(e.object))
        if e.type in ASSERTED_BETWEEN:
            for actor, other in itertools.permutations(actors, 2):
                self._out.link(actor, iri.term(ASSERTED_BETWEEN[e.type]), other)

    def figure(self, name: str, f: Figure) -> None:
        add, link = self._out.add, self._out.link
        self._span(name, "Figure", f.start, f.end)
        link(name, iri.term("figureKind"), iri.term(f.kind))
        link(name, iri.term("subject"), self._entity(f.subject))
        add(name, iri.term("thing"), literal(f.thing))
        add(name, f"{iri.SCHEMA}value", number(f.value))
        add(name, f"{iri.SCHEMA}minValue", number(f.low))
        add(name, f"{iri.SCHEMA}maxValue", number(f.high))
        add(name, f"{iri.SCHEMA}unitText", literal(f.unit) if f.unit else None)
        link(name, iri.term("comparator"), iri.term(_COMPARATORS.get(f.comparator, f.comparator)))
        add(name, iri.term("date"), date(f.date))
        link(name, iri.term("source"), self._entity(f.source))

    def position(self, name: str, p: Position) -> None:
        add, link = self._out.add, self._out.link
        self._span(name, "Position", p.start, p.end)
        link(name, f"{iri.ORG}member", iri.entity(p.person))
        link(name, f"{iri.ORG}organization", self._entity(p.of))
        add(name, iri.term("title"), literal(p.title))
        link(name, iri.term("postKind"), iri.term(p.kind) if p.kind else None)
        add(name, iri.term("former"), boolean(p.former))
        add(name, iri.term("since"), date(p.since))
