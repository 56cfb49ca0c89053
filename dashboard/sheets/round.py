"""The round of a sheet: concept, ter toetsing, voorgelegd, and what each table decided."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from dashboard.access import ALLEEN_STUKKEN
from dashboard.accounts import Accounts
from dashboard.context import Huis
from dashboard.sheets import freeze
from dashboard.sheets.model import GEVRAAGD, BladFout, Redactie, Terugblik
from dashboard.sheets.models import BladOpmerking, BladTafel, BladVersie, Buurtblad
from dashboard.snapshot import Lezing
from dashboard.words import datum

STATUS = {
    "concept": "concept",
    "ter_toetsing": "ter toetsing",
    "voorgelegd": "voorgelegd",
    "goedgekeurd": "goedgekeurd",
    "besproken": "besproken",
    "teruggestuurd": "teruggestuurd",
}
UITKOMST = ("goedgekeurd", "besproken", "teruggestuurd")
TAFEL = ("bestuur", "rvc")
LANGSTE = 2000


class Ingehaald(BladFout):
    """Someone else saved meanwhile; nothing was overwritten."""


@dataclass(frozen=True)
class Bladen:
    """The sheets of this installation; in the story store, under the same guard."""

    huis: Huis

    def sessie(self) -> Session:
        """A session of the story store."""
        return self.huis.verhalen.sessie()

    def van(self, gebied: str) -> list[Buurtblad]:
        """The sheets of an area, the newest last."""
        return self.alle(gebied)

    def alle(self, gebied: str | None = None) -> list[Buurtblad]:
        """All sheets that may be seen, or those of one area."""
        vraag = select(Buurtblad).order_by(Buurtblad.gemaakt_op)
        if gebied is not None:
            vraag = vraag.where(Buurtblad.gebied == gebied)
        with self.sessie() as s:
            alle = s.scalars(vraag).all()
        mag = self.huis.verhalen.bewaker.mag
        return [b for b in alle if b.versies and mag("blad zien", [b.gebied])]

    def versie(self, sessie: Session, id_: int) -> BladVersie:
        """One version within a session.

        Raises:
            BladFout: when there is none.
            NietToegestaan: when it may not be seen.
        """
        gevonden = sessie.get(BladVersie, id_)
        if gevonden is None:
            raise BladFout("Deze versie van het blad bestaat niet (meer).")
        self.huis.verhalen.bewaker.eis("blad zien", [gevonden.blad.gebied], stuk=f"blad:{id_}")
        return gevonden

    def bewaar(
        self,
        gebied: str,
        grensjaar: int,
        redactie: Redactie,
        door: str,
        basis: tuple[int, int] | None = None,
    ) -> tuple[int, int]:
        """Keeps a concept: a new one, or the one of `basis` (version, revision).

        Returns:
            Version and revision as they are now.

        Raises:
            Ingehaald: when someone else saved meanwhile.
            BladFout: when the version stands fast.
            NietToegestaan: when this may not be done here.
        """  # fmt: skip
        v = self.huis.verhalen
        door = v.bewaker.naam(door)
        v.bewaker.eis("blad schrijven", [gebied])
        inhoud = redactie.model_dump(mode="json")
        with self.sessie() as s:
            if basis is None:
                versie = self._nieuw(s, gebied, grensjaar, inhoud, door)
            else:
                versie = self.versie(s, basis[0])
                if versie.vel is not None:
                    raise BladFout("Deze versie staat vast. Begin een nieuwe versie.")
                if versie.revisie != basis[1]:
                    raise Ingehaald(
                        f"{versie.door} heeft dit blad intussen bewaard. Er is niets "
                        "overschreven; laad de pagina opnieuw en vul het daar aan."
                    )
                versie.redactie, versie.revisie, versie.door = inhoud, basis[1] + 1, door[:100]
                versie.op = datetime.now(UTC)
            v.log(s, door, "blad bewaard", None, f"blad {gebied}")
            s.commit()
            return versie.id, versie.revisie

    def _nieuw(
        self, s: Session, gebied: str, grensjaar: int, inhoud: dict[str, object], door: str
    ) -> BladVersie:
        """A concept on the area's sheet; a concept that is there already is gone on with."""
        blad = s.scalars(
            select(Buurtblad).where(Buurtblad.gebied == gebied, Buurtblad.grensjaar == grensjaar)
        ).first()
        if blad is None:
            blad = Buurtblad(
                id=uuid.uuid4(), gebied=gebied, grensjaar=grensjaar, gemaakt_op=datetime.now(UTC)
            )
            s.add(blad)
            s.flush()
        open_ = next((x for x in blad.versies if x.vel is None), None)
        if open_ is not None:
            raise Ingehaald(
                f"Er is al een concept, van {open_.door}. Laad de pagina opnieuw en ga daarmee "
                "door."
            )
        nummer = max((x.nummer for x in blad.versies), default=0) + 1
        versie = BladVersie(
            blad_id=blad.id, nummer=nummer, letter="", status="concept", revisie=1,
            redactie=inhoud, door=door[:100], op=datetime.now(UTC),
        )  # fmt: skip
        s.add(versie)
        s.flush()
        return versie

    def ter_toetsing(self, versie: int, door: str) -> None:
        """Asks a second person to read the concept.

        Raises:
            BladFout: when it is no concept.
        """
        with self.sessie() as s:
            v = self._in(s, versie, "blad schrijven", ("concept",))
            v.status = "ter_toetsing"
            self._log(s, door, "blad ter toetsing", v)

    def leg_voor(
        self, lezing: Lezing, versie: int, tafel: str, vergadering: date, door: str
    ) -> None:
        """Freezes the version (the first time) and puts it before bestuur or rvc, each apart.

        Raises:
            BladFout: when it is not ter toetsing or frozen, its writer alone saw it, or the sheet
                cannot be made.
        """
        if tafel not in TAFEL:
            raise BladFout("Kies bestuur of rvc.")
        wie = self.huis.verhalen.bewaker.naam(door)
        with self.sessie() as s:
            v = self._in(s, versie, "blad voorleggen", ("ter_toetsing", "voorgelegd"))
            if v.vel is None and v.door == wie and self.huis.verhalen.bewaker.account():
                raise BladFout(f"{wie} schreef dit blad. Laat een ander het toetsen en voorleggen.")
            if any(t.tafel == tafel for t in v.blad.tafels(v.nummer)):
                raise BladFout(f"Deze versie is al voorgelegd aan {tafel}.")
            if v.vel is None:
                freeze.zet_vast(self.huis, lezing, v)
                freeze.archiveer(s, v)  # what lies on a table stays readable with a newer press
            v.status = "voorgelegd"
            s.add(BladTafel(versie_id=v.id, tafel=tafel, vergadering_op=vergadering,
                            status="voorgelegd", uitkomst="", gevolg=""))  # fmt: skip
            self._log(s, door, f"blad voorgelegd aan {tafel}", v)
        if tafel in ALLEEN_STUKKEN:
            Accounts(self.huis.verhalen).geef_stuk(f"blad:{versie}", wie, tafel)

    def merk_op(self, versie: int, blok: str, tekst: str, rol: str, door: str) -> None:
        """Adds a remark at a block.

        Raises:
            BladFout: when it is empty or too long.
        """
        tekst = tekst.strip()
        if not tekst or len(tekst) > LANGSTE:
            raise BladFout(f"Een opmerking heeft 1 tot {LANGSTE} tekens.")
        wie = self.huis.verhalen.bewaker.naam(door)
        with self.sessie() as s:
            v = self.versie(s, versie)
            self.huis.verhalen.bewaker.eis("blad opmerken", [v.blad.gebied])
            s.add(BladOpmerking(versie_id=v.id, blok=blok[:20], tekst=tekst, rol=rol[:30],
                                door=wie[:100], op=datetime.now(UTC)))  # fmt: skip
            self._log(s, door, "blad opgemerkt", v)

    def leg_vast(
        self,
        versie: int,
        tafel: str,
        uitkomst: str,
        tekst: str,
        door: str,
        terugkijken_op: date | None = None,
    ) -> None:
        """The secretaris records the outcome; on approval bytes and figures are archived.

        Raises:
            BladFout: when it was not put before that table, or has an outcome already.
        """  # fmt: skip
        if uitkomst not in UITKOMST:
            raise BladFout("Kies goedgekeurd, besproken of teruggestuurd.")
        wie = self.huis.verhalen.bewaker.naam(door)
        with self.sessie() as s:
            v = self.versie(s, versie)
            self.huis.verhalen.bewaker.eis("blad vastleggen", [v.blad.gebied])
            tafels = v.blad.tafels(v.nummer)
            t = next((t for t in tafels if t.tafel == tafel), None)
            if t is None or t.status != "voorgelegd":
                raise BladFout(f"Bij {tafel} ligt deze versie niet (meer) voor.")
            t.status, t.uitkomst, t.terugkijken_op = (
                uitkomst,
                tekst.strip()[:LANGSTE],
                terugkijken_op,
            )
            t.vastgelegd_door, t.vastgelegd_op = wie[:100], datetime.now(UTC)
            if uitkomst == "goedgekeurd":
                freeze.archiveer(s, v)
            if all(x.status != "voorgelegd" for x in tafels):
                v.status = uitkomst
            self._log(s, door, f"blad {uitkomst} door {tafel}", v)

    def gevolg(self, tafel: int, tekst: str, door: str) -> None:
        """What came of a decision, written down later."""
        wie = self.huis.verhalen.bewaker.naam(door)
        with self.sessie() as s:
            t = s.get(BladTafel, tafel)
            if t is None or t.status == "voorgelegd":
                raise BladFout("Er is nog geen uitkomst om iets bij te schrijven.")
            v = self.versie(s, t.versie_id)
            self.huis.verhalen.bewaker.eis("blad schrijven", [v.blad.gebied])
            t.gevolg, t.gevolg_door = tekst.strip()[:LANGSTE], wie[:100]
            self._log(s, door, "blad gevolg", v)

    def opnieuw(self, versie: int, door: str) -> tuple[int, int]:
        """A new concept built on a frozen version, with what was asked and came of it filled in."""
        with self.sessie() as s:
            v = self.versie(s, versie)
            if v.vel is None:
                return v.id, v.revisie
            oud = Redactie.model_validate(v.redactie)
            gebied, jaar = v.blad.gebied, v.blad.grensjaar
            tafels = v.blad.tafels(v.nummer)
            terug = tuple(terugblik(v, t) for t in tafels if t.status != "voorgelegd")
        nieuw = oud.model_copy(update={"vorige": (terug or oud.vorige)[:3], "vergadering": ""})
        return self.bewaar(gebied, jaar, nieuw, door)

    def pdf(self, versie: int) -> bytes:
        """The bytes of a frozen version (`freeze.bytes_van`)."""
        with self.sessie() as s:
            return freeze.bytes_van(s, self.versie(s, versie))

    def vragen(self, tafel: str | None = None) -> list[tuple[Buurtblad, BladVersie, BladTafel]]:
        """What was put before the boards, newest meeting first: what was asked and came of it."""
        rijen = [
            (b, v, t)
            for b in self.alle()
            for v in b.versies
            for t in v.tafels
            if tafel is None or t.tafel == tafel
        ]
        return sorted(rijen, key=lambda r: (r[2].vergadering_op, r[0].gebied), reverse=True)

    def _in(self, s: Session, versie: int, recht: str, status: Sequence[str]) -> BladVersie:
        v = self.versie(s, versie)
        self.huis.verhalen.bewaker.eis(recht, [v.blad.gebied])
        if v.status not in status:
            raise BladFout(f"Dit blad is {STATUS.get(v.status, v.status)}; dit kan nu niet.")
        return v

    def _log(self, s: Session, door: str, wat: str, v: BladVersie) -> None:
        verhalen = self.huis.verhalen
        over = f"blad {v.blad.gebied} versie {v.nummer}{v.letter}"
        verhalen.log(s, verhalen.bewaker.naam(door), wat[:40], None, over)
        s.commit()


