"""Everything in one file, and back: JSON of all tables with their history, and the settings.

The file does not depend on the database, so it also carries a store from SQLite to PostgreSQL.
Sessions are left out; what was wiped is emptied in the files that this installation keeps
(`schoon_op`), and a restore is held against the wipe list before it can be read.
"""

from __future__ import annotations

import json
import os
import uuid
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Table, delete, func, insert, select, text

from dashboard.sheets import wipe as bladen
from dashboard.stories import wipe_meeting, wipe_phone
from dashboard.stories.models import Basis, Moment
from dashboard.stories.models_access import Aanmelding, Account, Poging, Rolverlening
from dashboard.stories.repository import Verhalen, nu

SOORT, VERSIE = "telvertel-verhalen", 2
INHOUD = "verhalen.json"
GEWIST = "[gewist]"
INZET_WOORDEN = ("titel", "doel", "werkwijze", "beoogd_effect", "nodig", "wie")
NIET_MEE = {Aanmelding.__tablename__, Poging.__tablename__}
TOEGANG = (Account.__tablename__, Rolverlening.__tablename__)
"""Accounts with their password hashes: in a backup, which only its owner can read; not shared."""
GROOTST = 2_000_000_000
HALF_AF = 3600.0
"""Seconds after which a backup that is not finished will not be finished any more."""


class BackupFout(Exception):
    """The file cannot be read or put back; the message says why and what to do."""


def tabellen() -> list[Table]:
    """The tables that go along, each after those it refers to."""
    return [t for t in Basis.metadata.sorted_tables if t.name not in NIET_MEE]


def alles(verhalen: Verhalen) -> dict[str, Any]:
    """The whole store as plain values: every revision, binding, mark and log line."""
    uit: dict[str, Any] = {"soort": SOORT, "versie": VERSIE, "gemaakt_op": nu().isoformat()}
    with verhalen.motor.connect() as verbinding:
        uit["tabellen"] = {
            t.name: [
                {k: _kaal(w) for k, w in rij._mapping.items()}
                for rij in verbinding.execute(select(t).order_by(*t.primary_key.columns))
            ]
            for t in tabellen()
        }
    wipe_phone.zonder_sleutels(uit["tabellen"])
    return uit


def map_(verhalen: Verhalen) -> Path:
    """Where this installation keeps its backups."""
    return verhalen.datamap.verhalen / "backup"


def bewaar(verhalen: Verhalen, doel: Path | None = None) -> Path:
    """Writes a backup; whole or not at all.

    Args:
        verhalen: the store.
        doel: the file; by default one with the moment in its name, among the kept backups.

    Returns:
        The file.
    """
    from dashboard.stories import erasure

    doel = doel or map_(verhalen) / f"verhalen-{nu():%Y%m%dT%H%M%S%f}.zip"
    doel.parent.mkdir(parents=True, exist_ok=True)
    instellingen = {p.name: p.read_text(encoding="utf-8") for p in _instellingen(verhalen)}
    inhoud = alles(verhalen)
    inhoud["wislijst"] = erasure.gewist(erasure.lijst(verhalen))
    _schrijf(doel, inhoud, instellingen)
    return doel


def _instellingen(verhalen: Verhalen) -> list[Path]:
    return sorted((verhalen.datamap.map / "instellingen").glob("*.yaml"))


def _schrijf(doel: Path, inhoud: dict[str, Any], instellingen: dict[str, str]) -> None:
    tijdelijk = doel.with_name(doel.name + f".{os.getpid()}.tmp")
    try:
        with zipfile.ZipFile(tijdelijk, "w", zipfile.ZIP_DEFLATED) as pak:
            pak.writestr(INHOUD, json.dumps(inhoud, ensure_ascii=False))
            for naam, tekst in instellingen.items():
                pak.writestr(f"instellingen/{naam}", tekst)
        tijdelijk.chmod(0o600)
        tijdelijk.replace(doel)
    finally:
        tijdelijk.unlink(missing_ok=True)


