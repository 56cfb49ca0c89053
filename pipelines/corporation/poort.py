"""The privacy gate: text to typed rows, each checked; what fails is left out and counted.

Messages name keys, columns and reasons, never a value. A column that is mostly unreadable means
that columns were shifted or that the file is something else: that stops the import whole.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import duckdb

from indicators.vera import Eigen, Entiteit, Veld
from pipelines.corporation import LeveringFout
from pipelines.corporation.lezen import Tellingen
from pipelines.corporation.vinden import Stuk

MEESTAL, MINSTENS = 0.5, 5
"""A column breaks its file when this share of its filled cells fails, and at least so many."""
UITLEG = {
    "sleutel_ontbreekt": "de sleutel ontbreekt",
    "sleutel_dubbel": "de sleutel stond er al",
    "verplicht_leeg": "een verplicht veld is leeg",
    "formule": "er staat een formule in plaats van een waarde",
    "code_onbekend": "de code staat niet in de lijst van dit veld",
    "getal_onleesbaar": "geen getal",
    "getal_buiten_bereik": "het getal kan niet kloppen",
    "datum_onleesbaar": "geen datum",
    "eind_voor_begin": "het einde ligt voor het begin",
    "wijst_naar_niets": "wijst naar iets dat niet is geleverd of is afgevallen",
}
_MACROS = (
    "CREATE MACRO kaal(x) AS regexp_replace(x, '[€ \u00a0]|EUR', '', 'g')",
    """CREATE MACRO punt(k, minst) AS CASE
       WHEN regexp_full_match(k, '-?\\d{1,3}[.]\\d{3}') AND TRY_CAST(k AS DOUBLE) < minst
         THEN TRY_CAST(replace(k, '.', '') AS DOUBLE)
       WHEN regexp_full_match(k, '-?\\d+([.]\\d+)?([eE][+-]?\\d+)?') THEN TRY_CAST(k AS DOUBLE)
       WHEN regexp_full_match(k, '-?\\d{1,3}([.]\\d{3})+(,\\d+)?')
         OR regexp_full_match(k, '-?\\d+,\\d+')
         THEN TRY_CAST(replace(replace(k, '.', ''), ',', '.') AS DOUBLE) END""",
    "CREATE MACRO getal(x, minst) AS punt(kaal(x), minst)",
    """CREATE MACRO dag(x) AS CASE
       WHEN regexp_full_match(x, '\\d{4}-\\d{2}-\\d{2}([T ].*)?') THEN TRY_CAST(left(x, 10) AS DATE)
       WHEN regexp_full_match(x, '\\d{8}') THEN TRY_CAST(try_strptime(x, '%Y%m%d') AS DATE)
       WHEN regexp_full_match(x, '\\d{1,2}[-/.]\\d{1,2}[-/.]\\d{4}( .*)?')
         THEN TRY_CAST(try_strptime(regexp_replace(split_part(x, ' ', 1), '[/.]', '-', 'g'),
              '%d-%m-%Y') AS DATE) END""",
    """CREATE MACRO datum(x) AS CASE WHEN year(dag(x)) BETWEEN 1800 AND 2199 THEN dag(x) END""",
    "CREATE MACRO open_eind(x) AS coalesce(year(dag(x)) > 2199, false)",
)


@dataclass
class Uitslag:
    """What the gate did: rows that passed per entity, and what was left out with the reason.

    `sleutels`: a few keys per (entity, reason, column), for the screen only; never stored.
    """

    goed: dict[str, int] = field(default_factory=dict)
    af: Tellingen = field(default_factory=Counter)
    opgemerkt: Tellingen = field(default_factory=Counter)
    sleutels: dict[tuple[str, str, str], list[str]] = field(default_factory=dict)


def keur(con: duckdb.DuckDBPyConnection, eigen: Eigen, stukken: tuple[Stuk, ...]) -> Uitslag:
    """From `t_<entiteit>` (text) to `g_<entiteit>` (typed, only rows that keep every rule).

    Raises:
        LeveringFout: two dwellings with one id, or a column that is mostly unreadable.
    """
    for macro in _MACROS:
        con.execute(macro)
    uit = Uitslag()
    for ent in eigen.entiteiten:
        if ent.sleutel_blijft:
            _voeg_samen(con, ent)
        _typeer(con, ent)
        _verschoven(con, ent, stukken)
        if ent.id == "eenheid":
            _een_sleutel(con)
        _laat_af(con, ent, uit)
        con.execute(f"DROP TABLE t_{ent.id}")
        con.execute(f"DROP TABLE p_{ent.id}")
    return uit


def _typeer(con: duckdb.DuckDBPyConnection, ent: Entiteit) -> None:
    """`p_<entiteit>`: typed fields, and per field the reason that it fails (NULL: it does not)."""
    keuze, bij = [], []
    for n, v in enumerate(ent.velden):
        waarde, fout = _veld(v, n)
        keuze.append(f"{waarde} AS {v.id}, {fout} AS f_{v.id}")
        if v.soort == "code":
            bij.append(f"LEFT JOIN codes c{n} ON c{n}.lijst = '{v.lijst}' AND c{n}.code = t.{v.id}")
            keuze.append(f"coalesce(c{n}.vervallen, false) AS o_{v.id}")
    con.execute(
        f"CREATE TABLE p_{ent.id} AS SELECT t.stuk, t.rij, {', '.join(keuze)} "
        f"FROM t_{ent.id} t {' '.join(bij)}"
    )


def _veld(v: Veld, n: int) -> tuple[str, str]:
    """The SQL of a field's value, and of the reason that it fails."""
    x = f"t.{v.id}"
    if v.soort == "verwijzingen":
        leeg = f"CASE WHEN len({x}) = 0 THEN 'verplicht_leeg' END" if v.verplicht else "NULL"
        return f"list_distinct({x})", leeg
    redenen = []
    if v.verplicht:
        reden = "sleutel_ontbreekt" if v.soort == "sleutel" else "verplicht_leeg"
        redenen.append(f"WHEN {x} IS NULL THEN '{reden}'")
    waarde = x
    if v.soort in ("code", "getal", "datum", "maand"):
        redenen.append(f"WHEN regexp_matches({x}, '^[=@]') THEN 'formule'")
    if v.soort == "code":
        waarde = f"c{n}.naar"
        redenen.append(f"WHEN {x} IS NOT NULL AND c{n}.naar IS NULL THEN 'code_onbekend'")
    elif v.soort == "getal":
        laag, hoog = v.bereik or (-1e18, 1e18)
        waarde = f"getal({x}, {laag})"
        redenen.append(f"WHEN {x} IS NOT NULL AND {waarde} IS NULL THEN 'getal_onleesbaar'")
        redenen.append(f"WHEN {waarde} NOT BETWEEN {laag} AND {hoog} THEN 'getal_buiten_bereik'")
    elif v.soort in ("datum", "maand"):
        waarde = f"datum({x})"
        redenen.append(
            f"WHEN {x} IS NOT NULL AND {waarde} IS NULL AND NOT open_eind({x}) "
            "THEN 'datum_onleesbaar'"
        )
    return waarde, f"CASE {' '.join(redenen)} END" if redenen else "NULL"


