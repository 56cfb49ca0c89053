"""Protects: what leads the page of an area, what clashes, breaks over gaps, and reading."""

from __future__ import annotations

import re
import uuid
from dataclasses import replace
from typing import Any

import duckdb
import pytest
from dash.development.base_component import Component

from dashboard import address, areas, opening, sentences, telling, words
from dashboard.brillen import vooraan
from dashboard.context import Blad, Huis, maak_blad
from dashboard.panels import botst as panel
from dashboard.panels import vraag
from dashboard.router import pagina
from dashboard.snapshot_types import Opvolger, Score
from dashboard.stories import reading
from dashboard.stories.repository import Nieuw, VerhaalFout, Woorden
from indicators.catalogue import lees
from indicators.contracts import Gebiedskeuze
from tests import publicatie_klein as klein

BASIS = {"gebied": klein.BUURT, "grensjaar": None, "verhaal": None, "nummer": None}
CAT = lees()


def _vertel(huis: Huis, tekst: str, rol: str, cijfer: str | None, houding: str | None) -> uuid.UUID:
    velden = telling.Velden(
        tekst=tekst, rol=rol, soort="ervaring", richting=None, hoe="", op="", door="schrijver",
        toestemming=True, anoniem=True, cijfer=cijfer, houding=houding,
    )  # fmt: skip
    return telling.bewaar(huis, BASIS, velden)


def _kies(huis: Huis, *codes: str) -> None:
    keuze = Gebiedskeuze(naam="Mijn buurten", mijn_gebieden=codes)
    areas.schrijf(huis.instellingen.datamap.gebieden, keuze)


def _blad(huis: Huis, code: str = klein.BUURT) -> Blad:
    with huis.snapshots.lezing() as lezing:
        return maak_blad(huis, lezing, code, None)


def _tekst(deel: Any) -> str:
    if isinstance(deel, list | tuple):
        return " ".join(_tekst(d) for d in deel)
    if isinstance(deel, Component):
        return _tekst(getattr(deel, "children", None))
    return "" if deel is None else str(deel).replace(words.HARD, " ")


def _pagina(huis: Huis, pad: str, zoek: str = "") -> str:
    return " ".join(_tekst(pagina(huis, pad, zoek).inhoud).split())


def _volgorde(huis: Huis, zoek: str = "") -> tuple[list[str], set[str], set[str]]:
    """Questions in order, and all figures and stories on the page."""
    vragen: list[str] = []
    cijfers: set[str] = set()
    verhalen: set[str] = set()
    for d in pagina(huis, f"/buurt/{klein.BUURT}", zoek).inhoud._traverse():
        if not isinstance(d, Component):
            continue
        waarden = d.to_plotly_json()["props"]
        if str(waarden.get("id", "")).startswith("vraag-"):
            vragen.append(str(waarden["id"]).removeprefix("vraag-"))
        cijfers |= {str(waarden["data-cijfer"])} if "data-cijfer" in waarden else set()
        cijfers |= set(str(waarden.get("data-cijfers", "")).split())
        verhalen |= {str(waarden["data-verhaal"])} if "data-verhaal" in waarden else set()
    return vragen, cijfers, verhalen


def test_the_page_opens_with_a_sentence_then_a_figure_and_a_voice_together(huis: Huis) -> None:
    _vertel(huis, "Het is hier krap.", "bewoner", "laag_inkomen_pct", "past")
    _vertel(huis, "Dat cijfer klopt hier niet.", "huismeester", "bijstand_per_1000", "klopt_niet")
    tekst = _pagina(huis, f"/buurt/{klein.BUURT}")
    zin = tekst.index("Minder gunstig dan in Wierdestad: ")
    assert zin < tekst.index("Tellen") < tekst.index("Dat cijfer klopt hier niet.")
    assert tekst.index("Dat cijfer klopt hier niet.") < tekst.rindex("Wat hier sterk is")
    assert "2 verhalen uit 2 rollen; 1 spreekt een cijfer tegen." in tekst
    assert opening.voorop(_blad(huis), None)[0] == "bijstand_per_1000"


def test_without_stories_the_page_leads_with_what_stands_out_and_asks_a_question(
    huis: Huis,
) -> None:
    cijfer, verhaal = opening.voorop(_blad(huis), None)
    assert verhaal is None and cijfer is not None
    tekst = _pagina(huis, f"/buurt/{klein.BUURT}")
    assert "Hier vertelde nog niemand iets over." in tekst
    assert CAT.indicatoren[cijfer].gespreksvraag in tekst


