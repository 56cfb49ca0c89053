"""Sensitivity: which assumption moves the ranks, alone and together with the others.

OECD/JRC handbook, step 7. An assumption (weights, normalisation, aggregation, treatment, inputs)
is a list of alternatives; a run takes one of each. Uncertainty: many runs at random. Sensitivity:
first-order and total Sobol indices by the Saltelli scheme, N(d+2) runs (Saltelli et al. 2010,
doi 10.1016/j.cpc.2009.09.018; total by Jansen), as COINr estimates them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import qmc

from indicators import normalise, robustness, treat
from indicators.formulas import F64
from indicators.hierarchy import Hierarchie, MethodeFout
from indicators.means import macht_van
from indicators.robustness import DRADEN, Rangbeeld, Rangen

Keuzes = NDArray[np.int64]
NAMEN = ("invoer", "behandeling", "normalisatie", "gewichten", "aggregatie")


@dataclass(frozen=True)
class Schaling:
    """A normalisation to try; afterwards every column is stretched over `naar` where given.

    Stretching keeps zero and negative values away from geometric and harmonic means.
    """

    functie: str = "minmax"
    opties: dict[str, dict[str, float]] = field(default_factory=dict)
    naar: tuple[float, float] | None = (1.0, 100.0)


@dataclass(frozen=True)
class Proef:
    """A composite of n areas, and the alternatives of each assumption; the first is the nominal.

    Args:
        boom: tree, directions and nominal weights.
        waarde: (n, m) inputs in the order of `boom.indicatoren`, NaN where missing.
        onder: lower ends of the inputs' intervals; equal to `waarde` where exact.
        boven: upper ends.
        invoer: number of input draws besides the inputs themselves; 0 leaves them as they are.
        behandelingen: outlier rules, None for no treatment.
        normalisaties: scales.
        gewichten: (k, codes) weight sets in the order of `boom.gewicht`, the first nominal.
        aggregaties: name of a mean and its power (for genmean).
        zaad: seed of the input draws.
    """

    boom: Hierarchie
    waarde: F64
    onder: F64 | None = None
    boven: F64 | None = None
    invoer: int = 0
    behandelingen: tuple[treat.Regel | None, ...] = (None,)
    normalisaties: tuple[Schaling, ...] = (Schaling(),)
    gewichten: F64 | None = None
    aggregaties: tuple[tuple[str, float | None], ...] = (("amean", None),)
    zaad: int = 1

    @property
    def aantallen(self) -> tuple[int, ...]:
        """How many alternatives each of `NAMEN` has."""
        return (
            self.invoer + 1,
            len(self.behandelingen),
            len(self.normalisaties),
            1 if self.gewichten is None else len(self.gewichten),
            len(self.aggregaties),
        )

    @property
    def los(self) -> list[int]:
        """The assumptions with more than one alternative."""
        return [i for i, n in enumerate(self.aantallen) if n > 1]

    def keuzes(self, u: F64) -> Keuzes:
        """From uniforms (runs, free assumptions) to alternatives (runs, 5)."""
        uit = np.zeros((len(u), len(NAMEN)), dtype=np.int64)
        for k, i in enumerate(self.los):
            uit[:, i] = np.minimum((u[:, k] * self.aantallen[i]).astype(int), self.aantallen[i] - 1)
        return uit

    def behandeld(self, invoer: int, behandeling: int) -> F64:
        """The inputs (n, m) under one alternative of the first two assumptions."""
        x = self.waarde
        if invoer:
            if self.onder is None or self.boven is None:
                raise MethodeFout("invoer: trekken vraagt `onder` en `boven`")
            rng = np.random.default_rng([self.zaad, invoer])
            x = robustness.invoer_trekking(self.onder, x, self.boven, rng)
        regel = self.behandelingen[behandeling]
        if regel is None:
            return x
        return np.column_stack([treat.behandel(kolom, regel).x for kolom in x.T])

    def schalen(self, x: F64, normalisatie: int) -> F64:
        """Treated inputs (n, m) on one scale."""
        schaal = self.normalisaties[normalisatie]
        uit = np.empty(x.shape)
        for j, code in enumerate(self.boom.indicatoren):
            kolom = x[:, j]
            try:
                kolom = normalise.normaliseer(
                    kolom, self.boom.richting[code], schaal.functie, **schaal.opties.get(code, {})
                )
                uit[:, j] = kolom if schaal.naar is None else normalise.minmax(kolom, *schaal.naar)
            except ValueError as fout:
                raise MethodeFout(f"{code} (knoop {self.boom.ouder[code]}): {fout}") from fout
        if np.isinf(uit).any():
            j = int(np.argmax(np.isinf(uit).any(axis=0)))
            raise MethodeFout(f"{self.boom.indicatoren[j]}: {schaal.functie} geeft oneindig")
        return uit

    def scores(self, keuzes: Keuzes, verwerk: Callable[[Keuzes, F64], None]) -> None:
        """Scores of the top under each run, handed over in blocks: run numbers, (runs, n).

        Rows without a score are NaN. Runs that share inputs and mean are done together.

        Raises:
            MethodeFout: naming the indicator that a mean or a scale cannot take.
        """
        gewicht = self._gewichten()
        vorige, basis = (-1, -1), self.waarde
        for (i, b, s), runs in _groepen(keuzes[:, :3]):
            if (i, b) != vorige:
                vorige, basis = (i, b), self.behandeld(i, b)
            x = self.schalen(basis, s)
            for (a,), deel in _groepen(keuzes[runs][:, 4:]):
                samen = runs[deel]
                naam, p = self.aggregaties[a]
                macht = macht_van(naam, p)
                vlak = _Vlak(self.boom, x, macht)
                stap = robustness.BLOK
                blokken = [samen[j : j + stap] for j in range(0, len(samen), stap)]
                with ThreadPoolExecutor(DRADEN) as ploeg:
                    list(
                        ploeg.map(
                            lambda r, v=vlak: verwerk(r, v.top(gewicht[keuzes[r, 3]])), blokken
                        )
                    )

    def _gewichten(self) -> F64:
        if self.gewichten is None:
            return np.array([list(self.boom.gewicht.values())])
        return self.gewichten


class _Vlak:
    """Normalised inputs in the scale of a mean's own sum, ready for many sets of weights."""

    def __init__(self, boom: Hierarchie, x: F64, macht: float) -> None:
        aanwezig = ~np.isnan(x)
        if macht != 1:
            fout = (x <= 0) if macht <= 0 else (x < 0)
            if fout.any():
                code = boom.indicatoren[int(np.argmax(fout.any(axis=0)))]
                raise MethodeFout(
                    f"knoop {boom.ouder[code]}, {code}: nul of negatief in een meetkundig of "
                    f"harmonisch gemiddelde; schaal naar bijvoorbeeld 1 tot 100"
                )
        self.boom, self.macht = boom, macht
        with np.errstate(invalid="ignore", divide="ignore"):
            y = x if macht == 1 else np.log(x) if macht == 0 else x**macht
        self.y = np.ascontiguousarray(np.where(aanwezig, y, 0.0).T)
        self.heeft = aanwezig.T
        self.gaten = np.flatnonzero(~aanwezig.all(axis=1))
        self.plek = {c: i for i, c in enumerate(boom.gewicht)}
        self.kolom = {c: j for j, c in enumerate(boom.indicatoren)}

    def top(self, gewicht: F64) -> F64:
        """Scores of the (first) top, (runs, n); NaN where nothing is there.

        Rows without gaps take the product of the weights on the way down: the same, and one sum.
        """
        y = robustness.maal(self._plat(gewicht), self.y)
        if len(self.gaten):
            y[:, self.gaten] = self._knoop(self.boom.toppen[0], gewicht)[0]
        with np.errstate(invalid="ignore", divide="ignore"):
            return y if self.macht == 1 else np.exp(y) if self.macht == 0 else y ** (1 / self.macht)

    def _plat(self, gewicht: F64) -> F64:
        """Share of each indicator in the top, (runs, m)."""
        uit = np.zeros((len(gewicht), len(self.kolom)))
        deel = {self.boom.toppen[0]: np.ones(len(gewicht))}
        for knoop in reversed(self.boom.knopen):
            if knoop not in deel:
                continue
            kinderen = self.boom.kinderen[knoop]
            w = gewicht[:, [self.plek[k] for k in kinderen]]
            w = w / w.sum(axis=1, keepdims=True) * deel[knoop][:, None]
            for k, kind in enumerate(kinderen):
                if kind in self.kolom:
                    uit[:, self.kolom[kind]] = w[:, k]
                else:
                    deel[kind] = w[:, k]
        return uit

    def _knoop(self, knoop: str, gewicht: F64) -> tuple[F64, NDArray[np.bool_]]:
        """Mean of a node for the rows with gaps, over what is there, and where there is one."""
        delen = self.boom.kinderen[knoop]
        bladeren = [d for d in delen if d in self.kolom]
        vorm = (len(gewicht), len(self.gaten))
        som, teller = np.zeros(vorm), np.zeros(vorm)
        if bladeren:
            w = gewicht[:, [self.plek[d] for d in bladeren]]
            kolommen = [self.kolom[d] for d in bladeren]
            hier = np.ix_(np.array(kolommen), self.gaten)
            teller += robustness.maal(w, self.y[hier])
            som += robustness.maal(w, self.heeft[hier].astype(float))
        for deel in delen:
            if deel not in self.kolom:
                y, er = self._knoop(deel, gewicht)
                w = gewicht[:, [self.plek[deel]]] * er
                teller += w * np.where(er, y, 0.0)
                som += w
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.divide(teller, som, out=np.full_like(som, np.nan), where=som > 0), som > 0