def _verschoven(con: duckdb.DuckDBPyConnection, ent: Entiteit, stukken: tuple[Stuk, ...]) -> None:
    kolommen = [v for v in ent.velden if v.soort in ("code", "getal", "datum", "maand", "sleutel")]
    telling = ", ".join(
        f"count(f_{v.id}), count(coalesce(f_{v.id}, {v.id}::VARCHAR))" for v in kolommen
    )
    if not kolommen:
        return
    for stuk, *tel in con.execute(
        f"SELECT stuk, {telling} FROM p_{ent.id} GROUP BY stuk ORDER BY stuk"
    ).fetchall():
        erg = [
            (v, mis, vol)
            for v, mis, vol in zip(kolommen, tel[::2], tel[1::2], strict=True)
            if mis >= MINSTENS and mis > MEESTAL * vol
        ]
        if erg:
            wat = "; ".join(
                f"{'.'.join(v.pad[:1])}: {mis} van {vol} ({verwacht(v)})" for v, mis, vol in erg
            )
            raise LeveringFout(
                f"{stukken[stuk].naam}: niet te lezen als {ent.vera}: {wat}. Staan de kolommen "
                "verschoven, of horen er codes van een ander systeem bij (levering.yaml, codes)?"
            )


def verwacht(v: Veld) -> str:
    """What should stand in a field, in words."""
    if v.soort == "code":
        return f"verwacht een code van {v.lijst}"
    if v.soort == "getal":
        laag, hoog = v.bereik or (0, 0)
        return f"verwacht een getal van {laag:g} tot {hoog:g}"
    return "verwacht een sleutel" if v.soort == "sleutel" else "verwacht een datum"


def _een_sleutel(con: duckdb.DuckDBPyConnection) -> None:
    dubbel = con.execute(
        "SELECT id, count(*) FROM p_eenheid WHERE id IS NOT NULL GROUP BY id HAVING count(*) > 1 "
        "ORDER BY id LIMIT 3"
    ).fetchall()
    if dubbel:
        wie = ", ".join(f"{i} ({n} keer)" for i, n in dubbel)
        raise LeveringFout(f"eenheden: sleutel komt meer dan eens voor: {wie}; niets is ingelezen")


