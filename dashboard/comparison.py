"""Areas side by side: which ones, in which year, and how they differ, in words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from dashboard import own_area_figures, own_areas, sentences
from dashboard.context import Blad, Huis, kleine_buurten, maak_blad
from dashboard.own_area_figures import Eigen
from dashboard.snapshot import GebiedOnbekend, Lezing
from dashboard.snapshot_types import Waarde
from dashboard.words import aantal, cijfer, opsomming
from indicators import compare, own_area, regions
from indicators.catalogue import Catalogus
from indicators.model import Indicator

MEESTE, MINST = 6, 2
_SOORTEN: tuple[compare.Verschil, ...] = ("hoger", "ongeveer_gelijk", "lager", "onbekend")
_KORT = {
    "aantal": {"hoger": "Meer", "lager": "Minder", "ongeveer_gelijk": "Ongeveer evenveel",
               "onbekend": "Geen cijfer"},
    "anders": {"hoger": "Hoger", "lager": "Lager", "ongeveer_gelijk": "Ongeveer gelijk",
               "onbekend": "Geen cijfer"},
}  # fmt: skip
_DAN = {
    "hoger": "meer dan", "lager": "minder dan", "ongeveer_gelijk": "ongeveer evenveel als",
    "onbekend": "niet te vergelijken met",
}  # fmt: skip
NIET_TE_REKENEN = {
    "gemiddelde": "Niet op te tellen: het gemiddelde van buurten is niet het gemiddelde van het "
    "geheel.",
    "geen_noemer": "Niet te herrekenen: waarvan dit een deel is, is niet als aantal gepubliceerd.",
}
"""Why a figure is left out for an area of one's own."""


@dataclass(frozen=True)
class Kolom:
    """One of the areas side by side: an area of the publication, or one of one's own."""

    sleutel: str
    blad: Blad
    eigen: Eigen | None = None

    @property
    def naam(self) -> str:
        """Its name."""
        return self.blad.buurt.gebied.naam

    @property
    def waarvan(self) -> dict[str, str]:
        """Names of the areas that its stories can be about, other than itself."""
        if self.eigen:
            return self.eigen.namen
        return {
            o.van: f"verteld over {o.naam_van or o.van} (indeling {o.grensjaar_van})"
            for o in self.blad.buurt.voorgangers
        }

    def waarde(self, indicator: str, jaar: int) -> Waarde | None:
        """Its figure about a year."""
        return self.blad.buurt.waarden.get((indicator, jaar))

    def telling(self, indicator: str, jaar: int) -> tuple[int, int] | None:
        """For an area of one's own: how many buurten had the figure, of how many."""
        return self.eigen.telling.get((indicator, jaar)) if self.eigen else None


@dataclass(frozen=True)
class Keuze:
    """What an address asks to see side by side, and what could not be had."""

    kolommen: tuple[Kolom, ...]
    onbekend: tuple[str, ...] = ()
    te_veel: tuple[str, ...] = ()

    @property
    def sleutels(self) -> tuple[str, ...]:
        """The areas that are shown, as they are named in an address."""
        return tuple(k.sleutel for k in self.kolommen)


def sleutels(tekst: str | None) -> list[str]:
    """The areas that an address names, each once."""
    uit: dict[str, None] = {}
    for stuk in re.split(r"[,;|\s]+", tekst or ""):
        if stuk:
            eigen = stuk.lower().startswith(own_areas.VOOR)
            uit[stuk.lower() if eigen else regions.schoon(stuk)] = None
    return list(uit)


def kies(huis: Huis, lezing: Lezing, tekst: str | None) -> Keuze:
    """Reads what an address asks for; what is unknown or too much is named.

    Raises:
        KeuzeFout: when the file with areas of one's own cannot be understood.
    """
    kolommen: list[Kolom] = []
    onbekend: list[str] = []
    te_veel: list[str] = []
    for wie in sleutels(tekst):
        if len(kolommen) == MEESTE:
            te_veel.append(wie[:20])
            continue
        gevonden = kolom(huis, lezing, wie)
        if gevonden is None:
            onbekend.append(wie[:20])
        else:
            kolommen.append(gevonden)
    return Keuze(tuple(kolommen), tuple(onbekend), tuple(te_veel))


