"""From a recognised file to a `Tabel`: codes, year, numbers with kind of missing, borders."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from indicators import regions
from indicators.catalogue import Catalogus
from indicators.formulas import F64, I8
from indicators.model import Generatie
from pipelines.sources import lang
from pipelines.sources.bladen import kolommen_van
from pipelines.sources.files import SIDECAR
from pipelines.sources.herken import (
    Vondst,
    bepaal_grensjaar,
    bepaal_jaar,
    naam_zegt_anders,
)
from pipelines.sources.keur import keur
from pipelines.sources.tabel import (
    GEBIED_KOLOMMEN,
    BronFout,
    Tabel,
    controleer_codes,
    geldige_codes,
    getallen,
    niet_gepubliceerd,
    verschillende,
)

RD = 28992
_WATER = ("JA",)
"""How the maps of CBS say that a row is water."""
_NEDERLAND = (-10_000, 300_000, 300_000, 640_000)


def lees(vondst: Vondst, cat: Catalogus) -> Tabel:
    """A recognised file of one year as a table-year.

    Raises:
        BronFout: as `lees_alle`, or more than one year in the file.
    """
    tabellen = lees_alle(vondst, cat)
    if len(tabellen) > 1:
        jaren = ", ".join(str(t.jaar) for t in tabellen)
        raise BronFout(f"{vondst.waar}: verwacht een jaar, gevonden {jaren}.")
    return tabellen[0]


def lees_alle(vondst: Vondst, cat: Catalogus) -> list[Tabel]:
    """A recognised file as table-years, one per year that is in it.

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
        raise BronFout(
            f"{vondst.waar}: geen rijen onder de koppen, verwacht een rij per gebied. Haal het "
            "bestand opnieuw op bij de bron."
        )
    if generatie.water and geometrie is not None:
        kolommen, geometrie = _zonder_dubbel_water(kolommen, geometrie, generatie)
    if generatie.periode is not None:
        return _lange_tabel(kolommen, vondst, cat)
    ruw = _met_andere_codes(kolommen[generatie.gebied], generatie)
    codes = controleer_codes(ruw, f"{vondst.waar}, kolom {generatie.gebied}")
    jaar, jaar_uit = bepaal_jaar(vondst, _jaarvelden(kolommen, generatie, vondst))
    cellen, waarschuwingen = _cellen(kolommen, generatie, cat, vondst)
    waarschuwingen += naam_zegt_anders(vondst, jaar)
    niet_gepubliceerd(cellen, codes)
    tabel = Tabel(
        bron=bron.id,
        generatie=generatie.id,
        jaar=jaar,
        jaar_uit=jaar_uit,
        grensjaar=bepaal_grensjaar(vondst, jaar, jaar),
        gebieden=_gebieden(kolommen, generatie, codes),
        cellen=cellen,
        grenzen=None if geometrie is None else _grenzen(geometrie, codes, vondst),
        waarschuwingen=waarschuwingen,
    )
    return [_gekeurd(tabel, generatie, vondst)]


def _gekeurd(tabel: Tabel, generatie: Generatie, vondst: Vondst) -> Tabel:
    gezegd = keur(tabel, generatie, vondst.waar)
    return replace(tabel, waarschuwingen=(*tabel.waarschuwingen, *gezegd))


def _lange_tabel(kolommen: dict[str, Any], vondst: Vondst, cat: Catalogus) -> list[Tabel]:
    """A table with periods, and maybe dimensions, in columns: one table-year per year."""
    gen, bron, waar = vondst.generatie, vondst.bron, vondst.waar
    assert gen is not None and bron is not None and gen.periode is not None  # noqa: S101
    leden = {d.kolom: lang.leden(kolommen.pop(d.kolom)) for d in gen.dimensies}
    perioden = kolommen.pop(gen.periode)
    ruw = _met_andere_codes(kolommen[gen.gebied], gen)
    codes = geldige_codes(ruw, f"{waar}, kolom {gen.gebied}")
    cellen, waarschuwingen = _cellen(kolommen, gen, cat, vondst)
    over = {k: kolommen[k] for k in _gebiedkolommen(gen) if k in kolommen}
    lange = lang.Lang(
        waar=waar,
        codes=codes,
        perioden=perioden,
        leden=leden,
        cellen=cellen,
        gebieden=lambda rijen, eigen: _gebieden(
            {k: [v[i] for i in rijen] for k, v in over.items()}, gen, eigen
        ),
        waarschuwingen=waarschuwingen,
    )
    uit = lang.tabellen(
        lange, bron, gen, cat, lambda jaar, nieuwste: bepaal_grensjaar(vondst, jaar, nieuwste)
    )
    gezegd = vondst.bestand.bijschrift.jaar
    if gezegd is not None and gezegd not in {t.jaar for t in uit}:
        raise BronFout(
            f"{waar}: {SIDECAR} zegt jaar {gezegd}, maar het bestand gaat over "
            f"{', '.join(str(t.jaar) for t in uit)}. Herstel een van beide."
        )
    return uit


