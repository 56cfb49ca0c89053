"""Reading: from files to text tables that hold only what is on the allow list.

JSON goes through DuckDB's own reader: it streams, uses all cores, and only the listed paths are
ever taken out of a record. (`ijson` would build every object in Python first; DuckDB needs no
new dependency, and its memory has a limit.) Nothing here is stored: the database is in memory and
spills, if ever, to a private folder outside the data folder.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa

from indicators.vera import Eigen, Entiteit, Nest, Veld
from pipelines.corporation import LeveringFout
from pipelines.corporation.levering import Kolommen, Levering, veld_van
from pipelines.corporation.vinden import Stuk

Tellingen = Counter[tuple[str, str, str]]
"""(entity, what, column) to how often."""
_PORTIE = 50_000
_MACROS = (
    """CREATE MACRO ref(x) AS CASE WHEN x IS NULL OR trim(x) = '' THEN NULL
       WHEN x[1] = '{'
       THEN coalesce(json_extract_string(x, '$.id'), json_extract_string(x, '$.code'))
       ELSE regexp_replace(regexp_replace(trim(x), '/+$', ''), '^.*/', '') END""",
    """CREATE MACRO refs(x) AS CASE WHEN x IS NULL OR trim(x) = '' THEN []
       WHEN x[1] = '[' THEN list_transform(json_extract_string(x, '$[*]'), lambda y: ref(y))
       WHEN x[1] = '{' THEN [ref(x)]
       ELSE list_transform(string_split(x, '|'), lambda y: ref(y)) END""",
    """CREATE MACRO kode(x) AS CASE WHEN x IS NULL OR trim(x) = '' THEN NULL
       WHEN x[1] = '{' THEN json_extract_string(x, '$.code') ELSE x END""",
)  # fmt: skip
_VORM = {
    "sleutel": "{0}",
    "verwijzing": "ref({0})",
    "verwijzingen": "refs({0})",
    "code": "upper(kode({0}))",
    "melder": "ref({0})",
}


def open_werk(werk: Path) -> duckdb.DuckDBPyConnection:
    """A database in memory that spills only to a private folder."""
    con = duckdb.connect(
        config={
            "temp_directory": str(werk / "duckdb"),
            "memory_limit": "1200MB",
            "preserve_insertion_order": "false",
        }
    )
    for macro in _MACROS:
        con.execute(macro)
    return con


def naam(tekst: str) -> str:
    """A name as an SQL identifier, quoted."""
    return '"' + tekst.replace('"', '""') + '"'


def lees(con: duckdb.DuckDBPyConnection, eigen: Eigen, stukken: tuple[Stuk, ...],
         gezegd: Levering) -> Tellingen:  # fmt: skip
    """Fills `t_<entiteit>` for every entity: `stuk`, `rij` and one text column per field.

    Returns:
        What was passed over: fields not on the list, formulas.

    Raises:
        LeveringFout: a file that cannot be read as what it is.
    """
    telt: Tellingen = Counter()
    for ent in eigen.entiteiten:
        kolommen = ", ".join(f"{v.id} {_type(v)}" for v in ent.velden)
        con.execute(f"CREATE TABLE t_{ent.id} (stuk INTEGER, rij BIGINT, {kolommen})")
    for n, stuk in enumerate(stukken):
        if stuk.vorm == "json":
            _json(con, eigen, stuk, n, telt)
        else:
            _tabel(con, eigen, stuk, n, gezegd, telt)
    return telt


def _type(v: Veld) -> str:
    return "VARCHAR[]" if v.soort == "verwijzingen" else "VARCHAR"


def _uitdrukking(v: Veld, bronnen: list[str]) -> str:
    if v.id in ("buurt_bij", "adres_bij"):
        return f"ref({bronnen[0]})" if bronnen else "NULL"
    vorm = _VORM.get(v.soort, "{0}")
    delen = [vorm.format(b) for b in bronnen]
    if not delen:
        return "[]" if v.soort == "verwijzingen" else "NULL"
    if v.soort == "verwijzingen":
        delen = [f"CASE WHEN len({d}) > 0 THEN {d} END" for d in delen]
        return f"coalesce({', '.join(delen)}, [])"
    return f"coalesce({', '.join(f'nullif(trim({d}), {chr(39) * 2})' for d in delen)})"


def _json(con: duckdb.DuckDBPyConnection, eigen: Eigen, stuk: Stuk, n: int,
          telt: Tellingen) -> None:  # fmt: skip
    """All objects of a piece, and the rows of other entities nested in them."""
    ent = eigen.entiteit(stuk.entiteit)
    paden = [str(p) for p in stuk.paden]
    # DuckDB keeps a buffer of twice this per thread: small objects when there are many files
    grootst = 64 if len(paden) == 1 else 1
    bron = f"read_json_objects(?, format='auto', maximum_object_size={grootst << 20})"
    try:
        bron = _omhuld(con, bron, paden, ent)
        vraag = f"SELECT unnest(json_keys(json)) AS veld, count(*) FROM {bron} GROUP BY 1"
        eerste = {p.split(".")[0].split("[")[0] for v in ent.velden for p in v.pad}
        eerste |= {x.veld for e in eigen.entiteiten for x in e.genest if x.ouder == ent.id}
        for veld, aantal in con.execute(vraag, [paden]).fetchall():
            if veld not in eerste:
                telt[ent.id, "veld niet gelezen", veld_naam(veld, ent)] += aantal
        _vul(con, ent, n, bron, paden)
        for kind in eigen.entiteiten:
            for nest in (x for x in kind.genest if x.ouder == ent.id):
                _vul_kind(con, kind, nest, n, bron, paden)
    except duckdb.InvalidInputException as fout:
        if "maximum_object_size" in str(fout):
            raise LeveringFout(
                f"{stuk.naam}: een object is groter dan {grootst} MB; lever een lijst van objecten"
            ) from None
        plek = re.search(r"at byte (\d+)(?: in record/value (\d+))?", str(fout))
        waar = ""
        if plek:
            waar = f" bij byte {plek[1]}" + (f" van object {plek[2]}" if plek[2] else "")
        raise LeveringFout(f"{stuk.naam}: geen goede JSON{waar}; lever het opnieuw aan") from None


def veld_naam(veld: str, ent: Entiteit) -> str:
    """A passed-over field as it may be named: only names that the standard has and we refuse.

    Another system's name may itself be a value (an object keyed by people), so it is not repeated.
    """
    return veld if veld in ent.nooit else "(ander veld)"


def _omhuld(con: duckdb.DuckDBPyConnection, bron: str, paden: list[str], ent: Entiteit) -> str:
    """The source of objects: the file's own, or those under one key named after the collection."""
    rij = con.execute(f"SELECT json_keys(json) FROM {bron} LIMIT 1", [paden]).fetchone()
    sleutels = rij[0] if rij and rij[0] else []
    if len(sleutels) == 1 and sleutels[0] in ent.collecties:
        return f"(SELECT unnest(json_extract(json, '$.{sleutels[0]}[*]')) AS json FROM {bron})"
    return bron


