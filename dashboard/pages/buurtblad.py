"""The page Buurtblad: choose, write, look, freeze, put before a board, and record what it said."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html
from sqlalchemy.orm import Session

from dashboard import address, areas, norm
from dashboard.address import Adres
from dashboard.context import Huis
from dashboard.panels.parts import label, sprong, tabel, tekst, uitklap
from dashboard.sheets import after, choose, matter
from dashboard.sheets import html as bladhtml
from dashboard.sheets.compose import Zaak
from dashboard.sheets.model import (
    GEVRAAGD,
    MEESTE_CIJFERS,
    MEESTE_VERHALEN,
    BladFout,
    Redactie,
    Vel,
    uit_dict,
)
from dashboard.sheets.models import BladTafel, BladVersie, Buurtblad
from dashboard.sheets.round import STATUS, TAFEL, UITKOMST, Bladen
from dashboard.snapshot import Lezing
from dashboard.words import aantal, datum, eerste_woorden, hoofdletter, tijdstip
from indicators.catalogue import Catalogus

VELDEN: tuple[tuple[str, str, str], ...] = (
    ("vraag", "Vraag aan het bestuur", "Wat moet de vergadering weten, bespreken of besluiten?"),
    ("advies", "Advies", "Wat stel je voor?"),
    ("reden", "Reden", "Waarom, en welk cijfer of verhaal draagt dat?"),
    ("zin", "De buurt in één zin", "Leeg: een zin uit de cijfers. Naam en inwoners staan er al."),
    ("oordeel_reden", "Waarom dit oordeel", "In je eigen woorden; je tekent ervoor."),
    ("oordeel_anders", "Wat zou ons van mening doen veranderen", ""),
    ("ondertekend", "Ondertekend door", "Naam en functie"),
    ("vergadering", "Vergadering", "Bijvoorbeeld: bestuursvergadering van 12 maart"),
    ("niet", "Wat we hier niet doen, en waarom", "Komt op het blad voor bewoners."),
)
"""The text fields of the editor's part: name, label, and a hint."""


Mag = Callable[[str], bool]
"""Whether whoever asks may do an act here."""


def maak(huis: Huis, lezing: Lezing, adres: Adres) -> tuple[str, Any]:
    """The list of sheets, or the editor of one area."""
    if adres.gebied is None:
        return "Buurtbladen", _lijst(huis, lezing)
    return _redactie(huis, lezing, adres)


def _adres(gebied: str) -> str:
    return f"/buurtblad/{gebied}"


def _lijst(huis: Huis, lezing: Lezing) -> html.Div:
    eigen = areas.lees(huis.instellingen.datamap.gebieden).mijn_gebieden
    bladen = Bladen(huis)
    per = {b.gebied: b for b in bladen.alle()}
    mag = huis.verhalen.bewaker.mag
    codes = [c for c in dict.fromkeys([*eigen, *per]) if mag("blad zien", [c])]
    namen = {g.gebied: g.naam for g in lezing.gebieden(codes)} if codes else {}
    anders = after.cijfers_anders(lezing, _vast(per))
    regels = [
        html.Li(
            [
                sprong(namen.get(c, c), _adres(c), "blad-lijst-naam"),
                html.Span(
                    _staat(per[c], per[c].nu) if c in per else "nog geen blad", className="zacht"
                ),
                label(f"{aantal(len(anders[c]), 'cijfer', 'cijfers')} nu anders")
                if anders.get(c)
                else None,
            ]
        )
        for c in sorted(codes, key=lambda c: namen.get(c, c))
    ]
    return html.Div(
        [
            html.H1("Buurtbladen"),
            tekst(
                "Twee bladzijden per buurt waarop een bestuur kan besluiten. Kies een buurt om een "
                "blad te maken.",
                "inleiding",
            ),
            html.Section(
                [
                    html.H2("Mijn buurten"),
                    html.Ul(regels, className="blad-lijst")
                    if regels
                    else tekst("Kies eerst je buurten op de eerste pagina."),
                ]
            ),
            _gevraagd(bladen, namen),
        ],
        className="blad-pagina",
    )


def _vast(per: dict[str, Buurtblad]) -> dict[str, Vel]:
    """The newest frozen sheet of each area that has one."""
    vast = {c: [v.vel for v in b.versies if v.vel is not None] for c, b in per.items()}
    return {c: uit_dict(v[-1]) for c, v in vast.items() if v}


def _staat(b: Buurtblad, v: BladVersie) -> str:
    tafels = "; ".join(
        f"{t.tafel} {datum(t.vergadering_op)}: {STATUS[t.status]}" for t in b.tafels(v.nummer)
    )
    wat = v.naam if v.vel else ""
    return ", ".join(x for x in (wat, tafels or STATUS[v.status]) if x)


