"""What a publication means for figures that stories quote: marks, and what would be touched.

Two marks, never one for both: `te_herzien`, the figure of then was corrected (urgent), and
`nieuw_jaar`, a later year came (quiet). Movements within the catalogue's tolerance give nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import noload

from dashboard import snapshot_binding
from dashboard.snapshot import GeenPublicatie, Lezing, lees_publicatie
from dashboard.snapshot_binding import Stand
from dashboard.snapshot_types import Buurt
from dashboard.stories.models import Koppeling, Merk
from dashboard.stories.repository import Citaat, Verhalen, geldend, nu
from indicators.changes import (
    Cijfer,
    Overgang,
    definitie,
    definitie_anders,
    oordeel,
    verschuift,
    volg,
)

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
    wat: str = ""


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
    """The figures that bindings quote, as one publication has them: a few queries for all."""

    def __init__(self, lezing: Lezing, koppelingen: Iterable[Koppeling]) -> None:
        gevraagd = list(koppelingen)
        self._cat = lezing.catalogus
        self._generaties = snapshot_binding.generaties(lezing)
        self._overgangen = snapshot_binding.overgangen(lezing, {k.gebied for k in gevraagd})
        naar = {o.naar for stappen in self._overgangen.values() for o in stappen}
        self._namen = snapshot_binding.namen(lezing, naar)
        self._op: dict[tuple[str, int, int, str], Stand] = {}
        self._nieuwste: dict[tuple[str, str], Stand] = {}
        self._betekenis: dict[tuple[str, str, str, int], dict[str, Any]] = {}
        for w in snapshot_binding.standen(lezing, self._paren(gevraagd)):
            self._op[(w.gebied, w.grensjaar, w.jaar, w.indicator)] = w
            vorig = self._nieuwste.get((w.gebied, w.indicator))
            if w.waarde is not None and (vorig is None or w.jaar >= vorig.jaar):
                self._nieuwste[(w.gebied, w.indicator)] = w

    def _paren(self, gevraagd: Iterable[Koppeling]) -> set[tuple[str, str]]:
        """Each quoted area and indicator, also under the code that the area has now."""
        return {(code, k.indicator) for k in gevraagd for code in (k.gebied, self._volg(k)[0])}

    def _volg(self, k: Koppeling) -> tuple[str, list[Overgang]]:
        na = max(k.grensjaar, k.nieuwste_jaar)
        return volg(k.gebied, na, self._overgangen.get(k.gebied, ()))

    def geciteerd(self, k: Koppeling) -> Stand | None:
        """The quoted figure as this publication has it."""
        return self._op.get((k.gebied, k.grensjaar, k.jaar, k.indicator))

    def definitie(self, w: Stand | None) -> dict[str, Any] | None:
        """What a figure means in this publication."""
        if w is None:
            return None
        sleutel = (w.indicator, w.bron, w.aard, w.jaar)
        if sleutel not in self._betekenis:
            vormen = self._generaties.get((w.bron, w.jaar), ())
            self._betekenis[sleutel] = definitie(self._cat, w.indicator, w.bron, w.aard, vormen)
        return self._betekenis[sleutel]

    def grens(self, k: Koppeling) -> str:
        """What became of the area since the figure was quoted; empty when it is the same."""
        delen = sorted(self._volg(k)[1], key=lambda o: -o.aandeel)
        if not delen:
            return ""
        wat = ", ".join(
            f"{self._namen.get(o.naar, o.naar)} ({o.aandeel:.0%})".replace("%", " %")
            for o in delen[:4]
        )
        return f"de grens van de buurt is in {delen[0].grensjaar_naar} veranderd: nu {wat}"

    def correctie(self, k: Koppeling, toen: Cijfer) -> Geraakt | None:
        """Whether the quoted figure no longer says what it said."""
        indicator = self._cat.indicatoren.get(k.indicator)
        if indicator is None:
            return None
        w = self.geciteerd(k)
        nu_ = None if w is None else Cijfer(w.waarde, w.ontbreekt_door)
        reden = oordeel(toen, nu_, indicator, (k.definitie, self.definitie(w)), self.grens(k))
        if reden is None:
            return None
        waarde = None if w is None else w.waarde
        mist = "geen_bron" if w is None else w.ontbreekt_door
        return Geraakt(
            TE_HERZIEN, k.jaar, toen.waarde, k.jaar, waarde, mist, reden.oorzaak, reden.wat[:300]
        )

    def later(self, k: Koppeling, dan: int) -> Geraakt | None:
        """Whether a later year than `dan` says something else: more than its tolerance away.

        What it says beside it is whether the two years can be compared at all.
        """
        code, delen = self._volg(k)
        w = self._nieuwste.get((code, k.indicator))
        if w is None or w.jaar <= dan:
            return None
        indicator = self._cat.indicatoren.get(k.indicator)
        anders = definitie_anders(k.definitie, self.definitie(w))
        zelfde = indicator is not None and not verschuift(k.waarde, w.waarde, indicator)
        if zelfde and not anders and not delen:
            return None
        return Geraakt(
            NIEUW_JAAR, k.jaar, k.waarde, w.jaar, w.waarde, None, "nieuw_jaar", anders[:300]
        )

    def laatste_jaar(self, k: Koppeling) -> int:
        """The newest year with a figure, for what a binding quotes."""
        w = self._nieuwste.get((self._volg(k)[0], k.indicator))
        return k.jaar if w is None else max(k.jaar, w.jaar)


def vul_definities(verhalen: Verhalen, lezing: Lezing | None = None) -> int:
    """Keeps with each binding what its figure meant, read from the publication it quotes.

    A publication that is gone leaves its bindings without: no change of meaning is seen there.

    Args:
        verhalen: the store.
        lezing: a publication that is open already, to use where it is the one quoted.

    Returns:
        How many bindings were filled.
    """
    gevuld = 0
    with verhalen.sessie() as sessie:
        vraag = geldend().where(Koppeling.definitie.is_(None))
        zonder = sessie.scalars(vraag.options(noload(Koppeling.merken))).all()
        for publicatie in sorted({k.publicatie for k in zonder}):
            van_haar = [k for k in zonder if k.publicatie == publicatie]
            for definitie_, ids in _definities(verhalen, publicatie, van_haar, lezing):
                for n in range(0, len(ids), 500):
                    deel = Koppeling.id.in_(ids[n : n + 500])
                    sessie.execute(update(Koppeling).where(deel).values(definitie=definitie_),
                                   execution_options={"synchronize_session": False})  # fmt: skip
                gevuld += len(ids)
        sessie.commit()
    return gevuld


def _definities(
    verhalen: Verhalen, publicatie: str, koppelingen: list[Koppeling], open_: Lezing | None
) -> list[tuple[dict[str, Any], list[int]]]:
    """Each meaning that occurs, with the bindings that have it."""
    if open_ is not None and open_.publicatie.publicatie == publicatie:
        cijfers = Cijfers(open_, koppelingen)
    else:
        try:
            with lees_publicatie(verhalen.datamap, publicatie) as lezing:
                cijfers = Cijfers(lezing, koppelingen)
        except (GeenPublicatie, OSError):
            return []
    groepen: dict[int, tuple[dict[str, Any], list[int]]] = {}
    for k in koppelingen:
        gevonden = cijfers.definitie(cijfers.geciteerd(k))
        if gevonden is not None:  # one object per meaning (`Cijfers.definitie`)
            groepen.setdefault(id(gevonden), (gevonden, []))[1].append(k.id)
    return list(groepen.values())


def markeer(verhalen: Verhalen, lezing: Lezing) -> dict[str, int]:
    """Writes the marks that a publication asks for. Doing it twice changes nothing.

    A mark that no longer holds (the correction was taken back) is put away by itself.

    Returns:
        How many marks of each kind were added.
    """
    try:
        return _markeer(verhalen, lezing)
    except IntegrityError:  # someone else marked at the same moment: look again at what is left
        return _markeer(verhalen, lezing)


def _markeer(verhalen: Verhalen, lezing: Lezing) -> dict[str, int]:
    geteld = {TE_HERZIEN: 0, NIEUW_JAAR: 0}
    vul_definities(verhalen, lezing)
    with verhalen.sessie() as sessie:
        koppelingen = list(sessie.scalars(geldend()))
        cijfers = Cijfers(lezing, koppelingen)
        nieuw: list[dict[str, Any]] = []
        for k in koppelingen:
            for soort, gevonden in (
                (TE_HERZIEN, cijfers.correctie(k, Cijfer(k.waarde, k.ontbreekt_door))),
                (NIEUW_JAAR, cijfers.later(k, k.nieuwste_jaar)),
            ):
                erbij = _bijwerken(k, soort, gevonden, lezing.publicatie.publicatie)
                if gevonden is not None and erbij:
                    rij = {"koppeling_id": k.id, "publicatie": lezing.publicatie.publicatie}
                    nieuw.append(rij | {"op": nu(), **asdict(gevonden)})
                    geteld[soort] += 1
        sessie.flush()
        if nieuw:
            sessie.execute(insert(Merk), nieuw)
        sessie.commit()
    return geteld


def _bijwerken(k: Koppeling, soort: str, gevonden: Geraakt | None, publicatie: str) -> bool:
    """Brings one binding's marks of one kind in step; true when a mark has to be added."""
    eerder = [m for m in k.merken if m.soort == soort]
    laatste = eerder[-1] if eerder else None
    if gevonden is not None and laatste is not None and _zelfde(laatste, gevonden):
        if laatste.afgehandeld_door == _VANZELF:
            laatste.afgehandeld_op = laatste.afgehandeld_door = None
        return False
    for merk in eerder:
        if merk.afgehandeld_op is None:
            merk.afgehandeld_op, merk.afgehandeld_door = nu(), _VANZELF
    return gevonden is not None and all(m.publicatie != publicatie for m in eerder)


