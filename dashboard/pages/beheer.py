"""Beheer: who may come in, what was done, how long things are kept. Changes go by command line."""

from __future__ import annotations

from typing import Any

from dash import html
from sqlalchemy import select

from dashboard.accounts import Accounts
from dashboard.context import Huis
from dashboard.panels.inzet import woorden
from dashboard.panels.parts import tabel, tekst
from dashboard.snapshot import Lezing
from dashboard.stories import backup, erasure
from dashboard.stories.models import Logregel
from dashboard.words import datum, tijdstip

REGELS = 100


def maak(huis: Huis, lezing: Lezing) -> tuple[str, Any]:
    """Title and content of the page."""
    return "Beheer", html.Div(
        [
            html.H1("Beheer"),
            html.Section([html.H2("Wie mag erin"), *_accounts(huis, lezing)]),
            html.Section([html.H2("Wat elke rol mag"), _rollen(lezing)]),
            html.Section([html.H2("Bewaren en wissen"), *_termijnen(huis)]),
            html.Section([html.H2("Wat er is gedaan"), *_log(huis)]),
        ],
        className="beheer",
    )


def _accounts(huis: Huis, lezing: Lezing) -> list[Any]:
    alle = Accounts(huis.verhalen).alle()
    hoe = tekst([
        "Accounts en rollen verander je op de opdrachtregel: ",
        html.Code("python -m dashboard account --help"), ".",
    ], "zacht")  # fmt: skip
    if not alle:
        return [
            tekst(
                "Er zijn geen accounts: alleen deze computer kan erbij, en mag alles. Zodra er een "
                "account is, moet iedereen zich aanmelden, ook hier."
            ),
            hoe,
        ]
    rijen = [
        [a.naam, a.inlognaam, "ja" if a.actief else "nee",
         html.Ul([html.Li(_rol(r)) for r in a.rollen]) if a.rollen else "geen rol"]
        for a in alle
    ]  # fmt: skip
    return [tabel(["Naam", "Inlognaam", "Open", "Rollen"], rijen, "Accounts en hun rollen"), hoe]


def _rol(r: Any) -> str:
    waar = ", ".join([*r.gebieden, *r.items]) or ("niets" if r.rol in ("rvc", "gast") else "overal")
    return f"{r.rol}: {waar}" + (f", tot {datum(r.tot)}" if r.tot else "")


def _rollen(lezing: Lezing) -> html.Ul:
    return html.Ul([html.Li(w) for w in woorden(lezing.catalogus).gebruikersrol.values()])


def _termijnen(huis: Huis) -> list[Any]:
    t = erasure.Termijnen()
    gewist = erasure.gewist(erasure.lijst(huis.verhalen))
    kopieen = sorted(backup.map_(huis.verhalen).glob("*.zip"))
    return [
        html.Ul(
            [
                html.Li(f"Verhalen {t.verhaal // 365} jaar, ingetrokken {t.ingetrokken} dagen."),
                html.Li(f"Logregels {t.log // 365} jaar, aanmeldingen {t.aanmelding} dagen."),
                html.Li(f"Bijeenkomsten en hun notities {t.bijeenkomst} dagen na het einde."),
                html.Li(f"Inzetkaarten {t.inzet // 365} jaar na het einde."),
                html.Li(f"Telefoons: {t.telefoon} dagen na intrekken zonder naam."),
                html.Li(f"{len(gewist)} keer gewist; {len(kopieen)} backups op deze plek."),
            ]
        ),
        tekst([
            "Wat voorbij zijn termijn is, wist het dashboard zelf: bij de start en elke dag dat "
            "het draait. Laat elke dag ", html.Code("python -m dashboard backup"),
            " draaien; staat het dashboard dagen stil, dan ook ",
            html.Code("python -m dashboard bewaartermijn"), ".",
        ], "zacht"),
    ]  # fmt: skip


def _log(huis: Huis) -> list[Any]:
    with huis.verhalen.sessie() as sessie:
        regels = sessie.scalars(select(Logregel).order_by(Logregel.id.desc()).limit(REGELS)).all()
    if not regels:
        return [tekst("Nog niets.", "zacht")]
    rijen = [[tijdstip(r.op), r.wie, r.wat, r.over or "", (r.sha256 or "")[:12]] for r in regels]
    uitleg = tekst(
        "Wie, wat en wanneer; nooit de tekst. Dit log is er om iets na te gaan, niet om mensen te "
        "vergelijken: er wordt niets per medewerker geteld.", "zacht",
    )  # fmt: skip
    kop = ["Wanneer", "Wie", "Wat", "Waarover", "Som"]
    return [uitleg, tabel(kop, rijen, f"De laatste {len(rijen)} regels")]
