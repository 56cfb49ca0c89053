"""Protects: what comes in by template is right or refused per row, and what goes out is whole."""

from __future__ import annotations

import base64
import csv
import io
import json
import zipfile

import pytest
import xlsxwriter
from dash.development.base_component import Component
from docx import Document

from dashboard import privacy_papers, workshop
from dashboard.app import create_app
from dashboard.context import Huis
from dashboard.pages import inbreng
from dashboard.router import pagina
from tests import publicatie_klein as klein

RIJ = {
    "gebied": klein.BUURT, "verhaal": "De speeltuin is weer van de kinderen.",
    "verteller": "wijkbeheerder", "soort": "", "richting": "het wordt beter",
    "opgehaald op": "12-3-2026", "hoe": "bijeenkomst", "toestemming": "ja", "nagelezen": "ja",
    "cijfer": "laag_inkomen_pct", "houding": "nuance",
}  # fmt: skip


def _tekst(deel: object) -> str:
    if isinstance(deel, list | tuple):
        return " ".join(_tekst(d) for d in deel)
    if isinstance(deel, Component):
        return _tekst(getattr(deel, "children", None))
    return "" if deel is None else str(deel)


def _csv(*rijen: dict[str, str]) -> bytes:
    uit = io.StringIO()
    schrijver = csv.DictWriter(uit, workshop.KOLOMMEN, delimiter=";")
    schrijver.writeheader()
    schrijver.writerows(rijen)
    return uit.getvalue().encode("utf-8-sig")


def _xlsx(*rijen: dict[str, str]) -> bytes:
    uit = io.BytesIO()
    with xlsxwriter.Workbook(uit) as boek:
        blad = boek.add_worksheet("verhalen")
        blad.write_row(0, 0, list(workshop.KOLOMMEN))
        for n, rij in enumerate(rijen, start=1):
            blad.write_row(n, 0, [rij[k] for k in workshop.KOLOMMEN])
    return uit.getvalue()


def _docx(huis: Huis, *rijen: dict[str, str]) -> bytes:
    """The template itself, filled in as someone would."""
    with huis.snapshots.lezing() as lezing:
        document = Document(io.BytesIO(workshop.sjabloon("docx", lezing.catalogus)))
    for vak, rij in zip(document.tables, rijen, strict=False):
        for r in vak.rows[1:]:
            r.cells[1].text = rij[r.cells[0].text]
    uit = io.BytesIO()
    document.save(uit)
    return uit.getvalue()


def _breng_in(huis: Huis, ruw: bytes, naam: str) -> str:
    inhoud = "data:x;base64," + base64.b64encode(ruw).decode()
    return _tekst(inbreng.breng_in(huis, inhoud, naam))


@pytest.mark.parametrize("soort", ["csv", "xlsx", "docx"])
def test_a_filled_template_becomes_stories_and_twice_is_once(huis: Huis, soort: str) -> None:
    tweede = RIJ | {"verhaal": "Het plein is stil.", "cijfer": "", "houding": ""}
    maak = {"csv": _csv, "xlsx": _xlsx, "docx": lambda *r: _docx(huis, *r)}[soort]
    ruw = maak(RIJ, tweede)
    assert _breng_in(huis, ruw, f"avond.{soort}") == f"2 verhalen bewaard uit avond.{soort}."
    assert "geen verhalen bewaard" in _breng_in(huis, ruw, f"avond.{soort}")
    verhalen = {v.nu.tekst: v for v in huis.verhalen.van([klein.BUURT])}
    assert len(verhalen) == 2
    een = verhalen[RIJ["verhaal"]]
    assert (een.nu.rol, een.nu.richting, een.nu.status) == ("wijkbeheerder", "beter", "concept")
    assert [(k.indicator, k.houding) for k in een.koppelingen] == [("laag_inkomen_pct", "nuance")]


@pytest.mark.parametrize(
    ("fout", "noemt"),
    [({"gebied": "BU00000000"}, "gebied"), ({"verhaal": ""}, "verhaal: 0 tekens"),
     ({"verhaal": "x" * 130_000}, "130000 tekens"), ({"verteller": "buurman"}, "verteller"),
     ({"toestemming": "misschien"}, "toestemming"), ({"nagelezen": "nee"}, "nagelezen"),
     ({"opgehaald op": "gisteren"}, "geen datum"), ({"cijfer": "geluk"}, "cijfer"),
     ({"houding": ""}, "houding")],
)  # fmt: skip
def test_a_row_that_is_not_right_is_named_and_nothing_is_kept(
    huis: Huis, fout: dict[str, str], noemt: str
) -> None:
    gezegd = _breng_in(huis, _csv(RIJ, RIJ | fout), "avond.csv")
    assert "er is niets bewaard" in gezegd and "Rij 3: " in gezegd and noemt in gezegd
    assert huis.verhalen.aantal() == 0


