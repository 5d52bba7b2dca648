"""Endpoints that fail: each failure is one clear line, nothing is half done, and the next build completes."""

from __future__ import annotations

import base64
import hashlib
import json
import logging
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import pytest
import servers
from conftest import run
from test_build import GOOD, write

from kg import builder, iri
from kg.errors import UsageError
from kg.graph.store import (
    AnswerCutError,
    EndpointError,
    EndpointLoginError,
    EndpointTimeoutError,
    EndpointUnreachableError,
    OxigraphStore,
)
from kg.graph.store.endpoint import EndpointStore
from kg.graph.store.settings import Settings
from kg.graph.validate import Validator

ROWS = "SELECT ?s WHERE { GRAPH ?g { ?s a kg:Article } }"
EMPTY = json.dumps({"head": {"vars": ["s"]}, "results": {"bindings": []}}).encode()
FULL = json.dumps(
    {"head": {"vars": ["s"]}, "results": {"bindings": [{"s": {"type": "uri", "value": f"urn:{n}"}} for n in range(9)]}}
).encode()
JSON = "application/sparql-results+json"
Reply = Callable[["Scripted"], None]


class Scripted(BaseHTTPRequestHandler):
    """Answers as a test says, and keeps what it was sent."""

    protocol_version = "HTTP/1.1"
    reply: Reply
    seen: list[tuple[str, str, str, dict[str, str]]]

    def do_POST(self) -> None:
        self.body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.seen.append((self.command, self.path, self.body.decode(), dict(self.headers.items())))
        type(self).reply(self)

    do_GET = do_PUT = do_POST  # noqa: N815 - the names that the library calls

    def answer(self, status: int, body: bytes = b"", kind: str = JSON, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words: object) -> None:
        """Quiet."""


class Fake:
    """A server on loopback with a reply that a test sets."""

    def __init__(self) -> None:
        self.handler = type("Handler", (Scripted,), {"seen": [], "reply": lambda one: one.answer(200, EMPTY)})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self.handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/sparql"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def says(self, reply: Reply) -> None:
        self.handler.reply = staticmethod(reply)  # type: ignore[attr-defined]

    @property
    def seen(self) -> list[tuple[str, str, str, dict[str, str]]]:
        return self.handler.seen  # type: ignore[attr-defined,no-any-return]

    def store(self, **environment: str) -> EndpointStore:
        return EndpointStore(Settings.read(self.url, environment), waits=(0.01, 0.01))


@pytest.fixture
def fake() -> Iterator[Fake]:
    made = Fake()
    yield made
    made.server.shutdown()
    made.server.server_close()


# Answers that are none


def cut_connection(one: Scripted) -> None:
    one.send_response(200)
    one.send_header("Content-Type", JSON)
    one.send_header("Content-Length", str(len(FULL)))
    one.end_headers()
    one.wfile.write(FULL[:60])
    one.close_connection = True


def cut_without_length(one: Scripted) -> None:
    one.send_response(200)
    one.send_header("Content-Type", JSON)
    one.send_header("Connection", "close")
    one.end_headers()
    one.wfile.write(FULL[:-30])
    one.close_connection = True


def trickle(one: Scripted) -> None:
    one.send_response(200)
    one.send_header("Content-Type", JSON)
    one.send_header("Content-Length", "1000")
    one.end_headers()
    for _ in range(20):
        one.wfile.write(b" ")
        one.wfile.flush()
        time.sleep(0.1)


