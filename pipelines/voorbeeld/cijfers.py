"""The figures of the fictional town: one truth per cell and year, from which every file is drawn.

A few latent factors per cell (kind of buurt, tenure, social-economic position, age), correlated
between neighbours, drive everything, so that figures hang together. All quantities are additive:
a buurt, a wijk and the town are sums of cells; averages and shares follow from the sums.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from shapely.geometry import Polygon

from pipelines.voorbeeld.koppen import VOORZIENINGEN
from pipelines.voorbeeld.nabijheid import adressen, adressendichtheid, nabijheid
from pipelines.voorbeeld.stad import GROEI, JAREN, cellen, soorten
from pipelines.voorbeeld.vorm import toeval

INWONERS = 48_000
TYPEN = ("ap", "tw", "hw", "2w", "vw")
"""Apartment, terraced, corner, semi-detached, detached."""
WOZ_INDEX = (1.0, 1.075, 1.15, 1.255, 1.44, 1.48)
INKOMEN_INDEX = (1.0, 1.035, 1.08, 1.145, 1.21, 1.25)
GAS_INDEX = (1.0, 0.98, 1.04, 0.80, 0.76, 0.75)
STROOM_INDEX = (1.0, 1.01, 1.02, 0.95, 0.92, 0.90)
BIJSTAND_INDEX = (1.0, 1.05, 1.02, 0.96, 0.94, 0.93)
HERBOUWD = (0.0, 0.0, 0.0, 0.12, 0.42, 0.50)
"""Share of the dwellings in the restructured buurt that is new, per year."""
WERK_INDEX = (0.0, -0.4, 0.9, 2.4, 2.7, 2.8)
BEDRIJVEN = ("a", "bf", "gi", "hj", "kl", "mn", "oq", "ru")

Kolommen = dict[str, pd.Series]


@dataclass(frozen=True)
class Stad:
    """What does not change: the table of cells with drawn traits, and their addresses."""

    cellen: pd.DataFrame
    plekken: dict[str, np.ndarray]
    vormen: dict[str, Polygon]
    zaad: int


def sticht(vormen: dict[str, Polygon], zaad: int) -> Stad:
    """Draw the lasting traits of every cell around the profile of its kind."""
    tabel = cellen()
    profiel = soorten().loc[tabel["soort"]].set_index(tabel.index)
    profiel = profiel.drop(columns="ha").rename(columns={"stand": "stand_soort"})
    tabel = tabel.join(profiel)
    xy = np.array([vormen[str(c)].centroid.coords[0] for c in tabel.index])
    for naam, breed in _SPREIDING.items():
        veld = 0.6 * _veld(xy, toeval(zaad, "veld" + naam))
        los = toeval(zaad, "los" + naam).normal(0, 0.6, len(tabel))
        tabel["z_" + naam] = breed * (veld + los)
    tabel["stand"] += tabel["stand_soort"] + tabel["z_stand"]
    for naam in ("koop", "corp", "mg", "p1", "pk", "oud", "jong", "neu"):
        tabel[naam] = _schuif(tabel[naam], tabel["z_" + naam])
    tabel["corp"] = tabel["corp"].clip(upper=0.97 - tabel["koop"])
    tabel["opp"] = [vormen[str(c)].area / 1e4 for c in tabel.index]
    return Stad(tabel, adressen(vormen, zaad), vormen, zaad)


def grond(stad: Stad, jaar: int) -> pd.DataFrame:
    """The truth of a year: additive quantities (columns) per cell (rows)."""
    t = JAREN.index(jaar)
    c, rng = _in_jaar(stad, t), toeval(stad.zaad, f"jaar{jaar}")
    stand = c["stand"] + c["trend"] * t + rng.normal(0, 0.015, len(c))
    g = _wonen(c, t, stand)
    g |= _bevolking(c, t, g, rng)
    g |= _inkomen(c, t, stand, g)
    g |= _zorg(c, t, stand, g)
    g |= _energie(c, t, g)
    g |= _bedrijven_autos(c, t, stand, g)
    tabel = pd.DataFrame(g, index=c.index)
    ver = nabijheid(stad.plekken, stad.vormen, stad.zaad, jaar)
    tabel["oad_som"] = adressendichtheid(stad.plekken, tabel["woningen"]) * _adressen(tabel)
    return tabel.join(ver.mul(tabel["inw"], axis=0).add_prefix("nab:"))


def tel_op(tabel: pd.DataFrame, groepen: dict[str, tuple[str, ...]]) -> pd.DataFrame:
    """Add cells up to areas: code -> cells becomes one row per code."""
    return pd.DataFrame({code: tabel.loc[list(leden)].sum() for code, leden in groepen.items()}).T


def cijfers(s: pd.DataFrame) -> pd.DataFrame:
    """The unrounded Excel columns from sums; NaN where CBS would show a full stop."""
    k: Kolommen = {kolom: s[bron] for kolom, bron in _AANTALLEN.items()}
    k |= {f"a_bed_{b}": s[f"bed_{b}"] for b in BEDRIJVEN}
    for kolom, (teller, noemer, maal, minimum) in _VERHOUDINGEN.items():
        k[kolom] = (maal * s[teller] / s[noemer]).where((s[noemer] >= minimum) & (s[noemer] > 0))
    koppen = {v.naam: v.koppen() for v in VOORZIENINGEN}
    for kolom, (naam, welke) in _NABIJ.items():
        k[kolom] = (s["nab:" + koppen[naam][welke]] / s["inw"]).where(s["inw"] >= 10)
    for soort in ("ele", "gas"):
        for type_ in (*TYPEN, "hu", "ko"):
            n = s[f"{soort}_n_{type_}"]
            k[f"g_{soort}_{type_}"] = (s[f"{soort}_som_{type_}"] / n).where(n >= 10)
        n = sum((s[f"{soort}_n_{type_}"] for type_ in TYPEN), start=0 * s["inw"])
        som = sum((s[f"{soort}_som_{type_}"] for type_ in TYPEN), start=0 * s["inw"])
        k[f"g_{soort}"] = (som / n).where(n >= 10)
    k["g_pau_hh"] = k["g_pau_hh"].where(k["g_pau_hh"] <= 2.5)
    k["ste_oad"] = s["oad_som"] / _adressen(s)
    k["ste_mvs"] = 5.0 - sum(
        (k["ste_oad"] >= grens for grens in (500, 1000, 1500, 2500)), start=0 * s["inw"]
    )
    return pd.DataFrame(k, index=s.index).pipe(_onderdruk, s)


def nabij(s: pd.DataFrame) -> pd.DataFrame:
    """The proximity columns: means over inhabitants, NaN under ten of them."""
    koppen = [kop for v in VOORZIENINGEN for kop in v.koppen()]
    waarden = s[["nab:" + kop for kop in koppen]].div(s["inw"].where(s["inw"] >= 10), axis=0)
    return waarden.set_axis(koppen, axis=1)


_SPREIDING = {
    "stand": 0.16, "koop": 0.30, "corp": 0.25, "mg": 0.30, "p1": 0.20, "pk": 0.16, "oud": 0.26,
    "jong": 0.10, "neu": 0.25, "woz": 0.05, "gas": 0.06, "auto": 0.06, "leeg": 0.25, "zorg": 0.12,
    "bijstand": 0.14, "ao": 0.12, "man": 0.06, "werk": 0.8, "zzp": 0.12, "opl": 0.015, "geb": 0.1,
}  # fmt: skip
# trait: (slow drift of a cell per year, wobble of a single year), both on the log scale
_VERLOOP = {
    "koop": (0.004, 0.005), "corp": (0.005, 0.005), "p1": (0.007, 0.010), "pk": (0.008, 0.010),
    "oud": (0.012, 0.010), "jong": (0.010, 0.025), "j25": (0.005, 0.006), "neu": (0.012, 0.012),
    "auto": (0.005, 0.012), "leeg": (0.02, 0.10), "gas": (0.004, 0.012), "woz": (0.003, 0.006),
}  # fmt: skip
_AANTALLEN = {
    "a_inw": "inw", "a_man": "man", "a_vrouw": "vrouw", "a_00_14": "k", "a_15_24": "j",
    "a_25_44": "a25", "a_45_64": "a45", "a_65_oo": "o", "a_ongeh": "ongeh", "a_gehuwd": "gehuwd",
    "a_gesch": "gesch", "a_verwed": "verwed", "a_nl_all": "nl", "a_eur_al": "eur",
    "a_neu_al": "neu", "a_geb_nl": "nl", "a_geb_eu": "eur_nl", "a_geb_ne": "neu_nl",
    "a_gbl_eu": "eur_bl", "a_gbl_ne": "neu_bl", "a_geb": "geb", "a_ste": "ste", "a_hh": "hh",
    "a_1p_hh": "hh1", "a_hh_z_k": "hhz", "a_hh_m_k": "hhk", "a_woning": "woningen",
    "a_opl_lg": "opl_l", "a_opl_md": "opl_m", "a_opl_hg": "opl_h", "a_inkont": "ontv",
    "a_soz_wb": "wb", "a_soz_ao": "ao", "a_soz_ww": "ww", "a_soz_ow": "aow", "a_jz_tn": "jz",
    "a_wmo_t": "wmo", "a_bedv": "bed", "a_pau": "pau", "a_bst_b": "pau_b", "a_bst_nb": "pau_nb",
    "a_m2w": "m2w", "a_opp_ha": "opp", "a_lan_ha": "land", "a_wat_ha": "water",
}  # fmt: skip
# column: (numerator, denominator, times, smallest denominator that is published)
_VERHOUDINGEN: dict[str, tuple[str, str, float, float]] = {
    "p_geb": ("geb", "inw", 1000, 1), "p_ste": ("ste", "inw", 1000, 1),
    "g_hhgro": ("inw", "hh", 1, 1), "bev_dich": ("inw", "land", 100, 1),
    "g_wozbag": ("woz_som", "woningen", 1, 20), "p_1gezw": ("egw", "woningen", 100, 20),
    "p_mgezw": ("mgw", "woningen", 100, 20), "p_bewndw": ("bewoond", "woningen", 100, 20),
    "p_leegsw": ("leeg", "woningen", 100, 20), "p_koopw": ("koop", "woningen", 100, 20),
    "p_huurw": ("huur", "woningen", 100, 20), "p_wcorpw": ("corp", "woningen", 100, 20),
    "p_ov_hw": ("overig", "woningen", 100, 20), "p_e_o_w": ("onbekend", "woningen", 100, 20),
    "p_bjj2k": ("oud2k", "woningen", 100, 20), "p_bjo2k": ("nieuw", "woningen", 100, 20),
    "p_stadsv": ("sv", "bewoond", 100, 10), "p_arb_pp": ("werk", "pop1575", 100, 100),
    "p_arb_wn": ("wn", "werk", 100, 100), "p_arb_zs": ("zs", "werk", 100, 100),
    "g_ink_po": ("ink_som", "ontv", 1, 100), "g_ink_pi": ("ink_som", "inw", 1, 120),
    "p_ink_li": ("pers_laag", "ontv", 100, 100), "p_ink_hi": ("pers_hoog", "ontv", 100, 100),
    "g_hh_sti": ("sti_som", "hh", 1, 100), "p_hh_li": ("hh_laag", "hh", 100, 100),
    "p_hh_hi": ("hh_hoog", "hh", 100, 100), "p_hh_lkk": ("hh_lkk", "hh", 100, 100),
    "p_hh_osm": ("hh_osm", "hh", 100, 100), "p_hh_110": ("hh_110", "hh", 100, 100),
    "p_hh_120": ("hh_120", "hh", 100, 100), "m_hh_ver": ("ver_som", "hh", 1, 100),
    "p_jz_tn": ("jz", "jeugd", 100, 50), "p_wmo_t": ("wmo", "inw", 1000, 50),
    "g_pau_hh": ("pau", "hh", 1, 50), "g_pau_km": ("pau", "land", 100, 1),
}  # fmt: skip
_NABIJ = {
    "g_afs_hp": ("huisarts", 0), "g_afs_gs": ("supermarkt", 0),
    "g_afs_kv": ("kinderdagverblijf", 0), "g_afs_sc": ("basisschool", 0),
    "g_3km_sc": ("basisschool", 2),
}  # fmt: skip
"""Columns that the Excel file takes from the proximity table: amenity and which of its headings."""


def _onderdruk(k: pd.DataFrame, s: pd.DataFrame) -> pd.DataFrame:
    """Blank what CBS does not show of small areas."""
    for kolommen, genoeg in (
        (["a_soz_wb", "a_soz_ao", "a_soz_ww", "a_soz_ow"], s["inw"] >= 60),
        (["a_opl_lg", "a_opl_md", "a_opl_hg"], s["pop1575"] >= 100),
        (["a_inkont"], s["ontv"] >= 100),
        (["a_jz_tn"], s["jeugd"] >= 50),
        (["a_wmo_t"], s["inw"] >= 50),
        (["g_pau_km"], k["g_pau_hh"].notna()),
        ([f"a_bed_{b}" for b in BEDRIJVEN], s["bed"] > 0),
        (["bev_dich"], s["inw"] >= 10),
    ):
        k[kolommen] = k[kolommen].where(genoeg, axis=0)
    return k


def _in_jaar(stad: Stad, t: int) -> pd.DataFrame:
    """The traits of the cells in a year: each drifts a little its own way and wobbles."""
    c = stad.cellen.copy()
    for naam, (drift, ruis) in _VERLOOP.items():
        weg = toeval(stad.zaad, "drift" + naam).normal(0, drift, len(c)) * t
        c[naam] *= np.exp(weg + toeval(stad.zaad, f"{naam}{t}").normal(0, ruis, len(c)))
    for naam, ruis in (("bijstand", 0.05), ("ao", 0.03), ("zorg", 0.05), ("geb", 0.12)):
        c["z_" + naam] += toeval(stad.zaad, f"{naam}{t}").normal(0, ruis, len(c))
    c["z_werk"] += toeval(stad.zaad, f"werk{t}").normal(0, 0.5, len(c))
    c["corp"] = c["corp"].clip(upper=0.97 - c["koop"])
    return c


def _adressen(s: pd.DataFrame) -> pd.Series:
    return s["woningen"] * 1.12 + 1


def _veld(xy: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A smooth random field over the cells: neighbours look alike."""
    afstand2 = ((xy[:, None] - xy[None, :]) ** 2).sum(axis=2)
    gewicht = np.exp(-afstand2 / (2 * 700.0**2))
    veld = gewicht @ rng.normal(size=len(xy))
    return np.asarray(veld / np.sqrt((gewicht**2).sum(axis=1)))


