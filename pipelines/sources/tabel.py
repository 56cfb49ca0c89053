"""What every source gives: one table-year, typed and checked, with the kind of what is missing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from indicators import regions
from indicators.formulas import CODES, F64, HEEFT, I8
from indicators.model import Generatie

GEBIED_KOLOMMEN = (
    "gebied",
    "naam",
    "wijk",
    "gemeente",
    "gemeentenaam",
    "postcode",
    "wijziging",
    "water",
)


_KOMMA = re.compile(r"[+-]?\d{0,15},\d{1,15}", re.ASCII)


class BronFout(Exception):
    """Input that cannot be used; the message names file, sheet or table, column and row."""


@dataclass(frozen=True)
class Tabel:
    """One table-year of n areas.

    Attributes:
        bron: source id in the catalogue.
        generatie: generation id in the catalogue.
        jaar: year the figures are about.
        jaar_uit: where the year came from, in words.
        grensjaar: year of the boundaries.
        gebieden: n rows with `GEBIED_KOLOMMEN`; unknown texts are None.
        cellen: source column to (values, kinds of missing), both of length n; NaN when missing.
        grenzen: None, or n geometries as WKB in RD New (EPSG:28992).
        waarschuwingen: what was odd but did not stop the reading.
        maanden: months of the year that a table of months holds; None for whole years.
    """

    bron: str
    generatie: str
    jaar: int
    jaar_uit: str
    grensjaar: int
    gebieden: pd.DataFrame
    cellen: dict[str, tuple[F64, I8]]
    grenzen: list[bytes] | None = None
    waarschuwingen: tuple[str, ...] = field(default=())
    maanden: int | None = None


VEEL = 500
"""From so many rows on, equal cells are looked at once."""
PROEF = 200
"""So many rows tell of most columns of text that they are no numbers."""


@dataclass(frozen=True)
class Woorden(Sequence[object]):
    """A column of text as its different cells and, per row, the place of its cell among them."""

    plek: np.ndarray
    uniek: list[object]

    def __len__(self) -> int:
        return len(self.plek)

    def __getitem__(self, rij: Any) -> Any:
        if isinstance(rij, slice):
            return [self.uniek[p] for p in self.plek[rij]]
        return self.uniek[self.plek[rij]]

    def __iter__(self) -> Iterator[object]:
        return map(self.uniek.__getitem__, self.plek.tolist())


def verschillende(ruw: Iterable[object]) -> tuple[np.ndarray, list[object]]:
    """Per row its place in the list of different cells, and that list."""
    if isinstance(ruw, Woorden):
        return ruw.plek, ruw.uniek
    plek, uniek = pd.factorize(np.fromiter(ruw, dtype=object), use_na_sentinel=False)
    return plek, list(uniek)


def geldige_codes(codes: Iterable[object], waar: str) -> list[str]:
    """Area codes, cleaned; one code may stand in many rows.

    Args:
        codes: as read, in row order; the first data row is row 2, as a spreadsheet counts.
        waar: file (and sheet or table) and column, for the message.

    Raises:
        BronFout: naming the row of a code that is not a CBS code.
    """
    plek, uniek = verschillende(codes)
    kort = np.array([*map(regions.schoon, uniek), None], dtype=object)[:-1]
    schoon: list[str] = kort[plek].tolist()
    goed = {c: regions.geldig(c) for c in dict.fromkeys(kort.tolist())}
    if all(goed.values()):
        return schoon
    rij, code = next((r, c) for r, c in enumerate(schoon, start=2) if not goed[c])
    raise BronFout(
        f"{waar}, rij {rij}: '{code}' is geen CBS-code. Verwacht NL, GM, WK of BU met "
        "cijfers of letters. Herstel de cel of haal de rij weg."
    )


def controleer_codes(codes: Iterable[object], waar: str) -> list[str]:
    """Area codes, cleaned and checked.

    Args:
        codes: as read, in row order; the first data row is row 2, as a spreadsheet counts.
        waar: file (and sheet or table) and column, for the message.

    Raises:
        BronFout: naming the row of a code that is not a CBS code or occurs twice.
    """
    schoon = geldige_codes(codes, waar)
    gezien: dict[str, int] = {}
    for rij, code in enumerate(schoon, start=2):
        if code in gezien:
            raise BronFout(
                f"{waar}, rij {rij}: code '{code}' staat ook in rij {gezien[code]}. "
                "Elke code mag een keer voorkomen. Haal een van beide rijen weg, of haal het "
                "bestand opnieuw op."
            )
        gezien[code] = rij
    return schoon


def getallen(
    ruw: Iterable[object], generatie: Generatie, verplicht: bool, waar: str
) -> tuple[F64, I8] | None:
    """A column of numbers with the kind of what is missing.

    Accepts numbers and numbers written as text, with decimal point or comma. What the
    generation declares as missing, an empty cell and None count as missing.

    Args:
        ruw: cells, in row order.
        generatie: declares the spellings of missing values.
        verplicht: a column that an indicator uses: text in it is an error. Other columns with
            text give None.
        waar: file, sheet and column, for the message.

    Raises:
        BronFout: text in a column that must hold numbers, naming row and text.
    """
    if isinstance(ruw, np.ndarray) and ruw.dtype.kind in "fiu":
        return _zuiver(ruw.astype(np.float64), generatie, verplicht, waar)
    if isinstance(ruw, list | Woorden) and len(ruw) > VEEL:
        plek, uniek = verschillende(ruw)
        if 2 * len(uniek) <= len(ruw) and all(type(c) is str for c in uniek):
            try:
                klein = getallen(uniek, generatie, verplicht, waar)
            except BronFout:
                pass  # said below, with the number of its row
            else:
                return None if klein is None else (klein[0][plek], klein[1][plek])
    veel = isinstance(ruw, list | Woorden) and not verplicht and len(ruw) > 2 * PROEF
    if veel and getallen(ruw[:PROEF], generatie, verplicht, waar) is None:  # type: ignore[index]
        return None  # text in its first rows: the rest cannot change that
    schoon = pd.Series([_cel(c) for c in ruw], dtype=object)
    getal = pd.to_numeric(schoon, errors="coerce").to_numpy(dtype=np.float64, copy=True)
    geen_getal = np.isnan(getal)
    soort = np.where(geen_getal, CODES["onbekend_of_geheim"], HEEFT).astype(np.int8)
    for spelling, kind in generatie.ontbreekt.items():
        raak = (schoon == spelling).to_numpy(dtype=bool, copy=True)
        if spelling.lstrip("-").isdigit():
            raak |= getal == float(spelling)
        soort[raak], getal[raak] = CODES[kind], np.nan
    vreemd = np.flatnonzero(geen_getal & _gevuld(schoon, generatie) | np.isinf(getal))
    if len(vreemd) and not verplicht:
        return None
    for i in vreemd[:1]:
        raise BronFout(
            f"{waar}, rij {i + 2}: verwacht een getal, gevonden de tekst "
            f"'{str(schoon.iloc[i])[:40]}'. Herstel de cel; een ontbrekende waarde is in dit "
            f"bestand {' of '.join(repr(k) for k in generatie.ontbreekt)}."
        )
    return getal, soort


def _zuiver(getal: F64, generatie: Generatie, verplicht: bool, waar: str) -> tuple[F64, I8] | None:
    """A column that holds numbers only; NaN and declared codes are missing."""
    oneindig = np.flatnonzero(np.isinf(getal))
    if len(oneindig) and not verplicht:
        return None
    if len(oneindig):
        raise BronFout(f"{waar}, rij {oneindig[0] + 2}: 'inf' is geen eindig getal.")
    soort = np.where(np.isnan(getal), CODES["onbekend_of_geheim"], HEEFT).astype(np.int8)
    for spelling, kind in generatie.ontbreekt.items():
        if spelling.lstrip("-").isdigit():
            soort[getal == float(spelling)] = CODES[kind]
    return np.where(soort == HEEFT, getal, np.nan), soort


def _cel(cel: object) -> object:
    """A cell as a number, or as stripped text; text with a decimal comma gets a point.

    A truth value, a date or a number too large to be one is text here: refused where numbers
    belong.
    """
    is_getal = isinstance(cel, int | float | np.number) and not isinstance(cel, bool)
    if cel is None or (is_getal and not abs(cel) > 1e300):  # type: ignore[arg-type]
        return cel
    tekst = str(cel).strip()
    return tekst.replace(",", ".") if _KOMMA.fullmatch(tekst) else tekst


def _gevuld(cellen: pd.Series, generatie: Generatie) -> np.ndarray:
    """Which cells hold something that is not declared as missing."""
    leeg = cellen.isna() | cellen.isin(["", *generatie.ontbreekt])
    return (~leeg).to_numpy(dtype=bool)


def niet_gepubliceerd(cellen: dict[str, tuple[F64, I8]], codes: list[str]) -> None:
    """Columns without any value in the whole table were not published yet: marks them so.

    CBS writes one symbol for suppressed, unknown and not published. A column that is missing at
    every level, the gemeente or the country included, was not published; this needs a row above
    buurt to be seen, so a table of buurten alone keeps `onbekend_of_geheim`.

    Args:
        cellen: changed in place.
        codes: area codes of the rows.
    """
    if not any(not c.startswith("BU") for c in codes):
        return
    bare = CODES["onbekend_of_geheim"]
    for waarden, soorten in cellen.values():
        if np.isnan(waarden).all():
            soorten[soorten == bare] = CODES["niet_gepubliceerd"]