def _gevraagd(bladen: Bladen, namen: dict[str, str]) -> html.Section:
    """What was asked of each board and what came of it; bestuur and rvc apart."""
    delen: list[Any] = [html.H2("Wat is gevraagd, en wat kwam ervan?")]
    for tafel in TAFEL:
        rijen = []
        for b, v, t in bladen.vragen(tafel):
            r = Redactie.model_validate(v.redactie)
            rijen.append(
                [
                    datum(t.vergadering_op),
                    html.Span(
                        sprong(namen.get(b.gebied, b.gebied), _adres(b.gebied)),
                        style={"overflowWrap": "normal"},
                    ),
                    f"{GEVRAAGD[r.gevraagd]}. {r.vraag}",
                    f"{hoofdletter(STATUS[t.status])}. {t.uitkomst}",
                    t.gevolg or "nog niet opgeschreven",
                ]
            )
        if rijen:
            kop = ["Vergadering", "Buurt", "Gevraagd", "Uitkomst", "Wat kwam ervan"]
            delen += [html.H3(hoofdletter(tafel)), tabel(kop, rijen, f"Gevraagd aan {tafel}")]
    if len(delen) == 1:
        delen.append(tekst("Er is nog geen blad voorgelegd."))
    else:
        delen.append(html.A("Zet vergaderingen en terugkijken in je agenda (.ics)",
                            href="/blad/agenda.ics", className="actie"))  # fmt: skip
    return html.Section(delen)


def _redactie(huis: Huis, lezing: Lezing, adres: Adres) -> tuple[str, Any]:
    assert adres.gebied is not None  # noqa: S101 - the list is the other page
    huis.verhalen.bewaker.eis("blad zien", [adres.gebied])
    bladen = Bladen(huis)
    er = bladen.van(adres.gebied)
    with bladen.sessie() as s:
        versie = s.get(BladVersie, er[-1].nu.id) if er else None
        return _pagina(huis, lezing, adres.gebied, adres.grensjaar, versie, s)


def _pagina(
    huis: Huis, lezing: Lezing, gebied: str, jaar: int | None, versie: BladVersie | None, s: Session
) -> tuple[str, Any]:
    redactie = Redactie.model_validate(versie.redactie) if versie else Redactie()
    zaak = matter.lees_zaak(huis, lezing, gebied, jaar, redactie)
    g = zaak.blad.buurt.gebied
    vast = versie is not None and versie.vel is not None
    mag = lambda wat: huis.verhalen.bewaker.mag(wat, [gebied])  # noqa: E731 - asked per act
    schrijft = not vast and mag("blad schrijven")
    basis = {
        "gebied": gebied,
        "grensjaar": g.grensjaar,
        "versie": versie.id if versie else None,
        "revisie": versie.revisie if versie else None,
    }
    fout, vel = None, None
    if vast and versie is not None and versie.vel is not None:
        vel = uit_dict(versie.vel)
    else:
        try:
            vel = matter.maak(zaak).vellen[0]
        except BladFout as f:
            fout = str(f)
    return f"Buurtblad {g.naam}", html.Div(
        [
            html.H1(f"Buurtblad {g.naam}"),
            html.P(
                [
                    label(_staat(versie.blad, versie) if versie else "nog niet bewaard"),
                    " ",
                    sprong("Naar de pagina van deze buurt", address.buurt(gebied), "actie"),
                ]
            ),
            _bestanden(gebied, versie),
            html.Div(id="blad-melding", role="status", **{"aria-live": "polite"}),
            dcc.Store(id="blad-basis", data=basis),
            _stappen(versie, mag),
            _veranderd(zaak, versie, vel) if vast and versie and vel else None,
            html.Div(
                [
                    _formulier(zaak, redactie) if schrijft else None,
                    html.Section(
                        [html.H2("Zo ziet het eruit", className="verborgen"),
                         tekst(fout, "arcering") if fout else bladhtml.vel(vel) if vel else None],
                        className="blad-voorbeeld",
                    ),
                ],
                className="blad-werk" + (" blad-werk-open" if schrijft else ""),
            ),
            _opmerkingen(versie, vel, mag("blad opmerken")) if versie else None,
        ],
        className="blad-pagina",
    )  # fmt: skip


def _bestanden(gebied: str, versie: BladVersie | None) -> html.P:
    pdf = (
        f"/blad/versie/{versie.id}.pdf" if versie and versie.vel else f"/blad/concept/{gebied}.pdf"
    )
    rij = (
        ("Blad als PDF", pdf),
        ("Terug naar de buurt (voor bewoners)", f"/blad/terug/{gebied}.pdf"),
        ("Set voor een buurtavond", f"/blad/avond/{gebied}.pdf"),
    )
    links = [html.A(naam, href=waar, target="_blank", className="actie") for naam, waar in rij]
    return html.P(links, className="knoppen")


