"""What a server does by itself: hold the store to the wipe list at its start, and act on terms.

Nobody has to remember it: without this a term that ends would end on paper only.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date

from sqlalchemy.exc import SQLAlchemyError

from dashboard.stories import erasure
from dashboard.stories.repository import Verhalen, nu

log = logging.getLogger(__name__)
Winkel = Callable[[], AbstractContextManager[Verhalen]]
OPNIEUW_KIJKEN = 3600.0
"""Seconds after which is looked whether a new day came, or a day that failed is tried again."""


def bij_de_start(verhalen: Verhalen) -> int:
    """Wipes again what is in the wipe list and in the store all the same.

    That is a wipe that a crash cut off, or the file of an older day that was put back by hand.

    Returns:
        How many stories, cards, notes and meetings were wiped again.
    """
    opnieuw = erasure.speel_af(verhalen)
    if opnieuw:
        log.warning("%s keer opnieuw gewist wat op de wislijst stond", opnieuw)
    return opnieuw


def dagelijks(winkel: Winkel, stop: threading.Event | None = None) -> threading.Thread:
    """Acts on terms now and on each new day, beside the server, until it stops.

    Args:
        winkel: opens the store anew for each time.
        stop: ends it; else it ends with the process.
    """
    einde = stop or threading.Event()

    def draai() -> None:
        gedaan: date | None = None
        while not einde.is_set():
            if gedaan != nu().date() and een_keer(winkel):
                gedaan = nu().date()
            einde.wait(OPNIEUW_KIJKEN)

    draad = threading.Thread(target=draai, name="bewaartermijnen", daemon=True)
    draad.start()
    return draad


def een_keer(winkel: Winkel) -> bool:
    """Acts on terms once; whether it could."""
    try:
        with winkel() as verhalen:
            geteld = erasure.verloop(verhalen, nu().date())
    except (SQLAlchemyError, OSError):
        log.exception("de bewaartermijnen zijn niet uitgevoerd; straks weer")
        return False
    if any(geteld.values()):
        log.info("voorbij de bewaartermijn: %s", geteld)
    return True
