"""What a query would reach outside of the store is found in whatever way its text can be read."""

from __future__ import annotations

import pytest

from kg import iri
from kg.graph.guard import Reach, reaches

HIDDEN = [
    # '<' compares, and what looks like the end of an IRI stands in a comment
    "SELECT * { ?s ?p ?a, ?b FILTER(?a<?b)SERVICE#>\n<http://127.0.0.1:9/>{ ?s ?p ?o } }",
    "SELECT * { ?s ?p ?a FILTER(?a<'>\" ')SERVICE <http://127.0.0.1:9/> {?x ?y ?z} # \"\n}",
    'SELECT * { ?s ?p ?a FILTER(?a<?b#>"""\n)SERVICE<http://127.0.0.1:9/>{?x ?y ?z}#"""\n}',
    # an IRI that looks like a comparison and a comment
    "SELECT * { ?s ?p <http://x/)#> . SERVICE <http://127.0.0.1:9/> {?x ?y ?z} }",
    "SELECT * { ?s ?p <http://x/\\u0053#> . SERVICE <http://127.0.0.1:9/> {?x ?y ?z} }",
    # no token borders
    "SELECT * { ?s ?p 1SERVICE <http://127.0.0.1:9/> {?x ?y ?z} }",
    "SELECT * { ?s ?p trueSERVICE <http://127.0.0.1:9/> {?x ?y ?z} }",
    "PREFIX ex: <http://127.0.0.1:9/> SELECT * { SERVICEex:a {?x ?y ?z} }",
    "PREFIX SERVICEex: <urn:a> PREFIX ex: <http://127.0.0.1:9/> SELECT * { SERVICEex:a #\n {?x ?y ?z} }",
    "SELECT * { SERVICESILENT<http://127.0.0.1:9/>{?x ?y ?z} }",
    # the end of a comment, and strings that are not what they seem
    "SELECT * { # x\rSERVICE <http://127.0.0.1:9/> {?x ?y ?z} }",
    'SELECT * { VALUES ?x { """ " } SERVICE <http://127.0.0.1:9/> {?x ?y ?z} # \\q """\n}',
    "SELECT * { VALUES ?x { ''' ' } SERVICE <http://127.0.0.1:9/> {?x ?y ?z} # \\q '''\n}",
]


@pytest.mark.parametrize("text", HIDDEN)
def test_a_hidden_service_is_found(text: str) -> None:
    assert Reach("SERVICE") in reaches(text, iri.PREFIXES)


@pytest.mark.parametrize(
    ("text", "graph"),
    [
        ("SELECT * FROM <http://x/g> {}", "http://x/g"),
        ("SELECT * FROM NAMED <urn:x:g> {}", "urn:x:g"),
        ("PREFIX a: <http://x/> ASK FROM a:g {}", "http://x/g"),
        ("ASK FROM ent:putin {}", f"{iri.ENTITY}putin"),
        ("SELECT * FROM <file:///etc/passwd> {}", "file:///etc/passwd"),
        ("ASKFROM <http://x/g> {}", None),
        ("ASK FROMNAMED<http://x/g> {}", None),
        ("ASK FROM <g> {}", None),
        ("PREFIX a: <http://x/> ASK FROMa:g {}", None),
        ("PREFIX a: <http://x/> PREFIX a: <http://y/> ASK FROM a:g {}", None),
        ("SELECT (1<2AS?c)FROM#>\n<file:///etc/passwd> {}", "file:///etc/passwd"),
    ],
)
def test_the_graphs_of_from_are_told(text: str, graph: str | None) -> None:
    assert Reach("FROM", graph) in reaches(text, iri.PREFIXES)


@pytest.mark.parametrize("word", ["LOAD", "INSERT", "DELETE", "CLEAR", "DROP"])
def test_an_update_is_told_by_its_first_word(word: str) -> None:
    text = f"# SELECT\nPREFIX load: <http://x/> BASE <http://x/> {word.lower()} SILENT <http://127.0.0.1:9/>"
    assert reaches(text, {}) == [Reach(word)]


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s <http://x/SERVICE#service> ?o ; <http://x/from> 'FROM' }",
        'SELECT ?from ?service { ?from ?service """SERVICE \'x\' FROM""" } # SERVICE <x> {',
        "PREFIX service: <urn:s:> SELECT * { ?s service:of ?o ; kg:serviceFrom ?x FILTER(?s < ?o && ?o > 1) }",
        "SELECT * { ?s ?p 'it\\'s a service', \"from\"@en-from }",
    ],
)
def test_words_that_are_no_keywords_are_no_reach(text: str) -> None:
    assert reaches(text, iri.PREFIXES) == []


def test_a_long_text_is_read_in_good_time() -> None:
    assert reaches("SELECT * { VALUES ?x { " + "'a' " * 100_000 + "} }", {}) == []
