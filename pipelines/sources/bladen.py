"""Opening files: the columns of an Excel sheet, a map layer or a StatLine CSV, as they stand."""

from __future__ import annotations

import csv
import io
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import pyogrio
from python_calamine import CalamineError, CalamineWorkbook

from pipelines.sources.files import Bestand
from pipelines.sources.tabel import BronFout

Kolommen = dict[str, list[Any]]


def koppen(bestand: Bestand, soort: str) -> Iterator[tuple[str | None, tuple[str, ...]]]:
    """Sheet or layer name and column names of each table in a file.

    Raises:
        BronFout: a file that cannot be opened.
    """
    if soort == "excel":
        boek = _werkboek(bestand)
        for blad in boek.sheet_names:
            eerste = next(iter(boek.get_sheet_by_name(blad).iter_rows()), [])
            yield blad, tuple(str(k).strip() for k in eerste)
    elif soort == "statline_csv":
        yield None, _csv_koppen(bestand)
    elif bestand.achtervoegsel == ".json" and not _is_geojson(bestand.inhoud):
        return
    else:
        with _kaartbron(bestand) as bron:
            for laag, _ in _lagen(bron, bestand):
                velden = pyogrio.read_info(bron.pad, layer=laag)["fields"]
                yield laag if bestand.achtervoegsel == ".gpkg" else None, tuple(velden)


def volle_namen(gelezen: Sequence[str], gezien: Sequence[str]) -> tuple[str, ...]:
    """Column names, with the names of a shapefile (cut at ten characters) made whole again.

    A shapefile's writer cuts names at ten characters and numbers the doubles; repeating that over
    the columns of the generation, in order, tells which is which. Other names stay as they are.
    """
    if not gezien or any(len(k) > 10 for k in gelezen):
        return tuple(gelezen)
    kort: dict[str, str] = {}
    for veld in gezien:
        kort.setdefault(_kort(veld, kort), veld)
    return tuple(kort.get(k, k) for k in gelezen)


def _kort(veld: str, bezet: dict[str, str]) -> str:
    """The name GDAL's shapefile writer gives a field, after those already given."""
    kandidaat = veld[:10]
    for nummer in range(1, 100):
        if kandidaat not in bezet:
            return kandidaat
        kandidaat = f"{veld[:8]}_{nummer}" if nummer < 10 else f"{veld[:8]}{nummer}"
    return kandidaat


def _werkboek(bestand: Bestand) -> CalamineWorkbook:
    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(bestand.inhoud))
    except (CalamineError, OSError, ValueError, zipfile.BadZipFile) as fout:
        raise BronFout(
            f"{bestand.naam}: dit Excelbestand is niet te openen; het is beschadigd of afgebroken "
            f"({fout}). Haal het opnieuw op."
        ) from None


def _lees_excel(bestand: Bestand, blad: str | None, koppen_: Sequence[str], waar: str) -> Kolommen:
    boek = _werkboek(bestand)
    try:
        rijen = boek.get_sheet_by_name(blad or boek.sheet_names[0]).to_python()
    except (CalamineError, OSError, ValueError) as fout:
        raise BronFout(f"{waar}: het blad is niet te lezen ({fout}).") from None
    inhoud = [r for r in rijen[1:] if any(c not in ("", None) for c in r)]
    return dict(zip(koppen_, map(list, zip(*inhoud, strict=True)), strict=False))


def _csv_tekst(bestand: Bestand) -> str:
    try:
        return bestand.inhoud.decode("utf-8-sig")
    except UnicodeDecodeError:
        return bestand.inhoud.decode("cp1252", errors="replace")


def _csv_koppen(bestand: Bestand) -> tuple[str, ...]:
    tekst = _csv_tekst(bestand)
    eerste = tekst.split("\n", 1)[0]
    scheiding = ";" if eerste.count(";") >= eerste.count(",") else ","
    rij = next(csv.reader(io.StringIO(eerste), delimiter=scheiding), [])
    return tuple(k.strip() for k in rij)


