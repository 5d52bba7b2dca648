"""The build: from sources to a store. One pure function over a shard of articles, and a loader that writes.

What an article's graph depends on is in its digest: its text and metadata, and the fingerprint of the program and
its data. Equal digests mean an equal graph, so a second build does only what changed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass, field
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from kg import __version__, authority, corpus, iri, lang
from kg.corpus.article import ReadProblem
from kg.errors import KgError
from kg.graph.rdf import Triples, article_triples, literal
from kg.graph.reference import authority_triples, ontology_triples
from kg.graph.store import Store, open_store
from kg.graph.validate import Validator
from kg.linking.store import is_linked, link, unlink
from kg.model import Article, Records

if TYPE_CHECKING:
    from spacy.language import Language

BATCH_ARTICLES = 64
BATCH_CHARACTERS = 200_000
_RUN_GRAPH = f"{iri.GRAPH}run"
#: What the graph of an article depends on beside the article.
_PROGRAM = (
    "nlp",
    "lang",
    "authority",
    "model.py",
    "iri.py",
    "graph/rdf.py",
    "graph/reference.py",
    "ontology",
    "linking",
)
#: What a component can raise on text that nobody thought of; the article is named and the others go in.
_FAILURES = (KgError, ValueError, IndexError, KeyError, TypeError, AttributeError, RecursionError)


class Extractor(Protocol):
    """From an article to its records."""

    def __call__(self, article: Article) -> Records: ...


@runtime_checkable
class Preparing(Protocol):
    """An extractor that gains from seeing a batch before its articles come one by one."""

    def prepare(self, articles: Sequence[Article]) -> None: ...


class Pipelines:
    """The extractor that kg ships: one spaCy pipeline for each language, loaded when its first article comes."""

    def __init__(self, authority_files: Sequence[Path] = ()) -> None:
        self._files = tuple(authority_files)
        self._loaded: dict[str, Language] = {}

    def __call__(self, article: Article) -> Records:
        from kg.nlp import pipeline

        return pipeline.extract(self._of(article.lang), article)

    def prepare(self, articles: Sequence[Article]) -> None:
        """Find the words of a batch at once; articles of languages that kg does not have are left out."""
        from kg.nlp import pipeline

        by_code: dict[str, list[Article]] = {}
        for article in articles:
            code = article.lang.split("-")[0].lower()
            if code in lang.languages():
                by_code.setdefault(code, []).append(article)
        for code, some in by_code.items():
            pipeline.prepare(self._of(code), some)

    def _of(self, tag: str) -> Language:
        from kg.nlp import pipeline

        code = lang.primary(tag)
        if code not in self._loaded:
            self._loaded[code] = pipeline.load(code, authority_files=self._files)
        return self._loaded[code]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one article: its triples, or why it has none."""

    article_id: str
    digest: str
    characters: int
    triples: str = ""
    problem: str = ""


@dataclass(slots=True)
class BuildReport:
    """What a build did, by article id."""

    added: int = 0
    replaced: int = 0
    unchanged: int = 0
    removed: int = 0
    linked: int = 0
    """Names of persons that were taken for another name of one that the authority file does not know either."""
    characters: int = 0
    """Of the articles that were read anew."""
    problems: list[str] = field(default_factory=list)
    """One line for each article or source that is not in, and why."""

    @property
    def articles(self) -> int:
        return self.added + self.replaced + self.unchanged


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


def process_shard(articles: Iterable[Article], extract: Extractor, validator: Validator, program: str) -> list[Outcome]:
    """Extract and write the triples of each article; a failure is an outcome, not an exception."""
    articles = list(articles)
    if isinstance(extract, Preparing):
        extract.prepare(articles)
    return [_process(article, extract, validator, program) for article in articles]


def _process(article: Article, extract: Extractor, validator: Validator, program: str) -> Outcome:
    digest = digest_of(article, program)
    size = len(article.text)
    try:
        triples = article_triples(extract(article), digest=digest, run=f"{iri.RUN}{program[:16]}")
    except _FAILURES as error:
        return Outcome(article.id, digest, size, problem=_reason(error))
    violations = validator.check_article(triples, iri.article(article.id))
    if violations:
        return Outcome(article.id, digest, size, problem=f"its graph breaks a shape: {violations[0]}")
    return Outcome(article.id, digest, size, triples)


def _reason(error: BaseException) -> str:
    """One line; spaCy hides the cause of a component's failure behind its own error."""
    if isinstance(error.__cause__, _FAILURES):
        error = error.__cause__
    if isinstance(error, KgError):
        return str(error)
    return f"could not be read ({type(error).__name__}: {' '.join(str(error).split())[:200]})"


