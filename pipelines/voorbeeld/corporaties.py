"""Three corporations of the fictional town: their exports, each in another shape, with faults.

`python -m pipelines.voorbeeld.corporaties DOEL` writes them; they are made anew from the seed when
needed and not kept in git. About 6,000 dwellings, five years of tenancies, cases and answers.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import xlsxwriter
import yaml
from shapely.geometry import Polygon

from pipelines.voorbeeld.cijfers import grond, sticht
from pipelines.voorbeeld.stad import POSTCODES, indeling
from pipelines.voorbeeld.vorm import op_aarde, teken, toeval

PEILDATUM = date(2024, 1, 1)
JAREN = (2019, 2020, 2021, 2022, 2023)
CORPORATIES = {
    "de-brug": ("De Brug", ("WK990102", "WK990103", "WK990107")),
    "elsker-wonen": ("Elsker Wonen", ("WK990104", "WK990105", "WK990108", "WK990109")),
    "volksbelang": ("Volksbelang 1912", ("WK990100", "WK990101", "WK990106")),
}
"""Id to name and the wijken where it has its dwellings (four of five; the rest anywhere)."""
AANDEEL = 0.72
"""Share of all corporation dwellings of the town that these three have."""
LABELS = ("A", "B", "C", "D", "E", "F", "G")
SOORTEN = (("SOC", "GEL"), ("SOC", "RUZ"), ("SOC", "VUIL"), ("OMG", "HAN"), ("SOC", "AGR"))
VRAGEN = {"V01": "veilig", "V02": "overlast", "V03": "schoon"}
VOORNAMEN = ("Anna", "Bram", "Celine", "Daan", "Esra", "Femke", "Gijs", "Hanan", "Ivo", "Joke")

Rij = dict[str, object]


@dataclass
class Export:
    """One corporation's records in VERA's shape, nested; `adressen` is the supplied table."""

    eenheden: list[Rij] = field(default_factory=list)
    clusters: list[Rij] = field(default_factory=list)
    conditiemetingen: list[Rij] = field(default_factory=list)
    huurovereenkomsten: list[Rij] = field(default_factory=list)
    zaken: list[Rij] = field(default_factory=list)
    onderhoudsorders: list[Rij] = field(default_factory=list)
    kwaliteitsmetingsresultaten: list[Rij] = field(default_factory=list)
    adressen: list[tuple[str, str, str]] = field(default_factory=list)


def schrijf(doel: Path, zaad: int = 9901, worp: int = 0) -> dict[str, int]:
    """Writes `doel/<corporatie>/<peildatum>/` for all three.

    Args:
        doel: a new folder.
        zaad: of the town.
        worp: another number draws other dwellings, tenancies and cases for the same town.

    Returns:
        Dwellings per corporation.
    """
    vormen = teken(zaad)
    stad = sticht(vormen, zaad)
    aarde, grondslag = op_aarde(vormen), grond(stad, 2024)
    wonen = (grondslag["corp"] * AANDEEL).round().astype(int)
    code = {cel: b.code for b in indeling(2024) for cel in b.cellen}
    uit = {}
    for n, (id_, (naam, wijken)) in enumerate(CORPORATIES.items()):
        rng = toeval(zaad, f"corporatie{n}" + (f"-{worp}" if worp else ""))
        e = Export()
        for cel, aantal in wonen.items():
            rij = stad.cellen.loc[str(cel)]
            eigen = rij["wijk"] in wijken
            mijn = int(aantal * (0.9 if eigen else 0.03))
            _cel(e, id_, str(cel), code[str(cel)], aarde[str(cel)], mijn, rij, rng)
        map_ = doel / id_ / PEILDATUM.isoformat()
        map_.mkdir(parents=True, exist_ok=True)
        _SCHRIJVERS[n](e, map_)
        zegt = {"naam": naam, "onderwerpen": VRAGEN, "volledig": n != 2}
        if n == 2:
            zegt["bestanden"] = KOLOMMEN
        tekst = yaml.safe_dump(zegt, allow_unicode=True, sort_keys=False)
        (map_ / "levering.yaml").write_text(tekst, encoding="utf-8")
        uit[id_] = len(e.eenheden)
    return uit


def _cel(e: Export, id_: str, cel: str, buurt: str, vorm: Polygon, aantal: int, rij: Any,
         rng: np.random.Generator) -> None:  # fmt: skip
    """The dwellings of one cell, in complexes of about sixty, and what happened in them."""
    stand, flat = float(rij["stand"]), float(rij["mg"])
    for c in range(0, aantal, 60):
        complex_ = f"{id_[:2].upper()}-{cel[4:]}-{c // 60:02d}"
        bouwjaar = int(rng.choice([1924, 1938, 1955, 1964, 1972, 1981, 1988, 1999, 2009, 2016]))
        e.clusters.append({"id": complex_, "soort": {"code": "VEX"}, "naam": f"Complex {complex_}"})
        e.conditiemetingen.append(
            {"id": f"cm-{complex_}", "cluster": {"id": complex_}, "begindatum": "2022-03-01",
             "conditiescore": {"code": str(int(np.clip((2030 - bouwjaar) // 18, 1, 6)))}}
        )  # fmt: skip
        for i in range(c, min(c + 60, aantal)):
            eenheid = f"{id_[:2]}{cel[2:]}{i:04d}"
            e.eenheden.append(
                _eenheid(
                    e, eenheid, complex_, str(rij["wijk"]), buurt, vorm, bouwjaar, flat, stand, rng
                )
            )
            _bewoning(e, eenheid, stand, rng)


def _eenheid(e: Export, id_: str, complex_: str, wijk: str, buurt: str, vorm: Polygon,
             bouwjaar: int, flat: float, stand: float,
             rng: np.random.Generator) -> Rij:  # fmt: skip
    mgw = rng.random() < flat
    slecht = np.clip((2020 - bouwjaar) / 20 + rng.normal(0, 1), 0, 6)
    weg, nummer = rng.random(), len(e.adressen) + 1
    letters = "ABCDEFGHJK"[nummer // 900 % 10] + "ABCDEFGHJK"[nummer // 9000 % 10]
    adres: Rij = {
        "straatnaam": "Verzonnenstraat",
        "huisnummer": str(nummer % 900 + 1),
        "postcode": f"{POSTCODES[wijk]}{letters}",
    }
    e.adressen.append((str(adres["postcode"]), str(adres["huisnummer"]), buurt))
    if weg < 0.7:
        adres["buurt"] = {"id": f"b-{buurt}", "code": buurt, "naam": "buurt"}
    elif weg < 0.9:
        p = vorm.representative_point()
        adres["geometrie"] = {"breedtegraad": round(p.y, 6), "lengtegraad": round(p.x, 6)}
    woz = int(np.clip(rng.normal(225 + 40 * stand, 35), 90, 600)) * 1000
    return {
        "id": id_, "soort": {"code": "WOO", "naam": "Woonruimte"}, "bouwjaar": bouwjaar,
        "detailSoort": {"code": "GAL" if mgw else "TUS"}, "status":
        {"code": "LEE" if rng.random() < 0.02 else "VEH"}, "rekenhuur":
        f"{np.clip(rng.normal(640, 110), 320, 1250):.2f}", "gebruiksoppervlakte":
        int(np.clip(rng.normal(72, 15), 24, 160)), "inExploitatiedatum": f"{bouwjaar}-07-01",
        "adres": adres, "clusters": [{"id": complex_}],
        "omschrijving": f"Sleutel bij {rng.choice(VOORNAMEN)}",
        "energieprestaties": [{"id": f"ep-{id_}", "soort": {"code": "NTA"}, "status":
                               {"code": "DEF"}, "begindatum": "2019-02-26T14:51:38+01:00",
                               "label": {"code": LABELS[int(slecht)]}}],
        "wozEenheden": [{"id": f"w{j}-{id_}", "waardepeildatum": f"{j}-01-01",
                         "vastgesteldeWaarde": int(woz * (1 + 0.06 * (j - 2022)))}
                        for j in (2022, 2023)],
        "eigenVeldVanHetSysteem": "x",
    }  # fmt: skip


def _bewoning(e: Export, eenheid: str, stand: float, rng: np.random.Generator) -> None:
    """Tenancies back from today, and over five years the cases, orders and answers."""
    begin, dag = date(2017, 1, 1) - timedelta(days=int(rng.gamma(1.3, 3200))), date(2017, 1, 1)
    while begin < PEILDATUM:
        dag = max(begin, dag) + timedelta(days=int(rng.exponential(4200)) + 30)
        eind = dag if dag < PEILDATUM else None
        e.huurovereenkomsten.append({
            "id": f"ho-{eenheid}-{len(e.huurovereenkomsten)}", "begindatum": begin.isoformat(),
            "status": {"code": "BEE" if eind else "LOP"}, "einddatum": eind and eind.isoformat(),
            "eenheden": [f"https://bron.example/eenheden/{eenheid}"], "startBrutoJaarinkomen":
            int(rng.normal(24000, 4000)), "startLeeftijd": int(rng.integers(18, 90)), "relaties":
            [f"https://bron.example/relaties/{rng.integers(1, 10**6)}"]})  # fmt: skip
        begin = dag + timedelta(days=int(rng.integers(5, 60)))
    druk = float(np.exp(-0.5 * stand))
    for jaar in JAREN:
        for soort, keer in (
            (None, 0.06 * druk),
            (("LEE", None), 0.035 * druk),
            (("FIN", "HUA"), 0.05 * druk),
        ):
            for _ in range(rng.poisson(keer)):
                s, d = soort or SOORTEN[int(rng.integers(len(SOORTEN)))]
                e.zaken.append(_zaak(len(e.zaken), eenheid, jaar, s, d, rng))
        if rng.random() < 0.04 * druk:
            e.onderhoudsorders.append({
                "id": f"oo-{eenheid}-{jaar}", "onderhoudSoort": {"code": "LEE"}, "eenheid":
                {"id": eenheid}, "opdrachtdatum":
                f"{jaar}-0{rng.integers(1, 10)}-1{rng.integers(0, 10)}",
                "status": {"code": "AFG"}, "omschrijving": "Portiek schoongemaakt"})  # fmt: skip
        if rng.random() < 0.18:
            for vraag in VRAGEN:
                cijfer = np.clip(rng.normal(6.7 + 0.4 * stand, 1.4), 1, 10)
                e.kwaliteitsmetingsresultaten.append({
                    "id": f"km-{eenheid}-{jaar}-{vraag}", "code": vraag, "datumReactie":
                    f"{jaar}-10-{rng.integers(10, 29)}", "beoordelingsWaarde":
                    f"{cijfer:.1f}".replace(".", ","), "kwaliteitsmetingsverzoek":
                    {"id": f"kv-{eenheid}", "eenheid": f"/eenheden/{eenheid}"},
                    "toelichtingBeoordeling": "De buren zijn aardig"})  # fmt: skip


def _zaak(n: int, eenheid: str, jaar: int, soort: str, detail: str | None,
          rng: np.random.Generator) -> Rij:  # fmt: skip
    dag = date(jaar, 1, 1) + timedelta(days=int(rng.integers(0, 365)))
    zaaktype: Rij = {"id": f"zt-{soort}-{detail or 'X'}", "soort": {"code": soort}}
    if detail:
        zaaktype["detailSoort"] = {"code": detail}
    return {
        "id": f"z-{n:06d}", "registratiedatum": f"{dag.isoformat()}T09:00:00Z",
        "zaaktype": zaaktype,
        "eenheden": [{"id": eenheid}],
        "omschrijving": f"{rng.choice(VOORNAMEN)} belde over de buren",
        "relaties": [f"https://bron.example/relaties/r{rng.integers(1, 4)}-{eenheid}"],
    }  # fmt: skip


def _met_fouten(e: Export) -> Export:
    """What real exports have: rows that point at nothing, an end before a beginning, odd codes."""
    e.huurovereenkomsten[3]["einddatum"] = "1990-01-01"
    e.huurovereenkomsten[4]["eenheden"] = ["/eenheden/bestaat-niet"]
    e.huurovereenkomsten[5]["begindatum"] = "31-02-2020"
    e.huurovereenkomsten[6]["begindatum"] = "3-2-2015"
    e.zaken[2]["zaaktype"] = {"id": "zt", "soort": {"code": "GEL"}}
    e.zaken[3]["eenheden"] = []
    e.eenheden[7]["bouwjaar"] = 19640
    e.eenheden[8]["adres"] = {"geometrie": {"breedtegraad": 430500.0, "lengtegraad": 171500.0}}
    e.eenheden[9]["adres"] = {}
    e.eenheden[12]["adres"] = {"postcode": "9935 AA", "huisnummer": "12-mrt"}
    e.eenheden[10]["soort"] = {"code": "PAR"}
    e.eenheden[11]["adres"] = {"buurt": {"code": "BU99019876"}}
    return e


def _json(pad: Path, rijen: list[Rij]) -> None:
    pad.write_text(json.dumps(rijen, ensure_ascii=False), encoding="utf-8")


def _genest(e: Export, map_: Path) -> None:
    """Arrays of nested objects, one file per collection."""
    for naam, rijen in vars(_met_fouten(e)).items():
        if naam != "adressen":
            _json(map_ / f"{naam}.json", rijen)
    _adressen(e, map_)


def _verwezen(e: Export, map_: Path) -> None:
    """By reference: addresses, buurten, labels and kinds of case in files of their own."""
    _met_fouten(e)
    adressen: list[Rij] = []
    prestaties: list[Rij] = []
    woz: list[Rij] = []
    buurten: dict[str, Rij] = {}
    for x in e.eenheden:
        adres = dict(x.pop("adres"))  # type: ignore[call-overload]
        buurt = adres.pop("buurt", None)
        if buurt:
            buurten[buurt["code"]] = {"id": f"b/{buurt['code']}"[2:], "code": buurt["code"]}
            adres["buurt"] = f"https://bron.example/buurten/{buurt['code']}"
        adressen.append({"id": f"a-{x['id']}", **adres})
        x["adres"] = {"id": f"a-{x['id']}"}
        for bak, veld in ((prestaties, "energieprestaties"), (woz, "wozEenheden")):
            for rij in x.pop(veld):  # type: ignore[attr-defined]
                bak.append({**rij, "eenheid": f"https://bron.example/eenheden/{x['id']}"})
            x[veld] = [f"https://bron.example/{veld}/{r['id']}" for r in bak[-1:]]
    typen = {z["zaaktype"]["id"]: z["zaaktype"] for z in e.zaken}  # type: ignore[index]
    for z in e.zaken:
        z["zaaktype"] = {"id": z["zaaktype"]["id"]}  # type: ignore[index]
    rest = {k: v for k, v in vars(e).items() if k not in ("adressen", "clusters")}
    rest |= {"eenheidadressen": adressen, "energieprestaties": prestaties, "woz-eenheden": woz,
             "buurten": list(buurten.values()), "zaaktypen": list(typen.values())}  # fmt: skip
    for naam, rijen in rest.items():
        _json(map_ / f"{naam}.json", rijen)
    (map_ / "clusters").mkdir(exist_ok=True)
    for rij in e.clusters:
        (map_ / "clusters" / f"{rij['id']}.json").write_text(json.dumps(rij), encoding="utf-8")
    _adressen(e, map_)


KOLOMMEN = {
    "woningen-export.csv": {
        "entiteit": "eenheid",
        "kolommen": {"VHE": "id", "Soort": "soort", "Type": "detail_soort", "Status": "status",
                     "Bouwjr": "bouwjaar", "Opp": "oppervlakte", "Huur": "huur",
                     "Complex": "clusters",
                     "CBS-buurt": "buurtcode", "Lat": "breedte", "Lon": "lengte", "PC": "postcode",
                     "Nr": "huisnummer", "In expl.": "in_exploitatie"},
        "codes": {"status": {"V": "VEH", "L": "LEE"}, "soort": {"W": "WOO", "P": "PAR"}},
    },
}  # fmt: skip


def _plat(e: Export, map_: Path) -> None:
    """Flat: another system's CSV with mapped columns, Excel and CSV with VERA paths as headings."""
    _met_fouten(e)
    with (map_ / "woningen-export.csv").open("w", encoding="cp1252", newline="") as stroom:
        w = csv.writer(stroom, delimiter=";")
        w.writerow([*KOLOMMEN["woningen-export.csv"]["kolommen"], "Bewoner"])
        for x in e.eenheden:
            a = x["adres"]
            g, s = a.get("geometrie", {}), x["soort"]["code"]  # type: ignore[attr-defined, index]
            w.writerow([x["id"], "P" if s == "PAR" else "W", x["detailSoort"]["code"],  # type: ignore[index]
                        "L" if x["status"]["code"] == "LEE" else "V", x["bouwjaar"],  # type: ignore[index]
                        x["gebruiksoppervlakte"], str(x["rekenhuur"]).replace(".", ","),
                        x["clusters"][0]["id"], a.get("buurt", {}).get("code", "")[2:],  # type: ignore[index, attr-defined]
                        str(g.get("breedtegraad", "")).replace(".", ","),
                        str(g.get("lengtegraad", "")).replace(".", ","),
                        a.get("postcode", ""), a.get("huisnummer", ""),  # type: ignore[attr-defined]
                        "-".join(reversed(str(x["inExploitatiedatum"]).split("-"))),
                        "Café-eigenaar Joke"])  # fmt: skip
    _vellen(e, map_ / "levering.xlsx")
    _plat_csv(map_ / "zaken.csv", ["id", "registratiedatum", "zaaktype.soort.code",
              "zaaktype.detailSoort.code", "eenheden", "omschrijving"],
              ([z["id"], z["registratiedatum"], z["zaaktype"]["soort"]["code"],  # type: ignore[index]
                z["zaaktype"].get("detailSoort", {}).get("code", ""),  # type: ignore[attr-defined]
                "|".join(x["id"] for x in z["eenheden"]), z["omschrijving"]] for z in e.zaken))  # type: ignore[attr-defined]  # fmt: skip
    _plat_csv(map_ / "huurovereenkomsten.csv", ["id", "begindatum", "einddatum", "status.code",
              "eenheden"],
              ([h["id"], h["begindatum"], h["einddatum"] or "31-12-9999", h["status"]["code"],  # type: ignore[index]
                h["eenheden"][0]] for h in e.huurovereenkomsten))  # type: ignore[index]  # fmt: skip
    _adressen(e, map_)


