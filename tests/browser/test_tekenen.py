"""Protects: an area is drawn by mouse or keys alone, and a picture of the map says what it is."""

from __future__ import annotations

import base64
import re
import struct
import zlib
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from dashboard import own_areas
from tests import kaart_klein
from tests import publicatie_klein as klein
from tests.browser.conftest import Bezoek, Plek

pytestmark = pytest.mark.browser


@pytest.fixture
def kaart(plek: Plek, bezoek: Bezoek) -> Bezoek:
    """The small town with its map, all of it in sight."""
    kaart_klein.teken(plek.datamap, "20260312-klein-1")
    return bezoek


def naar(bezoek: Bezoek, zoek: str = "") -> Page:
    page = bezoek.naar(f"/verkennen{zoek}")
    page.wait_for_selector("[data-kaart][data-klaar=ja]")
    return page


def hoeken(page: Page, gebied: str, ruim: float) -> list[tuple[float, float]]:
    """The four corners of a buurt on the screen, a little larger or smaller."""
    return page.evaluate(
        """([gebied, ruim]) => {
          const { map } = dash_clientside.kaart.toestand();
          const keus = { sourceLayer: "buurt", filter: ["==", ["get", "gebied"], gebied] };
          const p = map.querySourceFeatures("buurt", keus).flatMap((f) =>
            f.geometry.coordinates.flat(f.geometry.type === "Polygon" ? 1 : 2))
            .map((h) => map.project(h));
          const raam = map.getCanvas().getBoundingClientRect();
          const x = p.map((h) => h.x + raam.x), y = p.map((h) => h.y + raam.y);
          const [l, r, b, o] = [Math.min(...x), Math.max(...x), Math.min(...y), Math.max(...y)];
          return [[l - ruim, b - ruim], [r + ruim, b - ruim],
            [r + ruim, o + ruim], [l - ruim, o + ruim]];
        }""",
        [gebied, ruim],
    )  # type: ignore[no-any-return]


@pytest.mark.proef
def test_an_area_is_drawn_by_mouse_and_kept_under_a_name(kaart: Bezoek, plek: Plek) -> None:
    page = naar(kaart)
    page.get_by_role("button", name="Teken een gebied").click()
    expect(page.locator("#teken-vak")).to_be_visible()
    for n, punt in enumerate(hoeken(page, klein.BUURT, 4), start=1):
        page.mouse.click(*punt)
        expect(page.locator("#teken-stand")).to_contain_text(str(n))
        page.wait_for_timeout(350)  # two clicks in one place at speed are a double click
    assert "gebied=" not in page.url
    page.get_by_role("button", name="Klaar").click()
    expect(page.locator("#teken-uitkomst")).to_contain_text("1 buurt: De Wielen.")
    expect(page.locator("#teken-uitkomst")).to_contain_text("meer dan de helft van haar oppervl")
    page.get_by_role("link", name="Geef het een naam").click()
    expect(page.locator("#nieuw .mantine-Pill-label")).to_have_text([re.compile("De Wielen")])
    page.get_by_label("Hoe heet het?").fill("Getekend")
    page.get_by_role("button", name="Bewaar gebied").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Getekend")
    assert own_areas.lees(plek.datamap.eigen_gebieden)[0].buurtcodes == (klein.BUURT,)
    kaart.schoon()


