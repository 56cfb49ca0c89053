"""The command line of the doing: `python -m pipelines`."""

from __future__ import annotations

import errno
import logging
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from indicators.catalogue import CatalogusFout
from indicators.contracts import Datamap
from pipelines import cli_release, settings
from pipelines.corporation.cli import app as corporatie
from pipelines.house import Huis
from pipelines.intake import Aanbod, Regel
from pipelines.sources.tabel import BronFout
from pipelines.warehouse import BezetFout, WarehouseFout

app = typer.Typer(help="Tel & Vertel: cijfers inlezen, nagaan en publiceren.", no_args_is_help=True)
bestanden = typer.Typer(help="Wat er is ingelezen.", no_args_is_help=True)
app.add_typer(bestanden, name="bestanden")
app.add_typer(corporatie, name="corporatie")
cli_release.verbind(app)
uit = Console(width=None if sys.stdout.isatty() else 160)
fouten = Console(stderr=True)


def _zeg(tekst: str) -> None:
    """Says it on one line: a message that is broken off in a log or mail cannot be copied."""
    fouten.print(tekst, markup=False, highlight=False, soft_wrap=True)


_KLEUR = {
    "nieuw": "green",
    "ongewijzigd": "dim",
    "andere jaren": "dim",
    "geweigerd": "bold magenta",
    "mislukt": "bold magenta",
    "niet herkend": "yellow",
}
_SCHIJF = (errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EPERM, errno.EROFS)
_APART = ("geweigerd", "mislukt")
"""Told below the table, in full."""


def _huis() -> Huis:
    logging.getLogger("dagster").setLevel(logging.ERROR)
    return Huis(settings.lees())


def _jaren(tekst: str) -> list[int]:
    """`2023-2024` or `2021,2023` as a list of years."""
    jaren: list[int] = []
    try:
        for deel in (d.strip() for d in tekst.split(",") if d.strip()):
            van, _, tot = deel.partition("-")
            jaren += range(int(van), int(tot or van) + 1)
    except ValueError:
        raise typer.BadParameter(
            f"'{tekst}': geef jaren als 2023, 2021-2024 of 2021,2023"
        ) from None
    return jaren


@app.command()
def refresh(
    mappen: Annotated[
        list[Path] | None,
        typer.Option("--bestanden", help="Map (of bestand) met bestanden; mag vaker."),
    ] = None,
    gemeente: Annotated[
        list[str] | None,
        typer.Option(
            help="Gemeentecode, zoals GM0344; mag vaker. Vraagt bij CBS alleen die gemeente. Een "
            "kaart of bestand komt heel binnen en wordt tot die gemeente geknipt."
        ),
    ] = None,
    jaren: Annotated[str, typer.Option(help="Jaren, zoals 2023-2024; anders alle.")] = "",
    bron: Annotated[
        list[str] | None, typer.Option(help="Bron om op te halen, zoals kwb; mag vaker.")
    ] = None,
    alles: Annotated[bool, typer.Option("--alles", help="Alle bronnen ophalen.")] = False,
) -> None:
    """Leest in, rekent uit en publiceert. Zonder opties: alleen opnieuw uitrekenen.

    Wat niet is gewijzigd, wordt niet opgehaald. Een bron die niet lukt, houdt de andere niet op.
    """
    from pipelines import release

    huis = _huis()
    huis.mappen = list(mappen or [])
    huis.gemeenten, huis.jaren = list(gemeente or []), _jaren(jaren)
    huis.bronnen, huis.alle = list(bron or []), alles
    if huis.jaren and not huis.live:
        raise typer.BadParameter("--jaren hoort bij --gemeente, --bron of --alles")
    if huis.gemeenten and not (huis.jaren or huis.bronnen or alles):
        raise typer.BadParameter("zeg welke --jaren, zoals --jaren 2023-2024")
    if huis.live and not huis.gemeenten:
        huis.gemeenten = list(release.vrijgave(huis).gemeenten)
    _ververs(huis)