def _zelfde(merk: Merk, gevonden: Geraakt) -> bool:
    return all(
        getattr(merk, veld) == waarde
        for veld, waarde in asdict(gevonden).items()
        if veld in ("nu_jaar", "nu", "nu_ontbreekt", "wat")
    )


def geraakt(verhalen: Verhalen, van: Lezing, naar: Lezing) -> list[dict[str, Any]]:
    """Which bindings the step from one publication to another touches. Writes nothing.

    What was so before, such as a boundary that changed years ago, is not of this step.
    """
    koppelingen = verhalen.koppelingen()
    oud, nieuw = Cijfers(van, koppelingen), Cijfers(naar, koppelingen)
    codes = {k.gebied for k in koppelingen}
    namen = snapshot_binding.namen(van, codes) | snapshot_binding.namen(naar, codes)
    regels: list[dict[str, Any]] = []
    for k in koppelingen:
        w = oud.geciteerd(k)
        gevonden = [nieuw.later(k, oud.laatste_jaar(k))]
        if w is not None:
            toen = Cijfer(w.waarde, w.ontbreekt_door)
            nu_anders = nieuw.correctie(k, toen)
            gevonden.insert(0, None if nu_anders == oud.correctie(k, toen) else nu_anders)
        regels += [
            {
                "verhaal": str(k.verhaal_id),
                "gebied": k.gebied,
                "naam": namen.get(k.gebied, k.gebied),
                "grensjaar": k.grensjaar,
                "indicator": k.indicator,
                **asdict(g),
            }
            for g in gevonden
            if g is not None
        ]
    return regels
