"""What a phone sends: checked, kept once under its own number, and answered the same each time."""

from __future__ import annotations

import hashlib
import json
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from dashboard import privacy
from dashboard.context import Huis
from dashboard.phone import photo, places
from dashboard.phone.pairing import Toestelsessie
from dashboard.phone.places import Plaats
from dashboard.snapshot import GeenPublicatie
from dashboard.stories.models import Verhaal
from dashboard.stories.models_telefoon import Foto, ToestelInzending
from dashboard.stories.repository import LANGSTE_TEKST, Nieuw, Woorden, leesbaar, nu
from indicators.catalogue import lees as lees_catalogus

LANGST_GELEDEN = timedelta(days=90)
PER_DAG = 200
"""Submissions of one phone in a day, after which it waits: no person writes so many."""


class InzendFout(Exception):
    """A submission not taken; `soort` says what has to change: tekst, plek, foto, dubbel."""

    def __init__(self, soort: str, melding: str, status: int = 422) -> None:
        super().__init__(melding)
        self.soort, self.status = soort, status


@dataclass(frozen=True)
class Inzending:
    """What a phone sent, read but not trusted.

    `geleden` is by the phone's own clock at both ends, so that a wrong clock drops out.
    """

    nummer: uuid.UUID
    plek: str
    tekst: str
    richting: str
    toestemming: bool
    anoniem: bool
    geleden: timedelta
    foto: str | None

    @property
    def sha256(self) -> str:
        """The checksum of all that was told; not of when it was sent."""
        foto = None if self.foto is None else hashlib.sha256(self.foto.encode()).hexdigest()
        alles = [self.plek, self.tekst, self.richting, self.toestemming, self.anoniem, foto]
        return hashlib.sha256(json.dumps(alles).encode()).hexdigest()


def lees(ruw: Any) -> Inzending:
    """A submission from JSON.

    Raises:
        InzendFout: when it is not of that shape, empty, or too long.
    """
    if not isinstance(ruw, dict):
        raise InzendFout("tekst", "Deze inzending is niet te lezen.", 400)

    def woord(veld: str) -> str:
        waarde = ruw.get(veld)
        if not isinstance(waarde, str):
            raise InzendFout("tekst", f"Deze inzending is niet te lezen: {veld} ontbreekt.", 400)
        return leesbaar(waarde).strip()

    try:
        nummer = uuid.UUID(woord("nummer"))
    except ValueError:
        raise InzendFout("tekst", "Deze inzending heeft geen nummer.", 400) from None
    foto = woord("foto") if ruw.get("foto") is not None else None
    i = Inzending(
        nummer, woord("plek")[:120], woord("tekst"), woord("richting"),
        ruw.get("toestemming") is True, ruw.get("anoniem") is True,
        _geleden(ruw.get("geleden")), foto or None,
    )  # fmt: skip
    if not i.tekst:
        raise InzendFout("tekst", "Schrijf eerst op wat je zag; de tekst is nog leeg.")
    if len(i.tekst) > LANGSTE_TEKST:
        raise InzendFout(
            "tekst", f"Je tekst telt {len(i.tekst)} tekens; er passen er {LANGSTE_TEKST}. "
            "Kort hem in.",
        )  # fmt: skip
    if i.richting not in lees_catalogus().woorden.richting:
        raise InzendFout("tekst", "Kies nog welke kant het op gaat.")
    if not i.anoniem:
        raise InzendFout(
            "tekst", "Lees je tekst nog eens na en vink aan dat niemand te herkennen is."
        )
    return i


def _geleden(seconden: Any) -> timedelta:
    """How long ago it was told; what cannot be right counts as just now."""
    goed = isinstance(seconden, int | float) and not isinstance(seconden, bool)
    if not goed or not 0 <= seconden <= LANGST_GELEDEN.total_seconds():
        return timedelta(0)
    return timedelta(seconds=float(seconden))


def neem_aan(huis: Huis, van: Toestelsessie, i: Inzending) -> dict[str, Any]:
    """Keeps a submission as one story, however often it comes in.

    Returns:
        What the phone is told; for the same submission the same.

    Raises:
        InzendFout: when it is not taken; nothing was kept.
        NietToegestaan: when the place is not this phone's.
        KeuzeFout: when the list of places cannot be read.
    """
    toestel = van.wie.toestel
    assert toestel is not None  # noqa: S101 - the door lets only phones in here
    with huis.verhalen.sessie() as sessie:
        eerder = _eerder(sessie, toestel, i)
        if eerder is not None and _is_heel(sessie, eerder, i):
            return _antwoord(huis, eerder, i.tekst)
        if eerder is None:
            _niet_te_veel(sessie, toestel)
    plaats = next((p for p in _plaatsen(huis, van) if p.id == i.plek), None)
    if plaats is None:
        raise InzendFout("plek", "Over deze plek kun je met deze telefoon niet (meer) vertellen. "
                                 "Kies een andere.", 403)  # fmt: skip
    pixels = _foto(huis, i)
    rij = eerder or _leg_vast(huis, van, i, plaats)
    _schrijf(huis, van, i, plaats, rij)
    if pixels is not None:
        with huis.verhalen.sessie() as sessie:
            photo.bewaar(sessie, rij.verhaal_id, pixels)
            sessie.commit()
    return _antwoord(huis, rij, i.tekst)


def _plaatsen(huis: Huis, van: Toestelsessie) -> list[Plaats]:
    return places.binnen(places.alle(huis), van.recht, van.plekken)


