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

from kg import __version__
from kg.errors import KgError, UsageError

if TYPE_CHECKING:
    from kg.builder import BuildReport
    from kg.graph.query import Answer, Query
    from kg.graph.store import OxigraphStore

_STORE = click.option(
    "--store", default="kg-store", show_default=True, metavar="DIR", envvar="KG_STORE", help="Folder of the store."
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
_LOG_EVERY = 10.0


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
    from kg.builder import build as run

    started = time.monotonic()
    with _progress(quiet) as progress:
        report = run(sources, _checked(store), prune=prune, authority_files=authority_files, progress=progress)
    for problem in report.problems:
        _say(f"kg: {problem}")
    if not quiet:
        _summary(report, store, time.monotonic() - started)
    sys.exit(1 if report.problems else 0)


def _single_threaded() -> None:
    """The network works on small matrices: threads of the linear algebra library would only wait for each other."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")


def _checked(store: str) -> str:
    """A store on this machine; endpoints are not supported yet."""
    if store.startswith(("http://", "https://")):
        raise UsageError(f"{store}: a store is a folder; SPARQL endpoints are not supported by this version")
    return store


@contextmanager
def _progress(quiet: bool) -> Iterator[Any]:
    """A bar on a terminal, a line now and then elsewhere, nothing when quiet."""
    if quiet:
        yield None
        return
    if sys.stderr.isatty():
        from tqdm import tqdm

        with tqdm(unit=" articles", file=sys.stderr) as bar:

            def show(report: BuildReport) -> None:
                bar.update(report.articles - bar.n)

            yield show
        return
    last = [time.monotonic()]

    def log(report: BuildReport) -> None:
        if time.monotonic() - last[0] >= _LOG_EVERY:
            last[0] = time.monotonic()
            _say(f"kg: {report.articles} articles, {len(report.problems)} problems so far")

    yield log


def _summary(report: BuildReport, store: str, seconds: float) -> None:
    done = f"{report.added} added, {report.replaced} replaced, {report.unchanged} unchanged"
    if report.removed:
        done += f", {report.removed} removed"
    click.echo(f"{store}: {report.articles} articles ({done}) in {seconds:.1f} s")
    _print_stats(store)


def _print_stats(store: str) -> None:
    from kg.graph.stats import stats as count

    with _open(store) as opened:
        numbers = count(opened)
    known = ", ".join(f"{n} {name}" for name, n in numbers.entities.items() if n)
    click.echo("  " + ", ".join(f"{n} {name.lower()}s" for name, n in numbers.records.items()))
    click.echo(f"  entities: {known or 'none'}")


def _open(store: str) -> OxigraphStore:
    from kg.graph.store import OxigraphStore

    return OxigraphStore(_checked(store), "read")


@main.command()
@click.argument("name", required=False)
@_STORE
@click.option(
    "--param", "params", multiple=True, metavar="NAME=VALUE", help="A parameter of the query; may be given again."
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
    """
    from kg.graph import query as queries

    if listed or name is None:
        _list_queries()
        return
    found = queries.parse("standard input", sys.stdin.read()) if name == "-" else queries.find(name)
    values = _parameters(params)
    with _open(store) as opened:
        answer = queries.run(opened, found, values)
        _write(answer, found, form, limit)


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


def _write(answer: Answer, query: Query, form: str, limit: int | None) -> None:
    if form == "table":
        _write_table(answer, limit)
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


def _write_table(answer: Answer, limit: int | None) -> None:
    from kg import iri
    from kg.table import render

    shorten = sorted(iri.PREFIXES.items(), key=lambda item: -len(item[1]))
    rows: list[list[str]] = []
    more = 0
    for row in answer.rows():
        if limit is not None and len(rows) >= limit:
            more += 1
            continue
        rows.append([_cell(term, shorten) for term in row])
    cells = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    click.echo(render(answer.columns, rows, cells), nl=False)
    _say(f"{len(rows) + more} rows" + (f", the first {len(rows)} shown" if more else ""))


def _cell(term: Any, shorten: list[tuple[str, str]]) -> str:
    """A term for people: IRIs of known vocabularies with their prefix, of articles with their id."""
    if term is None:
        return ""
    text = str(term.value)
    for prefix, base in shorten:
        if text.startswith(base):
            return f"{prefix}:{text[len(base) :]}"
    return text


@main.command()
@click.option("-o", "--output", required=True, metavar="FILE", help="Where to write; - for standard output.")
@_STORE
@click.option("--format", "form", metavar="FORMAT", help="The format, where the suffix of FILE does not tell it.")
@click.option(
    "--view", default="actors", show_default=True, help="actors, statements, full, or a file that declares a view."
)
@click.option("--lang", default="en", show_default=True, help="Language of the labels: en, zh-hant or zh-hans.")
def export(output: str, store: str, form: str | None, view: str, lang: str) -> None:
    """Write the graph for another program.

    A view as nodes and edges: .graphml, .gexf (Gephi), .json (node-link), .cyjs (Cytoscape). The whole store as RDF:
    .ttl, .trig, .nq, .jsonld.
    """
    from kg.export import export as write

    with _open(store) as opened:
        write(opened, output, form, view, lang)


@main.command()
@_STORE
def stats(store: str) -> None:
    """Count what is in the store."""
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
@click.argument("article_id", metavar="ARTICLE")
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
@click.argument("article_ids", nargs=-1, required=True, metavar="ARTICLE...")
@_STORE
def remove(article_ids: tuple[str, ...], store: str) -> None:
    """Remove articles from the store by their ids."""
    from kg import iri
    from kg.graph.store import OxigraphStore, StoreMissingError

    if not Path(_checked(store)).exists():
        raise StoreMissingError(Path(store))
    with OxigraphStore(store) as opened:
        known = opened.digests()
        missing = [one for one in article_ids if one not in known]
        if missing:
            raise UsageError(f"not in {store}: {', '.join(missing)}; nothing was removed")
        for one in article_ids:
            opened.remove(iri.article(one))
    click.echo(f"{len(article_ids)} removed")
