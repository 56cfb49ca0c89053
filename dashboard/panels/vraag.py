"""One question of the page of an area: figures with the stories that speak about them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dash import html

from dashboard.brillen import vooraan
from dashboard.context import Blad
from dashboard.panels import tellen, vertellen
from dashboard.panels.parts import sprong, tekst, uitklap, vouw
from dashboard.stories.models import Koppeling, Verhaal
from dashboard.words import aantal, hoofdletter, opsomming
from indicators.model import Indicator
from indicators.uses import Bril

NAAST_ELKAAR = 3
"""Figures without a story stand three in a row; a row that is begun is filled."""
RIJEN = 3
"""Figures with stories that stand open per question; the others open on demand, all of them."""
OP_TELEFOON = 2
"""Figures without a story that stand open per question on a narrow screen (`tweespraak.css`)."""
VOLUIT = 2
"""Stories told in full beside a figure; the others open on demand."""
VEEL = 60
LOS_VOLUIT = 4


def verdeel(
    blad: Blad, indicatoren: Iterable[Indicator], bril: Bril | None
) -> tuple[list[Indicator], list[Indicator], list[Indicator]]:
    """What is shown first, what opens on demand, and what no source here has."""
    alle = list(indicatoren)
    if bril:
        namen = {i.id: i for i in alle}
        alle = [namen[i] for i in vooraan(namen, bril.cijfers)]
    hier = [i for i in alle if blad.buurt.nieuwste(i.id) is not None]
    met = sorted((i for i in hier if blad.bij(i.id)), key=lambda i: not i.kern)
    met = met[: RIJEN if len(blad.verhalen) <= VEEL else RIJEN - 1]
    eerst = [i for i in hier if (i.kern and not blad.bij(i.id)) or i in met] or hier[:1]
    rest = [i for i in hier if i not in eerst]
    los = sum(not blad.bij(i.id) for i in eerst)
    bij = rest[: -los % NAAST_ELKAAR] if los else []
    eerst = [i for i in hier if i in eerst or i in bij]
    return eerst, [i for i in rest if i not in bij], [i for i in alle if i not in hier]


def thema(
    blad: Blad, id_: str, indicatoren: list[Indicator], bril: Bril | None, al: str | None
) -> html.Section | None:
    """A question: figures with a story in rows, the others side by side; None without figures.

    `al` is the figure that already leads the page.
    """
    t = blad.catalogus.themas[id_]
    eerst, rest, geen = verdeel(blad, indicatoren, bril)
    if not eerst:
        return None
    met = [i for i in eerst if i.id != al and blad.bij(i.id)]
    zonder = [i for i in eerst if i.id != al and not blad.bij(i.id)]
    inhoud: list[Any] = []
    if al in [i.id for i in eerst]:
        inhoud.append(_staat_boven(blad, blad.catalogus.indicatoren[str(al)]))
    inhoud += [rij(blad, i, bril) for i in met]
    if zonder:
        inhoud.append(tegels(blad, zonder))
        if len(zonder) > OP_TELEFOON:
            inhoud.append(_nog_tegels(len(zonder) - OP_TELEFOON, t.naam))
    meer: list[Any] = [_meer(blad, id_, rest)] if rest else []
    if geen:
        meer.append(_niet_ingelezen(blad, t.naam, geen))
    inhoud.append(html.Div(meer, className="vraag-meer"))
    return html.Section(
        [html.H3(t.vraag), *inhoud], className="thema vraag", id=f"vraag-{id_}", tabIndex=-1
    )


def _nog_tegels(n: int, naam: str) -> html.Button:
    """On a phone the first figures of a question stand open; this shows the others."""
    return html.Button(
        [f"Nog {aantal(n, 'cijfer', 'cijfers')}", html.Span(f" {naam}", className="verborgen")],
        type="button",
        className="toon-tegels",
        **{"data-tegels": ""},
    )


def _meer(blad: Blad, id_: str, rest: list[Indicator]) -> html.Details:
    """The other figures of a question, with how many of them someone spoke about."""
    stemmen_ = {str(v.id): None for i in rest for _, v in blad.bij(i.id)}
    n = sum(bool(blad.bij(i.id)) for i in rest)
    bij = f", {n} met een verhaal" if n else ""
    return vouw(
        [
            f"Meer cijfers ({len(rest)}{bij})",
            html.Span(f" {blad.catalogus.themas[id_].naam}", className="verborgen"),
        ],
        f"meer|{id_}",
        "meer-cijfers",
        **{"data-cijfers": " ".join(i.id for i in rest), "data-verhalen": " ".join(stemmen_)},
    )


def tegels(blad: Blad, indicatoren: list[Indicator]) -> html.Div:
    """Figures without a story, side by side."""
    return html.Div(
        [
            html.Div(
                tellen.figuur(blad, i),
                className="tegel",
                id=f"cijfer-{i.id}",
                **{"data-cijfer": i.id},
            )
            for i in indicatoren
        ],
        className="tegels",
    )


def _staat_boven(blad: Blad, indicator: Indicator) -> html.P:
    return tekst(
        [sprong(indicator.naam, blad.adres(cijfer=indicator.id)),
         " staat bovenaan deze bladzijde."],
        "klein zacht staat-boven",
    )  # fmt: skip


def gesorteerd(
    blad: Blad, indicator: str, bril: Bril | None, eerst: Verhaal | None = None
) -> list[tuple[Koppeling, Verhaal]]:
    """The stories at a figure: the one that leads, then who the glasses ask for, then clashes."""
    rollen = bril.rollen if bril else ()
    return sorted(
        blad.bij(indicator),
        key=lambda p: (
            eerst is None or p[1].id != eerst.id,
            p[1].nu.rol not in rollen,
            p[0].houding != "klopt_niet",
        ),
    )


def rij(
    blad: Blad,
    indicator: Indicator,
    bril: Bril | None,
    eerst: Verhaal | None = None,
    kop_van: Any = html.H4,
) -> html.Div:
    """A figure and, on the same row, the stories that speak about it."""
    paren = gesorteerd(blad, indicator.id, bril, eerst)
    n = voluit(blad)
    return html.Div(
        [
            html.Div(tellen.figuur(blad, indicator, kop_van), className="rij-tellen"),
            html.Div(
                [
                    *stemmen(blad, paren[:n], eerst),
                    *_meer_stemmen(f"stemmen|{indicator.id}", [v for _, v in paren[n:]]),
                ],
                className="rij-vertellen",
            ),
        ],
        className="rij rij-met-verhaal",
        id=f"cijfer-{indicator.id}",
        tabIndex=-1,
        **{"data-cijfer": indicator.id},
    )


def voluit(blad: Blad) -> int:
    """How many stories stand open beside a figure: fewer where very many were told."""
    return VOLUIT if len(blad.verhalen) <= VEEL else 1


def stemmen(
    blad: Blad, paren: Iterable[tuple[Koppeling, Verhaal]], eerst: Verhaal | None = None
) -> list[Any]:
    """Stories at a figure: in full where they are at home, else a line that leads there."""
    return [
        vertellen.verhaal(blad, v, k)
        if blad.thuis(v) is k or (eerst is not None and v.id == eerst.id)
        else vertellen.verwijzing(blad, v, k)
        for k, v in paren
    ]


def _meer_stemmen(wat: str, verhalen: list[Verhaal]) -> list[Any]:
    if not verhalen:
        return []
    return [
        vouw(
            f"Nog {aantal(len(verhalen), 'verhaal', 'verhalen')}",
            wat,
            "meer-stemmen",
            **{"data-verhalen": " ".join(str(v.id) for v in verhalen)},
        )
    ]


def zonder_cijfer(blad: Blad, bril: Bril | None) -> html.Section | None:
    """Stories that are bound to no figure, or to none that is on the page, side by side."""
    los, zoek = _los(blad, bril), blad.ontheemd()
    if not los and not zoek:
        return None
    hoeveel = hoofdletter(aantal(len(los), "verhaal", "verhalen"))
    eerst = [
        html.H3("Wat ziet het cijfer niet?"),
        tekst(f"{hoeveel} waar geen cijfer bij hoort.", "niet-in-cijfers"),
        html.Div([vertellen.verhaal(blad, v) for v in los[:LOS_VOLUIT]], className="los"),
        *_meer_stemmen("los|", los[LOS_VOLUIT:]),
    ]
    return html.Section(
        [*(eerst if los else []), *(_ontheemd(blad, zoek) if zoek else [])],
        className="thema vraag-los",
        id="zonder-cijfer",
        tabIndex=-1,
    )


def _ontheemd(blad: Blad, zoek: list[tuple[Koppeling, Verhaal]]) -> list[Any]:
    """Stories whose figure went: a source that is not read in now, or another list of figures."""
    return [
        html.H3("Bij een cijfer dat hier nu niet is"),
        tekst("Het verhaal blijft staan, met wat het toen aanhaalde. Komt het cijfer terug, dan "
              "staat het er weer naast.", "niet-in-cijfers"),
        html.Div([vertellen.verhaal(blad, v, k) for k, v in zoek], className="los"),
    ]  # fmt: skip


def _los(blad: Blad, bril: Bril | None) -> list[Verhaal]:
    rollen = bril.rollen if bril else ()
    return sorted(blad.los(), key=lambda v: v.nu.rol not in rollen)


def gevouwen(blad: Blad, soort: str, naam: str, bril: Bril | None, eerst: Verhaal | None) -> Any:
    """What opens on demand: figures of a theme, more stories, or what a figure says.

    Raises:
        KeyError: when there is no such theme or figure.
    """
    if soort == "meer":
        _, meer, _ = verdeel(blad, blad.catalogus.per_thema()[naam], bril)
        met = [i for i in meer if blad.bij(i.id)]
        los = [i for i in meer if not blad.bij(i.id)]
        return [*(rij(blad, i, bril, eerst) for i in met), *([tegels(blad, los)] if los else [])]
    if soort == "stemmen":
        return html.Div(
            stemmen(blad, gesorteerd(blad, naam, bril, eerst)[voluit(blad) :]),
            className="rij-vertellen",
        )
    if soort == "los":
        rest_los = _los(blad, bril)[LOS_VOLUIT:]
        return html.Div([vertellen.verhaal(blad, v) for v in rest_los], className="los")
    return tellen.uitleg(blad, blad.catalogus.indicatoren[naam])


def bronnen_van(blad: Blad, indicatoren: Iterable[Indicator]) -> list[str]:
    """The names of the sources that have these figures."""
    cat = blad.catalogus
    return list(dict.fromkeys(b.naam for i in indicatoren for b in cat.bronnen_van(i.id)))


def _niet_ingelezen(blad: Blad, naam: str, geen: list[Indicator]) -> html.Details:
    return uitklap(
        [f"Niet ingelezen ({len(geen)})", html.Span(f" {naam}", className="verborgen")],
        tekst(
            f"{hoofdletter(opsomming([i.kort for i in geen], 99))}. "
            f"Deze staan in: {opsomming(bronnen_van(blad, geen), 99)}.",
            "niet-ingelezen",
        ),
        "meer-cijfers",
    )


def onbeantwoord(blad: Blad) -> html.Section | None:
    """Questions that no source here answers: named together, not hidden."""
    regels = []
    for id_, indicatoren in blad.catalogus.per_thema().items():
        if verdeel(blad, indicatoren, None)[0]:
            continue
        bronnen = bronnen_van(blad, indicatoren)
        is_ = "is" if len(bronnen) == 1 else "zijn"
        regels.append(
            html.Li(
                [
                    html.Strong(blad.catalogus.themas[id_].vraag),
                    html.P(f"Nog niet te zeggen: {opsomming(bronnen)} {is_} niet ingelezen.",
                           className="arcering"),
                ]
            )
        )  # fmt: skip
    if not regels:
        return None
    return html.Section(
        [html.H3("Vragen zonder antwoord"), html.Ul(regels, className="onbeantwoord")],
        className="thema vraag-leeg",
    )
