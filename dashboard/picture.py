"""What a map and its list show: values, classes, missing, comparison and counts, as columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboard import classes, presets, snapshot_map
from dashboard.explore import ASSEN, BOOM, NIVEAU, Keuze
from dashboard.memory import Geheugen
from dashboard.sentences import ontbreekt
from dashboard.snapshot import Lezing
from dashboard.words import cijfer, getal
from indicators import aggregate, compare, regions, views
from indicators.contracts import ONTBREEKT
from indicators.formulas import F64
from indicators.model import Indicator

REDENEN: dict[str, tuple[str, str]] = {
    aggregate.TE_KLEIN: ("te_klein", "niet berekend (te weinig inwoners)"),
    aggregate.INWONERS_ONBEKEND: ("onbekend_of_geheim", "inwoners onbekend"),
    aggregate.BRON_ONTBREEKT: ("geen_bron", "nog niet te zeggen (bron ontbreekt)"),
    aggregate.VEREIST_ONTBREEKT: ("niet_gepubliceerd", "nog niet te zeggen (cijfer ontbreekt)"),
}
"""Why a node has no score: the pattern it is drawn with, and the words."""
TE_WEINIG = ("niet_gepubliceerd", "nog niet te zeggen (te veel ontbreekt)")
VERSCHIL: tuple[compare.Verschil, ...] = ("onbekend", "hoger", "lager", "ongeveer_gelijk")


@dataclass(frozen=True)
class Referentie:
    """What figures are compared with: its name, and its figure when there is one for all."""

    soort: str
    naam: str
    waarde: float | None = None


@dataclass(frozen=True)
class Beeld:
    """One choice, worked out for all areas of the level, in order of name."""

    codes: list[str]
    waarde: F64
    """As written on screen; NaN where missing. For the 3x3: 0 to 8."""
    klasse: NDArray[np.int8]
    soort: NDArray[np.int8]
    """0 where there is a value, else the place in `soorten`."""
    soorten: list[tuple[str, str]]
    """Pattern and words per kind of missing; the first is empty."""
    verschil: NDArray[np.int8]
    """The place in `VERSCHIL`."""
    grenzen: list[float]
    referentie: Referentie
    vast: bool = True
    """Whether the classes are the same in every year."""
    assen: NDArray[np.int8] | None = None
    """For the 3x3: the class (-1 without) of both nodes, (n, 2)."""
    kans: F64 | None = None
    ander: F64 | None = None
    """Per area the figure that it is compared with, as written on screen."""

    def aantallen(self) -> list[int]:
        """How many areas each class has."""
        return [int((self.klasse == k).sum()) for k in range(len(self.grenzen) + 1)]


def gebieden(geheugen: Geheugen, lezing: Lezing, niveau: str, grensjaar: int) -> dict[str, Any]:
    """The areas of a level in order of name, as lists, with the place of each code."""

    def maak() -> dict[str, Any]:
        kolommen = {
            k: v.tolist() for k, v in snapshot_map.gebieden(lezing, niveau, grensjaar).items()
        }
        return kolommen | {"plek": {c: n for n, c in enumerate(kolommen["gebied"])}}

    return dict(geheugen.haal((lezing.publicatie.publicatie, "gebieden", niveau, grensjaar), maak))


def beeld(geheugen: Geheugen, lezing: Lezing, keuze: Keuze, eigen: Sequence[str]) -> Beeld:
    """Works out a choice; kept, since page, values and list ask for the same."""
    sleutel = (
        lezing.publicatie.publicatie, keuze.niveau, keuze.cijfer, keuze.jaar, keuze.grensjaar,
        keuze.weging, keuze.vergelijk, tuple(eigen) if keuze.vergelijk == "mijn" else (),
    )  # fmt: skip
    er = gebieden(geheugen, lezing, keuze.niveau, keuze.grensjaar)
    maak = _niveau if keuze.cijfer == NIVEAU else _cijfer
    uit = geheugen.haal(sleutel, lambda: maak(geheugen, lezing, keuze, eigen, er))
    assert isinstance(uit, Beeld)  # noqa: S101 - what was put in comes out
    return uit


def _cijfer(
    geheugen: Geheugen, lezing: Lezing, keuze: Keuze, eigen: Sequence[str], er: dict[str, Any]
) -> Beeld:
    indicator = lezing.catalogus.indicatoren[keuze.cijfer]
    soorten = [("", ""), *((o, ontbreekt(o, lezing.catalogus)) for o in ONTBREEKT)]
    n = len(er["gebied"])
    waarde, onder, boven = (np.full(n, np.nan) for _ in range(3))
    soort = np.full(n, 1 + ONTBREEKT.index("geen_bron"), np.int8)
    if keuze.jaar is not None:
        k = snapshot_map.waarden(lezing, keuze.cijfer, keuze.jaar, keuze.grensjaar, keuze.niveau)
        plek, bron = _plekken(k["gebied"], er["plek"])
        waarde[plek], onder[plek], boven[plek] = (
            k[v][bron].astype(float) for v in ("waarde", "onder", "boven")
        )
        nummer = {s: i for i, (s, _) in enumerate(soorten)}
        soort[plek] = [nummer.get(s, 0) for s in k["ontbreekt_door"][bron].tolist()]
    toon = classes.getoond(waarde, indicator)
    indeling = geheugen.haal(
        (lezing.publicatie.publicatie, "klassen", keuze.cijfer, keuze.niveau, keuze.jaar),
        lambda: classes.indeling(
            *snapshot_map.verdeling(lezing, keuze.cijfer, keuze.niveau), keuze.jaar or 0, indicator
        ),
    )
    referentie, ref = _vergelijk(lezing, keuze, indicator, er, eigen)
    return Beeld(
        er["gebied"], toon, classes.klassen(toon, indeling.grenzen), soort, soorten,
        _kanten(indicator, (waarde, onder, boven), ref), indeling.grenzen, referentie,
        indeling.vast, ander=classes.getoond(ref[:, 0], indicator),
    )  # fmt: skip


def _plekken(codes: Any, plek: dict[str, int]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Where each row goes, and which rows have a place."""
    naar = np.array([plek.get(c, -1) for c in codes.tolist()], np.intp)
    bron = np.flatnonzero(naar >= 0)
    return naar[bron], bron


