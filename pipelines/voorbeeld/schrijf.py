"""Write the fictional town in the real CBS formats: Excel, StatLine CSV and the buurtkaart.

All three are drawn from the same sums; each rounds and blanks the way its real example does.
"""

import gzip
import io
import json
import math
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pandas as pd
import shapely
import xlsxwriter
from shapely.geometry import Polygon, mapping

from pipelines.voorbeeld.cijfers import Stad, cijfers, grond, nabij, tel_op
from pipelines.voorbeeld.koppen import (
    KAART,
    KWB,
    KWB_TEKST,
    LEEG_2023,
    LEEG_2024,
    NABIJHEID,
    VOORZIENINGEN,
)
from pipelines.voorbeeld.stad import (
    GEMEENTE,
    NAAM,
    POSTCODES,
    WATERNAMEN,
    WATERWIJK,
    WIJKEN,
    indeling,
)

ONTBREEKT = "."
NIET_GEPUBLICEERD, GEHEIM = -99995, -99997
AANGEMAAKT = datetime(2024, 10, 14)


Rijen = dict[str, dict[str, float]]
"""Code -> column -> number."""


@dataclass(frozen=True)
class Gebied:
    """A row of the files: the town, a wijk, a buurt or a water."""

    code: str
    naam: str
    soort: str
    wijk: str
    wijziging: int
    cellen: tuple[str, ...]


@dataclass(frozen=True)
class Jaargang:
    """One year: the areas in the order of the files, their cells, sums and unrounded figures."""

    jaar: int
    gebieden: list[Gebied]
    cellen: pd.DataFrame
    sommen: Rijen
    kolommen: Rijen
    nabij: Rijen

    def op_land(self) -> list[Gebied]:
        """The areas of the tables: all but the waters."""
        return [g for g in self.gebieden if g.soort != "Water"]


def jaargang(stad: Stad, jaar: int) -> Jaargang:
    """Count one year: town, wijken and buurten, then the two waters (only on the map)."""
    tabel = _met_water(grond(stad, jaar), stad.vormen)
    buurten = indeling(jaar)
    gebieden = [Gebied(GEMEENTE, NAAM, "Gemeente", "", 1, tuple(map(str, tabel.index)))]
    for wijk, naam in WIJKEN.items():
        leden = [b for b in buurten if b.wijk == wijk]
        cellen = tuple(cel for b in leden for cel in b.cellen)
        gebieden.append(Gebied(wijk, naam, "Wijk", wijk, 1, cellen))
        gebieden += [Gebied(b.code, b.naam, "Buurt", wijk, b.wijziging, b.cellen) for b in leden]
    gebieden += [Gebied(w, naam, "Water", WATERWIJK, 1, (w,)) for w, naam in WATERNAMEN.items()]
    som = tel_op(tabel, {g.code: g.cellen for g in gebieden})
    return Jaargang(jaar, gebieden, tabel, _rijen(som), _rijen(cijfers(som)), _rijen(nabij(som)))


def schrijf_kwb(gang: Jaargang, pad: Path) -> None:
    """Write `kwb-JAAR.xlsx` in the layout of the KWB Excel files."""
    leeg = set(LEEG_2023 if gang.jaar >= 2023 else []) | set(LEEG_2024 if gang.jaar >= 2024 else [])
    boek = xlsxwriter.Workbook(str(pad))
    boek.set_properties({"author": "Tel & Vertel, verzonnen gegevens", "created": AANGEMAAKT})
    blad = boek.add_worksheet(f"kwb-{gang.jaar}")
    blad.write_row(0, 0, KWB)
    for r, gebied in enumerate(gang.op_land(), start=1):
        rij = _afgerond(gebied, gang) | _vaste_kolommen(gebied, gang)
        for k, kolom in enumerate(KWB):
            _schrijf_cel(blad, r, k, kolom, ONTBREEKT if kolom in leeg else rij[kolom])
    boek.close()


def schrijf_nabijheid(gang: Jaargang, pad: Path) -> None:
    """Write `nabijheid-JAAR.csv` like StatLine's export with statistical symbols."""
    leeg = {kop for v in VOORZIENINGEN if v.leeg_2023 for kop in v.koppen()}
    leeg = leeg if gang.jaar >= 2023 else set()
    regels = [";".join(f'"{kop}"' for kop in NABIJHEID)]
    for gebied in gang.op_land():
        rij = [gebied.naam, f"{NAAM:40}", f"{gebied.soort:10}", f"{gebied.code:10}"]
        rij.append(str(gebied.wijziging))
        for kop in NABIJHEID[5:]:
            waarde = gang.nabij[gebied.code][kop]
            mist = kop in leeg or math.isnan(waarde)
            rij.append(f"{ONTBREEKT:>8}" if mist else f"{_rond(waarde, 0.1):8.1f}")
        regels.append(";".join(f'"{cel}"' for cel in rij))
    pad.write_bytes(("\ufeff" + "\n".join(regels) + "\n").encode("utf-8"))


