"""What a shell completes: names of queries, their parameters and values, and ids of articles.

A completion is a help, so whatever keeps it from an answer (no store, a locked one) only means that none is offered.
"""

from __future__ import annotations

from collections.abc import Iterable

import click
from click.shell_completion import CompletionItem, get_completion_class

from kg.errors import KgError

SHELLS = ("bash", "zsh", "fish")
HOW_TO = """\
bash: put these two lines into ~/.bashrc
    COMP_WORDBREAKS=${COMP_WORDBREAKS//=}
    eval "$(kg completion bash)"
zsh: put this line into ~/.zshrc
    eval "$(kg completion zsh)"
fish: run this once
    kg completion fish > ~/.config/fish/completions/kg.fish"""
_LANGUAGES = ("en", "zh-hant", "zh-hans")
_MOST = 200


def script(command: click.Command, shell: str) -> str:
    """The script that a shell reads to complete ``kg``."""
    kind = get_completion_class(shell)
    assert kind is not None, "one of SHELLS"
    return kind(command, {}, "kg", "_KG_COMPLETE").source()


def queries(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Names of the shipped queries with their questions, then files."""
    from kg.graph import query

    found = [
        CompletionItem(name, help=query.find(name).questions.get("en"))
        for name in query.names()
        if name.startswith(incomplete)
    ]
    return found or [CompletionItem(incomplete, type="file")]


def parameters(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """``NAME=`` for the parameters of the query, and values behind it."""
    from kg.graph import query

    try:  # an option that still lacks its value leaves the name among what is not parsed
        known = query.find(str(ctx.params.get("name") or next(iter(ctx.args), ""))).parameters
    except KgError:
        return []
    name, equals, begun = incomplete.partition("=")
    if not equals:
        return [CompletionItem(f"{one.name}=", help=one.about) for one in known if one.name.startswith(name)]
    kind = next((one.kind for one in known if one.name == name), None)
    values = _entities(ctx, begun) if kind == "entity" else _values(kind)
    return [CompletionItem(f"{name}={value}", help=about) for value, about in values if value.startswith(begun)][:_MOST]


def _values(kind: str | None) -> Iterable[tuple[str, str | None]]:
    if kind == "lang":
        return [(tag, None) for tag in _LANGUAGES]
    if kind == "term":
        from kg.graph.parameters import words

        return [(word, None) for word in words()]
    return []


def _entities(ctx: click.Context, begun: str) -> Iterable[tuple[str, str | None]]:
    """Keys of the entities in the store with a label."""
    from kg import iri

    start = iri.entity(begun) if begun else iri.ENTITY
    rows = _column(
        ctx,
        f"""SELECT ?e (SAMPLE(STR(?n)) AS ?label) WHERE {{ GRAPH <{iri.AUTHORITY_GRAPH}> {{ ?e skos:prefLabel ?n }}
        FILTER(STRSTARTS(STR(?e), "{start}") && LANG(?n) = "en") }} GROUP BY ?e ORDER BY ?e LIMIT {_MOST}""",
        "e",
        "label",
    )
    return [(name.removeprefix(iri.ENTITY), label) for name, label in rows]


def articles(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Ids of the articles in the store with their titles."""
    given = ctx.params.get(param.name or "") or ()
    rows = _column(
        ctx,
        """SELECT ?id (SAMPLE(?title) AS ?about) WHERE { GRAPH ?g { ?g a kg:Article ; dcterms:identifier ?id
        OPTIONAL { ?g dcterms:title ?title } } } GROUP BY ?id ORDER BY ?id""",
        "id",
        "about",
    )
    return [
        CompletionItem(name, help=" ".join((about or "").split()) or None)
        for name, about in rows
        if name.startswith(incomplete) and name not in given
    ][:_MOST]


def _column(ctx: click.Context, sparql: str, name: str, about: str) -> list[tuple[str, str | None]]:
    from kg.graph.store import open_store

    try:
        with open_store(str(ctx.params.get("store") or "kg-store"), "read") as store:
            return [(row[name].value, row[about].value if row[about] else None) for row in store.select(sparql)]
    except KgError:
        return []
