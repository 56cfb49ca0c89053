"""A trial with one axis: other weights, another mean, scale or reference; how sure ranks are then.

Drawn are the weights, each moved by at most a quarter of itself, and the inputs, each anywhere in
the interval that its rounding, its published margin or its being hidden leaves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indicators.coherence import correlaties, cronbach
from indicators.formulas import F64
from indicators.means import macht_van
from indicators.proef_schaal import As, Behandeling, Cellen, Schaal, Schaalsoort, maak_schaal
from indicators.robustness import kwantielen_van, rang_trekkingen

Methode = Literal["amean", "gmean", "hmean", "copeland"]
METHODEN: dict[Methode, str] = {
    "amean": "gewoon gemiddelde",
    "gmean": "meetkundig gemiddelde",
    "hmean": "harmonisch gemiddelde",
    "copeland": "onderlinge vergelijking (Copeland)",
}
UITLEG_METHODE: dict[Methode, str] = {
    "amean": "Een hoog cijfer maakt een laag cijfer helemaal goed.",
    "gmean": "Een laag cijfer weegt door: een hoog cijfer maakt het maar deels goed.",
    "hmean": "Een laag cijfer weegt zwaar door: een hoog cijfer maakt het nauwelijks goed.",
    "copeland": "Elke buurt wordt met elke andere van de gemeente vergeleken. De score is het deel "
    "van de vergelijkingen dat zij wint, naar gewicht; hoeveel zij wint telt niet.",
}
RUIS = 0.25
"""Every draw moves each weight by at most this share of itself."""
TREKKINGEN = 500
INVOER, INVOER_COPELAND = 100, 20
"""Draws of the inputs among those; the last of the two for Copeland, which sorts each of them."""
LAAGSTE = 1.0
"""Geometric and harmonic means take no zero: under this score a part counts as this."""
ZAAD = 20260101


@dataclass(frozen=True)
class Opzet:
    """What is tried: weights (m,) zero or more, the mean, the scale, and treatment of outliers."""

    gewicht: F64
    methode: Methode = "amean"
    schaal: Schaalsoort = "doelpalen"
    behandeling: Behandeling = "geen"


@dataclass(frozen=True)
class Proef:
    """The areas that have a score in this trial, and what came out.

    `rij` says which of the given areas they are, `deel` (k, m) their parts on 0 to 100. `rang` has
    the 5 % and 95 % rank (k, 2), 1 for the highest score; `klasse_kans` (k, 3) for laag, midden,
    hoog; `trek` (draws, k) the scores of all draws; `midden` the median score of the reference.
    `invloed` is the rank correlation of each part with the score, `samen` of the parts with each
    other (NaN where a part has no spread), `alpha` is Cronbach's over the parts that have spread.
    """

    rij: NDArray[np.intp]
    deel: F64
    score: F64
    rang: F64
    klasse_kans: F64
    trek: F64
    midden: float
    invloed: F64
    samen: F64
    alpha: float
    schaal: Schaal

    @property
    def klasse(self) -> NDArray[np.intp]:
        """The likeliest class of each area: its place in `views.KLASSEN`."""
        return np.asarray(np.argmax(self.klasse_kans, axis=1))

    def kans_hoger(self) -> F64:
        """Per area the probability that it lies above the middle of the reference."""
        uit: F64 = ((self.trek > self.midden) + 0.5 * (self.trek == self.midden)).mean(axis=0)
        return uit

    def kans_lager(self, een: int, ander: int) -> float:
        """Probability that one area (places in `rij`) really lies lower than another."""
        a, b = self.trek[:, een], self.trek[:, ander]
        return float(((a < b) + 0.5 * (a == b)).mean())


def proef(as_: As, cellen: Cellen, referentie: F64, opzet: Opzet, ruis: float = RUIS) -> Proef:
    """Scores and their robustness; the seed is fixed, so that one setting gives one outcome.

    Args:
        as_: the axis.
        cellen: the n areas of which a score is wanted.
        referentie: (k, m) figures of the areas that set the scale.
        opzet: what is tried.
        ruis: share by which a weight may move in a draw.

    Raises:
        ValueError: weights that are negative or sum to zero, no area with enough coverage, or a
            part that cannot be scaled; the message says what to do.
    """
    w = opzet.gewicht
    if (w < 0).any() or not w.sum() > 0:
        raise ValueError("de gewichten zijn samen nul; geef ten minste een cijfer gewicht")
    schaal = maak_schaal(as_, opzet.schaal, opzet.behandeling, referentie, w)
    y = schaal.op(cellen.waarde)
    rij = genoeg(y, w, as_.dekking)
    if not len(rij):
        raise ValueError("geen gebied heeft genoeg cijfers voor deze gewichten")
    y = y[rij]
    score = scores(y[None], w[None], opzet.methode)[0]
    trek = _trekkingen(as_, cellen.van(rij), schaal, opzet, ruis)
    boven = np.stack([np.ones(len(rij)), *((trek >= g).mean(axis=0) for g in as_.grenzen),
                      np.zeros(len(rij))])  # fmt: skip
    deel = pd.DataFrame(y, columns=[str(j) for j in range(y.shape[1])])
    samen = correlaties(deel.assign(score=score), soort="spearman").to_numpy()
    return Proef(
        rij, y, score, kwantielen_van(rang_trekkingen(trek.copy()), (0.05, 0.95)),
        (boven[:-1] - boven[1:]).T, trek, _midden(as_, schaal, referentie, opzet),
        samen[:-1, -1], samen[:-1, :-1],
        cronbach(deel.loc[:, deel.nunique() > 1]),  # a part nobody has says nothing
        schaal,
    )  # fmt: skip


def genoeg(y: F64, gewicht: F64, dekking: float) -> NDArray[np.intp]:
    """The areas of which enough of the weight is known."""
    aandeel = (~np.isnan(y)) @ gewicht / gewicht.sum()
    return np.flatnonzero((aandeel >= dekking - 1e-9) & (aandeel > 0))


def _trekkingen(as_: As, cellen: Cellen, schaal: Schaal, opzet: Opzet, ruis: float) -> F64:
    """Scores (draws, k): each draw of the inputs with some draws of the weights."""
    rng = np.random.default_rng(ZAAD)
    invoer = INVOER_COPELAND if opzet.methode == "copeland" else INVOER
    w = opzet.gewicht * (1 + rng.uniform(-ruis, ruis, (TREKKINGEN, len(opzet.gewicht))))
    return scores(schaal.op(cellen.trek(as_, invoer, rng)), w, opzet.methode)


def _midden(as_: As, schaal: Schaal, referentie: F64, opzet: Opzet) -> float:
    """The median score of the reference; of Copeland half of all duels, whatever the reference."""
    if opzet.methode == "copeland":
        return 50.0
    y = schaal.op(referentie)
    y = y[genoeg(y, opzet.gewicht, as_.dekking)]
    if not len(y):
        return float("nan")
    return float(np.median(scores(y[None], opzet.gewicht[None], opzet.methode)[0]))


def scores(y: F64, gewicht: F64, methode: Methode) -> F64:
    """Scores (runs, n) of inputs (inputs, n, m) on 0 to 100; runs are a multiple of inputs.

    The first runs share the first input, and so on. What is missing is missing in every input;
    weights are rescaled to what is there.
    """
    if methode == "copeland":
        return np.concatenate(
            [duels(x, w) for x, w in zip(y, np.split(gewicht, len(y)), strict=True)]
        )
    aanwezig = ~np.isnan(y[0])
    macht = macht_van(methode)
    x = np.where(aanwezig, y if methode == "amean" else np.maximum(y, LAAGSTE), 1.0)
    g = x if macht == 1 else np.log(x) if macht == 0 else 1 / x
    g = np.where(aanwezig, g, 0.0)
    blokken = gewicht.reshape(len(y), -1, gewicht.shape[1])
    som = np.matmul(blokken, g.transpose(0, 2, 1)).reshape(len(gewicht), -1)
    som /= gewicht @ aanwezig.T.astype(float)
    uit: F64 = som if macht == 1 else np.exp(som) if macht == 0 else 1 / som
    return uit


def duels(y: F64, gewicht: F64) -> F64:
    """Copeland's score for many sets of weights: the share of duels won, 0 to 100, (runs, n).

    As `means.copeland` for each set, as a share of all duels. Rows with the same gaps are counted
    together: in a group a duel has the same weights, so it is a count of who lies lower.
    """
    n = len(y)
    if n < 2:
        return np.full((len(gewicht), n), 50.0)
    heeft = ~np.isnan(y)
    bits = np.packbits(heeft, axis=1)
    _, eerste, lid = np.unique(
        bits.view(f"V{bits.shape[1]}").ravel(), return_index=True, return_inverse=True
    )
    rijen = [np.flatnonzero(h) for h in heeft.T]
    plek = [_plekken(kolom[r]) for kolom, r in zip(y.T, rijen, strict=True)]
    uit = np.zeros((len(gewicht), n))
    for begin in range(0, len(eerste), _GROEPEN):
        leden = lid[:, None] == np.arange(begin, min(begin + _GROEPEN, len(eerste)))
        gewonnen = np.zeros((leden.shape[1], *y.shape))
        for k, (rij, (orde, links, rechts)) in enumerate(zip(rijen, plek, strict=True)):
            lager = np.zeros((len(rij) + 1, leden.shape[1]))
            np.cumsum(leden[rij[orde]], axis=0, out=lager[1:])
            gewonnen[:, rij, k] = ((lager[links] + lager[rechts] - leden[rij]) / 2).T
        for q, patroon in enumerate(heeft[eerste[begin : begin + _GROEPEN]]):
            noemer = gewicht @ (heeft & patroon).T.astype(float)
            with np.errstate(invalid="ignore", divide="ignore"):
                deel = gewicht @ gewonnen[q].T / noemer
            groep = leden[:, q]
            uit += np.where(noemer > 0, deel, 0.5 * (groep.sum() - groep))
    return 100.0 * uit / (n - 1)


_GROEPEN = 64
"""Groups of rows with the same gaps that are counted at once: bounds the memory."""


def _plekken(x: F64) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """The order of values without gaps, and how many lie under each, and under or at it."""
    orde = np.argsort(x)
    op_rij = x[orde]
    links, rechts = np.empty_like(orde), np.empty_like(orde)
    if (op_rij[1:] == op_rij[:-1]).any():
        links[orde] = np.searchsorted(op_rij, op_rij, "left")
        rechts[orde] = np.searchsorted(op_rij, op_rij, "right")
    else:
        links[orde] = np.arange(len(x))
        rechts = links + 1
    return orde, links, rechts


def verplaatst(was: Proef, wordt: Proef, n: int) -> tuple[list[int], list[int]]:
    """Which of the n given areas come into a higher and which into a lower class."""
    oud, nieuw = np.full(n, -1), np.full(n, -1)
    oud[was.rij], nieuw[wordt.rij] = was.klasse, wordt.klasse
    beide = (oud >= 0) & (nieuw >= 0)
    return (
        np.flatnonzero(beide & (nieuw > oud)).tolist(),
        np.flatnonzero(beide & (nieuw < oud)).tolist(),
    )
