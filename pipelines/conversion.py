"""Figures of earlier years on the boundaries of the newest: counts and shares of counts only.

Areas of two boundary years are laid over one another (geopandas). Whole areas that became one are
added up. Of an area that was cut, its count goes along with the ground (`oppervlakte`); for wijken
and gemeenten with the inhabitants of their buurten (`inwoners`), a finer source. Averages and
medians are never converted, unless it is the same ground under another code. What was not wholly
covered by known areas stays a break.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa

from indicators import own_area
from indicators.catalogue import Catalogus
from indicators.own_area import Deel, Uitkomst
from pipelines.geography import KLEINSTE_AANDEEL, kaarten, overlap
from pipelines.warehouse import opnieuw, voeg_toe

Con = duckdb.DuckDBPyConnection
HEEL = 1 - KLEINSTE_AANDEEL
"""From this share up an area lies wholly in another; the rest is noise in the drawing."""
ANDERE_CODE = "andere_code"
"""The same ground under another code: every figure holds, averages and medians too."""


@dataclass(frozen=True)
class Omzetting:
    """How one area of the newest boundaries comes out of those of an earlier year."""

    gebied: str
    niveau: str
    stukken: tuple[tuple[str, float], ...]
    """Code of the earlier area, and the share of it that came along (0 to 1)."""
    methode: str
    kwaliteit: float


def maak_herberekend(con: Con, cat: Catalogus) -> int:
    """Adds rows with aard `herberekend` to `out_waarde`, and `out_herberekening` to explain them.

    Runs once on fresh values, after the scores: a year that only some areas have is not scored.

    Returns:
        Number of figures added.
    """
    opnieuw(con, "out_herberekening")
    jaren = [
        r[0] for r in con.execute("SELECT DISTINCT grensjaar FROM out_gebied ORDER BY 1").fetchall()
    ]
    aantal = 0
    for van in reversed(jaren[:-1]):
        omzettingen = _omzettingen(con, van, jaren[-1])
        if omzettingen:
            aantal += _zet_om(con, cat, omzettingen, van, jaren[-1])
    return aantal


def _omzettingen(con: Con, van: int, naar: int) -> list[Omzetting]:
    """Areas that are other ground than that of their code in the earlier year."""
    uit: list[Omzetting] = []
    inwoners = _inwoners(con, van)
    buurten = _paren(con, van, naar, "buurt")
    for niveau in ("buurt", "wijk", "gemeente"):
        paren = buurten if niveau == "buurt" else _paren(con, van, naar, niveau)
        if paren.empty:
            continue
        methode = "oppervlakte"
        if niveau != "buurt":
            fijner = _met_inwoners(con, buurten, van, naar, niveau)
            paren, methode = _verfijn(paren, fijner), "inwoners"
        for gebied, groep in paren.groupby("naar", sort=True):
            een = _omzetting(str(gebied), niveau, groep, methode, inwoners)
            if een is not None:
                uit.append(een)
    return uit


def _omzetting(
    gebied: str, niveau: str, groep: pd.DataFrame, methode: str, inwoners: dict[str, float]
) -> Omzetting | None:
    """One area; None when it is the same ground under the same code, or not wholly known."""
    stukken = tuple(
        (str(v), 1.0 if a >= HEEL else float(a))
        for v, a in zip(groep["van"], groep["aandeel"], strict=True)
    )
    if stukken == ((gebied, 1.0),) or groep["aandeel_nieuw"].sum() < HEEL:
        return None
    gewicht = {v: a * inwoners.get(v, 0.0) for v, a in stukken}
    if not sum(gewicht.values()):
        gewicht = dict(zip(groep["van"], groep["aandeel_nieuw"], strict=True))
    heel = sum(gewicht[v] for v, a in stukken if a == 1.0)
    alles = all(a == 1.0 for _, a in stukken)
    if alles:
        methode = ANDERE_CODE if len(stukken) == 1 else "samenvoeging"
    return Omzetting(
        gebied=gebied,
        niveau=niveau,
        stukken=stukken,
        methode=methode,
        kwaliteit=1.0 if alles else round(heel / sum(gewicht.values()), 4),
    )


def _paren(con: Con, van: int, naar: int, niveau: str) -> pd.DataFrame:
    """Pairs with shared ground; empty when one of the years has no outlines."""
    twee = kaarten(con, (van, naar), niveau)
    if twee is None:
        return pd.DataFrame({"van": [], "naar": [], "aandeel": [], "aandeel_nieuw": []})
    return overlap(*twee)


def _inwoners(con: Con, jaar: int) -> dict[str, float]:
    rijen = con.execute(
        "SELECT gebied, inwoners FROM out_gebied WHERE grensjaar = ? AND inwoners IS NOT NULL",
        [jaar],
    ).fetchall()
    return dict(rijen)


def _met_inwoners(
    con: Con, buurten: pd.DataFrame, van: int, naar: int, niveau: str
) -> pd.DataFrame:
    """Which share of the inhabitants of an earlier wijk or gemeente came along to a new one."""
    if buurten.empty:
        return pd.DataFrame({"van": [], "naar": [], "fijn": []})
    con.register("buurtparen", buurten[["van", "naar", "aandeel"]])
    kolom = {"wijk": "wijk", "gemeente": "gemeente"}[niveau]
    uit = con.execute(
        f"""SELECT o.{kolom} AS van, n.{kolom} AS naar, sum(p.aandeel * o.inwoners) AS deel
        FROM buurtparen p
        JOIN out_gebied o ON o.gebied = p.van AND o.grensjaar = ? AND o.niveau = 'buurt'
        JOIN out_gebied n ON n.gebied = p.naar AND n.grensjaar = ? AND n.niveau = 'buurt'
        WHERE o.{kolom} IS NOT NULL AND n.{kolom} IS NOT NULL AND o.inwoners > 0
        GROUP BY ALL ORDER BY ALL""",  # noqa: S608 - one of two names
        [van, naar],
    ).df()
    con.unregister("buurtparen")
    uit["fijn"] = uit["deel"] / uit.groupby("van")["deel"].transform("sum")
    return uit[["van", "naar", "fijn"]]


def _verfijn(paren: pd.DataFrame, fijner: pd.DataFrame) -> pd.DataFrame:
    """Shares by inhabitants in place of shares by ground, where the finer source has them."""
    samen = paren.merge(fijner, on=["van", "naar"], how="left")
    kent = samen["van"].isin(fijner["van"])
    samen["aandeel"] = np.where(kent, samen["fijn"].fillna(0.0), samen["aandeel"])
    return samen.loc[samen["aandeel"] > 0].drop(columns="fijn")


def _zet_om(con: Con, cat: Catalogus, omzettingen: list[Omzetting], van: int, naar: int) -> int:
    """Works out the figures of some areas from those of an earlier year, and keeps how."""
    cijfers = _cijfers(con, {v for o in omzettingen for v, _ in o.stukken}, van)
    er_is = _er_is(con, {o.gebied for o in omzettingen}, naar)
    rijen = []
    for o in omzettingen:
        for (jaar, indicator), (aard, bron, voorlopig) in cijfers.gemeten.items():
            uit = _figuur(cat, cijfers, o, jaar, indicator)
            if uit is None or (o.gebied, jaar, indicator) in er_is:
                continue
            soort = aard if o.methode == ANDERE_CODE else "herberekend"
            rijen.append(
                (o.gebied, o.niveau, naar, jaar, indicator, uit.waarde, uit.onder, uit.boven,
                 uit.ontbreekt_door, soort, voorlopig, bron)
            )  # fmt: skip
    _voeg_toe(con, "out_waarde", rijen)
    uitleg = [(o.gebied, naar, van, o.methode, o.kwaliteit, len(o.stukken)) for o in omzettingen]
    _voeg_toe(con, "out_herberekening", uitleg)
    return len(rijen)


@dataclass(frozen=True)
class _Cijfers:
    """The figures of some areas in one boundary year, and what was measured there."""

    op: dict[tuple[str, int, str], Deel]
    gemeten: dict[tuple[int, str], tuple[str, str, bool]]


def _cijfers(con: Con, gebieden: set[str], grensjaar: int) -> _Cijfers:
    rijen = con.execute(
        """SELECT gebied, jaar, indicator, waarde, onder, boven, ontbreekt_door, aard,
            bron, voorlopig
        FROM out_waarde WHERE grensjaar = ? AND gebied IN (SELECT unnest(?::VARCHAR[]))
            AND ontbreekt_door IS DISTINCT FROM 'geen_bron'
        ORDER BY jaar, indicator, gebied""",
        [grensjaar, sorted(gebieden)],
    ).fetchall()
    op = {(g, j, i): Deel(w, o, b, mist) for g, j, i, w, o, b, mist, *_ in rijen}
    return _Cijfers(op, {(j, i): (aard, bron, v) for _, j, i, *_, aard, bron, v in rijen})


def _er_is(con: Con, gebieden: set[str], grensjaar: int) -> set[tuple[str, int, str]]:
    return set(
        con.execute(
            """SELECT gebied, jaar, indicator FROM out_waarde
            WHERE grensjaar = ? AND gebied IN (SELECT unnest(?::VARCHAR[]))""",
            [grensjaar, sorted(gebieden)],
        ).fetchall()
    )


def _figuur(
    cat: Catalogus, cijfers: _Cijfers, o: Omzetting, jaar: int, indicator: str
) -> Uitkomst | None:
    """The figure of one area from its parts; None when it cannot be worked out from counts."""
    wat = cat.indicatoren.get(indicator)
    if wat is None or wat.gebruik == "uitgesloten":
        return None
    if o.methode == ANDERE_CODE:
        d = cijfers.op.get((o.stukken[0][0], jaar, indicator))
        return Uitkomst(d.waarde, d.onder, d.boven, d.ontbreekt_door, 1, 1) if d else None
    leeg = Deel(None, ontbreekt_door="geen_bron")

    def delen(naam: str) -> list[Deel]:
        heel = [(cijfers.op.get((v, jaar, naam), leeg), a) for v, a in o.stukken]
        if cat.indicatoren[naam].telling != "aantal":
            return [d for d, _ in heel]
        return [own_area.stuk(d, a) for d, a in heel]

    return own_area.figuur(wat, delen)


def _voeg_toe(con: Con, tabel: str, rijen: Sequence[tuple[object, ...]]) -> None:
    if not rijen:
        return
    kolommen = [r[0] for r in con.execute(f"DESCRIBE {tabel}").fetchall()]
    data = {k: pa.array(list(v)) for k, v in zip(kolommen, zip(*rijen, strict=True), strict=True)}
    voeg_toe(con, tabel, pa.table(data))
