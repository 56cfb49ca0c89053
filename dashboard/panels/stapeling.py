"""Stapeling: which signals stand high together in an area, and where else; never people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from dash import html

from dashboard import alike, snapshot_method, snapshot_norm
from dashboard.context import Blad
from dashboard.panels.parts import laat, tabel, tekst, uitklap
from dashboard.snapshot import Lezing
from dashboard.snapshot_types import Gebied
from dashboard.words import MEERVOUD, aantal, getal, opsomming
from indicators import flags
from indicators.uses import Stapeling

GENOEG = 0.6
"""Share of the signals that makes a year good enough to be the newest one, as with a score."""
GEEN_MENSEN = (
    "Dit telt cijfers van een gebied, geen mensen: of het dezelfde huishoudens zijn, is hieruit "
    "niet te lezen."
)


@dataclass(frozen=True)
class Stapel:
    """The signals of one area: which stand high, which are not known, and the same elsewhere.

    `samen` counts the other areas of the gemeente per pair of signals, `bekend` those of which a
    signal is known; `evenveel` those with as many signals or more, of `uit`.
    """

    jaar: int
    hoog: tuple[str, ...]
    onbekend: tuple[str, ...]
    samen: pd.DataFrame
    bekend: dict[str, int]
    evenveel: int
    uit: int


def plek(blad: Blad, boom: str) -> html.Div | None:
    """Where it will come, when one comes near; None where this tree has none."""
    hoe = blad.catalogus.gebruik.stapeling
    if hoe is None or hoe.boom != boom or blad.buurt.gebied.niveau not in alike.NIVEAUS:
        return None
    return laat(f"stapeling|{boom}")


def stapel(blad: Blad, lezing: Lezing, hoe: Stapeling) -> Stapel | None:
    """The signals of an area in the year of which most is known; None where nothing can be said.

    None for other levels, few inhabitants, and where the border changed since.
    """
    g = blad.buurt.gebied
    jaar = _jaar(blad, hoe)
    if g.niveau not in alike.NIVEAUS or flags.klein(np.array([g.inwoners or 0]))[0]:
        return None
    if jaar is None or any(jaar < b <= g.grensjaar for b in blad.buurt.breuken):
        return None
    x, telt = lezing.per_gebied.haal(
        ("stapeling", g.gemeente, g.niveau, jaar), lambda: _gemeente(lezing, hoe, g, jaar)
    )
    if g.gebied not in x.index:
        return None
    grenzen = {s.naam: ("boven", hoe.boven) for s in hoe.signalen}
    eigen = x.loc[g.gebied]
    hoog = tuple(s for s in x.columns if eigen[s] > hoe.boven)
    ander = x[telt & (x.index != g.gebied)]
    rest = flags.stapel(ander, grenzen)
    return Stapel(
        jaar, hoog, tuple(s for s in x.columns if np.isnan(eigen[s])), rest.samen,
        {s.naam: int(ander[s.naam].notna().sum()) for s in hoe.signalen},
        int((rest.aantal >= len(hoog)).sum()), len(rest.aantal),
    )  # fmt: skip


def _jaar(blad: Blad, hoe: Stapeling) -> int | None:
    """The newest year of which enough signals are known, else the one of which most are."""
    bekend: dict[int, set[str]] = {}
    for b in blad.buurt.bijdragen:
        if b.boom == hoe.boom and b.genormaliseerd is not None:
            bekend.setdefault(b.jaar, set()).add(b.indicator)
    per = {j: sum(bool(er & set(s.een_van)) for s in hoe.signalen) for j, er in bekend.items()}
    genoeg = [j for j, n in per.items() if n >= GENOEG * len(hoe.signalen)]
    return max(genoeg, default=max((j for j, n in per.items() if n),
                                   key=lambda j: (per[j], j), default=None))  # fmt: skip


def _gemeente(
    lezing: Lezing, hoe: Stapeling, g: Gebied, jaar: int
) -> tuple[pd.DataFrame, np.ndarray]:
    """The signals of all areas of a gemeente, and which count: not those with many visitors."""
    rijen = snapshot_method.op_schaal(lezing, hoe.boom, g.gemeente or "", g.niveau, jaar)
    x = _signalen(rijen, hoe)
    return x, ~x.index.isin(snapshot_norm.veel_bezoekers(lezing, list(x.index)))


def _signalen(rijen: list[tuple[str, str, float]], hoe: Stapeling) -> pd.DataFrame:
    """Areas by signals on 0 to 100; a signal of more figures is the highest of them."""
    lang = pd.DataFrame(rijen, columns=["gebied", "indicator", "op"])
    breed = lang.pivot(index="gebied", columns="indicator", values="op")
    breed = breed.reindex(columns=[i for s in hoe.signalen for i in s.een_van])
    return pd.DataFrame({s.naam: breed[list(s.een_van)].max(axis=1) for s in hoe.signalen})


def stapeling(blad: Blad, lezing: Lezing, boom: str) -> html.Div | None:
    """Under a tree: the signals here in a sentence, how often they go together, and a table."""
    hoe = blad.catalogus.gebruik.stapeling
    if hoe is None or hoe.boom != boom:
        return None
    s = stapel(blad, lezing, hoe)
    if s is None:
        return None
    return html.Div(
        [
            html.H4("Wat komt hier samen?"),
            tekst(" ".join(zinnen(blad, hoe, s)), "niveau"),
            tekst(f"Over {s.jaar}. {GEEN_MENSEN}", "klein zacht"),
            uitklap(
                "Welke signalen, en waar ze samengaan",
                [tekst(hoe.reden, "klein"), _tabel(blad, hoe, s)],
            ),
        ],
        className="stapeling",
    )


def zinnen(blad: Blad, hoe: Stapeling, s: Stapel) -> list[str]:
    """How many signals stand high, which, what is not known, and how rare that is here."""
    n, er = len(hoe.signalen), len(s.hoog)
    bekend = n - len(s.onbekend)
    van = f"de {n} signalen" if not s.onbekend else f"de {bekend} signalen die bekend zijn"
    if bekend == 1:
        van = "het ene signaal dat bekend is"
    uit = [f"Van {van} staat er hier geen hoog." if not er else
           f"Van {van} {'staat er hier een' if er == 1 else f'staan er hier {er}'} hoog: "
           f"{opsomming(list(s.hoog), n)}."]  # fmt: skip
    if s.onbekend:
        uit.append(f"Niet bekend: {opsomming(list(s.onbekend), n)}.")
    if er > 1:
        meer = MEERVOUD[blad.buurt.gebied.niveau]
        hier = blad.buurt.gebied.gemeentenaam or "de gemeente"
        waar = f"van de {getal(s.uit)} andere {meer} in {hier}"
        uit.append(
            f"Voor zover bekend heeft geen {waar} er zoveel."
            if not s.evenveel
            else f"Voor zover bekend {'heeft' if s.evenveel == 1 else 'hebben'} "
            f"{getal(s.evenveel)} {waar} er zoveel of meer."
        )
    return uit


def _tabel(blad: Blad, hoe: Stapeling, s: Stapel) -> Any:
    een = blad.buurt.gebied.niveau
    meer = MEERVOUD[een]
    rijen = []
    samen, namen = s.samen.to_numpy(), [x.naam for x in hoe.signalen]
    for j, naam in enumerate(namen):
        hier = "hoog" if naam in s.hoog else "niet bekend" if naam in s.onbekend else "niet hoog"
        ander = np.where(np.arange(len(namen)) == j, 0, samen[j])
        vaak, van = int(ander.max()), s.bekend[naam]
        met = opsomming([k for k, v in zip(namen, ander, strict=True) if v == vaak], 3)
        rijen.append([
            naam, html.Span(hier, className="heel"),
            f"{getal(int(samen[j, j]))} van {getal(van)}" if van else "niet bekend",
            f"{met} ({aantal(vaak, een, meer)})" if vaak else "nergens" if van else "niet bekend",
        ])  # fmt: skip
    waar = blad.buurt.gebied.gemeentenaam or "de gemeente"
    return tabel(
        ["Signaal", "Hier", f"Hoog in zoveel andere {meer}", "Gaat daar het vaakst samen met"],
        rijen,
        f"Signalen in {blad.buurt.gebied.naam}, en in de {getal(s.uit)} andere {meer} van {waar} "
        "die meetellen",
        "smal",
    )
