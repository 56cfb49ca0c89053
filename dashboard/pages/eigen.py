"""The page of an area of one's own: its figures, how they were counted, and its stories."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboard import address, comparison, own_area_figures, own_areas, sentences
from dashboard.address import Adres
from dashboard.comparison import Kolom
from dashboard.context import Huis
from dashboard.figures import BREED, HOOG, sparkline
from dashboard.pages import melding
from dashboard.panels import meenemen, stemmen
from dashboard.panels.keuze import eigen_opvolging
from dashboard.panels.parts import sprong, tabel, tekst, uitklap
from dashboard.snapshot import Lezing
from dashboard.snapshot_types import Waarde
from dashboard.words import aantal, cijfer, delen, getal, hoofdletter, opsomming
from indicators import own_area
from indicators.model import Indicator

_HOE = {
    "optellen": "De som van de buurten.",
    "verhouding": "Opgeteld en gedeeld: {teller} door {noemer}.",
    "wegen": "Gewogen met: {noemer}{delen}.",
}


def maak(huis: Huis, lezing: Lezing, adres: Adres) -> tuple[str, Any]:
    """Title and content of the page.

    Raises:
        KeuzeFout: when the file with areas of one's own cannot be understood.
    """
    gebied = own_areas.een(huis.instellingen.datamap.eigen_gebieden, adres.gebied or "")
    if gebied is None:
        return "Gebied niet gevonden", melding.mislukt(
            "Dit eigen gebied is er niet (meer). Onder Eigen gebieden staan de gebieden die er wel "
            "zijn."
        )
    k = comparison.eigen_kolom(huis, lezing, own_area_figures.maak(lezing, gebied))
    per = lezing.catalogus.per_thema()
    return gebied.naam, html.Div(
        [
            _kop(k),
            html.Div(
                [
                    html.H2("Tellen", className="stem stem-tellen"),
                    html.H2("Vertellen", className="stem stem-vertellen"),
                ],
                className="stemmen",
            ),
            *(_thema(k, t, list(rij)) for t, rij in per.items()),
            _los(k),
        ],
        className="buurt eigen-gebied",
    )


def _kop(k: Kolom) -> html.Header:
    eigen = k.eigen
    assert eigen is not None  # noqa: S101 - this page is only made for one
    g, b = eigen.gebied, k.blad.buurt
    inwoners = b.gebied.inwoners
    feiten = [
        aantal(len(g.buurtcodes), "buurt", "buurten"),
        "inwoners onbekend" if inwoners is None else f"{getal(inwoners)} inwoners",
        f"indeling {g.grensjaar}",
    ]
    laatste = max(eigen.per_jaar, default=g.grensjaar)
    buurten = [
        html.Li(sprong(naam, address.buurt(code, laatste))) for code, naam in eigen.namen.items()
    ]
    return html.Header(
        [
            html.P(
                [sprong("Eigen gebied", "/gebieden"),
                 f" in {b.gebied.gemeentenaam}" if b.gebied.gemeentenaam else ""],
                className="plek",
            ),
            html.H1(g.naam),
            tekst(" · ".join(feiten), "feiten"),
            *(tekst(z, "feiten") for z in eigen_opvolging(k)),
            uitklap("Welke buurten", html.Ul(buurten, className="delen")) if buurten else tekst(
                f"De indeling van {g.grensjaar} zit niet in deze publicatie.", "arcering"),
            html.Div(
                [
                    sprong("Vergelijk met andere gebieden", address.vergelijken([k.sleutel]),
                           "actie"),
                    meenemen.rij("eigen", address.vergelijken([k.sleutel])),
                ],
                className="kop-meer",
            ),
        ],
        className="buurt-kop",
    )  # fmt: skip


def _thema(k: Kolom, thema: str, indicatoren: list[Indicator]) -> html.Section | None:
    hier = [i for i in indicatoren if k.blad.buurt.reeks(i.id)]
    hier.sort(key=lambda i: not i.kern)
    weg = [i for i in indicatoren if own_area.regel(i) not in own_area.REKENBAAR]
    if not hier and not weg:
        return None
    inhoud: list[Any] = [_rij(k, i) for i in hier]
    if weg:
        inhoud.append(
            uitklap(
                f"Weggelaten ({len(weg)})",
                [
                    tekst(f"{opsomming([i.kort for i in rij], 99)}. {zin}", "niet-ingelezen")
                    for soort, zin in comparison.NIET_TE_REKENEN.items()
                    if (rij := [i for i in weg if own_area.regel(i) == soort])
                ],
                "meer-cijfers",
            )
        )
    return html.Section([html.H3(k.blad.catalogus.themas[thema].vraag), *inhoud], className="thema")


def _rij(k: Kolom, indicator: Indicator) -> html.Div:
    paren = [(p, v) for p, v in k.blad.bij(indicator.id)]
    return html.Div(
        [
            html.Div(_figuur(k, indicator), className="rij-tellen"),
            html.Div(
                stemmen.kort(paren, k.blad.catalogus, k.waarvan, eerst=2),
                className="rij-vertellen",
            )
            if paren
            else None,
        ],
        className="rij" + (" rij-met-verhaal" if paren else ""),
    )


def _stand(k: Kolom, w: Waarde, indicator: Indicator) -> html.P:
    """The number; only a range in words; hatched when there is none."""
    if w.waarde is not None:
        getal_, eenheid = delen(w.waarde, indicator)
        return html.P(
            [html.Span(getal_, className="getal"), html.Span(f" {eenheid}", className="eenheid")],
            className="waarde",
        )
    woorden = comparison.stand(w, indicator, k.blad.catalogus, k)
    bereik = w.onder is not None and w.boven is not None
    return html.P(woorden, className="waarde waarde-bereik" if bereik else "arcering")


def _figuur(k: Kolom, indicator: Indicator) -> html.Div:
    w, cat = comparison.nieuwste(k, indicator.id), k.blad.catalogus
    assert w is not None  # noqa: S101 - only figures with a series are shown
    kop = html.H4(indicator.naam)
    plaatje = sparkline(k.blad.buurt, indicator.id, not sentences.is_telling(indicator))
    stand = _stand(k, w, indicator)
    verhouding = (
        tekst(sentences.vergelijking(k.blad.buurt, w, indicator), "vergelijking")
        if w.waarde is not None
        else None
    )
    return html.Div(
        [
            kop,
            html.Div(
                [
                    html.Div([stand, verhouding]),
                    html.Div(
                        html.Img(
                            src=plaatje,
                            alt=sentences.reeks_in_woorden(k.blad.buurt, indicator, cat),
                            width=BREED,
                            height=HOOG,
                        ),
                        className="lijn",
                    )
                    if plaatje
                    else None,
                ],
                className="figuur-kern",
            ),
            tekst(" · ".join(_onder(k, indicator, w)), "onderregel"),
            uitklap(
                ["Hoe is dit geteld?", html.Span(f" {indicator.naam}", className="verborgen")],
                [tekst(hoe(k, indicator)), _jaren(k, indicator)],
            ),
        ],
        className="figuur",
    )


def _onder(k: Kolom, indicator: Indicator, w: Waarde) -> list[str]:
    """Year, interval, kind, and from how many buurten."""
    uit = [f"over {w.jaar}"]
    if w.waarde is not None and w.onder is not None and w.boven is not None:
        onder, boven = cijfer(w.onder, indicator), cijfer(w.boven, indicator)
        if onder != boven:
            uit.append(f"tussen {onder} en {boven}")
    if w.aard == "herberekend":
        uit.append("herberekend")
    uit += [s for s in (comparison.uit_hoeveel(k, indicator.id, w.jaar, k.blad.catalogus),) if s]
    verloop = sentences.verloop(k.blad.buurt, indicator)
    return [*uit, verloop] if verloop else uit


def hoe(k: Kolom, indicator: Indicator) -> str:
    """The rule by which a figure was counted, printed."""
    namen = k.blad.catalogus.indicatoren

    def kort(wie: str | None) -> str:
        return namen[wie].naam[:1].lower() + namen[wie].naam[1:] if wie else ""

    deel = ""
    if indicator.noemer_delen:
        deel = f", alleen {opsomming([namen[d].kort for d in indicator.noemer_delen])}"
    zin = _HOE[own_area.regel(indicator)].format(
        teller=kort(indicator.teller), noemer=kort(indicator.noemer), delen=deel
    )
    return f"{zin} De marge komt uit de afronding van de cijfers van de buurten."


def _jaren(k: Kolom, indicator: Indicator) -> html.Div:
    cat, ref = k.blad.catalogus, k.blad.buurt.referentie
    rijen: list[list[Any]] = []
    for w in reversed(k.blad.buurt.reeks(indicator.id)):
        telling = k.telling(indicator.id, w.jaar) or (0, 0)
        rij = [
            str(w.jaar),
            comparison.stand(w, indicator, cat, k),
            f"{telling[0]} van {telling[1]}",
        ]
        if ref:
            r = k.blad.buurt.referentiewaarden.get((indicator.id, w.jaar))
            rij.append("–" if r is None else comparison.stand(r, indicator, cat, k))
        rijen.append(rij)
    kop = ["Jaar", k.naam, "Buurten bekend", *([ref.naam] if ref else [])]
    return tabel(kop, rijen, f"{indicator.naam} per jaar", "smal")


def _los(k: Kolom) -> html.Section | None:
    hier = {w.indicator for w in k.blad.buurt.waarden.values()}
    los: list[stemmen.Paar] = [
        (k.blad.thuis(v), v)
        for v in k.blad.verhalen
        if not any(p.indicator in hier for p in v.koppelingen)
    ]
    if not k.blad.verhalen:
        return html.Section(
            [tekst("Over deze buurten is nog niets verteld. Begin op de pagina van een buurt.",
                   "zacht")],
            className="thema",
        )  # fmt: skip
    if not los:
        return None
    return html.Section(
        [
            html.H3("Wat wordt er verder verteld?"),
            html.Div(
                [
                    html.Div(
                        html.P(
                            f"{hoofdletter(aantal(len(los), 'verhaal', 'verhalen'))} bij cijfers "
                            "die hier niet op te tellen zijn, of bij geen cijfer.",
                            className="niet-in-cijfers",
                        ),
                        className="rij-tellen",
                    ),
                    html.Div(
                        stemmen.kort(los, k.blad.catalogus, k.waarvan, eerst=2),
                        className="rij-vertellen",
                    ),
                ],
                className="rij rij-met-verhaal",
            ),
        ],
        className="thema",
    )
