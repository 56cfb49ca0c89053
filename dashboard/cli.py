"""The dashboard's command line: serve, and what runs after a publication."""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from dashboard import cli_phone, cli_stories
from dashboard.accounts import Accounts
from dashboard.context import Huis, open_huis, open_winkel
from dashboard.settings import LUS, InstellingFout, uit_omgeving
from dashboard.sheets import commands as bladcommandos
from dashboard.snapshot import GeenPublicatie, lees_publicatie
from dashboard.stories import upkeep
from dashboard.stories.seed import ZaadFout, laad

app = typer.Typer(help="Tel & Vertel: tonen en vertellen.", no_args_is_help=True)
app.command("blad")(bladcommandos.blad)
app.command("bladen")(bladcommandos.bladen)
cli_stories.voeg_toe(app)
cli_phone.voeg_toe(app)


@contextmanager
def _nette_fouten() -> Iterator[None]:
    try:
        yield
    except (InstellingFout, GeenPublicatie, ZaadFout) as fout:
        typer.echo(str(fout), err=True)
        raise typer.Exit(1) from None


@app.command()
def serve(
    port: Annotated[int | None, typer.Option(help="Poort; anders PORT, anders 8050.")] = None,
    host: Annotated[str | None, typer.Option(help="Alleen deze computer: 127.0.0.1.")] = None,
) -> None:
    """Laat de pagina's zien op deze computer."""
    with _nette_fouten():
        instellingen = uit_omgeving()
        waar, poort = host or instellingen.host, port or instellingen.poort
        with open_winkel(instellingen) as verhalen:
            upkeep.bij_de_start(verhalen)
            met_accounts = Accounts(verhalen).er_zijn()
        if waar not in LUS and not met_accounts:
            raise InstellingFout(
                f"HOST: {waar} is niet alleen deze computer. Er zijn nog geen accounts: iedereen "
                "die erbij kan, zou alles kunnen lezen en schrijven. Gebruik 127.0.0.1, of maak "
                "eerst een account: python -m dashboard account maak NAAM --naam ... "
                "--rol applicatiebeheerder."
            )
    import waitress

    from dashboard.app import create_app

    huis = open_huis(instellingen)
    dash = create_app(instellingen, huis)
    _warm_op(huis)
    typer.echo(f"Tel & Vertel staat op http://{waar}:{poort} (stoppen: Ctrl+C)")
    typer.echo(
        "Aanmelden is nodig."
        if met_accounts
        else "Zonder aanmelden: er zijn geen accounts, dus alleen deze computer kan erbij."
    )
    sys.stdout.flush()
    upkeep.dagelijks(lambda: open_winkel(instellingen))
    try:
        waitress.serve(dash.server, host=waar, port=poort, threads=8, ident=None, _quiet=True)
    except OSError as fout:
        typer.echo(f"PORT: {poort} is niet te gebruiken ({fout.strerror}). Kies een andere.",
                   err=True)  # fmt: skip
        raise typer.Exit(1) from None
    finally:
        gc.unfreeze()


def _warm_op(huis: Huis) -> None:
    """Reads the catalogue before the first visitor; what is loaded by then is not searched again.

    Each page makes thousands of small objects, so the collector runs often: over the whole of the
    catalogue and the libraries that costs a third of the time of a page.
    """
    try:
        with huis.snapshots.lezing() as lezing:
            lezing.catalogus.per_thema()
    except GeenPublicatie:
        pass  # the pages say so, and what to do
    gc.collect()
    gc.freeze()


@app.command("na-publicatie")
def na_publicatie(publicatie: str) -> None:
    """Merkt verhalen waarvan het cijfer is gecorrigeerd, of waar een nieuw jaar bij kwam."""
    from dashboard.stories.binding import markeer

    with _nette_fouten():
        instellingen = uit_omgeving()
        with (
            open_winkel(instellingen) as verhalen,
            lees_publicatie(instellingen.datamap, publicatie) as lezing,
        ):
            geteld = markeer(verhalen, lezing)
    typer.echo(
        f"{publicatie}: {geteld['te_herzien']} keer gecorrigeerd, "
        f"{geteld['nieuw_jaar']} keer een nieuw jaar."
    )
    bladcommandos.na_publicatie(publicatie)


@app.command()
def geraakt(van: str, naar: str) -> None:
    """Drukt als JSON af welke verhalen de stap van publicatie VAN naar NAAR raakt."""
    from dashboard.stories.binding import geraakt as bereken

    with _nette_fouten():
        instellingen = uit_omgeving()
        with (
            open_winkel(instellingen) as verhalen,
            lees_publicatie(instellingen.datamap, van) as oud,
            lees_publicatie(instellingen.datamap, naar) as nieuw,
        ):
            regels = bereken(verhalen, oud, nieuw)
            bladen = bladcommandos.geraakt(verhalen, oud, nieuw)
    uit = {"van": van, "naar": naar, "verhalen": regels, "bladen": bladen}
    typer.echo(json.dumps(uit, ensure_ascii=False, indent=2))


@app.command("verhalen-laden")
def verhalen_laden(bestand: Path) -> None:
    """Laadt verhalen uit een YAML-bestand; wat er al is blijft zoals het is."""
    from dashboard.snapshot import Snapshots

    with _nette_fouten():
        instellingen = uit_omgeving()
        snapshots = Snapshots(instellingen.datamap)
        with open_winkel(instellingen) as verhalen, snapshots.lezing() as lezing:
            nieuw, er_al = laad(verhalen, bestand, lezing)
        snapshots.sluit()
    typer.echo(f"{nieuw} verhalen geladen, {er_al} waren er al.")
