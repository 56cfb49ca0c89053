"""Cutting a table of the country to some gemeenten: their own row, wijken and buurten."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from indicators import regions
from pipelines.sources.tabel import BronFout, Tabel


def knip(tabellen: list[Tabel], gemeenten: Iterable[str]) -> list[Tabel]:
    """The tables with only the areas of these gemeenten, in the order they had.

    Args:
        tabellen: table-years of one file.
        gemeenten: codes such as GM0344; none: nothing is cut.

    Raises:
        BronFout: the file has nothing of them.
    """
    kies = set(gemeenten)
    if not kies:
        return tabellen
    uit = [t for t in (_knip(t, kies) for t in tabellen) if len(t.gebieden)]
    if not uit:
        raise BronFout(
            f"in het bestand staat geen gebied van {', '.join(sorted(kies))}. Klopt de code, en "
            "bestond die gemeente in dat jaar?"
        )
    return uit


def _knip(tabel: Tabel, kies: set[str]) -> Tabel:
    houd = np.array([regions.gemeente_van(c) in kies for c in tabel.gebieden["gebied"]])
    grenzen = tabel.grenzen
    return replace(
        tabel,
        gebieden=tabel.gebieden[houd].reset_index(drop=True),
        cellen={k: (w[houd], s[houd]) for k, (w, s) in tabel.cellen.items()},
        grenzen=None if grenzen is None else [g for g, h in zip(grenzen, houd, strict=True) if h],
    )


def knip_merk(gemeenten: tuple[str, ...]) -> str:
    """A short mark in the name of a delivery: the gemeente, or how many with a checksum."""
    if len(gemeenten) == 1:
        return gemeenten[0].lower()
    som = hashlib.sha256(",".join(gemeenten).encode()).hexdigest()[:8]
    return f"{len(gemeenten)}gemeenten{som}"
