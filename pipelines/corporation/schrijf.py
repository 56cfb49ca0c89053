"""The corporation's own snapshot: one `.duckdb` file and a small pointer, beside a log of cells.

Written beside the old one, verified, made current by replacing the pointer. A year that was
published in one boundary year is not published again in another (two cuts of the same count can
be subtracted); cells hidden once are hidden in every year, also in those taken over.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from indicators import own_stock, own_strict, vera
from indicators.contracts import ONTBREEKT, Actueel
from indicators.editions import Eerder
from indicators.vera import EIGEN_SLEUTELS, EIGEN_TABELLEN, Eigen, eigen_map
from pipelines.corporation import LeveringFout, geheugen
from pipelines.corporation.plaatsen import Kaart
from pipelines.corporation.tellen import Telling
from pipelines.house import Huis
from pipelines.publish import bestandssom
from pipelines.raw import schrijf_zeker

POINTER = "actueel.json"
BEWAAR = 5
WAARDE = ["gebied", "niveau", "grensjaar", "jaar", "indicator", "waarde", "onder", "boven",
          "ontbreekt_door", "aard", "voorlopig", "bron"]  # fmt: skip


@dataclass(frozen=True)
class Stempel:
    """What a snapshot says of itself."""

    corporatie: str
    naam: str
    peildatum: date
    hoofdpublicatie: str
    fictief: bool
    leveringen: list[tuple[str, str, str, int]]
    tellingen: list[tuple[int, str, str, str, int]]


def lees_actueel(map_: Path) -> Actueel | None:
    """The pointer of a corporation's snapshots; None when there is none yet."""
    pad = map_ / POINTER
    return Actueel.model_validate_json(pad.read_text(encoding="utf-8")) if pad.exists() else None


def wachtend(map_: Path) -> list[tuple[str, int, str, str, int]]:
    """What waits in the current snapshot: figure, year, level, since which day, how many cells."""
    actueel = lees_actueel(map_)
    if actueel is None:
        return []
    with duckdb.connect(str(map_ / actueel.bestand), read_only=True) as con:
        if ("out_wacht",) not in con.execute("SHOW TABLES").fetchall():
            return []
        return con.execute(
            "SELECT indicator, jaar, niveau, sinds, count(*) FROM out_wacht "
            "GROUP BY ALL ORDER BY ALL"
        ).fetchall()


def publiceer(huis: Huis, eigen: Eigen, kaart: Kaart, telling: Telling,
              stempel: Stempel) -> Actueel:  # fmt: skip
    """Suppresses, writes, verifies and points.

    Raises:
        LeveringFout: the result breaks the contract; the old snapshot stays live.
    """
    map_ = eigen_map(huis.datamap, stempel.corporatie)
    map_.mkdir(parents=True, exist_ok=True, mode=0o700)
    huidig = lees_actueel(map_)
    moment = huis.klok()
    naam = _naam(map_, stempel.peildatum, moment)
    oud = _lees_oud(map_ / huidig.bestand) if huidig else {}
    bezet = _bezet(oud, kaart)
    log, toen = geheugen.lees_log(map_), geheugen.lees(map_, kaart)
    _niets_verloren(toen, telling, eigen, bezet, kaart.grensjaar)
    _voeg_buurttotalen_toe(telling, kaart, stempel.peildatum.year)
    gesloten = own_strict.streng(
        eigen, telling.gebieden, own_strict.Geteld(telling.tel, telling.som, telling.top),
        geheugen.patroon(log, kaart), toen, naam,
    )  # fmt: skip
    nieuw = own_stock.logboek(telling.gebieden, gesloten)
    log = geheugen.vul_log(log, nieuw, kaart.grensjaar, moment)
    tabellen = _tabellen(huis, eigen, kaart, telling, gesloten, stempel)
    if huidig:
        _neem_over(tabellen, oud, eigen, bezet, log)
    werk, doel = map_ / f".{naam}.tmp", map_ / f"eigen_{naam}.duckdb"
    try:
        _schrijf(werk, tabellen, eigen, kaart, stempel, naam, moment)
        controleer(werk)
        # before the pointer: more hidden than needed does no harm
        geheugen.schrijf(map_, eigen, _zonder(gesloten, eigen, bezet), log)
        werk.chmod(0o400)
        werk.replace(doel)
    finally:
        werk.unlink(missing_ok=True)
    actueel = Actueel(
        bestand=doel.name, sha256=bestandssom(doel), publicatie=naam,
        gemaakt_op=moment.isoformat(), catalogus_hash=huis.catalogus.hash, fictief=stempel.fictief,
    )  # fmt: skip
    huis.stap("eigen geschreven")
    schrijf_zeker(map_ / POINTER, actueel.model_dump_json(indent=1).encode())
    _snoei(map_, doel)
    return actueel


