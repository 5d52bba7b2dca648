"""Readers: from sources (files, folders, globs, URLs) to articles. One file a format, one dict of all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from importlib import resources
from pathlib import Path

from kg.corpus import jsonl, markdown, plain
from kg.corpus.article import ReadProblem
from kg.corpus.files import File, RemoteError, SourceMissingError, roots
from kg.model import Article

__all__ = [
    "READERS",
    "ReadProblem",
    "Reader",
    "RemoteError",
    "SourceMissingError",
    "Sources",
    "folder",
    "read",
    "reader",
]

Reader = Callable[[File], Iterator[Article | ReadProblem]]

#: Reader by the end of a file's name.
READERS: dict[str, Reader] = {
    ".txt": plain.read,
    ".md": markdown.read,
    ".jsonl": jsonl.read,
    ".jsonl.gz": jsonl.read,
    ".jsonl.zst": jsonl.read,
}


def folder() -> Path:
    """The shipped corpus: beside the package in a checkout, inside it when installed."""
    inside = Path(str(resources.files("kg"))) / "_data" / "corpus"
    return inside if inside.is_dir() else Path(str(resources.files("kg"))).parent / "corpus"


def reader(name: str) -> Reader | None:
    """The reader of a file by its name; None when there is none."""
    name = name.lower()
    fits = [suffix for suffix in READERS if name.endswith(suffix)]
    return READERS[max(fits, key=len)] if fits else None


def read(sources: Iterable[str | Path]) -> Sources:
    """All articles of the sources in a fixed order, with a problem in the place of what cannot be read.

    Raises SourceMissingError, RemoteError and MissingPackageError before anything is read.
    """
    return Sources(str(source) for source in sources)


class Sources(Iterator[Article | ReadProblem]):
    """The stream of what sources hold; it can be read once."""

    def __init__(self, sources: Iterable[str]) -> None:
        self._roots = roots(sources)
        self._items = self._all()
        self._file: File | None = None
        self._through = 0
        self._size: int | None = None

    def __next__(self) -> Article | ReadProblem:
        return next(self._items)

    def share(self) -> float | None:
        """How much of the bytes was read by now, from 0 to 1; None when sources are not on this machine.

        The first call looks at all files, some millionths of a second for each.
        """
        if self._size is None:
            sizes = [root.size(_is_ours) for root in self._roots]
            self._size = -1 if None in sizes else sum(size or 0 for size in sizes)
        if self._size < 0:
            return None
        done = self._through + (self._file.position() if self._file is not None else 0)
        return min(1.0, done / self._size) if self._size else 1.0

    def _all(self) -> Iterator[Article | ReadProblem]:
        for root in self._roots:
            for item in root.files(_is_ours):
                if isinstance(item, ReadProblem):
                    yield item
                    continue
                self._file = item
                yield from _articles(item)
                self._through += item.position()
                self._file = None


def _is_ours(name: str) -> bool:
    return reader(name) is not None


def _articles(file: File) -> Iterator[Article | ReadProblem]:
    read_file = reader(file.name)
    if read_file is None:
        yield ReadProblem(str(file), f"no reader for this kind of file: kg reads {', '.join(READERS)}")
        return
    try:
        yield from read_file(file)
    except OSError as error:
        yield ReadProblem(str(file), f"cannot be read ({error.strerror or error})")
