"""The one function that a build runs, in this process, in worker processes or on a cluster: a shard in, a file out.

A finished shard is a file of N-Quads that any store can load. Comments at its end say which quads are of which
article, or why an article has none, and that nothing is missing. Its name follows from its articles, so that the same
work is not done twice.
"""

from __future__ import annotations

import faulthandler
import hashlib
import json
import os
import re
import uuid
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

from kg import iri
from kg.builder.extraction import FAILURES, Extractor, Pipelines, Preparing, reason
from kg.builder.program import digest_of, fingerprint
from kg.errors import KgError
from kg.graph.rdf import write_article
from kg.graph.validate import Validator
from kg.model import Article

_ARTICLE = "# article "
_END = re.compile(rb"# end (\d+)\n\Z")
_LONGEST_END = 40


class OtherProgramError(KgError):
    """A worker whose kg, tables or authority files are not those of the build: its graph would be another one."""

    def __str__(self) -> str:
        return (
            "a worker has no kg, or another version of it, of its tables or of the authority files than this process: "
            "install the same version everywhere, and name authority files that all machines have under the same path"
        )


class DamagedShardError(KgError):
    """A file that is no finished shard."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.path = path

    def __str__(self) -> str:
        return (
            f"{self.path}: is no finished shard: when workers run on other machines, --shards must name a folder that "
            "all of them share; otherwise remove the file and build again"
        )


@dataclass(frozen=True, slots=True)
class Config:
    """What is the same for all shards of a build; small, because it goes to the workers with each of them."""

    program: str
    """The fingerprint; a worker with another one refuses to work."""
    authority_files: tuple[Path, ...] = ()
    extract: Extractor | None = None
    """None for the pipelines that kg ships."""
    seconds: float = 60.0
    """Time for one article beside a second for each thousand characters, where the process is watched."""

    def limit(self, characters: int) -> float:
        """Seconds for a text of so many characters."""
        return self.seconds + characters / 1000


@dataclass(frozen=True, slots=True)
class Shard:
    """Some articles that are worked on together, and where the finished file goes."""

    config: Config
    articles: tuple[Article, ...]
    target: Path

    @classmethod
    def of(cls, config: Config, articles: tuple[Article, ...], folder: Path) -> Shard:
        """A shard whose file is named after its articles and the program."""
        name = hashlib.sha256(config.program.encode())
        for article in articles:
            name.update(digest_of(article, config.program).encode())
        return cls(config, articles, folder / f"{name.hexdigest()[:32]}.nq")

    @property
    def marker(self) -> Path:
        """A file that says which article is being worked on: after a crash, which one did it."""
        return self.target.with_suffix(".at")

    @property
    def trace(self) -> Path:
        """A file that is there, and not empty, when the time for an article was over: where it was by then."""
        return self.target.with_suffix(".late")

    def forget(self) -> None:
        """Remove what is left of the work."""
        for path in self.target.parent.glob(f"{self.target.stem}.*"):
            path.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one article: where its quads stand in the file, in bytes, or why it has none."""

    article_id: str
    digest: str
    characters: int
    problem: str = ""
    start: int = 0
    end: int = 0


def process_shard(shard: Shard, watched: bool = False) -> Path:
    """Extract and write the graph of each article into the shard's file; a failure is an outcome, not an exception.

    Pure but for that file: the same shard gives the same bytes on any machine. A file that is finished already is left
    as it is. ``watched`` ends the whole process when an article takes too long, because neither a regular expression
    nor a library can be stopped in any other way: for workers that are started anew. Raises OtherProgramError, and
    OSError when the folder cannot be written.
    """
    if is_whole(shard.target):
        return shard.target
    tools = _tools(shard.config)
    shard.target.parent.mkdir(parents=True, exist_ok=True)
    part = shard.target.with_suffix(f".{uuid.uuid4().hex}.part")
    try:
        with part.open("wb") as file, _Watch(shard, watched) as watch:
            if isinstance(tools.extract, Preparing):
                watch.begins(None)
                tools.extract.prepare(shard.articles)
            outcomes = []
            for number, article in enumerate(shard.articles):
                watch.begins(number)
                outcome, text = _process(article, tools, shard.config.program, file.tell())
                file.write(text)
                outcomes.append(outcome)
            index = file.tell()
            file.writelines(f"{_ARTICLE}{json.dumps(asdict(outcome))}\n".encode() for outcome in outcomes)
            file.write(f"# end {index}\n".encode())
        os.replace(part, shard.target)
    finally:
        part.unlink(missing_ok=True)
    return shard.target


