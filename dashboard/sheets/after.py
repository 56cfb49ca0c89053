"""After a publication: concepts of the own areas are looked at anew, and what differs is said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from dashboard import areas
from dashboard.context import Huis
from dashboard.sheets import matter
from dashboard.sheets.model import BladFout, Redactie, Vel, uit_dict
from dashboard.sheets.models import Buurtblad
from dashboard.sheets.round import Bladen
from dashboard.snapshot import GebiedOnbekend, Lezing
from dashboard.stories.repository import Verhalen
from dashboard.words import cijfer
from indicators.catalogue import Catalogus


@dataclass(frozen=True)
class Nagekeken:
    """An own area after a publication: whether its concept can be made, and what is different."""

    gebied: str
    anders: tuple[str, ...]
    """Why it reads otherwise than the last frozen sheet; empty when there is none or it is same."""
    fout: str = ""


def kijk_na(huis: Huis, lezing: Lezing) -> list[Nagekeken]:
    """Composes and sets the concept of each own area from a publication; writes nothing.

    A concept holds no figures of its own: it is made anew whenever it is looked at, so this says
    that it can be, and where it parts from what the board approved.
    """
    eigen = areas.lees(huis.instellingen.datamap.gebieden).mijn_gebieden
    bladen = Bladen(huis)
    per: dict[str, list[Buurtblad]] = {}
    for b in bladen.alle():
        per.setdefault(b.gebied, []).append(b)
    codes = list(dict.fromkeys([*eigen, *per]))
    return [_een(huis, lezing, code, per.get(code, [])) for code in codes]


def _een(huis: Huis, lezing: Lezing, code: str, bladen: Sequence[Buurtblad]) -> Nagekeken:
    versies = [v for b in bladen for v in b.versies]
    redactie = Redactie.model_validate(versies[-1].redactie) if versies else Redactie()
    try:
        nieuw = matter.maak(matter.lees_zaak(huis, lezing, code, redactie=redactie)).vellen[0]
    except GebiedOnbekend:
        return Nagekeken(code, (), "dit gebied staat niet (meer) in de publicatie")
    except BladFout as fout:
        return Nagekeken(code, (), str(fout))
    vast = [v for v in versies if v.vel is not None]
    if not vast or vast[-1].vel is None:
        return Nagekeken(code, ())
    return Nagekeken(code, tuple(verschillen(uit_dict(vast[-1].vel), nieuw, lezing.catalogus)))


def verschillen(oud: Vel, nieuw: Vel, cat: Catalogus) -> list[str]:
    """In words what parts two sheets of one area: figures, stories, what is done, boundaries."""
    uit = []
    toen, nu = ({c[0]: c for c in v.bronnen.cijfers} for v in (oud, nieuw))
    for i in dict.fromkeys([*toen, *nu]):
        regel = _cijfer(cat, i, toen.get(i), nu.get(i))
        if regel:
            uit.append(regel)
    for wat, veld in (("verhaal", "verhalen"), ("inzetkaart", "inzet")):
        a, b = dict(getattr(oud.bronnen, veld)), dict(getattr(nieuw.bronnen, veld))
        weg, erbij = len(set(a) - set(b)), len(set(b) - set(a))
        herzien = sum(a[x] != b[x] for x in set(a) & set(b))
        for n, woord in ((weg, "minder"), (erbij, "erbij"), (herzien, "herzien")):
            if n:
                uit.append(f"{n} {wat} {woord}")
    if oud.bronnen.grensjaar != nieuw.bronnen.grensjaar:
        uit.append(f"indeling {oud.bronnen.grensjaar} nu {nieuw.bronnen.grensjaar}")
    return uit


def cijfers_anders(lezing: Lezing, vellen: Mapping[str, Vel]) -> dict[str, list[str]]:
    """Per area which figures of its frozen sheet read otherwise now, in words; in one question.

    Quicker than `kijk_na`: it does not ask which figures would be chosen anew.
    """
    ids = sorted({c[0] for v in vellen.values() for c in v.bronnen.cijfers})
    nieuwste: dict[tuple[str, str], tuple[str, int, float | None]] = {}
    rijen = lezing.waarden(sorted(vellen), ids)
    for w in sorted(rijen, key=lambda w: (w.waarde is not None, w.jaar, w.grensjaar)):
        nieuwste[w.gebied, w.indicator] = (w.indicator, w.jaar, w.waarde)
    uit = {}
    for code, vel in vellen.items():
        regels = []
        for i, jaar, waarde in vel.bronnen.cijfers:
            nu = nieuwste.get((code, i), (i, jaar, None))
            regels.append(_cijfer(lezing.catalogus, i, (i, jaar, waarde), nu))
        uit[code] = [r for r in regels if r]
    return uit


def _cijfer(cat: Catalogus, i: str, toen: Any, nu: Any) -> str:
    ind = cat.indicatoren.get(i)
    naam = ind.kort if ind else i

    def waarde(x: Any) -> str:
        return "geen cijfer" if x[2] is None else cijfer(x[2], ind) if ind else str(x[2])

    if toen is None:
        return f"{naam}: nieuw op het blad"
    if nu is None:
        return f"{naam}: niet meer op het blad"
    if toen[1] != nu[1]:
        return f"{naam}: nieuw jaar {nu[1]} ({waarde(nu)}), was {toen[1]} ({waarde(toen)})"
    if toen[2] is not None and nu[2] is None:
        return f"{naam}: ingetrokken over {nu[1]}, was {waarde(toen)}"
    if waarde(toen) != waarde(nu):
        return f"{naam}: gecorrigeerd over {nu[1]}, van {waarde(toen)} naar {waarde(nu)}"
    return ""


def geraakt(verhalen: Verhalen, oud: Lezing, nieuw: Lezing) -> list[dict[str, Any]]:
    """Which frozen sheets a step from one publication to the next touches, as plain data."""
    uit: list[dict[str, Any]] = []
    with verhalen.sessie() as s:
        alle = s.scalars(select(Buurtblad).order_by(Buurtblad.gemaakt_op)).all()
    for b in alle:
        vast = [v for v in b.versies if v.vel is not None]
        if not vast or vast[-1].vel is None:
            continue
        vel = uit_dict(vast[-1].vel)
        toen = {c[0]: c for c in vel.bronnen.cijfers}
        waarden = {
            (w.indicator, w.jaar, w.grensjaar): w.waarde
            for w in nieuw.waarden([b.gebied], list(toen))
        }
        was = {
            (w.indicator, w.jaar, w.grensjaar): w.waarde
            for w in oud.waarden([b.gebied], list(toen))
        }
        anders = sorted({k[0] for k in {*waarden, *was} if waarden.get(k) != was.get(k)})
        if anders:
            uit.append(
                {"blad": str(b.id), "gebied": b.gebied, "naam": vel.titel, "versie": vast[-1].naam,
                 "cijfers": anders}
            )  # fmt: skip
    return uit
