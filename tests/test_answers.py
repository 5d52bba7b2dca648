"""The questions of queries/ on the corpus: rows that a person has checked against the articles."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from conftest import run

from kg.graph import query as queries

SAMPLE = "000_9e48127d9bd39a92"

#: Query, parameters, and what a row must have; each row was read in its article.
CHECKED: list[tuple[str, dict[str, str], dict[str, str]]] = [
    ("who_said_what", {"about": "New START"}, {"who": "European Union", "act": "warn"}),
    ("who_said_what", {"about": "海燕"}, {"source": "dev-01-burevestnik-poseidon"}),
    ("treaty_life", {}, {"date": "2010", "what": "sign", "who": "Barack Obama", "source": SAMPLE}),
    ("treaty_life", {}, {"date": "2023-02", "what": "suspend", "who": "Vladimir Putin", "source": SAMPLE}),
    ("treaty_life", {"treaty": "inf-treaty"}, {"date": "1987", "what": "sign", "who": "Ronald Reagan"}),
    ("treaty_life", {"treaty": "abm-treaty"}, {"date": "2002", "what": "withdraw", "who": "United States"}),
    ("treaty_limits", {"treaty": "new-start"}, {"value": "1550", "unit": "warhead", "source": SAMPLE}),
    ("treaty_limits", {"treaty": "new-start"}, {"value": "700", "source": SAMPLE}),
    (
        "accusations_and_denials",
        {},
        {
            "accuser": "Thomas DiNanno",
            "accusation": "中國秘密進行核爆試驗",
            "denier": "Shen Jian",
            "denial": "試驗之說",
        },
    ),
    ("voices_of_a_state", {"state": "state-ru", "month": "2026-02"}, {"who": "Dmitry Peskov", "date": "2026-02-06"}),
    (
        "arsenal",
        {"owner": "state-cn"},
        {"date": "2020", "value": "200", "low": "200", "unit": "warhead", "source": SAMPLE},
    ),
    ("arsenal", {"owner": "state-ru"}, {"value": "5459", "unit": "warhead", "source": "dev-01-burevestnik-poseidon"}),
    ("diverging_figures", {}, {"owner_label": "China", "value": "500", "other_value": "600"}),
    ("unlimited_weapons", {}, {"weapon_label": "9M730 Burevestnik", "operator_label": "Russia", "articles": "3"}),
    ("who_holds_which_post", {"of": "iaea"}, {"person_label": "Rafael Grossi", "former": "false"}),
    ("where_mentioned", {"entity": "burevestnik"}, {"surface": "海燕", "start": "2221", "source": SAMPLE}),
    ("speakers_on_the_same_thing", {}, {"thing": "Comprehensive Nuclear-Test-Ban Treaty"}),
    ("before_and_after", {}, {"when": "before", "event_date": "2026-02-05", "who": "Vladimir Putin", "act": "propose"}),
    ("most_mentioned_by_month", {"type": "Treaty"}, {"month": "2026-02", "label": "New START", "type": "Treaty"}),
    ("tests", {"actor": "state-kp"}, {"date": "2017-11", "weapon": "Hwasong-15"}),
    ("tests", {"actor": "state-us"}, {"date": "1992", "negated": "false", "alleged": "false"}),
    ("allegations", {}, {"alleged_by": "United States", "who": "Russia", "what": "violate"}),
    ("allegations", {}, {"alleged_by": "Donald Trump", "who": "China", "what": "test"}),
    ("proposals_and_answers", {}, {"answerer": "South Korea", "act": "deny", "answer": "薩德針對第三國"}),
    ("meetings", {}, {"one": "Kim Jong-un", "other": "Donald Trump", "date": "2019-02-28"}),
    ("direct_quotes", {}, {"who": "Hans Kristensen", "words": "全球核武器数量不断减少的时代正走向终结"}),
    ("acts_by_speaker", {}, {"who": "Thomas DiNanno", "act": "accuse"}),
    ("new_names", {}, {"type": "Person", "label": "大石賢吾"}),
    ("article", {"id": SAMPLE}, {"kind": "Statement", "who": "Rafael Grossi", "what": "warn"}),
    (
        "articles",
        {"prefix": "zh-hant"},
        {"source": "dev-01-burevestnik-poseidon", "date": "2025-10-31", "figures": "2"},
    ),
]


def rows(store: Path, name: str, parameters: dict[str, str]) -> list[dict[str, str]]:
    options = [word for key, value in parameters.items() for word in ("--param", f"{key}={value}")]
    done = run("query", name, "--store", store, "--format", "csv", *options)
    assert done.exit_code == 0, done.stderr
    return [
        {key: value.rsplit("#", 1)[-1].rsplit("entity/", 1)[-1] for key, value in row.items()}
        for row in csv.DictReader(io.StringIO(done.stdout))
    ]


@pytest.mark.parametrize(("name", "parameters", "want"), CHECKED, ids=[f"{n}-{i}" for i, (n, *_) in enumerate(CHECKED)])
def test_query_answers_what_a_person_read(
    corpus_store: Path, name: str, parameters: dict[str, str], want: dict[str, str]
) -> None:
    found = rows(corpus_store, name, parameters)
    assert any(want.items() <= row.items() for row in found), found[:20]


def test_every_query_is_checked_and_keeps_its_columns(corpus_store: Path) -> None:
    five = {"entities", "statements", "events", "figures", "positions"}
    assert set(queries.names()) == five | {name for name, *_ in CHECKED} | {
        "same_person"
    }  # its answers: test_linking.py
    for name in queries.names():
        query = queries.find(name)
        assert query.questions.get("en")
        assert query.questions.get("zh")
        done = run("query", name, "--store", corpus_store, "--format", "csv")
        assert tuple(done.stdout.splitlines()[0].split(",")) == query.columns, name


@pytest.mark.parametrize("lang", ["en", "zh-hant", "zh-hans"])
def test_labels_come_in_the_language_asked_for(corpus_store: Path, lang: str) -> None:
    labels = {"en": "Russia", "zh-hant": "俄羅斯", "zh-hans": "俄罗斯"}
    found = rows(corpus_store, "entities", {"lang": lang})
    assert {row["label"] for row in found if row["entity"] == "state-ru"} == {labels[lang]}
