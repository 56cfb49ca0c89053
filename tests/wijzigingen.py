"""A labelled set of changes between two publications: what may ask a story for another look.

Every case has a buurt of its own, a figure as quoted, the same figure in the newer publication,
and a label given by the named rule that made it (never by the code under test). `schrijf` makes
two real publications of them; `tests/test_verhalen_merken.py` counts misses and false alarms.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from indicators import contracts
from indicators.catalogue import lees, uit_teksten
from indicators.contracts import Datamap
from tests.publicatie_klein import wijs

TOEN, NU = "20260312-wijziging-1", "20260920-wijziging-2"
JAAR = 2023
Cel = tuple[float | None, str | None]
WEG: Cel = (None, "WEG")
SOORTEN = ("niet_gepubliceerd", "geheim", "onbekend_of_geheim", "nvt", "te_klein", "geen_bron")
GEMETEN = {
    "koopwoningen_pct": (41.0, 1.0),
    "woz_waarde_keur": (243.0, 1.0),
    "bijstand_per_1000": (61.0, 1.0),
    "arbeidsongeschikt_per_1000": (88.0, 1.0),
    "inwoners_aantal": (4365.0, 5.0),
    "huishoudens_aantal": (2110.0, 5.0),
    "laag_inkomen_pct": (14.5, 0.1),
    "sociaal_minimum_pct": (9.3, 0.1),
    "huisarts_afstand_km": (0.8, 0.1),
    "autos_per_huishouden": (0.7, 0.1),
    "elektriciteit_kwh": (2150.0, 10.0),
    "gasverbruik_m3": (980.0, 10.0),
    "ses_woa_score": (-0.214, 0.001),
    "bedrijven_aantal": (310.0, 5.0),
}
"""A plausible figure and the rounding of its source, written down by hand."""


@dataclass(frozen=True)
class Geval:
    """One change and its label: `herzien` is the cause that must be told, `jaar` a new year."""

    regel: str
    indicator: str
    toen: Cel
    nu: Cel
    later: Cel | None = None
    herzien: str | None = None
    jaar: bool = False
    aard: tuple[str, str] = ("geregistreerd", "geregistreerd")
    bron: tuple[str, str] = ("kwb", "kwb")
    voorlopig: tuple[bool, bool] = (False, False)
    stappen: tuple[tuple[str, str, float, float], ...] = ()
    """Steps to 2024 as (van, naar, share of the old, inhabitants of the old); `.` is the buurt."""
    opvolger: Cel | None = None
    """The figure of 2024 under the code `A`."""
    vlag: int = 1
    extra: dict[str, Any] = field(default_factory=dict)


def _afronding() -> Iterator[Geval]:
    for indicator, (waarde, stap) in GEMETEN.items():
        for deel in (0.0, 0.4, -0.9, 1.0):
            cel = (waarde + deel * stap, None)
            yield Geval("binnen de afronding", indicator, (waarde, None), cel)
        for deel in (1.6, -2.5, 12.0):
            cel = (waarde + deel * stap, None)
            yield Geval("buiten de afronding", indicator, (waarde, None), cel, herzien="waarde")


def _ontbreken() -> Iterator[Geval]:
    for toen in SOORTEN:
        for nu in SOORTEN:
            oorzaak = None if toen == nu else "ontbreekt"
            regel = "zelfde soort ontbreken" if toen == nu else "andere soort ontbreken"
            yield Geval(regel, "laag_inkomen_pct", (None, toen), (None, nu), herzien=oorzaak)
        yield Geval("verschenen", "wmo_per_1000", (None, toen), (62.0, None), herzien="verschenen")
        yield Geval("verdwenen", "wmo_per_1000", (62.0, None), (None, toen), herzien="ontbreekt")
    for indicator in ("koopwoningen_pct", "laag_inkomen_pct", "ses_woa_score"):
        yield Geval("rij weg", indicator, (*GEMETEN[indicator][:1], None), WEG, herzien="weg")
    yield Geval("rij weg", "wmo_per_1000", (None, "geheim"), WEG, herzien="weg")


def _betekenis() -> Iterator[Geval]:
    cel: Cel = (61.0, None)
    for toen, nu in (
        ("geregistreerd", "modelschatting"), ("modelschatting", "geregistreerd"),
        ("geregistreerd", "enquete"), ("enquete", "modelschatting"),
        ("geregistreerd", "herberekend"), ("herberekend", "geregistreerd"),
    ):  # fmt: skip
        yield Geval("anders gemeten", "bijstand_per_1000", cel, cel, aard=(toen, nu),
                    herzien="definitie")  # fmt: skip
    for toen, nu in (("kwb", "buurtkaart"), ("buurtkaart", "kwb"), ("kwb", "rivm"),
                     ("politie", "kwb"), ("leefbaarometer", "rivm")):  # fmt: skip
        yield Geval("andere producent", "bijstand_per_1000", cel, cel, bron=(toen, nu),
                    herzien="definitie")  # fmt: skip
    for waarde in (12.0, 30.0, 0.0, 71.0):
        rekent = (waarde, None)
        yield Geval("anders berekend", ANDERS_BEREKEND, rekent, rekent, herzien="definitie")
        yield Geval("andere noemer", ANDERE_NOEMER, rekent, rekent, herzien="definitie")
        yield Geval("alleen andere uitleg", ANDERE_UITLEG, rekent, rekent)
        yield Geval("voorlopig werd definitief", "koopwoningen_pct", rekent, rekent,
                    voorlopig=(True, False))  # fmt: skip
        yield Geval("zelfde producent, andere tabel", "koopwoningen_pct", rekent, rekent,
                    bron=("kwb", "nabijheid"))  # fmt: skip


def _klasse() -> Iterator[Geval]:
    for toen in range(1, 6):
        for nu in range(1, 6):
            oorzaak = None if toen == nu else "klasse"
            regel = "zelfde klasse" if toen == nu else "andere klasse"
            yield Geval(regel, "stedelijkheid_klasse", (float(toen), None), (float(nu), None),
                        herzien=oorzaak)  # fmt: skip


def _grens() -> Iterator[Geval]:
    cel: Cel = (14.5, None)

    def geval(regel: str, herzien: str | None, *stappen: tuple[str, str, float, float],
              **meer: Any) -> Geval:  # fmt: skip
        return Geval(regel, "laag_inkomen_pct", cel, cel, herzien=herzien, stappen=stappen, **meer)

    for groot in (0.63, 0.5, 0.8, 0.94):
        yield geval("gesplitst", "grens", (".", "A", groot, 2000), (".", "B", 1 - groot, 2000))
        yield geval("deel afgestaan", "grens", (".", ".", groot, 2000), (".", "B", 1 - groot, 2000))
    for groot in (0.96, 0.98, 0.999):
        yield geval("snipper afgestaan", None, (".", ".", groot, 2000),
                    (".", "B", 1 - groot, 2000))  # fmt: skip
    for mensen in (40, 60, 90):
        yield geval("snipper erbij", None, (".", ".", 1.0, 2000), ("B", ".", 1.0, mensen))
    for mensen in (300, 900, 2000, 9000):
        yield geval("samengevoegd", "grens", (".", "A", 1.0, 2000), ("B", "A", 1.0, mensen))
    yield geval("onveranderd", None, (".", ".", 1.0, 2000))
    yield geval("onveranderd, CBS meldt niets", None, (".", ".", 1.0, 0), vlag=1)
    yield geval("CBS meldt een andere grens", "grens", (".", ".", 1.0, 2000), vlag=3,
                extra={"methode": "zelfde_code"})  # fmt: skip
    for nu, hoort in ((14.5, False), (14.55, False), (17.0, True), (9.0, True)):
        yield geval("alleen een andere code", None, (".", "A", 1.0, 2000), opvolger=(nu, None),
                    jaar=hoort)  # fmt: skip


def _jaar() -> Iterator[Geval]:
    for indicator, (waarde, stap) in GEMETEN.items():
        cel: Cel = (waarde, None)
        for deel, hoort in ((0.8, False), (-1.0, False), (2.0, True), (-7.0, True)):
            regel = "nieuw jaar, ander cijfer" if hoort else "nieuw jaar binnen de afronding"
            yield Geval(regel, indicator, cel, cel, later=(waarde + deel * stap, None), jaar=hoort)
    for soort in SOORTEN:
        yield Geval("nieuw jaar zonder cijfer", "laag_inkomen_pct", (14.5, None), (14.5, None),
                    later=(None, soort))  # fmt: skip
    yield Geval("nieuw jaar waar eerst niets was", "wmo_per_1000", (None, "geheim"),
                (None, "geheim"), later=(62.0, None), jaar=True)  # fmt: skip
    for was, werd in ((14.0, 17.0), (61.0, 74.0)):
        yield Geval("gecorrigeerd en een nieuw jaar", "bijstand_per_1000", (was, None),
                    (werd, None), later=(werd + 5, None), herzien="waarde", jaar=True)  # fmt: skip


def _met_de_hand() -> Iterator[Geval]:
    def geval(regel: str, indicator: str, toen: float, nu: float, herzien: str | None) -> Geval:
        return Geval(regel, indicator, (toen, None), (nu, None), herzien=herzien)

    yield geval("som van tienden", "laag_inkomen_pct", 0.3, 0.1 + 0.2, None)
    yield geval("precies een tiende", "laag_inkomen_pct", 14.5, 14.6, None)
    yield geval("twee tienden", "laag_inkomen_pct", 14.5, 14.7, "waarde")
    yield geval("nul en min nul", "ses_woa_score", 0.0, -0.0, None)
    yield geval("teken gekeerd", "ses_woa_score", -0.1, 0.1, "waarde")
    yield geval("veertien werd zeventien", "leegstand_pct", 14.0, 17.0, "waarde")
    yield geval("nul werd iets", "bijstand_per_1000", 0.0, 20.0, "waarde")
    yield geval("iets werd nul", "bijstand_per_1000", 20.0, 0.0, "waarde")
    yield geval("twee cijfers verwisseld", "woz_waarde_keur", 243.0, 234.0, "waarde")
    yield geval("duizend keer te groot", "woz_waarde_keur", 243.0, 243000.0, "waarde")
    yield geval("vijf inwoners", "inwoners_aantal", 1000.0, 1005.0, None)
    yield geval("tien inwoners", "inwoners_aantal", 1000.0, 1010.0, "waarde")


ANDERS_BEREKEND = "huurwoningen_pct"
ANDERE_NOEMER = "leegstand_pct"
ANDERE_UITLEG = "meergezinswoningen_pct"


def gevallen() -> list[Geval]:
    """All cases, in a fixed order."""
    regels = (_afronding, _ontbreken, _betekenis, _klasse, _grens, _jaar, _met_de_hand)
    return [g for regel in regels for g in regel()]


def code(nummer: int, wie: str = ".") -> str:
    """The code of a case's buurt, or of the other areas in it (`A`, `B`)."""
    return f"BU{'88' if wie == '.' else '7' + str('AB'.index(wie))}{nummer:06d}"


