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

    def haal(self, sleutel: tuple[Any, ...], maak: Callable[[], Any]) -> Any:
        """What is kept under the key, or made now."""
        with self._slot:
            if sleutel in self._er:
                self._er.move_to_end(sleutel)
                return self._er[sleutel]
        gemaakt = maak()
        with self._slot:
            self._er[sleutel] = gemaakt
            while len(self._er) > self.hoogstens:
                self._er.popitem(last=False)
        return gemaakt
