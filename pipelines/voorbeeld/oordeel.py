"""Scores and estimates of the fictional town: SES-WOA, RIVM health and the Leefbaarometer.

All follow the traits that the counts follow, so that they hang together; each file has the form
of its real example, with the faults that the real one has.
"""

import io
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import xlsxwriter

from indicators.catalogue import lees
from pipelines.voorbeeld.cijfers import Stad
from pipelines.voorbeeld.schrijf import AANGEMAAKT, ONTBREEKT, Gebied, Jaargang
from pipelines.voorbeeld.stad import NAAM
from pipelines.voorbeeld.vorm import toeval

LEEFBAAROMETER_JAREN = (2014, 2016, 2018, 2020, 2022, 2024)
ZONDER_DIMENSIES = 2016
"""A year of which only the total was published, as in the real file."""
REFERENTIE = 4.10226485114368
"""What the total is when the deviation is nought, in the real file as well."""
DIMENSIES = ("fys", "onv", "soc", "vrz", "won")
MIN_INWONERS = 75
"""Below this the Leefbaarometer and the RIVM say nothing of a buurt."""
# heading without number: (value in an ordinary buurt, change per step of social-economic position)
GEZONDHEID: dict[str, tuple[float, float]] = {
    "ErvarenGezondheidGoedZeerGoed": (77.0, 4.0), "VoldoetAanBeweegrichtlijn": (48.0, 4.5),
    "WekelijkseSporters": (47.0, 6.5), "Ondergewicht": (2.0, -0.1), "NormaalGewicht": (46.5, 3.0),
    "Overgewicht": (51.5, -3.0), "ErnstigOvergewicht": (16.5, -3.2), "Roker": (18.5, -3.6),
    "VoldoetAanAlcoholRichtlijn": (45.0, -3.0), "Drinker": (77.0, 5.0),
    "ZwareDrinker": (8.0, 0.2), "OvermatigeDrinker": (6.3, 0.3),
    "EenOfMeerLangdurigeAandoeningen": (33.5, -1.8), "BeperktVanwegeGezondheid": (32.5, -3.6),
    "ErnstigBeperktVanwegeGezondheid": (5.4, -1.5), "LangdurigeZiekteEnBeperkt": (30.0, -3.2),
    "EenOfMeerLichamelijkeBeperkingen": (15.6, -3.1), "BeperkingInHoren": (4.7, -0.6),
    "BeperkingInZien": (5.6, -1.2), "BeperkingInBewegen": (9.9, -2.2),
    "MatigHoogRisicoOpAngstOfDepressie": (46.0, -4.0),
    "HoogRisicoOpAngstOfDepressie": (7.0, -2.2), "HeelVeelStressInAfgelopen4Weken": (18.0, -2.0),
    "HeelVeelStress": (18.0, -2.0), "MatigVeelRegieOverEigenLeven": (89.5, 2.6),
    "PsychischeKlachten": (24.0, -2.4), "ZeerLageVeerkracht": (17.3, -2.6),
    "ZeerHogeVeerkracht": (9.4, 1.2), "MistEmotioneleSteun": (11.0, -2.0),
    "SuicideGedachtenLaatste12Maanden": (8.0, -1.1), "Eenzaam": (47.5, -4.6),
    "ErnstigZeerErnstigEenzaam": (11.5, -2.6), "EmotioneelEenzaam": (29.0, -3.2),
    "SociaalEenzaam": (30.5, -2.8), "Mantelzorger": (13.6, 0.6),
    "Vrijwilligerswerk": (24.8, 3.6), "ErnstigeGeluidhinderDoorBuren": (7.0, -2.4),
    "MoeiteMetRondkomen": (14.5, -4.6),
}  # fmt: skip
_RIVM_2022 = (
    "ErvarenGezondheidGoedZeerGoed", "PsychischeKlachten", "ZeerLageVeerkracht",
    "ZeerHogeVeerkracht", "MistEmotioneleSteun", "SuicideGedachtenLaatste12Maanden",
    "HoogRisicoOpAngstOfDepressie", "HeelVeelStress", "Eenzaam", "ErnstigZeerErnstigEenzaam",
    "EmotioneelEenzaam", "SociaalEenzaam", "Mantelzorger", "Vrijwilligerswerk",
    "MoeiteMetRondkomen",
)  # fmt: skip
"""Topics of the later table, under other numbers than in the earlier one."""
KOLOMMEN_2020 = 43
"""Columns of the table of 2020; what follows in the catalogue came with a later table."""
_EERSTE_2022 = {"ErvarenGezondheidGoedZeerGoed": 4, "PsychischeKlachten": 20}


