"""From the bytes of an OData table to a `Tabel`: no network, clock or CBS package in this module.

A package is one zip of answers as they were received. Columns are found by the name before the
last underscore and by the titles of the topic groups around it, never by the number that CBS puts
behind the name: that number differs per table, and within one table from release to release.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import NoneType
from typing import Any

import numpy as np
import pandas as pd
from pydantic_core import from_json

from indicators import regions
from indicators.catalogue import Catalogus
from indicators.formulas import CODES, F64, HEEFT, I8
from indicators.model import Bron, Generatie
from pipelines.sources import lang
from pipelines.sources.keur import keur
from pipelines.sources.odata_vorm import Onderwerp, Rijen, kies_vorm, koppel
from pipelines.sources.plank import ontpers
from pipelines.sources.tabel import (
    GEBIED_KOLOMMEN,
    BronFout,
    Tabel,
    controleer_codes,
    geldige_codes,
    getallen,
    niet_gepubliceerd,
)

GEBIEDEN = "WijkenEnBuurten"
"""The region dimension: its name in the rows and in the list of the table's parts."""
GEGEVENS = "TypedDataSet"
KENMERK = "pakket.json"
_HOOGSTE_UITGEPAKT = 2 * 1024**3
_HOOGSTE_BLAD = 256 * 1024**2


@dataclass(frozen=True)
class _Delen:
    tabel_id: str
    info: Mapping[str, Any]
    eigenschappen: Rijen
    titels: Mapping[str, str]
    rijen: Rijen


def is_pakket(inhoud: bytes) -> bool:
    """Whether these bytes are a package of this module."""
    try:
        with zipfile.ZipFile(io.BytesIO(inhoud)) as zip_:
            return KENMERK in zip_.namelist()
    except zipfile.BadZipFile:
        return False


def lees(pakket_bytes: bytes, bestand: str, cat: Catalogus) -> Tabel:
    """One table-year from a package.

    Args:
        pakket_bytes: a package as `odata.Pakket.inhoud` has it.
        bestand: name of the file, for messages.
        cat: declares the generations; one of them must fit.

    Raises:
        BronFout: a damaged package, no year, an unknown generation, a declared column that is
            missing or fits twice, a code that is no CBS code, or text among numbers.
    """
    tabellen = lees_alle(pakket_bytes, bestand, cat)
    if len(tabellen) > 1:
        raise BronFout(f"{bestand}: verwacht een jaar, gevonden {[t.jaar for t in tabellen]}.")
    return tabellen[0]


def lees_alle(pakket_bytes: bytes, bestand: str, cat: Catalogus) -> list[Tabel]:
    """Every table-year of a package: one, or one per year of a table with periods.

    Args and Raises: as `lees`.
    """
    delen = _open(pakket_bytes, bestand)
    waar = f"{bestand}, tabel {delen.tabel_id}"
    bron, gen, onderwerpen = kies_vorm(cat, delen.tabel_id, delen.eigenschappen, waar)
    koppeling = koppel(cat, gen, onderwerpen, waar)
    if gen.periode is not None:
        return _lange_tabel(delen, bron, gen, onderwerpen, koppeling, cat, waar)
    jaar = _jaar(delen, bron, waar)
    codes = controleer_codes(_kolom(delen.rijen, gen.gebied, waar), f"{waar}, {gen.gebied}")
    cellen, waarschuwingen = _cellen(delen.rijen, onderwerpen, koppeling, cat, gen, waar)
    niet_gepubliceerd(cellen, codes)
    zonder_naam = [c for c in codes if c not in delen.titels]
    if zonder_naam:
        waarschuwingen.append(
            f"{len(zonder_naam)} gebieden hebben geen naam in {GEBIEDEN}: {zonder_naam[:5]}"
        )
    tabel = Tabel(
        bron=bron.id,
        generatie=gen.id,
        jaar=jaar,
        jaar_uit="veld Period van TableInfos",
        grensjaar=jaar,
        gebieden=_gebieden(delen, codes, gen, koppeling, waar),
        cellen=cellen,
    )
    if gen.ongezien:
        waarschuwingen.append(f"vorm {gen.id} is niet zelf gezien ({gen.gezien}): kijk een paar "
                              "cijfers na op StatLine")  # fmt: skip
    return [replace(tabel, waarschuwingen=(*waarschuwingen, *keur(tabel, gen, waar)))]


