"""kg serve: the SPARQL 1.1 Protocol, the pages, and the life of the service."""

from __future__ import annotations

import json
import re
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import pyoxigraph as ox
import pytest
from conftest import run
from service import JSON, Service

from kg import builder, iri
from kg.graph import query
from kg.graph.store import OxigraphStore
from kg.web import formats, links

ARTICLE = "dev-01-burevestnik-poseidon"
GRAPH = iri.article(ARTICLE)
ASK, SELECT = (
    "ASK { ?s a kg:Article }",
    "SELECT ?id { GRAPH ?g { ?g a kg:Article ; dcterms:identifier ?id } } ORDER BY ?id",
)
CONSTRUCT = "CONSTRUCT { ?g a kg:Article } WHERE { GRAPH ?g { ?g a kg:Article } }"
UTF16 = {"Content-Type": "application/sparql-query; charset=utf-16"}
FORM, DIRECT = {"Content-Type": "application/x-www-form-urlencoded"}, {"Content-Type": "application/sparql-query"}


@pytest.fixture(scope="module")
def service(corpus_store: Path) -> Iterator[Service]:
    with Service(corpus_store) as started:
        yield started


# The protocol


def test_a_query_comes_in_three_ways(service: Service) -> None:
    assert service.query(ASK).boolean
    assert service.request("POST", "/sparql", urlencode({"query": ASK}).encode(), FORM).boolean
    assert service.request("POST", "/sparql/", ASK.encode(), {**DIRECT, "Accept": JSON}).boolean
    utf8 = {"Content-Type": "application/sparql-query; charset=UTF-8"}
    assert service.request("POST", "/sparql", 'ASK { FILTER("條約" = "條約") }'.encode(), utf8).boolean
    assert service.request("HEAD", f"/sparql?{urlencode({'query': ASK})}").status == 200


@pytest.mark.parametrize(
    ("text", "accept", "media"),
    [
        (SELECT, "*/*", JSON),
        (SELECT, "application/json", JSON),
        (SELECT, "application/sparql-results+xml", "application/sparql-results+xml"),
        (SELECT, "text/csv;q=0.9, text/tab-separated-values", "text/tab-separated-values"),
        (SELECT, "text/*;q=0.1, text/csv;q=0.5, application/*;q=0.2", "text/csv"),
        (ASK, "application/sparql-results+xml", "application/sparql-results+xml"),
        (CONSTRUCT, "*/*", "text/turtle"),
        (CONSTRUCT, "application/n-triples", "application/n-triples"),
        (CONSTRUCT, "application/ld+json", "application/ld+json"),
        (CONSTRUCT, "application/rdf+xml, text/turtle;q=0.5", "application/rdf+xml"),
        ("DESCRIBE ent:putin", "text/turtle", "text/turtle"),
    ],
)
def test_the_answer_has_the_format_that_is_asked_for(service: Service, text: str, accept: str, media: str) -> None:
    answer = service.query(text, accept)
    assert (answer.status, answer.media) == (200, media)
    assert int(answer.headers["content-length"]) == len(answer.body) > 0
    assert answer.headers["vary"] == "Accept"
    kind = next((one for one in formats.GRAPHS if one.media == media), None)
    if kind:
        assert list(ox.parse(input=answer.body, format=kind.engine))  # type: ignore[arg-type]


def test_a_format_that_is_not_there_is_406_and_lists_those_that_are(service: Service) -> None:
    answer = service.query(SELECT, "image/png")
    assert answer.status == 406
    assert "text/csv" in answer.text
    assert service.query(SELECT, format="csv").headers["content-disposition"] == 'attachment; filename="answer.csv"'


def test_rows_are_those_of_the_command_line(service: Service, corpus_store: Path) -> None:
    for name in ("positions", "articles"):
        there = json.loads(run("query", name, "--store", corpus_store, "--format", "json").stdout)
        assert json.loads(service.query(query.find(name).text).body) == there


def test_the_default_graph_is_all_graphs_together(service: Service) -> None:
    assert service.query(SELECT).rows == service.query(SELECT.replace("GRAPH ?g", "")).rows


