"""The commands of sheets: `blad` makes one, `bladen` those of a whole gemeente."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dashboard.settings import InstellingFout, uit_omgeving
from dashboard.snapshot import GebiedOnbekend, GeenPublicatie

if TYPE_CHECKING:
    from dashboard.context import Huis
    from dashboard.snapshot import Lezing
    from dashboard.stories.repository import Verhalen


@contextmanager
def _huis() -> Iterator[Huis]:
    """The opened parts; what goes wrong is said in one line, with exit code 1."""
    from dashboard.areas import KeuzeFout
    from dashboard.context import open_huis
    from dashboard.sheets.model import BladFout

    huis = None
    try:
        huis = open_huis(uit_omgeving())
        yield huis
    except GebiedOnbekend as fout:
        jaren = ", ".join(map(str, fout.grensjaren)) or "geen enkel jaar"
        typer.echo(f"{fout.gebied} staat niet in deze publicatie (wel in: {jaren}).", err=True)
        raise typer.Exit(1) from None
    except (InstellingFout, GeenPublicatie, BladFout, KeuzeFout) as fout:
        typer.echo(str(fout), err=True)
        raise typer.Exit(1) from None
    finally:
        if huis is not None:
            huis.sluit()


def blad(
    gebied: Annotated[str, typer.Argument(help="Code van een buurt, wijk of gemeente.")],
    uit: Annotated[Path, typer.Option(help="Bestand om te schrijven: .pdf of .html.")],
    tegenover: Annotated[
        str | None, typer.Option(help="Publicatie om naast te leggen: toen en nu.")
    ] = None,
    soort: Annotated[
        str, typer.Option(help="blad, buurt (terug naar de buurt) of avond (op locatie).")
    ] = "blad",
) -> None:
    """Maakt het blad van een gebied, als concept; dezelfde gegevens geven dezelfde bytes."""
    from dashboard.sheets import batch, html, kinds, matter, onsite, public, render
    from dashboard.sheets.model import BladFout
    from dashboard.snapshot import lees_publicatie
    from dashboard.words import aantal
    from indicators import regions

    code = regions.schoon(gebied)
    with _huis() as huis, huis.snapshots.lezing() as lezing:
        if uit.suffix not in (".pdf", ".html"):
            raise BladFout(f"{uit.name} eindigt niet op .pdf of .html.")
        if soort == "avond":
            werk = onsite.maak(huis, lezing, code)
        elif soort == "buurt":
            werk = public.maak(huis, lezing, code)
        elif tegenover:
            with lees_publicatie(huis.instellingen.datamap, tegenover) as toen:
                vel = kinds.twee_data(
                    matter.lees_zaak(huis, toen, code), matter.lees_zaak(huis, lezing, code)
                )
            werk = render.druk([vel])
        else:
            werk = batch.maak_een(huis, lezing, code)
        if uit.suffix == ".html" and soort == "avond":
            raise BladFout("De set voor een avond is er alleen als .pdf.")
        inhoud = html.document(werk.vellen[0]).encode() if uit.suffix == ".html" else werk.pdf
        batch.schrijf(uit, inhoud)
    telt = uit.suffix == ".pdf" and werk.bladzijden  # a set of cards is not counted in pages
    hoeveel = f"{aantal(sum(werk.bladzijden), 'bladzijde', 'bladzijden')}, " if telt else ""
    typer.echo(f"{uit}: {hoeveel}sha256 {hashlib.sha256(inhoud).hexdigest()}")
    if werk.vreemd:
        typer.echo(f"Niet te drukken tekens zijn een open vierkant: {' '.join(werk.vreemd)}")


def bladen(
    gemeente: Annotated[str, typer.Option(help="Code van de gemeente.")],
    uit: Annotated[Path, typer.Option(help="Map voor de bladen.")],
    mijn: Annotated[bool, typer.Option(help="Alleen mijn buurten.")] = False,
    processen: Annotated[int, typer.Option(help="Hoeveel tegelijk.", min=1, max=16)] = 2,
) -> None:
    """Maakt de bladen van alle buurten van een gemeente, en één bundel met bladwijzers."""
    from rich.progress import Progress

    from dashboard import areas, snapshot_map
    from dashboard.sheets import batch
    from dashboard.sheets.model import BladFout
    from indicators import regions

    with _huis() as huis:
        with huis.snapshots.lezing() as lezing:
            gm = lezing.gebied(regions.schoon(gemeente))
            codes = snapshot_map.binnen(lezing, [gm.gebied], "buurt", gm.grensjaar)
            publicatie = lezing.publicatie.publicatie
        if mijn:
            eigen = set(areas.lees(huis.instellingen.datamap.gebieden).mijn_gebieden)
            codes = [c for c in codes if c in eigen]
        if not codes:
            raise BladFout(f"{gm.naam} heeft in deze publicatie geen buurten om een blad van te "
                           "maken.")  # fmt: skip
        with Progress(transient=True) as balk:
            stap = balk.add_task(gm.naam, total=len(codes))
            uitkomst = batch.bladen(
                huis.instellingen, codes, publicatie, uit, processen,
                lambda _: balk.advance(stap),
            )  # fmt: skip
    typer.echo(
        f"{len(uitkomst.gemaakt)} gemaakt, {len(uitkomst.er_al)} waren er al, "
        f"{len(uitkomst.mislukt)} mislukt. Bundel: {uitkomst.bundel or 'geen'}"
    )
    for code, waarom in uitkomst.mislukt.items():
        typer.echo(f"{code}: {waarom}", err=True)
    if uitkomst.mislukt:
        raise typer.Exit(1)


def na_publicatie(publicatie: str) -> None:
    """Makes the concepts of the own areas anew and prints which part from the frozen ones."""
    from dashboard.sheets import after
    from dashboard.snapshot import lees_publicatie

    with _huis() as huis, lees_publicatie(huis.instellingen.datamap, publicatie) as lezing:
        nagekeken = after.kijk_na(huis, lezing)
    anders = [n for n in nagekeken if n.anders]
    typer.echo(f"{len(nagekeken)} bladen nagekeken, {len(anders)} anders dan wat vaststaat.")
    for n in anders:
        typer.echo(f"{n.gebied}: {'; '.join(n.anders)}.")
    for n in nagekeken:
        if n.fout:
            typer.echo(f"{n.gebied}: {n.fout}", err=True)


def geraakt(verhalen: Verhalen, oud: Lezing, nieuw: Lezing) -> list[dict[str, Any]]:
    """Which frozen sheets a step between publications touches (`after.geraakt`)."""
    from dashboard.sheets import after

    return after.geraakt(verhalen, oud, nieuw)
