"""kg evaluate: annotations are checked, every kind of error is counted once, floors hold."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import gold as gold_records
import pytest
from conftest import run

from kg.evaluation import floors
from kg.evaluation.compare import bcubed, compare, overlap, same_date
from kg.evaluation.gold import GoldError, read
from kg.evaluation.report import Evaluation, Score

GOLD = Path(__file__).parent / "gold"
LAYERS = ("mentions", "statements", "statement_spans", "events", "figures", "positions")


def perfect(name: str) -> Evaluation:
    """The gold of an article compared with the records that a perfect pipeline would give."""
    (gold,) = read(GOLD / f"{name}.json")
    return Evaluation((compare(gold, gold_records.records(gold_records.load(name))),))


@pytest.mark.parametrize("name", ["01", "03", "14"])
def test_perfect_records_miss_nothing(name: str) -> None:
    scores = perfect(name).scores()
    for layer in ("statements", "statement_spans", "events", "figures", "positions"):
        assert (scores[layer].missed, scores[layer].false) == (0, 0), layer
        assert scores[layer].hits > 0, layer
    assert scores["mentions"].false == 0
    assert perfect(name).numbers()["event_modality"] == 1.0


def test_each_error_is_counted_where_it_belongs() -> None:
    (gold,) = read(GOLD / "01.json")
    records = gold_records.records(gold_records.load("01"))
    first, *others = records.statements[1:]  # the very first one is optional
    whole = Evaluation((compare(gold, records),)).scores()
    other = next(s.speaker for s in others if s.speaker != first.speaker)
    wrong = Evaluation((compare(gold, replace(records, statements=(replace(first, speaker=other), *others))),)).scores()
    assert wrong["statements"].hits == whole["statements"].hits - 1
    assert (wrong["statements"].missed, wrong["statements"].false) == (1, 1)
    assert wrong["statement_spans"] == whole["statement_spans"]
    fewer = Evaluation((compare(gold, replace(records, figures=())),))
    assert fewer.scores()["figures"].recall == 0
    assert {item.verdict for item in fewer.items if item.layer == "figures"} == {"missed"}


def test_b_cubed_of_a_known_case() -> None:
    # Bagga and Baldwin's example in small: two gold clusters of two, all found as one
    assert bcubed([("a", "x"), ("a", "x"), ("b", "x"), ("b", "x")]) == (0.5, 1.0)
    assert bcubed([("a", "x"), ("a", "y")]) == (1.0, 0.5)
    assert bcubed([]) == (0.0, 0.0)


def test_spans_and_dates() -> None:
    assert overlap((0, 10), (5, 15)) == pytest.approx(1 / 3)
    assert overlap((0, 2), (2, 4)) == 0
    assert same_date("2026-02", "2026-02-05")
    assert same_date(None, None)
    assert not same_date("2026-02-05", None)
    assert not same_date("2026-02-05", "2026-02-06")
    assert Score.of(0, 0, 0).f1 == 0


def small(**changes: Any) -> dict[str, Any]:
    gold: dict[str, Any] = {
        "id": "small",
        "lang": "zh-Hant",
        "published": "2026-02-06",
        "text": "普丁表示,俄方不會退讓。",
        "entities": [
            {"id": "e1", "type": "Person", "name_en": "Vladimir Putin", "surfaces": ["普丁"]},
            {"id": "e2", "type": "State", "name_en": "Russia", "surfaces": ["俄方"]},
        ],
        "statements": [{"id": "s1", "speaker": "e1", "act": "say", "content": "俄方不會退讓", "date": None}],
        "events": [],
        "figures": [],
        "positions": [],
    }
    return {**gold, **changes}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"text": None}, "needs an object with 'text'"),
        ({"entities": [{"id": "e1", "type": "Ship", "name_en": "x", "surfaces": []}]}, "type 'Ship' is none of"),
        ({"entities": [{"id": "e1", "type": "Person", "name_en": "x", "surfaces": ["蒲亭"]}]}, "'蒲亭'"),
        ({"statements": [{"id": "s1", "speaker": "e9", "act": "say", "content": "俄方"}]}, "no entity 'e9'"),
        ({"statements": [{"id": "s1", "speaker": "e1", "act": "sing", "content": "俄方"}]}, "act 'sing' is none of"),
        ({"events": [{"id": "v1"}]}, "lacks a key"),
    ],
)
def test_annotation_that_cannot_be_right_is_refused(tmp_path: Path, changes: dict[str, Any], said: str) -> None:
    path = tmp_path / "small.json"
    path.write_text(json.dumps(small(**changes)), encoding="utf-8")
    with pytest.raises(GoldError) as error:
        read(path)
    assert said in str(error.value)
    assert str(path) in str(error.value)
    assert run("evaluate", path).exit_code == 1


def test_command_shows_scores_and_errors_with_their_sentence(tmp_path: Path) -> None:
    (tmp_path / "small.json").write_text(json.dumps(small()), encoding="utf-8")
    wrong = small(id="wrong", figures=[{"id": "f1", "kind": "other", "value": 7, "trigger": "普丁", "thing": "x"}])
    (tmp_path / "wrong.json").write_text(json.dumps(wrong), encoding="utf-8")
    done = run("evaluate", tmp_path, "--errors", "3")
    assert done.exit_code == 0, done.stderr
    assert "zh-Hant mentions" in done.stdout
    assert "figures, missed: wrong: 普丁 x (nobody)\n    普丁表示,俄方不會退讓。" in done.stdout
    data = json.loads(run("evaluate", tmp_path, "--format", "json").stdout)
    assert data["scores"]["figures"]["missed"] == 1
    assert [error["layer"] for error in data["errors"]] == ["figures"]


def test_floors_rise_and_never_sink_unseen(tmp_path: Path) -> None:
    path, golds = tmp_path / "floors.json", read(GOLD / "01.json")
    floors.raise_to(path, {"events": 0.7, "figures": 0.8}, golds)
    assert floors.check(path, {"events": 0.7, "figures": 0.9}, golds) == []
    assert floors.check(path, {"events": 0.69, "figures": 0.9}, golds) == ["events is 0.6900, its floor 0.7000"]
    with pytest.raises(floors.FloorsError, match=r"would lower events from 0\.7000 to 0\.6900"):
        floors.raise_to(path, {"events": 0.69, "figures": 0.9}, golds)
    floors.raise_to(path, {"events": 0.75, "figures": 0.8}, golds)
    assert floors.check(path, {"events": 0.7, "figures": 0.8}, golds)
    with pytest.raises(floors.FloorsError, match="annotations"):
        floors.check(path, {"events": 1.0, "figures": 1.0}, read(GOLD / "02.json"))
    floors.raise_to(path, {"events": 0.6, "figures": 0.8}, golds, allow_lower=True)
    assert floors.check(path, {"events": 0.6, "figures": 0.8}, golds) == []


def test_gate_on_the_command_line(tmp_path: Path) -> None:
    (tmp_path / "small.json").write_text(json.dumps(small()), encoding="utf-8")
    path = tmp_path / "floors.txt"
    assert run("evaluate", tmp_path / "small.json", "--floors", path, "--set-floors").exit_code == 0
    assert run("evaluate", tmp_path / "small.json", "--floors", path).exit_code == 0
    data = json.loads(path.read_text())
    path.write_text(json.dumps({**data, "floors": {"statements": 1.1}}))
    done = run("evaluate", tmp_path / "small.json", "--floors", path)
    assert done.exit_code == 1
    assert "statements is 1.0000, its floor 1.1000" in done.stderr


def test_calls_that_are_wrong_say_so() -> None:
    assert run("evaluate").exit_code == 2
    assert "--guide" in run("evaluate").stderr
    assert run("evaluate", GOLD / "01.json", "--set-floors").exit_code == 2
    assert "How to annotate" in run("evaluate", "--guide").stdout
