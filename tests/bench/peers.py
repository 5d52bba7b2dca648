"""What one would use instead, on the same texts in the same run. A peer that is not installed is named as left out.

usage: python tests/bench/peers.py [--articles N] [--reference PATH/lac_numpy.py]
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import sys
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"  # one core, before NumPy is imported
sys.path.insert(0, str(Path(__file__).parent))

import pyoxigraph as ox
import rdflib
import spacy
from measure import left_out, processor, rate, row, table
from texts import articles, sentences

from kg import authority, builder, iri, lang
from kg.graph.rdf import article_triples, quads
from kg.graph.store import OxigraphStore
from kg.lang.zh.segmenter import Segmenter
from kg.model import Article
from kg.nlp import pipeline


def imported(path: Path) -> Any:
    """The LAC class of a module outside of the project."""
    spec = importlib.util.spec_from_file_location("lac_reference", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.LAC()


def words(some: list[Article], reference: Path | None) -> None:
    """Words and tags of Chinese."""
    texts = [a.text for a in some]
    characters = sum(map(len, texts))
    parts = sentences(texts)
    table("Words and tags of Chinese", "what", "characters/s", "it gives")
    ours = Segmenter()
    ours.segment(parts[:50])
    row("kg: LAC in NumPy", rate(characters, processor(lambda: ours.segment(parts))), "words, tags, names")
    if reference is None:
        left_out("reference port of LAC", "give --reference PATH/lac_numpy.py")
    else:
        port = imported(reference)
        port.run(parts[:50])
        row("reference port of LAC", rate(characters, processor(lambda: port.run(parts))), "the same")
    if importlib.util.find_spec("jieba") is None:
        left_out("jieba.posseg", "pip install jieba")
    else:
        import logging

        import jieba
        import jieba.posseg

        jieba.setLogLevel(logging.WARNING)
        jieba.initialize()
        list(jieba.posseg.cut(parts[0]))
        seconds = processor(lambda: [list(jieba.posseg.cut(part)) for part in parts])
        row("jieba.posseg", rate(characters, seconds), "words, tags")


def known_names(some: list[Article]) -> None:
    """Known entities in text: our pipeline, and spaCy with the names of the same authority file."""
    characters = sum(len(a.text) for a in some)
    table("From text to entities", "what", "characters/s", "it gives")
    nlp = pipeline.load("zh")
    pipeline.extract(nlp, some[0])

    def run() -> None:
        for start in range(0, len(some), 32):
            pipeline.prepare(nlp, some[start : start + 32])
            for a in some[start : start + 32]:
                pipeline.extract(nlp, a)

    row("kg: the whole pipeline", rate(characters, processor(run)), "entities, statements, events, figures, positions")
    ruler = spacy.blank("zh")
    names = [
        {"label": record.entity.type, "pattern": name.text, "id": record.entity.id}
        for record in authority.load().values()
        for name in record.names
    ]
    ruler.add_pipe("entity_ruler").add_patterns(names)  # type: ignore[attr-defined]
    texts = [a.text for a in some]
    found = f"{len(names):,} exact names, nothing else"
    row("spaCy blank zh with an EntityRuler", rate(characters, processor(lambda: list(ruler.pipe(texts)))), found)


def english(count: int) -> None:
    """English, where a trained pipeline is what most people use."""
    some = articles(count, "en")
    characters = sum(len(a.text) for a in some)
    texts = [a.text for a in some]
    table("English", "what", "characters/s", "it gives")
    package = lang.installed(lang.table("en", "language"))
    nlp = pipeline.load("en")
    pipeline.extract(nlp, some[0])
    label = f"kg{' with ' + package if package else ', without a trained pipeline'}"
    row(label, rate(characters, processor(lambda: [pipeline.extract(nlp, a) for a in some])), "all layers")
    if package is None:
        left_out("en_core_web_sm", "pip install 'kg[en]'")
    else:
        trained = spacy.load(package)
        row(package, rate(characters, processor(lambda: list(trained.pipe(texts)))), "tags, parse, entities")


def graphs(some: list[Article]) -> None:
    """The same quads into kg's store, the bare engine, and rdflib; and into NetworkX."""
    extract = builder.Pipelines()
    text = "".join(quads(article_triples(extract(a)), iri.article(a.id)) for a in some)
    count = text.count("\n")
    table(f"{count:,} quads of {len(some)} articles", "what", "µs a quad", "times raw")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "a.nq"
        file.write_text(text, encoding="utf-8")
        raw = ox.Store(f"{folder}/raw")
        base = processor(lambda: raw.bulk_load(path=str(file), format=ox.RdfFormat.N_QUADS))

        def line(label: str, work: Callable[[], object]) -> None:
            seconds = processor(work)
            row(label, f"{1e6 * seconds / count:.1f}", f"{seconds / base:.2f}")

        row("raw pyoxigraph, bulk_load on disk", f"{1e6 * base / count:.1f}", "1")
        with OxigraphStore(f"{folder}/kg") as store:
            line("kg: load of a finished shard", lambda: store.load_files([file]))
        dataset = rdflib.Dataset()
        line("rdflib, Memory", lambda: dataset.parse(data=text, format="nquads"))
        from rdflib.extras.external_graph_libs import rdflib_to_networkx_multidigraph

        flat = rdflib.Graph()
        for s, p, o, _ in dataset.quads():
            flat.add((s, p, o))
        line("external_graph_libs, from there to NetworkX", lambda: rdflib_to_networkx_multidigraph(flat))


def run(count: int, reference: Path | None) -> None:
    """All comparisons."""
    warnings.simplefilter("ignore")
    some = articles(count)
    words(some, reference)
    known_names(some)
    english(count)
    graphs(some[:50])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=100)
    parser.add_argument("--reference", type=Path)
    options = parser.parse_args()
    run(options.articles, options.reference)


if __name__ == "__main__":
    main()
