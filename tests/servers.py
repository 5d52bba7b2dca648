"""Real SPARQL servers for tests: each a process of its own on a loopback port of its own, stopped by its id."""

from __future__ import annotations

import importlib.util
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from kg.graph.store.settings import Settings

PASSWORD = "s3cret-of-the-tests"


@dataclass(frozen=True)
class Server:
    """How to reach a server, as a user would set it."""

    store: str
    environment: dict[str, str]

    @property
    def settings(self) -> Settings:
        return Settings.read(self.store, self.environment)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(port: int, process: subprocess.Popen[bytes], seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        try:
            socket.create_connection(("127.0.0.1", port), 0.2).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    pytest.fail(f"the server did not start ({process.poll()})")


@contextmanager
def process(command: list[str], port: int, folder: Path, seconds: float = 60) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server until the end of the block."""
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, cwd=folder, stdin=quiet, stdout=quiet, stderr=quiet) as running:
        try:
            _wait(port, running, seconds)
            yield running
        finally:
            running.terminate()
            try:
                running.wait(10)
            except subprocess.TimeoutExpired:
                running.kill()


def oxigraph_command(folder: Path, port: int) -> list[str]:
    """The server of the PyPI package ``oxigraph``; the test is skipped where it is not installed."""
    if importlib.util.find_spec("pyoxigraph") is None or not (Path(sys.executable).parent / "oxigraph").exists():
        found = shutil.which("oxigraph")
        if found is None:
            pytest.skip("the oxigraph server is not installed: pip install oxigraph")
        return [found, "serve", "--location", str(folder / "data"), "--bind", f"127.0.0.1:{port}"]
    program = str(Path(sys.executable).parent / "oxigraph")
    return [program, "serve", "--location", str(folder / "data"), "--bind", f"127.0.0.1:{port}"]


@contextmanager
def oxigraph(folder: Path) -> Iterator[Server]:
    port = free_port()
    with process(oxigraph_command(folder, port), port, folder):
        yield Server(f"http://127.0.0.1:{port}", {})


_VIRTUOSO = """
[Database]
DatabaseFile = db.db
ErrorLogFile = db.log
LockFile = db.lck
TransactionFile = db.trx
xa_persistent_file = db.pxa
[TempDatabase]
DatabaseFile = temp.db
TransactionFile = temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
CaseMode = 2
NumberOfBuffers = 10000
MaxDirtyBuffers = 6000
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = .
ServerThreads = 8
MaxKeepAlives = 8
Charset = UTF-8
[SPARQL]
ResultSetMaxRows = 10000
"""


@contextmanager
def virtuoso(folder: Path) -> Iterator[Server]:
    """Debian's Virtuoso with a new database and a password, which it asks for by digest authentication."""
    program, client = shutil.which("virtuoso-t"), shutil.which("isql-vt")
    if program is None or client is None:
        pytest.skip("Virtuoso is not installed: apt-get install virtuoso-opensource")
    sql, http = free_port(), free_port()
    (folder / "virtuoso.ini").write_text(_VIRTUOSO.format(sql=sql, http=http))
    with process([program, "+foreground", "+configfile", "virtuoso.ini"], http, folder):
        change = f"exec=user_set_password('dba', '{PASSWORD}')"
        subprocess.run([client, f"127.0.0.1:{sql}", "dba", "dba", change], check=True, capture_output=True)
        yield Server(f"http://127.0.0.1:{http}/sparql-auth", {"KG_STORE_USER": "dba", "KG_STORE_PASSWORD": PASSWORD})


SERVERS: dict[str, Callable[[Path], object]] = {"oxigraph": oxigraph, "virtuoso": virtuoso}
