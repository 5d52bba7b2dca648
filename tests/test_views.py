"""The shipped views over the corpus: every edge has its sentences, filters count anew, no hub comes from the media."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest
from conftest import run

import kg
from kg import builder, iri
from kg.api import Graph
from kg.network.filters import FilterError, Filters, filtered, media
from kg.network.model import Edge, Node, PropertyGraph
from kg.network.projection import project
from kg.network.view import load_view, views


@pytest.fixture(scope="module")
def graph(corpus_store: Path) -> Iterator[Graph]:
    with kg.open(corpus_store) as opened:
        yield opened


@pytest.fixture(scope="module")
def texts(graph: Graph) -> dict[str, str]:
    rows = graph.query("SELECT ?id ?text WHERE { GRAPH ?g { ?g dcterms:identifier ?id . ?c nif:isString ?text } }")
    return {row["id"]: row["text"] for row in rows}


@pytest.mark.parametrize("view", views())
def test_every_number_of_an_edge_is_found_in_sentences(view: str, graph: Graph, texts: dict[str, str]) -> None:
    edges = project(graph.store, view, "zh-hant").edges
    chance = random.Random(view)
    said = [edge for edge in edges if not edge.attributes.get("curated")]
    for edge in chance.sample(said, min(50, len(said))):
        found = graph.evidence(edge)
        assert len(found) == len(edge.witnesses) >= edge.weight
        assert len({one.article for one in found}) == edge.weight
        assert edge.evidence == found[0]
        for one in found:
            words = texts[one.article][one.start : one.end]
            shown = one.sentence[slice(*one.mark)]
            assert shown
            assert shown in words
            assert one.sentence.strip("…") in texts[one.article]
    for edge in edges:
        if edge.attributes.get("curated"):  # no article says it; the authority file does
            assert not edge.witnesses
            assert any(graph.store.quads(iri.AUTHORITY_GRAPH))


@pytest.mark.parametrize("view", views())
def test_views_can_be_filtered_by_article_day_and_language(view: str, graph: Graph) -> None:
    whole = project(graph.store, view)
    one = project(graph.store, view, filters=Filters(articles=frozenset({"dev-01-burevestnik-poseidon"})))
    assert 0 < len(one.edges) < len(whole.edges)
    articles = {w.article for edge in one.edges for w in edge.witnesses}
    assert articles == {iri.article("dev-01-burevestnik-poseidon")}
    assert all(edge.weight == 1 for edge in one.edges if not edge.attributes.get("curated"))
    chosen = [{"ZH-Hans"}, {"zh-hant", "en"}, {"zh", "en"}]
    parts = [project(graph.store, view, filters=Filters(languages=frozenset(tags))) for tags in chosen]
    sides = [{w.article for edge in part.edges for w in edge.witnesses} for part in (*parts[:2], whole)]
    assert parts[2].edges == whole.edges
    assert sides[0]
    assert not sides[0] & sides[1]
    assert sides[0] | sides[1] == sides[2]


def test_a_range_of_dates_keeps_what_can_be_in_it(graph: Graph) -> None:
    whole = project(graph.store, "actors")
    some = project(graph.store, "actors", filters=Filters(since="2025-10", until="2025"))
    days = {w.day for edge in some.edges for w in edge.witnesses}
    assert days
    assert all(day is not None and ("2025-10" <= day[:7] <= "2025-12" or day == "2025") for day in days)
    expected = {
        (edge.source, edge.target, edge.kind): sum(w.day in days for w in edge.witnesses)
        for edge in whole.edges
        if any(w.day in days for w in edge.witnesses)
    }
    assert {(e.source, e.target, e.kind): len(e.witnesses) for e in some.edges} == expected


def test_filters_by_type(graph: Graph) -> None:
    states = project(graph.store, "actors", filters=Filters(types=frozenset({"State", "accuse"})))
    assert {node.type for node in states.nodes} == {"State"}
    assert {edge.type for edge in states.edges} == {"accuse"}
    ends = {end for edge in states.edges for end in (edge.source, edge.target)}
    assert ends == {node.id for node in states.nodes}
    with pytest.raises(FilterError, match="it has Organization"):
        project(graph.store, "actors", filters=Filters(types=frozenset({"Planet"})))


def test_filters_that_make_no_sense(tmp_path: Path, graph: Graph) -> None:
    with pytest.raises(FilterError, match="no date"):
        Filters(since="spring")
    with pytest.raises(FilterError, match="exchange"):
        Filters(since="2026", until="2025-03")
    mine = tmp_path / "mine.toml"
    query = "SELECT ?a ?b WHERE { GRAPH ?g { ?a kg:metWith ?b } }"
    mine.write_text(f"[[edges]]\nsource='?a'\ntarget='?b'\ntype='met'\nquery='''{query}'''", encoding="utf-8")
    assert project(graph.store, str(mine)).view == "mine"
    with pytest.raises(FilterError, match="article="):
        project(graph.store, str(mine), filters=Filters(articles=frozenset({"x"})))


def test_a_filter_s_value_is_a_literal_and_never_sparql(graph: Graph) -> None:
    hostile = 'x" } } DROP ALL ; SELECT * WHERE { { ?s ?p ?o . VALUES ?q { "'
    for name in ("articles", "publishers", "languages"):
        filters = Filters(**{name: frozenset({hostile})})
        assert project(graph.store, "actors", filters=filters).edges == ()


def test_media_are_no_actors_unless_asked_for(graph: Graph) -> None:
    known = set(media(graph.store))
    assert iri.entity("reuters") in known
    for view in ("actors", "co-mentions", "statements"):
        without = ends(project(graph.store, view))
        with_them = ends(project(graph.store, view, filters=Filters(media=True)))
        if view == "statements":  # what a statement is about may be a medium; who says it may not
            without = {edge.source for edge in project(graph.store, view).edges}
        assert not without & known
        assert with_them & known


def ends(graph: PropertyGraph) -> set[str]:
    return {end for edge in graph.edges for end in (edge.source, edge.target)}


def test_reference_data_is_shown_where_the_articles_reach_it(graph: Graph) -> None:
    found = project(graph.store, "treaties")
    curated = [edge for edge in found.edges if edge.attributes.get("curated")]
    assert {edge.type for edge in curated} == {"party", "limit"}
    said = {end for edge in found.edges if edge not in curated for end in (edge.source, edge.target)}
    named = {node.id for node in found.nodes if node.type == "Treaty"}
    assert all({edge.source, edge.target} & (said | named) for edge in curated)
    assert {node.id for node in found.nodes if node.type == "State"} <= said  # no state only for being a party
    ours = [edge for edge in curated if edge.target.endswith("new-start") and edge.type == "party"]
    assert {edge.source for edge in ours} == {iri.entity("state-us"), iri.entity("state-ru")}


def test_a_weapon_is_limited_where_a_figure_of_the_treaty_counts_it(graph: Graph) -> None:
    found = project(graph.store, "weapons", "zh-hant")
    limits = [edge for edge in found.edges if edge.type == "limit"]
    assert {edge.target for edge in limits} >= {iri.entity("class-strategic-warhead")}
    for edge in limits:
        assert all(len(witness.spans) == 2 for witness in edge.witnesses)


def test_weights_are_counts_of_the_store(graph: Graph) -> None:
    """The actors' statements, counted once more in Python from the bare triples."""
    quads = [quad for quad in graph.store.quads() if isinstance(quad.object, ox.NamedNode)]
    part = {
        name: [(q.subject.value, q.object.value) for q in quads if q.predicate.value == iri.term(name)]  # type: ignore[union-attr]
        for name in ("speaker", "about", "act")
    }
    actors = {
        q.subject.value for q in quads if q.object.value in {iri.term(t) for t in ("State", "Person", "Organization")}
    }  # type: ignore[union-attr]
    act, speaker = dict(part["act"]), dict(part["speaker"])
    left_out = set(media(graph.store))
    count: dict[tuple[str, str, str], set[str]] = {}
    for statement, other in part["about"]:
        one = speaker.get(statement)
        if one and other in actors and one != other and not {one, other} & left_out:
            count.setdefault((one, other, iri_word(act[statement])), set()).add(statement.partition("#")[0])
    found = project(graph.store, "actors")
    made = {(e.source, e.target, e.type): e.weight for e in found.edges if not e.attributes.get("symmetric")}
    assert made == {key: len(articles) for key, articles in count.items()}