BROKEN: dict[str, tuple[Reply, type[EndpointError], str]] = {
    "cut in the middle": (cut_connection, EndpointUnreachableError, "cannot be reached"),
    "cut, status 200, no length": (cut_without_length, AnswerCutError, "cut or damaged: run the command again"),
    "cut at a row": (lambda one: one.answer(200, FULL[: FULL.index(b"}}, ") + 2]), AnswerCutError, "cut or damaged"),
    "empty": (lambda one: one.answer(200, b""), AnswerCutError, "cut or damaged"),
    "partial content": (lambda one: one.answer(206, FULL), AnswerCutError, "only a part"),
    "rows cut by the server": (
        lambda one: one.answer(200, FULL, X_SPARQL_MaxRows="9"),
        AnswerCutError,
        "cuts answers after 9 rows",
    ),
    "a page": (lambda one: one.answer(200, b"<p>Hello", "text/html"), EndpointError, "is the URL right"),
    "a truth value": (lambda one: one.answer(200, b'{"head":{},"boolean":true}'), EndpointError, "without rows"),
    "moved": (
        lambda one: one.answer(302, Location="https://x.example/y"),
        EndpointError,
        "moved to https://x.example/y",
    ),
    "not found": (lambda one: one.answer(404), EndpointError, "KG_STORE_QUERY_URL"),
    "refused": (
        lambda one: one.answer(400, "錯誤\x1b[31m\nline 2 ".encode() + b"x" * 999, "text/plain"),
        EndpointError,
        r"status 400: 錯誤\[31m line 2 x+…$",
    ),
    "too busy": (lambda one: one.answer(503, b"later", "text/plain"), EndpointError, "status 503: later"),
    "asks for a password": (lambda one: one.answer(401), EndpointLoginError, "asks for a user and password: set KG_"),
    "bad compression": (
        lambda one: one.answer(200, b"no gzip at all", Content_Encoding="gzip"),
        EndpointError,
        "no usable answer",
    ),
    "endless": (trickle, EndpointTimeoutError, "in 0.3 s: ask for less, or set KG_STORE_TIMEOUT"),
    "silent": (lambda one: time.sleep(0.6), EndpointTimeoutError, "KG_STORE_TIMEOUT"),
}


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # rows freed by the server's thread
@pytest.mark.parametrize("name", sorted(BROKEN))
def test_what_is_no_whole_answer_is_one_clear_line(fake: Fake, name: str) -> None:
    reply, error, words = BROKEN[name]
    fake.says(reply)
    with fake.store(KG_STORE_TIMEOUT="0.3") as store, pytest.raises(error, match=words) as found:
        list(store.select(ROWS))
    assert str(found.value).startswith(fake.url)
    assert "\n" not in str(found.value)
    assert len(str(found.value)) < 400


def test_a_server_that_is_not_there() -> None:
    url = f"http://127.0.0.1:{servers.free_port()}"
    store = EndpointStore(Settings.read(url, {}), waits=(0.01,))
    with store, pytest.raises(EndpointUnreachableError, match="see that the server runs"):
        store.digests()
    done = run("stats", "--store", url)
    assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (1, "", 1)


def test_a_connection_that_fails_once_is_tried_again(fake: Fake) -> None:
    def first_fails(one: Scripted) -> None:
        if len(fake.seen) == 1:
            one.close_connection = True
        elif len(fake.seen) == 2:
            one.answer(503)
        else:
            one.answer(200, FULL)

    fake.says(first_fails)
    with fake.store() as store:
        assert len(list(store.select(ROWS))) == 9
    assert len(fake.seen) == 3


def test_requests_are_forms_and_declare_their_prefixes(fake: Fake) -> None:
    with fake.store() as store:
        list(store.select("# kg:\n" + ROWS))
        store.remove("urn:g")
    (_, _, query, headers), (_, _, update, _) = fake.seen
    assert headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert parse_qs(query)["query"][0].startswith(f"PREFIX kg: <{iri.ONTOLOGY}> ")
    assert parse_qs(update) == {"update": ["DROP SILENT GRAPH <urn:g>"]}


def test_a_prefix_in_a_comment_of_the_first_line_does_not_hide_the_query(fake: Fake) -> None:
    with fake.store() as store:
        list(store.select("PREFIX kg: <urn:own>\n" + ROWS))
    assert "ontology#" not in parse_qs(fake.seen[0][2])["query"][0]


# Who may log in


def basic(one: Scripted) -> None:
    token = base64.b64encode(b"me:pass:word").decode()
    if one.headers.get("Authorization") == f"Basic {token}":
        one.answer(200, FULL)
    else:
        one.answer(401, WWW_Authenticate='Basic realm="x"')


def digest(one: Scripted) -> None:
    given = dict(re.findall(r'(\w+)="?([^",]+)"?', one.headers.get("Authorization", "")))

    def md5(*parts: str) -> str:
        return hashlib.md5(":".join(parts).encode(), usedforsecurity=False).hexdigest()

    if given:
        secret = md5("me", "SPARQL", "pass:word")
        wanted = md5(secret, "n0", given["nc"], given["cnonce"], "auth", md5(one.command, one.path))
        if given["response"] == wanted:
            one.answer(200, FULL)
            return
    one.answer(401, WWW_Authenticate='Digest realm="SPARQL", nonce="n0", qop="auth", algorithm="MD5"')


@pytest.mark.parametrize("reply", [basic, digest])
def test_the_password_comes_from_the_environment(fake: Fake, reply: Reply, caplog: pytest.LogCaptureFixture) -> None:
    fake.says(reply)
    caplog.set_level(logging.DEBUG)
    with fake.store(KG_STORE_USER="me", KG_STORE_PASSWORD="pass:word") as store:
        assert len(list(store.select(ROWS))) == 9
        count = len(fake.seen)
        assert len(list(store.select(ROWS))) == 9
        assert len(fake.seen) == count + 1  # it need not be asked again
    store = fake.store(KG_STORE_USER="me", KG_STORE_PASSWORD="wrong")
    with store, pytest.raises(EndpointLoginError, match="refuses this user or password") as error:
        store.remove("urn:g")
    assert "wrong" not in str(error.value)
    assert "pass:word" not in caplog.text
    assert "pass:word" not in repr(store._settings)


