"""IRIs: how every node of the graph is named. Names are stable: the same input gives the same IRI in every build."""

from __future__ import annotations

from urllib.parse import quote

#: The project's own namespaces. They name things; nothing is fetched from them.
BASE = "https://w3id.org/kg-arms/"
ONTOLOGY = f"{BASE}ontology#"
ENTITY = f"{BASE}entity/"
ARTICLE = f"{BASE}article/"
GRAPH = f"{BASE}graph/"
RUN = f"{BASE}run/"

#: Graphs that are no article.
AUTHORITY_GRAPH = f"{GRAPH}authority"
ONTOLOGY_GRAPH = f"{GRAPH}ontology"
LINKS_GRAPH = f"{GRAPH}links"

#: Vocabularies that are reused.
DCTERMS = "http://purl.org/dc/terms/"
ITSRDF = "http://www.w3.org/2005/11/its/rdf#"
NIF = "http://persistence.uni-leipzig.org/nlp2rdf/ontologies/nif-core#"
ORG = "http://www.w3.org/ns/org#"
OWL = "http://www.w3.org/2002/07/owl#"
PROV = "http://www.w3.org/ns/prov#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
SCHEMA = "https://schema.org/"
SEM = "http://semanticweb.cs.vu.nl/2009/11/sem/"
SH = "http://www.w3.org/ns/shacl#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
XSD = "http://www.w3.org/2001/XMLSchema#"

PREFIXES: dict[str, str] = {
    "kg": ONTOLOGY,
    "ent": ENTITY,
    "dcterms": DCTERMS,
    "itsrdf": ITSRDF,
    "nif": NIF,
    "org": ORG,
    "owl": OWL,
    "prov": PROV,
    "rdf": RDF,
    "rdfs": RDFS,
    "schema": SCHEMA,
    "sem": SEM,
    "sh": SH,
    "skos": SKOS,
    "xsd": XSD,
}


def segment(text: str) -> str:
    """Text as one segment of a path: letters and digits of any script stay, all else is percent-encoded."""
    if text in {".", ".."}:  # these would step through the path
        return text.replace(".", "%2E")
    return "".join(c if c.isalnum() or c in "-_.~" else quote(c, safe="", errors="surrogatepass") for c in text)


def entity(key: str) -> str:
    """IRI of an entity id: an authority key (``state-us``) or ``new:TYPE:NAME``."""
    if key.startswith("new:"):
        type_, _, name = key.removeprefix("new:").partition(":")
        return f"{ENTITY}{segment(type_)}/{segment(name)}"
    return f"{ENTITY}{segment(key)}"


def article(article_id: str) -> str:
    """IRI of an article, which is also the name of its graph."""
    return f"{ARTICLE}{segment(article_id)}"


def term(word: str) -> str:
    """IRI of a word of the ontology: a class, property, act, event type or kind."""
    return f"{ONTOLOGY}{word}"
