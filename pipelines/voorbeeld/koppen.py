"""The headings of the real CBS files, letter by letter, in their order.

Seen in the KWB Excel files of 2023 and 2024 and the StatLine export of proximity 2023 (Utrecht),
and in the wijk- en buurtkaart 2024 (Baarn).
"""

from dataclasses import dataclass

from indicators.catalogue import lees


def _woorden(tekst: str) -> list[str]:
    return tekst.split()


KWB = list(lees().velden["kwb_excel_2023"])
"""The 121 headings of the Excel files, from the catalogue."""
KWB_TEKST = _woorden("""
a_nl_all a_eur_al a_neu_al a_geb_nl a_geb_eu a_geb_ne a_gbl_eu a_gbl_ne a_geb p_geb a_ste p_ste
a_soz_wb a_soz_ao a_soz_ww a_soz_ow a_bedv a_bed_a a_bed_bf a_bed_gi a_bed_hj a_bed_kl a_bed_mn
a_bed_oq a_bed_ru
""")
"""Columns in which the real files hold numbers as text."""
LEEG_2023 = _woorden("""
g_ele g_ele_ap g_ele_tw g_ele_hw g_ele_2w g_ele_vw g_ele_hu g_ele_ko g_gas g_gas_ap g_gas_tw
g_gas_hw g_gas_2w g_gas_vw g_gas_hu g_gas_ko p_stadsv a_opl_lg a_opl_md a_opl_hg p_arb_pp p_arb_wn
p_arb_zs a_inkont g_ink_po g_ink_pi p_ink_li p_ink_hi g_hh_sti p_hh_li p_hh_hi p_hh_lkk p_hh_osm
p_hh_110 p_hh_120 m_hh_ver a_jz_tn p_jz_tn a_wmo_t p_wmo_t g_afs_hp g_afs_gs g_afs_kv g_afs_sc
g_3km_sc
""")
"""Not yet published in the second release of a year, as in Utrecht 2023."""
LEEG_2024 = _woorden("""
a_geb p_geb a_ste p_ste bev_dich a_woning g_wozbag p_1gezw p_mgezw p_bewndw p_leegsw p_koopw
p_huurw p_wcorpw p_ov_hw p_e_o_w p_bjj2k p_bjo2k a_soz_wb a_soz_ao a_soz_ww a_soz_ow a_bedv
a_bed_a a_bed_bf a_bed_gi a_bed_hj a_bed_kl a_bed_mn a_bed_oq a_bed_ru a_pau a_bst_b a_bst_nb
g_pau_hh g_pau_km a_m2w a_opp_ha a_lan_ha a_wat_ha
""")
"""Not yet published in a first release on top of that, as in Utrecht 2024."""
KAART = list(lees().velden["buurtkaart_2024"])
"""The 223 properties of a feature on the map, from the catalogue."""


@dataclass(frozen=True)
class Voorziening:
    """One amenity of the proximity table: its headings and how common it is."""

    naam: str
    afstand: str
    aantal: str = ""
    stralen: tuple[int, ...] = ()
    landelijk: float = 0.0
    """Number in the whole country; 0 for green, which is drawn per kind of buurt."""
    in_de_stad: int = -1
    """Number in the town; -1: in proportion to its inhabitants."""
    leeg_2023: bool = True
    spatie: str = " "

    def koppen(self) -> list[str]:
        """Headings in the file: distance first, then the counts."""
        return [self.afstand] + [
            f"{self.aantal}/Binnen {straal}{self.spatie}km (aantal)" for straal in self.stralen
        ]


