"""Finding what a source gives, used or not: `python -m pipelines velden ZOEKWOORD`."""

from __future__ import annotations

import re
from dataclasses import dataclass

import duckdb

from indicators.catalogue import Catalogus
from indicators.model import Bron, Generatie


@dataclass(frozen=True)
class Veld:
    """A column of a source: its unit and meaning, who uses it, and where it was read in.

    Attributes:
        bron: source id.
        kolom: the column as core has it; a member of a dimension follows after `|`.
        woorden: what it is about, where the name alone does not say; may be empty.
        eenheid: in words; may be empty.
        indicatoren: ids of the figures that come from it; none: kept in core only.
        jaren: years that are read in, oldest first.
        waarden: number of values in core.
    """

    bron: str
    kolom: str
    woorden: str
    eenheid: str
    indicatoren: tuple[str, ...]
    jaren: tuple[int, ...] = ()
    waarden: int = 0


def zoek(cat: Catalogus, woord: str, con: duckdb.DuckDBPyConnection | None = None) -> list[Veld]:
    """Columns whose name, meaning, unit or indicator holds a word, by source and name.

    Args:
        cat: the catalogue.
        woord: what to look for; capitals, accents and spaces do not matter. Empty gives all.
        con: the warehouse, for what was really read in; None gives what is declared alone.
    """
    gelezen = _in_kern(con) if con is not None else {}
    gevonden: dict[tuple[str, str], Veld] = {}
    for bron in cat.bronnen.values():
        for gen in bron.generaties:
            gebruikt = _gebruik(cat, gen)
            kolommen = {
                *cat.velden.get(gen.id, ()),
                *gebruikt,
                *(k for g, k in gelezen if g == gen.id),
            }
            for kolom in kolommen - _beschrijvend(gen):
                nieuw = _veld(cat, bron, gen, kolom, gebruikt, gelezen)
                oud = gevonden.get((bron.id, kolom))
                gevonden[bron.id, kolom] = nieuw if oud is None else _samen(oud, nieuw)
    naald = _plat(woord)
    volgorde = list(cat.bronnen)
    raak = [v for v in gevonden.values() if naald in _plat(_tekst(cat, v))]
    return sorted(raak, key=lambda v: (volgorde.index(v.bron), v.kolom))


def _in_kern(con: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], tuple[set[int], int]]:
    rijen = con.execute(
        """SELECT generatie, kolom, list(DISTINCT jaar), count(waarde)
        FROM core_cel JOIN core_levering USING (levering) GROUP BY 1, 2"""
    ).fetchall()
    return {(g, k): (set(jaren), n) for g, k, jaren, n in rijen}


def _gebruik(cat: Catalogus, gen: Generatie) -> dict[str, tuple[str, ...]]:
    gebruik: dict[str, tuple[str, ...]] = {}
    for indicator, regel in cat.regels(gen.id).items():
        for kolom in regel.van:
            gebruik[kolom] = (*gebruik.get(kolom, ()), indicator)
    return gebruik


def _beschrijvend(gen: Generatie) -> set[str | None]:
    """Columns that say which area, year or member a row is, and hold no figure."""
    return {
        gen.gebied, gen.naam, gen.gemeentenaam, gen.wijk, gen.gemeente, gen.postcode, gen.water,
        gen.wijziging, gen.periode, *gen.jaar, *gen.beschrijft, *(d.kolom for d in gen.dimensies),
    }  # fmt: skip


def _veld(
    cat: Catalogus,
    bron: Bron,
    gen: Generatie,
    kolom: str,
    gebruikt: dict[str, tuple[str, ...]],
    gelezen: dict[tuple[str, str], tuple[set[int], int]],
) -> Veld:
    stam, *leden = kolom.split("|")
    woorden = [gen.betekenis.get(stam, ""), gen.leden_als_kolom.get(stam, "")]
    woorden += [d.leden[lid] for d in gen.dimensies for lid in leden if lid in d.leden]
    woorden += [f"maand {int(lid[2:])}" for lid in leden if re.fullmatch(r"MM\d\d", lid)]
    jaren, aantal = gelezen.get((gen.id, kolom), (set(), 0))
    return Veld(
        bron=bron.id,
        kolom=kolom,
        woorden=", ".join(dict.fromkeys(w for w in woorden if w)),
        eenheid=gen.eenheid_van(stam) or _eenheid(cat, gebruikt.get(kolom, ())),
        indicatoren=gebruikt.get(kolom, ()),
        jaren=tuple(sorted(jaren)),
        waarden=aantal,
    )


def _eenheid(cat: Catalogus, indicatoren: tuple[str, ...]) -> str:
    return next((cat.indicatoren[i].eenheid for i in indicatoren), "")


def _samen(oud: Veld, nieuw: Veld) -> Veld:
    """One column in two forms of a source."""
    return Veld(
        oud.bron,
        oud.kolom,
        oud.woorden or nieuw.woorden,
        oud.eenheid or nieuw.eenheid,
        tuple(dict.fromkeys((*oud.indicatoren, *nieuw.indicatoren))),
        tuple(sorted({*oud.jaren, *nieuw.jaren})),
        oud.waarden + nieuw.waarden,
    )


def _tekst(cat: Catalogus, veld: Veld) -> str:
    namen = [cat.indicatoren[i].naam for i in veld.indicatoren]
    return " ".join([veld.kolom, veld.woorden, veld.eenheid, *veld.indicatoren, *namen])


def _plat(tekst: str) -> str:
    """Small letters and digits only, so that `Zeer lage veerkracht` finds `ZeerLageVeerkracht`."""
    return re.sub(r"[^a-z0-9à-ÿ]", "", tekst.lower())


def regels(velden: list[Veld]) -> list[str]:
    """The finds as lines for the command line: source, column, unit, use, years."""
    uit = []
    for v in velden:
        gebruik = ", ".join(v.indicatoren) or "nog door geen cijfer gebruikt"
        jaren = "-".join(dict.fromkeys(map(str, (*v.jaren[:1], *v.jaren[-1:])))) or "niet ingelezen"
        over = f" ({v.woorden})" if v.woorden else ""
        uit.append(f"{v.bron}: {v.kolom}{over}; {v.eenheid or 'eenheid in de tabel'}; "
                   f"{gebruik}; {jaren}")  # fmt: skip
    return uit
