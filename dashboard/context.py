"""What every page needs: settings, publications and stories of this installation."""

from __future__ import annotations

from dataclasses import dataclass, field

from dashboard.picture import Geheugen
from dashboard.settings import Instellingen
from dashboard.snapshot import Lezing, Snapshots
from dashboard.snapshot_types import Buurt, Publicatie
from dashboard.stories.models import Koppeling, Verhaal
from dashboard.stories.repository import Verhalen
from dashboard.stories.store import maak_motor, migreer
from indicators.catalogue import Catalogus

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

    def sluit(self) -> None:
        """Closes publications and the story store."""
        self.snapshots.sluit()
        self.verhalen.motor.dispose()


def open_huis(instellingen: Instellingen) -> Huis:
    """Opens the parts; brings the story store to the newest version of its schema."""
    motor = maak_motor(instellingen.verhalen_url)
    migreer(motor)
    return Huis(
        instellingen,
        Snapshots(instellingen.datamap),
        Verhalen(motor, instellingen.datamap),
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

    def koppelingen(self) -> list[tuple[Koppeling, Verhaal]]:
        """All bindings of the stories on the page."""
        return [(k, v) for v in self.verhalen for k in v.koppelingen]

    def bij(self, indicator: str) -> list[tuple[Koppeling, Verhaal]]:
        """The bindings to one figure."""
        return [(k, v) for k, v in self.koppelingen() if k.indicator == indicator]

    @staticmethod
    def thuis(verhaal: Verhaal) -> Koppeling | None:
        """The binding at which a story is told in full: where it clashes, else the first."""
        botst = [k for k in verhaal.koppelingen if k.houding == "klopt_niet"]
        return next(iter(botst or verhaal.koppelingen), None)

    def los(self) -> list[Verhaal]:
        """Stories that are bound to no figure."""
        return [v for v in self.verhalen if not v.koppelingen]

    def botst(self) -> list[tuple[Koppeling, Verhaal]]:
        """Bindings that say the figure is not right."""
        return [(k, v) for k, v in self.koppelingen() if k.houding == "klopt_niet"]


def maak_blad(huis: Huis, lezing: Lezing, gebied: str, grensjaar: int | None) -> Blad:
    """Reads what a page of an area shows; stories of predecessors come along.

    Raises:
        GebiedOnbekend: when the publication has no such area in that year.
    """
    buurt = lezing.buurt(gebied, grensjaar)
    codes = [gebied, *(o.van for o in buurt.voorgangers)]
    huidig = buurt.gebied.grensjaar == lezing.nieuwste_grensjaar()
    return Blad(buurt, lezing.catalogus, lezing.publicatie, huis.verhalen.van(codes), huidig)
