"""Validation by the SHACL shapes of the ontology, one graph at a time: an article takes a millisecond or two.

Only the part of SHACL Core that ``shapes.ttl`` uses is understood; anything else in a shapes file is an error, never
silently passed over. Terms are their N-Triples text, as the writer of the triples makes them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import TypeAlias

import pyoxigraph as ox

from kg import iri
from kg.errors import DataFileError
from kg.graph.rdf import Triples, date, literal
from kg.graph.store import Store

Node: TypeAlias = dict[str, list[str]]
"""Values by property; all terms in N-Triples."""

_TYPE = f"<{iri.RDF}type>"
_STRING, _LANGUAGE_STRING = f"<{iri.XSD}string>", f"<{iri.RDF}langString>"
_NONE: frozenset[str] = frozenset()
_SHORT, _MANY = 80, 20_000
"""A shape remembers so many values that it found well, of less than so many characters: most of them come again."""
_NODE_KINDS = {f"<{iri.SH}IRI>": "<", f"<{iri.SH}Literal>": '"'}
_INTEGER = re.compile(r"[+-]?\d+")
_DECIMAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)")


def _is_date(text: str, length: int) -> bool:
    return len(text) == length and date(text) is not None


#: What a literal of a datatype looks like; other datatypes are taken as they are.
_LEXICAL: dict[str, Callable[[str], bool]] = {
    f"<{iri.XSD}integer>": lambda text: _INTEGER.fullmatch(text) is not None,
    f"<{iri.XSD}decimal>": lambda text: _DECIMAL.fullmatch(text) is not None,
    f"<{iri.XSD}boolean>": lambda text: text in {"true", "false", "1", "0"},
    f"<{iri.XSD}date>": lambda text: _is_date(text, 10),
    f"<{iri.XSD}gYearMonth>": lambda text: _is_date(text, 7),
    f"<{iri.XSD}gYear>": lambda text: _is_date(text, 4),
}


@dataclass(frozen=True, slots=True)
class Violation:
    """A node that breaks a constraint. ``component`` is SHACL's name of the constraint, ``message`` for people.

    ``value`` is the value that breaks it in N-Triples; None where it is their number.
    """

    graph: str
    node: str
    path: str
    component: str
    shape: str
    message: str
    value: str | None = None

    def __str__(self) -> str:
        return f"{self.node}: {self.message}"


_Broken: TypeAlias = tuple[str, str, str | None]
"""SHACL component, message for people, and the value that breaks it."""


@dataclass(frozen=True, slots=True)
class _Property:
    """A property shape; None, or an empty tuple, for a constraint that it does not have."""

    shape: str
    path: str
    min_count: int = 0
    max_count: int | None = None
    datatypes: tuple[str, ...] = ()
    """More than one from ``sh:or``."""
    starts: str = ""
    """First character of the terms of a node kind."""
    class_: str | None = None
    allowed: frozenset[str] = frozenset()
    at_least: float | None = None
    less_than: str | None = None

    def is_plain(self, value: str) -> bool:
        """Whether a value keeps what this shape asks of it alone, without a look at other values and nodes."""
        if self.starts and not value.startswith(self.starts):
            return False
        if self.datatypes and not _is_of(value, self.datatypes):
            return False
        if self.allowed and value not in self.allowed:
            return False
        return self.at_least is None or _number(value, default=self.at_least - 1) >= self.at_least

    def is_placed(self, value: str, node: Node, types: Mapping[str, frozenset[str]]) -> bool:
        """Whether a value keeps what this shape asks of it beside other values and nodes."""
        if self.class_ is not None and self.class_ not in types.get(value, _NONE):
            return False
        if self.less_than is not None:
            for other in node.get(self.less_than, ()):
                if not _number(value) < _number(other):
                    return False
        return True

    def broken(self, node: Node, types: Mapping[str, frozenset[str]]) -> Iterator[_Broken]:
        """Each constraint that a node breaks."""
        values = node.get(self.path, ())
        name = _short(self.path)
        if len(values) < self.min_count:
            yield "MinCount", f"has no {name}" if not values else f"has fewer than {self.min_count} {name}", None
        if self.max_count is not None and len(values) > self.max_count:
            yield "MaxCount", f"has more than {self.max_count} {name}", None
        for value in values:
            yield from self._broken_by(value, name, node, types)

    def _broken_by(self, value: str, name: str, node: Node, types: Mapping[str, frozenset[str]]) -> Iterator[_Broken]:
        if self.datatypes and not _is_of(value, self.datatypes):
            kind = "Datatype" if len(self.datatypes) == 1 else "Or"
            yield kind, f"{name} {_shown(value)} is no {' or '.join(map(_short, self.datatypes))}", value
        if self.starts and not value.startswith(self.starts):
            yield "NodeKind", f"{name} {_shown(value)} is not {'an IRI' if self.starts == '<' else 'a literal'}", value
        if self.class_ is not None and self.class_ not in types.get(value, frozenset()):
            yield "Class", f"{name} {_shown(value)} is no {_short(self.class_)}", value
        if self.allowed and value not in self.allowed:
            yield "In", f"{name} {_shown(value)} is not one of {', '.join(sorted(map(_short, self.allowed)))}", value
        if self.at_least is not None and not _number(value, default=self.at_least - 1) >= self.at_least:
            yield "MinInclusive", f"{name} {_shown(value)} is under {self.at_least:g}", value
        if self.less_than is not None:
            for other in node.get(self.less_than, ()):
                if not _number(value) < _number(other):
                    yield "LessThan", f"{name} {_shown(value)} is not less than {_short(self.less_than)}", value


class _Plan:
    """The property shapes of the nodes of one combination of classes, laid out so that most nodes are well at once."""

    def __init__(self, shapes: Sequence[_Property]) -> None:
        self.shapes = shapes
        self._needed = frozenset(shape.path for shape in shapes if shape.min_count)
        self._by_path: dict[str, list[tuple[_Property, bool, bool, set[str]]]] = defaultdict(list)
        for shape in shapes:
            one = shape.min_count <= 1 and (shape.max_count is None or shape.max_count >= 1)
            beside = shape.class_ is not None or shape.less_than is not None
            self._by_path[shape.path].append((shape, one, beside, set()))

    def holds(self, node: Node, types: Mapping[str, frozenset[str]]) -> bool:
        """Whether no shape would find anything in a node."""
        if not self._needed <= node.keys():
            return False
        by_path = self._by_path
        for path, values in node.items():
            if path not in by_path:
                continue
            count = len(values)
            for shape, one, beside, plain in by_path[path]:
                if not (one if count == 1 else _is_number(count, shape)):
                    return False
                for value in values:
                    if value not in plain:
                        if not shape.is_plain(value):
                            return False
                        if len(value) < _SHORT and len(plain) < _MANY:
                            plain.add(value)
                    if beside and not shape.is_placed(value, node, types):
                        return False
        return True


def _is_number(count: int, shape: _Property) -> bool:
    """Whether a node may have so many values."""
    return count >= shape.min_count and (shape.max_count is None or count <= shape.max_count)


class Validator:
    """The shapes, read once."""

    def __init__(self, path: Path | None = None) -> None:
        """``path``: a shapes file; None for the shipped one. Raises DataFileError."""
        folder = resources.files("kg.ontology")
        self._classes = _superclasses(_Turtle(Path(str(folder / "kg.ttl"))))
        shapes = _Turtle(path or Path(str(folder / "shapes.ttl")))
        self._shapes: dict[str, tuple[_Property, ...]] = {
            target: tuple(_property(shapes, one) for one in shapes.values(shape, "property"))
            for shape, target in shapes.targets()
        }
        self._known_kinds: dict[tuple[str, ...], frozenset[str]] = {}
        self._plans: dict[frozenset[str], _Plan] = {}

    def check(self, store: Store, *, limit: int = 1000) -> list[Violation]:
        """The first ``limit`` violations in a store, in the order of graphs and nodes."""
        found: list[Violation] = []
        for graph in store.graphs():
            if len(found) >= limit:
                break
            terms = ((str(q.subject), str(q.predicate), str(q.object)) for q in store.quads(graph))
            found.extend(self.check_terms(terms, graph))
        return found[:limit]

    def check_article(self, triples: str, graph: str) -> list[Violation]:
        """The violations of one article's N-Triples, as ``rdf`` writes them."""
        return self.check_terms((line[:-2].split(" ", 2) for line in triples.split("\n") if line), graph)

    def check_terms(self, terms: Iterable[Sequence[str]], graph: str) -> list[Violation]:
        """The violations of triples before they are stored; each is a subject, predicate and object in N-Triples."""
        nodes: dict[str, Node] = {}
        last, node = None, Node()
        for subject, predicate, value in terms:
            if subject != last:  # the triples of a node mostly stand together
                node, last = nodes.setdefault(subject, {}), subject
            if predicate in node:
                node[predicate].append(value)
            else:
                node[predicate] = [value]
        types = {name: self._kinds(tuple(node[_TYPE])) for name, node in nodes.items() if _TYPE in node}
        found: list[Violation] = []
        for name, of in types.items():
            node = nodes[name]
            plan = self._plan(of)
            if plan.holds(node, types):
                continue
            for shape in plan.shapes:
                for component, message, broken_by in shape.broken(node, types):
                    component = f"{component}ConstraintComponent"
                    where = (name[1:-1], shape.path[1:-1], component, shape.shape[1:-1])
                    found.append(Violation(graph, *where, message, broken_by))
        return sorted(found, key=lambda v: (v.node, v.path, v.component, v.message))

    def _kinds(self, named: tuple[str, ...]) -> frozenset[str]:
        """Classes with those above them; a graph has few different combinations."""
        if named not in self._known_kinds:
            self._known_kinds[named] = frozenset().union(*(self._classes.get(t, frozenset({t})) for t in named))
        return self._known_kinds[named]

    def _plan(self, classes: frozenset[str]) -> _Plan:
        """The property shapes of a node of these classes."""
        if classes not in self._plans:
            shapes = (shape for class_ in sorted(classes) for shape in self._shapes.get(class_, ()))
            self._plans[classes] = _Plan(tuple(dict.fromkeys(shapes)))
        return self._plans[classes]


