"""Reading and writing stories: every write is one transaction and leaves a line in the log."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from sqlalchemy import Engine, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from dashboard.stories.models import Koppeling, Logregel, Merk, Revisie, Verhaal
from indicators.contracts import Datamap

LANGSTE_TEKST = 4000
LANGSTE_REGEL = 200


class VerhaalFout(Exception):
    """A story that cannot be kept as given; the message is for the one who wrote it."""


class Gelijktijdig(Exception):
    """Someone else revised the story meanwhile. Nothing was overwritten; both texts are here."""

    def __init__(self, huidig: Revisie, mijn_tekst: str) -> None:
        super().__init__(
            f"Iemand anders ({huidig.door}) heeft dit verhaal intussen herzien. "
            "Er is niets overschreven; jouw tekst staat hieronder."
        )
        self.huidig = huidig
        self.mijn_tekst = mijn_tekst


@dataclass(frozen=True)
class Woorden:
    """What a revision holds, besides its number, author and moment."""

    tekst: str
    rol: str
    soort: str = "ervaring"
    richting: str | None = None
    opgehaald_op: date | None = None
    opgehaald_hoe: str = ""
    bron: str = ""
    toestemming: bool = False
    anoniem: bool = True
    status: str = "concept"


@dataclass(frozen=True)
class Citaat:
    """A figure as it stands now, to be bound to a story."""

    gebied: str
    grensjaar: int
    indicator: str
    jaar: int
    waarde: float | None
    ontbreekt_door: str | None
    publicatie: str
    nieuwste_jaar: int
    houding: str


@dataclass(frozen=True)
class Nieuw:
    """A story to be kept for the first time."""

    gebied: str
    grensjaar: int
    woorden: Woorden
    citaten: tuple[Citaat, ...] = ()
    themas: tuple[str, ...] = ()
    id: uuid.UUID = field(default_factory=uuid.uuid4)


def nu() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


def vingerafdruk(tekst: str) -> str:
    """The sha256 of a text, as the log keeps it."""
    return hashlib.sha256(tekst.encode()).hexdigest()


def _netjes(woorden: Woorden) -> Woorden:
    tekst = woorden.tekst.replace("\x00", "").strip()
    if not tekst:
        raise VerhaalFout("Schrijf eerst het verhaal op; het tekstveld is nog leeg.")
    if len(tekst) > LANGSTE_TEKST:
        raise VerhaalFout(
            f"Het verhaal telt {len(tekst)} tekens; er passen er {LANGSTE_TEKST}. Kort het in."
        )
    for veld, wat in (("bron", "De bron"), ("opgehaald_hoe", "Hoe het is opgehaald")):
        if len(getattr(woorden, veld)) > LANGSTE_REGEL:
            raise VerhaalFout(f"{wat} is langer dan {LANGSTE_REGEL} tekens. Kort het in.")
    return replace(
        woorden,
        tekst=tekst,
        bron=woorden.bron.strip(),
        opgehaald_hoe=woorden.opgehaald_hoe.strip(),
    )


def _revisie(nummer: int, woorden: Woorden, door: str) -> Revisie:
    return Revisie(
        nummer=nummer,
        tekst=woorden.tekst,
        soort=woorden.soort,
        rol=woorden.rol,
        opgehaald_op=woorden.opgehaald_op,
        opgehaald_hoe=woorden.opgehaald_hoe,
        bron=woorden.bron,
        toestemming=woorden.toestemming,
        anoniem=woorden.anoniem,
        richting=woorden.richting,
        status=woorden.status,
        door=door[:100],
        op=nu(),
    )


@dataclass(frozen=True)
class Verhalen:
    """The stories of this installation."""

    motor: Engine
    datamap: Datamap

    def sessie(self) -> Session:
        """A session whose objects stay readable after it has ended."""
        return Session(self.motor, expire_on_commit=False)

    def aantal(self) -> int:
        """How many stories there are."""
        with self.sessie() as sessie:
            return sessie.scalar(select(func.count()).select_from(Verhaal)) or 0

    def van(self, gebieden: Sequence[str]) -> list[Verhaal]:
        """The stories of these areas, newest revision first."""
        with self.sessie() as sessie:
            alle = sessie.scalars(select(Verhaal).where(Verhaal.gebied.in_(gebieden))).all()
        zichtbaar = [v for v in alle if v.nu.status not in ("ingetrokken", "gewist")]
        return sorted(zichtbaar, key=lambda v: v.nu.opgehaald_op or v.nu.op.date(), reverse=True)

    def een(self, verhaal: uuid.UUID) -> Verhaal | None:
        """One story with its revisions and bindings; None when there is none."""
        with self.sessie() as sessie:
            return sessie.get(Verhaal, verhaal)

    def koppelingen(self) -> list[Koppeling]:
        """All bindings, with their marks."""
        with self.sessie() as sessie:
            return list(sessie.scalars(select(Koppeling).order_by(Koppeling.id)))

    def schrijf(self, nieuw: Nieuw, door: str, wat: str = "geschreven") -> Verhaal:
        """Keeps a new story with its bindings, and pins the publications it quotes.

        Raises:
            VerhaalFout: when there are no words, or too many.
        """
        woorden = _netjes(nieuw.woorden)
        verhaal = Verhaal(
            id=nieuw.id,
            gebied=nieuw.gebied,
            grensjaar=nieuw.grensjaar,
            themas=list(nieuw.themas),
            gemaakt_op=nu(),
            revisies=[_revisie(1, woorden, door)],
            koppelingen=[_koppeling(c, door) for c in nieuw.citaten],
        )
        with self.sessie() as sessie:
            sessie.add(verhaal)
            self._log(sessie, door, wat, verhaal.id, tekst=woorden.tekst)
            for citaat in nieuw.citaten:
                self._log(sessie, door, "gekoppeld", verhaal.id, over=_over(citaat))
            sessie.commit()
        for citaat in nieuw.citaten:
            self._houd_vast(citaat.publicatie)
        return verhaal

    def koppel(self, verhaal: uuid.UUID, citaat: Citaat, door: str) -> None:
        """Binds an existing story to a figure."""
        with self.sessie() as sessie:
            koppeling = _koppeling(citaat, door)
            koppeling.verhaal_id = verhaal
            sessie.add(koppeling)
            self._log(sessie, door, "gekoppeld", verhaal, over=_over(citaat))
            sessie.commit()
        self._houd_vast(citaat.publicatie)

    def herzie(self, verhaal: uuid.UUID, basis: int, woorden: Woorden, door: str) -> int:
        """Adds a revision on top of revision `basis`.

        Returns:
            The number of the new revision.

        Raises:
            Gelijktijdig: when someone else added one meanwhile; nothing is written.
            VerhaalFout: when there are no words, too many, or no such story.
        """
        woorden = _netjes(woorden)
        with self.sessie() as sessie:
            gevonden = sessie.get(Verhaal, verhaal)
            if gevonden is None:
                raise VerhaalFout("Dit verhaal bestaat niet (meer).")
            if gevonden.nu.nummer != basis:
                raise Gelijktijdig(gevonden.nu, woorden.tekst)
            revisie = _revisie(basis + 1, woorden, door)
            revisie.verhaal_id = verhaal
            sessie.add(revisie)
            self._log(sessie, door, "herzien", verhaal, f"revisie {basis + 1}", woorden.tekst)
            try:
                sessie.commit()
            except IntegrityError:
                sessie.rollback()
                ander = self.een(verhaal)
                assert ander is not None  # noqa: S101 - it was there a moment ago
                raise Gelijktijdig(ander.nu, woorden.tekst) from None
        return basis + 1

    def handel_af(self, merk: int, door: str) -> None:
        """Puts a mark away: someone looked. Doing it twice changes nothing."""
        with self.sessie() as sessie:
            gevonden = sessie.get(Merk, merk)
            if gevonden is None or gevonden.afgehandeld_op is not None:
                return
            gevonden.afgehandeld_op, gevonden.afgehandeld_door = nu(), door[:100]
            self._log(sessie, door, "afgehandeld", gevonden.koppeling.verhaal_id, f"merk {merk}")
            sessie.commit()

    def _log(
        self,
        sessie: Session,
        wie: str,
        wat: str,
        verhaal: uuid.UUID | None,
        over: str = "",
        tekst: str | None = None,
    ) -> None:
        som = None if tekst is None else vingerafdruk(tekst)
        sessie.add(
            Logregel(op=nu(), wie=wie[:100], wat=wat, verhaal_id=verhaal, over=over, sha256=som)
        )

    def _houd_vast(self, publicatie: str) -> None:
        """Pins a publication: pruning leaves it alone as long as something quotes it."""
        if publicatie != _veilig(publicatie):
            return
        self.datamap.vastgehouden.mkdir(parents=True, exist_ok=True)
        (self.datamap.vastgehouden / publicatie).touch()


def _veilig(naam: str) -> str:
    return "" if naam in (".", "..") else naam.replace("/", "").replace("\\", "")


def _over(citaat: Citaat) -> str:
    return f"{citaat.gebied} {citaat.indicator} {citaat.jaar} {citaat.houding}"


def _koppeling(citaat: Citaat, door: str) -> Koppeling:
    return Koppeling(
        gebied=citaat.gebied,
        grensjaar=citaat.grensjaar,
        indicator=citaat.indicator,
        jaar=citaat.jaar,
        waarde=citaat.waarde,
        ontbreekt_door=citaat.ontbreekt_door,
        publicatie=citaat.publicatie,
        nieuwste_jaar=citaat.nieuwste_jaar,
        houding=citaat.houding,
        gekoppeld_door=door[:100],
        op=nu(),
    )