def _ververs(huis: Huis) -> None:
    """A refresh with its progress, and at the end what a person must know; exit code 1 if wrong."""
    from pipelines import refresh as ronde

    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        console=fouten,
        transient=True,
    ) as voortgang:
        taak = voortgang.add_task("Bestanden zoeken")
        huis.meld = lambda tekst: voortgang.update(taak, description=tekst)
        try:
            aanbod = ronde.ververs(huis)
        except ronde.VerversFout:
            if huis.aanbod is not None:
                _sluit_af(huis, huis.aanbod)
            raise
    _sluit_af(huis, aanbod)
    if aanbod.geweigerd:
        for regel in aanbod.geweigerd:
            _zeg(f"Geweigerd: {regel.uitleg}")
        _zeg(f"Er is niets ingelezen.{_blijft_staan(huis)}")
        raise typer.Exit(1)
    _na_afloop(huis, aanbod)


def _na_afloop(huis: Huis, aanbod: Aanbod) -> None:
    """What is live now, and what did not come; exit code 1 when something did not."""
    from pipelines import publish

    actueel = publish.lees_actueel(huis)
    if huis.mappen and not aanbod.nieuw:
        uit.print("Er was niets nieuws om in te lezen.", highlight=False)
    if actueel:
        uit.print(
            f"Publicatie {actueel.publicatie} in {huis.datamap.published}",
            highlight=False,
            soft_wrap=True,
        )
    if aanbod.mislukt:
        _zeg("Wat van deze bronnen gepubliceerd was, blijft staan; de rest is verwerkt.")
        raise typer.Exit(1)


def _blijft_staan(huis: Huis) -> str:
    """That nothing was lost, where there was something."""
    return " De vorige publicatie blijft staan." if huis.datamap.actueel.exists() else ""


def _sluit_af(huis: Huis, aanbod: Aanbod) -> None:
    """The closing table, what must be heard, and what did not come: also of a run that stopped."""
    if aanbod.regels:
        _druk_tabel(aanbod.regels)
    mislukt = list(dict.fromkeys(r.uitleg for r in aanbod.mislukt))
    for opmerking in huis.opmerkingen:
        if not any(uitleg in opmerking for uitleg in mislukt):  # those are told below
            _zeg(f"Let op: {opmerking}")
    for uitleg in mislukt:
        _zeg(f"Mislukt: {uitleg}")


def _druk_tabel(regels: list[Regel]) -> None:
    tabel = Table(box=None, pad_edge=False)
    for kop in ("bestand", "soort", "jaar", "jaar uit", "gebieden", "uitkomst"):
        tabel.add_column(kop, overflow="fold")  # a name that is cut off cannot be found
    for r in regels:
        tabel.add_row(
            escape(r.bestand),
            r.soort,
            str(r.jaar or ""),
            r.jaar_uit,
            "" if r.gebieden is None else str(r.gebieden),
            f"[{_KLEUR[r.status]}]{r.status}[/]"
            + (f" ({escape(r.uitleg)})" if r.uitleg and r.status not in _APART else ""),
        )
    uit.print(tabel)


@app.command()
def status() -> None:
    """Wat er is gepubliceerd, en waaruit."""
    from pipelines import publish, release

    huis = _huis()
    actueel = publish.lees_actueel(huis)
    uit.print(f"Datamap     {huis.datamap.map}", highlight=False)
    if actueel is None:
        uit.print("Nog geen publicatie. Maak er een: python -m pipelines refresh --bestanden MAP")
        return
    rijen = publish.verifieer(huis, actueel)
    uit.print(f"Publicatie  {actueel.publicatie} ({actueel.gemaakt_op})", highlight=False)
    uit.print(f"Catalogus   {actueel.catalogus_hash[:12]}", highlight=False)
    uit.print(
        f"Inhoud      {rijen['out_gebied']} gebieden, {rijen['out_waarde']} cijfers, "
        f"{rijen['out_meta__herkomst']} leveringen",
        highlight=False,
    )
    if wacht := release.lees_wachtend(huis, actueel):
        uit.print(f"Wacht       {wacht.publicatie.publicatie} ({wacht.reden})", highlight=False)
    for eerder in publish.lijst(huis):
        teken = "*" if eerder.publicatie == actueel.publicatie else " "
        uit.print(f"  {teken} {eerder.publicatie}  {eerder.gemaakt_op}", highlight=False)
    _druk_versheid(huis)


