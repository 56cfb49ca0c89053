"""What Verkennen shows, as rows for a file and as the words around a picture of the map."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from dashboard import clusters, explore, exports, picture, presets, snapshot_map
from dashboard.context import Huis
from dashboard.explore import ASSEN, BOOM, NIVEAU, Keuze
from dashboard.exports import Kop, Regel, Uitvoer
from dashboard.panels import legenda
from dashboard.picture import VERSCHIL, Beeld
from dashboard.snapshot import Lezing
from dashboard.snapshot_compare import grenzen
from dashboard.snapshot_types import Gebied, Score, Waarde
from dashboard.words import HARD
from indicators import compare
from indicators.views import KLASSEN


def rijen(lezing: Lezing, keuze: Keuze, beeld: Beeld, er: Mapping[str, Any]) -> list[Regel]:
    """One row per area of the list (two for the 3x3: one per axis), in the order of names.

    Args:
        lezing: the publication.
        keuze: what is chosen.
        beeld: the choice worked out.
        er: the areas as columns (`picture.gebieden`).
    """
    namen = dict(zip(er["gebied"], er["naam"], strict=True))
    gemeenten = dict(zip(er["gebied"], er["gemeentenaam"], strict=True))
    if keuze.jaar is None:
        return []
    gebieden = [_gebied(c, keuze, namen[c], gemeenten[c]) for c in beeld.codes]
    if keuze.cijfer == NIVEAU:
        return _assen(lezing, keuze, beeld, gebieden)
    return _waarden(lezing, keuze, beeld, gebieden)


def _gebied(code: str, keuze: Keuze, naam: str, gemeente: str) -> Gebied:
    return Gebied(
        gebied=code, niveau=keuze.niveau, grensjaar=keuze.grensjaar, naam=naam, wijk=None,
        wijknaam=None, gemeente=None, gemeentenaam=gemeente, inwoners=None, woningen=None,
        wijziging=None, water=False, fictief=False,
    )  # fmt: skip


def _waarden(lezing: Lezing, keuze: Keuze, beeld: Beeld, gebieden: list[Gebied]) -> list[Regel]:
    cat, jaar = lezing.catalogus, keuze.jaar or 0
    indicator = cat.indicatoren[keuze.cijfer]
    k = snapshot_map.waarden_heel(lezing, keuze.cijfer, jaar, keuze.grensjaar, keuze.niveau)
    plek = {str(g): n for n, g in enumerate(k["gebied"].tolist())}
    uit: list[Regel] = []
    for n, g in enumerate(gebieden):
        p = plek.get(g.gebied)
        waarde, onder, boven = (
            (None,) * 3 if p is None else (_getal(k[v][p]) for v in ("waarde", "onder", "boven"))
        )
        w = Waarde(
            g.gebied, keuze.grensjaar, jaar, keuze.cijfer, waarde, onder, boven,
            "geen_bron" if p is None else str(k["ontbreekt_door"][p]) or None,
            "" if p is None else str(k["aard"][p]),
            p is not None and bool(k["voorlopig"][p]), "" if p is None else str(k["bron"][p]),
        )  # fmt: skip
        tekst = (
            beeld.soorten[int(beeld.soort[n])][1]
            if waarde is None
            else picture.schrijf(float(beeld.waarde[n]), indicator)
        )
        verschil = VERSCHIL[int(beeld.verschil[n])]
        naast = "" if waarde is None or not beeld.referentie.naam else (
            f"{compare.WOORDEN[verschil]} {beeld.referentie.naam}"
        )  # fmt: skip
        extra = "; ".join(s for s in (g.gemeentenaam or "", naast) if s)
        uit.append(exports.regel(w, g, cat, extra, tekst))
    return uit


def _getal(waarde: Any) -> float | None:
    getal = float(waarde)
    return None if np.isnan(getal) else getal


def _assen(lezing: Lezing, keuze: Keuze, beeld: Beeld, gebieden: list[Gebied]) -> list[Regel]:
    """Both axes of the 3x3: the score, and the class that the map shows."""
    assert beeld.assen is not None  # noqa: S101 - the 3x3 always has both axes
    weging = presets.kies(lezing.catalogus, BOOM, keuze.weging)
    uit: list[Regel] = []
    for nummer, as_ in enumerate(ASSEN):
        plaats = (keuze.jaar or 0, keuze.grensjaar, keuze.niveau)
        k = presets.scores(lezing, BOOM, as_, keuze.weging, *plaats)
        plek = {str(g): n for n, g in enumerate(k["gebied"].tolist())}
        rondom = clusters.per_gebied(lezing, keuze, as_)
        for n, g in enumerate(gebieden):
            p, klasse = plek.get(g.gebied), int(beeld.assen[n, nummer])
            score, onder, boven = (
                (None,) * 3 if p is None else (_getal(k[v][p]) for v in ("score", "onder", "boven"))
            )
            reden = "" if p is None else str(k["reden"][p])
            waarom = picture.REDENEN.get(reden, picture.TE_WEINIG)[1] if reden else (
                "niet ingelezen voor dit gebied"
            )  # fmt: skip
            s = Score(keuze.jaar or 0, BOOM, as_, score, onder, boven,
                      0.0 if p is None else float(k["dekking"][p]), reden or None)  # fmt: skip
            r = exports.scoreregel(s, g, lezing.catalogus, waarom)
            if weging:  # a row may be cut from its file, and then it still says what it is
                r = replace(
                    r, indicator=f"proef.{BOOM}.{as_}.{weging.id}", aard=presets.aard(weging),
                    cijfer=f"{r.cijfer}, {weging.naam.lower()}",
                )  # fmt: skip
            stand = KLASSEN[klasse] if klasse >= 0 else "nog niet te zeggen"
            delen = (
                g.gemeentenaam or "",
                f"klasse {stand}",
                r.toelichting,
                rondom.get(g.gebied, ""),
            )
            uit.append(replace(r, toelichting="; ".join(d for d in delen if d)))
    return uit


def kop(lezing: Lezing, keuze: Keuze, beeld: Beeld, regels: list[Regel]) -> Kop:
    """What stands in a file or picture of Verkennen: sources, publication, reference, limits."""
    titel = f"Verkennen: {legenda.titel(lezing, keuze)}{legenda.erbij(keuze)}"
    erbij = [legenda.grenzen(lezing, keuze)] if keuze.kaartjaar else []
    if keuze.cijfer == NIVEAU:
        boom = lezing.catalogus.bomen[BOOM]
        erbij.append(f"{exports.SCORE_AARD}, tegen {boom.referentie}")
    if beeld.referentie.naam:
        erbij.append(f"Vergeleken met {beeld.referentie.naam}.")
    uit = exports.kop(lezing, titel, regels, erbij)
    if keuze.cijfer != NIVEAU:
        return uit
    cat = lezing.catalogus
    delen = {d.indicator for a in ASSEN for d in cat.knoop(BOOM, a).delen}
    met = {d.indicator for d in lezing.dekking() if d.met_waarde}
    bronnen = {b.id: b for i in sorted(delen & met) for b in cat.bronnen_van(i)}
    paren = [(b.bronvermelding.removeprefix("Bron: "), b.licentie) for b in bronnen.values()]
    weging = presets.kies(cat, BOOM, keuze.weging)
    stempel = presets.stempel(cat, BOOM, weging) if weging else ()
    return replace(uit, bronnen=tuple(paren), stempel=stempel)


def vormen(lezing: Lezing, keuze: Keuze, codes: list[str]) -> dict[tuple[str, int], bytes]:
    """The outlines that the map draws, under the boundary year of the figures.

    An area whose border changed between the two years has none, as on the map.
    """
    if keuze.kaartjaar is None:
        return {}
    anders = set(snapshot_map.veranderd(lezing, keuze.kaartjaar, keuze.grensjaar))
    er = grenzen(lezing, [(c, keuze.kaartjaar) for c in codes if c not in anders])
    return {(code, keuze.grensjaar): vorm for (code, _), vorm in er.items()}


def bestand(huis: Huis, lezing: Lezing, zoek: str, eigen: list[str], soort: str, komma: bool) -> (
    Uitvoer
):  # fmt: skip
    """A file of what an address of Verkennen shows.

    Raises:
        KeyError: when there is no such kind of file.
        ValueError: in words, when the address asks for what is not there.
    """
    keuze, beeld = _beeld(huis, lezing, zoek, eigen)
    regels = rijen(lezing, keuze, beeld, _er(huis, lezing, keuze))
    codes, erbij = beeld.codes, ""
    if keuze.alleen:
        mijn = set(snapshot_map.binnen(lezing, eigen, keuze.niveau, keuze.grensjaar))
        if mijn:  # on a level without own areas the list has them all
            codes, alle = [c for c in codes if c in mijn], len(codes)
            regels = [r for r in regels if r.gebied in mijn]
            erbij = f"Alleen mijn gebieden: {len(codes)} van de {alle}."
    grens = vormen(lezing, keuze, codes) if soort == "geojson" else None
    kop_ = kop(lezing, keuze, beeld, regels)
    if erbij:
        kop_ = replace(kop_, opmerkingen=(erbij, *kop_.opmerkingen))
    return exports.maak(soort, regels, kop_, grenzen=grens, komma=komma)


def onderschrift(huis: Huis, lezing: Lezing, zoek: str, eigen: list[str]) -> dict[str, Any]:
    """The words that go into a picture of the map; colours and legend come from the screen.

    Raises:
        ValueError: in words, when the address asks for what is not there.
    """
    keuze, beeld = _beeld(huis, lezing, zoek, eigen)
    regels = rijen(lezing, keuze, beeld, _er(huis, lezing, keuze))
    kop_ = kop(lezing, keuze, beeld, regels)
    zinnen = legenda.zinnen(lezing, keuze, beeld, eigen)
    return {
        "titel": legenda.titel(lezing, keuze),
        "erbij": legenda.erbij(keuze),
        "zinnen": [z.replace(HARD, " ") for z in zinnen if z],
        "regels": kop_.regels(),
        "naam": exports.naam(kop_, "png"),
    }


def _beeld(huis: Huis, lezing: Lezing, zoek: str, eigen: list[str]) -> tuple[Keuze, Beeld]:
    keuze = explore.kies(lezing, explore.lees(zoek), eigen)
    if keuze.meldingen:  # what stands below on the page does not stand in a file
        zinnen = " ".join(keuze.meldingen).rstrip(".").split(". ")
        raise ValueError(". ".join(z for z in zinnen if not z.startswith("Hieronder")))
    return keuze, picture.beeld(huis.geheugen, lezing, keuze, eigen)


def _er(huis: Huis, lezing: Lezing, keuze: Keuze) -> dict[str, Any]:
    return picture.gebieden(huis.geheugen, lezing, keuze.niveau, keuze.grensjaar)
