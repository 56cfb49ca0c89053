"""Marking 10,000 stories after a national publication: two years, each story quotes a figure."""

from __future__ import annotations

import random
import tempfile
import time
import uuid
from pathlib import Path

from sqlalchemy import insert

from dashboard.snapshot import lees_publicatie
from dashboard.stories.binding import markeer
from dashboard.stories.models import Koppeling, Revisie, Verhaal
from dashboard.stories.repository import Verhalen, nu
from dashboard.stories.store import maak_motor, migreer
from indicators.contracts import Datamap

AANTAL = 10_000
_KEUZE = """SELECT gebied, grensjaar, indicator, jaar, waarde, ontbreekt_door FROM out_waarde
WHERE niveau = 'buurt' AND jaar < (SELECT max(jaar) FROM out_waarde)
ORDER BY hash(gebied || indicator) LIMIT ?"""


def meet(datamap: Datamap, publicatie: str) -> tuple[float, float, dict[str, int]]:
    """Seconds to mark, seconds to find that nothing is left to mark, and how many marks."""
    r = random.Random(1)
    with tempfile.TemporaryDirectory() as naam, lees_publicatie(datamap, publicatie) as lezing:
        motor = maak_motor(f"sqlite:///{Path(naam) / 'v.sqlite'}")
        migreer(motor)
        verhalen, moment = Verhalen(motor, datamap), nu()
        rijen = lezing.tabel(_KEUZE, (AANTAL,))
        ids = [uuid.uuid4() for _ in rijen]
        with motor.begin() as c:
            c.execute(insert(Verhaal), [
                {"id": i, "gebied": g, "grensjaar": j, "themas": [], "gemaakt_op": moment}
                for i, (g, j, *_) in zip(ids, rijen, strict=True)])  # fmt: skip
            c.execute(insert(Revisie), [
                {"verhaal_id": i, "nummer": 1, "tekst": "Zo is het hier.", "soort": "ervaring",
                 "rol": "bewoner", "opgehaald_hoe": "", "bron": "", "toestemming": True,
                 "anoniem": True, "status": "gelezen", "door": "bench", "op": moment}
                for i in ids])  # fmt: skip
            c.execute(insert(Koppeling), [
                {"verhaal_id": i, "gebied": g, "grensjaar": gj, "indicator": ind, "jaar": j,
                 "waarde": None if w is None else w * 1.2 + 3 if r.random() < 0.3 else w,
                 "ontbreekt_door": o, "publicatie": publicatie, "nieuwste_jaar": j,
                 "houding": "past", "gekoppeld_door": "bench", "op": moment, "los": False}
                for i, (g, gj, ind, j, w, o) in zip(ids, rijen, strict=True)])  # fmt: skip
        begin = time.perf_counter()
        geteld = markeer(verhalen, lezing)
        duur, begin = time.perf_counter() - begin, time.perf_counter()
        assert sum(markeer(verhalen, lezing).values()) == 0, "twee keer merken voegt iets toe"
        motor.dispose()
        return duur, time.perf_counter() - begin, geteld