def _gemiddeld(per_cel: pd.Series, gebied: Gebied, inw: pd.Series) -> float:
    """Mean over the inhabitants of an area; NaN without any."""
    leden = [cel for cel in gebied.cellen if cel in per_cel.index]  # the waters are none
    n = inw[leden].sum()
    return float((per_cel[leden] * inw[leden]).sum() / n) if n > 0 else float("nan")


def schrijf_ses(stad: Stad, gangen: list[Jaargang], pad: Path) -> None:
    """Write `ses-woa-VAN-TOT.csv` as StatLine does: all years on the areas of the last year."""
    koppen = lees().velden["ses_woa_csv_2019"]
    regels = [";".join(f'"{k}"' for k in koppen)]
    for t, gang in enumerate(gangen[:-1]):
        c, grond = stad.cellen, gang.cellen
        rng = toeval(stad.zaad, f"ses{gang.jaar}")
        score = 0.24 * (c["stand"] + c["trend"] * t) - 0.02 + rng.normal(0, 0.012, len(c))
        for gebied in gangen[-1].op_land():
            som = grond.loc[list(gebied.cellen)].sum()
            hh, opl = som["hh"], [som["opl_l"], som["opl_m"], som["opl_h"]]
            cellen = [f"{round(hh, -2):8.0f}", *(f"{ONTBREEKT:>8}" for _ in range(5))]
            if hh >= 100:
                w = _gemiddeld(score, gebied, grond["inw"])
                delen = [f"{100 * o / max(sum(opl), 1):8.1f}" for o in opl]
                cellen = [cellen[0], *delen, f"{w:8.3f}", f"{0.86 - 0.25 * w:8.3f}"]
            rij = [str(gang.jaar), gebied.naam, f"{gebied.code:10}", *cellen]
            regels.append(";".join(f'"{cel}"' for cel in rij))
    pad.write_bytes(("\ufeff" + "\n".join(regels) + "\n").encode("utf-8"))


def schrijf_rivm(stad: Stad, gang: Jaargang, pad: Path) -> None:
    """Write `rivm-gezondheid-JAAR.xlsx`: values as padded text, with rows for both margins."""
    koppen = _rivm_koppen(gang.jaar)
    boek = xlsxwriter.Workbook(str(pad))
    boek.set_properties({"author": "Tel & Vertel, verzonnen gegevens", "created": AANGEMAAKT})
    blad = boek.add_worksheet("RIVM_gezondheid_18+")
    blad.write_row(0, 0, koppen)
    c, inw, r = stad.cellen, gang.cellen["inw"], 0
    alleen = 18 * (c["p1"] - 0.37)
    for gebied in gang.op_land():
        mensen = inw[list(gebied.cellen)].sum()
        stand = _gemiddeld(c["stand"], gebied, inw)
        solo = _gemiddeld(alleen, gebied, inw)
        marge = 1.2 + 55 / np.sqrt(max(mensen, 1))
        for m, kant in (("MW00000", 0.0), ("MOG0095", -1.0), ("MBG0095", 1.0)):
            r += 1
            blad.write_row(r, 0, [r, 20300, m, f"{gebied.code:10}", f"{gang.jaar}JJ00"])
            blad.write_row(r, 5, [f"{NAAM:40}", f"{gebied.soort:10}", f"{gebied.code:20}"])
            for k, kop in enumerate(koppen[8:], start=8):
                naam = kop.rsplit("_", 1)[0]
                blad.write_string(r, k, _cel(stad, gang, gebied, naam, (stand, solo), marge * kant))
    boek.close()


def _rivm_koppen(jaar: int) -> list[str]:
    """The headings with the numbers of that year's table."""
    eerst = lees().velden["rivm_excel_2020"][:KOLOMMEN_2020]
    if jaar < 2022:
        return [k if i < 5 else f"{k}_{i - 4}" for i, k in enumerate(eerst)]
    nummer, uit = 4, []
    for naam in _RIVM_2022:
        nummer = _EERSTE_2022.get(naam, nummer)
        uit.append(f"{naam}_{nummer}")
        nummer += 1
    return [*(k if i < 5 else f"{k}_{i - 4}" for i, k in enumerate(eerst[:8])), *uit]


