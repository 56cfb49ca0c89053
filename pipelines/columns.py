"""Columns between numpy and DuckDB: words as dictionaries, NaN as NULL, kinds as codes."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from indicators.contracts import ONTBREEKT
from indicators.formulas import CODES, HEEFT

SOORT = (
    "(CASE ontbreekt_door "
    + " ".join(f"WHEN '{naam}' THEN {code}" for naam, code in CODES.items())
    + " ELSE 0 END)::TINYINT"
)
"""SQL that gives the code of `indicators.formulas.CODES` for a row's kind of missing."""


def woord(index: np.ndarray, woorden: list[str], leeg: np.ndarray | None = None) -> pa.Array:
    """Texts by their place in a list; NULL where `leeg`."""
    return pa.DictionaryArray.from_arrays(pa.array(index.astype(np.int32), mask=leeg), woorden)


def getal(waarden: np.ndarray) -> pa.Array:
    """Numbers; NaN becomes NULL."""
    return pa.array(waarden, mask=np.isnan(waarden))


def ontbreekt(soort: np.ndarray) -> pa.Array:
    """Kinds of missing in words; NULL where there is a value."""
    return woord(np.maximum(soort.astype(np.int32) - 1, 0), list(ONTBREEKT), soort == HEEFT)
