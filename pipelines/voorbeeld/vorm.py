"""The shape of the fictional town: cells that cover the municipality without gap or overlap.

Hand-drawn planes (the river, the old centre, estates, villages, polders) are cut into cells along
slightly crooked streets. All lines together are noded once on a grid of 10 cm, so neighbours share
every vertex; a polynomial turns RD into longitude and latitude without depending on PROJ's grids.
"""

import math
import zlib
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import shapely
from shapely.geometry import LineString, MultiPolygon, Point, Polygon
from shapely.ops import polygonize, split

from pipelines.voorbeeld.stad import OORSPRONG_RD, WATEREN, cellen, soorten

Punten = Sequence[tuple[float, float]]
ROOSTER = 0.1
POGINGEN = 14

GRENS: Punten = [
    (-4300, -700), (-4550, 400), (-4480, 1180), (-3720, 1420), (-3830, 2650), (-3300, 3420),
    (-2480, 3560), (-2600, 4400), (-1250, 4870), (180, 4640), (420, 5010), (1980, 5120),
    (3180, 4880), (3330, 4080), (4130, 3790), (4010, 2620), (4520, 2010), (4330, 820),
    (4690, -300), (4310, -1080), (4420, -2130), (3580, -2420), (3490, -3190), (2310, -3390),
    (1990, -3880), (520, -3770), (-620, -4120), (-1880, -3880), (-2420, -4190), (-3590, -3900),
    (-3880, -3010), (-4620, -2790), (-4480, -1800),
]  # fmt: skip
RIVIER: Punten = [
    (-6000, -700), (-4600, -1250), (-3300, -1560), (-2000, -1230), (-900, -800), (100, -880),
    (1200, -1350), (2400, -1480), (3500, -1050), (4600, -1000), (6000, -1500),
]  # fmt: skip
SPOOR: Punten = [
    (-6000, 1000), (-2600, 790), (-1300, 640), (0, 600), (1200, 700), (2600, 1050), (6000, 1500),
]  # fmt: skip
KANAAL: Punten = [
    (640, -1700), (690, -700), (790, -100), (830, 500), (900, 760), (1420, 1300), (1560, 1500),
]  # fmt: skip

