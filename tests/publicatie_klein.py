"""A small but complete publication, for tests of the dashboard and for trying it by hand.

Eight buurten in two wijken of a fictional gemeente, three years (2021 to 2023), every kind of
missing, a split, a buurt of 40 people and a park. The second publication corrects one figure,
moves one within its tolerance and adds the year 2024. Words come from the shipped catalogue.

By hand: `python -m tests.publicatie_klein MAP [1|2]`, then `TELVERTEL_DATA=MAP python -m dashboard
serve`.
"""

from __future__ import annotations

import hashlib
import json
import random
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from indicators import aggregate, contracts
from indicators.catalogue import Catalogus, lees
from indicators.contracts import Datamap
from indicators.formulas import CODES, HEEFT

GEMEENTE = "GM9901"
GEMEENTENAAM = "Wierdestad"
WIJKEN = {"WK990101": "Binnenstad", "WK990102": "Noorderkwartier"}
BUURT = "BU99010203"
"""The buurt that most tests look at."""
KLEIN = "BU99010104"
PARK = "BU99010105"
GESPLITST = "BU99010204"
DELEN = ("BU990102A4", "BU990102A5")
GECORRIGEERD = ("bijstand_per_1000", 2023)
"""The figure that the second publication corrects, for BUURT: from 61 to 74."""
BINNEN_TOLERANTIE = ("laag_inkomen_pct", 2023)
"""A figure that moves within its tolerance in the second publication."""
VERSCHOVEN = {("bijstand_per_1000", 2024): 57.0, ("koopwoningen_pct", 2024): 27.0}
"""Figures of BUURT whose new year in the second publication is further away than rounding."""


@dataclass(frozen=True)
class Plek:
    """An area of the small town; `stand` runs from -1 (well off) to 1 (vulnerable)."""

    code: str
    naam: str
    inwoners: int | None
    stand: float
    van: int = 2021
    tot: int = 2099


PLEKKEN = (
    Plek("BU99010101", "Markt en omgeving", 1825, -0.3),
    Plek("BU99010102", "Havenkwartier", 2410, 0.1),
    Plek("BU99010103", "Vogelbuurt", 3120, -0.7),
    Plek(KLEIN, "Landgoed De Eik", 40, -0.9),
    Plek(PARK, "Stadspark", 0, 0.0),
    Plek("BU99010201", "Componistenbuurt-Oost en Burgemeester van Leeuwenlaan", 2980, 0.4),
    Plek("BU99010202", "Tuindorp", 1540, 0.2),
    Plek(BUURT, "De Wielen", 4365, 0.8),
    Plek(GESPLITST, "Kanaalzone", 1900, 0.5, tot=2022),
    Plek(DELEN[0], "Kanaalzone-West", 1240, 0.5, van=2023),
    Plek(DELEN[1], "Kanaalzone-Oost", 720, 0.5, van=2023),
)

# id: level at stand 0, effect of stand, change per year
VORM: dict[str, tuple[float, float, float]] = {
    "corporatiewoningen_pct": (30, 30, -0.4),
    "koopwoningen_pct": (50, -28, 0.3),
    "eengezinswoningen_pct": (55, -20, 0.0),
    "leegstand_pct": (4, 2, 0.1),
    "woz_waarde_keur": (290, -90, 14),
    "eenpersoonshuishoudens_pct": (38, 10, 0.4),
    "leeftijd_65_plus_pct": (20, -4, 0.3),
    "laag_inkomen_pct": (8, 8, 0.2),
    "sociaal_minimum_pct": (7, 7, 0.1),
    "bijstand_per_1000": (38, 32, -1.0),
    "arbeidsongeschikt_per_1000": (65, 28, 0.5),
    "nettoarbeidsparticipatie_pct": (68, -9, 0.5),
    "opleiding_laag_pct": (28, 12, -0.5),
    "jeugdzorg_pct": (11, 4, 0.2),
    "wmo_per_1000": (62, 26, 0.8),
    "huisarts_afstand_km": (0.8, 0.1, 0.0),
    "supermarkt_afstand_km": (0.7, 0.1, 0.0),
    "basisschool_afstand_km": (0.6, 0.0, 0.0),
    "openbaar_groen_afstand_km": (0.5, 0.1, 0.0),
    "autos_per_huishouden": (1.0, -0.3, 0.0),
    "elektriciteit_kwh": (2500, -350, -60),
}


