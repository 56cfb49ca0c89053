"""Normalisation: indicators to one scale of 0 to 100 (OECD/JRC handbook, step 5)."""

from __future__ import annotations

import numpy as np

from indicators.formulas import F64


def min_max(waarde: F64, laag: float, hoog: float, omkeren: bool = False) -> F64:
    """Goalpost min-max, clipped: 0 at `laag`, 100 at `hoog`, the other way round if `omkeren`.

    Args:
        waarde: values of any shape; NaN stays NaN.
        laag: the goalpost at 0, in the indicator's unit.
        hoog: the goalpost at 100; above `laag`.
        omkeren: true when more of the indicator means less of the node.
    """
    schaal = np.clip(100.0 * (waarde - laag) / (hoog - laag), 0.0, 100.0)
    return 100.0 - schaal if omkeren else schaal
