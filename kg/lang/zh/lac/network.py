"""The network of LAC: embedding, two bidirectional GRU layers, a linear layer, a CRF decoded by Viterbi."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


def sigmoid(x: Floats) -> Floats:
    """Logistic function in place of x; tanh does not overflow where exp does."""
    np.multiply(x, 0.5, out=x)
    np.tanh(x, out=x)
    np.add(x, 1.0, out=x)
    np.multiply(x, 0.5, out=x)
    return x


class Network:
    """Tags sequences of dictionary ids. ``arrays`` are those that ``convert`` makes."""

    def __init__(self, arrays: Mapping[str, NDArray[np.generic]]) -> None:
        self.embedding: Floats = arrays["embedding"].astype(np.float32) * arrays["scale"].astype(np.float32)
        self.layers = [tuple(self._direction(arrays, 2 * layer + way) for way in (0, 1)) for layer in (0, 1)]
        self.out_w: Floats = np.ascontiguousarray(arrays["out_w"], np.float32)
        self.out_b: Floats = np.ascontiguousarray(arrays["out_b"], np.float32)
        crf: Floats = np.ascontiguousarray(arrays["transitions"], np.float32)
        self.start, self.stop, self.transitions = crf[0], crf[1], crf[2:]

    @staticmethod
    def _direction(arrays: Mapping[str, NDArray[np.generic]], index: int) -> tuple[Floats, Floats, Floats, Floats]:
        names = (f"in_w{index}", f"in_b{index}", f"gates{index}", f"candidate{index}")
        w, b, gates, candidate = (np.ascontiguousarray(arrays[name], np.float32) for name in names)
        return w, b, gates, candidate

    def tag(self, sequences: Sequence[Sequence[int]]) -> list[list[int]]:
        """Label ids of each sequence; none may be empty. One batch: sequences of similar length cost least."""
        steps = max(map(len, sequences))
        lengths = np.array([len(sequence) for sequence in sequences])
        ids = np.zeros((steps, len(sequences)), np.int64)
        for column, sequence in enumerate(sequences):
            ids[: len(sequence), column] = sequence
        hidden = self.embedding[ids]
        for forward, backward in self.layers:
            hidden = np.concatenate(
                [self._gru(hidden, lengths, forward, False), self._gru(hidden, lengths, backward, True)], axis=2
            )
        return self._viterbi(hidden @ self.out_w + self.out_b, lengths)

    @staticmethod
    def _gru(
        x: Floats, lengths: NDArray[np.int64], weights: tuple[Floats, Floats, Floats, Floats], backward: bool
    ) -> Floats:
        """(steps, batch, width) to (steps, batch, hidden); a padded step keeps the state as it was."""
        w, b, gates_w, candidate_w = weights
        steps, batch, _ = x.shape
        size = candidate_w.shape[0]
        projected = x @ w + b
        state: Floats = np.zeros((batch, size), np.float32)
        out = np.empty((steps, batch, size), np.float32)
        shortest = int(lengths.min())
        for step in range(steps - 1, -1, -1) if backward else range(steps):
            gates = sigmoid(projected[step, :, : 2 * size] + state @ gates_w)
            update: Floats = gates[:, :size]
            candidate: Floats = np.tanh(projected[step, :, 2 * size :] + (gates[:, size:] * state) @ candidate_w)
            new = state + update * (candidate - state)
            if step >= shortest:
                np.copyto(new, state, where=(step >= lengths)[:, None])  # padding keeps the state as it was
            out[step] = state = new
        return out

    def _viterbi(self, emissions: Floats, lengths: NDArray[np.int64]) -> list[list[int]]:
        """Best label paths for (steps, batch, labels), all sequences of the batch at once."""
        steps, batch, count = emissions.shape
        score = self.start + emissions[0]
        back = np.empty((steps, batch, count), np.int16)
        transitions = np.ascontiguousarray(self.transitions.T)
        for step in range(1, steps):
            paths = score[:, None, :] + transitions
            best = paths.argmax(2)
            back[step] = best
            new = np.take_along_axis(paths, best[:, :, None], 2)[:, :, 0] + emissions[step]
            score = np.where((step < lengths)[:, None], new, score)
        result: list[list[int]] = []
        for column, last in enumerate((score + self.stop).argmax(1)):
            label = int(last)
            path = [label]
            for step in range(int(lengths[column]) - 1, 0, -1):
                label = int(back[step, column, label])
                path.append(label)
            result.append(path[::-1])
        return result
