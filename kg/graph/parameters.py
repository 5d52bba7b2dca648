"""Parameters of queries: what a user writes becomes a term, or one line that says what would be right."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from importlib import resources
from typing import Literal, TypeAlias, get_args

import pyoxigraph as ox

from kg import iri
from kg.errors import UsageError
from kg.graph.rdf import date
from kg.graph.store import Store

ParamKind: TypeAlias = Literal["entity", "term", "string", "date", "integer", "lang"]
KINDS: tuple[ParamKind, ...] = get_args(ParamKind)
_TAG = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
#: Entities shown when a name means none or several.
_CANDIDATES = 8


class ParameterError(UsageError):
    """A parameter that the query does not have, or a value that does not fit."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a query. ``kind`` says how its value is read."""

    name: str
    kind: ParamKind
    about: str = ""


def term(store: Store, parameter: Parameter, value: str) -> str:
    """The term that a value means, as SPARQL writes it. Raises ParameterError."""
    if parameter.kind == "entity":
        return str(entity(store, value))
    if parameter.kind == "term":
        return f"<{iri.term(_word(parameter.name, value))}>"
    if parameter.kind == "integer":
        if not re.fullmatch(r"-?\d{1,18}", value, re.ASCII):
            raise ParameterError(f"{parameter.name}={value}: a whole number is needed")
        return value
    if parameter.kind == "date" and date(value) is None:
        raise ParameterError(f"{parameter.name}={value}: a date is written 2026, 2026-02 or 2026-02-05")
    if parameter.kind == "lang":
        if not _TAG.fullmatch(value):
            raise ParameterError(f"{parameter.name}={value}: a language is written en, zh-hant or zh-hans")
        value = value.lower()
    try:
        return str(ox.Literal(value))
    except UnicodeEncodeError as error:
        raise ParameterError(f"{parameter.name}: the value is no text that UTF-8 can hold") from error


def words() -> list[str]:
    """The words of the ontology: classes, acts, types of event, kinds of figure, properties; sorted."""
    text = resources.files("kg.ontology").joinpath("kg.ttl").read_bytes()
    found = {
        quad.subject.value
        for quad in ox.parse(input=text, format=ox.RdfFormat.TURTLE)
        if isinstance(quad.subject, ox.NamedNode)
    }
    return sorted(one.removeprefix(iri.ONTOLOGY) for one in found if one.startswith(iri.ONTOLOGY))


def _word(name: str, value: str) -> str:
    known = words()
    if value in known:
        return value
    folded = {word.casefold(): word for word in known}
    near = difflib.get_close_matches(value.casefold(), folded, n=3)
    hint = f"did you mean {' or '.join(folded[one] for one in near)}?" if near else "such as deny, test or Treaty"
    raise ParameterError(f"{name}={value}: a word of the ontology is needed, {hint}")


def entity(store: Store, value: str) -> ox.NamedNode:
    """The entity that a user means: an IRI, a key of the authority file, or a name in any language.

    Raises ParameterError when nothing, or more than one thing, has that name.
    """
    if value.startswith(("http://", "https://")):
        try:
            return ox.NamedNode(value)
        except ValueError as error:
            raise ParameterError(f"{value!r} is not an IRI") from error
    candidate = ox.NamedNode(iri.entity(value))
    if _column(store, f"SELECT ?t WHERE {{ GRAPH ?g {{ {candidate} a ?t }} }} LIMIT 1"):
        return candidate
    found = _named(store, value)
    if len(found) == 1:
        return ox.NamedNode(found[0])
    if found:
        raise ParameterError(f"{value!r} names {len(found)} things; use one of these keys: {_listed(store, found)}")
    near = str(ox.Literal(value.casefold()))
    alike = _column(
        store,
        f"""SELECT DISTINCT ?e WHERE {{ GRAPH ?g {{ ?e skos:prefLabel|skos:altLabel ?n }}
        FILTER(STRSTARTS(STR(?e), "{iri.ENTITY}") && CONTAINS(LCASE(STR(?n)), {near})) }}
        ORDER BY ?e LIMIT {_CANDIDATES}""",
    )
    hint = f"did you mean {_listed(store, alike)}?" if alike else "see the names with 'kg query entities'"
    raise ParameterError(f"nothing in the store is named {value!r}: {hint}")


def _named(store: Store, value: str) -> list[str]:
    """IRIs of the entities of a name: as labels have it, then as articles use it, then whatever its letters' case."""
    name = ox.Literal(value)
    names = " ".join([str(name), *(f"{name}@{tag}" for tag in ("en", "zh", "zh-hant", "zh-hans"))])
    among = f"VALUES ?n {{ {names} }} GRAPH ?g {{ ?e"
    labels = "skos:prefLabel|skos:altLabel"
    anycase = f"FILTER(STRLEN(STR(?n)) = {len(value)} && LCASE(STR(?n)) = {ox.Literal(value.lower())})"
    for pattern in (
        f"{among} {labels} ?n }}",
        f"{among} skos:hiddenLabel ?n }}",
        f"GRAPH ?g {{ ?m nif:anchorOf {name} ; a kg:Mention ; itsrdf:taIdentRef ?e }}",
        f"GRAPH ?g {{ ?e {labels} ?n }} {anycase}",
    ):
        of_entity = f'FILTER(STRSTARTS(STR(?e), "{iri.ENTITY}"))'
        sparql = f"SELECT DISTINCT ?e WHERE {{ {pattern} {of_entity} }} ORDER BY ?e"
        found = _column(store, sparql)
        if found:
            return found
    return []


def _listed(store: Store, entities: list[str]) -> str:
    """Keys with a label each."""
    shown: list[str] = []
    for one in entities[:_CANDIDATES]:
        rows = store.select(
            f"SELECT ?n WHERE {{ GRAPH ?g {{ <{one}> skos:prefLabel ?n }} }} ORDER BY LANG(?n) ?n LIMIT 1"
        )
        label = next((row[0].value for row in rows if isinstance(row[0], ox.Literal)), "")
        key = one.removeprefix(iri.ENTITY)
        shown.append(f"{key if '/' not in key else one} ({label})" if label else key)
    return ", ".join(shown) + (", …" if len(entities) > _CANDIDATES else "")


def _column(store: Store, sparql: str) -> list[str]:
    return [row[0].value for row in store.select(sparql) if isinstance(row[0], ox.NamedNode)]