@dataclass(frozen=True, slots=True)
class _Tools:
    extract: Extractor
    validator: Validator


@lru_cache(maxsize=1)
def _tools(config: Config) -> _Tools:
    """The pipelines of this process, loaded for its first shard.

    A cache and no initializer, because clusters start workers that know nothing of kg; it is the only state that stays
    between two shards, and it follows from the configuration alone.
    """
    if fingerprint(config.authority_files) != config.program:
        raise OtherProgramError
    return _Tools(config.extract or Pipelines(config.authority_files), Validator())


def forget_tools() -> None:
    """Let the pipelines of this process go."""
    _tools.cache_clear()


def _process(article: Article, tools: _Tools, program: str, start: int) -> tuple[Outcome, bytes]:
    """The outcome, and the N-Quads that go into the file at ``start``."""
    digest = digest_of(article, program)
    graph = iri.article(article.id)
    problem, text = "", b""
    try:
        triples = write_article(tools.extract(article), digest=digest, run=f"{iri.RUN}{program[:16]}")
        violations = tools.validator.check_terms(triples.terms(), graph)
    except FAILURES as error:
        problem = reason(error)
    else:
        if violations:
            problem = f"its graph breaks a shape: {violations[0]}"
        else:
            text = triples.text(graph).encode("utf-8")
    return Outcome(article.id, digest, len(article.text), problem, start, start + len(text)), text


class _Watch:
    """Notes which article is worked on, and ends the process when one takes too long, where that is asked for."""

    def __init__(self, shard: Shard, timed: bool) -> None:
        self._shard = shard
        self._timed = timed

    def __enter__(self) -> _Watch:
        self._marker = self._shard.marker.open("w", encoding="ascii")
        if self._timed:
            self._trace = self._shard.trace.open("w", encoding="utf-8")
        return self

    def begins(self, number: int | None) -> None:
        """``number`` of the article; None for what is done for all of them together."""
        self._marker.write("all\n" if number is None else f"{number}\n")
        self._marker.flush()
        if self._timed:
            some = self._shard.articles if number is None else self._shard.articles[number : number + 1]
            seconds = self._shard.config.limit(sum(len(article.text) for article in some))
            faulthandler.dump_traceback_later(seconds, exit=True, file=self._trace)

    def __exit__(self, *_: object) -> None:
        self._marker.close()
        if self._timed:
            faulthandler.cancel_dump_traceback_later()
            self._trace.close()
            self._shard.trace.unlink(missing_ok=True)
        self._shard.marker.unlink(missing_ok=True)


def died_before(folder: Path) -> bool:
    """Whether a process that worked on shards of a folder was killed over one: by an article, maybe."""
    return any(folder.glob("*.at"))


def suspect(shard: Shard) -> int | None:
    """The number of the article that a lost worker was at; None when it cannot be told."""
    with suppress(OSError, ValueError, IndexError):
        number = int(shard.marker.read_text(encoding="ascii").splitlines()[-1])
        return number if 0 <= number < len(shard.articles) else None
    return None


def was_late(shard: Shard) -> bool:
    """Whether a lost worker ended because an article took too long."""
    with suppress(OSError):
        return shard.trace.stat().st_size > 0
    return False


# The file: the quads of one article after the other, then a line for each article, then where those lines begin


def is_whole(path: Path) -> bool:
    """Whether a file is a finished shard."""
    return _index(path) is not None


def _index(path: Path) -> int | None:
    """Where the lines on the articles begin; None for a file that is not finished."""
    with suppress(OSError), path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - _LONGEST_END))
        end = _END.search(file.read())
        return int(end[1]) if end else None
    return None


class ShardFile:
    """A finished shard, of which only the lines on its articles are read before more is asked for."""

    def __init__(self, path: Path) -> None:
        """Raises DamagedShardError."""
        start = _index(path)
        if start is None:
            raise DamagedShardError(path)
        self.path = path
        with path.open("rb") as file:
            file.seek(start)
            lines = [line[len(_ARTICLE) :] for line in file if line.startswith(_ARTICLE.encode())]
        self.outcomes = [Outcome(**json.loads(line)) for line in lines]

    def triples(self, outcome: Outcome) -> str:
        """The N-Triples of one article."""
        with self.path.open("rb") as file:
            file.seek(outcome.start)
            lines = file.read(outcome.end - outcome.start).decode("utf-8").split("\n")
        suffix = len(f" <{iri.article(outcome.article_id)}> .")
        return "".join([f"{line[:-suffix]} .\n" for line in lines if line])
