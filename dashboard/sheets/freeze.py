"""Freezing a version: what it was made from is pinned, and the same bytes come out again."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from dashboard.context import Huis
from dashboard.sheets import matter, render
from dashboard.sheets.compose import ZONDER_REDEN
from dashboard.sheets.model import BladFout, Redactie, uit_dict
from dashboard.sheets.models import BladArchief, BladVersie
from dashboard.snapshot import GebiedOnbekend, Lezing


class Veranderd(BladFout):
    """Another version of layout, Typst or fonts: the same bytes cannot come out again."""


@dataclass(frozen=True)
class Vastgezet:
    """A frozen sheet: its content, its bytes, and their checksums."""

    werk: render.Drukwerk
    invoer: str


def zet_vast(huis: Huis, lezing: Lezing, versie: BladVersie) -> Vastgezet:
    """Makes the sheet of a version and fills in everything that it pins.

    The caller commits; the publication is pinned on disk right away, so that pruning leaves it.

    Raises:
        BladFout: when the sheet cannot be made, or it was frozen before.
    """
    if versie.vel is not None:
        raise BladFout("Deze versie staat al vast. Maak een nieuwe versie om iets te veranderen.")
    redactie = Redactie.model_validate(versie.redactie)
    if redactie.oordeel_zonder_reden:
        raise BladFout(ZONDER_REDEN)
    try:
        zaak = matter.lees_zaak(
            huis, lezing, versie.blad.gebied, versie.blad.grensjaar, redactie,
            f"versie {versie.nummer}{versie.letter}",
        )  # fmt: skip
    except GebiedOnbekend:
        raise BladFout(
            f"De publicatie van nu heeft geen gebied {versie.blad.gebied} met indeling "
            f"{versie.blad.grensjaar}. Begin een nieuw blad bij de opvolger."
        ) from None
    werk = matter.maak(zaak)
    vel = werk.vellen[0]
    versie.vel = vel.als_dict()
    versie.publicatie, versie.catalogus = vel.bronnen.publicatie, vel.bronnen.catalogus
    versie.opmaak, versie.invoer_sha256 = vel.opmaak, vel.controle
    versie.pdf_sha256, versie.vastgezet_op = werk.sha256, datetime.now(UTC)
    vast = huis.instellingen.datamap.vastgehouden
    vast.mkdir(parents=True, exist_ok=True)
    (vast / vel.bronnen.publicatie).touch()
    return Vastgezet(werk, vel.controle)


def bytes_van(sessie: Session, versie: BladVersie) -> bytes:
    """The PDF of a frozen version: from the archive, else set again and held against its checksum.

    A version that was reissued after a wipe gets its checksums here, the first time.

    Raises:
        Veranderd: when the bytes come out otherwise than when it was frozen.
        BladFout: when it was not frozen, or cannot be set.
    """
    archief = sessie.get(BladArchief, versie.id)
    if archief is not None and archief.pdf64:
        return base64.b64decode(archief.pdf64)
    if versie.vel is None:
        raise BladFout("Deze versie is nog een concept; er is niets vastgezet.")
    vel = uit_dict(versie.vel)
    werk = render.druk([vel])
    if versie.pdf_sha256 is None or (archief is not None and archief.gewist_op is not None):
        versie.opmaak, versie.invoer_sha256 = render.opmaak(), werk.vellen[0].controle
        versie.pdf_sha256 = werk.sha256
        sessie.commit()
    if werk.sha256 != versie.pdf_sha256:
        oud, nieuw = versie.opmaak or {}, render.opmaak()
        anders = [f"{k} {oud.get(k)} nu {nieuw[k]}" for k in nieuw if oud.get(k) != nieuw[k]]
        raise Veranderd(
            "Dit blad komt niet meer met dezelfde bytes uit de pers: "
            f"{', '.join(anders) or 'de inhoud is veranderd'}. Zet het opnieuw vast, of gebruik "
            "het exemplaar uit het archief."
        )
    return werk.pdf


def archiveer(sessie: Session, versie: BladVersie) -> BladArchief:
    """Keeps the bytes and the figures used: when it is put before a table, so on approval too.

    Doing it twice changes nothing.

    Raises:
        BladFout: as `bytes_van`.
    """
    er_al = sessie.get(BladArchief, versie.id)
    if er_al is not None:
        return er_al
    pdf = bytes_van(sessie, versie)
    assert versie.vel is not None  # noqa: S101 - bytes_van says so
    archief = BladArchief(
        versie_id=versie.id,
        pdf64=base64.b64encode(pdf).decode(),
        sha256=hashlib.sha256(pdf).hexdigest(),
        cijfers=[list(c) for c in uit_dict(versie.vel).bronnen.cijfers],
        op=datetime.now(UTC),
    )
    sessie.add(archief)
    return archief