def _groepen(sleutels: Keuzes) -> Iterator[tuple[tuple[int, ...], Keuzes]]:
    """Each distinct row and the positions that have it."""
    uniek, waar = np.unique(sleutels, axis=0, return_inverse=True)
    for i, rij in enumerate(uniek):
        yield tuple(int(v) for v in rij), np.flatnonzero(waar.ravel() == i)


def nominale_rangen(proef: Proef) -> tuple[F64, NDArray[np.bool_]]:
    """Scores of the nominal run, and which rows have one."""
    opvang: list[F64] = []
    proef.scores(np.zeros((1, len(NAMEN)), dtype=np.int64), lambda _, s: opvang.append(s))
    return opvang[0][0], ~np.isnan(opvang[0][0])


def alle_rangen(proef: Proef, keuzes: Keuzes, heeft: NDArray[np.bool_]) -> Rangen:
    """Ranks of the rows with a score, (runs, rows), 1 for the highest."""
    rang, tel = robustness.verzamelaar(int(heeft.sum()), len(keuzes), ())

    def neem(runs: Keuzes, score: F64) -> None:
        goed = np.ascontiguousarray(score[:, heeft])
        if np.isnan(goed).any():
            raise MethodeFout("een gebied verliest zijn score onder een van de keuzes")
        tel.rang[runs] = robustness.rang_trekkingen(goed)

    proef.scores(keuzes, neem)
    return rang


