"""Links the new persons of a store: reads what its articles say of them and gives those that are one person one entity.

What stands in the store depends on its articles alone, not on the order in which they came: each graph keeps, as
``kg:writtenAs``, the entity that its own names give, and the links are made anew from those. The graph ``LINKS_GRAPH``
says who was taken for whom and why, and that all graphs have been seen to: a build removes it before it writes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

import pyoxigraph as ox

from kg import iri, lang
from kg.graph.rdf import Triples, literal
from kg.graph.store import Store
from kg.linking.persons import NewPerson, Post, same_persons
from kg.model import POST_KINDS
from kg.nlp.transliteration import transliterations

_KINDS = {iri.term(kind): kind for kind in POST_KINDS}
_WRITTEN_AS = ox.NamedNode(iri.term("writtenAs"))
#: The labels of new persons stand in the graphs of the articles that name them. What there is least of comes first.
_NAMES = """
SELECT ?article ?person ?raw ?name ?day WHERE {
  GRAPH ?article {
    ?article a kg:Article .
    ?person skos:prefLabel ?name ; a kg:Person .
    OPTIONAL { ?person kg:writtenAs ?raw }
    OPTIONAL { ?article dcterms:issued ?day }
  }
}"""
_POSTS = """
SELECT ?article ?person ?of ?kind ?title WHERE {
  GRAPH ?article {
    ?post kg:former false ; org:member ?person .
    ?person skos:prefLabel ?name ; a kg:Person .
    ?post org:organization ?of ; kg:postKind ?kind ; kg:title ?title .
  }
}"""


def is_linked(store: Store, program: str) -> bool:
    """True when this program linked the store and no build has written to it since."""
    return store.digest(iri.LINKS_GRAPH) == program


def unlink(store: Store) -> None:
    """Say that the links must be made anew; to be called before articles are written or removed."""
    store.remove(iri.LINKS_GRAPH)


def link(store: Store, program: str) -> int:
    """Link the store's new persons and say how many names were taken for another's.

    ``program`` is the digest of what makes the links. Stopped at any moment, the next build goes on.
    """
    people, at = _people(store)
    links = same_persons(people.values(), transliterations(), _in_characters())
    targets = {one.iri: one.target for one in links}
    for graph, entities in sorted(at.items()):
        changed = {now: targets.get(raw, raw) for now, raw in entities.items() if targets.get(raw, raw) != now}
        if changed:
            store.replace(graph, _renamed(store, graph, changed, entities))
    out = Triples()
    out.add(iri.LINKS_GRAPH, iri.term("digest"), literal(program))
    for one in links:
        out.link(one.iri, iri.term("sameAs"), one.target)
        out.add(one.iri, iri.term("sameBecause"), literal(one.reason))
    store.replace(iri.LINKS_GRAPH, out.text())
    store.flush()
    return len(links)


def _people(store: Store) -> tuple[dict[str, NewPerson], dict[str, dict[str, str]]]:
    """The new persons by the entity that their name gives, and by graph which entity stands for which of those."""
    people: dict[str, NewPerson] = {}
    at: dict[str, dict[str, str]] = defaultdict(dict)
    years: dict[str, int] = {}
    for row in _rows(store, _NAMES):
        raw = row.get("raw", row["person"])
        person = people.setdefault(raw, NewPerson(raw))
        person.names.add(row["name"])
        person.articles.add(row["article"])
        at[row["article"]][row["person"]] = raw
        if "day" in row:
            years[row["article"]] = int(row["day"][:4])
    for row in _rows(store, _POSTS):
        known = at.get(row["article"], {}).get(row["person"])
        kind = _KINDS.get(row["kind"])
        if known and kind and row["article"] in years:
            people[known].posts.add(Post(row["of"], kind, row["title"], years[row["article"]]))
    return people, at


def _rows(store: Store, query: str) -> Iterator[dict[str, str]]:
    """Rows as text by column; what is not bound has no key."""
    found = store.select(query)
    for row in found:
        cells = {column: row[column] for column in found.columns}
        yield {column: cell.value for column, cell in cells.items() if isinstance(cell, ox.NamedNode | ox.Literal)}


def _in_characters() -> frozenset[str]:
    """States, by IRI, whose people's names are written in characters, by the tables of the languages."""
    codes = {
        country
        for code in lang.languages()
        for country in lang.table(code, "names").get("person", {}).get("names_in_characters", ())
    }
    return frozenset(iri.entity(f"state-{code.lower()}") for code in codes)


def _renamed(store: Store, graph: str, changed: Mapping[str, str], raw: Mapping[str, str]) -> str:
    """The triples of a graph with the entities changed, and with the entity that its own names give beside each."""
    nodes = {ox.NamedNode(now): ox.NamedNode(new) for now, new in changed.items()}
    lines = set()
    for quad in store.quads(graph):
        if quad.predicate == _WRITTEN_AS and quad.subject in nodes:
            continue
        subject, object_ = nodes.get(quad.subject, quad.subject), nodes.get(quad.object, quad.object)  # type: ignore[arg-type]
        lines.add(f"{subject} {quad.predicate} {object_} .")
    for now, new in changed.items():
        if raw[now] != new:
            lines.add(f"{ox.NamedNode(new)} {_WRITTEN_AS} {ox.NamedNode(raw[now])} .")
    return "\n".join(sorted(lines)) + "\n"
