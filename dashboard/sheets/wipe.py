"""A wiped passage goes from every frozen sheet; the sheet comes out again as "versie b"."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from dashboard.sheets.models import BladArchief, BladVersie

VERWIJDERD = "Deze passage is op verzoek verwijderd."


def verwijder(sessie: Session, weg: uuid.UUID) -> int:
    """Takes a story or card out of all frozen sheets, within the session that wipes it.

    The old version loses the passage and its archived bytes; a new one, with the next letter,
    says that a passage was removed. Its bytes are set when they are asked for.

    Returns:
        How many sheets were reissued.
    """
    geraakt = 0
    for versie in sessie.scalars(select(BladVersie).where(BladVersie.vel.is_not(None))).all():
        if versie.vel is None or not bevat(versie.vel, str(weg)):
            continue
        schoon = zonder(versie.vel, str(weg))
        laatste = _laatste(sessie, versie)
        if laatste.id == versie.id:
            sessie.add(_opnieuw(versie, schoon))
            geraakt += 1
        versie.vel, versie.pdf_sha256 = schoon, None
        archief = sessie.get(BladArchief, versie.id)
        if archief is not None:
            archief.pdf64, archief.gewist_op = None, datetime.now(UTC)
    return geraakt


def _laatste(sessie: Session, versie: BladVersie) -> BladVersie:
    """The version with the highest letter of the same number: only that one is reissued."""
    zelfde = sessie.scalars(
        select(BladVersie)
        .where(BladVersie.blad_id == versie.blad_id, BladVersie.nummer == versie.nummer)
        .order_by(BladVersie.letter)
    ).all()
    return zelfde[-1]


def _opnieuw(versie: BladVersie, vel: dict[str, Any]) -> BladVersie:
    letter = chr(ord(versie.letter or "a") + 1)
    stand = f"versie {versie.nummer}{letter}, passage verwijderd"
    return BladVersie(
        blad_id=versie.blad_id, nummer=versie.nummer, letter=letter, status=versie.status,
        redactie=versie.redactie, vel={**vel, "stand": stand}, publicatie=versie.publicatie,
        catalogus=versie.catalogus, opmaak=versie.opmaak, door="wissen", op=datetime.now(UTC),
        vastgezet_op=versie.vastgezet_op,
    )  # fmt: skip


def bevat(vel: dict[str, Any], weg: str) -> bool:
    """Whether a frozen sheet still holds words of a story or card."""
    if vel.get("id") == weg:
        return vel.get("tekst", vel.get("titel")) != VERWIJDERD
    return any(bevat(d, weg) for d in _delen(vel))


def zonder(vel: Any, weg: str) -> Any:
    """The sheet with that passage replaced by the mark that it was there."""
    if isinstance(vel, list):
        return [zonder(d, weg) for d in vel]
    if not isinstance(vel, dict):
        return vel
    if vel.get("id") != weg:
        return {k: zonder(w, weg) for k, w in vel.items()}
    leeg = {k: ([] if isinstance(w, list) else "") for k, w in vel.items()}
    naam = "tekst" if "tekst" in vel else "titel"
    return leeg | {"id": weg, "rol": vel.get("rol", ""), naam: VERWIJDERD}


def _delen(ding: Any) -> list[dict[str, Any]]:
    if isinstance(ding, dict):
        ding = list(ding.values())
    if not isinstance(ding, list):
        return []
    uit: list[dict[str, Any]] = []
    for d in ding:
        uit += [d] if isinstance(d, dict) else _delen(d)
    return uit


def leeg_rijen(tabellen: dict[str, list[dict[str, Any]]], weg: set[str]) -> int:
    """Does the same in an unpacked backup; counts the rows that changed."""
    geleegd, ids = 0, set()
    for rij in tabellen.get("blad_versie", []):
        for een in weg:
            if rij["vel"] and bevat(rij["vel"], een):
                rij["vel"] = zonder(rij["vel"], een)
                ids.add(rij["id"])
                geleegd += 1
    for rij in tabellen.get("blad_archief", []):
        if rij["versie_id"] in ids:
            rij["pdf64"] = None
    return geleegd
