"""What the map in the browser asks of the server: its script, tiles, areas and values.

Colours are in the stylesheet; here are only numbers. Names of tile files are checksums and the
other addresses carry the publication, so that a browser may keep everything it was given.
"""

from __future__ import annotations

import gzip
import importlib.util
import json
import re
import zlib
from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import yaml
from flask import Flask, Response, abort, request, send_file

from dashboard import (
    areas,
    classes,
    draw_area,
    explore,
    export_map,
    geometry,
    own_areas,
    picture,
    snapshot_map,
)
from dashboard.context import Huis
from dashboard.explore import NIVEAU, NIVEAUS, Keuze
from dashboard.picture import Beeld
from dashboard.snapshot import GeenPublicatie, Lezing
from dashboard.tiles import TegelFout, Tegels, tegel
from indicators import regions
from indicators.contracts import EigenGebied

_BLIJFT = "public, max-age=31536000, immutable"
_SCRIPTS = {
    "maplibre-gl.js": "text/javascript",
    "maplibre-gl.css": "text/css",
}
_PLEK = re.compile(r"^([^/]+)/([0-9]{1,2})/([0-9]{1,8})/([0-9]{1,8})\.pbf$")
MVT = "application/vnd.mapbox-vector-tile"
_VRAAG = {"melding": "Vraag een niveau (buurt, wijk, gemeente) en een indeling (een jaar)."}
ACHTER = {"achterwater", "groen", "buiten"}
"""Layers under and around the areas."""


def eigen_gebieden(huis: Huis) -> list[str]:
    """The own areas; none when the file cannot be read (the page Mijn buurten says so)."""
    try:
        return list(areas.lees(huis.instellingen.datamap.gebieden).mijn_gebieden)
    except areas.KeuzeFout:
        return []


def niet_te_lezen(huis: Huis) -> list[str]:
    """What of the own areas cannot be drawn, since its file cannot be read; mostly nothing."""
    uit = []
    for lees, pad, wat in (
        (areas.lees, huis.instellingen.datamap.gebieden, "Mijn gebieden"),
        (own_areas.lees, huis.instellingen.datamap.eigen_gebieden, "Eigen gebieden"),
    ):
        try:
            lees(pad)
        except areas.KeuzeFout:
            uit.append(f"{wat} ontbreken op de kaart: {pad.name} is niet te lezen.")
    return uit


