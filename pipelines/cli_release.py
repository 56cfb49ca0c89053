"""Commands about one publication against another: verschil, akkoord, herkomst."""

from __future__ import annotations

import subprocess
import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from indicators.contracts import Verschil
from indicators.origin import niet_gezien
from pipelines import settings
from pipelines.house import Huis

uit = Console(width=None if sys.stdout.isatty() else 160)
fouten = Console(stderr=True)


def verbind(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command()(verschil)
    app.command()(akkoord)
    app.command()(herkomst)


def verschil(
    van: Annotated[str | None, typer.Argument(help="Oudere publicatie.")] = None,
    naar: Annotated[str | None, typer.Argument(help="Nieuwere publicatie.")] = None,
) -> None:
    """Wat NAAR verandert ten opzichte van VAN; zonder woorden: wat de nieuwste verandert."""
    from pipelines import difference, publish, release

    huis = Huis(settings.lees())
    if van is None:
        huidig = publish.lees_actueel(huis)
        wacht = release.lees_wachtend(huis, huidig)
        nieuwste = wacht.publicatie if wacht else huidig
        if nieuwste is None:
            raise publish.PublicatieFout("er is nog geen publicatie. Maak er een met refresh.")
        difference.na_publicatie(huis)
        _druk(huis, difference.lees(huis, nieuwste.publicatie))
        return
    if naar is None:
        raise typer.BadParameter("geef twee publicaties, of geen")
    gevonden = difference.bereken(huis, difference.zoek(huis, van), difference.zoek(huis, naar))
    _druk(huis, gevonden.model_copy(update=difference.geraakt(huis, van, naar)))


def _druk(huis: Huis, v: Verschil) -> None:
    uit.print(f"Van {v.van or 'niets'} naar {v.naar}", highlight=False)
    tabel = Table("cijfer", "jaar", "wat", "aantal", "grootste", box=None, pad_edge=False)
    for t in v.telling:
        ind = huis.catalogus.indicatoren.get(t.indicator)
        tabel.add_row(
            escape(ind.kort if ind else t.indicator),
            str(t.jaar),
            t.soort,
            str(t.aantal),
            "" if t.grootste is None else f"{t.grootste:g}",
        )
    uit.print(tabel if v.telling else "Geen cijfer is anders.")
    for r in (r for r in v.regels if r.soort != "verschenen"):
        nu = f"{r.nu:g}" if r.nu is not None else (r.ontbreekt_door or "weg")
        regel = f"  {r.indicator} {r.jaar} {r.naam} ({r.gebied}): {r.toen:g} -> {nu}"
        uit.print(regel, markup=False, highlight=False)
    if v.verhalen is None:
        uit.print("Verhalen: niet nagegaan." if v.van else "")
    else:
        uit.print(f"Verhalen die dit raakt: {len(v.verhalen)}", highlight=False)
        for g in v.verhalen:
            wat = (
                f"  {g.get('verhaal')}: {g.get('indicator')} {g.get('toen_jaar')} {g.get('soort')}"
            )
            uit.print(wat, markup=False, highlight=False)
    if v.bladen:
        uit.print(f"Buurtbladen die dit raakt: {len(v.bladen)}", highlight=False)
        for b in v.bladen:
            cijfers = ", ".join(str(c) for c in _lijst(b.get("cijfers")))
            wat = f"  {b.get('gebied')} versie {b.get('versie')}: {cijfers}"
            uit.print(wat, markup=False, highlight=False)


def _lijst(waarde: object) -> list[object]:
    return waarde if isinstance(waarde, list) else []


def akkoord(publicatie: str) -> None:
    """Geeft de wachtende publicatie vrij: zij wordt actueel."""
    from pipelines import publish

    huis = Huis(settings.lees())
    actueel = publish.akkoord(huis, publicatie)
    uit.print(f"Actueel is nu {actueel.publicatie}", highlight=False)
    klaar = subprocess.run(
        [sys.executable, "-m", "dashboard", "na-publicatie", actueel.publicatie],
        env=settings.omgeving(huis.datamap),
        check=False,
    )
    if klaar.returncode:
        raise typer.Exit(klaar.returncode)


def herkomst(
    gebied: Annotated[str, typer.Argument(help="Code, zoals BU03440111.")],
    indicator: Annotated[str, typer.Argument(help="Zoals corporatiewoningen_pct.")],
    jaar: Annotated[int, typer.Argument(help="Zoals 2023.")],
) -> None:
    """Waar een cijfer vandaan komt: bron, tabel, kolom, formule, licentie, checksum."""
    from pipelines.origin import spoor

    huis = Huis(settings.lees())
    for s in spoor(huis, gebied, indicator, jaar):
        bron = huis.catalogus.bronnen.get(str(s.cijfer["bron"]))
        stand = s.cijfer["waarde"]
        regels = [
            ("cijfer", f"{indicator} van {s.cijfer['gebied']}, {jaar}"),
            ("waarde", s.cijfer["ontbreekt_door"] if stand is None else f"{stand:g}"),
            ("indeling", s.cijfer["grensjaar"]),
            ("bron", f"{bron.naam} ({bron.producent})" if bron else s.cijfer["bron"]),
            ("bestand", s.levering["bestand"]),
            ("tabel", s.levering["url"] or "aangeboden als bestand"),
            ("kolom", s.formule),
            ("vorm", s.levering["generatie"]),
            ("opgehaald", s.levering["opgehaald_op"]),
            ("gewijzigd", s.levering["gewijzigd_op"] or "zegt de bron niet"),
            ("licentie", s.levering["licentie"]),
            ("sha256", s.levering["sha256"]),
            ("let op", s.anders),
        ]
        if zin := niet_gezien(huis.catalogus, str(s.levering["generatie"])):
            regels.append(("let op", zin))
        for kop, inhoud in regels:
            uit.print(f"{kop:10} {inhoud}", markup=False, highlight=False, soft_wrap=True)
