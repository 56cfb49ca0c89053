"""Who asks now, for everything below the pages: the session of this request, or this computer."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from flask import g, has_request_context

from dashboard import access
from dashboard.access import LOKAAL, NIEMAND, Wie
from dashboard.stories.guard import NietToegestaan
from dashboard.stories.models import Verhaal
from dashboard.stories.repository import leesbaar, nu

_ALS: ContextVar[Wie | None] = ContextVar("als", default=None)


def huidig() -> Wie:
    """Who asks now: the session of this request; without a request, this computer itself."""
    if (iemand := _ALS.get()) is not None:
        return iemand
    if not has_request_context():
        return LOKAAL
    wie = g.get("wie")
    return wie if isinstance(wie, Wie) else NIEMAND


@contextmanager
def als(wie: Wie) -> Iterator[None]:
    """Makes a page as someone sees it; `kept` uses it to make one for all with the same rights."""
    merk = _ALS.set(wie)
    try:
        yield
    finally:
        _ALS.reset(merk)


class Poortwachter:
    """What the story store asks: who is this, and may this be done here?"""

    def naam(self, door: str) -> str:
        """The account's name; without accounts what was filled in."""
        wie = huidig()
        return leesbaar(door) if wie.lokaal else wie.naam

    def account(self) -> uuid.UUID | None:
        """The account, when there is one."""
        return huidig().account

    def eis(
        self,
        wat: str,
        gebieden: Sequence[str],
        verhaal: Verhaal | None = None,
        stuk: str | None = None,
    ) -> None:
        """Lets an act pass, or says that it may not be done.

        Raises:
            NietToegestaan: when it may not be done here by this person.
        """
        if not access.mag(huidig(), wat, nu(), gebieden, verhaal, stuk):
            raise NietToegestaan(f"Dat mag je hier niet: {wat} in {', '.join(gebieden)[:80]}.")

    def mag(self, wat: str, gebieden: Sequence[str]) -> bool:
        """Whether an act may be done in these areas."""
        return access.mag(huidig(), wat, nu(), gebieden)

    def mag_zien(self, verhaal: Verhaal) -> bool:
        """Whether a story may be seen."""
        return access.mag_verhaal(huidig(), verhaal, nu())
