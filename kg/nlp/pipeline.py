"""``load(lang)``: the spaCy pipeline of a language, and ``extract``: an article through it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path

import spacy
from spacy.language import Language

import kg.nlp.authority
import kg.nlp.coreference
import kg.nlp.dates
import kg.nlp.events
import kg.nlp.figures
import kg.nlp.names
import kg.nlp.positions
import kg.nlp.statements  # noqa: F401  (each registers its factory)
from kg import authority, lang
from kg.model import Article, Records
from kg.nlp import trained as trained_pipelines
from kg.nlp.document import scratch
from kg.nlp.lookup import Lookup
from kg.nlp.records import records
from kg.nlp.tokenizer import REGISTERED, Tokenizer

#: The components in their order; each reads what those before it found.
COMPONENTS = (
    "kg_authority",
    "kg_names",
    "kg_dates",
    "kg_positions",
    "kg_coreference",
    "kg_statements",
    "kg_events",
    "kg_figures",
)


def load(
    tag: str, *, authority_files: Iterable[Path] = (), masked: Collection[str] = (), trained: str | None = None
) -> Language:
    """The pipeline of a language (``zh``, ``zh-Hant``, ``en``): a spaCy ``Language`` that can be used by itself.

    ``authority_files``: the user's own entities, added to the shipped ones. ``masked``: keys of entities that are
    left out, to see what is found of names that no list has; a pipeline that is saved does not keep them. ``trained``:
    a spaCy pipeline whose words, tags and entities are taken instead of those of the language's table. Raises
    UnknownLanguageError, TrainedPipelineError.
    """
    code = lang.primary(tag)
    nlp = spacy.blank(code)
    files = tuple(authority_files)
    records = {key: record for key, record in authority.load(files).items() if key not in masked}
    model = trained_pipelines.load(lang.table(code, "language"), nlp.vocab, trained)
    nlp.tokenizer = Tokenizer(nlp.vocab, code, Lookup(records, code), model)
    saved = {"@tokenizers": REGISTERED, "code": code, "authority_files": [str(p) for p in files], "trained": trained}
    nlp.config["nlp"]["tokenizer"] = saved  # what spacy.load makes of a pipeline that was saved
    for component in COMPONENTS:
        nlp.add_pipe(component, config={"language": code})
    nlp.max_length = 100_000_000  # no parser or recognizer whose memory would grow with the square of the text
    return nlp


def prepare(nlp: Language, articles: Iterable[Article]) -> None:
    """Let the tokenizer find the words of a batch of articles at once; ``extract`` then takes them from there."""
    if isinstance(nlp.tokenizer, Tokenizer):
        nlp.tokenizer.prepare(article.text for article in articles)


def extract(nlp: Language, article: Article) -> Records:
    """Run an article through the pipeline; its date and language are there for the components."""
    doc = nlp.make_doc(article.text)
    doc._.article = article
    scratch(doc).records_only = True
    return records(nlp(doc))
