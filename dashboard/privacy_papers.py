"""The processing register and the DPIA, filled in for this product: on screen and as Word.

What the product does by itself is filled in; what only the corporation can say is left open and
marked, so that nobody takes the template for the decision.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dash import html

from dashboard.accounts import PER_NAAM, STIL
from dashboard.panels.parts import tabel, tekst
from dashboard.shell import NAAM
from dashboard.stories.erasure import Termijnen

INVULLEN = "[zelf invullen]"
KOPPEN = {
    2: ("Vraag", "Antwoord"),
    3: ("Wat kan misgaan", "Wat het product doet", "Kans en ernst bij ons"),
}
"""The headings of a table, by how many columns its rows have."""
BREED = {2: (4.5, 11.5), 3: (4.0, 8.5, 3.5)}
"""The width of its columns on paper, in centimetres."""
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True)
class Stuk:
    """A paper: its title, an opening, and per heading a table of question and answer.

    A row of three is a risk: what can go wrong, what the product does, and what is filled in here.
    """

    titel: str
    inleiding: str
    delen: tuple[tuple[str, tuple[tuple[str, ...], ...]], ...]


def register() -> Stuk:
    """The entry for the processing register (AVG article 30)."""
    t = Termijnen()
    return Stuk(
        "Verwerkingsregister: verhalen uit de buurt",
        "Een regel voor het register van verwerkingen (AVG, artikel 30). Wat het product zelf doet "
        "staat er al in; vul de rest aan met je functionaris gegevensbescherming.",
        (
            ("De verwerking", (
                ("Verwerkingsverantwoordelijke", INVULLEN),
                ("Functionaris gegevensbescherming", INVULLEN),
                ("Naam", "Verhalen naast cijfers, per buurt (Tel & Vertel)"),
                ("Doel", "Een afweging over een buurt kunnen uitleggen, met cijfers en met wat "
                 "mensen er meemaken. Niet voor een besluit over een persoon of huishouden."),
                ("Grondslag", "Toestemming van de verteller voor het opschrijven (vakje in het "
                 f"formulier). Voor medewerkers: {INVULLEN}"),
                ("Betrokkenen", "Vertellers (bewoners, medewerkers, partners); medewerkers met een "
                 "account; personen over wie iets is verteld, ook als dat niet de bedoeling was"),
            )),
            ("De gegevens", (
                ("Van vertellers", "Rol (zoals bewoner), buurt, tekst, datum, hoe opgehaald, "
                 "toestemming. Geen naam, adres, telefoon of geboortedatum."),
                ("Van medewerkers", "Inlognaam, naam, rol, gebieden, wachtwoord als argon2id-som, "
                 "logregels. Er wordt nergens per medewerker geteld."),
                ("Bijzondere gegevens", "Niet de bedoeling. Het formulier waarschuwt bij namen, "
                 "nummers, gezondheid, strafbare feiten en nationaliteit; een tweede leest na."),
                ("Cijfers", "Openbare cijfers per buurt; geen microdata, niets over personen"),
                ("Ontvangers", "Alleen wie een rol heeft. Raad van commissarissen en gasten zien "
                 "alleen wat hun is voorgelegd. Niets gaat naar andere partijen of landen."),
            )),
            ("Bewaren en beveiligen", (
                ("Verhalen", f"{t.verhaal // 365} jaar na het ophalen, of eerder als dat is "
                 f"afgesproken; ingetrokken verhalen {t.ingetrokken} dagen"),
                ("Logregels", f"{t.log // 365} jaar; zonder tekst, met een controlesom die bij het "
                 "wissen verdwijnt"),
                ("Aanmeldingen", f"{t.aanmelding} dagen; mislukte pogingen {t.poging} dag"),
                ("Bijeenkomsten", "Notities, rollen en schuilnamen van deelnemers: "
                 f"{t.bijeenkomst} dagen na het einde; wat een verhaal werd, blijft als verhaal"),
                ("Telefoons", "Van wie, in welke rol, waarover, en de dag van laatst gebruik; "
                 f"{t.telefoon} dagen na intrekken zonder naam. Op de telefoon zelf staat wat nog "
                 "niet is verstuurd, en kort wat ervan kwam"),
                ("Foto's", "Standaard uit. Opnieuw gemaakt uit de beeldpunten: geen plaats, tijd "
                 "of toestel; gewist met het verhaal"),
                ("Inzetkaarten", f"{t.inzet // 365} jaar na het einde, of na de laatste wijziging"),
                ("Hoe het verloopt", "Het dashboard wist zelf, bij de start en elke dag dat het "
                 "draait; ook met de opdracht python -m dashboard bewaartermijn"),
                ("Wissen", "In alle revisies, opmerkingen en bewaarde backups; de wislijst wordt "
                 "opnieuw afgespeeld bij elke start en als een oude backup wordt teruggezet"),
                ("Kopieën buiten het product", "Logbestanden (WAL) en kopieën van een eigen "
                 f"PostgreSQL, kopieën van de schijf: {INVULLEN}"),
                ("Toegang", f"Accounts met argon2id, sessies op de server (na "
                 f"{STIL.seconds // 3600} uur stilte voorbij), wachten na "
                 f"{PER_NAAM} foute pogingen; zonder accounts alleen op de computer zelf"),
                ("Versleuteling onderweg", f"Door de beheerder te regelen (TLS): {INVULLEN}"),
                ("Versleuteling van de schijf", INVULLEN),
            )),
        ),
    )  # fmt: skip


def dpia() -> Stuk:
    """The data protection impact assessment (AVG article 35)."""
    return Stuk(
        "DPIA: verhalen uit de buurt",
        "Een beoordeling vooraf van wat mis kan gaan voor mensen (AVG, artikel 35). Ingevuld voor "
        "hoe dit product werkt; de kans en de ernst in jullie buurten schat je zelf in.",
        (
            ("Wat en waarom", (
                ("Wat gebeurt er", "Een verhaal wordt opgeschreven, gekoppeld aan cijfers, door "
                 "een tweede gelezen en daarna gedeeld binnen de corporatie."),
                ("Noodzaak", "Een cijfer alleen zegt niet waarom. Zonder verhalen beslist een "
                 "bestuur op gemiddelden."),
                ("Evenredigheid", "Geen namen; per buurt, niet per adres; alleen wat de verteller "
                 "goedvindt; een termijn; wissen kan altijd."),
                ("Kan het met minder", f"Zonder of met samengevatte verhalen: {INVULLEN}"),
                ("Wie is gehoord", "Huurdersorganisatie, medewerkers, ondernemingsraad: "
                 f"{INVULLEN}"),
            )),
            ("Wat kan misgaan, en wat het product doet", _met_schatting(
                ("Iemand is te herkennen in een verhaal", "Waarschuwing bij het schrijven; een "
                 "tweede leest op privacy; in een buurt met minder dan 100 huishoudens eerst de "
                 "redacteur; rol in plaats van naam; wissen in alle kopieën."),
                ("Er staat iets over gezondheid, strafbare feiten of afkomst in", "Waarschuwing; "
                 "de tweede lezer geeft het terug met een reden."),
                ("Iemand noemt in een bijeenkomst een ander bij naam", "De hulp wijst namen en "
                 "nummers aan; zo'n notitie wacht tot de begeleider keek; op geen scherm staat wie "
                 "wat schreef."),
                ("Een buurt krijgt een stempel", "Geen ranglijst; krachten staan eerst; geen "
                 "afkomst in een score; verhalen staan naast het cijfer."),
                ("Gebruik voor een besluit over een persoon", "Verboden in het product en in elke "
                 "uitvoer; er zijn geen gegevens op adres."),
                ("Een medewerker wordt gemeten", "Nergens tellingen per medewerker; het log is "
                 "alleen voor de applicatiebeheerder en houdt geen tekst."),
                ("Iemand zonder recht leest mee", "Rollen per gebied, beslist op de server, bij "
                 "elke vraag opnieuw; een gast ziet één stuk tot een dag; alles wat niet is "
                 "vrijgegeven, is dicht."),
                ("Een telefoon raakt kwijt", "Intrekken werkt meteen. De sleutel opent alleen het "
                 "sturen van een verhaal en wat van de eigen verhalen kwam; geen cijfers, geen "
                 "verhalen van anderen. Slot op de telefoon zelf: " + INVULLEN),
                ("Een gewist verhaal duikt weer op", "De wislijst wordt bij terugzetten opnieuw "
                 "afgespeeld; backups op deze plek worden schoongemaakt. Kopieën elders: "
                 f"{INVULLEN}"),
                ("Een verhaal raakt verouderd", "Een koppeling vraagt om een nieuwe blik als het "
                 "cijfer is gecorrigeerd of er een nieuw jaar is."),
            )),
            ("Rechten van mensen", (
                ("Inzien, verbeteren, intrekken, wissen", "Via de redacteur; intrekken haalt het "
                 "meteen overal weg, wissen maakt het leeg."),
                ("Bezwaar", INVULLEN),
                ("Hoe vertellers dit horen", f"Bij het ophalen: {INVULLEN}"),
            )),
            ("Besluit", (
                ("Wat blijft over aan risico", INVULLEN),
                ("Advies van de functionaris gegevensbescherming", INVULLEN),
                ("Besluit, door wie, wanneer, opnieuw bekijken op", INVULLEN),
            )),
        ),
    )  # fmt: skip


def _met_schatting(*rijen: tuple[str, str]) -> tuple[tuple[str, ...], ...]:
    """Risks, each with room for how likely and how bad it is here: that is not ours to say."""
    return tuple((*rij, INVULLEN) for rij in rijen)


STUKKEN = {"verwerkingsregister": register, "dpia": dpia}
"""Each paper by the name of its file."""


def paneel() -> html.Section:
    """Both papers, for the page Bronnen en methode, with a way to take them along."""
    return html.Section(
        [
            html.H2("Privacy", id="privacy"),
            tekst("Wat dit product met gegevens van mensen doet, en wat je zelf nog invult."),
            *(_op_scherm(naam, stuk()) for naam, stuk in STUKKEN.items()),
        ],
        className="privacy",
        **{"aria-labelledby": "privacy"},
    )


def _op_scherm(naam: str, stuk: Stuk) -> html.Details:
    return html.Details(
        [
            html.Summary(stuk.titel),
            html.Div(
                [
                    tekst(stuk.inleiding),
                    html.P(html.A("Meenemen als Word", href=f"/privacy/{naam}.docx",
                                  className="actie")),
                    *(tabel(list(KOPPEN[len(rijen[0])]), [list(r) for r in rijen], kop)
                      for kop, rijen in stuk.delen),
                ],
                className="uitklap-inhoud",
            ),
        ],
        className="uitklap",
    )  # fmt: skip


def als_word(stuk: Stuk) -> bytes:
    """A paper as a Word file."""
    document = leeg_document(stuk.titel)
    document.add_heading(stuk.titel, 0)
    document.add_paragraph(stuk.inleiding)
    for kop, rijen in stuk.delen:
        document.add_heading(kop, 1)
        n = len(rijen[0])
        woordtabel(document, KOPPEN[n], rijen, BREED[n])
    uit = io.BytesIO()
    document.save(uit)
    return uit.getvalue()


def leeg_document(titel: str) -> Any:
    """A Word file on A4 in Dutch: read aloud and checked as such, with our name under it."""
    from docx import Document
    from docx.oxml.ns import qn
    from docx.shared import Cm

    document = Document()
    eigen = document.core_properties
    eigen.author, eigen.title, eigen.language, eigen.comments = NAAM, titel, "nl-NL", ""
    for taal in document.styles.element.iter(qn("w:lang")):
        taal.set(qn("w:val"), "nl-NL")
    for deel in document.sections:
        deel.page_width, deel.page_height = Cm(21.0), Cm(29.7)
        deel.left_margin = deel.right_margin = Cm(2.5)
    return document


def woordtabel(
    document: Any,
    kop: Sequence[str],
    rijen: Sequence[Sequence[str]],
    breed: Sequence[float] = (),
) -> None:
    """Adds a table whose first row is a heading, also on the next page.

    Args:
        document: where.
        kop: the headings of its columns.
        rijen: its rows, each with as many cells.
        breed: the width of each column in centimetres; none shares the page evenly.
    """
    from docx.oxml import OxmlElement
    from docx.shared import Cm

    vak = document.add_table(rows=1, cols=len(kop), style="Table Grid")
    for cel, inhoud in zip(vak.rows[0].cells, kop, strict=True):
        cel.text = inhoud
        cel.paragraphs[0].runs[0].bold = True
    vak.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for rij in rijen:
        for cel, inhoud in zip(vak.add_row().cells, rij, strict=True):
            cel.text = inhoud
    for kolom, cm in zip(vak.columns, breed, strict=False):
        kolom.width = Cm(cm)
        for cel in kolom.cells:
            cel.width = Cm(cm)
