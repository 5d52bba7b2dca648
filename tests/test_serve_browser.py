"""The pages of kg serve in a real browser: they work, fit a phone, ask nobody else, and run no script of others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from urllib.parse import quote

import pytest
from browser import PROGRAM, Browser
from service import Service
from test_serve_security import hostile

from kg.web import links, listing

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="no chromium here: apt-get install chromium")
EDITOR = resources.files("kg.web").joinpath("static", "editor", "editor.js").is_file()
needs_editor = pytest.mark.skipif(not EDITOR, reason="the editor is not built: npm ci --prefix kg/web/frontend")
ARTICLE = "/article/dev-01-burevestnik-poseidon"
PAGES = ("/", "/query", "/query?name=who_said_what", "/query?name=articles", "/entity/new-start", "/entity/state-us",
         "/find?q=%E6%99%AE", f"{ARTICLE}?start=100&end=120#evidence", "/entity/nobody", "/statements",
         "/statements?pairs=1", "/timeline?entity=new-start", "/graph?open=putin", "/list/connected?entity=putin",
         "/evidence?source=medvedev&target=new-start&kind=sign", "/entity/state-ru")  # fmt: skip
__all__ = ["hostile"]  # a fixture of the other file


@pytest.fixture
def browser(service: Service) -> Iterator[Browser]:
    with Browser() as opened:
        yield opened
        assert opened.strangers == []
        assert [one for one in opened.complaints if "404 (Not Found)" not in one and "WebGL" not in one] == []


def test_every_page_fits_a_desktop_and_a_phone(service: Service, browser: Browser, tmp_path: Path) -> None:
    for page in PAGES:
        for width, height in ((1280, 800), (390, 844)):
            browser.resize(width, height)
            browser.open(service.url + page)
            assert browser.run("document.querySelector('h1').textContent.trim().length") > 0
            assert browser.run(f"document.documentElement.scrollWidth <= {width}"), (page, width)
            assert browser.run("getComputedStyle(document.querySelector('.bar')).display") == "flex"
    browser.picture(tmp_path / "page.png")
    assert (tmp_path / "page.png").stat().st_size > 5000


def test_from_the_front_page_to_the_words_of_an_article(service: Service, browser: Browser) -> None:
    browser.open(service.url)
    browser.run("document.querySelector('input[name=q]').value = '普京'")
    browser.click(".search button")
    browser.click(".hits a")
    assert browser.run("document.querySelector('h1').textContent").split()[0] == "Vladimir"
    said = browser.run("document.querySelector('.facts q').textContent")
    browser.click(".facts .passage")
    marked = browser.run("[...document.querySelectorAll('.evidence')].map(e => e.textContent).join('')")
    assert marked == said
    top = browser.run("document.querySelector('#evidence').getBoundingClientRect().top")
    assert 0 <= top < browser.run("innerHeight")


def test_a_question_with_a_parameter(service: Service, browser: Browser) -> None:
    browser.open(f"{service.url}/query?name=who_said_what")
    browser.run("document.querySelector('[name=\"p.about\"]').value = '海燕'")
    browser.click(".parameters button")
    assert browser.run("document.querySelectorAll('tbody tr').length") > 0
    browser.click("tbody .passage")
    assert "/article/" in browser.run("location.pathname")
    assert browser.run("document.querySelectorAll('.evidence').length") > 0


def test_the_language_of_names_goes_along(service: Service, browser: Browser) -> None:
    browser.open(f"{service.url}/entity/putin?lang=en")
    browser.click(".language button[value=zh-hans]")
    assert browser.run("document.querySelector('h1').textContent").split()[0] == "普京"
    browser.click("aside dd a, aside li a")
    assert "lang=zh-hans" in browser.run("location.search")


def test_statements_by_filters_and_to_the_query_behind_them(service: Service, browser: Browser) -> None:
    browser.open(f"{service.url}/statements?lang=zh-hant")
    browser.run("document.querySelector('[name=speaker]').value = '郭嘉昆'")
    browser.run("document.querySelector('[name=act]').value = 'call_for'")
    browser.click(".parameters button")
    assert browser.run("[...document.querySelectorAll('.facts li b')].map(b => b.textContent)") == ["呼籲"]
    said = browser.run("document.querySelector('.facts q').textContent")
    browser.click(".sparql")
    assert browser.run("document.querySelector('[name=\"p.speaker\"]').value") == "郭嘉昆"
    assert said in browser.run("document.querySelector('tbody').textContent")


def test_an_accusation_stands_beside_its_denial(service: Service, browser: Browser) -> None:
    browser.open(f"{service.url}/statements?pairs=1&accused=state-cn")
    accusation, denial = (
        browser.run(
            f"(({{top, left}}) => [top, left])(document.querySelector('.pairs .{one}').getBoundingClientRect())"
        )
        for one in ("accusation", "denial")
    )
    assert accusation[0] == denial[0]
    assert accusation[1] < denial[1]
    denied = browser.run("document.querySelector('.denial q').textContent")
    browser.click(".denial .passage")
    assert browser.run("[...document.querySelectorAll('.evidence')].map(e => e.textContent).join('')") == denied


def test_numbers_are_a_chart_with_a_table(service: Service, browser: Browser) -> None:
    browser.open(f"{service.url}/entity/state-cn")
    dots = browser.run("document.querySelectorAll('.chart .dot').length")
    assert 1 < dots <= browser.run("document.querySelectorAll('table.figures tbody tr').length")
    assert "numbers from" in browser.run("document.querySelector('.chart svg desc').textContent")
    assert browser.run("getComputedStyle(document.querySelector('.chart .dot')).fill") != "rgb(0, 0, 0)"
    browser.call(
        "Runtime.evaluate", expression="document.querySelector('.chart a').dispatchEvent(new MouseEvent('click'))"
    )
    browser.wait_loaded()
    assert browser.run("document.querySelectorAll('.evidence').length") > 0


def test_an_iri_of_a_record_leads_to_its_words(service: Service, browser: Browser) -> None:
    record = service.query("SELECT ?s { GRAPH ?g { ?s kg:speaker ent:putin } } ORDER BY ?s").rows[0]["s"]
    fragment = record.partition("#")[2]
    browser.open(f"{service.url}{links.of(record).partition('?')[0]}#{fragment}")
    assert browser.run("document.querySelector(':target').tagName") == "SUP"
    browser.run("document.querySelector(':target a').click()")
    assert browser.run("document.querySelector('li:target a[href^=\"/entity/\"]').textContent") == "Vladimir Putin"


@needs_editor
def test_the_editor_colours_checks_and_runs(service: Service, browser: Browser) -> None:
    browser.open(f"{service.url}/query")
    assert browser.run("document.querySelectorAll('.CodeMirror .cm-keyword').length") > 2
    assert browser.run("document.querySelectorAll('.parseErrorIcon').length") == 0
    browser.run("kgEditor.setValue('SELECT ?s WHERE { ?s ?? }')")
    assert browser.run("document.querySelectorAll('.parseErrorIcon').length") == 1
    browser.run("kgEditor.setValue('SELECT (1 + 41 AS ?n) {}')")
    browser.click("#run")
    assert browser.run("document.querySelector('td').textContent") == "42"
    assert browser.run("kgEditor.getValue()") == "SELECT (1 + 41 AS ?n) {}"
    long = "SELECT (1 + 41 AS ?n) {} #" + "x" * 100_000  # too long for an address
    browser.run(f"kgEditor.setValue({long!r})")
    browser.click("#run")
    assert browser.run("document.querySelector('td').textContent") == "42"


@needs_editor
def test_the_editor_finds_no_fault_with_our_queries(service: Service, browser: Browser) -> None:
    browser.open(f"{service.url}/query?name=statements")
    browser.run("document.querySelector('.code').open = true")
    assert browser.run(
        "new Promise(r => setTimeout(() => r(document.querySelector('.CodeMirror-line').offsetHeight), 100))"
    )
    check = """(async (link) => {
        const page = new DOMParser().parseFromString(await (await fetch(link)).text(), "text/html");
        kgEditor.setValue(page.querySelector("#query").value);
        return document.querySelectorAll(".parseErrorIcon").length;
    })(%r)"""
    questions = browser.run("[...document.querySelectorAll('#questions a')].map(a => a.href)")
    assert len(questions) > 20
    questions += [
        f"{service.url}/query?name={folder}/{name}" for folder in listing.FOLDERS for name in listing.names(folder)
    ]
    for link in questions:
        assert browser.run(check % link) == 0, link


def test_without_the_editor_there_is_a_plain_one(service: Service, browser: Browser) -> None:
    browser.call("Network.setBlockedURLs", urls=["*/static/editor/*"])
    browser.open(f"{service.url}/query?query={quote('SELECT ?s WHERE { ?s a kg:Article } LIMIT 3')}")
    assert browser.run("document.querySelector('textarea').offsetHeight") > 100
    browser.run("document.querySelector('textarea').value = 'ASK {}'")
    browser.click("#run")
    assert browser.run("document.querySelector('#answer h2').textContent") == "Yes"
    browser.complaints[:] = [one for one in browser.complaints if "BLOCKED_BY_CLIENT" not in one]


def test_nothing_of_a_text_or_a_name_runs(hostile: Service) -> None:
    with Browser() as browser:
        article = hostile.query("SELECT ?g { GRAPH ?g { ?g a kg:Article } }").rows[0]["g"].rpartition("/")[2]
        every = quote("SELECT * { GRAPH ?g { ?s ?p ?o } }")
        for page in (
            "/",
            "/entity/evil",
            "/entity/putin",
            f"/article/{article}",
            "/find?q=script",
            f"/query?query={every}",
        ):
            browser.open(hostile.url + page)
            texts = browser.run("document.body.textContent")
            assert ("<script>alert(1)" in texts) == (page not in ("/", "/entity/putin")) or page == "/entity/putin"
            assert browser.run("[...document.scripts].every(s => s.src.startsWith(location.origin + '/static/'))")
            assert browser.run("document.querySelectorAll('img:not(.brand img), [onerror]').length") == 0
            assert not re.search("javascript:", browser.run("[...document.links].map(a => a.protocol).join()"))
        assert browser.complaints == []
        assert all(one.startswith((hostile.url, "about:", "data:")) for one in browser.requests)
