"""`python -m pipelines corporatie`: sjabloon, controleer, importeer, bewaak, verborgen."""

from __future__ import annotations

import sys
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from pipelines import settings
from pipelines.corporation import LeveringFout
from pipelines.house import Huis

if TYPE_CHECKING:
    from indicators.vera import Eigen

app = typer.Typer(help="Eigen gegevens van een corporatie (VERA).", no_args_is_help=True)
uit = Console(width=None if sys.stdout.isatty() else 160)
fouten = Console(stderr=True)
KLAAR = "klaar"
"""The empty file that says a delivery in a watched folder is whole."""

Map = Annotated[Path, typer.Argument(help="Map met de levering, buiten de datamap.")]
Id = Annotated[str, typer.Option("--corporatie", help="Kort id, zoals de-brug.")]
Dag = Annotated[str, typer.Option("--peildatum", help="Dag waarover de levering gaat: 2024-01-01.")]


def _dag(tekst: str) -> date:
    try:
        return date.fromisoformat(tekst)
    except ValueError:
        raise typer.BadParameter(f"'{tekst}': geef een dag als 2024-01-01") from None


def _huis() -> Huis:
    return Huis(settings.lees())


@app.command()
def sjabloon(map_: Annotated[Path, typer.Argument(help="Nieuwe map.")]) -> None:
    """Schrijft een leeg voorbeeld: een CSV met koppen per entiteit, en levering.yaml met uitleg."""
    from pipelines.corporation import sjabloon as werk

    for pad in werk.schrijf(map_):
        uit.print(pad, markup=False, highlight=False)


@app.command()
def controleer(map_: Map, peildatum: Dag) -> None:
    """Leest en controleert een levering; er wordt niets bewaard."""
    from pipelines.corporation import importeer as werk

    _toon(werk.controleer(_huis(), map_, _dag(peildatum)))
    uit.print("Gecontroleerd; er is niets bewaard.")


@app.command()
def importeer(map_: Map, corporatie: Id, peildatum: Dag) -> None:
    """Leest in, plaatst, telt, onderdrukt en schrijft het eigen bestand van de corporatie."""
    from pipelines.corporation import importeer as werk

    verslag = werk.importeer(_huis(), map_, corporatie, _dag(peildatum))
    _toon(verslag)
    if verslag.actueel:
        uit.print(f"Eigen publicatie {verslag.actueel.publicatie} staat klaar.", highlight=False)


@app.command()
def bewaak(
    map_: Annotated[
        Path, typer.Argument(help="Inlevermap: per levering een map met de peildatum.")
    ],
    corporatie: Id,
    elke: Annotated[int, typer.Option(help="Seconden tussen twee keer kijken.")] = 60,
    eenmaal: Annotated[bool, typer.Option(help="Kijk een keer en stop (voor cron).")] = False,
) -> None:
    """Leest elke levering in die klaar is: MAP/2024-01-01/ met een leeg bestand `klaar` erin.

    A loop here and no Dagster sensor: a sensor's cursor, run tags and captured output would put a
    delivery's names into Dagster's event store, inside the data folder.
    """
    huis = _huis()
    if map_.resolve().is_relative_to(huis.datamap.map.resolve()):
        raise LeveringFout(f"{map_}: de inlevermap hoort buiten de datamap")
    while True:
        for levering in klaar_in(map_):
            _verwerk(huis, levering, corporatie)
        if eenmaal:
            return
        time.sleep(max(1, elke))


def klaar_in(map_: Path) -> list[Path]:
    """Deliveries that are whole and not yet taken in or refused, oldest day first."""
    return sorted(
        p.parent for p in map_.glob(f"*/{KLAAR}") if not (p.parent / "uitslag.txt").exists()
    )


