"""Words and tags of Chinese text by LAC. Input must be Simplified character by character, so that offsets hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import resources
from typing import IO, TypeAlias

import numpy as np

from kg.lang.zh.lac.network import Network, Room

BATCH_CHARACTERS = 8000
"""Work of one batch: sentences are sorted by length and cut into batches of about this many characters."""
LONGEST = 400
"""A longer sentence is cut: memory and time of a batch grow with its longest sequence."""


Word: TypeAlias = tuple[int, int, str]
"""Start, end and tag of a word; the tags are LAC's (24 parts of speech, PER, LOC, ORG, TIME)."""


class Segmenter:
    """Loads the weights once; ``segment`` is pure."""

    def __init__(self) -> None:
        path = resources.files("kg.lang.zh.lac") / "lac.npz"
        with path.open("rb") as file:
            self._load(file)

    def _load(self, file: IO[bytes]) -> None:
        with np.load(file) as arrays:
            self.network = Network(arrays)
            lines = {
                name: arrays[name].tobytes().decode("utf-8").split("\n")
                for name in ("words", "lexicon", "variants", "tags")
            }
        ids = {word: number for number, word in enumerate(lines["words"]) if word}
        variants = dict(line.split("\t") for line in lines["variants"])
        unknown = ids["OOV"]
        # the lookup of a piece, through its variant (traditional, full width) as the network was trained
        self.ids = {word: ids.get(variants.get(word, word), unknown) for word in ids}
        for word, variant in variants.items():
            if len(word) == 1 and word not in self.ids:
                self.ids[word] = ids.get(variant, unknown)
        self.known = frozenset(ids)
        self.unknown = unknown
        self.labels = [(tag[:-2], tag.endswith("-I")) if "-" in tag else (tag, False) for tag in lines["tags"]]
        # beginnings of words, of two characters and more, and whether they are words themselves
        self.lexicon = dict.fromkeys(
            (word[:end] for word in lines["lexicon"] if len(word) > 2 for end in range(2, len(word))), False
        )
        self.lexicon.update(dict.fromkeys(lines["lexicon"], True))

    def segment(self, sentences: Sequence[str], starts: Sequence[int] | None = None) -> list[list[Word]]:
        """The words of each sentence, covering every character.

        ``starts``: what offset each sentence begins at; None: all at 0.
        """
        begins = [0] * len(sentences) if starts is None else starts
        units: list[tuple[int, int, list[int], list[int]]] = []
        for number, sentence in enumerate(sentences):
            for offset in range(0, len(sentence), LONGEST):
                ids, lengths = self._ids(self._pieces(sentence[offset : offset + LONGEST]))
                units.append((number, offset, ids, lengths))
        result: list[list[Word]] = [[] for _ in sentences]
        words: dict[tuple[int, int], list[Word]] = {}
        room = Room()
        for batch in self._batches(units):
            for (number, offset, _, lengths), path in zip(
                batch, self.network.tag([unit[2] for unit in batch], room), strict=True
            ):
                words[number, offset] = self._words(path, lengths, begins[number] + offset)
        for (number, _), found in sorted(words.items()):
            result[number].extend(found)
        return result

    @staticmethod
    def _batches(
        units: list[tuple[int, int, list[int], list[int]]],
    ) -> Iterator[list[tuple[int, int, list[int], list[int]]]]:
        batch: list[tuple[int, int, list[int], list[int]]] = []
        for unit in sorted(units, key=lambda unit: len(unit[2])):
            if batch and (len(batch) + 1) * len(unit[2]) > BATCH_CHARACTERS:
                yield batch
                batch = []
            batch.append(unit)
        if batch:
            yield batch

    def _words(self, path: list[int], lengths: list[int], offset: int) -> list[Word]:
        found: list[Word] = []
        start = at = offset
        tag = ""
        for label, length in zip(path, lengths, strict=True):
            name, inside = self.labels[label]
            if not inside or at == offset:
                if at > start:
                    found.append((start, at, tag))
                start, tag = at, name
            at += length
        found.append((start, at, tag))
        return found

    def _pieces(self, text: str) -> list[str]:
        """Cut into the fewest dictionary words (the longest last word first on a tie); Latin and digits stay runs."""
        lasts = self._lasts(text)
        pieces: list[str] = []
        at = 0
        run = ""
        while at < len(text):
            end = lasts[at] + 1
            piece = text[at:end]
            if end - at == 1 and piece.isascii() and piece.isalnum():
                run += piece
            else:
                if run:
                    pieces.append(run)
                    run = ""
                pieces.append(piece)
            at = end
        if run:
            pieces.append(run)
        return pieces

    def _lasts(self, text: str) -> list[int]:
        """For each character the last one of the piece that would begin there."""
        size, lexicon = len(text), self.lexicon
        lasts = list(range(size))
        counts = [0] * (size + 1)  # the fewest pieces from each character to the end
        if size:
            counts[size - 1] = 1
        for start in range(size - 2, -1, -1):
            count = counts[start + 1]
            end = start + 2
            whole = lexicon.get(text[start:end])
            while whole is not None:
                if whole and counts[end] <= count:
                    count, lasts[start] = counts[end], end - 1
                if end == size:
                    break
                end += 1
                whole = lexicon.get(text[start:end])
            counts[start] = count + 1
        return lasts

    def _ids(self, pieces: list[str]) -> tuple[list[int], list[int]]:
        """Ids and lengths in characters; a piece that the network does not know goes in by characters."""
        ids: list[int] = []
        lengths: list[int] = []
        for piece in pieces:
            if piece in self.known:
                ids.append(self.ids[piece])
                lengths.append(len(piece))
            else:
                for character in piece:
                    ids.append(self.ids.get(character, self.unknown))
                    lengths.append(1)
        return ids, lengths
