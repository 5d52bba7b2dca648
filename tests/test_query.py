"""Queries: found by name, parameters as terms, what they may not do, and the five answers."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import gold
import pyoxigraph as ox
import pytest

from kg import authority, iri
from kg.graph import query
from kg.graph.query import ParameterError, QueryError, UnknownQueryError
from kg.graph.rdf import article_triples
from kg.graph.reference import authority_triples, ontology_triples
from kg.graph.store import OxigraphStore, Store
from kg.model import Article, Entity, Mention, Records, Statement

FIVE = {
    "entities": "source entity type label surface start end",
    "statements": "source statement speaker speakerLabel act cue content start end date place about",
    "events": "source event type agent object date until place alleged negated start end",
    "figures": "source figure subject kind thing value low high unit date start end",
    "positions": "source person title of former",
}
NAMES = ("01", "08", "seed")


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    with OxigraphStore(mode="memory") as made:
        made.replace(iri.AUTHORITY_GRAPH, authority_triples(authority.load().values()))
        made.replace(iri.ONTOLOGY_GRAPH, ontology_triples())
        for name in NAMES:
            records = gold.records(gold.load(name))
            made.replace(iri.article(records.article.id), article_triples(records))
        yield made


def rows(store: Store, text: str, **values: str) -> list[tuple[str | None, ...]]:
    answer = query.run(store, query.parse("test", text), values)
    return [tuple(None if term is None else str(term.value) for term in row) for row in answer.rows()]  # type: ignore[union-attr]


def answers(store: Store, name: str, **values: str) -> list[dict[str, str]]:
    return list(query.run(store, query.find(name), values).records())


# The five answers


@pytest.mark.parametrize("name", sorted(FIVE))
def test_the_columns_of_the_five_answers_are_fixed(store: Store, name: str) -> None:
    found = query.find(name)
    assert " ".join(found.columns) == FIVE[name]
    assert query.run(store, found).columns == FIVE[name].split()
    assert found.questions["en"]
    assert found.questions["zh"]


def test_entities_have_one_row_per_mention(store: Store) -> None:
    found = answers(store, "entities")
    expected = {
        (r.article.id, iri.entity(m.entity), m.start, m.end)
        for r in (gold.records(gold.load(name)) for name in NAMES)
        for m in r.mentions
    }
    assert len(found) == len(expected)
    assert {(r["source"], r["entity"], int(r["start"]), int(r["end"])) for r in found} == expected
    assert all(r["label"] and r["type"].startswith(iri.ONTOLOGY) for r in found)


def test_statements_have_one_row_per_thing_they_are_about(store: Store) -> None:
    found = answers(store, "statements")
    all_records = [gold.records(gold.load(name)) for name in NAMES]
    assert len(found) == sum(max(1, len(s.about)) for r in all_records for s in r.statements)
    texts = {r.article.id: r.article.text for r in all_records}
    assert all(texts[row["source"]][int(row["start"]) : int(row["end"])] == row["content"] for row in found)


def test_events_figures_and_positions_say_what_the_records_say(store: Store) -> None:
    all_records = [gold.records(gold.load(name)) for name in NAMES]
    events = answers(store, "events")
    assert len(events) == sum(max(1, len(e.agents)) for r in all_records for e in r.events)
    assert {row["alleged"] for row in events} == {"true", "false"}
    figures = answers(store, "figures")
    assert len(figures) == sum(len(r.figures) for r in all_records)
    assert {row["date"] for row in figures if "date" in row} == {
        f.date for r in all_records for f in r.figures if f.date
    }
    assert sorted(float(row["value"]) for row in figures if "value" in row) == sorted(
        f.value for r in all_records for f in r.figures if f.value is not None
    )
    assert len(answers(store, "positions")) == len({p for r in all_records for p in r.positions})


def test_labels_come_in_the_language_asked_for_and_fall_back(store: Store) -> None:
    def label(lang: str, entity: str) -> set[str]:
        found = answers(store, "entities", lang=lang)
        return {row["label"] for row in found if row["entity"] == iri.entity(entity)}

    assert label("zh-Hant", "putin") == {"普丁"}
    assert label("zh-hans", "putin") == {"普京"}
    assert label("fr", "putin") == {"Vladimir Putin"}


def test_what_is_not_named_has_no_label_and_what_has_two_has_one_row() -> None:
    text = "有人說是。張三"
    entity = Entity("new:Person:張三", "Person", {"zh-Hant": "張三", "en": "Zhang San"}, known=False)
    records = Records(
        Article("x", text),
        (entity,),
        (Mention(5, 7, "Person", entity.id),),
        (Statement(3, 4, None, "say"), Statement(3, 4, entity.id, "say")),
    )
    with OxigraphStore(mode="memory") as made:
        made.replace(iri.article("x"), article_triples(records))
        assert [row["label"] for row in answers(made, "entities")] == ["Zhang San"]
        said = answers(made, "statements")
        assert [row.get("speakerLabel") for row in said] == [None, "Zhang San"]
        assert "speaker" not in said[0]


def test_two_runs_give_the_same_order(store: Store) -> None:
    for name in query.names():
        assert answers(store, name) == answers(store, name), name


@pytest.mark.parametrize("name", query.names())
def test_every_shipped_query_is_what_its_header_says(store: Store, name: str) -> None:
    found = query.find(name)
    assert set(found.questions) >= {"en", "zh"}
    assert tuple(query.run(store, found).columns) == found.columns
    examples = {"entity": "state-us", "term": "deny", "date": "2026", "integer": "3", "lang": "en", "string": "x"}
    values = {parameter.name: examples[parameter.kind] for parameter in found.parameters}
    assert query.run(store, found, values).columns == list(found.columns)


# Parameters

ABOUT = """# param: thing entity -- what it is about
# param: words string
SELECT DISTINCT ?source ?s WHERE {
  VALUES ?thing { UNDEF } # VALUES ?thing { UNDEF } in a comment stays
  GRAPH ?g { ?s kg:about ?thing . ?g dcterms:identifier ?source
    OPTIONAL { ?s kg:date ?d } FILTER EXISTS { ?s kg:act ?act }
    { SELECT ?thing WHERE { GRAPH ?h { ?x kg:about ?thing } } } }
  VALUES ?words { UNDEF }
}"""


def test_a_parameter_binds_in_every_part_of_a_query(store: Store) -> None:
    everything = rows(store, ABOUT)
    about = rows(store, ABOUT, thing="new-start")
    expected = {
        iri.article(r.article.id)
        for r in (gold.records(gold.load(name)) for name in NAMES)
        for s in r.statements
        if "new-start" in s.about
    }
    assert 0 < len(about) < len(everything)
    assert {row[1].split("#")[0] for row in about if row[1]} == expected


@pytest.mark.parametrize("name", ["new-start", "New START", "new start", "新削減戰略武器條約", iri.entity("new-start")])
def test_an_entity_is_meant_by_key_name_or_iri(store: Store, name: str) -> None:
    assert query.entity(store, name).value == iri.entity("new-start")


def test_an_abbreviation_and_a_name_that_only_articles_use_are_names(store: Store) -> None:
    assert query.entity(store, "美").value == iri.entity("state-us")
    new = [e for name in NAMES for e in gold.records(gold.load(name)).entities if not e.known]
    label = next(iter(new[0].labels.values()))
    assert query.entity(store, label).value == iri.entity(new[0].id)


def test_an_ambiguous_name_lists_its_candidates(store: Store) -> None:
    with pytest.raises(ParameterError, match=r"names 5 things.*state-ae \(United Arab Emirates\)"):
        query.entity(store, "阿")


def test_an_unknown_name_is_an_error_with_what_comes_near(store: Store) -> None:
    with pytest.raises(ParameterError, match=r"'Vladimi'.*putin \(Vladimir Putin\)"):
        query.entity(store, "Vladimi")
    with pytest.raises(ParameterError, match="kg query entities"):
        query.entity(store, "Xyzzy 哦")
    with pytest.raises(ParameterError, match="not an IRI"):
        query.entity(store, "http://a b")


@pytest.mark.parametrize(
    "value",
    ['" } } #', "\\", '"""', "x\ny", "VALUES ?thing { UNDEF }", "} SERVICE <http://localhost:1/> {", "\\u0022", "'"],
)
def test_a_value_stays_a_value(store: Store, value: str) -> None:
    text = "# param: words string\nSELECT ?words WHERE { VALUES ?words { 'default }' } }"
    assert rows(store, text) == [("default }",)]
    assert rows(store, text, words=value) == [(value,)]
    both = "# param: thing string\n# param: words string\nSELECT * WHERE { VALUES ?words { '' } VALUES ?thing { '' } }"
    found = query.run(store, query.parse("q", both), {"words": value, "thing": '" } SERVICE <http://x/> { } #'})
    assert list(found.records()) == [{"words": value, "thing": '" } SERVICE <http://x/> { } #'}]


