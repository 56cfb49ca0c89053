"""Vertellen: a story with its voice, its bond to a figure, its marks and its history."""

from __future__ import annotations

import difflib
from typing import Any

from dash import html

from dashboard import sentences
from dashboard.context import Blad
from dashboard.panels.foto import fotos
from dashboard.panels.parts import label, sprong, tekst, uitklap
from dashboard.stories import reading, tokens
from dashboard.stories.binding import TE_HERZIEN
from dashboard.stories.models import Koppeling, Merk, Revisie, Verhaal
from dashboard.words import aantal, cijfer, datum, eerste_woorden, hoofdletter, tijdstip
from indicators.catalogue import Catalogus
from indicators.model import Indicator


def verhaal(blad: Blad, v: Verhaal, koppeling: Koppeling | None = None) -> html.Article:
    """A story, at the figure it speaks about (`koppeling`) or on its own."""
    botst = koppeling is not None and koppeling.houding == "klopt_niet"
    rol = hoofdletter(blad.catalogus.woorden.rol.get(v.nu.rol, v.nu.rol))
    kop: list[Any] = [
        html.Span(rol, className="rol"),
        html.Span(_wanneer(v.nu), className="wanneer"),
    ]
    merken = _merken(blad, v, koppeling) if koppeling else []
    return html.Article(
        [
            _verbinding(blad.catalogus, koppeling),
            html.Div(
                [
                    html.P(kop, className="verteller"),
                    html.Blockquote([html.P(a) for a in alineas(v, blad.catalogus)]),
                    *fotos(blad.fotos.get(v.id, ())),
                    _afkomst(blad, v, koppeling),
                    *(html.P(r, className="afkomst") for r in blad.gehoord.get(v.id, ())),
                    *merken,
                    _onder(blad, v),
                ],
                className="verhaal-inhoud",
            ),
        ],
        className="verhaal"
        + (" verhaal-botst" if botst else "")
        + ("" if koppeling else " verhaal-los"),
        tabIndex=-1,
        **{"data-verhaal": str(v.id), "aria-label": f"Verhaal van {rol.lower()}"},
    )


def verwijzing(blad: Blad, v: Verhaal, koppeling: Koppeling) -> html.Div:
    """A short line for a story that is told in full at another figure, with its own marks."""
    return html.Div(
        [
            html.P(
                [
                    html.Span(
                        blad.catalogus.woorden.houding.get(koppeling.houding, koppeling.houding)
                        + ": ",
                        className="houding-kort",
                    ),
                    sprong(
                        f"„{eerste_woorden(woorden_van(v, blad.catalogus), 60)}”",
                        blad.adres(verhaal=str(v.id)),
                    ),
                ],
                className="verwijzing",
            ),
            *_merken(blad, v, koppeling),
        ]
    )


def alineas(v: Verhaal, cat: Catalogus) -> list[list[Any]]:
    """The paragraphs of a story; figures in it stand out, as quoted."""

    def deel(stuk: str | tokens.Token) -> Any:
        if isinstance(stuk, str):
            return stuk
        woorden = tokens.woorden(stuk, v.koppelingen_ooit, cat)
        return html.Span(woorden, className="cijfer-in-zin")

    regels = (a.strip() for a in v.nu.tekst.split("\n"))
    return [[deel(s) for s in tokens.stukken(regel)] for regel in regels if regel]


def woorden_van(v: Verhaal, cat: Catalogus) -> str:
    """A story as plain words, its figures as quoted."""
    return tokens.in_woorden(v.nu.tekst, v.koppelingen_ooit, cat)


def gekoppeld_door(k: Koppeling) -> str:
    """Who bound it, and when: the signature under an interpretation."""
    return f"gekoppeld door {k.gekoppeld_door}, {datum(k.op)}"


def _wanneer(r: Revisie) -> str:
    return datum(r.opgehaald_op) if r.opgehaald_op else datum(r.op)


def _verbinding(cat: Catalogus, k: Koppeling | None) -> html.Div | None:
    """The line between figure and story, with its stance in words; broken where they clash."""
    if k is None:
        return None
    woorden = cat.woorden.houding.get(k.houding, k.houding)
    return html.Div(
        [
            html.Span(className="draad", **{"aria-hidden": "true"}),
            html.Span(woorden, className="houding"),
            html.Span(geciteerd(cat, k), className="geciteerd"),
        ],
        className=f"verbinding verbinding-{k.houding}",
    )


