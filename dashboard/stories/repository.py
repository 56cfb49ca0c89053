"""Reading and writing stories: every write is one transaction and leaves a line in the log."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Engine, Select, exists, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from dashboard.stories.guard import Bewaker, NietToegestaan, VerhaalFout, Vrij
from dashboard.stories.models import Koppeling, Logregel, Merk, Revisie, Verhaal, VerhaalGebied
from indicators.contracts import Datamap

__all__ = ["NietToegestaan", "VerhaalFout"]

LANGSTE_TEKST = 4000
LANGSTE_REGEL = 200


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
    perspectief: str | None = None


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
    definitie: dict[str, Any] | None = None


@dataclass(frozen=True)
class Nieuw:
    """A story to be kept for the first time.

    `sleutel` is the sender's own key: sent again with the same key, it is still one story.
    """

    gebied: str
    grensjaar: int
    woorden: Woorden
    citaten: tuple[Citaat, ...] = ()
    themas: tuple[str, ...] = ()
    id: uuid.UUID = field(default_factory=uuid.uuid4)
    sleutel: str | None = None
    ook_over: tuple[tuple[str, int], ...] = ()
    bewaren_tot: date | None = None


def nu() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


def vingerafdruk(tekst: str) -> str:
    """The sha256 of a text, as the log keeps it."""
    return hashlib.sha256(tekst.encode()).hexdigest()


def _netjes(woorden: Woorden) -> Woorden:
    tekst = leesbaar(woorden.tekst).strip()
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
        bron=leesbaar(woorden.bron).strip(),
        opgehaald_hoe=leesbaar(woorden.opgehaald_hoe).strip(),
    )


def leesbaar(tekst: str) -> str:
    """Without what no database keeps: NUL and half characters."""
    return tekst.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


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
        perspectief=woorden.perspectief,
        status=woorden.status,
        door=door[:100],
        op=nu(),
    )


@dataclass(frozen=True)
class Verhalen:
    """The stories of this installation."""

    motor: Engine
    datamap: Datamap
    bewaker: Bewaker = field(default_factory=Vrij)

    def sessie(self) -> Session:
        """A session whose objects stay readable after it has ended."""
        return Session(self.motor, expire_on_commit=False)

    def aantal(self) -> int:
        """How many stories there are."""
        with self.sessie() as sessie:
            return sessie.scalar(select(func.count()).select_from(Verhaal)) or 0

    def van(self, gebieden: Sequence[str]) -> list[Verhaal]:
        """The stories of these areas that may be seen, newest first."""
        ook = select(VerhaalGebied.verhaal_id).where(VerhaalGebied.gebied.in_(gebieden))
        with self.sessie() as sessie:
            vraag = select(Verhaal).where(or_(Verhaal.gebied.in_(gebieden), Verhaal.id.in_(ook)))
            alle = sessie.scalars(vraag).all()
        zichtbaar = [
            v
            for v in alle
            if v.nu.status not in ("ingetrokken", "gewist") and self.bewaker.mag_zien(v)
        ]
        return sorted(zichtbaar, key=lambda v: v.nu.opgehaald_op or v.nu.op.date(), reverse=True)

    def een(self, verhaal: uuid.UUID) -> Verhaal | None:
        """One story with its revisions and bindings; None when there is none to see."""
        with self.sessie() as sessie:
            gevonden = sessie.get(Verhaal, verhaal)
        return gevonden if gevonden is not None and self.bewaker.mag_zien(gevonden) else None

    def koppelingen(self) -> list[Koppeling]:
        """All bindings that hold now, with their marks."""
        with self.sessie() as sessie:
            return list(sessie.scalars(geldend()))

    def schrijf(self, nieuw: Nieuw, door: str, wat: str = "geschreven") -> Verhaal:
        """Keeps a new story with its bindings, and pins the publications it quotes.

        Sent again with the same `sleutel` (or id) by the same person it is the same story.

        Raises:
            VerhaalFout: when there are no words, too many, or someone else used that key.
            NietToegestaan: when the writer may not write here, or not see a quoted area.
        """
        woorden = _netjes(nieuw.woorden)
        door = self.bewaker.naam(door)
        self.bewaker.eis("vertellen", [nieuw.gebied, *(g for g, _ in nieuw.ook_over)])
        for citaat in nieuw.citaten:
            self.bewaker.eis("zien", [citaat.gebied])
        if wat == "geschreven" and woorden.status != "concept":
            raise VerhaalFout("Een nieuw verhaal is een concept, tot een tweede het heeft gelezen.")
        if (al := self._al_bewaard(nieuw)) is not None:
            return al
        verhaal = self._verhaal(nieuw, woorden, door)
        with self.sessie() as sessie:
            sessie.add(verhaal)
            self.log(sessie, door, wat, verhaal.id, tekst=woorden.tekst)
            for citaat in nieuw.citaten:
                self.log(sessie, door, "gekoppeld", verhaal.id, over=_over(citaat))
            try:
                sessie.commit()
            except IntegrityError:
                sessie.rollback()
                if (al := self._al_bewaard(nieuw)) is not None:
                    return al
                raise
        for citaat in nieuw.citaten:
            self._houd_vast(citaat.publicatie)
        return verhaal

    def _verhaal(self, nieuw: Nieuw, woorden: Woorden, door: str) -> Verhaal:
        return Verhaal(
            id=nieuw.id,
            gebied=nieuw.gebied,
            grensjaar=nieuw.grensjaar,
            themas=list(nieuw.themas),
            gemaakt_op=nu(),
            gemaakt_door=self.bewaker.account(),
            sleutel=None if nieuw.sleutel is None else vingerafdruk(nieuw.sleutel),
            bewaren_tot=nieuw.bewaren_tot,
            ook_over=[
                VerhaalGebied(gebied=g, grensjaar=j) for g, j in dict(nieuw.ook_over).items()
            ],
            revisies=[_revisie(1, woorden, door)],
            koppelingen_ooit=[_koppeling(c, door) for c in nieuw.citaten],
        )

    def _al_bewaard(self, nieuw: Nieuw) -> Verhaal | None:
        """The story that was kept under the same key or id.

        Raises:
            VerhaalFout: when it is someone else's.
        """
        sleutel = None if nieuw.sleutel is None else vingerafdruk(nieuw.sleutel)
        met = Verhaal.id == nieuw.id
        with self.sessie() as sessie:
            vraag = select(Verhaal).where(met if sleutel is None else or_(
                met, Verhaal.sleutel == sleutel))  # fmt: skip
            al = sessie.scalars(vraag).first()
        if al is not None and al.gemaakt_door != self.bewaker.account():
            raise VerhaalFout("Deze inzending is al van iemand anders. Laad de pagina opnieuw.")
        return al

    def koppel(self, verhaal: uuid.UUID, citaat: Citaat, door: str) -> None:
        """Binds an existing story to a figure.

        Raises:
            VerhaalFout: when there is no such story, or it was wiped.
            NietToegestaan: when this may not be done.
        """
        door = self.bewaker.naam(door)
        with self.sessie() as sessie:
            self.neem(sessie, verhaal, "koppelen", citaat)
            koppeling = _koppeling(citaat, door)
            koppeling.verhaal_id = verhaal
            sessie.add(koppeling)
            self.log(sessie, door, "gekoppeld", verhaal, over=_over(citaat))
            sessie.commit()
        self._houd_vast(citaat.publicatie)

    def herkoppel(self, koppeling: int, citaat: Citaat | None, door: str) -> None:
        """Puts another binding in the place of one, or undoes it (`citaat` None); both are kept.

        Raises:
            VerhaalFout: when someone else replaced it meanwhile, or there is no such binding.
            NietToegestaan: when this may not be done.
        """
        door = self.bewaker.naam(door)
        with self.sessie() as sessie:
            oud = sessie.get(Koppeling, koppeling)
            if oud is None:
                raise VerhaalFout("Deze koppeling bestaat niet.")
            self.neem(sessie, oud.verhaal_id, "koppelen", citaat)
            nieuw = _koppeling(citaat or _als_citaat(oud), door)
            nieuw.verhaal_id, nieuw.vervangt_id, nieuw.los = oud.verhaal_id, oud.id, citaat is None
            sessie.add(nieuw)
            over = f"was {oud.houding}" if citaat is None else _over(citaat)
            wat = "ontkoppeld" if citaat is None else "herkoppeld"
            self.log(sessie, door, wat, oud.verhaal_id, over=over)
            for merk in oud.merken:
                if merk.afgehandeld_op is None:
                    merk.afgehandeld_op, merk.afgehandeld_door = nu(), door[:100]
            try:
                sessie.commit()
            except IntegrityError:
                raise VerhaalFout(
                    "Iemand anders heeft deze koppeling intussen veranderd. Laad de pagina opnieuw."
                ) from None
        if citaat is not None:
            self._houd_vast(citaat.publicatie)

    def neem(
        self, sessie: Session, verhaal: uuid.UUID, wat: str, citaat: Citaat | None = None
    ) -> Verhaal:
        """The story within a session, when it is there and this may be done to it.

        Raises:
            VerhaalFout: when there is no such story to see, or it was wiped.
            NietToegestaan: when this may not be done.
        """
        gevonden = sessie.get(Verhaal, verhaal)
        if gevonden is None or not self.bewaker.mag_zien(gevonden):
            raise VerhaalFout("Dit verhaal bestaat niet (meer).")
        self.bewaker.eis(wat, [gevonden.gebied], gevonden)
        if citaat is not None:
            self.bewaker.eis("zien", [citaat.gebied])
        if gevonden.gewist_op is not None:
            raise VerhaalFout("Dit verhaal is gewist; er is niets meer aan te veranderen.")
        return gevonden

    def herzie(self, verhaal: uuid.UUID, basis: int, woorden: Woorden, door: str) -> int:
        """Adds a revision on top of revision `basis`; other words have to be read anew.

        Returns:
            The number of the new revision; of the last one, when it is the same sent again.

        Raises:
            Gelijktijdig: when someone else added one meanwhile; nothing is written.
            VerhaalFout: when there are no words, too many, or no such story.
            NietToegestaan: when this may not be done.
        """
        woorden = _netjes(woorden)
        door = self.bewaker.naam(door)
        with self.sessie() as sessie:
            gevonden = self.neem(sessie, verhaal, "herzien")
            laatst = gevonden.nu
            if laatst.nummer == basis + 1 and (laatst.tekst, laatst.door) == (woorden.tekst, door):
                return laatst.nummer
            if laatst.nummer != basis:
                raise Gelijktijdig(laatst, woorden.tekst)
            if replace(woorden, status=laatst.status) != als_woorden(laatst):
                woorden = replace(woorden, status="concept")
            self.voeg_toe(sessie, gevonden, woorden, door)
            try:
                sessie.commit()
            except IntegrityError:
                sessie.rollback()
                ander = self.een(verhaal)
                assert ander is not None  # noqa: S101 - it was there a moment ago
                raise Gelijktijdig(ander.nu, woorden.tekst) from None
        return basis + 1

    def voeg_toe(
        self, sessie: Session, verhaal: Verhaal, woorden: Woorden, door: str, wat: str = "herzien"
    ) -> None:
        """Adds a revision within a session; the caller has checked and commits."""
        nummer = verhaal.nu.nummer + 1
        revisie = _revisie(nummer, woorden, door)
        revisie.verhaal_id = verhaal.id
        sessie.add(revisie)
        self.log(sessie, door, wat, verhaal.id, f"revisie {nummer}", woorden.tekst)

    def handel_af(self, merk: int, door: str) -> None:
        """Puts a mark away: someone looked. Doing it twice changes nothing.

        Raises:
            NietToegestaan: when this may not be done.
        """
        door = self.bewaker.naam(door)
        with self.sessie() as sessie:
            gevonden = sessie.get(Merk, merk)
            if gevonden is None or gevonden.afgehandeld_op is not None:
                return
            self.neem(sessie, gevonden.koppeling.verhaal_id, "koppelen")
            gevonden.afgehandeld_op, gevonden.afgehandeld_door = nu(), door[:100]
            self.log(sessie, door, "afgehandeld", gevonden.koppeling.verhaal_id, f"merk {merk}")
            sessie.commit()

    def log(
        self,
        sessie: Session,
        wie: str,
        wat: str,
        verhaal: uuid.UUID | None,
        over: str = "",
        tekst: str | None = None,
    ) -> None:
        """Adds a line to the log: who did what, and the sha256 of a text, never the text."""
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


def geldend() -> Select[Koppeling]:
    """The question for all bindings that hold: not superseded, undone, or of a wiped story."""
    later = aliased(Koppeling)
    return (
        select(Koppeling)
        .join(Verhaal, Verhaal.id == Koppeling.verhaal_id)
        .where(Verhaal.gewist_op.is_(None))
        .where(Koppeling.los.is_(False))
        .where(~exists().where(later.vervangt_id == Koppeling.id))
        .order_by(Koppeling.id)
    )


def als_woorden(r: Revisie) -> Woorden:
    """The words of a revision, to build the next one on."""
    return Woorden(**{f.name: getattr(r, f.name) for f in fields(Woorden)})


def _als_citaat(k: Koppeling) -> Citaat:
    return Citaat(**{f.name: getattr(k, f.name) for f in fields(Citaat)})


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
        definitie=citaat.definitie,
        gekoppeld_door=door[:100],
        op=nu(),
    )