def _druk_versheid(huis: Huis) -> None:
    """When each source was last looked at, and whether that is too long ago."""
    from pipelines import freshness

    for bron in (b for b in huis.catalogus.bronnen.values() if b.ingelezen):
        kleur, zin = freshness.oordeel(huis, bron)
        stijl = {"groen": "", "oranje": "yellow", "rood": "bold magenta"}[kleur]
        uit.print(f"  {zin}", style=stijl, highlight=False, markup=False, soft_wrap=True)


@app.command()
def velden(zoekwoord: Annotated[str, typer.Argument(help="deel van een naam")] = "") -> None:
    """Zoekt wat de bronnen geven, ook wat nog geen cijfer gebruikt."""
    from pipelines import fields
    from pipelines.warehouse import open_warehouse

    huis = _huis()
    with open_warehouse(huis.datamap) as con:
        gevonden = fields.zoek(huis.catalogus, zoekwoord, con)
    for regel in fields.regels(gevonden) or [f"Geen veld met '{zoekwoord}'."]:
        uit.print(regel, highlight=False, markup=False, soft_wrap=True)


@app.command()
def verify() -> None:
    """Gaat na of de publicatie heel is: checksum, tabellen, sleutels, waarden."""
    from pipelines import publish

    for tabel, aantal in publish.verifieer(_huis()).items():
        uit.print(f"{tabel:28}{aantal:>10}", highlight=False)
    uit.print("In orde.")


@app.command()
def rollback(publicatie: Annotated[str | None, typer.Argument()] = None) -> None:
    """Wijst een eerdere publicatie aan; zonder ID de vorige."""
    from pipelines import publish

    huis = _huis()
    doel = publish.rollback(huis, publicatie)
    uit.print(f"Actueel is nu {doel.publicatie}", highlight=False)
    _dashboard(["na-publicatie", doel.publicatie], settings.omgeving(huis.datamap))


@bestanden.command("lijst")
def bestanden_lijst() -> None:
    """Elke levering die meetelt."""
    tabel = Table(box=None, pad_edge=False)
    for kop in ("levering", "bestand", "jaar", "gebieden", "opgehaald"):
        tabel.add_column(kop, overflow="fold")
    opgenomen = [h for h in _huis().opslag.register() if h.status == "opgenomen"]
    vervangen = {h.vervangt for h in opgenomen}  # what was only offered replaces nothing yet
    er_is = [h for h in opgenomen if h.levering not in vervangen]
    if not er_is:
        uit.print("Er is nog niets ingelezen: python -m pipelines refresh --bestanden MAP")
        return
    for h in er_is:
        tabel.add_row(h.levering, h.bestand, str(h.jaar), str(h.gebieden), h.opgehaald_op[:10])
    uit.print(tabel)


@bestanden.command("verwijder")
def bestanden_verwijder(
    levering: Annotated[str, typer.Argument(help="Zoals `bestanden lijst` haar noemt.")],
) -> None:
    """Haalt een levering weg; daarna volgt een refresh zonder haar."""
    from pipelines.warehouse import slot

    huis = _huis()
    with slot(huis.datamap):
        alle = {h.levering: h for h in huis.opslag.register()}
        if levering not in alle:
            raise BronFout(
                f"levering '{levering}' is er niet; zie: python -m pipelines bestanden lijst"
            )
        herkomst = alle[levering]
        inhoud = huis.opslag.lees(herkomst.sha256)
        huis.opslag.schrap(levering)
        try:
            _ververs(huis)
        except BaseException:  # whatever stopped it: what could not be left out is not lost
            huis.opslag.bewaar(inhoud)
            huis.opslag.noteer(herkomst)
            raise
    naam = huis.catalogus.bronnen[herkomst.bron].naam
    uit.print(
        f"Verwijderd: {levering} ({naam} {herkomst.jaar}, {herkomst.bestand}).",
        highlight=False, markup=False, soft_wrap=True,
    )  # fmt: skip
    if herkomst.url is not None:
        _zeg(
            "Let op: zij kwam van de producent zelf. Een volgende refresh van deze bron kan haar "
            "weer ophalen."
        )


