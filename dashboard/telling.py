"""What happens when someone writes: from the fields of the form to the story store."""

from __future__ import annotations

import re
import uuid
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from typing import Any

from dashboard.context import IEDEREEN, Huis
from dashboard.panels.formulier import GEEN_CIJFER
from dashboard.snapshot import GeenPublicatie, Lezing, lees_publicatie
from dashboard.stories.binding import citeer, markeer
from dashboard.stories.repository import Citaat, Nieuw, VerhaalFout, Woorden


@dataclass(frozen=True)
class Velden:
    """The fields of the form as they were sent: nothing in them is trusted."""

    tekst: str | None
    rol: str | None
    soort: str | None
    richting: str | None
    hoe: str | None
    op: str | None
    door: str | None
    toestemming: bool | None
    anoniem: bool | None
    cijfer: str | None = None
    houding: str | None = None


def lees_datum(tekst: str | None) -> date | None:
    """A date as people write it: `12-3-2026` or `2026-03-12`; empty is none.

    Raises:
        VerhaalFout: when it is no date.
    """
    delen = [int(d) for d in re.findall(r"\d+", (tekst or "").strip())]
    if not (tekst or "").strip():
        return None
    try:
        jaar, maand, dag = delen if delen and delen[0] > 31 else delen[::-1]
        return date(jaar, maand, dag)
    except (ValueError, OverflowError):
        raise VerhaalFout(
            f"„{(tekst or '')[:20]}” is geen datum. Schrijf dag-maand-jaar, zoals 12-3-2026."
        ) from None


def _een_van(waarde: str | None, woorden: dict[str, str], wat: str) -> str:
    if not waarde or waarde not in woorden:
        raise VerhaalFout(f"Kies nog {wat}.")
    return waarde


def woorden(velden: Velden, lezing: Lezing, status: str = "concept") -> Woorden:
    """The words of a revision, checked against the catalogue's lists.

    Raises:
        VerhaalFout: naming the field.
    """
    w = lezing.catalogus.woorden
    if not (velden.tekst or "").strip():
        raise VerhaalFout("Schrijf eerst het verhaal op; het tekstveld is nog leeg.")
    if not velden.anoniem:
        raise VerhaalFout(
            "Lees je tekst nog eens na en vink aan dat niemand erin te herkennen is. Staat er een "
            "naam, huisnummer of iets anders in waaraan je iemand herkent? Haal dat eerst weg."
        )
    return Woorden(
        tekst=velden.tekst or "",
        rol=_een_van(velden.rol, w.rol, "wie dit vertelt"),
        soort=_een_van(velden.soort or "ervaring", w.soort, "wat voor verhaal het is"),
        richting=_een_van(velden.richting, w.richting, "een richting") if velden.richting else None,
        opgehaald_op=lees_datum(velden.op),
        opgehaald_hoe=velden.hoe or "",
        toestemming=bool(velden.toestemming),
        anoniem=bool(velden.anoniem),
        status=status,
    )


def bewaar(huis: Huis, basis: dict[str, Any], velden: Velden) -> uuid.UUID:
    """Keeps a new story, or a revision when `basis` names a story.

    Returns:
        The story's id.

    Raises:
        VerhaalFout: when a field is not right.
        Gelijktijdig: when someone else revised the story meanwhile.
        GeenPublicatie: when there are no figures to bind to.
        GebiedOnbekend: when the area is gone.
    """
    door = (velden.door or "").strip() or IEDEREEN
    with huis.snapshots.lezing() as lezing:
        if basis.get("verhaal"):
            verhaal = uuid.UUID(basis["verhaal"])
            vorig = huis.verhalen.een(verhaal)
            status = vorig.nu.status if vorig else "concept"
            huis.verhalen.herzie(
                verhaal, int(basis["nummer"]), woorden(velden, lezing, status), door
            )
            return verhaal
        gelezen = woorden(velden, lezing)
        buurt = lezing.buurt(str(basis["gebied"]), basis.get("grensjaar"))
        citaten: tuple[Citaat, ...] = ()
        themas: tuple[str, ...] = ()
        if velden.cijfer and velden.cijfer != GEEN_CIJFER:
            houding = _een_van(
                velden.houding, lezing.catalogus.woorden.houding, "hoe het bij het cijfer past"
            )
            citaten = (_citaat(huis, lezing, basis, velden.cijfer, houding),)
            themas = (lezing.catalogus.indicatoren[velden.cijfer].thema,)
        g = buurt.gebied
        nieuw = Nieuw(g.gebied, g.grensjaar, gelezen, citaten, themas)
        wie = huis.verhalen.schrijf(nieuw, door).id
        if citaten and citaten[0].publicatie != lezing.publicatie.publicatie:
            markeer(huis.verhalen, lezing)
        return wie


def _citaat(huis: Huis, lezing: Lezing, basis: dict[str, Any], cijfer: str, houding: str) -> Citaat:
    """The figure as the writer saw it: from the publication of the form, also when it is past.

    Raises:
        VerhaalFout: when there is no such figure, or that publication is gone.
    """
    gezien = str(basis.get("publicatie") or lezing.publicatie.publicatie)
    gebied, grensjaar = str(basis["gebied"]), basis.get("grensjaar")
    with ExitStack() as open_:
        if gezien != lezing.publicatie.publicatie:
            try:
                lezing = open_.enter_context(lees_publicatie(huis.instellingen.datamap, gezien))
            except GeenPublicatie:
                raise VerhaalFout(
                    "De gegevens zijn ververst sinds je begon. Kopieer je tekst, laad de pagina "
                    "opnieuw en kijk of het cijfer nog klopt."
                ) from None
        buurt = lezing.buurt(gebied, grensjaar)
        w = buurt.nieuwste(cijfer)
        if w is None:
            raise VerhaalFout("Dat cijfer is er hier niet; kies een ander.")
        return citeer(buurt, cijfer, w.jaar, lezing.publicatie.publicatie, houding)