@pytest.mark.parametrize(
    ("kind", "value", "message"),
    [
        ("date", "soon", "2026-02-05"),
        ("integer", "1.5", "whole number"),
        ("term", "a b", "word of the ontology"),
    ],
)
def test_a_value_of_the_wrong_kind_says_what_is_right(store: Store, kind: str, value: str, message: str) -> None:
    text = f"# param: p {kind}\nSELECT ?p WHERE {{ VALUES ?p {{ UNDEF }} }}"
    with pytest.raises(ParameterError, match=message):
        rows(store, text, p=value)


def test_a_parameter_that_is_not_there_is_an_error(store: Store) -> None:
    with pytest.raises(ParameterError, match="has no parameter 'who'; it has thing, words"):
        rows(store, ABOUT, who="x")
    with pytest.raises(QueryError, match=r"needs a line 'VALUES \?p"):
        rows(store, "# param: p string\nSELECT * WHERE { ?p ?q ?r }", p="x")
    with pytest.raises(QueryError, match="KIND of entity"):
        query.parse("q", "# param: p thing\nSELECT * {}")


# What a query may not do


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SELECT * { service silent <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "PREFIX ex: <http://x/> SELECT * { ?s ex:a\\#b ?o . SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "PREFIX ex: <http://x/> SELECT * { ?s ex:a\\'b ?o . SERVICE <http://127.0.0.1:9/> { ?s ex:c\\'d ?o } }",
        "SELECT * { ?s ?p '# no comment' . SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SELECT * { ?s ?a ?b FILTER(?a<?b)SERVICE?x{?s ?p ?o}FILTER(1>0) }",
        "SELECT * { ?s ?p <http://x/#> . SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }",
        "INSERT DATA { <urn:a> <urn:b> <urn:c> }",
        "PREFIX a: <urn:a> # DELETE\nDELETE WHERE { ?s ?p ?o }",
        "BASE <urn:x> LOAD <http://127.0.0.1:9/>",
        "DROP ALL",
        "CLEAR DEFAULT",
    ],
)
def test_a_query_only_reads_this_store(store: Store, text: str) -> None:
    with pytest.raises(QueryError, match="is not allowed"):
        rows(store, text)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?service kg:from ?from FILTER(STR(?from) = 'SERVICE <x> {') } # SERVICE FROM",
        "PREFIX service: <urn:s> SELECT * { ?s service:x service:from }",
        'SELECT * { ?add ?load ?insert . ?s <http://x/SERVICE> """FROM \\"""" }',
    ],
)
def test_words_that_are_no_keywords_are_allowed(store: Store, text: str) -> None:
    assert rows(store, text) == []


