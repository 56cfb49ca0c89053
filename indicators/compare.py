"""Comparison in words: two figures with their intervals."""

from __future__ import annotations

from typing import Literal

Verschil = Literal["hoger", "lager", "ongeveer_gelijk", "onbekend"]

WOORDEN: dict[Verschil, str] = {
    "hoger": "hoger dan",
    "lager": "lager dan",
    "ongeveer_gelijk": "ongeveer gelijk aan",
    "onbekend": "niet te vergelijken met",
}


def verschil(
    waarde: float | None,
    interval: tuple[float | None, float | None],
    ander: float | None,
    ander_interval: tuple[float | None, float | None],
) -> Verschil:
    """How a figure compares with another one: only apart when their intervals do not overlap.

    Intervals come from rounding and margins; an unknown end counts as the value itself.
    """
    if waarde is None or ander is None:
        return "onbekend"
    onder, boven = (waarde if e is None else e for e in interval)
    a_onder, a_boven = (ander if e is None else e for e in ander_interval)
    if onder > a_boven:
        return "hoger"
    if boven < a_onder:
        return "lager"
    return "ongeveer_gelijk"