def _afkomst(blad: Blad, v: Verhaal, k: Koppeling | None = None) -> html.P | None:
    """Where else it comes from: another area, how it was collected, what kind of story."""
    r, g = v.nu, blad.buurt.gebied
    stukken: list[str] = []
    if v.gebied != g.gebied:
        naam = next((o.naam_van for o in blad.buurt.voorgangers if o.van == v.gebied), None)
        stukken.append(f"verteld over {naam or v.gebied} ({v.gebied}, indeling {v.grensjaar})")
    stukken.append(blad.catalogus.woorden.soort.get(r.soort, r.soort))
    if r.richting:
        stukken.append(blad.catalogus.woorden.richting.get(r.richting, r.richting))
    if r.perspectief and r.perspectief != r.rol:
        rol = blad.catalogus.woorden.rol.get(r.perspectief, r.perspectief)
        stukken.append(f"vanuit: {rol}")
    stukken += [s for s in (r.opgehaald_hoe, r.bron) if s]
    if k is not None:
        stukken.append(gekoppeld_door(k))
    return html.P(" · ".join(stukken), className="afkomst")


def _onder(blad: Blad, v: Verhaal) -> html.Div:
    stukken: list[Any] = []
    if v.nu.status == "concept":
        woord = reading.laatste_woord(v)
        stukken.append(
            label(f"teruggegeven: {woord.reden}", "label-terug")
            if woord is not None and woord.reden
            else label("nog niet nagelezen")
        )
    if blad.mag("herzien", v):
        herzie = blad.adres(verhaal=str(v.id), doe="herzien", plek="vertel")
        stukken.append(sprong("Herzien", herzie, "actie"))
    if blad.mag("koppelen", v):
        naam = "Koppel aan een cijfer" if not v.koppelingen else "Koppeling"
        koppel = blad.adres(verhaal=str(v.id), doe="koppelen", plek="vertel")
        stukken.append(sprong(naam, koppel, "actie"))
    stukken.append(geschiedenis(v, blad.catalogus))
    return html.Div(stukken, className="verhaal-onder")


def geciteerd(cat: Catalogus, k: Koppeling) -> str:
    """The figure as it was quoted when the story was bound."""
    indicator = cat.indicatoren.get(k.indicator)
    if indicator is None:
        return f"bij een cijfer dat niet meer bestaat ({k.indicator}), over {k.jaar}"
    return f"bij {stand(indicator, k.waarde, k.ontbreekt_door, cat)} over {k.jaar}"


def stand(
    indicator: Indicator, waarde: float | None, ontbreekt_door: str | None, cat: Catalogus
) -> str:
    """A figure, or why there is none, in words."""
    if waarde is None:
        return sentences.ontbreekt(ontbreekt_door, cat)
    return cijfer(waarde, indicator)


def _merken(blad: Blad, v: Verhaal, k: Koppeling) -> list[html.Div]:
    """The marks of a binding that nobody has put away yet, the urgent ones first."""
    open_ = [m for m in k.merken if m.afgehandeld_op is None]
    return [_merk(blad, v, k, m) for m in sorted(open_, key=lambda m: m.soort != TE_HERZIEN)]


def merkzin(blad: Blad, v: Verhaal, k: Koppeling, m: Merk) -> tuple[str, str]:
    """What a mark says, and what to look at in the sentence; the second may be empty."""
    cat = blad.catalogus
    indicator = cat.indicatoren.get(k.indicator)
    if indicator is None:  # the list of figures changed since the mark was put
        return f"{k.indicator}, {m.toen_jaar}: dit cijfer bestaat niet meer.", ""
    toen = stand(indicator, m.toen, k.ontbreekt_door, cat)
    nu = stand(indicator, m.nu, m.nu_ontbreekt, cat)
    wat = f" {hoofdletter(m.wat)}." if m.wat else ""
    if m.soort == TE_HERZIEN:
        anders = "" if (toen, m.oorzaak) == (nu, m.oorzaak) else f": was {toen}, is nu {nu}"
        return f"{indicator.naam}, {m.toen_jaar}{anders}.{wat}", ""
    ref = blad.buurt.referentiewaarden.get((k.indicator, m.nu_jaar))
    let_op = tokens.waarschuwing(
        v.nu.tekst, indicator, m.toen, m.nu, len(v.koppelingen) == 1, ref.waarde if ref else None
    )
    zin = f"{indicator.naam}: {toen} in {m.toen_jaar}, {nu} in {m.nu_jaar}"
    return f"{zin}{_richting(indicator, m)}.{wat}", let_op