def _niets_verloren(toen: dict[tuple[str, int], Eerder], telling: Telling, eigen: Eigen,
                    bezet: set[tuple[str, int]], grensjaar: int) -> None:  # fmt: skip
    """Stops where a hidden count would drop out of totals that are made anew."""
    maakt = {
        own_strict.sleutel(t, j) for t in eigen.tabellen for naam, j in telling.tel
        if naam == t.telt and not any((c.id, j) in bezet for c in t.cijfers)
    }  # fmt: skip
    deel = {k: e for k, e in toen.items() if k in maakt}
    geheugen.niets_verloren(deel, telling.gebieden, grensjaar)


def _zonder(gesloten: dict[tuple[str, int], own_stock.Streng], eigen: Eigen,
            bezet: set[tuple[str, int]]) -> dict[tuple[str, int], own_stock.Streng]:  # fmt: skip
    """Only what is published now: a year that stays as it was adds nothing to the memory."""
    van = {t.id: t for t in eigen.tabellen}
    return {
        (t, j): s for (t, j), s in gesloten.items()
        if not any((c.id, j) in bezet for c in van[t].cijfers)
    }  # fmt: skip


def _naam(map_: Path, peildatum: date, moment: datetime) -> str:
    """The name of a publication; names sort by time."""
    naam = f"e{moment:%Y%m%dT%H%M%S}-{peildatum:%Y%m%d}"
    while (map_ / f"eigen_{naam}.duckdb").exists():
        naam += "b"
    return naam


def _snoei(map_: Path, doel: Path) -> None:
    oud = sorted(p for p in map_.glob("eigen_*.duckdb") if p != doel)
    for p in oud[: max(0, len(oud) - BEWAAR + 1)]:
        p.chmod(0o600)
        p.unlink()


def _voeg_buurttotalen_toe(telling: Telling, kaart: Kaart, jaar: int) -> None:
    """All dwellings and all corporation dwellings of each buurt, as everyone can know them."""
    eigen = telling.tel["woningen", jaar]
    bekend = np.array([b in kaart.woningen for b in telling.gebieden.buurten])
    alle = np.array([kaart.woningen.get(b, 0.0) for b in telling.gebieden.buurten])
    deel = np.array([kaart.corporatiedeel.get(b, 100.0) for b in telling.gebieden.buurten])
    publiek = np.ceil(alle * np.minimum(deel + 0.5, 100.0) / 100).astype(np.int64)
    telling.tel["buurt_woningen", jaar] = np.where(bekend, alle, 0).astype(np.int64)
    telling.tel["buurt_corporatiewoningen", jaar] = np.where(
        bekend, np.maximum(publiek, eigen), eigen + 10_000
    )


def _zonder_noemer(telling: Telling, kaart: Kaart) -> set[str]:
    """Areas of which CBS gives no dwellings, so that a share of them is not known."""
    onbekend = np.array([b not in kaart.woningen for b in telling.gebieden.buurten], dtype=np.int64)
    som = telling.gebieden.optellen(onbekend)
    return {c for c, n in zip(telling.gebieden.codes, som, strict=True) if n}


