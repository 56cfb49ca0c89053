"""Pairing a phone: a link that works once, a key that only the phone holds, and taking it back."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from dashboard.access import TOESTEL, Recht, Wie, mag, omvat
from dashboard.own_areas import GebiedFout, schone_naam
from dashboard.stories.guard import NietToegestaan, VerhaalFout
from dashboard.stories.models_access import Account
from dashboard.stories.models_telefoon import Toestel
from dashboard.stories.repository import Verhalen, nu, vingerafdruk
from dashboard.who import huidig

GELDIG = {"1 uur": timedelta(hours=1), "1 dag": timedelta(days=1), "7 dagen": timedelta(days=7)}
"""How long a pairing link works, by the words on screen."""
STIL = timedelta(days=90)
"""A phone that did nothing for this long has to be paired anew."""
OVERAL = ("NL00",)


class KoppelFout(VerhaalFout):
    """A phone that cannot be paired as asked; the message says what to do."""


@dataclass(frozen=True)
class Toestelsessie:
    """A phone that is let in: who it tells for, where, and which places alone (none: all there)."""

    wie: Wie
    rol: str
    recht: Recht
    plekken: tuple[str, ...]


@dataclass(frozen=True)
class Toestellen:
    """The phones of this installation, in the story store."""

    verhalen: Verhalen

    def maak(
        self,
        naam: str,
        rol: str,
        geldig: timedelta,
        gebieden: Sequence[str] = (),
        plekken: Sequence[str] = (),
        zelf: bool = False,
    ) -> tuple[uuid.UUID, str]:
        """Makes a pairing link, within where its maker may tell.

        Args:
            naam: whose phone it is; stories are signed with it.
            rol: the role in which it tells.
            geldig: how long the link works.
            gebieden: where; none is everywhere that its maker may.
            plekken: ids of places, when it may tell about those alone.
            zelf: whether it is the phone of who asks; who only tells pairs no other.

        Returns:
            The phone's id, and the code of the link: it is kept nowhere.

        Raises:
            KoppelFout: when there is no name, or the areas are not the maker's to give.
        """
        wie, codes = huidig(), list(gebieden)
        zelf = zelf or (not wie.lokaal and naam.strip().casefold() == wie.naam.casefold())
        zelf = zelf or not (wie.lokaal or mag(wie, "telefoon voor een ander", nu(), codes))
        if not mag(wie, "telefoon koppelen", nu(), codes or OVERAL):
            if codes or not zelf:
                raise KoppelFout("Kies gebieden waarover je zelf mag vertellen.")
            codes = [g for r in wie.rechten if r.geldt(nu()) for g in r.gebieden
                     if mag(wie, "telefoon koppelen", nu(), [g])]  # fmt: skip
            if not codes:
                raise NietToegestaan("Met jouw rol koppel je geen telefoon.")
        if zelf and not mag(wie, "vertellen", nu(), codes):
            raise NietToegestaan("Met jouw rol vertel je niet. Koppel een telefoon voor een ander.")
        code, id_ = secrets.token_urlsafe(32), uuid.uuid4()
        with self.verhalen.sessie() as sessie:
            rij = Toestel(
                id=id_, naam=_naam(wie.naam if zelf and not wie.lokaal else naam), rol=rol,
                gebieden=codes, plekken=list(plekken), account_id=wie.account if zelf else None,
                gemaakt_door=wie.naam, maker_id=wie.account, gemaakt_op=nu(),
                code_sha256=vingerafdruk(code), code_tot=nu() + geldig,
            )  # fmt: skip
            sessie.add(rij)
            self._log(sessie, wie, "koppellink gemaakt", rij)
        return id_, code

    def vernieuw(self, toestel: uuid.UUID, geldig: timedelta) -> str:
        """Another link for the same phone, or the one in its place; what it told stays its own.

        Raises:
            KoppelFout: when there is no such phone, it was taken back, or it is not yours.
            NietToegestaan: when it belongs to someone else's account: it would speak as them.
        """
        wie, code = huidig(), secrets.token_urlsafe(32)
        with self.verhalen.sessie() as sessie:
            rij = self._mijn(sessie, toestel, wie)
            if rij.ingetrokken_op is not None:
                raise KoppelFout("Deze telefoon is ingetrokken. Maak een nieuwe koppellink.")
            if not mag(wie, "telefoon koppelen", nu(), rij.gebieden or OVERAL):
                raise NietToegestaan("Met jouw rol koppel je geen telefoon.")
            if not wie.lokaal and rij.account_id not in (None, wie.account):
                raise NietToegestaan(f"Deze telefoon hoort bij het account van {rij.naam}. Alleen "
                                     "die maakt er een nieuwe link voor.")  # fmt: skip
            rij.code_sha256, rij.code_tot = vingerafdruk(code), nu() + geldig
            if wie.account is not None:  # who holds the link may use it: see `reading`
                rij.maker_id, rij.gemaakt_door = wie.account, wie.naam
            self._log(sessie, wie, "koppellink gemaakt", rij)
        return code

    def los_in(self, code: str) -> str:
        """Uses a link, once: gives the key that the phone keeps from now on.

        Raises:
            KoppelFout: when the link is unknown, used, past, or taken back.
        """
        som, sleutel = vingerafdruk(code[:200]), secrets.token_urlsafe(32)
        with self.verhalen.sessie() as sessie:
            klaar = sessie.execute(
                update(Toestel)
                .where(Toestel.code_sha256 == som, Toestel.code_tot > nu())
                .where(Toestel.ingetrokken_op.is_(None))
                # long past: who asked at the same moment, and waited its turn, finds it used
                .values(code_tot=Toestel.gemaakt_op, sleutel_sha256=vingerafdruk(sleutel),
                        gekoppeld_op=nu(), gezien_op=nu())
            )  # fmt: skip
            rij = sessie.scalars(select(Toestel).where(Toestel.code_sha256 == som)).first()
            if rij is not None:
                gelukt = bool(klaar.rowcount)  # type: ignore[attr-defined]
                wat = "telefoon gekoppeld" if gelukt else "koppellink geweigerd"
                self._log(sessie, Wie(rij.naam), wat, rij)
                if gelukt:
                    return sleutel
        raise KoppelFout(
            "Deze koppellink werkt niet (meer): hij is al gebruikt, verlopen of ingetrokken. "
            "Vraag een nieuwe aan wie hem gaf."
        )

    def trek_in(self, toestel: uuid.UUID) -> None:
        """Shuts a phone out, at once; what it told stays. Doing it twice changes nothing.

        Raises:
            KoppelFout: when there is no such phone, or it is not yours.
        """
        wie = huidig()
        with self.verhalen.sessie() as sessie:
            rij = self._mijn(sessie, toestel, wie)
            if rij.ingetrokken_op is None:
                rij.ingetrokken_op, rij.sleutel_sha256 = nu(), None
                self._log(sessie, wie, "telefoon ingetrokken", rij)

    def lijst(self) -> list[Toestel]:
        """The phones that who asks may see: their own, those of their areas, or all."""
        wie = huidig()
        with self.verhalen.sessie() as sessie:
            alle = sessie.scalars(select(Toestel).order_by(Toestel.naam, Toestel.gemaakt_op)).all()
        return [t for t in alle if _van(t, wie)]

    def sessie_van(self, sleutel: str) -> Toestelsessie | None:
        """The phone of a key; None when there is none, it was shut out, or is long unused."""
        with self.verhalen.sessie() as sessie:
            vraag = select(Toestel).where(Toestel.sleutel_sha256 == vingerafdruk(sleutel[:200]))
            rij = sessie.scalars(vraag).first()
            if rij is None or rij.ingetrokken_op is not None:
                return None
            if nu() - (rij.gezien_op or rij.gemaakt_op) > STIL:
                return None
            recht = self._recht(sessie, rij)
            if recht is None:
                return None
            self._gezien(sessie, rij)
            wie = Wie(rij.naam, rij.account_id or rij.id, (recht,), toestel=rij.id)
            return Toestelsessie(wie, rij.rol, recht, tuple(rij.plekken))

    def _recht(self, sessie: Session, rij: Toestel) -> Recht | None:
        """Where a phone may tell now: within its own bounds and those of its account, if any."""
        codes = tuple(rij.gebieden)
        if rij.account_id is None:
            return Recht(TOESTEL, codes)
        account = sessie.get(Account, rij.account_id)
        if account is None or not account.actief:
            return None
        moment = nu()
        van = [Recht(r.rol, tuple(r.gebieden), tot=r.tot) for r in account.rollen]
        van = [r for r in van if mag(Wie("", rechten=(r,)), "vertellen", moment)]
        if any(not r.gebieden for r in van):
            return Recht(TOESTEL, codes)
        hunne = [g for r in van for g in r.gebieden]
        if not codes:
            return Recht(TOESTEL, tuple(hunne)) if hunne else None
        beide = [c for c in codes if any(omvat(g, c) for g in hunne)]
        beide += [g for g in hunne if any(omvat(c, g) for c in codes)]
        return Recht(TOESTEL, tuple(dict.fromkeys(beide))) if beide else None

    def _gezien(self, sessie: Session, rij: Toestel) -> None:
        """Keeps the day of last use; when nothing can be written, reading goes on."""
        if rij.gezien_op is None or rij.gezien_op.date() != nu().date():
            rij.gezien_op = nu()
            try:
                sessie.commit()
            except SQLAlchemyError:
                sessie.rollback()

    def _mijn(self, sessie: Session, toestel: uuid.UUID, wie: Wie) -> Toestel:
        rij = sessie.get(Toestel, toestel)
        if rij is None or not _van(rij, wie):
            raise KoppelFout("Deze telefoon staat niet (meer) in jouw lijst.")
        return rij

    def _log(self, sessie: Session, wie: Wie, wat: str, rij: Toestel) -> None:
        self.verhalen.log(sessie, wie.naam, wat, None, f"telefoon {rij.id} {rij.naam}"[:120])
        sessie.commit()


def stand(t: Toestel, moment: datetime) -> str:
    """How a phone stands: taken back, in use, waiting for its link to be used, or nothing."""
    if t.ingetrokken_op is not None:
        return "ingetrokken"
    if t.sleutel_sha256 is not None:
        stil = moment - (t.gezien_op or t.gemaakt_op) > STIL
        return "te lang niet gebruikt" if stil else "gekoppeld"
    if t.code_sha256 is not None and t.code_tot > moment:
        return "wacht op koppelen"
    return "link verlopen" if t.gekoppeld_op is None else "opnieuw koppelen"


def _van(t: Toestel, wie: Wie) -> bool:
    """Whether a phone is someone's to see and to take back."""
    if wie.lokaal:
        return True
    eigen = wie.account is not None and wie.account in (t.maker_id, t.account_id)
    return eigen or mag(wie, "telefoon intrekken", nu(), t.gebieden or OVERAL)


def _naam(naam: str) -> str:
    try:
        return schone_naam(naam)
    except GebiedFout:
        raise KoppelFout("Vul in van wie de telefoon is, in hooguit 80 tekens.") from None
