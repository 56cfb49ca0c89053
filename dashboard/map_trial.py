"""The map of the Methode-atelier: what the browser draws of a trial, as numbers and words."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, request

from dashboard import address, export_trial, geometry, picture, snapshot_map, trial
from dashboard import map as kaart
from dashboard.areas import KeuzeFout
from dashboard.context import Huis
from dashboard.explore import NIVEAUS
from dashboard.snapshot import Lezing
from dashboard.trial import GeenUitkomst, Instelling, Uitkomst
from dashboard.trial_words import (
    GEEN,
    gemeente,
    klassewoord,
    midden_van,
    naastwoord,
    plekwoord,
    waarom,
)

KLEUREN = [0, 2, 4]
"""The colours of laag, midden and hoog."""


def stand(huis: Huis, lezing: Lezing, i: Instelling, u: Uitkomst) -> dict[str, Any]:
    """All that the browser needs to draw a trial, except the values themselves."""
    jaar = u.cijfers.jaar
    hier = {u.cijfers.gebieden[n] for n in _rijen(i, u)}
    publicatie = lezing.publicatie.publicatie
    vraag = i.adres(gebied=None, naast=None).partition("?")[2]
    vast = huis.proefgeheugen.haal(
        (publicatie, "atelierkaart", i.gemeente, jaar), lambda: _vast(lezing, jaar, hier)
    )
    eigen = kaart.eigen_gebieden(huis)
    return vast | {
        "sleutel": f"{publicatie}|{vraag}|{huis_versie(huis)}",
        "pagina": "Methode-atelier",
        "niveau": "buurt",
        "negen": False,
        "titel": f"{i.knoop.naam}, {jaar}",
        "gebieden": f"/ateliergebieden?{urlencode({'publicatie': publicatie})}&{vraag}",
        "waarden": f"/atelierwaarden?{urlencode({'publicatie': publicatie})}&{vraag}"
        f"&eigen={huis_versie(huis)}",
        "onderschrift": "/atelieronderschrift",
        "vorm": "/kaartvorm?"
        + urlencode({"publicatie": publicatie, "indeling": vast["kaartjaar"] or 0}),
        "opmaak": {"voor": "", "decimalen": 0, "achter": ""},
        "soorten": _soorten(),
        "kleuren": KLEUREN,
        "kolommen": ["plek", "klasse"],
        "mijnHier": snapshot_map.binnen(lezing, eigen, "buurt", jaar) if eigen else [],
        "referentie": midden_van(i, u),
        "achtergrond": kaart.bron_achtergrond(huis),
        "mijn": kaart.per_niveau(eigen),
        "nplv": kaart.per_niveau([]),
        "keuze": keuze(i),
    }  # fmt: skip


def huis_versie(huis: Huis) -> str:
    """Changes when the own areas change, so that a browser asks anew."""
    datamap = huis.instellingen.datamap
    wanneer = [p.stat().st_mtime_ns if p.exists() else 0
               for p in (datamap.gebieden, datamap.eigen_gebieden)]  # fmt: skip
    return f"{max(wanneer):x}"


def keuze(i: Instelling) -> dict[str, Any]:
    """The choices as the controls on the page hold them."""
    return {
        "as": i.as_, "gemeente": i.gemeente, "gewicht": list(i.gewicht),
        "gewoon": [d.gewicht for d in i.knoop.delen], "methode": i.methode, "schaal": i.schaal,
        "behandeling": i.behandeling, "referentie": i.referentie, "naast": i.naast or "",
    }  # fmt: skip


def _soorten() -> list[tuple[str, str]]:
    """Pattern and words per kind of missing; the first is empty."""
    er = [("", ""), GEEN, *picture.REDENEN.values(), picture.TE_WEINIG]
    return list(dict.fromkeys(er))


def _rijen(i: Instelling, u: Uitkomst) -> list[int]:
    """The places in `u.cijfers` of all buurten of the gemeente, by name."""
    return [n for n, g in enumerate(u.cijfers.gemeenten) if g == i.gemeente]


def gearceerd(i: Instelling, u: Uitkomst) -> dict[str, int]:
    """How many buurten have no score, per pattern that they are drawn with."""
    uit: dict[str, int] = {}
    met = {int(u.hier[r]) for r in u.uit.rij}
    for n in _rijen(i, u):
        if n not in met:
            soort = waarom(u.cijfers.reden[n])[0]
            uit[soort] = uit.get(soort, 0) + 1
    return uit


def _vast(lezing: Lezing, jaar: int, hier: set[str]) -> dict[str, Any]:
    """What stays while one tries: tiles, outlines that changed, and where the gemeente lies."""
    kaartjaar = _kaartjaar(lezing, jaar)
    lagen = [x for x in snapshot_map.lagen(lezing) if x.grensjaar == kaartjaar]
    uit: dict[str, Any] = {
        "kaartjaar": kaartjaar,
        "lagen": {
            x.niveau: {"tegels": f"/tegels/{x.bestand}/{{z}}/{{x}}/{{y}}.pbf", "kader": x.kader,
                       "van": x.van_zoom, "tot": x.tot_zoom}
            for x in lagen
        },
        "anders": [], "buiten": 0, "kader": None,
    }  # fmt: skip
    if kaartjaar is None:
        return uit
    if kaartjaar != jaar:
        uit["anders"] = snapshot_map.veranderd(lezing, kaartjaar, jaar)
    uit["buiten"] = len(snapshot_map.getekend(lezing, "buurt", kaartjaar) - hier)
    uit["kader"] = geometry.kader(snapshot_map.vormen(lezing, sorted(hier), kaartjaar))
    return uit


def _kaartjaar(lezing: Lezing, jaar: int) -> int | None:
    """The boundary year to draw: the figures' own, else the nearest; None without geometry."""
    er = {x.grensjaar for x in snapshot_map.lagen(lezing) if x.niveau in NIVEAUS}
    return min(er, key=lambda j: (abs(j - jaar), -j), default=None)