def _eerder(sessie: Session, toestel: uuid.UUID, i: Inzending) -> ToestelInzending | None:
    """The same submission, come in before.

    Raises:
        InzendFout: when something else came in under its number; the log keeps its checksum.
    """
    vraag = select(ToestelInzending).where(
        ToestelInzending.toestel_id == toestel, ToestelInzending.nummer == i.nummer
    )
    rij = sessie.scalars(vraag).first()
    if rij is not None and rij.sha256 not in (None, i.sha256):
        raise InzendFout("dubbel", "Onder dit nummer is al iets anders aangekomen.", 409)
    return rij


def _is_heel(sessie: Session, rij: ToestelInzending, i: Inzending) -> bool:
    """Whether all of it was kept: the server may have stopped halfway."""
    verhaal = sessie.get(Verhaal, rij.verhaal_id)
    if verhaal is None or verhaal.gewist_op is not None:
        return verhaal is not None
    foto = select(Foto.id).where(Foto.verhaal_id == rij.verhaal_id).limit(1)
    return i.foto is None or sessie.scalar(foto) is not None


def _niet_te_veel(sessie: Session, toestel: uuid.UUID) -> None:
    begin = nu() - timedelta(days=1)
    vraag = select(func.count()).select_from(ToestelInzending).where(
        ToestelInzending.toestel_id == toestel, ToestelInzending.op > begin
    )  # fmt: skip
    if (sessie.scalar(vraag) or 0) >= PER_DAG:
        raise InzendFout("wacht", "Er kwam vandaag te veel van deze telefoon.", 429)


def _foto(huis: Huis, i: Inzending) -> photo.Pixels | None:
    if i.foto is None:
        return None
    if not places.instelling(huis).fotos:
        raise InzendFout("foto", "Foto's staan hier uit. Verstuur je verhaal zonder foto.")
    try:
        return photo.lees(i.foto)
    except photo.FotoFout as fout:
        raise InzendFout("foto", str(fout)) from None


def _leg_vast(huis: Huis, van: Toestelsessie, i: Inzending, plaats: Plaats) -> ToestelInzending:
    """Takes the number, before the story is kept; who comes second goes on with the first."""
    toestel = van.wie.toestel
    assert toestel is not None  # noqa: S101 - see above
    rij = ToestelInzending(
        toestel_id=toestel, nummer=i.nummer, sha256=i.sha256, plek=plaats.naam, op=nu(),
        verhaal_id=uuid.uuid5(toestel, str(i.nummer)),
    )  # fmt: skip
    with huis.verhalen.sessie() as sessie:
        sessie.add(rij)
        try:
            sessie.commit()
        except IntegrityError:
            sessie.rollback()
            eerst = _eerder(sessie, toestel, i)
            if eerst is None:
                raise
            return eerst
    return rij


def _schrijf(
    huis: Huis, van: Toestelsessie, i: Inzending, plaats: Plaats, rij: ToestelInzending
) -> None:
    """Keeps the story under the id that was chosen; it waits for a second person like any other."""
    rol = lees_catalogus().woorden.rol.get(van.rol, van.rol)
    woorden = Woorden(
        tekst=i.tekst, rol=van.rol, richting=i.richting, toestemming=i.toestemming,
        anoniem=i.anoniem, opgehaald_op=(nu() - i.geleden).date(),
        opgehaald_hoe=f"met de telefoon, over {plaats.soort} {plaats.naam}",
        bron=f"verteld door {rol}",
    )  # fmt: skip
    ook = tuple((g, plaats.grensjaar) for g in plaats.gebieden[1:])
    nieuw = Nieuw(plaats.gebieden[0], plaats.grensjaar, woorden, id=rij.verhaal_id,
                  sleutel=f"toestel {rij.toestel_id} {rij.nummer}", ook_over=ook)  # fmt: skip
    huis.verhalen.schrijf(nieuw, van.wie.naam)


def _antwoord(huis: Huis, rij: ToestelInzending, tekst: str) -> dict[str, Any]:
    return {
        "nummer": str(rij.nummer),
        "staat": "aangekomen",
        "op": rij.op.isoformat(timespec="seconds"),
        "hulp": hulp(huis, tekst),
    }


def hulp(huis: Huis, tekst: str) -> list[dict[str, str]]:
    """Words by which someone may be recognised, each with advice; the text is not kept."""
    namen: list[str] = []
    try:
        with huis.snapshots.lezing() as lezing:
            codes = {c for p in places.alle(huis) for c in p.gebieden}
            gemeenten = {g.gemeente for g in lezing.gebieden(sorted(codes))}
            namen = [n for g in gemeenten for n in lezing.namen_in(g)]
    except GeenPublicatie:
        pass
    namen += [p.naam for p in places.alle(huis)]
    vondsten = privacy.vind(leesbaar(tekst)[:LANGSTE_TEKST], namen)
    return [
        {"soort": v.soort, "woorden": v.woorden, "advies": privacy.ADVIES[v.soort]}
        for v in vondsten[:5]
    ]


def log_dubbel(huis: Huis, van: Toestelsessie, i: Inzending) -> None:
    """Leaves a line, by checksum, of other words that came in under a number that was taken."""
    toestel = van.wie.toestel
    assert toestel is not None  # noqa: S101 - see above
    with huis.verhalen.sessie() as sessie:
        huis.verhalen.log(
            sessie, van.wie.naam, "inzending geweigerd", uuid.uuid5(toestel, str(i.nummer)),
            f"telefoon {toestel} nummer {i.nummer}", i.tekst,
        )  # fmt: skip
        sessie.commit()