def _merk(blad: Blad, v: Verhaal, k: Koppeling, m: Merk) -> html.Div:
    """A mark: urgent when the figure of then was corrected, quiet for a new year."""
    zin, let_op = merkzin(blad, v, k, m)
    if m.soort == TE_HERZIEN:
        kop, klas = "Cijfer van toen is gecorrigeerd", "merk merk-herzien"
        knop = "Gezien, het verhaal blijft zo"
    else:
        kop, klas = "Er is een nieuw jaar: geldt dit nog?", "merk merk-jaar"
        knop = "Ja, dit geldt nog"
    herzie = blad.adres(verhaal=str(v.id), doe="herzien", plek="vertel")
    return html.Div(
        [
            html.P([html.Strong(kop), html.Span(f" {zin}")]),
            html.P(let_op, className="let-op-zin") if let_op else None,
            html.Div(
                [
                    html.Button(
                        knop, type="button", className="knop knop-klein",
                        id={"type": "merk", "id": m.id},
                    ),
                    sprong("Herzie het verhaal", herzie, "actie"),
                ],
                className="knoppen",
            )
            if blad.mag("koppelen", v)
            else None,
        ],
        className=klas,
    )  # fmt: skip


def _richting(indicator: Indicator, m: Merk) -> str:
    if m.toen is None or m.nu is None:
        return ""
    kant = tokens.beweging(m.nu, m.toen, indicator)
    return {"omhoog": ", gestegen", "omlaag": ", gedaald", "gelijk": ", gelijk gebleven"}[kant]


def geschiedenis(v: Verhaal, cat: Catalogus) -> html.Details | None:
    """All revisions, newest first, each with its difference from the one before."""
    if len(v.revisies) < 2:
        return None
    vorige = [None, *v.revisies[:-1]]
    paren = list(zip(v.revisies, vorige, strict=True))

    def zeg(inhoud: str) -> str:
        return tokens.in_woorden(inhoud, v.koppelingen_ooit, cat)

    return uitklap(
        f"Geschiedenis ({aantal(len(v.revisies), 'revisie', 'revisies')})",
        html.Ol(
            [
                html.Li(
                    [
                        html.P(
                            f"Revisie {r.nummer}, {tijdstip(r.op)}, door {r.door}",
                            className="revisie-kop",
                        ),
                        html.P(
                            verschil(zeg(v_.tekst), zeg(r.tekst)) if v_ else zeg(r.tekst),
                            className="revisie",
                        ),
                        *_anders(v_, r, cat),
                    ]
                )
                for r, v_ in reversed(paren)
            ],
            className="revisies",
            reversed=True,
        ),
    )


def _anders(oud: Revisie | None, nieuw: Revisie, cat: Catalogus) -> list[Any]:
    """What else a revision changed, besides the words."""
    if oud is None:
        return []
    w = cat.woorden
    geen: dict[str, str] = {}
    velden: tuple[tuple[str, str | None, str | None, dict[str, str]], ...] = (
        ("verteller", oud.rol, nieuw.rol, w.rol),
        ("soort", oud.soort, nieuw.soort, w.soort),
        ("richting", oud.richting, nieuw.richting, w.richting),
        ("vanuit", oud.perspectief, nieuw.perspectief, w.rol),
        ("hoe opgehaald", oud.opgehaald_hoe, nieuw.opgehaald_hoe, geen),
        ("opgehaald", _dag(oud), _dag(nieuw), geen),
        ("bron", oud.bron, nieuw.bron, geen),
        ("toestemming", _ja_nee(oud.toestemming), _ja_nee(nieuw.toestemming), geen),
        ("niemand te herkennen", _ja_nee(oud.anoniem), _ja_nee(nieuw.anoniem), geen),
        ("status", oud.status, nieuw.status, w.status),
    )
    regels = [
        (naam, woorden.get(a or "", a or "niets"), woorden.get(b or "", b or "niets"))
        for naam, a, b, woorden in velden
        if a != b
    ]
    return [tekst(f"{naam}: van {a} naar {b}", "revisie-kop") for naam, a, b in regels]


def _dag(r: Revisie) -> str:
    return datum(r.opgehaald_op) if r.opgehaald_op else ""


def _ja_nee(ja: bool) -> str:
    return "ja" if ja else "nee"


def verschil(oud: str, nieuw: str) -> list[Any]:
    """The difference of two texts by word: what went is struck, what came is marked."""
    a, b = oud.split(), nieuw.split()
    uit: list[Any] = []
    for wat, i1, i2, j1, j2 in difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if wat == "equal":
            uit.append(" ".join(a[i1:i2]) + " ")
            continue
        if i2 > i1:
            uit += [html.Del(" ".join(a[i1:i2])), " "]
        if j2 > j1:
            uit += [html.Ins(" ".join(b[j1:j2])), " "]
    return uit