def nplv_gebieden(huis: Huis) -> tuple[list[str], str]:
    """Codes in `instellingen/nplv.yaml`, a list or under `gebieden`; none without that file.

    Returns:
        The codes, and what is wrong with the file (empty when nothing is).
    """
    pad = huis.instellingen.datamap.gebieden.with_name("nplv.yaml")
    try:
        inhoud = yaml.safe_load(pad.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return [], ""
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        return [], f"NPLV-gebieden ontbreken: {pad.name} is niet te lezen."
    lijst = inhoud.get("gebieden") if isinstance(inhoud, dict) else inhoud
    if not isinstance(lijst, list):
        return [], f"NPLV-gebieden ontbreken: {pad.name} heeft geen lijst met codes."
    codes = [regions.schoon(c) for c in lijst]
    fout = [c for c in codes if not regions.geldig(c)]
    wat = f"{pad.name}: „{str(fout[0])[:20]}” is geen code van een gebied." if fout else ""
    return [c for c in codes if regions.geldig(c)], wat


def bron_achtergrond(huis: Huis) -> str:
    """Who made the background of the map, as its file says; empty when it does not say so."""
    pad = next((p for p in huis.instellingen.datamap.achtergronden if p.exists()), None)
    return _bronvermelding(pad, pad.stat().st_mtime_ns) if pad else ""


@lru_cache(maxsize=4)
def _bronvermelding(pad: Path, _wanneer: int) -> str:
    try:
        ruw = pad.read_bytes()
        inhoud = json.loads(gzip.decompress(ruw) if pad.suffix == ".gz" else ruw)
        return f"{str(inhoud['bronvermelding']).strip()[:200].removesuffix('.')}."
    except (OSError, EOFError, ValueError, KeyError, TypeError):
        return ""


def _sleutel(lezing: Lezing, keuze: Keuze, eigen: list[str]) -> str:
    """A choice as a query: what the address of its values ends in, and their key in the browser."""
    return urlencode({
        "publicatie": lezing.publicatie.publicatie, "niveau": keuze.niveau, "cijfer": keuze.gekozen,
        "jaar": keuze.jaar or "", "vergelijk": keuze.vergelijk,
        "eigen": f"{zlib.crc32(repr(eigen).encode()):08x}",
    })  # fmt: skip


def stand(huis: Huis, lezing: Lezing, keuze: Keuze, beeld: Beeld) -> dict[str, Any]:
    """All that the browser needs to draw a choice, except the values themselves."""
    eigen = eigen_gebieden(huis)
    nplv, nplv_fout = nplv_gebieden(huis)
    lagen = {x.niveau: x for x in snapshot_map.lagen(lezing) if x.grensjaar == keuze.kaartjaar}
    vast = {"publicatie": lezing.publicatie.publicatie, "niveau": keuze.niveau}
    sleutel = _sleutel(lezing, keuze, eigen)
    indicator = lezing.catalogus.indicatoren.get(keuze.cijfer)
    anders: list[str] = []
    if keuze.kaartjaar not in (None, keuze.grensjaar):
        anders = snapshot_map.veranderd(lezing, keuze.kaartjaar or 0, keuze.grensjaar)
    return {
        "sleutel": sleutel,
        "niveau": keuze.niveau,
        "negen": keuze.cijfer == NIVEAU,
        "titel": f"{indicator.naam if indicator else 'Niveau'}, {keuze.jaar or ''}",
        "lagen": {
            n: {"tegels": f"/tegels/{x.bestand}/{{z}}/{{x}}/{{y}}.pbf", "kader": x.kader,
                "van": x.van_zoom, "tot": x.tot_zoom}
            for n, x in lagen.items()
        },
        "gebieden": f"/kaartgebieden?{urlencode(vast | {'indeling': keuze.grensjaar})}",
        "weg": f"/kaartweg?{urlencode(vast | {'indeling': keuze.grensjaar})}",
        "vorm": f"/kaartvorm?{urlencode(vast | {'indeling': keuze.kaartjaar or 0})}",
        "eigen": _eigen_adres(huis, lezing, keuze),
        "waarden": f"/kaartwaarden?{sleutel}",
        "opmaak": picture.opmaak(indicator) if indicator else None,
        "soorten": beeld.soorten,
        "kleuren": classes.kleuren(len(beeld.grenzen) + 1),
        "buiten": _buiten(huis, lezing, keuze, beeld),
        "mijnHier": snapshot_map.binnen(lezing, eigen, keuze.niveau, keuze.grensjaar),
        "referentie": beeld.referentie.naam,
        "achtergrond": bron_achtergrond(huis) if ACHTER & lagen.keys() else "",
        "mijn": per_niveau(eigen),
        "nplv": per_niveau(nplv),
        "nplvFout": nplv_fout,
        "anders": anders,
        "kader": _begin(lezing, keuze, eigen),
        "keuze": {"niveau": keuze.niveau, "cijfer": keuze.gekozen, "vergelijk": keuze.vergelijk,
                  "jaar": "nieuwste" if keuze.nieuwste else str(keuze.jaar)},
    }  # fmt: skip


def getekende_gebieden(huis: Huis) -> tuple[EigenGebied, ...]:
    """The areas that someone drew, picked or read from a table; none when that file is broken."""
    try:
        return own_areas.lees(huis.instellingen.datamap.eigen_gebieden)
    except areas.KeuzeFout:
        return ()


def _eigen_adres(huis: Huis, lezing: Lezing, keuze: Keuze) -> str:
    """Where the outlines of areas of one's own are asked; empty without any, or without a map."""
    alle = getekende_gebieden(huis)
    buurten = sum(len(g.buurtcodes) for g in alle)
    if not 0 < buurten <= draw_area.MEESTE_OMTREK or keuze.kaartjaar is None:
        return ""
    wie = zlib.crc32(repr([(g.grensjaar, g.buurtcodes) for g in alle]).encode())
    vraag = {"publicatie": lezing.publicatie.publicatie, "indeling": keuze.kaartjaar,
             "eigen": f"{wie:08x}"}  # fmt: skip
    return f"/kaarteigen?{urlencode(vraag)}"


def per_niveau(codes: Sequence[str]) -> dict[str, list[str]]:
    """Codes of areas by their level; what is no code is left out."""
    geldig = [c for c in codes if regions.geldig(c)]
    return {n: [c for c in geldig if regions.niveau(c) == n] for n in NIVEAUS}


def _buiten(huis: Huis, lezing: Lezing, keuze: Keuze, beeld: Beeld) -> int:
    """How many areas are drawn that the list does not have: over the border, without figures."""
    if keuze.kaartjaar is None:
        return 0
    jaar = keuze.kaartjaar
    er: set[str] = huis.geheugen.haal(
        (lezing.publicatie.publicatie, "getekend", keuze.niveau, jaar),
        lambda: snapshot_map.getekend(lezing, keuze.niveau, jaar),
    )
    return len(er.difference(beeld.codes))


def _begin(lezing: Lezing, keuze: Keuze, eigen: list[str]) -> geometry.Kader | None:
    """Where the map opens: around the own areas; None when there are none."""
    if not eigen or keuze.kaartjaar is None:
        return None
    return geometry.kader(snapshot_map.vormen(lezing, eigen, keuze.kaartjaar))


def plek(lezing: Lezing, keuze: Keuze, gebied: str) -> geometry.Kader | None:
    """Where one area lies on the map that is shown."""
    if keuze.kaartjaar is None:
        return None
    return geometry.kader(snapshot_map.vormen(lezing, [gebied], keuze.kaartjaar))


def gebieden_json(huis: Huis, lezing: Lezing, niveau: str, grensjaar: int) -> dict[str, Any]:
    """Codes and names of the areas of a level; names of gemeenten once."""
    er = picture.gebieden(huis.geheugen, lezing, niveau, grensjaar)
    gemeenten = sorted(set(er["gemeentenaam"]))
    nummer = {g: n for n, g in enumerate(gemeenten)}
    return {
        "codes": er["gebied"],
        "namen": er["naam"],
        "gemeente": [nummer[g] for g in er["gemeentenaam"]],
        "gemeenten": gemeenten,
        "wijken": er["wijknaam"] if niveau == "buurt" else None,
    }


def waarden_json(beeld: Beeld, negen: bool) -> dict[str, Any]:
    """Values in the order of the areas; classes and kinds as one character each."""
    uit: dict[str, Any] = {
        "k": "".join("-" if k < 0 else str(k) for k in beeld.klasse.tolist()),
        "o": "".join("0123456789abcdef"[o] for o in beeld.soort.tolist()),
    }
    if negen and beeld.assen is not None:
        uit["assen"] = ["".join("-" if k < 0 else str(k) for k in as_) for as_ in beeld.assen.T]
        return uit
    heel = all(w != w or w == int(w) for w in beeld.waarde.tolist())
    uit["w"] = [None if w != w else int(w) if heel else w for w in beeld.waarde.tolist()]
    uit["v"] = "".join(str(v) for v in beeld.verschil.tolist())
    return uit


def routes(server: Flask, huis: Huis) -> None:
    """Adds the addresses that the map reads."""
    tegels = Tegels(huis.instellingen.datamap)

    @server.get("/kaart/<path:naam>")
    def kaartscript(naam: str) -> Response:
        pad = _script(naam)
        if pad is None:
            abort(404)
        return send_file(pad, mimetype=_SCRIPTS[naam], max_age=86400)

    @server.get("/tegels/<path:plek>")
    def tegelroute(plek: str) -> Response:
        gevraagd = _PLEK.match(plek)
        try:
            if gevraagd is None:
                raise TegelFout("geen adres van een tegel")
            bestand, *zxy = gevraagd.groups()
            beeld = tegel(_tegelpad(huis, tegels, bestand), *(int(g) for g in zxy))
        except TegelFout as fout:
            return Response(str(fout), 404, mimetype="text/plain")
        if beeld is None:
            return Response(status=204, headers={"Cache-Control": _BLIJFT})
        return _ingepakt(beeld, MVT, _BLIJFT)

    for naam, maak in _ANTWOORDEN.items():
        server.add_url_rule(f"/{naam}", naam, partial(antwoord, huis, maak))


def _script(naam: str) -> Path | None:
    """A file of the package `maplibre`, which is found and never imported."""
    vondst = importlib.util.find_spec("maplibre") if naam in _SCRIPTS else None
    for map_ in (vondst.submodule_search_locations or ()) if vondst else ():
        pad = Path(map_) / "srcjs" / naam
        if pad.is_file():
            return pad
    return None


def _tegelpad(huis: Huis, tegels: Tegels, bestand: str) -> Path:
    try:
        with huis.snapshots.lezing() as lezing:
            return tegels.pad(lezing, bestand)
    except GeenPublicatie:
        return tegels.pad(None, bestand)


def _gebieden(huis: Huis, lezing: Lezing) -> dict[str, Any]:
    niveau, jaar = _niveau_en_jaar()
    return gebieden_json(huis, lezing, niveau, jaar) if niveau else _VRAAG


def _weg(huis: Huis, lezing: Lezing) -> dict[str, Any]:
    """The areas that miss a figure that most others have: where the map may need a hatching."""
    niveau, jaar = _niveau_en_jaar()
    return {"codes": snapshot_map.ooit_weg(lezing, niveau, jaar)} if niveau else _VRAAG


def _niveau_en_jaar() -> tuple[str, int]:
    """The level and boundary year that an address names; no level when one of them is wrong."""
    niveau, jaar = request.args.get("niveau", ""), request.args.get("indeling", "")
    goed = niveau in NIVEAUS and jaar.isdecimal() and len(jaar) == 4
    return (niveau, int(jaar)) if goed else ("", 0)


def _vorm(huis: Huis, lezing: Lezing) -> dict[str, Any]:
    """The outline of one area, to draw around it: never more than one."""
    gebied, jaar = request.args.get("gebied", ""), request.args.get("indeling", "")
    if not regions.geldig(gebied) or not jaar.isdecimal() or len(jaar) != 4:
        return {"melding": "Vraag een gebied (een CBS-code) en een indeling (een jaar)."}
    vormen = snapshot_map.vormen(lezing, [gebied], int(jaar))
    return {"type": "FeatureCollection", "features": [geometry.vlak(v) for v in vormen]}


def _eigen(huis: Huis, lezing: Lezing) -> dict[str, Any]:
    """The outlines of areas of one's own."""
    jaar = request.args.get("indeling", "")
    if not jaar.isdecimal() or len(jaar) != 4:
        return {"melding": "Vraag een indeling (een jaar)."}
    vormen = draw_area.omtrekken(lezing, getekende_gebieden(huis), int(jaar))
    return {"type": "FeatureCollection", "features": vormen}


def _onderschrift(huis: Huis, lezing: Lezing) -> dict[str, Any]:
    """The words that go into a picture of the map."""
    zoek = request.query_string.decode("utf-8", "replace")
    try:
        return export_map.onderschrift(huis, lezing, zoek, eigen_gebieden(huis))
    except ValueError as fout:
        return {"melding": str(fout)}


def _lijn(huis: Huis, lezing: Lezing) -> dict[str, Any]:
    """The buurten inside a line that was drawn on the map."""
    jaar = request.args.get("indeling", "")
    if not jaar.isdecimal() or len(jaar) != 4:
        return {"melding": "Vraag een indeling (een jaar)."}
    try:
        return draw_area.binnen(lezing, request.args.get("lijn", ""), int(jaar))
    except draw_area.LijnFout as fout:
        return {"melding": str(fout)}


def _waarden(huis: Huis, lezing: Lezing) -> dict[str, Any]:
    eigen = eigen_gebieden(huis)
    vraag = explore.lees(request.query_string.decode("utf-8", "replace"))
    keuze = explore.kies(lezing, vraag, eigen)
    gevraagd = (vraag.niveau, vraag.cijfer, vraag.jaar, vraag.vergelijk)
    getoond = (keuze.niveau, keuze.gekozen, str(keuze.jaar), keuze.vergelijk)
    # a publication may have no figure at all: its areas are listed just the same
    if keuze.meldingen and any(g not in (None, w) for g, w in zip(gevraagd, getoond, strict=True)):
        return {"melding": " ".join(keuze.meldingen)}
    beeld = picture.beeld(huis.geheugen, lezing, keuze, eigen)
    waarden = waarden_json(beeld, keuze.cijfer == NIVEAU)
    return waarden | {
        "sleutel": _sleutel(lezing, keuze, eigen), "indeling": keuze.grensjaar,
        "soorten": beeld.soorten, "kleuren": classes.kleuren(len(beeld.grenzen) + 1),
    }  # fmt: skip


_ANTWOORDEN: dict[str, Callable[[Huis, Lezing], dict[str, Any]]] = {
    "kaartgebieden": _gebieden, "kaartweg": _weg, "kaartvorm": _vorm, "kaartwaarden": _waarden,
    "kaarteigen": _eigen,
    "kaartonderschrift": _onderschrift, "kaartlijn": _lijn,
}  # fmt: skip
"""The addresses of the map that answer with JSON of the current publication."""


def antwoord(huis: Huis, maak: Any) -> Response:
    """JSON of the current publication; kept by the browser when it asked for that one.

    Areas and values of two publications never come together: an older one is refused.
    """
    try:
        with huis.snapshots.lezing() as lezing:
            nu, gevraagd = lezing.publicatie.publicatie, request.args.get("publicatie")
            if gevraagd not in (None, nu):
                return _json({"melding": "Er zijn nieuwe gegevens. Laad de pagina opnieuw."}, 409)
            inhoud, zelfde = maak(huis, lezing), gevraagd == nu
    except GeenPublicatie as fout:
        return _json({"melding": str(fout)}, 503)
    mis = "melding" in inhoud
    bewaar = _BLIJFT.replace("public", "private") if zelfde and not mis else "no-store"
    return _json(inhoud, 400 if mis else 200, bewaar)


def _json(inhoud: dict[str, Any], status: int, bewaar: str = "no-store") -> Response:
    tekst = json.dumps(inhoud, ensure_ascii=False, separators=(",", ":")).encode()
    antwoord = _ingepakt(gzip.compress(tekst, 4, mtime=0), "application/json", bewaar)
    antwoord.status_code = status
    return antwoord


def _ingepakt(gz: bytes, soort: str, bewaar: str) -> Response:
    kan = "gzip" in request.headers.get("Accept-Encoding", "")
    koppen = {"Cache-Control": bewaar, "Vary": "Accept-Encoding"}
    if kan:
        koppen["Content-Encoding"] = "gzip"
    return Response(gz if kan else gzip.decompress(gz), mimetype=soort, headers=koppen)
