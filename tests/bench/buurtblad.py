"""Sheets: a thousand on two cores, one in the dashboard, and the same content in two peers.

`python -m tests.bench buurtblad`. WeasyPrint is no part of this project: it runs in an environment
of its own, named by TELVERTEL_WEASYPRINT (the python of that environment), and is left out, and
said to be, without one. Chromium prints the same HTML. All three get the same sheets in one run.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from tests.bench.metingen import Regel, regel

DUIZEND, NAAST = 1000, 20
_WEASY = """
import sys, time
from pathlib import Path
from weasyprint import HTML
begin = time.perf_counter()
for pad in sys.argv[1:]:
    HTML(filename=pad).write_pdf(pad + ".pdf", pdf_variant="pdf/ua-1")
print((time.perf_counter() - begin) / len(sys.argv[1:]) * 1000)
"""


def buurtblad() -> list[Regel]:
    """Wall time, processor time and memory of a batch; milliseconds a sheet beside the peers."""
    from dashboard import snapshot_map
    from dashboard.context import open_huis
    from dashboard.settings import voor_map

    with tempfile.TemporaryDirectory() as naam:
        data = Path(os.environ.get("TELVERTEL_BENCH_STAD") or _stad(Path(naam) / "data"))
        instellingen = voor_map(data)
        huis = open_huis(instellingen)
        with huis.snapshots.lezing() as lezing:
            codes = snapshot_map.binnen(lezing, ["GM9901"], "buurt", lezing.nieuwste_grensjaar())
            publicatie = lezing.publicatie.publicatie
        een = _een(huis, codes)
        naast = _naast(huis, codes[:NAAST], Path(naam))
        huis.sluit()
        samen = _duizend(instellingen, codes, publicatie, Path(naam))
    return [*samen, *een, *naast]


def _stad(doel: Path) -> Path:
    from indicators.contracts import Datamap
    from pipelines import settings
    from pipelines.house import Huis
    from pipelines.refresh import ververs
    from pipelines.voorbeeld import VAST

    bron = [VAST / "bronnen"]
    ververs(Huis(settings.Instellingen(Datamap(doel)), mappen=bron), kortstondig=True)
    omgeving = os.environ | {"TELVERTEL_DATA": str(doel)}
    laden = [sys.executable, "-m", "dashboard", "verhalen-laden", str(VAST / "verhalen.yaml")]
    subprocess.run(laden, env=omgeving, check=True, capture_output=True)
    return doel


def _duizend(instellingen: Any, codes: list[str], publicatie: str, doel: Path) -> list[Regel]:
    """The same work as the command `bladen`, on the town's buurten over and over."""
    from dashboard.sheets.batch import Taak, _werk

    taken = [
        Taak(codes[n % len(codes)], publicatie, str(doel / f"ronde{n // len(codes)}"))
        for n in range(DUIZEND)
    ]
    voor = resource.getrusage(resource.RUSAGE_CHILDREN)
    begin = time.perf_counter()
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as ploeg:
        uit = [staat for _, staat, _ in ploeg.map(partial(_werk, instellingen), taken, chunksize=4)]
    duur = time.perf_counter() - begin
    na = resource.getrusage(resource.RUSAGE_CHILDREN)
    if uit.count("gemaakt") != DUIZEND:
        raise RuntimeError(f"{DUIZEND - uit.count('gemaakt')} bladen zijn niet gemaakt")
    cpu = na.ru_utime + na.ru_stime - voor.ru_utime - voor.ru_stime
    return [
        regel(f"{DUIZEND} Buurtbladen, twee kernen", duur, "s"),
        regel(f"{DUIZEND} Buurtbladen, processortijd over twee kernen", cpu / 2, "s"),
        regel("Buurtbladen, grootste geheugen van beide processen", 2 * na.ru_maxrss / 1024, "MB"),
    ]


def _een(huis: Any, codes: list[str]) -> list[Regel]:
    """One sheet as the dashboard makes it: read, composed and set."""
    from dashboard.sheets import batch

    tijden = []
    for n in range(31):
        begin = time.perf_counter()
        with huis.snapshots.lezing() as lezing:
            batch.maak_een(huis, lezing, codes[n % len(codes)])
        tijden.append((time.perf_counter() - begin) * 1000)
    return [
        regel("Buurtblad in het dashboard, eerste", tijden[0], "ms"),
        regel("Buurtblad in het dashboard, mediaan", statistics.median(tijden[1:]), "ms"),
        regel("Buurtblad in het dashboard, langste van 30", max(tijden[1:]), "ms"),
    ]


def _naast(huis: Any, codes: list[str], map_: Path) -> list[Regel]:
    """Only setting, from the same finished content: Typst, Chromium, and WeasyPrint if named."""
    from dashboard.sheets import batch, html, render

    vellen = []
    with huis.snapshots.lezing() as lezing:
        vellen = [batch.maak_een(huis, lezing, c).vellen[0] for c in codes]
    begin = time.perf_counter()
    for v in vellen:
        render.druk([v])
    ons = (time.perf_counter() - begin) / len(vellen) * 1000
    begin = time.perf_counter()
    render.druk(vellen, "bundel")
    bundel = (time.perf_counter() - begin) / len(vellen) * 1000
    paden = []
    for n, v in enumerate(vellen):
        paden.append(map_ / f"naast{n}.html")
        paden[-1].write_text(html.document(v), encoding="utf-8")
    wat = "Buurtblad zetten"
    uit = [
        regel(f"{wat}: Typst, in een bundel", bundel, "ms"),
        regel(f"{wat}: Typst, een voor een", ons, "ms", "Chromium, een browser", _chromium(paden)),
    ]
    python = os.environ.get("TELVERTEL_WEASYPRINT")
    if python:
        klaar = subprocess.run([python, "-c", _WEASY, *map(str, paden)], capture_output=True,
                               text=True, check=True)  # fmt: skip
        peer = "WeasyPrint, pdf/ua-1"
        uit.append(regel(f"{wat}: Typst, een voor een", ons, "ms", peer, float(klaar.stdout)))
    else:
        print("TELVERTEL_WEASYPRINT is leeg: WeasyPrint is niet gemeten", file=sys.stderr)
    return uit


def _chromium(paden: list[Path]) -> float:
    from playwright.sync_api import sync_playwright

    from tests.browser.conftest import ARGS, chromium

    with sync_playwright() as spel:
        browser = spel.chromium.launch(executable_path=chromium(), args=ARGS)
        pagina = browser.new_page()
        begin = time.perf_counter()
        for pad in paden:
            pagina.goto(pad.as_uri())
            pagina.pdf(path=f"{pad}.chroom.pdf", format="A4", tagged=True)
        duur = (time.perf_counter() - begin) / len(paden) * 1000
        browser.close()
    return duur
