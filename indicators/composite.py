"""The engine: runs the steps of a method on a table, keeps every stage, says what it did."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from indicators import coherence, impute, means, normalise, treat, weights
from indicators.formulas import F64
from indicators.hierarchy import Hierarchie, MethodeFout
from indicators.input_table import NAAM, TIJD, Invoertabel, lees_invoer
from indicators.method import (
    OPTIES,
    Aggregeer,
    Behandel,
    Denomineer,
    Imputeer,
    Normalisatie,
    Normaliseer,
    Screen,
    Stap,
)  # fmt: skip


@dataclass(frozen=True)
class Uitvoering:
    """What a step gave: the table after it, extra tables, and sentences on what it did."""

    naam: str
    tabel: pd.DataFrame
    zinnen: list[str]
    extra: dict[str, pd.DataFrame] = field(default_factory=dict)


@dataclass(frozen=True)
class Composiet:
    """Scores per unit (uCode, Time, nodes from the top down, indicators) and every step."""

    scores: pd.DataFrame
    stappen: list[Uitvoering]


def bereken_composiet(
    data: pd.DataFrame, boom: Hierarchie, stappen: list[tuple[str, Stap]]
) -> Composiet:
    """Runs the steps in order.

    Args:
        data: a table in iData shape.
        boom: the tree of the metadata.
        stappen: from `method.lees_methode`.

    Raises:
        MethodeFout: naming step, node, indicator and row.
    """
    tabel = lees_invoer(data, boom)
    gedaan: list[Uitvoering] = []
    for i, (naam, stap) in enumerate(stappen, 1):
        try:
            tabel, uit = DOE[naam](tabel, boom, stap)
        except MethodeFout as fout:
            raise MethodeFout(f"stap {i} ({naam}): {fout}") from fout
        gedaan.append(uit)
    kolommen = [*reversed(boom.knopen), *boom.indicatoren]
    return Composiet(pd.concat([tabel.wie, tabel.x[kolommen]], axis=1), gedaan)


def _klaar(
    naam: str, tabel: Invoertabel, zinnen: list[str], **extra: pd.DataFrame
) -> tuple[Invoertabel, Uitvoering]:
    heel = pd.concat([tabel.wie, tabel.x], axis=1)
    return tabel, Uitvoering(naam, heel, zinnen, {k: v for k, v in extra.items() if len(v)})


def _denomineer(
    tabel: Invoertabel, boom: Hierarchie, stap: Denomineer
) -> tuple[Invoertabel, Uitvoering]:
    noemers = stap.noemers or boom.noemer
    _bekend(noemers, boom, "noemers")
    _bekend(stap.factor, boom, "factor")
    x = tabel.x.copy()
    for code, noemer in noemers.items():
        if noemer not in tabel.sleutel:
            raise MethodeFout(f"{code}: noemer {noemer!r} is geen kolom met Type 'Denominator'")
        deler = tabel.sleutel[noemer].to_numpy(float)
        nul = (deler == 0) & x[code].notna().to_numpy()
        if nul.any():
            rij = tabel.rij(int(np.argmax(nul)))
            raise MethodeFout(f"{code}, {rij}: noemer {noemer} is nul; maak de waarde leeg (nvt)")
        x[code] = x[code] / deler * stap.factor.get(code, 1.0)
    zinnen = [
        f"{len(noemers)} indicatoren gedeeld: " + ", ".join(f"{c}/{n}" for c, n in noemers.items())
    ]
    weg = x.isna() & tabel.x.notna()
    if weg.any(axis=None):
        wie = [f"{x.columns[j]} van {tabel.rij(int(i))}" for i, j in np.argwhere(weg.to_numpy())]
        zinnen.append(f"{len(wie)} waarden vervallen, want de noemer ontbreekt: {_lijst(wie)}")
    return _klaar("denomineer", replace(tabel, x=x), zinnen)


def _screen(tabel: Invoertabel, boom: Hierarchie, stap: Screen) -> tuple[Invoertabel, Uitvoering]:
    data = treat.beschikbaarheid(tabel.x)
    weinig = (data["Dat_Avail"] < stap.drempel).to_numpy()
    nul = (data["Non_Zero"] < stap.drempel_nul).to_numpy()
    uit = {"byNA": weinig, "byzeros": nul, "byNAandzeros": weinig | nul}[stap.soort].copy()
    namen = tabel.sleutel[NAAM]
    onbekend = sorted({*stap.houd, *stap.weg} - set(namen))
    if onbekend:
        raise MethodeFout(f"houd/weg: onbekende {NAAM} {', '.join(onbekend)}")
    uit[namen.isin(stap.houd)] = False
    uit[namen.isin(stap.weg)] = True
    overzicht = pd.concat([tabel.wie, data], axis=1).assign(meegenomen=~uit)
    if uit.all():
        raise MethodeFout(f"geen enkele rij haalt de drempel ({stap.soort}, {stap.drempel:g})")
    blijft = Invoertabel(
        tabel.sleutel[~uit].reset_index(drop=True), tabel.x[~uit].reset_index(drop=True)
    )
    weg = [tabel.rij(int(i)) for i in np.flatnonzero(uit)]
    zin = f"{len(weg)} van {len(uit)} rijen weggelaten" + (f": {_lijst(weg)}" if weg else "")
    return _klaar("screen", blijft, [zin], beschikbaarheid=overzicht)


def _imputeer(
    tabel: Invoertabel, boom: Hierarchie, stap: Imputeer
) -> tuple[Invoertabel, Uitvoering]:
    _bekend(stap.indicatoren, boom, "indicatoren")
    codes = list(stap.indicatoren or boom.indicatoren)
    x = tabel.x.copy()
    if stap.functie in impute.PANEL:
        if TIJD not in tabel.sleutel:
            raise MethodeFout(f"{stap.functie}: de data hebben geen kolom {TIJD}")
        x[codes] = impute.vul_panel(
            x[codes], tabel.sleutel[NAAM], tabel.sleutel[TIJD], stap.functie, stap.terug
        )
    else:
        if stap.groep is not None and stap.groep not in boom.groepen:
            raise MethodeFout(f"groep {stap.groep!r} is geen kolom met Type 'Group'")
        for _, rijen in tabel.rijen(stap.over):
            deel = x.iloc[rijen][codes]
            if stap.langs == "rij":
                nieuw = impute.vul_rijen(deel, boom.richting, stap.functie)
            else:
                groep = None if stap.groep is None else tabel.sleutel[stap.groep].iloc[rijen]
                vol = [impute.vul(deel[c].to_numpy(float), stap.functie, groep) for c in codes]
                nieuw = pd.DataFrame(dict(zip(codes, vol, strict=True)), index=deel.index)
            x.loc[nieuw.index, codes] = nieuw
    gevuld = tabel.x.isna() & x.notna()
    hoe = np.full(x.shape, f"ingevuld met {stap.functie}", dtype=object)
    lijst = _cellen(tabel, gevuld.to_numpy(), x, hoe)
    rest = int(x.isna().sum().sum())
    zin = f"{len(lijst)} waarden ingevuld met {stap.functie}; {rest} blijven leeg"
    return _klaar("imputeer", replace(tabel, x=x), [zin], ingevuld=lijst)


def _behandel(
    tabel: Invoertabel, boom: Hierarchie, stap: Behandel
) -> tuple[Invoertabel, Uitvoering]:
    _bekend(stap.per_indicator, boom, "per_indicator")
    nieuw, rapport = tabel.x.to_numpy(float).copy(), []
    merken: treat.Merken = np.full(nieuw.shape, "", dtype=object)
    for waar, rijen in tabel.rijen(stap.over):
        for j, code in enumerate(boom.indicatoren):
            regel = stap.per_indicator.get(code, stap)
            if isinstance(regel, str):
                continue
            try:
                uit = treat.behandel(nieuw[rijen, j], regel.regel())
            except ValueError as fout:
                raise MethodeFout(f"{code}{waar}: {fout}") from fout
            nieuw[rijen, j], merken[rijen, j] = uit.x, uit.merk
            rapport.append(_regel(code, waar, uit))
    x = pd.DataFrame(nieuw, tabel.x.index, tabel.x.columns)
    lijst = _cellen(tabel, merken != "", x, merken)
    anders = [r for r in rapport if r["winsor"] is not None or r["transformatie"]]
    zin = (
        f"{len(lijst)} waarden behandeld, in {len(anders)} van {len(rapport)} kolommen: "
        + _lijst(
            [f"{r['indicator']}{r['waar']} ({r['transformatie'] or r['winsor']})" for r in anders]
        )
    )
    niet = [f"{r['indicator']}{r['waar']}" for r in rapport if r["goed"] is False]
    zinnen = [zin] + ([f"nog altijd scheef: {_lijst(niet)}"] if niet else [])
    tabellen = {"behandeld": lijst, "scheefheid": pd.DataFrame(rapport)}
    return _klaar("behandel", replace(tabel, x=x), zinnen, **tabellen)


def _regel(code: str, waar: str, uit: treat.Behandeld) -> dict[str, object]:
    regel: dict[str, object] = {"indicator": code, "waar": waar, "goed": uit.geslaagd[-1]}
    regel |= {"winsor": uit.aantal, "transformatie": uit.transformatie}
    for i, (s, k) in enumerate(zip(uit.scheef, uit.kurt, strict=True)):
        regel |= {f"scheefheid_{i}": s, f"kurtosis_{i}": k}
    return regel


def _normaliseer(
    tabel: Invoertabel, boom: Hierarchie, stap: Normaliseer
) -> tuple[Invoertabel, Uitvoering]:
    _bekend(stap.per_indicator, boom, "per_indicator")
    uit = tabel.x.to_numpy(float).copy()
    for waar, rijen in tabel.rijen(stap.over):
        for j, code in enumerate(boom.indicatoren):
            keuze = stap.per_indicator.get(code, stap)
            kolom = uit[rijen, j]
            try:
                opties = _opties(keuze, code, boom, tabel, rijen)
                nieuw = normalise.normaliseer(kolom, boom.richting[code], keuze.functie, **opties)
                _eindig(kolom, nieuw, keuze.functie)
            except ValueError as fout:
                raise MethodeFout(f"{code} (knoop {boom.ouder[code]}){waar}: {fout}") from fout
            uit[rijen, j] = nieuw
    eigen = [f"{c} met {n.functie}" for c, n in stap.per_indicator.items()]
    om = sum(r == -1 for r in boom.richting.values())
    x = pd.DataFrame(uit, tabel.x.index, tabel.x.columns)
    zin = f"{x.shape[1]} indicatoren met {stap.functie}, {om} omgekeerd; over {stap.over}"
    if eigen:
        zin += "; anders: " + ", ".join(eigen)
    leeg = [c for c in x.columns if x[c].isna().all()]
    zinnen = [zin, *([f"zonder enkele waarde: {_lijst(leeg)}"] if leeg else [])]
    return _klaar("normaliseer", replace(tabel, x=x), zinnen)


def _opties(
    keuze: Normalisatie,
    code: str,
    boom: Hierarchie,
    tabel: Invoertabel,
    rijen: np.ndarray[Any, Any],
) -> dict[str, object]:
    opties = {k: getattr(keuze, k) for k in OPTIES[keuze.functie]}
    if keuze.functie == "dist2ref":
        plek = np.flatnonzero((tabel.sleutel[NAAM].iloc[rijen] == keuze.referentie).to_numpy())
        if not len(plek):
            raise ValueError(f"referentie {keuze.referentie!r} staat niet in de data")
        opties["referentie"] = int(plek[0])
    if keuze.functie == "dist2targ" and keuze.doel is None:
        if code not in boom.doel:
            raise ValueError("dist2targ: Target ontbreekt in de metadata, en `doel` hier")
        opties["doel"] = boom.doel[code]
    return opties


def _eindig(voor: F64, na: F64, functie: str) -> None:
    if (~np.isfinite(na) & ~np.isnan(voor)).any():
        raise ValueError(f"{functie} geeft oneindige waarden (delen door nul); kies een andere")


def _aggregeer(
    tabel: Invoertabel, boom: Hierarchie, stap: Aggregeer
) -> tuple[Invoertabel, Uitvoering]:
    soort: dict[int, str] = {
        n: stap.per_niveau.get(n, stap.functie) for n in set(boom.niveau.values())
    }
    if onbekend := sorted(set(stap.per_niveau) - set(boom.niveau.values())):
        raise MethodeFout(f"per_niveau: niveau {onbekend[0]} komt in de boom niet voor")
    delen, gewichten, bij = [], [], []
    for waar, rijen in tabel.rijen(stap.over):
        x = tabel.x.iloc[rijen]
        b = _weeg(boom, x, stap)
        wie = partial(_rijnaam, tabel, rijen)
        delen.append(means.aggregeer(b, x, soort, stap.p, stap.dekking, wie))
        gewichten.append(_gewichten(b, waar))
        bij.append(_bijdragen(b, delen[-1], soort, stap))
    heel = replace(tabel, x=pd.concat(delen).loc[tabel.x.index])
    bijdrage = pd.concat([tabel.wie, pd.concat(bij)], axis=1) if bij[0].size else bij[0]
    zonder = _zonder_score(heel, boom)
    hoe = ", ".join(dict.fromkeys(soort[n] for n in soort if n > 1))
    zinnen = [f"{len(boom.knopen)} knopen met {hoe}; gewichten: {_naam(stap.gewichten)}"]
    if len(zonder):
        zinnen.append(f"{len(zonder)} keer geen score (te weinig gegevens): zie zonder_score")
    return _klaar(
        "aggregeer", heel, zinnen,
        gewichten=pd.concat(gewichten, ignore_index=True), samenhang=_samenhang(boom, heel.x),
        bijdragen=bijdrage, dekking=pd.concat([tabel.wie, means.dekking(boom, tabel.x)], axis=1),
        zonder_score=zonder,
    )  # fmt: skip


def _rijnaam(tabel: Invoertabel, rijen: np.ndarray[Any, Any], plek: int) -> str:
    return tabel.rij(int(rijen[plek]))


def _weeg(boom: Hierarchie, x: pd.DataFrame, stap: Aggregeer) -> Hierarchie:
    if isinstance(stap.gewichten, dict):
        return boom.met_gewichten(stap.gewichten)
    if stap.gewichten == "gelijk":
        return boom.met_gewichten(weights.gelijk(boom))
    if stap.gewichten == "gelijke_invloed":
        return boom.met_gewichten(weights.voor_gelijke_invloed(boom, x, stap.niveau))
    if stap.gewichten == "pca":
        alles = means.aggregeer(boom, x)
        lading = weights.pca(boom, alles, stap.niveau)
        if tegen := [c for c, w in lading.items() if w < 0]:
            raise MethodeFout(
                f"gewichten pca, knoop {boom.ouder[tegen[0]]}: {tegen[0]} loopt tegen de andere "
                "delen in, en een negatief gewicht is geen gewicht. Draai de richting om, of geef "
                "zelf gewichten"
            )
        return boom.met_gewichten(lading)
    return boom


def _samenhang(boom: Hierarchie, alles: pd.DataFrame) -> pd.DataFrame:
    """Per part of every node: intended weight, correlation with the node, influence; and alpha."""
    if len(alles) < 3:
        return pd.DataFrame()
    per_knoop = [
        coherence.invloed(boom, alles, k)
        .reset_index()
        .assign(knoop=k, alfa=coherence.cronbach(alles[list(boom.kinderen[k])]))
        for k in reversed(boom.knopen)
    ]
    return pd.concat(per_knoop)[["knoop", "deel", "bedoeld", "correlatie", "invloed", "alfa"]]


def _gewichten(boom: Hierarchie, waar: str) -> pd.DataFrame:
    effectief = weights.effectief(boom)
    uit = pd.DataFrame(
        [
            (c, boom.niveau[c], boom.ouder.get(c, ""), boom.gewicht[c], e)
            for c, e in effectief.items()
        ],
        columns=["iCode", "Level", "Parent", "Weight", "EffWeight"],
    )
    return uit.assign(rijen=waar.removeprefix(", ")) if waar else uit


def _bijdragen(
    boom: Hierarchie, alles: pd.DataFrame, soort: dict[int, str], stap: Aggregeer
) -> pd.DataFrame:
    """What each indicator adds to the top: terms of a sum, or Shapley values where asked for."""
    top = boom.toppen[0]
    if all(f == "amean" for n, f in soort.items() if n > 1):
        return means.bijdragen(boom, alles, top)
    if not stap.shapley:
        return pd.DataFrame(index=alles.index)
    codes = list(boom.bladeren(top))
    if alles[codes].isna().any(axis=None) or "copeland" in soort.values():
        raise MethodeFout("shapley: vraagt cijfers zonder gaten en een gemiddelde, geen copeland")

    def score(x: F64) -> F64:
        vol = pd.DataFrame(x, columns=codes)
        return means.aggregeer(boom, vol, soort, stap.p)[top].to_numpy()

    referentie = alles[codes].mean().to_numpy()
    deel = means.shapley(score, alles[codes].to_numpy(), referentie, np.random.default_rng(1), 20)
    namen = [f"shapley_{c}" for c in codes]
    basis = score(referentie[None, :])[0]
    return pd.DataFrame(deel, alles.index, namen).assign(shapley_basis=basis)


def _zonder_score(tabel: Invoertabel, boom: Hierarchie) -> pd.DataFrame:
    delen = []
    for knoop in boom.knopen:
        leeg = tabel.x[knoop].isna()
        kinderen = list(boom.kinderen[knoop])
        mist = tabel.x.loc[leeg, kinderen].isna().to_numpy()
        namen = [" ".join(k for k, m in zip(kinderen, rij, strict=True) if m) for rij in mist]
        wie = tabel.wie[leeg].assign(knoop=knoop, geen_score_reden="dekking_te_laag")
        delen.append(wie.assign(ontbreekt=namen))
    return pd.concat(delen, ignore_index=True)


def _bekend(codes: object, boom: Hierarchie, sleutel: str) -> None:
    onbekend = [c for c in codes if c not in boom.indicatoren]  # type: ignore[attr-defined]
    if onbekend:
        raise MethodeFout(f"{sleutel}: {onbekend[0]!r} is geen indicator in de metadata")


def _cellen(
    tabel: Invoertabel, welke: np.ndarray[Any, Any], x: pd.DataFrame, hoe: treat.Merken
) -> pd.DataFrame:
    """A row per changed cell: unit, indicator, value before and after, and what was done."""
    rij, kolom = np.nonzero(welke)
    uit = tabel.wie.iloc[rij].reset_index(drop=True)
    uit["indicator"] = x.columns.to_numpy()[kolom]
    uit["was"], uit["is"] = tabel.x.to_numpy()[rij, kolom], x.to_numpy()[rij, kolom]
    uit["hoe"] = hoe[rij, kolom]
    return uit


def _lijst(namen: list[str], hoogste: int = 12) -> str:
    meer = len(namen) - hoogste
    return ", ".join(namen[:hoogste]) + (f" en {meer} meer" if meer > 0 else "")


def _naam(gewichten: object) -> str:
    return "hier opgegeven" if isinstance(gewichten, dict) else str(gewichten)


DOE: dict[str, Callable[..., tuple[Invoertabel, Uitvoering]]] = {
    "denomineer": _denomineer,
    "screen": _screen,
    "imputeer": _imputeer,
    "behandel": _behandel,
    "normaliseer": _normaliseer,
    "aggregeer": _aggregeer,
}
"""Step in a method file to what it does."""
