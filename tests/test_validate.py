"""Validation: the same findings as the reference implementation of SHACL, in milliseconds."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

import gold
import pyoxigraph as ox
import pyshacl
import pytest
from rdflib import Graph, Namespace
from rdflib.namespace import SH

from kg import authority, iri
from kg.errors import DataFileError
from kg.graph.rdf import article_triples
from kg.graph.reference import authority_triples, ontology_triples
from kg.graph.store import OxigraphStore
from kg.graph.validate import Validator, report

KG = Namespace(iri.ONTOLOGY)
ARTICLE = iri.article("dev-01-burevestnik-poseidon")
VALIDATOR = Validator()


def sound() -> str:
    return article_triples(gold.records(gold.load("01")), digest="d")


def without(word: str) -> str:
    """The first triple of a property is missing."""
    return re.sub(rf"^.*[/#]{word}> .*\n", "", sound(), count=1, flags=re.MULTILINE)


def changed(word: str, value: str) -> str:
    """The first value of a property is another."""
    return re.sub(rf"([/#]{word}>) .* \.$", lambda m: f"{m[1]} {value} .", sound(), count=1, flags=re.MULTILINE)


def twice(word: str, value: str) -> str:
    """A property has a value more."""
    line = next(line for line in sound().splitlines() if re.search(rf"[/#]{word}> ", line))
    return sound() + re.sub(rf"([/#]{word}>) .* \.$", lambda m: f"{m[1]} {value} .", line) + "\n"


def typed(text: str, type_: str) -> str:
    return f'"{text}"^^<{iri.XSD}{type_}>'


PLANTED = {
    "no id": without("identifier"),
    "two ids": twice("identifier", '"other"'),
    "date of publication as text": changed("issued", '"2025-10-31"'),
    "impossible date of publication": changed("issued", typed("2025-02-30", "date")),
    "no text": without("isString"),
    "mention without entity": without("taIdentRef"),
    "mention of a literal": changed("taIdentRef", '"Russia"'),
    "unknown kind of mention": changed("mentionKind", f"<{iri.term('guess')}>"),
    "begin is no number": changed("beginIndex", '"one"'),
    "begin is an ill-formed number": changed("beginIndex", typed("one", "integer")),
    "begin is negative": changed("beginIndex", typed("-1", "integer")),
    "begin is behind the end": changed("beginIndex", typed("99999", "integer")),
    "statement without act": without("act"),
    "act that is none": changed("act", f"<{iri.term('sing')}>"),
    "two speakers": twice("speaker", f"<{iri.entity('state-us')}>"),
    "event without type": without("eventType"),
    "event with an unknown type": changed("eventType", f"<{iri.term('explode')}>"),
    "alleged is a word": changed("alleged", '"yes"'),
    "alleged is ill-formed": changed("alleged", typed("perhaps", "boolean")),
    "date of an event as a time": changed("date", typed("2025-10-31T00:00:00", "dateTime")),
    "figure without a thing": without("thing"),
    "value as text": changed("value", '"many"'),
    "position without a person": without("member"),
    "span in no context": changed("referenceContext", f"<{ARTICLE}>"),
    "label as a number": sound() + f"<{iri.entity('state-us')}> <{iri.SKOS}prefLabel> {typed('1', 'integer')} .\n",
}


Finding = tuple[str, str, str, str, str]


def findings(report: Graph) -> set[Finding]:
    """Node, path, component, shape and value of each result of a SHACL report."""
    parts = (SH.focusNode, SH.resultPath, SH.sourceConstraintComponent, SH.sourceShape, SH.value)
    return {
        tuple(str(report.value(one, part)) for part in parts)  # type: ignore[misc]
        for one in report.subjects(None, SH.ValidationResult)
    }


def reference(triples: str) -> set[Finding]:
    """What pyshacl finds wrong."""
    folder = resources.files("kg.ontology")
    shapes = Graph().parse(data=(folder / "shapes.ttl").read_text(encoding="utf-8"), format="turtle")
    ontology = Graph().parse(data=(folder / "kg.ttl").read_text(encoding="utf-8"), format="turtle")
    data = Graph().parse(data=triples, format="nt")
    _, found, _ = pyshacl.validate(data, shacl_graph=shapes, ont_graph=ontology)
    return findings(found)  # type: ignore[arg-type]


def ours(triples: str) -> set[Finding]:
    return findings(Graph().parse(data=report(VALIDATOR.check_article(triples, ARTICLE)), format="nt"))


@pytest.mark.filterwarnings("ignore:Parsing weird boolean")
@pytest.mark.parametrize("name", sorted(PLANTED))
def test_a_planted_error_is_found_as_the_reference_finds_it(name: str) -> None:
    found = ours(PLANTED[name])
    assert found
    assert found == reference(PLANTED[name])


@pytest.mark.parametrize("path", gold.paths(), ids=lambda path: path.stem)
def test_what_is_written_is_valid(path: Path) -> None:
    records = gold.records(gold.load(path))
    assert VALIDATOR.check_article(article_triples(records), iri.article(records.article.id)) == []


def test_the_reference_finds_nothing_wrong_either() -> None:
    assert reference(sound()) == set()


def test_the_curated_graphs_are_valid() -> None:
    assert VALIDATOR.check_article(authority_triples(authority.load().values()), iri.AUTHORITY_GRAPH) == []
    assert VALIDATOR.check_article(ontology_triples(), iri.ONTOLOGY_GRAPH) == []


def test_a_store_is_checked_graph_by_graph() -> None:
    with OxigraphStore(mode="memory") as store:
        store.replace(ARTICLE, PLANTED["act that is none"])
        store.replace(iri.article("good"), article_triples(gold.records(gold.load("02"))))
        store.replace(iri.article("zz"), PLANTED["no id"].replace(ARTICLE, iri.article("zz")))
        found = VALIDATOR.check(store)
        assert [(one.graph, one.component) for one in found] == [
            (ARTICLE, "InConstraintComponent"),
            (iri.article("zz"), "MinCountConstraintComponent"),
        ]
        assert str(found[0]) == f"{found[0].node}: {found[0].message}"
        assert "act sing is not one of accuse, announce" in found[0].message
        assert found[1].message == "has no identifier"
        assert VALIDATOR.check(store, limit=1) == found[:1]


def test_the_report_speaks_shacl() -> None:
    text = report(VALIDATOR.check_article(PLANTED["act that is none"], ARTICLE))
    graph = Graph().parse(data=text, format="nt")
    one = next(graph.subjects(SH.focusNode, None))
    assert (one, SH.sourceConstraintComponent, SH.InConstraintComponent) in graph
    assert (one, SH.resultPath, KG.act) in graph
    assert (one, SH.sourceShape, KG["statement-act"]) in graph
    assert (None, SH.conforms, None) in graph
    assert '"true"' in report([])


@pytest.mark.parametrize(
    ("shapes", "reason"),
    [
        ("kg:S a sh:NodeShape", "Turtle"),
        ("kg:S sh:targetClass kg:Event ; sh:property kg:p . kg:p sh:path kg:date ; sh:pattern 'x' .", "pattern"),
        ("kg:S sh:targetClass kg:Event ; sh:property kg:p . kg:p sh:minCount 1 .", "without path"),
        (
            "kg:S sh:targetClass kg:Event ; sh:property kg:p . kg:p sh:path kg:x ; sh:nodeKind sh:BlankNode .",
            "node kind",
        ),
    ],
)
def test_shapes_that_are_not_understood_are_an_error(tmp_path: Path, shapes: str, reason: str) -> None:
    path = tmp_path / "mine.ttl"
    path.write_text(f"@prefix kg: <{iri.ONTOLOGY}> . @prefix sh: <{iri.SH}> . {shapes}", encoding="utf-8")
    with pytest.raises(DataFileError, match=reason):
        Validator(path)


def test_every_class_of_the_ontology_has_a_shape_of_its_own_or_above_it() -> None:
    ontology = Graph().parse(data=ontology_triples(), format="nt")
    rows = ontology.query("SELECT ?c ?s { ?c a owl:Class ; rdfs:subClassOf* ?s }")
    above: dict[str, set[str]] = {}
    for name, upper in rows:  # type: ignore[misc]
        above.setdefault(str(name), set()).add(str(upper))
    shapes = Graph().parse(str(resources.files("kg.ontology") / "shapes.ttl"))
    shaped = {str(target) for target in shapes.objects(None, SH.targetClass)}
    assert len(above) > 15
    assert [name for name, uppers in above.items() if not uppers & shaped] == []


def test_parsing_agrees_with_the_store() -> None:
    """Terms as the writer makes them and as the store gives them back are checked alike."""
    broken = PLANTED["value as text"]
    with OxigraphStore(mode="memory") as store:
        store.replace(ARTICLE, broken)
        assert VALIDATOR.check(store) == VALIDATOR.check_article(broken, ARTICLE)
        assert isinstance(next(store.quads(ARTICLE)), ox.Quad)
