"""The build: from sources to a store. One pure function over a shard of articles, and a loader that writes.

The sources are read as a stream and cut into shards of articles that are new or changed (``cutting``). One function
makes a file of N-Quads of each (``shard``), wherever it runs (``site``); so many are in the works at once, and a worker
that dies costs nothing but time (``schedule``). One loader brings the files into the store in the order of the input
(``loader``), so that the same input gives the same store and the same report on one core and on a cluster.
"""

from __future__ import annotations

import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from itertools import chain
from pathlib import Path

from kg import __version__, authority, corpus, iri, lang
from kg.builder import site as sites
from kg.builder.cutting import Cut, Cutter, Limits
from kg.builder.extraction import Extractor, Pipelines
from kg.builder.known import known_of
from kg.builder.loader import Loader
from kg.builder.program import digest_of, fingerprint
from kg.builder.report import BuildReport
from kg.builder.schedule import finished
from kg.builder.shard import Config, Outcome, Shard, died_before, process_shard
from kg.builder.site import Site
from kg.errors import KgError, NoTrainedPipelineWarning, UsageError
from kg.graph.rdf import Triples, literal
from kg.graph.reference import authority_triples, ontology_triples
from kg.graph.store import OxigraphStore, Store, open_store
from kg.linking.store import link, unlink
from kg.model import Article, Records

__all__ = [
    "Article",
    "BuildReport",
    "Config",
    "Extractor",
    "Limits",
    "Outcome",
    "Pipelines",
    "Records",
    "Shard",
    "Site",
    "build",
    "digest_of",
    "fingerprint",
    "process_shard",
    "remove_articles",
]

_RUN_GRAPH = f"{iri.GRAPH}run"
_SHARDS = "shards"


def build(
    sources: Iterable[str | Path] = (),
    store: str | Path | Store = "kg-store",
    *,
    prune: bool = False,
    authority_files: Sequence[Path] = (),
    workers: int | None = 0,
    cluster: str | None = None,
    site: Site | None = None,
    shards: Path | None = None,
    limits: Limits | None = None,
    extract: Extractor | None = None,
    progress: Callable[[BuildReport], None] | None = None,
) -> BuildReport:
    """Bring the articles of the sources (default: the shipped corpus) into a store; everything else in it stays.

    ``store`` is a folder, the URL of a SPARQL 1.1 endpoint or an open store. ``prune`` removes articles that are in the
    store but not in the sources. ``workers`` is a number of processes, 0 for this process alone, None for one on each
    processor when there is enough to do (a script that uses them needs ``if __name__ == "__main__"``). ``cluster`` is
    the address of a Dask scheduler instead, ``site`` any other Executor (as in ``tests/examples``). ``shards`` is the
    folder of finished work, which a cluster's machines must share; None for one beside the store. ``extract`` takes the
    place of kg's pipelines. ``progress`` is called whenever more is safe.

    An article that ends or holds up a worker is named in the report and left out. With ``workers=None`` one that ended
    this process, where there was too little to do for workers, is found by the next build, which takes one.

    Raises StoreError, SourceMissingError, UsageError, ClusterError, WorkerStartError and MissingPackageError; problems
    of single articles stand in the report. Stopped at any moment, the store holds whole articles only, and the next
    build goes on.
    """
    if cluster is not None and workers:
        raise UsageError("--workers and --cluster exclude each other: a cluster has workers of its own")
    stream = corpus.read(list(sources) or [corpus.folder()])  # a missing source is found before a store is made
    limits, files = limits or Limits(), tuple(authority_files)
    config = Config(fingerprint(files), files, extract, limits.seconds)
    with ExitStack() as stack:
        opened = stack.enter_context(open_store(store)) if isinstance(store, str | Path) else store
        known = known_of(opened)
        folder = stack.enter_context(_folder(shards, opened))
        cutter = Cutter(stream, known.get, config, limits, folder, stream.share if progress else lambda: None)
        first, rest = _ahead(cutter)
        if workers is None:
            workers = sites.cores() if rest else int(died_before(folder))  # what ended this process would end it again
        place = site or stack.enter_context(_site(workers, cluster))
        loader = Loader(opened, known.get, limits.flush, progress, beside=place.watched)
        with _kept(loader):
            through = finished(chain(first, rest or ()), place)
            _reference(opened, config)  # while workers start
            for done in through:
                loader.take(done)
        if place.watched and extract is None:
            _tell(cutter.languages)
        if prune:
            gone = [one for one in known.ids() if one not in cutter.seen]
            loader.remove(sorted(gone))
        loader.flush()
        loader.tidy()
        loader.link(config.program)
        return loader.report


