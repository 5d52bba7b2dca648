"""The command that serves a store."""

from __future__ import annotations

from pathlib import Path

import click

from kg.cli.options import STORE
from kg.errors import UsageError


@click.command()
@STORE
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to serve at; 0.0.0.0 for all.")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0 lets the system choose."
)
@click.option(
    "--allow-host", "names", multiple=True, metavar="NAME", help="A host name of this service; may be given again."
)
@click.option("--workers", type=click.IntRange(1, 64), help="Queries answered at once (default: twice the processors).")
@click.option("--timeout", default=20.0, show_default=True, type=click.FloatRange(0.1), help="Seconds for one query.")
@click.option("--memory", default=512, show_default=True, type=click.IntRange(32), help="Megabytes for one query.")
@click.option("--max-answer", default=64, show_default=True, type=click.IntRange(1), help="Megabytes of one answer.")
@click.option("--quiet", is_flag=True, help="Write no access log.")
def serve(
    store: str,
    host: str,
    port: int,
    names: tuple[str, ...],
    workers: int | None,
    timeout: float,
    memory: int,
    max_answer: int,
    quiet: bool,
) -> None:
    """Serve the store: a SPARQL 1.1 endpoint for programs and pages for people.

    The pages: /graph to look around in, /timeline, /statements (accusations
    beside denials), every entity and article, and /query; each list leads to
    its SPARQL query. The endpoint is /sparql.

    Reads only, and by default only from this machine. Queries run on a copy of
    the store as it is, and a new copy is taken when a build has changed it.
    Ctrl-C ends the service.
    """
    from kg.web.server import serve as run
    from kg.web.settings import MEGABYTE, Settings

    if store.startswith(("http://", "https://")):
        raise UsageError(f"{store}: a server's store is served by that server; 'kg serve' serves a folder")
    chosen = {"workers": workers} if workers else {}
    settings = Settings(
        Path(store), host, port, names, query_seconds=timeout, memory=memory * MEGABYTE,
        answer=max_answer * MEGABYTE, **chosen,
    )  # fmt: skip
    run(settings, lambda url: click.echo(f"kg serves {store} at {url} (Ctrl-C ends it)"), log=not quiet)
