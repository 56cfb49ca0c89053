"""Accounts: passwords (argon2id), sessions kept on the server, and how often one may try."""

from __future__ import annotations

import hashlib
import re
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from dashboard.access import ALLEEN_STUKKEN, ROLLEN, Recht, Wie
from dashboard.stories.models_access import Aanmelding, Account, Poging, Rolverlening
from dashboard.stories.repository import Verhalen, nu

STIL = timedelta(hours=8)
"""A session that did nothing for this long has ended."""
LANGST = timedelta(days=14)
"""A session ends after this long, whatever it did."""
VENSTER = timedelta(minutes=15)
PER_NAAM, PER_ADRES = 5, 30
"""Failed attempts within the window after which is waited."""
KORTST = 12
_NAAM = re.compile(r"^[a-z0-9][a-z0-9._@+-]{1,78}$")
_ITEM = re.compile(r"^(buurt:(NL|GM|WK|BU)[0-9A-Z]{2,8}|(verhaal|blad):[0-9a-zA-Z-]{1,60})$")
STUKSOORTEN = "buurt:CODE, verhaal:ID of blad:NUMMER"


class AccountFout(Exception):
    """An account or role that cannot be made as asked; the message says what to do."""


class TeVaak(Exception):
    """Too many failed attempts; says when to try again."""

    def __init__(self, wacht: timedelta) -> None:
        minuten = max(1, round(wacht.total_seconds() / 60))
        super().__init__(
            f"Er is te vaak een verkeerd wachtwoord gegeven. Probeer het over {minuten} "
            f"{'minuut' if minuten == 1 else 'minuten'} nog eens."
        )
        self.wacht = wacht


@dataclass(frozen=True)
class Sessie:
    """A session that holds: who, and the word that every write has to bring."""

    wie: Wie
    csrf: str


def _som(tekst: str) -> str:
    return hashlib.sha256(tekst.encode("utf-8", "replace")).hexdigest()