def _vul(con: duckdb.DuckDBPyConnection, ent: Entiteit, n: int, bron: str,
         paden: list[str]) -> None:  # fmt: skip
    plekken = [p for v in ent.velden for p in v.pad]
    lijst = ", ".join(f"'$.{p}'" for p in plekken)
    keuze = ", ".join(
        _uitdrukking(v, [f"w[{plekken.index(p) + 1}]" for p in v.pad]) for v in ent.velden
    )
    con.execute(
        f"INSERT INTO t_{ent.id} SELECT {n}, row_number() OVER (), {keuze} FROM "
        f"(SELECT json_extract_string(json, [{lijst}]) AS w FROM {bron})",
        [paden],
    )


def _vul_kind(con: duckdb.DuckDBPyConnection, kind: Entiteit, nest: Nest, n: int, bron: str,
              paden: list[str]) -> None:  # fmt: skip
    """Rows nested in another entity; references there (text, or an id alone) are none."""
    plekken = [p for v in kind.velden for p in v.pad]
    lijst = ", ".join(f"'$.{p}'" for p in plekken)
    keuze = ", ".join(
        ("[ouder]" if v.soort == "verwijzingen" else "ouder")
        if v.id == nest.als
        else _uitdrukking(v, [f"w[{plekken.index(p) + 1}]" for p in v.pad])
        for v in kind.velden
    )
    con.execute(
        f"INSERT INTO t_{kind.id} SELECT {n}, row_number() OVER (), {keuze} FROM (SELECT ouder, "
        f"json_extract_string(kind, [{lijst}]) AS w FROM (SELECT json_extract_string(json, '$.id') "
        f"AS ouder, unnest(json_extract(json, '$.{nest.veld}[*]')) AS kind FROM {bron}) "
        "WHERE json_type(kind) = 'OBJECT' AND len(json_keys(kind)) > 1)",
        [paden],
    )


