"""A trial explained: what drives a score, which area beats which, and what ranks hang on most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from indicators import means, sensitivity
from indicators.formulas import F64
from indicators.proef import (
    METHODEN,
    RUIS,
    ZAAD,
    Methode,
    Opzet,
    Proef,
    duels,
    genoeg,
    scores,
)
from indicators.proef_schaal import SCHALEN, As, Behandeling, Cellen, Schaalsoort, maak_schaal
from indicators.robustness import rang_trekkingen

Optelling = Literal["termen", "duels", "shapley"]
RUNS = 256
"""Sample size of the Sobol indices: (assumptions + 2) times as many runs.

With 64 another seed moved an index by up to 0.3, with this many by about 0.1 (town, 67 buurten).
"""
POEL = 24
"""Different draws of the inputs, and of the weights, among those runs."""
AANNAMEN: dict[str, str] = {
    "invoer": "de onzekerheid van de cijfers zelf",
    "behandeling": "wat er met uitschieters gebeurt",
    "schaal": "de schaal en de referentie",
    "gewichten": "de gewichten",
    "methode": "hoe de cijfers samen een score worden",
}
"""The assumptions whose influence on the ranks is measured."""


@dataclass(frozen=True)
class Bijdragen:
    """What each part adds to the score of one area: `basis` and the points add up to it.

    `soort` says how: terms of a mean and duels won are sums by nature; other means are no sum,
    and their points are Shapley values against an area in the middle of the reference.
    """

    soort: Optelling
    basis: float
    punten: F64


def bijdragen(uit: Proef, k: int, opzet: Opzet, midden: F64) -> Bijdragen:
    """Contributions of the parts of one area (its place in `uit.rij`); NaN where missing.

    Args:
        uit: the trial.
        k: which area.
        opzet: what was tried.
        midden: (m,) the middle of the reference per part, on 0 to 100.
    """
    rij = uit.deel[k]
    er = ~np.isnan(rij) & (opzet.gewicht > 0)
    punten = np.full(len(rij), np.nan)
    w = opzet.gewicht[er]
    if opzet.methode == "amean":
        punten[er] = rij[er] * w / w.sum()
        return Bijdragen("termen", 0.0, punten)
    if opzet.methode == "copeland":
        punten[er] = _per_deel(uit.deel, k, opzet.gewicht)[er]
        return Bijdragen("duels", float(uit.score[k] - punten[er].sum()), punten)
    vast = np.where(np.isnan(midden[er]), rij[er], midden[er])

    def f(x: F64) -> F64:
        return scores(x[None], w[None], opzet.methode)[0]

    punten[er] = means.shapley(f, rij[er][None], vast, np.random.default_rng(ZAAD))[0]
    return Bijdragen("shapley", float(f(vast[None])[0]), punten)


def _per_deel(y: F64, k: int, gewicht: F64) -> F64:
    """Which share of its duels an area wins on each part, in points of the score."""
    ander = np.delete(y, k, axis=0)
    samen = ~np.isnan(ander) & ~np.isnan(y[k])
    w = np.where(samen, gewicht, 0.0)
    som = w.sum(axis=1, keepdims=True)
    wint = (y[k] > ander) + 0.5 * (y[k] == ander)
    deel: F64 = np.divide(w * wint, som, out=np.zeros(w.shape), where=som > 0)
    return 100.0 * deel.sum(axis=0) / max(len(ander), 1)


def naaste(uit: Proef, k: int, hoeveel: int = 6) -> NDArray[np.intp]:
    """The area itself and those whose score lies nearest, by score from high to low."""
    orde = np.argsort(np.abs(uit.score - uit.score[k]), kind="stable")[: hoeveel + 1]
    return orde[np.argsort(-uit.score[orde], kind="stable")]


def matrix(uit: Proef, rijen: NDArray[np.intp], gewicht: F64) -> F64:
    """The outranking matrix of some areas: on which share of weight a row beats a column."""
    return means.outranking(uit.deel[rijen], gewicht)


@dataclass(frozen=True)
class Aanname:
    """How much one assumption moves the ranks: alone, and together with the others (Sobol)."""

    wat: str
    keuzes: int
    alleen: float
    samen: float


@dataclass(frozen=True)
class Afhankelijk:
    """What the ranks hang on, the weightiest first, and how far they move with everything free.

    `schuif` is how many places an area moves on average against the setting itself; `plek` the
    5 % and 95 % rank of the area that was asked for, None for all areas.
    """

    aannamen: list[Aanname]
    schuif: float
    plek: tuple[float, float] | None


class _Runs:
    """Scores of single runs, each with its own inputs, treatment, scale, weights and mean."""

    def __init__(self, as_: As, cellen: Cellen, referentie: F64, opzet: Opzet) -> None:
        rng = np.random.default_rng(ZAAD)
        m = len(opzet.gewicht)
        self.as_, self.referentie, self.opzet = as_, referentie, opzet
        ruis = opzet.gewicht * (1 + rng.uniform(-RUIS, RUIS, (POEL, m)))
        self.gewicht = np.vstack([opzet.gewicht, ruis])
        self.invoer = np.concatenate([cellen.waarde[None], cellen.trek(as_, POEL, rng)])
        if np.array_equal(self.invoer[0], self.invoer[1], equal_nan=True):
            self.invoer = self.invoer[:1]
        ander: tuple[Behandeling, Behandeling] = ("geen", "behandeld")
        self.behandeling = sorted(ander, key=lambda b: b != opzet.behandeling)
        self.methode: list[Methode] = sorted(METHODEN, key=lambda m: m != opzet.methode)
        self.kaart: dict[tuple[int, int], F64] = {}
        alle = sorted(SCHALEN, key=lambda s: s != opzet.schaal)
        self.schaal = [s for s in alle if self._kan(s)]

    def _kan(self, schaal: Schaalsoort) -> bool:
        """Whether a scale fits these figures, with either treatment."""
        try:
            for b in self.behandeling:
                maak_schaal(self.as_, schaal, b, self.referentie, self.opzet.gewicht)
        except ValueError:
            return False
        return True

    @property
    def aantallen(self) -> list[int]:
        return [len(self.invoer), len(self.behandeling), len(self.schaal), len(self.gewicht),
                len(self.methode)]  # fmt: skip

    def deel(self, b: int, s: int) -> F64:
        """All inputs under one treatment and scale."""
        if (b, s) not in self.kaart:
            schaal = maak_schaal(
                self.as_, self.schaal[s], self.behandeling[b], self.referentie, self.opzet.gewicht
            )
            self.kaart[b, s] = schaal.op(self.invoer)
        return self.kaart[b, s]

    def rangen(self, keuzes: NDArray[np.int64], rij: NDArray[np.intp]) -> F64:
        """Ranks (runs, k) of the areas that have a score in the nominal run."""
        uit = np.empty((len(keuzes), len(rij)))
        for r, (i, b, s, g, a) in enumerate(keuzes.tolist()):
            y = self.deel(b, s)[i][rij]
            maak = duels(y, self.gewicht[[g]]) if self.methode[a] == "copeland" else (
                scores(y[None], self.gewicht[[g]], self.methode[a])
            )  # fmt: skip
            uit[r] = rang_trekkingen(maak)[0]
        return uit


def hangt_af(
    as_: As, cellen: Cellen, referentie: F64, opzet: Opzet, gebied: int | None = None
) -> Afhankelijk:
    """First-order and total Sobol indices of the assumptions, and ranks with all of them free.

    The outcome of a run is the mean change of rank against the setting itself, or with `gebied`
    the rank of that area; see `sensitivity`. Rows that hold in the setting are followed.

    Args:
        as_: the axis.
        cellen: the n areas.
        referentie: figures of the areas that set the scale.
        opzet: the setting, the nominal choice of every assumption.
        gebied: one of the n areas; None for all.

    Raises:
        ValueError: as `proef`, or that area has no score.
    """
    loop = _Runs(as_, cellen, referentie, opzet)
    n, d = RUNS, len(AANNAMEN)
    rij = genoeg(loop.deel(0, 0)[0], opzet.gewicht, as_.dekking)
    if not len(rij):
        raise ValueError("geen gebied heeft genoeg cijfers voor deze gewichten")
    nominaal = loop.rangen(np.zeros((1, d), dtype=np.int64), rij)[0]
    a, b, gemengd = sensitivity.saltelli(n, d, np.random.default_rng(ZAAD))
    u = np.concatenate([a, b, gemengd.reshape(-1, d)])
    aantal = np.array(loop.aantallen)
    rang = loop.rangen(np.minimum((u * aantal).astype(np.int64), aantal - 1), rij)
    vrij, plek = rang[: 2 * n], None
    schuif = np.abs(rang - nominaal).mean(axis=1)
    if gebied is None:
        y = schuif
    elif gebied in rij:
        k = int(np.flatnonzero(rij == gebied)[0])
        y = rang[:, k]
        laag, hoog = np.quantile(vrij[:, k], [0.05, 0.95])
        plek = (float(laag), float(hoog))
    else:
        raise ValueError("dit gebied heeft geen score met deze gewichten")
    s, t = sensitivity.indices(y[:n], y[n : 2 * n], y[2 * n :].reshape(d, n))
    uit = [
        Aanname(w, int(keer), float(np.clip(e, 0, v)), float(v))  # alone is never more than samen
        for w, keer, e, v in zip(AANNAMEN, aantal, s, np.clip(t, 0, 1), strict=True)
        if keer > 1
    ]
    return Afhankelijk(sorted(uit, key=lambda x: -x.samen), float(schuif[: 2 * n].mean()), plek)