@dataclass
class Accounts:
    """The accounts of this installation, in the story store."""

    verhalen: Verhalen
    hasher: PasswordHasher = field(default_factory=PasswordHasher)
    _er_zijn: bool = False
    _namaak: str | None = None

    def _sessie(self) -> Session:
        return self.verhalen.sessie()

    def er_zijn(self) -> bool:
        """Whether anyone can sign in; once there is, it stays so until the server starts anew."""
        if not self._er_zijn:
            with self._sessie() as sessie:
                vraag = select(func.count()).select_from(Account).where(Account.actief.is_(True))
                self._er_zijn = bool(sessie.scalar(vraag))
        return self._er_zijn

    def alle(self) -> list[Account]:
        """All accounts, by name."""
        with self._sessie() as sessie:
            return list(sessie.scalars(select(Account).order_by(Account.naam)))

    def maak(self, inlognaam: str, naam: str, wachtwoord: str, door: str) -> uuid.UUID:
        """Makes an account without any role.

        Raises:
            AccountFout: when the name is taken or odd, or the password too short.
        """
        inlognaam = inlognaam.strip().casefold()
        if not _NAAM.match(inlognaam):
            raise AccountFout(
                f"'{inlognaam[:40]}' is geen inlognaam: kleine letters, cijfers en . _ @ + -"
            )
        if not naam.strip() or len(naam.strip()) > 100:
            raise AccountFout("Geef een naam van hooguit 100 tekens.")
        _keur(wachtwoord)
        with self._sessie() as sessie:
            if sessie.scalar(select(Account.id).where(Account.inlognaam == inlognaam)):
                raise AccountFout(f"Er is al een account '{inlognaam}'.")
            account = Account(id=uuid.uuid4(), inlognaam=inlognaam, naam=naam.strip(), actief=True,
                              wachtwoord=self.hasher.hash(wachtwoord), gemaakt_op=nu())  # fmt: skip
            sessie.add(account)
            self.verhalen.log(sessie, door, "account gemaakt", None, inlognaam)
            sessie.commit()
            return account.id

    def geef_rol(
        self,
        inlognaam: str,
        rol: str,
        door: str,
        gebieden: Sequence[str] = (),
        items: Sequence[str] = (),
        tot: datetime | None = None,
    ) -> None:
        """Gives a role: everywhere, or in some areas; of a gast one piece until a day.

        Raises:
            AccountFout: when there is no such account or role, or a gast gets more than one piece.
        """
        if rol not in ROLLEN:
            raise AccountFout(f"'{rol}' is geen rol ({', '.join(ROLLEN)}).")
        vreemd = [i for i in items if not _ITEM.match(i)]
        if vreemd:
            raise AccountFout(
                f"'{vreemd[0]}' is geen stuk: schrijf buurt:CODE, verhaal:ID of blad:NUMMER."
            )
        if rol == "gast" and (len(items) != 1 or tot is None):
            raise AccountFout("Een gast ziet één stuk, tot een dag. Geef allebei.")
        if rol not in ALLEEN_STUKKEN and items:
            raise AccountFout("Alleen een gast of rvc krijgt stukken; anderen gebieden.")
        with self._sessie() as sessie:
            account = self._account(sessie, inlognaam)
            rest = [r for r in account.rollen if r.rol != rol]
            nieuw = Rolverlening(rol=rol, gebieden=list(gebieden), items=list(items), tot=tot)
            account.rollen = [*rest, nieuw]
            over = f"{account.inlognaam} {rol} {' '.join([*gebieden, *items])}"[:120]
            self.verhalen.log(sessie, door, "rol gegeven", None, over)
            sessie.commit()

    def neem_rol(self, inlognaam: str, rol: str, door: str) -> None:
        """Takes a role away, at once: also from sessions that are open."""
        with self._sessie() as sessie:
            account = self._account(sessie, inlognaam)
            account.rollen = [r for r in account.rollen if r.rol != rol]
            self.verhalen.log(sessie, door, "rol genomen", None, f"{account.inlognaam} {rol}")
            sessie.commit()

    def leg_voor(self, item: str, door: str, aan: str = "rvc") -> int:
        """Puts a piece before everyone with a role that sees only what was put before it.

        Returns:
            How many accounts it was put before.

        Raises:
            AccountFout: when it is no piece, or nobody has that role.
        """
        if not _ITEM.match(item):
            raise AccountFout(
                f"'{item}' is geen stuk: schrijf buurt:CODE, verhaal:ID of blad:NUMMER."
            )
        with self._sessie() as sessie:
            if not sessie.scalar(select(Rolverlening.rol).where(Rolverlening.rol == aan).limit(1)):
                raise AccountFout(f"Niemand heeft de rol {aan}.")
        return self.geef_stuk(item, door, aan)

    def geef_stuk(self, item: str, door: str, aan: str) -> int:
        """Lets everyone with a role see a piece, from now on; without accounts nobody.

        Returns:
            How many accounts it was put before.
        """
        with self._sessie() as sessie:
            rollen = sessie.scalars(select(Rolverlening).where(Rolverlening.rol == aan)).all()
            for rol in rollen:
                rol.items = list(dict.fromkeys([*rol.items, item]))
            if rollen:
                self.verhalen.log(sessie, door, "voorgelegd", None, f"{item} aan {aan}"[:120])
            sessie.commit()
            return len(rollen)

    def zet(
        self,
        inlognaam: str,
        door: str,
        *,
        actief: bool | None = None,
        wachtwoord: str | None = None,
    ) -> None:
        """Closes or opens an account, or gives it another password; open sessions end."""
        with self._sessie() as sessie:
            account = self._account(sessie, inlognaam)
            if actief is not None:
                account.actief = actief
            if wachtwoord is not None:
                _keur(wachtwoord)
                account.wachtwoord = self.hasher.hash(wachtwoord)
            sessie.execute(delete(Aanmelding).where(Aanmelding.account_id == account.id))
            wat = "wachtwoord" if wachtwoord else "open" if actief else "dicht"
            self.verhalen.log(sessie, door, f"account {wat}", None, account.inlognaam)
            sessie.commit()

    def _account(self, sessie: Session, inlognaam: str) -> Account:
        vraag = select(Account).where(Account.inlognaam == inlognaam.strip().casefold())
        account = sessie.scalars(vraag).first()
        if account is None:
            raise AccountFout(f"Er is geen account '{inlognaam[:40]}'.")
        return account

    def meld_aan(self, inlognaam: str, wachtwoord: str, adres: str) -> str | None:
        """Starts a session.

        Args:
            inlognaam: as typed.
            wachtwoord: as typed.
            adres: where the attempt comes from; only its hash is kept.

        Returns:
            The key for the browser; None when name or password is not right (which, is not said).

        Raises:
            TeVaak: when there were too many failed attempts.
        """
        inlognaam = inlognaam.strip().casefold()[:80]
        waarop = (_som(f"naam {inlognaam}"), _som(f"adres {adres}"))
        with self._sessie() as sessie:
            self._rem(sessie, waarop)
            vraag = select(Account).where(Account.inlognaam == inlognaam)
            account = sessie.scalars(vraag).first()
            if not self._klopt(account, wachtwoord[:1000]):
                sessie.add_all([Poging(waarop=w, op=nu()) for w in waarop])
                sessie.commit()
                return None
            assert account is not None  # noqa: S101 - an unknown name never matches
            if self.hasher.check_needs_rehash(account.wachtwoord):
                account.wachtwoord = self.hasher.hash(wachtwoord)
            sleutel = secrets.token_urlsafe(32)
            sessie.execute(delete(Poging).where(Poging.waarop == waarop[0]))
            sessie.add(Aanmelding(sha256=_som(sleutel), account_id=account.id, begonnen_op=nu(),
                                  csrf=secrets.token_urlsafe(24), gezien_op=nu()))  # fmt: skip
            self.verhalen.log(sessie, account.naam, "aangemeld", None)
            sessie.commit()
            return sleutel

    def _rem(self, sessie: Session, waarop: Sequence[str]) -> None:
        begin = nu() - VENSTER
        for wat, grens in zip(waarop, (PER_NAAM, PER_ADRES), strict=True):
            vraag = select(Poging.op).where(Poging.waarop == wat, Poging.op > begin)
            keren = sorted(sessie.scalars(vraag))
            if len(keren) >= grens:
                raise TeVaak(keren[-grens] + VENSTER - nu())

    def _klopt(self, account: Account | None, wachtwoord: str) -> bool:
        """As slow for an unknown name as for a wrong password."""
        if self._namaak is None:
            self._namaak = self.hasher.hash(secrets.token_hex(8))
        try:
            self.hasher.verify(account.wachtwoord if account else self._namaak, wachtwoord)
        except (VerificationError, InvalidHashError):
            return False
        return account is not None and account.actief

    def sessie_van(self, sleutel: str) -> Sessie | None:
        """The session of a key; None when there is none, or it has ended."""
        moment = nu()
        with self._sessie() as sessie:
            rij = sessie.get(Aanmelding, _som(sleutel))
            if rij is None:
                return None
            account = sessie.get(Account, rij.account_id)
            voorbij = moment - rij.gezien_op > STIL or moment - rij.begonnen_op > LANGST
            if voorbij or account is None or not account.actief:
                sessie.delete(rij)
                sessie.commit()
                return None
            if moment - rij.gezien_op > timedelta(minutes=5):
                rij.gezien_op = moment
                sessie.commit()
            rechten = tuple(
                Recht(r.rol, tuple(r.gebieden), tuple(r.items), r.tot) for r in account.rollen
            )
            return Sessie(Wie(account.naam, account.id, rechten), rij.csrf)

    def meld_af(self, sleutel: str) -> None:
        """Ends a session."""
        with self._sessie() as sessie:
            sessie.execute(delete(Aanmelding).where(Aanmelding.sha256 == _som(sleutel)))
            sessie.commit()


def _keur(wachtwoord: str) -> None:
    if len(wachtwoord) < KORTST:
        raise AccountFout(f"Een wachtwoord heeft minstens {KORTST} tekens; een zin mag ook.")
    if len(wachtwoord) > 1000:
        raise AccountFout("Een wachtwoord heeft hooguit 1000 tekens.")
