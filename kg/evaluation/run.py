"""Runs the extraction on annotated articles, with the whole authority file or with a part of it masked."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from spacy.language import Language

from kg import lang
from kg.evaluation.compare import compare
from kg.evaluation.gold import Gold
from kg.evaluation.report import Evaluation, Score
from kg.model import Records
from kg.nlp import pipeline

FOLDS = 10
"""Into how many parts the authority file is cut for masking; each run is without one of them."""


def evaluate(golds: Sequence[Gold], *, authority_files: Iterable[Path] = ()) -> Evaluation:
    """The comparisons of all articles. Raises UnknownLanguageError."""
    loaded: dict[str, Language] = {}
    made = []
    for gold in golds:
        code = lang.primary(gold.article.lang)
        if code not in loaded:
            loaded[code] = pipeline.load(code, authority_files=authority_files)
        made.append(compare(gold, pipeline.extract(loaded[code], gold.article)))
    return Evaluation(tuple(made))


def masked_recall(golds: Sequence[Gold], *, authority_files: Iterable[Path] = ()) -> dict[str, Score]:
    """Recall on names as if no list had them, by entity type.

    Each of FOLDS runs leaves out a tenth of the known entities, chosen by a hash of their key. Counted are the
    surfaces that the whole authority file finds and that the run had to find without it; states and classes of
    weapon are never left out. Precision is not measured here: it is 0 in the scores.
    """
    files = tuple(authority_files)
    hits: dict[str, int] = defaultdict(int)
    of: dict[str, int] = defaultdict(int)
    for code in sorted({lang.primary(gold.article.lang) for gold in golds}):
        some = [gold for gold in golds if lang.primary(gold.article.lang) == code]
        whole = pipeline.load(code, authority_files=files)
        known = [_known_surfaces(gold, pipeline.extract(whole, gold.article)) for gold in some]
        keys = {entity for surfaces in known for entity, _, _ in surfaces}
        for fold in range(FOLDS):
            hidden = frozenset(key for key in keys if _fold(key) == fold)
            if not hidden:
                continue
            without = pipeline.load(code, authority_files=files, masked=hidden)
            for gold, surfaces in zip(some, known, strict=True):
                wanted = {(surface, type_) for entity, surface, type_ in surfaces if entity in hidden}
                if not wanted:
                    continue
                found = _surfaces(gold, pipeline.extract(without, gold.article))
                for surface, type_ in wanted:
                    of[type_] += 1
                    hits[type_] += (surface, type_) in found
    return {type_: Score.of(hits[type_], 0, of[type_] - hits[type_]) for type_ in sorted(of)}


def _fold(key: str) -> int:
    return hashlib.sha256(key.encode()).digest()[0] % FOLDS


def _known_surfaces(gold: Gold, records: Records) -> set[tuple[str, str, str]]:
    """(entity, surface, type) of the names in the authority file that the gold has too; one-character ones left out.

    A state is always known, and a class of weapon is a word of the language and no name.
    """
    known = {entity.id for entity in records.entities if entity.known and entity.type not in {"State", "WeaponClass"}}
    wanted = {(s, e["type"]) for e in gold.entities.values() if not e.get("optional") for s in e["surfaces"]}
    found = set()
    for mention in records.mentions:
        surface = gold.article.text[mention.start : mention.end]
        type_ = _type(mention.type)
        if mention.kind == "name" and mention.entity in known and (surface, type_) in wanted:
            found.add((mention.entity, surface, type_))
    return found


def _surfaces(gold: Gold, records: Records) -> set[tuple[str, str]]:
    return {(gold.article.text[m.start : m.end], _type(m.type)) for m in records.mentions if m.kind != "anaphor"}


def _type(type_: str) -> str:
    return "WeaponSystem" if type_ == "WeaponClass" else type_