def lees(pad: Path) -> tuple[dict[str, Any], dict[str, str]]:
    """The contents of a backup: tables and settings.

    Raises:
        BackupFout: when it is no backup of ours, damaged, or of a newer version.
    """
    try:
        with zipfile.ZipFile(pad) as pak:
            if sum(i.file_size for i in pak.infolist()) > GROOTST:
                raise BackupFout(f"{pad.name}: uitgepakt te groot voor een backup van de verhalen.")
            inhoud = json.loads(pak.read(INHOUD))
            instellingen = {
                Path(n).name: pak.read(n).decode()
                for n in pak.namelist()
                if n.startswith("instellingen/") and n.endswith(".yaml")
            }
    except (OSError, zipfile.BadZipFile, KeyError, ValueError) as fout:
        raise BackupFout(f"{pad.name} is geen heel backupbestand ({fout}).") from None
    if not isinstance(inhoud, dict) or inhoud.get("soort") != SOORT:
        raise BackupFout(f"{pad.name} is geen backup van Tel & Vertel.")
    if inhoud.get("versie", 0) > VERSIE:
        raise BackupFout(f"{pad.name} is van een nieuwere versie. Werk eerst het programma bij.")
    return inhoud, instellingen


def zet_terug(verhalen: Verhalen, pad: Path, vervang: bool = False) -> dict[str, int]:
    """Puts a backup back in one transaction, and wipes again what was wiped since.

    Args:
        verhalen: the store, at the newest version of its schema.
        pad: the backup.
        vervang: whether what is there now may go; otherwise the store has to be empty.

    Returns:
        How many rows of each table, and `opnieuw gewist`.

    Raises:
        BackupFout: when the file is no good, or the store is not empty.
    """
    from dashboard.stories import erasure

    inhoud, instellingen = lees(pad)
    gewist = [*erasure.gewist(erasure.lijst(verhalen)), *(inhoud.get("wislijst") or [])]
    leeg_woorden(inhoud, {str(r["id"]) for r in gewist})  # not even for a moment in the store
    geteld: dict[str, int] = {}
    with verhalen.motor.begin() as verbinding:
        vol = [t.name for t in tabellen()
               if verbinding.scalar(select(func.count()).select_from(t))]  # fmt: skip
        if vol and not vervang:
            raise BackupFout(
                f"Er staan al gegevens in: {', '.join(vol)}. Zet terug in een lege opslag, of "
                "vraag uitdrukkelijk om te vervangen."
            )
        if verhalen.motor.dialect.name == "sqlite":
            verbinding.execute(text("PRAGMA defer_foreign_keys = ON"))
        for t in reversed(Basis.metadata.sorted_tables):
            verbinding.execute(delete(t))
        for t in tabellen():
            rijen = [_rijk(t, rij, pad) for rij in inhoud["tabellen"].get(t.name, [])]
            if rijen:
                verbinding.execute(insert(t), rijen)
            geteld[t.name] = len(rijen)
        _tellers(verbinding)
    for naam, tekst in instellingen.items():
        doel = verhalen.datamap.map / "instellingen" / naam
        if vervang or not doel.exists():
            doel.parent.mkdir(parents=True, exist_ok=True)
            doel.write_text(tekst, encoding="utf-8")
    erasure.vul_aan(verhalen, inhoud.get("wislijst") or [])
    geteld["opnieuw gewist"] = erasure.speel_af(verhalen)
    return geteld


def _tellers(verbinding: Any) -> None:
    """Lets PostgreSQL count on from the highest id that was put back."""
    if verbinding.dialect.name != "postgresql":
        return
    for t in tabellen():
        if "id" in t.c and t.c.id.type.python_type is int:
            verbinding.execute(
                text("SELECT setval(pg_get_serial_sequence(:t, 'id'), coalesce(:n, 1), :is_er)"),
                {"t": t.name, "n": (n := verbinding.scalar(select(func.max(t.c.id)))),
                 "is_er": n is not None},
            )  # fmt: skip


