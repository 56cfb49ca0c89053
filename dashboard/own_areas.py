"""Areas of one's own, kept in `instellingen/eigen_gebieden.yaml`: list, make, keep, delete."""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from dashboard import areas
from dashboard.snapshot import Lezing
from dashboard.snapshot_compare import buurten_in, buurtjaren
from indicators import regions
from indicators.contracts import EigenGebied, EigenGebieden

VOOR = "eigen:"
"""What an area of one's own starts with in an address."""
MEESTE_GEBIEDEN, MEESTE_BUURTEN, LANGSTE_NAAM = 500, 2000, 80
_SLOT = threading.Lock()


class GebiedFout(Exception):
    """An area that cannot be kept as given; the message says what to do."""


def lees(pad: Path) -> tuple[EigenGebied, ...]:
    """The areas of one's own, by name.

    Raises:
        KeuzeFout: when the file is there but cannot be understood.
    """
    try:
        staat = pad.stat()
    except OSError:
        return ()
    return _lees(pad, staat.st_mtime_ns, staat.st_ino, staat.st_size)


@lru_cache(maxsize=8)
def _lees(pad: Path, *_wanneer: int) -> tuple[EigenGebied, ...]:
    """Read once as long as the file stays the same: a table can hold hundreds of areas."""
    alle = areas.lees_als(pad, EigenGebieden).gebieden
    return tuple(sorted(alle, key=lambda g: (g.naam.casefold(), g.id)))


def een(pad: Path, gebied_id: str) -> EigenGebied | None:
    """One area by its id; None when there is none."""
    return next((g for g in lees(pad) if g.id == gebied_id), None)


def sleutel(gebied: EigenGebied) -> str:
    """How an area of one's own is named in an address."""
    return VOOR + gebied.id


def maak_id(naam: str, bezet: Iterable[str] = ()) -> str:
    """An id from a name: `Rond de Haven` becomes `rond-de-haven`; taken ids get a number."""
    plat = unicodedata.normalize("NFKD", naam).encode("ascii", "ignore").decode().lower()
    basis = re.sub(r"[^a-z0-9]+", "-", plat).strip("-")[:48].strip("-") or "gebied"
    al, uit, n = set(bezet), basis, 2
    while uit in al:
        uit, n = f"{basis}-{n}", n + 1
    return uit


def schone_naam(naam: str) -> str:
    """A name without control characters and double spaces.

    Raises:
        GebiedFout: when nothing is left, or too much.
    """
    schoon = " ".join("".join(t if t.isprintable() else " " for t in naam).split())
    if not schoon:
        raise GebiedFout("Geef het gebied een naam.")
    if len(schoon) > LANGSTE_NAAM:
        raise GebiedFout(f"De naam telt {len(schoon)} tekens; er passen er {LANGSTE_NAAM}.")
    return schoon


def beste_grensjaar(jaren: dict[str, tuple[int, ...]]) -> int | None:
    """The grensjaar that most of these buurten are in; the newest of equals."""
    telling: dict[int, int] = {}
    for rij in jaren.values():
        for jaar in rij:
            telling[jaar] = telling.get(jaar, 0) + 1
    return max(telling, key=lambda j: (telling[j], j)) if telling else None


def maak_gebied(
    lezing: Lezing, naam: str, codes: Sequence[str], bron: str = "gekozen op de pagina",
    grensjaar: int | None = None, jaren: Mapping[str, tuple[int, ...]] | None = None,
) -> EigenGebied:  # fmt: skip
    """An area from a name and codes of buurten, wijken or gemeenten; not kept yet.

    Args:
        lezing: the publication that must know the buurten.
        naam: what people call it.
        codes: buurten; a wijk or gemeente stands for all its buurten.
        bron: where the list came from, for who reads it later.
        grensjaar: whose boundaries were meant, such as those that a table was read with; without
            it the newest that has most of the buurten.
        jaren: the grensjaren of every buurt (`buurtjaren`), where many areas are made at once.

    Raises:
        GebiedFout: naming what is missing or unknown.
    """
    netjes = schone_naam(naam)
    buurten: dict[str, None] = {}
    nieuwst = lezing.nieuwste_grensjaar()
    for ruw in codes:
        code = regions.schoon(ruw)
        if not regions.geldig(code) or code.startswith("NL"):
            raise GebiedFout(f"„{code[:20]}” is geen code van een buurt, zoals BU03440111.")
        delen = (code,) if code.startswith("BU") else buurten_in(lezing, code, nieuwst)
        if not delen:
            raise GebiedFout(f"Van {code} zijn geen buurten bekend in deze publicatie.")
        buurten.update(dict.fromkeys(delen))
    if not buurten:
        raise GebiedFout("Kies eerst een of meer buurten.")
    if len(buurten) > MEESTE_BUURTEN:
        raise GebiedFout(f"{len(buurten)} buurten is te veel; er passen er {MEESTE_BUURTEN}.")
    return EigenGebied(
        id=maak_id(netjes), naam=netjes,
        grensjaar=_grensjaar(lezing, tuple(buurten), grensjaar, jaren),
        buurtcodes=tuple(buurten), bron=bron[:200],
    )  # fmt: skip


