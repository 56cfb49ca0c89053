"""Nothing changed: the command line against a server, beside loading it alone."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from indicators.catalogue import lees
from indicators.contracts import DATA_VARIABELE, Datamap
from pipelines.house import Huis
from pipelines.refresh import ververs
from pipelines.settings import Instellingen
from tests.replay import Replay
from tests.replay_bak import kleine_bak
from tests.replay_kwb import kwb_bak

_REFRESH = ("-m", "pipelines", "refresh", "--bron", "kwb", "--jaren", "2018,2024")
_LADEN = ("-c", "import pipelines.cli, pipelines.live, pipelines.live_files, pipelines.publish")
_CODES = ["NL00", "GM0344", "WK034401", *(f"BU034401{n:02d}" for n in range(1, 90))]


def meet(keer: int = 3) -> tuple[float, float, int]:
    """Best seconds of a refresh and of loading alone, and questions asked of the host."""
    tabellen = lees().bronnen["kwb"].tabellen
    bakken = [kwb_bak(tabellen[2018], 2018, _CODES), kleine_bak(tabellen[2024], 2024, _CODES)]
    with Replay(*bakken) as server, tempfile.TemporaryDirectory() as naam:
        server.merkt = True
        adres = f"http://{server.host}"
        inst = Instellingen(Datamap(Path(naam)), cbs_adres=adres, dataderden_adres=adres)
        huis = Huis(inst, bronnen=["kwb"], jaren=[2018, 2024])
        assert ververs(huis, kortstondig=True).nieuw
        om = {**os.environ, DATA_VARIABELE: naam, "TELVERTEL_CBS": adres}

        def duur(*woorden: str) -> float:
            begin = time.perf_counter()
            subprocess.run([sys.executable, *woorden], env=om, check=True, capture_output=True)
            return time.perf_counter() - begin

        duur(*_REFRESH)
        server.verzoeken.clear()
        ronde = [duur(*_REFRESH) for _ in range(keer)]
        vragen = len(server.verzoeken) // keer
        return min(ronde), min(duur(*_LADEN) for _ in range(keer)), vragen
