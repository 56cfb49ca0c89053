"""A corporation's delivery: every shape gives the same rows, what is wrong is named and counted.

A row that breaks a rule is left out with its reason; a file that breaks its contract stops the
import whole, and the snapshot that was live stays live.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from indicators import vera
from indicators.vera import eigen_map, eigen_raw
from pipelines.corporation import LeveringFout, importeer, levering, vinden
from pipelines.corporation.schrijf import lees_actueel
from pipelines.house import Huis
from tests.corporatie_klein import (
    BUURTEN,
    DAG,
    ID,
    Rij,
    contract,
    door_de_poort,
    eenheid,
    eigen_vraag,
    inhoud,
    leg_neer,
)
from tests.stad import Stad


@pytest.fixture
def huis(dorp: Stad, tmp_path: Path) -> Huis:
    return dorp.kopie(tmp_path / "data", "publicatie")


def woningen(huis: Huis) -> dict[str, float]:
    rijen = eigen_vraag(
        huis,
        "SELECT gebied, waarde FROM out_waarde WHERE indicator = "
        "'eigen_woningen_aantal' AND niveau = 'buurt' AND waarde > 0",
    )
    return dict(rijen)


def plat(e: Rij) -> Rij:
    return {
        "id": e["id"], "soort.code": "WOO", "bouwjaar": str(e["bouwjaar"]), "status": "VEH",
        "rekenhuur": "612,50", "adres.buurt.code": e["adres"]["buurt"]["code"][2:],
        "inExploitatiedatum": "1-7-1955", "energieprestaties[0].label.code": "C",
        "wozEenheden[0].vastgesteldeWaarde": "200.000", "wozEenheden[0].waardepeildatum":
        "01/01/2022", "adres.straatnaam": "Straat",
    }  # fmt: skip


def als_csv(rijen: list[Rij]) -> bytes:
    uit = io.StringIO()
    w = csv.DictWriter(uit, list(rijen[0]), delimiter=";")
    w.writeheader()
    w.writerows(rijen)
    return uit.getvalue().encode()


def als_excel(rijen: list[Rij]) -> bytes:
    uit = io.BytesIO()
    boek = xlsxwriter.Workbook(uit, {"in_memory": True})
    vel = boek.add_worksheet("eenheden")
    for r, rij in enumerate([list(rijen[0]), *(list(x.values()) for x in rijen)]):
        vel.write_row(r, 0, rij)
    boek.close()
    return uit.getvalue()


def als_parquet(rijen: list[Rij]) -> bytes:
    uit = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rijen), uit)
    return uit.getvalue()


def als_zip(rijen: list[Rij]) -> bytes:
    uit = io.BytesIO()
    with zipfile.ZipFile(uit, "w") as z:
        z.writestr("map/eenheden.csv", als_csv(rijen))
    return uit.getvalue()


PLAT: dict[str, Callable[[list[Rij]], bytes]] = {
    "eenheden.csv": als_csv, "eenheden.xlsx": als_excel, "eenheden.parquet": als_parquet,
    "eenheden.zip": als_zip, "eenheden.csv.gz": lambda r: gzip.compress(als_csv(r)),
}  # fmt: skip


@pytest.mark.parametrize("naam", PLAT)
def test_flat_files_give_what_nested_json_gives(naam: str, huis: Huis, tmp_path: Path) -> None:
    """Same dwellings, labels and WOZ from CSV, Excel, Parquet, zip and gz, with Dutch numbers."""
    bron = [eenheid(n) for n in range(40)]
    importeer.importeer(huis, leg_neer(tmp_path / "a", {"eenheden": bron}), "genest", DAG)
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / naam).write_bytes(PLAT[naam]([plat(e) for e in bron]))
    verslag = importeer.importeer(huis, tmp_path / "b", "plat", DAG)
    assert not verslag.uitslag.af
    vraag = ("SELECT gebied, indicator, round(waarde) FROM out_waarde WHERE indicator <> "
             "'eigen_eengezins_pct' ORDER BY ALL")  # fmt: skip
    genest, vlak = eigen_vraag(huis, vraag, "genest"), eigen_vraag(huis, vraag, "plat")
    assert genest == vlak and any(i == "eigen_woz_keur" and w == 200 for _, i, w in genest)


def test_references_single_objects_and_wrapped_lists(huis: Huis, tmp_path: Path) -> None:
    """Address, buurt and case type by reference; one object per file; a list under its name."""
    losse = tmp_path / "in" / "eenheden"
    losse.mkdir(parents=True)
    adressen, zaken = [], []
    for n in range(40):
        e = eenheid(n) | {"adres": {"id": f"A{n}"}}
        (losse / f"{n}.json").write_text(json.dumps(e), encoding="utf-8")
        adressen.append({"id": f"A{n}", "buurt": f"https://x/buurten/{n % 2}"})
        zaken.append({"id": f"Z{n}", "registratiedatum": "2022-01-03", "zaaktype": "/zaaktypen/7",
                      "eenheden": [f"/eenheden/E{n:03d}/"]})  # fmt: skip
    leg_neer(tmp_path / "in", {"eenheidadressen": adressen, "zaken": zaken,
             "zaaktypen": [{"id": "7", "soort": {"code": "LEE"}}]})  # fmt: skip
    buurten = [{"id": str(i), "idGegevensbeheerder": b} for i, b in enumerate(BUURTEN)]
    (tmp_path / "in" / "buurten.json").write_text(json.dumps({"buurten": buurten}))
    importeer.importeer(huis, tmp_path / "in", ID, DAG)
    assert woningen(huis) == dict.fromkeys(BUURTEN, 20.0)
    som = eigen_vraag(huis, "SELECT waarde FROM out_waarde_indeling WHERE indicator = "
                            "'eigen_leefbaarheid_aantal' AND jaar = 2022")  # fmt: skip
    assert som == [(40.0,)]


def test_columns_of_another_system(huis: Huis, tmp_path: Path) -> None:
    tmp_path.joinpath("in").mkdir()
    (tmp_path / "in" / "vhe.csv").write_text(
        "VHE;Bewoner;Jaar;St;Wijkcode\n"
        + "".join(f"{n};Jan;1955;V;{BUURTEN[n % 2]}\n" for n in range(40)),
        encoding="utf-8",
    )
    (tmp_path / "in" / "levering.yaml").write_text(
        "bestanden:\n  vhe.csv:\n    entiteit: eenheid\n    kolommen: {VHE: id, Jaar: bouwjaar, "
        "St: status, Wijkcode: buurtcode}\n    codes: {status: {V: VEH}}\n"
    )
    verslag = importeer.importeer(huis, tmp_path / "in", ID, DAG)
    assert woningen(huis) == dict.fromkeys(BUURTEN, 20.0) and not verslag.uitslag.af
    assert verslag.overgeslagen["eenheid", "veld niet gelezen", "(ander veld)"] == 1


@pytest.mark.parametrize(
    ("zegt", "fout"),
    [
        ("bestanden: {a.csv: {entiteit: huis, kolommen: {a: id}}}", "entiteit 'huis'"),
        ("bestanden: {a.csv: {entiteit: zaak, kolommen: {a: omschrijving}}}", "wordt niet gelezen"),
        ("bestanden: {a.csv: {entiteit: eenheid, kolommen: {a: id, b: id}}}", "gaan beide naar id"),
        ("bestanden: {a.csv: {entiteit: eenheid, kolommen: {a: bouwjaar}}}", "geen kolom voor id"),
        ("bestanden: {a.csv: {entiteit: eenheid, kolommen: {a: id}, codes: {status: {V: XXX}}}}",
         "staat niet in EENHEIDSTATUS"),
        ("onderwerpen: {V1: gezelligheid}", "gezelligheid"),
        ("volledig: misschien", "volledig"),
        ("geheim: 1", "geheim"),
    ],
)  # fmt: skip
def test_a_mapping_is_validated(zegt: str, fout: str, tmp_path: Path) -> None:
    (tmp_path / levering.NAAM).write_text(zegt, encoding="utf-8")
    with pytest.raises(LeveringFout, match=fout):
        levering.lees(tmp_path, vera.lees())


ROTTE_RIJEN: dict[str, tuple[str, Rij, tuple[str, str, str]]] = {
    "eind voor begin": ("huurovereenkomsten", contract(50, id="X", einddatum="2001-01-01",
        eenheden=["E001"]), ("huurovereenkomst", "eind_voor_begin", "eind")),
    "wijst naar niets": ("huurovereenkomsten", contract(999, id="X"),
        ("huurovereenkomst", "wijst_naar_niets", "eenheden")),
    "geen datum": ("huurovereenkomsten", contract(1, id="X", begindatum="31-02-2020"),
        ("huurovereenkomst", "datum_onleesbaar", "begin")),
    "zelfde sleutel": ("huurovereenkomsten", contract(1), ("huurovereenkomst", "sleutel_dubbel",
        "id")),
    "code van een andere lijst": ("eenheden", eenheid(77) | {"status": {"code": "GEL"}},
        ("eenheid", "code_onbekend", "status")),
    "bouwjaar kan niet": ("eenheden", eenheid(77) | {"bouwjaar": 19550},
        ("eenheid", "getal_buiten_bereik", "bouwjaar")),
    "formule": ("eenheden", eenheid(77) | {"bouwjaar": "=A1+1955"}, ("eenheid", "formule",
        "bouwjaar")),
    "geen sleutel": ("eenheden", eenheid(77) | {"id": ""}, ("eenheid", "sleutel_ontbreekt", "id")),
}  # fmt: skip


@pytest.mark.parametrize("soort", ROTTE_RIJEN)
def test_a_row_that_breaks_a_rule_is_left_out_and_counted(soort: str, tmp_path: Path) -> None:
    collectie, rij, reden = ROTTE_RIJEN[soort]
    alles = inhoud()
    alles[collectie].append(rij)
    _, heel = door_de_poort(leg_neer(tmp_path / "heel", inhoud()), tmp_path)
    _, uitslag = door_de_poort(leg_neer(tmp_path / "rot", alles), tmp_path)
    assert not heel.af and dict(uitslag.af)[reden] == 1
    assert uitslag.goed == heel.goed


ONGEPLAATST: dict[str, tuple[Rij, str]] = {
    "RD": ({"geometrie": {"breedtegraad": 430500.0, "lengtegraad": 171500.0}}, "in RD waar graden"),
    "buiten Nederland": ({"geometrie": {"breedtegraad": 5.1, "lengtegraad": 52.0}}, "buiten Neder"),
    "huisnummer werd datum": ({"postcode": "9935AA", "huisnummer": "12-mrt"}, "een datum geworden"),
    "huisnummer als dag": ({"postcode": "9935AA", "huisnummer": "2024-03-12"}, "datum geworden"),
    "andere indeling": ({"buurt": {"code": "BU03440000"}}, "geen buurt van de indeling 2023"),
    "niets": ({}, "geen plaats opgegeven"),
    "onbekend adres": ({"postcode": "1000AA", "huisnummer": "1"}, "staan niet in adressen.csv"),
}  # fmt: skip


@pytest.mark.parametrize("soort", ONGEPLAATST)
def test_what_cannot_be_placed_is_counted_by_reason(soort: str, huis: Huis, tmp_path: Path) -> None:
    adres, reden = ONGEPLAATST[soort]
    map_ = leg_neer(tmp_path / "in", {"eenheden": [*(eenheid(n) for n in range(40)),
                                                   eenheid(41) | {"adres": adres}]})  # fmt: skip
    (map_ / "adressen.csv").write_text("PC6;Huisnummer;Buurt2023\n9935AA;12;99010302\n")
    verslag = importeer.importeer(huis, map_, ID, DAG)
    [(zonder, n)] = [(w, n) for w, n in verslag.niet_geplaatst.items() if reden in w]
    assert n == 1 and verslag.sleutels_zonder_plek == {zonder: ["E041"]}
    assert sum(woningen(huis).values()) == 40


def test_an_address_finds_its_buurt_and_a_lost_zero_is_mended(huis: Huis, tmp_path: Path) -> None:
    map_ = leg_neer(tmp_path / "in", {"eenheden": [
        eenheid(n) | {"adres": {"postcode": "9935 aa", "huisnummer": f"{n}-hs"}}
        for n in range(20)]})  # fmt: skip
    regels = "".join(f"9935AA;{n};99010302\n" for n in range(20))
    (map_ / "adressen.csv").write_text("PC6;Huisnummer;Buurt2023\n" + regels)
    assert importeer.importeer(huis, map_, ID, DAG).geplaatst == {"postcode": 20}
    assert woningen(huis) == {"BU99010302": 20.0}


def verschuif(map_: Path) -> None:
    rijen = [plat(eenheid(n)) for n in range(40)]
    tekst = als_csv(rijen).decode().splitlines()
    schuif = [tekst[0], *(";".join(["", *r.split(";")[:-1]]) for r in tekst[1:])]
    (map_ / "eenheden.csv").write_text("\n".join(schuif))


def rafel(map_: Path) -> None:
    tekst = als_csv([plat(eenheid(n)) for n in range(40)]).decode().splitlines()
    (map_ / "eenheden.csv").write_text("\n".join([*tekst[:20], tekst[20] + ";extra", *tekst[21:]]))


def dubbel(map_: Path) -> None:
    leg_neer(map_, {"eenheden": [eenheid(1), eenheid(2), eenheid(1)]})


def kapot(map_: Path) -> None:
    (map_ / "eenheden.json").write_text(json.dumps([eenheid(n) for n in range(40)])[:-700])


def groot(map_: Path) -> None:
    leg_neer(map_, inhoud())
    with (map_ / "zaken.json").open("wb") as f:
        f.truncate(5 * 1024**3)


def zip_in_zip(map_: Path) -> None:
    binnen = als_zip([plat(eenheid(1))])
    with zipfile.ZipFile(map_ / "alles.zip", "w") as z:
        z.writestr("binnen.zip", binnen)


def geen_zip(map_: Path) -> None:
    (map_ / "eenheden.zip").write_bytes(b"PK\x03\x04 en dan niets")


def leeg(map_: Path) -> None:
    (map_ / "eenheden.json").write_text("")


def niets(map_: Path) -> None:
    (map_ / "leesmij.txt").write_text("hoi")


def andere_codes(map_: Path) -> None:
    leg_neer(map_, {"eenheden": [eenheid(n) | {"status": "Verhuurd"} for n in range(40)]})


def geen_excel(map_: Path) -> None:
    (map_ / "eenheden.xlsx").write_bytes(b"PK geen boek")


def geen_tabel(map_: Path) -> None:
    leg_neer(map_, inhoud())
    (map_ / "adressen.csv").write_bytes(b"\xff\xfe\x00\x81" * 50)


def lege_adressen(map_: Path) -> None:
    leg_neer(map_, inhoud())
    (map_ / "adressen.csv").write_bytes(b"")


def geen_yaml(map_: Path) -> None:
    leg_neer(map_, inhoud())
    (map_ / "levering.yaml").write_text("naam: De Proef\nbestanden: [")


def twee_koppen(map_: Path) -> None:
    (map_ / "eenheden.csv").write_text("id;bouwjaar;bouwjaar\n1;1955;1955\n")


GEBROKEN = {
    verschuif: "eenheden.csv: niet te lezen als Eenheid.*verschoven",
    rafel: "regel 21 heeft 12 kolommen, de kop 11",
    dubbel: r"E001 \(2 keer\)",
    kapot: "eenheden.json: geen goede JSON bij byte",
    groot: r"zaken.json: 5.0 GB, en meer dan 4 GB",
    zip_in_zip: "een zip in een zip",
    geen_zip: "niet te openen als zip",
    leeg: "leeg bestand",
    niets: "geen eenheden gevonden",
    andere_codes: "status: 40 van 40 .verwacht een code van EENHEIDSTATUS",
    geen_excel: "niet te openen als Excel",
    geen_tabel: "adressen.csv: verwacht een kolom postcode",
    lege_adressen: "adressen.csv: niet te lezen als tabel",
    geen_yaml: "levering.yaml: geen geldige YAML bij regel 2",
    twee_koppen: "kolomkop bouwjaar staat er twee keer",
}


@pytest.mark.parametrize("breek", GEBROKEN, ids=lambda f: f.__name__)
def test_a_file_that_breaks_its_contract_stops_all(
    breek: Callable[[Path], None], huis: Huis, tmp_path: Path
) -> None:
    """Named, without a value of a row; nothing is written and the old snapshot stays live."""
    importeer.importeer(huis, leg_neer(tmp_path / "goed", inhoud()), ID, DAG)
    map_, raw = eigen_map(huis.datamap, ID), eigen_raw(huis.datamap, ID)
    toen = lees_actueel(map_)
    voor = {p: p.read_bytes() for p in (*map_.rglob("*"), *raw.rglob("*")) if p.is_file()}
    (tmp_path / "fout").mkdir()
    breek(tmp_path / "fout")
    with pytest.raises(LeveringFout, match=GEBROKEN[breek]) as fout:
        importeer.importeer(huis, tmp_path / "fout", ID, DAG)
    assert "Straat" not in str(fout.value) and "612" not in str(fout.value)
    assert lees_actueel(map_) == toen
    assert {p: p.read_bytes() for p in (*map_.rglob("*"), *raw.rglob("*")) if p.is_file()} == voor


@pytest.mark.parametrize("naam", ["eenheden.zip", "eenheden.csv.gz"])
def test_what_grows_when_unpacked_is_stopped(
    naam: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A small file that unpacks to more than is read: the limit is on what comes out."""
    monkeypatch.setattr(vinden, "GROOTSTE", 1_000_000)
    rijen = [plat(eenheid(n % 900)) for n in range(15_000)]
    (tmp_path / "in").mkdir()
    pad = tmp_path / "in" / naam
    if naam.endswith(".gz"):
        pad.write_bytes(PLAT[naam](rijen))
    else:
        with zipfile.ZipFile(pad, "w", zipfile.ZIP_DEFLATED) as z:
            z.writestr("eenheden.csv", als_csv(rijen))
    assert pad.stat().st_size < 500_000
    with pytest.raises(LeveringFout, match=f"{naam}: uitgepakt meer dan"):
        vinden.vind(tmp_path / "in", tmp_path, vera.lees(), levering.Levering())