def _tabel(con: duckdb.DuckDBPyConnection, eigen: Eigen, stuk: Stuk, n: int, gezegd: Levering,
           telt: Tellingen) -> None:  # fmt: skip
    """A flat file: only the columns that mean a listed field are read."""
    ent = eigen.entiteit(stuk.entiteit)
    eigen_kolommen = gezegd.bestanden.get(stuk.naam) or gezegd.bestanden.get(stuk.paden[0].name)
    rijen = _RIJEN[stuk.vorm](stuk, telt)
    kop = [str(k).strip() for k in next(rijen)]
    dubbel = sorted({k for k in kop if k and kop.count(k) > 1})
    if dubbel:
        raise LeveringFout(f"{stuk.naam}: kolomkop {', '.join(dubbel)} staat er twee keer")
    _zet(con, ent, n, kop, _wijs_toe(stuk, ent, kop, eigen_kolommen, telt), rijen, eigen_kolommen)
    for kind in eigen.entiteiten:
        for nest in (x for x in kind.genest if x.ouder == ent.id):
            voor = f"{nest.veld}[0]."
            doel = {k: veld_van(kind, k.removeprefix(voor)) for k in kop if k.startswith(voor)}
            doel |= {k: nest.als for k in kop if veld_van(ent, k) == "id"}
            wijst = {k: v for k, v in doel.items() if v}
            if len(wijst) > 1:
                opnieuw = _RIJEN[stuk.vorm](stuk, Counter())
                next(opnieuw)
                _zet(con, kind, n, kop, wijst, opnieuw, None)


def _wijs_toe(stuk: Stuk, ent: Entiteit, kop: list[str], eigen_kolommen: Kolommen | None,
              telt: Tellingen) -> dict[str, str]:  # fmt: skip
    """Column to field."""
    if eigen_kolommen is not None:
        mist = [k for k in eigen_kolommen.kolommen if k not in kop]
        if mist:
            raise LeveringFout(f"{stuk.naam}: kolom {', '.join(mist)} uit levering.yaml ontbreekt")
        doel = {k: veld_van(ent, d) or "" for k, d in eigen_kolommen.kolommen.items()}
    else:
        doel = {k: v for k in kop if (v := veld_van(ent, k))}
        mist = [v.id for v in ent.velden if v.verplicht and v.id not in doel.values()]
        if mist:
            raise LeveringFout(
                f"{stuk.naam}: geen kolom voor {', '.join(mist)}. Gebruik de VERA-paden als kop "
                "(sjabloon), of wijs kolommen aan in levering.yaml."
            )
    for k in kop:
        if k and k not in doel and "[0]." not in k:
            telt[ent.id, "veld niet gelezen", veld_naam(k, ent)] += 1
    return doel


def _zet(con: duckdb.DuckDBPyConnection, ent: Entiteit, n: int, kop: list[str],
         doel: dict[str, str], rijen: Iterator[list[str]],
         zegt: Kolommen | None) -> None:  # fmt: skip
    """Inserts rows in portions: of each row only the assigned cells."""
    plek = [(kop.index(k), k) for k in doel]
    vertaal = {k: zegt.codes.get(doel[k], {}) if zegt else {} for k in doel}
    keuze = ", ".join(
        _uitdrukking(
            v, [naam(k) for k in sorted(doel, key=lambda k: _rang(v, k)) if doel[k] == v.id]
        )
        for v in ent.velden
    )
    begin = 1
    while True:
        bak: list[list[str | None]] = [[] for _ in plek]
        for _, rij in zip(range(_PORTIE), rijen, strict=False):
            for b, (i, k) in zip(bak, plek, strict=True):
                cel = rij[i].strip()
                b.append(vertaal[k].get(cel, cel) or None)
        if not bak[0]:
            return
        portie = pa.table(
            {k: pa.array(b, pa.string()) for b, (_, k) in zip(bak, plek, strict=True)}
        )
        con.register("portie", portie)
        con.execute(
            f"INSERT INTO t_{ent.id} "
            f"SELECT {n}, {begin} + row_number() OVER (), {keuze} FROM portie"
        )
        con.unregister("portie")
        begin += len(bak[0])