def _lange_tabel(
    delen: _Delen,
    bron: Bron,
    gen: Generatie,
    onderwerpen: list[Onderwerp],
    koppeling: Mapping[str, Onderwerp],
    cat: Catalogus,
    waar: str,
) -> list[Tabel]:
    """A table with periods, and maybe dimensions, beside its region: a table-year per year."""
    rijen = delen.rijen
    ruw = [gen.andere_codes.get(str(c).strip(), c) for c in _kolom(rijen, gen.gebied, waar)]
    cellen, waarschuwingen = _cellen(rijen, onderwerpen, koppeling, cat, gen, waar)
    lange = lang.Lang(
        waar=waar,
        codes=geldige_codes(ruw, f"{waar}, {gen.gebied}"),
        perioden=_kolom(rijen, str(gen.periode), waar),
        leden={d.kolom: lang.leden(_kolom(rijen, d.kolom, waar)) for d in gen.dimensies},
        cellen=cellen,
        gebieden=lambda nummers, codes: _gebieden(
            replace(delen, rijen=[rijen[i] for i in nummers]), codes, gen, koppeling, waar
        ),
        waarschuwingen=tuple(waarschuwingen),
    )

    def grensjaar(jaar: int, nieuwste: int) -> int:
        gevonden = jaar if bron.grens == "zelfde_jaar" else bron.indeling_van.get(delen.tabel_id)
        if gevonden is None:
            raise BronFout(
                f"{waar}, {jaar}: bij welke indeling (grenzen van welk jaar) horen de codes? Kijk "
                "op StatLine in de toelichting van de tabel, en zet het jaar bij indeling_van van "
                f"{bron.id} in indicators/catalogus/bronnen.yaml."
            )
        return gevonden

    return lang.tabellen(lange, bron, gen, cat, grensjaar)


def _open(inhoud: bytes, bestand: str) -> _Delen:
    try:
        with zipfile.ZipFile(io.BytesIO(inhoud)) as zip_:
            if sum(i.file_size for i in zip_.infolist()) > _HOOGSTE_UITGEPAKT:
                raise BronFout(f"{bestand}: uitgepakt groter dan 2 GiB, dit is geen CBS-tabel.")
            namen = zip_.namelist()
            kenmerk = _json(zip_, KENMERK, bestand)
            delen = {
                naam: list(_waarden(zip_, namen, naam, bestand))
                for naam in ("TableInfos", "DataProperties", GEBIEDEN, GEGEVENS)
            }
    except (zipfile.BadZipFile, KeyError, EOFError, ValueError, OSError) as fout:
        raise BronFout(
            f"{bestand}: geen heel pakket van een OData-tabel ({fout}). Haal de tabel opnieuw op."
        ) from None
    for naam in ("TableInfos", "DataProperties", GEGEVENS):
        if not delen[naam]:
            raise BronFout(f"{bestand}, {naam}: leeg. Haal de tabel opnieuw op.")
    titels = {regions.schoon(r["Key"]): str(r["Title"]).strip() for r in delen[GEBIEDEN]}
    return _Delen(
        str(kenmerk["tabel_id"]),
        delen["TableInfos"][0],
        delen["DataProperties"],
        titels,
        delen[GEGEVENS],
    )


def _json(zip_: zipfile.ZipFile, naam: str, bestand: str) -> Any:
    try:
        inhoud = zip_.read(naam)
        if naam.endswith(".zst"):
            inhoud = ontpers(inhoud, _HOOGSTE_BLAD)
        return from_json(inhoud, cache_strings="keys")
    except ValueError as fout:
        raise BronFout(f"{bestand}, {naam}: geen geldige JSON ({fout}).") from None


def _waarden(
    zip_: zipfile.ZipFile, namen: list[str], naam: str, bestand: str
) -> Iterator[dict[str, Any]]:
    """The rows of one part, over all its pages in order."""
    eerst = (f"{naam}.json", f"{naam}.json.zst")
    for blad in sorted(namen, key=lambda n: (n not in eerst, n)):
        if blad in eerst or re.fullmatch(rf"{naam}-\d+\.json(\.zst)?", blad):
            yield from _json(zip_, blad, bestand)["value"]


def _jaar(delen: _Delen, bron: Bron, waar: str) -> int:
    periode = str(delen.info.get("Period") or "").strip()
    if not re.fullmatch(r"(19|20)\d\d", periode):
        raise BronFout(
            f"{waar}, TableInfos, Period: verwacht een jaar van vier cijfers, gevonden "
            f"'{periode[:40]}'. Een tabel zonder eigen jaar kan niet worden ingelezen."
        )
    verwacht = [j for j, tabel in bron.tabellen.items() if tabel == delen.tabel_id]
    if verwacht and int(periode) not in verwacht:
        raise BronFout(
            f"{waar}, TableInfos, Period: gevonden {periode}, maar de catalogus kent deze tabel "
            f"als {verwacht[0]} (bronnen.yaml, {bron.id}, tabellen). Kijk op StatLine welk jaar "
            "de tabel heeft voordat iets wordt ingelezen."
        )
    return int(periode)


