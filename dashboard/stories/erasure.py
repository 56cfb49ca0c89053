"""Erasure: words go from every revision, note and backup kept; a mark that they were there stays.

The wipe list is a file beside the store, one line per wipe, without words. A restored backup is
held against it before anyone can read it (`speel_af`). Terms that end are acted on by `verloop`.
"""

from __future__ import annotations

import json
import os
import uuid
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from dashboard.sheets import wipe as bladen
from dashboard.sheets.models import BladArchief, BladVersie
from dashboard.stories import backup, wipe_meeting, wipe_phone
from dashboard.stories.models import Logregel, Merk, Nalezing, Revisie, Verhaal
from dashboard.stories.models_access import Aanmelding, Poging
from dashboard.stories.models_bijeenkomst import Notitie
from dashboard.stories.models_inzet import Inzetkaart, InzetRevisie
from dashboard.stories.models_telefoon import Foto
from dashboard.stories.repository import VerhaalFout, Verhalen, nu

WISLIJST = "wislijst.jsonl"
MET_WOORDEN = (Revisie, Nalezing, InzetRevisie, Notitie, Foto, BladVersie, BladArchief)
"""Tables that held the words, a reason, a note, a photo or a sheet with them."""


@dataclass(frozen=True)
class Termijnen:
    """How long things are kept, in days; a story's own `bewaren_tot` goes before these."""

    verhaal: int = 5 * 365
    ingetrokken: int = 90
    log: int = 7 * 365
    aanmelding: int = 30
    poging: int = 1
    bijeenkomst: int = 30
    telefoon: int = 90
    inzet: int = 5 * 365


def lijst(verhalen: Verhalen) -> Path:
    """The file with the wipes of this installation."""
    return verhalen.datamap.verhalen / WISLIJST


def gewist(pad: Path) -> list[dict[str, Any]]:
    """The wipes in a list, oldest first; a line that was cut off by a crash is left out."""
    if not pad.exists():
        return []
    regels = []
    for tekst in pad.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            regel = json.loads(tekst)
            uuid.UUID(regel["id"])
        except (ValueError, TypeError, KeyError):
            continue
        if regel.get("soort"):
            regels.append(regel)
    return regels


def wis(verhalen: Verhalen, verhaal: uuid.UUID, door: str, reden: str = "verzoek") -> None:
    """Empties a story in all its revisions and notes. Doing it twice changes nothing.

    The list is written first: after a crash in between, the wipe is done again at the next start.

    Args:
        verhalen: the store.
        verhaal: which story.
        door: who asked for it; kept in the log.
        reden: one of verzoek, bewaartermijn, herstel; never free text about a person.

    Raises:
        VerhaalFout: when there is no such story.
        NietToegestaan: when this may not be done.
    """
    door = verhalen.bewaker.naam(door)
    with verhalen.sessie() as sessie:
        gevonden = sessie.get(Verhaal, verhaal)
        if gevonden is None:
            raise VerhaalFout("Dit verhaal bestaat niet.")
        verhalen.bewaker.eis("wissen", gevonden.gebieden, gevonden)
        if gevonden.gewist_op is None:
            _schrijf_op(verhalen, "verhaal", verhaal, reden)
            for notitie in wipe_meeting.bij_verhaal(sessie, verhaal):
                _schrijf_op(verhalen, wipe_meeting.NOTITIE, notitie, reden)
            _leeg(verhalen, sessie, gevonden, door, reden)
            sessie.commit()
    _maak_schoon(verhalen)
    backup.schoon_op(verhalen)


def wis_inzet(verhalen: Verhalen, inzet: uuid.UUID, door: str, reden: str = "verzoek") -> None:
    """Empties an inzetkaart in all its revisions.

    Raises:
        VerhaalFout: when there is no such card.
        NietToegestaan: when this may not be done.
    """
    door = verhalen.bewaker.naam(door)
    with verhalen.sessie() as sessie:
        gevonden = sessie.get(Inzetkaart, inzet)
        if gevonden is None:
            raise VerhaalFout("Deze inzetkaart bestaat niet.")
        verhalen.bewaker.eis("wissen", [gevonden.gebied])
        if gevonden.gewist_op is None:
            _schrijf_op(verhalen, "inzet", inzet, reden)
            _leeg_inzet(verhalen, sessie, gevonden, door, reden)
            sessie.commit()
    _maak_schoon(verhalen)
    backup.schoon_op(verhalen)


def wis_notitie(verhalen: Verhalen, notitie: uuid.UUID, reden: str = "verzoek") -> None:
    """Takes a note of a meeting away, here and for later in backups; the caller asked who may.

    Copies of the file and the backups are cleaned by `verloop`: a meeting is no moment to wait.
    """
    _schrijf_op(verhalen, wipe_meeting.NOTITIE, notitie, reden)
    with verhalen.sessie() as sessie:
        wipe_meeting.wis(sessie, wipe_meeting.NOTITIE, notitie)
        sessie.commit()