@dataclass(frozen=True)
class Onzekerheid:
    """Rank picture of the rows with a score, nominal ranks, and scores of the rows followed."""

    heeft: NDArray[np.bool_]
    nominaal: F64
    beeld: Rangbeeld
    score: F64

    def kans_lager(self, een: int, ander: int) -> float:
        """Probability that the first of the rows asked for lies lower than the second."""
        return robustness.kans_lager(self.score[:, een], self.score[:, ander])


def onzekerheid(
    proef: Proef,
    keer: int,
    rng: np.random.Generator,
    grenzen: tuple[float, ...] = (),
    volg: tuple[int, ...] = (),
    kwantielen: tuple[float, ...] = (0.05, 0.5, 0.95),
) -> Onzekerheid:
    """Many runs with every assumption at random.

    Args:
        proef: the composite and its alternatives.
        keer: number of runs.
        rng: the caller's seed makes it repeatable.
        grenzen: scores between classes.
        volg: rows whose scores are kept, for `kans_lager`.
        kwantielen: of the rank.
    """
    keuzes = proef.keuzes(rng.random((keer, len(proef.los))))
    nominaal, heeft = nominale_rangen(proef)
    rang, tel = robustness.verzamelaar(int(heeft.sum()), keer, grenzen)
    bewaard = np.empty((keer, len(volg)))

    def neem(runs: Keuzes, score: F64) -> None:
        bewaard[runs] = score[:, list(volg)]
        goed = np.ascontiguousarray(score[:, heeft])
        if np.isnan(goed).any():
            raise MethodeFout("een gebied verliest zijn score onder een van de keuzes")
        if grenzen:
            tel.boven[int(runs[0])] = np.stack([(goed >= g).sum(axis=0) for g in grenzen])
        rang[runs] = robustness.rang_trekkingen(goed)

    proef.scores(keuzes, neem)
    beeld = Rangbeeld(
        rang.mean(axis=0), robustness.kwantielen_van(rang, kwantielen), tel.kans(keer)
    )
    return Onzekerheid(heeft, robustness.rangen(nominaal), beeld, bewaard)


