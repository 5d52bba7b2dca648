"""Centrality, groups and brokers of the actors' network, by NetworkX."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import networkx as nx

from kg.analysis.model import Column, Finding, Section
from kg.network.model import Edge, Node, PropertyGraph, Scalar, Witness

#: Above so many actors betweenness is estimated from as many starting points, which is told in the section.
EXACT = 1500
_SEED = 20260205
#: How likely the reader of PageRank follows a link and does not start anew; at most so many steps are made.
_FOLLOW, _STEPS = 0.85, 200
#: Names of a group's members that are shown.
_MEMBERS = 8


def sections(graph: PropertyGraph) -> tuple[Section, ...]:
    """Who is at the centre, which groups there are, and who connects them."""
    linked = _linked(graph)
    groups = _groups(linked)
    nodes = {node.id: node for node in graph.nodes}
    return (_centre(graph, linked, groups), _camps(linked, groups, nodes), _brokers(graph, linked, groups, nodes))


def _linked(graph: PropertyGraph) -> nx.Graph:
    """One link for each pair that has any relation, however many; as strong as the articles that say it."""
    linked = nx.Graph()
    linked.add_nodes_from(sorted(node.id for node in graph.nodes))
    for edge in graph.edges:
        before = linked.get_edge_data(edge.source, edge.target, {"weight": 0})["weight"]
        linked.add_edge(edge.source, edge.target, weight=before + edge.weight)
    return linked


def _groups(linked: nx.Graph) -> dict[str, int]:
    """Number of each actor's group, the largest group first; an actor without a link has none."""
    bare = linked.subgraph([node for node in linked if linked.degree(node)])
    found = nx.community.louvain_communities(bare, weight="weight", seed=_SEED) if bare.number_of_edges() else []
    ordered = sorted(found, key=lambda members: (-len(members), min(members)))
    return {member: number for number, members in enumerate(ordered, 1) for member in members}


def _attention(linked: nx.Graph) -> dict[str, float]:
    """PageRank by its definition; NetworkX's own needs SciPy, which is as large as all the rest."""
    count = len(linked)
    rank = dict.fromkeys(linked, 1 / count if count else 0.0)
    strength = dict(linked.degree(weight="weight"))
    for _ in range(_STEPS):
        idle = sum(rank[node] for node in linked if not strength[node])
        base = ((1 - _FOLLOW) + _FOLLOW * idle) / count if count else 0.0
        new = dict.fromkeys(linked, base)
        for one, other, weight in linked.edges(data="weight"):
            new[other] += _FOLLOW * rank[one] * weight / strength[one]
            if one != other:
                new[one] += _FOLLOW * rank[other] * weight / strength[other]
        change, rank = sum(abs(new[node] - rank[node]) for node in linked), new
        if change < 1e-10:
            break
    return rank


def _witnesses(edges: list[Edge]) -> tuple[Witness, ...]:
    strongest = sorted(edges, key=lambda edge: (-edge.weight, edge.source, edge.target, edge.kind))
    return tuple(dict.fromkeys(witness for edge in strongest for witness in edge.witnesses))


def _centre(graph: PropertyGraph, linked: nx.Graph, groups: Mapping[str, int]) -> Section:
    rank = _attention(linked)
    estimated = len(linked) > EXACT
    between = nx.betweenness_centrality(linked, k=EXACT if estimated else None, seed=_SEED)
    at: dict[str, list[Edge]] = defaultdict(list)
    for edge in graph.edges:
        at[edge.source].append(edge)
        at[edge.target].append(edge)
    findings = []
    for node in sorted(graph.nodes, key=lambda node: (-rank[node.id], node.id)):
        edges = at[node.id]
        directed = [edge for edge in edges if not edge.attributes.get("symmetric")]
        cells = {
            "actor": node.label, "type": node.type, "partners": len(set(linked[node.id]) - {node.id}),
            "says": sum(edge.weight for edge in directed if edge.source == node.id),
            "spoken_of": sum(edge.weight for edge in directed if edge.target == node.id),
            "together": sum(edge.weight for edge in edges if edge.attributes.get("symmetric")),
            "attention": round(100 * rank[node.id], 2), "between": round(100 * between[node.id], 2),
            "group": groups.get(node.id, 0), "id": node.id,
        }  # fmt: skip
        findings.append(Finding(cells, _witnesses(edges)))
    about = (
        "Each actor with what links it to the others. There is more than one way to be central: to have many partners, "
        "to be much spoken of, or to stand between others who have nothing to do with each other directly."
    )
    if estimated:
        about += f" In between is estimated from {EXACT} of the {len(linked)} actors."
    return Section("centre", "Who is at the centre", about, _CENTRE, tuple(findings))


