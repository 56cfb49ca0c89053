"""Hearing back: per story of a phone what became of it, in words for who told it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import String, cast, or_, select
from sqlalchemy.orm import Session

from dashboard.phone.pairing import Toestelsessie
from dashboard.sheets.models import BladTafel, BladVersie
from dashboard.stories import reading
from dashboard.stories.models import Verhaal
from dashboard.stories.models_telefoon import ToestelInzending
from dashboard.stories.repository import Verhalen
from dashboard.words import datum, eerste_woorden

HOOGSTENS = 50
TAFELS = {"bestuur": "Het bestuur", "rvc": "De raad van commissarissen"}
_UITKOMST = {
    "voorgelegd": "{wie} besloot er nog niet over.",
    "goedgekeurd": "Dit is besloten: {wat}",
    "besproken": "{wie} besprak het. {wat}",
    "teruggestuurd": "{wie} stuurde het blad terug. {wat}",
}


def terug(verhalen: Verhalen, van: Toestelsessie) -> list[dict[str, Any]]:
    """What became of the stories of this phone, the newest first; of no other's."""
    with verhalen.sessie() as sessie:
        rijen = sessie.scalars(
            select(ToestelInzending)
            .where(ToestelInzending.toestel_id == van.wie.toestel)
            .order_by(ToestelInzending.id.desc())
            .limit(HOOGSTENS)
        ).all()
        ids = [r.verhaal_id for r in rijen]
        stories = {v.id: v for v in sessie.scalars(select(Verhaal).where(Verhaal.id.in_(ids)))}
        bladen = op_bladen(sessie, [i for i, v in stories.items() if v.gewist_op is None])
    return [
        _regel(r, stories[r.verhaal_id], bladen.get(r.verhaal_id, []))
        for r in rijen
        if r.verhaal_id in stories
    ]


def _regel(r: ToestelInzending, v: Verhaal, bladen: list[str]) -> dict[str, Any]:
    staat, zin = stand(v)
    gewist = v.gewist_op is not None
    return {
        "nummer": str(r.nummer),
        "op": r.op.isoformat(timespec="seconds"),
        "dag": datum(r.op),
        "plek": r.plek,
        "begin": "" if gewist else eerste_woorden(v.nu.tekst, 120),
        "tekst": v.nu.tekst if staat == "terug" else "",
        "staat": staat,
        "zin": zin,
        "bladen": bladen,
    }


def stand(v: Verhaal) -> tuple[str, str]:
    """How a story stands, as a word and as a sentence for its teller."""
    if v.gewist_op is not None:
        return "gewist", "Gewist. De tekst is nergens meer."
    if v.nu.status == "ingetrokken":
        return "ingetrokken", "Ingetrokken. Het komt op geen nieuw blad meer."
    if v.nu.status == "gelezen":
        return "gelezen", "Gelezen, mag gedeeld."
    woord = reading.laatste_woord(v)
    if woord is not None:
        return "terug", f"Teruggegeven: {woord.reden}"
    if not v.nu.toestemming:
        return "wacht", "Nog niet gedeeld: je zei niet dat het gedeeld mag worden."
    return "wacht", "Wacht op een tweede lezer."


def op_bladen(sessie: Session, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[str]]:
    """Per story the sheets that it stood on when they were put before a table, and the outcome."""
    uit: dict[uuid.UUID, list[str]] = {}
    if not ids:
        return uit
    tekst = cast(BladVersie.vel, String)
    vraag = (
        select(BladTafel, BladVersie.vel)
        .join(BladVersie, BladVersie.id == BladTafel.versie_id)
        .where(BladVersie.vel.is_not(None), or_(*(tekst.contains(str(i)) for i in ids)))
        .order_by(BladTafel.vergadering_op.desc(), BladTafel.id.desc())
    )
    for tafel, vel in sessie.execute(vraag):
        erop = {str(id_) for id_, *_ in (vel or {}).get("bronnen", {}).get("verhalen", ())}
        for i in ids:
            if str(i) in erop:
                uit.setdefault(i, []).append(_blad(tafel))
    return uit


def _blad(t: BladTafel) -> str:
    wie = TAFELS.get(t.tafel, t.tafel)
    wat = t.uitkomst.strip() or ("goedgekeurd." if t.status == "goedgekeurd" else "")
    wat += "" if not wat or wat.endswith((".", "!", "?")) else "."
    uitkomst = _UITKOMST.get(t.status, "{wat}").format(wie=wie, wat=wat).strip()
    zin = f"Jouw verhaal staat op het blad van {datum(t.vergadering_op)}. {uitkomst}"
    return zin + (f" Wat ervan kwam: {t.gevolg.strip()}" if t.gevolg.strip() else "")
