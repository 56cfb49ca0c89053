"""Tables for the replay server: from a KWB Excel file with CBS's own metadata, or made up.

Which Excel heading is which OData column follows from the catalogue, so there is no second list
to keep in step.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from python_calamine import CalamineWorkbook

from indicators.catalogue import Catalogus
from indicators.catalogue import lees as lees_catalogus
from pipelines.sources.odata import pak
from pipelines.sources.tabel import Tabel

EXCEL, ODATA = "kwb_excel_2023", "kwb_odata_2024"
Rij = dict[str, Any]


@dataclass
class Bak:
    """All parts of one table, as lists of rows."""

    tabel_id: str
    infos: list[Rij]
    eigenschappen: list[Rij]
    gebieden: list[Rij]
    rijen: list[Rij]
    groepen: list[Rij] = field(default_factory=list)

    def deel(self, naam: str) -> list[Rij] | None:
        return {
            "": [{"name": n, "url": n} for n in self.DELEN],
            "TableInfos": self.infos,
            "DataProperties": self.eigenschappen,
            "CategoryGroups": self.groepen,
            "WijkenEnBuurten": self.gebieden,
            "TypedDataSet": self.rijen,
            "UntypedDataSet": self.rijen,
        }.get(naam)

    DELEN = (
        "TableInfos",
        "UntypedDataSet",
        "TypedDataSet",
        "DataProperties",
        "CategoryGroups",
        "WijkenEnBuurten",
    )

    def sleutel(self, kolom: str) -> str:
        """The key of a column as the catalogue writes it (`Groep/Naam`)."""
        (gevonden,) = (
            e["Key"]
            for e in self.eigenschappen
            if e["Type"] == "Topic" and f"/{self.pad(e)}".endswith(f"/{kolom}")
        )
        return str(gevonden)

    def pad(self, eigenschap: Rij) -> str:
        op_id = {e["ID"]: e for e in self.eigenschappen}
        pad = re.sub(r"_\d+$", "", eigenschap["Key"])
        while eigenschap["ParentID"] is not None:
            eigenschap = op_id[eigenschap["ParentID"]]
            pad = f"{eigenschap['Title'].strip()}/{pad}"
        return pad

    def hernummer(self, met: int) -> None:
        """Other numbers behind all names, in metadata and rows, as a later release may have."""

        def nieuw(sleutel: str) -> str:
            return re.sub(r"_(\d+)$", lambda m: f"_{int(m[1]) + met}", sleutel)

        for e in self.eigenschappen:
            e["Key"] = nieuw(e["Key"])
        self.rijen = [{nieuw(k): v for k, v in r.items()} for r in self.rijen]


def excel_naar_odata(cat: Catalogus) -> dict[str, str]:
    """Excel heading to OData column, from indicators with the same formula in both."""
    paren: dict[str, str] = {}
    for ind in cat.indicatoren.values():
        excel, odata = ind.kolommen.get(EXCEL), ind.kolommen.get(ODATA)
        if excel and odata and excel.formule == odata.formule:
            for kop, kolom in zip(excel.van, odata.van, strict=True):
                assert paren.setdefault(kop, kolom) == kolom, (kop, kolom, paren[kop])
    _, van = cat.generatie(EXCEL)
    _, naar = cat.generatie(ODATA)
    for veld in ("gemeentenaam", "postcode", "wijziging"):
        paren[getattr(van, veld)] = getattr(naar, veld)
    return paren


def excel_rijen(pad: Path) -> list[Rij]:
    """The rows of the first sheet: heading to cell."""
    kop, *rijen = CalamineWorkbook.from_path(str(pad)).get_sheet_by_index(0).to_python()
    return [dict(zip(map(str, kop), r, strict=True)) for r in rijen]


def bak_uit_excel(pad: Path, metadata_dir: Path | None, tabel_id: str, jaar: int) -> Bak:
    cat = lees_catalogus()
    eigenschappen = maak_eigenschappen(cat)
    infos = [maak_info(tabel_id, jaar)]
    if metadata_dir is not None and (metadata_dir / "DataProperties.json").exists():
        eigenschappen = json.loads((metadata_dir / "DataProperties.json").read_text("utf-8"))
        infos = json.loads((metadata_dir / "TableInfos.json").read_text("utf-8"))
        infos = [i | {"Identifier": tabel_id, "Period": str(jaar)} for i in infos]
    paren = excel_naar_odata(cat)
    gebieden = [
        (str(r["gwb_code_10"]), str(r["regio"]), {paren[k]: v for k, v in r.items() if k in paren})
        for r in excel_rijen(pad)
    ]
    return vul(Bak(tabel_id, infos, eigenschappen, [], []), gebieden)


def vul(bak: Bak, gebieden: Iterable[tuple[str, str, Mapping[str, Any]]]) -> Bak:
    """Fills a table: code, name and (column as in the catalogue to cell) per area."""
    topics = {e["Key"]: e["Datatype"] for e in bak.eigenschappen if e["Type"] == "Topic"}
    sleutels: dict[str, str] = {}
    for nummer, (code, naam, cellen) in enumerate(gebieden):
        rij: Rij = {"ID": nummer, "WijkenEnBuurten": f"{code:<10}"} | dict.fromkeys(topics)
        rij[bak.sleutel("Codering")] = f"{code:<10}"
        for kolom, cel in cellen.items():
            sleutel = sleutels.get(kolom) or sleutels.setdefault(kolom, bak.sleutel(kolom))
            rij[sleutel] = _typ(cel, topics[sleutel])
        bak.rijen.append(rij)
        bak.gebieden.append({"Key": f"{code:<10}", "Title": f"{naam} ", "Description": ""})
    return bak


def _typ(cel: Any, soort: str) -> str | float | None:
    if cel in (None, "", "."):
        return None
    if soort == "String":
        kaal = str(int(cel)) if isinstance(cel, float) else str(cel)
        return f"{kaal:<10}"
    return int(float(cel)) if soort == "Long" else float(cel)


def maak_info(tabel_id: str, jaar: int) -> Rij:
    return {
        "ID": 0,
        "Title": f"Kerncijfers wijken en buurten {jaar}",
        "Identifier": tabel_id,
        "Modified": f"{jaar + 1}-03-27T02:00:00",
        "Period": str(jaar),
    }


DUBBEL = ("Nederland", "EuropaExclusiefNederland", "BuitenEuropa", "Huurwoning", "EigenWoning")
"""Names that occur in more than one topic group."""


def maak_eigenschappen(cat: Catalogus) -> list[Rij]:
    """Made-up metadata in the real structure: groups around every column the catalogue asks."""
    _, gen = cat.generatie(ODATA)
    teksten = [*gen.herken[:1], gen.gemeentenaam, gen.wijziging, gen.postcode]
    kolommen = dict.fromkeys([*teksten, *cat.gevraagde_kolommen(ODATA)])
    for groep in ("Herkomstland", "Geboren in Nederland", "Geboren buiten Nederland"):
        kolommen |= dict.fromkeys(f"{groep}/{naam}" for naam in DUBBEL[:3])
    for groep in ("Gemiddelde elektriciteitslevering", "Gemiddeld aardgasverbruik"):
        kolommen |= dict.fromkeys(f"{groep}/Naar eigendom/{naam}" for naam in DUBBEL[3:])
    uit: list[Rij] = [
        {"ID": 0, "ParentID": None, "Type": "GeoDetail", "Key": "WijkenEnBuurten", "Title": ""}
    ]
    groepen: dict[tuple[str, ...], int] = {}
    for nummer, kolom in enumerate(filter(None, kolommen), start=1):
        *titels, naam = kolom.split("/")
        ouder = None
        for diep in range(1, len(titels) + 1):
            pad = tuple(titels[:diep])
            if pad not in groepen:
                groepen[pad] = len(uit)
                kop = {"Type": "TopicGroup", "Key": "", "Title": f"{pad[-1]} "}
                uit.append({"ID": len(uit), "ParentID": ouder} | kop)
            ouder = groepen[pad]
        soort = "String" if kolom in teksten else "Double" if gen.afronding(kolom) < 1 else "Long"
        topic = {"Type": "Topic", "Key": f"{naam}_{nummer}", "Title": naam, "Datatype": soort}
        uit.append({"ID": len(uit), "ParentID": ouder} | topic)
    return uit


def kleine_bak(tabel_id: str, jaar: int, codes: Iterable[str]) -> Bak:
    """A made-up table; every tenth column is empty, every seventh cell of a buurt as well."""
    cat = lees_catalogus()
    bak = Bak(tabel_id, [maak_info(tabel_id, jaar)], maak_eigenschappen(cat), [], [])
    kolommen = cat.gevraagde_kolommen(ODATA)

    def cellen(code: str, rij: int) -> Rij:
        uit: Rij = {
            k: None
            if n % 10 == 9 or (code[:2] == "BU" and (n + rij) % 7 == 6)
            else (n * 31 + rij * 7) % 97 + 0.5 * (n % 2)
            for n, k in enumerate(kolommen)
        }
        _, gen = cat.generatie(ODATA)
        vast = {gen.gemeentenaam: "Verzonnen", gen.wijziging: "1", gen.postcode: "3533"}
        return uit | {k: v for k, v in vast.items() if k}

    return vul(bak, ((c, f"Gebied {c}", cellen(c, n)) for n, c in enumerate(codes)))


def pakket(bak: Bak) -> bytes:
    """A package of a table without any network."""
    delen = ("TableInfos", "DataProperties", "WijkenEnBuurten", "TypedDataSet")
    bestanden = {f"{d}.json": json.dumps({"value": bak.deel(d)}).encode() for d in delen}
    return pak(bestanden | {"pakket.json": json.dumps({"tabel_id": bak.tabel_id}).encode()})


def zelfde(een: Tabel, ander: Tabel, rijen: list[int] | None = None) -> None:
    kies = list(range(len(een.gebieden))) if rijen is None else rijen
    links = een.gebieden.iloc[kies].reset_index(drop=True)
    pd.testing.assert_frame_equal(links, ander.gebieden)
    assert list(een.cellen) == list(ander.cellen)
    for kolom, (waarden, soorten) in een.cellen.items():
        np.testing.assert_array_equal(waarden[kies], ander.cellen[kolom][0], kolom)
        np.testing.assert_array_equal(soorten[kies], ander.cellen[kolom][1], kolom)
    assert (een.jaar, een.jaar_uit, een.generatie) == (ander.jaar, ander.jaar_uit, ander.generatie)
