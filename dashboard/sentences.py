"""Figures in plain Dutch: comparison, course, what is missing and why, where it came from."""

from __future__ import annotations

import numpy as np

from dashboard.snapshot_types import Bijdrage, Buurt, Opvolger, Publicatie, Score, Waarde
from dashboard.words import HARD, aantal, cijfer, datum, getal, opsomming
from indicators import aggregate, compare
from indicators.catalogue import Catalogus
from indicators.model import Indicator, Knoop
from indicators.origin import formule, kolomregel, niet_gezien, waarom_anders
from indicators.views import KLASSEN, klasse
from indicators.views import niveau as views_niveau

_VERLOOP: dict[compare.Verschil, str] = {
    "hoger": "gestegen sinds",
    "lager": "gedaald sinds",
    "ongeveer_gelijk": "ongeveer gelijk aan",
    "onbekend": "",
}
_VRIJWEL_ZEKER, _WAARSCHIJNLIJK = 0.9, 0.66


def is_telling(indicator: Indicator) -> bool:
    """Whether it counts heads, so that a bigger area always has more."""
    return indicator.telling == "aantal"


def _marge(w: Waarde) -> tuple[float | None, float | None]:
    return w.onder, w.boven


def kant(buurt: Buurt, w: Waarde) -> compare.Verschil:
    """On which side of its reference a figure lies."""
    ref = buurt.referentiewaarden.get((w.indicator, w.jaar))
    if ref is None:
        return "onbekend"
    return compare.verschil(w.waarde, _marge(w), ref.waarde, _marge(ref))


def vergelijking(buurt: Buurt, w: Waarde, indicator: Indicator) -> str:
    """The figure beside its reference, in words: `hoger dan Wierdestad (9,4 %)`.

    Figures that read the same are never called apart. Empty without a bigger area.
    """
    if buurt.referentie is None:
        return ""
    naam = buurt.referentie.naam
    ref = buurt.referentiewaarden.get((indicator.id, w.jaar))
    if ref is None or ref.waarde is None or w.waarde is None:
        return f"geen cijfer van {naam} over {w.jaar} om mee te vergelijken"
    if is_telling(indicator):
        return f"van de {cijfer(ref.waarde, indicator)} in {naam}"
    zijde = kant(buurt, w)
    if cijfer(ref.waarde, indicator) == cijfer(w.waarde, indicator):
        zijde = "ongeveer_gelijk"
    return f"{compare.WOORDEN[zijde]} {naam} ({cijfer(ref.waarde, indicator)})"


def verloop(buurt: Buurt, indicator: Indicator) -> str:
    """How the figure moved since the first comparable year; empty when there is nothing to say."""
    met = [w for w in buurt.reeks(indicator.id) if w.waarde is not None]
    if len(met) < 2:
        return ""
    breuk = max((b for b in buurt.breuken if met[0].jaar < b <= met[-1].jaar), default=None)
    sinds = [w for w in met if breuk is None or w.jaar >= breuk]
    voor = f"vanaf {breuk} een andere grens; " if breuk else ""
    if len(sinds) < 2:
        return voor.rstrip("; ")
    eerste, laatste = sinds[0], sinds[-1]
    verschil = compare.verschil(laatste.waarde, _marge(laatste), eerste.waarde, _marge(eerste))
    assert eerste.waarde is not None and laatste.waarde is not None  # noqa: S101 - chosen so
    if cijfer(eerste.waarde, indicator) == cijfer(laatste.waarde, indicator):
        verschil = "ongeveer_gelijk"
    return f"{voor}{_VERLOOP[verschil]} {eerste.jaar} ({cijfer(eerste.waarde, indicator)})"


def reeks_in_woorden(buurt: Buurt, indicator: Indicator, cat: Catalogus) -> str:
    """The whole series as one sentence, for who does not see the line."""
    delen = [
        f"{w.jaar} {cijfer(w.waarde, indicator)}"
        if w.waarde is not None
        else f"{w.jaar} {ontbreekt(w.ontbreekt_door, cat)}"
        for w in buurt.reeks(indicator.id)
    ]
    return f"Verloop van {indicator.naam}: " + "; ".join(delen) + "."


