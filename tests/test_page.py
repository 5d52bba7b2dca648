"""kg export -o graph.html: what is in the file, and how the page works in a real browser."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import PROGRAM, Browser
from conftest import run
from synthetic import many

import kg
from kg import iri
from kg.export import html
from kg.graph.rdf import article_triples
from kg.graph.reference import ontology_triples
from kg.graph.store import OxigraphStore
from kg.model import Article, Entity, Records, Statement
from kg.network.filters import Filters
from kg.network.projection import project_in

pytestmark = pytest.mark.skipif(
    not html.is_built(), reason="the page is not built: install Node and run npm ci in kg/export/page"
)
in_browser = pytest.mark.skipif(PROGRAM is None, reason="no browser: apt install chromium")
HOSTILE = "</script><script>document.title='broken'</script><img src=x onerror=document.title='broken'>🚀"


def made(store: OxigraphStore, view: str = "actors", lang: str = "en", filters: Filters | None = None) -> str:
    out = io.BytesIO()
    html.write(store, project_in(store, view, html.LANGUAGES, filters or Filters()), lang, "Title", out)
    return out.getvalue().decode()


def data_of(page: str) -> dict[str, Any]:
    match = re.search(r'id="data">([^<]+)</script>', page)
    assert match is not None
    found: dict[str, Any] = json.loads(gzip.decompress(base64.b64decode(match[1])))
    return found


def hostile_store() -> OxigraphStore:
    text = f"🚀🚀{HOSTILE}說：條約必須遵守。"
    start = text.index("條約")
    speaker = Entity("new:Person:x", "Person", {"zh": HOSTILE}, known=False)
    other = Entity("new:State:甲國", "State", {"zh": "甲國"}, known=False)
    said = Statement(start, start + 6, speaker.id, "say", about=(other.id,))
    article = Article(
        "a", text, HOSTILE, "2025-05-01", "zh-Hant", HOSTILE, "javascript:document.title='broken'", HOSTILE
    )
    store = OxigraphStore(mode="memory")
    triples = article_triples(Records(article, (speaker, other), statements=(said,)))
    store.load({iri.ONTOLOGY_GRAPH: ontology_triples(), iri.article("a"): triples})
    return store


def test_the_page_holds_the_graph_in_three_languages(corpus_store: Path) -> None:
    with OxigraphStore(corpus_store, "read") as store:
        graphs = project_in(store, "actors", html.LANGUAGES)
        page = made(store, lang="zh-hant")
    data = data_of(page)
    assert [node["id"] for node in data["nodes"]] == [node.id for node in graphs[0].nodes]
    for number, node in enumerate(data["nodes"]):
        assert node["l"] == [one.nodes[number].label for one in graphs]
    putin = next(node for node in data["nodes"] if node["id"] == iri.entity("putin"))
    assert putin["l"] == ["Vladimir Putin", "普丁", "普京"]
    assert len(data["edges"]) == len(graphs[0].edges)
    for edge, kept in zip(graphs[0].edges, data["edges"], strict=True):
        ends = (data["nodes"][kept["s"]]["id"], data["nodes"][kept["t"]]["id"])
        assert (ends, kept["k"], kept["w"]) == ((edge.source, edge.target), edge.kind, edge.weight)
        assert kept["n"] == len(edge.witnesses)
        assert len(kept["said"]) == min(len(edge.witnesses), html.EACH)
        for number, first, last, _ in kept["said"]:
            assert 0 <= first < last <= len(data["sentences"][number][0])


def test_nothing_is_asked_for_and_only_the_page_s_own_script_may_run() -> None:
    page = made(hostile_store())
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy is not None
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    assert len(scripts) == 1
    digest = base64.b64encode(hashlib.sha256(scripts[0].encode()).digest()).decode()
    assert policy[1].startswith("default-src 'none'; ")
    assert f"script-src 'sha256-{digest}'" in policy[1]
    assert "unsafe" not in policy[1]
    outside = page.replace(scripts[0], "")
    assert "<img" not in outside
    assert "broken" not in outside
    assert not re.search(r'(src|href)\s*=\s*"?https?:', outside)


def test_the_same_store_gives_the_same_page(corpus_store: Path) -> None:
    with OxigraphStore(corpus_store, "read") as store:
        assert made(store, "weapons") == made(store, "weapons")


def test_the_command_line_writes_it_and_says_what_is_missing(
    corpus_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("export", "--store", corpus_store, "-o", tmp_path / "g.html", "--type", "State").exit_code == 0
    assert {node["t"] for node in data_of((tmp_path / "g.html").read_text("utf-8"))["nodes"]} == {"State"}
    monkeypatch.setattr(html, "_folder", lambda: tmp_path)
    failed = run("export", "--store", corpus_store, "-o", tmp_path / "other.html")
    assert failed.exit_code == 1
    assert "install Node 18" in failed.stderr
    assert not (tmp_path / "other.html").exists()


def test_a_notebook_shows_the_page(corpus_store: Path) -> None:
    with kg.open(corpus_store) as graph:
        shown = graph._repr_html_()
    assert "25 articles" in shown
    assert '<iframe sandbox="allow-scripts"' in shown
    assert "<script" not in shown.replace("&lt;script", "")


@pytest.fixture(scope="module")
def page_file(corpus_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "graph.html"
    with OxigraphStore(corpus_store, "read") as store:
        path.write_text(made(store, lang="zh-hant"), encoding="utf-8")
    return path


@pytest.fixture
def browser() -> Iterator[Browser]:
    with Browser() as opened:
        yield opened


def ready(browser: Browser, url: str) -> str:
    browser.open(url)
    until = time.monotonic() + 30
    while time.monotonic() < until:
        found = browser.run("document.body.dataset.ready")
        if found:
            return str(found)
        time.sleep(0.05)
    raise TimeoutError(str(browser.complaints))


def complaints(browser: Browser) -> list[str]:
    """What the console said, without what Chromium itself says of WebGL without a graphics card."""
    return [one for one in browser.complaints if "WebGL" not in one]


def text(browser: Browser, selector: str) -> str:
    return str(browser.run(f"document.querySelector({json.dumps(selector)})?.textContent"))


@in_browser
def test_search_leads_to_a_thing_and_its_sentences(browser: Browser, page_file: Path) -> None:
    ready(browser, page_file.as_uri())
    assert "121" in text(browser, "#status") or re.search(r"\d+", text(browser, "#status"))
    browser.run("""(() => { const box = document.getElementById('search'); box.focus(); box.value = 'putin';
        box.dispatchEvent(new Event('input')); })()""")
    assert "普丁" in text(browser, "#found")
    browser.run(
        "document.getElementById('search').dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', bubbles: true}))"
    )
    assert text(browser, "#panel h2") == "普丁"
    assert browser.run("location.hash") == "#node=" + base_of("putin")
    browser.run("document.querySelector('#panel details summary').click()")
    time.sleep(0.2)
    marked = text(browser, "#panel blockquote mark")
    assert marked
    assert marked in text(browser, "#panel blockquote p")
    assert "kg development articles" in text(browser, "#panel blockquote footer")
    assert complaints(browser) == []
    assert browser.requests == [page_file.as_uri()]


def base_of(key: str) -> str:
    from urllib.parse import quote

    return quote(iri.entity(key), safe="~()*!.'-_")


@in_browser
def test_filters_and_sliders_change_what_is_shown(browser: Browser, page_file: Path) -> None:
    ready(browser, page_file.as_uri())
    count = "[kgPage.visible.nodes.size, kgPage.visible.edges.size]"
    everything = browser.run(count)
    browser.run("document.querySelector('#filters fieldset input').click()")
    fewer = browser.run(count)
    assert fewer[0] < everything[0]
    assert str(fewer[0]) in text(browser, "#status")
    browser.run("document.querySelector('#filters > button').click()")
    assert browser.run(count) == everything
    browser.run("""(() => { const slider = document.getElementById('time-from'); slider.value = String(2025 * 12);
        slider.dispatchEvent(new Event('input')); })()""")
    later = browser.run(count)
    assert 0 < later[1] < everything[1]
    assert browser.run("[...kgPage.visible.edges].every((n) => kgPage.data.edges[n].last >= '2025')")
    assert browser.run("document.getElementById('time-from').getAttribute('aria-valuetext')") == "2025-01"
    assert complaints(browser) == []


@in_browser
def test_a_click_on_the_picture_opens_what_lies_there(browser: Browser, page_file: Path) -> None:
    ready(browser, page_file.as_uri())
    number = browser.run(f"kgPage.data.byId.get({json.dumps(iri.entity('state-us'))}).number")
    place = browser.run(
        f"(() => {{ const at = kgPage.drawing.at({number}); const box = document.getElementById('picture')"
        ".getBoundingClientRect(); return [box.x + at.x, box.y + at.y]; })()"
    )
    for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
        button = {} if kind == "mouseMoved" else {"button": "left", "clickCount": 1}
        browser.call("Input.dispatchMouseEvent", type=kind, x=place[0], y=place[1], **button)
        time.sleep(0.15)
    assert text(browser, "#panel h2") == "美國"


@in_browser
def test_addresses_lead_back_and_the_back_button_works(browser: Browser, page_file: Path) -> None:
    us, ru = base_of("state-us"), base_of("state-ru")
    ready(browser, f"{page_file.as_uri()}#pair={us}&{ru}")
    heading = text(browser, "#panel h2")
    assert "美國" in heading
    assert "俄羅斯" in heading
    assert browser.run("document.querySelectorAll('#panel blockquote mark').length") >= 1
    browser.run("document.querySelector('#panel h2 button').click()")
    assert browser.run("location.hash").startswith("#node=")
    browser.run("history.back()")
    time.sleep(0.3)
    assert text(browser, "#panel h2") == heading
    browser.run("dispatchEvent(new KeyboardEvent('keydown', {key: 'Escape'}))")
    assert browser.run("location.hash") == ""
    ready(browser, f"{page_file.as_uri()}#node=nothing-of-that-name")
    assert complaints(browser) == []


@in_browser
def test_the_list_the_languages_and_the_colours(browser: Browser, page_file: Path) -> None:
    ready(browser, page_file.as_uri())
    browser.run("document.getElementById('show-list').click()")
    assert text(browser, "#list tbody th") == "美國"
    browser.run("""(() => { const box = document.getElementById('language'); box.value = 'en';
        box.dispatchEvent(new Event('change')); })()""")
    assert text(browser, "#list tbody th") == "United States"
    assert browser.run("document.documentElement.lang") == "en"
    browser.run("document.querySelector('#list tbody button').click()")
    assert text(browser, "#panel h2") == "United States"
    before = browser.run("getComputedStyle(document.body).backgroundColor")
    browser.run("""(() => { const box = document.getElementById('theme'); box.value = 'dark';
        box.dispatchEvent(new Event('change')); })()""")
    assert browser.run("getComputedStyle(document.body).backgroundColor") != before
    unnamed = "[...document.querySelectorAll('button, input, select')].filter((one) => !(one.textContent.trim() ||"
    unnamed += " one.ariaLabel || one.labels?.length)).length"
    assert browser.run(unnamed) == 0
    assert complaints(browser) == []


@in_browser
def test_without_webgl_there_is_a_plainer_picture(browser: Browser, page_file: Path) -> None:
    browser.call(
        "Page.addScriptToEvaluateOnNewDocument",
        source="HTMLCanvasElement.prototype.getContext = new Proxy(HTMLCanvasElement.prototype.getContext,"
        " {apply: (target, self, [kind, ...rest]) => kind.startsWith('webgl') ? null :"
        " target.call(self, kind, ...rest)})",
    )
    assert ready(browser, page_file.as_uri()) == "plain"
    assert "WebGL" in text(browser, "#note")
    drawn = "(() => { const c = document.querySelector('canvas.plain'); const d = c.getContext('2d')"
    drawn += ".getImageData(0, 0, c.width, c.height).data; return d.some((one) => one !== 0); })()"
    assert browser.run(drawn)
    number = browser.run(f"kgPage.data.byId.get({json.dumps(iri.entity('state-us'))}).number")
    browser.run(f"""(() => {{ const at = kgPage.drawing.at({number});
        const box = document.querySelector('canvas.plain');
        box.dispatchEvent(new MouseEvent('click', {{clientX: box.getBoundingClientRect().x + at.x,
            clientY: box.getBoundingClientRect().y + at.y}})); }})()""")
    assert text(browser, "#panel h2") == "美國"
    assert complaints(browser) == []


@in_browser
def test_no_text_of_an_article_is_ever_markup_or_a_link(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "hostile.html"
    path.write_text(made(hostile_store()), encoding="utf-8")
    ready(browser, path.as_uri())
    browser.run("kgPage.select({pair: [...kgPage.data.pairs.keys()][0]})")
    time.sleep(0.3)
    assert HOSTILE in text(browser, "#panel h2")
    assert HOSTILE in text(browser, "#panel blockquote footer")
    assert text(browser, "#panel blockquote mark") == "條約必須遵守"  # offsets are code points, not UTF-16 units
    assert browser.run("document.title") == "Title"
    assert browser.run("document.querySelectorAll('img, a[href]').length") == 0
    assert complaints(browser) == []
    assert browser.requests == [path.as_uri()]


@in_browser
def test_five_thousand_nodes_are_shown_and_stay_small(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "many.html"
    with OxigraphStore(mode="memory") as store:
        many(store, 1000, 5000)
        path.write_text(made(store), encoding="utf-8")
    assert path.stat().st_size < 5_000_000
    ready(browser, path.as_uri())
    assert browser.run("kgPage.data.nodes.length") == 5000
    assert complaints(browser) == []


@in_browser
def test_on_a_phone_nothing_is_wider_than_the_screen(browser: Browser, page_file: Path) -> None:
    browser.resize(390, 844)
    ready(browser, page_file.as_uri())
    assert browser.run("document.documentElement.scrollWidth") <= 390
    assert browser.run("document.getElementById('side').open") is False
    assert browser.run("document.getElementById('picture').getBoundingClientRect().height") > 300
    browser.run("kgPage.select({node: 0})")
    time.sleep(0.3)
    picture, panel = (
        browser.run(f"(({{top, bottom}}) => [top, bottom])(document.getElementById('{name}').getBoundingClientRect())")
        for name in ("picture", "panel")
    )
    assert picture[0] < picture[1] <= panel[0] < panel[1] <= 844  # both are seen, neither lies over the other
    browser.run("document.getElementById('show-list').click()")
    browser.resize(844, 390)
    time.sleep(0.3)
    browser.run("document.getElementById('show-graph').click()")
    time.sleep(0.3)
    assert complaints(browser) == []
