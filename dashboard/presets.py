"""The named weighings of the catalogue on Buurt and Verkennen: scores and classes, in words only.

The published scores are those of the standard; here they are made again with other weights, by the
same engine (`indicators.aggregate`), for areas that have a published score.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from dashboard import snapshot_map
from dashboard.snapshot import Lezing
from dashboard.snapshot_method import Beeld, cijfers_van
from dashboard.words import getal, zeker
from indicators.aggregate import Invoer, Uitkomst, bereken
from indicators.catalogue import Catalogus
from indicators.formulas import CODES, F64, HEEFT
from indicators.model import Boom, Knoop, Voorkeuze
from indicators.views import KLASSEN, klasse, niveau
from indicators.weging import voorkeur

STANDAARD = "standaard"
"""The weighing that the published scores are made with; it changes nothing."""


def kies(cat: Catalogus, boom: str, naam: str | None) -> Voorkeuze | None:
    """A weighing of a tree by its id; None when there is none of that name, or for the standard."""
    er = cat.bomen[boom].voorkeuzes if boom in cat.bomen else ()
    return next((v for v in er if v.id == naam and v.id != STANDAARD), None)


def stempel(cat: Catalogus, boom: str, v: Voorkeuze) -> tuple[tuple[str, str], ...]:
    """What every file and picture of a weighing carries: its name, why, and each weight."""
    b = cat.bomen[boom]
    uit = [("Instelling", f"{aard(v)}; niet de gepubliceerde score"), ("Reden", v.uitleg)]
    for k in b.knopen:
        if k.score and k.klassen is not None:
            paren = zip(k.delen, voorkeur(b, k, v.id).tolist(), strict=True)
            namen = [f"{cat.indicatoren[d.indicator].kort}: {getal(w, 2)}" for d, w in paren]
            uit.append((f"Gewichten {k.naam.lower()}", "; ".join(namen)))
    return tuple(uit)


def aard(v: Voorkeuze) -> str:
    """What kind of figure a score of this weighing is: never to be taken for the published one."""
    return f"proef met de weging „{v.naam}”"


def _reken(cat: Catalogus, boom: Boom, knoop: Knoop, voorkeuze: str, cijfers: F64) -> Uitkomst:
    """The node with the weights of a weighing; `cijfers` is (3, n, m): value, lower, upper end."""
    gewicht = voorkeur(boom, knoop, voorkeuze)
    paren = zip(knoop.delen, gewicht.tolist(), strict=True)
    delen = tuple(d.model_copy(update={"gewicht": w}) for d, w in paren)
    waarde, onder, boven = cijfers
    mist = np.where(np.isnan(waarde), CODES["geen_bron"], HEEFT).astype(np.int8)
    palen = [cat.indicatoren[d.indicator].doelpalen for d in knoop.delen]
    genoeg = np.full(len(waarde), np.inf)  # who is too small has no published score already
    invoer = Invoer(waarde, onder, boven, mist, genoeg)
    return bereken(knoop.model_copy(update={"delen": delen}), palen, invoer)


def scores(
    lezing: Lezing, boom: str, as_: str, voorkeuze: str | None, jaar: int, grensjaar: int,
    niveau_: str,
) -> dict[str, Any]:  # fmt: skip
    """As `snapshot_map.scores`, with the weights of a weighing where one is named."""
    k = snapshot_map.scores(lezing, boom, as_, jaar, grensjaar, niveau_)
    cat = lezing.catalogus
    if kies(cat, boom, voorkeuze) is None:
        return k
    knoop = cat.knoop(boom, as_)
    plek = {c: n for n, c in enumerate(k["gebied"].tolist())}
    cijfers = np.full((3, len(plek), len(knoop.delen)), np.nan)
    for j, deel in enumerate(knoop.delen):
        w = snapshot_map.waarden(lezing, deel.indicator, jaar, grensjaar, niveau_)
        naar = np.array([plek.get(c, -1) for c in w["gebied"].tolist()], np.intp)
        for n, veld in enumerate(("waarde", "onder", "boven")):
            cijfers[n, naar[naar >= 0], j] = np.asarray(w[veld], float)[naar >= 0]
    uit = _reken(cat, cat.bomen[boom], knoop, str(voorkeuze), cijfers)
    geen = np.isnan(np.asarray(k["score"], float))
    reden = np.array(["" if r is None else str(r) for r in uit.reden], dtype=object)
    return k | {
        "score": np.where(geen, np.nan, uit.score),
        "onder": np.where(geen, np.nan, uit.onder),
        "boven": np.where(geen, np.nan, uit.boven),
        "dekking": uit.dekking,
        "reden": np.where(geen, k["reden"], reden),
    }


@dataclass(frozen=True)
class Stand:
    """What an area is under one weighing, in words, and its 3x3 class (0 to 8)."""

    voorkeuze: Voorkeuze
    zin: str
    klasse: int


def van_gebied(lezing: Lezing, boom: Boom, beeld: Beeld | None) -> list[Stand]:
    """The class of an area under each weighing of a tree; empty where an axis has no score.

    Args:
        lezing: the publication.
        boom: a tree with two axes.
        beeld: the published views of the area, which say year and boundaries.
    """
    assen = [k for k in boom.knopen if k.score and k.klassen is not None]
    if beeld is None or beeld.stand is None or len(assen) != 2:
        return []
    plaats = (beeld.gebied, beeld.grensjaar, beeld.jaar)
    cijfers = {k.id: cijfers_van(lezing, [d.indicator for d in k.delen], *plaats) for k in assen}
    uit = []
    for v in boom.voorkeuzes:
        klassen = []
        for k in assen:
            u = _reken(lezing.catalogus, boom, k, v.id, cijfers[k.id])
            klassen.append(klasse(u.score, u.onder, u.boven, k.klassen or (0, 0)))
        samen, kans = niveau(*klassen)
        if samen[0] < 0:
            continue
        namen = (KLASSEN[samen[0] // 3], KLASSEN[samen[0] % 3])
        delen = " en ".join(f"{k.naam.lower()} {n}" for k, n in zip(assen, namen, strict=True))
        woord = zeker(float(kans[0]))
        uit.append(Stand(v, f"{woord or 'niet zeker; het dichtst bij'} {delen}", int(samen[0])))
    return uit