def ontbreekt(reden: str | None, cat: Catalogus) -> str:
    """The kind of missing in words."""
    woorden: dict[str, str] = {str(k): v for k, v in cat.woorden.ontbreekt_door.items()}
    return woorden.get(reden or "", "onbekend")


def nog_leeg(buurt: Buurt, w: Waarde, cat: Catalogus) -> str:
    """What newer years than the figure shown say: `2023 en 2024: nog niet gepubliceerd`."""
    redenen: dict[str, list[str]] = {}
    for x in buurt.reeks(w.indicator):
        if x.jaar > w.jaar and x.waarde is None:
            redenen.setdefault(ontbreekt(x.ontbreekt_door, cat), []).append(str(x.jaar))
    return "; ".join(f"{opsomming(jaren)}: {reden}" for reden, jaren in redenen.items())


def herkomst(
    buurt: Buurt, w: Waarde, indicator: Indicator, cat: Catalogus, publicatie: Publicatie
) -> str:
    """Where a figure came from, as one sentence to paste."""
    g = buurt.gebied
    stand = (
        cijfer(w.waarde, indicator) if w.waarde is not None else ontbreekt(w.ontbreekt_door, cat)
    )
    bron = cat.bronnen.get(w.bron)
    een = buurt.levering(w)
    leveringen = (
        [een] if een else [h for h in buurt.herkomst if h.bron == w.bron and h.jaar == w.jaar]
    )
    regel = kolomregel(cat, w.indicator, een.generatie) if een else None
    stukken = [
        f"{indicator.naam}, {g.naam} ({g.gebied}, indeling {w.grensjaar}), {w.jaar}: {stand}",
        bron.bronvermelding if bron else f"Bron: {w.bron}",
    ]
    wat = [
        f"bestand of tabel {h.bestand}, opgehaald op {datum(h.opgehaald_op)}, "
        f"licentie {h.licentie}, sha256 {h.sha256}"
        for h in leveringen
    ]
    if regel is not None:
        stukken.append(formule(regel, cat, een.generatie if een else ""))
        if regel.per is not None and (zin := _noemer(buurt, w, cat.indicatoren[regel.per])):
            stukken.append(zin)
    if een is not None and (zin := niet_gezien(cat, een.generatie)):
        stukken.append(zin)
    if wat:  # an older publication keeps no delivery per figure: with more than one, name them all
        stukken.append(("uit een van deze: " if len(wat) > 1 else "") + " of ".join(wat))
    stukken.append(
        f"publicatie {publicatie.publicatie} van {datum(publicatie.gemaakt_op)}"
        + (" (fictieve gemeente)" if publicatie.fictief else "")
    )
    if een is not None and not publicatie.fictief:
        wanneer = datum(een.opgehaald_op)
        anders = waarom_anders(regel, w.grensjaar, wanneer, indicator.decimalen)
        stukken[-1] += ". " + anders
    return ("; ".join(stukken) + ".").replace(HARD, " ")


def _noemer(buurt: Buurt, w: Waarde, noemer: Indicator) -> str:
    """What a rate was divided by: the figure and its file; empty when it is not known here."""
    deler = buurt.waarden.get((noemer.id, w.jaar))
    h = buurt.levering(deler) if deler is not None else None
    if deler is None or deler.waarde is None or h is None:
        return ""
    return f"gedeeld door {cijfer(deler.waarde, noemer)} ({h.bestand}, sha256 {h.sha256})"


def zekerheid(score: Score, knoop: Knoop) -> str:
    """The class of a score with its certainty in words; empty when there are no classes."""
    if score.score is None or knoop.klassen is None:
        return ""
    onder, boven = score.onder, score.boven
    k = klasse(
        np.array([score.score]),
        np.array([score.score if onder is None else onder]),
        np.array([score.score if boven is None else boven]),
        knoop.klassen,
    )
    kans, naam = float(k.kans[0, k.klasse[0]]), ("laag", "midden", "hoog")[int(k.klasse[0])]
    hoe = "vrijwel zeker" if kans >= _VRIJWEL_ZEKER else "waarschijnlijk"
    return f"{hoe if kans >= _WAARSCHIJNLIJK else 'misschien'} {naam}"


