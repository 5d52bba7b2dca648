"""Options and helpers that several commands share."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from kg.graph.store import Store
    from kg.network.filters import Filters

STORE = click.option(
    "--store",
    default="kg-store",
    show_default=True,
    metavar="DIR|URL",
    envvar="KG_STORE",
    help="Folder of the store, or URL of a SPARQL 1.1 endpoint ('kg stats --help' says how to log in).",
)
AUTHORITY = click.option(
    "--authority",
    "authority_files",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Your own known entities (JSON Lines), added to the shipped ones; may be given again.",
)

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


def say(text: str) -> None:
    """A line to stderr."""
    click.echo(text, err=True)


def single_threaded() -> None:
    """The network works on small matrices: threads of the linear algebra library would only wait for each other."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")


def open_store(store: str, *, write: bool = False) -> Store:
    """The store of ``--store``; for reading it must be there."""
    from kg.graph.store import open_store as opened

    return opened(store, "write" if write else "read")


def filtered(command: Any) -> Any:
    """The options that choose a part of a view."""
    for option in reversed(_FILTERS):
        command = option(command)
    return command


def filters(options: dict[str, Any]) -> Filters:
    """What the options of ``filtered`` chose."""
    from kg.network.filters import Filters

    sets = {name: frozenset(options[name]) for name in ("types", "articles", "languages", "publishers")}
    return Filters(since=options["since"], until=options["until"], media=options["media"], **sets)


def print_stats(store: str) -> None:
    """What is in a store, in two lines."""
    from kg.graph.stats import stats as count

    with open_store(store) as opened:
        numbers = count(opened)
    known = ", ".join(f"{n} {name}" for name, n in numbers.entities.items() if n)
    click.echo("  " + ", ".join(f"{n} {name.lower()}s" for name, n in numbers.records.items()))
    click.echo(f"  entities: {known or 'none'}")
