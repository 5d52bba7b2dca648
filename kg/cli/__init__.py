"""The command line: each command is a thin skin over a function. Data goes to stdout, all else to stderr.

Exit status: 0 all well, 1 some articles failed or something was found wrong, 2 the call itself is wrong. The modules
here import what a command needs when it runs: ``kg --help`` and ``kg query`` stay quick.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from kg import __version__, completion
from kg.cli import asking, building, keeping, serving, views
from kg.cli.options import say
from kg.errors import KgError, UsageError

_INTERRUPTED = 130


@contextmanager
def _plain_warnings() -> Iterator[None]:
    """A warning is one line, as an error is."""

    def shown(message: Warning | str, *_: Any, **__: Any) -> None:
        say(f"kg: {message}")

    with warnings.catch_warnings():
        warnings.showwarning = shown
        yield


class _Group(click.Group):
    """Turns every error of kg into one line and an exit status."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            with _plain_warnings():
                return super().invoke(ctx)
        except UsageError as error:
            say(f"kg: {error}")
            ctx.exit(2)
        except KgError as error:
            say(f"kg: {error}")
            ctx.exit(1)
        except BrokenPipeError:
            sys.stderr.close()
            ctx.exit(0)
        except KeyboardInterrupt:
            say("kg: interrupted; what was reported as done is in the store, run the command again to go on")
            ctx.exit(_INTERRUPTED)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="kg")
def main() -> None:
    """News about nuclear arms control as an RDF graph: who said what about what, tied to the words that say it."""


@main.command(name="completion")
@click.argument("shell", required=False, type=click.Choice(completion.SHELLS))
def complete(shell: str | None) -> None:
    """Print what makes your shell complete commands, queries, parameters and articles.

    Without SHELL: which line to put into the start-up file of each.
    """
    click.echo(completion.script(main, shell) if shell else completion.HOW_TO)


for _command in (
    building.build,
    asking.query,
    views.export,
    views.analyze,
    asking.stats,
    asking.validate,
    asking.show,
    building.evaluate,
    keeping.remove,
    keeping.backup,
    keeping.restore,
    serving.serve,
):
    main.add_command(_command)