def schrijf_kaart(gang: Jaargang, aarde: dict[str, Polygon], pad: Path) -> None:
    """Write `buurtkaart-JAAR.geojson.gz` with the properties of the wijk- en buurtkaart."""
    features = []
    for gebied in gang.gebieden:
        if gebied.soort not in ("Buurt", "Water"):
            continue
        eigen = _vaste_eigenschappen(gebied, gang) | _kaartwaarden(gebied, gang)
        niets = GEHEIM if gebied.soort == "Water" else NIET_GEPUBLICEERD
        vorm = shapely.coverage_union_all([aarde[cel] for cel in gebied.cellen])
        vorm = shapely.orient_polygons(shapely.normalize(_enkel(vorm)))
        eigenschappen = {naam: eigen.get(naam, niets) for naam in KAART}
        features.append({"type": "Feature", "properties": eigenschappen, "geometry": mapping(vorm)})
    kaart = {"type": "FeatureCollection", "name": "buurten", "features": features}
    tekst = json.dumps(kaart, ensure_ascii=False, separators=(",", ":"))
    buffer = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=buffer, compresslevel=9, mtime=0) as bestand:
        bestand.write(tekst.encode("utf-8"))
    pad.write_bytes(buffer.getvalue())


_PER_VIJF = [k for k in KWB if k.startswith("a_")]
_STAP = (
    dict.fromkeys(_PER_VIJF, 5.0)
    | dict.fromkeys([k for k in KWB if k.startswith(("a_soz", "a_opl", "g_ele", "g_gas"))], 10.0)
    | dict.fromkeys(
        [k for k in KWB if k.startswith(("g_ink", "p_ink", "p_hh", "g_hh", "m_hh"))], 0.1
    )
    | dict.fromkeys(["g_afs_hp", "g_afs_gs", "g_afs_kv", "g_afs_sc", "g_3km_sc"], 0.1)
    | {"a_inkont": 100.0, "p_jz_tn": 0.1, "p_stadsv": 0.1, "g_pau_hh": 0.1}
    | dict.fromkeys(["a_woning", "a_opp_ha", "a_lan_ha", "a_wat_ha"], 1.0)
)
"""Rounding step per column; 1 where nothing is said."""
_GEMEENTE_HEEL = (
    KWB[KWB.index("a_inw") : KWB.index("a_geb")] + KWB[KWB.index("a_hh") : KWB.index("g_hhgro")]
)
"""Population and households: exact for the town, to 5 below it."""
_DELEN = {
    "percentage_personen_0_tot_15_jaar": ("k", "inw"),
    "percentage_personen_15_tot_25_jaar": ("j", "inw"),
    "percentage_personen_25_tot_45_jaar": ("a25", "inw"),
    "percentage_personen_45_tot_65_jaar": ("a45", "inw"),
    "percentage_personen_65_jaar_en_ouder": ("o", "inw"),
    "percentage_ongehuwd": ("ongeh", "inw"),
    "percentage_gehuwd": ("gehuwd", "inw"),
    "percentage_gescheid": ("gesch", "inw"),
    "percentage_verweduwd": ("verwed", "inw"),
    "percentage_eenpersoonshuishoudens": ("hh1", "hh"),
    "percentage_huishoudens_zonder_kinderen": ("hhz", "hh"),
    "percentage_huishoudens_met_kinderen": ("hhk", "hh"),
    "percentage_met_herkomstland_nederland": ("nl", "inw"),
    "percentage_met_herkomstland_uit_europa_excl_nl": ("eur", "inw"),
    "percentage_met_herkomstland_buiten_europa": ("neu", "inw"),
    "percentage_geb_in_nl_met_herkomstland_nederland": ("nl", "inw"),
    "perc_geb_in_nl_met_herkomstland_in_europa_ex_nl": ("eur_nl", "inw"),
    "perc_geb_in_nl_met_herkomstland_buiten_europa": ("neu_nl", "inw"),
    "perc_geb_buiten_nl_met_herkomstlnd_in_europa_ex_nl": ("eur_bl", "inw"),
    "perc_geb_buiten_nl_met_herkomstlnd_buiten_europa": ("neu_bl", "inw"),
}
_ALS_EXCEL = {
    "omgevingsadressendichtheid": "ste_oad",
    "stedelijkheid_adressen_per_km2": "ste_mvs",
    "bevolkingsdichtheid_inwoners_per_km2": "bev_dich",
    "aantal_inwoners": "a_inw",
    "mannen": "a_man",
    "vrouwen": "a_vrouw",
    "aantal_huishoudens": "a_hh",
    "gemiddelde_huishoudsgrootte": "g_hhgro",
    "personenautos_totaal": "a_pau",
    "personenautos_per_huishouden": "g_pau_hh",
    "personenautos_per_km2": "g_pau_km",
    "motortweewielers_totaal": "a_m2w",
    "aantal_personenautos_met_brandstof_benzine": "a_bst_b",
    "aantal_personenautos_met_overige_brandstof": "a_bst_nb",
    "oppervlakte_totaal_in_ha": "a_opp_ha",
    "oppervlakte_land_in_ha": "a_lan_ha",
    "oppervlakte_water_in_ha": "a_wat_ha",
}


