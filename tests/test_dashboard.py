"""Protects: routes, headers, escaping, words and what happens when parts are missing."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from dash.development.base_component import Component
from plotly.utils import PlotlyJSONEncoder
from typer.testing import CliRunner

from dashboard import address, areas, cli, sentences, telling, words
from dashboard.app import create_app
from dashboard.context import Huis, open_huis
from dashboard.panels.vertellen import verschil
from dashboard.router import pagina
from dashboard.settings import InstellingFout, uit_omgeving, voor_map
from dashboard.stories.repository import Nieuw, VerhaalFout, Woorden
from indicators.catalogue import lees
from indicators.contracts import DATA_VARIABELE, Gebiedskeuze
from tests import publicatie_klein as klein


def _tekst(deel: Any) -> str:
    """All text of a page, without markup."""
    if isinstance(deel, list | tuple):
        return " ".join(_tekst(d) for d in deel)
    if isinstance(deel, Component):
        return _tekst(getattr(deel, "children", None))
    return "" if deel is None else str(deel).replace(words.HARD, " ")


def _pagina(huis: Huis, pad: str, zoek: str = "") -> str:
    return " ".join(_tekst(pagina(huis, pad, zoek).inhoud).split())


VELDEN = telling.Velden(
    tekst="Het trappenhuis is schoon.", rol="bewoner", soort="ervaring", richting=None, hoe="",
    op="", door="", toestemming=True, anoniem=True,
)  # fmt: skip


def _velden(**anders: Any) -> telling.Velden:
    return telling.Velden(**{**VELDEN.__dict__, **anders})


BASIS = {"gebied": klein.BUURT, "grensjaar": 2023, "verhaal": None, "nummer": None}


def test_gezond_says_which_publication_and_how_many_stories(huis: Huis) -> None:
    client = create_app(huis.instellingen, huis).server.test_client()
    antwoord = client.get("/gezond")
    assert antwoord.status_code == 200
    assert antwoord.json == {
        "status": "goed",
        "publicatie": "20260312-klein-1",
        "catalogus_hash": lees().hash,
        "verhalen": 0,
    }


def test_gezond_is_not_well_without_a_publication_and_does_not_fail(tmp_path: Path) -> None:
    leeg = open_huis(voor_map(tmp_path))
    antwoord = create_app(leeg.instellingen, leeg).server.test_client().get("/gezond")
    assert antwoord.status_code == 503
    assert antwoord.json is not None and antwoord.json["publicatie"] is None
    leeg.sluit()


def test_gezond_says_when_an_old_publication_is_in_use(huis: Huis) -> None:
    client = create_app(huis.instellingen, huis).server.test_client()
    client.get("/gezond")
    huis.instellingen.datamap.actueel.write_text("{stuk", encoding="utf-8")
    antwoord = client.get("/gezond").json
    assert antwoord is not None and antwoord["status"] == "oude publicatie in gebruik"
    assert antwoord["publicatie"] == "20260312-klein-1"


def test_every_answer_has_safe_headers_and_nothing_comes_from_elsewhere(huis: Huis) -> None:
    client = create_app(huis.instellingen, huis).server.test_client()
    for pad in ("/", "/gezond", "/letters/sans-400.ttf", "/bestaat-niet", "/letters/geheim.ttf"):
        koppen = client.get(pad).headers
        beleid = koppen["Content-Security-Policy"]
        assert "default-src 'self'" in beleid and "http" not in beleid
        assert "unsafe-eval" not in beleid
        assert "'unsafe-inline'" not in beleid.split("script-src")[1].split(";")[0]
        assert koppen["X-Content-Type-Options"] == "nosniff"
        assert koppen["Referrer-Policy"] == "same-origin"
    voorkant = client.get("/").get_data(as_text=True)
    assert '<html lang="nl">' in voorkant
    assert 'src="http' not in voorkant and 'href="http' not in voorkant


def test_letters_come_from_packages_and_nothing_else_can_be_asked(huis: Huis) -> None:
    client = create_app(huis.instellingen, huis).server.test_client()
    for naam in ("sans-400", "sans-600", "serif-400", "serif-400i"):
        antwoord = client.get(f"/letters/{naam}.ttf")
        assert antwoord.status_code == 200 and len(antwoord.data) > 50_000
    assert b"import" not in client.get("/letters/..%2f..%2fsettings.py").data
    assert client.get("/letters/onbekend.ttf").status_code == 404


def test_every_page_says_that_the_gemeente_is_fictional(huis: Huis) -> None:
    for pad in ("/", f"/buurt/{klein.BUURT}", "/bronnen", "/buurt/BU00000000", "/nergens"):
        p = pagina(huis, pad, "")
        assert p.fictief and p.gegevens == "gegevens van 12 maart 2026"


def test_without_a_publication_every_page_says_how_to_make_one(tmp_path: Path) -> None:
    leeg = open_huis(voor_map(tmp_path))
    for pad in ("/", "/buurt/BU99010203", "/bronnen"):
        assert "python -m pipelines refresh --bestanden MAP" in _pagina(leeg, pad)
    leeg.sluit()


@pytest.mark.parametrize("code", ["BU99010203", "WK990102", "GM9901", klein.KLEIN, klein.PARK,
                                  klein.GESPLITST, klein.DELEN[0]])  # fmt: skip
def test_the_page_works_at_every_level_and_for_odd_areas(huis: Huis, code: str) -> None:
    p = pagina(huis, f"/buurt/{code}", "")
    assert "Dit lukt nu niet" not in _tekst(p.inhoud)
    json.dumps(p.inhoud, cls=PlotlyJSONEncoder)


@pytest.mark.parametrize(
    ("pad", "zoek", "zegt"),
    [
        ("/buurt/BU00000000", "", "Dit gebied is er niet"),
        ("/buurt/<script>", "", "Dit gebied is er niet"),
        (f"/buurt/{klein.BUURT}", "?grensjaar=2012", "Geen gegevens met indeling 2012"),
        (f"/buurt/{klein.BUURT}", "?grensjaar=abc&cijfer=bestaat_niet&verhaal=x", "De Wielen"),
        ("/weg/hier", "", "Deze pagina bestaat niet"),
        ("/bronnen", "?cijfer=bestaat_niet", "Alle cijfers"),
        (f"/buurt/{klein.GESPLITST}", "", "opgevolgd door"),
        (f"/buurt/{klein.DELEN[1]}", "", "voortgekomen uit"),
    ],
)
def test_odd_addresses_give_a_page_that_says_what_to_do(
    huis: Huis, pad: str, zoek: str, zegt: str
) -> None:
    assert zegt in _pagina(huis, pad, zoek)


def test_missing_is_said_in_words_and_never_drawn_as_low(huis: Huis) -> None:
    eik = _pagina(huis, f"/buurt/{klein.KLEIN}")
    assert "2023: niet getoond door CBS (privacy)" in eik
    assert "2023: onbekend of niet getoond door CBS" in eik
    assert "hier wonen 40 mensen. Onder 150 inwoners rekenen we geen score" in eik
    assert "2023: niet van toepassing" in _pagina(huis, f"/buurt/{klein.PARK}")
    wielen = _pagina(huis, f"/buurt/{klein.BUURT}")
    assert "2023: nog niet gepubliceerd" in wielen
    assert "Nog niet te zeggen: bron Geregistreerde misdrijven en overlast ontbreekt." in wielen
    assert "50 % van wat meetelt is bekend, 60 % is nodig. Er ontbreekt:" in wielen


def test_barred_figures_stand_on_no_area_page_and_are_explained(huis: Huis) -> None:
    assert "herkomst" not in _pagina(huis, f"/buurt/{klein.BUURT}").lower()
    bronnen = _pagina(huis, "/bronnen")
    assert "Wat niet meetelt, en waarom" in bronnen
    assert "Inwoners met herkomst buiten Europa" in bronnen


def test_a_story_of_a_predecessor_is_shown_with_the_area_it_was_told_of(huis: Huis) -> None:
    woorden = Woorden(tekst="Bij het water zitten jongeren.", rol="partner")
    huis.verhalen.schrijf(Nieuw(klein.GESPLITST, 2022, woorden), "toets")
    west = _pagina(huis, f"/buurt/{klein.DELEN[0]}")
    assert "Bij het water zitten jongeren." in west
    assert "verteld over Kanaalzone (BU99010204, indeling 2022)" in west


def test_a_written_story_is_bound_to_the_figure_as_it_stands(huis: Huis) -> None:
    wie = telling.bewaar(huis, BASIS, _velden(cijfer="bijstand_per_1000", houding="klopt_niet"))
    verhaal = huis.verhalen.een(wie)
    assert verhaal is not None and verhaal.themas == ["inkomen"]
    [k] = verhaal.koppelingen
    assert (k.waarde, k.jaar, k.houding, k.publicatie) == (
        61.0, 2023, "klopt_niet", "20260312-klein-1",
    )  # fmt: skip
    assert "Het trappenhuis is schoon." in _pagina(huis, f"/buurt/{klein.BUURT}")


@pytest.mark.parametrize(
    ("anders", "zegt"),
    [
        ({"tekst": "  "}, "tekstveld is nog leeg"),
        ({"rol": None}, "wie dit vertelt"),
        ({"rol": "koning"}, "wie dit vertelt"),
        ({"richting": "omhoog"}, "een richting"),
        ({"op": "31-2-2026"}, "geen datum"),
        ({"op": "gisteren"}, "geen datum"),
        ({"tekst": "x" * 1_000_000}, "1000000 tekens"),
        ({"hoe": "x" * 300}, "Hoe het is opgehaald is langer dan 200"),
        ({"cijfer": "bijstand_per_1000", "houding": None}, "hoe het bij het cijfer past"),
        ({"cijfer": "leefbaarometer_afwijking_score", "houding": "past"}, "kies een ander"),
    ],
)
def test_a_field_that_is_not_right_is_named_and_nothing_is_kept(
    huis: Huis, anders: dict[str, Any], zegt: str
) -> None:
    with pytest.raises(VerhaalFout, match=zegt):
        telling.bewaar(huis, BASIS, _velden(**anders))
    assert huis.verhalen.aantal() == 0


def test_script_in_any_field_stays_text(huis: Huis) -> None:
    """Everything people typed is a text child: never markup, an attribute that runs, or a link."""
    kwaad = "<script>alert(1)</script>"
    wie = telling.bewaar(
        huis, BASIS, _velden(tekst=kwaad, hoe=kwaad, door=kwaad, cijfer="bijstand_per_1000",
                             houding="past")
    )  # fmt: skip
    telling.bewaar(
        huis, {**BASIS, "verhaal": str(wie), "nummer": 1}, _velden(tekst=kwaad + " 2", door=kwaad)
    )
    areas.schrijf(huis.instellingen.datamap.gebieden,
                  Gebiedskeuze(naam=kwaad, mijn_gebieden=(klein.BUURT, kwaad)))  # fmt: skip
    for pad in ("/", f"/buurt/{klein.BUURT}"):
        for deel in pagina(huis, pad, "").inhoud._traverse():
            if isinstance(deel, Component):
                assert not hasattr(deel, "dangerously_allow_html")
                assert deel._type not in ("Markdown", "Iframe", "Script")
                for eigenschap in ("href", "src"):
                    assert "script" not in str(getattr(deel, eigenschap, ""))
    app = create_app(huis.instellingen, huis)
    voorkant = app.server.test_client().get(f"/buurt/{kwaad}?cijfer={kwaad}")
    assert kwaad not in voorkant.get_data(as_text=True)


def test_chosen_areas_are_kept_in_name_order_and_twice_is_once(huis: Huis) -> None:
    pad = huis.instellingen.datamap.gebieden
    for code in ("BU99010103", klein.BUURT, klein.BUURT, "BU00000000"):
        areas.voeg_toe(pad, code)
    tekst = _pagina(huis, "/")
    assert tekst.index("De Wielen") < tekst.index("Vogelbuurt")
    assert "Niet in deze publicatie: BU00000000" in tekst
    areas.haal_weg(pad, klein.BUURT)
    assert areas.lees(pad).mijn_gebieden == ("BU99010103", "BU00000000")


def test_a_broken_settings_file_is_named(huis: Huis) -> None:
    pad = huis.instellingen.datamap.gebieden
    pad.parent.mkdir(parents=True, exist_ok=True)
    for inhoud in ("naam: [", "naam: 3\nonbekend: x", "- lijst"):
        pad.write_text(inhoud, encoding="utf-8")
        assert "gebieden.yaml" in _pagina(huis, "/")


def test_when_stories_cannot_be_read_the_page_says_so(
    huis: Huis, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sqlalchemy.exc import OperationalError

    def stuk(*_: Any) -> None:
        raise OperationalError("x", {}, Exception("weg"))

    monkeypatch.setattr(type(huis.verhalen), "van", stuk)
    assert "Er is niets weg" in _pagina(huis, f"/buurt/{klein.BUURT}")


def test_figures_can_be_read_when_the_story_store_is_gone(huis: Huis, tmp_path: Path) -> None:
    huis.verhalen.motor.dispose()
    for pad in (tmp_path / "verhalen").glob("*"):
        pad.unlink()
    (tmp_path / "verhalen" / "verhalen.sqlite").mkdir()
    tekst = _pagina(huis, f"/buurt/{klein.BUURT}")
    assert "je ziet alleen de cijfers" in tekst and "Bijstand" in tekst


@pytest.mark.parametrize(
    ("waarde", "decimalen", "hoort"),
    [(1825, 0, "1.825"), (12.34, 1, "12,3"), (-0.04, 1, "0,0"), (-3.5, 1, "−3,5"),
     (1234567.891, 2, "1.234.567,89")],
)  # fmt: skip
def test_numbers_are_written_as_dutch_does(waarde: float, decimalen: int, hoort: str) -> None:
    assert words.getal(waarde, decimalen) == hoort


def test_units_and_dates_in_dutch() -> None:
    ind = lees().indicatoren
    netjes = [
        words.cijfer(w, ind[i]).replace(words.HARD, " ")
        for i, w in (("laag_inkomen_pct", 12.3), ("woz_waarde_keur", 245),
                     ("bijstand_per_1000", 41), ("huisarts_afstand_km", 0.8),
                     ("inwoners_aantal", 1825))
    ]  # fmt: skip
    assert netjes == ["12,3 %", "€ 245.000", "41 per 1.000", "0,8 km", "1.825"]
    assert words.datum("2026-03-12T08:30:00+00:00") == "12 maart 2026"
    assert words.datum(date(2026, 1, 2)) == "2 januari 2026"
    assert words.opsomming(["a", "b", "c"]) == "a, b en c"
    assert telling.lees_datum("12-3-2026") == telling.lees_datum("2026-03-12") == date(2026, 3, 12)


def test_comparison_needs_intervals_that_do_not_overlap(huis: Huis) -> None:
    with huis.snapshots.lezing() as lezing:
        buurt, ind = lezing.buurt(klein.BUURT), lezing.catalogus.indicatoren
    w = buurt.nieuwste("bijstand_per_1000")
    assert w is not None
    zin = sentences.vergelijking(buurt, w, ind["bijstand_per_1000"])
    assert zin.startswith("hoger dan Wierdestad (")
    supermarkt = buurt.nieuwste("supermarkt_afstand_km")
    assert supermarkt is not None
    assert sentences.vergelijking(buurt, supermarkt, ind["supermarkt_afstand_km"]).startswith(
        "ongeveer gelijk aan"
    )


def test_a_difference_is_readable_by_word() -> None:
    soorten = [(d._type, d.children) for d in verschil("een twee drie", "een vier drie")
               if isinstance(d, Component)]  # fmt: skip
    assert soorten == [("Del", "twee"), ("Ins", "vier")]


@pytest.mark.parametrize(
    "pad", [address.buurt(klein.BUURT, 2023, cijfer="a_pct", verhaal="1", doe="herzien")]
)
def test_an_address_reads_back_as_it_was_written(pad: str) -> None:
    weg, _, zoek = pad.partition("?")
    assert address.lees(weg, "?" + zoek) == address.Adres(
        "buurt", klein.BUURT, 2023, "a_pct", "1", "herzien"
    )


def test_settings_come_from_the_environment_and_a_bad_port_is_named(tmp_path: Path) -> None:
    gezet = uit_omgeving({DATA_VARIABELE: str(tmp_path), "PORT": "9000"})
    assert gezet.poort == 9000 and gezet.host == "127.0.0.1"
    assert gezet.datamap.map == tmp_path and "verhalen.sqlite" in gezet.verhalen_url
    with pytest.raises(InstellingFout, match="PORT: 'veel'"):
        uit_omgeving({"PORT": "veel"})


def test_serving_to_others_is_refused_with_the_reason() -> None:
    uit = CliRunner().invoke(cli.app, ["serve", "--host", "0.0.0.0"])  # noqa: S104
    assert uit.exit_code == 1
    assert "Er zijn nog geen accounts" in uit.output


def test_the_command_line_marks_prints_what_is_touched_and_loads_once(
    huis: Huis, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(DATA_VARIABELE, str(huis.instellingen.datamap.map))
    telling.bewaar(huis, BASIS, _velden(cijfer="bijstand_per_1000", houding="past"))
    klein.schrijf(huis.instellingen.datamap, 2)
    doe = CliRunner().invoke
    geraakt = doe(cli.app, ["geraakt", "20260312-klein-1", "20260920-klein-2"])
    gelezen = json.loads(geraakt.stdout)
    assert {r["soort"] for r in gelezen["verhalen"]} == {"te_herzien", "nieuw_jaar"}
    na = doe(cli.app, ["na-publicatie", "20260920-klein-2"])
    assert "1 keer gecorrigeerd, 1 keer een nieuw jaar" in na.stdout
    assert "0 keer gecorrigeerd" in doe(cli.app, ["na-publicatie", "20260920-klein-2"]).stdout
    weg = doe(cli.app, ["na-publicatie", "weg"])
    assert weg.exit_code == 1 and "publicatie weg staat niet in" in weg.output
    bestand = tmp_path / "v.yaml"
    bestand.write_text("- {gebied: BU99010203, grensjaar: 2023, rol: bewoner, tekst: Hallo.}")
    assert "1 verhalen geladen" in doe(cli.app, ["verhalen-laden", str(bestand)]).stdout
    assert "0 verhalen geladen, 1 waren er al" in doe(
        cli.app, ["verhalen-laden", str(bestand)]
    ).stdout  # fmt: skip


def test_a_page_is_made_within_a_tenth_of_a_second(huis: Huis) -> None:
    """Of the processor's time: a wide margin over 20 to 40 ms, so that only a real fall shows."""
    import time

    _pagina(huis, f"/buurt/{klein.BUURT}")
    tijden = []
    for _ in range(5):
        begin = time.process_time()
        pagina(huis, f"/buurt/{klein.BUURT}", "")
        tijden.append(time.process_time() - begin)
    assert min(tijden) < 0.1