class _Turtle:
    """A small Turtle file as terms in N-Triples."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._nodes: dict[str, Node] = defaultdict(dict)
        try:
            for quad in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE):
                self._nodes[str(quad.subject)].setdefault(str(quad.predicate), []).append(str(quad.object))
        except (SyntaxError, OSError) as error:
            raise DataFileError(path, f"not readable as Turtle ({error})") from error

    def targets(self) -> list[tuple[str, str]]:
        """Node shapes with their target classes."""
        key = f"<{iri.SH}targetClass>"
        return sorted((name, target) for name, node in self._nodes.items() for target in node.get(key, ()))

    def values(self, name: str, word: str) -> list[str]:
        """Sorted values of a SHACL property."""
        return sorted(self._nodes[name].get(f"<{iri.SH}{word}>", ()))

    def node(self, name: str) -> Node:
        return self._nodes[name]

    def items(self, head: str) -> list[str]:
        """The items of an RDF list."""
        items: list[str] = []
        while head != f"<{iri.RDF}nil>":
            node = self._nodes[head]
            items.extend(node[f"<{iri.RDF}first>"])
            head = node[f"<{iri.RDF}rest>"][0]
        return items

    def pairs(self, predicate: str) -> Iterator[tuple[str, str]]:
        for name, node in self._nodes.items():
            for value in node.get(predicate, ()):
                yield name, value


def _superclasses(ontology: _Turtle) -> dict[str, frozenset[str]]:
    """Each class of the ontology with itself and all above it."""
    above: dict[str, set[str]] = defaultdict(set)
    for name, upper in ontology.pairs(f"<{iri.RDFS}subClassOf>"):
        above[name].add(upper)

    def closure(name: str) -> frozenset[str]:
        return frozenset({name}).union(*(closure(upper) for upper in above.get(name, ())))

    return {name: closure(name) for name in sorted(above)}


def _property(shapes: _Turtle, name: str) -> _Property:
    """One property shape. Raises DataFileError for what is not understood."""
    facts = {key[1:-1].removeprefix(iri.SH): values for key, values in shapes.node(name).items() if key != _TYPE}

    def one(key: str) -> str | None:
        return facts.pop(key)[0] if key in facts else None

    path, kind, low, high = one("path"), one("nodeKind"), one("minCount"), one("maxCount")
    least, either, datatype, allowed = one("minInclusive"), one("or"), one("datatype"), one("in")
    class_, less_than = one("class"), one("lessThan")
    datatypes = [datatype] if datatype else []
    for alternative in shapes.items(either) if either else ():
        datatypes.extend(shapes.values(alternative, "datatype"))
    if facts or path is None or (kind and kind not in _NODE_KINDS) or (either and not datatypes):
        problem = ", ".join(sorted(facts)) or "a shape without path, or an unknown node kind or sh:or"
        raise DataFileError(shapes.path, f"{name}: cannot check {problem}")
    return _Property(
        name,
        path,
        min_count=int(_lexical(low)) if low else 0,
        max_count=int(_lexical(high)) if high else None,
        datatypes=tuple(datatypes),
        starts=_NODE_KINDS[kind] if kind else "",
        class_=class_,
        allowed=frozenset(shapes.items(allowed)) if allowed else frozenset(),
        at_least=_number(least) if least else None,
        less_than=less_than,
    )


def _lexical(term: str) -> str:
    """The text of a literal, still escaped."""
    return term[1 : term.rindex('"')] if term.startswith('"') else term


def _datatype(term: str) -> str:
    """The datatype of a literal; empty for anything else."""
    if not term.startswith('"'):
        return ""
    if term.endswith('"'):
        return _STRING
    rest = term[term.rindex('"') + 1 :]
    if rest.startswith("^^"):
        return rest[2:]
    return _LANGUAGE_STRING


def _is_of(term: str, datatypes: Sequence[str]) -> bool:
    found = _datatype(term)
    return found in datatypes and (found not in _LEXICAL or _LEXICAL[found](_lexical(term)))


@lru_cache(maxsize=20_000)
def _number(term: str, default: float = float("nan")) -> float:
    text = _lexical(term)
    return float(text) if _DECIMAL.fullmatch(text) else default


def _short(term: str) -> str:
    return term.strip("<>").rsplit("#", 1)[-1].rsplit("/", 1)[-1]


def _shown(term: str) -> str:
    return _short(term) if term.startswith("<") else f"'{_lexical(term)[:60]}'"


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
        out.add(result, f"{iri.SH}value", violation.value)
        out.link(result, f"{iri.SH}sourceConstraintComponent", f"{iri.SH}{violation.component}")
        out.link(result, f"{iri.SH}sourceShape", violation.shape)
        out.link(result, f"{iri.SH}resultSeverity", f"{iri.SH}Violation")
        out.add(result, f"{iri.SH}resultMessage", literal(violation.message, lang="en"))
    return out.text()
