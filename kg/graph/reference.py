"""The graphs that come from no article: curated reference data (the authority file) and the ontology itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from importlib import resources
from typing import Any

import pyoxigraph as ox

from kg import iri
from kg.authority import Record
from kg.graph.rdf import Triples, date, literal

_ISO = re.compile(r"\d{4}(-\d\d){0,2}")
_DATES = {"signed": "signedOn", "in_force": "inForceOn", "expired": "expiredOn", "terminated": "expiredOn"}
_STATES = {"parties": "party", "operator": "operator", "country": "country"}
_CODES = re.compile(r"[A-Z]{2}")


def authority_triples(records: Iterable[Record]) -> str:
    """The N-Triples of the authority file. What is no clean date, state or number stands as ``kg:note``."""
    out = Triples()
    out.link(iri.AUTHORITY_GRAPH, f"{iri.RDF}type", f"{iri.PROV}Collection")
    note = "Curated reference data of kg's authority file, not taken from any article."
    out.add(iri.AUTHORITY_GRAPH, f"{iri.DCTERMS}description", literal(note, lang="en"))
    ordered = sorted(records, key=lambda record: record.entity.id)
    codes = {
        str(record.attributes["iso_alpha2"]): record.entity.id
        for record in ordered
        if "iso_alpha2" in record.attributes and record.entity.type == "State"
    }
    keys = {record.entity.id for record in ordered}
    for record in ordered:
        _names(out, record)
        _attributes(out, record, codes)
        _positions(out, record, codes, keys)
    return out.text()


def _names(out: Triples, record: Record) -> None:
    name = iri.entity(record.entity.id)
    out.link(name, f"{iri.RDF}type", iri.term(record.entity.type))
    for tag, label in sorted(record.entity.labels.items()):
        out.add(name, f"{iri.SKOS}prefLabel", literal(label, lang=tag))
    labels = set(record.entity.labels.values())
    for alias in record.names:
        if alias.text not in labels and alias.kind == "name":
            out.add(name, f"{iri.SKOS}altLabel", literal(alias.text, lang=alias.lang))
    if record.wikidata:
        out.link(name, f"{iri.SKOS}exactMatch", f"http://www.wikidata.org/entity/{record.wikidata}")


def _attributes(out: Triples, record: Record, codes: Mapping[str, str]) -> None:
    name = iri.entity(record.entity.id)
    for key, value in sorted(record.attributes.items()):
        if key in _DATES and isinstance(value, str) and _ISO.fullmatch(value):
            out.add(name, iri.term(_DATES[key]), date(value))
        elif key in _STATES:
            for code in _listed(value):
                if code in codes:
                    out.link(name, iri.term(_STATES[key]), iri.entity(codes[code]))
        elif key.startswith("limit_") and isinstance(value, int):
            out.add(name, iri.term("limitsTo"), f'"{value}"^^<{iri.XSD}integer>')
            out.add(name, iri.term("note"), literal(f"{key}: {value}"))
        elif key == "class" and isinstance(value, str):
            out.add(name, iri.term("weaponClass"), literal(value))
        elif key not in {"positions", "iso_alpha3", "iso_numeric", "wikidata_alt"} and isinstance(value, str | int):
            out.add(name, iri.term("note"), literal(f"{key}: {value}"))


def _listed(value: Any) -> list[str]:
    """State codes of an attribute: a list, or the codes before any bracket of a text."""
    if isinstance(value, str):
        return _CODES.findall(value.split("(")[0])
    return [str(item) for item in value] if isinstance(value, list) else []


def _positions(out: Triples, record: Record, codes: Mapping[str, str], keys: set[str]) -> None:
    person = iri.entity(record.entity.id)
    for number, row in enumerate(record.attributes.get("positions", ()), 1):
        name = f"{person}#position={number}"
        of = codes.get(str(row.get("of"))) or (row.get("of") if row.get("of") in keys else None)
        out.link(name, f"{iri.RDF}type", iri.term("Position"))
        out.link(name, f"{iri.ORG}member", person)
        out.link(name, f"{iri.ORG}organization", iri.entity(of) if of else None)
        out.add(name, iri.term("title"), literal(str(row.get("title", ""))))
        out.add(name, iri.term("since"), date(str(row["start"])) if row.get("start") else None)
        out.add(name, iri.term("until"), date(str(row["end"])) if row.get("end") else None)
        out.link(person, iri.term("heldPosition"), name)


def ontology_triples() -> str:
    """The N-Triples of ``kg.ttl``, sorted."""
    text = (resources.files("kg.ontology") / "kg.ttl").read_bytes()
    triples = ox.parse(input=text, format=ox.RdfFormat.TURTLE)
    return "".join(sorted(f"{quad.subject} {quad.predicate} {quad.object} .\n" for quad in triples))
