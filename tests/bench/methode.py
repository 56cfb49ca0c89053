"""Measurements of the method: ranks under many draws, a slider, Sobol indices, bereken.

The areas are random numbers of the country's size: good for speed and memory, for nothing else.
Peers: the same ranks by plain numpy in this run; COINr's own time is the recorded one (89 s for
50 draws of 14,000 x 12, the same kind of machine): R is not part of this house and not re-run.
"""

from __future__ import annotations

import resource
import time
from typing import Any

import numpy as np
import pandas as pd

from indicators import robustness, sensitivity, treat, weights
from indicators.composite import bereken_composiet
from indicators.formulas import F64
from indicators.hierarchy import Hierarchie, lees_hierarchie
from indicators.method import lees_methode
from indicators.proef import Opzet
from indicators.proef import proef as een_proef
from indicators.proef_schaal import As, Cellen
from indicators.proef_uitleg import hangt_af
from tests.bench.metingen import Regel, regel, tijd

BUURTEN, INDICATOREN, TREKKINGEN = 14_574, 25, 1_000
COINR_50 = 89.0
"""Seconds, recorded: 50 draws of 14,000 areas by 12 indicators (measured.md, 9)."""


def boom(m: int, groepen: int = 5) -> Hierarchie:
    """A tree of three levels over m indicators."""
    rijen: list[tuple[Any, ...]] = [(f"i{j}", "Indicator", f"k{j % groepen}", 1) for j in range(m)]
    rijen += [(f"k{j}", "Aggregate", "top", None) for j in range(groepen)]
    rijen.append(("top", "Aggregate", None, None))
    return lees_hierarchie(pd.DataFrame(rijen, columns=["iCode", "Type", "Parent", "Direction"]))


def gewichten(m: int, keer: int) -> F64:
    """Equal weights, each moved by at most a quarter."""
    return np.random.default_rng(1).uniform(0.75, 1.25, (keer, m))


def gewoon(x: F64, w: F64) -> F64:
    """The same quantiles the plain way: scores, two argsorts, quantile."""
    score = (w / w.sum(axis=1, keepdims=True)) @ x.T
    rang = np.empty(score.shape, dtype=np.uint16)
    for d, rij in enumerate(score):
        rang[d, np.argsort(-rij)] = np.arange(1, len(rij) + 1)
    return np.quantile(rang, [0.05, 0.5, 0.95], axis=0).T


def piek() -> float:
    """Most memory of this process so far, MB, imports included."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def meet() -> list[Regel]:
    """All measurements; ours first, so that the peer's memory is not counted as ours."""
    x = np.random.default_rng(2).random((BUURTEN, INDICATOREN)) * 100
    w = gewichten(INDICATOREN, TREKKINGEN)
    land = tijd(lambda: robustness.rangen_bij_gewichten(x, w))
    geheugen = piek()
    met_gaten = np.where(np.random.default_rng(3).random(x.shape) < 0.05, np.nan, x)
    gaten = tijd(lambda: robustness.rangen_bij_gewichten(met_gaten, w), 3)
    klein = _als_coinr()
    x500, w500 = x[:500], gewichten(INDICATOREN, 500)
    schuif = tijd(lambda: robustness.rangen_bij_gewichten(x500, w500, grenzen=(40.0, 60.0)))
    invoer = _invoer(x500)
    atelier, duels, hangt = _atelier(x500)
    sobol = _sobol()
    na_sobol = piek()
    composiet = _composiet()
    peer = tijd(lambda: gewoon(x, w), 1)
    peer500 = tijd(lambda: gewoon(x500, w500))
    zelfde = "numpy argsort en quantile"
    return [
        regel("land: 14.574 x 25 x 1.000, rangkwantielen", land, "s", zelfde, peer),
        regel("land: 5 % van de cellen leeg", gaten, "s"),
        regel("land: meeste geheugen van het proces", geheugen, "MB"),
        regel(
            "14.000 x 12, 50 keer: behandelen tot rangen",
            klein,
            "s",
            "COINr 1.1.14, opgetekend",
            COINR_50,
        ),
        regel("schuif: 500 x 25 x 500, rangen en klassen", schuif, "s", zelfde, peer500),
        regel("500 x 25 x 500 met onzekere invoer", invoer, "s"),
        regel("atelier: 500 x 25 x 500, invoer en gewichten, heel de uitkomst", atelier, "s"),
        regel("atelier: hetzelfde met Copeland", duels, "s"),
        regel("atelier: Sobol, 5 aannamen", hangt, "s"),
        regel("Sobol: land, 4 aannames, 600 keer", sobol, "s"),
        regel("Sobol: meeste geheugen van het proces", na_sobol, "MB"),
        regel("bereken: land x 25, 10 jaar, van behandelen tot scores", composiet, "s"),
    ]


