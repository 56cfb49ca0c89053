"""What a wipe, a term that ends and a backup mean for phones, their submissions and photos."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from dashboard.stories.models_telefoon import Foto, Toestel, ToestelInzending
from dashboard.stories.repository import nu

SLEUTELS = ("code_sha256", "sleutel_sha256")
"""Of a phone these stay out of a backup: a restore lets in nobody who was shut out since."""
NAAMLOOS = "(ingetrokken telefoon)"


def wis(sessie: Session, verhaal: uuid.UUID) -> None:
    """Empties the photos of a story and the checksum of its submission, within a session."""
    sessie.execute(
        update(Foto)
        .where(Foto.verhaal_id == verhaal)
        .values(jpeg64=None, sha256=None, gewist_op=nu())
    )
    sessie.execute(
        update(ToestelInzending).where(ToestelInzending.verhaal_id == verhaal).values(sha256=None)
    )


def leeg_rijen(tabellen: dict[str, list[dict[str, Any]]], weg: set[str]) -> int:
    """Does the same in an unpacked backup; counts the rows that changed."""
    geleegd = 0
    for rij in tabellen.get(Foto.__tablename__, []):
        if rij["verhaal_id"] in weg and rij["jpeg64"] is not None:
            rij.update(jpeg64=None, sha256=None, gewist_op=nu().isoformat())
            geleegd += 1
    for rij in tabellen.get(ToestelInzending.__tablename__, []):
        if rij["verhaal_id"] in weg and rij["sha256"] is not None:
            rij["sha256"] = None
            geleegd += 1
    return geleegd


def zonder_sleutels(tabellen: dict[str, list[dict[str, Any]]]) -> None:
    """Takes the checksums of keys and links out of unpacked tables."""
    for rij in tabellen.get(Toestel.__tablename__, []):
        rij.update(dict.fromkeys(SLEUTELS))


def verloop(sessie: Session, moment: datetime, dagen: int) -> int:
    """Forgets links that nobody used, and whose phone it was that was taken back, within a session.

    Returns:
        How many phones were forgotten or made nameless.
    """
    grens = moment - timedelta(days=dagen)
    nooit = select(Toestel.id).where(Toestel.gekoppeld_op.is_(None), Toestel.code_tot < grens)
    weg = list(sessie.scalars(nooit))
    sessie.execute(delete(Toestel).where(Toestel.id.in_(weg)))
    oud = sessie.scalars(
        select(Toestel).where(Toestel.ingetrokken_op < grens, Toestel.naam != NAAMLOOS)
    ).all()
    for toestel in oud:
        toestel.naam, toestel.code_sha256, toestel.sleutel_sha256 = NAAMLOOS, None, None
    return len(weg) + len(oud)