def _verwerk(huis: Huis, levering: Path, corporatie: str) -> None:
    from pipelines.corporation import importeer as werk

    try:
        dag = date.fromisoformat(levering.name)
    except ValueError:
        dag = None
    try:
        if dag is None:
            raise LeveringFout("de naam van de map is geen dag zoals 2024-01-01")
        verslag = werk.importeer(huis, levering, corporatie, dag)
        af = sum(verslag.uitslag.af.values())
        tekst = f"ingelezen: {sum(verslag.uitslag.goed.values())} rijen, {af} afgevallen"
    except LeveringFout as fout:
        tekst = f"geweigerd: {fout}"
    (levering / "uitslag.txt").write_text(tekst + "\n", encoding="utf-8")
    uit.print(f"{levering.name}: {tekst}", markup=False, highlight=False)


@app.command()
def verborgen(corporatie: Id) -> None:
    """Wat verborgen is en welke totalen wachten, per tabel (voor de privacyfunctionaris)."""
    from indicators.vera import eigen_map
    from pipelines.corporation import schrijf
    from pipelines.corporation.geheugen import lees_log

    map_ = eigen_map(_huis().datamap, corporatie)
    log = lees_log(map_)
    tabel = Table("tabel", "jaar", "niveau", "reden", "cellen", box=None, pad_edge=False)
    per = log.groupby(["tabel", "jaar", "niveau", "reden"]).size().reset_index()
    for rij in per.itertuples(index=False):
        tabel.add_row(*(str(c) for c in rij))
    uit.print(tabel)
    wacht = schrijf.wachtend(map_)
    if wacht:
        tabel = Table("cijfer", "jaar", "niveau", "is nog van", "cellen", box=None, pad_edge=False)
        for regel in wacht:
            tabel.add_row(*(str(c) for c in regel))
        uit.print("Een wijziging in wat niet is getoond wacht tot zij groot genoeg is:")
        uit.print(tabel)


def _toon(v: object) -> None:
    from indicators import vera
    from pipelines.corporation.importeer import Verslag
    from pipelines.corporation.poort import UITLEG

    eigen = vera.lees()
    assert isinstance(v, Verslag)  # noqa: S101
    tabel = Table("gelezen als", "bestand", box=None, pad_edge=False)
    for s in v.stukken:
        tabel.add_row(s.entiteit, escape(s.naam))
    for naam, waarom in v.niet_herkend:
        tabel.add_row("[yellow]niet[/]", escape(f"{naam} ({waarom})"))
    uit.print(tabel)
    tabel = Table("entiteit", "wat", "kolom", "aantal", "sleutels", box=None, pad_edge=False)
    for e, n in v.uitslag.goed.items():
        if n:
            tabel.add_row(e, "ingelezen", "", str(n), "")
    for (e, wat, kolom), n in v.uitslag.af.items():
        sleutels = ", ".join(v.uitslag.sleutels.get((e, wat, kolom), []))
        waarom = f"afgevallen: {UITLEG.get(wat, wat)}{_verwacht(eigen, e, wat, kolom)}"
        tabel.add_row(e, waarom, kolom, str(n), escape(sleutels))
    for bak in (v.uitslag.opgemerkt, v.overgeslagen):
        for (e, wat, kolom), n in sorted(bak.items()):
            tabel.add_row(e, wat, escape(kolom), str(n), "")
    for weg, n in sorted(v.geplaatst.items()):
        tabel.add_row("eenheid", f"in een buurt geplaatst met {weg}", "", str(n), "")
    for weg, n in sorted(v.niet_geplaatst.items()):
        sleutels = ", ".join(v.sleutels_zonder_plek.get(weg, []))
        tabel.add_row("eenheid", f"niet geplaatst: {weg}", "", str(n), escape(sleutels))
    for naam, waarom in v.niet_geteld.items():
        tabel.add_row("", f"niet geteld: {naam}", "", "", waarom)
    uit.print(tabel)


def _verwacht(eigen: Eigen, entiteit: str, wat: str, kolom: str) -> str:
    """What a code or number should have been: the list or the bounds, never what stood there."""
    from pipelines.corporation.poort import verwacht

    if wat not in ("code_onbekend", "getal_buiten_bereik"):
        return ""
    veld = next(v for v in eigen.entiteit(entiteit).velden if v.id == kolom)
    return f" ({verwacht(veld)})"
