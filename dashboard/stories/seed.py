"""Loads stories from a `verhalen.yaml`: once, however often it is run.

The file is a list (or a mapping with the list under `verhalen`); each story has gebied,
grensjaar, rol, tekst, and where known id, soort, richting, themas, opgehaald_op, opgehaald_hoe,
bron, toestemming, anoniem, status, door and `koppelingen`: a list of indicator, jaar, houding,
and, when it quotes an older state of the figure, waarde or ontbreekt_door.
"""

from __future__ import annotations

import hashlib
import uuid
from datetime import date
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dashboard.snapshot import Lezing
from dashboard.stories.repository import Citaat, Nieuw, Verhalen, Woorden

_RUIMTE = uuid.UUID("6f1c0c52-5d9b-4c1e-9d53-0f6a0c1b9901")


class ZaadFout(Exception):
    """The file cannot be read; the message names the story and the field."""


class ZaadKoppeling(BaseModel):
    """One binding in the file."""

    model_config = ConfigDict(extra="forbid")

    indicator: str
    jaar: int
    houding: str
    gebied: str | None = None
    grensjaar: int | None = None
    waarde: float | None = None
    ontbreekt_door: str | None = None


class ZaadVerhaal(BaseModel):
    """One story in the file."""

    model_config = ConfigDict(extra="forbid")

    id: str | None = None
    gebied: str
    grensjaar: int
    tekst: str = Field(min_length=1)
    rol: str
    soort: str = "ervaring"
    richting: str | None = None
    themas: tuple[str, ...] = ()
    opgehaald_op: date | None = None
    opgehaald_hoe: str = ""
    bron: str = ""
    toestemming: bool = True
    anoniem: bool = True
    status: str = "gelezen"
    door: str = "voorbeeld"
    koppelingen: tuple[ZaadKoppeling, ...] = ()

    def sleutel(self) -> uuid.UUID:
        """The id under which it is kept: the same for the same story."""
        basis = self.id or hashlib.sha256(f"{self.gebied}{self.rol}{self.tekst}".encode())
        return uuid.uuid5(_RUIMTE, basis if isinstance(basis, str) else basis.hexdigest())


def lees(bestand: Path) -> list[ZaadVerhaal]:
    """The stories in a file.

    Raises:
        ZaadFout: naming the story and the field.
    """
    try:
        inhoud = yaml.safe_load(bestand.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as fout:
        raise ZaadFout(f"{bestand}: {fout}") from None
    rijen = inhoud.get("verhalen") if isinstance(inhoud, dict) else inhoud
    if not isinstance(rijen, list):
        raise ZaadFout(f"{bestand}: er staat geen lijst met verhalen in")
    verhalen = []
    for nummer, rij in enumerate(rijen, start=1):
        try:
            verhalen.append(ZaadVerhaal.model_validate(rij))
        except ValidationError as fout:
            eerste = fout.errors()[0]
            veld = ".".join(str(p) for p in eerste["loc"])
            raise ZaadFout(f"{bestand}, verhaal {nummer}, {veld}: {eerste['msg']}") from None
    return verhalen


def laad(verhalen: Verhalen, bestand: Path, lezing: Lezing) -> tuple[int, int]:
    """Adds the stories that are not there yet; what people made of the others is left alone.

    Returns:
        How many were added, and how many were there already.

    Raises:
        ZaadFout: naming the story and the field, or the figure that the publication lacks.
    """
    nieuw = er_al = 0
    for zaad in lees(bestand):
        if verhalen.een(zaad.sleutel()) is not None:
            er_al += 1
            continue
        verhalen.schrijf(
            Nieuw(
                gebied=zaad.gebied,
                grensjaar=zaad.grensjaar,
                id=zaad.sleutel(),
                themas=zaad.themas or _themas(zaad, lezing),
                bewaren_tot=date.max if lezing.publicatie.fictief else None,  # about nobody
                citaten=tuple(_citaat(zaad, k, lezing) for k in zaad.koppelingen),
                woorden=Woorden(
                    **zaad.model_dump(
                        include={
                            "tekst", "rol", "soort", "richting", "opgehaald_op", "opgehaald_hoe",
                            "bron", "toestemming", "anoniem", "status",
                        }
                    )
                ),
            ),
            door=zaad.door,
            wat="geladen",
        )  # fmt: skip
        nieuw += 1
    return nieuw, er_al


def _themas(zaad: ZaadVerhaal, lezing: Lezing) -> tuple[str, ...]:
    indicatoren = lezing.catalogus.indicatoren
    gevonden = [
        indicatoren[k.indicator].thema for k in zaad.koppelingen if k.indicator in indicatoren
    ]
    return tuple(dict.fromkeys(gevonden))


def _citaat(zaad: ZaadVerhaal, k: ZaadKoppeling, lezing: Lezing) -> Citaat:
    gebied = k.gebied or zaad.gebied
    reeks = lezing.waarden([gebied], [k.indicator])
    met = [w.jaar for w in reeks if w.waarde is not None]
    alle = [w for w in reeks if w.jaar == k.jaar]
    gekozen = [w for w in alle if w.grensjaar == (k.grensjaar or k.jaar)] or alle
    zelf_gezegd = k.waarde is not None or k.ontbreekt_door is not None
    if not gekozen and not zelf_gezegd:
        raise ZaadFout(
            f"verhaal '{zaad.tekst[:40]}': {gebied} heeft geen {k.indicator} over {k.jaar}"
        )
    w = gekozen[-1] if gekozen else None
    return Citaat(
        gebied=gebied,
        grensjaar=w.grensjaar if w else (k.grensjaar or zaad.grensjaar),
        indicator=k.indicator,
        jaar=k.jaar,
        waarde=k.waarde if zelf_gezegd or w is None else w.waarde,
        ontbreekt_door=k.ontbreekt_door if zelf_gezegd or w is None else w.ontbreekt_door,
        publicatie=lezing.publicatie.publicatie,
        nieuwste_jaar=k.jaar if zelf_gezegd else max([k.jaar, *met]),
        houding=k.houding,
    )