def _cel(
    stad: Stad, gang: Jaargang, gebied: Gebied, naam: str, over: tuple[float, float], marge: float
) -> str:
    """One estimate as text of eight places; a column that was not asked that year is empty."""
    if naam not in GEZONDHEID:
        return ""
    midden, helling = GEZONDHEID[naam]
    stand, solo = over
    if not np.isfinite(stand) or gang.sommen[gebied.code]["inw"] < MIN_INWONERS:
        return f"{ONTBREEKT:>8}"
    ruis = toeval(stad.zaad, f"rivm{gang.jaar}{naam}{gebied.code}").normal(0, 0.25)
    w = midden + helling * stand + (solo if naam.endswith("enzaam") else 0) + ruis
    w = round(float(np.clip(w, 0.3, 99.0)), 1)
    return f"{float(np.clip(round(w + marge * min(1.0, w / 20), 1), 0.0, 100.0)):8.1f}"


def schrijf_leefbaarometer(stad: Stad, gang: Jaargang, pad: Path) -> None:
    """Write the zip of the open data: three tables in a folder, on the areas of the last year."""
    map_ = f"Leefbaarometer 3.0 - Meting {gang.jaar} - open data"
    delen = {}
    for meervoud, kort, soort in (
        ("buurten", "bu", "Buurt"), ("wijken", "wk", "Wijk"), ("gemeenten", "gm", "Gemeente"),
    ):  # fmt: skip
        regels = [",".join(f'"{k}"' for k in (f"{kort}_code", f"{kort}_naam", *_KOP))]
        for gebied in (g for g in gang.gebieden if g.soort == soort):
            regels += _leefbaarometer_rijen(stad, gang, gebied)
        naam = f"Leefbaarometer-scores {meervoud} 2002-{gang.jaar}.csv"
        delen[naam] = "\n".join(regels) + "\n"
    delen[f"Leefbaarometer-ontwikkeling buurten 2022-{gang.jaar}.csv"] = '"bu_code","versie"\n'
    uit = io.BytesIO()
    with zipfile.ZipFile(uit, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archief:
        for naam, tekst in delen.items():
            info = zipfile.ZipInfo(f"{map_}/{naam}", (2024, 10, 14, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archief.writestr(info, tekst.encode("utf-8"))
    pad.write_bytes(uit.getvalue())


_KOP = ("jaar", "lbm", "afw", *DIMENSIES)


def _leefbaarometer_rijen(stad: Stad, gang: Jaargang, gebied: Gebied) -> list[str]:
    inw = gang.cellen["inw"]
    if gang.sommen[gebied.code]["inw"] < MIN_INWONERS:
        return []
    regels = []
    for jaar in LEEFBAAROMETER_JAREN:
        scores = [_gemiddeld(d, gebied, inw) for d in _dimensies(stad, jaar)]
        afw = sum(scores)
        tonen = ["NA"] * 5 if jaar == ZONDER_DIMENSIES else [f"{s!r}" for s in scores]
        kop = [f'"{gebied.code}"', f'"{gebied.naam}"', str(jaar)]
        regels.append(",".join([*kop, f"{REFERENTIE + afw!r}", f"{afw!r}", *tonen]))
    return regels


def _dimensies(stad: Stad, jaar: int) -> list[pd.Series]:
    """The five dimensions of a year per cell: deviations from the country."""
    c, t = stad.cellen, jaar - 2019
    stand = c["stand"] + c["trend"] * t
    dicht = c["soort"].isin(["centrum", "arbeid", "flat", "gemengd"]).astype(float)
    ver = c["soort"].isin(["polder", "villa", "dorp"]).astype(float)
    midden = {
        "fys": 0.03 - 0.06 * dicht + 0.05 * ver,
        "onv": 0.02 + 0.055 * stand - 0.05 * dicht,
        "soc": 0.01 + 0.02 * stand + 0.02 * ver - 0.02 * dicht,
        "vrz": 0.02 + 0.09 * dicht - 0.10 * ver,
        "won": 0.035 * stand - 0.05 * c["mg"] + 0.02,
    }
    return [
        midden[d] + toeval(stad.zaad, f"lbm{d}{jaar}").normal(0, 0.006, len(c)) for d in DIMENSIES
    ]
