"""Door andermans bril: the same figures and stories in the order of someone else's questions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Bril:
    """Whose eyes: which questions come first, which figures in them, and whose voice."""

    naam: str
    wat: str
    themas: tuple[str, ...]
    cijfers: tuple[str, ...]
    rollen: tuple[str, ...]


BRILLEN: dict[str, Bril] = {
    "huurder": Bril(
        "huurder",
        "Eerst rondkomen, veiligheid, de buren en de woning.",
        ("inkomen", "veiligheid", "samenleven", "wonen", "energie", "voorzieningen", "ruimte"),
        ("laag_inkomen_pct", "overlast_per_1000", "gasverbruik_huur_m3", "supermarkt_afstand_km"),
        ("bewoner", "huurdersorganisatie"),
    ),
    "wijkbeheerder": Bril(
        "wijkbeheerder",
        "Eerst overlast, hoe mensen met elkaar omgaan, en wie hulp nodig heeft.",
        ("veiligheid", "samenleven", "zorg", "wonen", "bevolking", "inkomen", "ruimte"),
        ("overlast_per_1000", "leegstand_pct", "wmo_per_1000", "eenpersoonshuishoudens_pct"),
        ("wijkbeheerder", "huismeester", "woonconsulent", "bewoner"),
    ),
    "vastgoed": Bril(
        "vastgoed",
        "Eerst de woningen, de energie en de plek.",
        ("wonen", "energie", "ruimte", "voorzieningen", "bevolking", "inkomen"),
        ("corporatiewoningen_pct", "leegstand_pct", "woz_waarde_keur", "gasverbruik_m3"),
        ("strateeg", "huismeester", "woonconsulent"),
    ),
    "gemeente": Bril(
        "gemeente",
        "Eerst zorg, werk, rondkomen en veiligheid.",
        ("zorg", "werk_en_onderwijs", "inkomen", "veiligheid", "voorzieningen", "bevolking"),
        ("wmo_per_1000", "nettoarbeidsparticipatie_pct", "bijstand_per_1000", "jeugdzorg_pct"),
        ("partner", "wijkbeheerder", "bewoner"),
    ),
}
"""Order on screen; the first view, without glasses, keeps the order of the catalogue."""


def vooraan(alle: Iterable[T], eerst: Sequence[T]) -> list[T]:
    """The same items, those of `eerst` in front and in its order."""
    rij = list(alle)
    return [x for x in eerst if x in rij] + [x for x in rij if x not in eerst]