def _schuif(p: pd.Series, z: pd.Series) -> pd.Series:
    """Move a share on the log-odds scale, so that it stays between 0 and 1."""
    veilig = p.clip(1e-3, 0.999)
    return 1 / (1 + np.exp(-(np.log(veilig / (1 - veilig)) + z)))


def _heel(x: pd.Series) -> pd.Series:
    return (x + 0.5).clip(lower=0) // 1


def _wonen(c: pd.DataFrame, t: int, stand: pd.Series) -> Kolommen:
    """Dwellings by type, owner, age and value."""
    groei = pd.Series(1 + 0.002 * t, c.index)
    for cel, pad in GROEI.items():
        groei[cel] = pad[t]
    w = _heel(c["woningen"] * groei)
    beter = (c["trend"].clip(lower=0.04) - 0.04) * t
    corp, koop = c["corp"] * (1 - 1.1 * beter), c["koop"] + 0.75 * c["corp"] * beter
    sloop = ((c["trend"] > 0.1) & (t in (1, 2))).astype(float)
    leeg = c["leeg"] * np.exp(c["z_leeg"]) + 0.004 * t * (c["trend"] < -0.05) + 0.07 * sloop
    g = {"woningen": w, "koop": _heel(w * koop), "corp": _heel(w * corp)}
    g["onbekend"] = _heel(w * 0.003)
    g["overig"] = (w - g["koop"] - g["corp"] - g["onbekend"]).clip(lower=0)
    g["huur"] = g["corp"] + g["overig"]
    g["leeg"] = _heel(w * leeg)
    g["bewoond"] = w - g["leeg"]
    g["mgw"] = _heel(w * c["mg"])
    g["egw"] = w - g["mgw"]
    nieuw = (c["nieuw"] + (c["trend"] > 0.1) * HERBOUWD[t]).clip(upper=1)
    g["nieuw"] = _heel(w * nieuw)
    g["oud2k"] = w - g["nieuw"]
    nieuwbouw = np.exp(0.30 * (nieuw - c["nieuw"]))
    waarde = c["woz"] * np.exp(0.20 * (stand - c["stand_soort"]) + c["z_woz"]) * nieuwbouw
    g["woz_som"] = w * waarde * WOZ_INDEX[t]
    return g


