"""Reading along while someone writes: words that may point at someone, and the text as it reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html

from dashboard import privacy
from dashboard.panels.parts import tekst
from dashboard.panels.vertellen import stand
from dashboard.snapshot import Lezing
from dashboard.snapshot_types import Buurt
from dashboard.stories import tokens
from dashboard.words import aantal, hoofdletter, opsomming
from indicators.catalogue import Catalogus


def meelezen(inhoud: str, lezing: Lezing, buurt: Buurt) -> list[Any]:
    """What to say beside a text that is being written; nothing for an empty one."""
    if not inhoud.strip():
        return []
    bekend = [buurt.gebied.naam, *lezing.namen_in(buurt.gebied.gemeente)]
    zonder = tokens.in_woorden(inhoud, [], lezing.catalogus)
    return [
        *_vondsten(privacy.vind(zonder[:20_000], bekend)),
        *_cijfers(inhoud, buurt, lezing.catalogus),
    ]


def lijst(vondsten: Sequence[privacy.Vondst]) -> html.Ul:
    """The words that were found, per kind, each with what one can do."""
    per: dict[str, list[str]] = {}
    for v in vondsten:
        per.setdefault(v.soort, []).append(v.woorden)
    return html.Ul(
        [
            html.Li(
                [
                    html.Strong(hoofdletter(soort)),
                    ": ",
                    *_gemarkeerd(list(dict.fromkeys(woorden))),
                    html.Span(f" {privacy.ADVIES[soort]}", className="zacht"),
                ]
            )
            for soort, woorden in per.items()
        ],
        className="vondsten",
    )


def _gemarkeerd(woorden: list[str]) -> list[Any]:
    uit: list[Any] = []
    for n, w in enumerate(woorden[:8]):
        uit += [", "] if n else []
        uit.append(html.Mark(w[:60]))
    return [*uit, "."] if len(woorden) <= 8 else [*uit, f" en nog {len(woorden) - 8}."]


def _vondsten(vondsten: Sequence[privacy.Vondst]) -> list[Any]:
    if not vondsten:
        return []
    return [
        html.Div(
            [
                html.H3(f"Kijk nog even naar {aantal(len(vondsten), 'plek', 'plekken')}"),
                tekst("Is hier iemand aan te herkennen? Jij weet het beter dan deze hulp; "
                      "bewaren kan altijd.", "klein zacht"),
                lijst(vondsten),
            ],
            className="privacyhulp",
        )
    ]  # fmt: skip


def _cijfers(inhoud: str, buurt: Buurt, cat: Catalogus) -> list[Any]:
    regels = []
    for indicator, jaar in tokens.getypt(inhoud, cat):
        w, i = buurt.waarden.get((indicator, jaar)), cat.indicatoren[indicator]
        if w is None:
            jaren = opsomming([str(x.jaar) for x in buurt.reeks(indicator)], 99)
            regels.append(html.Li(f"{i.kort}: geen cijfer over {jaar}; wel over {jaren}."))
            continue
        ref = buurt.referentiewaarden.get((indicator, jaar))
        naast = (
            f", {buurt.referentie.naam} {stand(i, ref.waarde, ref.ontbreekt_door, cat)}"
            if ref is not None and buurt.referentie is not None and i.telling != "aantal"
            else ""
        )
        waarde = stand(i, w.waarde, w.ontbreekt_door, cat)
        regels.append(
            html.Li(
                [
                    f"[[{i.kort}, {jaar}]] toont ",
                    html.Span(f"{waarde} ({jaar}{naast})", className="cijfer-in-zin"),
                ]
            )
        )
    if not regels:
        return []
    return [html.Div([html.H3("Cijfers in de tekst"), html.Ul(regels)], className="meelees-cijfer")]
