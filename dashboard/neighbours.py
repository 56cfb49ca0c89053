"""What lies next to an area: the areas of its level that share a border with it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from dashboard import snapshot_map
from dashboard.snapshot import Lezing
from dashboard.snapshot_compare import namen
from indicators import regions

NAAST = 1.0
"""Metres that two outlines may lie apart and still be neighbours: rounding of the source."""


@dataclass(frozen=True)
class Buren:
    """The neighbours of an area: name by code in order of names, and how many have no figures."""

    namen: dict[str, str]
    buiten: int = 0


def naast(lezing: Lezing, gebied: str, grensjaar: int) -> Buren | None:
    """The neighbours of an area in a boundary year; None when its outline is not there."""
    sleutel = ("naast", gebied, grensjaar)
    uit: Buren | None = lezing.per_gebied.haal(sleutel, lambda: _naast(lezing, gebied, grensjaar))
    return uit


def _naast(lezing: Lezing, gebied: str, grensjaar: int) -> Buren | None:
    eigen = snapshot_map.vormen(lezing, [gebied], grensjaar)
    if not eigen or not regions.geldig(gebied):
        return None
    vlak = shapely.from_wkb(eigen[0])
    codes, vormen = _rondom(lezing, gebied, vlak, grensjaar)
    raakt = shapely.dwithin(vormen, vlak, NAAST) & (codes != gebied)
    er = namen(lezing, codes[raakt].tolist(), grensjaar)
    return Buren(er, int(raakt.sum()) - len(er))


def _rondom(
    lezing: Lezing, gebied: str, vlak: shapely.Geometry, grensjaar: int
) -> tuple[np.ndarray, np.ndarray]:
    """Codes and outlines of the areas of a level in every gemeente that comes near an outline."""
    k = lezing.per_gebied.haal(
        ("gemeentekaders", grensjaar), lambda: _gemeentekaders(lezing, grensjaar)
    )
    west, zuid, oost, noord = shapely.bounds(shapely.buffer(vlak, NAAST))
    kader = k[1]
    dichtbij = (kader[:, 0] <= oost) & (kader[:, 2] >= west) & (kader[:, 1] <= noord)
    dichtbij &= kader[:, 3] >= zuid
    gemeenten = {*k[0][dichtbij].tolist(), regions.gemeente_van(gebied) or gebied}
    rij = snapshot_map.vormen_in(lezing, regions.niveau(gebied), grensjaar, sorted(gemeenten))
    return rij["gebied"].astype(str), shapely.from_wkb([bytes(v) for v in rij["geometrie"]])


def _gemeentekaders(lezing: Lezing, grensjaar: int) -> tuple[np.ndarray, np.ndarray]:
    """Codes of the gemeenten with an outline, and their boxes (n, 4) in RD New."""
    rij = snapshot_map.vormen_in(lezing, "gemeente", grensjaar, None)
    vormen = shapely.from_wkb([bytes(v) for v in rij["geometrie"]])
    return rij["gebied"].astype(str), shapely.bounds(vormen).reshape(-1, 4)
