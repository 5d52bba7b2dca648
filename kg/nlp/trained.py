"""Trained spaCy pipelines: found by the table of a language, checked, and run for tags, parse and entities.

A language works without one; what is then lost is said once. Only packages that are installed are looked at, and one
whose files have a recorded hash is refused when they differ from it.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import warnings
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.vocab import Vocab

from kg import lang
from kg.errors import NoTrainedPipelineWarning, TrainedPipelineError

#: Key of ``doc.user_data``: (start, end, label) of the entities of the trained pipeline, as characters.
ENTITIES = "kg_trained_entities"
#: What a mention says of the component that found it, when the label of a trained pipeline decided.
COMPONENT = "trained"
_UNUSED = ("lemmatizer", "attribute_ruler", "senter", "textcat")


def load(language: Mapping[str, Any], vocab: Vocab, name: str | None = None) -> Language | None:
    """The trained pipeline of a language, or the one called ``name``; None when the table names none that is installed.

    Raises TrainedPipelineError when ``name`` cannot be loaded or the files of a package are not the recorded ones.
    """
    table = language.get("trained", {})
    found = name or lang.installed(language)
    if found is None:
        if table and multiprocessing.parent_process() is None:
            warnings.warn(table["lost"], NoTrainedPipelineWarning, stacklevel=3)
        return None
    recorded = table.get("hashes", {}).get(found)
    if recorded is not None and digest(found) != recorded:
        raise TrainedPipelineError(found, "its files are not the ones that were checked; install the pinned version")
    try:
        return spacy.load(found, vocab=vocab, exclude=[*_UNUSED, *table.get("exclude", ())])
    except (OSError, ImportError) as error:
        raise TrainedPipelineError(found, str(error).splitlines()[0]) from error


def digest(package: str) -> str:
    """SHA-256 over names and contents of all data files of an installed package."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise TrainedPipelineError(package, "it is not installed")
    folder, made = Path(spec.origin).parent, hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and p.suffix != ".pyc"):
        data = path.read_bytes()
        made.update(f"{path.relative_to(folder).as_posix()}\0{len(data)}\0".encode())
        made.update(data)
    return made.hexdigest()


def annotate(trained: Language, doc: Doc) -> Doc:
    """Run a trained pipeline over a Doc of its own tokens and keep its entities aside; too long a Doc stays bare."""
    if not len(doc) or len(doc.text) > trained.max_length:
        return doc
    for _, component in trained.pipeline:
        doc = component(doc)
    doc.user_data[ENTITIES] = [(ent.start_char, ent.end_char, ent.label_) for ent in doc.ents]
    doc.set_ents([])
    return doc
