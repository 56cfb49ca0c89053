"""Just enough geometry for the map: where an area lies, from its outline in RD New.

The dashboard draws tiles that were made elsewhere; it only needs a bounding box in degrees.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Kader = tuple[float, float, float, float]
"""West, south, east, north."""

_FI = (
    (0, 1, 3235.65389), (2, 0, -32.58297), (0, 2, -0.24750), (2, 1, -0.84978), (0, 3, -0.06550),
    (2, 2, -0.01709), (1, 0, -0.00738), (4, 0, 0.00530), (2, 3, -0.00039), (4, 1, 0.00033),
    (1, 1, -0.00012),
)  # fmt: skip
_LABDA = (
    (1, 0, 5260.52916), (1, 1, 105.94684), (1, 2, 2.45656), (3, 0, -0.81885), (1, 3, 0.05594),
    (3, 1, -0.05607), (0, 1, 0.01199), (3, 2, -0.00256), (1, 4, 0.00128), (0, 2, 0.00022),
    (2, 0, -0.00022), (5, 0, 0.00026),
)  # fmt: skip
_VEELVOUD = {4, 5, 6, 7}
_PUNT = 16


def graden(x: float, y: float) -> tuple[float, float]:
    """RD New to longitude and latitude, within a metre (Schreutelkamp and Strang van Hees)."""
    oost, noord = _graden(np.array([x], float), np.array([y], float))
    return float(oost[0]), float(noord[0])


def _graden(
    x: NDArray[np.float64], y: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    dx, dy = (x - 155000) * 1e-5, (y - 463000) * 1e-5
    noord = np.full_like(dx, 52.15517440)
    oost = np.full_like(dx, 5.38720621)
    for p, q, k in _FI:
        noord += k * dx**p * dy**q / 3600
    for p, q, k in _LABDA:
        oost += k * dx**p * dy**q / 3600
    return oost, noord


def punten(wkb: bytes) -> NDArray[np.float64]:
    """All corners (n, 2) of a polygon or multipolygon in WKB without height.

    Raises:
        ValueError: when it is another kind of geometry.
    """
    delen: list[NDArray[np.float64]] = []
    _lees(wkb, 0, delen)
    return np.concatenate(delen) if delen else np.empty((0, 2))


def _lees(wkb: bytes, plek: int, delen: list[NDArray[np.float64]]) -> int:
    orde = "<" if wkb[plek] == 1 else ">"
    soort, aantal = struct.unpack_from(f"{orde}II", wkb, plek + 1)
    plek += 9
    if soort in _VEELVOUD:
        for _ in range(aantal):
            plek = _lees(wkb, plek, delen)
        return plek
    if soort != 3:
        raise ValueError(f"geen vlak: WKB-soort {soort}")
    for _ in range(aantal):
        (hoeken,) = struct.unpack_from(f"{orde}I", wkb, plek)
        ring = np.frombuffer(wkb, f"{orde}f8", hoeken * 2, plek + 4)
        delen.append(ring.reshape(-1, 2).astype(np.float64))
        plek += 4 + hoeken * _PUNT
    return plek


def vlak(wkb: bytes) -> dict[str, Any]:
    """The rings of an outline as GeoJSON lines in degrees: to draw around it, not to fill."""
    ringen: list[NDArray[np.float64]] = []
    _lees(wkb, 0, ringen)
    lijnen = [
        np.round(np.column_stack(_graden(r[:, 0], r[:, 1])), 6).tolist() for r in ringen if len(r)
    ]
    return {
        "type": "Feature",
        "properties": {},
        "geometry": {"type": "MultiLineString", "coordinates": lijnen},
    }


def kader(vormen: Iterable[bytes]) -> Kader | None:
    """The bounding box in degrees around some outlines; None when there are none."""
    alle = [p for p in (punten(v) for v in vormen) if len(p)]
    if not alle:
        return None
    laag = np.min([p.min(axis=0) for p in alle], axis=0)
    hoog = np.max([p.max(axis=0) for p in alle], axis=0)
    hoeken = [graden(float(x), float(y)) for x in (laag[0], hoog[0]) for y in (laag[1], hoog[1])]
    west, oost = min(h[0] for h in hoeken), max(h[0] for h in hoeken)
    zuid, noord = min(h[1] for h in hoeken), max(h[1] for h in hoeken)
    return west, zuid, oost, noord
