"""kg analyze: figures checked against their definitions, findings against the sentences that they come from."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import networkx as nx
import pytest
from conftest import run

from kg import iri
from kg.analysis import network, page, report, speech
from kg.analysis.model import Analysis, Section
from kg.analysis.run import analyze
from kg.graph.rdf import article_triples
from kg.graph.reference import ontology_triples
from kg.graph.store import OxigraphStore
from kg.model import Article, Entity, Event, Position, Records, Statement
from kg.network.filters import Filters
from kg.network.model import Edge, Node, PropertyGraph

A, B, C, D, E = (f"http://e/{letter}" for letter in "abcde")


def graph(*edges: Edge) -> PropertyGraph:
    return PropertyGraph(
        "actors", "en", tuple(Node(iri_, "State", iri_[-1].upper()) for iri_ in (A, B, C, D, E)), edges
    )


def section(sections: tuple[Section, ...], name: str) -> Section:
    return next(one for one in sections if one.name == name)


def test_centrality_is_what_it_says() -> None:
    chain = graph(Edge(A, B, "say", weight=2), Edge(B, C, "accuse"), Edge(C, D, "meet", attributes={"symmetric": True}))
    rows = {f.cells["actor"]: f.cells for f in section(network.sections(chain), "centre").findings}
    assert {name: rows[name]["partners"] for name in "ABCDE"} == {"A": 1, "B": 2, "C": 2, "D": 1, "E": 0}
    # of the six pairs of others, two pass through B (A-C, A-D) and two through C (A-D, B-D)
    assert {name: rows[name]["between"] for name in "ABCDE"} == {"A": 0, "B": 33.33, "C": 33.33, "D": 0, "E": 0}
    assert (rows["B"]["says"], rows["B"]["spoken_of"], rows["B"]["together"]) == (1, 2, 0)
    assert rows["D"]["together"] == 1
    assert sum(float(row["attention"]) for row in rows.values()) == pytest.approx(100, abs=0.1)
    assert rows["E"]["group"] == 0


def test_attention_is_the_pagerank_of_networkx() -> None:
    linked = nx.karate_club_graph()
    ours = network._attention(linked)
    # the reference needs SciPy; its power iteration in plain Python does not
    theirs = nx.algorithms.link_analysis.pagerank_alg._pagerank_python(linked, tol=1e-12)
    assert ours == pytest.approx(theirs, abs=1e-8)
    assert network._attention(nx.Graph()) == {}


def test_groups_and_who_connects_them() -> None:
    edges = [Edge(A, B, "say", weight=5), Edge(C, D, "say", weight=4), Edge(D, E, "say", weight=4), Edge(B, C, "say")]
    found = network.sections(graph(*edges))
    groups = section(found, "groups").findings
    assert [set(str(f.cells["members"]).split(", ")) for f in groups] == [{"C", "D", "E"}, {"A", "B"}]
    assert [(f.cells["inside"], f.cells["across"]) for f in groups] == [(2, 1), (1, 1)]
    brokers = {f.cells["actor"]: f.cells for f in section(found, "brokers").findings}
    assert set(brokers) == {"B", "C"}
    assert brokers["B"]["spread"] == round(1 - (5 / 6) ** 2 - (1 / 6) ** 2, 2)
    assert brokers["C"]["links"] == 1


def test_an_empty_store_and_one_without_links_give_a_report() -> None:
    with OxigraphStore(mode="memory") as store:
        found = analyze(store)
    assert all(not one.findings for one in found.sections)
    assert report.as_text(found, 5).count("Nothing found.") == len(found.sections) == 7
    assert "Nothing found" in page.render(found, 5)
    assert section(network.sections(graph()), "brokers").findings == ()


TEXT = (
    "甲國指責乙國作弊。發言人丙否認甲國的指控。甲國再說乙國。丁說天氣。"
    "2020年乙國簽署條約。2023年乙國退出條約。2024年乙國沒有退出條約。"
)


def place(words: str) -> tuple[int, int]:
    return TEXT.index(words), TEXT.index(words) + len(words)


def records(alleged: bool = False) -> Records:
    entities = (
        Entity("new:State:甲國", "State", {"zh": "甲國"}, known=False),
        Entity("new:State:乙國", "State", {"zh": "乙國"}, known=False),
        Entity("new:Person:丙", "Person", {"zh": "丙"}, known=False),
        Entity("new:Person:丁", "Person", {"zh": "丁"}, known=False),
        Entity("new:Treaty:條約", "Treaty", {"zh": "條約"}, known=False),
    )
    one, two, three, four, treaty = (entity.id for entity in entities)
    return Records(
        Article("a", TEXT, "題", "2025-05-01", "zh-Hant", "報"),
        entities,
        (),
        (
            Statement(*place("乙國作弊"), one, "accuse", about=(two,)),
            Statement(*place("甲國的指控"), three, "deny", about=(one,)),
            Statement(*place("天氣"), four, "say", date="2025-04-30"),
        ),
        (
            Event(*place("簽署"), "sign", (two,), treaty, "2020"),
            Event(*place("退出"), "withdraw", (two,), treaty, "2023", alleged=alleged),
            Event(*place("沒有退出"), "withdraw", (two,), treaty, "2024", negated=True),
        ),
        (),
        (Position(*place("發言人"), three, "發言人", two),),
    )


def analysed(alleged: bool = False, filters: Filters | None = None) -> Analysis:
    with OxigraphStore(mode="memory") as store:
        store.load({iri.ONTOLOGY_GRAPH: ontology_triples(), iri.article("a"): article_triples(records(alleged))})
        return analyze(store, "zh-hant", filters or Filters())


def cells(found: Analysis, name: str) -> list[dict[str, object]]:
    return [dict(finding.cells) for finding in section(found.sections, name).findings]


def test_speech_and_treaties_of_one_article() -> None:
    found = analysed()
    assert [(c["actor"], c["month"], c["statements"], c["acts"]) for c in cells(found, "timeline")] == [
        ("丁", "2025-04", 1, "表示 1"), ("丙", "2025-05", 1, "否認 1"), ("甲國", "2025-05", 1, "指控 1"),
    ]  # fmt: skip
    assert [(c["who"], c["whom"], c["times"]) for c in cells(found, "answers")] == [("丙", "甲國", 1)]
    (dispute,) = cells(found, "disputes")
    assert (dispute["accuser"], dispute["accusation"], dispute["denier"], dispute["denial"]) == (
        "甲國", "乙國作弊", "丙", "甲國的指控",
    )  # fmt: skip
    assert [(c["date"], c["way"], c["since"]) for c in cells(found, "changes")] == [
        ("2024", "towards", "2023"), ("2023", "away", "2020"),
    ]  # fmt: skip
    assert cells(found, "changes")[0]["after"] == "退出 (否定, 乙國)"


def test_what_is_only_alleged_changes_no_position() -> None:
    assert cells(analysed(alleged=True), "changes") == []


def test_an_analysis_is_filtered_like_a_view() -> None:
    april = analysed(filters=Filters(until="2025-04"))
    assert [c["actor"] for c in cells(april, "timeline")] == ["丁"]
    assert cells(april, "answers") == []


def test_rows_lead_to_their_sentences() -> None:
    found = analysed()
    made = json.loads(report.as_json(found, 10))
    (row,) = next(s for s in made["sections"] if s["name"] == "disputes")["rows"]
    assert [one["sentence"] for one in row["evidence"]] == ["甲國指責乙國作弊。", "發言人丙否認甲國的指控。"]
    for one in row["evidence"]:
        assert one["sentence"][slice(*one["mark"])] == TEXT[one["start"] : one["end"]]
        assert (one["article"], one["title"], one["publisher"]) == ("a", "題", "報")


def test_every_row_of_the_corpus_has_words(corpus_store: Path) -> None:
    with OxigraphStore(corpus_store, "read") as store:
        found = analyze(store, "zh-hant", top=10)
        again = analyze(store, "zh-hant", top=10)
    assert report.as_json(found, 10) == report.as_json(again, 10)
    for one in found.sections:
        assert one.findings
        for finding in one.findings[:10]:
            assert one.name == "groups" or report.sentences(found, finding)


def test_the_page_holds_no_script_and_no_markup_of_articles(corpus_store: Path) -> None:
    with OxigraphStore(corpus_store, "read") as store:
        made = page.render(analyze(store), 10)
    assert "<script" not in made
    assert not re.findall(r'(?:src|href)="(?!#)', made)
    assert made.count("<svg") == 5
    hostile = Node(A, "Person", "<img src=x onerror=alert(1)>")
    links = (Edge(A, B, "say"),)
    shown = PropertyGraph("actors", "en", (hostile, Node(B, "State", "B")), links)
    rendered = page.render(Analysis("en", 1, 2, 1, network.sections(shown)), 5)
    assert "<img" not in rendered
    assert html.escape("<img src=x") in rendered


def test_from_the_command_line(corpus_store: Path, tmp_path: Path) -> None:
    told = run("analyze", "--store", corpus_store, "--top", "3")
    assert told.exit_code == 0
    assert "Who changed position on a treaty" in told.stdout
    assert "more: ask for them with --top" in told.stdout
    for name, start in (("a.html", "<!doctype html>"), ("a.json", "{")):
        assert run("analyze", "--store", corpus_store, "-o", tmp_path / name).exit_code == 0
        assert (tmp_path / name).read_text(encoding="utf-8").startswith(start)
    failed = run("analyze", "--store", corpus_store, "--since", "soon")
    assert failed.exit_code == 2
    assert "no date" in failed.stderr


def test_directions_name_events_and_acts_of_the_ontology() -> None:
    ontology = ontology_triples()
    for word in re.findall(r'"(\w+)"', (Path(speech.__file__).parent / "directions.toml").read_text(encoding="utf-8")):
        assert f"<{iri.term(word)}>" in ontology