def test_a_dataset_comes_from_the_request_or_the_query(service: Service) -> None:
    count = "SELECT (COUNT(DISTINCT ?g) AS ?n) {} {{ GRAPH ?g {{ ?s a kg:Article }} }}"
    every = int(service.query(count.format("")).rows[0]["n"])
    named = service.query(count.format(""), named_graph_uri=[GRAPH, iri.AUTHORITY_GRAPH]).rows[0]["n"]
    within = service.query(count.format(f"FROM NAMED <{GRAPH}>")).rows[0]["n"]
    assert (every, named, within) == (25, "1", "1")
    assert service.query(ASK, default_graph_uri=GRAPH).boolean
    assert not service.query(ASK, default_graph_uri=iri.ONTOLOGY_GRAPH).boolean
    assert service.query(f"ASK FROM <{GRAPH}> {{ ?s a kg:Article }}").boolean
    over = f"ASK FROM <{GRAPH}> {{ ?s a kg:Article }}"  # the request's dataset counts, not the query's
    assert not service.query(over, default_graph_uri=iri.ONTOLOGY_GRAPH).boolean


def test_what_is_no_query_is_a_client_error_in_one_line(service: Service) -> None:
    assert service.query("SELECT ?s\nWHERE { ?s ?? ?o }").text.startswith("query: line 2, column ")
    for status, answer in (
        (400, service.query("SELECT")),
        (400, service.query("ASK { BIND(<urn:f>(1) AS ?x) }")),
        (400, service.get(f"/sparql?query={quote(ASK)}&query={quote(ASK)}")),
        (400, service.request("POST", "/sparql", b"", FORM)),
        (400, service.request("POST", "/sparql", "ASK { }".encode("utf-16"), DIRECT)),
        (400, service.get("/sparql?query=%FF")),
        (405, service.request("PUT", "/sparql", ASK.encode(), DIRECT)),
        (415, service.request("POST", "/sparql", ASK.encode(), {"Content-Type": "text/plain"})),
        (415, service.request("POST", "/sparql", ASK.encode("utf-16"), UTF16)),
        (415, service.request("POST", "/sparql", ASK.encode())),
    ):  # fmt: skip
        assert answer.status == status, answer.text
        assert len(answer.text.strip().splitlines()) == 1


def test_updates_are_refused(service: Service) -> None:
    update = b"INSERT DATA { GRAPH <urn:g> { <urn:a> <urn:b> <urn:c> } }"
    for answer in (
        service.request("POST", "/sparql", update, {"Content-Type": "application/sparql-update"}),
        service.request("POST", "/sparql", urlencode({"update": update}).encode(), FORM),
        service.get(f"/sparql?{urlencode({'update': update})}"),
    ):
        assert answer.status == 403
        assert "only reads" in answer.text
    assert service.query(update.decode()).status == 400
    assert not service.query("ASK { <urn:a> ?p ?o }").boolean