# plane: (side of the railway n/s/-, side of the canal w/o/-, smooth?, corner points)
VLAKKEN: dict[str, tuple[str, str, bool, Punten]] = {
    "plas": ("-", "-", True, [
        (-1750, 3560), (-1480, 3420), (-1020, 3480), (-720, 3700), (-860, 4060), (-1160, 4000),
        (-1330, 4190), (-1660, 4080)]),
    "centrum": ("s", "w", True, [
        (-430, -810), (-600, -450), (-540, -60), (-330, 190), (-330, 700), (500, 760),
        (540, 260), (900, 150), (900, -900), (800, -1170), (150, -890)]),
    "park": ("s", "-", True, [
        (-1290, -950), (-1180, -640), (-940, -560), (-700, -330), (-400, -300), (-350, -820)]),
    "oudwest": ("s", "-", False, [
        (900, 760), (-1330, 760), (-1720, 420), (-1800, -210), (-1560, -520), (-1500, -1040),
        (-900, -800), (0, -850), (900, 300)]),
    "kadezicht": ("s", "o", False, [
        (600, 40), (600, 900), (980, 900), (1040, 420), (1150, 380), (1120, -20)]),
    "werf": ("s", "o", False, [
        (500, -1060), (500, -420), (1060, -390), (1150, -560), (1290, -620), (1330, -1380)]),
    "spoorwijk": ("n", "-", False, [
        (-420, 400), (1420, 400), (1490, 1090), (1330, 1370), (700, 1520), (300, 1400),
        (-360, 1430)]),
    "oosterkade": ("s", "o", False, [
        (600, -1100), (600, 1200), (2350, 1250), (2420, 720), (2650, 690), (2630, 180),
        (2270, 90), (2300, -480), (2090, -560), (2010, -1440)]),
    "kruisveld": ("n", "-", False, [
        (1250, 500), (2330, 700), (2560, 1280), (2480, 2110), (1900, 2440), (1130, 2480),
        (560, 2300), (520, 1300)]),
    "hagen": ("n", "-", True, [
        (640, 1300), (600, 2230), (420, 2640), (-280, 2760), (-930, 2520), (-1130, 1980),
        (-1000, 1300), (-300, 1200)]),
    "lindeveld": ("n", "-", True, [
        (-260, 400), (-2180, 560), (-2360, 1180), (-2230, 1800), (-1640, 2230), (-1000, 2260),
        (-900, 1300), (-250, 1440)]),
    "eikenhorst": ("n", "-", False, [
        (-2240, 1500), (-1700, 2060), (-1190, 2150), (-1180, 2420), (-1400, 2460), (-1450, 2660),
        (-1950, 2620), (-2080, 2390), (-2330, 2290), (-2420, 1930)]),
    "waard": ("s", "-", False, [
        (-1250, 900), (-1600, -1400), (-2300, -1400), (-2640, -1180), (-2780, -800), (-2790, -330),
        (-2640, 160), (-2690, 480), (-2460, 520), (-2480, 900)]),
    "slotweide": ("s", "-", False, [
        (-2600, -900), (-2600, 210), (-2980, 250), (-3080, 90), (-3290, 60), (-3350, -300),
        (-3190, -360), (-3170, -820), (-2980, -850), (-2940, -1000)]),
    "elskerk": ("n", "-", False, [
        (1930, 3390), (2210, 3360), (2300, 3190), (2700, 3260), (2740, 3420), (2990, 3490),
        (2950, 3770), (2790, 3800), (2820, 4010), (2420, 4060), (2330, 3930), (2010, 3950),
        (1980, 3700)]),
    "overwende": ("s", "-", False, [
        (-70, -900), (-120, -1330), (60, -1390), (110, -1750), (330, -1800), (380, -2010),
        (860, -2060), (930, -1890), (1260, -1850), (1310, -1560), (1420, -1380), (1390, -1250)]),
    "zandwoude": ("s", "-", False, [
        (-2700, -2600), (-2430, -2560), (-2400, -2400), (-2090, -2440), (-2070, -2570),
        (-1890, -2620), (-1920, -2900), (-2130, -2930), (-2180, -3060), (-2520, -3040),
        (-2560, -2880), (-2730, -2840)]),
    "turfveen": ("n", "-", False, [
        (-2050, 2500), (-1250, 2500), (-380, 2600), (760, 2480), (880, 3300), (620, 4050),
        (700, 6000), (-3000, 6000), (-2300, 3300)]),
    "hogedijk": ("n", "-", False, [
        (500, 2200), (1500, 2200), (2600, 2050), (2980, 2420), (3600, 2300), (6000, 2900),
        (6000, 6000), (400, 6000)]),
    "oosterbroek": ("-", "-", False, [
        (1900, -1500), (1700, -600), (2200, 2500), (6000, 3200), (6000, -1500), (4600, -1010),
        (3500, -1060), (2400, -1490)]),
    "uiterwaard": ("-", "-", False, [
        (-6000, -600), (-3300, -1500), (-1300, -900), (200, -800), (120, -2100), (-160, -2320),
        (-1180, -2270), (-1830, -2030), (-2700, -2150), (-6000, -2230)]),
    "grienden": ("-", "-", False, [
        (150, -1000), (1700, -1400), (2400, -1480), (3500, -1060), (4600, -1010), (6000, -1510),
        (6000, -6000), (-420, -6000), (-560, -3270), (-240, -3210), (-160, -2320), (120, -2100)]),
    "noorderpolder": ("-", "-", False, [
        (-2300, 900), (-3120, 1080), (-3180, 1290), (-6000, 1560), (-6000, 6000), (6000, 6000),
        (2000, 1500)]),
    "westbroek": ("-", "-", False, [
        (-6000, -1500), (-6000, 3000), (0, 3000), (2600, -1400), (0, -1000)]),
    "zuidbroek": ("-", "-", False, [
        (-6000, -1500), (6000, -1200), (6000, -6000), (-6000, -6000)]),
}  # fmt: skip


def toeval(zaad: int, naam: str) -> np.random.Generator:
    """A random generator of its own per subject, so that subjects do not disturb each other."""
    return np.random.default_rng([zaad, zlib.crc32(naam.encode())])


def teken(zaad: int) -> dict[str, Polygon]:
    """Draw the town: cell or water code -> polygon in metres around the market square."""
    vlakken = _vlakken(zaad)
    stukken: dict[str, Polygon] = {}
    tabel, dichtheid = cellen(), soorten()["ha"]
    for vlak, vorm in vlakken.items():
        if vlak in WATEREN:
            stukken[WATEREN[vlak]] = vorm
            continue
        leden = tabel[tabel["vlak"] == vlak]
        gewicht = (leden["woningen"] / leden["soort"].map(dichtheid)).clip(lower=4).tolist()
        volgorde = [str(c) for c in leden.index]
        delen = _deel(vorm, gewicht, toeval(zaad, vlak))
        stukken |= dict(zip(volgorde, delen, strict=True))
    return _dekking(stukken)