def iri_word(term: str) -> str:
    return term.removeprefix(iri.ONTOLOGY)


def test_the_filters_of_a_query_without_filters_change_nothing_but_media() -> None:
    for view in views():
        for source in (*load_view(view).nodes, *load_view(view).edges):
            bare = filtered(source.query, Filters(), [], view)
            assert "# filters" not in bare
            assert source.query.replace("\n", "").startswith(bare[:20].replace("\n", ""))


def test_from_python_and_the_command_line(graph: Graph, corpus_store: Path, tmp_path: Path) -> None:
    network = graph.to_networkx(view="treaties", lang="zh-hant", types=["State", "Treaty"])
    assert {data["type"] for _, data in network.nodes(data=True)} == {"State", "Treaty"}
    frame = pytest.importorskip("pandas") and graph.to_pandas("positions")
    assert list(frame.columns) == ["source", "person", "title", "of", "former"]
    assert len(frame) == len(graph.query("positions"))
    assert run("export", "--store", corpus_store, "-o", tmp_path / "g.csv", "--view", "weapons").exit_code == 0
    assert {path.name for path in tmp_path.iterdir()} == {"g-nodes.csv", "g-edges.csv"}
    for arguments, message in (
        (["-o", "-", "--format", "csv"], "two files"),
        (["-o", tmp_path / "g.ttl", "--since", "2025"], "whole store"),
        (["-o", tmp_path / "g.json", "--since", "soon"], "no date"),
        (["-o", tmp_path / "g.json", "--type", "Planet"], "nothing of type 'Planet'"),
    ):
        failed = run("export", "--store", corpus_store, *arguments)
        assert failed.exit_code == 2
        assert message in failed.stderr
        assert "Traceback" not in failed.output


