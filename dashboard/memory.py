"""What was worked out last, kept for the next who asks; shared by the threads of the server."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


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