def proef(n: int, m: int) -> sensitivity.Proef:
    """Skewed figures, and alternatives for treatment, scale, weights and mean."""
    b = boom(m)
    x = np.random.default_rng(4).lognormal(0, 0.8, (n, m))
    ruis = weights.met_ruis(b, {1: 0.25, 2: 0.25}, 99, np.random.default_rng(5)).to_numpy()
    return sensitivity.Proef(
        b,
        x,
        behandelingen=(treat.Regel(5), treat.Regel(20), None),
        normalisaties=(sensitivity.Schaling(), sensitivity.Schaling("prank")),
        gewichten=np.vstack([list(b.gewicht.values()), ruis]),
        aggregaties=(("amean", None), ("gmean", None)),
    )


def _sobol() -> float:
    p = proef(BUURTEN, INDICATOREN)
    return tijd(lambda: sensitivity.sobol(p, 100, np.random.default_rng(6)), 3)


def _als_coinr() -> float:
    p = proef(14_000, 12)
    return tijd(lambda: sensitivity.onzekerheid(p, 50, np.random.default_rng(9)), 3)


def _invoer(x: F64) -> float:
    """Every figure rounded to whole numbers: an own draw of all inputs in each of 500 runs."""
    onder, boven = robustness.afronding(np.round(x), 1, laagste=0)
    p = sensitivity.Proef(
        boom(INDICATOREN), np.round(x), onder, boven, invoer=500,
        normalisaties=(sensitivity.Schaling("geen", naar=None),),
    )  # fmt: skip
    return tijd(lambda: sensitivity.onzekerheid(p, 500, np.random.default_rng(7)), 3)


def _atelier(x: F64) -> tuple[float, float, float]:
    """A slider of the Methode-atelier: rounding to whole numbers, 5 % of the cells hidden."""
    m = x.shape[1]
    weg = np.random.default_rng(10).random(x.shape) < 0.05
    waarde = np.where(weg, np.nan, np.round(x))
    cellen = Cellen(waarde, waarde - 0.5, waarde + 0.5, weg)
    as_ = As(tuple(f"i{j}" for j in range(m)), (False,) * m, ((0.0, 100.0),) * m, (40.0, 60.0), 0.6)
    gelijk = np.ones(m)
    return (
        tijd(lambda: een_proef(as_, cellen, waarde, Opzet(gelijk)), 5),
        tijd(lambda: een_proef(as_, cellen, waarde, Opzet(gelijk, "copeland")), 3),
        tijd(lambda: hangt_af(as_, cellen, waarde, Opzet(gelijk)), 3),
    )


def _composiet() -> float:
    b = boom(INDICATOREN)
    rng = np.random.default_rng(8)
    x = pd.DataFrame(
        rng.lognormal(0, 0.8, (BUURTEN * 10, INDICATOREN)), columns=list(b.indicatoren)
    )
    x.insert(0, "uCode", np.tile([f"BU{i:08d}" for i in range(BUURTEN)], 10))
    x.insert(1, "Time", np.repeat(range(2015, 2025), BUURTEN))
    stappen = lees_methode(
        {"stappen": ["behandel", {"normaliseer": {"over": "alles"}}, {"aggregeer": "amean"}]}
    )
    begin = time.perf_counter()
    bereken_composiet(x, b, stappen)
    return time.perf_counter() - begin
