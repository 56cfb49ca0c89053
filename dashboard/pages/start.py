"""Start: the corporation's own areas, and what is new there. No league table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import dash_mantine_components as dmc
from dash import html

from dashboard import access, address, areas, search
from dashboard.context import Huis, verhalen_per_gebied
from dashboard.panels import vertellen
from dashboard.panels.parts import sprong, tekst
from dashboard.snapshot import Lezing
from dashboard.snapshot_types import Gebied
from dashboard.stories import clash
from dashboard.stories.binding import TE_HERZIEN
from dashboard.stories.models import Verhaal
from dashboard.stories.repository import nu
from dashboard.who import huidig
from dashboard.words import aantal, datum, eerste_woorden, getal, hoofdletter
from indicators.catalogue import Catalogus

HOOGSTENS = 24
KIEZEN = "gebieden kiezen"
NIEUW = timedelta(days=31)
JAAR = timedelta(days=365)
"""A story is news for a month, unless it was told more than a year before."""


def maak(huis: Huis, lezing: Lezing) -> tuple[str, Any]:
    """Title and content of the page.

    Raises:
        KeuzeFout: when the file with chosen areas cannot be understood.
    """
    keuze = areas.lees(huis.instellingen.datamap.gebieden)
    gevonden = {g.gebied: g for g in lezing.gebieden(list(keuze.mijn_gebieden))}
    eigen = sorted(gevonden.values(), key=lambda g: (g.naam, g.gebied))
    weg = [c for c in keuze.mijn_gebieden if c not in gevonden]
    per = verhalen_per_gebied(huis, lezing, eigen)
    sinds = nu().date() - NIEUW
    rijen = [Rij(g, per[g.gebied], sinds) for g in eigen]
    return keuze.naam, html.Div(
        [
            html.Header(
                [
                    html.H1(keuze.naam),
                    tekst(_stand(rijen), "inleiding") if eigen else _leeg(),
                    _werk(rijen) if eigen else None,
                ]
            ),
            *_blokken(lezing.catalogus, rijen),
            *([_verdwenen(weg)] if weg else []),
            _kiezen(bool(eigen), zoekresultaat(huis, lezing, "", keuze.mijn_gebieden))
            if _mag(KIEZEN)
            else None,
        ],
        className="start",
    )


def _mag(wat: str, *gebieden: str) -> bool:
    """Whether who asks may do this; what they may not is not offered."""
    return access.mag(huidig(), wat, nu(), gebieden)


@dataclass(frozen=True)
class Rij:
    """One own area: its stories, and what of it is new since a day."""

    gebied: Gebied
    verhalen: list[Verhaal]
    sinds: date

    def merken(self, soort: str | None = None) -> int:
        """Marks that nobody put away yet, of one kind or all."""
        return sum(
            m.afgehandeld_op is None and soort in (None, m.soort)
            for v in self.verhalen for k in v.koppelingen for m in k.merken
        )  # fmt: skip

    @property
    def vers(self) -> list[Verhaal]:
        """Stories written down since then; what was told long before is no news."""
        return [
            v
            for v in self.verhalen
            if v.revisies[0].op.date() >= self.sinds and clash.wanneer(v) >= self.sinds - JAAR
        ]

    @property
    def botst(self) -> int:
        """Bindings that say a figure is not right: a state, not news."""
        return sum(k.houding == "klopt_niet" for v in self.verhalen for k in v.koppelingen)

    @property
    def nieuw(self) -> bool:
        """Whether something here asks for a look."""
        return bool(self.merken() or self.vers)

    @property
    def orde(self) -> tuple[int, int, str]:
        """Corrected figures first, then who has news, then by name."""
        return (-bool(self.merken(TE_HERZIEN)), -bool(self.vers), self.gebied.naam)


def _blokken(cat: Catalogus, rijen: list[Rij]) -> list[Any]:
    """Areas with news first, each with what it is; the quiet ones below, short and by name."""
    nieuw = sorted((r for r in rijen if r.nieuw), key=lambda r: r.orde)
    stil = [r for r in rijen if not r.nieuw]
    uit: list[Any] = []
    if nieuw:
        kop = ("Gebied", "Wat is nieuw", "Wie vertelde", "Waar het botst")
        uit.append(_lijst("Wat is nieuw", kop, [_rij(cat, r) for r in nieuw], "mijn"))
    if stil:
        koppen = ("Gebied", "Laatste verhaal", "Waar het botst")
        titel = "Verder" if nieuw else "Niets nieuws sinds een maand"
        uit.append(_lijst(titel, koppen, [_stil(cat, r) for r in stil], "mijn mijn-stil"))
    return uit


def _lijst(titel: str, kop: Sequence[str], rijen: list[html.Tr], klas: str) -> html.Section:
    koppen = [html.Th(k, scope="col") for k in kop]
    if _mag(KIEZEN):
        koppen.append(html.Th(html.Span("Weghalen", className="verborgen"), scope="col"))
    return html.Section(
        [
            html.H2(titel),
            html.Table([html.Thead(html.Tr(koppen)), html.Tbody(rijen)], className=klas),
        ],
        className="mijn-blok",
    )


def _werk(rijen: list[Rij]) -> html.P:
    """Where to go from here: over all own areas, and what waits for a second reader."""
    return html.P(
        [sprong("Waar het botst, over al deze gebieden", "/botst"),
         sprong("Wat wacht op een tweede lezer", "/lezen") if _mag("nalezen") else None],
        className="start-werk",
    )  # fmt: skip


def _stand(rijen: list[Rij]) -> str:
    ids = {v.id for r in rijen for v in r.verhalen}
    gebieden = aantal(len(rijen), "gebied", "gebieden")
    return hoofdletter(f"{gebieden}, {aantal(len(ids), 'verhaal', 'verhalen')}.")


def _leeg() -> html.P:
    if not _mag(KIEZEN):
        return tekst(
            "Er zijn nog geen eigen buurten gekozen. De redacteur of de applicatiebeheerder doet "
            "dat; zoeken en verkennen kan al.",
            "inleiding",
        )
    return tekst(
        "Kies hieronder de buurten waar jullie bezit hebben of waar jullie je zorgen over maken. "
        "Ze komen dan hier te staan: met wat er nieuw is, wie er vertelde en waar het botst.",
        "inleiding",
    )


def _verdwenen(weg: list[str]) -> html.Div:
    """Chosen areas that this publication does not have."""
    return html.Div(
        [
            html.P(["Niet in deze publicatie: ", ", ".join(weg), ". "]),
            *(_knop(c, f"Haal {c} weg", "weg") for c in weg if _mag(KIEZEN)),
        ],
        className="niet-ingelezen",
    )


def _naam(g: Gebied) -> html.Th:
    plek = [n for n in (g.wijknaam if g.niveau == "buurt" else None, g.gemeentenaam) if n != g.naam]
    inwoners = "inwoners onbekend" if g.inwoners is None else f"{getal(g.inwoners)} inwoners"
    return html.Th(
        [
            sprong(g.naam, address.buurt(g.gebied), "mijn-naam"),
            tekst(f"{inwoners} · {', '.join(p for p in plek if p)}", "feiten"),
        ],
        scope="row",
    )


def _cel(kop: str, inhoud: Any, klas: str = "") -> html.Td:
    """A cell that carries its heading along for a narrow screen."""
    return html.Td(inhoud, className=klas or None, **{"data-kop": kop})


def _weg(g: Gebied) -> html.Td | None:
    if not _mag(KIEZEN):
        return None
    return html.Td(_knop(g.gebied, f"Haal {g.naam} weg uit mijn buurten", "weg"))


def _rij(cat: Catalogus, r: Rij) -> html.Tr:
    return html.Tr(
        [
            _naam(r.gebied),
            _cel("Wat is nieuw", _nieuw(r), "mijn-nieuw"),
            _cel("Wie vertelde", _laatste(cat, r), "mijn-verhaal"),
            _cel("Waar het botst", _botst(r)),
            _weg(r.gebied),
        ]
    )


def _stil(cat: Catalogus, r: Rij) -> html.Tr:
    return html.Tr(
        [
            _naam(r.gebied),
            _cel("Laatste verhaal", _laatste(cat, r, kort=True)),
            _cel("Waar het botst", _botst(r)),
            _weg(r.gebied),
        ]
    )


def _nieuw(r: Rij) -> list[Any]:
    """What is new, urgent first."""
    herzien = r.merken(TE_HERZIEN)
    jaar = r.merken() - herzien
    regels: list[Any] = []
    if herzien:
        regels.append(
            html.P(f"{aantal(herzien, 'cijfer', 'cijfers')} van toen gecorrigeerd",
                   className="let-op")
        )  # fmt: skip
    if r.vers:
        regels.append(html.P(hoofdletter(aantal(len(r.vers), "nieuw verhaal", "nieuwe verhalen"))))
    if jaar:
        regels.append(
            html.P(f"{aantal(jaar, 'keer', 'keer')} een nieuw jaar: geldt dit nog?",
                   className="zacht")
        )  # fmt: skip
    return regels


def _botst(r: Rij) -> Any:
    if not r.verhalen:
        return html.Span("–", title="nog geen verhalen")
    if not r.botst:
        return html.Span("nergens", className="zacht")
    woord = "verhaal spreekt" if r.botst == 1 else "verhalen spreken"
    return sprong(
        f"{getal(r.botst)} {woord} een cijfer tegen",
        address.buurt(r.gebied.gebied, plek="botst"), "botst-sprong",
    )  # fmt: skip


def _laatste(cat: Catalogus, r: Rij, kort: bool = False) -> list[Any]:
    if not r.verhalen:
        vertel = sprong("Vertel het eerste", address.buurt(r.gebied.gebied, plek="vertel"))
        mag = _mag("vertellen", r.gebied.gebied)
        return [html.P(["Nog geen verhalen. ", vertel if mag else None], className="zacht")]
    v = r.verhalen[0]
    rol = hoofdletter(cat.woorden.rol.get(v.nu.rol, v.nu.rol))
    adres = address.buurt(r.gebied.gebied, verhaal=str(v.id))
    hoeveel = aantal(len(r.verhalen), "verhaal", "verhalen")
    wie = html.P(
        [html.Span(rol, className="rol"), html.Span(datum(clash.wanneer(v)), className="wanneer"),
         html.Span(hoeveel, className="wanneer") if kort else None],
        className="verteller",
    )  # fmt: skip
    begin = eerste_woorden(vertellen.woorden_van(v, cat), 60 if kort else 110)
    if kort:
        return [wie, html.P(sprong(f"„{begin}”", adres), className="citaat-kort")]
    return [
        wie,
        html.Blockquote(html.P(sprong(begin, adres))),
        html.P(hoeveel, className="klein zacht"),
    ]


def _knop(code: str, woorden: str, soort: str) -> html.Button:
    return html.Button(
        "Haal weg" if soort == "weg" else "Voeg toe",
        id={"type": f"gebied-{soort}", "id": code},
        type="button",
        className="knop knop-klein" + (" knop-stil" if soort == "weg" else ""),
        **{"aria-label": woorden},
    )


def _kiezen(met_eigen: bool, resultaat: Any) -> html.Section:
    return html.Section(
        [
            html.H2("Nog een gebied toevoegen" if met_eigen else "Kies jullie buurten"),
            dmc.TextInput(
                id="zoek-gebied",
                label="Zoek op naam of code",
                placeholder="bijvoorbeeld een buurt, wijk of gemeente",
                debounce=250,
                value="",
            ),
            html.Div(resultaat, id="zoek-resultaat", **{"aria-live": "polite"}),
        ],
        className="kiezen",
    )


def zoekresultaat(huis: Huis, lezing: Lezing, zoek: str, gekozen: tuple[str, ...]) -> Any:
    """Areas that fit, the best first, as everywhere; without a term the buurten to begin with."""
    term = zoek.strip()
    if gekozen and not term:
        return None
    nieuwst = lezing.nieuwste_grensjaar()
    if term:
        treffers = search.zoeker(huis.zoekgeheugen, lezing).zoek(term, 2 * HOOGSTENS)
        er = {g.gebied: g for g in lezing.gebieden([t.gebied for t in treffers])}
        alle = [er[t.gebied] for t in treffers if t.gebied in er]
    else:
        alle = [g for g in lezing.gebieden() if g.niveau == "buurt" and (g.inwoners or 0) > 0]
    passend = [g for g in alle if g.gebied not in gekozen and g.grensjaar == nieuwst]
    if not passend:
        return tekst(
            f"Geen gebied gevonden voor „{term[:60]}”. Probeer een deel van de naam, een postcode "
            "van vier cijfers, of een CBS-code zoals BU03440111."
            if term
            else "Alle buurten uit deze publicatie staan al in de lijst."
        )
    meer = len(passend) - HOOGSTENS
    niveaus: dict[str, str] = {str(k): v for k, v in lezing.catalogus.woorden.niveau.items()}
    return [
        html.Ul([_keus(g, niveaus) for g in passend[:HOOGSTENS]], className="keuzelijst"),
        tekst(
            "Er is meer; typ de gemeente erbij om verder te kiezen."
            if term
            else f"En nog {getal(meer)}; zoek op naam om te kiezen.",
            "klein zacht",
        )
        if meer > 0
        else None,
    ]


def _keus(g: Gebied, niveaus: dict[str, str]) -> html.Li:
    waar = g.wijknaam if g.niveau == "buurt" and g.wijknaam else niveaus.get(g.niveau, g.niveau)
    plek = ", ".join(p for p in (waar, g.gemeentenaam) if p and p != g.naam)
    return html.Li(
        [
            html.Span([sprong(g.naam, address.buurt(g.gebied)),
                       html.Span(f" {plek}", className="klein zacht")]),
            _knop(g.gebied, f"Voeg {g.naam} toe", "erbij"),
        ]
    )  # fmt: skip
