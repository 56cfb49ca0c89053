"""The head of the page of an area: its place, what became of it, strengths, glasses, contents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html

from dashboard import access, address, opening, sentences
from dashboard.context import Blad
from dashboard.panels import meenemen
from dashboard.panels.parts import sprong, tekst, uitklap
from dashboard.snapshot_types import Opvolger
from dashboard.stories.repository import nu
from dashboard.who import huidig
from dashboard.words import cijfer, getal, hoofdletter, opsomming
from indicators.uses import Bril


def kop(blad: Blad) -> html.Header:
    """Name, place, facts, what came before and after, and what one can do from here."""
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
                sprong("Vertel iets over dit gebied", blad.adres(plek="vertel"), "knop"),
                className="kop-actie",
            )
            if blad.mag("vertellen")
            else None,
            _meer(blad),
        ],
        className="buurt-kop",
    )


def wegwijzer(delen: Sequence[tuple[str, str]]) -> html.Nav:
    """The parts of this page in their order, each a jump: its anchor and its words."""
    regels = [html.Li(html.A(woorden, href=f"#{anker}")) for anker, woorden in delen]
    return html.Nav(
        [html.Span("Op deze bladzijde", id="wegwijzer"), html.Ul(regels)],
        className="wegwijzer",
        **{"aria-labelledby": "wegwijzer"},
    )


def _meer(blad: Blad) -> html.Div:
    g = blad.buurt.gebied
    wie = g.gebied if blad.huidig else f"{g.gebied}@{g.grensjaar}"
    naast = address.vergelijken([wie])
    samen = [sprong("Begin een bijeenkomst", f"/bijeenkomst?gebied={g.gebied}", "actie")]
    mag = blad.huidig and access.mag(huidig(), "bijeenkomst leiden", nu(), [g.gebied])
    return html.Div(
        [
            sprong("Vergelijk met andere gebieden", naast, "actie")
            if blad.mag("cijfers zien")
            else None,
            *(samen if mag else []),
            meenemen.rij("buurt", naast) if blad.mag("uitvoeren") else None,
        ],
        className="kop-meer",
    )


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
    """What became of the area, and what it came from; a share is always of the older area."""
    b, g = blad.buurt, blad.buurt.gebied
    regels: list[Any] = []
    opvolgers, voorgangers = list(b.opvolgers), list(b.voorgangers)
    if opvolgers:
        regels.append(
            tekst(
                [f"Indeling {g.grensjaar}, opgevolgd door ",
                 *_lijst([(o.naar, o.grensjaar_naar, o.naam_naar, _deel_hiervan(o))
                          for o in opvolgers]), "."],
                "feiten",
            )
        )  # fmt: skip
    if voorgangers:
        heel = [o for o in voorgangers if o.aandeel >= sentences.HEEL]
        samen = " (samengevoegd)" if len(voorgangers) > 1 and len(heel) == len(voorgangers) else ""
        regels.append(
            tekst(
                [f"Indeling {g.grensjaar}, voortgekomen uit ",
                 *_lijst([(o.van, o.grensjaar_van, o.naam_van, sentences.deel_van(o))
                          for o in voorgangers]), f"{samen}."],
                "feiten",
            )
        )  # fmt: skip
    return regels


def _deel_hiervan(o: Opvolger) -> str:
    if o.aandeel >= sentences.HEEL:
        return f"dit gebied ging er helemaal in op, indeling {o.grensjaar_naar}"
    return (
        f"{getal(100 * o.aandeel)} % van {sentences.waarvan(o.methode)} van dit gebied, indeling "
        f"{o.grensjaar_naar}"
    )


def _lijst(rijen: list[tuple[str, int, str | None, str]]) -> list[Any]:
    stukken: list[Any] = []
    for code, jaar, naam, uitleg in rijen:
        stukken += [", "] if stukken else []
        stukken += [sprong(naam or code, address.buurt(code, jaar)), f" ({uitleg})"]
    return stukken


def sterk(blad: Blad) -> html.Section | None:
    """Strengths first: what is favourable here, beside the reference."""
    gevonden, overig = opening.krachten(blad)
    if not gevonden and not overig:
        return None
    ref = blad.buurt.referentie
    regels = [
        html.Li(
            [
                html.Span(cijfer(k.waarde.waarde or 0.0, k.indicator), className="sterk-cijfer"),
                sprong(k.indicator.naam,
                       blad.adres(cijfer=k.indicator.id)),
                html.Span(sentences.vergelijking(blad.buurt, k.waarde, k.indicator),
                          className="klein zacht"),
            ]
        )
        for k in gevonden
    ]  # fmt: skip
    return html.Section(
        [
            html.H2("Wat hier sterk is", id="sterk"),
            html.Ul(regels, className="sterk-lijst")
            if regels
            else tekst("Uit deze cijfers blijkt geen kracht. Wat zeggen bewoners?", "zacht"),
            tekst(
                f"Niet gunstiger dan {ref.naam}: {opsomming([i.kort.lower() for i in overig])}.",
                "klein zacht",
            )
            if overig and ref
            else None,
        ],
        className="sterk",
    )


def brillen(blad: Blad, bril: Bril | None) -> html.Nav | None:
    """The switch: whose questions come first. Figures and stories stay the same."""
    keuzes: list[tuple[str | None, str]] = [(None, "zonder bril")]
    keuzes += [(b.id, b.naam) for b in blad.catalogus.gebruik.brillen]
    if len(keuzes) == 1:  # a publication of before the catalogue held them
        return None

    def een(naam: str | None, woord: str) -> html.Li:
        if naam == (bril.id if bril else None):
            return html.Li(html.Span(woord, className="bril-keus", **{"aria-current": "true"}))
        return html.Li(sprong(woord, blad.adres(bril=naam, plek="vragen"), "bril-keus"))

    return html.Nav(
        [
            html.Span("Door andermans bril", className="bril-naam", id="bril-naam"),
            html.Ul([een(k, w) for k, w in keuzes]),
            html.Span(
                bril.wat if bril else "Dezelfde cijfers en verhalen, in een andere volgorde.",
                className="klein zacht",
            ),
        ],
        className="brillen",
        **{"aria-labelledby": "bril-naam"},
    )


def inhoud(blad: Blad, themas: list[str]) -> html.Nav:
    """The questions of this page, each a jump."""
    g, cat = blad.buurt.gebied, blad.catalogus
    per = {t: sum(bool(blad.bij(i.id)) for i in cat.per_thema()[t]) for t in themas}
    regels = []
    for t in themas:
        extra = f" {per[t]}" if per[t] else ""
        regels.append(
            html.Li(
                [
                    html.A(cat.themas[t].naam, href=f"#vraag-{t}"),
                    html.Span(
                        [extra, html.Span(" met verhaal", className="verborgen")],
                        className="inhoud-stem",
                    )
                    if extra
                    else None,
                ]
            )
        )
    if blad.los() or blad.ontheemd():
        regels.append(html.Li(html.A("Wat ziet het cijfer niet?", href="#zonder-cijfer")))
    return html.Nav(
        html.Ul(regels), className="inhoud-vragen",
        **{"aria-label": f"Vragen over {g.naam}"},
    )  # fmt: skip
