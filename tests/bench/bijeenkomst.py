"""A meeting with forty phones: from the click that reveals to the figure on each, and the asking.

The server runs as in real use (`python -m dashboard serve`, eight threads); the phones are plain
connections in this process that ask every second, as `assets/meedoen.js` does, and each writes an
expectation and a note. By hand: `python -m tests.bench.bijeenkomst`.
"""

from __future__ import annotations

import http.client
import os
import random
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles
from urllib.parse import urlencode

from dashboard import callbacks_bijeenkomst, meeting
from dashboard.context import Huis, maak_blad, open_huis
from dashboard.pages.meedoen import woord
from dashboard.settings import voor_map
from dashboard.stories.bijeenkomst import Bijeenkomsten
from indicators.contracts import DATA_VARIABELE
from tests import publicatie_klein as klein

TELEFOONS = 40
CIJFERS = ("laag_inkomen_pct", "koopwoningen_pct", "leegstand_pct", "wmo_per_1000")


@dataclass
class Uitkomst:
    """What was measured, in seconds, and what went wrong."""

    vragen: list[float] = field(default_factory=list)
    onthuld: list[float] = field(default_factory=list)
    geschreven: list[float] = field(default_factory=list)
    fout: list[str] = field(default_factory=list)
    notities: int = 0


@dataclass
class Telefoon:
    """One phone: a connection, its key, and the step it last saw."""

    poort: int
    code: str
    uit: Uitkomst
    klok: dict[int, float]
    koekje: str = ""

    def vraag(self, wijze: str, pad: str, vorm: dict[str, str] | None = None) -> tuple[int, str]:
        """One request; a phone keeps no connection open between seconds."""
        lijn = http.client.HTTPConnection("127.0.0.1", self.poort, timeout=20)
        koppen = {"Cookie": self.koekje, "X-Meedoen": "1"}
        if vorm is not None:
            koppen["Content-Type"] = "application/x-www-form-urlencoded"
        lijn.request(wijze, pad, urlencode(vorm) if vorm is not None else None, koppen)
        antwoord = lijn.getresponse()
        if gekregen := antwoord.getheader("Set-Cookie"):
            self.koekje = gekregen.partition(";")[0]
        tekst = antwoord.read().decode()
        lijn.close()
        return antwoord.status, tekst

    def schrijf(self, ronde: str, soort: str, n: int) -> None:
        """Sends one note and keeps how long that took."""
        sleutel = self.koekje.partition("=")[2]
        tekst = f"Notitie {n} over wat hier speelt."
        vorm = {"woord": woord(sleutel), "ronde": ronde, "soort": soort, "kant": "hoger"}
        vorm |= {"tekst": tekst, "sleutel": f"{soort}{ronde}"}
        begin = time.perf_counter()
        status, tekst = self.vraag("POST", "/meedoen/schrijf", vorm)
        self.uit.geschreven.append(time.perf_counter() - begin)
        if status not in (200, 409):  # 409: the figure came first
            self.uit.fout.append(f"{status} {tekst[:200]}")

    def leef(self, n: int, klaar: threading.Event) -> None:
        """Asks every second; on another step takes the screen and writes."""
        rooster = random.Random(n)
        self.vraag("POST", "/meedoen", {"code": self.code, "rol": "bewoner"})
        gezien = -1
        klaar.wait(rooster.random())
        while not klaar.is_set():
            begin = time.perf_counter()
            status, tekst = self.vraag("GET", "/meedoen/stap")
            self.uit.vragen.append(time.perf_counter() - begin)
            stap = int(m[1]) if (m := re.search(r'"stap": ?(\d+)', tekst)) else -1
            if status != 200:
                self.uit.fout.append(f"{status} {tekst[:200]}")
            elif stap != gezien:
                _, scherm = self.vraag("GET", "/meedoen/scherm")
                gezien = stap
                if "bij-cijfer" in scherm and stap in self.klok:
                    self.uit.onthuld.append(time.perf_counter() - self.klok[stap])
                if m := re.search(r'data-plek="(\d+)\|(\w+)"', scherm):
                    klaar.wait(rooster.random())
                    self.schrijf(m[1], m[2], n)
            klaar.wait(max(0.0, 1 - (time.perf_counter() - begin)))


def _vrije_poort() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def _leid(huis: Huis, poort: int, uit: Uitkomst) -> None:
    """Leads a meeting over all figures, with the phones beside it."""
    with huis.snapshots.lezing() as lezing:
        vragen = meeting.vragen(maak_blad(huis, lezing, klein.BUURT, None), CIJFERS)
    samen = Bijeenkomsten(huis.verhalen)
    b = samen.begin(klein.BUURT, 2023, "Meting", vragen, "bench")
    klok: dict[int, float] = {}
    klaar = threading.Event()
    draden = [
        threading.Thread(target=Telefoon(poort, b.code or "", uit, klok).leef, args=(n, klaar))
        for n in range(TELEFOONS)
    ]
    for d in draden:
        d.start()
    time.sleep(4)
    while (nu := samen.een(b.id)) is not None and nu.fase != "slot":
        doe = "onthul" if nu.fase == "verwacht" else "verder"
        if doe == "onthul":
            klok[nu.stap + 1] = time.perf_counter()
        callbacks_bijeenkomst._doe(huis, nu, doe, nu.stap)
        time.sleep(4)
    klaar.set()
    for d in draden:
        d.join()
    uit.notities = len(samen.notities(b.id))


def meet() -> Uitkomst:
    """Runs one meeting of some fifty seconds.

    Raises:
        RuntimeError: when the server does not start.
    """
    uit = Uitkomst()
    with tempfile.TemporaryDirectory() as naam:
        instellingen = voor_map(Path(naam))
        klein.schrijf(instellingen.datamap, 1)
        huis, poort = open_huis(instellingen), _vrije_poort()
        server = subprocess.Popen(
            [sys.executable, "-m", "dashboard", "serve", "--port", str(poort)],
            env={**os.environ, DATA_VARIABELE: naam},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            for _ in range(120):
                with socket.socket() as s:
                    if s.connect_ex(("127.0.0.1", poort)) == 0:
                        break
                time.sleep(0.5)
            else:
                raise RuntimeError("de server kwam niet op")
            _leid(huis, poort, uit)
        finally:
            server.terminate()
            server.wait(timeout=20)
            huis.sluit()
    return uit


def p95(waarden: list[float]) -> float:
    """The value that 95 % stays under."""
    return quantiles(waarden, n=20)[-1]


if __name__ == "__main__":
    u = meet()
    print(f"{TELEFOONS} telefoons, {len(u.vragen)} keer gevraagd, {len(u.onthuld)} keer onthuld")
    for wat, waarden in (("vragen", u.vragen), ("onthuld", u.onthuld), ("schrijven", u.geschreven)):
        midden = sorted(waarden)[len(waarden) // 2]
        print(f"{wat}: midden {midden:.3f}, p95 {p95(waarden):.3f}, hoogste {max(waarden):.3f} s")
    print(f"{len(u.geschreven)} keer geschreven, {u.notities} notities; fout: {u.fout[:3]}")
