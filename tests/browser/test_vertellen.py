"""Protects: telling in a real browser: nothing typed is lost, figures in sentences, reading."""

from __future__ import annotations

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from sqlalchemy.exc import OperationalError

from dashboard.snapshot import lees_publicatie
from dashboard.stories.binding import citeer, markeer
from dashboard.stories.repository import Nieuw, Woorden
from tests import publicatie_klein as klein
from tests.browser.conftest import Bezoek, Plek

pytestmark = pytest.mark.browser
BUURT = f"/buurt/{klein.BUURT}"
TEKST = "Op vrijdag staat er een rij bij de voedselbank."


def _veld(page: Page) -> Any:
    return page.get_by_label("Wat is er aan de hand?")


def _kies(page: Page, veld: str, keuze: str | re.Pattern[str]) -> None:
    page.get_by_label(veld).first.click()
    page.get_by_role("option", name=keuze).click()


def _maak_af(page: Page) -> None:
    _kies(page, "Wie vertelt dit?", "huismeester")
    page.get_by_label("niemand is hierin te herkennen").check()
    page.get_by_role("button", name="Bewaar").click()


def _bewaard(page: Page) -> list[str]:
    return list(page.evaluate("Object.keys(sessionStorage).filter(k => k.startsWith('telvertel'))"))


@pytest.mark.proef
def test_what_was_typed_survives_links_back_other_pages_and_reload(
    bezoek: Bezoek, plek: Plek
) -> None:
    page = bezoek.naar(BUURT)
    _veld(page).fill(TEKST)
    page.get_by_label("klopt niet").check()
    page.get_by_role("link", name="Gemiddelde WOZ-waarde van woningen").first.click()
    expect(page).to_have_url(re.compile("cijfer=woz_waarde_keur"))
    expect(_veld(page)).to_have_value(TEKST)
    page.evaluate("history.pushState({}, '', location.pathname + '?grensjaar=2023')")
    page.evaluate("window.dispatchEvent(new PopStateEvent('popstate'))")
    expect(_veld(page)).to_have_value(TEKST)
    page.get_by_role("link", name="huurder", exact=True).click()  # the page is built anew
    expect(page.locator("[aria-current=true].bril-keus")).to_have_text("huurder")
    expect(_veld(page)).to_have_value(TEKST)
    page.get_by_role("link", name="Mijn buurten").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mijn buurten")
    page.go_back()
    expect(_veld(page)).to_have_value(TEKST)
    expect(page.locator("#vertel-hersteld")).to_contain_text("Dit had je al opgeschreven")
    expect(page.get_by_label("klopt niet")).to_be_checked()
    page.reload()
    expect(_veld(page)).to_have_value(TEKST)
    bezoek.naar("/buurt/BU99010103")
    expect(_veld(page)).to_have_value("")  # per area
    bezoek.naar(BUURT)
    expect(_veld(page)).to_have_value(TEKST)
    page.get_by_label("klopt niet").check()
    _kies(page, "Bij welk cijfer hoort het?", re.compile("Mensen met bijstand"))
    _maak_af(page)
    expect(page.locator("#cijfer-bijstand_per_1000 .verhaal")).to_contain_text(TEKST)
    expect(_veld(page)).to_have_value("")
    assert _bewaard(page) == []
    page.reload()
    page.wait_for_selector(".verhaal")
    expect(_veld(page)).to_have_value("")
    assert plek.huis.verhalen.aantal() == 1
    bezoek.schoon()


