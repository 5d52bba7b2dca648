"""Validation by the SHACL shapes of the ontology: one SPARQL query for each constraint, so that a store of any size
is checked where it lies and one article in milliseconds.

Only the part of SHACL Core that ``shapes.ttl`` uses is understood; anything else in a shapes file is an error, never
silently passed over.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Protocol

import pyoxigraph as ox

from kg import iri
from kg.errors import DataFileError
from kg.graph.rdf import Triples, literal, quads

_TYPE = ox.NamedNode(f"{iri.RDF}type")
_FIRST, _REST = ox.NamedNode(f"{iri.RDF}first"), ox.NamedNode(f"{iri.RDF}rest")
_UNDERSTOOD = frozenset(
    {"path", "minCount", "maxCount", "datatype", "nodeKind", "class", "in", "minInclusive", "or", "lessThan"}
)


@dataclass(frozen=True, slots=True)
class Violation:
    """A node that breaks a constraint. ``component`` is SHACL's name of the constraint, ``message`` for people."""

    graph: str
    node: str
    path: str
    component: str
    shape: str
    message: str

    def __str__(self) -> str:
        return f"{self.node}: {self.message}"


@dataclass(frozen=True, slots=True)
class _Constraint:
    component: str
    shape: str
    path: str
    message: str
    query: str


class Queryable(Protocol):
    """A store, or pyoxigraph's own."""

    def query(self, sparql: str) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples: ...


