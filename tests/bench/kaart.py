"""The map at the size of the country, in headless Chromium, beside what others would use.

`python -m tests.bench kaart`. One publication of made-up figures (see `land`), served by the
product and, as GeoJSON with the same figures, by three peers in the same run. What counts:

- first view: from asking for the page to figures painted. Ours and Plotly: their map says it is
  idle. Leaflet: pixels of its canvas. Streamlit: a screenshot that is no longer empty.
- recolour: from choosing another figure to other colours, seen in the same way.
- heap: JavaScript memory after collecting garbage, less that of a page of the same app without a
  map. Workers have a heap of their own, which is not in it, for any of the four.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import geopandas as gpd
import numpy as np
import requests
import shapely
from playwright.sync_api import Browser, CDPSession, Page, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from indicators.contracts import Actueel, Datamap
from tests.browser.conftest import ARGS, chromium

WORTEL = Path(__file__).resolve().parents[2]
CIJFERS = ("corporatiewoningen_pct", "koopwoningen_pct", "eenpersoonshuishoudens_pct",
           "huurwoningen_pct")  # fmt: skip
WACHT = 120_000
Regel = dict[str, Any]


def kaart() -> list[Regel]:
    """Everything in one run: the product, then its peers, each alone on the machine."""
    from tests.bench import kaart_naast, metingen

    klaar = os.environ.get("TELVERTEL_BENCH_LAND")  # a data folder that already holds the country
    with tempfile.TemporaryDirectory() as naam, sync_playwright() as spel:
        map_ = Path(naam)
        data = Path(klaar) if klaar else _publiceer(map_)
        cijfers = schrijf_naast(Datamap(data), map_)
        browser = spel.chromium.launch(executable_path=chromium(), args=ARGS)
        ons = _ons(browser, data, cijfers)
        peers = kaart_naast.peers(browser, map_, cijfers)
        browser.close()
    regels: list[Regel] = []
    for wat, eenheid in (("eerste beeld", "s"), ("eerste beeld, boven een lege pagina", "s"),
                         ("herkleuren", "s"), ("herkleuren, boven een lege vraag", "s"),
                         ("geheugen boven een lege pagina", "MB"),
                         ("over de lijn", "MB")):  # fmt: skip
        for naast, uit in peers.items():
            ander = uit.get(wat) if isinstance(uit, dict) else None
            naar = naast if ander is not None else f"{naast}: niet gemeten"
            regels.append(metingen.regel(f"kaart: {wat}", ons[wat], eenheid, naar, ander))
    for wat, eenheid in (("grootste antwoord", "MB"), ("tegel, midden", "ms"),
                         ("tegel, traagste van 20", "ms"), ("lijst, ver scrollen", "ms"),
                         ("lijst, filteren", "ms"), ("lijst, sorteren op cijfer", "ms"),
                         ("buurtpagina op de server", "ms")):  # fmt: skip
        regels.append(metingen.regel(f"kaart: {wat}", ons[wat], eenheid))
    return regels


def _publiceer(map_: Path) -> Path:
    """The country as a publication: ten years from raw files."""
    from pipelines.refresh import ververs
    from tests.bench import metingen

    huis = metingen.maak_land(map_, range(2015, 2025))
    aanbod = ververs(huis, kortstondig=True)
    assert not aanbod.geweigerd, aanbod.geweigerd
    return huis.datamap.map


def schrijf_naast(datamap: Datamap, map_: Path) -> list[str]:
    """The buurten of the newest year as GeoJSON and their figures as columns, for the peers.

    Returns:
        The figures that are in it.
    """
    actueel = Actueel.model_validate_json(datamap.actueel.read_text(encoding="utf-8"))
    with duckdb.connect(str(datamap.published / actueel.bestand), read_only=True) as con:
        jaar = con.execute("SELECT max(grensjaar) FROM out_tegels").fetchall()[0][0]
        vormen = con.execute(
            "SELECT gebied, geometrie FROM out_grens WHERE grensjaar = ? AND niveau = 'buurt' "
            "AND NOT water ORDER BY gebied",
            [jaar],
        ).fetchall()
        codes = [v[0] for v in vormen]
        per: dict[str, list[float | None]] = {}
        for naam in CIJFERS:
            rijen = con.execute(
                "SELECT gebied, waarde FROM out_waarde_kaart WHERE indicator = ? AND jaar = ? "
                "AND grensjaar = ? AND niveau = 'buurt'",
                [naam, jaar, jaar],
            ).fetchall()
            waarde = dict(rijen)
            per[naam] = [waarde.get(c) for c in codes]
    vlakken = gpd.GeoDataFrame(
        {"gebied": codes}, geometry=shapely.from_wkb([bytes(v[1]) for v in vormen]), crs=28992
    ).to_crs(4326)
    vlakken.geometry = shapely.set_precision(vlakken.geometry.array, 1e-5)
    (map_ / "kaart.geojson").write_text(vlakken.to_json(drop_id=True), encoding="utf-8")
    (map_ / "waarden.json").write_text(json.dumps({"codes": codes, "cijfers": per}))
    return list(CIJFERS)


# --- a browser that is watched -------------------------------------------------------------------


class Kijker:
    """One fresh page: what it was sent and how much memory it holds."""

    def __init__(self, browser: Browser) -> None:
        self.venster = browser.new_context(
            viewport={"width": 1440, "height": 900}, reduced_motion="reduce"
        )
        self.page: Page = self.venster.new_page()
        self.page.set_default_timeout(WACHT)
        self.cdp: CDPSession = self.venster.new_cdp_session(self.page)
        self.cdp.send("Network.enable")
        self.bytes: list[int] = []
        self.cdp.on("Network.loadingFinished", lambda e: self.bytes.append(e["encodedDataLength"]))
        self.cdp.on(
            "Network.webSocketFrameReceived",
            lambda e: self.bytes.append(len(e["response"]["payloadData"])),
        )

    def geheugen(self) -> float:
        """MB of JavaScript heap after collecting garbage."""
        for _ in range(2):
            self.cdp.send("HeapProfiler.collectGarbage")
        return float(self.cdp.send("Runtime.getHeapUsage")["usedSize"]) / 1e6

    def tijd(self, adres: str, klaar: Callable[[Page], object]) -> float:
        """Seconds from asking for an address until what `klaar` waits for."""
        begin = time.perf_counter()
        self.page.goto(adres, wait_until="commit")
        klaar(self.page)
        return time.perf_counter() - begin

    def sluit(self) -> None:
        """Closes the page and forgets what it kept."""
        self.venster.close()


def op_tijd(page: Page, script: str, woord: str) -> float:
    """The number that a script promises.

    Raises:
        playwright.sync_api.Error: when it does not come within `WACHT`.
    """
    klok = f"new Promise((_, mis) => setTimeout(() => mis(new Error('te laat')), {WACHT}))"
    return float(page.evaluate(f"(w) => Promise.race([({script})(w), {klok}])", woord))


def poort() -> int:
    """A port that is free now."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


