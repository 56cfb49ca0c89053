"""A trial of the Methode-atelier in words: its name, what was drawn, how sure, what changed."""

from __future__ import annotations

import numpy as np

from dashboard import picture, snapshot_method
from dashboard.snapshot import Lezing
from dashboard.trial import Instelling, Uitkomst
from dashboard.words import aantal, datum, getal, opsomming, zeker
from indicators import compare
from indicators.proef import INVOER, INVOER_COPELAND, RUIS, TREKKINGEN, UITLEG_METHODE, Proef
from indicators.proef_schaal import SCHALEN, UITLEG_SCHAAL
from indicators.views import KLASSEN
from indicators.weging import Intrekking, Weging

GEEN = ("geen_bron", "niet ingelezen voor dit gebied")
"""The pattern and words of a buurt that was not read in."""


def naam(i: Instelling) -> str:
    """What a setting is called: by the catalogue, by whoever saved it, or not at all."""
    if i.bewaard is not None:
        weg = " (ingetrokken)" if i.ingetrokken else ""
        return f"„{i.bewaard.naam}”, versie {i.bewaard.versie}{weg}"
    if i.standaard:
        return "standaardinstelling"
    return f"„{i.voorkeuze}”" if i.voorkeuze else "eigen instelling, niet bewaard"


def aard(i: Instelling) -> str:
    """What kind of figure a score of this setting is."""
    return "eigen indicatie op open data" if i.standaard else f"proef met {naam(i)}"


def waarom(reden: str) -> tuple[str, str]:
    """Pattern and words for a buurt without a score in a trial; `reden` is of the published one."""
    if reden == GEEN[0]:
        return GEEN
    return picture.REDENEN.get(reden, picture.TE_WEINIG)


def wie_wanneer(w: Weging) -> str:
    """Who saved a version, and when."""
    return f"door {w.door} op {datum(w.op)}, versie {w.versie}, met gegevens {w.publicatie}"


def weg_wie_waarom(weg: Intrekking) -> str:
    """Who withdrew a saved setting, when and why."""
    return f"door {weg.door} op {datum(weg.op)}: {weg.reden}"


def gemeente(lezing: Lezing, i: Instelling) -> str:
    """The name of the gemeente of a trial."""
    return dict(snapshot_method.gemeenten(lezing)).get(i.gemeente, i.gemeente)


def plekwoord(uit: Proef, k: int) -> str:
    """The places between which a buurt lay in nine of ten draws."""
    laag, hoog = (round(float(q)) for q in uit.rang[k])
    return str(laag) if laag == hoog else f"{laag} tot {hoog}"


def klassewoord(uit: Proef, k: int) -> str:
    """The likeliest class with its certainty in a word."""
    c = int(uit.klasse[k])
    return f"{zeker(float(uit.klasse_kans[k, c])) or 'onzeker, het dichtst bij'} {KLASSEN[c]}"


def naastwoord(kans: float) -> str:
    """A probability of lying higher, as words that "dan" can follow."""
    if np.isnan(kans):
        return ""
    zin = compare.in_woorden(kans, "")
    return "ongeveer gelijk" if zin.startswith("ongeveer") else zin.removesuffix(" dan ").strip()


def midden_van(i: Instelling, u: Uitkomst) -> str:
    """What the buurten are compared with, as it stands after "dan"."""
    return (
        "de helft van de gemeente" if i.methode == "copeland" else f"het midden van {u.referentie}"
    )


def negen_van_tien(uit: Proef, k: int) -> tuple[float, float]:
    """The scores between which a buurt lay in nine of ten draws."""
    laag, hoog = np.quantile(uit.trek[:, k], [0.05, 0.95])
    return float(laag), float(hoog)


def lager(u: Uitkomst, een: int, ander: int) -> str:
    """Whether one buurt really lies lower than another, in words."""
    kans = u.uit.kans_lager(een, ander)
    kant, hoe = ("lager", kans) if kans >= 0.5 else ("hoger", 1 - kans)
    woord = zeker(hoe)
    if not woord:
        return (
            f"Of {u.naam(een)} lager of hoger ligt dan {u.naam(ander)}, is met deze instelling "
            "niet te zeggen."
        )
    return f"{u.naam(een)} ligt {woord} {kant} dan {u.naam(ander)}."


