"""From the stream of what sources hold to shards of articles that are new or changed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeGuard

from kg.builder.program import digest_of
from kg.builder.shard import Config, Shard
from kg.corpus.article import ReadProblem
from kg.model import Article

_QUIET = 1000
"""After so many articles that did not change the caller hears of them."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How a build is cut. A shard has at most so many articles, and is closed when it has so many characters."""

    articles: int = 32
    characters: int = 50_000
    seconds: float = 60.0
    """Time of a worker process for one article, beside a second for each thousand characters."""
    flush: float = 5.0
    """Seconds after which what is finished is brought into the store and shown to readers, at the latest."""


class Seen:
    """The ids of articles that came by, as 16 bytes each: about 100 MB for a million."""

    def __init__(self) -> None:
        self._hashes: set[bytes] = set()

    def add(self, article_id: str) -> bool:
        """False when it was there before."""
        before = len(self._hashes)
        self._hashes.add(_hash(article_id))
        return len(self._hashes) > before

    def __contains__(self, article_id: str) -> bool:
        return _hash(article_id) in self._hashes


def _hash(article_id: str) -> bytes:
    return hashlib.blake2b(article_id.encode("utf-8", "surrogatepass"), digest_size=16).digest()


@dataclass(frozen=True, slots=True)
class Cut:
    """A shard with what came by since the one before it."""

    shard: Shard | None
    """None at the end of the sources, and where nothing was new for a while."""
    unchanged: int = 0
    problems: tuple[str, ...] = ()
    share: float | None = None
    """How much of the sources was read by then."""


class Cutter:
    """Iterate once; ``seen`` (ids) and ``languages`` (tags of what is new) fill meanwhile."""

    def __init__(
        self,
        stream: Iterable[Article | ReadProblem],
        known: Callable[[str], str | None],
        config: Config,
        limits: Limits,
        folder: Path,
        share: Callable[[], float | None],
    ) -> None:
        """``known``: the digest of the article of an id in the store. ``share``: how much was read by now."""
        self.seen = Seen()
        self.languages: set[str] = set()
        self._stream, self._known, self._config = stream, known, config
        self._limits, self._folder, self._share = limits, folder, share
        self._articles: list[Article] = []
        self._unchanged = 0
        self._problems: list[str] = []

    def __iter__(self) -> Iterator[Cut]:
        """Shards of new and changed articles, in the order of the stream."""
        size = 0
        for item in self._stream:
            if self._is_new(item):
                self._articles.append(item)
                size += len(item.text)
            if (
                size >= self._limits.characters
                or len(self._articles) >= self._limits.articles
                or self._unchanged + len(self._problems) >= _QUIET
            ):
                yield self._cut()
                size = 0
        yield self._cut()

    def _is_new(self, item: Article | ReadProblem) -> TypeGuard[Article]:
        if isinstance(item, ReadProblem):
            self._problems.append(str(item))
        elif not self.seen.add(item.id):
            self._problems.append(f"article {item.id!r} comes twice: the second one is left out")
        elif self._known(item.id) == digest_of(item, self._config.program):
            self._unchanged += 1
        else:
            self.languages.add(item.lang)
            return True
        return False

    def _cut(self) -> Cut:
        shard = Shard.of(self._config, tuple(self._articles), self._folder) if self._articles else None
        made = Cut(shard, self._unchanged, tuple(self._problems), self._share())
        self._articles, self._unchanged, self._problems = [], 0, []
        return made