def test_a_text_of_a_megabyte_is_refused(huis: Huis) -> None:
    """By the reader of CSV, or by our own rule where another part of the process widened it."""
    gezegd = _breng_in(huis, _csv(RIJ | {"verhaal": "x" * 1_000_000}), "a.csv")
    assert "niet te lezen" in gezegd or "1000000 tekens; verwacht 1 tot 4000" in gezegd
    assert huis.verhalen.aantal() == 0


def test_a_bad_file_is_refused(huis: Huis) -> None:
    bom = io.BytesIO()
    with zipfile.ZipFile(bom, "w", zipfile.ZIP_DEFLATED) as pak:
        pak.writestr("word/document.xml", b"0" * 40_000_000)
    for ruw, naam, noemt in (
        (b"geen zip", "a.docx", "niet te lezen"), (bom.getvalue(), "a.docx", "te groot"),
        (bom.getvalue(), "a.xlsx", "te groot"), (b"x", "a.exe", "sjabloon"),
        (b"gebied;verhaal\n", "a.csv", "mist een kolom"), (b"", "a.csv", "mist een kolom"),
    ):  # fmt: skip
        assert noemt in _breng_in(huis, ruw, naam)
    assert huis.verhalen.aantal() == 0


def test_templates_and_papers_can_be_taken_along(huis: Huis) -> None:
    client = create_app(huis.instellingen, huis).server.test_client()
    for soort in workshop.MIME:
        antwoord = client.get(f"/sjabloon/verhalen.{soort}")
        assert (
            antwoord.status_code == 200 and "attachment" in antwoord.headers["Content-Disposition"]
        )
        assert workshop.lees_rijen(antwoord.data, f"verhalen.{soort}") is not None
    for naam, stuk in privacy_papers.STUKKEN.items():
        document = Document(io.BytesIO(client.get(f"/privacy/{naam}.docx").data))
        assert document.paragraphs[0].text == stuk().titel
        assert len(document.tables) == len(stuk().delen)
    for weg in ("/sjabloon/x.exe", "/privacy/x.docx", "/verhalen/x"):
        assert client.get(weg).status_code == 404


def test_the_json_of_everything_holds_the_history(huis: Huis) -> None:
    _breng_in(huis, _csv(RIJ), "a.csv")
    [v] = huis.verhalen.van([klein.BUURT])
    huis.verhalen.herzie(v.id, 1, workshop.Woorden("Nu anders.", "bewoner"), "Bert")
    client = create_app(huis.instellingen, huis).server.test_client()
    alles = json.loads(client.get("/verhalen/alles.json").data)
    assert [r["tekst"] for r in alles["tabellen"]["revisie"]] == [RIJ["verhaal"], "Nu anders."]
    assert alles["tabellen"]["koppeling"][0]["waarde"] is not None
    assert not {"account", "rolverlening", "aanmelding"} & set(alles["tabellen"])


def test_papers_say_what_the_product_does_and_leave_the_rest_open() -> None:
    for stuk in privacy_papers.STUKKEN.values():
        antwoorden = [cel for _, rijen in stuk().delen for rij in rijen for cel in rij[1:]]
        assert all(antwoorden) and sum(privacy_papers.INVULLEN in a for a in antwoorden) >= 3
    assert "Meenemen als Word" in _tekst(privacy_papers.paneel())


def test_papers_open_in_word_on_a4_in_dutch_with_room_for_a_risk_of_ones_own() -> None:
    document = Document(io.BytesIO(privacy_papers.als_word(privacy_papers.dpia())))
    assert round(document.sections[0].page_height.cm, 1) == 29.7
    assert 'w:lang w:val="nl-NL"' in document.styles.element.xml
    koppen = [[c.text for c in t.rows[0].cells] for t in document.tables]
    assert koppen.count(["Vraag", "Antwoord"]) == 3
    [risico] = [t for t in document.tables if len(t.columns) == 3]
    assert [c.text for c in risico.rows[0].cells][2] == "Kans en ernst bij ons"
    assert {r.cells[2].text for r in risico.rows[1:]} == {privacy_papers.INVULLEN}


@pytest.mark.parametrize(
    ("pad", "zegt"),
    [("/inbreng", "bijeenkomst inbrengen"), ("/beheer", "Er zijn geen accounts"),
     ("/stukken", "nog niets voorgelegd"), ("/inzet", "Wat doen we waar?"),
     (f"/inzet?gebied={klein.BUURT}", "De Wielen"), ("/inzet?gebied=BU00000000", "gebied")],
)  # fmt: skip
def test_the_pages_are_there(huis: Huis, pad: str, zegt: str) -> None:
    p = pagina(huis, *pad.partition("?")[::2])
    assert zegt in _tekst(p.inhoud)
