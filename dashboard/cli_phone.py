"""Command line of phones: which are paired, and taking one back when nobody can sign in."""

from __future__ import annotations

import uuid

import typer

from dashboard.cli_stories import winkel
from dashboard.phone.pairing import KoppelFout, Toestellen, stand
from dashboard.stories.repository import nu

telefoon = typer.Typer(help="Telefoons die gekoppeld zijn.", no_args_is_help=True)


@telefoon.command("lijst")
def lijst() -> None:
    """Laat de telefoons zien: nummer, van wie, rol, waarover, stand."""
    with winkel() as verhalen:
        for t in Toestellen(verhalen).lijst():
            waar = " ".join(t.gebieden) or "overal"
            typer.echo(f"{t.id}\t{t.naam}\t{t.rol}\t{waar}\t{stand(t, nu())}")


@telefoon.command("trek-in")
def trek_in(nummer: str) -> None:
    """Trekt een telefoon in, meteen; wat al is aangekomen blijft."""
    with winkel() as verhalen:
        try:
            Toestellen(verhalen).trek_in(uuid.UUID(nummer))
        except ValueError:
            raise KoppelFout(f"'{nummer[:40]}' is geen nummer van een telefoon.") from None
    typer.echo("Ingetrokken.")


def voeg_toe(app: typer.Typer) -> None:
    """Adds these commands to the dashboard's command line."""
    app.add_typer(telefoon, name="telefoon")
