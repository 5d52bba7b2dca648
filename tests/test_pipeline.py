"""The spaCy pipeline as a spaCy user meets it."""

from __future__ import annotations

import json
import pickle
from importlib.metadata import entry_points
from pathlib import Path

import pytest
import spacy
from spacy import displacy
from spacy.language import Language
from spacy.tokens import Doc, DocBin

import kg
from kg.errors import UnknownLanguageError
from kg.model import Article
from kg.nlp.document import View
from kg.nlp.folding import fold
from kg.nlp.pipeline import COMPONENTS, extract

GOLD = Path(__file__).parent / "gold"
TEXT = "俄羅斯總統普丁2月6日在莫斯科表示,俄方願意繼續遵守《新削減戰略武器條約》,核彈頭不超過1550枚。"


@pytest.fixture(scope="module")
def nlp() -> Language:
    return kg.load("zh")


def test_pipeline_is_usable_alone(nlp: Language) -> None:
    doc = nlp(TEXT)
    assert [e.text for e in doc.ents if e.label_ == "Person"] == ["普丁"]
    (statement,) = doc._.statements
    assert doc.text[statement.start : statement.end].startswith("俄方願意")
    assert statement.speaker == "putin"
    assert "普丁" in displacy.render(doc, style="ent", page=False, jupyter=False)


def test_pipeline_takes_many_texts(nlp: Language) -> None:
    assert [len(doc.ents) > 0 for doc in nlp.pipe([TEXT, "", TEXT])] == [True, False, True]


def test_docs_are_saved_with_their_records(nlp: Language) -> None:
    """By each of spaCy's ways: bytes, a DocBin, a pickle."""
    doc = nlp(TEXT)
    packed = DocBin(docs=[doc], store_user_data=True).to_bytes()
    loaded = [
        Doc(nlp.vocab).from_bytes(doc.to_bytes()),
        *DocBin().from_bytes(packed).get_docs(nlp.vocab),
        pickle.loads(pickle.dumps(doc)),
        doc.copy(),
    ]
    for other in loaded:
        for name in ("mentions", "dates", "statements", "events", "figures", "positions"):
            assert tuple(getattr(other._, name)) == getattr(doc._, name), name
        assert other._.entities == doc._.entities
        assert [ent.kb_id_ for ent in other.ents] == [ent.kb_id_ for ent in doc.ents]
        assert View.of(other).starts == View.of(doc).starts


def test_pipeline_in_two_processes(nlp: Language) -> None:
    assert [len(doc._.statements) for doc in nlp.pipe([TEXT, "", TEXT], n_process=2)] == [1, 0, 1]


def test_pipeline_is_saved_and_loaded(tmp_path: Path) -> None:
    """The configuration is all: a loaded pipeline knows the user's entities too."""
    own = tmp_path / "own.jsonl"
    own.write_text('{"key": "tower", "type": "Place", "label": {"zh-Hans": "宏图塔"}}\n', encoding="utf-8")
    made = kg.load("zh", authority_files=[own])
    made.to_disk(tmp_path / "pipeline")
    loaded = spacy.load(tmp_path / "pipeline")
    text = f"代表团抵达宏图塔。{TEXT}"
    assert "tower" in {mention.entity for mention in loaded(text)._.mentions}
    assert loaded(text)._.statements == made(text)._.statements
    assert loaded.from_bytes(made.to_bytes())(text)._.mentions == made(text)._.mentions


def test_pipeline_components_are_registered_for_spacy() -> None:
    assert set(COMPONENTS) == {e.name for e in entry_points(group="spacy_factories") if e.name.startswith("kg_")}


def test_pipeline_of_an_unknown_language() -> None:
    with pytest.raises(UnknownLanguageError, match="'fr'"):
        kg.load("fr")


def test_pipeline_english_finds_known_names_and_dates() -> None:
    doc = kg.load("en")("Vladimir Putin signed New START in Prague on April 8, 2010, Moscow's envoy in Vienna said.")
    assert {"putin", "new-start"} <= {m.entity for m in doc._.mentions}
    assert [d.value for d in doc._.dates] == ["2010-04-08"]


def test_pipeline_gives_the_same_for_the_same(nlp: Language) -> None:
    article = Article("x", TEXT * 3, "", "2026-02-08", "zh-Hant")
    assert extract(nlp, article) == extract(nlp, article) == extract(kg.load("zh"), article)


def test_pipeline_same_facts_in_the_other_script(nlp: Language) -> None:
    """A Traditional article folded to Simplified names the same entities and says the same statements."""
    differing = total = 0
    for path in sorted(GOLD.glob("*.json")):
        gold = json.loads(path.read_text(encoding="utf-8"))
        if gold["lang"] != "zh-Hant":
            continue
        here = extract(nlp, Article("x", gold["text"], "", gold["published"], "zh"))
        there = extract(nlp, Article("x", fold(gold["text"], width=False), "", gold["published"], "zh"))
        one = {(s.start, s.end, s.act) for s in here.statements} | {(m.start, m.end, m.type) for m in here.mentions}
        other = {(s.start, s.end, s.act) for s in there.statements} | {(m.start, m.end, m.type) for m in there.mentions}
        differing += len(one ^ other)
        total += len(one | other)
    assert total > 500
    assert differing == 0
