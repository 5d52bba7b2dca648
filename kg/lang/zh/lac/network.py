"""The network of LAC: embedding, two bidirectional GRU layers, a linear layer, a CRF decoded by Viterbi.

Sequences of a batch stand with the longest first, so that those that still go on at a step are the first ones. What
belongs to a step stands behind that of the step before it, in rows of the sequences that go on: there is no padding. A
logistic function is computed as ``(1 + tanh(x / 2)) / 2``; the halves are in the weights, where
they cost nothing and change no bit, because they are powers of two.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain, pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]

Given: TypeAlias = Callable[[slice], Floats]
"""What is given to a step of one direction: the rows of the batch to (rows, 3 * hidden), until it is asked again."""

_CHUNK = 512
"""Rows that are projected at once: what they give is still in the second cache when the biases are added."""
_BLOCK = 64
"""Sequences whose paths are compared at once: what they need fits into the processor's second cache."""
_TOGETHER = 64
"""Words whose part of the first layer is computed at once."""


class Room:
    """Memory that the batches of one call use one after the other: new memory costs as much as a tenth of the work."""

    def __init__(self) -> None:
        self._flat: dict[str, Floats] = {}

    def floats(self, use: str, rows: int, width: int) -> Floats:
        """An array for one use, with whatever was in it."""
        if use not in self._flat or self._flat[use].size < rows * width:
            self._flat[use] = np.empty(rows * width, np.float32)
        return self._flat[use][: rows * width].reshape(rows, width)


@dataclass(frozen=True, slots=True)
class _Layer:
    """Two GRU, forward and backward. Weights of the gates are halved, and those that the reset gate feeds as well."""

    input_w: Floats
    """(inputs, 2 * 3 * hidden): what inputs give to the gates and the candidate of one direction, then of the other."""
    input_b: Floats
    gates_w: tuple[Floats, Floats]
    candidate_w: tuple[Floats, Floats]

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[np.generic]], number: int) -> _Layer:
        def both(name: str) -> list[Floats]:
            return [np.array(arrays[f"{name}{2 * number + way}"], np.float32, order="C") for way in (0, 1)]

        inputs, biases, gates, candidates = both("in_w"), both("in_b"), both("gates"), both("candidate")
        size = candidates[0].shape[0]
        for w, b in zip(inputs, biases, strict=True):
            w[:, : 2 * size] *= 0.5
            b[: 2 * size] *= 0.5
        half = np.float32(0.5)
        return cls(
            np.concatenate(inputs, 1),
            np.concatenate(biases),
            (gates[0] * half, gates[1] * half),
            (candidates[0] * half, candidates[1] * half),
        )

    def projected(self, inputs: Floats, room: Room) -> tuple[Given, Given]:
        """What (rows, inputs) give to the steps of each direction."""
        found = room.floats("projected", len(inputs), self.input_w.shape[1])
        for at in range(0, len(inputs), _CHUNK):
            part = found[at : at + _CHUNK]
            np.matmul(inputs[at : at + _CHUNK], self.input_w, out=part)
            part += self.input_b
        width = found.shape[1] // 2
        return (lambda step: found[step, :width]), (lambda step: found[step, width:])

    def run(self, given: tuple[Given, Given], steps: Sequence[slice], room: Room) -> Floats:
        """Both directions beside each other: (rows, 2 * hidden)."""
        size = self.candidate_w[0].shape[0]
        out = room.floats("hidden", steps[-1].stop, 2 * size)
        for way, order in enumerate((steps, steps[::-1])):
            part = out[:, size * way : size * (way + 1)]
            _gru(given[way], order, self.gates_w[way], self.candidate_w[way], part)
        return out


class _Words:
    """What each word gives to the first layer, computed when the word is first met: (words, 3 * hidden) a direction.

    Always so many words at a time, whichever they are: the rows of a product are the same to the last bit wherever they
    stand in it, but not in products of other sizes, and what a text gives must not depend on the texts before it.
    """

    def __init__(self, embedding: Floats, layer: _Layer) -> None:
        self._embedding, self._layer = embedding, layer
        self._width = layer.input_w.shape[1] // 2
        self._tables = [np.empty((len(embedding), self._width), np.float32) for _ in range(2)]  # memory comes with use
        self._rows = np.full(len(embedding), -1, np.int64)
        self._count = 0

    def given(self, ids: Integers, most: int, room: Room) -> tuple[Given, Given]:
        """What words, by their ids, give to the steps of each direction, of ``most`` rows at most."""
        rows = self._rows[ids]
        if rows.min() < 0:
            self._learn(np.unique(ids[rows < 0]))
            rows = self._rows[ids]
        space = room.floats("given", most, self._width)
        one, other = (partial(_taken, table, rows, space) for table in self._tables)
        return one, other

    def _learn(self, ids: Integers) -> None:
        for at in range(0, len(ids), _TOGETHER):
            some = ids[at : at + _TOGETHER]
            new = self._embedding[np.resize(some, _TOGETHER)] @ self._layer.input_w + self._layer.input_b
            end = self._count + len(some)
            for table, part in zip(self._tables, np.split(new[: len(some)], 2, axis=1), strict=True):
                table[self._count : end] = part
            self._rows[some] = np.arange(self._count, end)
            self._count = end


