"""The page of an area with 60 figures and 200 stories: server time, size, and until it answers."""

from __future__ import annotations

import json
import statistics
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from plotly.utils import PlotlyJSONEncoder

from tests.bench.metingen import Regel, regel

VERHALEN = 200


def _vul(huis: Any, code: str) -> int:
    """Writes the stories, bound in turn to each figure of the area; gives the number of figures."""
    from dashboard.stories.binding import citeer
    from dashboard.stories.repository import Nieuw, Woorden

    with huis.snapshots.lezing() as lezing:
        buurt, wie = lezing.buurt(code), lezing.publicatie.publicatie
        cijfers = [i for i in lezing.catalogus.indicatoren if buurt.nieuwste(i) is not None]
        rollen = list(lezing.catalogus.woorden.rol)
    houdingen = ("past", "nuance", "klopt_niet")
    for n in range(VERHALEN):
        i = cijfers[n % len(cijfers)]
        w = buurt.nieuwste(i)
        citaat = citeer(buurt, i, w.jaar, wie, houdingen[n % 3])
        tekst = f"Verhaal {n}. " + "Op de galerij is het 's avonds stil en de lift hapert. " * 5
        woorden = Woorden(tekst=tekst, rol=rollen[n % len(rollen)])
        citaten = (citaat,) if n % 10 else ()
        huis.verhalen.schrijf(Nieuw(code, 2024, woorden, citaten), "bench")
    return len(cijfers)


def buurt() -> list[Regel]:
    """Server time and size of one answer, and in Chromium: after the first load, until it works."""
    from dashboard.context import open_huis
    from dashboard.router import pagina
    from dashboard.settings import voor_map
    from pipelines import settings
    from pipelines.house import Huis
    from pipelines.refresh import ververs
    from pipelines.voorbeeld import VAST

    with tempfile.TemporaryDirectory() as map_:
        from indicators.contracts import Datamap

        ververs(
            Huis(settings.Instellingen(Datamap(Path(map_))), mappen=[VAST / "bronnen"]),
            kortstondig=True,
        )
        huis = open_huis(voor_map(Path(map_)))
        code = "BU99010305"
        cijfers = _vul(huis, code)
        pagina(huis, f"/buurt/{code}", "")
        duur, rekenen = [], []
        for _ in range(15):
            begin, cpu = time.perf_counter(), time.process_time()
            inhoud = pagina(huis, f"/buurt/{code}", "").inhoud
            tekst = json.dumps(inhoud, cls=PlotlyJSONEncoder)
            duur.append(time.perf_counter() - begin)
            rekenen.append(time.process_time() - cpu)
        grootte, klaar = _browser(huis, code)
        huis.sluit()
    naam = f"buurt met {cijfers} cijfers en {VERHALEN} verhalen"
    return [
        regel(f"{naam}: server, midden", statistics.median(duur) * 1e3, "ms"),
        regel(f"{naam}: server, rekentijd", statistics.median(rekenen) * 1e3, "ms"),
        regel(f"{naam}: antwoord", len(tekst.encode()) / 1e3, "kB"),
        regel(f"{naam}: over de lijn na de eerste keer laden", grootte / 1e3, "kB"),
        regel(f"{naam}: te gebruiken na", klaar, "s"),
    ]


def _browser(huis: Any, code: str) -> tuple[float, float]:
    """Bytes over the line on a second visit, and seconds until a click is answered."""
    import waitress.server
    from playwright.sync_api import sync_playwright

    from dashboard.app import create_app
    from tests.browser.conftest import ARGS, chromium

    app = create_app(huis.instellingen, huis)
    server = waitress.server.create_server(app.server, host="127.0.0.1", port=0, threads=8)
    threading.Thread(target=server.run, daemon=True).start()
    url = f"http://127.0.0.1:{server.effective_port}"
    with sync_playwright() as spel:
        chroom = spel.chromium.launch(executable_path=chromium(), args=ARGS)
        venster = chroom.new_context(reduced_motion="reduce")
        page = venster.new_page()
        page.goto(f"{url}/buurt/BU99010202")
        page.wait_for_selector("main h1")
        lijn = venster.new_cdp_session(page)
        lijn.send("Network.enable")
        bytes_: list[float] = []
        lijn.on("Network.loadingFinished", lambda e: bytes_.append(e["encodedDataLength"]))
        begin = time.perf_counter()
        page.goto(f"{url}/buurt/{code}")
        page.wait_for_selector(".figuur-meer summary")
        page.locator(".figuur-meer summary").first.click()
        page.wait_for_selector(".figuur-meer .uitklap-inhoud p")
        klaar = time.perf_counter() - begin
        page.wait_for_load_state("networkidle")
        totaal = sum(bytes_)
        chroom.close()
    server.close()
    return totaal, klaar
