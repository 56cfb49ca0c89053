"""What we do in an area: the inzetkaart, kept with revisions like a story."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from dashboard.stories.models import Verhaal
from dashboard.stories.models_inzet import Inzetkaart, InzetRevisie
from dashboard.stories.repository import VerhaalFout, Verhalen, leesbaar, nu, vingerafdruk

VRAGEN = {
    "doel": "Wat willen we bereiken?",
    "werkwijze": "Hoe pakken we het aan?",
    "beoogd_effect": "Waaraan merken bewoners dat het werkt?",
    "nodig": "Wat is ervoor nodig?",
}
"""The four questions of the field."""
LANGST = {"titel": 120, "wie": 200, **dict.fromkeys(VRAGEN, 2000)}


class InzetGelijktijdig(VerhaalFout):
    """Someone else revised the card meanwhile; nothing was overwritten."""

    def __init__(self, huidig: InzetRevisie) -> None:
        super().__init__(
            f"{huidig.door} heeft deze kaart intussen herzien. Er is niets overschreven; wat jij "
            "schreef staat er nog."
        )
        self.huidig = huidig


@dataclass(frozen=True)
class Inzet:
    """What a revision of a card holds. Dates may be open; figure and story are what it moves."""

    titel: str
    doel: str
    werkwijze: str
    beoogd_effect: str
    nodig: str
    thema: str
    wie: str
    begin: date | None = None
    einde: date | None = None
    terugkijken_op: date | None = None
    indicator: str | None = None
    verhaal_id: uuid.UUID | None = None
    status: str = "loopt"


def als_inzet(r: InzetRevisie) -> Inzet:
    """What a revision holds, to build the next one on."""
    return Inzet(**{f.name: getattr(r, f.name) for f in fields(Inzet)})


def _netjes(inzet: Inzet) -> Inzet:
    woorden: dict[str, Any] = {v: leesbaar(getattr(inzet, v)).strip() for v in LANGST}
    schoon = replace(inzet, **woorden)
    for veld, langst in LANGST.items():
        naam = VRAGEN.get(veld, {"titel": "De naam", "wie": "Wie dit doet"}.get(veld, veld))
        tekst = getattr(schoon, veld)
        if not tekst and veld not in ("nodig",):
            raise VerhaalFout(f"Vul nog in: {naam}")
        if len(tekst) > langst:
            raise VerhaalFout(f"{naam} Dat zijn {len(tekst)} tekens; er passen er {langst}.")
    if inzet.begin and inzet.einde and inzet.einde < inzet.begin:
        raise VerhaalFout("Het einde ligt voor het begin. Kijk de datums na.")
    if inzet.begin and inzet.terugkijken_op and inzet.terugkijken_op < inzet.begin:
        raise VerhaalFout("De dag om terug te kijken ligt voor het begin. Kijk de datums na.")
    return schoon


@dataclass(frozen=True)
class Inzetten:
    """The cards of this installation; in the same store, under the same guard, as the stories."""

    verhalen: Verhalen

    def van(self, gebieden: Sequence[str]) -> list[Inzetkaart]:
        """The cards of these areas that may be seen, those that end last first."""
        with self.verhalen.sessie() as sessie:
            vraag = select(Inzetkaart).where(
                Inzetkaart.gebied.in_(gebieden), Inzetkaart.gewist_op.is_(None)
            )
            alle = sessie.scalars(vraag).all()
        zichtbaar = [k for k in alle if self.verhalen.bewaker.mag("inzet zien", [k.gebied])]
        return sorted(zichtbaar, key=lambda k: k.nu.einde or date.max, reverse=True)

    def een(self, inzet: uuid.UUID) -> Inzetkaart | None:
        """One card; None when there is none to see."""
        with self.verhalen.sessie() as sessie:
            gevonden = sessie.get(Inzetkaart, inzet)
        mag = self.verhalen.bewaker.mag
        return gevonden if gevonden and mag("inzet zien", [gevonden.gebied]) else None

    def terug_te_kijken(self, vandaag: date, gebieden: Sequence[str]) -> list[Inzetkaart]:
        """The cards whose day to look back has come, the longest waiting first."""
        rijp = [
            k
            for k in self.van(gebieden)
            if k.nu.terugkijken_op and k.nu.terugkijken_op <= vandaag and k.nu.status == "loopt"
        ]
        return sorted(rijp, key=lambda k: k.nu.terugkijken_op or date.max)

    def schrijf(
        self, gebied: str, grensjaar: int, inzet: Inzet, door: str, sleutel: str | None = None
    ) -> Inzetkaart:
        """Keeps a new card; sent again with the same `sleutel` it is the same card.

        Raises:
            VerhaalFout: naming the field that is not right.
            NietToegestaan: when this may not be done here.
        """
        v, inzet = self.verhalen, _netjes(inzet)
        door = v.bewaker.naam(door)
        v.bewaker.eis("inzet schrijven", [gebied])
        som = None if sleutel is None else vingerafdruk(sleutel)
        with v.sessie() as sessie:
            vraag = select(Inzetkaart).where(Inzetkaart.sleutel == som)
            if som and (al := sessie.scalars(vraag).first()):
                return al
            self._verhaal_bestaat(inzet)
            kaart = Inzetkaart(
                id=uuid.uuid4(), gebied=gebied, grensjaar=grensjaar, sleutel=som, gemaakt_op=nu(),
                revisies=[_revisie(1, inzet, door)],
            )  # fmt: skip
            sessie.add(kaart)
            v.log(sessie, door, "inzet geschreven", None, f"inzet {kaart.id}", _alles(inzet))
            try:
                sessie.commit()
            except IntegrityError:
                sessie.rollback()
                return sessie.scalars(vraag).one()
        return kaart

    def herzie(self, kaart: uuid.UUID, basis: int, inzet: Inzet, door: str) -> int:
        """Adds a revision on top of revision `basis`.

        Returns:
            The number of the new revision.

        Raises:
            InzetGelijktijdig: when someone else added one meanwhile; nothing is written.
            VerhaalFout: naming the field that is not right, or when there is no such card.
            NietToegestaan: when this may not be done here.
        """
        v, inzet = self.verhalen, _netjes(inzet)
        door = v.bewaker.naam(door)
        with v.sessie() as sessie:
            gevonden = sessie.get(Inzetkaart, kaart)
            if gevonden is None or gevonden.gewist_op is not None:
                raise VerhaalFout("Deze inzetkaart bestaat niet (meer).")
            v.bewaker.eis("inzet schrijven", [gevonden.gebied])
            laatst = gevonden.nu
            if laatst.nummer == basis + 1 and (als_inzet(laatst), laatst.door) == (inzet, door):
                return laatst.nummer
            if laatst.nummer != basis:
                raise InzetGelijktijdig(laatst)
            self._verhaal_bestaat(inzet)
            revisie = _revisie(basis + 1, inzet, door)
            revisie.inzet_id = kaart
            sessie.add(revisie)
            v.log(sessie, door, "inzet herzien", None, f"inzet {kaart}", _alles(inzet))
            try:
                sessie.commit()
            except IntegrityError:
                sessie.rollback()
                sessie.expire_all()
                ander = sessie.get(Inzetkaart, kaart)
                assert ander is not None  # noqa: S101 - it was there a moment ago
                raise InzetGelijktijdig(ander.nu) from None
        return basis + 1

    def _verhaal_bestaat(self, inzet: Inzet) -> None:
        if inzet.verhaal_id is not None and self.verhalen.een(inzet.verhaal_id) is None:
            raise VerhaalFout("Dat verhaal is er niet (meer); kies een ander.")


def bij_verhaal(kaarten: Sequence[Inzetkaart], verhaal: Verhaal) -> list[Inzetkaart]:
    """The cards that should move a story."""
    return [k for k in kaarten if k.nu.verhaal_id == verhaal.id]


def _revisie(nummer: int, inzet: Inzet, door: str) -> InzetRevisie:
    return InzetRevisie(nummer=nummer, door=door[:100], op=nu(), **asdict(inzet))


def _alles(inzet: Inzet) -> str:
    return "\n".join(str(getattr(inzet, v)) for v in LANGST)
