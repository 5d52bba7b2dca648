"""The command line: each command is a thin skin over a function. Data goes to stdout, all else to stderr.

Exit status: 0 all well, 1 some articles failed or something was found wrong, 2 the call itself is wrong.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg import __version__, completion
from kg.errors import KgError, UsageError

if TYPE_CHECKING:
    from kg.builder import BuildReport
    from kg.graph.query import Answer
    from kg.graph.store import Store
    from kg.network.filters import Filters

_STORE = click.option(
    "--store",
    default="kg-store",
    show_default=True,
    metavar="DIR|URL",
    envvar="KG_STORE",
    help="Folder of the store, or URL of a SPARQL 1.1 endpoint ('kg stats --help' says how to log in).",
)
_AUTHORITY = click.option(
    "--authority",
    "authority_files",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Your own known entities (JSON Lines), added to the shipped ones; may be given again.",
)
_INTERRUPTED = 130


def _say(text: str) -> None:
    click.echo(text, err=True)


@contextmanager
def _plain_warnings() -> Iterator[None]:
    """A warning is one line, as an error is."""

    def say(message: Warning | str, *_: Any, **__: Any) -> None:
        _say(f"kg: {message}")

    with warnings.catch_warnings():
        warnings.showwarning = say
        yield


class _Group(click.Group):
    """Turns every error of kg into one line and an exit status."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            with _plain_warnings():
                return super().invoke(ctx)
        except UsageError as error:
            _say(f"kg: {error}")
            ctx.exit(2)
        except KgError as error:
            _say(f"kg: {error}")
            ctx.exit(1)
        except BrokenPipeError:
            sys.stderr.close()
            ctx.exit(0)
        except KeyboardInterrupt:
            _say("kg: interrupted; what was reported as done is in the store, run the command again to go on")
            ctx.exit(_INTERRUPTED)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="kg")
def main() -> None:
    """News about nuclear arms control as an RDF graph: who said what about what, tied to the words that say it."""


@main.command()
@click.argument("sources", nargs=-1)
@_STORE
@click.option("--prune", is_flag=True, help="Remove articles that are no longer in the sources.")
@_AUTHORITY
@click.option("--quiet", is_flag=True, help="Print nothing but problems.")
def build(sources: tuple[str, ...], store: str, prune: bool, authority_files: tuple[Path, ...], quiet: bool) -> None:
    """Read articles and bring their graph into the store.

    SOURCES are files (.txt, .md, .jsonl, .jsonl.gz), folders or patterns; without any, the shipped corpus. Articles
    that did not change stay as they are, changed ones are replaced, broken ones are named and the rest goes in.
    """
    _single_threaded()
    from kg import progress
    from kg.builder import build as run

    started = time.monotonic()
    with progress.shown(quiet, _say) as show:
        report = run(sources, store, prune=prune, authority_files=authority_files, progress=show)
    for problem in report.problems:
        _say(f"kg: {problem}")
    if not quiet:
        _summary(report, store, time.monotonic() - started)
    sys.exit(1 if report.problems else 0)


