"""The components for a language with spaces that are more than their reader."""

from __future__ import annotations

from collections.abc import Mapping

from spacy.tokens import Doc

from kg.authority import Record
from kg.model import Statement
from kg.nlp.document import View, set_spans
from kg.nlp.event_merge import merged
from kg.nlp.event_scene import Known
from kg.nlp.quotes import Marks
from kg.nlp.spaced.cuewords import CueWords
from kg.nlp.spaced.eventwords import EventWords
from kg.nlp.spaced.happenings import EventReader
from kg.nlp.spaced.mask import spoken
from kg.nlp.spaced.reference import Reference, ReferenceWords
from kg.nlp.spaced.retold import named
from kg.nlp.spaced.speech import SpeechReader


class SpacedStatements:
    """Pipeline component ``kg_statements`` for a language with spaces."""

    def __init__(self, cues: CueWords, references: ReferenceWords, marks: Marks) -> None:
        self._cues, self._references, self._marks = cues, references, marks

    def __call__(self, doc: Doc) -> Doc:
        found: list[Statement] = []
        if len(doc):
            view = View.of(doc)
            _, quoted = spoken(self._marks, view)
            reference = Reference(view, self._references, quoted, doc._.anaphors)
            found = SpeechReader(view, self._cues, reference, self._marks).read()
        doc._.statements = tuple(found)
        set_spans(doc, "statements", ((s.start, s.end, s.act, s.speaker or "") for s in found))
        return doc


class SpacedEvents:
    """Pipeline component ``kg_events`` for a language with spaces."""

    def __init__(self, words: EventWords, records: Mapping[str, Record], references: ReferenceWords) -> None:
        self._words, self._known, self._references = words, Known(records), references

    def __call__(self, doc: Doc) -> Doc:
        if len(doc):
            view = View.of(doc)
            reference = Reference(view, self._references, bytearray(len(view.folded)), doc._.anaphors)
            reader = EventReader(view, self._words, self._known, reference)
            types = {entity.id: entity.type for entity in doc._.entities.values()}
            doc._.events = tuple(named(merged(reader.read(), types, reader.acts_for), reader.acts_for))
        return doc
