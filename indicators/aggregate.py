"""Aggregation: a node's score from its indicators (OECD/JRC handbook, step 6).

Weighted mean over what is there, weights rescaled, with a coverage floor. What is missing is
never filled in: it widens the interval, as if it could be anything between 0 and 100.
These are the product's own scores; the other means, for any table and tree, are in `means`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indicators.formulas import CODES, F64, HEEFT, I8
from indicators.model import Doelpalen, Knoop
from indicators.normalise import min_max

TE_KLEIN = "te_klein"
INWONERS_ONBEKEND = "inwoners_onbekend"
BRON_ONTBREEKT = "bron_ontbreekt"
VEREIST_ONTBREEKT = "vereist_ontbreekt"
DEKKING = "dekking_te_laag"
REDENEN = (TE_KLEIN, INWONERS_ONBEKEND, BRON_ONTBREEKT, VEREIST_ONTBREEKT, DEKKING)
"""Why there is no score (`geen_score_reden`), most basic reason first."""


@dataclass(frozen=True)
class Invoer:
    """The parts of a node for n areas: arrays of shape (n, m), m parts in the node's order."""

    waarde: F64
    onder: F64
    boven: F64
    ontbreekt: I8
    inwoners: F64


@dataclass(frozen=True)
class Uitkomst:
    """A node for n areas; score and interval on 0 to 100, NaN where there is no score."""

    score: F64
    onder: F64
    boven: F64
    dekking: F64
    reden: NDArray[np.object_]
    genormaliseerd: F64
    gewicht: F64
    bijdrage: F64


def bereken(knoop: Knoop, palen: list[Doelpalen], invoer: Invoer) -> Uitkomst:
    """Score, interval, coverage, contributions and, where there is none, the reason.

    Contributions of the available parts add up to the score. The interval holds for any value
    of what is missing and for the rounding of what is there.

    Args:
        knoop: the node, with m parts.
        palen: m goalposts, in the order of the parts.
        invoer: values of n areas.
    """
    gewicht = np.array([d.gewicht for d in knoop.delen])
    aanwezig = invoer.ontbreekt == HEEFT
    norm, laag, hoog = _genormaliseerd(knoop, palen, invoer)
    som = (aanwezig * gewicht).sum(axis=1)
    dekking = som / gewicht.sum()
    with np.errstate(invalid="ignore", divide="ignore"):
        herschaald = np.where(aanwezig, gewicht, 0.0) / som[:, None]
    bijdrage = np.where(aanwezig, herschaald * norm, np.nan)
    score = np.nansum(bijdrage, axis=1)
    totaal = gewicht.sum()
    onder = (np.where(aanwezig, laag, 0.0) * gewicht).sum(axis=1) / totaal
    boven = (np.where(aanwezig, hoog, 100.0) * gewicht).sum(axis=1) / totaal
    reden = _redenen(knoop, invoer, dekking)
    geen = np.array([r is not None for r in reden], dtype=bool)
    return Uitkomst(
        score=np.where(geen, np.nan, score),
        onder=np.where(geen, np.nan, np.minimum(onder, score)),
        boven=np.where(geen, np.nan, np.maximum(boven, score)),
        dekking=dekking,
        reden=reden,
        genormaliseerd=norm,
        gewicht=herschaald,
        bijdrage=np.where(geen[:, None], np.nan, bijdrage),
    )


def _genormaliseerd(knoop: Knoop, palen: list[Doelpalen], invoer: Invoer) -> tuple[F64, F64, F64]:
    """Value and both ends of its interval on 0 to 100, more meaning more of the node."""
    norm, een, twee = (np.full(invoer.waarde.shape, np.nan) for _ in range(3))
    for j, (deel, paal) in enumerate(zip(knoop.delen, palen, strict=True)):
        om = deel.teken == "-"
        norm[:, j] = min_max(invoer.waarde[:, j], paal.laag, paal.hoog, om)
        een[:, j] = min_max(invoer.onder[:, j], paal.laag, paal.hoog, om)
        twee[:, j] = min_max(invoer.boven[:, j], paal.laag, paal.hoog, om)
    een, twee = np.where(np.isnan(een), norm, een), np.where(np.isnan(twee), norm, twee)
    return norm, np.minimum(een, twee), np.maximum(een, twee)


def _redenen(knoop: Knoop, invoer: Invoer, dekking: F64) -> NDArray[np.object_]:
    """Per area None, or the most basic reason why there is no score."""
    n = len(dekking)
    reden: NDArray[np.object_] = np.full(n, None, dtype=object)
    reden[dekking < knoop.dekking - 1e-9] = DEKKING
    vereist = [j for j, d in enumerate(knoop.delen) if d.indicator in knoop.vereist_een_van]
    if vereist:
        deel = invoer.ontbreekt[:, vereist]
        zonder = ~(deel == HEEFT).any(axis=1)
        zonder_bron = (deel == CODES["geen_bron"]).all(axis=1)
        reden[zonder] = VEREIST_ONTBREEKT
        reden[zonder_bron] = BRON_ONTBREEKT
    reden[np.isnan(invoer.inwoners)] = INWONERS_ONBEKEND
    reden[invoer.inwoners < knoop.minimum_inwoners] = TE_KLEIN
    return reden