def _formulier(zaak: Any, r: Redactie) -> html.Section:
    blad = zaak.blad
    cat: Catalogus = blad.catalogus
    er = [i for i in cat.indicatoren.values() if blad.buurt.reeks(i.id)]
    standaard = choose.verhalen(blad, Redactie(), choose.MATEN[0])
    gekozen = choose.cijfers(blad, Redactie(), standaard, choose.MATEN[0])
    verhalen = [
        {"value": str(v.id),
         "label": f"{hoofdletter(cat.woorden.rol.get(v.nu.rol, v.nu.rol))}: "
                  f"{eerste_woorden(v.nu.tekst, 60)}"}
        for v in choose.deelbaar(blad)
    ]  # fmt: skip
    rest = {naam: getattr(r, naam) for naam, _, _ in VELDEN}
    return html.Section(
        [
            html.H2("Wat staat erop"),
            dmc.Select(id=_veld("gevraagd"), label="Gevraagd", value=r.gevraagd,
                       data=[{"value": k, "label": w} for k, w in GEVRAAGD.items()],
                       allowDeselect=False),
            *(_tekstveld(n, rest[n]) for n in ("vraag", "advies", "reden", "zin")),
            dmc.MultiSelect(
                id=_veld("cijfers"), label=f"Cijfers (hoogstens {MEESTE_CIJFERS})",
                description="Leeg: een voorstel, met wat in verhalen voorkomt voorop.",
                data=[{"value": i.id, "label": i.naam} for i in er],
                value=list(r.cijfers or ()), maxValues=MEESTE_CIJFERS, searchable=True,
                placeholder="" if r.cijfers else f"voorstel: {len(gekozen)} cijfers",
            ),
            dmc.MultiSelect(
                id=_veld("verhalen"), label=f"Verhalen (hoogstens {MEESTE_VERHALEN})",
                description="Alleen verhalen die gelezen zijn en gedeeld mogen worden.",
                data=verhalen, value=list(r.verhalen or ()), maxValues=MEESTE_VERHALEN,
                searchable=True,
                placeholder="" if r.verhalen else f"voorstel: {len(standaard)} verhalen",
            ),
            dmc.Select(id=_veld("oordeel"), label="Oordeel", value=r.oordeel, clearable=True,
                       data=[{"value": k, "label": w}
                             for k, w in norm.oordelen(cat, zaak.normen).items()],
                       description="Van wie tekent, met een reden en een naam; geen uitkomst van "
                                   "een score of een norm."),
            *(_tekstveld(n, rest[n]) for n in ("oordeel_reden", "oordeel_anders", "ondertekend",
                                               "vergadering", "niet")),
            html.Button("Bewaar en bekijk", id="blad-bewaar", type="button", className="knop"),
        ],
        className="blad-formulier",
    )  # fmt: skip


def _veld(naam: str) -> dict[str, str]:
    return {"type": "blad-veld", "naam": naam}


def _tekstveld(naam: str, waarde: str) -> Any:
    kop, hint = next((k, h) for n, k, h in VELDEN if n == naam)
    meta = Redactie.model_fields[naam].metadata
    langst = next((m.max_length for m in meta if hasattr(m, "max_length")), 300)
    kort = naam in ("ondertekend", "vergadering")
    soort = dmc.TextInput if kort else dmc.Textarea
    meer: dict[str, Any] = {} if kort else {"autosize": True, "minRows": 2}
    uitleg = f"{hint} Hoogstens {langst} tekens.".strip()
    return soort(id=_veld(naam), label=kop, description=uitleg, value=waarde, **meer)


def _stap(naam: str, woord: str, stil: bool = False) -> html.Button:
    klas = "knop knop-klein" + (" knop-stil" if stil else "")
    return html.Button(woord, id={"type": "blad-stap", "wat": naam}, type="button", className=klas)


def _invoer(naam: str, **meer: Any) -> Any:
    return dmc.TextInput(id={"type": "blad-invoer", "naam": naam}, **meer)


