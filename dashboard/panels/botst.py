"""Waar het botst in one area: each line says what there is to see, and links to doing something."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboard.context import Blad
from dashboard.panels.parts import sprong, tekst, uitklap
from dashboard.panels.vertellen import geciteerd, merkzin, woorden_van
from dashboard.stories import clash
from dashboard.stories.binding import TE_HERZIEN
from dashboard.stories.models import Koppeling, Merk, Verhaal
from dashboard.words import aantal, datum, eerste_woorden, hoofdletter, opsomming

Drie = tuple[Koppeling, Verhaal, Merk]


def botsing(blad: Blad) -> clash.Botsing:
    """What meets and clashes on this page."""
    kern = [
        i.id for i in blad.catalogus.indicatoren.values()
        if i.kern and (w := blad.buurt.nieuwste(i.id)) is not None and w.waarde is not None
    ]  # fmt: skip
    return clash.van(blad.verhalen, kern, blad.catalogus.woorden.rol)


def aandacht(blad: Blad) -> list[Any]:
    """What asks for attention: figures that were corrected, and quietly what is a year further."""
    open_: list[Drie] = [
        (k, v, m) for k, v in blad.koppelingen() for m in k.merken if m.afgehandeld_op is None
    ]
    herzien = [d for d in open_ if d[2].soort == TE_HERZIEN]
    nieuw = [d for d in open_ if d[2].soort != TE_HERZIEN]
    uit: list[Any] = []
    if herzien:
        uit.append(
            html.Section(
                [html.H2("Cijfer van toen is gecorrigeerd"), _merkregels(blad, herzien)],
                className="aandacht-vak aandacht-herzien",
            )
        )
    if nieuw:
        hoeveel = hoofdletter(aantal(len({v.id for _, v, _ in nieuw}), "verhaal", "verhalen"))
        uit.append(
            html.Section(
                [
                    html.H2("Er is een nieuw jaar: geldt dit nog?"),
                    uitklap(f"{hoeveel} over een eerder jaar", _merkregels(blad, nieuw)),
                ],
                className="aandacht-vak aandacht-jaar",
            )
        )
    return uit


def _merkregels(blad: Blad, drie: list[Drie]) -> html.Ul:
    regels = []
    for k, v, m in drie:
        zin, let_op = merkzin(blad, v, k, m)
        regels.append(
            html.Li(
                [
                    sprong(zin, blad.adres(verhaal=str(v.id))),
                    html.Span(f" {let_op}", className="let-op-zin") if let_op else None,
                ]
            )
        )
    return html.Ul(regels)


def paneel(blad: Blad) -> html.Section:
    """The list of one area. Without stories it says how to begin."""
    if not blad.verhalen:
        return _leeg(blad)
    b, regels = botsing(blad), []
    for soort, kop, inhoud in _regels(blad, b):
        regels.append(html.Li([html.H3(kop), *inhoud], className=f"bots-regel bots-{soort}"))
    return html.Section(
        [html.H2("Waar het botst", id="botst"), html.Ul(regels, className="bots-lijst")],
        className="botst-paneel",
    )  # fmt: skip


def _leeg(blad: Blad) -> html.Section:
    wacht = (
        [tekst(f"{hoofdletter(aantal(blad.wachtend, 'verhaal wacht', 'verhalen wachten'))} op de "
               "redacteur, omdat hier zo weinig mensen wonen.", "klein")]
        if blad.wachtend
        else []
    )  # fmt: skip
    return html.Section(
        [
            html.H2("Nog geen verhalen", id="botst"),
            tekst(
                "Hier staan alleen cijfers. Wat vertelt een bewoner, een huismeester of een "
                "wijkagent over dit gebied?"
            ),
            *wacht,
            html.P(sprong("Vertel het eerste verhaal", blad.adres(plek="vertel")))
            if blad.mag("vertellen")
            else None,
        ],
        className="botst-paneel botst-leeg",
    )  # fmt: skip


def _regels(blad: Blad, b: clash.Botsing) -> list[tuple[str, str, list[Any]]]:
    """Kind, heading and content of each line that has something to say."""
    uit: list[tuple[str, str, list[Any]]] = []
    if b.tegen:
        n = len(b.tegen)
        kop = "1 verhaal spreekt een cijfer tegen" if n == 1 else f"{n} keer klopt het cijfer niet"
        uit.append(("tegen", kop, [_paren(blad, b.tegen)]))
    else:
        uit.append(("rust", "Geen verhaal spreekt een cijfer tegen", []))
    if b.oneens:
        uit.append(("oneens", "Vertellers zijn het niet eens over", [_cijfers(blad, b.oneens)]))
    if b.eens:
        uit.append(("eens", "Wie uit verschillende rollen hetzelfde zegt", [_eens(blad, b)]))
    if b.niet_gehoord:
        uit.append(("rollen", "Nog niet gehoord", [_rollen(blad, b.niet_gehoord)]))
    if b.zonder_verhaal:
        kop = f"{hoofdletter(aantal(len(b.zonder_verhaal), 'cijfer', 'cijfers'))} zonder verhaal"
        uit.append(("cijfers", kop, [_cijfers(blad, b.zonder_verhaal, vertel=True)]))
    if b.zonder_cijfer:
        n = len(b.zonder_cijfer)
        kop = f"{hoofdletter(aantal(n, 'verhaal', 'verhalen'))} zonder cijfer"
        uit.append(("verhalen", kop, [_los(blad, b)]))
    if b.oudste is not None:
        uit.append(("oudste", "Oudste verhaal", [_oudste(blad, b.oudste)]))
    return uit


def _paren(blad: Blad, paren: tuple[clash.Paar, ...]) -> html.Ul:
    cat = blad.catalogus
    regels = []
    for k, v in paren[:4]:
        indicator = cat.indicatoren.get(k.indicator)
        rol = cat.woorden.rol.get(v.nu.rol, v.nu.rol)
        regels.append(
            html.Li(
                [
                    sprong(
                        indicator.naam if indicator else k.indicator,
                        blad.adres(cijfer=k.indicator,
                                      verhaal=str(v.id)),
                    ),
                    html.Span(f" {geciteerd(cat, k)}. ", className="zacht"),
                    html.Span(f"{hoofdletter(rol)}: ", className="rol"),
                    html.Q(eerste_woorden(woorden_van(v, cat), 80)),
                ]
            )
        )  # fmt: skip
    if len(paren) > 4:
        regels.append(html.Li(f"En nog {len(paren) - 4}; ze staan bij hun cijfer.",
                              className="zacht"))  # fmt: skip
    return html.Ul(regels)


def _cijfers(blad: Blad, ids: tuple[str, ...], vertel: bool = False) -> html.P:
    """Names of figures, each a link to it, or to telling something about it."""
    stukken: list[Any] = []
    vertel = vertel and blad.mag("vertellen")
    for i in ids[:12]:
        indicator = blad.catalogus.indicatoren.get(i)
        naam = indicator.kort if indicator else i
        plek = "vertel" if vertel else ""
        stukken += [", "] if stukken else []
        stukken.append(
            sprong(naam, blad.adres(cijfer=i, plek=plek),
                   **({"title": f"Vertel iets bij: {naam}"} if vertel else {}))
        )  # fmt: skip
    meer = f" en nog {len(ids) - 12}." if len(ids) > 12 else "."
    return html.P([*stukken, meer])


def _eens(blad: Blad, b: clash.Botsing) -> html.Ul:
    cat = blad.catalogus
    regels = []
    for e in b.eens[:4]:
        indicator = cat.indicatoren.get(e.indicator)
        rollen = opsomming([cat.woorden.rol.get(r, r) for r in e.rollen])
        houding = cat.woorden.houding.get(e.houding, e.houding)
        regels.append(
            html.Li(
                [
                    sprong(indicator.naam if indicator else e.indicator,
                           blad.adres(cijfer=e.indicator)),
                    f": {houding}, zeggen {rollen}.",
                ]
            )
        )  # fmt: skip
    return html.Ul(regels)


def _rollen(blad: Blad, rollen: tuple[str, ...]) -> html.P:
    namen = opsomming([blad.catalogus.woorden.rol.get(r, r) for r in rollen], 99)
    vraag = sprong("Vraag het en schrijf het op", blad.adres(plek="vertel"))
    return html.P([f"{hoofdletter(namen)}. ", vraag if blad.mag("vertellen") else None])


def _los(blad: Blad, b: clash.Botsing) -> html.P:
    lees = sprong("Lees wat het cijfer niet ziet", blad.adres(plek="zonder-cijfer"))
    eerste = next((v for v in b.zonder_cijfer if blad.mag("koppelen", v)), None)
    if eerste is None:
        return html.P([lees, "."])
    koppel = blad.adres(verhaal=str(eerste.id), doe="koppelen", plek="vertel")
    return html.P([lees, ", of ", sprong("koppel het nieuwste", koppel), "."])


def _oudste(blad: Blad, v: Verhaal) -> html.P:
    return html.P(
        [
            f"Van {datum(clash.wanneer(v))}: ",
            sprong(f"„{eerste_woorden(woorden_van(v, blad.catalogus), 60)}”",
                   blad.adres(verhaal=str(v.id))),
            " Geldt het nog?",
        ]
    )  # fmt: skip
