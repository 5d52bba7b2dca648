"""Colours of types, on light and on dark ground; told apart also by people who see red and green alike."""

from __future__ import annotations

COLOURS: dict[str, tuple[str, str]] = {
    "State": ("#1f5fa8", "#6aa9f0"),
    "Person": ("#3f7f2f", "#8fcf7c"),
    "Organization": ("#0f7f7a", "#4fc7c0"),
    "Treaty": ("#8a3fa0", "#cf8fe3"),
    "WeaponSystem": ("#b3372b", "#f08a7f"),
    "WeaponClass": ("#c8766c", "#c9655a"),
    "Place": ("#a07a1f", "#dcb95c"),
    "Statement": ("#6b7280", "#a9b0ba"),
    "Event": ("#b3541e", "#ee9a62"),
    "Figure": ("#6a7f1e", "#b9d055"),
    "ReferenceFigure": ("#9aa86a", "#8c9960"),
    "Position": ("#7a6a8a", "#b3a3c4"),
}
OTHER = ("#6b7280", "#a9b0ba")
