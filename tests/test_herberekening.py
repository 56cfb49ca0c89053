"""Earlier years on the boundaries of now: counts and shares of counts, with how and how well.

Protects: a merge adds up exactly, a split says how little is known, a new code loses nothing,
averages are never converted, and a break that cannot be bridged stays a break.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
import shapely

from indicators.catalogue import Catalogus, lees
from indicators.contracts import OUT
from pipelines import conversion
from pipelines.house import Huis
from tests.stad import Stad, vraag

Con = duckdb.DuckDBPyConnection
CAT: Catalogus = lees()
SAMEN, NIEUWE_CODE, DEEL = "BU99010903", "BU99010214", "BU99010608"
"""Of the town: merged from two in 2023, renamed in 2021, split off in 2022."""


@pytest.fixture(scope="module")
def stad(tmp_path_factory: pytest.TempPathFactory) -> Huis:
    map_ = tmp_path_factory.mktemp("herberekend")
    return Stad(map_ / "bouw").kopie(map_ / "data", "uit")


def cijfer(h: Huis, gebied: str, grensjaar: int, jaar: int, indicator: str) -> tuple:
    [rij] = vraag(
        h,
        """SELECT waarde, onder, boven, ontbreekt_door, aard FROM out_waarde
        WHERE gebied = ? AND grensjaar = ? AND jaar = ? AND indicator = ?""",
        gebied, grensjaar, jaar, indicator,
    )  # fmt: skip
    return rij


def test_whole_areas_that_merged_are_added_up(stad: Huis) -> None:
    ouders = vraag(
        stad,
        """SELECT van FROM out_gebied_opvolger
        WHERE naar = ? AND grensjaar_naar = 2023 AND grensjaar_van = 2022""",
        SAMEN,
    )
    assert len(ouders) == 2
    delen = [cijfer(stad, v, 2022, 2022, "inwoners_aantal")[0] for (v,) in ouders]
    assert cijfer(stad, SAMEN, 2024, 2022, "inwoners_aantal")[0] == sum(delen)
    koop, huizen = (
        [cijfer(stad, v, 2022, 2022, i)[0] for (v,) in ouders]
        for i in ("koopwoningen_pct", "woningen_aantal")
    )
    hoort = sum(k * w for k, w in zip(koop, huizen, strict=True)) / sum(huizen)
    waarde, onder, boven, mist, aard = cijfer(stad, SAMEN, 2024, 2022, "koopwoningen_pct")
    assert waarde == pytest.approx(hoort) and onder < waarde < boven
    assert mist is None and aard == "herberekend"
    assert vraag(
        stad,
        """SELECT methode, kwaliteit, delen FROM out_herberekening
        WHERE gebied = ? AND grensjaar_van = 2022""",
        SAMEN,
    ) == [("samenvoeging", 1.0, 2)]


def test_averages_and_medians_are_left_out(stad: Huis) -> None:
    gemiddeld = {i.id for i in CAT.indicatoren.values() if i.telling == "gemiddelde"}
    zelf = vraag(stad, "SELECT DISTINCT indicator FROM out_waarde WHERE grensjaar > jaar + 4")
    gemiddeld -= {i for (i,) in zelf if i.startswith(("leefbaarometer", "ses"))}  # all years on one
    assert gemiddeld
    rijen = vraag(
        stad,
        """SELECT DISTINCT indicator FROM out_waarde
        WHERE gebied = ? AND grensjaar = 2024 AND jaar < 2023""",
        SAMEN,
    )
    assert rijen and not gemiddeld & {i for (i,) in rijen}


def test_new_code_of_the_same_ground_keeps_every_figure(stad: Huis) -> None:
    """Averages too: nothing was worked out, so the kind of figure stays what it was."""
    [(oud,)] = vraag(
        stad, "SELECT van FROM out_gebied_opvolger WHERE naar = ? AND van <> naar", NIEUWE_CODE
    )
    toen = vraag(
        stad,
        """SELECT indicator, waarde, onder, boven, ontbreekt_door, aard FROM out_waarde
        WHERE gebied = ? AND grensjaar = 2020 AND jaar = 2020
            AND ontbreekt_door IS DISTINCT FROM 'geen_bron' ORDER BY ALL""",
        oud,
    )
    nu = vraag(
        stad,
        """SELECT indicator, waarde, onder, boven, ontbreekt_door, aard FROM out_waarde
        WHERE gebied = ? AND grensjaar = 2024 AND jaar = 2020 ORDER BY ALL""",
        NIEUWE_CODE,
    )
    kent = {i for i, *_ in toen if CAT.indicatoren[i].gebruik != "uitgesloten"}
    assert [r for r in nu if r[0] in kent] == [r for r in toen if r[0] in kent] and len(kent) > 30


def test_a_part_says_how_little_is_known(stad: Huis) -> None:
    """Where people lived within the old area nobody told: from nothing to all of it."""
    waarde, onder, boven, _, aard = cijfer(stad, DEEL, 2024, 2021, "inwoners_aantal")
    [(oud,)] = vraag(
        stad, "SELECT van FROM out_gebied_opvolger WHERE naar = ? AND van <> naar", DEEL
    )
    heel = cijfer(stad, oud, 2021, 2021, "inwoners_aantal")
    assert onder == 0 and boven == heel[2] and 0 < waarde < heel[0] and aard == "herberekend"
    [(kwaliteit,)] = vraag(
        stad,
        "SELECT kwaliteit FROM out_herberekening WHERE gebied = ? AND grensjaar_van = 2021",
        DEEL,
    )
    assert kwaliteit == 0


def test_nothing_that_was_read_is_replaced(stad: Huis) -> None:
    """One row per key; areas that did not change got none."""
    dubbel = vraag(
        stad,
        """SELECT gebied, grensjaar, jaar, indicator FROM out_waarde
        GROUP BY ALL HAVING count(*) > 1""",
    )
    assert dubbel == []
    veranderd = {g for (g,) in vraag(stad, "SELECT DISTINCT gebied FROM out_herberekening")}
    anders = vraag(stad, "SELECT DISTINCT gebied FROM out_waarde WHERE aard = 'herberekend'")
    assert {g for (g,) in anders} <= veranderd and len(veranderd) < 10


# -- wijken by the inhabitants of their buurten ---------------------------------------------------

A, B = "WK990100", "WK990101"
BUURTEN = {
    "BU99010000": (0, 100.0), "BU99010001": (1, 900.0), "BU99010002": (2, 500.0),
}  # fmt: skip
"""Three squares side by side: code to place and inhabitants."""


def _wereld(naar: dict[str, str], gat: bool = False) -> Con:
    """Two boundary years of three buurten; `naar` gives the wijk of each in the second."""
    con = duckdb.connect()
    for tabel in ("out_gebied", "out_grens", "out_waarde", "out_gebied_opvolger"):
        con.execute(f"CREATE TABLE {tabel} ({OUT[tabel]})")
    oud = dict(zip(BUURTEN, (A, A, B), strict=True))
    for jaar, wijk_van in ((2023, oud), (2024, naar)):
        for code, (x, inwoners) in BUURTEN.items():
            if gat and jaar == 2023 and x == 2:
                continue
            _gebied(con, code, "buurt", jaar, wijk_van[code], inwoners, (x,))
        for wijk in (A, B):
            in_wijk = [c for c in BUURTEN if wijk_van[c] == wijk]
            if gat and jaar == 2023 and wijk == B:
                continue
            som = sum(BUURTEN[c][1] for c in in_wijk)
            _gebied(con, wijk, "wijk", jaar, wijk, som, [BUURTEN[c][0] for c in in_wijk])
    return con


def _gebied(con: Con, code: str, niveau: str, jaar: int, wijk: str, n: float, plekken) -> None:
    con.execute(
        """INSERT INTO out_gebied VALUES
        (?, ?, ?, ?, ?, 'GM9901', 'G', ?, ?, NULL, 1, false, true)""",
        [code, jaar, niveau, code, wijk, n, n],
    )
    vorm = shapely.union_all([shapely.box(1000 * x, 0, 1000 * x + 1000, 1000) for x in plekken])
    con.execute(
        "INSERT INTO out_grens VALUES (?, ?, ?, false, ?)",
        [code, niveau, jaar, shapely.to_wkb(vorm)],
    )
    con.execute(
        """INSERT INTO out_waarde VALUES (?, ?, ?, ?, 'inwoners_aantal', ?, ?, ?, NULL,
        'geregistreerd', false, 'kwb')""",
        [code, niveau, jaar, jaar, n, n - 2, n + 2],
    )


def test_a_wijk_that_was_cut_goes_by_the_inhabitants_of_its_buurten() -> None:
    """By ground half of wijk A moved; by inhabitants nine of ten."""
    con = _wereld({"BU99010000": A, "BU99010001": B, "BU99010002": B})
    conversion.maak_herberekend(con, CAT)
    rijen = dict(
        con.execute(
            """SELECT gebied, waarde FROM out_waarde
            WHERE jaar = 2023 AND grensjaar = 2024 AND niveau = 'wijk'"""
        ).fetchall()
    )
    assert rijen == {A: pytest.approx(100), B: pytest.approx(1400)}
    hoe = con.execute("SELECT gebied, methode, kwaliteit FROM out_herberekening ORDER BY 1")
    assert hoe.fetchall() == [
        (A, "inwoners", 0.0),
        (B, "inwoners", pytest.approx(500 / 1400, abs=1e-4)),
    ]


def test_ground_that_nobody_knew_stays_a_break() -> None:
    con = _wereld({"BU99010000": A, "BU99010001": B, "BU99010002": B}, gat=True)
    conversion.maak_herberekend(con, CAT)
    assert con.execute("SELECT gebied FROM out_herberekening").fetchall() == [(A,)]


def test_unchanged_world_converts_nothing() -> None:
    con = _wereld(dict(zip(BUURTEN, (A, A, B), strict=True)))
    assert conversion.maak_herberekend(con, CAT) == 0


def test_no_outlines_no_conversion(tmp_path: Path) -> None:
    con = _wereld({"BU99010000": A, "BU99010001": B, "BU99010002": B})
    con.execute("DELETE FROM out_grens")
    assert conversion.maak_herberekend(con, CAT) == 0