def test_a_syntax_error_is_one_line_with_its_place(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "mine.rq"
    path.write_text("# question: x\nSELECT ?s\nWHERE { ?s ?p }", encoding="utf-8")
    with pytest.raises(
        QueryError, match=r"mine\.rq: line 3, column \d+ at 'WHERE { \?s \?p }': not SPARQL 1\.1"
    ) as error:
        query.run(store, query.find(str(path)))
    assert "\n" not in str(error.value)
    assert len(str(error.value)) < 300


@pytest.mark.parametrize("text", ["ASK { ?s ?p ?o }", "CONSTRUCT WHERE { ?s ?p ?o }", "DESCRIBE <urn:x>"])
def test_what_gives_no_table_says_so(store: Store, text: str) -> None:
    with pytest.raises(QueryError, match="only SELECT"):
        rows(store, text)


def test_an_unknown_query_lists_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(UnknownQueryError, match=r"'nothing'.*entities.*statements"):
        query.find("nothing")
    (tmp_path / "bad.rq").write_bytes(b"\xff\xfe")
    with pytest.raises(QueryError, match="UTF-8"):
        query.find(str(tmp_path / "bad.rq"))


# Formats and speed


def test_the_result_formats_agree(store: Store) -> None:
    found = query.find("positions")
    table = [list(row.values()) for row in answers(store, "positions")]
    formats = ox.QueryResultsFormat
    as_json = json.loads(query.run(store, found).solutions.serialize(format=formats.JSON) or b"")
    assert as_json["head"]["vars"] == FIVE["positions"].split()
    assert [[cell["value"] for cell in row.values()] for row in as_json["results"]["bindings"]] == table
    as_csv = (query.run(store, found).solutions.serialize(format=formats.CSV) or b"").decode()
    assert [[cell for cell in row if cell] for row in list(csv.reader(io.StringIO(as_csv)))[1:]] == table


def test_the_graph_side_needs_no_spacy() -> None:
    code = (
        "import sys, kg.graph.query, kg.graph.validate, kg.graph.stats\n"
        "assert not {'spacy', 'numpy', 'rdflib', 'networkx'} & set(sys.modules), sorted(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
