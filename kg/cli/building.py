"""Commands that read articles: build, and evaluate."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.cli.options import AUTHORITY, STORE, print_stats, say, single_threaded
from kg.errors import UsageError

if TYPE_CHECKING:
    from kg.builder import BuildReport


@click.command()
@click.argument("sources", nargs=-1)
@STORE
@click.option("--prune", is_flag=True, help="Remove articles that are no longer in the sources.")
@AUTHORITY
@click.option(
    "--workers",
    type=click.IntRange(0, 1024),
    metavar="N",
    help="Processes that read; 0: only this one (default: one on each processor when there is enough to do).",
)
@click.option(
    "--cluster", metavar="ADDRESS", help="Let the workers of a Dask scheduler read: tcp://HOST:8786 (needs kg[dask])."
)
@click.option(
    "--shards",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Where workers leave what they have read (default: in the store); a cluster's machines must share it.",
)
@click.option("--quiet", is_flag=True, help="Print nothing but problems.")
def build(sources: tuple[str, ...], store: str, quiet: bool, **options: Any) -> None:
    """Read articles and bring their graph into the store.

    SOURCES are files (.txt, .md, .jsonl, .jsonl.gz, .jsonl.zst), folders, patterns, or URLs that fsspec knows (s3://
    and others, with kg[remote]); without any, the shipped corpus. Articles that did not change stay as they are,
    changed ones are replaced, broken ones are named and the rest goes in. A build that was stopped goes on where it was
    when it is run again.
    """
    single_threaded()
    from kg import progress
    from kg.builder import build as run

    started = time.monotonic()
    with progress.shown(quiet, say) as show:
        report = run(sources, store, progress=show, **options)
    for problem in report.problems:
        say(f"kg: {problem}")
    if not quiet:
        _summary(report, store, time.monotonic() - started)
    sys.exit(1 if report.problems else 0)


def _summary(report: BuildReport, store: str, seconds: float) -> None:
    done = f"{report.added} added, {report.replaced} replaced, {report.unchanged} unchanged"
    if report.removed:
        done += f", {report.removed} removed"
    click.echo(f"{store}: {report.articles} articles ({done}) in {seconds:.1f} s")
    print_stats(store)
    if report.linked:
        click.echo(f"  names taken for another name of the same person: {report.linked} (kg query same_person)")


@click.command()
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
@AUTHORITY
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
    single_threaded()
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
        say(f"kg: {line}")
    sys.exit(1 if under else 0)