def vul_aan(verhalen: Verhalen, regels: list[dict[str, Any]]) -> None:
    """Adds the wipes that a backup knew of: on another computer the list starts empty."""
    al = {(r["soort"], r["id"]) for r in gewist(lijst(verhalen))}
    for r in regels:
        if (r["soort"], r["id"]) not in al:
            _zet(verhalen, {k: str(r[k]) for k in ("soort", "id", "op", "reden")})


def _schrijf_op(verhalen: Verhalen, soort: str, id_: uuid.UUID, reden: str) -> None:
    _zet(verhalen, {"soort": soort, "id": str(id_), "op": nu().isoformat(), "reden": reden})


def _zet(verhalen: Verhalen, regel: dict[str, str]) -> None:
    pad = lijst(verhalen)
    pad.parent.mkdir(parents=True, exist_ok=True)
    with pad.open("a+b") as stroom:
        stroom.seek(max(stroom.seek(0, os.SEEK_END) - 1, 0))
        if stroom.read(1) not in (b"", b"\n"):  # a line that was cut off must not eat this one
            stroom.write(b"\n")
        stroom.write(json.dumps(regel).encode() + b"\n")
        stroom.flush()
        os.fsync(stroom.fileno())  # before the words go: see `wis`


def _leeg(verhalen: Verhalen, sessie: Session, v: Verhaal, door: str, reden: str) -> None:
    sessie.info["wissen"] = True
    for notitie in wipe_meeting.bij_verhaal(sessie, v.id):
        wipe_meeting.wis(sessie, wipe_meeting.NOTITIE, notitie)
    for revisie in v.revisies:
        revisie.tekst, revisie.bron, revisie.opgehaald_hoe = backup.GEWIST, "", ""
        revisie.status = "gewist"
    for nalezing in v.nalezingen:
        nalezing.reden = ""
    v.gewist_op, v.sleutel = nu(), None
    for k in v.koppelingen_ooit:
        sessie.execute(delete(Merk).where(Merk.koppeling_id == k.id))
    for kaart in sessie.scalars(select(InzetRevisie).where(InzetRevisie.verhaal_id == v.id)):
        kaart.verhaal_id = None
    # a hash of few words can be guessed: with the words goes what was left of them
    for regel in sessie.scalars(select(Logregel).where(Logregel.verhaal_id == v.id)):
        regel.sha256 = None
    bladen.verwijder(sessie, v.id)
    wipe_phone.wis(sessie, v.id)
    verhalen.log(sessie, door, "gewist", v.id, reden[:40])
    sessie.flush()


def _leeg_inzet(
    verhalen: Verhalen, sessie: Session, kaart: Inzetkaart, door: str, reden: str
) -> None:
    for revisie in kaart.revisies:
        for veld in backup.INZET_WOORDEN:
            setattr(revisie, veld, backup.GEWIST)
    kaart.gewist_op, kaart.sleutel = nu(), None
    bladen.verwijder(sessie, kaart.id)
    sessie.info["wissen"] = True
    over = f"inzet {kaart.id}"
    for regel in sessie.scalars(select(Logregel).where(Logregel.over == over)):
        regel.sha256 = None
    verhalen.log(sessie, door, "inzet gewist", None, f"{over} {reden[:30]}")


def _maak_schoon(verhalen: Verhalen) -> None:
    """Takes the old words out of the file too: freed pages and the log that runs ahead of it.

    While someone else is writing this waits its turn, and the next wipe does it after all.
    """
    sqlite = verhalen.motor.dialect.name == "sqlite"
    with suppress(OperationalError), verhalen.motor.connect() as verbinding:
        kaal = verbinding.execution_options(isolation_level="AUTOCOMMIT")
        if not sqlite:  # PostgreSQL keeps what was overwritten until the table is written anew
            kaal.exec_driver_sql("SET lock_timeout = '5s'")
            for tabel in MET_WOORDEN:
                kaal.exec_driver_sql(f"VACUUM (FULL) {tabel.__tablename__}")
            return
        kaal.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        kaal.exec_driver_sql("VACUUM")
        kaal.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def speel_af(verhalen: Verhalen, regels: list[dict[str, Any]] | None = None) -> int:
    """Holds the store against the wipe list: what was wiped and is back, is wiped again.

    Returns:
        How many stories, cards, notes and meetings were wiped again.
    """
    opnieuw = 0
    with verhalen.sessie() as sessie:
        for regel in gewist(lijst(verhalen)) if regels is None else regels:
            id_ = uuid.UUID(regel["id"])
            if regel["soort"] in wipe_meeting.SOORTEN:
                opnieuw += wipe_meeting.wis(sessie, regel["soort"], id_)
            elif regel["soort"] == "verhaal":
                v = sessie.get(Verhaal, id_)
                if v is not None and v.gewist_op is None:
                    _leeg(verhalen, sessie, v, "wislijst", "herstel")
                    opnieuw += 1
            elif (kaart := sessie.get(Inzetkaart, id_)) is not None and kaart.gewist_op is None:
                _leeg_inzet(verhalen, sessie, kaart, "wislijst", "herstel")
                opnieuw += 1
        sessie.commit()
    if opnieuw:
        _maak_schoon(verhalen)
    return opnieuw


