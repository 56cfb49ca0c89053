"""What the store asks before it reads or writes: who is this, and may this be done here?

The answer comes from `dashboard.access`; the store itself knows no accounts. Without anyone to
ask (the command line, an import by the keeper of this computer) everything may.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Protocol

from dashboard.stories.models import Verhaal


class VerhaalFout(Exception):
    """A story that cannot be kept as given; the message is for the one who wrote it."""


class NietToegestaan(VerhaalFout):
    """Someone asked for something that is not theirs to do; the message says what and why."""


class Bewaker(Protocol):
    """Who is asking, and what they may do."""

    def naam(self, door: str) -> str:
        """The name that a write is signed with: that of the account, else what was filled in."""

    def account(self) -> uuid.UUID | None:
        """The account, when there is one."""

    def eis(
        self,
        wat: str,
        gebieden: Sequence[str],
        verhaal: Verhaal | None = None,
        stuk: str | None = None,
    ) -> None:
        """Lets an act on areas (and a story, or a piece such as `blad:12`) pass.

        Raises:
            NietToegestaan: when it may not be done.
        """

    def mag(self, wat: str, gebieden: Sequence[str]) -> bool:
        """Whether an act on areas may be done."""

    def mag_zien(self, verhaal: Verhaal) -> bool:
        """Whether a story may be seen."""


class Vrij:
    """Nobody to ask: everything may, and names are as given."""

    def naam(self, door: str) -> str:
        """The name as given."""
        return door

    def account(self) -> None:
        """No account."""

    def eis(
        self,
        wat: str,
        gebieden: Sequence[str],
        verhaal: Verhaal | None = None,
        stuk: str | None = None,
    ) -> None:
        """Passes."""

    def mag(self, wat: str, gebieden: Sequence[str]) -> bool:
        """Always."""
        return True

    def mag_zien(self, verhaal: Verhaal) -> bool:
        """Always."""
        return True
