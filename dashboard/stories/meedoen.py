"""Taking part in a meeting: by code, without an account; one meeting and nothing else.

The browser of someone who takes part holds a key; the store its sha256. All that is read or
written here hangs on that key: there is no way from it to another meeting, area, story or figure.
A figure is seen only as `Ronde.onthuld`, which is empty until it was revealed.
"""

from __future__ import annotations

import math
import secrets
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from dashboard.stories import erasure
from dashboard.stories.bijeenkomst import (
    KANTEN,
    MEESTE_NOTITIES,
    NOTITIES,
    VERWACHT,
    BijeenkomstFout,
    is_open,
    keur_tekst,
    roer,
    schone_code,
)
from dashboard.stories.models_access import Poging
from dashboard.stories.models_bijeenkomst import Bijeenkomst, Deelnemer, Notitie
from dashboard.stories.repository import Verhalen, nu, vingerafdruk

VENSTER, PER_ADRES = timedelta(minutes=15), 30
"""Wrong codes from one address after which is waited; a whole room may share an address."""
MEESTE_DEELNEMERS = 200
VOGELS = (
    "Merel", "Koolmees", "Roodborst", "Winterkoning", "Vink", "Spreeuw", "Ekster", "Kauw", "Gaai",
    "Putter", "Boomklever", "Heggenmus", "Zwartkop", "Tjiftjaf", "Fitis", "Kievit", "Grutto",
    "Tureluur", "Scholekster", "Wulp", "Lepelaar", "Ooievaar", "Reiger", "Aalscholver", "Fuut",
    "Meerkoet", "Waterhoen", "Bergeend", "Slobeend", "Smient", "Tafeleend", "Krakeend", "Zwaluw",
    "Gierzwaluw", "Leeuwerik", "Kwikstaart", "Graspieper", "Karekiet", "Nachtegaal", "Wielewaal",
    "Buizerd", "Sperwer", "Torenvalk", "Kerkuil", "Steenuil", "Ransuil", "IJsvogel", "Bonte Specht",
)  # fmt: skip
"""Handles: they say nothing about who has one."""


class TeVaak(BijeenkomstFout):
    """Too many wrong codes from one address."""

    def __init__(self, wacht: timedelta) -> None:
        self.wacht = wacht
        minuten = max(1, math.ceil(wacht.total_seconds() / 60))
        super().__init__(
            f"Er is te vaak een verkeerde code gegeven. Probeer het over {minuten} "
            f"{'minuut' if minuten == 1 else 'minuten'} nog eens."
        )


class Onthuld(BijeenkomstFout):
    """An expectation came after the figure: it is none any more."""

    def __init__(self) -> None:
        super().__init__(
            "Het cijfer is net onthuld, dus dit is geen verwachting meer. Je tekst staat er nog: "
            "verstuur hem als wat je opvalt, of haal hem weg."
        )


@dataclass(frozen=True)
class Plaats:
    """Who takes part in what."""

    deelnemer: Deelnemer
    bijeenkomst: Bijeenkomst

    @property
    def open(self) -> bool:
        """Whether it is still going on."""
        return is_open(self.bijeenkomst, nu())


@dataclass(frozen=True)
class Inzending:
    """A note as it was sent: nothing in it is trusted."""

    ronde: int
    soort: str
    tekst: str
    kant: str | None = None
    schatting: float | None = None
    vast: bool = False
    sleutel: str | None = None


