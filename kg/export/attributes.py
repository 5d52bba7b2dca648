"""Which attributes nodes or edges have, and of which one type each is: XML formats declare them beforehand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kg.network.model import Scalar


def declared(items: Iterable[Mapping[str, Scalar]]) -> dict[str, type[Scalar]]:
    """Type by attribute name, names sorted. Integers beside floats make floats, any other mixture makes strings."""
    found: dict[str, type[Scalar]] = {}
    for item in items:
        for name, value in item.items():
            found[name] = _common(found.get(name), type(value))
    return dict(sorted(found.items()))


def _common(one: type[Scalar] | None, other: type[Scalar]) -> type[Scalar]:
    if one is None or one is other:
        return other
    return float if {one, other} == {int, float} else str


def lexical(value: Scalar, kind: type[Scalar]) -> str:
    """The value as an XML file writes it, in its attribute's declared type."""
    if kind is float:
        return repr(float(value))
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
