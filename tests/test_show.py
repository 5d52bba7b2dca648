"""kg show: everything that was found is marked where it stands, and no text of an article steers what shows it."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from conftest import run

import kg
from kg import iri
from kg.show.article import Mark
from kg.show.segments import paragraphs, segments

ARTICLE = "dev-01-burevestnik-poseidon"


class Page(HTMLParser):
    """The words of a page and the names of its elements."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.elements: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_every_fact_is_marked_and_listed(corpus_store: Path) -> None:
    shown = run("show", ARTICLE, "--store", corpus_store).stdout
    assert "[普丁|Person]" in shown
    assert "\x1b" not in shown  # no terminal
    labels = set(re.findall(r"^ +([svfp]\d+)  ", shown, re.MULTILINE))
    assert labels
    assert labels == set(re.findall(r"([svfp]\d+)<", shown))
    assert re.search(r"f\d+  figure +Russia · stockpile · 5459 warhead · 核彈頭", shown)


def test_names_come_in_the_language_asked_for(corpus_store: Path) -> None:
    shown = run("show", ARTICLE, "--store", corpus_store, "--lang", "zh-hans").stdout
    assert re.search(r"s\d+  statement  弗拉基米尔·普京|s\d+  statement  普京", shown)


def test_text_without_marks_is_the_text(corpus_store: Path, tmp_path: Path) -> None:
    assert run("show", ARTICLE, "--store", corpus_store, "-o", tmp_path / "page.html").exit_code == 0
    html = (tmp_path / "page.html").read_text(encoding="utf-8")
    plain = re.sub(r"<sup[^>]*>.*?</sup>|<[^>]+>", "", "".join(re.findall(r'<p class="text">(.*?)</p>', html)))
    text = (Path("corpus") / f"{ARTICLE}.md").read_text(encoding="utf-8").split("---\n", 2)[2]
    assert "".join(plain.split()) == "".join(text.split())


def test_unknown_article_names_what_is_near(corpus_store: Path) -> None:
    done = run("show", "dev-01", "--store", corpus_store)
    assert done.exit_code == 2
    assert f"there is {ARTICLE}" in done.stderr
    assert "kg query articles" in run("show", "zzz", "--store", corpus_store).stderr


def test_markup_and_control_characters_stay_text(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    text = '普丁表示,「<script>alert(1)</script>\x1b[2J & "x"」俄方不會退讓。\n<img src=x onerror=alert(2)>'
    path.write_text(json.dumps({"id": "x", "title": "<b>題</b>", "text": text, "lang": "zh"}), encoding="utf-8")
    assert run("build", path, "--store", tmp_path / "store").exit_code == 0
    page = Page()
    page.feed(run("show", "x", "--store", tmp_path / "store", "-o", "-").stdout)
    assert not {"script", "img", "b"} & (page.elements - {"b"} if "<b>題" in "".join(page.words) else page.elements)
    assert "<script>alert(1)</script>" in "".join(page.words)
    assert "\x1b" not in run("show", "x", "--store", tmp_path / "store").stdout


def test_segments_cut_at_every_edge() -> None:
    outer, inner = Mark(0, 6, "Statement", label="s1"), Mark(2, 4, "Mention", "State")
    found = list(segments([outer, inner], 0, 8))
    assert [(s.start, s.end, len(s.marks)) for s in found] == [(0, 2, 1), (2, 4, 2), (4, 6, 1), (6, 8, 0)]
    assert found[0].opening == (outer,)
    assert found[2].closing == (outer,)


@pytest.mark.parametrize(("text", "spans"), [("a\n\n b \n", [(0, 1), (3, 5)]), ("", []), ("x", [(0, 1)])])
def test_paragraphs(text: str, spans: list[tuple[int, int]]) -> None:
    assert list(paragraphs(text)) == spans


def test_every_fact_leads_to_its_words_by_the_name_that_the_graph_gives_it(corpus_store: Path, tmp_path: Path) -> None:
    assert run("show", ARTICLE, "--store", corpus_store, "-o", tmp_path / "page.html").exit_code == 0
    html = (tmp_path / "page.html").read_text(encoding="utf-8")
    anchors = re.findall(r'id="([^"]+)"', html)
    assert len(anchors) == len(set(anchors))
    assert set(re.findall(r'href="#([^"]+)"', html)) <= set(anchors)
    with kg.open(corpus_store) as graph:
        facts = graph.query(
            f"""SELECT DISTINCT ?fact {{ GRAPH <{iri.article(ARTICLE)}> {{ ?fact a ?class
            FILTER(?class IN (kg:Statement, kg:Event, kg:Figure, kg:Position)) }} }}"""
        )
    assert {row["fact"].partition("#")[2] for row in facts} <= set(anchors)