def _stappen(versie: BladVersie | None, mag: Mag) -> html.Section | None:
    """What can be done next, by the state of the version and by whoever asks."""
    if versie is None:
        return None
    delen: list[Any] = []
    tafels = versie.blad.tafels(versie.nummer)
    if versie.status == "concept" and mag("blad schrijven"):
        delen.append(_stap("toets", "Vraag een ander om te toetsen"))
    if versie.status in ("ter_toetsing", "voorgelegd") and mag("blad voorleggen"):
        open_ = [t for t in TAFEL if all(x.tafel != t for x in tafels)]
        if open_:
            delen.append(_invoer("vergadering", label="Datum van de vergadering",
                                 placeholder="12-3-2027", w=200))  # fmt: skip
            delen += [_stap(f"voor-{t}", f"Zet vast en leg voor aan {t}") for t in open_]
    delen += [_uitkomst(t, mag) for t in tafels]
    if versie.vel is not None:
        if mag("blad schrijven"):
            delen.append(_stap("opnieuw", "Begin een nieuwe versie", stil=True))
        feiten = (
            f"Vastgezet op {tijdstip(versie.vastgezet_op)}, publicatie {versie.publicatie}, "
            f"controlegetal {(versie.invoer_sha256 or 'volgt bij het drukken')[:16]}."
            if versie.vastgezet_op
            else ""
        )
        delen.append(tekst(feiten, "klein zacht"))
    if not delen:
        return None
    return html.Section([html.H2("De ronde"), *delen], className="blad-ronde")


def _veranderd(zaak: Zaak, versie: BladVersie, vel: Vel) -> html.Section | None:
    """What a sheet made now would say otherwise than the one that stands fast, and why."""
    try:
        regels = after.verschillen(vel, matter.maak(zaak).vellen[0], zaak.blad.catalogus)
    except BladFout as fout:
        regels = [str(fout)]
    if not regels:
        return None
    return html.Section(
        [
            html.H2(f"Anders sinds {versie.naam}"),
            tekst(
                "Wat vaststaat blijft zoals het is. Een blad met de gegevens van "
                f"{datum(zaak.blad.publicatie.gemaakt_op)} leest nu anders:"
            ),
            html.Ul([html.Li(hoofdletter(r)) for r in regels], className="leeslijst"),
        ],
        className="blad-anders",
    )


def _uitkomst(t: BladTafel, mag: Mag) -> Any:
    """What a board said, or the form for it; as text for who may not record it."""
    kop = f"{hoofdletter(t.tafel)}, {datum(t.vergadering_op)}"
    if t.status != "voorgelegd":
        gevolg = [
            _invoer(f"gevolg-{t.id}", label="Wat kwam ervan", value=t.gevolg, w="100%"),
            _stap(f"gevolg-{t.id}", "Bewaar wat ervan kwam", stil=True),
        ]
        terug = f" Terugkijken op {datum(t.terugkijken_op)}." if t.terugkijken_op else ""
        wie = f"Vastgelegd door {t.vastgelegd_door}.{terug}"
        zin = f"{kop}: {STATUS[t.status]}. {t.uitkomst}"
        mee = gevolg if mag("blad schrijven") else [tekst(t.gevolg)] if t.gevolg else []
        return html.Div([tekst(zin), tekst(wie, "klein zacht"), *mee])
    if not mag("blad vastleggen"):
        return tekst(f"{kop}: {STATUS[t.status]}.")
    naam = t.tafel
    return uitklap(
        f"{kop}: leg de uitkomst vast",
        [
            dmc.Select(id={"type": "blad-invoer", "naam": f"uitkomst-{naam}"}, label="Uitkomst",
                       data=[{"value": u, "label": hoofdletter(u)} for u in UITKOMST],
                       value=None),
            _invoer(f"tekst-{naam}", label="Wat is besloten of gevraagd"),
            _invoer(f"terug-{naam}", label="Terugkijken op (leeg: na een jaar)",
                    placeholder="12-3-2028"),
            _stap(f"uitkomst-{naam}", "Leg vast"),
        ],
        open=True,
    )  # fmt: skip


def _opmerkingen(versie: BladVersie, vel: Vel | None, mag: bool) -> html.Section:
    blokken = [(b.soort, b.kop or "De zin bovenaan") for b in vel.blokken] if vel else []
    namen = dict(blokken)
    regels = [
        html.Li(
            [
                html.Strong(f"{namen.get(o.blok, o.blok)}: "),
                o.tekst,
                html.Span(f" {o.door}, {tijdstip(o.op)}", className="klein zacht"),
            ]
        )
        for o in versie.blad.opmerkingen(versie.nummer)
    ]
    plaatsen = [
        dmc.Select(id={"type": "blad-invoer", "naam": "blok"}, label="Bij welk deel",
                   data=[{"value": s, "label": k} for s, k in namen.items()],
                   value=blokken[0][0] if blokken else None, allowDeselect=False),
        _invoer("opmerking", label="Opmerking"),
        _stap("opmerking", "Plaats de opmerking"),
    ]  # fmt: skip
    return html.Section(
        [
            html.H2("Opmerkingen"),
            html.Ul(regels, className="blad-lijst") if regels else tekst("Nog geen.", "zacht"),
            *(plaatsen if mag else []),
        ],
        className="blad-opmerkingen",
    )  # fmt: skip
