"""The scores of an evaluation, in all and by language, script and type, as data and as text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

from kg.evaluation.compare import CHECKS, LAYERS, Comparison, Item, bcubed, counted
from kg.network.sentences import SentenceTable, load_table, sentence_around
from kg.table import render

RESOLUTION = "resolution"


@dataclass(frozen=True, slots=True)
class Score:
    """Precision, recall and F1 of a layer; ``hits``, ``false``, ``missed``: the counts behind them."""

    precision: float
    recall: float
    hits: int = 0
    false: int = 0
    missed: int = 0

    @classmethod
    def of(cls, hits: int, false: int, missed: int) -> Score:
        return cls(hits / (hits + false) if hits else 0.0, hits / (hits + missed) if hits else 0.0, hits, false, missed)

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def as_dict(self) -> dict[str, float | int]:
        return {
            "precision": round(self.precision, 4),
            "recall": round(self.recall, 4),
            "f1": round(self.f1, 4),
            "hits": self.hits,
            "false": self.false,
            "missed": self.missed,
        }


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The comparisons of all articles."""

    comparisons: tuple[Comparison, ...]

    @property
    def items(self) -> list[Item]:
        return [item for one in self.comparisons for item in one.items]

    def scores(self) -> dict[str, Score]:
        """By layer, resolution (B-cubed over the mentions that both sides have) behind the mentions."""
        made = _layers(self.items)
        precision, recall = bcubed(link for one in self.comparisons for link in one.links.values())
        resolution = Score(precision, recall, sum(len(one.links) for one in self.comparisons))
        return {"mentions": made.pop("mentions"), RESOLUTION: resolution, **made}

    def accuracies(self) -> dict[str, tuple[int, int]]:
        """(right, of how many) by the name of the check."""
        found = dict.fromkeys(CHECKS, (0, 0))
        for one in self.comparisons:
            for name, right, _, _ in one.checks:
                found[name] = (found[name][0] + right, found[name][1] + 1)
        return found

    def by_type(self) -> dict[tuple[str, str], Score]:
        """By layer and entity type, act, event type or kind; layers without types are left out."""
        keys = sorted({(item.layer, item.type) for item in self.items if item.type and item.layer != "statement_spans"})
        found = {}
        for layer, type_ in sorted(keys, key=lambda key: (LAYERS.index(key[0]), key[1])):
            some = [item for item in self.items if (item.layer, item.type) == (layer, type_)]
            found[layer, type_] = _layers(some)[layer]
        return found

    def by_script(self) -> dict[tuple[str, str], Score]:
        """By language tag and layer."""
        tags = sorted({one.gold.article.lang for one in self.comparisons})
        return {
            (tag, layer): score
            for tag in tags
            for layer, score in _layers(item for item in self.items if item.script == tag).items()
        }

    def numbers(self) -> dict[str, float]:
        """What floors are set on: the F1 of each layer and the share of right checks, from 0 to 1."""
        numbers = {name: score.f1 for name, score in self.scores().items()}
        numbers |= {name: right / of if of else 0.0 for name, (right, of) in self.accuracies().items()}
        return {name: round(value, 4) for name, value in numbers.items()}


def _layers(items: Iterable[Item]) -> dict[str, Score]:
    return {layer: Score.of(hits, false, missed) for layer, hits, false, missed in counted(items)}


def as_json(evaluation: Evaluation) -> str:
    """Everything, the errors included."""
    data = {
        "articles": len(evaluation.comparisons),
        "scores": {name: score.as_dict() for name, score in evaluation.scores().items()},
        "accuracies": {name: {"right": n, "of": of} for name, (n, of) in evaluation.accuracies().items()},
        "by_script": {f"{tag} {layer}": score.as_dict() for (tag, layer), score in evaluation.by_script().items()},
        "by_type": {f"{layer} {type_}": score.as_dict() for (layer, type_), score in evaluation.by_type().items()},
        "errors": [asdict(item) for item in evaluation.items if item.verdict != "hit"],
    }
    return json.dumps(data, ensure_ascii=False, indent=1)


def as_text(evaluation: Evaluation, *, errors: int = 0, cells: int | None = None) -> str:
    """The tables, and up to ``errors`` misses and false alarms of each layer with their sentences."""
    parts = [_table("layer", ((name, score) for name, score in evaluation.scores().items()), cells)]
    rows = [[name, f"{n / of:.3f}" if of else "-", f"{n} of {of}"] for name, (n, of) in evaluation.accuracies().items()]
    parts.append(render(["of the hits", "right", ""], rows, cells))
    parts.append(_table("by script", ((" ".join(key), score) for key, score in evaluation.by_script().items()), cells))
    parts.append(_table("by type", ((" ".join(key), score) for key, score in evaluation.by_type().items()), cells))
    if errors:
        parts += _errors(evaluation, errors)
    return "\n".join(parts)


def _table(head: str, rows: Iterable[tuple[str, Score]], cells: int | None) -> str:
    made = [
        [name, f"{s.precision:.3f}", f"{s.recall:.3f}", f"{s.f1:.3f}", str(s.hits), str(s.false), str(s.missed)]
        for name, s in rows
        if s.hits or s.false or s.missed
    ]
    return render([head, "precision", "recall", "F1", "hits", "false", "missed"], made, cells)


def _errors(evaluation: Evaluation, most: int) -> list[str]:
    table = load_table()
    texts = {one.gold.article.id: one.gold.article.text for one in evaluation.comparisons}
    parts = []
    for layer in (name for name in LAYERS if name != "statement_spans"):
        for verdict in ("missed", "false alarm"):
            some = [item for item in evaluation.items if (item.layer, item.verdict) == (layer, verdict)][:most]
            parts += [
                _shown(f"{layer}, {verdict}", item.article, item.what, texts[item.article], item.at, table)
                for item in some
            ]
    for name in CHECKS:
        wrong = [
            (one.gold.article.id, what, at) for one in evaluation.comparisons for n, ok, what, at in one.checks
            if n == name and not ok
        ][:most]  # fmt: skip
        parts += [_shown(f"{name}, wrong", article, what, texts[article], at, table) for article, what, at in wrong]
    return parts


def _shown(head: str, article: str, what: str, text: str, at: int, table: SentenceTable) -> str:
    sentence = sentence_around(text, at, at + 1, table) if at >= 0 else ""
    return f"{head}: {article}: {what}" + (f"\n    {' '.join(sentence.split())}" if sentence else "")


def masked_text(recalls: Mapping[str, Score]) -> str:
    """The table of recall on masked names."""
    hits, of = (sum(s.hits for s in recalls.values()), sum(s.hits + s.missed for s in recalls.values()))
    rows = [[t, f"{s.recall:.3f}", f"{s.hits} of {s.hits + s.missed}"] for t, s in recalls.items()]
    rows.append(["all", f"{hits / of:.3f}" if of else "-", f"{hits} of {of}"])
    return render(["names in no list", "recall", ""], rows, None)
