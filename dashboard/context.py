"""What every page needs: settings, publications and stories of this installation."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from dashboard import access, address
from dashboard.memory import Geheugen, Kast
from dashboard.privacy import HUISHOUDENS
from dashboard.settings import Instellingen
from dashboard.snapshot import Lezing, Snapshots
from dashboard.snapshot_types import Buurt, Gebied, Publicatie
from dashboard.stories.inzet import Inzetten
from dashboard.stories.models import Koppeling, Verhaal
from dashboard.stories.models_inzet import Inzetkaart
from dashboard.stories.repository import Verhalen, nu
from dashboard.stories.store import maak_motor, migreer
from dashboard.who import Poortwachter, huidig
from indicators.catalogue import Catalogus

PAGINAS = 32_000_000
"""Bytes of pages that are kept: about a thousand of the page of an area."""
IEDEREEN = "deze computer"
"""Who writes, as long as there are no accounts."""


@dataclass(frozen=True)
class Huis:
    """The parts of this installation that pages use."""

    instellingen: Instellingen
    snapshots: Snapshots
    verhalen: Verhalen
    geheugen: Geheugen = field(default_factory=Geheugen)
    """Maps that were worked out last."""
    zoekgeheugen: Geheugen = field(default_factory=lambda: Geheugen(hoogstens=2))
    """The search index of the current publication, and of the one before."""
    proefgeheugen: Geheugen = field(default_factory=Geheugen)
    """Trials of the Methode-atelier that were worked out last."""

    buurtgeheugen: Geheugen = field(default_factory=lambda: Geheugen(hoogstens=600))
    """Parts of the page of a buurt that only a publication or a settings file can change."""

    paginas: Kast = field(default_factory=lambda: Kast(hoogstens=PAGINAS))
    """Pages as ready text (`kept_pages`)."""

    def sluit(self) -> None:
        """Closes publications and the story store."""
        self.snapshots.sluit()
        self.verhalen.motor.dispose()


@contextmanager
def open_winkel(instellingen: Instellingen) -> Iterator[Verhalen]:
    """The story store for a command: at the newest schema, closed again, and nobody to ask."""
    motor = maak_motor(instellingen.verhalen_url)
    try:
        migreer(motor)
        yield Verhalen(motor, instellingen.datamap)
    finally:
        motor.dispose()


def open_huis(instellingen: Instellingen) -> Huis:
    """Opens the parts; brings the story store to the newest version of its schema."""
    motor = maak_motor(instellingen.verhalen_url)
    migreer(motor)
    return Huis(
        instellingen,
        Snapshots(instellingen.datamap),
        Verhalen(motor, instellingen.datamap, Poortwachter()),
    )


@dataclass(frozen=True)
class Blad:
    """What one page of an area shows: figures and stories of one moment."""

    buurt: Buurt
    catalogus: Catalogus
    publicatie: Publicatie
    verhalen: list[Verhaal]
    huidig: bool = True
    """Whether its boundaries are those of the newest grensjaar."""
    wachtend: int = 0
    """Stories that the redacteur reads first, because so few people live here."""

    inzet: tuple[Inzetkaart, ...] = ()
    """What we do here."""
    bril: str | None = None
    """Whose glasses are on, so that links on the page keep them on."""
    gehoord: Mapping[uuid.UUID, tuple[str, ...]] = field(default_factory=dict)
    """Per story what became of it on a Buurtblad."""
    fotos: Mapping[uuid.UUID, Sequence[uuid.UUID]] = field(default_factory=dict)
    """Per story its photos."""

    def adres(self, **keuze: Any) -> str:
        """The address of something on this page; boundaries are named only when they are past."""
        g = self.buurt.gebied
        keuze.setdefault("bril", self.bril)
        return address.buurt(g.gebied, None if self.huidig else g.grensjaar, **keuze)

    def mag(self, wat: str, verhaal: Verhaal | None = None) -> bool:
        """Whether who asks may do this here, or to a story; what they may not is not offered."""
        gebied = self.buurt.gebied.gebied if verhaal is None else verhaal.gebied
        return access.mag(huidig(), wat, nu(), [gebied], verhaal)

    @property
    def huishoudens(self) -> float | None:
        """How many households live here, as far as known."""
        w = self.buurt.nieuwste("huishoudens_aantal")
        return None if w is None else w.waarde

    @property
    def klein(self) -> bool:
        """Whether a quote of here may be recognised, so that the redacteur reads it first.

        Of a buurt of which neither households nor dwellings are known, that is not ruled out.
        """
        return weinig_huishoudens(self.buurt.gebied, self.huishoudens)

    @cached_property
    def _paren(self) -> list[tuple[Koppeling, Verhaal]]:
        return [(k, v) for v in self.verhalen for k in v.koppelingen]

    @cached_property
    def _per_cijfer(self) -> dict[str, list[tuple[Koppeling, Verhaal]]]:
        uit: dict[str, list[tuple[Koppeling, Verhaal]]] = {}
        for k, v in self._paren:
            uit.setdefault(k.indicator, []).append((k, v))
        return uit

    def koppelingen(self) -> list[tuple[Koppeling, Verhaal]]:
        """All bindings of the stories on the page."""
        return self._paren

    def bij(self, indicator: str) -> list[tuple[Koppeling, Verhaal]]:
        """The bindings to one figure."""
        return self._per_cijfer.get(indicator, [])

    @cached_property
    def _getoond(self) -> set[str]:
        alle = (i for deel in self.catalogus.per_thema().values() for i in deel)
        return {i.id for i in alle if self.buurt.nieuwste(i.id) is not None}

    def thuis(self, verhaal: Verhaal) -> Koppeling | None:
        """The binding at which a story is told in full: where it clashes, else the first.

        None when no figure that it quotes is on the page.
        """
        hier = [k for k in verhaal.koppelingen if k.indicator in self._getoond]
        botst = [k for k in hier if k.houding == "klopt_niet"]
        return next(iter(botst or hier), None)

    def ontheemd(self) -> list[tuple[Koppeling, Verhaal]]:
        """Stories bound only to figures that are not here (any more), each with its binding."""
        return [(v.koppelingen[0], v) for v in self.verhalen
                if v.koppelingen and self.thuis(v) is None]  # fmt: skip

    def los(self) -> list[Verhaal]:
        """Stories that are bound to no figure."""
        return [v for v in self.verhalen if not v.koppelingen]

    def botst(self) -> list[tuple[Koppeling, Verhaal]]:
        """Bindings that say the figure is not right."""
        return [(k, v) for k, v in self.koppelingen() if k.houding == "klopt_niet"]


def weinig_huishoudens(gebied: Gebied, huishoudens: float | None) -> bool:
    """Whether fewer than a hundred households live in a buurt; without the count, by dwellings."""
    if gebied.niveau != "buurt":
        return False
    hoeveel = huishoudens if huishoudens is not None else gebied.woningen
    return hoeveel is None or hoeveel < HUISHOUDENS


def kleine_buurten(lezing: Lezing, gebieden: Sequence[Gebied]) -> set[str]:
    """Those of some areas where so few live that a quote is read before it shows."""
    huishoudens = {
        w.gebied: w.waarde
        for w in lezing.waarden([g.gebied for g in gebieden], ["huishoudens_aantal"])
        if w.waarde is not None
    }
    return {g.gebied for g in gebieden if weinig_huishoudens(g, huishoudens.get(g.gebied))}


def verhalen_per_gebied(
    huis: Huis, lezing: Lezing, gebieden: Sequence[Gebied]
) -> dict[str, list[Verhaal]]:
    """Per area the stories that its page shows, those of its predecessors with it, newest first."""
    codes = [g.gebied for g in gebieden]
    van = lezing.voorgangers(codes)
    alle = huis.verhalen.van([*codes, *{v for eerder in van.values() for v in eerder}])
    stil = kleine_buurten(lezing, gebieden)
    uit = {}
    for g in gebieden:
        hier = {g.gebied, *van.get(g.gebied, ())}
        klein = g.gebied in stil
        uit[g.gebied] = [
            v for v in alle if hier & set(v.gebieden) and (not klein or v.nu.status == "gelezen")
        ]
    return uit


def maak_blad(huis: Huis, lezing: Lezing, gebied: str, grensjaar: int | None) -> Blad:
    """Reads what a page of an area shows; stories of predecessors come along.

    Raises:
        GebiedOnbekend: when the publication has no such area in that year.
    """
    buurt = lezing.buurt(gebied, grensjaar)
    codes = [gebied, *(o.van for o in buurt.voorgangers)]
    huidig = buurt.gebied.grensjaar == lezing.nieuwste_grensjaar()
    blad = Blad(buurt, lezing.catalogus, lezing.publicatie, huis.verhalen.van(codes), huidig)
    blad = replace(blad, inzet=tuple(Inzetten(huis.verhalen).van(codes)))
    if not blad.klein:
        return blad
    gelezen = [v for v in blad.verhalen if v.nu.status == "gelezen"]
    return replace(blad, verhalen=gelezen, wachtend=len(blad.verhalen) - len(gelezen))