def _tabellen(huis: Huis, eigen: Eigen, kaart: Kaart, telling: Telling,
              gesloten: dict[tuple[str, int], own_stock.Streng],
              stempel: Stempel) -> dict[str, pd.DataFrame]:  # fmt: skip
    from pipelines.corporation.kaart import cijfers

    def rijen(buiten: bool) -> pd.DataFrame:
        df = own_stock.waarden(eigen, telling.gebieden, telling.tel, telling.som, gesloten, buiten)
        geen = df["gebied"].isin(_zonder_noemer(telling, kaart))
        geen &= df["indicator"] == "eigen_woningen_pct"
        df.loc[geen, ["waarde", "onder", "boven"]] = np.nan
        df.loc[geen, "ontbreekt_door"] = "geen_bron"
        return df.assign(grensjaar=kaart.grensjaar, aard="eigen", voorlopig=False,
                         bron=stempel.corporatie)[WAARDE]  # fmt: skip

    binnen, buiten = rijen(False), rijen(True)
    geheel = binnen["niveau"] == vera.CORPORATIE
    woningen = dict(zip(telling.gebieden.buurten,
                        telling.tel["woningen", stempel.peildatum.year].tolist(),
                        strict=True))  # fmt: skip
    return {
        "out_waarde": binnen[~geheel],
        "out_waarde_buiten": buiten[buiten["niveau"] != vera.CORPORATIE],
        "out_waarde_indeling": pd.concat(
            [binnen[geheel], _complexen(eigen, kaart, telling, stempel)], ignore_index=True
        ),
        "out_wacht": _wacht(eigen, kaart, telling, gesloten),
        "out_blootstelling": _weeg(cijfers(huis, kaart.grensjaar), woningen, eigen, kaart, stempel),
    }


def _wacht(eigen: Eigen, kaart: Kaart, telling: Telling,
           gesloten: dict[tuple[str, int], own_stock.Streng]) -> pd.DataFrame:  # fmt: skip
    """The figures in which something waits, with the day of the publication that it is of."""
    df = own_stock.wachtend(eigen, telling.gebieden, gesloten)
    sinds = [f"{n[1:5]}-{n[5:7]}-{n[7:9]}" for n in df["publicatie"]]
    return df.assign(grensjaar=kaart.grensjaar, sinds=sinds)


def _complexen(eigen: Eigen, kaart: Kaart, telling: Telling, stempel: Stempel) -> pd.DataFrame:
    """Object facts per complex, exact: for internal roles only."""
    c, delen = telling.complex, []
    for t in (t for t in eigen.tabellen if t.per_complex and len(c)):
        for f in t.cijfers:
            n = c[t.telt].to_numpy()
            if f.maat == "aantal":
                waarde = n
            elif f.maat == "gemiddelde":
                som = c[{"met_conditie": "conditie_som", "met_woz": "woz_som"}[t.telt]].to_numpy()
                waarde = np.round(som / np.where(n > 0, n, np.nan), 3)
            elif t.noemer in c:
                noemer = c[t.noemer].to_numpy()
                waarde = np.round(100 * n / np.where(noemer > 0, noemer, np.nan), 3)
            else:
                continue
            delen.append(pd.DataFrame({
                "gebied": c["gebied"].astype(str), "niveau": vera.COMPLEX, "jaar":
                stempel.peildatum.year, "indicator": f.id, "waarde": waarde, "onder": np.nan,
                "boven": np.nan, "ontbreekt_door": np.select([np.isnan(waarde)], ["nvt"], None)  # type: ignore[call-overload]
               ,
                "grensjaar": kaart.grensjaar, "aard": "eigen", "voorlopig": False,
                "bron": stempel.corporatie}))  # fmt: skip
    return pd.concat(delen, ignore_index=True)[WAARDE] if delen else pd.DataFrame(columns=WAARDE)