@contextlib.contextmanager
def dienst(opdracht: list[str], adres: str, **omgeving: str) -> Iterator[str]:
    """A server in a process group of its own, for as long as it is needed.

    Raises:
        RuntimeError: when it does not answer within a minute; with the end of what it said.
    """
    with tempfile.TemporaryFile("w+") as gezegd:
        proces = subprocess.Popen(
            opdracht, stdout=gezegd, stderr=gezegd, env=os.environ | omgeving,
            start_new_session=True, cwd=WORTEL,
        )  # fmt: skip
        try:
            for _ in range(240):
                with contextlib.suppress(OSError):
                    requests.get(adres, timeout=5)
                    break
                if proces.poll() is not None:
                    break
                time.sleep(0.25)
            else:
                proces.kill()
            if proces.poll() is not None:
                gezegd.seek(0)
                raise RuntimeError(gezegd.read()[-400:].replace("\n", " "))
            yield adres
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(proces.pid, signal.SIGKILL)  # SIGTERM may be inherited as ignored
            proces.wait(timeout=20)


# --- the product ---------------------------------------------------------------------------------

_HERKLEUR = """(cijfer) => new Promise((goed) => {
  const voor = dash_clientside.kaart.toestand().getekend, begin = performance.now();
  dash_clientside.set_props("kies-cijfer", { value: cijfer });
  const kijk = () => {
    const nu = dash_clientside.kaart.toestand();
    if (nu.getekend > voor && nu.klaar) goed((performance.now() - begin) / 1000);
    else setTimeout(kijk, 2);
  };
  kijk();
})"""
_LEGE_VRAAG = """async () => {
  const begin = performance.now();
  await (await fetch("/gezond")).text();
  await new Promise((v) => requestAnimationFrame(() => setTimeout(v, 0)));
  return (performance.now() - begin) / 1000;
}"""
_SCROLL = """(n) => new Promise((goed) => {
  const { api } = dash_clientside.kaart.toestand(), begin = performance.now();
  api.ensureIndexVisible(n, "middle");
  const kijk = () => {
    const cel = document.querySelector(`.kaartlijst [row-index="${n}"] [col-id=waarde]`);
    if (cel && cel.textContent) requestAnimationFrame(() => goed(performance.now() - begin));
    else setTimeout(kijk, 1);
  };
  kijk();
})"""
_FILTER = """(woord) => new Promise((goed) => {
  const veld = document.getElementById("lijst-filter");
  const telling = document.getElementById("lijst-telling"), voor = telling.textContent;
  const begin = performance.now();
  veld.value = woord;
  veld.dispatchEvent(new Event("input", { bubbles: true }));
  const kijk = () => {
    if (telling.textContent !== voor) requestAnimationFrame(() => goed(performance.now() - begin));
    else setTimeout(kijk, 1);
  };
  kijk();
})"""
_SORTEER = """(richting) => new Promise((goed) => {
  const { api } = dash_clientside.kaart.toestand(), begin = performance.now();
  const state = [{ colId: "waarde", sort: richting }];
  api.applyColumnState({ state, defaultState: { sort: null } });
  requestAnimationFrame(() => setTimeout(() => goed(performance.now() - begin), 0));
})"""