@app.command()
def demo(serveer: Annotated[bool, typer.Option(help="Ook het dashboard starten.")] = True) -> None:
    """Bouwt de fictieve gemeente in haar eigen datamap, publiceert haar en start het dashboard."""
    from pipelines import refresh as ronde

    datamap = Datamap(settings.demo_map())
    omgeving = settings.omgeving(datamap)
    bron = settings.WORTEL / "data" / "voorbeeld"
    logging.getLogger("dagster").setLevel(logging.ERROR)
    huis = Huis(settings.Instellingen(datamap))
    huis.datamap.gebieden.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(bron / "achtergrond.geojson.gz", huis.datamap.achtergronden[1])
    ronde.bouw(bron / "bronnen", huis)
    for doel in (huis.datamap.gebieden, huis.datamap.normen):
        if not doel.exists():
            shutil.copyfile(bron / doel.name, doel)
    _corporatie(huis)
    _dashboard(["verhalen-laden", str(bron / "verhalen.yaml")], omgeving)
    if serveer:
        _word_dashboard(omgeving)


def _corporatie(huis: Huis) -> None:
    """The town's corporations write their exports beside the data folder; ours is taken in once."""
    from indicators.vera import eigen_map
    from pipelines.corporation import importeer
    from pipelines.voorbeeld import corporaties

    onze = next(iter(corporaties.CORPORATIES))
    if (eigen_map(huis.datamap, onze) / "actueel.json").exists():
        return
    data = huis.datamap.map
    leveringen = data.with_name(f"{data.name}-corporaties")
    corporaties.schrijf(leveringen)
    dag = corporaties.PEILDATUM
    importeer.importeer(huis, leveringen / onze / dag.isoformat(), onze, dag)


def _word_dashboard(omgeving: dict[str, str]) -> None:
    """Serves in place of this process, so that what stops this one stops the server.

    Dagster makes SIGTERM follow SIGINT, which a shell ignores for what runs in the background.
    """
    for naam in (signal.SIGTERM, signal.SIGINT):
        signal.signal(naam, signal.SIG_DFL)
    if os.name == "posix":
        os.execve(sys.executable, [sys.executable, "-m", "dashboard", "serve"], omgeving)  # noqa: S606
    _dashboard(["serve"], omgeving)


def _dashboard(woorden: list[str], omgeving: dict[str, str]) -> None:
    """Runs the dashboard's own command line: the two rooms meet in files and here."""
    klaar = subprocess.run([sys.executable, "-m", "dashboard", *woorden], env=omgeving, check=False)
    if klaar.returncode:
        raise typer.Exit(klaar.returncode)


def main() -> None:
    """Runs the command line; known errors are printed in one sentence, without a trace."""
    from pipelines.publish import PublicatieFout

    logging.getLogger("dagster").setLevel(logging.ERROR)
    try:
        app()
    except (BronFout, BezetFout, WarehouseFout, PublicatieFout, CatalogusFout) as fout:
        _zeg(str(fout))
        sys.exit(1)
    except OSError as fout:  # a disk that is full or may not be written
        if fout.filename is None or fout.errno not in _SCHIJF:
            raise
        _zeg(
            f"{fout.filename}: {fout.strerror}. Is de schijf vol, of mag u hier niet schrijven? "
            "Herstel dat en draai opnieuw; wat gepubliceerd was, staat er nog."
        )
        sys.exit(1)
    except Exception as fout:
        if type(fout).__name__ != "VerversFout":
            raise
        _zeg(f"{fout}{_blijft_staan(_huis())}")
        sys.exit(1)
