"""Protects: the round of a sheet as people walk it, and that the editor is for everyone."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from dashboard.sheets.round import Bladen
from dashboard.stories.repository import Nieuw, Woorden
from tests import publicatie_klein as klein
from tests.browser.conftest import Bezoek, Plek

pytestmark = pytest.mark.browser


BLAD = f"/buurtblad/{klein.BUURT}"


@pytest.mark.proef
def test_the_round_from_concept_to_next_year(bezoek: Bezoek, plek: Plek) -> None:
    woorden = Woorden(tekst="De lift hapert.", rol="bewoner", status="gelezen", toestemming=True)
    plek.huis.verhalen.schrijf(Nieuw(klein.BUURT, 2023, woorden), "toets", "geladen")
    pagina = bezoek.naar(BLAD)
    blad = pagina.get_by_role("article", name=re.compile("Buurtblad De Wielen"))
    expect(blad).to_contain_text("In De Wielen wonen 4.365 mensen")
    expect(blad).to_contain_text("De lift hapert.")
    pagina.get_by_label("Vraag aan het bestuur").fill("Mag de lift vervangen worden?")
    pagina.get_by_label("Ondertekend door").fill("A. Strateeg")
    pagina.get_by_role("button", name="Bewaar en bekijk").click()
    expect(blad).to_contain_text("Mag de lift vervangen worden?")

    pagina.get_by_label("Opmerking", exact=True).fill("Noem het jaar erbij.")
    pagina.get_by_role("button", name="Plaats de opmerking").click()
    expect(pagina.get_by_text("Noem het jaar erbij.")).to_be_visible()

    pagina.get_by_role("button", name="Vraag een ander om te toetsen").click()
    expect(pagina.get_by_text("ter toetsing").first).to_be_visible()
    voor = pagina.get_by_role("button", name="leg voor aan bestuur")
    voor.click()
    expect(pagina.get_by_text("Vul de datum van de vergadering in")).to_be_visible()
    pagina.get_by_label("Datum van de vergadering").fill("12-3-2027")
    voor.click()
    expect(pagina.get_by_text("Bestuur, 12 maart 2027: leg de uitkomst vast")).to_be_visible()
    expect(blad).to_contain_text("versie 1")
    expect(pagina.get_by_role("button", name="Bewaar en bekijk")).to_have_count(0)

    pagina.get_by_label("Uitkomst").first.click()
    pagina.get_by_role("option", name="Goedgekeurd").click()
    pagina.get_by_label("Wat is besloten of gevraagd").fill("Voor de winter.")
    pagina.get_by_role("button", name="Leg vast", exact=True).click()
    expect(pagina.get_by_text("goedgekeurd. Voor de winter.")).to_be_visible()
    pagina.get_by_label("Wat kwam ervan").fill("De lift is vervangen.")
    pagina.get_by_role("button", name="Bewaar wat ervan kwam").click()
    expect(pagina.get_by_label("Wat kwam ervan")).to_have_value("De lift is vervangen.")

    pagina.get_by_role("button", name="Begin een nieuwe versie").click()
    expect(blad).to_contain_text("Wat vorige keer is gevraagd")
    expect(blad).to_contain_text("De lift is vervangen.")

    pagina = bezoek.naar("/buurtblad")
    rij = pagina.get_by_role("row", name=re.compile("12 maart 2027"))
    expect(rij).to_contain_text("Mag de lift vervangen worden?")
    [gemaakt] = Bladen(plek.huis).van(klein.BUURT)
    pdf = pagina.request.get(f"{plek.url}/blad/versie/{gemaakt.versies[0].id}.pdf")
    assert pdf.ok and pdf.body().startswith(b"%PDF")
    agenda = pagina.request.get(f"{plek.url}/blad/agenda.ics")
    assert "20270312" in agenda.text() and "20280311" in agenda.text()


@pytest.mark.parametrize(
    "breed", [390, *(pytest.param(b, marks=pytest.mark.proef) for b in (1440, 320))]
)
def test_the_editor_is_accessible_and_fits(bezoek: Bezoek, breed: int) -> None:
    bezoek.page.set_viewport_size({"width": breed, "height": 900})
    pagina = bezoek.naar(BLAD)
    expect(pagina.locator(".blad")).to_be_visible()
    assert pagina.evaluate("document.documentElement.scrollWidth") <= breed
    fouten = Axe().run(pagina).response["violations"]
    ernstig = [
        (f["id"], f["nodes"][0]["html"][:200])
        for f in fouten
        if f["impact"] in ("serious", "critical")
    ]
    assert ernstig == []


def test_the_loose_html_is_accessible(bezoek: Bezoek, plek: Plek) -> None:
    pagina = bezoek.page
    pagina.goto(f"{plek.url}/blad/concept/{klein.BUURT}.html")
    assert pagina.get_by_role("heading", level=1).count() == 1
    fouten = Axe().run(pagina).response["violations"]
    assert [f["id"] for f in fouten if f["impact"] in ("serious", "critical")] == []