def _bevolking(c: pd.DataFrame, t: int, g: Kolommen, rng: np.random.Generator) -> Kolommen:
    """Households, then the people in them: ages, marital state, origin, births and deaths."""
    p1 = c["p1"] + 0.003 * t
    pk = (c["pk"] - 0.002 * t).clip(upper=0.94 - p1)
    dicht = 1 + 0.05 * (c["soort"] == "centrum")
    hh = _heel(g["bewoond"] * 1.01 * dicht)
    h = {"hh": hh, "hh1": _heel(hh * p1), "hhk": _heel(hh * pk)}
    h["hhz"] = hh - h["hh1"] - h["hhk"]
    n = h["hh1"] + 2 * h["hhz"] + 3.5 * h["hhk"] + 0.012 * hh
    h["k"] = _heel(h["hhk"] * (1.03 + 0.1 * (c["soort"] == "nieuw")) + rng.normal(0, 1, len(c)))
    h["o"] = _heel(n * (c["oud"] + 0.0035 * t))
    h["j"] = _heel(n * c["jong"])
    midden = (n - h["k"] - h["o"] - h["j"]).clip(lower=0)
    h["a25"] = _heel(midden * (c["j25"] - 0.002 * t))
    h["a45"] = _heel(midden - h["a25"])
    inw = h["k"] + h["j"] + h["a25"] + h["a45"] + h["o"]
    h["inw"] = inw
    h["man"] = _heel(inw * _schuif(0 * inw + 0.497, c["z_man"] - 0.25 * (c["oud"] - 0.2)))
    h["vrouw"] = inw - h["man"]
    h["verwed"] = _heel(0.20 * h["o"])
    h["gesch"] = _heel((0.085 + 0.05 * p1) * (h["a25"] + h["a45"] + 0.7 * h["o"]))
    h["gehuwd"] = _heel((1.25 * h["hhz"] + 1.42 * h["hhk"]).clip(upper=0.9 * (midden + h["o"])))
    h["ongeh"] = (inw - h["verwed"] - h["gesch"] - h["gehuwd"]).clip(lower=0)
    h["geb"], h["ste"] = _heel(0.037 * h["a25"] * np.exp(c["z_geb"])), _heel(0.042 * h["o"])
    return h | _herkomst(c, t, inw)