def indices(y_a: F64, y_b: F64, y_ab: F64, midden: bool = True) -> tuple[F64, F64]:
    """First-order and total Sobol indices from the three samples.

    Results are taken from their own mean first: the expected value stays the same, and the noise
    in the first-order index no longer grows with how far that mean is from zero.

    Args:
        y_a: (N,) results of sample A.
        y_b: (N,) of sample B.
        y_ab: (d, N) of A with the i-th assumption taken from B.
        midden: False leaves the results as they are, as COINr does.

    Returns:
        Si and STi, (d,) each; zeros when nothing varies at all.
    """
    samen = np.concatenate([y_a, y_b])
    spreiding = samen.var(ddof=1)
    if spreiding == 0:
        return np.zeros(len(y_ab)), np.zeros(len(y_ab))
    nul = samen.mean() if midden else 0.0
    eerste = ((y_b - nul) * (y_ab - y_a)).mean(axis=1) / spreiding
    totaal = ((y_a - y_ab) ** 2).sum(axis=1) / (2 * len(y_a) * spreiding)
    return eerste, totaal


def saltelli(n: int, d: int, rng: np.random.Generator) -> tuple[F64, F64, F64]:
    """Samples A and B (n, d) and the mixed ones (d, n, d), from a scrambled Halton sequence."""
    u = qmc.Halton(2 * d, scramble=True, rng=rng).random(n)
    a, b = u[:, :d], u[:, d:]
    gemengd = np.repeat(a[None], d, axis=0)
    for i in range(d):
        gemengd[i, :, i] = b[:, i]
    return a, b, gemengd


def sobol(
    proef: Proef, n: int, rng: np.random.Generator, rij: int | None = None, herhaal: int = 200
) -> pd.DataFrame:
    """Sobol indices of every assumption that has alternatives; n(d+2) runs.

    The result of a run is the mean change of rank against the nominal one over all areas, or
    with `rij` the rank of that area.

    Args:
        proef: the composite and its alternatives; at least one assumption is free.
        n: sample size.
        rng: the caller's seed makes it repeatable.
        rij: row of one area (as in `proef.waarde`).
        herhaal: bootstrap samples for the 5 to 95 % interval.

    Returns:
        A row per assumption: Si, STi and the interval of each.
    """
    d = len(proef.los)
    if not d:
        raise MethodeFout("gevoeligheid: geen enkele aanname heeft meer dan een keuze")
    a, b, gemengd = saltelli(n, d, rng)
    keuzes = proef.keuzes(np.concatenate([a, b, gemengd.reshape(-1, d)]))
    nominaal, heeft = nominale_rangen(proef)
    rang = alle_rangen(proef, keuzes, heeft)
    if rij is not None:
        if not heeft[rij]:
            raise MethodeFout(f"gevoeligheid: rij {rij} heeft geen score")
        y = rang[:, int(heeft[:rij].sum())].astype(float)
    else:
        vast = robustness.rangen(nominaal[heeft])
        y = np.array([np.abs(r - vast).mean() for r in rang])
    y_a, y_b, y_ab = y[:n], y[n : 2 * n], y[2 * n :].reshape(d, n)
    eerste, totaal = indices(y_a, y_b, y_ab)
    trek = rng.integers(0, n, (herhaal, n))
    boot = np.array([indices(y_a[t], y_b[t], y_ab[:, t]) for t in trek])
    q = np.quantile(boot, [0.05, 0.95], axis=0)
    return pd.DataFrame(
        {
            "Si": eerste, "STi": totaal,
            "Si_q5": q[0, 0], "Si_q95": q[1, 0], "STi_q5": q[0, 1], "STi_q95": q[1, 1],
        },
        index=pd.Index([NAMEN[i] for i in proef.los], name="aanname"),
    )  # fmt: skip
