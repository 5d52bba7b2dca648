"""The graphs that come from no article: curated reference data (the authority file) and the ontology itself."""

from __future__ import annotations

import re
from collections.abc import Iterable
from importlib import resources

import pyoxigraph as ox

from kg import iri
from kg.authority import Record
from kg.graph.rdf import Triples, date, literal, number

#: Dates that stand on the treaty itself.
_DATES = {"signed": "signedOn", "in_force": "inForceOn", "expired": "expiredOn", "terminated": "expiredOn"}
#: Attributes that tell an event: one or more dates, each perhaps with the state that did it.
_EVENTS = {
    "signed": "sign",
    "in_force": "enter_into_force",
    "extended": "extend",
    "suspended": "suspend",
    "withdrawn": "withdraw",
    "expired": "expire",
    "terminated": "expire",
    "superseded": "expire",
}
_STATES = {"parties": "party", "operator": "operator", "country": "country", "members": "memberState"}
#: Codes and the like, of no use to a reader of the graph.
_LEFT_OUT = {"positions", "iso_alpha2", "iso_alpha3", "iso_numeric", "wikidata_alt", "class"}
_DATED = re.compile(r"(\d{4}(?:-\d\d){0,2})(?: by (?:([A-Z]{2})|[A-Z].{2,}))?")
_CODE = re.compile(r"\b[A-Z]{2}\b")
_LIMIT = re.compile(r"limit_(.+?)(_low|_high)?")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def authority_triples(records: Iterable[Record]) -> str:
    """The N-Triples of the authority file. What is no clean date, state or number stands as ``kg:note``."""
    out = Triples()
    out.link(iri.AUTHORITY_GRAPH, f"{iri.RDF}type", f"{iri.PROV}Collection")
    note = "Curated reference data of kg's authority file, not taken from any article."
    out.add(iri.AUTHORITY_GRAPH, f"{iri.DCTERMS}description", literal(note, lang="en"))
    ordered = sorted(records, key=lambda record: record.entity.id)
    writer = _Writer(out, ordered)
    for record in ordered:
        writer.names(record)
        writer.attributes(record)
        writer.events(record)
        writer.limits(record)
        writer.positions(record)
    return out.text()


