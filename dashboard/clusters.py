"""Clusters in words: where an axis lies high (or low) in a buurt and those around it."""

from __future__ import annotations

from dashboard import snapshot_alike
from dashboard.explore import ASSEN, BOOM, NIVEAU, Keuze
from dashboard.snapshot import Lezing
from dashboard.words import opsomming

NAMEN = 5
"""Most names of buurten in one sentence."""
_HOE = {
    "hoog_bij_hoog": "in {wie} boven het gemiddelde, en in de buurten eromheen ook",
    "hoog_bij_laag": "in {wie} boven het gemiddelde, en eromheen juist eronder",
    "laag_bij_hoog": "in {wie} onder het gemiddelde, en eromheen juist erboven",
}
KORT = {
    "hoog_bij_hoog": "hier en eromheen boven het gemiddelde",
    "laag_bij_laag": "hier en eromheen onder het gemiddelde",
    "hoog_bij_laag": "hier boven het gemiddelde, eromheen eronder",
    "laag_bij_hoog": "hier onder het gemiddelde, eromheen erboven",
}
"""A class in a few words, for a row of a file."""
ZIN = {
    "hoog_bij_hoog": "hier en in de buurten eromheen ligt dit boven het gemiddelde: samen een plek "
    "waar het zich ophoopt, meer dan bij toeval",
    "laag_bij_laag": "hier en in de buurten eromheen ligt dit onder het gemiddelde, meer dan bij "
    "toeval",
    "hoog_bij_laag": "hier ligt dit boven het gemiddelde, in de buurten eromheen juist eronder",
    "laag_bij_hoog": "hier ligt dit onder het gemiddelde, in de buurten eromheen juist erboven",
    "geen": "er is geen patroon met de buurten eromheen dat duidelijker is dan toeval",
}
"""A class in a sentence about one axis of one buurt."""


def _er(lezing: Lezing, keuze: Keuze) -> list[tuple[str, str, str, str]]:
    """The published clusters of what the map shows: only of buurten, as they were published."""
    if keuze.cijfer != NIVEAU or keuze.niveau != "buurt" or keuze.weging or not keuze.jaar:
        return []
    jaar = keuze.jaar
    rijen: list[tuple[str, str, str, str]] = lezing.onthouden.haal(
        ("clusters", jaar), lambda: snapshot_alike.clusterkaart(lezing, BOOM, jaar)
    )
    return rijen


def zinnen(lezing: Lezing, keuze: Keuze) -> list[str]:
    """Per axis which buurten go together with those around them more than by chance."""
    alle, uit = _er(lezing, keuze), []
    for as_ in ASSEN:
        hier = [r for r in alle if r[0] == as_]
        if not hier:
            continue
        naam = lezing.catalogus.knoop(BOOM, as_).naam
        delen = []
        for klasse, vorm in _HOE.items():
            wie = [n for _, k, _, n in hier if k == klasse]
            if wie:
                delen.append(vorm.format(wie=opsomming(wie, NAMEN)))
        uit.append(
            f"{naam} ligt {'; '.join(delen)}: meer dan bij toeval."
            if delen
            else f"{naam} ligt nergens in een groep buurten samen duidelijk boven het gemiddelde."
        )
    return uit


def per_gebied(lezing: Lezing, keuze: Keuze, as_: str) -> dict[str, str]:
    """By code what an axis does here and around, in a few words; only where there is a cluster."""
    return {c: KORT[k] for a, k, c, _ in _er(lezing, keuze) if a == as_ and k in KORT}