def _kolom(rijen: Rijen, sleutel: str, waar: str) -> list[Any]:
    try:
        return [r[sleutel] for r in rijen]
    except KeyError:
        rij = next(n for n, r in enumerate(rijen, start=2) if sleutel not in r)
        raise BronFout(
            f"{waar}, {GEGEVENS}, rij {rij}: veld {sleutel} ontbreekt, terwijl DataProperties het "
            "noemt. Haal de tabel opnieuw op."
        ) from None


def _cellen(
    rijen: Rijen,
    onderwerpen: list[Onderwerp],
    koppeling: Mapping[str, Onderwerp],
    cat: Catalogus,
    gen: Generatie,
    waar: str,
) -> tuple[dict[str, tuple[F64, I8]], list[str]]:
    """All columns of numbers: declared ones as the catalogue writes them, others by full path.

    Columns of text describe the area (names, codes, postcode) and are in `gebieden`.
    """
    gevraagd = [k for k in cat.gevraagde_kolommen(gen.id) if k in koppeling]  # not its members
    verplicht = {koppeling[k].sleutel for k in gevraagd}
    namen: dict[str, list[str]] = {}
    for kolom, onderwerp in koppeling.items():
        namen.setdefault(onderwerp.sleutel, []).append(kolom)
    cellen: dict[str, tuple[F64, I8]] = {}
    waarschuwingen: list[str] = []
    for onderwerp in onderwerpen:
        moet = onderwerp.sleutel in verplicht
        if onderwerp.tekst and not moet:
            continue
        if not moet and onderwerp.sleutel not in rijen[0]:
            waarschuwingen.append(f"kolom {onderwerp.pad} staat niet in de gegevens")
            continue
        ruw = _kolom(rijen, onderwerp.sleutel, waar)
        reeks = _reeks(ruw, gen, moet, f"{waar}, {onderwerp.pad} ({onderwerp.sleutel})")
        if reeks is None:
            continue
        for kolom in namen.get(onderwerp.sleutel, [onderwerp.pad]):
            if kolom in cellen:
                waarschuwingen.append(f"kolom {kolom} komt vaker voor; de eerste telt")
            else:
                cellen[kolom] = (reeks[0].copy(), reeks[1].copy())
    return cellen, waarschuwingen


def _reeks(ruw: list[Any], gen: Generatie, verplicht: bool, waar: str) -> tuple[F64, I8] | None:
    """As `getallen`, with a shortcut for a column of plain numbers and nulls."""
    if set(map(type, ruw)) <= {int, float, NoneType} and not _getal_als_gat(gen):
        waarden = np.array(ruw, dtype=np.float64)
        if not np.isinf(waarden).any():
            gat = np.isnan(waarden)
            return waarden, np.where(gat, CODES["onbekend_of_geheim"], HEEFT).astype(np.int8)
    return getallen(ruw, gen, verplicht, waar)


def _getal_als_gat(gen: Generatie) -> bool:
    """Whether a missing value may be written as a number, such as -99997."""
    return any(any(t.isdigit() for t in k) for k in gen.ontbreekt)


def _tekst(cel: object) -> str | None:
    schoon = "" if cel is None else str(cel).strip()
    return schoon if schoon not in ("", ".") else None


def _cijfers(cel: object, patroon: str) -> str | None:
    """A short code that CBS gives as text or as number."""
    tekst = (_tekst(cel) or "").removesuffix(".0")
    return tekst if re.fullmatch(patroon, tekst) else None


def _gebieden(
    delen: _Delen, codes: list[str], gen: Generatie, koppeling: Mapping[str, Onderwerp], waar: str
) -> pd.DataFrame:
    """One row per area with `GEBIED_KOLOMMEN`."""

    def ruw(kolom: str | None) -> list[Any]:
        if kolom is None:
            return [None] * len(codes)
        return _kolom(delen.rijen, koppeling[kolom].sleutel, waar)

    wijziging = [_cijfers(c, r"\d") for c in ruw(gen.wijziging)]
    kolommen: dict[str, list[Any]] = {
        "gebied": list(codes),
        "naam": [_tekst(delen.titels.get(c)) for c in codes],
        "wijk": [None] * len(codes),  # CBS does not give it; it follows from the code
        "gemeente": [regions.gemeente_van(c) for c in codes],
        "gemeentenaam": [_tekst(c) for c in ruw(gen.gemeentenaam)],
        "postcode": [_cijfers(c, r"\d{4}") for c in ruw(gen.postcode)],
        "wijziging": [None if w is None else int(w) for w in wijziging],
        "water": [False] * len(codes),
    }
    frame = pd.DataFrame({k: pd.Series(v, dtype=object) for k, v in kolommen.items()})
    frame["water"] = frame["water"].astype(bool)
    return frame[list(GEBIED_KOLOMMEN)]
