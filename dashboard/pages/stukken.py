"""Stukken: what was put before a gast, the rvc or the board, and nothing else."""

from __future__ import annotations

import uuid
from typing import Any

from dash import html

from dashboard import address
from dashboard.access import ALLEEN_STUKKEN
from dashboard.context import Huis
from dashboard.panels import vertellen
from dashboard.panels.parts import sprong, tekst
from dashboard.sheets.model import BladFout
from dashboard.sheets.round import Bladen
from dashboard.snapshot import Lezing
from dashboard.stories.guard import NietToegestaan
from dashboard.stories.repository import nu
from dashboard.who import huidig
from dashboard.words import datum


def maak(huis: Huis, lezing: Lezing) -> tuple[str, Any]:
    """Title and content of the page: each piece, open to whoever it was put before."""
    moment = nu()
    items = [
        (item, r.tot)
        for r in huidig().rechten
        if r.rol in ALLEEN_STUKKEN and r.geldt(moment)
        for item in r.items
    ]
    stukken = [s for item, tot in items if (s := _stuk(huis, lezing, item, tot)) is not None]
    leeg = tekst("Er is je nog niets voorgelegd.", "zacht")
    return "Voorgelegd", html.Div(
        [html.H1("Wat ligt er voor?"), html.Div(stukken) if stukken else leeg], className="stukken"
    )


def _stuk(huis: Huis, lezing: Lezing, item: str, tot: Any) -> html.Section | None:
    soort, _, wat = item.partition(":")
    eind = tekst(f"Te zien tot {datum(tot)}.", "zacht") if tot else None
    if soort == "buurt":
        namen = [g.naam for g in lezing.gebieden([wat])]
        return html.Section([html.H2(sprong(namen[0] if namen else wat, address.buurt(wat))), eind])
    if soort == "verhaal":
        try:
            verhaal = huis.verhalen.een(uuid.UUID(wat))
        except ValueError:
            return None
        if verhaal is None:
            return None
        rol = lezing.catalogus.woorden.rol.get(verhaal.nu.rol, verhaal.nu.rol)
        return html.Section(
            [
                html.H2(f"Verhaal van {rol}"),
                html.Blockquote(vertellen.woorden_van(verhaal, lezing.catalogus)),
                eind,
            ]
        )
    if soort == "blad" and wat.isdecimal():
        return _blad(huis, lezing, int(wat), eind)
    return None


def _blad(huis: Huis, lezing: Lezing, versie: int, eind: Any) -> html.Section | None:
    """A sheet as it was put before the reader: the frozen version, as PDF."""
    bladen = Bladen(huis)
    try:
        with bladen.sessie() as s:
            v = bladen.versie(s, versie)
            gebied, naam, vast = v.blad.gebied, v.naam, v.vel is not None
    except (BladFout, NietToegestaan):
        return None
    if not vast:
        return None
    namen = [g.naam for g in lezing.gebieden([gebied])]
    return html.Section(
        [
            html.H2(f"Buurtblad {namen[0] if namen else gebied}"),
            html.P(html.A(f"Lees het blad ({naam}, PDF)", href=f"/blad/versie/{versie}.pdf",
                          target="_blank", className="actie")),
            eind,
        ]
    )  # fmt: skip
