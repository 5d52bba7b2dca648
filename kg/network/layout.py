"""Where nodes stand on a picture: pulled together by their edges, pushed apart by all others; the same every time.

A spring layout with numbers only: among many nodes those that are far off push by squares of a grid and not one by
one, which keeps 5,000 nodes within seconds and without a matrix of all pairs.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kg.network.model import PropertyGraph

Points = NDArray[np.float64]
"""Shape (nodes, 2)."""

#: Up to so many nodes every pair is counted in every round.
EXACT = 600
_ROUNDS = 260
#: Squares on a side of the grid of larger graphs.
_CELLS = 28
_SEED = 20260205


def place(graph: PropertyGraph, *, rounds: int = _ROUNDS) -> Points:
    """A point for each node in the order of the nodes, within -1 and 1, without two nodes in one place."""
    count = len(graph.nodes)
    if count == 0:
        return np.zeros((0, 2))
    chance = np.random.default_rng(_SEED)
    points = _start(count)
    sources, targets, weights = _springs(graph)
    degrees = np.bincount(np.concatenate([sources, targets]), minlength=count).astype(float)
    for step in range(rounds):
        push = _push_all(points, degrees) if count <= EXACT else _push_cells(points, degrees, chance)
        move = push + _pull(points, sources, targets, weights) - 0.012 * points * (1 + degrees[:, None] ** 0.5)
        reach = np.maximum(np.hypot(move[:, 0], move[:, 1]), 1e-12)
        limit = (
            0.06 * np.sqrt(count) * (1 - step / rounds) ** 1.5 + 0.002
        )  # the picture grows with the root of the nodes
        points = points + move / reach[:, None] * np.minimum(reach, limit)[:, None]
    return _fit(_apart(points))


def _start(count: int) -> Points:
    """A sunflower's spiral: even, and the same for the same number of nodes."""
    number = np.arange(count)
    radius, angle = np.sqrt(number + 0.5) * 2, number * np.pi * (3 - np.sqrt(5))
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)


def _springs(graph: PropertyGraph) -> tuple[NDArray[np.int64], NDArray[np.int64], Points]:
    """Ends and strength of each pair of nodes with an edge; parallel edges make one spring, a little stronger."""
    places = {node.id: number for number, node in enumerate(graph.nodes)}
    pairs: dict[tuple[int, int], int] = {}
    for edge in graph.edges:
        one, other = sorted((places[edge.source], places[edge.target]))
        if one != other:
            pairs[one, other] = pairs.get((one, other), 0) + edge.weight
    ends = np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)
    strength = np.log1p([pairs[one, other] for one, other in map(tuple, ends.tolist())])
    return ends[:, 0], ends[:, 1], np.asarray(strength, dtype=np.float64)


def _pull(points: Points, sources: NDArray[np.int64], targets: NDArray[np.int64], weights: Points) -> Points:
    """Springs pull more the longer they are; what has many edges is pulled less by each."""
    count = len(points)
    degrees = np.maximum(np.bincount(np.concatenate([sources, targets]), minlength=count), 1)
    gap = points[targets] - points[sources]
    force = gap * (0.05 * weights)[:, None]
    moved = np.zeros_like(points)
    for axis in (0, 1):
        moved[:, axis] = np.bincount(sources, force[:, axis] / degrees[sources] ** 0.5, count)
        moved[:, axis] -= np.bincount(targets, force[:, axis] / degrees[targets] ** 0.5, count)
    return moved


def _push_all(points: Points, degrees: Points) -> Points:
    gap = points[:, None, :] - points[None, :, :]
    square = np.maximum((gap**2).sum(axis=2), 0.01)
    mass = (1 + degrees[None, :] ** 0.5) * (1 + degrees[:, None] ** 0.5) * 0.25
    pushed: Points = (gap * (mass / square)[:, :, None]).sum(axis=1) * 0.35
    return pushed


def _push_cells(points: Points, degrees: Points, chance: np.random.Generator) -> Points:
    """The push by squares of a grid: what is in another square pushes as one, what is in the same one from its middle.

    The grid lies a little differently in each round, so that its lines do not show in the picture.
    """
    low, high = points.min(axis=0), points.max(axis=0)
    size = float((high - low).max()) / _CELLS + 1e-9
    cells = np.floor((points - low) / size + chance.random(2)).astype(np.int64)
    _, own = np.unique(cells[:, 0] * (_CELLS + 2) + cells[:, 1], return_inverse=True)
    mass = (1 + degrees**0.5) * 0.5
    total = np.bincount(own, mass)
    middle = np.stack([np.bincount(own, mass * points[:, axis]) / total for axis in (0, 1)], axis=1)
    gap = middle[:, None, :] - middle[None, :, :]
    square = np.maximum((gap**2).sum(axis=2), size**2 * 0.25)
    far = (gap * (total[None, :] / square)[:, :, None]).sum(axis=1)
    near = points - middle[own]
    soft = (near**2).sum(axis=1) + size**2 * 0.1
    near = near * ((total[own] - mass) / soft)[:, None]
    pushed: Points = (far[own] + near) * mass[:, None] * 0.35
    return pushed


def _apart(points: Points) -> Points:
    """Nodes that fell on one place, set side by side."""
    seen: set[tuple[float, float]] = set()
    moved = points.copy()
    for number, point in enumerate(np.round(points, 4)):
        while (float(point[0]), float(point[1])) in seen:
            point = np.round([point[0] + 0.01, point[1] + 0.007], 4)
            moved[number] = point
        seen.add((float(point[0]), float(point[1])))
    return moved


def _fit(points: Points) -> Points:
    """Centred, the farthest node at distance 1; what lies far out is brought nearer, so that the middle has room."""
    centred = points - np.median(points, axis=0)
    radius = np.maximum(np.hypot(centred[:, 0], centred[:, 1]), 1e-9)
    usual = float(np.quantile(radius, 0.9)) or 1.0
    near = np.where(radius > usual, usual * (1 + np.log1p((radius - usual) / usual) * 0.5), radius)
    scaled: Points = centred * (near / radius)[:, None] / float(near.max())
    return np.round(scaled, 4)
