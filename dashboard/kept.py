"""A page as ready text: kept without anything of whoever asks, and filled in for each of them.

While a page is made to be kept, whoever asks is `iemand`: someone with the same rights, and a name
and account that are marks. What differs per visit (`vers`) is a mark too. Marks hold a secret of
this process, so nobody can write one into a story.
"""

from __future__ import annotations

import re
import secrets
import uuid
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace

from flask import Flask, Response, g
from plotly.io.json import to_json_plotly

from dashboard.access import Recht, Wie
from dashboard.stories.repository import vingerafdruk

_GEHEIM = "m" + secrets.token_hex(16)
_NAAM, _ACCOUNT = f"{_GEHEIM}naam", uuid.uuid4()
_KLAD = 12
"""Characters of the checksum of an account that a browser keeps a draft under."""


@dataclass
class Opname:
    """What is found out while a page is made: how many fresh keys, and whether all was there."""

    sleutels: int = 0
    heel: bool = True


_OPNAME: ContextVar[Opname | None] = ContextVar("opname", default=None)


@contextmanager
def opname() -> Iterator[Opname]:
    """While a page is made to be kept."""
    deze = Opname()
    merk = _OPNAME.set(deze)
    try:
        yield deze
    finally:
        _OPNAME.reset(merk)


def gebrekkig() -> None:
    """This page misses something that may be there the next time: it is not kept."""
    if (deze := _OPNAME.get()) is not None:
        deze.heel = False


def vers(lengte: int) -> str:
    """A key of so many random bytes that is another one at every visit, also of a kept page."""
    if (deze := _OPNAME.get()) is None:
        return secrets.token_urlsafe(lengte)
    deze.sleutels += 1
    return f"{_GEHEIM}vers{lengte:03d}n{deze.sleutels:03d}"


def klad(account: uuid.UUID | None) -> str:
    """Whose draft the browser keeps: the next one at this computer does not get to see it."""
    return "" if account is None else vingerafdruk(str(account))[:_KLAD]


def iemand(rechten: tuple[Recht, ...]) -> Wie:
    """Someone with these rights and nothing of their own."""
    return Wie(_NAAM, _ACCOUNT, tuple(replace(r, tot=None) for r in rechten))


@dataclass(frozen=True)
class Bewaard:
    """A page that was made: its title, what the frame says, and its content as packed JSON."""

    titel: str
    gegevens: str
    fictief: bool
    inhoud: bytes
    merken: tuple[str, ...]

    @property
    def bytes(self) -> int:
        """What it takes."""
        return len(self.inhoud)


def pak(titel: str, gegevens: str, fictief: bool, inhoud: object) -> Bewaard:
    """A page with its components as the JSON that Dash would send, packed."""
    tekst = str(to_json_plotly(inhoud))
    merken = tuple(dict.fromkeys(m[0] for m in _MERK.finditer(tekst)))
    return Bewaard(titel, gegevens, fictief, zlib.compress(tekst.encode(), 5), merken)


def _json(tekst: str) -> str:
    return str(to_json_plotly(tekst))[1:-1]


_MERK = re.compile(f"{_NAAM}|{_GEHEIM}vers[0-9]{{3}}n[0-9]{{3}}|{_ACCOUNT}|{klad(_ACCOUNT)}")


def vul(pagina: Bewaard, wie: Wie) -> str:
    """The JSON for whoever asks: their name and account, and keys that are new."""
    van_wie = {
        _NAAM: _json(wie.naam),
        str(_ACCOUNT): str(wie.account or ""),
        klad(_ACCOUNT): klad(wie.account),
    }
    tekst = zlib.decompress(pagina.inhoud).decode()
    for merk in pagina.merken:
        lengte = merk.removeprefix(f"{_GEHEIM}vers")[:3]
        nieuw = van_wie[merk] if merk in van_wie else secrets.token_urlsafe(int(lengte))
        tekst = tekst.replace(merk, nieuw)
    return tekst


def zet_klaar(tekst: str) -> str:
    """Leaves a place in the answer of this request where ready JSON comes."""
    plek = f"{_GEHEIM}plek{secrets.token_hex(4)}"
    g.setdefault("klaar", {})[plek] = tekst
    return plek


def voeg_in(server: Flask) -> None:
    """Puts ready JSON into answers; to be added after `compress`, so that it comes before it."""

    @server.after_request
    def vol(antwoord: Response) -> Response:
        for plek, tekst in g.pop("klaar", {}).items():
            antwoord.set_data(antwoord.get_data(as_text=True).replace(f'"{plek}"', tekst))
        return antwoord
