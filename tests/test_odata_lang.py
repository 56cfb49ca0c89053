"""OData tables with many years: SES-WOA, RIVM and the police in the shape CBS gives them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from pipelines.sources.odata_lees import lees_alle
from pipelines.sources.tabel import BronFout
from tests.replay_bak import pak
from tests.stad import CAT

BUURT = "BU99010100"


def groep(nummer: int, titel: str, ouder: int | None = None) -> dict[str, Any]:
    return {"ID": nummer, "ParentID": ouder, "Type": "TopicGroup", "Key": "", "Title": titel}


def topic(nummer: int, sleutel: str, ouder: int | None = None) -> dict[str, Any]:
    return {
        "ID": nummer, "ParentID": ouder, "Type": "Topic", "Key": sleutel,
        "Title": sleutel, "Datatype": "Double", "Unit": "x",
    }  # fmt: skip


def pakket(tabel: str, eigenschappen: list[dict[str, Any]], rijen: list[dict[str, Any]]) -> bytes:
    delen: dict[str, Any] = {
        "TableInfos": [{"ID": 0, "Identifier": tabel, "Period": "2014-2024"}],
        "DataProperties": eigenschappen,
        "WijkenEnBuurten": [{"Key": f"{BUURT:10}", "Title": "Westersingel"}],
        "TypedDataSet": rijen,
    }
    zip_ = {f"{n}.json": json.dumps({"value": v}).encode() for n, v in delen.items()}
    return pak(zip_ | {"pakket.json": json.dumps({"tabel_id": tabel}).encode()})


def ses(tabel: str) -> bytes:
    """43 topics have one name in four groups; the group tells which score it is."""
    eigenschappen = [groep(1, "SES-WOA")]
    for i, (titel, nummer) in enumerate(
        [("Totaalscore", 29), ("Financiële welvaart", 31), ("Opleidingsniveau", 33)]
    ):
        eigenschappen += [
            groep(10 + i, titel, 1),
            topic(20 + i, f"GemiddeldeScore_{nummer}", 10 + i),
        ]
    rijen = [
        {"ID": n, "WijkenEnBuurten": f"{BUURT:10}", "Perioden": f"{jaar}JJ00",
         "GemiddeldeScore_29": 0.1 * n, "GemiddeldeScore_31": 9.0, "GemiddeldeScore_33": None}
        for n, jaar in enumerate((2022, 2023, 2024))
    ]  # fmt: skip
    return pakket(tabel, eigenschappen, rijen)


@pytest.mark.parametrize(("tabel", "indeling"), [("86092NED", 2024), ("86296NED", 2025)])
def test_ses_woa_alle_jaren_op_de_indeling_van_de_tabel(tabel: str, indeling: int) -> None:
    alle = lees_alle(ses(tabel), f"cbs/{tabel}", CAT)
    assert [(t.bron, t.jaar, t.grensjaar) for t in alle] == [
        ("ses_woa", j, indeling) for j in (2022, 2023, 2024)
    ]
    assert [t.cellen["Totaalscore/GemiddeldeScore"][0][0] for t in alle] == [0.0, 0.1, 0.2]
    assert alle[0].gebieden["naam"].tolist() == ["Westersingel"]
    assert "SES-WOA/Financiële welvaart/GemiddeldeScore" in alle[0].cellen


def test_tabel_waarvan_niemand_de_indeling_weet_wordt_gevraagd() -> None:
    bron = CAT.bronnen["ses_woa"]
    weet_niet = bron.model_copy(update={"indeling_van": {}})
    cat = replace(CAT, bronnen={**CAT.bronnen, bron.id: weet_niet})
    with pytest.raises(BronFout, match=r"85900NED, 2022: bij welke indeling.*indeling_van"):
        lees_alle(ses("85900NED"), "cbs/85900NED", cat)


def test_misdrijven_over_odata() -> None:
    """Padded keys, one column of counts, a member per row."""
    codes = CAT.velden["politie_misdrijven"]
    rijen = [
        {"ID": i, "SoortMisdrijf": f"{c:6}", "WijkenEnBuurten": f"{BUURT:10}",
         "Perioden": "2024JJ00", "GeregistreerdeMisdrijven_1": 31 if c == "0.0.0" else 1}
        for i, c in enumerate(codes)
    ]  # fmt: skip
    [t] = lees_alle(pakket("47018NED", [topic(1, "GeregistreerdeMisdrijven_1")], rijen), "x", CAT)
    assert (t.bron, t.jaar, t.grensjaar) == ("politie", 2024, 2024)
    assert set(t.cellen) == set(codes) and t.cellen["2.2.1"][0][0] == 1
    rijen[0]["GeregistreerdeMisdrijven_1"] = 62
    with pytest.raises(BronFout, match="twee keer de delen"):
        lees_alle(pakket("47018NED", [topic(1, "GeregistreerdeMisdrijven_1")], rijen), "x", CAT)
