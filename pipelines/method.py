"""`out_beeld` and `out_meta__samenhang`: the three views per area, and what scores run with."""

from __future__ import annotations

from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa

from indicators.beelden import SPAN, SPAN_MINSTENS, As, Beelden, Omgeving, beelden
from indicators.catalogue import Catalogus
from indicators.flags import samenhang_met_uitgesloten
from indicators.formulas import F64
from indicators.model import Boom, Knoop
from indicators.views import Stand
from pipelines.columns import getal
from pipelines.warehouse import opnieuw, voeg_toe

Con = duckdb.DuckDBPyConnection
Tak = tuple[Knoop, tuple[float, float]]
"""An axis of a tree and the limits of its classes."""
DICHTHEID, VESTIGINGEN = "adressendichtheid_per_km2", "handel_horeca_per_1000"
ZELFDE_GROND = 0.95
"""The share of its ground that an area keeps to be the same one (as the page of an area says)."""


def maak_beelden(con: Con, cat: Catalogus) -> int:
    """The three views of every tree with two axes, and the check against barred columns.

    Returns:
        Number of areas with views, or with the reasons why not.
    """
    opnieuw(con, "out_beeld")
    opnieuw(con, "out_meta__samenhang")
    aantal = 0
    for boom in cat.bomen.values():
        assen = [(k, k.klassen) for k in boom.knopen if k.score and k.klassen is not None]
        if len(assen) == 2:
            aantal += _boom(con, boom, assen[0], assen[1])
    _samenhang(con, cat)
    return aantal


def _jaren(con: Con, boom: Boom, assen: tuple[Knoop, Knoop]) -> tuple[list[int], int | None]:
    """Years in which both axes have a score on boundaries of that year; and the newest year."""
    rijen = con.execute(
        """SELECT jaar, count(DISTINCT knoop) FILTER (score IS NOT NULL) FROM out_score
        WHERE boom = ? AND knoop IN (?, ?) AND jaar = grensjaar GROUP BY jaar ORDER BY jaar""",
        [boom.id, assen[0].id, assen[1].id],
    ).fetchall()
    return [j for j, n in rijen if n == 2], rijen[-1][0] if rijen else None


def _boom(con: Con, boom: Boom, een: Tak, twee: Tak) -> int:
    beide, laatste = _jaren(con, boom, (een[0], twee[0]))
    if laatste is None:
        return 0
    jaar = beide[-1] if beide else laatste
    vanaf = next((j for j in beide if jaar - SPAN <= j <= jaar - SPAN_MINSTENS), None)
    gebieden = con.execute(
        """SELECT g.gebied, g.niveau, g.inwoners,
            max(w.waarde) FILTER (w.indicator = ? AND w.aard = 'geregistreerd') AS dichtheid,
            max(w.waarde) FILTER (w.indicator = ?) AS vestigingen
        FROM out_gebied g LEFT JOIN out_waarde w ON w.gebied = g.gebied
            AND w.grensjaar = g.grensjaar AND w.jaar = g.grensjaar AND w.indicator IN (?, ?)
        WHERE g.grensjaar = ? AND g.niveau <> 'land' AND NOT g.water
        GROUP BY ALL ORDER BY g.gebied""",
        [DICHTHEID, VESTIGINGEN, DICHTHEID, VESTIGINGEN, jaar],
    ).df()
    if gebieden.empty:
        return 0
    codes = pd.Index(gebieden["gebied"].astype(str))
    een_as, een_zelfde = _as(con, boom, een, codes, jaar, vanaf)
    twee_as, twee_zelfde = _as(con, boom, twee, codes, jaar, vanaf)
    gebroken = _gebroken(con, vanaf, jaar) if vanaf is not None else set()
    om = Omgeving(
        niveau=gebieden["niveau"].astype(str).to_numpy(dtype=object),
        inwoners=_floats(gebieden["inwoners"]),
        dichtheid=_floats(gebieden["dichtheid"]),
        vestigingen=_floats(gebieden["vestigingen"]),
        grens_zelfde=np.asarray(~codes.isin(gebroken)),
        delen_zelfde=een_zelfde & twee_zelfde,
        jaar_toen=vanaf is not None,
    )
    tabel = _tabel(codes, om, (jaar, vanaf), boom.id, beelden(een_as, twee_as, om))
    voeg_toe(con, "out_beeld", tabel)
    return len(codes)


def _floats(kolom: pd.Series) -> F64:
    return kolom.to_numpy(dtype=float, na_value=np.nan)


