"""The page of an area, the heart: tellen left, vertellen right, joined by the figure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dash import html

from dashboard import address
from dashboard.address import Adres
from dashboard.context import Blad, Huis, maak_blad
from dashboard.panels import meenemen, samengevat, tellen, vertellen
from dashboard.panels.formulier import formulier
from dashboard.panels.parts import sprong, tekst, uitklap, vouw
from dashboard.snapshot import Lezing
from dashboard.stories.binding import TE_HERZIEN
from dashboard.stories.models import Koppeling, Verhaal
from dashboard.words import aantal, eerste_woorden, getal, hoofdletter, opsomming
from indicators.model import Indicator


def maak(huis: Huis, lezing: Lezing, adres: Adres) -> tuple[str, Any]:
    """Title and content of the page.

    Raises:
        GebiedOnbekend: when the publication has no such area in that year.
    """
    blad = maak_blad(huis, lezing, adres.gebied or "", adres.grensjaar)
    return blad.buurt.gebied.naam, html.Div(
        [
            _kop(blad),
            _aandacht(blad),
            html.Section(
                [
                    html.Div(
                        [
                            html.H2("Tellen", className="stem stem-tellen", id="tellen"),
                            html.H2("Vertellen", className="stem stem-vertellen", id="vertellen"),
                            *_sleutel(blad),
                        ],
                        className="stemmen",
                    ),
                    *(
                        _thema(blad, thema, list(indicatoren))
                        for thema, indicatoren in lezing.catalogus.per_thema().items()
                    ),
                    _zonder_cijfer(blad),
                ],
                className="tweespraak",
            ),
            _bomen(blad),
            html.Section(_vertel(blad, adres), id="vertel", className="vertel", tabIndex=-1),
        ],
        className="buurt",
    )


def _vertel(blad: Blad, adres: Adres) -> html.Div:
    herzie = None
    if adres.doe == "herzien":
        herzie = next((v for v in blad.verhalen if str(v.id) == adres.verhaal), None)
    cijfer = adres.cijfer if adres.cijfer in blad.catalogus.indicatoren else None
    if cijfer and blad.buurt.nieuwste(cijfer) is None:
        cijfer = None
    return formulier(blad, herzie, cijfer)


def _sleutel(blad: Blad) -> list[Any]:
    """What the thin lines are, said once."""
    ref = blad.buurt.referentie
    woorden = (
        f"Vergeleken met {ref.naam}: de grijze lijn."
        if ref
        else "Er is geen groter gebied ingelezen om mee te vergelijken."
    )
    return [
        tekst(woorden, "klein zacht"),
        tekst(f"{hoofdletter(aantal(len(blad.verhalen), 'verhaal', 'verhalen'))}.", "klein zacht"),
    ]


def _kop(blad: Blad) -> html.Header:
    g = blad.buurt.gebied
    plek: list[Any] = [hoofdletter(blad.catalogus.woorden.niveau[g.niveau])]  # type: ignore[index]
    if g.wijk and g.wijk != g.gebied:
        plek += [" in ", sprong(g.wijknaam or g.wijk, address.buurt(g.wijk, g.grensjaar))]
    if g.gemeente and g.gemeente != g.gebied:
        plek += [
            ", " if len(plek) > 1 else " in ",
            sprong(g.gemeentenaam or g.gemeente, address.buurt(g.gemeente, g.grensjaar)),
        ]
    feiten = [
        "inwoners onbekend" if g.inwoners is None else f"{getal(g.inwoners)} inwoners",
        f"indeling {g.grensjaar}",
        g.gebied,
    ]
    return html.Header(
        [
            html.P(plek, className="plek"),
            html.H1(g.naam),
            html.P(" · ".join(feiten), className="feiten"),
            *_indeling(blad),
            *_onderdelen(blad),
            html.P(
                sprong(
                    "Vertel iets over dit gebied",
                    address.buurt(g.gebied, g.grensjaar, plek="vertel"),
                    "knop",
                ),
                className="kop-actie",
            ),
            _kop_meer(blad),
        ],
        className="buurt-kop",
    )


def _kop_meer(blad: Blad) -> html.Div:
    naast = address.vergelijken([_wie(blad)])
    return html.Div(
        [sprong("Vergelijk met andere gebieden", naast, "actie"), meenemen.rij("buurt", naast)],
        className="kop-meer",
    )


def _wie(blad: Blad) -> str:
    """The area as Vergelijken names it: with its grensjaar where that is not the newest."""
    g = blad.buurt.gebied
    return g.gebied if blad.huidig else f"{g.gebied}@{g.grensjaar}"


def _onderdelen(blad: Blad) -> list[Any]:
    """The wijken of a gemeente, or the buurten of a wijk: the way down."""
    delen = blad.buurt.onderdelen
    if not delen:
        return []
    soort = "wijken" if delen[0].niveau == "wijk" else "buurten"
    return [
        uitklap(
            f"{len(delen)} {soort}",
            html.Ul(
                [html.Li(sprong(d.naam, address.buurt(d.gebied, d.grensjaar))) for d in delen],
                className="delen",
            ),
        )
    ]


def _indeling(blad: Blad) -> list[Any]:
    """What became of the area, and what it came from."""
    b, g = blad.buurt, blad.buurt.gebied
    regels: list[Any] = []
    for kop, rijen in (
        ("opgevolgd door", [(o.naar, o.grensjaar_naar, o.naam_naar, o) for o in b.opvolgers]),
        ("voortgekomen uit", [(o.van, o.grensjaar_van, o.naam_van, o) for o in b.voorgangers]),
    ):
        stukken: list[Any] = []
        for code, jaar, naam, o in rijen:
            if stukken:
                stukken.append(", ")
            stukken += [
                sprong(naam or code, address.buurt(code, jaar)),
                f" ({getal(100 * o.aandeel)} % naar {o.methode}, indeling {jaar})",
            ]
        if stukken:
            regels.append(tekst([f"Indeling {g.grensjaar}, {kop} ", *stukken, "."], "feiten"))
    return regels


def _aandacht(blad: Blad) -> html.Div:
    """What asks for attention: corrected figures, new years, and where it clashes."""
    merken = [
        (k, v, m) for k, v in blad.koppelingen() for m in k.merken if m.afgehandeld_op is None
    ]
    herzien = [(k, v) for k, v, m in merken if m.soort == TE_HERZIEN]
    nieuw = [(k, v) for k, v, m in merken if m.soort != TE_HERZIEN]
    return html.Div(
        [
            *_lijst(blad, "Cijfer van toen is gecorrigeerd", herzien, "aandacht-herzien"),
            *(_botst(blad)),
            *_nieuw_jaar(blad, nieuw),
        ],
        className="aandacht",
    )


def _botst(blad: Blad) -> list[Any]:
    if not blad.verhalen:
        return [
            html.Section(
                [
                    html.H2("Nog geen verhalen"),
                    tekst(
                        "Hier staan alleen cijfers. Wat vertelt een bewoner, een huismeester of "
                        "een wijkagent over dit gebied? Begin met één verhaal."
                    ),
                ],
                className="aandacht-vak aandacht-leeg",
            )
        ]
    if not blad.botst():
        return [
            html.Section(
                [
                    html.H2("Waar het botst"),
                    tekst("Geen verhaal spreekt hier een cijfer tegen."),
                ],
                className="aandacht-vak aandacht-rust",
            )
        ]
    return _lijst(blad, "Waar het botst", blad.botst(), "aandacht-botst")


def _nieuw_jaar(blad: Blad, paren: list[tuple[Koppeling, Verhaal]]) -> list[html.Section]:
    """Quietly, in one batch: which stories speak of a year that is no longer the newest."""
    if not paren:
        return []
    hoeveel = aantal(len({v.id for _, v in paren}), "verhaal", "verhalen")
    return [
        html.Section(
            [
                html.H2("Er is een nieuw jaar: geldt dit nog?"),
                uitklap(f"{hoofdletter(hoeveel)} over een eerder jaar", _regels(blad, paren)),
            ],
            className="aandacht-vak aandacht-jaar",
        )
    ]


def _lijst(
    blad: Blad, kop: str, paren: list[tuple[Koppeling, Verhaal]], klas: str
) -> list[html.Section]:
    if not paren:
        return []
    return [html.Section([html.H2(kop), _regels(blad, paren)], className=f"aandacht-vak {klas}")]


def _regels(blad: Blad, paren: list[tuple[Koppeling, Verhaal]]) -> html.Ul:
    """Per binding a line: the figure as quoted, who speaks, and the first words."""
    g, cat = blad.buurt.gebied, blad.catalogus
    regels = []
    for k, v in paren:
        indicator = cat.indicatoren.get(k.indicator)
        rol = cat.woorden.rol.get(v.nu.rol, v.nu.rol)
        regels.append(
            html.Li(
                [
                    sprong(
                        indicator.naam if indicator else k.indicator,
                        address.buurt(g.gebied, g.grensjaar, cijfer=k.indicator, verhaal=str(v.id)),
                    ),
                    html.Span(f" {vertellen.geciteerd(cat, k)}. ", className="zacht"),
                    html.Br(),
                    html.Span(f"{hoofdletter(rol)}: ", className="rol"),
                    html.Q(eerste_woorden(v.nu.tekst, 80)),
                ]
            )
        )
    return html.Ul(regels)


def _thema(blad: Blad, thema: str, indicatoren: list[Indicator]) -> html.Section:
    """One question with its figures: the core set and what stories speak about first."""
    t = blad.catalogus.themas[thema]
    voorop, rest, geen = _verdeel(blad, indicatoren)
    if not voorop:
        return html.Section(
            [html.H3(t.vraag), _geen_bron(blad, geen)], className="thema thema-leeg"
        )
    onder: list[Any] = [_rij(blad, i) for i in voorop]
    if rest:
        onder.append(
            vouw(
                [f"Meer cijfers ({len(rest)})", html.Span(f" {t.naam}", className="verborgen")],
                f"meer|{thema}",
                "meer-cijfers",
                **{"data-cijfers": " ".join(i.id for i in rest)},
            )
        )
    if geen:
        onder.append(
            uitklap(
                [
                    f"Niet ingelezen ({len(geen)})",
                    html.Span(f" {t.naam}", className="verborgen"),
                ],
                tekst(
                    f"{hoofdletter(opsomming([i.kort for i in geen], 99))}. "
                    f"Deze staan in: {opsomming(_bronnen(blad, geen), 99)}.",
                    "niet-ingelezen",
                ),
                "meer-cijfers",
            )
        )
    return html.Section([html.H3(t.vraag), *onder], className="thema")


def _verdeel(
    blad: Blad, indicatoren: Iterable[Indicator]
) -> tuple[list[Indicator], list[Indicator], list[Indicator]]:
    """What is shown first, what opens on demand, and what no source here has."""
    alle = list(indicatoren)
    hier = [i for i in alle if blad.buurt.nieuwste(i.id) is not None]
    voorop = [i for i in hier if i.kern or blad.bij(i.id)] or hier[:1]
    return voorop, [i for i in hier if i not in voorop], [i for i in alle if i not in hier]


def gevouwen(huis: Huis, lezing: Lezing, adres: Adres, wat: str) -> Any:
    """What opens on demand: the other figures of a theme, or what a figure says.

    Raises:
        GebiedOnbekend: when the publication has no such area in that year.
        KeyError: when there is no such theme or figure.
    """
    blad = maak_blad(huis, lezing, adres.gebied or "", adres.grensjaar)
    soort, _, naam = wat.partition("|")
    if soort == "meer":
        _, rest, _ = _verdeel(blad, blad.catalogus.per_thema()[naam])
        return [_rij(blad, i) for i in rest]
    return tellen.uitleg(blad, blad.catalogus.indicatoren[naam])


def _bronnen(blad: Blad, indicatoren: list[Indicator]) -> list[str]:
    cat = blad.catalogus
    return list(dict.fromkeys(b.naam for i in indicatoren for b in cat.bronnen_van(i.id)))


def _geen_bron(blad: Blad, geen: list[Indicator]) -> html.P:
    """A question that no source here answers: named, not hidden."""
    return html.P(
        f"Nog niet te zeggen: {opsomming(_bronnen(blad, geen))} is niet ingelezen."
        if len(_bronnen(blad, geen)) == 1
        else f"Nog niet te zeggen: {opsomming(_bronnen(blad, geen))} zijn niet ingelezen.",
        className="arcering",
    )


def _rij(blad: Blad, indicator: Indicator) -> html.Div:
    """A figure and, on the same row, the stories that speak about it."""
    verhalen: list[Any] = [
        vertellen.verhaal(blad, v, k) if blad.thuis(v) is k else vertellen.verwijzing(blad, v, k)
        for k, v in blad.bij(indicator.id)
    ]
    return html.Div(
        [
            html.Div(tellen.figuur(blad, indicator), className="rij-tellen"),
            html.Div(verhalen, className="rij-vertellen") if verhalen else None,
        ],
        className="rij" + (" rij-met-verhaal" if verhalen else ""),
        id=f"cijfer-{indicator.id}",
        **{"data-cijfer": indicator.id},
    )


def _zonder_cijfer(blad: Blad) -> html.Section | None:
    los = blad.los()
    if not los:
        return None
    return html.Section(
        [
            html.H3("Wat ziet het cijfer niet?"),
            html.Div(
                [
                    html.Div(
                        [
                            html.P(
                                f"{hoofdletter(aantal(len(los), 'verhaal', 'verhalen'))} "
                                "waar geen cijfer bij hoort.",
                                className="niet-in-cijfers",
                            )
                        ],
                        className="rij-tellen",
                    ),
                    html.Div([vertellen.verhaal(blad, v) for v in los], className="rij-vertellen"),
                ],
                className="rij rij-met-verhaal",
            ),
        ],
        className="thema",
    )


def _bomen(blad: Blad) -> html.Section:
    return html.Section(
        [
            html.H2("Samengevat", id="samengevat"),
            tekst(
                [
                    "Een score is een begin van een gesprek, geen oordeel over een buurt. ",
                    sprong("Hoe we rekenen", "/bronnen#rekenen"),
                ],
                "toelichting",
            ),
            *(samengevat.boom(blad, b) for b in blad.catalogus.bomen.values()),
        ],
        className="samengevat",
    )
