"""Placing: each dwelling in a buurt of the right boundary year; after that its address is gone.

In this order: the buurt code that was given (or the one code that follows it), the point in the
outlines of that year, postcode and house number through a supplied table.
"""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from pipelines.corporation import LeveringFout

KOPPEN = {
    "postcode": ("postcode", "pc6"),
    "huisnummer": ("huisnummer", "hnr"),
    "buurt": ("buurtcode", "buurt", "gebiedscode", "buurt2019", "buurt2020", "buurt2021",
              "buurt2022", "buurt2023", "buurt2024", "buurt2025"),
}  # fmt: skip
"""Headings of the supplied table; CBS calls them PC6, Huisnummer and Buurt2024."""
DATUM = (
    r"^\d{1,2}[-/ ](?:jan|feb|mrt|mar|apr|mei|may|jun|jul|aug|sep|okt|oct|nov|dec)|"
    r"^(?:jan|feb|mrt|mar|apr|mei|jun|jul|aug|sep|okt|nov|dec)[-/ ]\d|^\d{4}-\d{2}-\d{2}|"
    r"^\d{1,2}[-/]\d{1,2}[-/]\d{4}"
)
"""What Excel makes of house numbers such as 12-3."""
GEEN = "geen plaats opgegeven"


@dataclass(frozen=True)
class Kaart:
    """What placing needs of the published areas of one boundary year.

    `buurten`: code to (wijk, gemeente). `omtrek`: code to WKB in RD New. `volgt`: code of another
    year to the one that follows it whole; `opvolgers`: to all that follow it in part. `woningen`:
    dwellings per buurt, as CBS gives them; `corporatiedeel`: percentage of them of a corporation.
    """

    grensjaar: int
    buurten: dict[str, tuple[str, str]]
    omtrek: dict[str, bytes]
    volgt: dict[str, str]
    woningen: dict[str, float]
    corporatiedeel: dict[str, float] = field(default_factory=dict)
    opvolgers: dict[str, frozenset[str]] = field(default_factory=dict)


def lees_adressen(pad: Path) -> pd.DataFrame:
    """The supplied table: postcode, huisnummer, buurt as text; addresses in two buurten left out.

    Raises:
        LeveringFout: a heading is missing, or it cannot be read as a table.
    """
    try:  # what is used of it is letters and digits: another encoding of a street is no matter
        tabel = pd.read_csv(pad, sep=None, engine="python", dtype=str, encoding="utf-8-sig",
                            encoding_errors="replace")  # fmt: skip
    except (pd.errors.ParserError, pd.errors.EmptyDataError, csv.Error):
        raise LeveringFout(
            f"{pad.name}: niet te lezen als tabel; verwacht een CSV met postcode, huisnummer, buurt"
        ) from None
    tabel.columns = [str(k).strip().lower() for k in tabel.columns]
    kies = {}
    for naam, mag in KOPPEN.items():
        gevonden = [k for k in tabel.columns if k in mag]
        if len(gevonden) != 1:
            raise LeveringFout(f"{pad.name}: verwacht een kolom {' of '.join(mag[:3])}")
        kies[gevonden[0]] = naam
    tabel = tabel[list(kies)].rename(columns=kies).dropna()
    tabel["postcode"] = tabel["postcode"].str.replace(" ", "").str.upper()
    tabel["huisnummer"] = tabel["huisnummer"].str.extract(r"^(\d+)", expand=False)
    tabel["buurt"] = buurtcode(tabel["buurt"])
    tabel = tabel.drop_duplicates()
    return tabel[~tabel.duplicated(["postcode", "huisnummer"], keep=False)]


def buurtcode(reeks: pd.Series) -> pd.Series:
    """Codes as CBS writes them: `BU` and eight characters, also when zeros in front were lost."""
    kaal = reeks.str.strip().str.upper().str.replace(r"\.0$", "", regex=True)
    los = kaal.str.removeprefix("BU")
    return ("BU" + los.str.zfill(8)).where(los.str.match(r"^[0-9A-Z]{5,8}$", na=False))


def plaats(
    con: duckdb.DuckDBPyConnection, kaart: Kaart, adressen: pd.DataFrame | None
) -> tuple[Counter[str], Counter[str], dict[str, list[str]]]:
    """Adds `w_eenheid(id, buurt)`, and drops every column that held a place.

    Returns:
        How many were placed by which way, how many not for which reason, and per reason a few
        keys, for the screen only.
    """
    _haal_adres_op(con)
    plek = con.execute("SELECT id, buurtcode, breedte, lengte, postcode, huisnummer FROM plek").df()
    buurt = pd.Series(None, index=plek.index, dtype=object)
    weg = pd.Series("", index=plek.index, dtype=object)
    reden = pd.Series(GEEN, index=plek.index, dtype=object)
    _met_code(plek, kaart, buurt, weg, reden)
    _met_punt(plek, kaart, buurt, weg, reden)
    _met_postcode(plek, adressen, kaart, buurt, weg, reden)
    klaar = pd.DataFrame({"id": plek["id"], "buurt": buurt})
    con.register("klaar", klaar[klaar["buurt"].notna()].astype(str))
    con.execute("CREATE TABLE w_eenheid AS SELECT id, buurt FROM klaar")
    con.unregister("klaar")
    for tabel in ("plek", "g_eenheidadres", "g_buurt"):
        con.execute(f"DROP TABLE {tabel}")
    for kolom in ("buurtcode", "buurt_bij", "adres_bij", "breedte", "lengte", "postcode",
                  "huisnummer"):  # fmt: skip
        con.execute(f"ALTER TABLE g_eenheid DROP COLUMN {kolom}")
    zonder = plek["id"][buurt.isna()].groupby(reden[buurt.isna()])
    sleutels = {str(r): sorted(ids.astype(str))[:5] for r, ids in zonder}
    return Counter(weg[buurt.notna()]), Counter(reden[buurt.isna()]), sleutels