def _lees_csv(bestand: Bestand, koppen_: Sequence[str], waar: str) -> Kolommen:
    tekst = _csv_tekst(bestand)
    rijen = list(csv.reader(io.StringIO(tekst), delimiter=";"))
    breedte, inhoud = len(rijen[0]), []
    for nummer, rij in enumerate(rijen[1:], start=2):
        if not rij or rij[0].startswith("Bron:"):
            continue
        if len(rij) != breedte:
            raise BronFout(
                f"{waar}, rij {nummer}: {len(rij)} cellen, verwacht {breedte}. "
                "Het bestand is afgebroken of heeft een los scheidingsteken."
            )
        inhoud.append([c.strip() for c in rij])
    return dict(zip(koppen_, map(list, zip(*inhoud, strict=True)), strict=False))


def _is_geojson(inhoud: bytes) -> bool:
    begin = inhoud[:20_000]
    return b'"FeatureCollection"' in begin and b'"Feature"' in inhoud[:200_000]


class _kaartbron:  # noqa: N801 - used as a context manager, like open
    """The bytes of a map file at a path that GDAL can open, for the time of reading."""

    def __init__(self, bestand: Bestand) -> None:
        self.bestand = bestand
        self._map = tempfile.TemporaryDirectory(prefix="kaart")
        self.pad = Path(self._map.name) / f"kaart{bestand.achtervoegsel}"

    def __enter__(self) -> _kaartbron:
        if self.bestand.achtervoegsel == ".shp":
            with zipfile.ZipFile(io.BytesIO(self.bestand.inhoud)) as archief:
                archief.extractall(self._map.name)
        else:
            self.pad.write_bytes(self.bestand.inhoud)
        return self

    def __exit__(self, *_: object) -> None:
        self._map.cleanup()


def _lagen(bron: _kaartbron, bestand: Bestand) -> list[tuple[str, str]]:
    try:
        return [(str(n), str(g)) for n, g in pyogrio.list_layers(bron.pad)]
    except (pyogrio.errors.DataSourceError, OSError) as fout:
        raise BronFout(
            f"{bestand.naam}: deze kaart is niet te openen; het bestand is beschadigd of "
            f"afgebroken ({str(fout)[:120]}). Haal het opnieuw op."
        ) from None


def _lees_kaart(
    bestand: Bestand, blad: str | None, koppen_: Sequence[str], waar: str
) -> tuple[Kolommen, gpd.GeoSeries]:
    with _kaartbron(bestand) as bron:
        laag = blad or _lagen(bron, bestand)[0][0]
        try:
            kaart = gpd.read_file(bron.pad, layer=laag, on_invalid="ignore")
        except (pyogrio.errors.DataSourceError, pyogrio.errors.GeometryError, ValueError) as fout:
            raise BronFout(f"{waar}: de kaart is niet te lezen ({fout}).") from None
    if kaart.crs is None:
        raise BronFout(
            f"{waar}: het coördinatenstelsel staat er niet bij (.prj ontbreekt). "
            "Lever de kaart met stelsel; RD New is EPSG:28992."
        )
    cellen = {
        naam: kaart[kolom].astype(object).where(kaart[kolom].notna(), None).tolist()
        for naam, kolom in zip(koppen_, kaart.columns, strict=False)
        if kolom != kaart.geometry.name
    }
    return cellen, kaart.geometry


def kolommen_van(
    bestand: Bestand, soort: str, blad: str | None, koppen_: Sequence[str], waar: str
) -> tuple[Kolommen, gpd.GeoSeries | None]:
    """The columns of one sheet, layer or table, and its geometries when it is a map.

    Args:
        bestand: the file.
        soort: excel, kaart or statline_csv.
        blad: sheet or layer; None for the first.
        koppen_: column names to give, in the file's order.
        waar: file and sheet, for messages.

    Raises:
        BronFout: naming what cannot be read.
    """
    if soort == "excel":
        return _lees_excel(bestand, blad, koppen_, waar), None
    if soort == "statline_csv":
        return _lees_csv(bestand, koppen_, waar), None
    return _lees_kaart(bestand, blad, koppen_, waar)