def getrokken(u: Uitkomst, i: Instelling) -> str:
    """What is drawn at random, how often, and what is left as it is."""
    cellen = u.cijfers.cellen.van(u.hier[u.uit.rij])
    telt = np.array(i.gewicht) > 0
    weg = int((cellen.verborgen & telt).sum())
    los = [
        n for j, n in enumerate(u.as_.namen)
        if telt[j] and (~np.isnan(cellen.waarde[:, j]) & np.isnan(cellen.onder[:, j])).any()
    ]  # fmt: skip
    invoer = INVOER_COPELAND if i.methode == "copeland" else INVOER
    zin = (
        f"De uitkomst is {TREKKINGEN} keer bepaald. Elk gewicht lag daarbij hoogstens "
        f"{getal(100 * RUIS)} % hoger of lager, en elk cijfer ergens binnen zijn afronding (CBS "
        "rondt aantallen af op 5 of op 100 en percentages op hele procenten) of binnen de "
        f"marge die de bron noemt, in {invoer} verschillende trekkingen."
    )
    if weg:
        cijfers = aantal(
            weg, "cijfer dat de bron niet toont, lag", "cijfers die de bron niet toont, lagen"
        )
        zin += f" {cijfers[:1].upper()}{cijfers[1:]} ergens tussen de doelpalen."
    if los:
        zin += f" Van {opsomming(los)} is geen marge bekend; die bleven gelijk."
    return f"{zin} {VOORZICHTIGER}"


VOORZICHTIGER = (
    "Op de pagina van een buurt rekenen we voorzichtiger: daar mogen alle cijfers tegelijk aan "
    "dezelfde kant van hun marge liggen, en kan wat ontbreekt alles zijn. De zekerheid, en soms de "
    "klasse, is daar dus anders dan hier."
)
"""Why two pages say another certainty of one score."""


def zinnen(i: Instelling, u: Uitkomst) -> list[str]:
    """The outcome read out: how many, how many of each class surely, what changed, what differs."""
    n, uit = len(u.uit.rij), u.uit
    kans = uit.klasse_kans[np.arange(n), uit.klasse]
    vast = [int(((uit.klasse == c) & (kans >= 0.8)).sum()) for c in range(3)]
    zonder = sum(g == i.gemeente for g in u.cijfers.gemeenten) - n
    uitslag = (
        f"{aantal(n, 'buurt', 'buurten')} met een score over {u.cijfers.jaar}. Ten minste "
        f"waarschijnlijk hoog: {vast[2]}, midden: {vast[1]}, laag: {vast[0]}; van {n - sum(vast)} "
        "is de klasse onzeker."
    )
    if zonder:
        uitslag += (
            f" {aantal(zonder, 'buurt heeft', 'buurten hebben')} geen score; die zijn gearceerd."
        )
    return [uitslag, f"{veranderd(u)} {betrekkelijk(i, u)}".strip()]


def betrekkelijk(i: Instelling, u: Uitkomst) -> str:
    """What the classes mean where the scale looks at other areas; empty with fixed goalposts."""
    if i.methode != "copeland" and i.schaal == "doelpalen":
        return ""
    waar = "de andere buurten van de gemeente" if i.methode == "copeland" else u.referentie
    return (
        f"Laag, midden en hoog zeggen hier hoe een buurt ligt ten opzichte van {waar}, niet waar "
        "zij ligt op de vaste schaal; de klassen zijn dus niet dezelfde als die van de standaard."
    )


def veranderd(u: Uitkomst) -> str:
    """Which buurten come into another class than under the standard setting."""
    if u.gewoon is None:
        return ""
    oud = {int(r): int(c) for r, c in zip(u.gewoon.rij, u.gewoon.klasse, strict=True)}
    nieuw = {int(r): int(c) for r, c in zip(u.uit.rij, u.uit.klasse, strict=True)}
    beide = oud.keys() & nieuw.keys()
    delen = []
    for woord, er in (
        ("hogere", [r for r in beide if nieuw[r] > oud[r]]),
        ("lagere", [r for r in beide if nieuw[r] < oud[r]]),
    ):
        namen = sorted((u.cijfers.namen[u.hier[r]] for r in er), key=str.casefold)
        if namen:
            delen.append(f"{aantal(len(er), 'buurt komt', 'buurten komen')} in een {woord} klasse "
                         f"({opsomming(namen, 5)})")  # fmt: skip
    if weg := len(oud.keys() - nieuw.keys()):
        delen.append(f"{aantal(weg, 'buurt verliest', 'buurten verliezen')} de score")
    if not delen:
        return "Geen enkele buurt komt in een andere klasse dan in de standaard."
    return f"Vergeleken met de standaard: {opsomming(delen)}."


def referentie(i: Instelling, u: Uitkomst) -> str:
    """What another reference would change."""
    kop = f"Schaal: {SCHALEN[i.schaal]} ({UITLEG_SCHAAL[i.schaal]})."
    if not i.hangt_van_referentie:
        return (
            f"{kop} Een andere referentie verandert hier geen enkele score, alleen waarmee je "
            "vergelijkt."
        )
    return (
        f"{kop} De schaal is bepaald op {len(u.van)} buurten ({u.referentie}): kies je een andere "
        "referentie, dan veranderen de scores mee, ook als er in de buurt niets anders is."
    )


def methode(i: Instelling) -> str:
    """What the chosen mean does."""
    return UITLEG_METHODE[i.methode]