def _as(
    con: Con, boom: Boom, tak: Tak, codes: pd.Index, jaar: int, vanaf: int | None
) -> tuple[As, np.ndarray]:
    """An axis over the areas, and whether it was made of the same figures in both years."""
    knoop, grenzen = tak
    nu, toen = (_scores(con, boom, knoop, codes, j) for j in (jaar, vanaf))
    delen = [_delen(con, boom, knoop, codes, j) for j in (jaar, vanaf)]
    zelfde = (delen[0]["delen"] == delen[1]["delen"]).to_numpy(dtype=bool)
    genoeg = _floats(delen[0]["dekking"]) >= knoop.dekking - 1e-9
    geregistreerd = np.where(genoeg, _floats(delen[0]["geregistreerd"]), np.nan)
    return As(_stand(nu), _stand(toen), grenzen, geregistreerd), zelfde


def _stand(scores: pd.DataFrame) -> Stand:
    return Stand(*(_floats(scores[k]) for k in ("score", "onder", "boven")))


def _scores(con: Con, boom: Boom, knoop: Knoop, codes: pd.Index, jaar: int | None) -> pd.DataFrame:
    rijen = con.execute(
        """SELECT gebied, score, onder, boven FROM out_score
        WHERE boom = ? AND knoop = ? AND jaar = ? AND grensjaar = ?""",
        [boom.id, knoop.id, jaar, jaar],
    ).df()
    return rijen.set_index("gebied").reindex(codes)


def _delen(con: Con, boom: Boom, knoop: Knoop, codes: pd.Index, jaar: int | None) -> pd.DataFrame:
    """Per area what the score was made of, and the score of its registered figures alone.

    `dekking` is the share of the node's weight that those registered figures hold.
    """
    rijen = con.execute(
        """SELECT b.gebied, string_agg(b.indicator, ',' ORDER BY b.indicator) AS delen,
            sum(b.gewicht * b.genormaliseerd ORDER BY b.indicator)
                    FILTER (w.aard = 'geregistreerd')
                / nullif(sum(b.gewicht ORDER BY b.indicator) FILTER (w.aard = 'geregistreerd'), 0)
                AS geregistreerd,
            any_value(s.dekking) * sum(b.gewicht ORDER BY b.indicator)
                FILTER (w.aard = 'geregistreerd') AS dekking
        FROM out_bijdrage b
        JOIN out_score s USING (gebied, grensjaar, jaar, boom, knoop)
        JOIN out_waarde w USING (gebied, grensjaar, jaar, indicator)
        WHERE b.boom = ? AND b.knoop = ? AND b.jaar = ? AND b.grensjaar = ?
            AND b.bijdrage IS NOT NULL
        GROUP BY b.gebied""",
        [boom.id, knoop.id, jaar, jaar],
    ).df()
    return rijen.set_index("gebied").reindex(codes)


def _gebroken(con: Con, vanaf: int, jaar: int) -> set[str]:
    """Codes that came to mean another area since: the rule of the page of an area, for all."""
    rijen = con.execute(
        """WITH raak AS (
            SELECT unnest([van, naar]) AS gebied, van, naar, grensjaar_van, grensjaar_naar, aandeel
            FROM out_gebied_opvolger WHERE methode <> 'zelfde_code'
                AND grensjaar_van >= $vanaf AND grensjaar_naar <= $jaar)
        SELECT gebied FROM out_gebied
        WHERE wijziging = 3 AND grensjaar > $vanaf AND grensjaar <= $jaar
        UNION
        SELECT o.gebied FROM raak o
        JOIN out_gebied n ON n.gebied = o.gebied AND n.grensjaar = o.grensjaar_naar
        JOIN out_gebied v ON v.gebied = o.gebied AND v.grensjaar = o.grensjaar_van
        WHERE o.grensjaar_naar > o.grensjaar_van + 1 OR n.wijziging IS NULL
        GROUP BY o.gebied, o.grensjaar_naar
        HAVING coalesce(max(aandeel) FILTER (van = o.gebied AND naar = o.gebied), 0) < $deel
            OR coalesce(max(aandeel) FILTER (van <> o.gebied AND naar = o.gebied), 0)
                > 1 - $deel""",
        {"vanaf": vanaf, "jaar": jaar, "deel": ZELFDE_GROND},
    ).fetchall()
    return {r[0] for r in rijen}


