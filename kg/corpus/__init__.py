"""Readers: from sources (files, folders, globs) to articles. One file a format, one dict of all."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from glob import glob, has_magic
from importlib import resources
from pathlib import Path

from kg.corpus import jsonl, markdown, plain
from kg.corpus.article import ReadProblem
from kg.errors import UsageError
from kg.model import Article

Reader = Callable[[Path], Iterator[Article | ReadProblem]]

#: Reader by the end of a file's name.
READERS: dict[str, Reader] = {
    ".txt": plain.read,
    ".md": markdown.read,
    ".jsonl": jsonl.read,
    ".jsonl.gz": jsonl.read,
}
_NO_ARTICLE = "readme"


class SourceMissingError(UsageError):
    """A source that is not there."""

    def __init__(self, source: str) -> None:
        super().__init__(source)
        self.source = source

    def __str__(self) -> str:
        return f"{self.source}: no such file or folder, and no file fits it as a pattern"


def folder() -> Path:
    """The shipped corpus: beside the package in a checkout, inside it when installed."""
    inside = Path(str(resources.files("kg"))) / "_data" / "corpus"
    return inside if inside.is_dir() else Path(str(resources.files("kg"))).parent / "corpus"


def reader(path: Path) -> Reader | None:
    """The reader of a file by its name; None when there is none."""
    name = path.name.lower()
    fits = [suffix for suffix in READERS if name.endswith(suffix)]
    return READERS[max(fits, key=len)] if fits else None


def read(sources: Iterable[str | Path]) -> Iterator[Article | ReadProblem]:
    """All articles of the sources in a fixed order, with a problem in the place of what cannot be read.

    Raises SourceMissingError before anything is read when a source is not there.
    """
    roots = [root for source in sources for root in _roots(str(source))]
    return _all(roots)


def _all(roots: Iterable[Path]) -> Iterator[Article | ReadProblem]:
    for root in roots:
        for item in _files(root):
            if isinstance(item, ReadProblem):
                yield item
            else:
                yield from _articles(item)


def _roots(source: str) -> list[Path]:
    path = Path(source)
    if os.path.lexists(path):
        return [path]
    matches = sorted(glob(source, recursive=True)) if has_magic(source) else []
    if not matches:
        raise SourceMissingError(source)
    return [Path(match) for match in matches]


def _files(root: Path) -> Iterator[Path | ReadProblem]:
    """The files of a root in the order of their names; hidden ones, and formats that are not ours, are left out."""
    if not root.is_dir():
        if reader(root) is None:
            yield ReadProblem(root, f"no reader for this kind of file: kg reads {', '.join(READERS)}")
        else:
            yield root
        return
    try:
        entries = sorted(os.scandir(root), key=lambda entry: entry.name)
    except OSError as error:
        yield ReadProblem(root, f"cannot be read ({error.strerror})")
        return
    for entry in entries:
        if entry.name.startswith(".") or entry.name.lower().split(".")[0] == _NO_ARTICLE:
            continue
        path = Path(entry.path)
        if entry.is_dir(follow_symlinks=False):
            yield from _files(path)
        elif reader(path) is not None:
            yield path


def _articles(path: Path) -> Iterator[Article | ReadProblem]:
    read_file = reader(path)
    if read_file is None:
        return
    try:
        yield from read_file(path)
    except OSError as error:
        yield ReadProblem(path, f"cannot be read ({error.strerror})")