def _vergelijk(
    lezing: Lezing, keuze: Keuze, indicator: Indicator, er: dict[str, Any], eigen: Sequence[str]
) -> tuple[Referentie, F64]:
    """What is compared with: in words, and per area its figure and interval (n, 3), NaN without."""
    codes: list[str] = er["gebied"]
    geen = np.full((len(codes), 3), np.nan)
    if keuze.vergelijk == "geen" or keuze.jaar is None:
        return Referentie("geen", ""), geen
    if keuze.vergelijk == "mijn":
        met = _eigen_cijfers(lezing, keuze, eigen)
        if not met:
            return Referentie("mijn", "mijn buurten"), geen
        midden = float(np.median(met))
        naam = f"het midden van mijn {len(met)} gebieden" if len(met) > 1 else "mijn gebied"
        return Referentie("mijn", naam, midden), np.full((len(codes), 3), midden)
    if keuze.vergelijk == "eerder":
        toen = keuze.toen or 0
        k = snapshot_map.waarden_toen(
            lezing, keuze.cijfer, toen, keuze.grensjaar, keuze.niveau
        )  # fmt: skip
        plek, bron = _plekken(k["gebied"], er["plek"])
        geen[plek] = _marges(k)[bron]
        return Referentie("eerder", f"het cijfer van {toen}"), geen
    return _boven(lezing, keuze, codes)


def _boven(lezing: Lezing, keuze: Keuze, codes: list[str]) -> tuple[Referentie, F64]:
    """The gemeente of each area, or the country."""
    jaar = keuze.jaar or 0
    k = snapshot_map.waarden(lezing, keuze.cijfer, jaar, keuze.grensjaar, keuze.vergelijk)
    er = {str(g): n for n, g in enumerate(k["gebied"])}
    ref = np.vstack([_marges(k), np.full(3, np.nan)])
    land = keuze.vergelijk == "land"
    naam = "Nederland" if land else "de eigen gemeente"
    if not land and len(er) == 1:
        naam = lezing.gebied(next(iter(er)), keuze.grensjaar).naam
    boven = ["NL00" if land else regions.gemeente_van(c) or "" for c in codes]
    waarde = float(ref[0, 0]) if len(er) == 1 and not np.isnan(ref[0, 0]) else None
    return Referentie(keuze.vergelijk, naam, waarde), ref[[er.get(b, -1) for b in boven]]


def _marges(k: snapshot_map.Kolommen) -> F64:
    """Figures with their intervals as one table (n, 3)."""
    return np.column_stack([k[v].astype(float) for v in ("waarde", "onder", "boven")])


def _eigen_cijfers(lezing: Lezing, keuze: Keuze, eigen: Sequence[str]) -> list[float]:
    """The figures of the own areas, each on its own level."""
    uit: list[float] = []
    for niveau in sorted({regions.niveau(c) for c in eigen if regions.geldig(c)}):
        k = snapshot_map.waarden(lezing, keuze.cijfer, keuze.jaar or 0, keuze.grensjaar, niveau)
        rijen = zip(k["gebied"].tolist(), k["waarde"].tolist(), strict=True)
        uit += [float(w) for g, w in rijen if g in eigen and w == w]
    return uit