def _met_andere_codes(ruw: Sequence[object], gen: Generatie) -> list[object]:
    """Codes of areas, with what a producer writes in its own way as CBS writes it."""
    plek, uniek = verschillende(ruw)
    eigen = [gen.andere_codes.get(str(c).strip(), c) for c in uniek]
    met: list[object] = np.array([*eigen, None], dtype=object)[:-1][plek].tolist()
    return met


def _gebiedkolommen(gen: Generatie) -> set[str]:
    velden = (gen.naam, gen.gemeentenaam, gen.wijk, gen.gemeente, gen.postcode)
    return {v for v in (*velden, gen.wijziging, gen.water) if v is not None}


def _zonder_dubbel_water(
    kolommen: dict[str, Any], vormen: gpd.GeoSeries, gen: Generatie
) -> tuple[dict[str, Any], gpd.GeoSeries]:
    """Without the water rows of areas that have a land row too; waters with own codes stay."""
    codes = [regions.schoon(c) for c in kolommen[gen.gebied]]
    water = [str(w).strip() in _WATER for w in kolommen[str(gen.water)]]
    land = {c for c, w in zip(codes, water, strict=True) if not w}
    houd = [not (w and c in land) for c, w in zip(codes, water, strict=True)]
    if all(houd):
        return kolommen, vormen
    kort = {
        k: v[houd] if isinstance(v, np.ndarray) else [x for x, h in zip(v, houd, strict=True) if h]
        for k, v in kolommen.items()
    }
    return kort, vormen[houd].reset_index(drop=True)


def _jaarvelden(kolommen: dict[str, list[Any]], generatie: Generatie, vondst: Vondst) -> set[int]:
    """Years named in the rows' own year fields; `2024BU...` counts as 2024."""
    gevonden: set[int] = set()
    for veld in (v for v in generatie.jaar if v in kolommen):
        for rij, cel in enumerate(kolommen[veld], start=2):
            treffer = re.match(r"\s*((?:19|20)\d\d)", str(cel))
            if treffer is None:
                wat = None if cel is None or cel != cel else cel  # no number is no year either
                raise BronFout(f"{vondst.waar}, kolom {veld}, rij {rij}: '{wat}' is geen jaar.")
            gevonden.add(int(treffer[1]))
    return gevonden


def _cellen(
    kolommen: dict[str, list[Any]], generatie: Generatie, cat: Catalogus, vondst: Vondst
) -> tuple[dict[str, tuple[F64, I8]], tuple[str, ...]]:
    verplicht = set(cat.gevraagde_kolommen(generatie.id))
    als_kolom = any(d.als_kolom for d in generatie.dimensies)
    tekstvelden = {generatie.gebied, generatie.naam, generatie.gemeentenaam, generatie.water}
    tekstvelden |= {generatie.wijk, generatie.gemeente, *generatie.jaar}
    if generatie.periode is not None:  # a long table says itself which columns only describe
        tekstvelden |= set(generatie.beschrijft)
    cellen: dict[str, tuple[F64, I8]] = {}
    for kolom, ruw in kolommen.items():
        if kolom in tekstvelden:
            continue
        waar = f"{vondst.waar}, kolom {kolom}"
        gelezen = getallen(ruw, generatie, als_kolom or kolom in verplicht, waar)
        if gelezen is not None:
            cellen[kolom] = gelezen
    bekend = set(cat.velden.get(generatie.id, ()))
    nieuw = [k for k in kolommen if bekend and not als_kolom and k not in bekend]
    tekst = f"{vondst.waar}: {len(nieuw)} onbekende kolommen: {', '.join(nieuw[:5])}"
    return cellen, (tekst,) if nieuw else ()


def _gebieden(
    kolommen: dict[str, list[Any]], generatie: Generatie, codes: list[str]
) -> pd.DataFrame:
    n = len(codes)

    def tekst(veld: str | None) -> list[str | None]:
        ruw = kolommen.get(veld or "")
        if ruw is None:
            return [None] * n
        kaal = (None if c is None else str(c).strip() for c in ruw)
        return [None if c in (None, "", ".") else c for c in kaal]

    def geheel(veld: str | None) -> list[int | None]:
        ruw = kolommen.get(veld or "")
        if ruw is None:
            return [None] * n
        if isinstance(ruw, np.ndarray):
            return [int(x) if x >= 0 else None for x in ruw.tolist()]  # NaN is not >= 0
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
        "naam": _namen(tekst(generatie.naam), tekst(generatie.gemeentenaam), codes),
        "wijk": code(generatie.wijk),
        "gemeente": gemeente,
        "gemeentenaam": tekst(generatie.gemeentenaam),
        "postcode": postcode,
        "wijziging": pd.array(geheel(generatie.wijziging), dtype="Int32"),
        "water": [w in _WATER for w in tekst(generatie.water)],
    }
    return pd.DataFrame(rijen)[list(GEBIED_KOLOMMEN)]


def _namen(
    namen: list[str | None], gemeenten: list[str | None], codes: list[str]
) -> list[str | None]:
    """Names; a table that names only gemeenten names its gemeente and country rows with that."""
    return [
        n if n is not None or c.startswith(("WK", "BU")) else g
        for n, g, c in zip(namen, gemeenten, codes, strict=True)
    ]


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
