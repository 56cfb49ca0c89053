"""A dashboard on loopback and a Chromium to walk through it with."""

from __future__ import annotations

import contextlib
import os
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import waitress.server
from playwright.sync_api import Browser, Page, expect, sync_playwright

from dashboard.app import create_app
from dashboard.context import Huis, open_huis
from dashboard.settings import voor_map
from indicators.contracts import Datamap
from tests import publicatie_klein as klein

expect.set_options(timeout=15_000)  # a busy machine is slow, not wrong
ARGS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--no-first-run",
]  # fmt: skip


@dataclass
class Plek:
    """A running dashboard: where it is and what is behind it."""

    url: str
    huis: Huis

    @property
    def datamap(self) -> Datamap:
        return self.huis.instellingen.datamap


def chromium() -> str:
    """The Chromium to use; the tests stop with its name when there is none."""
    namen = ("chromium", "chromium-browser", "google-chrome")
    gevonden = os.environ.get("TELVERTEL_CHROMIUM") or next(
        (pad for naam in namen if (pad := shutil.which(naam))), None
    )
    if not gevonden:
        pytest.fail("Ontbreekt: chromium. Installeer het, of zet TELVERTEL_CHROMIUM op het pad.")
    return gevonden


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as spel:
        gestart = spel.chromium.launch(executable_path=chromium(), args=ARGS)
        yield gestart
        gestart.close()


@pytest.fixture
def plek(tmp_path: Path) -> Iterator[Plek]:
    """A dashboard over the small town, with no areas chosen and no stories yet."""
    instellingen = voor_map(tmp_path)
    klein.schrijf(instellingen.datamap, 1)
    huis = open_huis(instellingen)
    app = create_app(instellingen, huis)
    server = waitress.server.create_server(app.server, host="127.0.0.1", port=0, threads=8)

    def draai() -> None:
        with contextlib.suppress(OSError):  # closing pulls the socket from under its select
            server.run()

    draad = threading.Thread(target=draai, daemon=True)
    draad.start()
    yield Plek(f"http://127.0.0.1:{server.effective_port}", huis)
    server.close()
    draad.join(timeout=5)
    huis.sluit()


@dataclass
class Bezoek:
    """A page that remembers what went wrong and what it asked from elsewhere."""

    page: Page
    url: str
    fouten: list[str]
    elders: list[str]

    def naar(self, pad: str) -> Page:
        self.page.goto(self.url + pad)
        self.page.wait_for_selector("main h1")
        return self.page

    def schoon(self) -> None:
        """Nothing came from elsewhere and the browser had nothing to complain of."""
        assert self.elders == []
        assert self.fouten == []


@pytest.fixture
def bezoek(plek: Plek, browser: Browser) -> Iterator[Bezoek]:
    venster = browser.new_context(
        viewport={"width": 1440, "height": 900}, locale="nl-NL", reduced_motion="reduce",
        permissions=["clipboard-read", "clipboard-write"],
    )  # fmt: skip
    page = venster.new_page()
    page.set_default_timeout(15_000)
    b = Bezoek(page, plek.url, [], [])
    page.on("console", lambda m: b.fouten.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda fout: b.fouten.append(str(fout)))
    page.on(
        "request",
        lambda r: (
            None if r.url.startswith((plek.url, "data:", "blob:")) else b.elders.append(r.url)
        ),
    )
    yield b
    venster.close()
