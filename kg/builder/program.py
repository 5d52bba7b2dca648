"""What an article's graph depends on, as digests: equal digests mean an equal graph."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import astuple
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from kg import __version__, lang
from kg.model import Article

#: What the graph of an article depends on beside the article.
_PROGRAM = (
    "nlp", "lang", "authority", "model.py", "iri.py", "graph/rdf.py", "graph/reference.py", "ontology", "linking",
)  # fmt: skip


def fingerprint(authority_files: Sequence[Path] = ()) -> str:
    """A hash of the program's own files that decide what is extracted, and of the user's authority files."""
    digest = hashlib.sha256(__version__.encode())
    root = resources.files("kg")
    for part in _PROGRAM:
        for name, data in _contents(root.joinpath(part), part):
            digest.update(f"\0{name}\0".encode())
            digest.update(data)
    for code in lang.languages():
        digest.update(f"\0{lang.trained_identity(code)}\0".encode())
    for path in authority_files:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _contents(item: Traversable, name: str) -> Iterator[tuple[str, bytes]]:
    if item.is_file():
        yield name, item.read_bytes()
        return
    for child in sorted(item.iterdir(), key=lambda one: one.name):
        if child.name != "__pycache__" and not child.name.endswith(".pyc"):
            yield from _contents(child, f"{name}/{child.name}")


def digest_of(article: Article, program: str) -> str:
    """The digest of an article under this program."""
    payload = json.dumps([program, *astuple(article)], ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(payload.encode()).hexdigest()
