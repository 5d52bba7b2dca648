"""A service of its own for a test: on a free port of loopback, asked by plain HTTP, stopped by its process id."""

from __future__ import annotations

import http.client
import json
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode, urlsplit

JSON = "application/sparql-results+json"


_WITH_SETTINGS = """
from pathlib import Path
from kg.web.server import serve
from kg.web.settings import Settings
serve(Settings(Path({store!r}), port=0, **{settings!r}), lambda url: print("kg serves at", url, "", flush=True))
"""


@dataclass(frozen=True)
class Response:
    """What came back; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")

    @property
    def media(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0]

    @property
    def rows(self) -> list[dict[str, str]]:
        """The rows of a JSON result as text by column."""
        return [{k: c["value"] for k, c in row.items()} for row in json.loads(self.body)["results"]["bindings"]]

    @property
    def boolean(self) -> bool:
        value: bool = json.loads(self.body)["boolean"]
        return value


class Service:
    """``kg serve`` in a process, or a server with settings that the command line does not have."""

    def __init__(self, store: Path, *options: str, **settings: float) -> None:
        command = [sys.executable, "-m", "kg", "serve", "--store", str(store), "--port", "0", *options]
        if settings:
            command = [sys.executable, "-c", _WITH_SETTINGS.format(store=str(store), settings=settings)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if " at http://" not in line:
            raise RuntimeError(f"the service did not start: {self.process.communicate(timeout=10)[1]}")
        self.url = line.split(" at ")[1].split(" ")[0].rstrip("/")
        self.address = (urlsplit(self.url).hostname or "", urlsplit(self.url).port or 0)
        self.log = ""

    def connect(self, timeout: float = 60) -> http.client.HTTPConnection:
        """A connection to be used for several requests."""
        return http.client.HTTPConnection(*self.address, timeout=timeout)

    def request(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Response:
        """One request on a connection of its own."""
        connection = self.connect()
        try:
            connection.request(method, path, body, dict(headers or {}))
            answer = connection.getresponse()
            return Response(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def get(self, path: str, accept: str = "*/*", **headers: str) -> Response:
        return self.request("GET", path, headers={"Accept": accept, **headers})

    def query(self, text: str, accept: str = JSON, **fields: Any) -> Response:
        """A query by GET; more fields of the protocol as keywords with underscores, lists for several."""
        pairs = {"query": text, **{key.replace("_", "-"): value for key, value in fields.items()}}
        return self.get(f"/sparql?{urlencode(pairs, doseq=True)}", accept)

    def stop(self, by: signal.Signals = signal.SIGTERM) -> int:
        """Tell it to stop; gives its exit status and keeps its log."""
        if self.process.poll() is None:
            self.process.send_signal(by)
        try:
            self.log += self.process.communicate(timeout=15)[1]
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.log += self.process.communicate()[1]
        return self.process.returncode

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()