def _herkomst(c: pd.DataFrame, t: int, inw: pd.Series) -> Kolommen:
    neu, eur = c["neu"] * (1 + 0.025 * t), (0.045 + 0.12 * c["neu"]) * (1 + 0.03 * t)
    h = {"neu_nl": _heel(inw * neu * 0.45), "neu_bl": _heel(inw * neu * 0.55)}
    h |= {"eur_nl": _heel(inw * eur * 0.42), "eur_bl": _heel(inw * eur * 0.58)}
    h["neu"], h["eur"] = h["neu_nl"] + h["neu_bl"], h["eur_nl"] + h["eur_bl"]
    h["nl"] = inw - h["neu"] - h["eur"]
    return h


def _inkomen(c: pd.DataFrame, t: int, stand: pd.Series, g: Kolommen) -> Kolommen:
    """Education, work and income."""
    s, hh = stand, g["hh"]
    h = {"pop1575": _heel(g["j"] + g["a25"] + g["a45"] + 0.58 * g["o"])}
    bekend = 0.97 * h["pop1575"]
    laag = (0.285 - 0.105 * s + c["z_opl"] - 0.004 * t).clip(0.07, 0.60)
    hoog = (0.305 + 0.140 * s - c["z_opl"] + 0.006 * t).clip(0.08, 0.74)
    h["opl_l"], h["opl_h"] = bekend * laag, bekend * hoog
    h["opl_m"] = bekend - h["opl_l"] - h["opl_h"]
    senior = 0.58 * g["o"] / h["pop1575"].where(h["pop1575"] > 0, 1)
    actief = (73.5 + 4.8 * s - 42 * (senior - 0.10) + c["z_werk"] + WERK_INDEX[t]).clip(35, 86)
    h["werk"] = h["pop1575"] * actief / 100
    h["zs"] = h["werk"] * 0.145 * np.exp(0.10 * s + c["z_zzp"] + 0.5 * (c["soort"] == "polder"))
    h["wn"] = h["werk"] - h["zs"]
    h["ontv"] = (g["inw"] - 1.06 * g["k"] - 0.32 * g["j"]).clip(lower=0)
    jong = g["j"] / g["inw"].where(g["inw"] > 0, 1)
    h["ink_som"] = h["ontv"] * 33.0 * np.exp(0.225 * s - 0.8 * (jong - 0.11)) * INKOMEN_INDEX[t]
    h["sti_som"] = hh * 30.2 * np.exp(0.19 * s) * INKOMEN_INDEX[t]
    h["pers_laag"] = h["ontv"] * (0.405 - 0.062 * s).clip(0.15, 0.66)
    h["pers_hoog"] = h["ontv"] * (0.20 + 0.085 * s).clip(0.04, 0.55)
    alleen = h["ontv"] * 0 + c["p1"] - 0.37
    h["hh_laag"] = hh * (0.395 - 0.105 * s + 0.35 * alleen).clip(0.08, 0.82)
    h["hh_hoog"] = hh * (0.205 + 0.095 * s - 0.15 * alleen).clip(0.02, 0.62)
    minimum = 0.052 * np.exp(-0.66 * s + 0.5 * alleen) * (1 - 0.025 * t)
    h["hh_osm"] = hh * minimum.clip(0.012, 0.24)
    h["hh_lkk"] = hh * (minimum * 1.08 * np.exp(0.4 * c["z_bijstand"])).clip(0.012, 0.25)
    h["hh_110"], h["hh_120"] = h["hh_osm"] * 1.48, h["hh_osm"] * 2.02
    woz = g["woz_som"] / g["woningen"].where(g["woningen"] > 0, 1)
    h["ver_som"] = hh * (3 + 0.62 * (g["koop"] / g["woningen"].clip(lower=1)) ** 1.6 * woz)
    return h