@dataclass(frozen=True)
class Meedoen:
    """The small door of those who take part."""

    verhalen: Verhalen

    def doe_mee(self, code: str, adres: str, rol: str, toestemming: bool) -> str:
        """Comes in by code.

        Args:
            code: as typed.
            adres: where the attempt comes from; only its hash is kept, for a day.
            rol: as what one takes part; checked by the caller.
            toestemming: whether notes may become a verhaal without a name.

        Returns:
            The key for the browser.

        Raises:
            TeVaak: after too many wrong codes from one address, also for a right one.
            BijeenkomstFout: when the code leads nowhere (why, is not said) or the room is full.
        """
        waarop, schoon = vingerafdruk(f"meedoen {adres}"), schone_code(code)
        with self.verhalen.sessie() as sessie:
            self._rem(sessie, waarop)
            vraag = select(Bijeenkomst).where(Bijeenkomst.code == schoon)
            b = sessie.scalars(vraag).first() if schoon else None
            if b is None or not is_open(b, nu()):
                sessie.add(Poging(waarop=waarop, op=nu()))
                sessie.commit()
                raise BijeenkomstFout(
                    "Deze code leidt nergens heen. Kijk hem na op het scherm in de zaal; een code "
                    "verloopt als de bijeenkomst voorbij is."
                )
            sleutel = secrets.token_urlsafe(32)
            for _ in range(20):
                sessie.add(self._deelnemer(sessie, b, sleutel, rol, toestemming))
                try:
                    roer(sessie, b.id)
                    sessie.commit()
                    return sleutel
                except IntegrityError:  # two chose the same handle at the same moment
                    sessie.rollback()
        raise BijeenkomstFout("Er kwamen er veel tegelijk binnen. Probeer het nog eens.")

    def _rem(self, sessie: Session, waarop: str) -> None:
        vraag = select(Poging.op).where(Poging.waarop == waarop, Poging.op > nu() - VENSTER)
        keren = sorted(sessie.scalars(vraag))
        if len(keren) >= PER_ADRES:
            raise TeVaak(keren[-PER_ADRES] + VENSTER - nu())

    def _deelnemer(
        self, sessie: Session, b: Bijeenkomst, sleutel: str, rol: str, toestemming: bool
    ) -> Deelnemer:
        vraag = select(Deelnemer.naam).where(Deelnemer.bijeenkomst_id == b.id)
        bezet = set(sessie.scalars(vraag))
        if len(bezet) >= MEESTE_DEELNEMERS:
            raise BijeenkomstFout("De zaal is vol: er doen al heel veel mensen mee.")
        vrij = [v for v in VOGELS if v not in bezet]
        naam = secrets.choice(vrij) if vrij else f"{secrets.choice(VOGELS)} {len(bezet) + 1}"
        return Deelnemer(bijeenkomst_id=b.id, sha256=vingerafdruk(sleutel), naam=naam, rol=rol,
                         toestemming=toestemming, begonnen_op=nu())  # fmt: skip

    def plaats(self, sleutel: str | None) -> Plaats | None:
        """Who holds this key, and in which meeting; None when it leads nowhere (any more)."""
        if not sleutel:
            return None
        with self.verhalen.sessie() as sessie:
            d = _van(sessie, sleutel)
            b = sessie.get(Bijeenkomst, d.bijeenkomst_id) if d is not None else None
        return Plaats(d, b) if d is not None and b is not None else None

    def stap(self, sleutel: str | None) -> tuple[int, bool] | None:
        """The number of the step the meeting is at, and whether it is open: one row, no more."""
        if not sleutel:
            return None
        vraag = (
            select(Bijeenkomst.stap, Bijeenkomst.gesloten_op, Bijeenkomst.code_tot)
            .join(Deelnemer, Deelnemer.bijeenkomst_id == Bijeenkomst.id)
            .where(Deelnemer.sha256 == vingerafdruk(sleutel))
        )
        with self.verhalen.sessie() as sessie:
            rij = sessie.execute(vraag).first()
        return None if rij is None else (rij[0], rij[1] is None and nu() < rij[2])

    def schrijf(self, sleutel: str, inzending: Inzending) -> None:
        """Keeps a note. An expectation is one per figure: a later one takes its place.

        Raises:
            Onthuld: when an expectation comes after the figure was revealed.
            BijeenkomstFout: when it is empty or too long, or the meeting is over.
        """
        tekst = keur_tekst(inzending.tekst)
        with self.verhalen.sessie() as sessie:
            d, b = self._open(sessie, sleutel)
            soort, ronde = self._keur(b, inzending)
            if not tekst and (soort != "verwachting" or _leeg(inzending)):
                raise BijeenkomstFout("Schrijf eerst iets op.")
            van = select(Notitie).where(
                Notitie.deelnemer_id == d.id, Notitie.ronde == ronde, Notitie.soort == soort
            )
            eerder = sessie.scalars(van.order_by(Notitie.op)).all()
            if len(eerder) >= MEESTE_NOTITIES:
                raise BijeenkomstFout(
                    "Je schreef hier al heel veel op. Laat ook anderen iets zien."
                )
            waarden: dict[str, Any] = {"tekst": tekst, "vast": inzending.vast, "op": nu()}
            if soort == "verwachting":
                waarden |= {"kant": inzending.kant, "schatting": inzending.schatting}
            if soort == "verwachting" and eerder:
                for k, w in waarden.items():
                    setattr(eerder[-1], k, w)
            else:
                som = f"{d.id} {inzending.sleutel}"
                sessie.add(
                    Notitie(id=uuid.uuid4(), bijeenkomst_id=b.id, deelnemer_id=d.id, ronde=ronde,
                            soort=soort, **waarden,
                            sleutel=vingerafdruk(som) if inzending.sleutel else None)
                )  # fmt: skip
            try:
                roer(sessie, b.id)
                sessie.commit()
            except IntegrityError:  # sent again: it is there
                sessie.rollback()

    def _open(self, sessie: Session, sleutel: str) -> tuple[Deelnemer, Bijeenkomst]:
        d = _van(sessie, sleutel)
        b = sessie.get(Bijeenkomst, d.bijeenkomst_id) if d is not None else None
        if d is None or b is None:
            raise BijeenkomstFout("Je doet niet (meer) mee. Kopieer je tekst en meld je aan met "
                                  "de code.")  # fmt: skip
        if not is_open(b, nu()):
            raise BijeenkomstFout("De bijeenkomst is gesloten: dit is niet meer verstuurd. Je "
                                  "tekst staat er nog; geef hem aan de begeleider.")  # fmt: skip
        return d, b

    def _keur(self, b: Bijeenkomst, i: Inzending) -> tuple[str, int]:
        """Kind and round of a note; only about what was asked, and expectations only in time."""
        if i.soort not in NOTITIES.values():
            raise BijeenkomstFout("Dit kan hier niet. Laad de pagina opnieuw; kopieer je tekst.")
        ronde = next((r for r in b.rondes if r.nummer == i.ronde), None)
        if i.soort == "verwachting":
            if ronde is None or b.huidige is not ronde or b.fase != VERWACHT:
                raise Onthuld
            if i.kant is not None and i.kant not in KANTEN:
                raise BijeenkomstFout("Kies hoger, ongeveer gelijk of lager.")
        elif i.ronde and (ronde is None or ronde.onthuld is None):
            raise BijeenkomstFout("Dit cijfer is nog niet aan de beurt.")
        elif i.ronde == 0 and b.fase not in ("slot", "gesloten"):
            raise BijeenkomstFout("Deze vraag komt aan het eind.")
        return i.soort, i.ronde

    def mijn(self, plaats: Plaats) -> list[Notitie]:
        """What this person wrote, oldest first."""
        with self.verhalen.sessie() as sessie:
            vraag = select(Notitie).where(Notitie.deelnemer_id == plaats.deelnemer.id)
            return list(sessie.scalars(vraag.order_by(Notitie.op, Notitie.id)))

    def wie_mag(self, bijeenkomst: uuid.UUID) -> dict[int, bool]:
        """Per person who takes part whether notes may become a verhaal."""
        vraag = select(Deelnemer.id, Deelnemer.toestemming)
        with self.verhalen.sessie() as sessie:
            return dict(sessie.execute(vraag.where(Deelnemer.bijeenkomst_id == bijeenkomst)).all())

    def toestemming(self, sleutel: str, ja: bool) -> None:
        """Says, or takes back, that notes may become a verhaal; also after the meeting."""
        with self.verhalen.sessie() as sessie:
            if (d := _van(sessie, sleutel)) is not None:
                d.toestemming = ja
                roer(sessie, d.bijeenkomst_id)
                sessie.commit()

    def neem_terug(self, sleutel: str, notitie: uuid.UUID) -> bool:
        """Takes one's own note away, for good.

        Returns:
            Whether it was there, and had not become a verhaal.
        """
        with self.verhalen.sessie() as sessie:
            d, n = _van(sessie, sleutel), sessie.get(Notitie, notitie)
            if d is None or n is None or n.deelnemer_id != d.id or n.verhaal_id is not None:
                return False
            bijeenkomst = d.bijeenkomst_id
        erasure.wis_notitie(self.verhalen, notitie)
        with self.verhalen.sessie() as sessie:
            roer(sessie, bijeenkomst)
            sessie.commit()
        return True


def _van(sessie: Session, sleutel: str) -> Deelnemer | None:
    vraag = select(Deelnemer).where(Deelnemer.sha256 == vingerafdruk(sleutel))
    return sessie.scalars(vraag).first()


def _leeg(i: Inzending) -> bool:
    return i.kant is None and i.schatting is None