def _kaart_klaar(page: Page) -> None:
    page.wait_for_selector("[data-kaart][data-klaar=ja]")


def _ons(browser: Browser, data: Path, cijfers: list[str]) -> dict[str, float]:
    deur = poort()
    adres = f"http://127.0.0.1:{deur}"
    opdracht = [sys.executable, "-m", "dashboard", "serve", "--port", str(deur)]
    with dienst(opdracht, f"{adres}/gezond", TELVERTEL_DATA=str(data)):
        uit = meet(
            browser, f"{adres}/verkennen", f"{adres}/niets", _kaart_klaar, cijfers,
            lambda page, cijfer: op_tijd(page, _HERKLEUR, cijfer), _LEGE_VRAAG, 3,
        )  # fmt: skip
        uit |= _lijst(browser, adres)
        uit |= _tegels(adres, Datamap(data))
    return uit | {"buurtpagina op de server": _buurtpagina(data)}


def meet(
    browser: Browser,
    adres: str,
    leeg: str,
    klaar: Callable[[Page], object],
    cijfers: list[str],
    herkleur: Callable[[Page, str], float],
    lege_vraag: str,
    keer: int,
) -> dict[str, float]:
    """First view, recolour, memory and bytes; medians of a few fresh visits."""
    rondes: dict[str, list[float]] = {}
    for _ in range(keer):
        kijker = Kijker(browser)
        niets = kijker.tijd(leeg, lambda page: page.wait_for_selector("h1"))
        kijker.page.wait_for_load_state("networkidle")
        kaal = kijker.geheugen()
        vraag = statistics.median(kijker.page.evaluate(lege_vraag) for _ in range(5))
        kijker.sluit()
        kijker = Kijker(browser)
        eerste = kijker.tijd(adres, klaar)
        kijker.page.wait_for_load_state("networkidle")
        over = sum(kijker.bytes) / 1e6
        grootste = max(kijker.bytes) / 1e6
        zwaar = kijker.geheugen()
        try:
            keren = (1, 2, 3, 1, 2) if keer > 1 else (1, 2)
            kleuren = [herkleur(kijker.page, cijfers[n % len(cijfers)]) for n in keren]
        except (PlaywrightError, TimeoutError) as fout:
            if keer > 1:
                raise
            print(f"{adres}: herkleuren niet gemeten: {str(fout)[:200]}", file=sys.stderr)
            kleuren = []
        kijker.sluit()
        for naam, waarde in (
            ("eerste beeld", eerste), ("eerste beeld, boven een lege pagina", eerste - niets),
            *((("herkleuren", statistics.median(kleuren)),
               ("herkleuren, boven een lege vraag", statistics.median(kleuren) - vraag))
              if kleuren else ()),
            ("geheugen boven een lege pagina", zwaar - kaal), ("over de lijn", over),
            ("grootste antwoord", grootste),
        ):  # fmt: skip
            rondes.setdefault(naam, []).append(waarde)
    return {naam: statistics.median(w) for naam, w in rondes.items()}