def _zorg(c: pd.DataFrame, t: int, stand: pd.Series, g: Kolommen) -> Kolommen:
    """Benefits, youth care and Wmo."""
    werkend = g["j"] + g["a25"] + g["a45"]
    bijstand = 0.025 * np.exp(-0.88 * stand + c["z_bijstand"]) * BIJSTAND_INDEX[t]
    h: Kolommen = {"wb": _heel(werkend * np.minimum(bijstand, 0.19))}
    h["ao"] = _heel(werkend * 0.066 * np.exp(-0.42 * stand + c["z_ao"]))
    h["ww"] = _heel(werkend * 0.016 * (1.25, 1.35, 1.05, 0.9, 0.92, 0.95)[t])
    h["aow"] = _heel(g["o"] * 0.915)
    h["jeugd"] = _heel(g["k"] + 0.72 * g["j"])
    druk = 0.098 * np.exp(-0.24 * stand + c["z_zorg"]) * (1 + 0.012 * t)
    h["jz"] = _heel(h["jeugd"] * np.minimum(druk, 0.25))
    oud = 0.225 * g["o"] * np.exp(-0.30 * stand + c["z_zorg"])
    h["wmo"] = _heel((oud + 0.026 * werkend * np.exp(-0.5 * stand)) * (1 + 0.01 * t))
    return h


