"""What earlier publications of a corporation told: which cells were hidden, and what is derivable.

Three files beside the snapshots, for no screen: `verborgen.parquet` (the log of hidden cells),
`kennis.parquet` (what each area counts for, and its bounds) and `sommen.parquet` (the sums that
were published over hidden cells, on which the next publication is tried).
"""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path

import pandas as pd

from indicators import own_strict
from indicators.contracts import Actueel
from indicators.editions import Eerder, volgt_op
from indicators.own_stock import Gebieden, Streng
from indicators.vera import Eigen
from pipelines.corporation import LeveringFout
from pipelines.corporation.plaatsen import Kaart
from pipelines.raw import schrijf_zeker

VERBORGEN, KENNIS, SOMMEN = "verborgen.parquet", "kennis.parquet", "sommen.parquet"
LOGKOLOMMEN = ["tabel", "jaar", "gebied", "niveau", "reden", "grensjaar", "sinds"]


def lees_log(map_: Path) -> pd.DataFrame:
    """The log of hidden cells; empty before the first publication."""
    pad = map_ / VERBORGEN
    return pd.read_parquet(pad) if pad.exists() else pd.DataFrame(columns=LOGKOLOMMEN)


def vul_log(
    log: pd.DataFrame, nieuw: pd.DataFrame, grensjaar: int, moment: datetime
) -> pd.DataFrame:
    """The log with what was hidden now; the first time that a cell was hidden stays."""
    nieuw = nieuw.assign(grensjaar=grensjaar, sinds=moment.isoformat())[LOGKOLOMMEN]
    delen = [d for d in (log, nieuw) if len(d)]
    if not delen:
        return log
    return pd.concat(delen, ignore_index=True).drop_duplicates(
        ["tabel", "jaar", "gebied", "grensjaar"], keep="first"
    )


def patroon(log: pd.DataFrame, kaart: Kaart) -> dict[str, set[str]]:
    """Per table the cells that stay hidden, and what followed them in the boundary year."""
    uit: dict[str, set[str]] = {}
    for tabel, gebied in log[["tabel", "gebied"]].drop_duplicates().itertuples(index=False):
        uit.setdefault(tabel, set()).update({gebied} | kaart.opvolgers.get(gebied, frozenset()))
    return uit


def lees(map_: Path, kaart: Kaart | None = None) -> dict[tuple[str, int], Eerder]:
    """The memory, by the codes of the boundary year; see `own_strict.Geheugen`."""
    if not (map_ / KENNIS).exists():
        return {}
    cellen = pd.read_parquet(map_ / KENNIS)
    if "blad" not in cellen:  # of before totals waited
        cellen = _van_eerst(cellen, map_)
    pad = map_ / SOMMEN
    sommen = pd.read_parquet(pad) if pad.exists() else pd.DataFrame()
    uit = own_strict.herinner(cellen, sommen)
    if kaart is None:
        return uit
    codes = set(kaart.buurten)
    return {k: volgt_op(e, codes, kaart.opvolgers) for k, e in uit.items()}


def buurten(map_: Path, kaart: Kaart) -> set[str]:
    """The buurten that count for something in totals that were published."""
    return {b for e in lees(map_, kaart).values() for b in e.bladen}


def niets_verloren(geheugen: dict[tuple[str, int], Eerder], gebieden: Gebieden,
                   grensjaar: int) -> None:  # fmt: skip
    """Stops where a hidden count would drop out of totals, and so could be subtracted.

    Raises:
        LeveringFout: naming one buurt that was counted and is nowhere in this boundary year.
    """
    er = set(gebieden.buurten)
    for e in geheugen.values():
        for c, b in sorted(e.bladen.items()):
            if c not in er and b.aantal and not b.bekend:
                raise LeveringFout(
                    f"{c} telde mee in wat eerder is gepubliceerd, en heeft in de indeling "
                    f"{grensjaar} geen opvolger: wat er stond was uit het verschil te berekenen. "
                    "Lees peildata op volgorde in, en de grenzen van elk jaar met refresh"
                )


def schrijf(map_: Path, eigen: Eigen, gesloten: dict[tuple[str, int], Streng],
            log: pd.DataFrame) -> None:  # fmt: skip
    """Writes memory and log; table-years that were not published now stay as they were."""
    oud = lees(map_)
    cellen, sommen = own_strict.onthoud(eigen, gesloten)
    gezien = {own_strict.sleutel(t, j) for t in eigen.tabellen for (i, j) in gesloten if i == t.id}
    rest = own_strict.als_frames({k: e for k, e in oud.items() if k not in gezien})
    bewaar(map_ / KENNIS, pd.concat([d for d in (cellen, rest[0]) if len(d)] or [cellen]))
    bewaar(map_ / SOMMEN, pd.concat([d for d in (sommen, rest[1]) if len(d)] or [sommen]))
    bewaar(map_ / VERBORGEN, log.astype({"jaar": "int32", "grensjaar": "int32"}))


def bewaar(pad: Path, df: pd.DataFrame) -> None:
    """Writes a frame whole or not at all, for its owner only."""
    bak = io.BytesIO()
    df.to_parquet(bak, index=False)
    schrijf_zeker(pad, bak.getvalue())
    pad.chmod(0o600)


def _van_eerst(cellen: pd.DataFrame, map_: Path) -> pd.DataFrame:
    """A memory of before sums were kept: buurten count for what they did, and are never let in.

    Without those sums nothing can be tried: `versie` -1 says so.
    """
    blad = cellen["gebied"].str.startswith("BU")
    dicht = set(lees_log(map_)["gebied"])
    laatste = Actueel.model_validate_json((map_ / "actueel.json").read_text("utf-8")).publicatie
    return cellen.assign(
        heel=cellen["hoog"], blad=cellen["aantal"].where(blad, -1), blad_heel=cellen["hoog"],
        versie=-1, sinds=laatste, bekend=~cellen["gebied"].isin(dicht), som=0.0,
    )[own_strict.CELKOLOMMEN]  # fmt: skip