def build(
    sources: Iterable[str | Path] = (),
    store: str | Path | Store = "kg-store",
    *,
    prune: bool = False,
    authority_files: Sequence[Path] = (),
    extract: Extractor | None = None,
    progress: Callable[[BuildReport], None] | None = None,
) -> BuildReport:
    """Bring the articles of the sources (default: the shipped corpus) into a store; everything else in it stays.

    ``prune`` removes articles that are in the store but not in the sources. ``progress`` is called after each batch.
    ``store`` is a folder, the URL of a SPARQL 1.1 endpoint or an open store. Raises StoreError and SourceMissingError;
    problems of single articles stand in the report. Stopped at any moment, the store holds whole articles only, and
    the next build goes on.
    """
    items = corpus.read(list(sources) or [corpus.folder()])  # a missing source is found before a store is made
    if not isinstance(store, str | Path):
        return _Build(store, authority_files, extract, progress).run(items, prune)
    with open_store(store) as opened:
        return _Build(opened, authority_files, extract, progress).run(items, prune)


def remove_articles(store: Store, article_ids: Iterable[str]) -> None:
    """Remove articles, and link what they linked anew; one that is not there is passed over."""
    unlink(store)
    for article_id in dict.fromkeys(article_ids):
        store.remove(iri.article(article_id))
    link(store, store.digest(_RUN_GRAPH) or "")


class _Build:
    """One build into one store."""

    def __init__(
        self,
        store: Store,
        authority_files: Sequence[Path],
        extract: Extractor | None,
        progress: Callable[[BuildReport], None] | None,
    ) -> None:
        self._store = store
        self._extract = extract or Pipelines(authority_files)
        self._files = authority_files
        self._progress = progress
        self._validator = Validator()
        self._program = fingerprint(authority_files)
        self._known: dict[str, str] = {}
        self._changed = False
        self.report = BuildReport()

    def run(self, stream: Iterable[Article | ReadProblem], prune: bool) -> BuildReport:
        """Read, extract and write in batches; the store is flushed after each."""
        self._known = self._store.digests()  # at once: an endpoint would be asked for each article
        self._reference()
        seen: set[str] = set()
        for batch in self._batches(stream, seen):
            self._write(process_shard(batch, self._extract, self._validator, self._program))
            if self._progress:
                self._progress(self.report)
        if prune:
            self._prune(seen)
        if self._changed or not is_linked(self._store, self._program):
            self.report.linked = link(self._store, self._program)
        return self.report

    def _change(self) -> None:
        """To be called before anything is written or removed: the links hold no longer."""
        if not self._changed:
            unlink(self._store)
            self._changed = True

    def _reference(self) -> None:
        """The graphs that come from no article, when they are not there or another program wrote them."""
        if self._store.digest(_RUN_GRAPH) == self._program:
            return
        self._store.replace(iri.ONTOLOGY_GRAPH, ontology_triples())
        self._store.replace(iri.AUTHORITY_GRAPH, authority_triples(authority.load(self._files).values()))
        out = Triples()
        run = f"{iri.RUN}{self._program[:16]}"
        out.link(run, f"{iri.RDF}type", f"{iri.PROV}Activity")
        out.add(run, f"{iri.DCTERMS}title", literal("extraction by kg", lang="en"))
        out.add(run, f"{iri.DCTERMS}hasVersion", literal(__version__))
        out.add(_RUN_GRAPH, iri.term("digest"), literal(self._program))
        self._store.replace(_RUN_GRAPH, out.text())
        self._store.flush()

    def _batches(self, stream: Iterable[Article | ReadProblem], seen: set[str]) -> Iterator[list[Article]]:
        """Articles that are new or changed, in batches; the others are counted, problems are noted."""
        batch: list[Article] = []
        size = 0
        for item in stream:
            if isinstance(item, ReadProblem):
                self.report.problems.append(str(item))
                continue
            if item.id in seen:
                self.report.problems.append(f"article {item.id!r} comes twice: the second one is left out")
                continue
            seen.add(item.id)
            if self._known.get(item.id) == digest_of(item, self._program):
                self.report.unchanged += 1
                continue
            batch.append(item)
            size += len(item.text)
            if len(batch) >= BATCH_ARTICLES or size >= BATCH_CHARACTERS:
                yield batch
                batch, size = [], 0
        if batch:
            yield batch

    def _write(self, outcomes: Sequence[Outcome]) -> None:
        self._change()
        new: dict[str, str] = {}
        for outcome in outcomes:
            if outcome.problem:
                self.report.problems.append(f"article {outcome.article_id!r}: {outcome.problem}")
                continue
            graph = iri.article(outcome.article_id)
            self.report.characters += outcome.characters
            if outcome.article_id not in self._known:
                new[graph] = outcome.triples
                self.report.added += 1
            else:
                self._store.replace(graph, outcome.triples)
                self.report.replaced += 1
        if new:
            self._store.load(new)
        self._store.flush()

    def _prune(self, seen: set[str]) -> None:
        for article_id in sorted(set(self._known) - seen):
            self._change()
            self._store.remove(iri.article(article_id))
            self.report.removed += 1
        self._store.flush()