def gekozen(lezing: Lezing, i: Instelling, u: Uitkomst) -> dict[str, Any] | None:
    """The buurt that is looked at and where it lies; None without one."""
    if not i.gebied:
        return None
    jaar = _kaartjaar(lezing, u.cijfers.jaar)
    plek = None if jaar is None else geometry.kader(snapshot_map.vormen(lezing, [i.gebied], jaar))
    return {"gebied": i.gebied, "kader": plek}


def gebieden_json(i: Instelling, u: Uitkomst, naam: str) -> dict[str, Any]:
    """Codes and names of the buurten of the gemeente."""
    rijen = _rijen(i, u)
    return {
        "codes": [u.cijfers.gebieden[n] for n in rijen],
        "namen": [u.cijfers.namen[n] for n in rijen],
        "gemeente": [0] * len(rijen),
        "gemeenten": [naam],
        "wijken": None,
    }


def waarden_json(i: Instelling, u: Uitkomst) -> dict[str, Any]:
    """Score, class, place and comparison per buurt, in the order of the areas."""
    rijen = _rijen(i, u)
    plek = {int(u.hier[r]): k for k, r in enumerate(u.uit.rij)}
    soorten = _soorten()
    kans, klasse = u.uit.kans_hoger(), u.uit.klasse
    w: list[int | None] = []
    k_, o, plekken, klassen, naast = [], [], [], [], []
    for n in rijen:
        k = plek.get(n)
        if k is None:
            weg = waarom(u.cijfers.reden[n])
            w.append(None)
            k_.append("-")
            o.append("0123456789abcdef"[soorten.index(weg)])
            plekken.append("")
            klassen.append(weg[1])
            naast.append("")
            continue
        w.append(round(float(u.uit.score[k])))
        k_.append(str(klasse[k]))
        o.append("0")
        plekken.append(plekwoord(u.uit, k))
        klassen.append(klassewoord(u.uit, k))
        naast.append(naastwoord(float(kans[k])))
    return {
        "k": "".join(k_), "o": "".join(o), "w": w,
        "erbij": {"plek": plekken, "klasse": klassen, "verschil": naast},
    }  # fmt: skip


def routes(server: Flask, huis: Huis) -> None:
    """Adds the addresses that the map of a trial reads."""

    def maak(wat: Any) -> Response:
        def inhoud(h: Huis, lezing: Lezing) -> dict[str, Any]:
            try:
                zoek = request.query_string.decode("utf-8", "replace")
                i = trial.lees(h, lezing, address.lees("/atelier", zoek))
                uit: dict[str, Any] = wat(h, lezing, i, trial.reken(h, lezing, i))
            except (GeenUitkomst, KeuzeFout) as fout:
                return {"melding": str(fout)}
            return uit

        return kaart.antwoord(huis, inhoud)

    @server.get("/ateliergebieden")
    def ateliergebieden() -> Response:
        return maak(lambda _, lezing, i, u: gebieden_json(i, u, gemeente(lezing, i)))

    @server.get("/atelierwaarden")
    def atelierwaarden() -> Response:
        return maak(lambda _h, _l, i, u: waarden_json(i, u))

    @server.get("/atelieronderschrift")
    def atelieronderschrift() -> Response:
        return maak(lambda h, lezing, i, u: export_trial.onderschrift(lezing, i, u))
