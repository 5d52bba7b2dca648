"""Commands that ask the store: query, stats, show, validate."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING

import click

from kg import completion
from kg.cli.options import STORE, open_store, print_stats, say
from kg.errors import UsageError

if TYPE_CHECKING:
    from kg.graph.query import Answer


@click.command()
@click.argument("name", required=False, shell_complete=completion.queries)
@STORE
@click.option(
    "--param",
    "params",
    multiple=True,
    metavar="NAME=VALUE",
    shell_complete=completion.parameters,
    help="A parameter of the query; may be given again.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "csv", "tsv", "xml"]),
    default="table",
    show_default=True,
    help="json, csv, tsv and xml are the SPARQL 1.1 result formats.",
)
@click.option("--limit", type=click.IntRange(min=1), help="Print only so many rows of a table.")
@click.option("--list", "listed", is_flag=True, help="List the shipped queries and what they answer.")
def query(name: str | None, store: str, params: tuple[str, ...], form: str, limit: int | None, listed: bool) -> None:
    """Answer a query: NAME of a shipped one, a FILE, or - for standard input.

    An entity as a parameter is a key of the authority file (state-us, new-start), a name in any language, or an IRI.
    Names, parameters and their values complete in your shell: 'kg completion' says how.
    """
    from kg.graph import query as queries

    if listed or name is None:
        _list_queries()
        return
    found = queries.parse("standard input", sys.stdin.read()) if name == "-" else queries.find(name)
    values = _parameters(params)
    with open_store(store) as opened:
        answer = queries.run(opened, found, values)
        _write(answer, form, limit)


def _parameters(params: tuple[str, ...]) -> dict[str, str]:
    values: dict[str, str] = {}
    for one in params:
        key, equals, value = one.partition("=")
        if not equals:
            raise UsageError(f"--param {one}: write NAME=VALUE")
        values[key] = value
    return values


def _list_queries() -> None:
    from kg.graph import query as queries

    for name in queries.names():
        one = queries.find(name)
        click.echo(f"{name:22} {one.questions.get('en', '')}")
        for parameter in one.parameters:
            click.echo(f"{'':22}   --param {parameter.name}=… ({parameter.kind}) {parameter.about}")


def _write(answer: Answer, form: str, limit: int | None) -> None:
    if form == "table":
        from kg.table import of_answer

        cells = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
        text, note = of_answer(answer, cells, limit)
        click.echo(text, nl=False)
        say(note)
        return
    import pyoxigraph as ox

    formats = {
        "json": ox.QueryResultsFormat.JSON,
        "csv": ox.QueryResultsFormat.CSV,
        "tsv": ox.QueryResultsFormat.TSV,
        "xml": ox.QueryResultsFormat.XML,
    }
    answer.solutions.serialize(sys.stdout.buffer, format=formats[form])
    sys.stdout.buffer.write(b"\n")


@click.command()
@STORE
def stats(store: str) -> None:
    """Count what is in the store.

    A store is a folder or a SPARQL 1.1 endpoint: --store https://HOST/ means HOST/query, /update and /store. For other
    layouts set KG_STORE_QUERY_URL, KG_STORE_UPDATE_URL and KG_STORE_GRAPH_URL. KG_STORE_USER and KG_STORE_PASSWORD log
    in (basic or digest), KG_STORE_TIMEOUT is the limit of one request in seconds (120).
    """
    print_stats(store)


@click.command()
@click.argument("article_id", metavar="ARTICLE", shell_complete=completion.articles)
@STORE
@click.option("-o", "--output", metavar="FILE", help="Write one HTML page to FILE instead; - for standard output.")
@click.option("--lang", default="en", show_default=True, help="Language of the names: en, zh-hant or zh-hans.")
def show(article_id: str, store: str, output: str | None, lang: str) -> None:
    """Show an article with its names, statements, events, figures and positions marked in the text."""
    from kg.show import article, html, terminal

    with open_store(store) as opened:
        marked = article.read(opened, article_id, lang)
    if output is None:
        click.echo(terminal.render(marked, colour=sys.stdout.isatty() and "NO_COLOR" not in os.environ), nl=False)
    elif output == "-":
        click.echo(html.render(marked), nl=False)
    else:
        from kg.export.output import output as written

        with written(output) as file:
            file.write(html.render(marked).encode())


@click.command()
@STORE
@click.option("--format", "form", type=click.Choice(["text", "shacl"]), default="text", show_default=True)
def validate(store: str, form: str) -> None:
    """Check the store by the SHACL shapes of the ontology; exit status 1 when something is wrong."""
    from kg.graph.validate import Validator, report

    with open_store(store) as opened:
        violations = Validator().check(opened)
    if form == "shacl":
        click.echo(report(violations), nl=False)
    else:
        for violation in violations:
            click.echo(str(violation))
        say(f"{len(violations)} violations" if violations else "every node has its shape")
    sys.exit(1 if violations else 0)