def _weeg(cijfers: pd.DataFrame, woningen: dict[str, int], eigen: Eigen, kaart: Kaart,
          stempel: Stempel) -> pd.DataFrame:  # fmt: skip
    groepen = {(vera.CORPORATIE, vera.CORPORATIE): woningen}
    for gm in sorted({kaart.buurten[b][1] for b, n in woningen.items() if n}):
        groepen[gm, "gemeente"] = {b: n for b, n in woningen.items() if kaart.buurten[b][1] == gm}
    delen = [
        own_stock.blootstelling(cijfers, w, eigen.blootstelling).assign(gebied=g, niveau=niveau)
        for (g, niveau), w in groepen.items()
    ]
    df = pd.concat(delen, ignore_index=True)
    df = df.assign(grensjaar=kaart.grensjaar, peiljaar=stempel.peildatum.year)
    return df[["gebied", "niveau", "grensjaar", "jaar", "indicator", "peiljaar", "waarde",
               "buurten", "dekking", "ontbreekt_door"]]  # fmt: skip


def _neem_over(tabellen: dict[str, pd.DataFrame], oud: dict[str, pd.DataFrame], eigen: Eigen,
               bezet: set[tuple[str, int]], log: pd.DataFrame) -> None:  # fmt: skip
    """Takes over what the last snapshot had of other years, and years of another boundary year."""
    gemaakt = _paren(tabellen["out_waarde"]) - bezet
    for naam in ("out_waarde", "out_waarde_buiten", "out_waarde_indeling", "out_wacht"):
        nieuw = tabellen[naam]
        nieuw = nieuw[~_paren_in(nieuw, bezet)]
        er = oud.get(naam, nieuw.iloc[:0])
        er = er[~_paren_in(er, gemaakt | _paren(nieuw))]
        if naam == "out_wacht":
            er = er[~_dicht(er, eigen, log, True)]
        else:
            er = _verberg(er, eigen, log, naam == "out_waarde_buiten")
        tabellen[naam] = _plak(er, nieuw)
    b, nieuw = oud["out_blootstelling"], tabellen["out_blootstelling"]
    tabellen["out_blootstelling"] = _plak(b[~b["peiljaar"].isin(nieuw["peiljaar"])], nieuw)


def _lees_oud(bestand: Path) -> dict[str, pd.DataFrame]:
    """The tables of figures of a snapshot."""
    with duckdb.connect(str(bestand), read_only=True) as con:
        er = {r[0] for r in con.execute("SHOW TABLES").fetchall()}
        return {t: con.execute(f"SELECT * FROM {t}").df() for t in EIGEN_TABELLEN
                if t in er and not t.startswith("out_meta")}  # fmt: skip


def _bezet(oud: dict[str, pd.DataFrame], kaart: Kaart) -> set[tuple[str, int]]:
    """(figure, year) that was published in another boundary year, and so is not again."""
    uit: set[tuple[str, int]] = set()
    for naam in ("out_waarde", "out_waarde_buiten", "out_waarde_indeling"):
        er = oud.get(naam)
        if er is not None:
            uit |= _paren(er[(er["grensjaar"] != kaart.grensjaar) & (er["niveau"] != vera.COMPLEX)])
    return uit


def _plak(oud: pd.DataFrame, nieuw: pd.DataFrame) -> pd.DataFrame:
    delen = [d.astype(object) for d in (oud, nieuw) if len(d)]
    return pd.concat(delen, ignore_index=True) if delen else nieuw


def _paren(df: pd.DataFrame) -> set[tuple[str, int]]:
    return set(zip(df["indicator"], df["jaar"].astype(int), strict=True))


def _paren_in(df: pd.DataFrame, paren: set[tuple[str, int]]) -> np.ndarray:
    return np.array(
        [p in paren for p in zip(df["indicator"], df["jaar"].astype(int), strict=True)], dtype=bool
    )


def _verberg(df: pd.DataFrame, eigen: Eigen, log: pd.DataFrame, buiten: bool) -> pd.DataFrame:
    """Hides in figures taken over what was hidden since."""
    dicht, df = _dicht(df, eigen, log, buiten), df.copy()
    df.loc[dicht, ["waarde", "onder", "boven"]] = np.nan
    df.loc[dicht, "ontbreekt_door"] = "te_klein"
    return df


