"""The explorer of kg serve: what its lists and neighbourhoods hold, and its graph in a real browser."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from browser import PROGRAM, Browser
from service import Service
from synthetic import fill
from test_page import complaints, ready, text
from test_serve_security import hostile

import kg
from kg import iri
from kg.export import html
from kg.graph.store import OxigraphStore
from kg.web import charts, links, listing, neighbours

in_browser = pytest.mark.skipif(
    PROGRAM is None or not html.is_built(), reason="no chromium, or the graph is not built: npm ci in kg/export/page"
)
RU, US, PUTIN = (iri.entity(key) for key in ("state-ru", "state-us", "putin"))
__all__ = ["hostile"]  # a fixture of the other file


@pytest.fixture(scope="module")
def store(corpus_store: Path) -> Iterator[OxigraphStore]:
    with OxigraphStore(corpus_store, "read") as opened:
        yield opened


@pytest.fixture
def browser(service: Service) -> Iterator[Browser]:
    with Browser() as opened:
        yield opened
        assert opened.strangers == []
        assert complaints(opened) == []


# Lists


def test_a_list_is_read_a_page_at_a_time(store: OxigraphStore) -> None:
    whole = listing.read(store, "lists/statements", {}, "en", 10_000)
    assert not whole["more"]
    parts: list[dict[str, Any]] = []
    for start in range(0, len(whole["rows"]), 100):
        part = listing.read(store, "lists/statements", {}, "en", 100, start)
        parts += part["rows"]
        assert part["more"] == (start + 100 < len(whole["rows"]))

    def key(row: dict[str, Any]) -> tuple[str, str]:
        return (row["day"]["text"], row["statement"]["iri"])

    assert sorted(map(key, parts)) == sorted(map(key, whole["rows"]))
    days = [row["day"]["text"] for row in parts]
    assert days == sorted(days, reverse=True)


@pytest.mark.parametrize(
    ("values", "column", "fits"),
    [
        ({"speaker": "普京"}, "who", lambda cell: cell["iri"] == PUTIN),
        ({"act": "deny"}, "act", lambda cell: cell["iri"] == iri.term("deny")),
        ({"about": "New START"}, "things", lambda cells: iri.entity("new-start") in {c["iri"] for c in cells}),
        ({"since": "2025-10", "until": "2025"}, "day", lambda cell: "2025-10" <= cell["text"][:7] <= "2025-12"),
    ],
)
def test_filters_of_statements_leave_what_fits(
    store: OxigraphStore, values: dict[str, str], column: str, fits: Any
) -> None:
    found = listing.read(store, "lists/statements", values, "en", 1000)["rows"]
    every = listing.read(store, "lists/statements", {}, "en", 1000)["rows"]
    assert 0 < len(found) < len(every)
    assert all(fits(row[column]) for row in found)
    ours = {row["statement"]["iri"] for row in found}
    assert ours == {row["statement"]["iri"] for row in every if column in row and fits(row[column])}


def test_language_of_the_article_filters(store: OxigraphStore) -> None:
    every, chinese, english = (
        {row["statement"]["iri"] for row in listing.read(store, "lists/statements", values, "en", 1000)["rows"]}
        for values in ({}, {"written": "zh"}, {"written": "en"})
    )
    assert chinese
    assert english
    assert chinese | english == every
    assert not chinese & english


def test_pairs_are_those_of_the_shipped_query(store: OxigraphStore, corpus_store: Path) -> None:
    with kg.open(corpus_store) as graph:
        shipped = graph.query("accusations_and_denials")
    ours = listing.read(store, "lists/disputes", {}, "en", 100)["rows"]
    assert {(row["accusation"]["text"], row["denial"]["text"]) for row in ours} == {
        (row["accusation"], row["denial"]) for row in shipped
    }


def test_a_timeline_has_statements_events_and_what_is_on_record(store: OxigraphStore) -> None:
    rows = listing.read(store, "lists/timeline", {"entity": "new-start"}, "en", 500)["rows"]
    kinds = {row["class"]["iri"].rpartition("#")[2] for row in rows}
    assert kinds == {"Statement", "Event", "ReferenceEvent"}
    signed = [row for row in rows if row["what"]["text"] == "sign" and row["day"]["text"] == "2010-04-08"]
    assert {"article" in row for row in signed} == {True, False}  # said by articles, and on record
    only = listing.read(store, "lists/timeline", {"entity": "new-start", "class": "Event", "what": "sign"}, "en", 500)
    assert {row["class"]["iri"] for row in only["rows"]} == {iri.term("Event")}


@pytest.mark.parametrize("name", [f"{folder}/{one}" for folder in listing.FOLDERS for one in listing.names(folder)])
def test_every_list_opens_on_the_query_page_with_its_parameters(service: Service, name: str) -> None:
    query = listing.find(name)
    assert set(query.questions) == {"en", "zh"}
    values = {f"p.{one.name}": "new-start" for one in query.parameters if one.name == "entity"}
    page = service.get(f"/query?{urlencode({'name': name, **values})}", "text/html")
    assert page.status == 200, page.text
    assert 'id="answer"' in page.text
    for parameter in query.parameters:
        assert f'name="p.{parameter.name}"' in page.text


def test_what_cannot_be_asked_is_told_on_the_page(service: Service) -> None:
    for path, said in (
        ("/statements?speaker=xyzzy", "nothing in the store is named"),
        ("/statements?since=yesterday", "a date is written"),
        ("/timeline?what=nonsense", "a word of the ontology"),
        ("/graph?open=xyzzy", "nothing in the store is named"),
        ("/graph?view=nonsense", "no view of the explorer"),
        ("/evidence?source=xyzzy&target=putin&kind=say", "Nothing in the store is named"),
        (f"/evidence?source=putin&target={quote(iri.ARTICLE)}x&kind=say%3E", "a word of the ontology is needed"),
        (f"/evidence?source={quote(iri.ARTICLE)}%3E%20%7D&target=putin&kind=say", "is not an IRI"),
    ):
        answer = service.get(path, "text/html")
        assert (answer.status, said in answer.text) == (400, True), path
    assert service.get("/list/nothing", "text/html").status == 404
    assert service.get("/query?name=lists/../../etc/passwd", "text/html").status == 404


# The page of an entity


def test_an_entity_page_has_all_that_is_asked_of_it(service: Service) -> None:
    page = service.get("/entity/state-cn?lang=zh-hans", "text/html").text
    for section in ("said", "about", "events", "figures", "posts", "connected", "called", "mentions"):
        assert f'id="{section}"' in page, section
        name = {"called": "names"}.get(section, section)
        assert f"name=lists%2F{name}&amp;p.entity=" in page, section
    assert re.search(r"<dt[^>]*>中方</dt>", page)
    assert "<svg" in page
    assert 'style="' not in page  # the policy lets no style stand in an element


def test_many_readers_of_entities_leave_the_workers_free(service: Service) -> None:
    rows = service.query("SELECT DISTINCT ?e { GRAPH ?g { ?m itsrdf:taIdentRef ?e } } LIMIT 40").rows
    with ThreadPoolExecutor(20) as readers:
        pages = list(readers.map(lambda row: service.get(quote(links.of(row["e"]), safe="/%~"), "text/html"), rows))
    assert {page.status for page in pages} == {200}
    end = time.monotonic() + 10
    while json.loads(service.get("/health").body)["busy"]:
        assert time.monotonic() < end
        time.sleep(0.1)


def test_charts_are_made_of_numbers_with_days() -> None:
    def row(day: str, value: str) -> dict[str, Any]:
        cells = {"day": day, "value": value, "kind": "stockpile", "thing": "核彈頭", "words": value, "unit": "warhead"}
        return {name: {"text": text} for name, text in cells.items()}

    assert charts.of_figures([row("2020", "100")]) == []
    (chart,) = charts.of_figures([row("2020", "100"), row("2024-06", "600"), row("", "3")])
    assert len(chart.points) == 2
    assert chart.points[0]["x"] < chart.points[1]["x"]
    assert chart.points[0]["y"] > chart.points[1]["y"]  # more is higher up
    assert "between 100 and 600" in chart.summary
    assert charts.of_figures([row("2020", "0"), row("2021", "0")])


# Neighbourhoods


def test_a_neighbourhood_has_the_edges_of_the_view(store: OxigraphStore, corpus_store: Path) -> None:
    with kg.open(corpus_store) as graph:
        for view in ("actors", "positions"):
            whole = graph.project(view)
            theirs = {(e.source, e.kind.replace("position", "Position"), e.target): e.weight
                      for e in whole.edges
                      if RU in (e.source, e.target) and not e.attributes.get("curated")}  # fmt: skip
            found = neighbours.around(store, view, "state-ru", 500)
            ours = {(e["s"], e["k"], e["t"]): e["w"] for e in found["edges"]
                    if RU in (e["s"], e["t"]) and not e["curated"]}  # fmt: skip
            assert ours == theirs, view


def test_a_neighbourhood_is_bounded_and_goes_on(store: OxigraphStore) -> None:
    seen: set[str] = set()
    start: int | None = 0
    while start is not None:
        found = neighbours.around(store, "actors", "state-ru", 10, start)
        new = {node["id"] for node in found["nodes"]} - {RU}
        assert 0 < len(new) <= 10
        assert not new & seen
        seen |= new
        start = found["next"]
    assert len(seen) == found["total"]
    last = next(iter(new))
    beside = neighbours.around(store, "actors", "state-ru", 10, 0, [last])
    assert last in {node["id"] for node in beside["nodes"]}


def test_a_statement_is_a_node_with_its_speaker_and_what_it_is_about(store: OxigraphStore) -> None:
    found = neighbours.around(store, "statements", "putin", 5)
    statements = [node for node in found["nodes"] if node["t"] == "Statement"]
    assert len(statements) == 5
    one = statements[0]
    again = neighbours.around(store, "statements", one["id"], 20)
    assert PUTIN in {node["id"] for node in again["nodes"]}
    assert {edge["s"] for edge in again["edges"] if edge["type"] == iri.term("about")} <= {one["id"]}


def test_every_edge_leads_to_the_sentences_that_carry_it(store: OxigraphStore) -> None:
    for view in neighbours.VIEWS:
        found = neighbours.around(store, view, "state-ru", 40)
        for edge in [one for one in found["edges"] if not one["curated"]][:25]:
            kind = edge["type"].rpartition("#")[2]
            said = neighbours.evidence(store, edge["s"], edge["t"], kind, " ".join(edge["flags"]), 100)["said"]
            assert len(said) == edge["n"], (view, edge)
            for one in said:
                assert 0 <= one["mark"][0] < one["mark"][1] <= len(one["text"])


def test_hubs_stay_quick(tmp_path: Path) -> None:
    with OxigraphStore(tmp_path / "store") as made:
        fill(made, 500)
    with OxigraphStore(tmp_path / "store", "read") as made:
        started = time.process_time()  # other work on the machine does not count
        found = neighbours.around(made, "actors", "state-fr", 20)
        listing.read(made, "lists/statements", {"about": "state-fr"}, "en", 50)
        assert time.process_time() - started < 3
    assert found["total"] > 20
    assert len(json.dumps(found)) < 200_000


# In a browser


def click(browser: Browser, number: int, times: int = 1) -> None:
    """Click the middle of a dot of the picture."""
    x, y = browser.run(
        f"(() => {{ const at = kgPage.drawing.at({number}); const box = document.getElementById('picture')"
        ".getBoundingClientRect(); return [box.x + at.x, box.y + at.y]; })()"
    )
    browser.call("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)
    time.sleep(0.15)
    for count in range(1, times + 1):
        for kind in ("mousePressed", "mouseReleased"):
            browser.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=count)
    time.sleep(0.3)


def number_of(browser: Browser, name: str) -> int:
    return int(browser.run(f"kgPage.data.byId.get({json.dumps(name)}).number"))


def until(browser: Browser, expression: str) -> None:
    """Wait for what is fetched."""
    end = time.monotonic() + 15
    while not browser.run(expression):
        assert time.monotonic() < end, expression
        time.sleep(0.05)


@in_browser
def test_expand_evidence_collapse_and_back(service: Service, browser: Browser) -> None:
    ready(browser, f"{service.url}/graph?open=putin")
    shown = "kgPage.visible.nodes.size"
    before = browser.run(shown)
    click(browser, number_of(browser, RU), 2)
    until(browser, f"kgPage.opened.has({json.dumps(RU)})")
    until(browser, f"{shown} > {before}")
    assert browser.run("new URLSearchParams(location.search).getAll('open').join()") == "putin,state-ru"
    assert text(browser, "#panel h2") == "Russia"
    assert re.search(r"\d+ more neighbours", text(browser, "#panel .more"))
    more = browser.run(shown)
    browser.run("document.querySelector('#panel .more').click()")
    until(browser, f"{shown} > {more}")
    browser.run("document.querySelector('#panel .relation summary').click()")
    until(browser, "document.querySelector('#panel blockquote mark') !== null")
    assert text(browser, "#panel blockquote mark") in text(browser, "#panel blockquote p")
    place = browser.run("document.querySelector('#panel blockquote footer a').getAttribute('href')")
    browser.run("document.querySelector('#panel .open').click()")
    until(browser, f"{shown} === {before}")
    browser.run("history.back()")
    until(browser, f"kgPage.opened.has({json.dumps(RU)})")
    browser.open(service.url + place)
    assert browser.run("document.querySelectorAll('.evidence').length") > 0


@in_browser
def test_a_deep_link_opens_the_same_graph_and_a_line_its_sentences(service: Service, browser: Browser) -> None:
    pair = f"#pair={quote(RU, safe='')}&{quote(US, safe='')}"
    ready(browser, f"{service.url}/graph?view=actors&open=state-ru&open=%E7%BE%8E%E5%9C%8B&lang=zh-hant{pair}")
    assert "俄羅斯" in text(browser, "#panel h2")
    assert "美國" in text(browser, "#panel h2")
    until(browser, "document.querySelectorAll('#panel blockquote mark').length > 0")
    assert text(browser, "#filters-title") == "篩選"
    assert browser.run("[...document.querySelectorAll('#views a')].every(a => a.href.includes('open=state-us'))")


@in_browser
def test_search_filter_and_the_list_by_keyboard(service: Service, browser: Browser) -> None:
    ready(browser, f"{service.url}/graph")
    assert "of 14 things" in text(browser, "#status") or "things" in text(browser, "#status")
    browser.run("""(() => { const box = document.getElementById('search'); box.focus(); box.value = '普京';
        box.dispatchEvent(new Event('input')); })()""")
    browser.run(
        "document.getElementById('search').dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', bubbles: true}))"
    )
    assert text(browser, "#panel h2") == "Vladimir Putin"
    count = browser.run("kgPage.visible.nodes.size")
    browser.run("document.querySelector('#filters fieldset input').click()")
    assert browser.run("kgPage.visible.nodes.size") < count
    browser.run("document.querySelector('#filters > button').click()")
    browser.run("document.getElementById('show-list').click()")
    expand = "document.querySelector('#list tbody button[aria-expanded]')"
    assert browser.run(f"{expand}.getAttribute('aria-label')").startswith("Show neighbours: ")
    browser.run(f"{expand}.focus()")
    for kind in ("keyDown", "keyUp"):
        browser.call(
            "Input.dispatchKeyEvent", type=kind, key="Enter", code="Enter", windowsVirtualKeyCode=13, text="\r"
        )
    until(browser, "kgPage.opened.size === 2")
    assert browser.run(f"{expand}.getAttribute('aria-expanded')") == "true"
    unnamed = "[...document.querySelectorAll('button, input, select')].filter((one) => !(one.textContent.trim() ||"
    unnamed += " one.ariaLabel || one.labels?.length || one.type === 'hidden')).length"
    assert browser.run(unnamed) == 0


@in_browser
def test_what_is_not_shown_is_searched_in_the_whole_store(service: Service, browser: Browser) -> None:
    enter = """((words) => { const box = document.getElementById('search'); box.value = words;
        box.dispatchEvent(new Event('input'));
        box.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', bubbles: true})); })(%r)"""
    ready(browser, f"{service.url}/graph?view=weapons&open=new-start")
    browser.run(enter % "海燕")
    until(browser, "kgPage.opened.size === 2")
    assert text(browser, "#panel h2") == "9M730 Burevestnik"
    browser.run(enter % "xyzzy")
    until(browser, "document.querySelector('#status').textContent.includes('nothing in the store is named')")
    browser.complaints[:] = [one for one in browser.complaints if "400 (Bad Request)" not in one]


@in_browser
@pytest.mark.parametrize("view", neighbours.VIEWS)
def test_every_view_opens_in_the_dark_and_on_a_phone(service: Service, browser: Browser, view: str) -> None:
    browser.resize(390, 844, dark=True)
    ready(browser, f"{service.url}/graph?view={view}&open=state-ru")
    assert browser.run("kgPage.visible.nodes.size") > 3
    assert browser.run("document.documentElement.scrollWidth") <= 390
    background = browser.run("getComputedStyle(document.querySelector('.graph')).backgroundColor")
    assert max(map(int, re.findall(r"\d+", background)[:3])) < 60


@in_browser
def test_without_webgl_and_without_a_script(service: Service) -> None:
    with Browser() as browser:
        browser.call(
            "Page.addScriptToEvaluateOnNewDocument",
            source="HTMLCanvasElement.prototype.getContext = new Proxy(HTMLCanvasElement.prototype.getContext,"
            " {apply: (target, self, [kind, ...rest]) => kind.startsWith('webgl') ? null :"
            " target.call(self, kind, ...rest)})",
        )
        assert ready(browser, f"{service.url}/graph?open=putin") == "plain"
        before = browser.run("kgPage.visible.nodes.size")
        browser.run(f"kgPage.switch(kgPage.data.nodes[{number_of(browser, RU)}])")
        until(browser, f"kgPage.visible.nodes.size > {before}")
        assert complaints(browser) == []
    with Browser() as browser:
        browser.call("Emulation.setScriptExecutionDisabled", value=True)
        browser.open(f"{service.url}/graph?open=putin")
    page = service.get("/graph?open=putin&lang=zh-hant", "text/html").text
    assert '<a href="/graph?view=actors&amp;open=putin&amp;open=' in page
    rest = re.search(r'href="(/graph[^"]+from=20[^"]*)"', service.get("/graph?open=state-ru", "text/html").text)
    assert rest
    assert service.get(rest[1].replace("&amp;", "&"), "text/html").text.count("<tr>") > 5
    evidence = re.search(r'href="(/evidence\?[^"]+)"', page)
    assert evidence
    sentences = service.get(evidence[1].replace("&amp;", "&"), "text/html").text
    assert "<mark>" in sentences
    assert "普丁" in sentences


@in_browser
def test_the_picture_runs_nothing_of_a_text_or_a_name(hostile: Service) -> None:
    with Browser() as browser:
        ready(browser, f"{hostile.url}/graph?view=statements&open=putin")
        browser.run("kgPage.select({node: kgPage.data.nodes.findIndex((node) => node.t === 'Statement')})")
        assert "<script>alert(1)" in text(browser, "#panel")
        browser.run("document.querySelector('#panel .relation summary').click()")
        until(browser, "document.querySelector('#panel blockquote mark') !== null")
        assert "<script>alert(1)" in text(browser, "#panel blockquote footer")
        assert browser.run("document.querySelectorAll('.graph img, .graph [onerror]').length") == 0
        assert "javascript:" not in browser.run("[...document.links].map((a) => a.protocol).join()")
        assert complaints(browser) == []
        assert all(one.startswith((hostile.url, "about:", "data:")) for one in browser.requests)