def _met_water(tabel: pd.DataFrame, vormen: dict[str, Polygon]) -> pd.DataFrame:
    """Add the two waters: nothing but surface."""
    water = pd.DataFrame(0.0, index=list(WATERNAMEN), columns=tabel.columns)
    water["opp"] = water["water"] = [vormen[w].area / 1e4 for w in WATERNAMEN]
    return pd.concat([tabel, water])


def _rijen(tabel: pd.DataFrame) -> Rijen:
    return {str(c): {str(k): float(v) for k, v in rij.items()} for c, rij in tabel.iterrows()}


def _rond(waarde: float, stap: float) -> float:
    """Round half up to a step, free of binary dust."""
    return round(math.floor(waarde / stap + 0.5 + 1e-9) * stap, 1)


def _afgerond(gebied: Gebied, gang: Jaargang) -> dict[str, float | str]:
    """The Excel columns of an area rounded as CBS does; a full stop for what is missing."""
    uit: dict[str, float | str] = {}
    for kolom, waarde in gang.kolommen[gebied.code].items():
        heel = gebied.soort == "Gemeente" and kolom in _GEMEENTE_HEEL
        stap = 1.0 if heel else _STAP.get(kolom, 1.0)
        uit[kolom] = ONTBREEKT if math.isnan(waarde) else _rond(waarde, stap)
    clienten, inwoners = uit["a_wmo_t"], gang.sommen[gebied.code]["inw"]
    if not isinstance(clienten, str):  # CBS divides the rounded number
        uit["p_wmo_t"] = _rond(1000 * clienten / inwoners, 1.0)
    return uit


def _vaste_kolommen(gebied: Gebied, gang: Jaargang) -> dict[str, float | str]:
    """The columns that say which area it is, and its postcode."""
    buurt = gebied.soort == "Buurt" and gang.sommen[gebied.code]["woningen"] > 0
    return {
        "gwb_code_10": gebied.code,
        "gwb_code_8": gebied.code[2:],
        "regio": gebied.naam,
        "gm_naam": NAAM,
        "recs": gebied.soort,
        "gwb_code": gebied.code,
        "ind_wbi": float(gebied.wijziging),
        "pst_mvp": float(POSTCODES[gebied.wijk]) if buurt else ONTBREEKT,
        "pst_dekp": float(_dekking(gebied.code)) if buurt else ONTBREEKT,
    }


def _vaste_eigenschappen(gebied: Gebied, gang: Jaargang) -> dict[str, float | str]:
    """The properties that say which buurt it is."""
    bewoond = gang.sommen[gebied.code]["woningen"] > 0
    return {
        "buurtcode": gebied.code,
        "buurtnaam": gebied.naam,
        "wijkcode": gebied.wijk,
        "gemeentecode": GEMEENTE,
        "gemeentenaam": NAAM,
        "indelingswijziging_wijken_en_buurten": gebied.wijziging,
        "water": "JA" if gebied.soort == "Water" else "NEE",
        "meest_voorkomende_postcode": str(POSTCODES[gebied.wijk]) if bewoond else "",
        "dekkingspercentage": _dekking(gebied.code) if bewoond else GEHEIM,
        "jrstatcode": f"{gang.jaar}{gebied.code}",
        "jaar": gang.jaar,
    }


def _dekking(code: str) -> int:
    """Class of coverage of the postcode: nearly always 1."""
    return {"3": 2, "7": 3}.get(code[-1], 1)


def _kaartwaarden(gebied: Gebied, gang: Jaargang) -> dict[str, float | str]:
    """The figures of an area on the map, whole numbers as int, as on the real one."""
    som, afgerond = gang.sommen[gebied.code], _afgerond(gebied, gang)
    uit: dict[str, float | str] = {}
    for naam, kolom in _ALS_EXCEL.items():
        waarde = afgerond[kolom]
        if isinstance(waarde, str):
            uit[naam] = GEHEIM
        else:
            uit[naam] = waarde if kolom in ("g_hhgro", "g_pau_hh") else int(waarde)
    for naam, (deel, geheel) in _DELEN.items():
        genoeg = som[geheel] >= 10
        uit[naam] = int(_rond(100 * som[deel] / som[geheel], 1.0)) if genoeg else GEHEIM
    if gebied.soort == "Water":
        return {naam: waarde for naam, waarde in uit.items() if naam.startswith("oppervlakte")}
    return uit


def _schrijf_cel(
    blad: xlsxwriter.worksheet.Worksheet, r: int, k: int, kolom: str, waarde: float | str
) -> None:
    """A number as number, except in the columns where the real files hold text."""
    if isinstance(waarde, str):
        blad.write_string(r, k, waarde)
    elif kolom in KWB_TEKST:
        blad.write_string(r, k, f"{waarde:.0f}")
    else:
        blad.write_number(r, k, waarde)


def _enkel(vorm: shapely.Geometry) -> shapely.Geometry:
    return vorm.geoms[0] if hasattr(vorm, "geoms") and len(vorm.geoms) == 1 else vorm