def _dicht(df: pd.DataFrame, eigen: Eigen, log: pd.DataFrame, buiten: bool) -> np.ndarray:
    weg = set(zip(log["tabel"], log["gebied"], strict=True))
    van = {c.id: t for t in eigen.tabellen for c in t.cijfers}
    return np.array(
        [
            i in van and (van[i].id, g) in weg and (buiten or van[i].klasse == "persoon")
            for i, g in zip(df["indicator"], df["gebied"], strict=True)
        ],
        dtype=bool,
    )


def _schrijf(werk: Path, tabellen: dict[str, pd.DataFrame], eigen: Eigen, kaart: Kaart,
             stempel: Stempel, naam: str, moment: datetime) -> None:  # fmt: skip
    werk.unlink(missing_ok=True)
    with duckdb.connect(str(werk)) as con:
        for tabel, ddl in EIGEN_TABELLEN.items():
            con.execute(f"CREATE TABLE {tabel} ({ddl})")
        for tabel, df in tabellen.items():
            con.register("df", df)
            kolommen = ", ".join(
                f"CASE WHEN isnan({k}::DOUBLE) THEN NULL ELSE {k}::DOUBLE END AS {k}"
                if k in ("waarde", "onder", "boven", "dekking") else k for k in df.columns
            )  # fmt: skip
            con.execute(f"INSERT INTO {tabel} BY NAME SELECT {kolommen} FROM df "
                        f"ORDER BY {', '.join(EIGEN_SLEUTELS[tabel])}")  # fmt: skip
            con.unregister("df")
        for tabel, rijen in (("out_meta__levering", stempel.leveringen),
                             ("out_meta__telling", stempel.tellingen)):  # fmt: skip
            if rijen:
                gaten = ", ".join("?" * len(rijen[0]))
                con.executemany(f"INSERT INTO {tabel} VALUES ({gaten})", rijen)
        con.execute("INSERT INTO out_meta__eigen VALUES (?, ?)", ["corporatie.yaml", vera.tekst()])
        con.execute(
            "INSERT INTO out_meta__publicatie VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [naam, moment.isoformat(), stempel.corporatie, stempel.naam or stempel.corporatie,
             stempel.peildatum.isoformat(), kaart.grensjaar, _cijfers_hash(),
             stempel.hoofdpublicatie, stempel.fictief],
        )  # fmt: skip
    with werk.open("rb+") as stroom:
        os.fsync(stroom.fileno())


def _cijfers_hash() -> str:
    return hashlib.sha256(vera.tekst().encode()).hexdigest()


def controleer(bestand: Path) -> dict[str, int]:
    """Checks a snapshot against the contract: keys, kinds of missing, value or reason, `eigen`.

    Returns:
        Rows per table.

    Raises:
        LeveringFout: naming table and what is wrong.
    """
    uit: dict[str, int] = {}
    with duckdb.connect(str(bestand), read_only=True) as con:
        for tabel, sleutel in EIGEN_SLEUTELS.items():
            velden = ", ".join(sleutel)
            [(n, uniek)] = con.execute(
                f"SELECT count(*), (SELECT count(*) FROM (SELECT DISTINCT {velden} FROM {tabel})) "
                f"FROM {tabel}"
            ).fetchall()
            if n != uniek:
                raise LeveringFout(f"{tabel}: {n - uniek} dubbele sleutels ({velden})")
            uit[tabel] = n
        for tabel in ("out_waarde", "out_waarde_buiten", "out_waarde_indeling"):
            [(mis,)] = con.execute(
                f"SELECT count(*) FROM {tabel} WHERE (waarde IS NULL) = (ontbreekt_door IS NULL) "
                "OR (ontbreekt_door IS NOT NULL AND NOT list_contains(?, ontbreekt_door)) "
                "OR aard <> 'eigen' OR isnan(waarde) OR indicator NOT LIKE 'eigen\\_%' ESCAPE '\\'",
                [list(ONTBREEKT)],
            ).fetchall()
            if mis:
                raise LeveringFout(f"{tabel}: {mis} rijen zonder waarde of reden, of niet eigen")
    return uit
