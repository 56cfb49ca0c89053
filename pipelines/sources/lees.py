"""From a recognised file to a `Tabel`: codes, year, numbers with kind of missing, borders."""

from __future__ import annotations

import re
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from indicators import regions
from indicators.catalogue import Catalogus
from indicators.formulas import F64, I8
from indicators.model import Generatie
from pipelines.sources.bladen import kolommen_van
from pipelines.sources.herken import Vondst, bepaal_jaar
from pipelines.sources.tabel import (
    GEBIED_KOLOMMEN,
    BronFout,
    Tabel,
    controleer_codes,
    getallen,
    niet_gepubliceerd,
)

RD = 28992
_NEDERLAND = (-10_000, 300_000, 300_000, 640_000)


def lees(vondst: Vondst, cat: Catalogus) -> Tabel:
    """A recognised file as a table-year.

    Raises:
        BronFout: naming file, sheet, column, row, what was expected and found, and what to do.
    """
    generatie, bron = vondst.generatie, vondst.bron
    if generatie is None or bron is None:
        raise BronFout(f"{vondst.waar}: niet herkend")
    kolommen, geometrie = kolommen_van(
        vondst.bestand, generatie.soort, vondst.blad, vondst.koppen, vondst.waar
    )
    if not kolommen or not len(next(iter(kolommen.values()))):
        raise BronFout(f"{vondst.waar}: geen rijen onder de koppen.")
    codes = controleer_codes(kolommen[generatie.gebied], f"{vondst.waar}, kolom {generatie.gebied}")
    jaar, jaar_uit = bepaal_jaar(vondst, _jaarvelden(kolommen, generatie, vondst))
    cellen, waarschuwingen = _cellen(kolommen, generatie, cat, vondst)
    niet_gepubliceerd(cellen, codes)
    grenzen = None if geometrie is None else _grenzen(geometrie, codes, vondst)
    return Tabel(
        bron=bron.id,
        generatie=generatie.id,
        jaar=jaar,
        jaar_uit=jaar_uit,
        grensjaar=jaar,
        gebieden=_gebieden(kolommen, generatie, codes),
        cellen=cellen,
        grenzen=grenzen,
        waarschuwingen=waarschuwingen,
    )


def _jaarvelden(kolommen: dict[str, list[Any]], generatie: Generatie, vondst: Vondst) -> set[int]:
    """Years named in the rows' own year fields; `2024BU...` counts as 2024."""
    gevonden: set[int] = set()
    for veld in (v for v in generatie.jaar if v in kolommen):
        for rij, cel in enumerate(kolommen[veld], start=2):
            treffer = re.match(r"\s*((?:19|20)\d\d)", str(cel))
            if treffer is None:
                raise BronFout(f"{vondst.waar}, kolom {veld}, rij {rij}: '{cel}' is geen jaar.")
            gevonden.add(int(treffer[1]))
    return gevonden


def _cellen(
    kolommen: dict[str, list[Any]], generatie: Generatie, cat: Catalogus, vondst: Vondst
) -> tuple[dict[str, tuple[F64, I8]], tuple[str, ...]]:
    verplicht = set(cat.gevraagde_kolommen(generatie.id))
    tekstvelden = {generatie.gebied, generatie.naam, generatie.gemeentenaam, generatie.water}
    tekstvelden |= {generatie.wijk, generatie.gemeente, *generatie.jaar}
    cellen: dict[str, tuple[F64, I8]] = {}
    for kolom, ruw in kolommen.items():
        if kolom in tekstvelden:
            continue
        waar = f"{vondst.waar}, kolom {kolom}"
        gelezen = getallen(ruw, generatie, kolom in verplicht, waar)
        if gelezen is not None:
            cellen[kolom] = gelezen
    bekend = set(cat.velden.get(generatie.id, ()))
    nieuw = [k for k in kolommen if bekend and k not in bekend]
    tekst = f"{vondst.waar}: {len(nieuw)} onbekende kolommen: {', '.join(nieuw[:5])}"
    return cellen, (tekst,) if nieuw else ()