def remove_articles(store: Store, article_ids: Iterable[str]) -> None:
    """Remove articles, and link what they linked anew; one that is not there is passed over."""
    unlink(store)
    for article_id in dict.fromkeys(article_ids):
        store.remove(iri.article(article_id))
    link(store, store.digest(_RUN_GRAPH) or "")


@contextmanager
def _kept(loader: Loader) -> Iterator[None]:
    """Whatever ends the work, Ctrl-C above all: what is finished goes into the store before it is closed."""
    done = False
    try:
        yield
        done = True
    finally:
        if not done:
            with suppress(KgError):
                loader.flush()


def _tell(tags: Iterable[str]) -> None:
    """What a language lacks without its trained pipeline: each worker would say it again, so none of them does."""
    for code in sorted({tag.split("-")[0].lower() for tag in tags} & set(lang.languages())):
        language = lang.table(code, "language")
        if language.get("trained") and lang.installed(language) is None:
            warnings.warn(language["trained"]["lost"], NoTrainedPipelineWarning, stacklevel=3)


def _site(workers: int, cluster: str | None) -> AbstractContextManager[Site]:
    if cluster is not None:
        return sites.cluster(cluster)
    return sites.processes(workers) if workers else sites.inline()


def _ahead(cutter: Cutter) -> tuple[list[Cut], Iterator[Cut] | None]:
    """What is read until it is known whether there is more than one shard, and the rest; None when there is not."""
    cuts, first = iter(cutter), []
    for cut in cuts:
        first.append(cut)
        if sum(one.shard is not None for one in first) > 1:
            return first, cuts
    return first, None


@contextmanager
def _folder(chosen: Path | None, store: Store) -> Iterator[Path]:
    """Where finished shards wait to be loaded; what an unfinished build leaves there is used by the next one."""
    if chosen is not None:
        chosen.mkdir(parents=True, exist_ok=True)
        yield chosen.absolute()
    elif isinstance(store, OxigraphStore) and store.mode == "write":
        folder = store.path.absolute() / _SHARDS
        folder.mkdir(exist_ok=True)
        yield folder
        shutil.rmtree(folder, ignore_errors=True)
    else:
        with tempfile.TemporaryDirectory(prefix="kg-shards-") as name:
            yield Path(name)


def _reference(store: Store, config: Config) -> None:
    """The graphs that come from no article, when they are not there or another program wrote them."""
    if store.digest(_RUN_GRAPH) == config.program:
        return
    store.replace(iri.ONTOLOGY_GRAPH, ontology_triples())
    store.replace(iri.AUTHORITY_GRAPH, authority_triples(authority.load(config.authority_files).values()))
    out = Triples()
    run = f"{iri.RUN}{config.program[:16]}"
    out.link(run, f"{iri.RDF}type", f"{iri.PROV}Activity")
    out.add(run, f"{iri.DCTERMS}title", literal("extraction by kg", lang="en"))
    out.add(run, f"{iri.DCTERMS}hasVersion", literal(__version__))
    out.add(_RUN_GRAPH, iri.term("digest"), literal(config.program))
    store.replace(_RUN_GRAPH, out.text())
    store.flush()
