"""What the components share on a Doc: the extension attributes, the mentions, and a view for matching.

``doc._.mentions``, ``doc._.dates``, ``doc._.statements`` … hold the records of :mod:`kg.model`; the same things stand
as spans in ``doc.ents`` and ``doc.spans`` for everything that spaCy offers.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import attrgetter
from typing import TYPE_CHECKING, Protocol, TypeVar

from spacy.tokens import Doc, Span

from kg.model import Article, Mention

if TYPE_CHECKING:
    from kg.nlp.gazetteer import Candidate
    from kg.nlp.spaced.mask import Spoken
    from kg.nlp.titles import Title

#: Attribute of the Doc and what it holds; the records are those of kg.model, in text order.
EXTENSIONS: dict[str, object] = {
    "article": None,  # kg.model.Article: the metadata that dates are resolved against
    "folded": "",  # the text, folded for matching; same length, same offsets
    "mentions": (),  # tuple[Mention, ...]: what names an entity, nested ones included
    "anaphors": (),  # tuple[Mention, ...]: what stands for an entity without naming it
    "entities": {},  # dict[str, Entity]: every entity that a mention points to
    "dates": (),  # tuple[DateMention, ...]
    "statements": (),
    "events": (),
    "figures": (),
    "positions": (),
}


def register_extensions() -> None:
    """Declare the attributes once; calling it again changes nothing."""
    for name, default in EXTENSIONS.items():
        if not Doc.has_extension(name):
            Doc.set_extension(name, default=default)


register_extensions()


def set_mentions(doc: Doc, mentions: Iterable[Mention]) -> None:
    """Store mentions in text order, and as spans: all in ``doc.spans["mentions"]``, the outermost in ``doc.ents``."""
    ordered = tuple(sorted(set(mentions), key=lambda m: (m.start, -m.end, m.type)))
    doc._.mentions = ordered
    set_spans(doc, "mentions", ((m.start, m.end, m.type, m.entity) for m in ordered))
    outer: list[Span] = []
    for span in doc.spans.get("mentions", ()):
        if not outer or span.start >= outer[-1].end:
            outer.append(span)
    doc.set_ents(outer)


def set_spans(doc: Doc, group: str, rows: Iterable[tuple[int, int, str, str]]) -> None:
    """Records as a group of spans, each (start, end, label, id) in characters; not where only records are wanted."""
    if not scratch(doc).records_only:
        doc.spans[group] = [span_of(doc, *row) for row in rows]


def span_of(doc: Doc, start: int, end: int, label: str = "", kb_id: str = "") -> Span:
    """The smallest span of whole tokens over these characters."""
    span = doc.char_span(start, end, label=label, kb_id=kb_id, alignment_mode="expand")
    if span is None:
        raise IndexError(f"characters {start} to {end} are outside of the text")
    return span


class Scratch:
    """What the components of one call leave for each other: no part of a Doc that is saved or sent to a process."""

    __slots__ = ("candidates", "records_only", "spoken", "view")

    def __init__(self) -> None:
        self.candidates: Sequence[Candidate] = ()
        """The known names that the tokenizer met; which of them are meant is decided by ``kg_authority``."""
        self.view: View | None = None
        self.spoken: Spoken | None = None
        self.records_only = False
        """True where nobody will look at ``doc.ents`` and ``doc.spans``: making them takes as long as finding dates."""

    def __reduce__(self) -> tuple[type[Scratch], tuple[()]]:
        return Scratch, ()


def scratch(doc: Doc) -> Scratch:
    """The scratch of a Doc; an empty one for a Doc that was loaded."""
    found: Scratch | None = doc.user_data.get(_SCRATCH)
    if found is None:
        found = doc.user_data[_SCRATCH] = Scratch()
    return found


_SCRATCH = "kg_scratch"
_COLUMNS: list[int | str] = ["IDX", "LENGTH", "TAG", "SENT_START"]


@dataclass(slots=True)
class View:
    """A Doc as plain sequences: what rules match against. Made once for a Doc and shared by all components.

    ``text`` and ``folded``: the whole text (``doc.text`` joins all tokens anew at each call, this does not);
    ``starts``/``ends``: character offsets of each token; ``tags``: its part of speech; ``sentences``: (start, end)
    character offsets.
    """

    doc: Doc
    text: str
    folded: str
    starts: list[int]
    ends: list[int]
    tags: list[str]
    sentences: list[tuple[int, int]]
    titles: list[Title] | None = None
    """Those of the whole text, when a component has asked for them (:meth:`kg.nlp.titles.TitleFinder.of`)."""

    @classmethod
    def of(cls, doc: Doc) -> View:
        """The view of a Doc; tokens do not change after the tokenizer, so one is enough."""
        known = scratch(doc).view
        if known is not None and known.doc is doc and len(known.starts) == len(doc):
            return known
        columns = doc.to_array(_COLUMNS).T  # all tokens at once: each by itself is an object
        starts, ends = columns[0].tolist(), (columns[0] + columns[1]).tolist()
        names = {tag: doc.vocab.strings[tag] for tag in set(columns[2].tolist())}
        bounds = columns[0][columns[3] == 1].tolist()
        text = doc.text
        sentences = list(pairwise([*bounds, len(text)])) if starts else []
        view = cls(doc, text, doc._.folded, starts, ends, [names[tag] for tag in columns[2].tolist()], sentences)
        scratch(doc).view = view
        return view

    @property
    def article(self) -> Article | None:
        article: Article | None = self.doc._.article
        return article

    def token_at(self, offset: int) -> int:
        """Index of the token that covers a character (or of the one before it, on white space)."""
        return max(0, bisect_right(self.starts, offset) - 1)

    def is_edge(self, offset: int) -> bool:
        """True where no token is cut: a token starts or ends here."""
        at = bisect_left(self.starts, offset)
        if at < len(self.starts) and self.starts[at] == offset:
            return True
        return at > 0 and self.ends[at - 1] <= offset

    def sentence_at(self, offset: int) -> tuple[int, int]:
        """The sentence that covers a character."""
        at = bisect_right(self.sentences, (offset, len(self.folded) + 1)) - 1
        return self.sentences[max(0, at)]


#: The order of mentions in a text, that of the records themselves; as a key it is quicker than comparing them.
mention_order = attrgetter("start", "end", "type", "entity", "kind", "component")


class Spanned(Protocol):
    """Anything with offsets: mentions, dates, statements."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


S = TypeVar("S", bound=Spanned)


def within(spans: Sequence[S], start: int, end: int) -> list[S]:
    """The spans that lie wholly between two offsets; ``spans`` must be in text order."""
    found: list[S] = []
    for number in range(bisect_left(spans, start, key=_start), len(spans)):
        if spans[number].start >= end:
            break
        if spans[number].end <= end:
            found.append(spans[number])
    return found


def last_before(spans: Sequence[S], offset: int, most: int = 200) -> list[S]:
    """The last spans (at most ``most``) that end at or before an offset; ``spans`` must be in text order."""
    stop = bisect_left(spans, offset, key=_start)
    return [span for span in spans[max(0, stop - most) : stop] if span.end <= offset]


def covering(spans: Sequence[S], start: int, end: int, most: int = 60) -> list[S]:
    """Of the last spans (at most ``most``) that begin at or before an offset, those that reach to ``end``."""
    stop = bisect_right(spans, start, key=_start)
    return [span for span in spans[max(0, stop - most) : stop] if span.end >= end]


def _start(span: Spanned) -> int:
    return span.start
