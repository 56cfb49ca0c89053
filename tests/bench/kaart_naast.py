"""The peers of the map bench: Plotly, and in their own environment dash-leaflet and Streamlit.

A peer that cannot be installed or does not answer is reported as not measured, never left out.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
import tomllib
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.bench.kaart import WACHT, WORTEL, dienst, meet, op_tijd, poort

OMGEVING = WORTEL / "data" / "bench" / "omgeving"
NAAST = Path(__file__).parent / "naast"

_PLOTLY = "document.querySelector('.js-plotly-plot')"
_PLOTLY_KLAAR = f"""() => {{
  const g = {_PLOTLY}, m = g && g._fullLayout && g._fullLayout.map && g._fullLayout.map._subplot
    && g._fullLayout.map._subplot.map;
  return Boolean(m && g._fullData[0] && m.getSource("source-" + g._fullData[0].uid) && m.loaded());
}}"""
_PLOTLY_KLEUR = f"""(cijfer) => new Promise((goed) => {{
  const g = {_PLOTLY}, m = g._fullLayout.map._subplot.map, gl = m.painter.context.gl;
  const breed = gl.drawingBufferWidth, hoog = gl.drawingBufferHeight, p = new Uint8Array(4);
  const pixels = () => {{
    const uit = [];
    for (let i = 3; i < 8; i += 1) for (let j = 3; j < 8; j += 1) {{
      gl.readPixels(breed * i / 10 | 0, hoog * j / 10 | 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, p);
      uit.push(p.join());
    }}
    return uit.join(";");
  }};
  let voor = null, begin = 0;
  const kijk = () => {{
    const nu = pixels();
    if (voor === null) {{
      voor = nu;
      begin = performance.now();
      dash_clientside.set_props("cijfer", {{ value: cijfer }});
    }} else if (nu !== voor) {{
      m.off("render", kijk);
      goed((performance.now() - begin) / 1000);
    }}
  }};
  m.on("render", kijk);
  m.triggerRepaint();
}})"""
_PIXELS = """window.pixels = () => {
  const doek = document.querySelector(".leaflet-overlay-pane canvas");
  if (!doek) return "";
  const c = doek.getContext("2d"), uit = [];
  for (let i = 1; i < 10; i += 1) for (let j = 1; j < 10; j += 1)
    uit.push([...c.getImageData(doek.width * i / 10, doek.height * j / 10, 1, 1).data].join());
  return uit.filter((p) => !p.endsWith(",0")).join(";");
}"""
_LEAFLET_KLAAR = f"() => {{ {_PIXELS}; return window.pixels().length > 40; }}"
_LEAFLET_KLEUR = """(cijfer) => new Promise((goed) => {
  const voor = window.pixels(), begin = performance.now();
  dash_clientside.set_props("cijfer", { value: cijfer });
  const kijk = () => {
    const nu = window.pixels();
    if (nu && nu !== voor) goed((performance.now() - begin) / 1000);
    else requestAnimationFrame(kijk);
  };
  kijk();
})"""
_LEGE_STIP = """async () => {
  const begin = performance.now();
  await (await fetch("/")).text();
  await new Promise((v) => requestAnimationFrame(() => setTimeout(v, 0)));
  return (performance.now() - begin) / 1000;
}"""


def omgeving_naast() -> str | None:
    """Installs the peers in an environment of their own; None when that worked, else why not."""
    project = tomllib.loads((WORTEL / "pyproject.toml").read_text(encoding="utf-8"))
    namen = project["project"]["optional-dependencies"]["bench"]
    uv = Path(sys.executable).with_name("uv")
    for opdracht in (
        [str(uv), "venv", "--quiet", "--allow-existing", str(OMGEVING)],
        [str(uv), "pip", "install", "--quiet", "--python", str(_python()), *namen],
    ):
        try:
            klaar = subprocess.run(opdracht, capture_output=True, text=True, check=False)
        except OSError as fout:
            return str(fout)
        if klaar.returncode:
            return f"niet te installeren: {klaar.stderr.strip()[-160:]}"
    return None


def _python() -> Path:
    return OMGEVING / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def peers(browser: Browser, map_: Path, cijfers: list[str]) -> dict[str, dict[str, float] | str]:
    """Each peer's figures, or why there are none."""
    mist = omgeving_naast()
    uit: dict[str, dict[str, float] | str] = {}
    for naam, werk, eigen in (
        ("Plotly", _plotly, False),
        ("dash-leaflet", _leaflet, True),
        ("Streamlit", _streamlit, True),
    ):
        if mist and eigen:
            uit[naam] = mist
            continue
        try:
            uit[naam] = werk(browser, map_, cijfers)
        except Exception as fout:  # a peer that fails is said, and is no reason to stop
            uit[naam] = f"{type(fout).__name__}: {str(fout)[:160]}"
            print(f"{naam}: {fout}", file=sys.stderr)
    return uit