def test_a_formula_in_a_sheet_is_counted(tmp_path: Path) -> None:
    """Its stored outcome is read; that there is one is said."""
    boek = xlsxwriter.Workbook(str(tmp_path / "eenheden.xlsx"))
    vel = boek.add_worksheet("eenheden")
    vel.write_row(0, 0, ["id", "bouwjaar"])
    for n in range(1, 9):
        vel.write(n, 0, f"E{n}")
        vel.write_formula(n, 1, "=1900+55", None, 1955)
    boek.close()
    eigen, gezegd = vera.lees(), levering.Levering()
    from pipelines.corporation import lezen

    with lezen.open_werk(tmp_path) as con:
        stukken = vinden.vind(tmp_path, tmp_path, eigen, gezegd).stukken
        telt = lezen.lees(con, eigen, stukken, gezegd)
        assert con.execute("SELECT DISTINCT bouwjaar FROM t_eenheid").fetchall() == [("1955",)]
    assert telt["eenheid", "formule in een cel", "(bewaarde uitkomst gelezen)"] == 8


def test_a_delivery_inside_the_data_folder_is_refused(huis: Huis) -> None:
    with pytest.raises(LeveringFout, match="buiten de datamap"):
        importeer.importeer(huis, leg_neer(huis.datamap.map / "in", inhoud()), ID, DAG)


def test_nothing_placed_stops(huis: Huis, tmp_path: Path) -> None:
    map_ = leg_neer(tmp_path / "in", {"eenheden": [eenheid(1) | {"adres": {}}]})
    with pytest.raises(LeveringFout, match=r"geen enkele woning.*geen plaats opgegeven: 1"):
        importeer.importeer(huis, map_, ID, DAG)
    assert not eigen_map(huis.datamap, ID).exists()