def terugblik(v: BladVersie, t: BladTafel) -> Terugblik:
    """What is printed a year later of a decision."""
    r = Redactie.model_validate(v.redactie)
    gevraagd = f"{GEVRAAGD[r.gevraagd]}. {r.vraag}".strip()
    uitkomst = f"{STATUS[t.status].capitalize()}. {t.uitkomst}".strip()
    return Terugblik(
        wanneer=f"{t.tafel}, {datum(t.vergadering_op)}",
        gevraagd=gevraagd[:300],
        uitkomst=uitkomst[:300],
        gevolg=(t.gevolg or "Nog niet opgeschreven.")[:300],
    )


def gehoord(bladen: Bladen, gebied: str) -> dict[uuid.UUID, tuple[str, ...]]:
    """What tellers of an area hear: on which sheet a story stands, and what the table decided."""
    uit: dict[uuid.UUID, tuple[str, ...]] = {}
    for b in bladen.van(gebied):
        for v in b.versies:
            staat = [f"{t.tafel} {datum(t.vergadering_op)}: {STATUS[t.status]}"
                     for t in b.tafels(v.nummer)]  # fmt: skip
            regel = f"Op het Buurtblad ({v.naam}): {'; '.join(staat) or 'nog niet voorgelegd'}."
            for id_, _ in (v.vel or {}).get("bronnen", {}).get("verhalen", ()):
                uit[uuid.UUID(id_)] = (*uit.get(uuid.UUID(id_), ()), regel)
    return uit


def na_een_jaar(vergadering: date) -> date:
    """The day to look back when nobody chose one: a year later."""
    return vergadering + timedelta(days=365)