def _gebieden(
    kolommen: dict[str, list[Any]], generatie: Generatie, codes: list[str]
) -> pd.DataFrame:
    n = len(codes)

    def tekst(veld: str | None) -> list[str | None]:
        ruw = kolommen.get(veld or "", [None] * n)
        return [None if c is None or str(c).strip() in ("", ".") else str(c).strip() for c in ruw]

    def geheel(veld: str | None) -> list[int | None]:
        uit: list[int | None] = []
        for cel in tekst(veld):
            getal = re.match(r"^-?\d+", cel or "")
            uit.append(int(getal[0]) if getal and int(getal[0]) >= 0 else None)
        return uit

    def code(veld: str | None) -> list[str | None]:
        """Codes of parents; what is no code counts as unknown."""
        return [c if c and regions.geldig(c) else None for c in tekst(veld)]

    gemeente = [
        g or regions.gemeente_van(c) for g, c in zip(code(generatie.gemeente), codes, strict=True)
    ]
    postcode = [None if p is None else f"{p:04d}" for p in geheel(generatie.postcode)]
    rijen = {
        "gebied": codes,
        "naam": tekst(generatie.naam),
        "wijk": code(generatie.wijk),
        "gemeente": gemeente,
        "gemeentenaam": tekst(generatie.gemeentenaam),
        "postcode": postcode,
        "wijziging": pd.array(geheel(generatie.wijziging), dtype="Int32"),
        "water": [w == "JA" for w in tekst(generatie.water)],
    }
    return pd.DataFrame(rijen)[list(GEBIED_KOLOMMEN)]


def _grenzen(vormen: gpd.GeoSeries, codes: list[str], vondst: Vondst) -> list[bytes]:
    """Geometries in RD New as WKB.

    Raises:
        BronFout: naming the area of an empty, self-crossing or misplaced polygon.
    """
    rd = vormen.to_crs(RD)
    meetkunde = np.asarray(rd.array)
    herstel = vondst.bestand.bijschrift.herstel_geometrie
    for i, vorm in enumerate(meetkunde):
        meetkunde[i] = _vlak(vorm, herstel, f"{vondst.waar}, rij {i + 2}, gebied {codes[i]}")
    return [bytes(b) for b in shapely.to_wkb(meetkunde)]


def _vlak(vorm: Any, herstel: bool, waar: str) -> shapely.Geometry:
    """One area as a flat, valid polygon in the Netherlands."""
    leeg = f"{waar}: geen vlak, of een leeg vlak. Herstel de kaart of haal de rij weg."
    if vorm is None or vorm.is_empty or vorm.geom_type not in ("Polygon", "MultiPolygon"):
        raise BronFout(leeg)
    x1, y1, x2, y2 = vorm.bounds
    binnen = _NEDERLAND[0] <= x1 and _NEDERLAND[1] <= y1
    if not (binnen and x2 <= _NEDERLAND[2] and y2 <= _NEDERLAND[3]):  # also when not a number
        raise BronFout(
            f"{waar}: de grens ligt buiten Nederland ({x1:.0f}, {y1:.0f} in RD). "
            "Klopt het coördinatenstelsel van de kaart? RD New is EPSG:28992."
        )
    vorm = shapely.force_2d(vorm)
    if vorm.is_valid:
        return vorm
    if not herstel:
        raise BronFout(
            f"{waar}: de grens snijdt zichzelf ({shapely.is_valid_reason(vorm)}). "
            "Herstel de kaart, of zet in bestanden.yaml herstel_geometrie: true."
        )
    delen = shapely.get_parts(shapely.make_valid(vorm))
    vlakken = shapely.get_parts(delen)[shapely.get_dimensions(shapely.get_parts(delen)) == 2]
    if not len(vlakken):
        raise BronFout(leeg)
    return shapely.union_all(vlakken)