@pytest.mark.parametrize(
    ("url", "environment", "words"),
    [
        ("http://me:secret@host/", {}, "must hold no user or password"),
        ("http://", {}, "an endpoint is written"),
        ("http://[::1", {}, "is not a URL"),
        ("http://host:port/", {}, "is not a URL"),
        ("http://host/", {"KG_STORE_USER": "me"}, "set both"),
        ("http://host/", {"KG_STORE_TIMEOUT": "soon"}, "number of seconds"),
        ("http://host/", {"KG_STORE_UPDATE_URL": "file:///etc/passwd"}, "KG_STORE_UPDATE_URL"),
    ],
)
def test_settings_that_do_not_fit_are_usage_errors(url: str, environment: dict[str, str], words: str) -> None:
    with pytest.raises(UsageError, match=words) as error:
        Settings.read(url, environment)
    assert "secret" not in str(error.value)


@pytest.mark.parametrize(
    ("url", "urls"),
    [
        ("http://h:7878", ("http://h:7878/query", "http://h:7878/update", "http://h:7878/store")),
        ("https://h/ds/", ("https://h/ds/query", "https://h/ds/update", "https://h/ds/store")),
        ("https://h/ds/query", ("https://h/ds/query", "https://h/ds/update", "https://h/ds/store")),
        ("http://h/sparql", ("http://h/sparql", "http://h/sparql", None)),
        ("http://h/sparql-auth", ("http://h/sparql-auth", "http://h/sparql-auth", "http://h/sparql-graph-crud-auth")),
    ],
)
def test_urls_follow_from_one_and_can_be_set(url: str, urls: tuple[str, str, str | None]) -> None:
    found = Settings.read(url, {})
    assert (found.query_url, found.update_url, found.graph_url) == urls
    set_ = Settings.read(url, {"KG_STORE_GRAPH_URL": "http://h/data", "KG_STORE_UPDATE_URL": "http://h/u"})
    assert (set_.query_url, set_.update_url, set_.graph_url) == (urls[0], "http://h/u", "http://h/data")


# In the middle of a build


def dump(store: EndpointStore | OxigraphStore) -> list[str]:
    return sorted(map(str, store.quads()))


def test_a_server_that_goes_away_in_the_middle_and_comes_back(tmp_path: Path, pipelines: builder.Pipelines) -> None:
    source = write(tmp_path / "a.jsonl", **{f"n{i}": f"{GOOD}第{i}篇。" for i in range(5)})
    port = servers.free_port()
    command = servers.oxigraph_command(tmp_path, port)
    settings = Settings.read(f"http://127.0.0.1:{port}", {})
    with servers.process(command, port, tmp_path) as running:

        def fatal(article: builder.Article) -> builder.Records:
            if article.id == "n2":
                running.kill()
                running.wait()
            return pipelines(article)

        with EndpointStore(settings, waits=(0.01,)) as store, pytest.raises(EndpointUnreachableError):
            builder.build([source], store, extract=fatal, limits=builder.Limits(articles=2))
    with servers.process(command, port, tmp_path), EndpointStore(settings) as store:
        assert set(store.digests()) == {"n0", "n1"}
        assert Validator().check(store) == []
        report = builder.build([source], store, extract=pipelines)
        assert (report.added, report.unchanged, report.problems) == (3, 2, [])
        builder.build([source], tmp_path / "fresh", extract=pipelines)
        with OxigraphStore(tmp_path / "fresh", "read") as fresh:
            assert dump(store) == dump(fresh)


def test_what_a_server_wrote_by_half_is_written_again(tmp_path: Path, pipelines: builder.Pipelines) -> None:
    """A server without transactions is killed in the middle: the graph is there in part, its digest is not."""
    source = write(tmp_path / "a.jsonl", one=GOOD, two=GOOD)
    with servers.oxigraph(tmp_path) as server, EndpointStore(server.settings) as store:
        store.replace(
            iri.article("one"), f'<{iri.article("one")}> <{iri.DCTERMS}identifier> "one" .\n<urn:a> <urn:b> <urn:c> .\n'
        )
        builder.build([source], store, extract=pipelines)
        builder.build([source], tmp_path / "fresh", extract=pipelines)
        with OxigraphStore(tmp_path / "fresh", "read") as fresh:
            assert dump(store) == dump(fresh)


def test_the_client_is_not_imported_before_it_is_needed(corpus_store: Path) -> None:
    code = (
        "import sys; from click.testing import CliRunner; from kg.cli import main\n"
        f"done = CliRunner().invoke(main, ['query', 'statements', '--store', {str(corpus_store)!r}])\n"
        "assert done.exit_code == 0\nassert 'httpx' not in sys.modules and 'rdflib' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
