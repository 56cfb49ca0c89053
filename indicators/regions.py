"""Area codes: their level, their parents, and what follows from a code alone."""

from __future__ import annotations

from indicators.contracts import FICTIEF
from indicators.model import CODE

_NIVEAU = {"NL": "land", "GM": "gemeente", "WK": "wijk", "BU": "buurt"}
_LENGTE = {"NL": 4, "GM": 6, "WK": 8, "BU": 10}


def schoon(code: object) -> str:
    """A code without padding, in capitals: `'WK036300  '` becomes `'WK036300'`."""
    return str(code).strip().upper()


def geldig(code: str) -> bool:
    """Whether this is a CBS area code of the right length for its level (letters may occur)."""
    return CODE.match(code) is not None and len(code) == _LENGTE[code[:2]]


def niveau(code: str) -> str:
    """The level of an area: land, gemeente, wijk or buurt.

    Raises:
        KeyError: when the code starts with no known prefix.
    """
    return _NIVEAU[code[:2]]


def gemeente_van(code: str) -> str | None:
    """The gemeente a wijk or buurt lies in, from its code; None for the country."""
    return None if code.startswith("NL") else "GM" + code[2:6]


def wijk_van(code: str) -> str | None:
    """The wijk a buurt lies in, from its code; None for other levels."""
    return "WK" + code[2:8] if code.startswith("BU") else None


def fictief(code: str) -> bool:
    """Whether the code belongs to the fictional town (`GM99..`)."""
    return code[2:4] == FICTIEF