def test_every_figure_stands_on_the_page_once(huis: Huis) -> None:
    _vertel(huis, "Het is hier krap.", "bewoner", "laag_inkomen_pct", "past")
    ids = [
        str(d.to_plotly_json()["props"]["id"])
        for d in pagina(huis, f"/buurt/{klein.BUURT}", "").inhoud._traverse()
        if isinstance(d, Component) and hasattr(d, "id")
    ]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("bril", [b.id for b in CAT.gebruik.brillen])
def test_glasses_reorder_the_same_figures_and_stories(huis: Huis, bril: str) -> None:
    for n, rol in enumerate(("bewoner", "partner", "huismeester")):
        cijfer = ("laag_inkomen_pct", "leegstand_pct", "wmo_per_1000")[n]
        _vertel(huis, f"Verhaal {n}.", rol, cijfer, "past")
    zonder, met = _volgorde(huis), _volgorde(huis, f"?bril={bril}")
    eerst = next(b.themas for b in CAT.gebruik.brillen if b.id == bril)
    assert met[0] != zonder[0] and sorted(met[0]) == sorted(zonder[0])
    assert met[0] == [t for t in vooraan(zonder[0], eerst) if t in met[0]]
    assert met[1:] == zonder[1:]


def test_links_keep_the_glasses_on_and_leave_the_newest_year_out(huis: Huis) -> None:
    blad = replace(_blad(huis), bril="huurder")
    assert blad.adres(cijfer="x") == f"/buurt/{klein.BUURT}?cijfer=x&bril=huurder"
    oud = _blad(huis, klein.GESPLITST)
    assert "grensjaar=2022" in oud.adres()
    met, zonder = (address.lees(f"/buurt/{klein.BUURT}", z) for z in ("?grensjaar=2023", ""))
    assert met.zelfde(2023).sleutel == zonder.sleutel
    assert met.zelfde(2024).sleutel != zonder.sleutel


def test_clashes_agreements_gaps_and_unheard_roles_each_have_a_link(huis: Huis) -> None:
    eerste = _vertel(huis, "Klopt niet.", "bewoner", "bijstand_per_1000", "klopt_niet")
    _vertel(huis, "Klopt ook niet.", "partner", "bijstand_per_1000", "klopt_niet")
    _vertel(huis, "Past.", "huismeester", "leegstand_pct", "past")
    _vertel(huis, "Past niet.", "bewoner", "leegstand_pct", "klopt_niet")
    _vertel(huis, "Los.", "wijkbeheerder", None, None)
    b = panel.botsing(_blad(huis))
    assert [k.indicator for k, _ in b.tegen].count("bijstand_per_1000") == 2
    assert b.oneens == ("leegstand_pct",)
    assert [(e.indicator, set(e.rollen)) for e in b.eens] == [
        ("bijstand_per_1000", {"bewoner", "partner"})
    ]
    assert b.niet_gehoord == ("huurdersorganisatie", "woonconsulent")
    assert "bijstand_per_1000" not in b.zonder_verhaal and "koopwoningen_pct" in b.zonder_verhaal
    assert [v.nu.tekst for v in b.zonder_cijfer] == ["Los."]
    assert b.oudste is not None and b.oudste.id == eerste
    for li in panel.paneel(_blad(huis)).children[1].children:
        hrefs = [d.href for d in li._traverse() if isinstance(d, Component) and hasattr(d, "href")]
        assert hrefs and all(h.startswith("/buurt/") for h in hrefs)


def test_the_page_over_all_own_areas_goes_by_name_and_links(huis: Huis) -> None:
    assert "Kies eerst jullie gebieden" in _pagina(huis, "/botst")
    _vertel(huis, "Klopt niet.", "bewoner", "bijstand_per_1000", "klopt_niet")
    _kies(huis, klein.BUURT, "BU99010103")
    tekst = _pagina(huis, "/botst")
    assert tekst.index("De Wielen") < tekst.index("Vogelbuurt")
    assert "Vertel het eerste verhaal" in tekst and "Bijstand per 1.000" in tekst


def test_start_parts_news_from_the_rest_and_counts_a_clash_as_a_state(huis: Huis) -> None:
    codes = (klein.BUURT, "BU99010103", "BU99010202")
    _kies(huis, *codes)
    assert "Niets nieuws sinds een maand" in _pagina(huis, "/")
    _vertel(huis, "Klopt niet.", "bewoner", "bijstand_per_1000", "klopt_niet")
    tekst = _pagina(huis, "/")
    assert re.search(r"Wat is nieuw Gebied Wat is nieuw Wie vertelde Waar het botst", tekst)
    assert tekst.index("1 nieuw verhaal") < tekst.index("Verder")
    assert tekst.count("1 verhaal spreekt een cijfer tegen") == 1
    assert "Niets nieuws" not in tekst


