"""Commands that make something of the whole graph: export, analyze."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

import click

from kg.cli.options import STORE, filtered, filters, open_store, say


@click.command()
@click.option("-o", "--output", required=True, metavar="FILE", help="Where to write; - for standard output.")
@STORE
@click.option("--format", "form", metavar="FORMAT", help="The format, where the suffix of FILE does not tell it.")
@click.option(
    "--view", default="actors", show_default=True, help="A view by name (see above), or a file that declares one."
)
@click.option("--lang", default="en", show_default=True, help="Language of the labels: en, zh-hant or zh-hans.")
@filtered
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

    with open_store(store) as opened:
        for path in write(opened, output, form, view, lang, filters(options)):
            say(f"wrote {path}")


@click.command()
@STORE
@click.option(
    "-o", "--output", metavar="FILE", help="Write to FILE; .html for one page with plots, .json for a program."
)
@click.option(
    "--format", "form", type=click.Choice(["table", "json", "html"]), help="table, unless FILE tells another."
)
@click.option("--top", type=click.IntRange(min=1), default=20, show_default=True, help="Rows of each section.")
@click.option("--lang", default="en", show_default=True, help="Language of the names: en, zh-hant or zh-hans.")
@filtered
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
    with open_store(store) as opened:
        found = run(opened, lang, filters(options), top)
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
    say(f"wrote {output}")
