"""The SPARQL 1.1 Protocol: from an HTTP request to a query and its dataset."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl

import pyoxigraph as ox
from starlette.requests import Request

from kg.errors import KgError
from kg.graph.rdf import Triples
from kg.web.formats import GRAPHS, TABLES, Format

QUERY, UPDATE, FORM = "application/sparql-query", "application/sparql-update", "application/x-www-form-urlencoded"
_SD = "http://www.w3.org/ns/sparql-service-description#"
_FORMATS = "http://www.w3.org/ns/formats/"
#: Local names under which the W3C knows the formats.
_KNOWN_AS = {
    "json": "SPARQL_Results_JSON", "xml": "SPARQL_Results_XML", "csv": "SPARQL_Results_CSV",
    "tsv": "SPARQL_Results_TSV", "ttl": "Turtle", "nt": "N-Triples", "jsonld": "JSON-LD", "rdf": "RDF_XML",
}  # fmt: skip
_CHARSET = re.compile(r";\s*charset\s*=\s*\"?([\w-]+)", re.IGNORECASE)
_FIELDS = 1000


class RequestError(KgError):
    """A request that is not what the protocol says; ``status`` is the answer's."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(status, reason)
        self.status, self.reason = status, reason

    def __str__(self) -> str:
        return self.reason


@dataclass(frozen=True, slots=True)
class Asked:
    """A query with the dataset that the request names. ``query`` is None when nothing was asked."""

    query: str | None
    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    form: str = ""
    """The format wanted by name, instead of by the Accept header."""


async def read(request: Request, limit: int) -> Asked:
    """What a GET or POST request asks. Raises RequestError."""
    sent = fields(request.url.query.encode())
    if request.method in ("GET", "HEAD"):
        return _asked(sent)
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media not in (QUERY, UPDATE, FORM):
        raise RequestError(415, f"send a query as {QUERY} or as {FORM}")
    text = _text(request, await body(request, limit))
    if media == UPDATE:
        raise RequestError(403, "this service only reads: updates are refused")
    if media == FORM:
        return _asked([*sent, *fields(text.encode())])
    return _asked([*sent, ("query", text)])


async def body(request: Request, limit: int) -> bytes:
    """The body of a request. Raises RequestError (413) when it is larger than ``limit`` bytes.

    What is too large is read to its end all the same, unkept: a client that is still sending would not see the answer.
    """
    data = bytearray()
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size <= limit:
            data += chunk
    if size > limit:
        raise RequestError(413, f"the request is larger than {limit} bytes")
    return bytes(data)


def _text(request: Request, data: bytes) -> str:
    found = _CHARSET.search(request.headers.get("content-type", ""))
    if found and found[1].lower() not in ("utf-8", "utf8", "us-ascii"):
        raise RequestError(415, "a query must be sent as UTF-8")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RequestError(400, "a query must be sent as UTF-8") from error


def fields(text: bytes) -> list[tuple[str, str]]:
    """The fields of a form or of an address, in their order. Raises RequestError."""
    try:
        return parse_qsl(text.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=_FIELDS)
    except ValueError as error:  # UnicodeDecodeError is one
        raise RequestError(400, "the request's fields are not UTF-8, or there are too many") from error


def _asked(fields: list[tuple[str, str]]) -> Asked:
    found = [value for key, value in fields if key == "query"]
    if any(key == "update" for key, _ in fields):
        raise RequestError(403, "this service only reads: updates are refused")
    if len(found) > 1:
        raise RequestError(400, "a request has one query")
    return Asked(
        found[0] if found else None,
        tuple(value for key, value in fields if key == "default-graph-uri"),
        tuple(value for key, value in fields if key == "named-graph-uri"),
        next((value for key, value in fields if key == "format"), ""),
    )


def description(endpoint: str, chosen: Format) -> bytes:
    """The SPARQL 1.1 Service Description of the endpoint at a URL."""
    out = Triples()
    kind, service = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type", f"{endpoint}#service"
    out.link(service, kind, f"{_SD}Service")
    out.link(service, f"{_SD}endpoint", endpoint)
    out.link(service, f"{_SD}supportedLanguage", f"{_SD}SPARQL11Query")
    out.link(service, f"{_SD}feature", f"{_SD}UnionDefaultGraph")
    for one in (*TABLES, *GRAPHS):
        out.link(service, f"{_SD}resultFormat", f"{_FORMATS}{_KNOWN_AS[one.name]}")
    out.link(service, f"{_SD}defaultDataset", f"{endpoint}#dataset")
    out.link(f"{endpoint}#dataset", kind, f"{_SD}Dataset")
    triples = (quad.triple for quad in ox.parse(input=out.text().encode(), format=ox.RdfFormat.N_TRIPLES))
    written = ox.serialize(triples, format=chosen.engine, prefixes={"sd": _SD, "formats": _FORMATS})  # type: ignore[arg-type]
    assert written is not None
    return written
