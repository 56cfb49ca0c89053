"""What a publication means for figures that stories quote: marks, and what would be touched.

Two marks, never one for both: `te_herzien`, the figure of then was corrected (urgent), and
`nieuw_jaar`, a later year came (quiet). Movements within the catalogue's tolerance give nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select

from dashboard.snapshot import Lezing
from dashboard.snapshot_types import Buurt, Waarde
from dashboard.stories.models import Koppeling, Merk
from dashboard.stories.repository import Citaat, Verhalen, nu
from indicators.changes import Cijfer, gecorrigeerd

TE_HERZIEN = "te_herzien"
NIEUW_JAAR = "nieuw_jaar"
_VANZELF = "vanzelf"


@dataclass(frozen=True)
class Geraakt:
    """What happened to a quoted figure: then and now, and why it is worth a look."""

    soort: str
    toen_jaar: int
    toen: float | None
    nu_jaar: int
    nu: float | None
    nu_ontbreekt: str | None
    oorzaak: str


def citeer(buurt: Buurt, indicator: str, jaar: int, publicatie: str, houding: str) -> Citaat:
    """A figure of a page as it stands now, ready to be bound.

    Raises:
        KeyError: when the page has no such figure.
    """
    waarde = buurt.waarden[(indicator, jaar)]
    met = [w.jaar for w in buurt.reeks(indicator) if w.waarde is not None]
    return Citaat(
        gebied=waarde.gebied,
        grensjaar=waarde.grensjaar,
        indicator=indicator,
        jaar=jaar,
        waarde=waarde.waarde,
        ontbreekt_door=waarde.ontbreekt_door,
        publicatie=publicatie,
        nieuwste_jaar=max([jaar, *met]),
        houding=houding,
    )


class Cijfers:
    """The figures that bindings quote, as one publication has them: one query for all."""

    def __init__(self, lezing: Lezing, koppelingen: Iterable[Koppeling]) -> None:
        gevraagd = list(koppelingen)
        self._indicatoren = lezing.catalogus.indicatoren
        self._op: dict[tuple[str, int, int, str], Waarde] = {}
        self._nieuwste: dict[tuple[str, str], Waarde] = {}
        for w in lezing.waarden(
            sorted({k.gebied for k in gevraagd}), sorted({k.indicator for k in gevraagd})
        ):
            self._op[(w.gebied, w.grensjaar, w.jaar, w.indicator)] = w
            vorig = self._nieuwste.get((w.gebied, w.indicator))
            if w.waarde is not None and (vorig is None or w.jaar >= vorig.jaar):
                self._nieuwste[(w.gebied, w.indicator)] = w

    def geciteerd(self, k: Koppeling) -> Waarde | None:
        """The quoted figure as this publication has it."""
        return self._op.get((k.gebied, k.grensjaar, k.jaar, k.indicator))

    def correctie(self, k: Koppeling, toen: Cijfer) -> Geraakt | None:
        """Whether the quoted figure is no longer what it was."""
        indicator = self._indicatoren.get(k.indicator)
        if indicator is None:
            return None
        w = self.geciteerd(k)
        oorzaak = gecorrigeerd(
            toen, None if w is None else Cijfer(w.waarde, w.ontbreekt_door), indicator
        )
        if oorzaak is None:
            return None
        nu_waarde = None if w is None else w.waarde
        reden = "geen_bron" if w is None else w.ontbreekt_door
        return Geraakt(TE_HERZIEN, k.jaar, toen.waarde, k.jaar, nu_waarde, reden, oorzaak)

    def later(self, k: Koppeling, dan: int) -> Geraakt | None:
        """Whether there is a figure of a later year than `dan`."""
        w = self._nieuwste.get((k.gebied, k.indicator))
        if w is None or w.jaar <= dan:
            return None
        return Geraakt(NIEUW_JAAR, k.jaar, k.waarde, w.jaar, w.waarde, None, "nieuw_jaar")


def markeer(verhalen: Verhalen, lezing: Lezing) -> dict[str, int]:
    """Writes the marks that a publication asks for. Doing it twice changes nothing.

    A mark that no longer holds (the correction was taken back) is put away by itself.

    Returns:
        How many marks of each kind were added.
    """
    publicatie = lezing.publicatie.publicatie
    geteld = {TE_HERZIEN: 0, NIEUW_JAAR: 0}
    with verhalen.sessie() as sessie:
        koppelingen = list(sessie.scalars(select(Koppeling).order_by(Koppeling.id)))
        cijfers = Cijfers(lezing, koppelingen)
        for k in koppelingen:
            correctie = cijfers.correctie(k, Cijfer(k.waarde, k.ontbreekt_door))
            geteld[TE_HERZIEN] += _bijwerken(k, TE_HERZIEN, correctie, publicatie)
            geteld[NIEUW_JAAR] += _bijwerken(
                k, NIEUW_JAAR, cijfers.later(k, k.nieuwste_jaar), publicatie
            )
        sessie.commit()
    return geteld


def _bijwerken(k: Koppeling, soort: str, gevonden: Geraakt | None, publicatie: str) -> bool:
    """Brings one binding's marks of one kind in step; true when a mark was added."""
    eerder = [m for m in k.merken if m.soort == soort]
    laatste = eerder[-1] if eerder else None
    if gevonden is not None and laatste is not None and _zelfde(laatste, gevonden):
        if laatste.afgehandeld_door == _VANZELF:
            laatste.afgehandeld_op = laatste.afgehandeld_door = None
        return False
    for merk in eerder:
        if merk.afgehandeld_op is None:
            merk.afgehandeld_op, merk.afgehandeld_door = nu(), _VANZELF
    if gevonden is None or any(m.publicatie == publicatie for m in eerder):
        return False
    k.merken.append(Merk(publicatie=publicatie, op=nu(), **asdict(gevonden)))
    return True


def _zelfde(merk: Merk, gevonden: Geraakt) -> bool:
    return all(
        getattr(merk, veld) == waarde
        for veld, waarde in asdict(gevonden).items()
        if veld in ("nu_jaar", "nu", "nu_ontbreekt")
    )


def geraakt(verhalen: Verhalen, van: Lezing, naar: Lezing) -> list[dict[str, Any]]:
    """Which bindings the step from one publication to another touches. Writes nothing."""
    koppelingen = verhalen.koppelingen()
    oud, nieuw = Cijfers(van, koppelingen), Cijfers(naar, koppelingen)
    regels: list[dict[str, Any]] = []
    for k in koppelingen:
        w = oud.geciteerd(k)
        gevonden = [nieuw.later(k, _laatste_jaar(oud, k))]
        if w is not None:
            gevonden.insert(0, nieuw.correctie(k, Cijfer(w.waarde, w.ontbreekt_door)))
        regels += [
            {
                "verhaal": str(k.verhaal_id),
                "gebied": k.gebied,
                "grensjaar": k.grensjaar,
                "indicator": k.indicator,
                **asdict(g),
            }
            for g in gevonden
            if g is not None
        ]
    return regels


def _laatste_jaar(cijfers: Cijfers, k: Koppeling) -> int:
    gevonden = cijfers.later(k, 0)
    return k.jaar if gevonden is None else max(k.jaar, gevonden.nu_jaar)