@pytest.mark.proef
def test_an_area_is_drawn_by_keys_alone(kaart: Bezoek) -> None:
    page = naar(kaart)
    knop = page.get_by_role("button", name="Teken een gebied")
    knop.focus()
    page.keyboard.press("Enter")
    stand = page.locator("#teken-stand")
    expect(stand).to_have_text("Nog geen punten.")
    rondje = ["ArrowLeft"] * 4 + ["ArrowUp"] * 3, ["ArrowRight"] * 8, ["ArrowDown"] * 6
    for n, pijlen in enumerate(rondje, start=1):
        for pijl in pijlen:
            page.keyboard.press(pijl)
        page.keyboard.press("Enter")
        expect(stand).to_contain_text(re.compile(f"^{n} punt"))
    page.keyboard.press("Enter")  # the same place again is not a point
    expect(stand).to_contain_text("3 punten")
    page.keyboard.press("Backspace")
    expect(stand).to_have_text("2 punten, nog 1 tot een gebied.")
    for _ in range(4):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(stand).to_have_text("3 punten, klaar kan.")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.dataset.teken") == "klaar":
            break
    page.keyboard.press("Enter")
    expect(page.locator("#teken-uitkomst")).to_contain_text("buurt")
    page.keyboard.press("Escape")
    expect(page.locator("#teken-vak")).to_be_hidden()
    expect(knop).to_be_focused()
    kaart.schoon()


@pytest.mark.proef
def test_drawing_has_no_accessibility_violations(kaart: Bezoek) -> None:
    page = naar(kaart)
    page.get_by_role("button", name="Teken een gebied").click()
    expect(page.locator("#teken-vak")).to_be_visible()
    fouten = Axe().run(page).response["violations"]
    assert [f"{f['id']}: {n['html'][:120]}" for f in fouten for n in f["nodes"]] == []


def stukken(png: bytes) -> dict[str, str]:
    """The texts in a PNG; every checksum is looked at."""
    uit: dict[str, str] = {}
    plek = 8
    while plek < len(png):
        (lengte,) = struct.unpack_from(">I", png, plek)
        soort, data = png[plek + 4 : plek + 8], png[plek + 8 : plek + 8 + lengte]
        assert struct.unpack_from(">I", png, plek + 8 + lengte)[0] == zlib.crc32(soort + data)
        if soort == b"tEXt":
            naam, _, tekst = data.partition(b"\0")
            uit[naam.decode("latin-1")] = tekst.decode("latin-1")
        if soort == b"iTXt":
            naam, _, rest = data.partition(b"\0")
            uit[naam.decode("latin-1")] = rest[4:].decode()
        plek += 12 + lengte
    return uit


@pytest.mark.parametrize("zoek", [pytest.param("", marks=pytest.mark.proef), "?cijfer=niveau"])
@pytest.mark.proef
def test_a_picture_holds_the_map_its_legend_and_where_it_comes_from(
    kaart: Bezoek, tmp_path: Path, zoek: str
) -> None:
    page = naar(kaart, zoek)
    with page.expect_download() as ophalen:
        page.get_by_role("button", name="Plaatje (PNG)").click()
    pad = tmp_path / "beeld.png"
    ophalen.value.save_as(pad)
    assert ophalen.value.suggested_filename.startswith("telvertel-verkennen-")
    png = pad.read_bytes()
    breed, hoog = struct.unpack_from(">II", png, 16)
    assert breed == 2400 and hoog > 2000
    woorden = stukken(png)
    assert {"Title", "Source", "Publication", "Disclaimer", "Description"} <= set(woorden)
    assert "CC BY 4.0" in woorden["Source"]
    # What is painted: every colour of the classes of the legend stands in the picture.
    kleuren = page.evaluate(
        """async (bron) => {
          const beeld = new Image(); beeld.src = bron; await beeld.decode();
          const doek = document.createElement("canvas");
          doek.width = beeld.width; doek.height = beeld.height;
          const c = doek.getContext("2d"); c.drawImage(beeld, 0, 0);
          const p = c.getImageData(0, 0, doek.width, doek.height).data, uit = new Set();
          for (let i = 0; i < p.length; i += 16) uit.add(`rgb(${p[i]}, ${p[i + 1]}, ${p[i + 2]})`);
          return [...document.querySelectorAll(".legenda-klassen .staal, .negen td[class]")]
            .map((s) => getComputedStyle(s).backgroundColor).map((k) => [k, uit.has(k)]);
        }""",
        "data:image/png;base64," + base64.b64encode(png).decode(),
    )
    assert kleuren and all(er for _, er in kleuren), kleuren
    kaart.schoon()