def test_a_story_is_bound_to_the_figure_the_writer_saw(huis: Huis) -> None:
    """A publication that comes while someone types must not change what they speak about."""
    with huis.snapshots.lezing() as lezing:
        gezien = lezing.publicatie.publicatie
        w = lezing.buurt(klein.BUURT, None).nieuwste("bijstand_per_1000")
    assert w is not None
    klein.schrijf(huis.instellingen.datamap, 2)
    with huis.snapshots.lezing() as lezing:
        nieuw = lezing.buurt(klein.BUURT, None).nieuwste("bijstand_per_1000")
    assert nieuw is not None and (nieuw.jaar, nieuw.waarde) != (w.jaar, w.waarde)
    basis = {"gebied": w.gebied, "grensjaar": w.grensjaar, "publicatie": gezien}
    wie = telling.bewaar(huis, basis, _velden(cijfer="bijstand_per_1000", houding="past"))
    verhaal = huis.verhalen.een(wie)
    assert verhaal is not None
    [k] = verhaal.koppelingen
    assert (k.publicatie, k.jaar, k.waarde) == (gezien, w.jaar, w.waarde)


def test_nobody_is_declared_anonymous_by_the_form(huis: Huis) -> None:
    """The teller says that no one can be recognised; the form does not say it for them."""
    with pytest.raises(VerhaalFout, match="niemand erin te herkennen"):
        telling.bewaar(huis, BASIS, _velden(anoniem=False))
