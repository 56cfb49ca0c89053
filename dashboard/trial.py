"""A trial of the Methode-atelier: from an address to a setting, and from that to an outcome."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar, cast
from urllib.parse import urlencode

import numpy as np

from dashboard import areas, own_areas, sentences, snapshot_map, snapshot_method, weighings
from dashboard.address import Adres
from dashboard.context import Huis
from dashboard.snapshot import GeenPublicatie, Lezing
from dashboard.snapshot_method import Ascijfers
from dashboard.words import getal, opsomming
from indicators.catalogue import Catalogus
from indicators.model import Boom, Knoop
from indicators.proef import METHODEN, Methode, Opzet, Proef, proef
from indicators.proef_schaal import BEHANDELINGEN, SCHALEN, As, Behandeling, Schaalsoort
from indicators.weging import Intrekking, Weging, WegingFout, as_van, gewicht_van, voorkeur

T = TypeVar("T", bound=str)
HOOGSTE = 3.0
"""The most that a weight can be on screen."""
REFERENTIES = {
    "gemeente": "de gemeente",
    "land": "alle ingelezen buurten",
    "mijn": "mijn buurten",
}


@dataclass(frozen=True)
class Instelling:
    """What is tried: an axis in a gemeente, and every choice; `meldingen` say what was mended.

    `gebied` is the buurt that is looked at, `naast` the one beside it. `bewaard` is the saved
    version that the address names, `ingetrokken` who withdrew it and why.
    """

    boom: Boom
    knoop: Knoop
    gemeente: str
    gewicht: tuple[float, ...]
    methode: Methode = "amean"
    schaal: Schaalsoort = "doelpalen"
    behandeling: Behandeling = "geen"
    referentie: str = "gemeente"
    gebied: str | None = None
    naast: str | None = None
    bewaard: Weging | None = None
    ingetrokken: Intrekking | None = None
    meldingen: tuple[str, ...] = ()

    @property
    def as_(self) -> str:
        """The axis, as it is named in an address."""
        return f"{self.boom.id}.{self.knoop.id}"

    @property
    def _kaal(self) -> bool:
        return (self.methode, self.schaal, self.behandeling) == ("amean", "doelpalen", "geen")

    @property
    def standaard(self) -> bool:
        """Whether this is how the published score is made."""
        return self._kaal and _zelfde(self.gewicht, [d.gewicht for d in self.knoop.delen])

    @property
    def voorkeuze(self) -> str | None:
        """The name of the weighing in the catalogue that this is; None when it is another."""
        for v in self.boom.voorkeuzes if self._kaal else ():
            if _zelfde(self.gewicht, voorkeur(self.boom, self.knoop, v.id)):
                return v.naam
        return None

    @property
    def hangt_van_referentie(self) -> bool:
        """Whether another reference would give other scores, and not another comparison only."""
        return self.schaal != "doelpalen" or self.behandeling != "geen"

    def opzet(self) -> Opzet:
        """The choices as the engine takes them."""
        return Opzet(np.array(self.gewicht), self.methode, self.schaal, self.behandeling)

    def adres(self, **anders: Any) -> str:
        """The address of this setting, with some choices changed; what is usual is left out."""
        i = replace(self, **anders)
        keuze = {"as": i.as_, "gemeente": i.gemeente}
        if i.bewaard is not None and not anders.keys() - {"gebied", "naast", "gemeente", "bewaard"}:
            keuze["instelling"] = weighings.merk(i.bewaard)
        else:
            if not _zelfde(i.gewicht, [d.gewicht for d in i.knoop.delen]):
                keuze["gewicht"] = ",".join(f"{w:g}" for w in i.gewicht)
            usual = {"methode": "amean", "schaal": "doelpalen", "behandeling": "geen",
                     "referentie": "gemeente"}  # fmt: skip
            keuze |= {k: getattr(i, k) for k, v in usual.items() if getattr(i, k) != v}
        keuze |= {k: v for k, v in (("gebied", i.gebied), ("naast", i.naast)) if v}
        return "/atelier?" + urlencode({k: v for k, v in keuze.items() if v}, safe=",.:")


def _zelfde(een: Sequence[float], ander: Any) -> bool:
    """Whether two sets of weights give the same means."""
    a, b = np.array(een, float), np.array(ander, float)
    return bool(a.sum() > 0 and np.allclose(a / a.sum(), b / b.sum()))


def assen(cat: Catalogus) -> dict[str, tuple[Boom, Knoop]]:
    """Every axis with classes, by its name in an address."""
    return {
        f"{b.id}.{k.id}": (b, k)
        for b in cat.bomen.values()
        for k in b.knopen
        if k.score and k.klassen is not None
    }


def lees(huis: Huis, lezing: Lezing, adres: Adres) -> Instelling:
    """The setting of an address; what cannot be followed is said and left as usual.

    Raises:
        KeuzeFout: when the file of saved settings or own areas cannot be understood.
    """
    vraag, mis = dict(adres.vragen), list[str]()
    cat, gemeenten = lezing.catalogus, dict(snapshot_method.gemeenten(lezing))
    bewaard, weg = _bewaard(huis, vraag.get("instelling"), mis)
    as_ = f"{bewaard.boom}.{bewaard.knoop}" if bewaard else vraag.get("as", "")
    alle = assen(cat)
    if as_ and as_ not in alle:
        mis.append(f"De as „{as_[:60]}” kennen we niet.")
        bewaard = None
    boom, knoop = alle.get(as_, next(iter(alle.values())))
    i = Instelling(
        boom, knoop, _gemeente(vraag, gemeenten, mis), tuple(d.gewicht for d in knoop.delen),
        gebied=vraag.get("gebied") or None, naast=vraag.get("naast") or None,
    )  # fmt: skip
    i = _uit_weging(i, bewaard, mis) if bewaard else _uit_vraag(i, vraag, mis)
    i = replace(i, ingetrokken=weg if i.bewaard else None)
    if i.referentie not in referenties(huis):
        mis.append(f"De referentie „{i.referentie[:60]}” is er niet; hieronder de gemeente.")
        i = replace(i, referentie="gemeente")
    return replace(i, meldingen=tuple(mis))


def volledig(huis: Huis, adres: Adres) -> Adres:
    """The address with its axis and gemeente named: what makes it another page."""
    try:
        with huis.snapshots.lezing() as lezing:
            i = lees(huis, lezing, adres)
    except (GeenPublicatie, areas.KeuzeFout):
        return adres
    return replace(adres, vragen=(("as", i.as_), ("gemeente", i.gemeente)))


def referenties(huis: Huis) -> dict[str, str]:
    """What can be compared with, by its name in an address."""
    eigen = own_areas.lees(huis.instellingen.datamap.eigen_gebieden)
    return REFERENTIES | {own_areas.sleutel(g): g.naam for g in eigen}


def _bewaard(
    huis: Huis, merk: str | None, mis: list[str]
) -> tuple[Weging | None, Intrekking | None]:
    """The saved version that an address names, and whether it was withdrawn."""
    if not merk:
        return None, None
    alle = weighings.lees_alles(huis.instellingen.datamap.wegingen)
    gevonden = weighings.zoek(alle.wegingen, merk)
    if gevonden is None:
        mis.append(f"Een bewaarde instelling „{merk[:80]}” is er niet; hieronder de standaard.")
        return None, None
    return gevonden, alle.intrekking(gevonden)


def _gemeente(vraag: dict[str, str], gemeenten: dict[str, str], mis: list[str]) -> str:
    """The gemeente asked for, else that of the buurt asked for, else the first."""
    gevraagd = vraag.get("gemeente", "")
    if gevraagd in gemeenten:
        return gevraagd
    if gevraagd:
        mis.append(f"De gemeente „{gevraagd[:40]}” staat niet in deze gegevens.")
    thuis = "GM" + vraag.get("gebied", "")[2:6]
    return thuis if thuis in gemeenten else next(iter(gemeenten), "")


def _uit_weging(i: Instelling, w: Weging, mis: list[str]) -> Instelling:
    try:
        return replace(
            i, gewicht=gewicht_van(w, i.knoop), methode=cast(Methode, w.methode),
            schaal=cast(Schaalsoort, w.schaal), behandeling=cast(Behandeling, w.behandeling),
            referentie=w.referentie, bewaard=w,
        )  # fmt: skip
    except WegingFout as fout:
        mis.append(f"{fout}. Hieronder staat de standaard.")
        return i


def _uit_vraag(i: Instelling, vraag: dict[str, str], mis: list[str]) -> Instelling:
    gewicht = i.gewicht
    if "gewicht" in vraag:
        gelezen = _gewichten(vraag["gewicht"], len(gewicht))
        if gelezen is None:
            mis.append(
                f"Bij {i.knoop.naam.lower()} horen {len(gewicht)} gewichten van 0 tot "
                f"{getal(HOOGSTE)}, met komma's ertussen. Hieronder staan de gewone gewichten."
            )
        gewicht = gelezen or gewicht
    return replace(
        i,
        gewicht=gewicht,
        methode=_een_van(vraag, "methode", METHODEN, "amean", mis),
        schaal=_een_van(vraag, "schaal", SCHALEN, "doelpalen", mis),
        behandeling=_een_van(vraag, "behandeling", BEHANDELINGEN, "geen", mis),
        referentie=vraag.get("referentie") or "gemeente",
    )


def _een_van(vraag: dict[str, str], naam: str, er: dict[T, str], anders: T, mis: list[str]) -> T:
    gevraagd = vraag.get(naam)
    gevonden = next((k for k in er if k == gevraagd), None)
    if gevraagd and gevonden is None:
        mis.append(f"Als {naam} kennen we „{gevraagd[:40]}” niet; hieronder: {er[anders]}.")
    return gevonden or anders


def _gewichten(tekst: str, hoeveel: int) -> tuple[float, ...] | None:
    try:
        gewicht = tuple(float(w) for w in tekst.split(","))
    except ValueError:
        return None
    goed = len(gewicht) == hoeveel and all(0 <= w <= HOOGSTE for w in gewicht)
    return gewicht if goed else None


@dataclass(frozen=True)
class Uitkomst:
    """What a setting gives: the buurten of the gemeente, the trial, and the standard beside it.

    `hier` are the places in `cijfers` of the buurten that took part (`uit.rij` counts in those),
    `van` those of the reference; `gewoon` is the standard setting, None where this is it.
    """

    as_: As
    cijfers: Ascijfers
    hier: np.ndarray
    van: np.ndarray
    referentie: str
    uit: Proef
    gewoon: Proef | None = None

    @property
    def codes(self) -> list[str]:
        """The codes of the buurten with a score, in the order of `uit.score`."""
        return [self.cijfers.gebieden[self.hier[r]] for r in self.uit.rij]

    def naam(self, k: int) -> str:
        """The name of one of them."""
        return self.cijfers.namen[self.hier[self.uit.rij[k]]]

    def plek(self, gebied: str | None) -> int | None:
        """Where a buurt stands among them; None when it has no score here."""
        return next((k for k, c in enumerate(self.codes) if c == gebied), None)

    def midden(self) -> np.ndarray:
        """The middle of the reference per part, on 0 to 100; NaN where nobody has it."""
        y = self.uit.schaal.op(self.cijfers.cellen.waarde[self.van])
        leeg = np.isnan(y).all(axis=0)
        y[:, leeg] = 0.0
        return np.where(leeg, np.nan, np.nanmedian(y, axis=0))


class GeenUitkomst(Exception):
    """There is nothing to show for a setting; the message says why and what to do."""


def reken(huis: Huis, lezing: Lezing, i: Instelling) -> Uitkomst:
    """Works a setting out; kept, since page, map and file ask for the same.

    Raises:
        GeenUitkomst: in words.
    """
    jaar = snapshot_method.scorejaar(lezing, i.gemeente, i.boom.id, i.knoop.id)
    if jaar is None:
        raise GeenUitkomst(_geen_score(lezing, i))
    p = lezing.publicatie.publicatie
    cijfers: Ascijfers = huis.proefgeheugen.haal(
        (p, "ascijfers", i.boom.id, i.knoop.id, jaar),
        lambda: snapshot_method.ascijfers(lezing, i.boom.id, i.knoop, jaar),
    )
    codes, naam = _referentie(huis, lezing, i, cijfers)
    vast = (p, "proef", i.as_, i.gemeente, jaar)
    wat = (i.gewicht, i.methode, i.schaal, i.behandeling, i.referentie, hash(codes))
    uit: Uitkomst = huis.proefgeheugen.haal(
        (*vast, *wat), lambda: _reken(lezing, i, cijfers, codes, naam)
    )
    if i.standaard:
        return uit
    vast_gewicht = tuple(d.gewicht for d in i.knoop.delen)
    gewoon = replace(i, gewicht=vast_gewicht, methode="amean", schaal="doelpalen",
                     behandeling="geen")  # fmt: skip
    zonder: Uitkomst = huis.proefgeheugen.haal(
        (*vast, "gewoon"), lambda: _reken(lezing, gewoon, cijfers, codes, naam)
    )
    return replace(uit, gewoon=zonder.uit)


def _geen_score(lezing: Lezing, i: Instelling) -> str:
    """Why no buurt has a score on this axis: what there is of the fullest year, what it takes."""
    cat, delen = lezing.catalogus, i.knoop.delen
    per = snapshot_method.bekend_per_jaar(lezing, i.gemeente, [d.indicator for d in delen])
    gewicht = {j: sum(d.gewicht for d in delen if mist[d.indicator] is None)
               for j, mist in per.items()}  # fmt: skip
    kop = f"In deze gemeente heeft nog geen buurt een score voor {i.knoop.naam.lower()}."
    nodig = [cat.indicatoren[v].kort for v in i.knoop.vereist_een_van]
    een_van = f", met in elk geval een van: {' of '.join(nodig)}" if nodig else ""
    eis = f"Per buurt is {getal(100 * i.knoop.dekking)} % nodig{een_van}."
    if not per:
        return f"{kop} Geen van de cijfers is ingelezen. {eis}"
    jaar = max(per, key=lambda j: (gewicht[j], j))
    waarom: dict[str | None, list[str]] = {}
    for d in delen:
        waarom.setdefault(per[jaar][d.indicator], []).append(cat.indicatoren[d.indicator].kort)
    er = opsomming(waarom.pop(None, []), 9)
    deel = 100 * gewicht[jaar] / sum(d.gewicht for d in delen)
    wel = (
        f"Over {jaar}, het jaar waarvan het meest bekend is, zijn er: {er}. Dat is "
        f"{getal(deel)} % van het gewicht."
        if er
        else f"Over {jaar} is er nog geen van de cijfers."
    )
    mist = "; ".join(f"{sentences.ontbreekt(k, cat)}: {opsomming(v, 9)}" for k, v in waarom.items())
    return f"{kop} {wel} {eis} {mist[:1].upper()}{mist[1:]}."


def _reken(
    lezing: Lezing, i: Instelling, cijfers: Ascijfers, codes: frozenset[str], naam: str
) -> Uitkomst:
    cat = lezing.catalogus
    ids = [d.indicator for d in i.knoop.delen]
    as_ = as_van(
        i.knoop,
        {n: (cat.indicatoren[n].doelpalen.laag, cat.indicatoren[n].doelpalen.hoog) for n in ids},
        {n: cat.indicatoren[n].kort for n in ids},
    )
    hier = cijfers.plekken({c for c, g in zip(cijfers.gebieden, cijfers.gemeenten, strict=True)
                            if g == i.gemeente})  # fmt: skip
    van = cijfers.plekken(codes)
    if not len(van):
        raise GeenUitkomst(
            f"{naam} heeft geen buurt met een score over {cijfers.jaar}. Kies een andere "
            "referentie."
        )
    cellen, ref = cijfers.cellen.van(hier), cijfers.cellen.waarde[van]
    try:
        uit = proef(as_, cellen, ref, i.opzet())
    except ValueError as fout:
        raise GeenUitkomst(f"Niet te berekenen: {fout}.") from None
    return Uitkomst(as_, cijfers, hier, van, naam, uit)


def _referentie(
    huis: Huis, lezing: Lezing, i: Instelling, cijfers: Ascijfers
) -> tuple[frozenset[str], str]:
    """The buurten of the reference and what it is called in a sentence."""
    datamap = huis.instellingen.datamap
    if i.referentie == "land":
        return frozenset(cijfers.gebieden), "alle ingelezen buurten"
    if i.referentie == "mijn":
        mijn = list(areas.lees(datamap.gebieden).mijn_gebieden)
        if not mijn:
            raise GeenUitkomst(
                "Er zijn nog geen eigen buurten gekozen. Kies ze op Mijn buurten, of kies "
                "hieronder een andere referentie."
            )
        return frozenset(snapshot_map.binnen(lezing, mijn, "buurt", cijfers.jaar)), "mijn buurten"
    if i.referentie.startswith(own_areas.VOOR):
        eigen = own_areas.een(datamap.eigen_gebieden, i.referentie.removeprefix(own_areas.VOOR))
        if eigen is not None:
            return frozenset(eigen.buurtcodes), eigen.naam
    naam = dict(snapshot_method.gemeenten(lezing)).get(i.gemeente, i.gemeente)
    paren = zip(cijfers.gebieden, cijfers.gemeenten, strict=True)
    return frozenset(c for c, g in paren if g == i.gemeente), naam
