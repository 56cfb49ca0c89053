"""Door andermans bril: the same figures and stories in the order of someone else's questions.

Whose glasses there are, and what comes first in them, is in the catalogue (`gebruik.yaml`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

T = TypeVar("T")


def vooraan(alle: Iterable[T], eerst: Sequence[T]) -> list[T]:
    """The same items, those of `eerst` in front and in its order."""
    rij = list(alle)
    return [x for x in eerst if x in rij] + [x for x in rij if x not in eerst]
