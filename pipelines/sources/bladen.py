"""Opening files: the columns of an Excel sheet, a map layer or a StatLine CSV, as they stand."""

from __future__ import annotations

import csv
import io
import re
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
from python_calamine import CalamineError, CalamineWorkbook

from pipelines.sources import csv_groot
from pipelines.sources.files import Bestand
from pipelines.sources.tabel import BronFout

Kolommen = dict[str, Any]
"""Column name to its cells: a list, or a numpy array where all are numbers."""


def koppen(bestand: Bestand, soort: str) -> Iterator[tuple[str | None, tuple[str, ...]]]:
    """Sheet or layer name and column names of each table in a file.

    Raises:
        BronFout: a file that cannot be opened.
    """
    if bestand.achtervoegsel == ".parquet":
        yield None, tuple(_parquet(bestand).schema_arrow.names)
    elif soort == "excel":
        boek = _werkboek(bestand)
        for blad in boek.sheet_names:
            eerste = next(iter(_blad(boek, blad, bestand.naam)), [])
            yield blad, tuple(str(k).strip() for k in eerste)
    elif soort == "statline_csv":
        yield None, _csv_koppen(bestand)
    elif bestand.achtervoegsel == ".json" and not _is_geojson(bestand.inhoud):
        return
    else:
        with _kaartbron(bestand) as bron:
            for laag, _ in _lagen(bron, bestand):
                velden = _info(bron, laag, bestand)
                yield laag if bestand.achtervoegsel == ".gpkg" else None, velden


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


def _blad(boek: CalamineWorkbook, blad: str, waar: str) -> Iterator[list[Any]]:
    """The rows of a sheet, from the first row of the sheet on."""
    try:
        yield from boek.get_sheet_by_name(blad).iter_rows()
    except (CalamineError, OSError, ValueError) as fout:
        raise BronFout(f"{waar}: blad '{blad}' is niet te lezen ({fout}).") from None


def _lees_excel(bestand: Bestand, blad: str | None, koppen_: Sequence[str]) -> Kolommen:
    boek = _werkboek(bestand)
    rijen = list(_blad(boek, blad or boek.sheet_names[0], bestand.naam))
    return _op_kolom(rijen[1:], koppen_)


def _op_kolom(rijen: list[list[Any]], koppen_: Sequence[str]) -> Kolommen:
    """Rows as columns; blank rows at the end fall away, others keep their place and number."""
    while rijen and all(c in ("", None) for c in rijen[-1]):
        rijen.pop()
    return dict(zip(koppen_, map(list, zip(*rijen, strict=True)), strict=False))


def _parquet(bestand: Bestand) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(io.BytesIO(bestand.inhoud))
    except (pa.ArrowException, OSError) as fout:
        raise _kapot(bestand.naam, fout) from None


def _lees_parquet(bestand: Bestand, waar: str) -> Kolommen:
    """The table of an Excel generation that somebody keeps as Parquet: same headings, faster."""
    try:
        tabel = _parquet(bestand).read()
    except (pa.ArrowException, OSError) as fout:
        raise _kapot(waar, fout) from None
    return {
        naam: kolom.to_numpy()
        if pa.types.is_floating(kolom.type) or pa.types.is_integer(kolom.type)
        else kolom.to_pylist()
        for naam, kolom in zip(tabel.column_names, tabel.columns, strict=True)
    }


def _csv_tekst(bestand: Bestand) -> str:
    try:
        return bestand.inhoud.decode("utf-8-sig")
    except UnicodeDecodeError:
        return bestand.inhoud.decode("cp1252", errors="replace")


def _csv_rijen(bestand: Bestand) -> Iterator[list[str]]:
    """The rows of a CSV; what its first line has most of parts the cells.

    Raises:
        BronFout: naming the row that cannot be read.
    """
    tekst = io.StringIO(_csv_tekst(bestand), newline=None)
    eerste = tekst.readline()
    tekst.seek(0)
    lezer = csv.reader(tekst, delimiter=_scheiding(eerste))
    try:
        for rij in lezer:
            yield [c.strip() for c in rij]
    except csv.Error as fout:
        raise BronFout(
            f"{bestand.naam}, regel {lezer.line_num}: niet te lezen als CSV ({fout})."
        ) from None


