"""`verschil`: what a publication changes against another, in figures and in stories."""

from __future__ import annotations

import json
from collections.abc import Iterable

import duckdb
import pandas as pd

from indicators.changes import tolerantie
from indicators.contracts import Actueel, Verschil, Verschilregel, Verschiltelling
from pipelines import neighbour, publish, release
from pipelines.house import Huis
from pipelines.raw import schrijf_zeker
from pipelines.verify import PublicatieFout

Con = duckdb.DuckDBPyConnection
REGELS = 8
"""How many of the largest moves are kept per indicator, year and kind."""
HOOGSTENS = 400
"""How many lines a `verschil` keeps in all."""

_ANDERS = """CREATE OR REPLACE TEMP TABLE anders AS
SELECT coalesce(n.indicator, o.indicator) AS indicator, coalesce(n.jaar, o.jaar) AS jaar,
    coalesce(n.grensjaar, o.grensjaar) AS grensjaar, coalesce(n.gebied, o.gebied) AS gebied,
    o.waarde AS toen, n.waarde AS nu, n.ontbreekt_door,
    CASE WHEN o.waarde IS NULL THEN 'verschenen' WHEN n.gebied IS NULL THEN 'vervallen'
        WHEN n.waarde IS NULL THEN 'verborgen' ELSE 'gecorrigeerd' END AS soort
FROM (SELECT * FROM oud.out_waarde_kaart WHERE indicator = ?) o
FULL JOIN (SELECT * FROM nieuw.out_waarde_kaart WHERE indicator = ?) n
    ON o.jaar = n.jaar AND o.grensjaar = n.grensjaar AND o.gebied = n.gebied
WHERE (o.waarde IS NULL) <> (n.waarde IS NULL) OR abs(o.waarde - n.waarde) > ? + 1e-9"""


def bereken(huis: Huis, van: Actueel | None, naar: Actueel) -> Verschil:
    """What appeared, was corrected beyond the catalogue's tolerance, was hidden or fell away.

    Args:
        huis: the publications' folder, catalogue and clock.
        van: the older publication; None when there was none.
        naar: the newer one.

    Raises:
        PublicatieFout: one of them is gone or cannot be read.
    """
    telling: list[Verschiltelling] = []
    regels: list[Verschilregel] = []
    with duckdb.connect() as con:
        _koppel(con, huis, "nieuw", naar)
        if van is None:
            telling = _alles_nieuw(con)
        else:
            _koppel(con, huis, "oud", van)
        for indicator in _indicatoren(con) if van else []:  # one by one: memory stays small
            ind = huis.catalogus.indicatoren.get(indicator)
            grens = tolerantie(ind) if ind else 0.0
            con.execute(_ANDERS, [indicator, indicator, grens])
            telling += _tel(con)
            regels += _grootste(con)
    return Verschil(
        van=van.publicatie if van else None,
        naar=naar.publicatie,
        gemaakt_op=huis.klok().isoformat(),
        telling=tuple(telling),
        regels=tuple(_kies(regels)),
    )