def _teksten(nu: bool) -> dict[str, str]:
    """The catalogue as it was, and as it is: a formula, a denominator and a text changed."""
    teksten = dict(lees().teksten)
    if not nu:
        return teksten
    for naam, tekst in teksten.items():
        blokken = tekst.split("\n- id: ")
        for n, blok in enumerate(blokken):
            if blok.startswith(ANDERS_BEREKEND + "\n"):
                blokken[n] = blok.replace("formule: direct", "formule: gedeeld_door_1000", 1)
            elif blok.startswith(ANDERE_NOEMER + "\n"):
                blokken[n] = blok.replace("noemer: woningen_aantal", "noemer: huishoudens_aantal")
            elif blok.startswith(ANDERE_UITLEG + "\n"):
                blokken[n] = blok.replace(
                    "lees_eerst: >-\n    ", "lees_eerst: >-\n    Nieuw gezegd. ", 1
                )
            if blokken[n] != blok:
                assert naam.endswith(".yaml")
        teksten[naam] = "\n- id: ".join(blokken)
    assert sum(teksten[n] != t for n, t in lees().teksten.items()), "er is niets veranderd"
    return teksten


def schrijf(datamap: Datamap) -> list[Geval]:
    """Writes the two publications, the newer one current; gives the cases in order of code."""
    alle = gevallen()
    for nu, publicatie in ((False, TOEN), (True, NU)):
        _schrijf(datamap, publicatie, _tabellen(alle, nu), _teksten(nu))
    return alle