def test_a_story_told_long_ago_and_loaded_today_is_no_news(huis: Huis) -> None:
    from datetime import date

    oud = Woorden(tekst="Lang geleden.", rol="bewoner", opgehaald_op=date(2019, 5, 1))
    huis.verhalen.schrijf(Nieuw(klein.BUURT, 2023, oud), "toets")
    _kies(huis, klein.BUURT)
    assert "nieuw verhaal" not in _pagina(huis, "/")


def _zonder_vlag(huis: Huis, van: int, naar: int, deel: float, ander: bool) -> tuple[int, ...]:
    """The breaks of BUURT when the publication has this step and no flag of CBS."""
    bestand = next(huis.instellingen.datamap.published.glob("*.duckdb"))
    huis.snapshots.sluit()
    with duckdb.connect(str(bestand)) as con:
        con.execute("UPDATE out_gebied SET wijziging = NULL WHERE gebied = ? AND grensjaar = ?",
                    [klein.BUURT, naar])  # fmt: skip
        con.execute("DELETE FROM out_gebied_opvolger")
        con.execute("INSERT INTO out_gebied_opvolger VALUES (?, ?, ?, ?, ?, 'oppervlakte')",
                    [klein.BUURT, van, klein.BUURT, naar, deel])  # fmt: skip
        if ander:
            con.execute("INSERT INTO out_gebied_opvolger VALUES ('BU99010202', ?, ?, ?, 0.3, "
                        "'oppervlakte')", [van, klein.BUURT, naar])  # fmt: skip
    return _blad(huis).buurt.breuken


@pytest.mark.parametrize(
    ("van", "deel", "ander", "hoort"),
    [
        (2021, 0.99, False, ()),
        (2021, 0.60, False, (2023,)),
        (2021, 0.99, True, (2023,)),
        (2022, 0.60, False, (2023,)),
    ],
)
def test_ground_that_left_or_came_over_a_gap_of_years_is_a_break(
    huis: Huis, van: int, deel: float, ander: bool, hoort: tuple[int, ...]
) -> None:
    assert _zonder_vlag(huis, van, 2023, deel, ander) == hoort


def test_a_share_of_a_predecessor_is_said_of_the_predecessor() -> None:
    heel = Opvolger("A", 2022, "Oud", "B", 2023, "Nieuw", 1.0, "oppervlakte")
    assert sentences.deel_van(heel) == "dat er helemaal in opging, indeling 2022"
    half = replace(heel, aandeel=0.63, methode="inwoners")
    assert sentences.deel_van(half) == "63 % van de inwoners daarvan, indeling 2022"


def test_the_3x3_is_said_in_words_only_when_both_axes_have_a_score(huis: Huis) -> None:
    boom = CAT.bomen["veerkracht"]
    assen = tuple(k for k in boom.knopen if k.klassen)
    een = Score(2023, "veerkracht", assen[0].id, 80.0, 75.0, 85.0, 1.0, None)
    twee = Score(2023, "veerkracht", assen[1].id, 34.0, 30.0, 40.0, 1.0, None)
    zin = sentences.niveau({assen[0].id: een, assen[1].id: twee}, (assen[0], assen[1]))
    assert (
        zin == "kwetsbaarheid hoog en overlast en onveiligheid midden: waarschijnlijk (kans 67 %)"
    )
    assert sentences.niveau({assen[0].id: een}, (assen[0], assen[1])) == ""
    assert "Niveau." not in _pagina(huis, f"/buurt/{klein.BUURT}")  # no police figures here


def test_under_a_hundred_households_a_quote_waits_for_the_second_reader(huis: Huis) -> None:
    woorden = Woorden(tekst="Alleen wij wonen hier.", rol="bewoner", toestemming=True)
    v = huis.verhalen.schrijf(Nieuw(klein.KLEIN, 2023, woorden), "schrijver")
    pad = f"/buurt/{klein.KLEIN}"
    assert "Alleen wij wonen hier." not in _pagina(huis, pad)
    assert "minder dan 100 huishoudens" in _pagina(huis, pad)
    assert "1 verhaal wacht op de redacteur" in _pagina(huis, pad)
    reading.lees_na(huis.verhalen, v.id, 1, True, "", "een tweede")
    assert "Alleen wij wonen hier." in _pagina(huis, pad)


