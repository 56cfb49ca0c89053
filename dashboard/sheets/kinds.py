"""Other kinds of sheets: a wijk or gemeente with its parts, and one area at two dates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from dashboard import sentences
from dashboard.sheets import compose, foot
from dashboard.sheets.choose import MATEN, Maat
from dashboard.sheets.compose import Zaak
from dashboard.sheets.model import BladFout, Blok, Bronnen, Vel
from dashboard.snapshot_types import Buurt, Waarde
from dashboard.words import cijfer, datum, getal, hoofdletter
from indicators import compare
from indicators.model import Indicator

MEESTE_DELEN = 30


def overzicht(zaak: Zaak, maat: Maat = MATEN[0]) -> Vel:
    """A wijk or gemeente: the sheet of an area, and its parts in a table by name.

    The parts stand in order of the alphabet: no league table.
    """
    vel = compose.stel_samen(zaak, replace(maat, cijfers=min(maat.cijfers, 4)))
    tabel = onderdelen(zaak)
    if tabel is None:
        return vel
    blokken = [b for b in vel.blokken if b.soort != "voet"]
    voet = [b for b in vel.blokken if b.soort == "voet"]
    return compose.vel_met(vel, [*blokken, tabel, *voet])


def onderdelen(zaak: Zaak) -> Blok | None:
    """The wijken of a gemeente or buurten of a wijk, with inhabitants and a few core figures."""
    buurt, cat = zaak.blad.buurt, zaak.blad.catalogus
    delen = buurt.onderdelen
    if not delen:
        return None
    kolommen = [cat.indicatoren[i] for i in cat.gebruik.blad.onderdelen]
    jaren = {i.id: _jaar(buurt, i.id) for i in kolommen}
    kolommen = [i for i in kolommen if jaren[i.id] is not None]
    waarden = {
        (w.gebied, w.indicator): w
        for w in zaak.lezing.waarden([g.gebied for g in delen], [i.id for i in kolommen])
        if w.jaar == jaren[w.indicator]
    }
    rijen = [
        [g.naam, "onbekend" if g.inwoners is None else getal(g.inwoners)]
        + [_cel(zaak, waarden.get((g.gebied, i.id)), i) for i in kolommen]
        for g in delen[:MEESTE_DELEN]
    ]
    woord = "wijken" if buurt.gebied.niveau == "gemeente" else "buurten"
    meer = len(delen) - len(rijen)
    return Blok("tabel", f"De {woord}, op naam", {
        "uitleg": "Geen ranglijst: de volgorde is die van het alfabet.",
        "kop": [hoofdletter(woord[:-2] if woord == "buurten" else "wijk"), "Inwoners",
                *(f"{i.kort}, {jaren[i.id]}" for i in kolommen)],
        "rijen": rijen,
        "meer": f"Nog {meer} {woord} op de volledige pagina." if meer > 0 else "",
    })  # fmt: skip


def _jaar(buurt: Buurt, indicator: str) -> int | None:
    w = buurt.nieuwste(indicator)
    return None if w is None or w.waarde is None else w.jaar


def _cel(zaak: Zaak, w: Waarde | None, i: Indicator) -> str:
    if w is None:
        return "niet ingelezen"
    if w.waarde is None:
        return sentences.ontbreekt(w.ontbreekt_door, zaak.blad.catalogus)
    return cijfer(w.waarde, i)


def twee_data(toen: Zaak, nu: Zaak, cijfers: Sequence[str] = ()) -> Vel:
    """One area in two publications: which figures read otherwise, and of what year they are.

    Raises:
        BladFout: when both are the same publication, or another area.
    """
    if toen.blad.publicatie.publicatie == nu.blad.publicatie.publicatie:
        raise BladFout("Kies twee verschillende publicaties; dit is tweemaal dezelfde.")
    if toen.blad.buurt.gebied.gebied != nu.blad.buurt.gebied.gebied:
        raise BladFout("Twee data vergelijken kan alleen van hetzelfde gebied.")
    gekozen = [
        i
        for i in nu.blad.catalogus.indicatoren.values()
        if (i.id in cijfers if cijfers else i.kern)
        and (toen.blad.buurt.reeks(i.id) or nu.blad.buurt.reeks(i.id))
    ]
    data = [datum(z.blad.publicatie.gemaakt_op) for z in (toen, nu)]
    tabel = Blok("tabel", "Toen en nu", {
        "uitleg": f"Gegevens van {data[0]} (publicatie {toen.blad.publicatie.publicatie}) naast "
        f"die van {data[1]} (publicatie {nu.blad.publicatie.publicatie}).",
        "kop": ["Cijfer", "Toen", "Nu", "Verschil"],
        "rijen": [_toen_nu(toen, nu, i) for i in gekozen],
        "meer": _grens(toen, nu),
    })  # fmt: skip
    kop = Blok("zin", "", {"tekst": compose.wonen(nu.blad), "kaart": None})
    vel = compose.vel(nu, [kop, tabel, foot.voet(nu.blad, nu.adres, gekozen, ())], gekozen, ())
    bronnen = vel.bronnen
    gelijk: dict[str, Any] = {**vars(bronnen), "tegenover": toen.blad.publicatie.publicatie}
    return compose.vel_met(vel, vel.blokken, soort="Toen en nu", bronnen=Bronnen(**gelijk))


def _grens(toen: Zaak, nu: Zaak) -> str:
    jaren = [z.blad.buurt.gebied.grensjaar for z in (toen, nu)]
    if jaren[0] == jaren[1]:
        return ""
    return f"De indeling ging van {jaren[0]} naar {jaren[1]}; kijk of de grens dezelfde bleef."


def _toen_nu(toen: Zaak, nu: Zaak, i: Indicator) -> list[str]:
    paar = [z.blad.buurt.nieuwste(i.id) for z in (toen, nu)]
    cellen = [
        _cel(z, w, i) + (f" ({w.jaar})" if w is not None else "")
        for z, w in zip((toen, nu), paar, strict=True)
    ]
    a, b = paar
    if a is None or b is None or a.waarde is None or b.waarde is None:
        return [i.naam, *cellen, "niet te vergelijken"]
    if a.jaar == b.jaar and cijfer(a.waarde, i) != cijfer(b.waarde, i):
        return [i.naam, *cellen, "gecorrigeerd"]
    if a.jaar == b.jaar:
        return [i.naam, *cellen, "hetzelfde cijfer"]
    woord = compare.verschil(b.waarde, (b.onder, b.boven), a.waarde, (a.onder, a.boven))
    verschil = {"hoger": "gestegen", "lager": "gedaald"}.get(woord, "ongeveer gelijk")
    return [i.naam, *cellen, f"{verschil}, nieuw jaar"]
