"""Areas of one's own on the map: which buurten lie inside a line, and the outline of each."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from dashboard import geometry, snapshot_map
from dashboard.snapshot import Lezing
from dashboard.snapshot_compare import grenzen, namen
from indicators.contracts import EigenGebied

RD, GRADEN = 28992, 4326
MEESTE_PUNTEN, MEESTE_BUURTEN = 200, 300
MEESTE_OMTREK = 5000
"""With more buurten than this in all own areas together, the map does not outline them."""
REGEL = "Een buurt telt mee als meer dan de helft van haar oppervlakte binnen de lijn ligt."
_PUNT = re.compile(r"^(-?\d{1,3}(?:\.\d{1,9})?),(-?\d{1,2}(?:\.\d{1,9})?)$")


class LijnFout(Exception):
    """A line that cannot be used; the message says what to do."""


def lees_lijn(tekst: str) -> shapely.Geometry:
    """A line as typed in an address (`5.1,52.0;5.2,52.0;5.2,52.1`) as a surface in degrees.

    A line that crosses itself encloses what lies on either side of the crossing.

    Raises:
        LijnFout: when it is no line, or encloses nothing.
    """
    treffers = [_PUNT.match(p) for p in tekst.split(";") if p][: MEESTE_PUNTEN + 1]
    if len(treffers) < 3:
        raise LijnFout("Zet ten minste drie punten om een gebied te tekenen.")
    if len(treffers) > MEESTE_PUNTEN:
        raise LijnFout(f"Dat zijn te veel punten; er passen er {MEESTE_PUNTEN}.")
    punten = [(float(t[1]), float(t[2])) for t in treffers if t]
    if len(punten) < len(treffers):
        raise LijnFout("Een van de punten is geen plek op de kaart (lengte,breedte).")
    vlak = shapely.make_valid(shapely.Polygon(punten))
    if not shapely.area(vlak):
        raise LijnFout("De lijn sluit niets in. Zet de punten om een gebied heen.")
    return vlak


def binnen(lezing: Lezing, tekst: str, grensjaar: int) -> dict[str, Any]:
    """The buurten of a boundary year inside a line: codes, names, and the rule.

    Raises:
        LijnFout: when the line cannot be used, or holds more buurten than an address can carry.
    """
    lijn = gpd.GeoSeries([lees_lijn(tekst)], crs=GRADEN).to_crs(RD).iloc[0]
    k = snapshot_map.buurtvormen(lezing, grensjaar)
    if not len(k["gebied"]):
        raise LijnFout(f"Van {grensjaar} is geen kaart ingelezen.")
    codes = k["gebied"].astype(str)
    vormen = shapely.from_wkb([bytes(v) for v in k["geometrie"]])
    raakt = np.flatnonzero(shapely.intersects(vormen, lijn))
    deel = shapely.area(shapely.intersection(vormen[raakt], lijn)) / shapely.area(vormen[raakt])
    erin = codes[raakt[deel > 0.5]].tolist()
    if len(erin) > MEESTE_BUURTEN:
        raise LijnFout(
            f"Binnen de lijn liggen {len(erin)} buurten; een eigen gebied dat je tekent heeft er "
            f"hoogstens {MEESTE_BUURTEN}. Teken kleiner, of lees een tabel in bij Eigen gebieden."
        )
    er = namen(lezing, erin, grensjaar)
    weg = sorted(set(erin) - set(er))
    return {
        "codes": [c for c in erin if c in er],
        "namen": [er[c] for c in erin if c in er],
        "buiten": len(weg),
        "deels": len(raakt) - len(erin),
        "regel": REGEL,
    }


def omtrekken(lezing: Lezing, eigen: Iterable[EigenGebied], grensjaar: int) -> list[dict[str, Any]]:
    """The outline of each area of one's own in a boundary year, as lines in degrees.

    The area lies to the right of its lines, so that a map can draw them on its inside.
    An area of which a buurt is not there, or changed its boundary in between, has none.
    """
    alle = tuple(eigen)
    er = grenzen(lezing, {(c, grensjaar) for g in alle for c in g.buurtcodes})
    jaren = {g.grensjaar for g in alle}
    anders = {j: set(snapshot_map.veranderd(lezing, j, grensjaar)) for j in jaren}
    uit: list[dict[str, Any]] = []
    for g in alle:
        vormen = [er[c, grensjaar] for c in g.buurtcodes if (c, grensjaar) in er]
        if len(vormen) < len(g.buurtcodes) or anders[g.grensjaar] & set(g.buurtcodes):
            continue
        vlak = shapely.force_2d(shapely.union_all(shapely.from_wkb(vormen)))
        uit.append(geometry.vlak(shapely.to_wkb(shapely.orient_polygons(vlak, exterior_cw=True))))
    return uit
