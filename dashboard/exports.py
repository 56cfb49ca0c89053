"""Files of what is on screen: CSV, Excel and GeoJSON, each with its sources and use limits inside.

`maak(soort, tabel, kop)` makes the file; `tabel` are `Regel`s, one per figure, and `kop` says
where they come from. Text that a spreadsheet could run as a formula is disarmed; numbers stay
numbers. Stories are never in a file: they can identify someone.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields

from dashboard.own_areas import maak_id
from dashboard.snapshot import Lezing
from dashboard.snapshot_types import Gebied, Score, Waarde
from dashboard.words import HARD, cijfer, datum
from indicators.catalogue import Catalogus
from indicators.model import EENHEDEN

BOM = "\ufeff"
GEVAAR = ("=", "+", "-", "@", "\t", "\r")
MIME = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "geojson": "application/geo+json",
}
SCORE_AARD = "eigen indicatie op open data"
EIGEN_AARD = "herberekend voor een eigen gebied"
Grenzen = Mapping[tuple[str, int], bytes]
"""Outlines by area and grensjaar, as WKB in RD New (EPSG:28992)."""


@dataclass(frozen=True)
class Regel:
    """One figure as a row: what, where, when, its interval, and what kind of figure it is."""

    gebied: str
    naam: str
    niveau: str
    grensjaar: int
    indicator: str
    cijfer: str
    jaar: int
    waarde: float | None
    onder: float | None
    boven: float | None
    eenheid: str
    op_scherm: str
    ontbreekt: str
    aard: str
    voorlopig: str
    bron: str
    toelichting: str = ""


KOLOMMEN = tuple(f.name for f in fields(Regel))


@dataclass(frozen=True)
class Kop:
    """What stands in every file besides the figures."""

    titel: str
    publicatie: str
    gemaakt_op: str
    fictief: bool
    bronnen: tuple[tuple[str, str], ...]
    mag_niet: tuple[str, ...]
    opmerkingen: tuple[str, ...] = ()
    stempel: tuple[tuple[str, str], ...] = ()
    """The setting of a trial, line by line."""

    def regels(self) -> list[tuple[str, str]]:
        """The lines, each with what it is about."""
        uit = [
            ("Tel & Vertel", self.titel),
            ("Publicatie", f"{self.publicatie}, gegevens van {datum(self.gemaakt_op)}"),
        ]
        if self.fictief:
            uit.append(("Let op", "fictieve gemeente: deze cijfers gaan over geen echte plek"))
        uit += self.stempel
        uit += [("Bron", f"{bron}; licentie {licentie}") for bron, licentie in self.bronnen]
        uit += [("Let op", o) for o in self.opmerkingen]
        uit += [("Waar dit niet voor mag", z) for z in self.mag_niet]
        uit.append(("Verhalen", "staan niet in dit bestand: ze kunnen te herkennen zijn"))
        return uit


@dataclass(frozen=True)
class Uitvoer:
    """A file to send."""

    naam: str
    mime: str
    inhoud: bytes


def regel(
    w: Waarde, g: Gebied, cat: Catalogus, toelichting: str = "", tekst: str | None = None
) -> Regel:
    """A figure as a row.

    Args:
        w: the figure.
        g: its area.
        cat: the words of the publication.
        toelichting: what else to know, for example from how many buurten.
        tekst: how it reads on screen, when that is not just the value.
    """
    indicator = cat.indicatoren[w.indicator]
    aarden, weg = dict(cat.woorden.aard), dict(cat.woorden.ontbreekt_door)
    niveaus = dict(cat.woorden.niveau)
    bron = cat.bronnen.get(w.bron)
    reden = weg.get(w.ontbreekt_door or "", "onbekend") if w.waarde is None else ""  # type: ignore[call-overload]
    aard = aarden.get(w.aard, w.aard)  # type: ignore[call-overload]
    if g.niveau == "eigen" and w.aard == "herberekend":
        aard = EIGEN_AARD
    return Regel(
        gebied=w.gebied, naam=g.naam, niveau=niveaus.get(g.niveau, "eigen gebied"),  # type: ignore[call-overload]
        grensjaar=w.grensjaar, indicator=w.indicator, cijfer=indicator.naam, jaar=w.jaar,
        waarde=w.waarde, onder=w.onder, boven=w.boven, eenheid=EENHEDEN[indicator.eenheid],
        op_scherm=(tekst or (reden if w.waarde is None else cijfer(w.waarde, indicator))).replace(
            HARD, " "
        ),
        ontbreekt=reden, aard=aard, voorlopig="ja" if w.voorlopig else "nee",
        bron=bron.naam if bron else w.bron, toelichting=toelichting.replace(HARD, " "),
    )  # fmt: skip


def scoreregel(s: Score, g: Gebied, cat: Catalogus, waarom_niet: str = "") -> Regel:
    """A score as a row, marked as an indication of our own."""
    knoop = cat.knoop(s.boom, s.knoop)
    return Regel(
        gebied=g.gebied, naam=g.naam, niveau=g.niveau, grensjaar=g.grensjaar,
        indicator=f"score.{s.boom}.{s.knoop}", cijfer=knoop.naam, jaar=s.jaar, waarde=s.score,
        onder=s.onder, boven=s.boven, eenheid="0 tot 100",
        op_scherm="geen score" if s.score is None else f"{s.score:.0f} van 100",
        ontbreekt=(waarom_niet or s.geen_score_reden or "") if s.score is None else "",
        aard=SCORE_AARD, voorlopig="nee", bron="Tel & Vertel",
        toelichting=f"{100 * s.dekking:.0f} % van wat meetelt is bekend",
    )  # fmt: skip


def kop(
    lezing: Lezing, titel: str, regels: Iterable[Regel], opmerkingen: Sequence[str] = ()
) -> Kop:
    """What stands in a file with these figures: their sources, the publication, the limits."""
    cat, p = lezing.catalogus, lezing.publicatie
    namen = dict.fromkeys(r.bron for r in regels)
    bronnen = [b for b in cat.bronnen.values() if b.naam in namen]
    return Kop(
        titel, p.publicatie, p.gemaakt_op, p.fictief,
        tuple((b.bronvermelding.removeprefix("Bron: "), b.licentie) for b in bronnen),
        tuple(cat.woorden.mag_niet), tuple(opmerkingen),
    )  # fmt: skip


def maak(
    soort: str, tabel: Sequence[Regel], kop_: Kop, *, grenzen: Grenzen | None = None,
    samen: Mapping[str, Sequence[tuple[str, int]]] | None = None, komma: bool = True,
) -> Uitvoer:  # fmt: skip
    """A file of these figures.

    Args:
        soort: `csv`, `xlsx` or `geojson`.
        tabel: the figures.
        kop_: where they come from.
        grenzen: outlines, for GeoJSON; an area without one gets no geometry.
        samen: for areas of one's own: which outlines make up theirs.
        komma: write decimals in CSV with a comma, as a Dutch spreadsheet expects.

    Raises:
        KeyError: when there is no such kind of file.
    """
    mime = MIME[soort]
    if soort == "csv":
        inhoud = _csv(tabel, kop_, komma)
    elif soort == "xlsx":
        inhoud = _xlsx(tabel, kop_)
    else:
        inhoud = _geojson(tabel, kop_, grenzen or {}, samen or {})
    return Uitvoer(naam(kop_, soort), mime, inhoud)


def naam(kop_: Kop, soort: str) -> str:
    """The name of a file: what it is about and of which day the figures are."""
    dag = kop_.gemaakt_op[:10] if kop_.gemaakt_op[:4].isdecimal() else "zonder-datum"
    return f"telvertel-{maak_id(kop_.titel)}-{dag}.{soort}"


def ontschadig(tekst: str) -> str:
    """Text that a spreadsheet would take for a formula, with an apostrophe before it."""
    return f"'{tekst}" if tekst.startswith(GEVAAR) else tekst


def _csv(tabel: Sequence[Regel], kop_: Kop, komma: bool) -> bytes:
    """Semicolons, UTF-8 with a mark; the lines of the head come first and start with `#`."""
    uit = io.StringIO()
    for wat, zin in kop_.regels():
        uit.write(_veld(f"# {wat}: {zin}") + "\r\n")
    uit.write(";".join(KOLOMMEN) + "\r\n")
    for r in tabel:
        uit.write(";".join(_csvcel(getattr(r, k), komma) for k in KOLOMMEN) + "\r\n")
    return (BOM + uit.getvalue()).encode("utf-8")


def _csvcel(waarde: object, komma: bool) -> str:
    if waarde is None:
        return ""
    if isinstance(waarde, float):
        tekst = str(int(waarde)) if waarde.is_integer() else repr(waarde)
        return tekst.replace(".", ",") if komma else tekst
    if isinstance(waarde, int):
        return str(waarde)
    return _veld(ontschadig(str(waarde)))


def _veld(tekst: str) -> str:
    plat = tekst.replace("\r\n", "\n")
    if any(t in plat for t in ';"\n\r\t'):
        return '"' + plat.replace('"', '""') + '"'
    return plat


def _xlsx(tabel: Sequence[Regel], kop_: Kop) -> bytes:
    """Two sheets: the figures, and where they come from and may be used for."""
    import xlsxwriter

    uit = io.BytesIO()
    boek = xlsxwriter.Workbook(
        uit, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    vet, breed = boek.add_format({"bold": True}), boek.add_format({"text_wrap": True})
    blad = boek.add_worksheet("cijfers")
    for k, naam in enumerate(KOLOMMEN):
        blad.write_string(0, k, naam, vet)
    for n, r in enumerate(tabel, start=1):
        for k, naam in enumerate(KOLOMMEN):
            waarde = getattr(r, naam)
            if isinstance(waarde, int | float):
                blad.write_number(n, k, waarde)
            elif waarde:
                blad.write_string(n, k, ontschadig(str(waarde)))
    blad.freeze_panes(1, 2)
    blad.autofilter(0, 0, max(len(tabel), 1), len(KOLOMMEN) - 1)
    blad.set_column(0, len(KOLOMMEN) - 1, 14)
    blad.set_column(5, 5, 40)
    uitleg = boek.add_worksheet("bron en gebruik")
    uitleg.set_column(0, 0, 24)
    uitleg.set_column(1, 1, 110, breed)
    for n, (wat, zin) in enumerate(kop_.regels()):
        uitleg.write_string(n, 0, ontschadig(wat), vet)
        uitleg.write_string(n, 1, ontschadig(zin), breed)
    boek.close()
    return uit.getvalue()


def _geojson(
    tabel: Sequence[Regel], kop_: Kop, grenzen: Grenzen,
    samen: Mapping[str, Sequence[tuple[str, int]]],
) -> bytes:  # fmt: skip
    """One feature per area, longitude and latitude; its figures with all that goes with them.

    A map program cannot look into a list, so each figure also stands by its own name: the value of
    its newest year, null where it is missing (`cijfers` says why).
    """
    per: dict[str, list[Regel]] = {}
    for r in tabel:
        per.setdefault(r.gebied, []).append(r)
    vast = ("gebied", "naam", "niveau")
    velden = [k for k in KOLOMMEN if k not in vast]
    jaren = {code: max(r.grensjaar for r in rijen) for code, rijen in per.items()}
    omtrek = _omtrekken({c: samen.get(c) or [(c, jaar)] for c, jaar in jaren.items()}, grenzen)
    dingen = [
        {
            "type": "Feature",
            "id": code,
            "geometry": omtrek.get(code),
            "properties": {
                **{k: getattr(rijen[0], k) for k in vast},
                "grensjaar": jaren[code],
                **{r.indicator: r.waarde for r in sorted(rijen, key=lambda r: r.jaar)},
                "cijfers": [{k: getattr(r, k) for k in velden} for r in rijen],
            },
        }
        for code, rijen in per.items()
    ]
    geheel = {
        "type": "FeatureCollection",
        "bron_en_gebruik": [{"wat": wat, "zin": zin} for wat, zin in kop_.regels()],
        "features": dingen,
    }
    return json.dumps(geheel, ensure_ascii=False, allow_nan=False).encode("utf-8")


def _omtrekken(
    delen: Mapping[str, Sequence[tuple[str, int]]], grenzen: Grenzen
) -> dict[str, object]:
    """The outline of each area in degrees; an area of which a part is missing has none."""
    heel = {c: d for c, d in delen.items() if d and all(p in grenzen for p in d)}
    if not heel:
        return {}
    import geopandas as gpd
    import shapely

    vlakken = [shapely.union_all(shapely.from_wkb([grenzen[p] for p in d])) for d in heel.values()]
    graden = gpd.GeoSeries(vlakken, crs=28992).to_crs(4326).set_precision(1e-6)
    teksten = shapely.to_geojson(graden.to_numpy())
    return {code: json.loads(t) for code, t in zip(heel, teksten, strict=True)}
