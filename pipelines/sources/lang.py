"""Long tables: rows told apart by period and dimension, turned into one table-year per year."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from indicators.catalogue import Catalogus
from indicators.formulas import CODES, F64, HEEFT, I8
from indicators.model import Bron, Generatie
from pipelines.sources.keur import keur, ontbrekende_leden
from pipelines.sources.tabel import BronFout, Tabel, niet_gepubliceerd, verschillende

MAANDEN = "maanden"
"""Column that says how many months of the year a table of months holds."""
_PERIODE = re.compile(r"((?:19|20)\d\d)(?:JJ00|MM(0[1-9]|1[0-2]))?(?:\.0)?", re.ASCII)
_ONBEKEND = CODES["onbekend_of_geheim"]
Cellen = dict[str, tuple[F64, I8]]


@dataclass(frozen=True)
class Jaardeel:
    """The rows of one year as a table of n areas.

    Attributes:
        jaar: the year.
        codes: n area codes, each once, in the order of the file.
        rij: n row numbers (from 0) where an area first stands.
        cellen: column to (values, kinds of missing), both of length n.
        maanden: months that the file has of this year; None where it gives whole years.
    """

    jaar: int
    codes: list[str]
    rij: np.ndarray
    cellen: Cellen
    maanden: int | None = None


@dataclass(frozen=True)
class Lang:
    """A long table of r rows as it was read, whatever it came in.

    Attributes:
        waar: file or table, for messages.
        codes: r area codes, checked, one per row.
        perioden: r periods as they stand.
        leden: dimension column to r members.
        cellen: value column to r (values, kinds).
        gebieden: from row numbers and their codes to rows of `GEBIED_KOLOMMEN`.
        waarschuwingen: what was odd but did not stop the reading.
    """

    waar: str
    codes: list[str]
    perioden: Sequence[Any]
    leden: dict[str, np.ndarray]
    cellen: Cellen
    gebieden: Callable[[np.ndarray, list[str]], pd.DataFrame]
    waarschuwingen: tuple[str, ...] = ()


def tabellen(
    lange: Lang,
    bron: Bron,
    gen: Generatie,
    cat: Catalogus,
    grensjaar: Callable[[int, int], int],
) -> list[Tabel]:
    """A long table as one judged table-year per year.

    Args:
        lange: the rows.
        bron: source of the table.
        gen: its form; `periode` is set.
        cat: says which columns indicators ask.
        grensjaar: from a year, and the newest year in the table, to the year of the boundaries.

    Raises:
        BronFout: naming row, column and what to do.
    """
    periode = perioden(lange.perioden, f"{lange.waar}, kolom {gen.periode}")
    delen = per_jaar(lange.codes, periode, lange.leden, lange.cellen, gen, lange.waar)
    nieuwste = max(d.jaar for d in delen)
    uit = []
    for deel in delen:
        niet_gepubliceerd(deel.cellen, deel.codes)
        tabel = Tabel(
            bron=bron.id,
            generatie=gen.id,
            jaar=deel.jaar,
            jaar_uit=f"veld {gen.periode}",
            grensjaar=grensjaar(deel.jaar, nieuwste),
            gebieden=lange.gebieden(deel.rij, deel.codes),
            cellen=deel.cellen,
            maanden=deel.maanden,
        )
        ontbrekende_leden(tabel, gen, cat.gevraagde_kolommen(gen.id), lange.waar)
        gezegd = (*lange.waarschuwingen, *_over_deel(deel, gen), *keur(tabel, gen, lange.waar))
        uit.append(replace(tabel, waarschuwingen=gezegd))
    return uit


def _over_deel(deel: Jaardeel, gen: Generatie) -> list[str]:
    """What a person should hear of a year: not whole yet, or members nobody declared."""
    gezegd = []
    if deel.maanden is not None and deel.maanden < 12:
        gezegd.append(
            f"{deel.jaar}: {deel.maanden} van 12 maanden, dus nog geen jaarcijfer (voorlopig); de "
            "maanden zijn bewaard"
        )
    bekend = gen.leden_als_kolom
    vreemd = sorted({k.split("|")[0] for k in deel.cellen} - set(bekend) - {MAANDEN})
    if bekend and vreemd:
        gezegd.append(f"{deel.jaar}: {len(vreemd)} onbekende codes: {', '.join(vreemd[:5])}")
    return gezegd


def leden(ruw: Sequence[Any]) -> np.ndarray:
    """Members of a dimension without padding; a number as Excel gives it (20300.0) as a whole."""
    plek, uniek = verschillende(ruw)
    schoon = [re.sub(r"^(\d+)\.0$", r"\1", str(c).strip()) for c in uniek]
    return np.array([*schoon, None], dtype=object)[:-1][plek]


def perioden(ruw: Sequence[Any], waar: str) -> tuple[np.ndarray, np.ndarray]:
    """Year and month (0 for a whole year) of each row.

    Raises:
        BronFout: naming the row of what is no year (2023, 2023JJ00) or month (2023MM04).
    """
    plek, uniek = pd.factorize(leden(ruw))
    jaar, maand = np.zeros((2, len(uniek)), dtype=np.int64)
    for i, periode in enumerate(uniek):
        treffer = _PERIODE.fullmatch(periode)
        if treffer is None:
            rij = int(np.flatnonzero(plek == i)[0]) + 2
            raise BronFout(
                f"{waar}, rij {rij}: '{periode}' is geen jaar of maand. Verwacht 2023, 2023JJ00 of "
                "2023MM04. Haal de rij weg, of vraag jaren of maanden op."
            )
        jaar[i], maand[i] = int(treffer[1]), int(treffer[2] or 0)
    return jaar[plek], maand[plek]


def per_jaar(
    codes: Sequence[str],
    periode: tuple[np.ndarray, np.ndarray],
    dimensies: dict[str, np.ndarray],
    cellen: Cellen,
    gen: Generatie,
    waar: str,
) -> list[Jaardeel]:
    """A long table as one table per year.

    Args:
        codes: r area codes, one per row.
        periode: year and month of each row.
        dimensies: column name to r members.
        cellen: value column to r (values, kinds).
        gen: declares which member is the figure itself.
        waar: file, for messages.

    Raises:
        BronFout: two rows for one area, period and member; or no rows of the figure itself.
    """
    jaren, maanden = periode
    code = np.asarray(codes, dtype=object)
    groep, namen = _groepen(dimensies, gen, maanden)
    delen = []
    for jaar in sorted(set(jaren.tolist())):
        in_jaar = np.flatnonzero(jaren == jaar)
        plek, uniek = pd.factorize(code[in_jaar])
        _geen_dubbel(plek, groep[in_jaar], in_jaar, code, waar)
        eerste = in_jaar[np.unique(plek, return_index=True)[1]]
        breed: Cellen = {}
        for nummer in np.unique(groep[in_jaar]):
            kies = groep[in_jaar] == nummer
            lid, maand = namen[nummer]
            for kolom, (waarde, soort) in cellen.items():
                naam = _naam(kolom, lid, gen) + (f"|MM{maand:02d}" if maand else "")
                rijen = in_jaar[kies]
                breed[naam] = _leg(waarde[rijen], soort[rijen], plek[kies], len(uniek))
        aantal = _tel_maanden(breed, set(maanden[in_jaar].tolist()), len(uniek))
        delen.append(Jaardeel(int(jaar), [str(c) for c in uniek], eerste, breed, aantal))
    return delen


def _groepen(
    dimensies: dict[str, np.ndarray], gen: Generatie, maanden: np.ndarray
) -> tuple[np.ndarray, list[tuple[tuple[str, ...], int]]]:
    """A number per row for its members and month, and what each number stands for."""
    samen = maanden.astype(np.int64)
    for d in gen.dimensies:
        plek, uniek = pd.factorize(dimensies[d.kolom])
        samen = samen * len(uniek) + plek
    nummers, _ = pd.factorize(samen)
    eerste = np.unique(nummers, return_index=True)[1]
    namen = [
        (tuple(str(dimensies[d.kolom][i]) for d in gen.dimensies), int(maanden[i])) for i in eerste
    ]
    return nummers, namen


def _naam(kolom: str, lid: tuple[str, ...], gen: Generatie) -> str:
    """The column of a value: the name, or the member, with members other than the usual ones."""
    naam, erbij = kolom, []
    for dimensie, waarde in zip(gen.dimensies, lid, strict=True):
        if dimensie.als_kolom:
            naam = waarde
        elif waarde != dimensie.gewoon:
            erbij.append(waarde)
    return "|".join([naam, *erbij])


def _leg(waarde: F64, soort: I8, plek: np.ndarray, n: int) -> tuple[F64, I8]:
    """Rows at their areas; an area without a row is not known."""
    w, s = np.full(n, np.nan), np.full(n, _ONBEKEND, dtype=np.int8)
    w[plek], s[plek] = waarde, soort
    return w, s


def _geen_dubbel(
    plek: np.ndarray, groep: np.ndarray, rijen: np.ndarray, code: np.ndarray, waar: str
) -> None:
    sleutel = plek.astype(np.int64) * (int(groep.max()) + 1) + groep
    dubbel = pd.Series(sleutel).duplicated().to_numpy()
    if dubbel.any():
        tweede = int(np.flatnonzero(dubbel)[0])
        eerste = int(np.flatnonzero(sleutel == sleutel[tweede])[0])
        raise BronFout(
            f"{waar}, rij {rijen[tweede] + 2}: {code[rijen[tweede]]} staat met dezelfde periode en "
            f"kenmerken ook in rij {rijen[eerste] + 2}. Elk cijfer mag een keer voorkomen; haal "
            "het bestand opnieuw op of haal de dubbele rijen weg."
        )


def _tel_maanden(breed: Cellen, maanden: set[int], n: int) -> int | None:
    """Adds the year as the sum of its twelve months; a part of a year gives no year.

    Returns:
        How many months there are; None when the source gives the year itself.
    """
    losse = sorted(maanden - {0})
    if not losse or 0 in maanden:
        return None
    if len(losse) == 12:
        for naam in sorted({k.rsplit("|MM", 1)[0] for k in breed}):
            delen = [breed.get(f"{naam}|MM{m:02d}") for m in losse]
            if all(d is not None for d in delen):
                breed[naam] = _som([d for d in delen if d is not None])
    breed[MAANDEN] = np.full(n, float(len(losse))), np.full(n, HEEFT, dtype=np.int8)
    return len(losse)


def _som(delen: list[tuple[F64, I8]]) -> tuple[F64, I8]:
    soorten = np.stack([s for _, s in delen])
    gat = np.where(soorten == HEEFT, np.int8(127), soorten).min(axis=0)
    soort = np.where(gat == 127, HEEFT, gat).astype(np.int8)
    som = np.sum([w for w, _ in delen], axis=0)
    return np.where(soort == HEEFT, som, np.nan), soort