@pytest.mark.proef
def test_when_saving_fails_the_text_stays_also_after_a_reload(
    bezoek: Bezoek, plek: Plek, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stuk(*_: Any, **__: Any) -> None:
        raise OperationalError("x", {}, Exception("database is locked"))

    page = bezoek.naar(BUURT)
    with monkeypatch.context() as m:
        m.setattr(type(plek.huis.verhalen), "schrijf", stuk)
        _veld(page).fill(TEKST)
        _maak_af(page)
        expect(page.locator("#vertel-melding")).to_contain_text("Je tekst staat er nog")
    page.reload()
    expect(_veld(page)).to_have_value(TEKST)
    page.get_by_role("button", name="Begin opnieuw").click()
    expect(_veld(page)).to_have_value("")
    assert _bewaard(page) == [] and plek.huis.verhalen.aantal() == 0
    bezoek.schoon()


def test_when_the_connection_is_gone_the_writer_hears_it_and_loses_nothing(
    bezoek: Bezoek, plek: Plek
) -> None:
    page = bezoek.naar(BUURT)
    _veld(page).fill(TEKST)
    page.wait_for_timeout(600)
    page.context.set_offline(True)
    _maak_af(page)
    expect(page.locator("#bericht")).to_contain_text("De verbinding is weg")
    expect(_veld(page)).to_have_value(TEKST)
    page.context.set_offline(False)
    page.get_by_role("button", name="Bewaar").click()
    expect(page.locator(".verhaal")).to_contain_text(TEKST)
    assert plek.huis.verhalen.aantal() == 1


@pytest.mark.proef
def test_a_sentence_knows_its_figure_and_asks_again_when_it_went_the_other_way(
    bezoek: Bezoek, plek: Plek
) -> None:
    page = bezoek.naar(BUURT)
    _veld(page).fill("Met  is het flink gestegen.")
    page.evaluate("document.getElementById('vertel-tekst').setSelectionRange(4, 4)")
    _kies(page, "Zet een cijfer in de tekst", re.compile("^Koopwoningen"))
    expect(_veld(page)).to_have_value("Met [[Koopwoningen, 2023]] is het flink gestegen.")
    expect(page.locator(".meelees-cijfer .cijfer-in-zin")).to_contain_text("2023, Wierdestad")
    page.get_by_label("past bij het cijfer").check()
    _maak_af(page)
    zin = page.locator("#cijfer-koopwoningen_pct .verhaal blockquote")
    expect(zin.locator(".cijfer-in-zin")).to_contain_text("2023, Wierdestad")
    toen = zin.inner_text()
    with lees_publicatie(plek.datamap, klein.schrijf(plek.datamap, 2)) as lezing:
        markeer(plek.huis.verhalen, lezing)
    page.reload()
    merk = page.locator("#cijfer-koopwoningen_pct .merk-jaar")
    expect(merk).to_contain_text("Er is een nieuw jaar: geldt dit nog?")
    nu = plek.huis.verhalen.koppelingen()[0].merken[-1]
    assert nu.toen is not None and nu.nu is not None
    kant = "gestegen" if nu.nu > nu.toen else "gedaald"
    if kant == "gedaald":
        expect(merk).to_contain_text("In het verhaal staat „gestegen”")
    else:
        expect(merk.locator(".let-op-zin")).to_have_count(0)
    assert zin.inner_text() == toen
    bezoek.schoon()


@pytest.mark.proef
def test_beside_the_text_stands_what_may_point_at_someone_and_saving_goes_on(
    bezoek: Bezoek, plek: Plek
) -> None:
    page = bezoek.naar(BUURT)
    _veld(page).fill("Kees van nummer 14 is ziek; bel 06-12345678. In Tuindorp is het rustig.")
    hulp = page.locator(".privacyhulp")
    expect(hulp).to_contain_text("Kees")
    expect(hulp.locator("mark")).to_have_text(["Kees", "nummer 14", "06-12345678"])
    _maak_af(page)
    expect(page.locator(".verhaal")).to_contain_text("Kees van nummer 14")
    bezoek.schoon()


@pytest.mark.proef
def test_binding_is_an_act_of_its_own_signed_and_undone(bezoek: Bezoek, plek: Plek) -> None:
    woorden = Woorden(tekst="Bij ons in de flat staat niets leeg.", rol="bewoner")
    plek.huis.verhalen.schrijf(Nieuw(klein.BUURT, 2023, woorden), "toets")
    page = bezoek.naar(BUURT)
    page.locator("#zonder-cijfer").get_by_role("link", name="Koppel aan een cijfer").click()
    expect(page.locator("#vertel")).to_be_focused()
    page.get_by_role("button", name="Koppel", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Kies nog bij welk cijfer")
    _kies(page, "Bij welk cijfer hoort het?", re.compile("Mensen met bijstand"))
    page.get_by_label("klopt niet").check()
    page.get_by_label("Gekoppeld door").fill("wijkteam Noord")
    page.get_by_role("button", name="Koppel", exact=True).click()
    rij = page.locator("#cijfer-bijstand_per_1000 .verhaal")
    expect(rij).to_contain_text("gekoppeld door wijkteam Noord")
    expect(rij.locator(".houding")).to_have_text("klopt niet")
    rij.get_by_role("link", name="Koppeling").click()
    page.get_by_role("link", name="Verander").click()
    expect(page.get_by_role("heading", name="Verander de koppeling")).to_be_visible()
    page.get_by_label("nuance").check()
    page.get_by_role("button", name="Koppel", exact=True).click()
    expect(rij.locator(".houding")).to_have_text("nuance")
    rij.get_by_role("link", name="Koppeling").click()
    page.get_by_role("button", name="Maak los").click()
    expect(page.locator("#zonder-cijfer .verhaal")).to_contain_text("staat niets leeg")
    bezoek.schoon()


def test_a_second_person_reads_gives_back_with_a_reason_and_lets_through(
    bezoek: Bezoek, plek: Plek
) -> None:
    for n in (1, 2):
        woorden = Woorden(tekst=f"Verhaal {n} over de buurt.", rol="bewoner", toestemming=True)
        plek.huis.verhalen.schrijf(Nieuw(klein.BUURT, 2023, woorden), "schrijver")
    page = bezoek.naar("/lezen")
    kaart = page.locator(".lees-kaart").filter(has_text="Verhaal 1")
    page.get_by_label("Wie leest na?").fill("redacteur")
    kaart.get_by_role("button", name="Geef terug").click()
    expect(page.locator("#lees-melding")).to_contain_text("Schrijf erbij waarom")
    kaart.get_by_label("Reden").fill("Hoe is dit opgehaald?")
    kaart.get_by_role("button", name="Geef terug").click()
    expect(page.locator(".lees-kaart")).to_have_count(1)
    page.get_by_role("button", name="Gelezen, mag gedeeld").click()
    expect(page.locator(".lees-leeg")).to_be_visible()
    page = bezoek.naar(BUURT)
    expect(page.locator(".verhaal").filter(has_text="Verhaal 1")).to_contain_text(
        "teruggegeven: Hoe is dit opgehaald?"
    )
    expect(page.locator(".verhaal").filter(has_text="Verhaal 2")).not_to_contain_text("nagelezen")
    bezoek.schoon()


@pytest.mark.proef
def test_a_story_is_taken_back_or_wiped_for_good(bezoek: Bezoek, plek: Plek) -> None:
    eerst, tweede = (
        plek.huis.verhalen.schrijf(
            Nieuw(klein.BUURT, 2023, Woorden(tekst=f"Verhaal {n}.", rol="bewoner")), "t"
        ).id
        for n in (1, 2)
    )
    page = bezoek.naar(f"{BUURT}?verhaal={eerst}&doe=herzien")
    page.get_by_role("link", name="Weghalen").click()
    page.get_by_role("button", name="Trek het in").click()
    expect(page.locator(".verhaal")).to_have_count(1)
    page = bezoek.naar(f"{BUURT}?verhaal={tweede}&doe=weghalen")
    page.get_by_role("button", name="Wis het voorgoed").click()
    expect(page.get_by_role("alert")).to_contain_text("Zet eerst het vinkje")
    page.get_by_label("niet terug te draaien").check()
    page.get_by_role("button", name="Wis het voorgoed").click()
    expect(page.locator(".verhaal")).to_have_count(0)
    weg = plek.huis.verhalen.een(tweede)
    assert weg is not None and {r.tekst for r in weg.revisies} == {"[gewist]"}
    over = plek.huis.verhalen.een(eerst)
    assert over is not None and over.nu.tekst == "Verhaal 1." and over.nu.status == "ingetrokken"
    bezoek.schoon()


@pytest.mark.proef
def test_a_story_that_opens_on_demand_can_be_linked_to(bezoek: Bezoek, plek: Plek) -> None:
    with plek.huis.snapshots.lezing() as lezing:
        buurt, wie = lezing.buurt(klein.BUURT), lezing.publicatie.publicatie
    citaat = citeer(buurt, "bijstand_per_1000", 2023, wie, "past")
    ids = [
        plek.huis.verhalen.schrijf(
            Nieuw(klein.BUURT, 2023, Woorden(tekst=f"Verhaal {n}.", rol="bewoner"), (citaat,)), "t"
        ).id
        for n in range(5)
    ]
    page = bezoek.naar(BUURT)
    al = page.locator("[data-verhaal]").evaluate_all("e => e.map(x => x.dataset.verhaal)")
    verborgen = next(str(i) for i in ids if str(i) not in al)
    page = bezoek.naar(f"{BUURT}?verhaal={verborgen}")
    gekozen = page.locator(f'[data-verhaal="{verborgen}"]')
    expect(gekozen).to_be_visible()
    expect(gekozen).to_have_class(re.compile("gekozen"))
    bezoek.schoon()


@pytest.mark.parametrize(
    ("breed", "kleur"),
    [
        *(pytest.param(b, k, marks=pytest.mark.proef)
          for b, k in ((1440, "light"), (1440, "dark"), (1024, "light"), (1024, "dark"),
                       (390, "light"), (390, "dark"))),
    ],
)  # fmt: skip
def test_new_screens_have_no_violations_and_do_not_scroll_sideways(
    bezoek: Bezoek, plek: Plek, breed: int, kleur: str
) -> None:
    from dashboard import areas

    areas.voeg_toe(plek.datamap.gebieden, klein.BUURT)
    woorden = Woorden(tekst="Mevrouw de Vries zegt [[laag_inkomen_pct|2023]].", rol="bewoner")
    los = plek.huis.verhalen.schrijf(Nieuw(klein.BUURT, 2023, woorden), "toets").id
    page = bezoek.page
    page.emulate_media(color_scheme=kleur)  # type: ignore[arg-type]
    page.set_viewport_size({"width": breed, "height": 900})
    mis: list[str] = []
    met = f"{BUURT}?verhaal={los}&doe="
    paden = ("/", "/botst", "/lezen", f"{BUURT}?bril=vastgoed", met + "koppelen", met + "herzien")
    for pad in paden:
        bezoek.naar(pad)
        page.wait_for_timeout(700)
        for fout in Axe().run(page).response["violations"]:
            mis += [f"{pad}: {fout['id']}: {n['html'][:160]}" for n in fout["nodes"]]
        wijd = page.evaluate("document.documentElement.scrollWidth")
        if wijd > breed:
            mis.append(f"{pad}: {wijd} breed op een scherm van {breed}")
    assert mis == []
    bezoek.schoon()


@pytest.mark.proef
def test_on_paper_stand_the_figures_and_voices_without_controls(bezoek: Bezoek) -> None:
    page = bezoek.naar(BUURT)
    page.emulate_media(media="print")
    expect(page.locator(".openingszin")).to_be_visible()
    for weg in ("#vertel", ".brillen", ".inhoud-vragen", ".knop >> nth=0", "nav >> nth=0"):
        expect(page.locator(weg).first).to_be_hidden()
    assert len(page.pdf(format="A4")) > 20_000
    bezoek.schoon()
