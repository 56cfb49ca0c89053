"""A meeting in the store: its steps, who leads it, what becomes of notes.

First told, then counted: a figure comes into the meeting only by `onthul`. Notes are signed by
nobody. What takes part (`meedoen`) reads and writes through its own small door, not through here.
"""

from __future__ import annotations

import re
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from dashboard.stories import erasure
from dashboard.stories.models import Verhaal
from dashboard.stories.models_bijeenkomst import Bijeenkomst, Deelnemer, Notitie, Ronde
from dashboard.stories.repository import (
    Nieuw,
    VerhaalFout,
    Verhalen,
    Woorden,
    leesbaar,
    nu,
    vingerafdruk,
)

LEIDEN = "bijeenkomst leiden"
WELKOM, VERWACHT, ONTHULD, MIST, SLOT, GESLOTEN = (
    "welkom", "verwacht", "onthuld", "mist", "slot", "gesloten",
)  # fmt: skip
NOTITIES = {VERWACHT: "verwachting", ONTHULD: "opvallend", MIST: "mist", SLOT: "mist"}
"""The kind of note that is written in each phase."""
KANTEN = ("hoger", "ongeveer_gelijk", "lager")
LETTERS = "BCDFGHJKLMNPQRSTVWXZ23456789"
"""Of a code: no vowels (no words by accident), nothing that reads as something else."""
CODE_LANG, CODE_GELDT = 6, timedelta(hours=12)
LANGST, LANGSTE_NAAM, MEESTE_RONDES, MEESTE_NOTITIES = 500, 120, 12, 30
"""Characters of a note and of a name; figures of a meeting; notes of one person in one phase."""


class BijeenkomstFout(VerhaalFout):
    """What was asked of a meeting cannot be done; the message says what to do."""


class AlVerder(BijeenkomstFout):
    """Someone else took the step already; nothing was skipped."""

    def __init__(self) -> None:
        super().__init__("Iemand anders ging al verder. Je ziet nu waar de bijeenkomst is.")


@dataclass(frozen=True)
class Vraag:
    """A figure for a meeting, with what may be known of it beforehand: never its value."""

    indicator: str
    vraag: dict[str, Any]


def volgende(b: Bijeenkomst, sla_over: bool = False) -> tuple[int, str]:
    """The step after this one: its round and phase.

    Args:
        b: the meeting, with its rounds.
        sla_over: from a revealed figure straight to the next, without asking what it misses.
    """
    laatste = len(b.rondes)
    if b.fase == VERWACHT:
        return b.ronde, ONTHULD
    if b.fase == ONTHULD and not sla_over:
        return b.ronde, MIST
    if b.fase in (SLOT, GESLOTEN):
        return b.ronde, GESLOTEN
    return (b.ronde + 1, VERWACHT) if b.ronde < laatste else (b.ronde, SLOT)


def nieuwe_code() -> str:
    """Six letters and figures that are hard to guess and easy to read aloud."""
    return "".join(secrets.choice(LETTERS) for _ in range(CODE_LANG))


def schone_code(tekst: str) -> str:
    """A code as typed, as it is kept: capitals, without spaces and dashes."""
    return "".join(t for t in tekst.upper()[:40] if t.isalnum())[:8]


def is_open(b: Bijeenkomst, moment: datetime) -> bool:
    """Whether one can take part: not closed, and not so long ago that it must be over."""
    return b.gesloten_op is None and moment < b.code_tot


def keur_tekst(tekst: str | None) -> str:
    """The words of a note, cleaned. Two brackets would quote a figure in a verhaal: one is left.

    Raises:
        BijeenkomstFout: when there are too many.
    """
    schoon = re.sub(r"\[{2,}", "[", leesbaar(tekst or "")).strip()
    if len(schoon) > LANGST:
        raise BijeenkomstFout(
            f"Dit zijn {len(schoon)} tekens; er passen er {LANGST}. Kort het in, of maak er twee "
            "notities van."
        )
    return schoon


