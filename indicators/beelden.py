"""Our three views of areas in one year, from their axes: niveau, verandering, anders dan verwacht.

Puts `views`, `expected` and `flags` together and says per area and view why there is none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from indicators import flags
from indicators.expected import Verwachting, anders_dan_verwacht
from indicators.formulas import F64
from indicators.views import Klasse, Stand, beweging, klasse, niveau, verandering

SPAN = 4
"""Years back that verandering looks, or the earliest loaded year within them."""
SPAN_MINSTENS = 2
"""Fewer years apart is no change to speak of."""
DREMPEL = 5.0
"""Points on an axis from which a change counts."""
BEZOEKERS_PER_INWONER = 0.1
"""Shops, trade and catering per inhabitant from which an area is mostly used by others.

Jobs per buurt are in no open source; one such establishment on ten inhabitants is about five
times the usual.
"""
Reden = Literal[
    "geen_score", "jaar_ontbreekt", "geen_score_toen", "grens_veranderd", "anders_gemeten",
    "te_klein", "veel_bezoekers", "geen_geregistreerd_cijfer", "stedelijkheid_onbekend",
    "te_weinig_gebieden",
]  # fmt: skip
"""Why an area has no view (`out_beeld.geen_*`)."""
Redenen = NDArray[np.object_]


@dataclass(frozen=True)
class As:
    """An axis: its scores now and then, its class limits, and what only registered figures say.

    `geregistreerd` is the score from registered figures alone, NaN where those cover too little.
    """

    nu: Stand
    toen: Stand
    grenzen: tuple[float, float]
    geregistreerd: F64


@dataclass(frozen=True)
class Omgeving:
    """What else is known of the same n areas.

    `niveau` is the level of each, `inwoners` people, `dichtheid` addresses per km2, `vestigingen`
    shops, trade and catering per 1,000 inhabitants (NaN where unknown); `grens_zelfde` and
    `delen_zelfde` whether borders and parts are those of the earlier year; `jaar_toen` whether
    there is an earlier year at all.
    """

    niveau: NDArray[np.object_]
    inwoners: F64
    dichtheid: F64
    vestigingen: F64
    grens_zelfde: NDArray[np.bool_]
    delen_zelfde: NDArray[np.bool_]
    jaar_toen: bool


@dataclass(frozen=True)
class Beelden:
    """The three views of n areas; classes are -1 and numbers NaN where there is a reason."""

    niveau: NDArray[np.int8]
    niveau_kans: F64
    geen_niveau: Redenen
    een: Klasse
    twee: Klasse
    beide_stegen_kans: F64
    geen_verandering: Redenen
    verwacht: Verwachting
    geen_verwachting: Redenen
    klein: NDArray[np.bool_]
    veel_bezoekers: NDArray[np.bool_]


def beelden(een: As, twee: As, om: Omgeving) -> Beelden:
    """The three views of the areas.

    Args:
        een: the axis that explains (kwetsbaarheid).
        twee: the axis that is explained (overlast en onveiligheid).
        om: the surroundings of the same areas.
    """
    samen, kans = niveau(
        klasse(een.nu.score, een.nu.onder, een.nu.boven, een.grenzen),
        klasse(twee.nu.score, twee.nu.onder, twee.nu.boven, twee.grenzen),
    )
    zonder = samen < 0
    klein = flags.klein(om.inwoners)
    druk = flags.veel_bezoekers(
        np.zeros(len(samen)),
        om.vestigingen * om.inwoners / 1000,
        om.inwoners,
        BEZOEKERS_PER_INWONER,
    )
    geen_verandering = _geen_verandering(een, twee, om, zonder)
    zelfde = geen_verandering == None  # noqa: E711 - elementwise
    stap = [beweging(a.toen, a.nu, DREMPEL, zelfde) for a in (een, twee)]
    geen_verwachting = _reden(
        [
            (zonder, "geen_score"),
            (klein, "te_klein"),
            (druk, "veel_bezoekers"),
            (np.isnan(een.geregistreerd) | np.isnan(twee.geregistreerd),
             "geen_geregistreerd_cijfer"),
            (~(om.dichtheid > 0), "stedelijkheid_onbekend"),
        ]
    )  # fmt: skip
    verwacht = _verwacht(een, twee, om, geen_verwachting)
    return Beelden(
        samen,
        kans,
        _reden([(zonder, "geen_score")]),
        stap[0],
        stap[1],
        verandering(*stap).kans_beide_stegen,
        geen_verandering,
        verwacht,
        geen_verwachting,
        klein,
        druk,
    )


def _reden(gevallen: list[tuple[NDArray[np.bool_], Reden]]) -> Redenen:
    """The first case that holds per area; None where none does."""
    uit: Redenen = np.full(len(gevallen[0][0]), None, dtype=object)
    for waar, reden in reversed(gevallen):
        uit[waar] = reden
    return uit


def _geen_verandering(een: As, twee: As, om: Omgeving, zonder: NDArray[np.bool_]) -> Redenen:
    n = len(zonder)
    return _reden(
        [
            (zonder, "geen_score"),
            (np.full(n, not om.jaar_toen), "jaar_ontbreekt"),
            (~om.grens_zelfde, "grens_veranderd"),
            (np.isnan(een.toen.score) | np.isnan(twee.toen.score), "geen_score_toen"),
            (~om.delen_zelfde, "anders_gemeten"),
        ]
    )


def _verwacht(een: As, twee: As, om: Omgeving, reden: Redenen) -> Verwachting:
    """A line per level of areas; where a level has too few, its reason says so."""
    n = len(reden)
    leeg = np.full(n, np.nan)
    uit = Verwachting(
        leeg.copy(), leeg.copy(), leeg.copy(), leeg.copy(),
        np.full(n, -1, dtype=np.int8), np.full((n, 3), np.nan), np.array([]), float("nan"), 0,
    )  # fmt: skip
    mee = reden == None  # noqa: E711 - elementwise
    with np.errstate(divide="ignore", invalid="ignore"):
        stad = np.log(om.dichtheid)
    for laag in np.unique(om.niveau.astype(str)):
        hier = om.niveau == laag
        plek = np.flatnonzero(hier & mee)
        try:
            deel = anders_dan_verwacht(
                (twee.nu.score[plek], twee.nu.onder[plek], twee.nu.boven[plek]),
                np.column_stack([een.geregistreerd[plek], stad[plek]]),
                np.ones(len(plek), dtype=bool),
                ("geregistreerd",),
            )
        except ValueError:  # too few areas, or all of them alike: nothing to expect from
            reden[hier & mee] = "te_weinig_gebieden"
            continue
        for veld in ("verwacht", "onder", "boven", "residu", "klasse", "kans"):
            getattr(uit, veld)[plek] = getattr(deel, veld)
    return uit