def _zeg(reden: pd.Series, rijen: pd.Index, tekst: str) -> None:
    """The first reason that was found stands."""
    eerste = rijen[reden.loc[rijen] == GEEN]
    reden.loc[eerste] = tekst


def _haal_adres_op(con: duckdb.DuckDBPyConnection) -> None:
    """`plek`: what is known of each dwelling's place, through address and buurt by reference."""
    con.execute("""
        CREATE TABLE plek AS SELECT e.id,
            coalesce(e.buurtcode, b.buurtcode, a.buurtcode, ab.buurtcode) AS buurtcode,
            coalesce(e.breedte, a.breedte) AS breedte, coalesce(e.lengte, a.lengte) AS lengte,
            coalesce(e.postcode, a.postcode) AS postcode,
            coalesce(e.huisnummer, a.huisnummer) AS huisnummer
        FROM g_eenheid e LEFT JOIN g_buurt b ON b.id = e.buurt_bij
        LEFT JOIN g_eenheidadres a ON a.id = e.adres_bij LEFT JOIN g_buurt ab ON ab.id = a.buurt_bij
        WHERE coalesce(e.soort, 'WOO') = 'WOO'""")


def _met_code(plek: pd.DataFrame, kaart: Kaart, buurt: pd.Series, weg: pd.Series,
              reden: pd.Series) -> None:  # fmt: skip
    gegeven = plek["buurtcode"].notna() & (plek["buurtcode"].astype(str).str.strip() != "")
    code = buurtcode(plek.loc[gegeven, "buurtcode"].astype(str))
    code = code.where(code.isin(list(kaart.buurten)), code.map(kaart.volgt))
    goed = code.dropna().index
    buurt.loc[goed], weg.loc[goed] = code[goed], "code"
    _zeg(reden, code[code.isna()].index, f"de code is geen buurt van de indeling {kaart.grensjaar}")


def _met_punt(plek: pd.DataFrame, kaart: Kaart, buurt: pd.Series, weg: pd.Series,
              reden: pd.Series) -> None:  # fmt: skip
    over = plek[buurt.isna() & plek["breedte"].notna() & plek["lengte"].notna()]
    breed = pd.to_numeric(over["breedte"].astype(str).str.replace(",", "."), errors="coerce")
    lang = pd.to_numeric(over["lengte"].astype(str).str.replace(",", "."), errors="coerce")
    rd = (breed.abs() > 1000) | (lang.abs() > 1000)
    land = breed.between(50.5, 53.8) & lang.between(3.0, 7.5)
    _zeg(reden, over.index[rd], "coordinaten in RD waar graden horen")
    _zeg(reden, over.index[~rd & ~land], "coordinaten buiten Nederland of onleesbaar")
    goed = over.index[land]
    if not len(goed):
        return
    if not kaart.omtrek:
        _zeg(reden, goed, "geen kaart met omtrekken in de publicatie")
        return
    gevonden = _in_omtrek(kaart, breed[goed].to_numpy(), lang[goed].to_numpy())
    raak = goed[gevonden != ""]
    _zeg(reden, goed[gevonden == ""], "punt buiten elke buurt met een omtrek")
    buurt.loc[raak], weg.loc[raak] = gevonden[gevonden != ""], "punt"


def _in_omtrek(kaart: Kaart, breed: np.ndarray, lang: np.ndarray) -> np.ndarray:
    """The buurt of each point in degrees; empty when it lies in none."""
    import shapely
    from pyproj import Transformer

    x, y = Transformer.from_crs(4326, 28992, always_xy=True).transform(lang, breed)
    codes = np.array(list(kaart.omtrek))
    boom = shapely.STRtree(shapely.from_wkb(np.array(list(kaart.omtrek.values()), dtype=object)))
    punt, vlak = boom.query(shapely.points(x, y), predicate="within")
    uit = np.full(len(breed), "", dtype=object)
    uit[punt] = codes[vlak]
    return uit


def _met_postcode(plek: pd.DataFrame, adressen: pd.DataFrame | None, kaart: Kaart,
                  buurt: pd.Series, weg: pd.Series, reden: pd.Series) -> None:  # fmt: skip
    over = plek[buurt.isna() & plek["postcode"].notna() & plek["huisnummer"].notna()]
    nummer = over["huisnummer"].astype(str).str.strip().str.lower()
    datum = nummer.str.contains(DATUM, regex=True)
    _zeg(reden, over.index[datum], "huisnummer is door Excel een datum geworden")
    over, nummer = over[~datum], nummer[~datum]
    if not len(over):
        return
    if adressen is None:
        _zeg(reden, over.index, "geen code of punt, en geen adressen.csv bij de levering")
        return
    vraag = pd.DataFrame(
        {
            "postcode": over["postcode"].astype(str).str.replace(" ", "").str.upper(),
            "huisnummer": nummer.str.extract(r"^(\d+)", expand=False),
        }
    )
    code = vraag.merge(adressen, how="left", on=["postcode", "huisnummer"])["buurt"]
    code.index = over.index
    code = code.where(code.isin(list(kaart.buurten)), code.map(kaart.volgt))
    goed = code.dropna().index
    _zeg(reden, code[code.isna()].index, "postcode en huisnummer staan niet in adressen.csv")
    buurt.loc[goed], weg.loc[goed] = code[goed], "postcode"
