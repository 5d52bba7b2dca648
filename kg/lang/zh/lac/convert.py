"""Convert the folder ``lac_model`` of LAC 2.1.2 to one compact file.

usage: python -m kg.lang.zh.lac.convert LAC_MODEL_FOLDER lac.npz
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

HIDDEN = 128
LAYERS = ((0, 128), (1, 128), (2, 256), (3, 256))
"""Paddle's parameter index of each GRU and the width of its input: two bidirectional layers."""


def parameter(folder: Path, name: str, *shape: int) -> NDArray[np.float32]:
    """A Paddle parameter file: a header of varying length, then the float32 values."""
    raw = (folder / "model" / name).read_bytes()
    return np.frombuffer(raw[-4 * int(np.prod(shape)) :], "<f4").reshape(shape)


def pairs(path: Path) -> list[tuple[str, str]]:
    """The two tab-separated columns of a dictionary file; other lines are skipped."""
    rows = (line.split("\t") for line in path.read_text(encoding="utf-8").split("\n"))
    return [(row[0], row[1]) for row in rows if len(row) == 2]


def packed(text: str) -> NDArray[np.uint8]:
    return np.frombuffer(text.encode("utf-8"), np.uint8)


def convert(folder: Path) -> dict[str, NDArray[np.generic]]:
    """All arrays of the compact file by name."""
    conf = folder / "conf"
    ids = {word: int(number) for number, word in pairs(conf / "word.dic")}
    size = max(ids.values()) + 1
    by_id = {number: word for word, number in ids.items()}
    embedding = parameter(folder, "word_emb", size, HIDDEN)
    scale = np.abs(embedding).max(1, keepdims=True) / 127
    tags = {int(number): tag for number, tag in pairs(conf / "tag.dic")}
    count = len(set(tags))
    lexicon = (line.split(" ")[0].strip() for line in (conf / "small_seg.dic").read_text(encoding="utf-8").split("\n"))
    arrays: dict[str, NDArray[np.generic]] = {
        "embedding": np.round(embedding / scale).astype(np.int8),
        "scale": scale.astype(np.float32),
        "words": packed("\n".join(by_id.get(number, "") for number in range(size))),
        "lexicon": packed("\n".join(sorted({word for word in lexicon if word}))),
        "variants": packed("\n".join(f"{a}\t{b}" for a, b in pairs(conf / "q2b.dic"))),
        "tags": packed("\n".join(tags[number] for number in range(count))),
        "out_w": parameter(folder, "fc_4.w_0", 2 * HIDDEN, count),
        "out_b": parameter(folder, "fc_4.b_0", count),
        "transitions": parameter(folder, "crfw", count + 2, count),
    }
    for index, width in LAYERS:
        weights = parameter(folder, f"gru_{index}.w_0", HIDDEN * 3 * HIDDEN)
        arrays[f"in_w{index}"] = parameter(folder, f"fc_{index}.w_0", width, 3 * HIDDEN)
        arrays[f"in_b{index}"] = parameter(folder, f"fc_{index}.b_0", 3 * HIDDEN) + parameter(
            folder, f"gru_{index}.b_0", 3 * HIDDEN
        )
        arrays[f"gates{index}"] = weights[: HIDDEN * 2 * HIDDEN].reshape(HIDDEN, 2 * HIDDEN)
        arrays[f"candidate{index}"] = weights[HIDDEN * 2 * HIDDEN :].reshape(HIDDEN, HIDDEN)
    return arrays


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    with open(sys.argv[2], "wb") as out:
        np.savez_compressed(out, **convert(Path(sys.argv[1])))  # type: ignore[arg-type]