def _kies(regels: list[Verschilregel]) -> list[Verschilregel]:
    """The first lines of each kind, so that no kind drives another out."""
    per_soort: dict[str, list[Verschilregel]] = {s: [] for s in _EERST}
    for r in sorted(regels, key=_gewicht):
        per_soort[r.soort].append(r)
    return [r for s in _EERST for r in per_soort[s][: HOOGSTENS // len(_EERST)]]


_EERST = ("verborgen", "vervallen", "gecorrigeerd", "verschenen")


def _gewicht(r: Verschilregel) -> tuple[int, float, str, int, str]:
    """What a reader wants to see first: what is gone, then the corrections, largest share first."""
    deel = 0.0
    if r.toen is not None and r.nu is not None:
        deel = abs(r.nu - r.toen) / max(abs(r.toen), abs(r.nu))
    return _EERST.index(r.soort), -deel, r.indicator, -r.jaar, r.gebied


def _koppel(con: Con, huis: Huis, naam: str, actueel: Actueel) -> None:
    pad = huis.datamap.published / actueel.bestand
    if not pad.exists():
        raise PublicatieFout(f"{pad.name} ontbreekt in {pad.parent}.")
    veilig = str(pad).replace("'", "''")
    try:
        con.execute(f"ATTACH '{veilig}' AS {naam} (READ_ONLY)")
    except duckdb.Error as fout:
        raise PublicatieFout(f"{pad.name}: niet te lezen ({str(fout)[:150]}).") from None


def _indicatoren(con: Con) -> list[str]:
    vraag = """SELECT DISTINCT indicator FROM nieuw.out_waarde_kaart UNION
    SELECT DISTINCT indicator FROM oud.out_waarde_kaart ORDER BY 1"""
    return [r[0] for r in con.execute(vraag).fetchall()]


def _alles_nieuw(con: Con) -> list[Verschiltelling]:
    """Of a first publication: every figure appeared, so counting them is enough."""
    rijen = con.execute(
        """SELECT indicator, jaar, count(waarde) FROM nieuw.out_waarde_kaart
        GROUP BY ALL HAVING count(waarde) > 0 ORDER BY indicator, jaar DESC"""
    ).fetchall()
    return [Verschiltelling(indicator=i, jaar=j, soort="verschenen", aantal=n) for i, j, n in rijen]


def _tel(con: Con) -> list[Verschiltelling]:
    rijen = con.execute(
        """SELECT indicator, jaar, soort, count(*), max(abs(nu - toen)) FROM anders
        GROUP BY ALL ORDER BY soort, jaar DESC"""
    ).fetchall()
    return [
        Verschiltelling(indicator=i, jaar=j, soort=s, aantal=n, grootste=g)
        for i, j, s, n, g in rijen
    ]


def _grootste(con: Con) -> Iterable[Verschilregel]:
    rijen = con.execute(
        """SELECT a.*, coalesce(g.naam, h.naam, a.gebied) AS naam FROM anders a
        LEFT JOIN nieuw.out_gebied g ON g.gebied = a.gebied AND g.grensjaar = a.grensjaar
        LEFT JOIN oud.out_gebied h ON h.gebied = a.gebied AND h.grensjaar = a.grensjaar
        QUALIFY row_number() OVER (PARTITION BY a.jaar, a.soort
            ORDER BY abs(a.nu - a.toen) DESC NULLS LAST, a.gebied) <= ?""",
        [REGELS],
    ).df()
    rijen = rijen.astype(object).where(pd.notna(rijen), None)
    return [Verschilregel.model_validate(r) for r in rijen.to_dict("records")]


def geraakt(huis: Huis, van: str, naar: str) -> dict[str, tuple[dict[str, object], ...] | None]:
    """The `verhalen` and `bladen` that the step touches, as the dashboard tells them.

    Returns:
        Both by their name in `Verschil`; None when the dashboard cannot tell.
    """
    klaar = neighbour.vraag(huis.datamap, "geraakt", van, naar)
    try:
        gezegd = json.loads(klaar.stdout)
        return {wat: tuple(gezegd[wat]) for wat in ("verhalen", "bladen")}
    except (ValueError, KeyError, TypeError):
        return {"verhalen": None, "bladen": None}


def na_publicatie(huis: Huis, verhalen: bool = True) -> Verschil | None:
    """Writes what the newest publication changes; None when that was written before.

    Raises:
        PublicatieFout: a publication cannot be read.
    """
    huidig = publish.lees_actueel(huis)
    wacht = release.lees_wachtend(huis, huidig)
    naar = wacht.publicatie if wacht else huidig
    if naar is None:
        return None
    pad = huis.datamap.verschillen / f"{naar.publicatie}.json"
    eerder = [a for a in publish.lijst(huis) if a.publicatie != naar.publicatie]
    van = huidig if wacht else (eerder[-1] if eerder else None)
    if pad.exists() and lees(huis, naar.publicatie).van == (van.publicatie if van else None):
        return None
    uit = bereken(huis, van, naar)
    if verhalen and van is not None:
        uit = uit.model_copy(update=geraakt(huis, van.publicatie, naar.publicatie))
    schrijf_zeker(pad, uit.model_dump_json(indent=1).encode())
    huis.na_publicatie.append(lambda: _noteer(huis, naar.publicatie))
    _snoei(huis)
    return uit


def _noteer(huis: Huis, publicatie: str) -> None:
    """Adds what checks warned of: some speak after the verschil was written, so at the end."""
    anders = tuple(o for o in huis.opmerkingen if publicatie not in o)
    uit = lees(huis, publicatie).model_copy(update={"opmerkingen": anders})
    pad = huis.datamap.verschillen / f"{publicatie}.json"
    schrijf_zeker(pad, uit.model_dump_json(indent=1).encode())


def lees(huis: Huis, publicatie: str) -> Verschil:
    """What was written for a publication.

    Raises:
        PublicatieFout: nothing was, or it cannot be read.
    """
    pad = huis.datamap.verschillen / f"{publicatie}.json"
    try:
        return Verschil.model_validate_json(pad.read_bytes())
    except (OSError, ValueError):
        raise PublicatieFout(f"{pad}: er is geen leesbaar verschil van {publicatie}.") from None


def _snoei(huis: Huis) -> None:
    """Keeps what belongs to a publication that is still there."""
    huidig = publish.lees_actueel(huis)
    wacht = release.lees_wachtend(huis, huidig)
    blijft = {a.publicatie for a in publish.lijst(huis)}
    blijft |= {wacht.publicatie.publicatie} if wacht else set()
    for pad in huis.datamap.verschillen.glob("*.json"):
        if pad.stem not in blijft:
            pad.unlink(missing_ok=True)


def zoek(huis: Huis, publicatie: str) -> Actueel:
    """A publication by its id, also the one that waits.

    Raises:
        PublicatieFout: there is none such.
    """
    huidig = publish.lees_actueel(huis)
    wacht = release.lees_wachtend(huis, huidig)
    alle = [*publish.lijst(huis), *([wacht.publicatie] if wacht else [])]
    for a in alle:
        if a.publicatie == publicatie:
            return a
    er_is = ", ".join(a.publicatie for a in alle) or "geen enkele"
    raise PublicatieFout(f"publicatie '{publicatie}' is er niet; wel: {er_is}.")