def _tabel(
    codes: pd.Index, om: Omgeving, jaren: tuple[int, int | None], boom: str, b: Beelden
) -> pa.Table:
    n, rij, (jaar, vanaf) = len(codes), np.arange(len(codes)), jaren

    def vast(waarde: Any, soort: pa.DataType) -> pa.Array:
        return pa.array([waarde], soort).take(pa.array(np.zeros(n, dtype=np.int64)))

    def klassen(klasse: np.ndarray) -> pa.Array:
        return pa.array(klasse.astype(np.int32), mask=klasse < 0)

    def kans(klasse: np.ndarray, per: F64) -> pa.Array:
        return getal(np.where(klasse < 0, np.nan, per[rij, np.maximum(klasse, 0)]))

    beweegt = b.een.klasse >= 0
    v = b.verwacht
    return pa.table(
        {
            "gebied": pa.array(codes.to_list(), pa.string()),
            "niveau": pa.array(om.niveau.tolist(), pa.string()),
            "grensjaar": vast(jaar, pa.int32()),
            "jaar": vast(jaar, pa.int32()),
            "boom": vast(boom, pa.string()),
            "stand": klassen(b.niveau),
            "stand_kans": getal(b.niveau_kans),
            "geen_niveau": pa.array(b.geen_niveau.tolist(), pa.string()),
            "vanaf": vast(vanaf, pa.int32()),
            "een_beweging": klassen(b.een.klasse),
            "een_kans": kans(b.een.klasse, b.een.kans),
            "twee_beweging": klassen(b.twee.klasse),
            "twee_kans": kans(b.twee.klasse, b.twee.kans),
            "beide_stegen_kans": getal(np.where(beweegt, b.beide_stegen_kans, np.nan)),
            "geen_verandering": pa.array(b.geen_verandering.tolist(), pa.string()),
            "verwacht": getal(v.verwacht),
            "verwacht_onder": getal(v.onder),
            "verwacht_boven": getal(v.boven),
            "verschil": getal(v.residu),
            "verwacht_klasse": klassen(v.klasse),
            "verwacht_kans": kans(v.klasse, v.kans),
            "geen_verwachting": pa.array(b.geen_verwachting.tolist(), pa.string()),
            "klein": pa.array(b.klein),
            "veel_bezoekers": pa.array(b.veel_bezoekers),
        }
    )


def _samenhang(con: Con, cat: Catalogus) -> None:
    """Every score against every barred column, over the buurten of each year that has both."""
    verboden = [i.id for i in cat.indicatoren.values() if i.gebruik == "uitgesloten"]
    jaren = con.execute(
        """SELECT DISTINCT jaar FROM out_waarde WHERE indicator IN (SELECT unnest(?::VARCHAR[]))
        AND jaar = grensjaar AND niveau = 'buurt' AND waarde IS NOT NULL ORDER BY jaar""",
        [verboden],
    ).fetchall()
    for (jaar,) in jaren:
        scores = con.execute(
            """SELECT gebied, boom || '|' || knoop AS wat, score AS getal FROM out_score
            WHERE jaar = ? AND grensjaar = ? AND niveau = 'buurt' AND score IS NOT NULL
            ORDER BY ALL""",
            [jaar, jaar],
        ).df()
        kolommen = con.execute(
            """SELECT gebied, indicator AS wat, waarde AS getal FROM out_waarde
            WHERE jaar = ? AND grensjaar = ? AND niveau = 'buurt' AND waarde IS NOT NULL
            AND indicator IN (SELECT unnest(?::VARCHAR[])) ORDER BY ALL""",
            [jaar, jaar, verboden],
        ).df()
        uit = samenhang_met_uitgesloten(_naast(scores), _naast(kolommen))
        if uit.empty:
            continue
        delen = uit["score"].str.split("|", expand=True)
        tabel = pa.table(
            {
                "boom": pa.array(delen[0].to_list(), pa.string()),
                "knoop": pa.array(delen[1].to_list(), pa.string()),
                "kolom": pa.array(uit["kolom"].to_list(), pa.string()),
                "jaar": pa.array(np.full(len(uit), jaar, dtype=np.int32)),
                "gebieden": pa.array(uit["gebieden"].to_numpy(dtype=np.int32)),
                "correlatie": getal(uit["correlatie"].to_numpy(dtype=float)),
                "opvallend": pa.array(uit["opvallend"].to_numpy(dtype=bool)),
            }
        )
        voeg_toe(con, "out_meta__samenhang", tabel)


def _naast(rijen: pd.DataFrame) -> pd.DataFrame:
    """From long to wide: a row per area, a column per score or figure."""
    return rijen.pivot(index="gebied", columns="wat", values="getal")