def kolom(huis: Huis, lezing: Lezing, wie: str) -> Kolom | None:
    """One area with its figures and stories; None when there is no such area."""
    if wie.startswith(own_areas.VOOR):
        gebied = own_areas.een(
            huis.instellingen.datamap.eigen_gebieden, wie.removeprefix(own_areas.VOOR)
        )
        return eigen_kolom(huis, lezing, own_area_figures.maak(lezing, gebied)) if gebied else None
    code, _, jaar = wie.partition("@")
    try:
        blad = maak_blad(huis, lezing, code, int(jaar) if jaar.isdecimal() else None)
    except GebiedOnbekend:
        return None
    return Kolom(wie, blad)


def eigen_kolom(huis: Huis, lezing: Lezing, eigen: Eigen) -> Kolom:
    """An area of one's own with the stories of its buurten, also from before a renumbering."""
    klein = _klein(lezing, eigen.alle_codes)
    verhalen = [
        v
        for v in huis.verhalen.van(eigen.alle_codes)
        if v.nu.status == "gelezen" or not klein & set(v.gebieden)
    ]
    blad = Blad(eigen.buurt, lezing.catalogus, lezing.publicatie, verhalen)
    return Kolom(own_areas.sleutel(eigen.gebied), blad, eigen)


def _klein(lezing: Lezing, codes: list[str]) -> set[str]:
    """Buurten where so few live that a quote is read first, and what they were before.

    A code that the publication does not know may be small too.
    """
    er = lezing.gebieden(codes)
    return kleine_buurten(lezing, er) | (set(codes) - {g.gebied for g in er})


def meetjaar(kolommen: Sequence[Kolom], indicator: str) -> int | None:
    """The year to compare in: in which most have a figure, and of those the newest.

    An area that was succeeded has no say in it, unless all were.
    """
    nieuwst = max(k.blad.buurt.gebied.grensjaar for k in kolommen)
    stemmen: dict[int, int] = {}
    for k in kolommen:
        if k.blad.buurt.gebied.grensjaar == nieuwst or k.eigen:
            for w in k.blad.buurt.reeks(indicator):
                stemmen[w.jaar] = stemmen.get(w.jaar, 0) + (_midden(w) is not None)
    if not any(stemmen.values()):
        alle = [w.jaar for k in kolommen for w in k.blad.buurt.reeks(indicator)]
        return max(alle, default=None)
    return max(stemmen, key=lambda j: (stemmen[j], j))


def nieuwste(k: Kolom, indicator: str) -> Waarde | None:
    """The newest year with a figure, else with an interval, else the newest."""
    reeks = k.blad.buurt.reeks(indicator)
    met = [w for w in reeks if w.waarde is not None] or [w for w in reeks if w.boven is not None]
    return (met or reeks)[-1] if reeks else None


def bijzonder(k: Kolom, w: Waarde, indicator: Indicator, cat: Catalogus) -> list[str]:
    """What one should know before using a number: year, kind, breaks, and from how many."""
    stukken = [f"over {w.jaar}"] if w.waarde is not None else []
    if w.voorlopig:
        stukken.append("voorlopig")
    if w.aard != "geregistreerd":
        stukken.append("herberekend" if k.eigen else dict(cat.woorden.aard).get(w.aard, w.aard))  # type: ignore[call-overload]
    stukken += [s for s in (uit_hoeveel(k, indicator.id, w.jaar, cat),) if s]
    breuk = [b for b in k.blad.buurt.breuken if b <= w.jaar]
    if breuk:
        stukken.append(f"vanaf {max(breuk)} een andere grens")
    return stukken


def _midden(w: Waarde | None) -> float | None:
    """The figure, or the middle of its interval when only that is known."""
    if w is None or w.waarde is not None:
        return w.waarde if w else None
    return (w.onder + w.boven) / 2 if w.onder is not None and w.boven is not None else None


def verschil(een: Waarde | None, ander: Waarde | None, indicator: Indicator) -> compare.Verschil:
    """How a figure lies to another; figures that read the same are never called apart."""
    if een is None or ander is None:
        return "onbekend"
    beide = een.waarde is not None and ander.waarde is not None
    if beide and cijfer(een.waarde or 0.0, indicator) == cijfer(ander.waarde or 0.0, indicator):
        return "ongeveer_gelijk"
    return compare.verschil(
        _midden(een), (een.onder, een.boven), _midden(ander), (ander.onder, ander.boven)
    )


def zijden(kolommen: Sequence[Kolom], indicator: Indicator) -> list[compare.Verschil]:
    """Per area after the first: how it lies to the first, in the year to compare in."""
    jaar = meetjaar(kolommen, indicator.id)
    if jaar is None:
        return ["onbekend"] * (len(kolommen) - 1)
    eerste = kolommen[0].waarde(indicator.id, jaar)
    return [verschil(k.waarde(indicator.id, jaar), eerste, indicator) for k in kolommen[1:]]


