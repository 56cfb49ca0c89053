"""The figures of an area of one's own: its ground through the years, counted from its buurten."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dashboard.own_areas import sleutel
from dashboard.snapshot import GebiedOnbekend, Lezing
from dashboard.snapshot_compare import (
    buurtjaren,
    gemeenten,
    grensjaren,
    namen,
    overgangen,
    waarden_van,
)
from dashboard.snapshot_types import Buurt, Gebied, Opvolger, Waarde
from indicators import own_area
from indicators.contracts import EigenGebied
from indicators.model import Indicator
from indicators.own_area import Deel, Uitkomst

NIVEAU = "eigen"


@dataclass(frozen=True)
class Eigen:
    """An area of one's own with its figures, and what is not in them.

    `per_jaar` holds the buurten that are this ground, per grensjaar in which it can be had with
    whole buurten; `telling` how many buurten had a figure, of how many.
    """

    gebied: EigenGebied
    buurt: Buurt
    per_jaar: dict[int, tuple[str, ...]]
    namen: dict[str, str]
    onbekend: tuple[str, ...]
    telling: dict[tuple[str, int], tuple[int, int]]
    niet_gevolgd: tuple[tuple[int, tuple[Opvolger, ...]], ...]

    @property
    def nieuwste(self) -> tuple[str, ...]:
        """The buurten in the newest grensjaar that the area could be followed to."""
        return self.per_jaar[max(self.per_jaar)] if self.per_jaar else ()

    @property
    def alle_codes(self) -> list[str]:
        """Every buurt that this ground ever was."""
        codes = dict.fromkeys(c for rij in self.per_jaar.values() for c in rij)
        return [*codes, *self.onbekend]


def maak(lezing: Lezing, gebied: EigenGebied) -> Eigen:
    """Reads and counts an area of one's own from one publication."""
    bestaat = buurtjaren(lezing, gebied.buurtcodes)
    er = tuple(c for c in gebied.buurtcodes if gebied.grensjaar in bestaat.get(c, ()))
    onbekend = tuple(c for c in gebied.buurtcodes if c not in er)
    per_jaar, gestopt = _volg(lezing, frozenset(er), gebied.grensjaar)
    cat = lezing.catalogus
    rekenbaar = [
        i for i in cat.indicatoren.values()
        if i.gebruik != "uitgesloten" and own_area.regel(i) in own_area.REKENBAAR
    ]  # fmt: skip
    waarden, telling = _reken(lezing, gebied, per_jaar, onbekend, rekenbaar)
    laatste = max(per_jaar, default=gebied.grensjaar)
    return Eigen(
        gebied=gebied,
        buurt=_buurt(lezing, gebied, per_jaar.get(laatste, er), laatste, waarden),
        per_jaar=per_jaar,
        namen=namen(lezing, per_jaar.get(laatste, ()), laatste),
        onbekend=onbekend,
        telling=telling,
        niet_gevolgd=tuple(
            (jaar, tuple(_wat_werd(lezing, codes, jaar))) for jaar, codes in gestopt
        ),
    )


def _volg(
    lezing: Lezing, codes: frozenset[str], grensjaar: int
) -> tuple[dict[int, tuple[str, ...]], list[tuple[int, frozenset[str]]]]:
    """The same ground in other grensjaren, until whole buurten no longer make it up."""
    jaren = grensjaren(lezing)
    if grensjaar not in jaren or not codes:
        return {}, []
    uit, gestopt = {grensjaar: tuple(sorted(codes))}, []
    plek = jaren.index(grensjaar)
    for terug in (False, True):
        nu, vorig = codes, grensjaar
        for jaar in jaren[plek + 1 :] if not terug else jaren[:plek][::-1]:
            van, naar = (jaar, vorig) if terug else (vorig, jaar)
            lijst = overgangen(lezing, nu, van, naar, terug)
            verder = own_area.volg_terug(nu, lijst) if terug else own_area.volg(nu, lijst)
            if verder is None:
                gestopt.append((jaar, nu))
                break
            uit[jaar], nu, vorig = tuple(sorted(verder)), verder, jaar
    return uit, gestopt


def _wat_werd(lezing: Lezing, codes: Iterable[str], jaar: int) -> list[Opvolger]:
    """What became of the buurten (or what they came from) in the year the trail ends."""
    uit: list[Opvolger] = []
    for code in sorted(codes):
        na, voor = lezing.opvolgers(code)
        uit += [o for o in na if o.grensjaar_naar == jaar]
        uit += [o for o in voor if o.grensjaar_van == jaar]
    return uit


