"""The surroundings of the fictional town: water and green, and neighbours without figures.

Nothing here is counted. It lies under and around the map, in the form that a real background has
(`instellingen/achtergrond.geojson.gz`, read by `pipelines.background`).
"""

import gzip
import io
import json
import math
from itertools import pairwise
from pathlib import Path

import numpy as np
import shapely
from shapely.geometry import LineString, Point, Polygon, mapping

from pipelines.voorbeeld.stad import WATEREN, cellen
from pipelines.voorbeeld.vorm import KANAAL, RIVIER, op_aarde, toeval

BRONVERMELDING = "Achtergrond: verzonnen, zoals de gemeente"
RAND = 2600.0
"""How far the neighbours reach, in metres."""
BUREN = {"Lekbroek": 20, "Oudermeer": 96, "Sint Jansveen": 163, "Waalhoek": 232, "Elderwoud": 305}
"""Neighbouring gemeenten and the direction of their first border, in degrees from the east."""

# name | middle | size in metres | how long beside how wide
_BOSSEN = (
    ("Noorderbos", (-3150, 2350), 430, 1.5), ("Elsbos", (1250, 4250), 330, 1.2),
    ("Broekbos", (3600, 1750), 380, 1.6), ("De Grienden", (1100, -2900), 420, 1.9),
    ("Zandwouder Hout", (-3250, -2650), 390, 1.3), ("Westerbos", (-3900, 150), 260, 1.4),
    ("Hoge Heide", (-6100, 3100), 900, 1.5), ("Oudermeerse Bos", (2900, 6600), 760, 1.7),
    ("Waalhoekse Waarden", (5600, -3600), 700, 1.8),
    ("Elderwoudse Wildernis", (-900, -5600), 820, 2.0),
)  # fmt: skip
_VELDEN = (
    ("Sportpark De Hagen", (-1290, 2560), 150), ("Sportpark Oost", (2330, 1700), 170),
    ("Sportpark De Waard", (-2860, -1060), 140), ("Begraafplaats Zuid", (560, -2230), 90),
)  # fmt: skip


def achtergrond(vormen: dict[str, Polygon], zaad: int) -> list[tuple[str, str, shapely.Geometry]]:
    """Kind (`water`, `groen`, `buiten`), name and shape, in metres around the market square."""
    stad = shapely.union_all(list(vormen.values()))
    om = stad.buffer(RAND, quad_segs=24)
    rivier, plas = (vormen[c] for c in (WATEREN["rivier"], WATEREN["plas"]))
    nat = shapely.union_all([rivier, plas])
    stroom = _rivier().intersection(om).difference(stad)
    kanaal = LineString(_glad(KANAAL)).buffer(13, cap_style="flat").difference(nat)
    uit = [("water", "De Wende", stroom), ("water", "Wendevaart", kanaal)]
    uit += [("groen", naam, vorm.difference(shapely.union_all([nat, stroom, kanaal])))
            for naam, vorm in _groen(vormen, om, zaad)]  # fmt: skip
    land = om.difference(stad).difference(stroom)
    uit += [("buiten", naam, vorm) for naam, vorm in _buren(land, zaad).items()]
    return [(soort, naam, vorm) for soort, naam, vorm in uit if not vorm.is_empty]


def schrijf_achtergrond(vormen: dict[str, Polygon], zaad: int, pad: Path) -> None:
    """Writes the surroundings as GeoJSON in longitude and latitude; same seed, same bytes."""
    kenmerken = []
    for soort, naam, vorm in achtergrond(vormen, zaad):
        delen = [d for d in shapely.get_parts(vorm) if d.geom_type == "Polygon" and d.area > 100]
        vlak = shapely.MultiPolygon(delen) if len(delen) > 1 else delen[0]
        aarde = op_aarde({naam: shapely.orient_polygons(shapely.normalize(vlak))})[naam]
        eigen = {"soort": soort, "naam": naam}
        kenmerken.append({"type": "Feature", "properties": eigen, "geometry": mapping(aarde)})
    kaart = {"type": "FeatureCollection", "bronvermelding": BRONVERMELDING, "features": kenmerken}
    tekst = json.dumps(kaart, ensure_ascii=False, separators=(",", ":"))
    buffer = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=buffer, compresslevel=9, mtime=0) as bestand:
        bestand.write(tekst.encode("utf-8"))
    pad.write_bytes(buffer.getvalue())


