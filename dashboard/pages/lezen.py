"""Lezen: what waits for a second person, who reads for privacy and source, and nothing else."""

from __future__ import annotations

import uuid
from typing import Any

import dash_mantine_components as dmc
from dash import html

from dashboard import address, privacy
from dashboard.context import Huis, kleine_buurten
from dashboard.panels import meelezen, vertellen
from dashboard.panels.formulier import ondertekening
from dashboard.panels.foto import fotos
from dashboard.panels.parts import label, sprong, tekst, uitklap
from dashboard.phone import photo
from dashboard.snapshot import Lezing
from dashboard.snapshot_types import Gebied
from dashboard.stories import clash, reading
from dashboard.stories.erasure import Termijnen
from dashboard.stories.models import Verhaal
from dashboard.words import aantal, datum, hoofdletter, tijdstip
from indicators.catalogue import Catalogus

HOOGSTENS = 30
Beelden = dict[uuid.UUID, list[uuid.UUID]]


def maak(huis: Huis, lezing: Lezing) -> tuple[str, Any]:
    """Title and content of the page; the oldest waits on top."""
    wacht = reading.te_lezen(huis.verhalen, clash.gebieden_met_verhalen(huis.verhalen))
    terug = [v for v in wacht if reading.laatste_woord(v) is not None]
    open_ = [v for v in wacht if reading.laatste_woord(v) is None]
    gebieden = {g.gebied: g for g in lezing.gebieden([v.gebied for v in wacht])}
    beelden = photo.van(huis.verhalen, [v.id for v in open_])
    eigen = reading.niet_voor_mij(huis.verhalen, open_)
    open_ = sorted(open_, key=lambda v: v.id in eigen)
    return "Nalezen", html.Div(
        [
            html.Header(
                [
                    html.H1("Nalezen"),
                    tekst(
                        "Een tweede leest elk verhaal na op twee dingen: is er iemand aan te "
                        "herkennen, en is duidelijk waar het vandaan komt? Of het verhaal klopt, "
                        "beoordeel je niet: een ervaring is van wie hem vertelt.",
                        "inleiding",
                    ),
                ]
            ),
            html.Div(id="lees-melding", role="alert", className="melding-plek"),
            *(_open(lezing, open_, gebieden, beelden, eigen) if open_ else [_niets()]),
            *([_terug(lezing, terug, gebieden)] if terug else []),
            *([_weg(lezing, weg)] if (weg := reading.ingetrokken(huis.verhalen)) else []),
        ],
        className="lezen",
    )


def _niets() -> html.P:
    return tekst("Er wacht niets. Een nieuw of herzien verhaal komt hier vanzelf te staan.",
                 "lees-leeg")  # fmt: skip


def _open(
    lezing: Lezing,
    wacht: list[Verhaal],
    gebieden: dict[str, Gebied],
    beelden: Beelden,
    eigen: dict[uuid.UUID, str],
) -> list[Any]:
    meer = len(wacht) - HOOGSTENS
    return [
        html.Div(
            ondertekening("lees-door", "Wie leest na?",
                          "naam of functie; niet dezelfde als wie het schreef"),
            className="formulier lees-wie",
        ),
        tekst(f"{hoofdletter(aantal(len(wacht), 'verhaal wacht', 'verhalen wachten'))}.", "zacht"),
        html.Div([_kaart(lezing, v, gebieden.get(v.gebied), beelden.get(v.id, []),
                         eigen.get(v.id))
                  for v in wacht[:HOOGSTENS]]),
        tekst(f"En nog {meer}; die komen als deze gelezen zijn.", "klein zacht")
        if meer > 0
        else None,
    ]  # fmt: skip


def _kaart(
    lezing: Lezing, v: Verhaal, g: Gebied | None, beelden: list[uuid.UUID], eigen: str | None
) -> html.Article:
    """A story to read; `eigen` says why this reader leaves it to another."""
    cat = lezing.catalogus
    rol = hoofdletter(cat.woorden.rol.get(v.nu.rol, v.nu.rol))
    naam = g.naam if g else v.gebied
    return html.Article(
        [
            html.Div(
                [
                    html.H2([sprong(naam, address.buurt(v.gebied)), f", {rol.lower()}"]),
                    html.Blockquote([html.P(a) for a in vertellen.alineas(v, cat)]),
                    *fotos(beelden),
                    tekst("Kijk of er gezichten, kentekens, naambordjes of voordeuren op de foto "
                          "staan. Zo ja: geef het terug.", "klein") if beelden else None,
                    _herkomst(v),
                    *_vorige(v, cat),
                ]
            ),
            html.Div(
                [
                    *_gevonden(lezing, v, g),
                    *([tekst(eigen, "lees-eigen")] if eigen else _oordeel(f"{v.id}|{v.nu.nummer}")),
                ],
                className="lees-werk formulier",
                **{"data-klad": f"lees|{v.id}|{v.nu.nummer}"},
            ),
        ],
        className="lees-kaart",
        **{"aria-label": f"Verhaal van {rol.lower()} over {naam}"},
    )  # fmt: skip


