"""Erasure of meetings and notes: rows that go for good, here and in every backup that is kept."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from dashboard.stories.models import Verhaal
from dashboard.stories.models_bijeenkomst import Bijeenkomst, Deelnemer, Notitie, Ronde
from dashboard.stories.repository import vingerafdruk

NOTITIE, BIJEENKOMST = "notitie", "bijeenkomst"
SOORTEN = (NOTITIE, BIJEENKOMST)
"""Kinds in the wipe list that are about a meeting."""


def wis(sessie: Session, soort: str, wie: uuid.UUID) -> bool:
    """Takes a note, or a meeting with all that hangs on it, out of the store.

    Returns:
        Whether it was there.
    """
    if soort == NOTITIE:
        gewist = sessie.execute(delete(Notitie).where(Notitie.id == wie))
        return bool(gewist.rowcount)  # type: ignore[attr-defined]
    if sessie.scalar(select(Bijeenkomst.id).where(Bijeenkomst.id == wie)) is None:
        return False
    for tabel in (Notitie, Deelnemer, Ronde):
        sessie.execute(delete(tabel).where(tabel.bijeenkomst_id == wie))
    sessie.execute(delete(Bijeenkomst).where(Bijeenkomst.id == wie))
    return True


def bij_verhaal(sessie: Session, verhaal: uuid.UUID) -> list[uuid.UUID]:
    """The notes that a verhaal was made of; also when the server fell over before it said so."""
    ids = list(sessie.scalars(select(Notitie.id).where(Notitie.verhaal_id == verhaal)))
    sleutel = sessie.scalar(select(Verhaal.sleutel).where(Verhaal.id == verhaal))
    if sleutel is not None:
        los = sessie.scalars(select(Notitie.id).where(Notitie.verhaal_id.is_(None)))
        ids += [n for n in los if vingerafdruk(f"notitie {n}") == sleutel]
    return ids


def verlopen(sessie: Session, vandaag: date, dagen: int) -> list[uuid.UUID]:
    """The meetings that were kept long enough: so many days after their end, else their start."""
    alle = sessie.scalars(select(Bijeenkomst))
    grens = timedelta(days=dagen)
    return [b.id for b in alle if (b.gesloten_op or b.begonnen_op).date() + grens < vandaag]


def leeg_rijen(tabellen: dict[str, list[dict[str, Any]]], weg: set[str]) -> int:
    """Takes wiped notes and meetings out of an unpacked backup.

    Returns:
        How many rows went.
    """
    geleegd = 0
    for tabel, kolommen in (
        ("bijeenkomst_notitie", ("id", "bijeenkomst_id")),
        ("bijeenkomst_deelnemer", ("bijeenkomst_id",)),
        ("bijeenkomst_ronde", ("bijeenkomst_id",)),
        ("bijeenkomst", ("id",)),
    ):
        rijen = tabellen.get(tabel, [])
        blijft = [r for r in rijen if not any(r.get(k) in weg for k in kolommen)]
        if len(blijft) < len(rijen):
            tabellen[tabel] = blijft
            geleegd += len(rijen) - len(blijft)
    return geleegd