def _vellen(e: Export, pad: Path) -> None:
    boek = xlsxwriter.Workbook(str(pad))
    for naam, kop, rijen in (
        ("clusters", ["id", "soort.code"], [[c["id"], "VEX"] for c in e.clusters]),
        ("energieprestaties", ["eenheid.id", "label.code", "status.code", "begindatum"],
         [[x["id"], x["energieprestaties"][0]["label"]["code"], "DEF", "26-2-2019"]  # type: ignore[index]
          for x in e.eenheden]),
        ("woz-eenheden", ["eenheid.id", "vastgesteldeWaarde", "waardepeildatum"],
         [[x["id"], f"{w['vastgesteldeWaarde']:,}".replace(",", "."), w["waardepeildatum"]]
          for x in e.eenheden for w in x["wozEenheden"]]),  # type: ignore[attr-defined]
        ("onderhoudsorders", ["id", "onderhoudSoort.code", "eenheid.id", "opdrachtdatum"],
         [[o["id"], "LEE", o["eenheid"]["id"], o["opdrachtdatum"]] for o in e.onderhoudsorders]),  # type: ignore[index]
    ):  # fmt: skip
        vel = boek.add_worksheet(naam)
        for r, rij in enumerate([kop, *rijen]):
            vel.write_row(r, 0, rij)
    boek.close()


def _plat_csv(pad: Path, kop: list[str], rijen: Iterator[list[object]]) -> None:
    with pad.open("w", encoding="utf-8", newline="") as stroom:
        w = csv.writer(stroom)
        w.writerow(kop)
        w.writerows(rijen)


def _adressen(e: Export, map_: Path) -> None:
    with (map_ / "adressen.csv").open("w", encoding="utf-8", newline="") as stroom:
        w = csv.writer(stroom, delimiter=";")
        w.writerow(["PC6", "Huisnummer", "Buurt2024"])
        w.writerows((p, h, b[2:]) for p, h, b in e.adressen)


_SCHRIJVERS = (_genest, _verwezen, _plat)

if __name__ == "__main__":
    print(schrijf(Path(sys.argv[1])))