def _glad(punten: object) -> np.ndarray:
    """A line with its corners cut three times (Chaikin); its ends stay."""
    p = np.asarray(punten, float)
    for _ in range(3):
        tussen = [[0.75 * a + 0.25 * b, 0.25 * a + 0.75 * b] for a, b in pairwise(p)]
        p = np.concatenate([p[:1], *tussen, p[-1:]])
    return p


def _rivier() -> Polygon:
    """The river beyond the town: the same course, on to both sides."""
    loop = [(-9500, 300), (-8200, 250), (-7000, -250), *RIVIER, (7000, -1900), (8200, -1800),
            (9500, -2300)]  # fmt: skip
    return LineString(_glad(loop)).buffer(66, cap_style="flat")


def _groen(
    vormen: dict[str, Polygon], om: Polygon, zaad: int
) -> list[tuple[str, shapely.Geometry]]:
    tabel = cellen()
    park = [str(c) for c in tabel.index[tabel["vlak"] == "park"]]
    uit = [("Wendepark", shapely.union_all([vormen[c] for c in park]).buffer(-14))]
    for naam, midden, maat, lang in _BOSSEN:
        uit.append((naam, _bos(midden, maat, lang, zaad, naam).intersection(om)))
    for naam, (x, y), maat in _VELDEN:
        hoek = float(toeval(zaad, naam).uniform(0, 90))
        veld = shapely.box(x - maat, y - 0.6 * maat, x + maat, y + 0.6 * maat)
        uit.append((naam, shapely.affinity.rotate(veld, hoek)))
    return uit


def _bos(midden: tuple[float, float], maat: float, lang: float, zaad: int, naam: str) -> Polygon:
    """A wood with a crooked edge."""
    rng = toeval(zaad, naam)
    hoek = np.linspace(0, 2 * math.pi, 14, endpoint=False)
    straal = maat * rng.uniform(0.7, 1.25, len(hoek))
    draai = rng.uniform(0, math.pi)
    x, y = straal * np.cos(hoek) * lang, straal * np.sin(hoek)
    punten = np.column_stack([x * math.cos(draai) - y * math.sin(draai),
                              x * math.sin(draai) + y * math.cos(draai)])  # fmt: skip
    rond = np.concatenate([punten, punten[:1]]) + np.asarray(midden, float)
    return Polygon(_glad(rond)).buffer(0)


def _buren(land: shapely.Geometry, zaad: int) -> dict[str, shapely.Geometry]:
    """The land around the town, parted along crooked lines from the middle outwards."""
    lijnen = [_straal(hoek, toeval(zaad, naam)) for naam, hoek in BUREN.items()]
    uit: dict[str, shapely.Geometry] = {}
    over = land
    for naam, (een, ander) in zip(BUREN, pairwise([*lijnen, lijnen[0]]), strict=True):
        punt = Polygon([*een, *ander[::-1]]).buffer(0)
        uit[naam] = over.intersection(punt)
        over = over.difference(punt)
    for rest in shapely.get_parts(over):  # crumbs along the lines go to who lies nearest
        naast = min(uit, key=lambda n: uit[n].distance(Point(rest.representative_point())))
        uit[naast] = uit[naast].union(rest)
    return uit


def _straal(graden: float, rng: np.random.Generator) -> list[tuple[float, float]]:
    afstand = np.array([0.0, 3000, 4200, 5000, 5800, 6600, 7400, 30_000])
    uit = math.radians(graden) + np.concatenate([[0.0], rng.normal(0, 0.05, 6), [0.0]])
    return [(float(r * math.cos(h)), float(r * math.sin(h)))
            for r, h in zip(afstand, uit, strict=True)]  # fmt: skip
