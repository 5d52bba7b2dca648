"""Floors under the scores: a gate that a change must pass, whose floors rise and are never lowered unseen.

The file holds the digest of the annotations that the floors were measured on, so that easier annotations cannot
pass for better extraction.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from kg.errors import KgError
from kg.evaluation.gold import Gold

TOLERANCE = 0.0005
"""Scores are rounded to four places; less than this is no change."""


class FloorsError(KgError):
    """Floors that cannot be used as they are."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(path, reason)
        self.path, self.reason = path, reason

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"


@dataclass(frozen=True, slots=True)
class _Floors:
    """``gold``: the digest of the annotations; ``scores``: the floor of each score."""

    gold: str
    scores: Mapping[str, float]


def digest(golds: Sequence[Gold]) -> str:
    """A hash of everything that is annotated."""
    state = hashlib.sha256()
    for gold in sorted(golds, key=lambda one: one.article.id):
        layers = [gold.entities, gold.statements, gold.events, gold.figures, gold.positions]
        state.update(json.dumps([asdict(gold.article), *layers], ensure_ascii=True, sort_keys=True).encode())
    return state.hexdigest()


def check(path: Path, numbers: Mapping[str, float], golds: Sequence[Gold]) -> list[str]:
    """One line for each score under its floor. Raises FloorsError when the floors are of other annotations."""
    floors = _read(path)
    if floors.gold != digest(golds):
        raise FloorsError(
            path, "the annotations are not those that the floors were set on: --set-floors sets them anew"
        )
    return [
        f"{name} is {numbers.get(name, 0.0):.4f}, its floor {floor:.4f}"
        for name, floor in floors.scores.items()
        if numbers.get(name, 0.0) < floor - TOLERANCE
    ]


def raise_to(path: Path, numbers: Mapping[str, float], golds: Sequence[Gold], *, allow_lower: bool = False) -> None:
    """Set the floors to these scores. Raises FloorsError when one would sink and ``allow_lower`` is not given."""
    now = digest(golds)
    if path.exists() and not allow_lower:
        old = _read(path)
        sunk = [
            f"{n} from {f:.4f} to {numbers.get(n, 0.0):.4f}" for n, f in old.scores.items() if numbers.get(n, 0.0) < f
        ]
        if old.gold != now:
            raise FloorsError(path, "the annotations are other ones than before: give --allow-lower to start anew")
        if sunk:
            raise FloorsError(path, f"this would lower {', '.join(sunk)}: give --allow-lower if that is meant")
    data = {"about": "Floors of kg evaluate; see kg/evaluation/floors.py.", "gold": now, "floors": dict(numbers)}
    path.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


def _read(path: Path) -> _Floors:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return _Floors(data["gold"], {name: float(value) for name, value in data["floors"].items()})
    except OSError as error:
        raise FloorsError(path, f"cannot be read ({error.strerror})") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise FloorsError(path, f"is no file of floors ({error})") from error
