"""The network of LAC: embedding, two bidirectional GRU layers, a linear layer, a CRF decoded by Viterbi.

Sequences of a batch stand with the longest first, so that those that still go on at a step are the first rows: no work
is done on padding. A logistic function is computed as ``(1 + tanh(x / 2)) / 2``; the halves are in the weights, where
they cost nothing and change no bit, because they are powers of two.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Direction:
    """One GRU in one direction. Weights of the gates are halved, and those that the reset gate feeds as well."""

    input_w: Floats
    input_b: Floats
    gates_w: Floats
    candidate_w: Floats

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[np.generic]], index: int) -> _Direction:
        names = (f"in_w{index}", f"in_b{index}", f"gates{index}", f"candidate{index}")
        w, b, gates, candidate = (np.array(arrays[name], np.float32, order="C") for name in names)
        size = candidate.shape[0]
        w[:, : 2 * size] *= 0.5
        b[: 2 * size] *= 0.5
        return cls(w, b, gates * np.float32(0.5), candidate * np.float32(0.5))

    def projected(self, inputs: Floats) -> Floats:
        """What inputs give to the gates and the candidate."""
        found: Floats = inputs @ self.input_w
        found += self.input_b
        return found


class Network:
    """Tags sequences of dictionary ids. ``arrays`` are those that ``convert`` makes."""

    def __init__(self, arrays: Mapping[str, NDArray[np.generic]]) -> None:
        self.embedding: Floats = arrays["embedding"].astype(np.float32) * arrays["scale"].astype(np.float32)
        self.layers = [tuple(_Direction.of(arrays, 2 * layer + way) for way in (0, 1)) for layer in (0, 1)]
        self.out_w: Floats = np.ascontiguousarray(arrays["out_w"], np.float32)
        self.out_b: Floats = np.ascontiguousarray(arrays["out_b"], np.float32)
        crf: Floats = np.ascontiguousarray(arrays["transitions"], np.float32)
        self.start, self.stop, self.transitions = crf[0], crf[1], crf[2:]

    def tag(self, sequences: Sequence[Sequence[int]]) -> list[list[int]]:
        """Label ids of each sequence; none may be empty. One batch: sequences of similar length cost least."""
        order = sorted(range(len(sequences)), key=lambda number: -len(sequences[number]))
        lengths = np.array([len(sequences[number]) for number in order])
        steps = int(lengths[0])
        ids = np.zeros((steps, len(order)), np.int64)
        for column, number in enumerate(order):
            ids[: lengths[column], column] = sequences[number]
        active = (lengths[None, :] > np.arange(steps)[:, None]).sum(1).tolist()
        words, places = np.unique(ids, return_inverse=True)  # what a word gives to the first layer is computed once
        first = self.embedding[words]
        inputs = [direction.projected(first)[places.reshape(ids.shape)] for direction in self.layers[0]]
        hidden = self._layer(0, inputs, active)
        hidden = self._layer(1, [direction.projected(hidden) for direction in self.layers[1]], active)
        paths = self._viterbi(hidden @ self.out_w + self.out_b, active, lengths)
        result: list[list[int]] = [[] for _ in order]
        for number, path in zip(order, paths, strict=True):
            result[number] = path
        return result

    def _layer(self, number: int, inputs: Sequence[Floats], active: Sequence[int]) -> Floats:
        """Both directions beside each other: (steps, batch, 2 * hidden)."""
        steps, batch, width = inputs[0].shape
        size = width // 3
        out: Floats = np.zeros((steps, batch, 2 * size), np.float32)
        orders = (range(steps), range(steps - 1, -1, -1))
        for way, (direction, projected) in enumerate(zip(self.layers[number], inputs, strict=True)):
            _gru(projected, active, direction, out[:, :, way * size : (way + 1) * size], orders[way])
        return out

    def _viterbi(self, emissions: Floats, active: Sequence[int], lengths: Integers) -> list[list[int]]:
        """Best label paths for (steps, batch, labels); where a path came from is computed for the best one only."""
        steps, batch, count = emissions.shape
        scores = np.empty_like(emissions)
        scores[0] = self.start + emissions[0]
        from_to = self.transitions[:, None, :]
        room = np.empty(batch * from_to.size, np.float32)
        for step in range(1, steps):
            rows = active[step]
            paths = room[: rows * from_to.size].reshape(count, rows, count)  # the maximum over the first axis is quick
            np.add(scores[step - 1, :rows].T[:, :, None], from_to, out=paths)
            np.maximum.reduce(paths, axis=0, out=scores[step, :rows])
            scores[step, :rows] += emissions[step, :rows]
        into_from = np.ascontiguousarray(self.transitions.T)
        labels = np.zeros((steps, batch), np.int64)
        ends = lengths - 1
        last = (scores[ends, np.arange(batch)] + self.stop).argmax(1)
        labels[ends, np.arange(batch)] = last
        for step in range(steps - 1, 0, -1):
            rows = active[step]
            into = into_from[labels[step, :rows]]
            labels[step - 1, :rows] = (scores[step - 1, :rows] + into).argmax(1)
        return [labels[: lengths[column], column].tolist() for column in range(batch)]


def _gru(projected: Floats, active: Sequence[int], weights: _Direction, out: Floats, order: range) -> None:
    """(steps, batch, 3 * hidden) to (steps, batch, hidden) in ``out``; at each step the first ``active`` rows go on."""
    batch, size = projected.shape[1], weights.candidate_w.shape[0]
    state: Floats = np.zeros((batch, size), np.float32)
    gates = np.empty((batch, 2 * size), np.float32)
    candidate = np.empty((batch, size), np.float32)
    for step in order:
        rows = active[step]
        old, gate, new = state[:rows], gates[:rows], candidate[:rows]
        np.matmul(old, weights.gates_w, out=gate)
        gate += projected[step, :rows, : 2 * size]
        np.tanh(gate, out=gate)
        gate += 1.0
        reset = gate[:, size:]
        reset *= old
        np.matmul(reset, weights.candidate_w, out=new)
        new += projected[step, :rows, 2 * size :]
        np.tanh(new, out=new)
        new -= old
        update = gate[:, :size]
        update *= 0.5
        new *= update
        old += new
        out[step, :rows] = old
