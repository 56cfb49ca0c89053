"""A composite small enough to compute by hand: four units, three indicators, two nodes, one top."""

from __future__ import annotations

import pandas as pd

META = pd.DataFrame(
    [
        (1, "x", 1, 1, "P", "Indicator", None),
        (1, "y", -1, 3, "P", "Indicator", "inw"),
        (1, "z", 1, 1, "Q", "Indicator", None),
        (2, "P", 1, 1, "Top", "Aggregate", None),
        (2, "Q", 1, 1, "Top", "Aggregate", None),
        (3, "Top", 1, 1, None, "Aggregate", None),
        (None, "inw", None, None, None, "Denominator", None),
        (None, "soort", None, None, None, "Group", None),
    ],
    columns=["Level", "iCode", "Direction", "Weight", "Parent", "Type", "Denominator"],
)
DATA = pd.DataFrame(
    {
        "uCode": ["A", "B", "C", "D"],
        "soort": ["stad", "stad", "dorp", "dorp"],
        "inw": [1.0, 10.0, 10.0, 100.0],
        "x": [0.0, 5.0, 10.0, 10.0],
        "y": [4.0, 10.0, 0.0, 100.0],
        "z": [1.0, 2.0, 3.0, None],
    }
)
STAPPEN: list[object] = [
    {"denomineer": "metadata"},
    {"normaliseer": {"functie": "minmax", "onder": 0, "boven": 100}},
    {"aggregeer": "amean"},
]
