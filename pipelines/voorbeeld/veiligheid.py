"""What the fictional police registered: counts per cell and year, and their files.

Rates follow the kind of buurt, its social-economic position and its homes; visitors count in the
centre and on the business parks. Counts are drawn per cell, so that areas add up exactly.
"""

import gzip
import io
from pathlib import Path

import numpy as np
import pandas as pd

from indicators.catalogue import lees
from pipelines.voorbeeld.cijfers import Stad, tel_op
from pipelines.voorbeeld.schrijf import Jaargang
from pipelines.voorbeeld.vorm import toeval

TOTAAL = "0.0.0"
OVERLAST = "Totaal registraties overlast"
ZONDER_OVERLAST = 2021
"""The year that the nuisance file leaves out, as downloads do."""
MAANDEN_2024 = 9
"""Months of the newest year that are out."""
PER_1000 = {
    "1.1.1": 2.6, "1.1.2": 0.9, "1.2.1": 3.4, "1.2.2": 0.5, "1.2.3": 5.2, "1.2.4": 1.1,
    "1.2.5": 0.1, "1.3.1": 6.8, "1.4.1": 0.5, "1.4.2": 0.1, "1.4.3": 0.3, "1.4.4": 1.7,
    "1.4.5": 2.8, "1.4.6": 0.3, "1.4.7": 0.1, "1.6.1": 0.4, "1.6.2": 2.9, "2.1.1": 0.6,
    "2.2.1": 6.2, "2.4.1": 0.4, "2.4.2": 0.3, "2.5.1": 0.9, "2.5.2": 2.2, "2.7.3": 0.5,
    "3.1.1": 0.8, "3.5.2": 1.5, "3.6.4": 0.3, "3.7.4": 0.7, "3.9.1": 3.9, "3.9.2": 0.1,
    "3.9.3": 0.4,
}  # fmt: skip
"""Registered per 1,000 inhabitants of an ordinary buurt."""
_STAND = {"1.1.1": -0.05, "1.4.4": -0.55, "1.4.5": -0.55, "2.2.1": -0.38, "3.1.1": -0.6}
"""How a count moves with the position of a buurt, on the log scale; -0.25 for the others."""
_BEZOEK = {"centrum": 2.6, "bedrijf": 40.0, "gemengd": 1.4, "park": 1.0, "polder": 0.7}
"""How much visitors and passers-by add, by kind of buurt."""
_JAAR = (1.06, 0.97, 0.90, 0.96, 1.0, 0.98)
_KOP = ["ID", "SoortMisdrijf", "WijkenEnBuurten", "Perioden", "GeregistreerdeMisdrijven_1"]
_KOP_OVERLAST = ["ID", "Overlast", "WijkenEnBuurten", "Perioden", "GeregistreerdeOverlast_1"]


def misdrijven(stad: Stad, gang: Jaargang, t: int) -> pd.DataFrame:
    """Registered crimes of a year per cell (rows) and code (columns), the total included."""
    c, inw = stad.cellen, gang.cellen["inw"].reindex(stad.cellen.index)
    stand = c["stand"] + c["trend"] * t
    bezoek = c["soort"].map(_BEZOEK).fillna(1.0)
    uit = {}
    for code, per_1000 in PER_1000.items():
        rng = toeval(stad.zaad, f"misdrijf{gang.jaar}{code}")
        mensen = np.maximum(inw, 25.0 * (c["soort"] == "centrum"))
        kans = per_1000 / 1000 * np.exp(_STAND.get(code, -0.25) * stand) * bezoek * _JAAR[t]
        uit[code] = pd.Series(rng.poisson(kans * mensen), c.index, dtype=float)
    tabel = pd.DataFrame(uit)
    tabel.insert(0, TOTAAL, tabel.sum(axis=1))
    return tabel


def overlast(stad: Stad, gang: Jaargang, t: int, maand: int) -> pd.Series:
    """Registrations of nuisance in a month, per cell; more in summer."""
    c, inw = stad.cellen, gang.cellen["inw"].reindex(stad.cellen.index)
    stand = c["stand"] + c["trend"] * t
    bezoek = c["soort"].map(_BEZOEK).fillna(1.0) ** 0.6
    seizoen = 1 + 0.25 * np.cos(2 * np.pi * (maand - 7) / 12)
    verwacht = inw * 0.0021 * np.exp(-0.5 * stand) * bezoek * seizoen * _JAAR[t]
    rng = toeval(stad.zaad, f"overlast{gang.jaar}{maand}")
    return pd.Series(rng.poisson(verwacht), c.index, dtype=float)


def schrijf_misdrijven(stad: Stad, gangen: list[Jaargang], pad: Path) -> None:
    """Write `politie-misdrijven-VAN-TOT.csv.gz` as rows of table 47018NED, keys padded."""
    bekend = lees().velden["politie_misdrijven"]
    rijen = []
    for t, gang in enumerate(gangen):
        groepen = {g.code: g.cellen for g in gang.op_land()}
        tabel = misdrijven(stad, gang, t).reindex(gang.cellen.index, fill_value=0)
        som = tel_op(tabel, groepen).to_dict("index")
        for code in bekend:
            rijen += [
                [f"{code:6}", f"{gebied:10}", f"{gang.jaar}JJ00", f"{som[gebied][code]:.0f}"]
                for gebied in groepen
            ]
    _schrijf(pad, _KOP, rijen)


def schrijf_overlast(stad: Stad, gangen: list[Jaargang], pad: Path) -> None:
    """Write `politie-overlast-VAN-TOT.csv.gz` as rows of table 47024NED, a row per month."""
    rijen = []
    for t, gang in enumerate(gangen):
        if gang.jaar == ZONDER_OVERLAST:
            continue
        groepen = {g.code: g.cellen for g in gang.op_land()}
        for maand in range(1, (MAANDEN_2024 if gang.jaar == gangen[-1].jaar else 12) + 1):
            geteld = overlast(stad, gang, t, maand).reindex(gang.cellen.index, fill_value=0)
            som = tel_op(geteld.to_frame("n"), groepen)["n"]
            rijen += [
                [OVERLAST, f"{gebied:10}", f"{gang.jaar}MM{maand:02d}", f"{int(som[gebied])}"]
                for gebied in groepen
            ]
    _schrijf(pad, _KOP_OVERLAST, rijen)


def _schrijf(pad: Path, kop: list[str], rijen: list[list[str]]) -> None:
    regels = [kop, *([str(i), *rij] for i, rij in enumerate(rijen))]
    tekst = "".join(";".join(f'"{cel}"' for cel in regel) + "\n" for regel in regels)
    buffer = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=buffer, compresslevel=9, mtime=0) as doel:
        doel.write(tekst.encode("utf-8"))
    pad.write_bytes(buffer.getvalue())
