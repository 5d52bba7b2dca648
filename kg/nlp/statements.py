"""Component ``kg_statements``: who said what, in stages: marks, cues, attributions, contents, acts; date, place, topic.

An attribution is a cue with its subject, or an "according to" (:mod:`kg.nlp.attributions`); who its subject stands for
is told by :mod:`kg.nlp.voices`, and what was said is read by :mod:`kg.nlp.speech`.
"""

from __future__ import annotations

from collections.abc import Mapping

from spacy.language import Language
from spacy.tokens import Doc

from kg import authority, lang
from kg.authority import MEDIA_KINDS, Record
from kg.model import Statement
from kg.nlp.attribution import Actors, Patterns
from kg.nlp.attributions import AttributionFinder
from kg.nlp.contents import Contents
from kg.nlp.cues import CueFinder
from kg.nlp.document import View, set_spans
from kg.nlp.issuers import Issuers, PaperWords
from kg.nlp.occasions import Occasions, OccasionWords
from kg.nlp.quotes import Marks
from kg.nlp.spaced.components import SpacedStatements
from kg.nlp.spaced.cuewords import CueWords
from kg.nlp.spaced.reference import ReferenceWords
from kg.nlp.speakers import SubjectFinder
from kg.nlp.speech import SpeechReader
from kg.nlp.titles import TitleFinder
from kg.nlp.voices import Voices


class Tables:
    """All that the tables of a language say about statements, compiled once."""

    def __init__(self, language: str, records: Mapping[str, Record]) -> None:
        cues, attribution = lang.table(language, "cues"), lang.table(language, "attribution")
        self.media = frozenset(key for key, record in records.items() if record.attributes.get("kind") in MEDIA_KINDS)
        self.marks = Marks(lang.table(language, "quotes"), lang.table(language, "language"))
        self.cues = CueFinder(cues, self.marks.opening)
        self.contents = Contents(cues, self.marks.opening, self.marks.closing, self.marks.titles)
        self.patterns = Patterns(attribution)
        self.titles = TitleFinder(lang.table(language, "titles"))
        self.papers = PaperWords(attribution)
        self.occasions = OccasionWords(attribution, self.patterns.at_place)


class Statements:
    """Pipeline component: fills ``doc._.statements`` and ``doc.spans["statements"]``."""

    def __init__(self, language: str, records: Mapping[str, Record]) -> None:
        self._tables = Tables(language, records) if lang.table(language, "cues") else None

    def __call__(self, doc: Doc) -> Doc:
        statements = _statements(self._tables, doc) if self._tables and len(doc) else []
        doc._.statements = tuple(statements)
        set_spans(doc, "statements", ((s.start, s.end, s.act, s.speaker or "") for s in statements))
        return doc


def _statements(tables: Tables, doc: Doc) -> list[Statement]:
    """The statements of a Doc whose mentions are set, in text order."""
    view = View.of(doc)
    layout = tables.marks.read(view.folded)
    actors = Actors.of([*doc._.mentions, *doc._.anaphors])
    titles = tables.titles.of(view)
    subjects = SubjectFinder(view, tables.patterns, actors, layout.depth, doc._.dates, titles)
    clauses = AttributionFinder(view, layout, actors, subjects, tables.patterns, tables.cues, tables.contents)
    occasions = Occasions(view, tables.occasions, layout.depth)
    voices = Voices(view, subjects, clauses, occasions, Issuers(view, tables.papers, layout.depth))
    cues = tables.cues.find(view, layout.depth)
    return SpeechReader(tables, view, layout, subjects, clauses, voices, cues).read()


@Language.factory("kg_statements", default_config={"language": "zh"})
def create(nlp: Language, name: str, language: str) -> Statements | SpacedStatements:
    """The component for the tables of ``language``; without a table it finds nothing."""
    cues, words, posts = (lang.table(language, name) for name in ("cues", "language", "posts"))
    if cues and words.get("spaces"):
        demonyms = lang.table(language, "demonyms").get("states", {})
        references = ReferenceWords(lang.table(language, "coreference"), posts, demonyms)
        return SpacedStatements(CueWords(cues), references, Marks(lang.table(language, "quotes"), words))
    return Statements(language, nlp.tokenizer.lookup.records if hasattr(nlp.tokenizer, "lookup") else authority.load())
