"""What was worked out last, kept for the next who asks; shared by the threads of the server."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass
class Geheugen:
    """Keeps what was worked out last; keys hold the publication, so nothing grows stale."""

    hoogstens: int = 12
    _slot: threading.Lock = field(default_factory=threading.Lock)
    _er: OrderedDict[tuple[Any, ...], Any] = field(default_factory=OrderedDict)
    _bezig: dict[tuple[Any, ...], threading.Event] = field(default_factory=dict)

    def haal(self, sleutel: tuple[Any, ...], maak: Callable[[], Any]) -> Any:
        """What is kept under the key, or made now: once, also when two ask at the same time."""
        with self._slot:
            if sleutel in self._er:
                self._er.move_to_end(sleutel)
                return self._er[sleutel]
            bezig = self._bezig.get(sleutel)
            if bezig is None:
                mijn = self._bezig[sleutel] = threading.Event()
        if bezig is not None:
            bezig.wait()
            return self.haal(sleutel, maak)  # made by the other, or, if that failed, by us
        try:
            gemaakt = maak()
            with self._slot:
                self._er[sleutel] = gemaakt
                while len(self._er) > self.hoogstens:
                    self._er.popitem(last=False)
        finally:
            with self._slot:
                del self._bezig[sleutel]
            mijn.set()
        return gemaakt


class Meetbaar(Protocol):
    """What knows how many bytes it takes."""

    @property
    def bytes(self) -> int:
        """Its size."""


@dataclass
class Kast:
    """Keeps one thing per place with the stamp of all it was made of, up to so many bytes.

    Places start with what they are about (a page of an area): when something newer about that is
    kept, the older goes, also at its other places. So words that were wiped do not linger.
    """

    hoogstens: int
    gebruikt: int = 0
    _stand: object = None
    _slot: threading.Lock = field(default_factory=threading.Lock)
    _er: OrderedDict[tuple[Any, ...], tuple[str, Meetbaar]] = field(default_factory=OrderedDict)
    _bezig: dict[tuple[Any, ...], threading.Event] = field(default_factory=dict)

    def haal(
        self, plek: tuple[Any, ...], stempel: str, maak: Callable[[], tuple[Meetbaar, bool]]
    ) -> Any:
        """What is kept at a place under this very stamp, or made now.

        Args:
            plek: what it is about, and then what else tells it from its likes.
            stempel: of all it is made of.
            maak: makes it, and says whether it may be kept.
        """
        while True:
            with self._slot:
                er = self._er.get(plek)
                if er is not None and er[0] == stempel:
                    self._er.move_to_end(plek)
                    return er[1]
                bezig = self._bezig.get((*plek, stempel))
                if bezig is None:
                    mijn = self._bezig[(*plek, stempel)] = threading.Event()
                    break
            bezig.wait()  # made by the other, or, if that was not to be kept, by us
        try:
            gemaakt, blijft = maak()
            if blijft:
                self._zet(plek, stempel, gemaakt)
        finally:
            with self._slot:
                del self._bezig[(*plek, stempel)]
            mijn.set()
        return gemaakt

    def _zet(self, plek: tuple[Any, ...], stempel: str, inhoud: Meetbaar) -> None:
        with self._slot:
            oud = [p for p, (s, _) in self._er.items() if p[0] == plek[0] and s != stempel]
            for p in {*oud, plek} & set(self._er):
                self.gebruikt -= self._er.pop(p)[1].bytes
            self._er[plek] = (stempel, inhoud)
            self.gebruikt += inhoud.bytes
            while self.gebruikt > self.hoogstens:
                self.gebruikt -= self._er.popitem(last=False)[1][1].bytes

    def zolang(self, stand: object) -> None:
        """Lets go of all that was made under another state of the world than this one."""
        with self._slot:
            if stand != self._stand:
                self._er.clear()
                self._stand, self.gebruikt = stand, 0

    def __len__(self) -> int:
        return len(self._er)