def tegenover(zijde: compare.Verschil, naam: str, indicator: Indicator) -> str:
    """`hoger dan De Bleek`, or `meer dan` for a count."""
    woorden = _DAN if sentences.is_telling(indicator) else dict(compare.WOORDEN)
    return f"{woorden[zijde]} {naam}"


def stand(w: Waarde | None, indicator: Indicator, cat: Catalogus, kolom_: Kolom) -> str:
    """A figure in words: the value, only an interval, or why there is none."""
    if w is None:
        return waarom_niet(kolom_, indicator)
    if w.waarde is not None:
        return cijfer(w.waarde, indicator)
    if w.onder is not None and w.boven is not None:
        return f"tussen {cijfer(w.onder, indicator)} en {cijfer(w.boven, indicator)}"
    if w.onder:
        return f"ten minste {cijfer(w.onder, indicator)}"
    return sentences.ontbreekt(w.ontbreekt_door, cat)


def waarom_niet(k: Kolom, indicator: Indicator) -> str:
    """Why an area has no such figure at all."""
    if k.eigen:
        reden = NIET_TE_REKENEN.get(own_area.regel(indicator))
        if reden:
            return reden
    return "geen bron ingelezen met dit cijfer"


def samenvatting(kolommen: Sequence[Kolom], indicator: Indicator, cat: Catalogus) -> str:
    """A figure of all areas in a few sentences, seen from the first; never a ranking."""
    jaar = meetjaar(kolommen, indicator.id)
    eerste = kolommen[0]
    if jaar is None:
        return "Geen van deze gebieden heeft dit cijfer."
    w = eerste.waarde(indicator.id, jaar)
    soort = "aantal" if sentences.is_telling(indicator) else "anders"
    if _midden(w) is None:
        zin = f"Van {eerste.naam} is er geen cijfer over {jaar}, dus het vergelijken houdt hier op."
        rest = [k for k in kolommen[1:] if _midden(k.waarde(indicator.id, jaar)) is not None]
        lijst = [f"{k.naam} {stand(k.waarde(indicator.id, jaar), indicator, cat, k)}" for k in rest]
        return f"{zin} {opsomming(lijst)}." if lijst else zin
    delen = [f"In {jaar} was dit in {eerste.naam} {stand(w, indicator, cat, eerste)}."]
    groepen: dict[str, list[str]] = {}
    for k, zijde in zip(kolommen[1:], zijden(kolommen, indicator), strict=True):
        groepen.setdefault(zijde, []).append(k.naam)
    delen += [
        f"{_KORT[soort][zijde]}: {opsomming(groepen[zijde])}."
        for zijde in _SOORTEN
        if zijde in groepen
    ]
    ref = eerste.blad.buurt.referentie
    rw = eerste.blad.buurt.referentiewaarden.get((indicator.id, jaar))
    if ref and rw and rw.waarde is not None and soort == "anders":
        delen.append(f"In heel {ref.naam} {cijfer(rw.waarde, indicator)}.")
    return " ".join(delen)


def overzicht(
    kolommen: Sequence[Kolom], indicatoren: Sequence[Indicator]
) -> dict[str, list[Indicator]]:
    """Figures that clearly differ from the first area, that do not, and that cannot be compared."""
    uit: dict[str, list[Indicator]] = {"anders": [], "gelijk": [], "onbekend": []}
    for indicator in indicatoren:
        if sentences.is_telling(indicator):
            continue
        gevonden = set(zijden(kolommen, indicator))
        if gevonden & {"hoger", "lager"}:
            uit["anders"].append(indicator)
        elif "ongeveer_gelijk" in gevonden:
            uit["gelijk"].append(indicator)
        else:
            uit["onbekend"].append(indicator)
    return uit


def uit_hoeveel(k: Kolom, indicator: str, jaar: int, cat: Catalogus) -> str:
    """For an area of one's own: from how many buurten a figure comes; empty when from all."""
    telling, w = k.telling(indicator, jaar), k.waarde(indicator, jaar)
    if telling is None or w is None or telling[0] == telling[1]:
        return ""
    bekend, delen = telling
    reden = sentences.ontbreekt(w.ontbreekt_door, cat) if w.ontbreekt_door else ""
    return f"{bekend} van {aantal(delen, 'buurt', 'buurten')} bekend" + (
        f"; de rest: {reden}" if reden else ""
    )
