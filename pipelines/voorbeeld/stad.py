"""The plan of the fictional town: its names, kinds of buurt, places and changes of code.

Everything here is invented. `vorm` draws it, `cijfers` counts it.
A *cel* is the smallest piece: a buurt of one year consists of one or two cells, so that a split
and a merge cover each other exactly.
"""

from dataclasses import dataclass
from io import StringIO

import pandas as pd

GEMEENTE = "GM9901"
NAAM = "Wendrecht"
JAREN = (2019, 2020, 2021, 2022, 2023, 2024)
OORSPRONG_RD = (171_500.0, 430_500.0)
"""Where the market square lies, in RD metres."""

WIJKEN = {
    "WK990100": "Wijk 00 Binnenstad",
    "WK990101": "Wijk 01 Oud-West",
    "WK990102": "Wijk 02 Spoorwijk",
    "WK990103": "Wijk 03 Kruisveld",
    "WK990104": "Wijk 04 De Hagen",
    "WK990105": "Wijk 05 Lindeveld",
    "WK990106": "Wijk 06 Nieuwe Waard",
    "WK990107": "Wijk 07 Oosterkade",
    "WK990108": "Wijk 08 Elskerk en Noordpolder",
    "WK990109": "Wijk 09 Overwende",
}
WATEREN = {"rivier": "BU99019998", "plas": "BU99019999"}
WATERNAMEN = {"BU99019998": "De Wende", "BU99019999": "Turfplas"}
WATERWIJK = "WK990199"
POSTCODES = dict(
    zip(WIJKEN, (9900, 9900, 9935, 9935, 9938, 9938, 9940, 9940, 9941, 9941), strict=True)
)
"""Numbers that no place in the country has."""

# Shares of dwellings (mg flats, koop, corp, nieuw since 2000, leeg vacant, sv district heating),
# of households (p1 single, pk with children), of inhabitants (oud 65+, jong 15-24, neu origin
# outside Europe); j25 = share of 25-44 within 25-64; stand = social-economic position in
# standard deviations; woz in thousands of 2019; gas in m3; auto per household; ha = dwellings
# per hectare; wat = share of water.
_SOORTEN = """
soort       mg   koop corp nieuw leeg sv   p1   pk   oud  jong neu  j25  stand woz gas  auto ha wat
centrum     .80  .38  .22  .20  .065 .06  .57  .13  .20  .12  .15  .62  .15  255  980  .55 30 .05
arbeid      .32  .45  .42  .08  .035 .00  .43  .26  .14  .12  .21  .63 -.45  190 1230  .78 38 .01
burger      .28  .68  .12  .06  .030 .00  .37  .30  .20  .10  .09  .52  .85  335 1520 1.02 27 .02
flat        .78  .17  .72  .07  .030 .35  .53  .23  .19  .13  .33  .61 -1.05 150  930  .56 34 .02
senioren    .86  .26  .62  .15  .025 .35  .64  .07  .44  .06  .12  .42 -.30  195  880  .62 38 .03
laagbouw    .14  .34  .60  .05  .020 .02  .37  .29  .22  .11  .20  .51 -.60  188 1240  .86 29 .01
erf_huur    .20  .42  .50  .05  .020 .01  .33  .34  .20  .12  .21  .50 -.35  205 1150  .96 26 .03
erf_koop    .05  .82  .10  .05  .015 .00  .26  .36  .22  .10  .09  .45  .45  272 1260 1.22 21 .04
tachtig     .12  .68  .25  .08  .015 .00  .28  .37  .18  .12  .11  .47  .28  262 1100 1.16 22 .03
nieuw       .20  .70  .20  .99  .020 .40  .23  .49  .07  .08  .15  .68  .72  318  720 1.18 21 .09
villa       .03  .92  .02  .15  .030 .00  .17  .38  .27  .09  .05  .34 1.60  640 2350 1.85  5 .02
dorp        .06  .72  .22  .15  .020 .00  .27  .35  .23  .10  .04  .43  .38  288 1460 1.36 15 .02
polder      .01  .84  .02  .12  .030 .00  .20  .37  .22  .11  .02  .37  .65  430 2150 1.90  1 .06
bedrijf     .05  .60  .05  .30  .080 .00  .26  .37  .19  .10  .12  .48  .10  295 1750 1.50  1 .05
gemengd     .72  .42  .33  .70  .050 .45  .45  .23  .11  .13  .17  .72  .20  255  680  .72 25 .10
park        .00  .00  .00  .00  .000 .00  .30  .30  .20  .10  .10  .50  .00  250 1000 1.00  1 .12
"""

