"""Saved settings of the Methode-atelier (`wegingen.yaml`): list, find, keep, withdraw."""

from __future__ import annotations

import threading
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from dashboard import areas
from dashboard.own_areas import GebiedFout, maak_id, schone_naam
from indicators.weging import Intrekking, Weging, Wegingen

MEESTE, LANGSTE_REDEN = 500, 600
_SLOT = threading.Lock()


class BewaarFout(Exception):
    """A setting that cannot be kept as given; the message says what to do."""


def lees(pad: Path) -> tuple[Weging, ...]:
    """Every version of every saved setting, in the order in which they were saved.

    Raises:
        KeuzeFout: when the file is there but cannot be understood.
    """
    return lees_alles(pad).wegingen


def lees_alles(pad: Path) -> Wegingen:
    """The file as it is: saved settings, and which of them are withdrawn.

    Raises:
        KeuzeFout: when the file is there but cannot be understood.
    """
    return areas.lees_als(pad, Wegingen)


def nieuwste(alle: tuple[Weging, ...]) -> list[Weging]:
    """The newest version of each setting, by name."""
    per = {w.id: w for w in sorted(alle, key=lambda w: w.versie)}
    return sorted(per.values(), key=lambda w: (w.naam.casefold(), w.id))


def merk(w: Weging) -> str:
    """How a version is named in an address: `schulden.2`."""
    return f"{w.id}.{w.versie}"


def zoek(alle: tuple[Weging, ...], merk_: str) -> Weging | None:
    """The version that an address names; without a number the newest one."""
    wie, punt, nummer = merk_.partition(".")
    versies = [w for w in alle if w.id == wie]
    if not punt:
        return max(versies, key=lambda w: w.versie, default=None)
    return next((w for w in versies if str(w.versie) == nummer), None)


def bewaar(pad: Path, naam: str, reden: str, door: str, op: datetime, wat: Weging) -> Weging:
    """Keeps a setting under a name; the same name makes the next version of it.

    Args:
        pad: the file of settings.
        naam: what people call it.
        reden: why it was chosen.
        door: who saves it.
        op: when.
        wat: the choices; its id, version, name, reason, who and when are filled in here.

    Raises:
        BewaarFout: without a name or reason, or when there are too many.
        KeuzeFout: when the file is there but cannot be understood.
    """
    try:
        netjes = schone_naam(naam)
    except GebiedFout as fout:
        raise BewaarFout(str(fout).replace("het gebied", "de instelling")) from None
    waarom = " ".join(reden.split())
    if len(waarom) < 10:
        raise BewaarFout(
            "Schrijf in een zin waarom je zo weegt; wie dit later leest wil dat weten."
        )
    if len(waarom) > LANGSTE_REDEN:
        raise BewaarFout(f"De reden telt {len(waarom)} tekens; er passen er {LANGSTE_REDEN}.")
    with _SLOT:
        bestand = lees_alles(pad)
        alle = bestand.wegingen
        if len(alle) >= MEESTE:
            raise BewaarFout(f"Er zijn al {MEESTE} versies bewaard; er past er geen meer bij.")
        eerder = [w for w in alle if w.naam.casefold() == netjes.casefold()]
        wie = eerder[0].id if eerder else maak_id(netjes, {w.id for w in alle})
        versie = max((w.versie for w in eerder), default=0) + 1
        try:
            nieuw = Weging(
                **wat.model_dump(exclude={"id", "versie", "naam", "reden", "door", "op"}),
                id=wie, versie=versie, naam=netjes, reden=waarom, door=door, op=op,
            )  # fmt: skip
        except ValidationError as fout:
            raise BewaarFout(f"Niet te bewaren: {fout.errors()[0]['msg']}.") from None
        areas.schrijf(pad, bestand.model_copy(update={"wegingen": (*alle, nieuw)}))
    return nieuw


def trek_in(pad: Path, id_: str, reden: str, door: str, op: datetime) -> Weging:
    """Withdraws a setting with all its versions so far; files that name one still open, and say so.

    Saving under the same name again gives a next version, which is not withdrawn.

    Raises:
        BewaarFout: without a reason, or when there is no such setting in use.
        KeuzeFout: when the file is there but cannot be understood.
    """
    if not id_:
        raise BewaarFout("Kies welke instelling je wilt intrekken.")
    waarom = " ".join(reden.split())
    if not 10 <= len(waarom) <= LANGSTE_REDEN:
        raise BewaarFout(
            f"Schrijf in een zin waarom deze instelling weg mag, hoogstens {LANGSTE_REDEN} tekens."
        )
    with _SLOT:
        bestand = lees_alles(pad)
        w = zoek(bestand.wegingen, id_)
        if w is None or bestand.intrekking(w) is not None:
            raise BewaarFout("Die instelling is er niet, of zij is al ingetrokken.")
        weg = Intrekking(id=w.id, versie=w.versie, reden=waarom, door=door, op=op)
        areas.schrijf(pad, bestand.model_copy(update={"ingetrokken": (*bestand.ingetrokken, weg)}))
    return w