def _lijst(browser: Browser, adres: str) -> dict[str, float]:
    kijker = Kijker(browser)
    kijker.tijd(f"{adres}/verkennen", _kaart_klaar)
    page = kijker.page
    page.wait_for_selector('.kaartlijst [row-index="0"]')
    rijen = page.evaluate("dash_clientside.kaart.toestand().rijen.length")
    verder = [page.evaluate(_SCROLL, int(n)) for n in np.linspace(0.1, 0.99, 9) * rijen]
    sorteer = [page.evaluate(_SORTEER, r) for r in ("desc", "asc", "desc")]
    gefilterd = [page.evaluate(_FILTER, w) for w in ("noord", "dorp", "bu", "centrum", "")]
    kijker.sluit()
    return {
        "lijst, ver scrollen": statistics.median(verder),
        "lijst, filteren": statistics.median(gefilterd),
        "lijst, sorteren op cijfer": statistics.median(sorteer),
    }


def _tegels(adres: str, datamap: Datamap) -> dict[str, float]:
    """Milliseconds of a tile over HTTP on this machine, over the zooms of the buurten."""
    actueel = Actueel.model_validate_json(datamap.actueel.read_text(encoding="utf-8"))
    with duckdb.connect(str(datamap.published / actueel.bestand), read_only=True) as con:
        bestand, van, tot = con.execute(
            "SELECT bestand, van_zoom, tot_zoom FROM out_tegels WHERE niveau = 'buurt' "
            "ORDER BY grensjaar DESC"
        ).fetchall()[0]
    rng, duur, lijn = np.random.default_rng(1), [], requests.Session()  # one line, as browsers do
    for _ in range(120):
        z = int(rng.integers(van, tot + 1))
        lon, lat = np.radians(rng.uniform(4.2, 6.6)), np.radians(rng.uniform(51.5, 53.1))
        x = int((lon / np.pi + 1) / 2 * 2**z)
        y = int((1 - np.arcsinh(np.tan(lat)) / np.pi) / 2 * 2**z)
        begin = time.perf_counter()
        plek = f"{adres}/tegels/{bestand}/{z}/{x}/{y}.pbf"
        with lijn.get(plek, timeout=5, stream=True) as antwoord:
            antwoord.raw.read()  # as sent: unpacking is the browser's, in its own thread
        assert antwoord.ok
        duur.append((time.perf_counter() - begin) * 1e3)
    return {
        "tegel, midden": statistics.median(duur),
        "tegel, traagste van 20": float(np.quantile(duur, 0.95)),
    }


def _buurtpagina(data: Path) -> float:
    """Milliseconds to make a buurt's page and write it as the browser gets it; a new one each."""
    from plotly.io.json import to_json_plotly

    from dashboard import router
    from dashboard.context import open_huis
    from dashboard.settings import voor_map

    with tempfile.TemporaryDirectory() as naam:
        kopie = Path(naam)
        (kopie / "published").symlink_to(data / "published")
        huis = open_huis(voor_map(kopie))
        with huis.snapshots.lezing() as lezing:
            codes = [g.gebied for g in lezing.gebieden() if g.niveau == "buurt"][::500]
        duur = []
        for code in codes:
            begin = time.perf_counter()
            pagina = router.pagina(huis, f"/buurt/{code}", "")
            to_json_plotly(pagina.inhoud)
            assert pagina.titel != "Dit lukt nu niet", f"de pagina van {code} is niet gelukt"
            duur.append((time.perf_counter() - begin) * 1e3)
        huis.sluit()
    return statistics.median(duur[1:])