def _rang(v: Veld, kolom: str) -> int:
    for i, p in enumerate(v.pad):
        if kolom in (p, p + ".code", p + ".id"):
            return i
    return 0


def _csv(stuk: Stuk, telt: Tellingen) -> Iterator[list[str]]:
    """Rows of a CSV: separator from the heading; a row of another length breaks the contract."""
    pad = stuk.paden[0]
    with gzip.open(pad) if pad.suffix == ".gz" else pad.open("rb") as ruw:
        kop = bytes(ruw.readline())
    teken = max(";,\t|", key=lambda t: kop.count(t.encode()))
    for codering in ("utf-8-sig", "cp1252"):
        try:
            if codering == "utf-8-sig":
                _proef(pad, codering)
            yield from _csv_rijen(stuk, codering, teken)
            return
        except UnicodeDecodeError:
            continue
    raise LeveringFout(f"{stuk.naam}: tekens niet te lezen; bewaar het als UTF-8")


def _open_tekst(pad: Path, codering: str) -> io.TextIOBase:
    if pad.suffix == ".gz":
        return io.TextIOWrapper(gzip.open(pad), encoding=codering, newline="")
    return pad.open(encoding=codering, newline="")


def _proef(pad: Path, codering: str) -> None:
    with _open_tekst(pad, codering) as stroom:
        while stroom.read(1 << 20):
            pass


def _csv_rijen(stuk: Stuk, codering: str, teken: str) -> Iterator[list[str]]:
    breedte = 0
    with _open_tekst(stuk.paden[0], codering) as stroom:
        lezer = csv.reader(stroom, delimiter=teken)
        try:
            for rij in lezer:
                breedte = breedte or len(rij)
                if rij and len(rij) != breedte:
                    raise LeveringFout(
                        f"{stuk.naam}: regel {lezer.line_num} heeft {len(rij)} kolommen, de kop "
                        f"{breedte}. Er zijn kolommen verschoven; niets is ingelezen."
                    )
                if rij:
                    yield rij
        except (csv.Error, gzip.BadGzipFile, EOFError):
            raise LeveringFout(f"{stuk.naam}: niet te lezen na regel {lezer.line_num}") from None


def _excel(stuk: Stuk, telt: Tellingen) -> Iterator[list[str]]:
    from python_calamine import CalamineWorkbook

    blad = CalamineWorkbook.from_path(str(stuk.paden[0])).get_sheet_by_name(str(stuk.blad))
    formules = _formules(stuk.paden[0])
    if formules:
        telt[stuk.entiteit, "formule in een cel", "(bewaarde uitkomst gelezen)"] += formules
    rijen = blad.to_python(skip_empty_area=True)
    breedte = len(rijen[0]) if rijen else 0
    for rij in rijen:
        if len(rij) != breedte:
            raise LeveringFout(f"{stuk.naam}: rijen van verschillende lengte")
        yield [_cel(c) for c in rij]


def _cel(cel: object) -> str:
    if isinstance(cel, float) and cel.is_integer():
        return str(int(cel))
    return cel.isoformat() if hasattr(cel, "isoformat") else str(cel)


def _formules(pad: Path) -> int:
    """How many cells of a workbook hold a formula; their stored outcome is what is read."""
    if pad.suffix.lower() != ".xlsx":
        return 0
    aantal = 0
    with zipfile.ZipFile(pad) as zip_:
        for lid in zip_.namelist():
            if lid.startswith("xl/worksheets/"):
                with zip_.open(lid) as stroom:
                    staart = b""
                    while blok := stroom.read(1 << 20):
                        aantal += len(re.findall(rb"<f[ >/]", staart + blok))
                        staart = blok[-2:]
    return aantal


def _parquet(stuk: Stuk, telt: Tellingen) -> Iterator[list[str]]:
    import pyarrow.parquet as pq

    try:
        bestand = pq.ParquetFile(stuk.paden[0])
        yield list(bestand.schema_arrow.names)
        for portie in bestand.iter_batches(_PORTIE):
            kolommen = [
                ["" if x is None else _cel(x) for x in k.to_pylist()] for k in portie.columns
            ]
            yield from (list(r) for r in zip(*kolommen, strict=True))
    except (pa.ArrowInvalid, OSError):
        raise LeveringFout(f"{stuk.naam}: niet te openen als Parquet") from None


_RIJEN = {"csv": _csv, "excel": _excel, "parquet": _parquet}