def schoon_op(verhalen: Verhalen) -> int:
    """Empties what was wiped in every backup that this installation keeps.

    Returns:
        How many files were written anew.
    """
    from dashboard.stories import erasure

    weg = {r["id"] for r in erasure.gewist(erasure.lijst(verhalen))}
    geraakt = 0
    for pad in sorted(map_(verhalen).glob("*.zip")):
        with suppress(BackupFout):
            inhoud, instellingen = lees(pad)
            if leeg(inhoud, weg):
                _schrijf(pad, inhoud, instellingen)
                geraakt += 1
    return geraakt


def ruim_op(verhalen: Verhalen) -> int:
    """Takes away what a backup that was cut off left behind: it holds every word.

    Returns:
        How many files went.
    """
    grens = nu().timestamp() - HALF_AF
    weg = [p for p in map_(verhalen).glob("*.tmp") if p.stat().st_mtime < grens]
    for pad in weg:
        pad.unlink(missing_ok=True)
    return len(weg)


def leeg(inhoud: dict[str, Any], weg: set[str]) -> int:
    """Empties wiped stories and cards in an unpacked backup, marks them so, and counts the rows."""
    geleegd = leeg_woorden(inhoud, weg)
    for tabel in ("verhaal", "inzetkaart"):
        for rij in inhoud["tabellen"].get(tabel, []):
            if rij["id"] in weg and rij.get("gewist_op") is None:
                rij.update(gewist_op=nu().isoformat(), sleutel=None)
                geleegd += 1
    return geleegd


def leeg_woorden(inhoud: dict[str, Any], weg: set[str]) -> int:
    """Empties the words of wiped stories and cards in an unpacked backup; counts the rows."""
    geleegd = 0
    for tabel, sleutel, velden in (
        ("revisie", "verhaal_id", {"tekst": GEWIST, "bron": "", "opgehaald_hoe": "",
                                   "status": "gewist"}),
        ("nalezing", "verhaal_id", {"reden": ""}),
        ("logregel", "verhaal_id", {"sha256": None}),
        ("inzet_revisie", "inzet_id", dict.fromkeys(INZET_WOORDEN, GEWIST)),
    ):  # fmt: skip
        for rij in inhoud["tabellen"].get(tabel, []):
            if rij.get(sleutel) in weg and any(rij[k] != w for k, w in velden.items()):
                rij.update(velden)
                geleegd += 1
    geleegd += bladen.leeg_rijen(inhoud["tabellen"], weg)
    geleegd += wipe_meeting.leeg_rijen(inhoud["tabellen"], weg)
    return geleegd + wipe_phone.leeg_rijen(inhoud["tabellen"], weg)


def _kaal(waarde: Any) -> Any:
    if isinstance(waarde, uuid.UUID):
        return str(waarde)
    return waarde.isoformat() if isinstance(waarde, date) else waarde


def _rijk(tabel: Table, rij: dict[str, Any], pad: Path) -> dict[str, Any]:
    """A row with the types that its columns have; unknown columns are refused."""
    vreemd = set(rij) - set(tabel.c.keys())
    if vreemd:
        raise BackupFout(f"{pad.name}, {tabel.name}: onbekende kolom {', '.join(sorted(vreemd))}.")
    return {k: _getypt(_soort(tabel, k), w) for k, w in rij.items()}


def _soort(tabel: Table, kolom: str) -> type:
    soort = tabel.c[kolom].type
    return datetime if isinstance(soort, Moment) else soort.python_type


def _getypt(soort: type, waarde: Any) -> Any:
    if waarde is None:
        return None
    if soort is uuid.UUID:
        return uuid.UUID(waarde)
    if soort is datetime:
        moment = datetime.fromisoformat(waarde)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return date.fromisoformat(waarde) if soort is date else waarde


def stroom(verhalen: Verhalen) -> Iterator[bytes]:
    """The JSON of everything that was told, for a download; who may come in stays here."""
    inhoud = alles(verhalen)
    for tabel in TOEGANG:
        inhoud["tabellen"].pop(tabel, None)
    yield json.dumps(inhoud, ensure_ascii=False, indent=1).encode()