def _tabellen(alle: list[Geval], nu: bool) -> dict[str, list[tuple[Any, ...]]]:
    gebieden: dict[tuple[str, int], tuple[Any, ...]] = {}
    waarden: list[tuple[Any, ...]] = []
    stappen: list[tuple[Any, ...]] = []
    for n, g in enumerate(alle):
        _plek(gebieden, code(n), JAAR, 2000)
        cel = g.nu if nu else g.toen
        if cel != WEG:
            waarden.append(_rij(code(n), JAAR, g, cel, int(nu)))
        if not nu:
            continue
        if not g.stappen or any(naar == "." for _, naar, *_ in g.stappen):
            _plek(gebieden, code(n), 2024, 2000, g.vlag)
        for van, naar, aandeel, mensen in g.stappen:
            _plek(gebieden, code(n, van), JAAR, mensen)
            _plek(gebieden, code(n, naar), 2024, mensen, g.vlag)
            methode = g.extra.get("methode", "oppervlakte")
            stappen.append((code(n, van), JAAR, code(n, naar), 2024, aandeel, methode))
        if g.later is not None:
            waarden.append(_rij(code(n), 2024, g, g.later, 0))
        if g.opvolger is not None:
            waarden.append(_rij(code(n, "A"), 2024, g, g.opvolger, 0))
    bronnen = {"kwb": "kwb_excel_2023", "buurtkaart": "buurtkaart_2024",
               "nabijheid": "nabijheid_2023"}  # fmt: skip
    herkomst = [
        (f"{b}-{j}", b, gen, j, j, "bestandsnaam", f"{b}-{j}.xlsx", "0" * 64, None, "CC BY 4.0",
         "2026-03-10T09:12:00+00:00", None, 1, True)
        for b, gen in bronnen.items() for j in (JAAR, 2024)
    ]  # fmt: skip
    return {"out_gebied": list(gebieden.values()), "out_waarde": waarden,
            "out_gebied_opvolger": stappen, "out_meta__herkomst": herkomst}  # fmt: skip