def _grensjaar(
    lezing: Lezing, codes: tuple[str, ...], gevraagd: int | None = None,
    alle: Mapping[str, tuple[int, ...]] | None = None,
) -> int:  # fmt: skip
    jaren = buurtjaren(lezing, codes) if alle is None else {c: alle[c] for c in codes if c in alle}
    jaar = gevraagd or beste_grensjaar(jaren)
    weg = [c for c in codes if jaar is None or jaar not in jaren.get(c, ())]
    if weg or jaar is None:
        anders = [c for c in weg if c in jaren]
        waarom = (
            f"is van een andere indeling ({', '.join(map(str, jaren[anders[0]]))})"
            if anders
            else "staat niet in deze publicatie"
        )
        raise GebiedFout(
            f"{(anders or weg)[0]} {waarom}. Alle buurten van een gebied horen bij één indeling."
        )
    return jaar


def bewaar(
    pad: Path, nieuw: Sequence[EigenGebied], vervang: bool = False
) -> tuple[EigenGebied, ...]:
    """Keeps areas; with `vervang` one takes the place of the area that has its name.

    Returns:
        The areas as kept, with their ids.

    Raises:
        GebiedFout: when there would be too many, or the name is taken.
        KeuzeFout: when the file is there but cannot be understood.
    """
    with _SLOT:
        alle = {g.naam.casefold(): g for g in lees(pad)}
        bezet = {g.id for g in alle.values()}
        bewaard: list[EigenGebied] = []
        for g in nieuw:
            oud = alle.get(g.naam.casefold())
            if oud and not vervang:
                raise GebiedFout(f"Er is al een gebied „{oud.naam}”. Kies een andere naam.")
            wie = oud.id if oud else maak_id(g.naam, bezet)
            bezet.add(wie)
            met_id = g.model_copy(update={"id": wie})
            alle[g.naam.casefold()] = met_id
            bewaard.append(met_id)
        if len(alle) > MEESTE_GEBIEDEN:
            raise GebiedFout(f"{len(alle)} gebieden is te veel; er passen er {MEESTE_GEBIEDEN}.")
        areas.schrijf(pad, EigenGebieden(gebieden=tuple(alle.values())))
    return tuple(bewaard)


def wijzig(pad: Path, gebied_id: str, nieuw: EigenGebied) -> EigenGebied:
    """Keeps an area as it is now, under the id that it had: addresses to it stay.

    Raises:
        GebiedFout: when it is not there any more, or another area has its new name.
        KeuzeFout: when the file is there but cannot be understood.
    """
    with _SLOT:
        alle = {g.id: g for g in lees(pad)}
        if gebied_id not in alle:
            raise GebiedFout("Dit gebied is er niet meer; een ander haalde het weg.")
        naam = nieuw.naam.casefold()
        if any(g.naam.casefold() == naam and g.id != gebied_id for g in alle.values()):
            raise GebiedFout(f"Er is al een gebied „{nieuw.naam}”. Kies een andere naam.")
        alle[gebied_id] = nieuw.model_copy(update={"id": gebied_id})
        areas.schrijf(pad, EigenGebieden(gebieden=tuple(alle.values())))
    return alle[gebied_id]


def verwijder(pad: Path, gebied_id: str) -> EigenGebied | None:
    """Deletes an area; gives back what it was, None when it was not there."""
    with _SLOT:
        alle = lees(pad)
        weg = next((g for g in alle if g.id == gebied_id), None)
        if weg is not None:
            areas.schrijf(pad, EigenGebieden(gebieden=tuple(g for g in alle if g.id != gebied_id)))
    return weg