_G = "Gezondheid en welzijn/"
_D = "Detailhandel/Winkels dagelijkse boodschappen/"
_K = "Kinderopvang/"
_V = "Onderwijs/Voortgezet onderwijs/"
_O = "Groenvoorzieningen/Openbaar groen/"
_N = _O + "Afstand tot open natuurlijk terrein/"
_S = "Groenvoorzieningen/Semi-openbaar groen/"
_T = "Verkeer en vervoer/"
_C = "Vrije tijd en cultuur/"
_P = _C + "Podiumkunsten (excl. festivals)/"
_ZI = _G + "Ziekenhuis (incl. buitenpolikliniek)/"
_ZE = _G + "Ziekenhuis (excl. buitenpolikliniek)/"
_DICHT, _WIJD, _SCHOOL = (1, 3, 5), (5, 10, 20), (3, 5, 10)

VASTE_KOPPEN = [
    "Wijken en buurten",
    "Regioaanduiding/Gemeentenaam (naam)",
    "Regioaanduiding/Soort regio (omschrijving)",
    "Regioaanduiding/Codering (code)",
    "Regioaanduiding/Indelingswijziging wijken en buurten (code)",
]

_ = Voorziening
VOORZIENINGEN = [
    _("huisarts", _G + "Huisartsenpraktijk/Afstand tot huisartsenpraktijk (km)",
      _G + "Huisartsenpraktijk/Aantal huisartsenpraktijken", _DICHT, 5000),
    _("huisartsenpost", _G + "Huisartsenpraktijk/Afstand tot huisartsenpost (km)", "", (), 110, 0),
    _("apotheek", _G + "Afstand tot apotheek (km)", "", (), 2000),
    _("ziekenhuis_incl", _ZI + "Afstand tot ziekenhuis (km)", _ZI + "Aantal ziekenhuizen",
      _WIJD, 180, 1),
    _("ziekenhuis_excl", _ZE + "Afstand tot ziekenhuis (km)", _ZE + "Aantal ziekenhuizen",
      _WIJD, 110, 0),
    _("consultatiebureau", _G + "Afstand tot consultatiebureau (km)", "", (), 1000),
    _("fysiotherapeut", _G + "Fysiotherapeut/Afstand tot fysiotherapeut (km)",
      _G + "Fysiotherapeut/Aantal fysiotherapeuten", _DICHT, 5500),
    _("supermarkt", _D + "Afstand tot grote supermarkt (km)", _D + "Aantal grote supermarkten",
      _DICHT, 4700, -1, False),
    _("levensmiddelen", _D + "Afstand tot ov. dagel. levensmiddelen (km)",
      _D + "Aantal overige dagelijkse levensmiddelen", _DICHT, 14000, -1, False),
    _("warenhuis", "Detailhandel/Warenhuis/Afstand tot warenhuis (km)",
      "Detailhandel/Warenhuis/Aantal warenhuizen", _WIJD, 270, 1),
    _("cafe", "Horeca/Cafés en dergelijke/Afstand tot café e.d. (km)",
      "Horeca/Cafés en dergelijke/Aantal cafés", _DICHT, 9000, -1, False),
    _("cafetaria", "Horeca/Cafetaria's en dergelijke/Afstand tot cafetaria e.d. (km)",
      "Horeca/Cafetaria's en dergelijke/Aantal cafetaria's e.d.", _DICHT, 11000, -1, False),
    _("restaurant", "Horeca/Restaurants/Afstand tot restaurant (km)",
      "Horeca/Restaurants/Aantal restaurants", _DICHT, 13500, -1, False),
    _("hotel", "Horeca/Hotels en dergelijke/Afstand tot hotel e.d. (km)",
      "Horeca/Hotels en dergelijke/Aantal hotels e.d.", _WIJD, 3500, 4),
    _("kinderdagverblijf", _K + "Kinderdagverblijf/Afstand tot kinderdagverblijf (km)",
      _K + "Kinderdagverblijf/Aantal kinderdagverblijven", _DICHT, 9500, -1, False),
    _("bso", _K + "Buitenschoolse opvang/Afstand tot buitenschoolse opvang (km)",
      _K + "Buitenschoolse opvang/Aantal buitenschoolse opvang", _DICHT, 9000, -1, False),
    _("basisschool", "Onderwijs/Basisonderwijs/Afstand tot school (km)",
      "Onderwijs/Basisonderwijs/Aantal scholen", _DICHT, 6600),
    _("voortgezet", _V + "Voortgezet onderwijs totaal/Afstand tot school (km)",
      _V + "Voortgezet onderwijs totaal/Aantal scholen", _SCHOOL, 1400),
    _("vmbo", _V + "Vmbo/Afstand tot school (km)", _V + "Vmbo/Aantal scholen", _SCHOOL, 1000,
      spatie="  "),
    _("havovwo", _V + "Havo/vwo/Afstand tot school (km)", _V + "Havo/vwo/Aantal scholen",
      _SCHOOL, 650),
    _("groen", _O + "Afstand tot openbaar groen totaal (km)"),
    _("groen_park", _O + "Afstand tot park of plantsoen (km)"),
    _("groen_dagrecreatie", _O + "Afstand tot dagrecreatief terrein (km)"),
    _("groen_bos", _O + "Afstand tot bos (km)"),
    _("groen_open", _N + "Afstand tot open nat. terrein totaal (km)"),
    _("groen_droog", _N + "Afstand tot open droog nat. terrein (km)"),
    _("groen_nat", _N + "Afstand tot open nat natuurlijk terrein (km)"),
    _("semi", _S + "Afstand tot semi-openbaar groen totaal (km)"),
    _("semi_sport", _S + "Afstand tot sportterrein (km)"),
    _("semi_volkstuin", _S + "Afstand tot volkstuin (km)"),
    _("semi_verblijf", _S + "Afstand tot verblijfsrecreatief terrein (km)"),
    _("semi_begraafplaats", _S + "Afstand tot begraafplaats (km)"),
    _("binnenwater", "Groenvoorzieningen/Afstand tot recreatief binnenwater (km)"),
    _("oprit", _T + "Afstand tot oprit hoofdverkeersweg (km)", "", (), 1800, 2),
    _("station", _T + "Treinstations/Afstand tot treinstations totaal (km)", "", (), 400, 1),
    _("overstap", _T + "Treinstations/Afstand tot belangrijk overstapstation (km)", "", (), 75, 0),
    _("bibliotheek", _C + "Afstand tot bibliotheek (km)", "", (), 1200, 2, False),
    _("zwembad", _C + "Sport/Afstand tot zwembad (km)", "", (), 1500, 2, False),
    _("ijsbaan", _C + "Sport/Afstand tot kunstijsbaan (km)", "", (), 22, 0),
    _("museum", _C + "Museum/Afstand tot museum (km)", _C + "Museum/Aantal musea", _WIJD, 700, 2),
    _("podium", _P + "Afstand tot podiumkunsten totaal (km)",
      _P + "Aantal podiumkunsten totaal", _WIJD, 500, 1),
    _("poppodium", _P + "Afstand tot poppodium (km)", "", (), 60, 0),
    _("bioscoop", _C + "Bioscoop/Afstand tot bioscoop (km)", _C + "Bioscoop/Aantal bioscopen",
      _WIJD, 300, 1, False),
    _("sauna", _C + "Recreatie/Afstand tot sauna (km)", "", (), 130, 1, False),
    _("zonnebank", _C + "Recreatie/Afstand tot zonnebank (km)", "", (), 1000, -1, False),
    _("attractie", _C + "Recreatie/Afstand tot attractie (km)", _C + "Recreatie/Aantal attracties",
      (10, 20, 50), 260, 0),
    _("brandweer", "Afstand tot brandweerkazerne (km)", "", (), 960, 2),
]  # fmt: skip
del _

NABIJHEID = VASTE_KOPPEN + [kop for v in VOORZIENINGEN for kop in v.koppen()]
"""The 115 headings of the proximity file."""