def test_a_record_is_one_witness_however_often_a_row_names_it(graph: Graph) -> None:
    for edge in project(graph.store, "actors").edges:
        assert len(set(edge.witnesses)) == len(edge.witnesses) == edge.attributes["times"]
        assert replace(edge, witnesses=()).flat() == edge.flat()  # formats carry the first sentence only


def test_a_notebook_shows_a_graph_as_a_table(graph: Graph) -> None:
    shown = graph.project("actors", "zh-hant", types=["State"])
    table = shown._repr_html_()
    assert table.count("<tr>") == min(len(shown.edges), 20) + 1
    assert f"{len(shown.nodes)} nodes, {len(shown.edges)} edges" in table
    hostile = PropertyGraph(
        "x", "en", (Node("http://e/a", "Person", "<script>"),), (Edge("http://e/a", "http://e/a", "say"),)
    )
    assert "<script>" not in hostile._repr_html_()


BYLINES = """（中央社記者王小明華盛頓5日專電）美國總統川普今天表示，中國必須加入《新削減戰略武器條約》的談判。
據路透社報導，俄羅斯外交部發言人扎哈羅娃駁斥了美國的說法。

（編輯：李大華）"""


def test_no_edge_comes_from_a_byline_a_dateline_or_a_medium(tmp_path: Path, pipelines: builder.Pipelines) -> None:
    (tmp_path / "a.jsonl").write_text(
        json.dumps({"id": "a", "text": BYLINES, "date": "2026-02-05", "lang": "zh-Hant"}, ensure_ascii=False), "utf-8"
    )
    assert not builder.build([tmp_path / "a.jsonl"], tmp_path / "store", extract=pipelines).problems
    with kg.open(tmp_path / "store") as opened:
        for view in ("actors", "co-mentions", "statements"):
            found = opened.project(view, "zh-hant")
            named = {node.label for node in found.nodes}
            assert not {label for label in named if "中央社" in label or "路透" in label}, view
            assert not {label for label in named if "王小明" in label or "李大華" in label}, view
            assert found.edges