def _energie(c: pd.DataFrame, t: int, g: Kolommen) -> Kolommen:
    """Gas and electricity by type of dwelling and by owner; sums and numbers of dwellings."""
    ruim = c["woz"].clip(120, 700).map(np.log) - np.log(250)
    los = ((ruim + 0.35) / 1.3).clip(0.02, 0.92)
    rij = (1 - los) * g["egw"]
    deel = {"ap": g["mgw"], "tw": 0.68 * rij, "hw": 0.32 * rij}
    deel |= {"2w": 0.45 * los * g["egw"], "vw": 0.55 * los * g["egw"]}
    bewoond = g["bewoond"] / g["woningen"].where(g["woningen"] > 0, 1)
    warmte = c["sv"].clip(upper=0.95)
    h: Kolommen = {"sv": _heel(g["bewoond"] * warmte)}
    schaal = c["gas"] / 1200 * np.exp(c["z_gas"]) * GAS_INDEX[t] * (1 - 0.012 * t)
    for type_, gas, stroom in zip(
        TYPEN, (860, 1080, 1260, 1520, 1990), (1980, 2640, 2820, 3240, 3980), strict=True
    ):
        n = deel[type_] * bewoond
        h[f"ele_n_{type_}"] = n
        h[f"ele_som_{type_}"] = n * stroom * (1 + 0.06 * ruim) * STROOM_INDEX[t]
        h[f"gas_n_{type_}"] = n * (1 - warmte)
        h[f"gas_som_{type_}"] = h[f"gas_n_{type_}"] * gas * schaal**0.6
    koop = g["koop"] / g["woningen"].where(g["woningen"] > 0, 1)
    for soort, extra in (("ele", 1.32), ("gas", 1.22)):
        n = sum((h[f"{soort}_n_{x}"] for x in TYPEN), start=0 * koop)
        som = sum((h[f"{soort}_som_{x}"] for x in TYPEN), start=0 * koop)
        eenheid = som / (koop * extra + 1 - koop)
        h |= {f"{soort}_n_ko": n * koop, f"{soort}_n_hu": n * (1 - koop)}
        h |= {f"{soort}_som_ko": eenheid * extra * koop, f"{soort}_som_hu": eenheid * (1 - koop)}
    return h