def _kanten(indicator: Indicator, cijfers: tuple[F64, F64, F64], ref: F64) -> NDArray[np.int8]:
    """Per area the side of its reference: `compare.verschil` over whole columns.

    What reads the same on screen is never called apart.
    """
    onder, boven = (np.where(np.isnan(m), cijfers[0], m) for m in cijfers[1:])
    laag, hoog = (np.where(np.isnan(ref[:, n]), ref[:, 0], ref[:, n]) for n in (1, 2))
    uit = np.full(len(ref), VERSCHIL.index("ongeveer_gelijk"), np.int8)
    uit[onder > hoog] = VERSCHIL.index("hoger")
    uit[boven < laag] = VERSCHIL.index("lager")
    anders, plek = np.unique(ref[:, 0], return_inverse=True)
    zelfde = classes.getoond(cijfers[0], indicator) == classes.getoond(anders, indicator)[plek]
    uit[zelfde] = VERSCHIL.index("ongeveer_gelijk")
    uit[np.isnan(cijfers[0]) | np.isnan(ref[:, 0])] = VERSCHIL.index("onbekend")
    return uit


def _niveau(
    geheugen: Geheugen, lezing: Lezing, keuze: Keuze, eigen: Sequence[str], er: dict[str, Any]
) -> Beeld:
    """The 3x3 of both nodes; without one of them there is no class, with the reason."""
    n = len(er["gebied"])
    soorten: list[tuple[str, str]] = [("", ""), ("geen_bron", "niet ingelezen voor dit gebied")]
    soort = np.ones(n, np.int8)
    delen: list[views.Klasse] = []
    for as_ in ASSEN:
        knoop = lezing.catalogus.knoop(BOOM, as_)
        score, onder, boven = (np.full(n, np.nan) for _ in range(3))
        if keuze.jaar is not None:
            plaats = (keuze.jaar, keuze.grensjaar, keuze.niveau)
            k = presets.scores(lezing, BOOM, as_, keuze.weging, *plaats)
            plek, bron = _plekken(k["gebied"], er["plek"])
            score[plek], onder[plek], boven[plek] = (
                k[v][bron].astype(float) for v in ("score", "onder", "boven")
            )
            for p, reden in zip(plek.tolist(), k["reden"][bron].tolist(), strict=True):
                wat = REDENEN.get(reden, TE_WEINIG) if reden else ("", "")
                if wat not in soorten:
                    soorten.append(wat)
                soort[p] = max(soort[p] if delen else 0, soorten.index(wat))
        delen.append(views.klasse(score, onder, boven, knoop.klassen or (33.3, 66.7)))
    samen, kans = views.niveau(delen[0], delen[1])
    return Beeld(
        er["gebied"], np.where(samen < 0, np.nan, samen).astype(float), samen,
        np.where(samen >= 0, 0, soort).astype(np.int8), soorten,
        np.zeros(n, np.int8), [float(i) for i in range(1, 9)], Referentie("geen", ""),
        True, np.stack([d.klasse for d in delen], axis=1), kans,
    )  # fmt: skip


def bereik(beeld: Beeld) -> tuple[float, float, float] | None:
    """Lowest, middle and highest figure; None without any."""
    met = beeld.waarde[~np.isnan(beeld.waarde)]
    return (float(met.min()), float(np.median(met)), float(met.max())) if len(met) else None


def opmaak(indicator: Indicator) -> dict[str, Any]:
    """How the browser writes a value as written on screen: before, decimals, after."""
    if indicator.eenheid == "keur":
        return {"voor": "€\u00a0", "decimalen": 0, "achter": ""}
    heel = cijfer(0.0, indicator)
    return {
        "voor": "",
        "decimalen": indicator.decimalen,
        "achter": heel.removeprefix(getal(0.0, indicator.decimalen)),
    }


def schrijf(waarde: float, indicator: Indicator) -> str:
    """A value as shown (see `Beeld.waarde`) with its unit."""
    o = opmaak(indicator)
    return f"{o['voor']}{getal(waarde, o['decimalen'])}{o['achter']}"


def van_tot(laag: float, hoog: float, indicator: Indicator) -> str:
    """A range with its unit once: `11 tot 22 %`."""
    o = opmaak(indicator)
    return f"{o['voor']}{getal(laag, o['decimalen'])} tot {schrijf(hoog, indicator)}"
