"""A third language as a folder of tables and nothing else: known names, dates, quotations. See kg/lang/README.md."""

from __future__ import annotations

from pathlib import Path

import pytest

import kg
import kg.lang
from kg.errors import UnknownLanguageError
from kg.model import Article, Records
from kg.nlp.pipeline import extract

TABLES = {
    "language": """
name = "Russian"
spaces = true
fold_script = false
sentence_end = ".!?;"
soft_end = "\\n"
clause_end = ",:"
open_quotes = "«„"
close_quotes = "»“"
[detect]
words = ["и", "в", "не", "на", "что", "с", "по", "из", "о", "за"]
""",
    "dates": """
year = '''(?:19|20)\\d\\d'''
number = '''\\d{1,2}'''
part = ""
[months]
"января" = 1
"февраля" = 2
"августа" = 8
[weekdays]
"понедельник" = 0
"пятницу" = 4
[relative]
"вчера" = { unit = "day", shift = -1 }
[patterns]
day_month_year = '''\\b(?P<d>{N})\\s(?P<mname>{months})\\s(?P<y>{Y})(?:\\sгода)?\\b'''
day_month = '''\\b(?P<d>{N})\\s(?P<mname>{months})\\b'''
weekday = '''\\bв\\s(?P<wd>{wd})\\b'''
relative = '''\\b(?P<rel>{rel})\\b'''
""",
    "quotes": """
pairs = ["«»", "„“"]
parentheses = ["()"]
""",
    "cues": """
[[cue]]
act = "say"
frame = "clause"
neutral = false
forms = ["заявил", "заявила", "сказал", "сказала", "сообщил", "сообщила"]
[[cue]]
act = "warn"
frame = "clause"
neutral = false
forms = ["предупредил", "предупредила"]
[words]
pre = '''(?:\\s{D})'''
aside = '''\\s{D}'''
that = '''[,:]?\\s?(?:что\\s)?'''
inverted_before = '''(?:,|{q})[,]?\\s?[—–-]?\\s?$'''
inverted = '''\\s'''
inverted_end = '''\\s?(?:$|[.,;])'''
""",
}
AUTHORITY = """
{"key": "putin", "type": "Person", "label": {"ru": "Владимир Путин"}, "aliases": {"ru": ["Путин"]}}
{"key": "lavrov", "type": "Person", "label": {"ru": "Сергей Лавров"}, "aliases": {"ru": ["Лавров"]}}
{"key": "state-ru", "type": "State", "label": {"ru": "Россия"}, "aliases": {"ru": ["России"]}}
{"key": "new-start", "type": "Treaty", "label": {"ru": "СНВ-III"}}
"""
TEXT = (
    "Владимир Путин заявил 5 февраля 2026 года, что действие СНВ-III закончилось. "
    "«Мы готовы к переговорам», — сказал Лавров. Путин вчера предупредил, что у России есть выбор."
)


@pytest.fixture
def russian(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Records:
    """TEXT, read by a language that stands in a folder outside of the package."""
    folder = tmp_path / "languages"
    (folder / "ru").mkdir(parents=True)
    for name, table in TABLES.items():
        (folder / "ru" / f"{name}.toml").write_text(table, encoding="utf-8")
    names = tmp_path / "names.jsonl"
    names.write_text(AUTHORITY.strip(), encoding="utf-8")
    monkeypatch.setattr(kg.lang, "__path__", [*kg.lang.__path__, str(folder)])
    return extract(kg.load("ru", authority_files=[names]), Article("x", TEXT, "", "2026-02-08", "ru"))


def test_third_language_is_unknown_without_its_folder() -> None:
    with pytest.raises(UnknownLanguageError, match="'ru'"):
        kg.load("ru")


def test_third_language_finds_known_names(russian: Records) -> None:
    found = [(TEXT[m.start : m.end], m.entity) for m in russian.mentions]
    assert found == [
        ("Владимир Путин", "putin"),
        ("СНВ-III", "new-start"),
        ("Лавров", "lavrov"),
        ("Путин", "putin"),
        ("России", "state-ru"),
    ]


def test_third_language_reads_who_said_what_and_when(russian: Records) -> None:
    found = [(s.speaker, s.act, TEXT[s.start : s.end], s.quoted, s.date) for s in russian.statements]
    assert found == [
        ("putin", "say", "действие СНВ-III закончилось", False, "2026-02-05"),
        ("lavrov", "say", "Мы готовы к переговорам", True, None),
        ("putin", "warn", "у России есть выбор", False, "2026-02-07"),
    ]


def test_third_language_without_more_tables_finds_nothing_else(russian: Records) -> None:
    assert not russian.events
    assert not russian.figures
    assert not russian.positions
