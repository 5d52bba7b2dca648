"""The same article in the other script gives the same facts: over the whole Chinese corpus, both ways."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import opencc
import pytest

from kg import builder, corpus
from kg.model import Article, Records


@lru_cache(maxsize=2)
def converter(name: str) -> opencc.OpenCC:
    return opencc.OpenCC(name)


def simplified(text: str) -> str:
    return "".join(converter("t2s").convert(character) for character in text)


def traditional(text: str) -> str:
    """Character by character, so that no offset moves; what would not fold back to itself stays."""
    made = []
    for character in text:
        other = converter("s2t").convert(character)
        made.append(other if len(other) == 1 and converter("t2s").convert(other) == character else character)
    return "".join(made)


ARTICLES = [a for a in corpus.read([corpus.folder()]) if isinstance(a, Article) and a.lang.startswith("zh")]


def in_the_other_script(article: Article) -> Article:
    change = simplified if article.lang == "zh-Hant" else traditional
    lang = "zh-Hans" if article.lang == "zh-Hant" else "zh-Hant"
    return replace(article, text=change(article.text), title=change(article.title), lang=lang)


def facts(records: Records) -> dict[str, object]:
    return {
        "mentions": records.mentions,
        "statements": records.statements,
        "events": records.events,
        "figures": [replace(figure, thing="") for figure in records.figures],
        "positions": [replace(position, title="") for position in records.positions],
        "entities": [(entity.id, entity.type) for entity in records.entities],
    }


@pytest.mark.parametrize("article", ARTICLES, ids=[a.id for a in ARTICLES])
def test_other_script_gives_the_same_facts(article: Article, pipelines: builder.Pipelines) -> None:
    other = in_the_other_script(article)
    assert other.text != article.text
    assert len(other.text) == len(article.text)
    here, there = facts(pipelines(article)), facts(pipelines(other))
    for layer, found in here.items():
        assert there[layer] == found, layer