def _laat_af(con: duckdb.DuckDBPyConnection, ent: Entiteit, uit: Uitslag) -> None:
    """Rows with a reason are counted and left; the rest becomes `g_<entiteit>`."""
    sleutel = next((v.id for v in ent.velden if v.soort == "sleutel"), None)
    keer = f"row_number() OVER (PARTITION BY {sleutel} ORDER BY stuk, rij)" if sleutel else "1"
    raak = _raak(con, ent)
    con.execute(
        f"CREATE TABLE a_{ent.id} AS SELECT *, CASE {' '.join(_redenen(ent, sleutel))} "
        f"ELSE NULL END AS reden FROM (SELECT *, {keer} AS keer FROM p_{ent.id}) p {raak}"
    )
    keuze = ", ".join(v.id for v in ent.velden)
    con.execute(f"CREATE TABLE g_{ent.id} AS SELECT {keuze} FROM a_{ent.id} WHERE reden IS NULL")
    _tel(con, ent, sleutel, uit)
    uit.goed[ent.id] = con.execute(f"SELECT count(*) FROM g_{ent.id}").fetchall()[0][0]
    con.execute(f"DROP TABLE a_{ent.id}")


def _redenen(ent: Entiteit, sleutel: str | None) -> list[str]:
    takken = [f"WHEN f_{v.id} IS NOT NULL THEN f_{v.id} || '|{v.id}'" for v in ent.velden]
    if ent.na:
        takken.append(f"WHEN {ent.na[1]} < {ent.na[0]} THEN 'eind_voor_begin|{ent.na[1]}'")
    for v in (v for v in ent.velden if v.verplicht):
        if v.soort == "verwijzing":
            takken.append(
                f"WHEN {v.id} NOT IN (SELECT id FROM g_{v.naar}) THEN 'wijst_naar_niets|{v.id}'"
            )
        elif v.soort == "verwijzingen":
            takken.append(f"WHEN raak IS NULL THEN 'wijst_naar_niets|{v.id}'")
    if sleutel:
        takken.append(f"WHEN {sleutel} IS NOT NULL AND keer > 1 THEN 'sleutel_dubbel|{sleutel}'")
    return takken


def _raak(con: duckdb.DuckDBPyConnection, ent: Entiteit) -> str:
    """A join that says of each row whether one of its listed references exists."""
    for v in (v for v in ent.velden if v.soort == "verwijzingen" and v.verplicht):
        con.execute(
            f"CREATE OR REPLACE TABLE raak AS SELECT DISTINCT stuk, rij, true AS raak FROM "
            f"(SELECT stuk, rij, unnest({v.id}) AS x FROM p_{ent.id}) JOIN g_{v.naar} ON id = x"
        )
        return "LEFT JOIN raak USING (stuk, rij)"
    return ""


def _tel(con: duckdb.DuckDBPyConnection, ent: Entiteit, sleutel: str | None, uit: Uitslag) -> None:
    for reden, aantal in con.execute(
        f"SELECT reden, count(*) FROM a_{ent.id} WHERE reden IS NOT NULL GROUP BY 1 ORDER BY 1"
    ).fetchall():
        wat, _, kolom = reden.partition("|")
        uit.af[ent.id, wat, kolom] = aantal
        if sleutel:
            uit.sleutels[ent.id, wat, kolom] = [
                r[0]
                for r in con.execute(
                    f"SELECT {sleutel} FROM a_{ent.id} WHERE reden = ? AND {sleutel} IS NOT NULL "
                    "ORDER BY 1 LIMIT 5",
                    [reden],
                ).fetchall()
            ]
    for v in (v for v in ent.velden if v.soort == "code"):
        oud = con.execute(f"SELECT count(*) FROM a_{ent.id} WHERE reden IS NULL AND o_{v.id}")
        if n := oud.fetchall()[0][0]:
            uit.opgemerkt[ent.id, "vervallen code", v.id] = n


def _voeg_samen(con: duckdb.DuckDBPyConnection, ent: Entiteit) -> None:
    """A complex stands in each of its dwellings: one row per key, its references together."""
    keuze = ", ".join(
        f"list_distinct(flatten(list({v.id}))) AS {v.id}"
        if v.soort == "verwijzingen"
        else f"any_value({v.id}) AS {v.id}"
        for v in ent.velden
        if v.soort != "sleutel"
    )
    con.execute(
        f"CREATE OR REPLACE TABLE t_{ent.id} AS SELECT min(stuk) AS stuk, min(rij) AS rij, id, "
        f"{keuze} FROM t_{ent.id} GROUP BY id"
    )