def geen_score(
    buurt: Buurt, score: Score | None, knoop: Knoop, bijdragen: list[Bijdrage], cat: Catalogus
) -> str:
    """Why there is no score, in plain words that name what is missing."""
    begin = "Nog niet te zeggen"
    reden = None if score is None else score.geen_score_reden
    if reden == aggregate.TE_KLEIN:
        hoeveel = aantal(int(buurt.gebied.inwoners or 0), "mens", "mensen")
        return (
            f"{begin}: hier wonen {hoeveel}. Onder {knoop.minimum_inwoners} inwoners rekenen we "
            "geen score: een paar mensen meer of minder zou alles veranderen."
        )
    if reden == aggregate.INWONERS_ONBEKEND:
        return f"{begin}: het aantal inwoners is niet bekend."
    if reden is None or reden == aggregate.BRON_ONTBREEKT:
        nodig = knoop.vereist_een_van or tuple(d.indicator for d in knoop.delen)
        namen = {b.naam: None for i in nodig for b in cat.bronnen_van(i)}
        return f"{begin}: bron {opsomming(list(namen))} ontbreekt."
    weg = [
        f"{cat.indicatoren[b.indicator].kort} ({ontbreekt(b.ontbreekt_door, cat)})"
        for b in bijdragen
        if b.ontbreekt_door is not None and b.indicator in cat.indicatoren
    ]
    if reden == aggregate.VEREIST_ONTBREEKT:
        een_van = [cat.indicatoren[i].kort for i in knoop.vereist_een_van]
        lijst = " of ".join(een_van) if len(een_van) < 3 else opsomming(een_van)
        return f"{begin}: {lijst} is nodig. Er ontbreekt: {opsomming(weg)}."
    bekend = getal(100 * (score.dekking if score else 0))
    return (
        f"{begin}: {bekend} % van wat meetelt is bekend, {getal(100 * knoop.dekking)} % is nodig. "
        f"Er ontbreekt: {opsomming(weg)}."
    )


def leeftijd(jaar: int, publicatiejaar: int | None) -> str:
    """How old a figure is when that matters: empty for this year's and last year's."""
    if publicatiejaar is None or publicatiejaar - jaar < 2:
        return ""
    return f"{publicatiejaar - jaar} jaar oud"


HEEL = 0.995
"""The share from which an area is said to have gone over whole."""


def waarvan(methode: str) -> str:
    """What a share of an area was counted in."""
    return {"oppervlakte": "de grond", "inwoners": "de inwoners"}.get(methode, "het gebied")


def deel_van(o: Opvolger) -> str:
    """How much of an older area went into this one: the share is of the older area.

    After a merge every older area went over whole; that says nothing of how much of the new one
    it makes up.
    """
    if o.aandeel >= HEEL:
        return f"dat er helemaal in opging, indeling {o.grensjaar_van}"
    return (
        f"{getal(100 * o.aandeel)} % van {waarvan(o.methode)} daarvan, indeling {o.grensjaar_van}"
    )


def niveau(blad_scores: dict[str, Score], knopen: tuple[Knoop, Knoop]) -> str:
    """The 3x3 in words, with its certainty; empty unless both axes have a score.

    Args:
        blad_scores: per node its newest score of the same year.
        knopen: the two axes.
    """
    scores = [blad_scores.get(k.id) for k in knopen]
    klassen = []
    for s, k in zip(scores, knopen, strict=True):
        if s is None or s.score is None or k.klassen is None:
            return ""
        onder, boven = (s.score if e is None else e for e in (s.onder, s.boven))
        score, laag, hoog = (np.array([x]) for x in (s.score, onder, boven))
        klassen.append(klasse(score, laag, hoog, k.klassen))
    samen, kans = views_niveau(*klassen)
    namen = [KLASSEN[int(samen[0]) // 3], KLASSEN[int(samen[0]) % 3]]
    zeker = float(kans[0])
    hoe = "vrijwel zeker" if zeker >= _VRIJWEL_ZEKER else "waarschijnlijk"
    woord = hoe if zeker >= _WAARSCHIJNLIJK else "misschien"
    een, twee = (f"{k.naam.lower()} {n}" for k, n in zip(knopen, namen, strict=True))
    return f"{een} en {twee}: {woord} (kans {getal(100 * zeker)} %)"
