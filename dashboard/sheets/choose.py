"""Which figures and stories appear on a sheet, unless the editor chose."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.context import Blad
from dashboard.sheets.model import MEESTE_CIJFERS, MEESTE_VERHALEN, BladFout, Redactie
from dashboard.stories.models import Koppeling, Verhaal
from indicators.model import Indicator

Paar = tuple[Koppeling | None, Verhaal]


@dataclass(frozen=True)
class Maat:
    """How much a sheet takes on; a smaller one is tried when two pages are too few."""

    verhalen: int = MEESTE_VERHALEN
    tekens: int = 330
    cijfers: int = MEESTE_CIJFERS
    botsingen: int = 3
    inzet: int = 3


MATEN = (
    Maat(),
    Maat(tekens=240),
    Maat(verhalen=4, tekens=180, botsingen=2, inzet=2),
    Maat(verhalen=3, tekens=140, cijfers=4, botsingen=2, inzet=2),
    Maat(verhalen=3, tekens=90, cijfers=4, botsingen=1, inzet=1),
)


def deelbaar(blad: Blad) -> list[Verhaal]:
    """Stories that a second person read and that may be shared."""
    return [v for v in blad.verhalen if v.nu.status == "gelezen" and v.gewist_op is None]


def verhalen(blad: Blad, redactie: Redactie, maat: Maat) -> list[Paar]:
    """The stories of the sheet, each with the binding it stands at.

    By default: what clashes first, then one of each role, then the newest.

    Raises:
        BladFout: when the editor chose a story that may not be shared.
    """
    er = deelbaar(blad)
    if redactie.verhalen is not None:
        op_id = {str(v.id): v for v in er}
        weg = [i for i in redactie.verhalen if i not in op_id]
        if weg:
            raise BladFout(
                f"{len(weg)} gekozen verhaal of verhalen staan niet (meer) op 'gelezen, mag "
                "gedeeld'. Kies ze af, of laat ze eerst lezen."
            )
        gekozen = [op_id[i] for i in redactie.verhalen]
    else:
        gekozen = _spreid(er, maat.verhalen)
    return [(blad.thuis(v), v) for v in gekozen[: maat.verhalen]]


def _spreid(er: list[Verhaal], hoeveel: int) -> list[Verhaal]:
    def botst(v: Verhaal) -> bool:
        return any(k.houding == "klopt_niet" for k in v.koppelingen)

    volgorde = sorted(er, key=lambda v: (not botst(v), not v.koppelingen))
    eerst: list[Verhaal] = []
    rollen: set[str] = set()
    for v in volgorde:
        if v.nu.rol not in rollen:
            rollen.add(v.nu.rol)
            eerst.append(v)
    rest = [v for v in volgorde if v not in eerst]
    return (eerst + rest)[:hoeveel]


def cijfers(blad: Blad, redactie: Redactie, gekozen: Sequence[Paar], maat: Maat) -> list[Indicator]:
    """The figures of the sheet.

    By default: those that stories speak about, then the core set, what has a good side first.

    Raises:
        BladFout: when the editor chose a figure that the publication does not have here.
    """
    cat = blad.catalogus
    if redactie.cijfers is not None:
        weg = [i for i in redactie.cijfers if i not in cat.indicatoren or not blad.buurt.reeks(i)]
        if weg:
            raise BladFout(
                f"Deze publicatie heeft hier geen cijfer {', '.join(weg)}. Kies een ander cijfer; "
                "het is na het kiezen verdwenen of anders gaan heten."
            )
        return [cat.indicatoren[i] for i in redactie.cijfers]
    bij_verhaal = dict.fromkeys(k.indicator for k, _ in gekozen if k is not None)
    kern = sorted(
        (i for i in cat.indicatoren.values() if i.kern and i.id not in cat.gebruik.blad.in_de_zin),
        key=lambda i: i.richting == "neutraal",
    )
    getoond = [i for i in kern if _waarde(blad, i.id)]
    woont_iemand = blad.buurt.gebied.inwoners != 0  # where nobody lives an empty row says nothing
    leeg = [i for i in kern if woont_iemand and not _waarde(blad, i.id) and blad.buurt.reeks(i.id)]
    volgorde = dict.fromkeys(
        [*(i for i in bij_verhaal if i in cat.indicatoren), *(i.id for i in getoond)]
    )
    uit = [cat.indicatoren[i] for i in volgorde][: maat.cijfers]
    return uit or leeg[:4]


def _waarde(blad: Blad, indicator: str) -> bool:
    w = blad.buurt.nieuwste(indicator)
    return w is not None and w.waarde is not None


def als_id(tekst: str) -> uuid.UUID | None:
    """A story's id from text; None when it is none."""
    try:
        return uuid.UUID(tekst)
    except ValueError:
        return None