# code of 2019 | name | plane | kind | dwellings (full-grown) | stand | trend a year
_CELLEN = """
BU99010002|Kloosterbuurt|centrum|centrum|390|.10|.00
BU99010004|Stationskwartier|centrum|centrum|620|.00|.03
BU99010003|Oostwal|centrum|centrum|410|-.15|.00
BU99010000|Rond de Markt|centrum|centrum|560|.20|.01
BU99010001|Havenkwartier|centrum|centrum|430|.45|.05
BU99010005|Wendepark|park|park|0|.00|.00
BU99010100|Westersingel|oudwest|burger|330|.30|.01
BU99010101|Gasthuisveld|oudwest|burger|360|.05|.00
BU99010102|De Bleek|oudwest|arbeid|520|.10|.04
BU99010103|Molenkwartier|oudwest|burger|350|.10|.00
BU99010104|Bloemenbuurt|oudwest|arbeid|560|-.05|.00
BU99010105|Schoolwijk|oudwest|arbeid|470|.25|.02
BU99010106|'t Anker|oudwest|laagbouw|420|.05|.00
BU99010200|Spoorzicht|spoorwijk|arbeid|380|-.20|.01
BU99010201|Werkplaatsbuurt|spoorwijk|arbeid|450|-.30|-.01
BU99010202|Vogelbuurt|spoorwijk|arbeid|510|-.25|.09
BU99010203|Steenbakkerij|spoorwijk|arbeid|340|.15|.02
BU99010204|Kanaalbuurt|spoorwijk|laagbouw|390|-.15|-.02
BU99010205|Lijnbaan|spoorwijk|burger|260|-.25|.01
BU99010302|Sterrenbuurt|kruisveld|flat|540|-.20|.08
BU99010301|Componistenbuurt|kruisveld|flat|560|.05|.00
BU99010300|Kruisveld-Centrum|kruisveld|flat|510|.05|-.01
BU99010305|Kruisveld-Zuid|kruisveld|flat|590|-.30|-.06
BU99010304|Staatsliedenbuurt|kruisveld|laagbouw|430|.10|.00
BU99010303|Planetenbuurt|kruisveld|flat|480|-.30|.16
BU99010306|Kruisveld-Oost|kruisveld|laagbouw|410|.00|-.01
BU99010307|Parkflats|kruisveld|senioren|380|.00|-.01
BU99010400|Beukenhaag|hagen|erf_koop|390|.10|.00
BU99010401|Meidoornhaag|hagen|erf_huur|460|.05|-.01
BU99010402|Ligusterhaag|hagen|erf_koop|360|.00|.00
BU99010403|Hulsthaag|hagen|erf_huur|520|-.35|-.07
BU99010404|Sleedoornhaag|hagen|erf_huur|430|.10|.00
BU99010405|Taxushaag|hagen|erf_koop|340|.15|.01
BU99010406|Vuurdoornhaag|hagen|erf_huur|410|.00|-.02
BU99010407|Haagpoort|hagen|flat|350|.35|.00
BU99010500|Lindehof|lindeveld|tachtig|430|.00|-.01
BU99010501|Korenveld|lindeveld|tachtig|450|.10|.00
BU99010502|Vlasakker|lindeveld|tachtig|380|-.10|.00
BU99010503|Boekweit|lindeveld|tachtig|410|.15|.01
BU99010504|Haverkamp|lindeveld|tachtig|360|-.20|-.01
BU99010505|Graspol|lindeveld|erf_koop|390|.05|.00
BU99010506|Eikenhorst|eikenhorst|villa|190|.00|.01
BU99010600|Waardpoort|waard|nieuw|330|-.25|.01
BU99010601|Oeverzicht|waard|nieuw|310|.30|.01
BU99010602W|De Rietlanden|waard|nieuw|340|.10|.01
BU99010602O|De Rietlanden|waard|nieuw|250|-.35|.00
BU99010603|Kreekzoom|waard|nieuw|290|.05|.00
BU99010604|Eilandenrij|waard|nieuw|240|.45|.01
BU99010605|De Vlonder|waard|nieuw|320|-.05|.00
BU99010606|Waterlanden|waard|nieuw|300|.10|.01
BU9901AA01|Slotweide|slotweide|nieuw|360|.10|.00
BU99010700|Scheepswerf|werf|gemengd|310|.00|.06
BU99010701|Bedrijvenpark Oosterkade|oosterkade|bedrijf|19|.00|.00
BU99010702|Handelspark Wendevaart|oosterkade|bedrijf|27|.00|.00
BU99010703|Kadezicht|kadezicht|arbeid|210|-.05|.01
BU99010801|Elskerk-West|elskerk|dorp|310|.10|.00
BU99010800|Elskerk-Dorp|elskerk|dorp|430|.00|.00
BU99010802|Nieuw-Elskerk|elskerk|tachtig|330|.20|.01
BU99010803|Noorderpolder|noorderpolder|polder|85|.00|.00
BU99010804|Turfveen|turfveen|polder|70|.10|.00
BU99010805|Hoge Dijk|hogedijk|polder|95|.05|.00
BU99010806|Oosterbroek|oosterbroek|polder|60|-.15|.00
BU99010807|Westbroek|westbroek|polder|70|.00|.00
BU99010900|Overwende-Dorp|overwende|dorp|470|.00|.00
BU99010902|Overwende-Zuid|overwende|tachtig|380|-.10|-.01
BU99010901|Overwende-Oost|overwende|dorp|340|.15|.01
BU99010903|Zandwoude|zandwoude|dorp|290|-.05|.00
BU99010904|Zandwoude-Veld|zandwoude|dorp|150|.25|.00
BU99010905|Uiterwaard|uiterwaard|polder|75|.20|.00
BU99010906|Grienden|grienden|polder|80|-.05|.00
BU99010907|Zuidbroek|zuidbroek|polder|65|.10|.00
"""

