"""Small deliveries of a corporation for tests: forty dwellings in two buurten, in any shape."""

from __future__ import annotations

import copy
import json
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from indicators import vera
from indicators.vera import eigen_map
from pipelines.corporation import codes, levering, lezen, poort, vinden
from pipelines.corporation.schrijf import lees_actueel
from pipelines.house import Huis

DAG = date(2023, 12, 31)
ID = "proef"
BUURTEN = ("BU99010302", "BU99010304")
Rij = dict[str, Any]


def eenheid(n: int) -> Rij:
    """A dwelling as VERA nests it."""
    return {
        "id": f"E{n:03d}", "soort": {"code": "WOO"}, "bouwjaar": 1955, "status": {"code": "VEH"},
        "detailSoort": {"code": "TUS"}, "rekenhuur": "612.50",
        "adres": {"buurt": {"code": BUURTEN[n % 2]}, "straatnaam": "Straat", "huisnummer": "12"},
        "energieprestaties": [{"label": {"code": "C"}, "begindatum": "2020-01-01"}],
        "wozEenheden": [{"waardepeildatum": "2022-01-01", "vastgesteldeWaarde": 200000 + n}],
    }  # fmt: skip


def contract(n: int, **anders: object) -> Rij:
    """A tenancy of dwelling n that ended in 2022."""
    return {"id": f"H{n:03d}", "begindatum": "2010-05-01", "einddatum": "2022-06-15",
            "eenheden": [f"/eenheden/E{n:03d}"], **anders}  # fmt: skip


def zaak(n: int, eenheid_: int, **anders: object) -> Rij:
    """A case of noise about a dwelling."""
    return {
        "id": f"Z{n:04d}",
        "registratiedatum": f"{2019 + n % 5}-01-10T10:00:00Z",
        "zaaktype": {"soort": {"code": "SOC"}, "detailSoort": {"code": "GEL"}},
        "eenheden": [{"id": f"E{eenheid_:03d}"}],
        "relaties": [f"/relaties/R{n}"],
        **anders,
    }


def inhoud(aantal: int = 40) -> dict[str, list[Rij]]:
    """Collections of a delivery without a fault."""
    return copy.deepcopy({
        "eenheden": [eenheid(n) for n in range(aantal)],
        "huurovereenkomsten": [contract(n) for n in range(aantal)],
        "zaken": [zaak(n, n % aantal) for n in range(5 * aantal)],
    })  # fmt: skip


def leg_neer(map_: Path, collecties: dict[str, list[Rij]], zegt: str = "") -> Path:
    """Writes collections as arrays in JSON."""
    map_.mkdir(parents=True, exist_ok=True)
    for naam, rijen in collecties.items():
        (map_ / f"{naam}.json").write_text(json.dumps(rijen), encoding="utf-8")
    if zegt:
        (map_ / "levering.yaml").write_text(zegt, encoding="utf-8")
    return map_


def door_de_poort(map_: Path, werk: Path) -> tuple[duckdb.DuckDBPyConnection, poort.Uitslag]:
    """A delivery read and gated, without areas: the tables `g_…`."""
    eigen = vera.lees()
    gezegd = levering.lees(map_, eigen)
    con = lezen.open_werk(werk)
    codes.zet_klaar(con, eigen)
    stukken = vinden.vind(map_, werk, eigen, gezegd).stukken
    lezen.lees(con, eigen, stukken, gezegd)
    return con, poort.keur(con, eigen, stukken)


def eigen_vraag(huis: Huis, sql: str, corporatie: str = ID) -> list[tuple]:
    """Rows from the corporation's current snapshot."""
    map_ = eigen_map(huis.datamap, corporatie)
    actueel = lees_actueel(map_)
    assert actueel is not None
    with duckdb.connect(str(map_ / actueel.bestand), read_only=True) as con:
        return con.execute(sql).fetchall()