def verloop(
    verhalen: Verhalen, vandaag: date, termijnen: Termijnen | None = None
) -> dict[str, int]:
    """Wipes what was kept long enough, and forgets old log lines, sessions and attempts.

    Returns:
        How many of each.
    """
    t = termijnen or Termijnen()
    with verhalen.sessie() as sessie:
        alle = sessie.scalars(select(Verhaal).where(Verhaal.gewist_op.is_(None))).all()
        weg = [v.id for v in alle if tot(v, t) < vandaag]
    for id_ in weg:
        wis(verhalen, id_, "bewaartermijn", "bewaartermijn")
    geteld = {"verhalen": len(weg), "inzetkaarten": _verloop_inzet(verhalen, vandaag, t),
              "bijeenkomsten": _verloop_bijeenkomsten(verhalen, vandaag, t),
              "halve backups": backup.ruim_op(verhalen)}  # fmt: skip
    with verhalen.sessie() as sessie:
        sessie.info["wissen"] = True
        for naam, tabel, kolom, dagen in (
            ("logregels", Logregel, Logregel.op, t.log),
            ("aanmeldingen", Aanmelding, Aanmelding.gezien_op, t.aanmelding),
            ("pogingen", Poging, Poging.op, t.poging),
        ):
            grens = nu() - timedelta(days=dagen)
            oud = select(func.count()).select_from(tabel).where(kolom < grens)
            geteld[naam] = sessie.scalar(oud) or 0
            sessie.execute(delete(tabel).where(kolom < grens))
        geteld["telefoons"] = wipe_phone.verloop(sessie, nu(), t.telefoon)
        sessie.commit()
    if gewist(lijst(verhalen)):  # also what a wipe could not reach while someone was writing
        _maak_schoon(verhalen)
        backup.schoon_op(verhalen)
    return geteld


def _verloop_inzet(verhalen: Verhalen, vandaag: date, t: Termijnen) -> int:
    """Wipes cards that ended, and were last written at, long enough ago."""
    with verhalen.sessie() as sessie:
        alle = sessie.scalars(select(Inzetkaart).where(Inzetkaart.gewist_op.is_(None))).all()
        laatst = {k.id: max(k.nu.einde or date.min, k.nu.op.date()) for k in alle}
    weg = [id_ for id_, dag in laatst.items() if dag + timedelta(days=t.inzet) < vandaag]
    for id_ in weg:
        wis_inzet(verhalen, id_, "bewaartermijn", "bewaartermijn")
    return len(weg)


def _verloop_bijeenkomsten(verhalen: Verhalen, vandaag: date, t: Termijnen) -> int:
    """Wipes meetings with the notes that nobody picked, and what was taken back since."""
    with verhalen.sessie() as sessie:
        weg = wipe_meeting.verlopen(sessie, vandaag, t.bijeenkomst)
        for wie in weg:
            _schrijf_op(verhalen, wipe_meeting.BIJEENKOMST, wie, "bewaartermijn")
            wipe_meeting.wis(sessie, wipe_meeting.BIJEENKOMST, wie)
            verhalen.log(sessie, "bewaartermijn", "bijeenkomst gewist", None, f"bijeenkomst {wie}")
        sessie.commit()
    return len(weg)


def bewaar_tot(verhalen: Verhalen, verhaal: uuid.UUID, dag: date, door: str) -> None:
    """Agrees on the last day that a story is kept, before or after its ordinary term.

    Raises:
        VerhaalFout: when there is no such story, or it was wiped.
        NietToegestaan: when this may not be done.
    """
    with verhalen.sessie() as sessie:
        gevonden = verhalen.neem(sessie, verhaal, "wissen")
        gevonden.bewaren_tot = dag
        verhalen.log(sessie, verhalen.bewaker.naam(door), "bewaartermijn gezet", verhaal, f"{dag}")
        sessie.commit()


def tot(verhaal: Verhaal, t: Termijnen) -> date:
    """The last day on which a story is kept."""
    if verhaal.bewaren_tot is not None:
        return verhaal.bewaren_tot
    laatst = verhaal.nu
    if laatst.status == "ingetrokken":
        return laatst.op.date() + timedelta(days=t.ingetrokken)
    return (laatst.opgehaald_op or laatst.op.date()) + timedelta(days=t.verhaal)
