"""A second person reads a story: for privacy and source only. An experience is not ratified."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from dashboard.stories.models import Nalezing, Revisie, Verhaal
from dashboard.stories.models_telefoon import Toestel
from dashboard.stories.repository import (
    LANGSTE_REGEL,
    Gelijktijdig,
    VerhaalFout,
    Verhalen,
    als_woorden,
    nu,
)

GELEZEN, TERUG = "gelezen", "terug"
WACHT, INGETROKKEN = "concept", "ingetrokken"
ZELF = "Je hebt dit zelf geschreven. Een ander leest het na op privacy en bron."
JOUW_LINK = (
    "Dit is verteld met een telefoon waarvoor jij de koppellink maakte. Een andere redacteur leest "
    "het na, zodat niemand een eigen verhaal doorlaat."
)


def te_lezen(verhalen: Verhalen, gebieden: list[str]) -> list[Verhaal]:
    """The stories of these areas that wait for a second person, oldest first."""
    wacht = [v for v in verhalen.van(gebieden) if v.nu.status == WACHT]
    return sorted(wacht, key=lambda v: v.nu.op)


def ingetrokken(verhalen: Verhalen) -> list[Verhaal]:
    """The stories that were taken back and whose words are still kept, newest first."""
    ooit = select(Revisie.verhaal_id).where(Revisie.status == INGETROKKEN)
    with verhalen.sessie() as sessie:
        vraag = select(Verhaal).where(Verhaal.id.in_(ooit), Verhaal.gewist_op.is_(None))
        alle = sessie.scalars(vraag).all()
    weg = [v for v in alle if v.nu.status == INGETROKKEN and verhalen.bewaker.mag_zien(v)]
    return sorted(weg, key=lambda v: v.nu.op, reverse=True)


def laatste_woord(verhaal: Verhaal) -> Nalezing | None:
    """What the second person said of the newest words; None when nobody read them yet."""
    return next((n for n in reversed(verhaal.nalezingen) if n.nummer == verhaal.nu.nummer), None)


def lees_na(
    verhalen: Verhalen, verhaal: uuid.UUID, basis: int, akkoord: bool, reden: str, door: str
) -> None:
    """A second person says of revision `basis`: may be shared, or not yet and why.

    Raises:
        Gelijktijdig: when the words changed since they were read.
        VerhaalFout: when the reader wrote these words, gives no reason for a refusal, or there
            is no consent or not said to be anonymous.
        NietToegestaan: when this reader may not read here.
    """
    door, reden = verhalen.bewaker.naam(door), reden.strip()
    with verhalen.sessie() as sessie:
        gevonden = verhalen.neem(sessie, verhaal, "nalezen")
        r = gevonden.nu
        if r.nummer != basis:
            raise Gelijktijdig(r, "")
        eigen = _eigen(sessie, [gevonden], door, verhalen.bewaker.account())
        _mag_lezen(gevonden, akkoord, reden, eigen.get(verhaal))
        uitkomst = GELEZEN if akkoord else TERUG
        if akkoord:
            woorden = replace(als_woorden(r), status="gelezen")
            verhalen.voeg_toe(sessie, gevonden, woorden, door, "gelezen")
        else:
            verhalen.log(sessie, door, "teruggegeven", verhaal, f"revisie {basis}", reden)
        nummer = basis + akkoord
        sessie.add(Nalezing(verhaal_id=verhaal, nummer=nummer, uitkomst=uitkomst, reden=reden,
                            door=door[:100], op=nu()))  # fmt: skip
        try:
            sessie.commit()
        except IntegrityError:
            sessie.rollback()
            raise VerhaalFout(
                "Iemand anders was net iets eerder. Laad de pagina opnieuw."
            ) from None


def niet_voor_mij(verhalen: Verhalen, alle: Sequence[Verhaal]) -> dict[uuid.UUID, str]:
    """Of these stories those that who asks may not read for others, each with the reason."""
    naam, account = verhalen.bewaker.naam(""), verhalen.bewaker.account()
    with verhalen.sessie() as sessie:
        return _eigen(sessie, alle, naam, account)


def _eigen(
    sessie: Session, alle: Sequence[Verhaal], door: str, account: uuid.UUID | None
) -> dict[uuid.UUID, str]:
    """Stories that are someone's own: by name, by account, or by the phone they made a link for."""
    vraag = select(Toestel.id, Toestel.maker_id)
    rijen = sessie.execute(vraag.where(Toestel.id.in_({v.gemaakt_door for v in alle})))
    makers = {toestel: maker for toestel, maker in rijen if maker is not None}
    uit: dict[uuid.UUID, str] = {}
    for v in alle:
        eerste = v.revisies[0].tekst == v.nu.tekst and account is not None
        if door.casefold() in schrijvers(v) or (eerste and v.gemaakt_door == account):
            uit[v.id] = ZELF
        elif eerste and v.gemaakt_door is not None and makers.get(v.gemaakt_door) == account:
            uit[v.id] = JOUW_LINK
    return uit


def _mag_lezen(verhaal: Verhaal, akkoord: bool, reden: str, eigen: str | None) -> None:
    r = verhaal.nu
    if r.status != WACHT:
        raise VerhaalFout("Dit verhaal wacht niet op een tweede lezer.")
    if eigen is not None:
        raise VerhaalFout(eigen)
    if not akkoord and not reden:
        raise VerhaalFout("Schrijf erbij waarom het nog niet gedeeld mag worden.")
    if len(reden) > 5 * LANGSTE_REGEL:
        raise VerhaalFout(f"De reden is langer dan {5 * LANGSTE_REGEL} tekens. Kort hem in.")
    if akkoord and not (r.toestemming and r.anoniem):
        raise VerhaalFout(
            "De verteller gaf nog geen toestemming, of er is niet nagekeken of iemand te herkennen "
            "is. Geef het terug met de vraag om dat na te gaan."
        )


def schrijvers(verhaal: Verhaal) -> set[str]:
    """Who wrote the words as they are now (revisions that only changed the status not counted)."""
    tekst = verhaal.nu.tekst
    return {r.door.casefold() for r in verhaal.revisies if r.tekst == tekst and r.status == WACHT}


def trek_in(verhalen: Verhalen, verhaal: uuid.UUID, basis: int, door: str) -> int:
    """Takes a story back: it is shown nowhere any more; its words stay, until they are wiped.

    Returns:
        The number of the revision that says so.

    Raises:
        Gelijktijdig: when it was revised meanwhile.
        NietToegestaan: when this may not be done.
    """
    door = verhalen.bewaker.naam(door)
    with verhalen.sessie() as sessie:
        gevonden = verhalen.neem(sessie, verhaal, "intrekken")
        if gevonden.nu.status == INGETROKKEN:
            return gevonden.nu.nummer
        if gevonden.nu.nummer != basis:
            raise Gelijktijdig(gevonden.nu, "")
        woorden = replace(als_woorden(gevonden.nu), status="ingetrokken")
        verhalen.voeg_toe(sessie, gevonden, woorden, door, "ingetrokken")
        sessie.commit()
    return basis + 1