def _scheiding(eerste: str) -> str:
    return ";" if eerste.count(";") >= eerste.count(",") else ","


def _csv_koppen(bestand: Bestand) -> tuple[str, ...]:
    begin = bestand.inhoud[:1_000_000]  # the headings are in its first line
    begin = begin[: begin.rfind(b"\n") + 1] or bestand.inhoud
    try:
        return tuple(next(_csv_rijen(Bestand(bestand.naam, begin)), []))
    except BronFout:  # no CSV at all
        return ()


def _lees_csv(bestand: Bestand, koppen_: Sequence[str], waar: str) -> Kolommen:
    eerste = bestand.inhoud[:100_000].partition(b"\n")[0].decode("utf-8", errors="replace")
    snel = csv_groot.lees(bestand.inhoud, _scheiding(eerste), koppen_)
    if snel is not None:
        return snel
    inhoud: list[list[Any]] = list(_csv_rijen(bestand))[1:]
    while inhoud and (not any(inhoud[-1]) or inhoud[-1][0].startswith(("Bron:", "©"))):
        inhoud.pop()
    for nummer, rij in enumerate(inhoud, start=2):
        if len(rij) != len(koppen_):
            raise BronFout(
                f"{waar}, rij {nummer}: {len(rij)} cellen, verwacht {len(koppen_)}. Het bestand is "
                "afgebroken of heeft een los scheidingsteken. Haal het opnieuw op."
            )
    return _op_kolom(inhoud, koppen_)


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
    except (RuntimeError, OSError, ValueError) as fout:  # pyogrio raises RuntimeError
        raise _kapot(bestand.naam, fout) from None


def _info(bron: _kaartbron, laag: str, bestand: Bestand) -> tuple[str, ...]:
    """The field names of a layer; none for a layer without geometry."""
    try:
        info = pyogrio.read_info(bron.pad, layer=laag)
    except (RuntimeError, OSError, ValueError) as fout:
        raise _kapot(bestand.naam, fout) from None
    return tuple(info["fields"]) if info["geometry_type"] else ()


def _kapot(waar: str, fout: Exception) -> BronFout:
    wat = re.sub(r"'?\S*/kaart\.\w+'?", "het bestand", str(fout))[:120]
    return BronFout(
        f"{waar}: deze kaart is niet te lezen; het bestand is beschadigd of afgebroken ({wat}). "
        "Haal het opnieuw op."
    )


def _lees_kaart(
    bestand: Bestand, blad: str | None, koppen_: Sequence[str], waar: str
) -> tuple[Kolommen, gpd.GeoSeries]:
    with _kaartbron(bestand) as bron:
        laag = blad or _lagen(bron, bestand)[0][0]
        try:
            kaart = gpd.read_file(bron.pad, layer=laag, on_invalid="ignore")
        except (RuntimeError, OSError, ValueError) as fout:
            raise _kapot(waar, fout) from None
    if kaart.crs is None:
        raise BronFout(
            f"{waar}: het coördinatenstelsel staat er niet bij (.prj ontbreekt). "
            "Lever de kaart met stelsel; RD New is EPSG:28992."
        )
    cellen = {
        naam: kaart[kolom].to_numpy()
        if kaart[kolom].dtype.kind in "fi"
        else kaart[kolom].astype(object).where(kaart[kolom].notna(), None).tolist()
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
    dubbel = [k for i, k in enumerate(koppen_) if k and k in koppen_[:i]]
    if dubbel:
        raise BronFout(
            f"{waar}, rij 1: de kolom '{dubbel[0]}' staat er twee keer. Haal er een weg."
        )
    if bestand.achtervoegsel == ".parquet":
        return _lees_parquet(bestand, waar), None
    if soort == "excel":
        return _lees_excel(bestand, blad, koppen_), None
    if soort == "statline_csv":
        return _lees_csv(bestand, koppen_, waar), None
    return _lees_kaart(bestand, blad, koppen_, waar)