def _oordeel(sleutel: str) -> list[Any]:
    """The two outcomes; giving it back takes a reason."""
    return [
        dmc.Textarea(
            id={"type": "lees-reden", "id": sleutel}, label="Reden, als je het teruggeeft",
            autosize=True, minRows=2, value="",
        ),
        html.Div(
            [
                html.Button("Gelezen, mag gedeeld", type="button",
                            id={"type": "lees-ja", "id": sleutel}, className="knop knop-hoofd"),
                html.Button("Geef terug", type="button",
                            id={"type": "lees-nee", "id": sleutel}, className="knop"),
            ],
            className="knoppen",
        ),
    ]  # fmt: skip


def _herkomst(v: Verhaal) -> html.Ul:
    """What the second person checks: consent, anonymity, source."""
    r = v.nu
    regels = [
        "Toestemming van de verteller" if r.toestemming else "Nog geen toestemming",
        "Schrijver zegt: niemand te herkennen" if r.anoniem else "Nog niet nagekeken op herkenning",
        f"Hoe: {r.opgehaald_hoe}" if r.opgehaald_hoe else "Hoe opgehaald: niet gezegd",
        f"Bron: {r.bron}" if r.bron else "Bron: niet gezegd",
        f"Opgehaald: {datum(r.opgehaald_op)}" if r.opgehaald_op else "Opgehaald: niet gezegd",
        f"Geschreven door {r.door}, {tijdstip(r.op)}",
    ]
    return html.Ul([html.Li(t) for t in regels], className="klein zacht")


def _vorige(v: Verhaal, cat: Catalogus) -> list[Any]:
    geschiedenis = vertellen.geschiedenis(v, cat)
    return [geschiedenis] if geschiedenis is not None else []


def _gevonden(lezing: Lezing, v: Verhaal, g: Gebied | None) -> list[Any]:
    bekend = [v.gebied, *(lezing.namen_in(g.gemeente) if g else [])]
    woorden = " \n".join([vertellen.woorden_van(v, lezing.catalogus), v.nu.opgehaald_hoe,
                          v.nu.bron])  # fmt: skip
    vondsten = privacy.vind(woorden, bekend)
    uit: list[Any] = []
    if g is not None and kleine_buurten(lezing, [g]):
        uit.append(label("minder dan 100 huishoudens", "label-oud"))
    if not vondsten:
        return [*uit, tekst("De hulp vond geen namen, nummers of andere gegevens over iemand. Lees "
                            "zelf of iemand te herkennen is.", "klein")]  # fmt: skip
    return [*uit, html.Div([html.H3("Kijk hier naar"), meelezen.lijst(vondsten)],
                           className="privacyhulp")]  # fmt: skip


def _terug(lezing: Lezing, terug: list[Verhaal], gebieden: dict[str, Gebied]) -> html.Section:
    """What was given back and waits for the writer."""
    regels = []
    for v in terug:
        woord = reading.laatste_woord(v)
        naam = gebieden[v.gebied].naam if v.gebied in gebieden else v.gebied
        herzie = address.buurt(v.gebied, verhaal=str(v.id), doe="herzien", plek="vertel")
        regels.append(
            html.Li(
                [
                    sprong(f"{naam}: herzien", herzie),
                    f" Teruggegeven door {woord.door}: {woord.reden}" if woord else "",
                ]
            )
        )
    n = aantal(len(terug), "verhaal teruggegeven", "verhalen teruggegeven")
    return html.Section(uitklap(hoofdletter(n), html.Ul(regels, className="leeslijst")))


def _weg(lezing: Lezing, weg: list[Verhaal]) -> html.Section:
    """What was taken back: out of sight, its words kept until someone wipes them or they end."""
    namen = {g.gebied: g.naam for g in lezing.gebieden(sorted({v.gebied for v in weg}))}
    regels = [
        html.Li(
            [
                f"{namen.get(v.gebied, v.gebied)}, ingetrokken op {datum(v.nu.op)} door "
                f"{v.nu.door}. ",
                sprong("Wissen", address.buurt(v.gebied, verhaal=str(v.id), doe="weghalen",
                                               plek="vertel"), "actie"),
            ]
        )
        for v in weg
    ]  # fmt: skip
    n = aantal(len(weg), "verhaal ingetrokken", "verhalen ingetrokken")
    dagen = Termijnen().ingetrokken
    uitleg = tekst(f"De woorden worden {dagen} dagen na het intrekken vanzelf gewist.", "klein")
    return html.Section(uitklap(hoofdletter(n), [uitleg, html.Ul(regels, className="leeslijst")]))
