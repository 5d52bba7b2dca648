"""Commands that look after stores: remove, backup, restore."""

from __future__ import annotations

from pathlib import Path

import click

from kg import completion
from kg.cli.options import STORE, open_store
from kg.errors import UsageError


@click.command()
@click.argument("article_ids", nargs=-1, required=True, metavar="ARTICLE...", shell_complete=completion.articles)
@STORE
def remove(article_ids: tuple[str, ...], store: str) -> None:
    """Remove articles from the store by their ids; all of them or, when one is not there, none."""
    from kg.builder import remove_articles

    open_store(store).close()  # a store that is not there is not made
    with open_store(store, write=True) as opened:
        known = opened.digests()
        missing = [one for one in article_ids if one not in known]
        if missing:
            raise UsageError(f"not in {store}: {', '.join(missing)}; nothing was removed")
        remove_articles(opened, article_ids)
    click.echo(f"{len(set(article_ids))} removed")


@click.command()
@click.argument("target", metavar="DIR", type=click.Path(path_type=Path))
@STORE
def backup(target: Path, store: str) -> None:
    """Copy the store into a new folder DIR, which is a store itself; a build may go on meanwhile.

    On the same disk the copy takes next to no room. To be safe from a loss of the disk name a folder on another one.
    """
    from kg.graph.store.transfer import backup as run

    click.echo(f"{target}: {run(store, target)} graphs of {store}")


@click.command()
@click.argument("source", metavar="BACKUP", type=click.Path(path_type=Path))
@STORE
@click.option("--replace", is_flag=True, help="Lose what the store holds now.")
def restore(source: Path, store: str, replace: bool) -> None:
    """Bring a backup, or any store's folder BACKUP, back into a store: into a folder, or to a server."""
    from kg.graph.store.transfer import restore as run

    click.echo(f"{store}: {run(source, store, replace=replace)} graphs of {source}")
