"""Names of nodes: stable, readable, and IRIs whatever the name has in it."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from kg import iri


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("state-us", "state-us"),
        ("new:Person:普丁", "Person/普丁"),
        ("new:Person:a b/c", "Person/a%20b%2Fc"),
        ("new:Treaty:a:b", "Treaty/a%3Ab"),
        ("new:Place:Ærø", "Place/Ærø"),
        ("new:", "/"),
        ("a#b?c", "a%23b%3Fc"),
    ],
)
def test_entities(key: str, expected: str) -> None:
    assert iri.entity(key) == iri.ENTITY + expected


@pytest.mark.parametrize("text", ['<>"{}|^`\\', "\x00\n\t ", "%41", "a/../b", "..", "\ud800", "«»\u2028\u200f", "٣"])
def test_every_text_makes_a_valid_iri_and_no_two_the_same(text: str) -> None:
    name = iri.article(text)
    assert ox.NamedNode(name).value == name
    turtle = f"<{name}> <{name}> <{name}> ."
    assert [quad.subject.value for quad in ox.parse(turtle, format=ox.RdfFormat.TURTLE)] == [name]  # type: ignore[union-attr]
    assert iri.article(text) != iri.article(text + "x")
    assert not name.endswith("/..")


def test_an_encoded_text_cannot_meet_another() -> None:
    assert iri.article("a b") != iri.article("a%20b")
    assert iri.entity("new:Person:x") != iri.entity("Person/x")
    assert iri.article(".") != iri.article("%2E")


def test_terms_are_the_words_of_the_model() -> None:
    assert iri.term("deny") == "https://w3id.org/kg-arms/ontology#deny"
    assert iri.PREFIXES["kg"] + "deny" == iri.term("deny")