_CENTRE = (
    Column("actor", "Actor"),
    Column("type", "Type"),
    Column("partners", "Partners", "how many others it has anything to do with (degree)"),
    Column("says", "Says", "what it says about others, counted in articles and kinds of saying"),
    Column("spoken_of", "Spoken of", "what others say about it, counted likewise"),
    Column("together", "Together", "events that it shares with others: talks, meetings, signatures"),
    Column(
        "attention",
        "Attention %",
        "somebody who goes on from actor to actor along the links, at random, spends so much time here (PageRank)",
    ),
    Column(
        "between",
        "In between %",
        "of all pairs of other actors, so many are linked the shortest way through this one (betweenness)",
    ),
    Column("group", "Group", "number of its group in the next section; 0 for none"),
)


def _camps(linked: nx.Graph, groups: Mapping[str, int], nodes: Mapping[str, Node]) -> Section:
    members: dict[int, list[str]] = defaultdict(list)
    for node, number in groups.items():
        members[number].append(node)
    findings = []
    for number, those in sorted(members.items()):
        inside = linked.subgraph(those)
        across = sum(1 for one in those for other in linked[one] if groups[other] != number)
        ordered = sorted(those, key=lambda node: (-linked.degree(node, weight="weight"), node))
        names = ", ".join(nodes[node].label for node in ordered[:_MEMBERS])
        more = f" and {len(those) - _MEMBERS} more" if len(those) > _MEMBERS else ""
        cells: dict[str, Scalar] = {"group": number, "size": len(those), "members": names + more}
        findings.append(Finding({**cells, "inside": inside.number_of_edges(), "across": across}))
    about = (
        "Groups of actors that have more to do with one another than with the rest (communities, found by the Louvain "
        "method). A group is no alliance: those who accuse each other all the time are in one group too."
    )
    columns = (
        Column("group", "Group"),
        Column("size", "Actors"),
        Column("inside", "Links inside"),
        Column("across", "Links to others"),
        Column("members", "Members", "those with the strongest links first"),
    )
    return Section("groups", "Which groups there are", about, columns, tuple(findings))


def _brokers(graph: PropertyGraph, linked: nx.Graph, groups: Mapping[str, int], nodes: Mapping[str, Node]) -> Section:
    """Actors by how evenly their links are spread over groups, among those with links into two groups or more."""
    crossing: dict[str, list[Edge]] = defaultdict(list)
    for edge in graph.edges:
        if groups[edge.source] != groups[edge.target]:
            crossing[edge.source].append(edge)
            crossing[edge.target].append(edge)
    rows = []
    for node, edges in crossing.items():
        strength: dict[int, int] = defaultdict(int)
        for other in linked[node]:
            strength[groups[other]] += linked[node][other]["weight"]
        total = sum(strength.values())
        spread = 1 - sum((part / total) ** 2 for part in strength.values())
        outside = sorted(number for number in strength if number != groups[node])
        reached = total - strength.get(groups[node], 0)
        partners = sorted({end for e in edges for end in (e.source, e.target)} - {node}, key=lambda n: nodes[n].label)
        names = ", ".join(nodes[one].label for one in partners[:_MEMBERS])
        cells: dict[str, Scalar] = {
            "actor": nodes[node].label, "group": groups[node], "reaches": ", ".join(map(str, outside)),
            "links": reached, "spread": round(spread, 2), "through": names, "id": node,
        }  # fmt: skip
        rows.append(((-reached, -spread), node, Finding(cells, _witnesses(edges))))
    about = (
        "Actors with links into other groups than their own: whoever wants to know what passes between the groups "
        "reads about them. A spread of 0 means that all links are within one group; the nearer to 1, the more evenly "
        "they are spread over many (participation coefficient)."
    )
    columns = (
        Column("actor", "Actor"),
        Column("group", "Own group"),
        Column("reaches", "Reaches groups"),
        Column("links", "Links across", "weighted by articles"),
        Column("spread", "Spread"),
        Column("through", "Linked with"),
    )
    findings = tuple(finding for _, _, finding in sorted(rows, key=lambda row: row[:2]))
    return Section("brokers", "Who connects the groups", about, columns, findings)