def _taken(table: Floats, rows: Integers, space: Floats, step: slice) -> Floats:
    """The rows of a table for a step, in a space that each step uses again."""
    return np.take(table, rows[step], axis=0, out=space[: step.stop - step.start], mode="clip")


class Network:
    """Tags sequences of dictionary ids. ``arrays`` are those that ``convert`` makes."""

    def __init__(self, arrays: Mapping[str, NDArray[np.generic]]) -> None:
        self.embedding: Floats = arrays["embedding"].astype(np.float32) * arrays["scale"].astype(np.float32)
        self.layers = (_Layer.of(arrays, 0), _Layer.of(arrays, 1))
        self._words = _Words(self.embedding, self.layers[0])
        self.out_w: Floats = np.ascontiguousarray(arrays["out_w"], np.float32)
        self.out_b: Floats = np.ascontiguousarray(arrays["out_b"], np.float32)
        crf: Floats = np.ascontiguousarray(arrays["transitions"], np.float32)
        self.start, self.stop, self.transitions = crf[0], crf[1], crf[2:]

    def tag(self, sequences: Sequence[Sequence[int]], room: Room) -> list[list[int]]:
        """Label ids of each sequence; none may be empty. One batch: sequences of similar length cost least."""
        order = sorted(range(len(sequences)), key=lambda number: -len(sequences[number]))
        lengths = np.array([len(sequences[number]) for number in order])
        goes_on = lengths[:, None] > np.arange(lengths[0])
        active = goes_on.sum(0)
        ends = np.cumsum(active)
        steps = [slice(end - rows, end) for end, rows in zip(ends.tolist(), active.tolist(), strict=True)]
        rows = ((ends - active) + np.arange(len(order))[:, None])[goes_on]  # of each word, one sequence after the other
        ids = np.empty(ends[-1], np.int64)
        ids[rows] = np.fromiter(chain.from_iterable(sequences[number] for number in order), np.int64, len(rows))
        first, second = self.layers
        hidden = first.run(self._words.given(ids, len(order), room), steps, room)
        hidden = second.run(second.projected(hidden, room), steps, room)
        labels: list[int] = self._viterbi(hidden @ self.out_w + self.out_b, steps, lengths)[rows].tolist()
        result: list[list[int]] = [[] for _ in order]
        for number, (start, end) in zip(order, pairwise([0, *np.cumsum(lengths).tolist()]), strict=True):
            result[number] = labels[start:end]
        return result

    def _viterbi(self, emissions: Floats, steps: Sequence[slice], lengths: Integers) -> Integers:
        """Labels of the best paths for (rows, labels); where a path came from is computed for the best one only."""
        count = emissions.shape[1]
        scores = np.empty_like(emissions)
        scores[steps[0]] = self.start + emissions[steps[0]]
        from_to = self.transitions[:, None, :]
        room = np.empty(_BLOCK * from_to.size, np.float32)
        for before, step in pairwise(steps):
            for at in range(0, step.stop - step.start, _BLOCK):
                rows = min(_BLOCK, step.stop - step.start - at)
                paths = room[: rows * from_to.size].reshape(count, rows, count)  # the first axis is quick to reduce
                old, new = before.start + at, step.start + at
                np.add(scores[old : old + rows].T[:, :, None], from_to, out=paths)
                np.maximum.reduce(paths, axis=0, out=scores[new : new + rows])
            scores[step] += emissions[step]
        into_from = np.ascontiguousarray(self.transitions.T)
        starts = np.array([step.start for step in steps])
        labels = np.empty(len(emissions), np.int64)
        last = starts[lengths - 1] + np.arange(len(lengths))
        labels[last] = (scores[last] + self.stop).argmax(1)
        for before, step in zip(reversed(steps[:-1]), reversed(steps[1:]), strict=True):
            rows = step.stop - step.start
            going = slice(before.start, before.start + rows)
            labels[going] = (scores[going] + into_from[labels[step]]).argmax(1)
        return labels


def _gru(given: Given, steps: Sequence[slice], gates_w: Floats, candidate_w: Floats, out: Floats) -> None:
    """Writes (rows, hidden) to ``out``; at each step the first sequences go on, as many as it has."""
    size = candidate_w.shape[0]
    most = max(step.stop - step.start for step in steps)
    state: Floats = np.zeros((most, size), np.float32)
    gates = np.empty((most, 2 * size), np.float32)
    candidate = np.empty((most, size), np.float32)
    for step in steps:
        rows = step.stop - step.start
        inputs = given(step)
        old, gate, new = state[:rows], gates[:rows], candidate[:rows]
        np.matmul(old, gates_w, out=gate)
        gate += inputs[:, : 2 * size]
        np.tanh(gate, out=gate)
        gate += 1.0
        reset = gate[:, size:]
        reset *= old
        np.matmul(reset, candidate_w, out=new)
        new += inputs[:, 2 * size :]
        np.tanh(new, out=new)
        new -= old
        update = gate[:, :size]
        update *= 0.5
        new *= update
        old += new
        out[step] = old
