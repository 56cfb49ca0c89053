"""A print set for a neighbourhood meeting: a map on A3, figure cards, and story cards."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import shapely

from dashboard import snapshot_map
from dashboard.context import Huis
from dashboard.sheets import batch, choose, compose, matter, pieces, public, render
from dashboard.sheets.choose import Maat
from dashboard.snapshot import Lezing
from dashboard.words import hoofdletter

_RUIM = Maat(verhalen=12, tekens=420, cijfers=12)
_WIJD, _HOOG = 380.0, 230.0
"""The map's field on A3, in millimetres."""


def maak(huis: Huis, lezing: Lezing, code: str) -> render.Drukwerk:
    """The set of an area: figures with the number on the back, stories that everyone may read.

    Raises:
        BladFout: when it cannot be set.
        GebiedOnbekend: when the publication has no such area.
    """
    zaak = matter.lees_zaak(huis, lezing, code, redactie=batch.concept(huis, code))
    blad = zaak.blad
    gekozen = choose.cijfers(blad, zaak.redactie, (), _RUIM)
    kaartjes = [{"vraag": i.gespreksvraag, "voor": i.zin} | pieces.figuur(blad, i) for i in gekozen]
    mag, _ = public.openbaar(blad)
    invoer = {
        "titel": blad.buurt.gebied.naam,
        "ondertitel": compose.plek(blad),
        "corporatie": zaak.corporatie or "Tel & Vertel",
        "fictief": blad.publicatie.fictief,
        "kaart": kaart(lezing, blad.buurt.gebied.gebied, blad.buurt.gebied.grensjaar),
        "cijfers": [k for k in kaartjes if "leeg" not in k],  # nothing to guess without a figure
        "stemmen": [
            {
                "rol": hoofdletter(blad.catalogus.woorden.rol.get(v.nu.rol, v.nu.rol)),
                "tekst": pieces.kort(v.nu.tekst, _RUIM.tekens)[0],
            }
            for v in mag[: _RUIM.verhalen]
        ],
        "bron": f"Publicatie {blad.publicatie.publicatie}. Een cijfer over een buurt zegt niets "
        "over een persoon.",
    }
    ruw = json.dumps(invoer, ensure_ascii=False, sort_keys=True)
    pdf = render.zet("plaats", lambda: {"set": render.schoon(ruw)})
    return render.Drukwerk(pdf, (), ())


def kaart(lezing: Lezing, code: str, grensjaar: int) -> dict[str, Any] | None:
    """An area large, with its neighbours and their names; None without its outline."""
    k = snapshot_map.buurtvormen(lezing, grensjaar)
    eigen = shapely.from_wkb(snapshot_map.vormen(lezing, [code], grensjaar))
    if not len(eigen):
        return None
    west, zuid, oost, noord = shapely.total_bounds(eigen)
    rand = 0.12 * max(oost - west, noord - zuid)
    schaal = min(_WIJD / (oost - west + 2 * rand), _HOOG / (noord - zuid + 2 * rand))
    breed, hoog = _WIJD / schaal, _HOOG / schaal
    x0, y0 = (west + oost - breed) / 2, (zuid + noord - hoog) / 2
    kader = shapely.box(x0, y0, x0 + breed, y0 + hoog)
    alle = shapely.from_wkb([bytes(v) for v in k["geometrie"]])
    raakt = np.flatnonzero(shapely.intersects(alle, kader))
    paden, namen = [], []
    for n in raakt:
        stuk = shapely.intersection(shapely.make_valid(alle[n]), kader)
        zelf = str(k["gebied"][n]) == code
        paden.append(_pad(stuk, x0, y0 + hoog, schaal, zelf))
        if zelf or shapely.area(stuk) > 0.02 * breed * hoog:
            punt = shapely.point_on_surface(stuk)
            namen.append(
                {
                    "zelf": zelf,
                    "naam": lezing.gebied(str(k["gebied"][n]), grensjaar).naam,
                    "x": round((punt.x - x0) * schaal, 1),
                    "y": round((y0 + hoog - punt.y) * schaal, 1),
                }
            )
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIJD:g} {_HOOG:g}">'
        f"{''.join(sorted(paden))}</svg>"
    )
    naam = lezing.gebied(code, grensjaar).naam
    buren = ", ".join(n["naam"] for n in namen if not n["zelf"]) or "geen buurten in de buurt"
    return {"svg": svg, "alt": f"Kaart van {naam}, met eromheen: {buren}.", "namen": namen}


def _pad(vorm: shapely.Geometry, west: float, noord: float, schaal: float, zelf: bool) -> str:
    uit = []
    for deel in shapely.get_parts(vorm):
        if deel.geom_type != "Polygon":
            continue
        for ring in (deel.exterior, *deel.interiors):
            xy = shapely.get_coordinates(shapely.simplify(ring, 0.15 / schaal))
            punten = (f"{(x - west) * schaal:.1f} {(noord - y) * schaal:.1f}" for x, y in xy)
            uit.append(f"M{'L'.join(punten)}Z")
    vulling = "#e3eff0" if zelf else "#f7f6f2"
    lijn = ("#0b6472", "1.2") if zelf else ("#b9beba", "0.5")
    return (
        f'<path fill="{vulling}" stroke="{lijn[0]}" stroke-width="{lijn[1]}" d="{"".join(uit)}"/>'
    )