def test_the_service_describes_itself(service: Service) -> None:
    for kind in formats.GRAPHS:
        answer = service.get("/sparql", kind.media)
        assert answer.media == kind.media
        quads = list(ox.parse(input=answer.body, format=kind.engine))  # type: ignore[arg-type]
        objects = {quad.object.value for quad in quads if isinstance(quad.object, ox.NamedNode)}
        assert f"{service.url}/sparql" in objects
        assert "http://www.w3.org/ns/sparql-service-description#UnionDefaultGraph" in objects
        assert "http://www.w3.org/ns/formats/SPARQL_Results_JSON" in objects
    browser = service.get("/sparql", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
    assert (browser.status, browser.headers["location"]) == (303, "/query")


def test_pages_of_other_sites_may_read(service: Service) -> None:
    origin = {"Origin": "https://example.org"}
    before = service.request("OPTIONS", "/sparql", headers={**origin, "Access-Control-Request-Method": "POST"})
    assert before.status == 204
    assert "POST" in before.headers["access-control-allow-methods"]
    paths = [f"/sparql?query={quote(ASK)}", "/sparql?query=x", "/sparql", "/entity/putin?format=ttl"]
    for path in paths:
        assert service.get(path, **origin).headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in before.headers


# Entities and articles


def test_an_entity_answers_by_negotiation(service: Service) -> None:
    page = service.get("/entity/new-start", "text/html,application/xml;q=0.9,*/*;q=0.8")
    assert page.media == "text/html"
    assert "新削減戰略武器條約" in page.text
    assert "2010-04-08" in page.text
    for accept, kind in (("text/turtle", formats.GRAPHS[0]), ("application/ld+json", formats.GRAPHS[2])):
        answer = service.get("/entity/new-start", accept)
        assert (answer.media, answer.headers["vary"]) == (accept, "Accept")
        quads = list(ox.parse(input=answer.body, format=kind.engine))  # type: ignore[arg-type]
        subjects = {quad.subject.value for quad in quads if isinstance(quad.subject, ox.NamedNode)}
        assert {iri.entity("new-start"), f"{iri.entity('new-start')}#expire=2026-02-05"} <= subjects
    assert service.get("/entity/new-start?format=nt", "text/html").media == "application/n-triples"
    assert service.get("/entity/new-start", "image/png").status == 406


def test_every_entity_of_the_articles_has_a_page(service: Service) -> None:
    rows = service.query("SELECT DISTINCT ?e { GRAPH ?g { ?m itsrdf:taIdentRef ?e } }").rows
    new = [row["e"] for row in rows if "/Person/" in row["e"] or "/Organization/" in row["e"]]
    assert len(new) > 20
    for entity in [*new[:40], *(row["e"] for row in rows[:20])]:
        path = links.of(entity)
        assert links.entity_of(quote(path, safe="/%~").encode()) == entity
        assert service.get(quote(path, safe="/%~"), "text/html").status == 200, entity


@pytest.mark.parametrize("name", ["new:Person:A/B", "new:Person:100% «x»", "new:Place:a?b#c", "new:Person:張 三"])
def test_the_path_of_an_entity_leads_back_to_it(name: str) -> None:
    assert links.entity_of(links.of_entity(iri.entity(name)).encode()) == iri.entity(name)


def test_statements_lead_to_their_words(service: Service) -> None:
    page = service.get("/entity/putin?lang=zh-hant", "text/html").text
    assert "普丁" in page
    passage = re.search(r'href="(/article/[^"]+)#evidence"', page)
    assert passage
    article = service.get(passage[1].replace("&amp;", "&"), "text/html").text
    assert article.count('id="evidence"') == 1
    words = re.findall(r'class="[^"]*evidence[^"]*"[^>]*>(.*?)</span>', article)
    said = service.query("SELECT ?c { GRAPH ?g { ?s kg:speaker ent:putin ; kg:content ?c } }").rows
    assert re.sub(r"<[^>]+>", "", "".join(words)) in {row["c"] for row in said}


def test_an_article_answers_by_negotiation(service: Service) -> None:
    page = service.get(f"/article/{ARTICLE}", "text/html").text
    assert 'class="m Person"' in page
    assert 'href="/entity/putin?lang=en"' in page
    graph = service.get(f"/article/{ARTICLE}", "application/n-triples")
    here = list(ox.parse(input=graph.body, format=ox.RdfFormat.N_TRIPLES))
    assert len(here) == int(service.query(f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{GRAPH}> {{ ?s ?p ?o }} }}").rows[0]["n"])
    assert 'id="evidence"' in service.get(f"/article/{ARTICLE}?words={quote('這還不是它的極限')}", "text/html").text


@pytest.mark.parametrize(
    "path", ["/entity/nobody", "/entity/", "/article/none", "/article/..%2F..%2Fetc%2Fpasswd", "/nothing"]
)
def test_what_is_not_there_is_404_for_everybody(service: Service, path: str) -> None:
    assert service.get(path, "text/turtle").status == 404
    page = service.get(path, "text/html")
    assert (page.status, page.media) == (404, "text/html")


# Pages


@pytest.mark.parametrize("name", query.names())
def test_every_named_query_has_a_page_with_its_answer(service: Service, name: str) -> None:
    page = service.get(f"/query?name={name}", "text/html")
    assert page.status == 200
    assert 'id="answer"' in page.text
    for parameter in query.find(name).parameters:
        assert (f'name="p.{parameter.name}"' in page.text) == (parameter.kind != "lang")


def test_parameters_are_fields_and_their_errors_are_told(service: Service) -> None:
    page = service.get(
        f"/query?{urlencode({'name': 'who_said_what', 'p.about': '全面禁止核試驗條約', 'lang': 'zh-hant'})}"
    ).text
    assert "紹伊古" in page
    assert "/article/dev-04-ctbt-deratification?words=" in page
    wrong = service.get("/query?name=who_said_what&p.about=Xyzzy", "text/html")
    assert wrong.status == 400
    assert "nothing in the store is named" in wrong.text
    assert service.get("/query?name=../../etc/passwd").status == 404


def test_a_query_of_ones_own_shows_its_rows_with_links(service: Service) -> None:
    mention = "?m a kg:Mention ; itsrdf:taIdentRef ?e ; nif:beginIndex ?start ; nif:endIndex ?end"
    where = f"{{ GRAPH ?g {{ {mention} . ?g dcterms:identifier ?source }} }}"
    text = f"SELECT ?source ?e ?start ?end {where} ORDER BY ?source ?start LIMIT 3"
    page = service.get(f"/query?{urlencode({'query': text})}").text
    assert "3 rows" in page
    assert re.search(r'<a class="passage" href="/article/[^"]+\?start=\d+&amp;end=\d+&amp;lang=en#evidence">', page)
    assert 'href="/entity/' in page
    posted = service.request("POST", "/query", urlencode({"query": text}).encode(), FORM)
    assert "3 rows" in posted.text
    assert "The first 500 rows" in service.get(f"/query?query={quote('SELECT * { ?s ?p ?o }')}").text
    assert "<h2>Yes</h2>" in service.get(f"/query?query={quote(ASK)}").text
    assert 'value="ttl"' in service.get(f"/query?query={quote(CONSTRUCT)}").text


def test_names_are_found_in_every_script(service: Service) -> None:
    for words in ("普京", "普丁", "vladimir putin", "PUTIN"):
        assert 'href="/entity/putin?lang=en"' in service.get(f"/find?q={quote(words)}").text
    assert f"/article/{ARTICLE}" in service.get(f"/find?q={quote('海燕與波塞頓')}").text
    assert "Nothing in the store" in service.get("/find?q=xyzzy%22%5C%7D").text


def test_the_front_page_says_what_there_is(service: Service) -> None:
    page = service.get("/", "text/html").text
    assert "<b>25</b> articles" in page
    assert ">New START</a>" in page
    assert "新削減戰略武器條約" in service.get("/", **{"Accept-Language": "zh-TW,zh;q=0.9"}).text


def test_health_and_version(service: Service) -> None:
    health = json.loads(service.get("/health").body)
    assert health["status"] == "ok"
    assert health["workers"] >= 4
    assert set(json.loads(service.get("/version").body)) == {"kg", "pyoxigraph"}


# The life of the service


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_when_told_and_leaves_nothing(tmp_path: Path, by: signal.Signals) -> None:
    with OxigraphStore(tmp_path / "store") as made:
        made.replace("urn:g", "<urn:a> <urn:b> <urn:c> .\n")
    with Service(tmp_path / "store", "--workers", "1") as service:
        secret = "my-secret-words"
        assert service.query(f"ASK {{ ?s ?p '{secret}' }}").status == 200
        assert len(list(tmp_path.glob(".kg-serve-*"))) == 1
        assert service.stop(by) == 0
        assert secret not in service.log
        assert "GET /sparql 200" in service.log
        assert "Traceback" not in service.log
    assert [path.name for path in tmp_path.iterdir()] == ["store"]


def test_it_answers_from_the_store_as_a_build_left_it(tmp_path: Path, pipelines: builder.Pipelines) -> None:
    path, store = tmp_path / "a.jsonl", tmp_path / "store"
    path.write_text(json.dumps({"id": "one", "text": "普丁表示,俄方不會退讓。"}), encoding="utf-8")
    builder.build([path], store, extract=pipelines)
    with Service(store, refresh_seconds=0.2, workers=2) as service:
        assert [row["id"] for row in service.query(SELECT).rows] == ["one"]
        path.write_text(json.dumps({"id": "two", "text": "普丁表示,俄方不會退讓。"}), encoding="utf-8")
        builder.build([path], store, extract=pipelines)  # beside the service
        until = time.monotonic() + 15
        while len(service.query(SELECT).rows) < 2 and time.monotonic() < until:
            time.sleep(0.1)
        assert [row["id"] for row in service.query(SELECT).rows] == ["one", "two"]
        assert "Traceback" not in service.log
    assert not list(tmp_path.glob(".kg-serve-*"))


def test_what_keeps_it_from_starting_is_one_line(tmp_path: Path, service: Service) -> None:
    missing = run("serve", "--store", tmp_path / "none", "--port", "0")
    assert missing.exit_code == 1
    assert "no store here: build one" in missing.stderr
    taken = run("serve", "--store", tmp_path / "none", "--port", str(service.address[1]))
    assert taken.exit_code == 1
    assert "choose others with --host and --port" in taken.stderr
    assert "/sparql" in run("serve", "--help").stdout


def test_other_commands_do_not_import_the_server() -> None:
    import subprocess

    code = "import sys, kg, kg.cli, kg.graph.query; assert not {'starlette', 'uvicorn', 'jinja2'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
