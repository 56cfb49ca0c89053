"""Stories in short, for where several areas stand side by side: who, which stance, a few words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html

from dashboard import address
from dashboard.panels.parts import sprong, uitklap
from dashboard.panels.vertellen import woorden_van
from dashboard.stories.models import Koppeling, Verhaal
from dashboard.words import datum, eerste_woorden, hoofdletter
from indicators.catalogue import Catalogus

Paar = tuple[Koppeling | None, Verhaal]
EERST, WOORDEN = 1, 150


def kort(
    paren: Sequence[Paar] | Sequence[tuple[Koppeling, Verhaal]], cat: Catalogus,
    waarvan: dict[str, str] | None = None, eerst: int = EERST,
) -> list[Any]:  # fmt: skip
    """The first stories, and the others behind `meer`; clashing ones come first.

    Args:
        paren: stories, each with its binding to the figure it stands at.
        cat: the words for roles and stances.
        waarvan: names of areas to say which one a story is about; none to leave that out.
        eerst: how many stand open.
    """
    rij = sorted(paren, key=lambda p: p[0] is None or p[0].houding != "klopt_niet")
    uit: list[Any] = [_een(k, v, cat, waarvan) for k, v in rij[:eerst]]
    if len(rij) > eerst:
        uit.append(
            uitklap(
                f"Meer ({len(rij) - eerst})", [_een(k, v, cat, waarvan) for k, v in rij[eerst:]]
            )
        )
    return uit


def _een(k: Koppeling | None, v: Verhaal, cat: Catalogus, waarvan: dict[str, str] | None) -> Any:
    rol = hoofdletter(cat.woorden.rol.get(v.nu.rol, v.nu.rol))
    houding = cat.woorden.houding.get(k.houding, k.houding) if k else None
    waar = (waarvan or {}).get(v.gebied)
    return html.Article(
        [
            html.P(
                [
                    html.Span(rol, className="rol"),
                    html.Span(houding, className="houding") if houding else None,
                ],
                className="verteller",
            ),
            html.Blockquote(html.P(eerste_woorden(woorden_van(v, cat), WOORDEN))),
            html.P(
                [
                    f"{waar}, " if waar else "",
                    datum(v.nu.opgehaald_op) if v.nu.opgehaald_op else datum(v.nu.op),
                    ". ",
                    sprong(
                        [
                            "Lees het verhaal",
                            html.Span(f" van {rol.lower()}", className="verborgen"),
                        ],
                        address.buurt(v.gebied, verhaal=str(v.id)),
                    ),
                ],
                className="afkomst",
            ),
        ],
        className="stem-kort" + (f" stem-{k.houding}" if k else ""),
        **{"aria-label": f"Verhaal van {rol.lower()}"},
    )