@dataclass(frozen=True)
class Bijeenkomsten:
    """The meetings of this installation; under the same guard as the stories."""

    verhalen: Verhalen

    def begin(
        self, gebied: str, grensjaar: int, naam: str, vragen: Sequence[Vraag], door: str
    ) -> Bijeenkomst:
        """Starts a meeting about an area, with its figures in order.

        Raises:
            BijeenkomstFout: when there are no figures, or too many.
            NietToegestaan: when this may not be done here.
        """
        v = self.verhalen
        door = v.bewaker.naam(door)
        v.bewaker.eis(LEIDEN, [gebied])
        naam = leesbaar(naam).strip()
        if not 0 < len(naam) <= LANGSTE_NAAM:
            raise BijeenkomstFout(
                f"Geef de bijeenkomst een naam van hooguit {LANGSTE_NAAM} tekens."
            )
        if not vragen:
            raise BijeenkomstFout("Kies minstens één cijfer om het over te hebben.")
        if len(vragen) > MEESTE_RONDES:
            raise BijeenkomstFout(f"Kies er hooguit {MEESTE_RONDES}; meer past niet in een avond.")
        b = Bijeenkomst(
            id=uuid.uuid4(), gebied=gebied, grensjaar=grensjaar, naam=naam, ronde=0, stap=0,
            versie=0, fase=WELKOM, code=nieuwe_code(), code_tot=nu() + CODE_GELDT, door=door[:100],
            begonnen_op=nu(),
            rondes=[
                Ronde(nummer=n, indicator=x.indicator, vraag=x.vraag)
                for n, x in enumerate(vragen, 1)
            ],
        )  # fmt: skip
        with v.sessie() as sessie:
            for _ in range(5):
                sessie.add(b)
                v.log(sessie, door, "bijeenkomst begonnen", None, over(b))
                try:
                    sessie.commit()
                    return b
                except IntegrityError:  # a code that is in use: one in hundreds of millions
                    sessie.rollback()
                    b.code = nieuwe_code()
        raise BijeenkomstFout("Er was geen vrije code. Begin nog eens.")

    def een(self, wie: uuid.UUID) -> Bijeenkomst | None:
        """A meeting that one may lead; None when there is none."""
        with self.verhalen.sessie() as sessie:
            b = sessie.get(Bijeenkomst, wie)
        return b if b is not None and self.verhalen.bewaker.mag(LEIDEN, [b.gebied]) else None

    def lijst(self, gebied: str | None = None) -> list[Bijeenkomst]:
        """The meetings that one may lead, the newest first."""
        vraag = select(Bijeenkomst).order_by(Bijeenkomst.begonnen_op.desc())
        if gebied:
            vraag = vraag.where(Bijeenkomst.gebied == gebied)
        with self.verhalen.sessie() as sessie:
            alle = sessie.scalars(vraag).all()
        return [b for b in alle if self.verhalen.bewaker.mag(LEIDEN, [b.gebied])]

    def versie(self, wie: uuid.UUID) -> tuple[str, int] | None:
        """The area of a meeting and the number of its last change: one row, nothing else."""
        with self.verhalen.sessie() as sessie:
            vraag = select(Bijeenkomst.gebied, Bijeenkomst.versie).where(Bijeenkomst.id == wie)
            rij = sessie.execute(vraag).first()
        return None if rij is None else (rij[0], rij[1])

    def neem(self, sessie: Session, wie: uuid.UUID) -> Bijeenkomst:
        """A meeting within a session, when one may lead it.

        Raises:
            BijeenkomstFout: when there is no such meeting.
            NietToegestaan: when this may not be done.
        """
        b = sessie.get(Bijeenkomst, wie)
        if b is None:
            raise BijeenkomstFout("Deze bijeenkomst bestaat niet (meer).")
        self.verhalen.bewaker.eis(LEIDEN, [b.gebied])
        return b

    def verder(self, wie: uuid.UUID, basis: int, door: str, sla_over: bool = False) -> None:
        """Takes the next step, other than a reveal.

        Args:
            wie: the meeting.
            basis: the number of the step that the asker saw.
            door: who asks.
            sla_over: see `volgende`.

        Raises:
            AlVerder: when someone else took a step meanwhile.
            BijeenkomstFout: when the next step is a reveal, which needs a figure.
        """
        with self.verhalen.sessie() as sessie:
            b = self.neem(sessie, wie)
            ronde, fase = volgende(b, sla_over)
            if b.stap == basis and fase == ONTHULD:
                raise BijeenkomstFout("De volgende stap is onthullen.")
            self._zet(sessie, b, basis, ronde, fase, door)

    def onthul(
        self, wie: uuid.UUID, basis: int, onthuld: dict[str, Any], publicatie: str, door: str
    ) -> None:
        """Reveals the figure of this round: from now on, and not before, screens can show it.

        Raises:
            AlVerder: when someone else took a step meanwhile.
        """
        with self.verhalen.sessie() as sessie:
            b = self.neem(sessie, wie)
            if b.stap != basis or b.fase != VERWACHT or b.huidige is None:
                raise AlVerder
            r = b.huidige
            r.onthuld, r.publicatie, r.onthuld_op = onthuld, publicatie, nu()
            self._zet(sessie, b, basis, b.ronde, ONTHULD, door)

    def sluit(self, wie: uuid.UUID, basis: int, door: str) -> None:
        """Ends a meeting at once, also halfway.

        Raises:
            AlVerder: when someone else took a step meanwhile.
        """
        with self.verhalen.sessie() as sessie:
            b = self.neem(sessie, wie)
            self._zet(sessie, b, basis, b.ronde, GESLOTEN, door)

    def _zet(
        self, sessie: Session, b: Bijeenkomst, basis: int, ronde: int, fase: str, door: str
    ) -> None:
        """Moves the meeting, unless it was moved meanwhile; the row itself decides."""
        waarden: dict[str, Any] = {"ronde": ronde, "fase": fase, "stap": basis + 1,
                                   "versie": Bijeenkomst.versie + 1}  # fmt: skip
        if fase == GESLOTEN:
            waarden |= {"gesloten_op": nu(), "code": None}
        dicht = Bijeenkomst.gesloten_op.is_(None)
        zet = update(Bijeenkomst).where(Bijeenkomst.id == b.id, Bijeenkomst.stap == basis, dicht)
        with sessie.no_autoflush:
            gezet = sessie.execute(
                zet.values(**waarden), execution_options={"synchronize_session": False}
            )
        if gezet.rowcount != 1:  # type: ignore[attr-defined]
            sessie.rollback()
            raise AlVerder
        if fase == GESLOTEN:
            wie = self.verhalen.bewaker.naam(door)
            self.verhalen.log(sessie, wie, "bijeenkomst gesloten", None, over(b))
        sessie.commit()

    def ververs_code(self, wie: uuid.UUID, door: str) -> str:
        """Another code, and another twelve hours; the old one leads nowhere any more.

        Raises:
            BijeenkomstFout: when the meeting is closed.
        """
        with self.verhalen.sessie() as sessie:
            b = self.neem(sessie, wie)
            if b.gesloten_op is not None:
                raise BijeenkomstFout("De bijeenkomst is gesloten; begin een nieuwe.")
            b.code, b.code_tot = nieuwe_code(), nu() + CODE_GELDT
            self.verhalen.log(
                sessie, self.verhalen.bewaker.naam(door), "bijeenkomst code", None, over(b)
            )
            roer(sessie, b.id)
            sessie.commit()
            return str(b.code)

    def deelnemers(self, wie: uuid.UUID) -> int:
        """How many take part."""
        with self.verhalen.sessie() as sessie:
            vraag = select(func.count()).where(Deelnemer.bijeenkomst_id == wie)
            return sessie.scalar(vraag) or 0

    def notities(self, wie: uuid.UUID) -> list[Notitie]:
        """The notes of a meeting, oldest first. Who wrote which is not for a screen."""
        with self.verhalen.sessie() as sessie:
            vraag = select(Notitie).where(Notitie.bijeenkomst_id == wie)
            return list(sessie.scalars(vraag.order_by(Notitie.op, Notitie.id)))

    def zaal(
        self, wie: uuid.UUID, tekst: str | None, handen: dict[str, int] | None, vast: bool,
        sleutel: str | None = None,
    ) -> None:  # fmt: skip
        """Writes what the room says: a note, and while a figure is awaited a show of hands.

        Args:
            wie: the meeting.
            tekst: the note; may be empty when there are hands.
            handen: per side how many hands.
            vast: whether the note waits before it shows on the big screen.
            sleutel: the sender's own key; the same key twice is one note.

        Raises:
            BijeenkomstFout: when there is nothing to keep, or too much.
        """
        schoon = keur_tekst(tekst)
        if not schoon and not handen:
            raise BijeenkomstFout("Schrijf eerst op wat de zaal zegt.")
        with self.verhalen.sessie() as sessie:
            b = self.neem(sessie, wie)
            if handen:
                if b.fase != VERWACHT or b.huidige is None:
                    raise BijeenkomstFout("Handen tellen kan zolang het cijfer niet te zien is.")
                b.huidige.handen = {k: max(0, min(999, int(handen.get(k) or 0))) for k in KANTEN}
            if schoon:
                ronde = b.ronde if b.huidige else 0
                soort = NOTITIES.get(b.fase, "mist")
                sessie.add(
                    Notitie(id=uuid.uuid4(), bijeenkomst_id=b.id, ronde=ronde, soort=soort,
                            tekst=schoon, vast=vast, op=nu(),
                            sleutel=vingerafdruk(f"zaal {sleutel}") if sleutel else None)
                )  # fmt: skip
            try:
                roer(sessie, b.id)
                sessie.commit()
            except IntegrityError:  # sent again: it is there
                sessie.rollback()

    def laat_zien(self, wie: uuid.UUID, notitie: uuid.UUID, zien: bool) -> None:
        """Lets a note onto the big screen, or takes it off."""
        with self.verhalen.sessie() as sessie:
            b, n = self._van(sessie, wie, notitie)
            n.vast = not zien
            roer(sessie, b.id)
            sessie.commit()

    def wis_notitie(self, wie: uuid.UUID, notitie: uuid.UUID, door: str) -> None:
        """Takes a note away for good; of one that became a verhaal, the verhaal is wiped itself."""
        with self.verhalen.sessie() as sessie:
            b, n = self._van(sessie, wie, notitie)
            if n.verhaal_id is not None:
                raise BijeenkomstFout(
                    "Dit is een verhaal geworden. Trek dat in, of laat het wissen."
                )
            self.verhalen.log(
                sessie, self.verhalen.bewaker.naam(door), "notitie gewist", None, over(b)
            )
            roer(sessie, b.id)
            sessie.commit()
        erasure.wis_notitie(self.verhalen, notitie)

    def _van(
        self, sessie: Session, wie: uuid.UUID, notitie: uuid.UUID
    ) -> tuple[Bijeenkomst, Notitie]:
        b, n = self.neem(sessie, wie), sessie.get(Notitie, notitie)
        if n is None or n.bijeenkomst_id != b.id:
            raise BijeenkomstFout("Deze notitie is er niet meer.")
        return b, n

    def maak_verhaal(
        self,
        wie: uuid.UUID,
        notitie: uuid.UUID,
        woorden: Woorden,
        themas: Sequence[str],
        door: str,
    ) -> Verhaal:
        """A note becomes a verhaal: its words move there, and a second person reads them.

        It is bound to no figure: that is another act, signed by whoever binds. Done twice, it is
        the same verhaal.

        Args:
            wie: the meeting.
            notitie: which note; its words are taken, not those in `woorden`.
            woorden: kind, direction, role and the rest of the verhaal.
            themas: what it is about.
            door: who makes it.

        Raises:
            BijeenkomstFout: when whoever wrote it does not want that, or it has no words.
            NietToegestaan: when this may not be done.
        """
        with self.verhalen.sessie() as sessie:
            b, n = self._van(sessie, wie, notitie)
            if n.verhaal_id is not None and (al := self.verhalen.een(n.verhaal_id)) is not None:
                return al
            if not n.tekst:
                raise BijeenkomstFout("Deze notitie heeft geen woorden.")
            deelnemer = sessie.get(Deelnemer, n.deelnemer_id) if n.deelnemer_id else None
            if deelnemer is not None and not deelnemer.toestemming:
                raise BijeenkomstFout(
                    "Wie dit schreef wil niet dat het een verhaal wordt. Het blijft een notitie en "
                    "wordt na de bewaartermijn gewist."
                )
            nieuw = Nieuw(
                b.gebied, b.grensjaar,
                replace(woorden, tekst=n.tekst, rol=deelnemer.rol if deelnemer else woorden.rol,
                        toestemming=deelnemer is not None),
                themas=tuple(themas), sleutel=f"notitie {n.id}",
            )  # fmt: skip
        verhaal = self.verhalen.schrijf(nieuw, door)
        with self.verhalen.sessie() as sessie:
            b, n = self._van(sessie, wie, notitie)
            n.verhaal_id, n.tekst = verhaal.id, ""
            roer(sessie, b.id)
            sessie.commit()
        return verhaal


def roer(sessie: Session, wie: uuid.UUID) -> None:
    """Says within a session that something changed: the caller commits."""
    sessie.flush()
    sessie.execute(
        update(Bijeenkomst).where(Bijeenkomst.id == wie).values(versie=Bijeenkomst.versie + 1),
        execution_options={"synchronize_session": False},
    )


def over(b: Bijeenkomst) -> str:
    """A meeting as the log names it."""
    return f"bijeenkomst {b.id} {b.gebied}"