GROEI: dict[str, tuple[float, ...]] = {
    "BU99010303": (1.0, 0.78, 0.55, 0.62, 0.94, 1.08),
    "BU9901AA01": (0.22, 0.45, 0.66, 0.82, 0.93, 1.0),
    "BU99010602W": (0.72, 0.84, 0.95, 1.0, 1.0, 1.0),
    "BU99010602O": (0.55, 0.70, 0.84, 0.97, 1.0, 1.0),
    "BU99010700": (0.18, 0.22, 0.40, 0.66, 0.88, 1.0),
    "BU99010004": (0.86, 0.88, 0.93, 0.97, 1.0, 1.02),
    "BU99010302": (1.0, 1.0, 1.0, 1.0, 1.01, 1.01),
}
"""Share of the dwellings that stands on 1 January 2019, 2020 ... 2024; otherwise +0.2 % a year."""


@dataclass(frozen=True)
class Buurt:
    """A buurt as it exists in one year."""

    code: str
    naam: str
    wijk: str
    cellen: tuple[str, ...]
    wijziging: int
    """ind_wbi: 1 unchanged, 2 other code, 3 other boundary than the year before."""


def soorten() -> pd.DataFrame:
    """The kinds of buurt, one row each, shares as fractions."""
    return pd.read_csv(StringIO(_SOORTEN.strip()), sep=r"\s+", index_col="soort")


def cellen() -> pd.DataFrame:
    """The cells: code (index), naam, vlak, soort, woningen, stand, trend, wijk."""
    namen = ["cel", "naam", "vlak", "soort", "woningen", "stand", "trend"]
    tabel = pd.read_csv(StringIO(_CELLEN.strip()), sep="|", names=namen, index_col="cel")
    tabel["wijk"] = ["WK990106" if cel[6:8] == "AA" else f"WK{cel[2:8]}" for cel in tabel.index]
    return tabel


def indeling(jaar: int) -> list[Buurt]:
    """The buurten of a year in the order of the CBS files: per wijk, by code."""
    buurten: dict[str, Buurt] = {}
    for cel, rij in cellen().iterrows():
        code, naam, wijziging = _code_in(str(cel), str(rij["naam"]), jaar)
        eerder = buurten[code].cellen if code in buurten else ()
        naam = buurten[code].naam if code in buurten else naam
        buurten[code] = Buurt(code, naam, str(rij["wijk"]), (*eerder, str(cel)), wijziging)
    return sorted(buurten.values(), key=lambda b: (b.wijk, b.code))


def _code_in(cel: str, naam: str, jaar: int) -> tuple[str, str, int]:
    """Code, name and ind_wbi of the buurt that a cell belongs to in a year."""
    if cel == "BU99010204" and jaar >= 2021:
        return "BU99010214", naam, 2 if jaar == 2021 else 1
    if cel.startswith("BU99010602"):
        if jaar < 2022:
            return "BU99010602", naam, 1
        west = cel.endswith("W")
        soort = 3 if jaar == 2022 else 1
        return (
            ("BU99010608", f"{naam} West", soort) if west else ("BU99010609", f"{naam} Oost", soort)
        )
    if cel in ("BU99010903", "BU99010904") and jaar >= 2023:
        return "BU99010903", "Zandwoude", 3 if jaar == 2023 else 1
    return cel, naam, 1
