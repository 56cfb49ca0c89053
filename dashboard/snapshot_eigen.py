"""The reader of a corporation's own snapshot, for who may see it.

The roles are not decided here: the caller asks `access`, and says with `intern` which of the two
tables is read. Outside the corporation only `out_waarde_buiten` exists.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from dashboard.snapshot_types import Waarde
from indicators import vera
from indicators.contracts import Actueel, Datamap
from indicators.vera import Eigen, eigen_map

Plek = tuple[str, int]
"""An area: its CBS code and the boundary year."""


class EigenOnleesbaar(Exception):
    """A corporation's own snapshot that is named but cannot be read."""


_KOLOMMEN = ("gebied, grensjaar, jaar, indicator, waarde, onder, boven, ontbreekt_door, aard, "
             "voorlopig, bron")  # fmt: skip


@dataclass(frozen=True)
class EigenBezit:
    """What a corporation knows of its own dwellings in one area.

    `waarden` per figure, oldest year first; `cijfers` is the declaration of that snapshot.
    `wacht`: (figure, year) of which hidden parts, or an average, are still of an earlier
    publication, and the day of that one.
    """

    corporatie: str
    naam: str
    peildatum: str
    fictief: bool
    intern: bool
    cijfers: Eigen
    waarden: dict[str, tuple[Waarde, ...]]
    publicatie: str = ""
    wacht: dict[tuple[str, int], str] = field(default_factory=dict)
    blootstelling: dict[str, tuple[int, float]] = field(default_factory=dict)
    """Of a gemeente, inside only: per indicator the newest year and its figure in the buurten of
    our dwellings, each buurt as heavy as the dwellings we have there."""

    def sinds(self, w: Waarde) -> str | None:
        """The day of the publication that a figure is still of; None when it is of this one."""
        if self.intern and self.cijfers.cijfers[w.indicator][0].klasse == "object":
            return None
        return self.wacht.get((w.indicator, w.jaar))

    def nieuwste(self, indicator: str) -> Waarde | None:
        """The newest year of a figure, also when it is hidden."""
        reeks = self.waarden.get(indicator)
        return reeks[-1] if reeks else None

    @property
    def verborgen(self) -> int:
        """How many of the newest figures are not shown for privacy."""
        nieuw = (self.nieuwste(i) for i in self.waarden)
        return sum(1 for w in nieuw if w is not None and w.ontbreekt_door == "te_klein")


def corporaties(datamap: Datamap) -> list[str]:
    """Ids of the corporations that have a snapshot here."""
    wortel = eigen_map(datamap, "x").parent
    if not wortel.exists():
        return []
    return sorted(p.parent.name for p in wortel.glob("*/actueel.json"))


def stempel(datamap: Datamap) -> tuple[tuple[str, str], ...]:
    """Which snapshot of each corporation is current: other text, other figures."""
    return tuple(
        (id_, (eigen_map(datamap, id_) / "actueel.json").read_text(encoding="utf-8"))
        for id_ in corporaties(datamap)
    )


def welke(datamap: Datamap, gezegd: str) -> str | None:
    """The id of the corporation that the settings name, by its id or by its name.

    Raises:
        EigenOnleesbaar: when a snapshot is there but cannot be read.
    """
    er = corporaties(datamap)
    als_id = "-".join(re.findall(r"[a-z0-9]+", gezegd.lower()))
    if not als_id or als_id in er:
        return als_id or None
    for id_ in er:
        with _open(datamap, id_) as con:
            meta = con and con.execute("SELECT naam FROM out_meta__publicatie").fetchone()
        if meta and meta[0].casefold() == gezegd.casefold():
            return id_
    return None


@contextmanager
def _open(datamap: Datamap, corporatie: str) -> Iterator[duckdb.DuckDBPyConnection | None]:
    map_: Path = eigen_map(datamap, corporatie)
    if corporatie not in corporaties(datamap):
        yield None
        return
    try:
        actueel = Actueel.model_validate_json((map_ / "actueel.json").read_text(encoding="utf-8"))
        con = duckdb.connect(str(map_ / actueel.bestand), read_only=True, config={"threads": 1})
    except (OSError, ValueError, duckdb.Error) as fout:
        raise EigenOnleesbaar(
            f"eigen/{corporatie}: niet te lezen ({type(fout).__name__})"
        ) from None
    try:
        yield con
    except duckdb.Error as fout:
        raise EigenOnleesbaar(
            f"eigen/{corporatie}: niet te lezen ({type(fout).__name__})"
        ) from None
    finally:
        con.close()