def _waarde(plek: Plek, indicator: str, jaar: int, deel: int) -> tuple[float | None, str | None]:
    """A figure, or why there is none: every kind of missing occurs somewhere."""
    if plek.code == PARK:
        return None, "nvt"
    if plek.code == KLEIN:
        return None, "geheim" if indicator.endswith("_pct") else "onbekend_of_geheim"
    nieuwste = 2024 if deel == 2 else 2023
    if (indicator, jaar) in (("laag_inkomen_pct", 2024), ("wmo_per_1000", nieuwste)):
        return None, "niet_gepubliceerd"
    if indicator == "jeugdzorg_pct" and plek.code == BUURT:
        return None, "te_klein" if jaar < nieuwste else "onbekend_of_geheim"
    if indicator == "leegstand_pct" and plek.code == BUURT and jaar == 2022:
        return None, "onbekend_of_geheim"
    if plek.code == BUURT and (indicator, jaar) == GECORRIGEERD:
        return (74.0 if deel == 2 else 61.0), None
    if plek.code == BUURT and (indicator, jaar) in VERSCHOVEN:
        return VERSCHOVEN[(indicator, jaar)], None
    niveau, effect, stap = VORM[indicator]
    ruis = random.Random(f"{plek.code}{indicator}{jaar}").uniform(-0.03, 0.03) * niveau
    waarde = niveau + effect * plek.stand + stap * (jaar - 2021) + ruis
    if plek.code == BUURT and (indicator, jaar) == BINNEN_TOLERANTIE:
        return 14.5 + (0.02 if deel == 2 else 0.0), None
    return round(waarde, lees().indicatoren[indicator].decimalen), None


def _gebieden(jaren: range) -> list[tuple[Any, ...]]:
    rijen: list[tuple[Any, ...]] = []
    for jaar in jaren:
        er = [p for p in PLEKKEN if p.van <= jaar <= p.tot]
        for p in er:
            anders = 3 if p.van == jaar and jaar > 2021 else 1
            rijen.append(
                (p.code, jaar, "buurt", p.naam, "WK" + p.code[2:8], GEMEENTE, GEMEENTENAAM,
                 p.inwoners, (p.inwoners or 0) * 0.48, "9901", anders, False, True)
            )  # fmt: skip
        for wijk, naam in WIJKEN.items():
            som = sum(p.inwoners or 0 for p in er if p.code[2:8] == wijk[2:])
            rijen.append(
                (wijk, jaar, "wijk", naam, None, GEMEENTE, GEMEENTENAAM, som, som * 0.48,
                 None, 1, False, True)
            )  # fmt: skip
        som = sum(p.inwoners or 0 for p in er)
        rijen.append(
            (GEMEENTE, jaar, "gemeente", GEMEENTENAAM, None, GEMEENTE, GEMEENTENAAM, som,
             som * 0.48, None, 1, False, True)
        )  # fmt: skip
    return rijen


def _waarden(jaren: range, deel: int, cat: Catalogus) -> list[tuple[Any, ...]]:
    rijen: list[tuple[Any, ...]] = []
    boven = {p.code: p for p in PLEKKEN}
    for (
        code,
        jaar,
        niveau,
        naam,
        *_,
    ) in _gebieden(jaren):
        plek = boven.get(code) or Plek(code, naam, 9000, 0.05 if niveau == "gemeente" else 0.2)
        inwoners = next(r[7] for r in _gebieden(range(jaar, jaar + 1)) if r[0] == code)
        rijen.append(
            (code, niveau, jaar, jaar, "inwoners_aantal", inwoners, max(inwoners - 2.5, 0),
             inwoners + 2.5, None, "geregistreerd", False, "kwb")
        )  # fmt: skip
        for indicator in (i for i in VORM if i in cat.indicatoren):
            waarde, ontbreekt = _waarde(plek, indicator, jaar, deel)
            marge = None if waarde is None else 0.5 if indicator.endswith("1000") else 0.05
            rijen.append(
                (code, niveau, jaar, jaar, indicator, waarde,
                 None if waarde is None or marge is None else max(waarde - marge, 0),
                 None if waarde is None or marge is None else waarde + marge, ontbreekt,
                 "geregistreerd", jaar == 2023 and deel == 1, "kwb")
            )  # fmt: skip
    return rijen


def _scores(
    gebieden: list[tuple[Any, ...]], waarden: list[tuple[Any, ...]], cat: Catalogus
) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    op = {(w[0], w[3], w[4]): w for w in waarden}
    scores: list[tuple[Any, ...]] = []
    bijdragen: list[tuple[Any, ...]] = []
    for boom in cat.bomen.values():
        for knoop in (k for k in boom.knopen if k.score):
            cellen = [[op.get((g[0], g[1], d.indicator)) for d in knoop.delen] for g in gebieden]
            uit = aggregate.bereken(
                knoop,
                [cat.indicatoren[d.indicator].doelpalen for d in knoop.delen],
                _invoer(cellen, [g[7] for g in gebieden]),
            )
            for n, g in enumerate(gebieden):
                sleutel = (g[0], g[1], g[1], boom.id, knoop.id)
                scores.append(
                    (g[0], g[2], g[1], g[1], boom.id, knoop.id, _los(uit.score[n]),
                     _los(uit.onder[n]), _los(uit.boven[n]), float(uit.dekking[n]), uit.reden[n])
                )  # fmt: skip
                for j, d in enumerate(knoop.delen):
                    cel = cellen[n][j]
                    bijdragen.append(
                        (*sleutel, d.indicator, d.gewicht, _los(uit.genormaliseerd[n, j]),
                         _los(uit.bijdrage[n, j]), "geen_bron" if cel is None else cel[8])
                    )  # fmt: skip
    return scores, bijdragen


