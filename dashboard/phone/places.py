"""The places a phone chooses from: complexes, streets, beheergebieden, or the own areas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from dashboard import areas
from dashboard.access import Recht
from dashboard.areas import KeuzeFout
from dashboard.context import Huis
from dashboard.own_areas import maak_id
from dashboard.snapshot import GeenPublicatie
from dashboard.words import opsomming
from indicators import regions
from indicators.contracts import Bestand

BUURT = "buurt"


class Plek(Bestand):
    """A complex, street or beheergebied under the name its people use; the buurt follows.

    A story about it is told in the first of `gebieden` and speaks about the others too.
    """

    naam: str = Field(min_length=1, max_length=80)
    soort: Literal["complex", "straat", "beheergebied"] = "complex"
    gebieden: tuple[str, ...] = Field(min_length=1, max_length=50)
    grensjaar: int = Field(ge=1990, le=2100)


class Telefoon(Bestand):
    """`instellingen/telefoon.yaml`: what a phone may choose from, and whether it may send photos.

    Without `plekken` it chooses from the corporation's own areas.
    """

    plekken: tuple[Plek, ...] = ()
    fotos: bool = False


@dataclass(frozen=True)
class Plaats:
    """A place under the name people use; `buurt` names the areas that follow from it."""

    id: str
    naam: str
    soort: str
    gebieden: tuple[str, ...]
    grensjaar: int
    buurt: str


def instelling(huis: Huis) -> Telefoon:
    """What `instellingen/telefoon.yaml` says.

    Raises:
        KeuzeFout: naming the file and the line that is not right.
    """
    pad = huis.instellingen.datamap.telefoon
    keuze = areas.lees_als(pad, Telefoon)
    ids: set[str] = set()
    for nummer, plek in enumerate(keuze.plekken, start=1):
        for code in plek.gebieden:
            if not regions.geldig(regions.schoon(code)):
                raise KeuzeFout(
                    f"{pad}, plekken, nummer {nummer} ({plek.naam}): '{code[:20]}' is geen code "
                    "van een gebied, zoals BU03440111"
                )
        if (id_ := maak_id(plek.naam)) in ids:
            raise KeuzeFout(
                f"{pad}, plekken, nummer {nummer}: de naam '{plek.naam}' staat er (bijna) twee "
                "keer; geef elke plek een eigen naam"
            )
        ids.add(id_)
    return keuze


def alle(huis: Huis) -> list[Plaats]:
    """Every place of this installation, with the names of its areas where they are known.

    Raises:
        KeuzeFout: when a file of settings cannot be understood.
    """
    plekken = instelling(huis).plekken
    eigen = () if plekken else areas.lees(huis.instellingen.datamap.gebieden).mijn_gebieden
    codes = [regions.schoon(c) for p in plekken for c in p.gebieden] or list(eigen)
    namen: dict[str, str] = {}
    nieuwst = 0
    try:
        with huis.snapshots.lezing() as lezing:
            namen = {g.gebied: g.naam for g in lezing.gebieden(codes)}
            nieuwst = lezing.nieuwste_grensjaar()
    except GeenPublicatie:
        eigen = ()  # without boundaries nobody knows of which year such a code is
    uit = []
    for p in plekken:
        gebieden = tuple(dict.fromkeys(regions.schoon(c) for c in p.gebieden))
        buurt = opsomming([namen.get(c, c) for c in gebieden], 3)
        uit.append(Plaats(maak_id(p.naam), p.naam, p.soort, gebieden, p.grensjaar, buurt))
    uit += [Plaats(c, namen[c], BUURT, (c,), nieuwst, "") for c in eigen if c in namen]
    return sorted(uit, key=lambda p: (p.soort, p.naam.casefold()))


def binnen(plaatsen: Sequence[Plaats], recht: Recht, alleen: Sequence[str] = ()) -> list[Plaats]:
    """Those of some places that lie wholly where a right holds; `alleen` narrows to some ids."""
    return [
        p
        for p in plaatsen
        if all(recht.reikt_tot(c) for c in p.gebieden) and (not alleen or p.id in alleen)
    ]