def _single_threaded() -> None:
    """The network works on small matrices: threads of the linear algebra library would only wait for each other."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")


def _summary(report: BuildReport, store: str, seconds: float) -> None:
    done = f"{report.added} added, {report.replaced} replaced, {report.unchanged} unchanged"
    if report.removed:
        done += f", {report.removed} removed"
    click.echo(f"{store}: {report.articles} articles ({done}) in {seconds:.1f} s")
    _print_stats(store)
    if report.linked:
        click.echo(f"  names taken for another name of the same person: {report.linked} (kg query same_person)")


def _print_stats(store: str) -> None:
    from kg.graph.stats import stats as count

    with _open(store) as opened:
        numbers = count(opened)
    known = ", ".join(f"{n} {name}" for name, n in numbers.entities.items() if n)
    click.echo("  " + ", ".join(f"{n} {name.lower()}s" for name, n in numbers.records.items()))
    click.echo(f"  entities: {known or 'none'}")


def _open(store: str, *, write: bool = False) -> Store:
    from kg.graph.store import open_store

    return open_store(store, "write" if write else "read")


@main.command()
@click.argument("name", required=False, shell_complete=completion.queries)
@_STORE
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
    with _open(store) as opened:
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
        _say(note)
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


_FILTERS = (
    click.option("--since", metavar="DATE", help="Only what is of that day, month or year or later."),
    click.option("--until", metavar="DATE", help="Only what is of that day, month or year or earlier."),
    click.option(
        "--type", "types", multiple=True, help="Only nodes or edges of a type (State, deny); may be given again."
    ),
    click.option("--article", "articles", multiple=True, metavar="ID", help="Only this article; may be given again."),
    click.option(
        "--article-lang", "languages", multiple=True, metavar="TAG", help="Only articles in it: zh, zh-hant, en."
    ),
    click.option("--publisher", "publishers", multiple=True, help="Only articles of this outlet; may be given again."),
    click.option("--media", is_flag=True, help="Show newspapers, agencies and broadcasters as actors too."),
)


def _filtered(command: Any) -> Any:
    """The options that choose a part of a view."""
    for option in reversed(_FILTERS):
        command = option(command)
    return command


def _filters(options: dict[str, Any]) -> Filters:
    from kg.network.filters import Filters

    sets = {name: frozenset(options[name]) for name in ("types", "articles", "languages", "publishers")}
    return Filters(since=options["since"], until=options["until"], media=options["media"], **sets)


@main.command()
@click.option("-o", "--output", required=True, metavar="FILE", help="Where to write; - for standard output.")
@_STORE
@click.option("--format", "form", metavar="FORMAT", help="The format, where the suffix of FILE does not tell it.")
@click.option(
    "--view", default="actors", show_default=True, help="A view by name (see above), or a file that declares one."
)
@click.option("--lang", default="en", show_default=True, help="Language of the labels: en, zh-hant or zh-hans.")
@_filtered
def export(output: str, store: str, form: str | None, view: str, lang: str, **options: Any) -> None:
    """Write the graph for another program, or as a page to look at.

    \b
    A view as nodes and edges:
      .html              one page to explore in a browser, with the sentences
      .graphml .gexf     Gephi, yEd, igraph; .gexf has a timeline
      .cyjs .cx2         Cytoscape, NDEx
      .json              node-link, as NetworkX reads it
      .csv .parquet      two tables, of nodes and of edges; .neo4j.csv for Neo4j
      .png .svg .mmd     a picture, or a Mermaid chart of a small graph
    The whole store as RDF: .ttl .trig .nq .jsonld

    \b
    Views:
      actors             who deals with whom, and about what
      statements         who said what about what
      treaties           parties, what happened to them, what they limit
      weapons            who has, tests and deploys them, which treaty limits them
      positions          who holds which post
      co-mentions        what is named close together
      full               everything that the articles say
    """
    from kg.export import export as write

    with _open(store) as opened:
        for path in write(opened, output, form, view, lang, _filters(options)):
            _say(f"wrote {path}")


@main.command()
@_STORE
@click.option(
    "-o", "--output", metavar="FILE", help="Write to FILE; .html for one page with plots, .json for a program."
)
@click.option(
    "--format", "form", type=click.Choice(["table", "json", "html"]), help="table, unless FILE tells another."
)
@click.option("--top", type=click.IntRange(min=1), default=20, show_default=True, help="Rows of each section.")
@click.option("--lang", default="en", show_default=True, help="Language of the names: en, zh-hant or zh-hans.")
@_filtered
def analyze(store: str, output: str | None, form: str | None, top: int, lang: str, **options: Any) -> None:
    """Show what the network of actors says.

    Who is at the centre, which groups there are and who connects them; who speaks when, who answers whom, which
    accusation is denied, who changed position on a treaty. Every section says how to read it; the page and the JSON
    have the sentences that each row was counted from.
    """
    from kg.analysis import page, report
    from kg.analysis.run import analyze as run

    suffix = Path(output).suffix.lower() if output else ""
    form = form or {".html": "html", ".htm": "html", ".json": "json"}.get(suffix, "table")
    with _open(store) as opened:
        found = run(opened, lang, _filters(options), top)
    cells = shutil.get_terminal_size().columns if sys.stdout.isatty() and output is None else None
    if form == "table":
        text = report.as_text(found, top, cells)
    else:
        text = page.render(found, top) if form == "html" else report.as_json(found, top) + "\n"
    if output is None or output == "-":
        click.echo(text, nl=False)
        return
    from kg.export.output import output as written

    with written(output) as file:
        file.write(text.encode())
    _say(f"wrote {output}")


@main.command()
@_STORE
def stats(store: str) -> None:
    """Count what is in the store.

    A store is a folder or a SPARQL 1.1 endpoint: --store https://HOST/ means HOST/query, /update and /store. For other
    layouts set KG_STORE_QUERY_URL, KG_STORE_UPDATE_URL and KG_STORE_GRAPH_URL. KG_STORE_USER and KG_STORE_PASSWORD log
    in (basic or digest), KG_STORE_TIMEOUT is the limit of one request in seconds (120).
    """
    _print_stats(store)


@main.command()
@_STORE
@click.option("--format", "form", type=click.Choice(["text", "shacl"]), default="text", show_default=True)
def validate(store: str, form: str) -> None:
    """Check the store by the SHACL shapes of the ontology; exit status 1 when something is wrong."""
    from kg.graph.validate import Validator, report

    with _open(store) as opened:
        violations = Validator().check(opened)
    if form == "shacl":
        click.echo(report(violations), nl=False)
    else:
        for violation in violations:
            click.echo(str(violation))
        _say(f"{len(violations)} violations" if violations else "every node has its shape")
    sys.exit(1 if violations else 0)


@main.command()
@click.argument("article_id", metavar="ARTICLE", shell_complete=completion.articles)
@_STORE
@click.option("-o", "--output", metavar="FILE", help="Write one HTML page to FILE instead; - for standard output.")
@click.option("--lang", default="en", show_default=True, help="Language of the names: en, zh-hant or zh-hans.")
def show(article_id: str, store: str, output: str | None, lang: str) -> None:
    """Show an article with its names, statements, events, figures and positions marked in the text."""
    from kg.show import article, html, terminal

    with _open(store) as opened:
        marked = article.read(opened, article_id, lang)
    if output is None:
        click.echo(terminal.render(marked, colour=sys.stdout.isatty() and "NO_COLOR" not in os.environ), nl=False)
    elif output == "-":
        click.echo(html.render(marked), nl=False)
    else:
        from kg.export.output import output as written

        with written(output) as file:
            file.write(html.render(marked).encode())


@main.command()
@click.argument("gold", required=False, type=click.Path(path_type=Path), metavar="GOLD")
@click.option("--lang", default="", help="Only articles whose language tag begins so: zh, zh-Hant, en.")
@click.option("--errors", type=click.IntRange(min=0), default=0, metavar="N", help="Show up to N errors of each layer.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
@click.option("--masked", is_flag=True, help="Also measure what is found of names that no list has (ten runs).")
@click.option(
    "--floors", type=click.Path(path_type=Path), metavar="FILE", help="Exit with 1 when a score is under its floor."
)
@click.option("--set-floors", is_flag=True, help="Raise the floors of --floors FILE to these scores.")
@click.option("--allow-lower", is_flag=True, help="With --set-floors: let floors sink, or start them anew.")
@click.option("--guide", is_flag=True, help="Print how to annotate articles.")
@_AUTHORITY
def evaluate(
    gold: Path | None,
    lang: str,
    errors: int,
    form: str,
    masked: bool,
    floors: Path | None,
    set_floors: bool,
    allow_lower: bool,
    guide: bool,
    authority_files: tuple[Path, ...],
) -> None:
    """Score the extraction against annotated articles: GOLD is a JSON file or a folder of them."""
    if guide:
        from importlib import resources

        click.echo(resources.files("kg.evaluation").joinpath("GUIDE.md").read_text(encoding="utf-8"), nl=False)
        return
    if gold is None:
        raise UsageError("evaluate needs GOLD, a file or a folder of annotated articles; --guide says how to make one")
    if (set_floors or allow_lower) and floors is None:
        raise UsageError("--set-floors and --allow-lower need --floors FILE")
    _single_threaded()
    from kg.evaluation import floors as gate
    from kg.evaluation import gold as annotated
    from kg.evaluation import report, run

    golds = annotated.read(gold, lang=lang)
    found = run.evaluate(golds, authority_files=authority_files)
    click.echo(report.as_json(found) if form == "json" else report.as_text(found, errors=errors), nl=form == "json")
    if masked:
        click.echo("\n" + report.masked_text(run.masked_recall(golds, authority_files=authority_files)), nl=False)
    if floors is None:
        return
    if set_floors:
        gate.raise_to(floors, found.numbers(), golds, allow_lower=allow_lower)
        return
    under = gate.check(floors, found.numbers(), golds)
    for line in under:
        _say(f"kg: {line}")
    sys.exit(1 if under else 0)


@main.command()
@click.argument("article_ids", nargs=-1, required=True, metavar="ARTICLE...", shell_complete=completion.articles)
@_STORE
def remove(article_ids: tuple[str, ...], store: str) -> None:
    """Remove articles from the store by their ids; all of them or, when one is not there, none."""
    from kg.builder import remove_articles

    _open(store).close()  # a store that is not there is not made
    with _open(store, write=True) as opened:
        known = opened.digests()
        missing = [one for one in article_ids if one not in known]
        if missing:
            raise UsageError(f"not in {store}: {', '.join(missing)}; nothing was removed")
        remove_articles(opened, article_ids)
    click.echo(f"{len(set(article_ids))} removed")


@main.command()
@click.argument("target", metavar="DIR", type=click.Path(path_type=Path))
@_STORE
def backup(target: Path, store: str) -> None:
    """Copy the store into a new folder DIR, which is a store itself; a build may go on meanwhile.

    On the same disk the copy takes next to no room. To be safe from a loss of the disk name a folder on another one.
    """
    from kg.graph.store.transfer import backup as run

    click.echo(f"{target}: {run(store, target)} graphs of {store}")


@main.command()
@click.argument("source", metavar="BACKUP", type=click.Path(path_type=Path))
@_STORE
@click.option("--replace", is_flag=True, help="Lose what the store holds now.")
def restore(source: Path, store: str, replace: bool) -> None:
    """Bring a backup, or any store's folder BACKUP, back into a store: into a folder, or to a server."""
    from kg.graph.store.transfer import restore as run

    click.echo(f"{store}: {run(source, store, replace=replace)} graphs of {source}")


@main.command(name="completion")
@click.argument("shell", required=False, type=click.Choice(completion.SHELLS))
def complete(shell: str | None) -> None:
    """Print what makes your shell complete commands, queries, parameters and articles.

    Without SHELL: which line to put into the start-up file of each.
    """
    click.echo(completion.script(main, shell) if shell else completion.HOW_TO)


@main.command()
@_STORE
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

    Reads only, and by default only from this machine. The endpoint is /sparql. Queries run on a copy of the store as
    it is, and a new copy is taken when a build has changed it. Ctrl-C ends the service.
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
