"""A made-up country of the real size: every buurt code of 2024, figures and outlines invented.

Codes and names come from `../shared/data` where present, otherwise they are made up as well. The
figures are random draws: good for weight and speed, for nothing else.
"""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from indicators import regions
from indicators.catalogue import Catalogus

NATIONAAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "cbs" / "nationaal"
TEKST = {"gwb_code_10", "gwb_code_8", "regio", "gm_naam", "recs", "gwb_code"}
RECS = {"land": "Land", "gemeente": "Gemeente", "wijk": "Wijk", "buurt": "Buurt"}


def buurten() -> list[tuple[str, str]]:
    """Code and name of every buurt: the real ones of 2024, or 14,574 made-up ones."""
    pad = NATIONAAL / "cbs_buurt_namen_85984.csv"
    if pad.exists():
        with pad.open(encoding="utf-8-sig", newline="") as stroom:
            return [(r[0].strip(), r[1].strip()) for r in list(csv.reader(stroom))[1:]]
    return [
        (f"BU{i // 43 + 1:04d}{i % 43 // 9:02d}{i % 9:02d}", f"Buurt {i}") for i in range(14_574)
    ]


def schrijf_jaar(pad: Path, jaar: int, cat: Catalogus, zaad: int = 1) -> int:
    """One national KWB year as Parquet with the headings of the Excel generation.

    Returns:
        Number of rows: the country, gemeenten, wijken and buurten.
    """
    namen = dict(buurten())
    gemeenten = sorted({str(regions.gemeente_van(c)) for c in namen})
    wijken = sorted({str(regions.wijk_van(c)) for c in namen})
    codes = ["NL00", *gemeenten, *wijken, *namen]
    n, rng = len(codes), np.random.default_rng(zaad * 10_000 + jaar)
    inwoners = np.maximum(rng.lognormal(6.6, 1.0, n) // 5 * 5, 0)
    tabel: dict[str, pa.Array] = {}
    for kop in cat.velden["kwb_excel_2023"]:
        if kop in TEKST:
            continue
        waarde = np.round(rng.beta(2, 5, n) * 100, 1 if kop[0] == "g" else 0)
        if kop.startswith("a_"):
            waarde = np.round(inwoners * rng.beta(2, 5, n) / 5) * 5
        if kop == "a_inw":
            waarde = inwoners
        leeg = rng.random(n) < (0.0 if kop in ("a_inw", "ind_wbi") else 0.03)
        tabel[kop] = pa.array(waarde, mask=leeg)
    tabel["ind_wbi"] = pa.array(np.ones(n))
    tabel["pst_mvp"] = pa.array(rng.integers(1011, 9999, n).astype(float))
    for kop in ("gwb_code_10", "gwb_code_8", "gwb_code"):
        tabel[kop] = pa.array(codes)
    tabel["regio"] = pa.array([namen.get(c, c) for c in codes])
    tabel["gm_naam"] = pa.array([str(regions.gemeente_van(c) or "Nederland") for c in codes])
    tabel["recs"] = pa.array([RECS[regions.niveau(c)] for c in codes])
    pad.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table({k: tabel[k] for k in cat.velden["kwb_excel_2023"]}), pad)
    return n


def schrijf_kaart(pad: Path, jaar: int, cat: Catalogus, zaad: int = 1) -> int:
    """A buurtkaart of the country as GeoPackage: outlines, codes and inhabitants.

    Returns:
        Number of polygons.
    """
    namen = buurten()
    vormen = vlakken([c for c, _ in namen], zaad)
    kolommen: dict[str, object] = dict.fromkeys(cat.velden["buurtkaart_2024"], -99995)
    kolommen |= {
        "buurtcode": [c for c, _ in namen],
        "buurtnaam": [n for _, n in namen],
        "wijkcode": [regions.wijk_van(c) for c, _ in namen],
        "gemeentecode": [regions.gemeente_van(c) for c, _ in namen],
        "gemeentenaam": [regions.gemeente_van(c) for c, _ in namen],
        "water": "NEE",
        "jrstatcode": [f"{jaar}{c}" for c, _ in namen],
        "jaar": jaar,
    }
    kaart = gpd.GeoDataFrame(kolommen, geometry=vormen, crs=28992, index=range(len(namen)))
    pad.parent.mkdir(parents=True, exist_ok=True)
    kaart.to_file(pad, driver="GPKG", layer="buurten", engine="pyogrio")
    return len(kaart)


