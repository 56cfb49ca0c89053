"""Telefoons: make a pairing link for a teller, see which phones are paired, take one back."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlsplit

import dash_mantine_components as dmc
import segno
from dash import html
from flask import has_request_context, request

from dashboard import access, areas
from dashboard.areas import KeuzeFout
from dashboard.context import Huis
from dashboard.panels.formulier import keuze
from dashboard.panels.parts import tabel, tekst
from dashboard.phone import places
from dashboard.phone.pairing import GELDIG, KoppelFout, Toestellen, stand
from dashboard.settings import LUS
from dashboard.snapshot import Lezing
from dashboard.stories.models_telefoon import Toestel
from dashboard.stories.repository import nu
from dashboard.who import huidig
from dashboard.words import datum, tijdstip

OVERAL = "overal waar je zelf mag vertellen"


def maak(huis: Huis, lezing: Lezing) -> tuple[str, Any]:
    """Title and content of the page."""
    mag = access.mag(huidig(), "telefoon koppelen", nu())
    return "Telefoons", html.Div(
        [
            html.Header(
                [
                    html.H1("Vertellen met de telefoon"),
                    tekst(
                        "Met een gekoppelde telefoon vertelt een wijkbeheerder in een halve minuut "
                        "wat er speelt, ook zonder bereik. De telefoon kan drie dingen: een plek "
                        "kiezen, een verhaal sturen, en horen wat ervan kwam. Verder niets.",
                        "inleiding",
                    ),
                ]
            ),
            html.Div(id="telefoon-melding", className="melding-plek", **{"aria-live": "polite"}),
            html.Section([html.H2("Koppel een telefoon"), *_formulier(huis, lezing)])
            if mag
            else None,
            html.Section(
                [
                    html.H2("Gekoppelde telefoons"),
                    html.Div(lijst(huis, lezing), id="telefoon-lijst"),
                ]
            ),
        ],
        className="telefoons",
    )


def _formulier(huis: Huis, lezing: Lezing) -> list[Any]:
    woorden, ander = lezing.catalogus.woorden, access.mag(huidig(), "telefoon voor een ander", nu())
    try:
        plekken = [p for p in places.alle(huis) if p.soort != places.BUURT]
        codes = list(areas.lees(huis.instellingen.datamap.gebieden).mijn_gebieden)
    except KeuzeFout as fout:
        return [html.P(f"{fout}. Herstel dat bestand.", className="melding melding-fout")]
    wie = dmc.TextInput(
        id="telefoon-naam", label="Van wie is de telefoon?", value="" if ander else huidig().naam,
        description="zo staat het bij het verhaal; een naam of een functie" if ander
        else "jouw eigen naam staat bij je verhalen",
        disabled=not ander,
    )  # fmt: skip
    return [
        html.Div(
            [
                html.Div(
                    [
                        wie,
                        keuze("telefoon-rol", "In welke rol vertelt diegene?", woorden.rol,
                              "wijkbeheerder"),
                        dmc.MultiSelect(
                            id="telefoon-gebieden", label="Waarover mag het gaan?", value=[],
                            data=_gebieden(lezing, codes), searchable=True,
                            placeholder=OVERAL,
                            comboboxProps={"transitionProps": {"duration": 0}},
                        ),
                        dmc.MultiSelect(
                            id="telefoon-plekken", label="Alleen over deze plekken", value=[],
                            data=[{"value": p.id, "label": f"{p.naam} ({p.soort})"}
                                  for p in plekken],
                            placeholder="alle plekken daar" if plekken else
                            "er zijn geen plekken ingesteld", disabled=not plekken,
                            comboboxProps={"transitionProps": {"duration": 0}},
                        ),
                        keuze("telefoon-geldig", "Hoe lang werkt de koppellink?",
                              {k: k for k in GELDIG}, "1 dag"),
                    ],
                    className="velden",
                ),
                tekst("Wie de link maakt, leest niet na wat met deze telefoon is verteld: dat doet "
                      "een andere redacteur.", "klein zacht") if ander else None,
                html.Div([html.Button("Maak koppellink", id="telefoon-maak", type="button",
                                      className="knop knop-hoofd")], className="knoppen"),
            ],
            className="formulier",
            role="form",
            **{"aria-label": "Koppel een telefoon"},
        )
    ]  # fmt: skip


def _gebieden(lezing: Lezing, codes: list[str]) -> list[dict[str, str]]:
    """The own areas, with the wijken and gemeenten they lie in, as far as one may tell there."""
    eigen = lezing.gebieden(codes) if codes else lezing.gebieden()
    om = {c for g in eigen for c in (g.wijk, g.gemeente) if c}
    wie, moment = huidig(), nu()
    alle = [*lezing.gebieden(sorted(om)), *eigen] if codes else eigen
    return [
        {"value": g.gebied, "label": f"{g.naam} ({g.niveau})"}
        for g in {g.gebied: g for g in alle}.values()
        if access.mag(wie, "telefoon koppelen", moment, [g.gebied])
    ]


def lijst(huis: Huis, lezing: Lezing) -> list[Any]:
    """The phones that who asks may see, each with what can be done; nothing is counted."""
    rijen = Toestellen(huis.verhalen).lijst()
    if not rijen:
        return [tekst("Er is nog geen telefoon gekoppeld.", "zacht")]
    codes = sorted({c for t in rijen for c in t.gebieden})
    namen = {g.gebied: g.naam for g in lezing.gebieden(codes)}
    kop = ["Van wie", "Rol", "Waarover", "Stand", "Laatst gebruikt", "Doen"]
    rol = lezing.catalogus.woorden.rol
    uitleg = tekst(
        "Hier staat niet hoeveel iemand vertelt: dat telt dit product nergens. Kwijt of gestolen? "
        "Trek de telefoon in; wat al is aangekomen blijft.", "zacht",
    )  # fmt: skip
    return [
        uitleg,
        tabel(kop, [_rij(t, namen, rol) for t in rijen], "Telefoons die zijn gekoppeld"),
    ]


def _rij(t: Toestel, namen: dict[str, str], rol: dict[str, str]) -> list[Any]:
    weg = t.ingetrokken_op is not None
    waar = ", ".join(namen.get(c, c) for c in t.gebieden) or "overal"
    waar += f"; alleen {', '.join(t.plekken)}" if t.plekken else ""
    knoppen = [
        html.Button([wat, html.Span(f" van {t.naam}", className="verborgen")], type="button",
                    id={"type": f"telefoon-{doe}", "id": str(t.id)}, className="knop knop-klein")
        for wat, doe in (("Trek in", "weg"), ("Nieuwe link", "nieuw"))
    ]  # fmt: skip
    wanneer = f" tot {tijdstip(t.code_tot)}" if stand(t, nu()) == "wacht op koppelen" else ""
    return [
        t.naam, rol.get(t.rol, t.rol), waar, stand(t, nu()) + wanneer,
        datum(t.gezien_op) if t.gezien_op else "nog niet",
        "" if weg else html.Div(knoppen, className="knoppen"),
    ]  # fmt: skip


def koppel(
    huis: Huis, href: str | None, naam: str, rol: str, gebieden: list[str], plekken: list[str],
    geldig: str,
) -> html.Div:  # fmt: skip
    """Makes a link as the form asks and shows it, once.

    Raises:
        VerhaalFout: naming what is not right.
    """
    with huis.snapshots.lezing() as lezing:
        if rol not in lezing.catalogus.woorden.rol:
            raise KoppelFout("Kies nog in welke rol diegene vertelt.")
    if geldig not in GELDIG:
        raise KoppelFout("Kies nog hoe lang de link werkt.")
    gekozen = [p for p in places.alle(huis) if p.id in plekken]
    codes = list(gebieden) or list(dict.fromkeys(c for p in gekozen for c in p.gebieden))
    _, code = Toestellen(huis.verhalen).maak(
        naam, rol, GELDIG[geldig], codes, [p.id for p in gekozen]
    )
    return _link(href, code, geldig)


def vernieuw(huis: Huis, href: str | None, toestel: str) -> html.Div:
    """Another link for a phone that is there.

    Raises:
        VerhaalFout: when it is not there or not yours.
    """
    code = Toestellen(huis.verhalen).vernieuw(uuid.UUID(toestel), GELDIG["1 dag"])
    return _link(href, code, "1 dag")


def _link(href: str | None, code: str, geldig: str) -> html.Div:
    """The link as a picture to scan and as words; the code is behind a #, so no server logs it."""
    adres = basis(href) + f"/telefoon#koppel={code}"
    beeld = segno.make(adres, error="m").svg_data_uri(scale=6, border=2, dark="#1c2226",
                                                      light="#fff")  # fmt: skip
    lokaal = urlsplit(adres).hostname in LUS
    return html.Div(
        [
            html.H2("Scan dit met de telefoon"),
            html.Img(src=beeld, alt="QR-code met de koppellink", className="qr"),
            html.P(["Of open deze link op de telefoon: ",
                    html.A(adres, href=adres, id="telefoon-link", target="_blank",
                           rel="noreferrer")]),
            tekst(f"De link werkt één keer, {geldig} lang, en staat alleen hier: ga je weg van "
                  "deze pagina, maak dan een nieuwe.", "zacht"),
            tekst("Let op: dit adres werkt alleen op deze computer. Een telefoon heeft een adres "
                  "met https nodig; in README staat hoe.", "melding") if lokaal else None,
        ],
        className="koppellink",
        role="status",
    )  # fmt: skip


def basis(href: str | None) -> str:
    """Where the phone finds this product: the address as the browser has it, if it is ours."""
    delen = urlsplit(href or "")
    hier = request.host if has_request_context() else ""
    if delen.scheme in ("http", "https") and delen.netloc == hier:
        return f"{delen.scheme}://{delen.netloc}"
    return request.host_url.rstrip("/") if hier else ""