def lees(
    datamap: Datamap, corporatie: str, gebied: str, grensjaar: int, intern: bool
) -> EigenBezit | None:
    """Own figures of one area; None when there is no snapshot, or nothing of that area in it.

    Args:
        datamap: the data folder.
        corporatie: its id.
        gebied: CBS code.
        grensjaar: the boundary year on screen; years published in another are left out.
        intern: object facts exact; False gives what may leave the corporation.

    Raises:
        EigenOnleesbaar: when the snapshot is there but cannot be read.
    """
    return alle(datamap, corporatie, intern).get((gebied, grensjaar))


def alle(datamap: Datamap, corporatie: str, intern: bool) -> dict[Plek, EigenBezit]:
    """As `lees`, of every area at once: opening the snapshot costs more than reading it.

    Raises:
        EigenOnleesbaar: when the snapshot is there but cannot be read.
    """
    tabel = "out_waarde" if intern else "out_waarde_buiten"
    with _open(datamap, corporatie) as con:
        if con is None:
            return {}
        meta = con.execute(
            "SELECT naam, peildatum, fictief, publicatie FROM out_meta__publicatie"
        ).fetchone()
        yaml = con.execute("SELECT tekst FROM out_meta__eigen").fetchone()
        rijen = con.execute(
            f"SELECT {_KOLOMMEN} FROM {tabel} ORDER BY gebied, grensjaar, indicator, jaar"  # noqa: S608
        ).fetchall()
        wacht = _wacht(con)
        bloot = _blootstelling(con) if intern else {}
    if meta is None or yaml is None:
        return {}
    waarden: dict[Plek, dict[str, tuple[Waarde, ...]]] = {}
    for rij in rijen:
        w = Waarde(*rij)
        hier = waarden.setdefault((w.gebied, w.grensjaar), {})
        hier[w.indicator] = (*hier.get(w.indicator, ()), w)
    naam, peildatum, fictief, publicatie = meta
    cijfers = vera.uit_tekst(yaml[0])
    return {
        plek: EigenBezit(corporatie, naam, peildatum, fictief, intern, cijfers, hier, publicatie,
                         wacht.get(plek, {}), bloot.get(plek, {}))
        for plek, hier in waarden.items()
    }  # fmt: skip


def _blootstelling(con: duckdb.DuckDBPyConnection) -> dict[Plek, dict[str, tuple[int, float]]]:
    """The newest figure per indicator, of the last peildatum; what is under the floor is not."""
    rijen = con.execute(
        "SELECT gebied, grensjaar, indicator, max(jaar), arg_max(waarde, jaar) "
        "FROM out_blootstelling WHERE waarde IS NOT NULL "
        "AND peiljaar = (SELECT max(peiljaar) FROM out_blootstelling) "
        "GROUP BY gebied, grensjaar, indicator ORDER BY indicator"
    ).fetchall()
    uit: dict[Plek, dict[str, tuple[int, float]]] = {}
    for gebied, grensjaar, i, j, w in rijen:
        uit.setdefault((gebied, grensjaar), {})[i] = (j, w)
    return uit


def _wacht(con: duckdb.DuckDBPyConnection) -> dict[Plek, dict[tuple[str, int], str]]:
    """What waits, per area; nothing in a snapshot of before totals waited."""
    try:
        rijen = con.execute(
            "SELECT gebied, grensjaar, indicator, jaar, sinds FROM out_wacht"
        ).fetchall()
    except duckdb.CatalogException:
        return {}
    uit: dict[Plek, dict[tuple[str, int], str]] = {}
    for gebied, grensjaar, i, j, sinds in rijen:
        uit.setdefault((gebied, grensjaar), {})[(i, j)] = sinds
    return uit