def _invoer(cellen: list[list[tuple[Any, ...] | None]], inwoners: list[Any]) -> aggregate.Invoer:
    def kolom(k: int) -> Any:
        return np.array(
            [[np.nan if c is None or c[k] is None else c[k] for c in rij] for rij in cellen], float
        )

    weg = [[CODES["geen_bron"] if c is None else CODES.get(c[8], HEEFT) for c in r] for r in cellen]
    return aggregate.Invoer(
        kolom(5), kolom(6), kolom(7), np.array(weg, np.int8), np.array(inwoners, float)
    )


def _los(getal: float) -> float | None:
    return None if np.isnan(getal) else float(getal)


def _meta(jaren: range, waarden: list[tuple[Any, ...]]) -> dict[str, list[tuple[Any, ...]]]:
    telling: dict[tuple[str, str, int], list[int]] = {}
    for w in waarden:
        tel = telling.setdefault((w[4], w[11], w[3]), [0, 0])
        tel[0] += 1
        tel[1] += w[5] is not None
    codes = {r[0]: None for r in _gebieden(jaren)}
    return {
        "out_meta__indicator": [(*k, *v) for k, v in telling.items()],
        "out_meta__herkomst": [
            (
                f"kwb-{j}",
                "kwb",
                "kwb_excel_2023",
                j,
                j,
                "bestandsnaam",
                f"kwb-{j}.xlsx",
                hashlib.sha256(f"kwb{j}".encode()).hexdigest(),
                None,
                "CC BY 4.0",
                "2026-03-10T09:12:00+00:00",
                None,
                12,
                True,
            )
            for j in jaren
        ],
        "out_meta__levering_gebied": [(f"kwb-{j}", c) for j in jaren for c in codes],
    }


def schrijf(datamap: Datamap, deel: int = 1, publicatie: str | None = None) -> str:
    """Writes publication `deel` (1 or 2) under a new file name and points to it.

    Args:
        datamap: where; folders are made.
        deel: 1 holds 2021 to 2023; 2 corrects a figure and adds 2024.
        publicatie: its id; by default `20260312-klein-1` or `20260920-klein-2`.

    Returns:
        The publication's id.
    """
    publicatie = publicatie or ("20260312-klein-1" if deel == 1 else "20260920-klein-2")
    gemaakt = "2026-03-12T08:30:00+00:00" if deel == 1 else "2026-09-20T08:30:00+00:00"
    cat = lees()
    jaren = range(2021, 2024 + (deel == 2))
    gebieden = _gebieden(jaren)
    waarden = _waarden(jaren, deel, cat)
    scores, bijdragen = _scores(gebieden, waarden, cat)
    tabellen: dict[str, list[tuple[Any, ...]]] = {
        "out_gebied": gebieden,
        "out_gebied_opvolger": [
            (GESPLITST, 2022, DELEN[0], 2023, 0.63, "inwoners"),
            (GESPLITST, 2022, DELEN[1], 2023, 0.37, "inwoners"),
        ],
        "out_waarde": sorted(waarden),
        "out_waarde_kaart": sorted(waarden, key=lambda w: (w[4], w[3], w[2], w[0])),
        "out_score": scores,
        "out_bijdrage": bijdragen,
        "out_meta__catalogus": list(cat.teksten.items()),
        "out_meta__publicatie": [
            (publicatie, gemaakt, cat.hash, "0" * 64, "0" * 64, "0.1.0", True)
        ],
    } | _meta(jaren, waarden)
    datamap.published.mkdir(parents=True, exist_ok=True)
    bestand = datamap.published / f"{publicatie}.duckdb"
    with duckdb.connect(str(bestand)) as con:
        for tabel in contracts.OUT:
            con.execute(contracts.maak(tabel))
            rijen = tabellen.get(tabel, [])
            if rijen:
                vak = pa.table(
                    {
                        k: list(w)
                        for k, w in zip(
                            contracts.kolommen(tabel), zip(*rijen, strict=True), strict=True
                        )
                    }
                )
                con.register("vak", vak)
                con.execute(f"INSERT INTO {tabel} SELECT * FROM vak")
                con.unregister("vak")
    wijs(datamap, bestand, gemaakt, cat.hash)
    return publicatie


def wijs(datamap: Datamap, bestand: Path, gemaakt: str, catalogus_hash: str) -> None:
    """Makes a publication current, as publishing does: the pointer is replaced atomically."""
    tekst = json.dumps(
        {
            "bestand": bestand.name,
            "sha256": hashlib.sha256(bestand.read_bytes()).hexdigest(),
            "publicatie": bestand.stem,
            "gemaakt_op": gemaakt,
            "catalogus_hash": catalogus_hash,
            "fictief": True,
        }
    )
    tijdelijk = datamap.actueel.with_suffix(".tmp")
    tijdelijk.write_text(tekst, encoding="utf-8")
    tijdelijk.replace(datamap.actueel)


if __name__ == "__main__":
    print(schrijf(Datamap(Path(sys.argv[1])), int(sys.argv[2]) if len(sys.argv) > 2 else 1))