def test_the_second_reader_sees_source_and_finds_and_what_was_given_back(huis: Huis) -> None:
    wie = _vertel(huis, "Mevrouw de Vries belt elke dag.", "bewoner", None, None)
    tekst = _pagina(huis, "/lezen")
    assert "1 verhaal wacht." in tekst and "Bron: niet gezegd" in tekst
    assert "Naam : Mevrouw de Vries" in tekst
    reading.lees_na(huis.verhalen, wie, 1, False, "Haal de naam weg.", "een tweede")
    assert "Teruggegeven door een tweede: Haal de naam weg." in _pagina(huis, "/lezen")
    assert "teruggegeven: Haal de naam weg." in _pagina(huis, f"/buurt/{klein.BUURT}")


def test_another_stance_is_a_visible_act_that_keeps_the_quote(huis: Huis) -> None:
    wie = _vertel(huis, "Het is krap.", "bewoner", "bijstand_per_1000", "past")
    [k] = _blad(huis).verhalen[0].koppelingen
    klein.schrijf(huis.instellingen.datamap, 2)
    basis = {**BASIS, "verhaal": str(wie), "koppeling": k.id}
    telling.koppel(huis, basis, "bijstand_per_1000", "klopt_niet", "wijkteam")
    v = huis.verhalen.een(wie)
    assert v is not None
    [nu] = v.koppelingen
    assert (nu.houding, nu.waarde, nu.gekoppeld_door) == ("klopt_niet", 61.0, "wijkteam")
    assert "gekoppeld door wijkteam" in _pagina(huis, f"/buurt/{klein.BUURT}")
    with pytest.raises(VerhaalFout, match="intussen veranderd"):
        telling.koppel(huis, basis, "bijstand_per_1000", "past", "ander")
    with pytest.raises(VerhaalFout, match="hoort al bij dat cijfer"):
        telling.koppel(huis, {**basis, "koppeling": None}, "bijstand_per_1000", "past", "ander")
    telling.koppel(huis, {**basis, "koppeling": None}, "koopwoningen_pct", "nuance", "ander")
    na = huis.verhalen.een(wie)
    assert na is not None and len(na.koppelingen) == 2 and len(na.revisies) == 1


def test_many_stories_open_in_part_and_the_rest_on_demand(huis: Huis) -> None:
    for n in range(7):
        _vertel(huis, f"Verhaal nummer {n}.", "bewoner", "bijstand_per_1000", "past")
    blad = _blad(huis)
    rij = vraag.rij(blad, CAT.indicatoren["bijstand_per_1000"], None)
    assert _tekst(rij).count("Verhaal nummer") == vraag.VOLUIT
    assert "Nog 5 verhalen" in _tekst(rij)
    rest = vraag.gevouwen(blad, "stemmen", "bijstand_per_1000", None, None)
    assert _tekst(rest).count("Verhaal nummer") == 5


def test_answers_of_dash_are_small_for_who_takes_gzip_and_plain_for_who_does_not(
    huis: Huis,
) -> None:
    import gzip

    from dashboard.app import create_app

    client = create_app(huis.instellingen, huis).server.test_client()
    plat = client.get("/_dash-dependencies")
    klein_ = client.get("/_dash-dependencies", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in plat.headers
    assert klein_.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(klein_.data) == plat.data and len(klein_.data) < len(plat.data) / 3
    assert (
        "Content-Encoding" not in client.get("/gezond", headers={"Accept-Encoding": "gzip"}).headers
    )


def test_every_jump_leads_to_a_part_of_the_page_and_what_can_wait_has_its_button(
    huis: Huis,
) -> None:
    """On a phone the last parts are folded: a part without a button could not be opened."""
    _vertel(huis, "Het is hier stil.", "bewoner", None, None)
    inhoud = pagina(huis, f"/buurt/{klein.BUURT}", "").inhoud
    delen = [d for d in inhoud._traverse() if isinstance(d, Component)]
    ids = {str(getattr(d, "id", "")) for d in delen}
    [wijzer] = [d for d in delen if getattr(d, "className", "") == "wegwijzer"]
    ankers = [d.href[1:] for d in wijzer._traverse() if hasattr(d, "href")]
    assert {"sterk", "botst", "vragen", "samengevat", "vertel"} <= set(ankers)
    assert [a for a in ankers if a not in ids] == []
    later = [d for d in delen if getattr(d, "className", "") == "later"]
    assert later and all(d.children[0].to_plotly_json()["props"]["aria-expanded"] == "false"
                         for d in later)  # fmt: skip
