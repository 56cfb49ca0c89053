"""What was read in says which kind of missing it is, keeps its codes, and knows successors."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import shapely

from pipelines import intake
from pipelines.house import Huis
from tests.stad import (
    BRONNEN,
    huis,
    kwb,
    lees_in,
    nog_eens,
    reken_uit,
    vraag,
)

# -- kinds of missing, codes, successors ---------------------------------------------------------


@pytest.mark.parametrize(
    ("sql", "kind"),
    [
        ("indicator = 'woz_waarde_keur' AND jaar = 2024", "niet_gepubliceerd"),
        ("indicator = 'woz_waarde_keur' AND jaar = 2022 AND gebied = 'BU99010005'",
         "onbekend_of_geheim"),
        ("indicator = 'eenpersoonshuishoudens_pct' AND gebied = 'BU99010005'", "nvt"),
    ],
)  # fmt: skip
def test_soorten_van_ontbreken(uit: Huis, sql: str, kind: str) -> None:
    """Wholly empty column; a dot among values; a denominator of 0."""
    rijen = vraag(
        uit,
        f"SELECT ontbreekt_door, count(waarde) FROM out_waarde WHERE {sql} GROUP BY 1",
    )
    assert rijen == [(kind, 0)]


def test_kaart_zegt_zelf_geheim_of_niet_gepubliceerd(tmp_path: Path) -> None:
    """-99997 and -99995 keep their meaning; no sentinel becomes a value."""
    h = huis(tmp_path / "data", BRONNEN / "buurtkaart-2024.geojson.gz")
    lees_in(h)
    reken_uit(h, "out_gebied", "out_waarde")
    soorten = vraag(h, "SELECT DISTINCT ontbreekt_door FROM out_waarde ORDER BY ALL")
    assert {("geheim",), ("niet_gepubliceerd",)} <= set(soorten)
    assert vraag(h, "SELECT count(*) FROM core_cel WHERE waarde < -1000") == [(0,)]
    assert vraag(
        h, "SELECT DISTINCT ontbreekt_door FROM out_waarde WHERE indicator = 'woz_waarde_keur' "
        "AND niveau = 'buurt'"
    ) == [("niet_gepubliceerd",)]  # fmt: skip


def test_gebied_dat_een_tabel_niet_heeft(uit: Huis) -> None:
    """In 2024 proximity is asked of the map alone, which has no rows above buurt: `geen_bron`."""
    rijen = vraag(
        uit,
        "SELECT niveau, ontbreekt_door, bron, count(waarde) FROM out_waarde "
        "WHERE indicator = 'apotheek_afstand_km' AND jaar = 2024 GROUP BY ALL ORDER BY 1",
    )
    assert rijen == [
        ("buurt", "niet_gepubliceerd", "buurtkaart", 0),
        ("gemeente", "geen_bron", "buurtkaart", 0),
        ("wijk", "geen_bron", "buurtkaart", 0),
    ]


def test_letters_in_een_code_blijven(uit: Huis) -> None:
    """`BU9901AA01`: kept as it is, with the wijk that the map names."""
    assert vraag(
        uit, "SELECT DISTINCT wijk, niveau FROM out_gebied WHERE gebied = 'BU9901AA01'"
    ) == [("WK990106", "buurt")]
    [(aantal,)] = vraag(
        uit,
        "SELECT waarde FROM out_waarde WHERE gebied = 'BU9901AA01' AND jaar = 2024 "
        "AND indicator = 'inwoners_aantal'",
    )
    assert aantal == next(r[7] for r in kwb(2024) if r[0] == "BU9901AA01")


def _opvolgers(h: Huis) -> dict[tuple[str, int, str], tuple[float, str]]:
    rijen = vraag(h, "SELECT van, grensjaar_van, naar, aandeel, methode FROM out_gebied_opvolger")
    return {(van, jaar, naar): (deel, hoe) for van, jaar, naar, deel, hoe in rijen}


def test_opvolgers_met_kaart(uit: Huis) -> None:
    """A code change, a split and a merge, with the shares of their surface."""
    alle = _opvolgers(uit)
    vorm = {
        (g, j): shapely.from_wkb(bytes(v))
        for g, j, v in vraag(uit, "SELECT gebied, grensjaar, geometrie FROM out_grens")
    }
    assert alle["BU99010204", 2020, "BU99010214"] == (1.0, "oppervlakte")
    oud = vorm["BU99010602", 2021]
    for deel in ("BU99010608", "BU99010609"):
        aandeel, hoe = alle["BU99010602", 2021, deel]
        echt_deel = vorm[deel, 2022].intersection(oud).area / oud.area
        assert hoe == "oppervlakte" and aandeel == pytest.approx(echt_deel, abs=1e-6)
        assert 0.3 < aandeel < 0.7
    for bron in ("BU99010903", "BU99010904"):
        assert alle[bron, 2022, "BU99010903"] == (1.0, "oppervlakte")
    som: dict[tuple[str, int], float] = {}
    for (van, jaar, _), (aandeel, _) in alle.items():
        som[van, jaar] = som.get((van, jaar), 0) + aandeel
    assert all(s == pytest.approx(1, abs=0.02) for s in som.values())
    gewijzigd = {"BU99010204", "BU99010602", "BU99010904"}
    assert {van for (van, _, naar) in alle if van != naar} == gewijzigd
    assert len(som) == vraag(uit, "SELECT count(*) FROM out_gebied WHERE grensjaar < 2024")[0][0]


def test_opvolgers_zonder_kaart(tmp_path: Path) -> None:
    """By the same code alone; what CBS flags as another boundary (3) stays out."""
    h = huis(tmp_path / "data", *(BRONNEN / f"kwb-{j}.xlsx" for j in (2021, 2022, 2023)))
    lees_in(h)
    reken_uit(h, "out_gebied", "out_grens", "out_gebied_opvolger")
    alle = _opvolgers(h)
    assert {hoe for _, hoe in alle.values()} == {"zelfde_code"}
    assert all(van == naar for van, _, naar in alle)
    assert ("BU99010903", 2022, "BU99010903") not in alle
    assert ("BU99010903", 2021, "BU99010903") in alle
    assert not any(van == "BU99010602" for van, _, _ in alle)


@pytest.mark.parametrize("jaar", [2019, 2024])
def test_aantallen_en_procenten_zeggen_hetzelfde(tmp_path: Path, jaar: int) -> None:
    """Ages, households and origin: counts in Excel and percentages on the map overlap in interval.

    So do the figures per thousand inhabitants, worked out from either.
    """
    per_bron: list[dict[tuple[str, str], tuple[float, float]]] = []
    for naam in (f"kwb-{jaar}.xlsx", f"buurtkaart-{jaar}.geojson.gz"):
        h = huis(tmp_path / naam, BRONNEN / naam)
        lees_in(h)
        reken_uit(h, "out_gebied", "out_waarde")
        rijen = vraag(
            h,
            "SELECT gebied, indicator, onder, boven FROM out_waarde "
            "WHERE niveau = 'buurt' AND waarde IS NOT NULL",
        )
        per_bron.append({(g, i): (onder, boven) for g, i, onder, boven in rijen})
    beide = per_bron[0].keys() & per_bron[1].keys()
    assert {"leeftijd_0_15_pct", "leeftijd_65_plus_pct", "eenpersoonshuishoudens_pct"} <= {
        i for _, i in beide
    }
    mis = [
        (k, per_bron[0][k], per_bron[1][k])
        for k in sorted(beide)
        if max(per_bron[0][k][0], per_bron[1][k][0])
        > min(per_bron[0][k][1], per_bron[1][k][1]) + 1e-9
    ]
    assert len(beide) > 600 and mis == []


def test_bijschrift_herstel_leest_opnieuw(tmp_path: Path) -> None:
    """Asking for mended geometry of a file that was read before takes it in anew, once."""
    map_ = tmp_path / "in"
    map_.mkdir()
    shutil.copy(BRONNEN / "buurtkaart-2024.geojson.gz", map_)
    h = huis(tmp_path / "data", map_)
    for zin in ("", "buurtkaart-2024.geojson: {herstel_geometrie: true}\n"):
        (map_ / "bestanden.yaml").write_text(zin)
        assert [r.status for r in lees_in(nog_eens(h, map_)).regels] == ["nieuw"]
        intake.neem_op(h, [r.levering for r in h.opslag.register()])
        assert [r.herstel_geometrie for r in intake.geldige_leveringen(h)] == [bool(zin)]
        assert vraag(h, "SELECT count(DISTINCT levering) FROM core_grens") == [(1,)]
        assert [r.status for r in lees_in(nog_eens(h, map_)).regels] == ["ongewijzigd"]
