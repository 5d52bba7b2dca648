"""Docs whose mentions come from the gold annotation, so that each later component is tested by itself."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from kg import authority
from kg.model import Article, Entity, Mention
from kg.nlp.document import set_mentions
from kg.nlp.lookup import Lookup
from kg.nlp.tokenizer import Tokenizer


@lru_cache(maxsize=2)
def tokenizer(code: str) -> Tokenizer:
    return Tokenizer(spacy.blank(code).vocab, code, Lookup(authority.load(), code))


@lru_cache(maxsize=2)
def language(code: str) -> Language:
    """A blank pipeline with kg's tokenizer, to add single components to."""
    nlp = spacy.blank(code)
    nlp.tokenizer = tokenizer(code)
    return nlp


def occurrences(gold: dict[str, Any]) -> list[Mention]:
    """Where the gold surfaces stand; a one-character one only beside another or before 方, 国, 军 and the like."""
    text: str = gold["text"]
    found: list[Mention] = []
    for entity in gold["entities"]:
        for surface in entity["surfaces"]:
            for match in re.finditer(re.escape(surface), text):
                found.append(
                    Mention(match.start(), match.end(), entity["type"], f"gold:{entity['id']}", "name", "gold")
                )
    single = {m.start for m in found if m.end - m.start == 1}

    def kept(m: Mention) -> bool:
        if m.end - m.start == 1:
            neighbours = {m.start - 1, m.start + 1, m.start - 2, m.start + 2} & single
            if not neighbours and text[m.end : m.end + 1] not in set("方國国軍军駐驻"):
                return False
        covering = [o for o in found if o.start <= m.start and o.end >= m.end and o.end - o.start > m.end - m.start]
        return all((m.type != o.type and m.start == o.start) or m.entity == o.entity for o in covering)

    return [m for m in found if kept(m)]


def doc(gold: dict[str, Any]) -> Doc:
    """The article of a gold file with its mentions and entities set, and nothing else."""
    made = tokenizer(gold["lang"].split("-")[0])(gold["text"])
    made._.article = Article(gold["id"], gold["text"], gold.get("title") or "", gold.get("published"), gold["lang"])
    made._.entities = {
        f"gold:{e['id']}": Entity(f"gold:{e['id']}", e["type"], {"en": e["name_en"]}, known=False)
        for e in gold["entities"]
    }
    set_mentions(made, occurrences(gold))
    return made