def _bedrijven_autos(c: pd.DataFrame, t: int, stand: pd.Series, g: Kolommen) -> Kolommen:
    """Businesses by branch, cars and motorcycles, and the surface of land and water."""
    per_inw = c["soort"].map({"centrum": 0.20, "polder": 0.19, "villa": 0.17, "flat": 0.075})
    aantal = g["inw"] * per_inw.fillna(0.095) * np.exp(0.12 * stand.clip(-1, 1)) * (1 + 0.04 * t)
    aantal += 210.0 * (c["soort"] == "bedrijf") * (1 + 0.015 * t)
    h: Kolommen = {}
    mix = {"polder": (0.38, 0.12, 0.12, 0.05, 0.05, 0.15, 0.08, 0.05)}
    mix |= {"bedrijf": (0.01, 0.26, 0.36, 0.12, 0.05, 0.13, 0.04, 0.03)}
    mix |= {"centrum": (0.0, 0.07, 0.34, 0.09, 0.06, 0.21, 0.12, 0.11)}
    gewoon = (0.005, 0.135, 0.16, 0.115, 0.045, 0.25, 0.18, 0.11)
    for i, b in enumerate(BEDRIJVEN):
        aandeel = c["soort"].map(lambda soort, i=i: mix.get(soort, gewoon)[i])
        h[f"bed_{b}"] = _heel(aantal * aandeel)
    h["bed"] = sum((h[f"bed_{b}"] for b in BEDRIJVEN), start=0 * g["inw"])
    per_hh = c["auto"] * np.exp(c["z_auto"]) * (1 + 0.006 * t)
    h["pau"] = _heel(g["hh"] * per_hh + 260.0 * (c["soort"] == "bedrijf"))
    h["pau_b"] = _heel(h["pau"] * (0.80 - 0.017 * t))
    h["pau_nb"] = h["pau"] - h["pau_b"]
    h["m2w"] = _heel(h["pau"] * 0.075)
    h["opp"], h["water"] = c["opp"], c["opp"] * c["wat"]
    h["land"] = c["opp"] - h["water"]
    return h
