"""The W3C's tests of the SPARQL 1.1 Protocol, run against ``kg serve``.

    python tests/w3c_protocol.py FOLDER

FOLDER is ``sparql/sparql11/protocol`` of the repository w3c/rdf-tests. Tests that need updates are refused by a service
that only reads; they are listed by name. Exit status 1 when any other test fails.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import rdflib
from rdflib import RDF, RDFS, Namespace, URIRef
from rdflib.collection import Collection

sys.path.insert(0, str(Path(__file__).parent))
from service import Response, Service

from kg.graph.store import OxigraphStore

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
HT = Namespace("http://www.w3.org/2011/http#")
CNT = Namespace("http://www.w3.org/2011/content#")
UT = Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
RESULTS = {"application/sparql-results+json", "application/sparql-results+xml"}
FORMATS = {
    "boolean": RESULTS,
    "tabular": {*RESULTS, "text/csv", "text/tab-separated-values"},
    "RDF": {"text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json"},
}  # fmt: skip


def requests(manifest: rdflib.Graph, test: rdflib.term.Node) -> Iterator[rdflib.term.Node]:
    """The requests of a test in their order."""
    action = manifest.value(test, MF.action)
    yield from Collection(manifest, manifest.value(action, HT.requests))


def send(service: Service, manifest: rdflib.Graph, request: rdflib.term.Node) -> Response:
    """Send a request of a test to the service."""
    path = str(manifest.value(request, HT.absolutePath)).replace("/sparql/", "/sparql", 1)
    headers = {"Accept": "*/*"}
    found = manifest.value(request, HT.headers)
    for header in Collection(manifest, found) if found else ():
        headers[str(manifest.value(header, HT.fieldName))] = str(manifest.value(header, HT.fieldValue))
    content = manifest.value(request, HT.body)
    body = None
    if content is not None:
        encoding = str(manifest.value(content, CNT.characterEncoding) or "UTF-8")
        body = str(manifest.value(content, CNT.chars)).encode(encoding)
    return service.request(str(manifest.value(request, HT.methodName)), path, body, headers)


def wrong(manifest: rdflib.Graph, request: rdflib.term.Node, answer: Response) -> str:
    """What is not as expected; empty when all is."""
    expected = manifest.value(request, HT.resp)
    statuses = {str(one)[-3] for one in manifest.objects(expected, MF.expectedStatus)}
    if statuses and str(answer.status)[0] not in statuses:
        return f"status {answer.status}, not {'/'.join(sorted(statuses))}xx"
    wanted = manifest.value(expected, MF.expectedFormat)
    if wanted is not None and answer.media not in FORMATS[str(wanted)]:
        return f"{answer.media} is not {wanted}"
    truth = manifest.value(expected, MF.expectedBoolean)
    if truth is not None and answer.boolean != truth.toPython():  # type: ignore[attr-defined]
        return f"the answer is not {truth}"
    return ""


def load(manifest: rdflib.Graph, store: Path) -> None:
    """A store with all the graphs that the tests ask for."""
    with OxigraphStore(store) as opened:
        for data in manifest.objects(None, UT.graphData):
            name, file = manifest.value(data, RDFS.label), manifest.value(data, UT.graph)
            if isinstance(file, URIRef):
                graph = rdflib.Graph().parse(file.removeprefix("file://"))
                opened.replace(str(name), graph.serialize(format="nt"))


def main(folder: Path) -> int:
    """Run all tests; gives the exit status."""
    manifest = rdflib.Graph().parse(folder / "manifest.ttl", publicID=(folder / "manifest.ttl").resolve().as_uri())
    tests = list(Collection(manifest, next(manifest.objects(None, MF.entries))))
    passed, refused, failed = [], [], []
    with tempfile.TemporaryDirectory() as place:
        load(manifest, Path(place) / "store")
        with Service(Path(place) / "store", "--quiet") as service:
            for test in tests:
                assert (test, RDF.type, MF.ProtocolTest) in manifest
                name, why = str(test).rpartition("#")[2], ""
                for request in requests(manifest, test):
                    answer = send(service, manifest, request)
                    why = wrong(manifest, request, answer)
                    if why:
                        break
                if not why:
                    passed.append(name)
                elif answer.status == 403:
                    refused.append(name)
                else:
                    failed.append(f"{name}: {why}")
    print(f"{len(passed)} of {len(tests)} passed: {' '.join(passed)}")
    print(f"{len(refused)} refused, because they update: {' '.join(refused)}")
    print(f"{len(failed)} failed" + "".join(f"\n  {one}" for one in failed))
    return 1 if failed else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python tests/w3c_protocol.py FOLDER")
    sys.exit(main(Path(sys.argv[1])))
