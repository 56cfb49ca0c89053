"""The catalogue for tests: its texts with something replaced."""

from __future__ import annotations

from indicators.catalogue import Catalogus
from indicators.model import Indicator


def vervang(teksten: dict[str, str], bestand: str, oud: str, nieuw: str) -> dict[str, str]:
    """The texts with the first `oud` in `bestand` replaced; fails when it is not there."""
    assert oud in teksten[bestand], f"{oud!r} staat niet meer in {bestand}"
    return teksten | {bestand: teksten[bestand].replace(oud, nieuw, 1)}


def elk(cat: Catalogus) -> list[Indicator]:
    """Every indicator, in catalogue order."""
    return list(cat.indicatoren.values())
