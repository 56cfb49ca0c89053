"""Command line of the story store: accounts and roles, terms, erasure, backup and restore."""

from __future__ import annotations

import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated

import typer

from dashboard.accounts import AccountFout, Accounts
from dashboard.context import open_winkel
from dashboard.settings import InstellingFout, uit_omgeving
from dashboard.stories import backup as kopie
from dashboard.stories import erasure
from dashboard.stories.repository import VerhaalFout, Verhalen, nu

account = typer.Typer(help="Accounts en rollen.", no_args_is_help=True)
DOOR = "opdrachtregel"


@contextmanager
def winkel() -> Iterator[Verhalen]:
    """The store; trouble that the user can mend is said in one line."""
    try:
        with open_winkel(uit_omgeving()) as verhalen:
            yield verhalen
    except (InstellingFout, AccountFout, VerhaalFout, kopie.BackupFout) as fout:
        typer.echo(str(fout), err=True)
        raise typer.Exit(1) from None


def _wachtwoord() -> str:
    """From standard input when that is a pipe, else asked for twice."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    return str(typer.prompt("Wachtwoord", hide_input=True, confirmation_prompt=True))


def _dag(tekst: str | None) -> datetime | None:
    if tekst is None:
        return None
    try:
        dag = date.fromisoformat(tekst)
    except ValueError:
        raise AccountFout(f"'{tekst}' is geen dag; schrijf jjjj-mm-dd.") from None
    return datetime.combine(dag + timedelta(days=1), time.min, UTC)


@account.command("maak")
def maak(
    inlognaam: str,
    naam: Annotated[str, typer.Option(help="Zoals het op schermen staat.")],
    rol: Annotated[str | None, typer.Option(help="De eerste rol.")] = None,
) -> None:
    """Maakt een account; het wachtwoord wordt gevraagd, of komt uit een pijp."""
    with winkel() as verhalen:
        accounts = Accounts(verhalen)
        accounts.maak(inlognaam, naam, _wachtwoord(), DOOR)
        if rol:
            accounts.geef_rol(inlognaam, rol, DOOR)
    typer.echo(f"Account {inlognaam} is gemaakt{f' als {rol}' if rol else ', nog zonder rol'}.")


@account.command("rol")
def geef_rol(
    inlognaam: str,
    rol: str,
    gebied: Annotated[list[str] | None, typer.Option(help="Alleen hier; mag vaker.")] = None,
    stuk: Annotated[list[str] | None, typer.Option(help="Voor gast en rvc: buurt:CODE.")] = None,
    tot: Annotated[str | None, typer.Option(help="Tot en met deze dag, jjjj-mm-dd.")] = None,
) -> None:
    """Geeft een rol: overal, of alleen in gebieden; van een gast één stuk tot een dag."""
    with winkel() as verhalen:
        Accounts(verhalen).geef_rol(inlognaam, rol, DOOR, gebied or (), stuk or (), _dag(tot))
    typer.echo(f"{inlognaam} is nu {rol}.")


@account.command("neem-rol")
def neem_rol(inlognaam: str, rol: str) -> None:
    """Neemt een rol weg, meteen."""
    with winkel() as verhalen:
        Accounts(verhalen).neem_rol(inlognaam, rol, DOOR)
    typer.echo(f"{inlognaam} is geen {rol} meer.")


@account.command("voorleggen")
def voorleggen(stuk: str, aan: str = "rvc") -> None:
    """Legt een stuk (buurt:CODE, verhaal:ID, blad:NUMMER) voor aan wie alleen stukken ziet."""
    with winkel() as verhalen:
        aantal = Accounts(verhalen).leg_voor(stuk, DOOR, aan)
    typer.echo(f"{stuk} is voorgelegd aan {aantal} keer {aan}.")


@account.command("sluit")
def sluit(inlognaam: str) -> None:
    """Sluit een account; wie binnen is, is meteen afgemeld."""
    with winkel() as verhalen:
        Accounts(verhalen).zet(inlognaam, DOOR, actief=False)
    typer.echo(f"Account {inlognaam} is gesloten.")


@account.command("open")
def open_(inlognaam: str) -> None:
    """Opent een gesloten account weer."""
    with winkel() as verhalen:
        Accounts(verhalen).zet(inlognaam, DOOR, actief=True)
    typer.echo(f"Account {inlognaam} is open.")


@account.command("wachtwoord")
def wachtwoord(inlognaam: str) -> None:
    """Geeft een account een ander wachtwoord; wie binnen is, is meteen afgemeld."""
    with winkel() as verhalen:
        Accounts(verhalen).zet(inlognaam, DOOR, wachtwoord=_wachtwoord())
    typer.echo(f"Account {inlognaam} heeft een ander wachtwoord.")


@account.command("lijst")
def lijst() -> None:
    """Laat accounts en rollen zien."""
    with winkel() as verhalen:
        for a in Accounts(verhalen).alle():
            rollen = ", ".join(
                " ".join(
                    [r.rol, *r.gebieden, *r.items, *([f"tot {r.tot:%Y-%m-%d}"] if r.tot else [])]
                )
                for r in a.rollen
            )
            typer.echo(f"{a.inlognaam}\t{a.naam}\t{'' if a.actief else 'gesloten '}{rollen}")


def bewaartermijn() -> None:
    """Wist wat lang genoeg is bewaard, en vergeet oude logregels, aanmeldingen en pogingen."""
    with winkel() as verhalen:
        geteld = erasure.verloop(verhalen, nu().date())
    typer.echo(", ".join(f"{aantal} {wat}" for wat, aantal in geteld.items()) + " weg.")


def wis(
    nummer: Annotated[str, typer.Argument(help="Het nummer van het verhaal of de inzetkaart.")],
    inzet: Annotated[bool, typer.Option("--inzet", help="Het is een inzetkaart.")] = False,
) -> None:
    """Wist een verhaal of inzetkaart in alle revisies en kopieën die het product bewaart."""
    with winkel() as verhalen:
        try:
            (erasure.wis_inzet if inzet else erasure.wis)(verhalen, uuid.UUID(nummer), DOOR)
        except ValueError:
            raise VerhaalFout(f"'{nummer[:40]}' is geen nummer.") from None
    typer.echo("Gewist.")


def bewaar_tot(
    nummer: Annotated[str, typer.Argument(help="Het nummer van het verhaal.")],
    dag: Annotated[str, typer.Argument(help="De laatste dag, jjjj-mm-dd.")],
) -> None:
    """Spreekt van een verhaal af tot en met welke dag het wordt bewaard."""
    with winkel() as verhalen:
        try:
            erasure.bewaar_tot(verhalen, uuid.UUID(nummer), date.fromisoformat(dag), DOOR)
        except ValueError:
            raise VerhaalFout(f"'{nummer[:40]}' of '{dag[:20]}' klopt niet: geef het nummer van "
                              "een verhaal en een dag als jjjj-mm-dd.") from None  # fmt: skip
    typer.echo(f"Wordt bewaard tot en met {dag}.")


def backup(doel: Annotated[Path | None, typer.Argument(help="Bestand, anders in de map.")] = None,
           ) -> None:  # fmt: skip
    """Bewaart alle verhalen met hun geschiedenis, en de instellingen, in één bestand."""
    with winkel() as verhalen:
        pad = kopie.bewaar(verhalen, doel)
    typer.echo(f"Bewaard: {pad}")


def restore(bestand: Path, vervang: Annotated[
    bool, typer.Option("--vervang", help="Wat er nu staat mag weg.")] = False) -> None:  # fmt: skip
    """Zet een backup terug; wat sindsdien is gewist, wordt opnieuw gewist."""
    with winkel() as verhalen:
        geteld = kopie.zet_terug(verhalen, bestand, vervang)
    typer.echo(
        ", ".join(f"{n} {wat}" for wat, n in geteld.items() if n) or "Niets om terug te zetten."
    )


def voeg_toe(app: typer.Typer) -> None:
    """Adds these commands to the dashboard's command line."""
    app.add_typer(account, name="account")
    for opdracht in (bewaartermijn, bewaar_tot, wis, backup, restore):
        app.command()(opdracht)
