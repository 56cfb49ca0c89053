"""Whether an answer of an OData table came over whole, and is what was asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import chain
from operator import itemgetter
from typing import Any

from indicators import regions
from pipelines.sources.odata_lees import GEBIEDEN, GEGEVENS
from pipelines.sources.tabel import BronFout

_GETALLEN = {int, float, type(None)}


def controleer_gemeente(delen: Mapping[str, list[dict[str, Any]]], code: str, waar: str) -> None:
    """All rows of this gemeente and no others, against the table's own list of areas."""

    def eigen(gebied: str) -> bool:
        return gebied == code or (gebied[:2] in ("WK", "BU") and gebied[2:6] == code[2:])

    bekend = {c for r in delen.get(GEBIEDEN, []) if eigen(c := regions.schoon(r["Key"]))}
    gekregen = {regions.schoon(r.get(GEBIEDEN)) for r in delen[GEGEVENS]}
    if not gekregen:
        reden = (
            f"de tabel kent wel {len(bekend)} gebieden van {code}: de sleutels zijn anders "
            "aangevuld dan met spaties tot tien tekens, of CBS negeerde het filter"
            if bekend
            else f"{code} staat ook niet in {GEBIEDEN}: die gemeente bestaat niet in dit jaar"
        )
        raise BronFout(f"{waar}: leeg antwoord met status 200 voor {code}; {reden}.")
    if vreemd := sorted(g for g in gekregen if not eigen(g)):
        raise BronFout(
            f"{waar}: gevraagd {code}, ook gekregen {', '.join(vreemd[:3])} ({len(vreemd)} "
            "gebieden). CBS heeft het filter niet toegepast; haal de hele tabel op."
        )
    if mist := sorted(bekend - gekregen) or sorted({code} - gekregen):
        raise BronFout(
            f"{waar}: {len(mist)} gebieden van {code} ontbreken in het antwoord "
            f"({', '.join(mist[:3])}), terwijl de tabel ze kent. Haal de tabel opnieuw op."
        )


def controleer_heel(
    rijen: int,
    meta: Mapping[str, list[dict[str, Any]]],
    gekregen: Counter[str],
    waar: str,
) -> None:
    """Rows for every area that the table's own list has, and of each area the same number."""
    if not rijen:
        raise BronFout(f"{waar}: leeg antwoord met status 200, verwacht rijen. Probeer later.")
    if GEBIEDEN not in meta:
        return
    lijst = [str(r.get("Key")) for r in meta[GEBIEDEN]]
    if mist := [regions.schoon(k) for k in lijst if k not in gekregen]:
        raise BronFout(
            f"{waar}: {rijen} rijen, maar {GEBIEDEN} noemt {len(lijst)} gebieden; er "
            f"ontbreken er {len(mist)} ({', '.join(mist[:3])}). De tabel kwam niet heel over; "
            "haal haar opnieuw op."
        )
    controleer_rooster(gekregen, waar)


def controleer_rooster(per_gebied: Counter[str], waar: str) -> None:
    """Every area has a row for each period and member: one that has fewer lost some on the way."""
    [(gewoon, _)] = Counter(per_gebied.values()).most_common(1)
    if anders := sorted(regions.schoon(g) for g, n in per_gebied.items() if n != gewoon):
        raise BronFout(
            f"{waar}: verwacht {gewoon} rijen per gebied, maar {len(anders)} gebieden hebben een "
            f"ander aantal ({', '.join(anders[:3])}). De tabel kwam niet heel over; haal haar "
            "opnieuw op."
        )


def controleer_typen(
    rijen: list[dict[str, Any]], eigenschappen: list[dict[str, Any]], waar: str
) -> None:
    """Numbers must be numbers: text here means the untyped set came in place of the typed one."""
    topics = {
        str(t["Key"]): t["Datatype"]
        for t in eigenschappen
        if t.get("Datatype") not in (None, "String")
    }
    er_is = [k for k in topics if rijen and k in rijen[0]]  # what is not there: the reader says
    if not er_is or _alleen_getallen(rijen, er_is):
        return
    for sleutel in er_is:
        soorten = {type(rij.get(sleutel)) for rij in rijen} - _GETALLEN
        if soorten:
            raise BronFout(
                f"{waar}: kolom {sleutel} ({topics[sleutel]}): verwacht getallen, gevonden "
                f"{', '.join(s.__name__ for s in soorten)}. Er kwam een andere set dan {GEGEVENS}; "
                "niets ervan is gebruikt."
            )


def _alleen_getallen(rijen: list[dict[str, Any]], sleutels: list[str]) -> bool:
    """Whether all these cells are numbers or null: row by row, which is kind to the cache."""
    try:
        cellen = chain.from_iterable(map(itemgetter(*sleutels, sleutels[0]), rijen))
        return set(map(type, cellen)) <= _GETALLEN
    except KeyError:
        return False
