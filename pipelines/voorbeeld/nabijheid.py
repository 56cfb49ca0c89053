"""Amenities of the fictional town and the distance of every cell to them.

Each cell is stood for by a dozen addresses. Distances and counts are means over those addresses;
over the road is taken as 1.3 times as the crow flies.
"""

import numpy as np
import pandas as pd
import shapely
from shapely.geometry import Polygon

from pipelines.voorbeeld.koppen import VOORZIENINGEN, Voorziening
from pipelines.voorbeeld.stad import WATEREN, cellen
from pipelines.voorbeeld.vorm import toeval

ADRESSEN = 12
OMWEG = 1.3
AANDEEL_LAND = 0.0027
"""Share of the country's inhabitants that lives in the town."""
PLEKKEN = {"station": "BU99010004", "bibliotheek": "BU99010000", "warenhuis": "BU99010000"}
"""Where the first of a kind stands."""
HUISARTS_WEG = ("huisarts", "BU99010305", 2022)
"""The last practice in Kruisveld-Zuid closes: in the figures from this year on."""
SUPERMARKT_BIJ = ("supermarkt", "BU99010606", 2023)
"""A supermarket opens in Nieuwe Waard: in the figures from this year on."""
GROEN_MEDIAAN = {
    "groen": 0.4, "groen_park": 0.5, "groen_dagrecreatie": 1.6, "groen_bos": 1.9,
    "groen_open": 2.1, "groen_droog": 5.5, "groen_nat": 2.4, "semi": 0.6, "semi_sport": 0.9,
    "semi_volkstuin": 1.3, "semi_verblijf": 2.2, "semi_begraafplaats": 1.5, "binnenwater": 1.4,
}  # fmt: skip


def adressen(vormen: dict[str, Polygon], zaad: int) -> dict[str, np.ndarray]:
    """A dozen spots per cell, inside its outline."""
    return {
        cel: _in_vorm(vorm, ADRESSEN, toeval(zaad, "adres" + cel))
        for cel, vorm in vormen.items()
        if cel not in WATEREN.values()
    }


def nabijheid(
    plekken: dict[str, np.ndarray], vormen: dict[str, Polygon], zaad: int, jaar: int
) -> pd.DataFrame:
    """Mean distance and mean numbers within reach, per cell (rows) and heading (columns)."""
    punten = np.concatenate(list(plekken.values()))
    uit: dict[str, np.ndarray] = {}
    for soort in VOORZIENINGEN:
        rng = toeval(zaad, "voorziening" + soort.naam)
        if not soort.landelijk:
            uit[soort.afstand] = _groen(soort.naam, plekken, vormen, rng)
            continue
        afstand = _afstanden(punten, _locaties(soort, vormen, rng, jaar))
        tel = [afstand.min(axis=1)] + [(afstand < straal).sum(axis=1) for straal in soort.stralen]
        for kop, waarde in zip(soort.koppen(), tel, strict=True):
            uit[kop] = waarde.reshape(len(plekken), ADRESSEN).mean(axis=1)
    tabel = pd.DataFrame(uit, index=list(plekken))
    koppen = {v.naam: v.afstand for v in VOORZIENINGEN}
    for totaal, delen in (
        ("groen_open", ("groen_droog", "groen_nat")),
        ("groen", ("groen_park", "groen_dagrecreatie", "groen_bos", "groen_open")),
        ("semi", ("semi_sport", "semi_volkstuin", "semi_verblijf", "semi_begraafplaats")),
    ):
        tabel[koppen[totaal]] = tabel[[koppen[d] for d in delen]].min(axis=1)
    return tabel


def adressendichtheid(plekken: dict[str, np.ndarray], woningen: pd.Series) -> pd.Series:
    """Addresses per km2 within a kilometre of each cell's addresses (CBS's own definition)."""
    punten = np.concatenate([plekken[str(c)] for c in woningen.index])
    gewicht = np.repeat(woningen.to_numpy() * 1.12 / ADRESSEN, ADRESSEN)
    dichtbij = _afstanden(punten, punten) < OMWEG
    dichtheid = (dichtbij @ gewicht) / np.pi
    return pd.Series(dichtheid.reshape(-1, ADRESSEN).mean(axis=1), index=woningen.index)


def _in_vorm(vorm: Polygon, n: int, rng: np.random.Generator) -> np.ndarray:
    """Random spots inside a polygon."""
    west, zuid, oost, noord = vorm.bounds
    gevonden = np.empty((0, 2))
    while len(gevonden) < n:
        worp = rng.uniform([west, zuid], [oost, noord], (4 * n, 2))
        gevonden = np.concatenate(
            [gevonden, worp[shapely.contains_xy(vorm, worp[:, 0], worp[:, 1])]]
        )
    return gevonden[:n]


def _afstanden(van: np.ndarray, naar: np.ndarray) -> np.ndarray:
    """Kilometres over the road between every pair of spots."""
    verschil = van[:, None, :] - naar[None, :, :]
    return np.hypot(verschil[..., 0], verschil[..., 1]) * OMWEG / 1000


def _locaties(
    soort: Voorziening, vormen: dict[str, Polygon], rng: np.random.Generator, jaar: int
) -> np.ndarray:
    """Where the amenities of a kind stand: in the town, and scattered over the region around."""
    tabel = cellen()
    horeca = soort.naam in ("cafe", "restaurant", "hotel", "museum", "podium", "bioscoop")
    trek = tabel["soort"].map({"centrum": 8.0 if horeca else 1.6, "dorp": 1.3}).fillna(1.0)
    kans = (tabel["woningen"] * trek).to_numpy(float)
    n = soort.in_de_stad if soort.in_de_stad >= 0 else round(soort.landelijk * AANDEEL_LAND)
    gekozen = rng.choice(tabel.index.to_numpy(), size=n, p=kans / kans.sum()).tolist()
    if soort.naam in PLEKKEN:
        gekozen[0] = PLEKKEN[soort.naam]
    punten = [_in_vorm(vormen[c], 1, rng)[0] for c in gekozen]
    for (naam, cel, vanaf), erbij in ((HUISARTS_WEG, False), (SUPERMARKT_BIJ, True)):
        if soort.naam == naam and (jaar >= vanaf) == erbij:
            punten.append(np.array(vormen[cel].representative_point().coords[0]))
    ver = 60_000 if soort.landelijk < 300 else 24_000
    streek = rng.uniform(-ver, ver, (round(soort.landelijk / 33_500 * (ver / 500) ** 2), 2))
    streek = streek[np.hypot(streek[:, 0], streek[:, 1]) > 6500]
    return np.concatenate([np.array(punten).reshape(-1, 2), streek])


def _groen(
    naam: str, plekken: dict[str, np.ndarray], vormen: dict[str, Polygon], rng: np.random.Generator
) -> np.ndarray:
    """Distances to green and water: smooth over the town, real for the park and the lake."""
    ijk = np.array([vormen[c].centroid.coords[0] for c in plekken])
    veld = sum(
        np.sin(ijk @ rng.normal(0, 1 / 1500, 2) + rng.uniform(0, 6)) for _ in range(4)
    )  # fmt: skip
    afstand = GROEN_MEDIAAN[naam] * np.exp(0.3 * np.asarray(veld) + rng.normal(0, 0.12, len(ijk)))
    doel = {"groen_park": "BU99010005", "binnenwater": WATEREN["plas"]}.get(naam)
    if doel:
        echt = shapely.distance(shapely.points(ijk), vormen[doel]) * OMWEG / 1000 + 0.1
        afstand = np.minimum(afstand, echt)
    return afstand
