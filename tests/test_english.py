"""English on sentences of our own, every layer through the whole pipeline, with or without a trained pipeline."""

from __future__ import annotations

import json
import warnings
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import spacy
from click.testing import CliRunner
from spacy.language import Language

import kg
from kg import lang
from kg.cli import main
from kg.errors import TrainedPipelineError
from kg.model import Article, Records
from kg.nlp import trained
from kg.nlp.pipeline import extract

FOLDER = Path(__file__).parent / "phrases"


def phrases(layer: str) -> list[Any]:
    lines = (FOLDER / f"en_{layer}.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [row for line in lines if "text" in (row := json.loads(line))]
    return [pytest.param(row, id=row["text"][:40]) for row in rows]


@lru_cache(maxsize=1)
def english() -> Language:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", trained.NoTrainedPipelineWarning)
        return kg.load("en")


def read(text: str, date: str = "2026-02-08") -> Records:
    return extract(english(), Article("phrase", text, "", date, "en"))


@pytest.mark.parametrize("row", phrases("mentions"))
def test_english_mentions(row: dict[str, Any]) -> None:
    found: set[str] = set()
    for m in read(row["text"]).mentions:
        if m.kind != "anaphor":
            surface = row["text"][m.start : m.end]
            found |= {surface, f"{surface}/{m.type}", f"{surface}/{m.type}/{m.entity}"}
    assert not set(row["expect"]) - found
    assert not set(row["absent"]) & found


@pytest.mark.parametrize("row", phrases("statements"))
def test_english_statements(row: dict[str, Any]) -> None:
    found = [[s.speaker, s.act, row["text"][s.start : s.end]] for s in read(row["text"]).statements]
    loose = [
        [who, act if want[1] else None, what] for (who, act, what), want in zip(found, row["expect"], strict=False)
    ]
    assert loose + found[len(loose) :] == row["expect"]


@pytest.mark.parametrize("row", phrases("events"))
def test_english_events(row: dict[str, Any]) -> None:
    found = read(row["text"]).events
    assert len(found) == len(row["expect"]), found
    for event, want in zip(found, row["expect"], strict=True):
        got = {key: getattr(event, key) for key in want}
        if "agents" in got:
            got["agents"], want["agents"] = sorted(got["agents"]), sorted(want["agents"])
        assert got == want


@pytest.mark.parametrize("row", phrases("figures"))
def test_english_figures(row: dict[str, Any]) -> None:
    found = [
        {key: getattr(figure, key) for key in want}
        for figure, want in zip(read(row["text"]).figures, row["expect"], strict=True)
    ]
    assert found == row["expect"]


@pytest.mark.parametrize("row", phrases("positions"))
def test_english_positions(row: dict[str, Any]) -> None:
    assert sorted([p.person, p.of, p.former] for p in read(row["text"]).positions) == sorted(row["expect"])


@pytest.mark.parametrize("row", phrases("dates"))
def test_english_dates(row: dict[str, Any]) -> None:
    nlp = english()
    doc = nlp.make_doc(row["text"])
    doc._.article = Article("phrase", row["text"], "", row["date"], "en")
    assert [[row["text"][d.start : d.end], d.value] for d in nlp(doc)._.dates] == row["expect"]


def test_english_new_person_is_one_in_both_languages() -> None:
    """Named in Latin letters here and in Chinese with the Latin form in brackets there: one entity."""
    here = read("Deputy minister Orlando Bexley told reporters that the talks had failed.")
    there = extract(
        kg.load("zh"), Article("zh", "副部長貝克斯利（Orlando Bexley）表示,談判已經破裂。", "", "2026-02-08", "zh-Hant")
    )
    one = {m.entity for m in here.mentions if m.type == "Person"}
    other = {m.entity for m in there.mentions if m.type == "Person"}
    assert len(one) == 1
    assert one == other


def test_english_says_once_what_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lang, "installed", lambda language: None)
    with pytest.warns(trained.NoTrainedPipelineWarning, match=r"kg\[en\]"):
        kg.load("en")


def test_english_command_says_it_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lang, "installed", lambda language: None)
    article = tmp_path / "one.jsonl"
    article.write_text(
        json.dumps({"id": "one", "text": "Russia signed New START in 2010.", "lang": "en"}), encoding="utf-8"
    )
    result = CliRunner().invoke(main, ["build", str(article), "--store", str(tmp_path / "store"), "--quiet"])
    assert result.exit_code == 0
    assert [line for line in result.stderr.splitlines() if "kg[en]" in line] == result.stderr.splitlines()[:1]


def test_english_refuses_other_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "kg_test_weights"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "model").write_bytes(b"other weights")
    monkeypatch.syspath_prepend(str(tmp_path))
    language = {"trained": {"packages": ["kg_test_weights"], "lost": "", "hashes": {"kg_test_weights": "0" * 64}}}
    with pytest.raises(TrainedPipelineError, match="pinned version"):
        trained.load(language, english().vocab)
    recorded = {"kg_test_weights": trained.digest("kg_test_weights")}
    with pytest.raises(TrainedPipelineError, match="cannot be used"):  # the right files, but no pipeline
        trained.load({"trained": {**language["trained"], "hashes": recorded}}, english().vocab)


@pytest.mark.parametrize(
    ("code", "name", "text"),
    [
        ("en", "Marlow Quist", "The plan of Marlow Quist drew little notice."),
        ("zh", "宏图塔", "代表团随后谈到宏图塔。"),
    ],
)
def test_trained_pipeline_of_the_user_finds_what_no_list_has(code: str, name: str, text: str, tmp_path: Path) -> None:
    """Its entities are merged by their offsets, say who found them, and leave what the authority file knows alone."""
    made = spacy.blank(code)
    ruler = made.add_pipe("entity_ruler")
    label = "PERSON" if code == "en" else "FAC"
    ruler.add_patterns([{"label": label, "pattern": name}, {"label": "PERSON", "pattern": "Geneva"}])  # type: ignore[attr-defined]
    made.to_disk(tmp_path / "pipeline")
    with_it = kg.load(code, trained=str(tmp_path / "pipeline"))(text + " Geneva")
    found = {with_it.text[m.start : m.end]: (m.type, m.component) for m in with_it._.mentions}
    assert found[name] == ("Person" if code == "en" else "Place", trained.COMPONENT)
    assert found.get("Geneva", ("Place", "kg_authority")) == ("Place", "kg_authority")


def test_english_trained_pipeline_that_is_not_there() -> None:
    with pytest.raises(TrainedPipelineError, match="no_such_pipeline"):
        kg.load("en", trained="no_such_pipeline")


@pytest.mark.parametrize(
    "text", ["", " ", "\n\n", '"', '"""', "said", "He said.", "A" * 3000, '" said ' * 200, "(((", "“"]
)
def test_english_odd_text_does_no_harm(text: str) -> None:
    assert read(text).article.text == text
