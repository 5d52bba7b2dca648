"""From records to triples: what is written, what is kept out, and that every text survives."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from importlib import resources
from typing import Any

import gold
import pyoxigraph as ox
import pytest
from rdflib import Graph

from kg import authority, iri
from kg.graph.rdf import (
    ASSERTED_AS,
    ASSERTED_BETWEEN,
    UnwritableTextError,
    article_triples,
    date,
    literal,
    number,
    quads,
)
from kg.graph.reference import authority_triples, ontology_triples
from kg.model import Article, Entity, Event, Figure, Mention, Position, Records, Statement

AWKWARD = [
    'a "quoted" word, """three""" and a backslash \\ at the end \\',
    "tab\there, line\nbreak, return\rtoo, \x00\x01\x0b\x0c\x1c\x7f",
    "next line \x85, separators \u2028 \u2029, escapes that are none: \\u0041 \\n \\U0001F600",
    "飛彈😀𠮷 <tag> & {brace} }",
    "' ''' }} . <a> <b> \"c\" .",
]
RU, US, INF = "state-ru", "state-us", "inf-treaty"


def made(text: str = "美俄簽署條約", **parts: Any) -> Records:
    entities = (Entity(RU, "State"), Entity(US, "State"), Entity(INF, "Treaty"))
    return Records(Article("a 1", text, "題", "2026-02-05", "zh-Hant"), entities, **parts)


def parsed(triples: str) -> set[tuple[str, str, str]]:
    """Triples read back, names of our own vocabulary shortened."""
    found = ox.parse(triples, format=ox.RdfFormat.N_TRIPLES)
    return {(_short(t.subject), _short(t.predicate), _short(t.object)) for t in found}


def _short(term: Any) -> str:
    text = str(term.value)
    for name in (iri.ONTOLOGY, iri.ENTITY, iri.ARTICLE):
        text = text.removeprefix(name)
    return text


def direct(records: Records) -> set[tuple[str, str, str]]:
    """Edges between two entities."""
    keys = {RU, US, INF}
    return {t for t in parsed(article_triples(records)) if t[0] in keys and t[2] in keys}


@pytest.mark.parametrize("text", AWKWARD)
def test_every_text_survives_both_ways_of_writing(text: str) -> None:
    records = Records(Article("x", text, text, None, "en", text, text, text), (Entity(f"new:Person:{text}", "Person"),))
    triples = article_triples(records)
    graph = iri.article("x")
    values = [q.object.value for q in ox.parse(quads(triples, graph), format=ox.RdfFormat.N_QUADS)]
    assert values.count(text) == 5
    store = ox.Store()
    store.update(f"INSERT DATA {{ GRAPH <{graph}> {{\n{triples}}} }}")
    assert sorted(q.object.value for q in store) == sorted(values)
    assert text in {str(value) for value in Graph().parse(data=triples, format="nt").objects()}


def test_half_a_surrogate_pair_is_an_error_that_says_where() -> None:
    with pytest.raises(UnwritableTextError, match=r"character 2 .*save the source as UTF-8"):
        article_triples(made("美俄\ud800"))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026", '"2026"^^<http://www.w3.org/2001/XMLSchema#gYear>'),
        ("2026-02", '"2026-02"^^<http://www.w3.org/2001/XMLSchema#gYearMonth>'),
        ("2024-02-29", '"2024-02-29"^^<http://www.w3.org/2001/XMLSchema#date>'),
        ("2026-02-29", None),
        ("2026-13", None),
        ("0000", None),
        ("never", None),
        ("٢٠٢٦", None),
        ("", None),
        (None, None),
    ],
)
def test_dates_are_as_precise_as_the_text_and_never_impossible(value: str | None, expected: str | None) -> None:
    assert date(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1550, "1550"),
        (1550.0, "1550"),
        (3.67, "3.67"),
        (1e-7, "0.0000001"),
        (-2.5, "-2.5"),
        (1e16, "10000000000000000"),
    ],
)
def test_numbers_have_no_exponent(value: float, expected: str) -> None:
    written = number(value)
    assert written is not None
    assert written.startswith(f'"{expected}"^^')


def test_what_is_no_number_is_left_out() -> None:
    assert [number(x) for x in (None, float("nan"), float("inf"))] == [None, None, None]


def test_language_tags_are_lower_case() -> None:
    assert literal("條約", lang="zh-Hant") == '"條約"@zh-hant'


@pytest.mark.parametrize("flag", ["alleged", "negated", "planned", "reported"])
def test_only_what_the_article_asserts_is_a_direct_edge(flag: str) -> None:
    event = Event(2, 4, "sign", (US, RU), INF)
    assert direct(made(events=(event,))) == {(US, "signed", INF), (RU, "signed", INF)}
    doubtful = replace(event, **{flag: True})  # type: ignore[arg-type]
    assert direct(made(events=(doubtful,))) == set()
    assert ("a%201#event=2,4", flag, "true") in parsed(article_triples(made(events=(doubtful,))))


def test_who_meets_is_tied_to_who_is_met_not_to_the_subject() -> None:
    meeting = Event(2, 4, "meet", (US, RU), INF)
    assert direct(made(events=(meeting,))) == {(US, "metWith", RU), (RU, "metWith", US)}
    talks = replace(meeting, type="negotiate")
    pairs = {(US, "negotiatedWith", RU), (RU, "negotiatedWith", US)}
    assert direct(made(events=(talks,))) == pairs | {(US, "negotiated", INF), (RU, "negotiated", INF)}


def test_a_statement_gives_no_edge_between_its_speaker_and_what_it_is_about() -> None:
    said = Statement(2, 6, US, "accuse", 0, 1, cue_start=1, cue_end=2, about=(RU, INF), date="2026-02")
    triples = parsed(article_triples(made(statements=(said,))))
    name = "a%201#statement=2,6"
    assert {t for t in triples if t[0] in {US, RU, INF} and "type" not in t[1]} == set()
    assert {
        (name, "speaker", US),
        (name, "act", "accuse"),
        (name, "content", "簽署條約"),
        (name, "about", RU),
    } <= triples
    assert (name, "date", "2026-02") in triples


def test_an_event_inside_a_statement_names_it() -> None:
    said = Statement(2, 6, US, "claim", about=(INF,))
    event = Event(2, 4, "sign", (RU,), INF, reported=True)
    assert ("a%201#event=2,4", "saidIn", "a%201#statement=2,6") in parsed(
        article_triples(made(statements=(said,), events=(event,)))
    )


def test_records_at_one_place_stay_apart() -> None:
    two = (Statement(2, 6, US, "say"), Statement(2, 6, RU, "say"))
    speakers = {t[0]: t[2] for t in parsed(article_triples(made(statements=two))) if t[1] == "speaker"}
    assert speakers == {"a%201#statement=2,6": US, "a%201#statement=2,6,2": RU}


def test_anaphors_are_no_mentions() -> None:
    both = (Mention(0, 1, "State", US, "abbreviation", "kg_authority"), Mention(1, 2, "State", RU, "anaphor"))
    triples = parsed(article_triples(made(mentions=both)))
    type_ = f"{iri.RDF}type"
    assert ("a%201#char=0,1", type_, "Mention") in triples
    assert ("a%201#char=1,2", type_, "Anaphor") in triples


def test_who_found_a_mention_is_told_where_it_is_not_the_look_up_of_the_authority_file() -> None:
    both = (Mention(0, 1, "State", US, "name", "kg_authority"), Mention(1, 2, "State", RU, "name", "kg_names"))
    found = {(t[0], t[2]) for t in parsed(article_triples(made(mentions=both))) if t[1] == "foundBy"}
    assert found == {("a%201#char=1,2", "kg_names")}


def test_figures_and_positions_keep_only_what_is_known() -> None:
    figure = Figure(0, 2, "limit", "彈頭", INF, low=1500, high=1600.5, unit="warhead", comparator="about", date="2026")
    post = Position(0, 2, "putin", "總統", RU, former=True)
    triples = parsed(article_triples(made(figures=(figure,), positions=(post,))))
    node = {t[1].rsplit("/", 1)[-1]: t[2] for t in triples if t[0] == "a%201#figure=0,2"}
    assert (node["minValue"], node["maxValue"], node["unitText"]) == ("1500", "1600.5", "warhead")
    assert (node["comparator"], node["date"], node["figureKind"]) == ("approximately", "2026", "limit")
    assert "value" not in node
    assert ("a%201#position=0,2", "former", "true") in triples


@pytest.mark.parametrize("path", gold.paths(), ids=lambda path: path.stem)
def test_the_same_records_give_the_same_bytes_without_blank_nodes(path: Any) -> None:
    records = gold.records(gold.load(path))
    triples = article_triples(records, digest="d")
    assert triples == article_triples(records, digest="d")
    lines = triples.splitlines()
    assert len(lines) == len(set(lines)) == len(list(ox.parse(triples, format=ox.RdfFormat.N_TRIPLES)))
    assert not any(line.startswith("_:") or " _:" in re.sub(r'".*"', "", line) for line in lines)
    text = records.article.text
    spans = {t[0]: t for t in parsed(triples) if t[1].endswith("anchorOf")}
    for name, _, words in spans.values():
        start, end = re.findall(r"=(\d+),(\d+)", name)[0]
        assert text[int(start) : int(end)] == words


# The curated graph and the ontology


def reference() -> set[tuple[str, str, str]]:
    return parsed(authority_triples(authority.load().values()))


def test_treaties_have_their_life_on_record() -> None:
    triples = reference()
    assert ("new-start", "signedOn", "2010-04-08") in triples
    assert {("new-start", "party", US), ("new-start", "party", RU), ("salt-ii", "party", "state-su")} <= triples
    assert ("jcpoa", "party", "eu") in triples
    left = {t[0] for t in triples if t[1:] == ("eventType", "withdraw") and "open-skies" in t[0]}
    assert left == {"open-skies#withdraw=2020-11-22,US", "open-skies#withdraw=2021-12-18,RU"}
    assert ("open-skies#withdraw=2021-12-18,RU", "agent", RU) in triples
    assert ("new-start#limit=warheads", f"{iri.SCHEMA}value", "1550") in triples
    assert ("start-ii", "note", "in_force: never") in triples
    assert not any(t[0].startswith("start-ii#enter_into_force") for t in triples)


def test_words_in_capitals_are_no_codes_of_states() -> None:
    rows = [
        {"key": "state-na", "type": "State", "label": {"en": "Namibia"}},
        {"key": "t", "type": "Treaty", "label": {"en": "T"}, "attributes": {"parties": "all NATO members"}},
    ]
    triples = parsed(authority_triples(authority.record(row) for row in rows))
    assert ("t", "note", "parties: all NATO members") in triples
    assert not any(t[1] == "party" for t in triples)


def test_names_of_every_kind_are_labels() -> None:
    triples = reference()
    assert ("putin", f"{iri.SKOS}prefLabel", "普丁") in triples
    assert ("putin", f"{iri.SKOS}altLabel", "蒲亭") in triples
    assert (US, f"{iri.SKOS}hiddenLabel", "美") in triples


def used_terms(*graphs: str) -> set[str]:
    return {word for text in graphs for word in re.findall(rf"<{re.escape(iri.ONTOLOGY)}(\w+)>", text)}


def labelled(tags: Iterable[str]) -> set[str]:
    ontology = Graph().parse(data=ontology_triples(), format="nt")
    labels: dict[str, set[str]] = {}
    rows = ontology.query("SELECT ?s ?l { ?s rdfs:label|skos:prefLabel ?l }")
    for subject, label in rows:  # type: ignore[misc]
        labels.setdefault(str(subject), set()).add(label.language)  # type: ignore[union-attr]
    return {name.removeprefix(iri.ONTOLOGY) for name, found in labels.items() if set(tags) <= found}


def test_every_term_that_is_written_is_in_the_ontology_with_its_labels() -> None:
    written = [article_triples(gold.records(gold.load(path)), digest="d", run="urn:r") for path in gold.paths()]
    written.append(authority_triples(authority.load().values()))
    known = labelled(("en", "zh-hant", "zh-hans"))
    assert used_terms(*written) - known == set()
    words = {*ASSERTED_AS, *ASSERTED_AS.values(), *ASSERTED_BETWEEN, *ASSERTED_BETWEEN.values()}
    assert words - known == set()


def test_every_term_of_the_shipped_queries_is_in_the_ontology() -> None:
    known = labelled(("en",))
    folder = resources.files("kg").joinpath("..", "queries")
    for query in sorted(path for path in folder.iterdir() if path.name.endswith(".rq")):
        used = set(re.findall(r"\bkg:(\w+)", query.read_text(encoding="utf-8")))
        assert used - known == set(), query.name


def test_the_ontology_has_no_blank_nodes_and_is_sorted() -> None:
    lines = ontology_triples().splitlines()
    assert lines == sorted(lines)
    assert not any("_:" in line for line in lines)


def test_every_class_and_property_is_explained_in_english_and_chinese() -> None:
    ontology = Graph().parse(data=ontology_triples(), format="nt")
    rows = ontology.query(
        "SELECT ?s ?l { ?s a ?c ; rdfs:comment ?l FILTER(?c IN (owl:Class, owl:ObjectProperty, owl:DatatypeProperty)) }"
    )
    found = sorted((str(row[0]), row[1].language) for row in rows)  # type: ignore[index, union-attr]
    names = {name for name, _ in found}
    assert len(names) > 60
    assert found == sorted((name, tag) for name in names for tag in ("en", "zh-hans", "zh-hant"))
    every = ontology.query("SELECT ?s { ?s a ?c FILTER(?c IN (owl:Class, owl:ObjectProperty, owl:DatatypeProperty)) }")
    assert {str(row[0]) for row in every} == names  # type: ignore[index]