class _Writer:
    """Writes entities of the authority file, which name each other by key or by the code of a state."""

    def __init__(self, out: Triples, records: Iterable[Record]) -> None:
        self._out = out
        self._keys: set[str] = set()
        self._classes: dict[str, str] = {}
        for record in records:
            self._keys.add(record.entity.id)
            if record.entity.type == "WeaponClass":
                self._classes.update({name.text.casefold(): record.entity.id for name in record.names})

    def _entity(self, code: object) -> str | None:
        """IRI of what the code of a state (US) or of a group (EU), or a key, means."""
        text = str(code)
        tried = (f"state-{text.lower()}", text.lower()) if _CODE.fullmatch(text) else (text,)
        return next((iri.entity(key) for key in tried if key in self._keys), None)

    def names(self, record: Record) -> None:
        name, out = iri.entity(record.entity.id), self._out
        out.link(name, f"{iri.RDF}type", iri.term(record.entity.type))
        for tag, label in sorted(record.entity.labels.items()):
            out.add(name, f"{iri.SKOS}prefLabel", literal(label, lang=tag))
        labels = set(record.entity.labels.values())
        for alias in record.names:
            if alias.text not in labels:
                kind = "altLabel" if alias.kind == "name" else "hiddenLabel"
                out.add(name, f"{iri.SKOS}{kind}", literal(alias.text, lang=alias.lang))
        if record.wikidata:
            out.link(name, f"{iri.SKOS}exactMatch", f"http://www.wikidata.org/entity/{record.wikidata}")

    def attributes(self, record: Record) -> None:
        name, out = iri.entity(record.entity.id), self._out
        for key, value in sorted(record.attributes.items()):
            if key in _STATES:
                for code in _codes(value):
                    out.link(name, iri.term(_STATES[key]), self._entity(code))
            if key in _DATES:
                out.add(name, iri.term(_DATES[key]), date(str(value)))
            if not _said_elsewhere(key, value):
                text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
                out.add(name, iri.term("note"), literal(f"{key}: {text}"))
        class_ = record.attributes.get("class")
        if isinstance(class_, str):
            out.add(name, iri.term("weaponClass"), literal(class_))
            for word in re.split(r" ?[/(]| with ", class_):
                found = self._classes.get(word.strip(" )").casefold())
                out.link(name, iri.term("inClass"), iri.entity(found) if found else None)

    def events(self, record: Record) -> None:
        """What is known to have happened to a treaty, as one node each."""
        treaty, out = iri.entity(record.entity.id), self._out
        if record.entity.type != "Treaty":
            return
        for key, word in _EVENTS.items():
            for part in str(record.attributes.get(key, "")).split(", "):
                match = _DATED.fullmatch(part)
                day = date(match[1]) if match else None
                if not match or not day:
                    continue
                name = f"{treaty}#{word}={match[1]}" + (f",{match[2]}" if match[2] else "")
                out.link(name, f"{iri.RDF}type", iri.term("ReferenceEvent"))
                out.link(name, iri.term("eventType"), iri.term(word))
                out.link(name, iri.term("object"), treaty)
                out.add(name, iri.term("date"), day)
                doers = [match[2]] if match[2] else _codes(record.attributes.get("parties")) if word == "sign" else []
                for code in doers:
                    out.link(name, iri.term("agent"), self._entity(code))
                if word == "extend":
                    out.add(name, iri.term("until"), date(record.attributes.get("extended_until")))

    def limits(self, record: Record) -> None:
        """The limits that a treaty sets; ``limit_X_low`` and ``limit_X_high`` are the ends of one range."""
        treaty, out = iri.entity(record.entity.id), self._out
        for key, value in sorted(record.attributes.items()):
            match = _LIMIT.fullmatch(key)
            found = _NUMBER.match(str(value))
            if not match or not found:
                continue
            name = f"{treaty}#limit={match[1]}"
            out.link(name, f"{iri.RDF}type", iri.term("ReferenceFigure"))
            out.link(name, iri.term("figureKind"), iri.term("limit"))
            out.link(name, iri.term("subject"), treaty)
            out.add(name, iri.term("thing"), literal(match[1].replace("_", " ")))
            kind = {"_low": "minValue", "_high": "maxValue"}.get(match[2], "value")
            out.add(name, f"{iri.SCHEMA}{kind}", number(float(found[0])))

    def positions(self, record: Record) -> None:
        person, out = iri.entity(record.entity.id), self._out
        for count, row in enumerate(record.attributes.get("positions", ()), 1):
            name = f"{person}#position={count}"
            out.link(name, f"{iri.RDF}type", iri.term("Position"))
            out.link(name, f"{iri.ORG}member", person)
            out.link(name, f"{iri.ORG}organization", self._entity(row.get("of")))
            out.add(name, iri.term("title"), literal(str(row.get("title", ""))))
            out.add(name, iri.term("since"), date(str(row.get("start"))))
            out.add(name, iri.term("until"), date(str(row.get("end"))))
            out.link(person, iri.term("heldPosition"), name)


def _said_elsewhere(key: str, value: object) -> bool:
    """True when properties of their own, or nodes, say all that an attribute says."""
    if key in _EVENTS:
        return all(_DATED.fullmatch(part) for part in str(value).split(", "))
    if key in _STATES:
        return isinstance(value, list) or _CODE.fullmatch(str(value)) is not None
    if _LIMIT.fullmatch(key):
        return _NUMBER.fullmatch(str(value)) is not None
    return key in _LEFT_OUT or (isinstance(value, bool) and not value)


def _codes(value: object) -> list[str]:
    """Codes or keys of an attribute: a list, or the codes before any bracket of a text."""
    if isinstance(value, str):
        return _CODE.findall(value.split("(")[0])
    return [str(item) for item in value] if isinstance(value, list) else []


def ontology_triples() -> str:
    """The N-Triples of ``kg.ttl``, sorted."""
    text = (resources.files("kg.ontology") / "kg.ttl").read_bytes()
    triples = ox.parse(input=text, format=ox.RdfFormat.TURTLE)
    return "".join(sorted(f"{quad.subject} {quad.predicate} {quad.object} .\n" for quad in triples))