def _plek(
    gebieden: dict[tuple[str, int], tuple[Any, ...]],
    gebied: str,
    jaar: int,
    mensen: float,
    vlag: int = 1,
) -> None:
    gebieden[(gebied, jaar)] = (gebied, jaar, "buurt", f"Buurt {gebied[2:]}", None, "GM8800",
                                "Wijzigstad", mensen, None, None, vlag, False, True)  # fmt: skip


def _rij(gebied: str, jaar: int, g: Geval, cel: Cel, n: int) -> tuple[Any, ...]:
    waarde, ontbreekt = cel
    return (gebied, "buurt", jaar, jaar, g.indicator, waarde, None, None, ontbreekt, g.aard[n],
            g.voorlopig[n], g.bron[n])  # fmt: skip


def _schrijf(
    datamap: Datamap,
    publicatie: str,
    tabellen: dict[str, list[tuple[Any, ...]]],
    teksten: dict[str, str],
) -> None:
    cat, gemaakt = uit_teksten(teksten), "2026-03-12T08:30:00+00:00"
    tabellen = tabellen | {
        "out_meta__catalogus": list(teksten.items()),
        "out_meta__publicatie": [
            (publicatie, gemaakt, cat.hash, "0" * 64, "0" * 64, "0.1.0", True)
        ],
    }
    datamap.published.mkdir(parents=True, exist_ok=True)
    bestand: Path = datamap.published / f"{publicatie}.duckdb"
    with duckdb.connect(str(bestand)) as con:
        for tabel in contracts.OUT:
            con.execute(contracts.maak(tabel))
            if rijen := tabellen.get(tabel, []):
                kolommen = zip(contracts.kolommen(tabel), zip(*rijen, strict=True), strict=True)
                con.register("vak", pa.table({k: list(w) for k, w in kolommen}))
                con.execute(f"INSERT INTO {tabel} SELECT * FROM vak")
                con.unregister("vak")
    assert hashlib.sha256(bestand.read_bytes()).hexdigest()
    wijs(datamap, bestand, gemaakt, cat.hash)