def vlakken(codes: list[str], zaad: int) -> np.ndarray:
    """One valid polygon per code, together without gaps, about 30 points each, in RD New.

    Points are scattered in the outline of their gemeente (2022, where present); their Voronoi
    cells fill the frame of the country, every shared edge bent the same way for both neighbours.
    """
    rng = np.random.default_rng(zaad)
    land, punten = _punten(codes, rng)
    cellen = shapely.voronoi_polygons(shapely.multipoints(punten), extend_to=land.envelope)
    stukken = np.asarray(shapely.get_parts(cellen))
    boom = shapely.STRtree(stukken)
    punt, cel = boom.query(shapely.points(punten), predicate="within")
    volgorde = np.empty(len(codes), dtype=int)
    volgorde[punt] = cel
    gebogen = shapely.make_valid(_buig(stukken[volgorde], rng))
    return np.asarray(shapely.intersection(gebogen, land.envelope))


def _punten(codes: list[str], rng: np.random.Generator) -> tuple[shapely.Geometry, np.ndarray]:
    pad = NATIONAAL / "gemeenten.geojson.gz"
    kader = shapely.box(14_000, 306_000, 278_000, 612_000)
    per_gemeente: dict[str, shapely.Geometry] = {}
    if pad.exists():
        kenmerken = json.loads(gzip.decompress(pad.read_bytes()))["features"]
        kaart = gpd.GeoDataFrame.from_features(kenmerken, crs=4326).to_crs(28992)
        per_gemeente = dict(zip(kaart["statcode"], kaart.geometry, strict=True))
        kader = shapely.union_all(kaart.geometry.array).buffer(0)
    punten = np.empty((len(codes), 2))
    gemeenten = np.array([regions.gemeente_van(c) for c in codes])
    for gemeente in np.unique(gemeenten):
        wie = np.flatnonzero(gemeenten == gemeente)
        punten[wie] = _strooi(per_gemeente.get(gemeente, kader), len(wie), rng)
    return kader, punten


def _strooi(vlak: shapely.Geometry, n: int, rng: np.random.Generator) -> np.ndarray:
    x1, y1, x2, y2 = vlak.bounds
    shapely.prepare(vlak)
    gevonden = np.empty((0, 2))
    while len(gevonden) < n:
        proef = rng.uniform((x1, y1), (x2, y2), (n * 4 + 50, 2))
        binnen = shapely.contains_xy(vlak, proef[:, 0], proef[:, 1])
        gevonden = np.vstack([gevonden, proef[binnen]])
    return gevonden[:n]


def _buig(cellen: np.ndarray, rng: np.random.Generator, delen: int = 5) -> np.ndarray:
    """Bends each edge of a Voronoi mosaic a little, the same way on both sides."""
    punten, ring = shapely.get_coordinates(cellen, return_index=True)
    begin, eind = punten[:-1], punten[1:]
    rand = ring[:-1] == ring[1:]
    begin, eind, eigenaar = begin[rand], eind[rand], ring[:-1][rand]
    om = (begin[:, 0] > eind[:, 0]) | ((begin[:, 0] == eind[:, 0]) & (begin[:, 1] > eind[:, 1]))
    a, b = np.where(om[:, None], eind, begin), np.where(om[:, None], begin, eind)
    _, uniek = np.unique(np.round(np.hstack([a, b]), 3), axis=0, return_inverse=True)
    uitslag = rng.normal(0, 0.05, (uniek.max() + 1, delen - 1))[uniek.ravel()]
    deel = np.linspace(0, 1, delen + 1)[:-1]
    lijn = a[:, None] + (b - a)[:, None] * deel[None, :, None]
    dwars = np.stack([-(b - a)[:, 1], (b - a)[:, 0]], axis=1)
    lijn[:, 1:] += dwars[:, None] * uitslag[:, :, None]
    terug = np.concatenate([b[:, None], lijn[:, :0:-1]], axis=1)
    lijn = np.where(om[:, None, None], terug, lijn)
    ringen = shapely.linearrings(lijn.reshape(-1, 2), indices=np.repeat(eigenaar, delen))
    return np.asarray(shapely.polygons(ringen))