def naar_lonlat(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Turn RD metres into longitude and latitude (Schreutelkamp and Strang van Hees, 2001).

    Args:
        x: easting in RD.
        y: northing in RD.

    Returns:
        Array of shape (n, 2), degrees rounded to 7 decimals, right to about half a metre.
    """
    p, q = (x - 155_000) / 1e5, (y - 463_000) / 1e5
    breedte = (
        (0, 1, 3235.65389), (2, 0, -32.58297), (0, 2, -0.2475), (2, 1, -0.84978),
        (0, 3, -0.0655), (2, 2, -0.01709), (1, 0, -0.00738), (4, 0, 0.0053),
        (2, 3, -0.00039), (4, 1, 0.00033), (1, 1, -0.00012),
    )  # fmt: skip
    lengte = (
        (1, 0, 5260.52916), (1, 1, 105.94684), (1, 2, 2.45656), (3, 0, -0.81885),
        (1, 3, 0.05594), (3, 1, -0.05607), (0, 1, 0.01199), (3, 2, -0.00256),
        (1, 4, 0.00128), (0, 2, 0.00022), (2, 0, -0.00022), (5, 0, 0.00026),
    )  # fmt: skip
    lat = 52.15517440 + sum(k * p**i * q**j for i, j, k in breedte) / 3600
    lon = 5.38720621 + sum(k * p**i * q**j for i, j, k in lengte) / 3600
    return np.column_stack([np.round(lon, 7), np.round(lat, 7)])


def op_aarde(vormen: dict[str, Polygon]) -> dict[str, Polygon]:
    """Move the cells to their place in the country: polygons in longitude and latitude."""
    x0, y0 = OORSPRONG_RD

    def verplaats(punten: np.ndarray) -> np.ndarray:
        return naar_lonlat(punten[:, 0] + x0, punten[:, 1] + y0)

    return {naam: shapely.transform(vorm, verplaats) for naam, vorm in vormen.items()}


def _lijn(punten: Punten, glad: bool, rng: np.random.Generator, ruw: float = 0.02) -> np.ndarray:
    """A hand-drawn line through the points: smooth or with bends, never quite straight."""
    p = np.asarray(punten, float)
    if glad:
        for _ in range(3):  # Chaikin: cut the corners
            p = np.concatenate(
                [p[:1], *[[0.75 * a + 0.25 * b, 0.25 * a + 0.75 * b] for a, b in _paren(p)], p[-1:]]
            )
        return p
    for _ in range(3):  # a bend in the middle of each piece
        midden = [_knik(a, b, rng, ruw) for a, b in _paren(p)]
        p = np.concatenate([np.column_stack([p[:-1], midden]).reshape(-1, 2), p[-1:]])
    return p


def _paren(p: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    return list(pairwise(p))


def _knik(a: np.ndarray, b: np.ndarray, rng: np.random.Generator, ruw: float) -> np.ndarray:
    """A point about halfway a and b, a little to the side; short pieces stay straight."""
    d = b - a
    uit = rng.normal(0, ruw) if math.hypot(*d) > 120 else 0.0
    return (a + b) / 2 + uit * np.array([-d[1], d[0]])


def _vlakken(zaad: int) -> dict[str, Polygon]:
    """The hand-drawn planes, cut out of each other in order of precedence."""
    grens = _ring(GRENS, False, toeval(zaad, "grens"))
    rivier = _rivier(toeval(zaad, "rivier"))
    schetsen = {"rivier": rivier.intersection(grens)}
    noord = _kant(SPOOR, (9000.0, 9000.0), (-9000.0, 9000.0), toeval(zaad, "spoor"))
    west = _kant(KANAAL, (-3000.0, 1500.0), (-3000.0, -3000.0), toeval(zaad, "kanaal"))
    for naam, (spoor, kanaal, glad, punten) in VLAKKEN.items():
        vorm = _ring(punten, glad, toeval(zaad, "vlak" + naam), 0.035).intersection(grens)
        vorm = _aan_kant(vorm, noord, spoor, "n")
        schetsen[naam] = _aan_kant(vorm, west, kanaal, "w")
    return _stapel(schetsen, grens)


def _aan_kant(vorm: Polygon, kant: Polygon, wens: str, ja: str) -> Polygon:
    if wens == "-":
        return vorm
    return vorm.intersection(kant) if wens == ja else vorm.difference(kant)


def _ring(punten: Punten, glad: bool, rng: np.random.Generator, ruw: float = 0.02) -> Polygon:
    if not glad:
        return Polygon(_lijn([*punten, punten[0]], False, rng, ruw)).buffer(0)
    p = np.asarray(punten, float)
    for _ in range(3):
        q = np.roll(p, -1, axis=0)
        p = np.stack([0.75 * p + 0.25 * q, 0.25 * p + 0.75 * q], axis=1).reshape(-1, 2)
    return Polygon(p).buffer(0)


def _rivier(rng: np.random.Generator) -> Polygon:
    """The river: a band whose width swells in the bends."""
    as_ = LineString(_lijn(RIVIER, True, rng))
    plekken = np.linspace(0, as_.length, 90)
    midden = np.array([as_.interpolate(t).coords[0] for t in plekken])
    richting = np.gradient(midden, axis=0)
    haaks = np.column_stack([-richting[:, 1], richting[:, 0]])
    haaks /= np.linalg.norm(haaks, axis=1)[:, None]
    breed = 62 + 16 * np.sin(plekken / 900) + rng.normal(0, 4, 90)
    return Polygon(
        np.concatenate([midden + haaks * breed[:, None], (midden - haaks * breed[:, None])[::-1]])
    )


def _kant(
    lijn: Punten, a: tuple[float, float], b: tuple[float, float], rng: np.random.Generator
) -> Polygon:
    """The half of the country on one side of a line, closed over two far corners."""
    return Polygon([*_lijn(lijn, True, rng).tolist(), a, b]).buffer(0)


def _stapel(schetsen: dict[str, Polygon], grens: Polygon) -> dict[str, Polygon]:
    """Give every spot to the first plane that claims it; loose crumbs go to a neighbour."""
    over, brokken = grens, []
    vlakken: dict[str, Polygon] = {}
    for naam, vorm in schetsen.items():
        delen = _losse(vorm.intersection(over))
        over = over.difference(vorm)
        vlakken[naam] = delen[0]
        brokken += delen[1:]
    brokken += _losse(over)
    while brokken:
        brokken.sort(key=lambda g: -g.area)
        for i, brok in enumerate(brokken):
            raak = {n: brok.buffer(1).intersection(v).area for n, v in vlakken.items()}
            raak = {n: a for n, a in raak.items() if n not in WATEREN and a > 5}
            if raak or brok.area < 1:
                brokken.pop(i)
                if raak:
                    naam = max(raak, key=lambda n: raak[n])
                    vlakken[naam] = _dicht(vlakken[naam], brok)
                break
        else:
            break
    return vlakken


def _dicht(a: Polygon, b: Polygon) -> Polygon:
    """Join two neighbours; a crack of a few centimetres between them is closed."""
    return _losse(a.union(b).buffer(0.2, join_style="mitre").buffer(-0.2, join_style="mitre"))[0]


def _losse(vorm: shapely.Geometry) -> list[Polygon]:
    """The polygons in a geometry, largest first."""
    delen = vorm.geoms if hasattr(vorm, "geoms") else [vorm]
    goed = [d for d in delen if isinstance(d, Polygon) and d.area > 1e-6]
    return sorted(goed, key=lambda g: -g.area)


def _deel(vlak: Polygon, gewichten: list[float], rng: np.random.Generator) -> list[Polygon]:
    """Cut a plane into pieces with areas in the given proportions, street by street."""
    if len(gewichten) == 1:
        return [vlak]
    n = len(gewichten)
    helft = min(range(1, n), key=lambda k: abs(sum(gewichten[:k]) - sum(gewichten) / 2))
    aandeel = sum(gewichten[:helft]) / sum(gewichten)
    beste: tuple[float, Polygon, Polygon] | None = None
    for poging in range(POGINGEN):
        gevonden = _snede(vlak, aandeel, rng, 0.10 + 0.05 * poging)
        if gevonden and (beste is None or _compact(*gevonden) > beste[0]):
            beste = (_compact(*gevonden), *gevonden)
    if beste is None:
        raise ValueError("vlak laat zich niet verdelen; kies een ander zaad")
    een, twee = beste[1], beste[2]
    return _deel(een, gewichten[:helft], rng) + _deel(twee, gewichten[helft:], rng)


def _compact(a: Polygon, b: Polygon) -> float:
    return min(4 * math.pi * g.area / g.length**2 for g in (a, b))


def _snede(
    vlak: Polygon, aandeel: float, rng: np.random.Generator, los: float
) -> tuple[Polygon, Polygon] | None:
    """One crooked cut about square to the longest side; None when a part falls apart."""
    doos = np.array(vlak.minimum_rotated_rectangle.exterior.coords)
    zijden = doos[1:3] - doos[:2]
    lang = zijden[np.argmax(np.hypot(zijden[:, 0], zijden[:, 1]))]
    lang = lang if (lang[0] - lang[1]) >= 0 else -lang
    hoek = math.atan2(lang[1], lang[0]) + rng.normal(0, los)
    u = np.array([math.cos(hoek), math.sin(hoek)])
    plek = _afstand(vlak, u, aandeel)
    v = np.array([-u[1], u[0]])
    straal = math.hypot(*(np.array(vlak.bounds[2:]) - np.array(vlak.bounds[:2])))
    midden = np.array(vlak.centroid.coords[0])
    recht = LineString([midden + u * plek - v * straal, midden + u * plek + v * straal])
    breed = recht.intersection(vlak).length
    lijn = LineString(_straat(midden + u * plek, u, v, straal, breed, rng))
    delen = split(vlak, lijn).geoms
    groepen: list[list[Polygon]] = [[], []]
    for deel in delen:
        kant = float((np.array(deel.representative_point().coords[0]) - midden) @ u > plek)
        groepen[int(kant)].append(deel)
    een, twee = (shapely.union_all(g) if g else None for g in groepen)
    if isinstance(een, Polygon) and isinstance(twee, Polygon):
        return een, twee
    return None


def _afstand(vlak: Polygon, u: np.ndarray, aandeel: float) -> float:
    """How far along u, seen from the centroid, the cut must lie for the asked share."""
    cx, cy = vlak.centroid.coords[0]
    v, groot = np.array([-u[1], u[0]]), 20_000.0
    laag, hoog = -8000.0, 8000.0
    for _ in range(40):
        plek = (laag + hoog) / 2
        m = np.array([cx, cy]) + u * plek
        half = Polygon([m - v * groot, m + v * groot, m + (v - u) * groot, m - (v + u) * groot])
        if vlak.intersection(half).area < aandeel * vlak.area:
            laag = plek
        else:
            hoog = plek
    return (laag + hoog) / 2


def _straat(
    m: np.ndarray,
    u: np.ndarray,
    v: np.ndarray,
    straal: float,
    breed: float,
    rng: np.random.Generator,
) -> np.ndarray:
    """A street through m: a bend, a few kinks or a square jog, at most some 7 % of its length."""
    t = np.linspace(-straal, straal, 81)
    w = t / max(breed, 1.0)
    soort, maat = rng.integers(3), breed * rng.uniform(0.03, 0.075)
    if soort == 0:
        uit = maat * np.sin(math.pi * (w * rng.uniform(0.7, 1.5) + rng.uniform(0, 1)))
    elif soort == 1:
        knopen = np.sort(rng.uniform(-0.5, 0.5, 4))
        uit = np.interp(w, knopen, rng.normal(0, 0.7, 4) * maat)
    else:
        plek = rng.uniform(-0.28, 0.28) * breed
        t = np.sort(np.concatenate([t, [plek - 0.5, plek + 0.5]]))
        uit = np.where(t < plek, -maat, maat) * 0.9
    return m + np.outer(t, v) + np.outer(uit, u)


def _dekking(stukken: dict[str, Polygon]) -> dict[str, Polygon]:
    """Node all outlines together, so that neighbours share every vertex, and rebuild the cells."""
    lijnen = [shapely.set_precision(g, ROOSTER).boundary for g in stukken.values()]
    knopen = shapely.union_all(lijnen, grid_size=ROOSTER)
    delen: dict[str, list[Polygon]] = {naam: [] for naam in stukken}
    for veld in polygonize(shapely.get_parts(knopen).tolist()):
        delen[_eigenaar(veld, stukken)].append(veld)
    vormen = {naam: shapely.coverage_union_all(velden) for naam, velden in delen.items()}
    kapot = [n for n, v in vormen.items() if not isinstance(_enkel(v), Polygon)]
    if kapot:
        raise ValueError(f"uiteengevallen: {kapot}; kies een ander zaad")
    return {naam: shapely.orient_polygons(_enkel(v)) for naam, v in vormen.items()}


def _enkel(vorm: shapely.Geometry) -> shapely.Geometry:
    if isinstance(vorm, MultiPolygon) and len(vorm.geoms) == 1:
        return vorm.geoms[0]
    return vorm


def _eigenaar(veld: Polygon, stukken: dict[str, Polygon]) -> str:
    """The piece that covers most of a face."""
    punt = Point(veld.representative_point())
    binnen = [n for n, g in stukken.items() if g.contains(punt)]
    if binnen and veld.area > 50:
        return binnen[0]
    return max(stukken, key=lambda n: stukken[n].buffer(1).intersection(veld).area)