def _dash(
    browser: Browser, map_: Path, cijfers: list[str], stuk: str, python: str, klaar: str, kleur: str
) -> dict[str, float]:
    deur = poort()
    adres = f"http://127.0.0.1:{deur}"
    with dienst([python, str(NAAST / stuk), str(map_), str(deur)], adres):
        return meet(
            browser, f"{adres}/kaart", f"{adres}/leeg",
            lambda page: page.wait_for_function(klaar, polling=50), cijfers,
            lambda page, cijfer: op_tijd(page, kleur, cijfer), _LEGE_STIP, 1,
        )  # fmt: skip


def _plotly(browser: Browser, map_: Path, cijfers: list[str]) -> dict[str, float]:
    return _dash(browser, map_, cijfers, "plotly_kaart.py", sys.executable, _PLOTLY_KLAAR,
                 _PLOTLY_KLEUR)  # fmt: skip


def _leaflet(browser: Browser, map_: Path, cijfers: list[str]) -> dict[str, float]:
    return _dash(browser, map_, cijfers, "leaflet_kaart.py", str(_python()), _LEAFLET_KLAAR,
                 _LEAFLET_KLEUR)  # fmt: skip


_DEK = "[data-testid=stDeckGlJsonChart]"
_VOL = 20_000
"""Bytes of a screenshot that is not empty: one colour takes two thousand."""


def _beeld(page: Page) -> bytes:
    vak = page.locator(_DEK).bounding_box()
    if vak is None:
        return b""
    midden = {"x": vak["x"] + 100, "y": vak["y"] + 100, "width": 500.0, "height": 400.0}
    return page.screenshot(clip=midden, animations="disabled")  # type: ignore[arg-type]


def _dek_klaar(page: Page) -> None:
    page.wait_for_selector(f"{_DEK} canvas")
    eind = time.perf_counter() + WACHT / 1e3
    while len(_beeld(page)) < _VOL:
        if time.perf_counter() > eind:
            raise TimeoutError("Streamlit tekende niets")


def _dek_kleur(page: Page, cijfer: str) -> float:
    voor = _beeld(page)
    page.locator("[data-testid=stSelectbox] input").click()
    page.keyboard.type(cijfer)
    page.get_by_role("option", name=cijfer).first.wait_for()
    begin = time.perf_counter()
    page.keyboard.press("Enter")
    while True:
        nu = _beeld(page)
        if nu != voor and len(nu) > _VOL:
            return time.perf_counter() - begin
        if time.perf_counter() - begin > WACHT / 1e3:
            raise TimeoutError("Streamlit herkleurde niet")


def _streamlit(browser: Browser, map_: Path, cijfers: list[str]) -> dict[str, float]:
    deur = poort()
    adres = f"http://127.0.0.1:{deur}"
    opdracht = [
        str(_python()), "-m", "streamlit", "run", str(NAAST / "streamlit_kaart.py"),
        "--server.port", str(deur), "--server.address", "127.0.0.1", "--server.headless", "true",
        "--browser.gatherUsageStats", "false", "--", str(map_),
    ]  # fmt: skip
    with dienst(opdracht, adres):
        return meet(browser, adres, f"{adres}/?leeg=1", _dek_klaar, cijfers, _dek_kleur,
                     _LEGE_STIP, 1)  # fmt: skip
