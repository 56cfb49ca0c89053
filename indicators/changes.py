"""What moved between two publications, and whether it matters to a figure that was quoted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from indicators.model import Indicator

Oorzaak = Literal["waarde", "ontbreekt", "verschenen", "weg"]


@dataclass(frozen=True)
class Cijfer:
    """A figure as it stood: its value, or why there is none."""

    waarde: float | None
    ontbreekt_door: str | None = None


def tolerantie(indicator: Indicator) -> float:
    """The movement within which a quoted figure is not called corrected, in its own unit.

    From the catalogue; without one, half of the last published decimal.
    """
    if indicator.tolerantie is not None:
        return indicator.tolerantie
    return float(0.5 * 10.0**-indicator.decimalen)


def gecorrigeerd(toen: Cijfer, nu: Cijfer | None, indicator: Indicator) -> Oorzaak | None:
    """Why a quoted figure of a past year is no longer what it was; None when it still stands.

    Args:
        toen: as quoted.
        nu: the same area, boundary year, year and indicator in the newer publication; None when
            that publication has no such row.
        indicator: gives the tolerance.
    """
    if nu is None:
        return "weg"
    if toen.waarde is None:
        if nu.waarde is not None:
            return "verschenen"
        return "ontbreekt" if toen.ontbreekt_door != nu.ontbreekt_door else None
    if nu.waarde is None:
        return "ontbreekt"
    verschil = abs(nu.waarde - toen.waarde)
    return "waarde" if verschil > tolerantie(indicator) + 1e-9 else None
