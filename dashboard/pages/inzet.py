"""Inzet: what we do in an area, in the four questions of the field; write, revise, look back."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard import areas
from dashboard.address import Adres
from dashboard.context import Blad, Huis, maak_blad
from dashboard.panels import inzet as paneel
from dashboard.panels.formulier import ondertekening
from dashboard.panels.parts import sprong, tekst, uitklap
from dashboard.snapshot import Lezing
from dashboard.stories.inzet import VRAGEN, Inzet, Inzetten
from dashboard.stories.models_inzet import Inzetkaart
from dashboard.stories.repository import VerhaalFout, nu
from dashboard.telling import lees_datum
from dashboard.words import eerste_woorden

GEEN = "geen"
VELDEN = ("titel", "doel", "werkwijze", "beoogd_effect", "nodig", "thema", "wie", "begin", "einde",
          "terugkijken_op", "indicator", "verhaal", "status", "door")  # fmt: skip
"""The fields of the form, in the order of the callback."""


@dataclass(frozen=True)
class Velden:
    """The form as it was sent: nothing in it is trusted."""

    titel: str | None
    doel: str | None
    werkwijze: str | None
    beoogd_effect: str | None
    nodig: str | None
    thema: str | None
    wie: str | None
    begin: str | None
    einde: str | None
    terugkijken_op: str | None
    indicator: str | None
    verhaal: str | None
    status: str | None
    door: str | None


def maak(huis: Huis, lezing: Lezing, adres: Adres) -> tuple[str, Any]:
    """Title and content: the cards of one area with the form, or of all own areas.

    Raises:
        GebiedOnbekend: when the publication has no such area.
        KeuzeFout: when the own areas cannot be read.
    """
    vragen = dict(adres.vragen)
    if not adres.gebied:
        return "Wat doen we waar?", _overal(huis, lezing)
    blad = maak_blad(huis, lezing, adres.gebied, None)
    herzie = next((k for k in blad.inzet if str(k.id) == vragen.get("kaart")), None)
    naam = blad.buurt.gebied.naam
    kop = "Inzetkaart herzien" if herzie else f"Nieuwe inzetkaart voor {naam}"
    return f"Inzet in {naam}", html.Div(
        [
            html.Header(
                [
                    html.P(sprong(f"Terug naar {naam}", blad.adres(), "actie")),
                    html.H1(f"Wat doen we in {naam}?"),
                    tekst(
                        "Vier vragen, en een dag om terug te kijken. Zo weet je later of het "
                        "hielp: kijk dan naar het cijfer én vraag het de mensen van het verhaal.",
                        "inleiding",
                    ),
                ]
            ),
            html.Section(
                [
                    html.H2("Wat er is afgesproken"),
                    html.Div([paneel.kaart(lezing.catalogus, k, blad) for k in blad.inzet],
                             className="inzetkaarten"),
                ]
            )
            if blad.inzet
            else None,
            html.Section(
                [html.H2(kop, id="inzet-form"), _formulier(blad, herzie, vragen.get("verhaal"))],
                **{"aria-labelledby": "inzet-form"},
            )
            if blad.mag("inzet schrijven")
            else None,
            None if blad.inzet else tekst("Hier staat nog geen inzetkaart.", "zacht"),
        ],
        className="inzet",
    )  # fmt: skip


def _overal(huis: Huis, lezing: Lezing) -> html.Div:
    codes = list(areas.lees(huis.instellingen.datamap.gebieden).mijn_gebieden)
    inzetten, vandaag = Inzetten(huis.verhalen), nu().date()
    rijp = inzetten.terug_te_kijken(vandaag, codes)
    rest = [k for k in inzetten.van(codes) if k.id not in {r.id for r in rijp}]
    namen = {g.gebied: g.naam for g in lezing.gebieden(codes)}
    schrijft = [c for c in codes if huis.verhalen.bewaker.mag("inzet schrijven", [c])]
    nieuw = [html.Li(sprong(namen.get(c, c), paneel.adres(c))) for c in schrijft]
    return html.Div(
        [
            html.H1("Wat doen we waar?"),
            html.Section([html.H2("Tijd om terug te kijken"), paneel.lijst(lezing.catalogus, rijp)])
            if rijp
            else None,
            html.Section([html.H2("Loopt en komt"), paneel.lijst(lezing.catalogus, rest)])
            if rest
            else tekst("Er is nog geen inzetkaart voor jullie buurten.", "zacht"),
            html.Section([html.H2("Nieuwe kaart"), html.Ul(nieuw)])
            if nieuw
            else None
            if codes
            else html.P(sprong("Kies eerst jullie buurten", "/")),
        ],
        className="inzet",
    )


def _formulier(blad: Blad, herzie: Inzetkaart | None, verhaal: str | None) -> html.Div:
    r, w, g = (herzie.nu if herzie else None), paneel.woorden(blad.catalogus), blad.buurt.gebied
    verhalen = {str(v.id): f"„{eerste_woorden(v.nu.tekst, 60)}”" for v in blad.verhalen}
    begonnen = str(r.verhaal_id) if r and r.verhaal_id else verhaal
    cijfers = {i.id: i.naam for i in blad.catalogus.indicatoren.values()
               if i.gebruik == "tonen" and blad.buurt.nieuwste(i.id)}  # fmt: skip
    basis = {
        "gebied": g.gebied,
        "grensjaar": g.grensjaar,
        "sleutel": str(uuid.uuid4()),
        "kaart": str(herzie.id) if herzie else None,
        "nummer": r.nummer if r else None,
    }
    return html.Div(
        [
            dcc.Store(id="inzet-basis", data=basis),
            _regel("titel", "Hoe heet het?", r.titel if r else ""),
            *(_vlak(veld, vraag, getattr(r, veld) if r else "") for veld, vraag in VRAGEN.items()),
            html.Div(
                [
                    _keuze("thema", "Waar gaat het over?", w.inzetthema, r.thema if r else None),
                    _regel("wie", "Wie doen dit?", r.wie if r else "", "jullie en partners"),
                    _keuze("indicator", "Welk cijfer moet bewegen?", {GEEN: "geen"} | cijfers,
                           (r.indicator if r else None) or GEEN),
                    _keuze("verhaal", "Bij welk verhaal begon het?", {GEEN: "geen"} | verhalen,
                           begonnen if begonnen in verhalen else GEEN),
                    *(_dag(v, naam, getattr(r, v) if r else None) for v, naam in (
                        ("begin", "Begin"), ("einde", "Einde"),
                        ("terugkijken_op", "Wanneer kijken we terug?"))),
                    _keuze("status", "Hoe staat het ervoor?", w.inzetstatus,
                           r.status if r else "loopt"),
                    ondertekening("inzet-door", "Wie schrijft dit op?",
                                  "naam of functie; komt in de geschiedenis"),
                ],
                className="velden",
            ),
            html.Div(id="inzet-melding", role="alert", className="melding-plek"),
            html.Div([html.Button("Bewaar", id="inzet-bewaar", type="button",
                                  className="knop knop-hoofd")], className="knoppen"),
            *([_wissen()] if herzie and blad.mag("wissen") else []),
        ],
        className="formulier",
        role="form",
        **{
            "aria-labelledby": "inzet-form",
            "data-klad": f"inzet|{g.gebied}|{herzie.id if herzie else 'nieuw'}",
        },
    )  # fmt: skip


def _wissen() -> html.Details:
    """Wiping a card: also what was written here can be about someone."""
    return uitklap(
        "Deze kaart wissen",
        [
            tekst("De woorden verdwijnen voorgoed: uit elke herziening en uit bewaarde backups. "
                  "Een blad waar ze op staan, komt opnieuw uit als versie b."),
            dmc.Checkbox(id="inzet-zeker", label="Ik weet dat dit niet terug te draaien is",
                         checked=False),
            html.Button("Wis de kaart voorgoed", id="inzet-wis", type="button", className="knop"),
        ],
    )  # fmt: skip


def _regel(veld: str, naam: str, waarde: str, uitleg: str = "") -> dmc.TextInput:
    return dmc.TextInput(id=f"inzet-{veld}", label=naam, value=waarde, description=uitleg or None)


def _vlak(veld: str, naam: str, waarde: str) -> dmc.Textarea:
    return dmc.Textarea(
        id=f"inzet-{veld}", label=naam, value=waarde, autosize=True, minRows=2, maxRows=10
    )


def _dag(veld: str, naam: str, waarde: Any) -> dmc.TextInput:
    return dmc.TextInput(id=f"inzet-{veld}", label=naam, description="dag-maand-jaar",
                         value=waarde.strftime("%d-%m-%Y") if waarde else "")  # fmt: skip


def _keuze(veld: str, naam: str, woorden: dict[str, str], waarde: str | None) -> dmc.Select:
    return dmc.Select(
        id=f"inzet-{veld}", label=naam, value=waarde, placeholder="Kies", allowDeselect=False,
        data=[{"value": k, "label": v} for k, v in woorden.items()], searchable=len(woorden) > 12,
        comboboxProps={"transitionProps": {"duration": 0}},
    )  # fmt: skip


def bewaar(huis: Huis, basis: dict[str, Any], velden: Velden) -> str:
    """Keeps a card, or a revision of one.

    Returns:
        The address of the cards of its area.

    Raises:
        VerhaalFout: naming the field that is not right, or who was first.
        GebiedOnbekend: when the area is gone.
    """
    with huis.snapshots.lezing() as lezing:
        inzet = _inzet(lezing, velden)
        gebied = lezing.gebied(str(basis.get("gebied")))
        door, inzetten = (velden.door or "").strip() or "deze computer", Inzetten(huis.verhalen)
        if basis.get("kaart"):
            kaart, nummer = uuid.UUID(str(basis["kaart"])), int(basis.get("nummer") or 0)
            inzetten.herzie(kaart, nummer, inzet, door)
        else:
            inzetten.schrijf(gebied.gebied, gebied.grensjaar, inzet, door, basis.get("sleutel"))
    return paneel.adres(gebied.gebied)


def _inzet(lezing: Lezing, v: Velden) -> Inzet:
    w = paneel.woorden(lezing.catalogus)
    if v.thema not in w.inzetthema:
        raise VerhaalFout("Kies nog waar het over gaat.")
    if v.status not in w.inzetstatus:
        raise VerhaalFout("Kies nog hoe het ervoor staat.")
    cijfer = v.indicator if v.indicator and v.indicator != GEEN else None
    if cijfer is not None and cijfer not in lezing.catalogus.indicatoren:
        raise VerhaalFout("Dat cijfer bestaat niet; kies een ander.")
    try:
        verhaal = uuid.UUID(v.verhaal) if v.verhaal and v.verhaal != GEEN else None
    except ValueError:
        raise VerhaalFout("Dat verhaal bestaat niet; kies een ander.") from None
    return Inzet(
        titel=v.titel or "", doel=v.doel or "", werkwijze=v.werkwijze or "",
        beoogd_effect=v.beoogd_effect or "", nodig=v.nodig or "", thema=v.thema, wie=v.wie or "",
        begin=lees_datum(v.begin), einde=lees_datum(v.einde),
        terugkijken_op=lees_datum(v.terugkijken_op), indicator=cijfer, verhaal_id=verhaal,
        status=v.status,
    )  # fmt: skip