class Validator:
    """The shapes compiled to queries; made once."""

    def __init__(self, path: Path | None = None) -> None:
        source = path or Path(str(resources.files("kg.ontology") / "shapes.ttl"))
        self._source = source
        self._shapes = ox.Store()
        self._shapes.load(path=str(source), format=ox.RdfFormat.TURTLE)
        self.constraints = tuple(self._compiled())

    def check(self, store: Queryable, *, limit: int = 1000) -> list[Violation]:
        """The violations in a store, at most ``limit`` of each constraint, in a fixed order."""
        found: list[Violation] = []
        for constraint in self.constraints:
            rows = store.query(f"{constraint.query} LIMIT {limit}")
            assert isinstance(rows, ox.QuerySolutions)
            for row in rows:
                graph, node = row["g"], row["s"]
                found.append(
                    Violation(
                        str(getattr(graph, "value", "")),
                        str(getattr(node, "value", "")),
                        constraint.path,
                        constraint.component,
                        constraint.shape,
                        constraint.message,
                    )
                )
        return sorted(set(found), key=lambda v: (v.graph, v.node, v.path, v.component))

    def check_article(self, triples: str, graph: str) -> list[Violation]:
        """The violations of one article's triples before they are stored."""
        store = ox.Store()
        store.load(input=quads(triples, graph).encode(), format=ox.RdfFormat.N_QUADS)
        return self.check(store)

    def _compiled(self) -> Iterator[_Constraint]:
        for shape, target in sorted(self._pairs("targetClass"), key=str):
            for node, property_ in sorted(self._pairs("property"), key=str):
                if node == shape:
                    yield from self._property(shape.value, target.value, property_)

    def _pairs(self, name: str) -> list[tuple[ox.NamedNode, ox.NamedNode]]:
        quads_ = self._shapes.quads_for_pattern(None, ox.NamedNode(f"{iri.SH}{name}"), None)
        return [
            (q.subject, q.object)
            for q in quads_
            if isinstance(q.subject, ox.NamedNode) and isinstance(q.object, ox.NamedNode)
        ]

    def _property(self, shape: str, target: str, node: ox.NamedNode) -> Iterator[_Constraint]:
        """The constraints of one property shape on the instances of one class."""
        facts = {
            q.predicate.value.removeprefix(iri.SH): q.object
            for q in self._shapes.quads_for_pattern(node, None, None)
            if q.predicate != _TYPE
        }
        unknown = sorted(set(facts) - _UNDERSTOOD)
        if unknown or "path" not in facts:
            raise DataFileError(
                self._source, f"{node.value}: cannot check {', '.join(unknown) or 'a shape without path'}"
            )
        path = facts.pop("path").value
        of = f"?s a <{target}>"
        has = f"{of} ; <{path}> ?o"
        name = path.rsplit("#", 1)[-1].rsplit("/", 1)[-1]
        for key, value in sorted(facts.items()):
            body, message = self._body(key, value, of, has, path, name)
            text = f"SELECT DISTINCT ?g ?s WHERE {{ GRAPH ?g {{ {body} }} }}"
            if key == "maxCount":
                text = f"SELECT ?g ?s WHERE {{ GRAPH ?g {{ {has} }} }} GROUP BY ?g ?s HAVING(COUNT(DISTINCT ?o) > {value.value})"
            component = f"{key[0].upper()}{key[1:]}ConstraintComponent"
            yield _Constraint(component, shape, path, message, text)

    def _body(
        self, key: str, value: ox.NamedNode | ox.BlankNode | ox.Literal, of: str, has: str, path: str, name: str
    ) -> tuple[str, str]:
        """The graph pattern that finds violators, and the message."""
        if key == "minCount":
            return f"{of} FILTER NOT EXISTS {{ ?s <{path}> ?o }}", f"has no {name}"
        if key == "maxCount":
            return "", f"has more than {value.value} {name}"
        if key == "datatype":
            return f"{has} FILTER(DATATYPE(?o) != {value})", f"{name} is not {_short(value)}"
        if key == "or":
            types = [self._object(item, "datatype") for item in self._list(value)]
            listed = ", ".join(str(item) for item in types)
            return f"{has} FILTER(DATATYPE(?o) NOT IN ({listed}))", f"{name} is none of {', '.join(map(_short, types))}"
        if key == "nodeKind":
            return f"{has} FILTER(!isIRI(?o))", f"{name} is not an IRI"
        if key == "class":
            return f"{has} FILTER NOT EXISTS {{ ?o a {value} }}", f"{name} is not a {_short(value)}"
        if key == "in":
            items = [str(item) for item in self._list(value)]
            return f"{has} FILTER(?o NOT IN ({', '.join(items)}))", f"{name} is not one of the allowed values"
        if key == "minInclusive":
            return f"{has} FILTER(?o < {value})", f"{name} is under {value.value}"
        return f"{has} ; {value} ?other FILTER(?o >= ?other)", f"{name} is not less than {_short(value)}"

    def _list(self, head: ox.NamedNode | ox.BlankNode | ox.Literal) -> list[ox.NamedNode | ox.BlankNode | ox.Literal]:
        items = []
        while isinstance(head, ox.BlankNode):
            items.append(self._value(head, _FIRST))
            head = self._value(head, _REST)
        return items

    def _object(
        self, node: ox.NamedNode | ox.BlankNode | ox.Literal, name: str
    ) -> ox.NamedNode | ox.BlankNode | ox.Literal:
        return self._value(node, ox.NamedNode(f"{iri.SH}{name}"))

    def _value(
        self, node: ox.NamedNode | ox.BlankNode | ox.Literal, predicate: ox.NamedNode
    ) -> ox.NamedNode | ox.BlankNode | ox.Literal:
        if isinstance(node, ox.Literal):
            raise DataFileError(self._source, f"a literal where a list or shape is needed: {node}")
        for quad in self._shapes.quads_for_pattern(node, predicate, None):
            if isinstance(quad.object, ox.NamedNode | ox.BlankNode | ox.Literal):
                return quad.object
        raise DataFileError(self._source, f"{node} has no {predicate}")


def _short(term: ox.NamedNode | ox.BlankNode | ox.Literal) -> str:
    return term.value.rsplit("#", 1)[-1].rsplit("/", 1)[-1]


def report(violations: Sequence[Violation]) -> str:
    """The violations as an N-Triples report in the SHACL vocabulary."""
    out = Triples()
    name = f"{iri.GRAPH}validation"
    out.link(name, f"{iri.RDF}type", f"{iri.SH}ValidationReport")
    conforms = "false" if violations else "true"
    out.add(name, f"{iri.SH}conforms", literal(conforms, datatype=f"{iri.XSD}boolean"))
    for number, violation in enumerate(violations, 1):
        result = f"{name}#{number}"
        out.link(name, f"{iri.SH}result", result)
        out.link(result, f"{iri.RDF}type", f"{iri.SH}ValidationResult")
        out.link(result, f"{iri.SH}focusNode", violation.node)
        out.link(result, f"{iri.SH}resultPath", violation.path)
        out.link(result, f"{iri.SH}sourceConstraintComponent", f"{iri.SH}{violation.component}")
        out.link(result, f"{iri.SH}sourceShape", violation.shape)
        out.link(result, f"{iri.SH}resultSeverity", f"{iri.SH}Violation")
        out.add(result, f"{iri.SH}resultMessage", literal(violation.message, lang="en"))
    return out.text()