def _reken(
    lezing: Lezing, gebied: EigenGebied, per_jaar: dict[int, tuple[str, ...]],
    onbekend: tuple[str, ...], indicatoren: list[Indicator],
) -> tuple[dict[tuple[str, int], Waarde], dict[tuple[str, int], tuple[int, int]]]:  # fmt: skip
    nodig = {n for i in indicatoren for n in own_area.nodig(i)}
    codes = {c for rij in per_jaar.values() for c in rij}
    op = {
        (w.gebied, w.jaar, w.indicator): w
        for w in waarden_van(lezing, codes, nodig)
        if w.gebied in per_jaar.get(w.jaar, ())
    }
    gemeten = {(w.indicator, w.jaar) for w in op.values()}
    waarden: dict[tuple[str, int], Waarde] = {}
    telling: dict[tuple[str, int], tuple[int, int]] = {}
    for indicator in indicatoren:
        for jaar, rij in sorted(per_jaar.items()):
            if (indicator.id, jaar) not in gemeten:
                continue
            uit = _een(indicator, jaar, (*rij, *onbekend), op)
            delen = [w for c in rij if (w := op.get((c, jaar, indicator.id)))]
            waarden[indicator.id, jaar] = _waarde(gebied, indicator, jaar, uit, delen)
            telling[indicator.id, jaar] = (uit.bekend, uit.delen)
    return waarden, telling


def _een(
    indicator: Indicator, jaar: int, codes: tuple[str, ...],
    op: dict[tuple[str, int, str], Waarde],
) -> Uitkomst:  # fmt: skip
    def delen(naam: str) -> list[Deel]:
        return [_deel(op.get((c, jaar, naam))) for c in codes]

    uit = own_area.figuur(indicator, delen)
    assert uit is not None  # noqa: S101 - only what can be worked out is asked
    return uit


def _deel(w: Waarde | None) -> Deel:
    if w is None:
        return Deel(None, ontbreekt_door="geen_bron")
    return Deel(w.waarde, w.onder, w.boven, w.ontbreekt_door)


def _waarde(
    gebied: EigenGebied, indicator: Indicator, jaar: int, uit: Uitkomst, delen: list[Waarde]
) -> Waarde:
    """A figure of the area; a share is `herberekend`, a sum keeps the kind of its parts."""
    soorten = {w.aard for w in delen}
    optelling = own_area.regel(indicator) == "optellen" and len(soorten) == 1
    return Waarde(
        gebied=sleutel(gebied), grensjaar=jaar, jaar=jaar, indicator=indicator.id,
        waarde=uit.waarde, onder=uit.onder, boven=uit.boven, ontbreekt_door=uit.ontbreekt_door,
        aard=soorten.pop() if optelling else "herberekend",
        voorlopig=any(w.voorlopig for w in delen), bron=delen[0].bron if delen else "",
    )  # fmt: skip


def _buurt(
    lezing: Lezing, gebied: EigenGebied, codes: tuple[str, ...], jaar: int,
    waarden: dict[tuple[str, int], Waarde],
) -> Buurt:  # fmt: skip
    """The area in the shape of any other, with the gemeente it lies in as its reference."""
    waar = gemeenten(lezing, codes, jaar)
    boven = _gemeente(lezing, waar.pop(), jaar) if len(waar) == 1 else None

    def laatst(naam: str) -> float | None:
        met = [w for (i, _), w in sorted(waarden.items()) if i == naam and w.waarde is not None]
        return met[-1].waarde if met else None

    return Buurt(
        gebied=Gebied(
            sleutel(gebied), jaar, NIVEAU, gebied.naam, None, None,
            boven.gebied.gebied if boven else None, boven.gebied.naam if boven else None,
            laatst("inwoners_aantal"), laatst("woningen_aantal"), None, False,
            lezing.publicatie.fictief,
        ),
        referentie=boven.gebied if boven else None,
        waarden=waarden,
        referentiewaarden=boven.waarden if boven else {},
        scores=[], bijdragen=[], opvolgers=[], voorgangers=[], breuken=(), herkomst=[],
        onderdelen=[],
    )  # fmt: skip


def _gemeente(lezing: Lezing, code: str, jaar: int) -> Buurt | None:
    try:
        return lezing.buurt(code, jaar)
    except GebiedOnbekend:
        return None
