"""The property graph as a NetworkX graph."""

from __future__ import annotations

import networkx as nx

from kg.network.model import PropertyGraph


def to_networkx(graph: PropertyGraph) -> nx.MultiDiGraph:
    """A ``MultiDiGraph``: nodes keyed by IRI, edges keyed by integers that are unique in the whole graph.

    Attribute values are str, int, float or bool, never None, a list or a date (dates are ISO 8601 strings), so that
    every writer of NetworkX takes the graph. Unique integer keys keep apart the edges that GraphML and GEXF name by
    their key. ``graph.graph`` carries ``view`` and ``lang``.
    """
    made = nx.MultiDiGraph(view=graph.view, lang=graph.lang)
    for node in graph.nodes:
        made.add_node(node.id, **node.flat())
    for number, edge in enumerate(graph.edges):
        made.add_edges_from([(edge.source, edge.target, number, edge.flat())])
    return made
