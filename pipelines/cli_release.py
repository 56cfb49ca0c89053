"""Commands about one publication against another: verschil, akkoord, herkomst."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from indicators.contracts import Verschil
from indicators.model import EENHEDEN
from indicators.origin import niet_gezien
from pipelines import settings
from pipelines.house import Huis

if TYPE_CHECKING:
    from pipelines.origin import Spoor

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
    kop = ("cijfer", "jaar", "wat", "gebieden", "grootste verschil")
    tabel = Table(*kop, box=None, pad_edge=False)
    for t in sorted(v.telling, key=lambda t: SOORTEN.index(t.soort)):
        tabel.add_row(
            escape(_naam(huis, t.indicator)),
            str(t.jaar),
            t.soort,
            str(t.aantal),
            "" if t.grootste is None else _getal(huis, t.indicator, t.grootste),
        )
    uit.print(tabel if v.telling else "Geen cijfer is anders.")
    for soort in SOORTEN[:-1]:
        _druk_regels(huis, v, soort)
    for o in v.opmerkingen:
        uit.print(f"Let op: {o}", markup=False, highlight=False, soft_wrap=True)
    if v.verhalen is None:
        uit.print("Verhalen: niet nagegaan." if v.van else "")
    else:
        uit.print(f"Verhalen die dit raakt: {len(v.verhalen)}", highlight=False)
        for g in v.verhalen:
            wat = (
                "het cijfer van toen verandert" if g.get("soort") == "te_herzien" else "nieuw jaar"
            )
            waar = f"{_naam(huis, str(g.get('indicator')))} {g.get('toen_jaar')}"
            regel = f"  {waar}, {g.get('naam') or g.get('gebied')}: {wat} ({g.get('verhaal')})"
            uit.print(regel, markup=False, highlight=False, soft_wrap=True)
    if v.bladen:
        uit.print(f"Buurtbladen die dit raakt: {len(v.bladen)}", highlight=False)
        for b in v.bladen:
            cijfers = ", ".join(_naam(huis, str(c)) for c in _lijst(b.get("cijfers")))
            wat = f"  {b.get('naam') or b.get('gebied')} versie {b.get('versie')}: {cijfers}"
            uit.print(wat, markup=False, highlight=False, soft_wrap=True)


SOORTEN = ("gecorrigeerd", "verborgen", "vervallen", "verschenen")
"""What can happen to a figure, in the order in which a reader wants to know it."""
_EERST = 15
"""Figures told one by one of each kind; the page Vrijgave tells more."""


def _druk_regels(huis: Huis, v: Verschil, soort: str) -> None:
    """The first figures of a kind of change, one by one."""
    alle = [r for r in v.regels if r.soort == soort]
    if alle:
        uit.print(f"{soort.capitalize()}:")
    for r in alle[:_EERST]:
        woorden = dict(huis.catalogus.woorden.ontbreekt_door)
        weg = woorden.get(r.ontbreekt_door or "", "staat er niet meer in")  # type: ignore[call-overload]
        nu = _getal(huis, r.indicator, r.nu) if r.nu is not None else weg
        toen = "leeg" if r.toen is None else _getal(huis, r.indicator, r.toen)
        regel = f"  {r.naam} ({r.gebied}), {_naam(huis, r.indicator)} {r.jaar}: {toen} -> {nu}"
        uit.print(regel, markup=False, highlight=False, soft_wrap=True)
    if len(alle) > _EERST:
        uit.print(f"  en meer; zie de pagina Nieuwe gegevens ({len(alle)} regels)", highlight=False)


def _naam(huis: Huis, indicator: str) -> str:
    ind = huis.catalogus.indicatoren.get(indicator)
    return ind.kort if ind else indicator


def _getal(huis: Huis, indicator: str, waarde: float) -> str:
    """A number with the decimals and the unit of its figure."""
    ind = huis.catalogus.indicatoren.get(indicator)
    if ind is None:
        return f"{waarde:g}"
    eenheid = EENHEDEN[ind.eenheid]
    getal = f"{waarde:.{ind.decimalen}f}".replace(".", ",")
    return f"{getal} {eenheid}".strip()


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


def _noemer(huis: Huis, s: Spoor | None) -> list[tuple[str, str]]:
    """What a rate was divided by, with its own file, column and checksum."""
    if s is None:
        return []
    waar = f"{s.levering['bestand']}, {s.formule}, sha256 {s.levering['sha256']}"
    return [("noemer", f"{_waarde(huis, s.cijfer)}; {waar}")]


def _waarde(huis: Huis, cijfer: dict[str, object]) -> str:
    """The figure as published, with its interval and kind, or why there is none; in words."""
    waarde, indicator = cijfer["waarde"], str(cijfer["indicator"])
    if not isinstance(waarde, float):
        woorden = dict(huis.catalogus.woorden.ontbreekt_door)
        reden = str(cijfer["ontbreekt_door"])
        return f"geen: {woorden.get(reden, reden)}"  # type: ignore[call-overload]
    eenheid = EENHEDEN[ind.eenheid] if (ind := huis.catalogus.indicatoren.get(indicator)) else ""
    tekst = f"{waarde:g} {eenheid}".strip()
    onder, boven = cijfer["onder"], cijfer["boven"]
    if isinstance(onder, float) and isinstance(boven, float) and onder < boven:
        tekst += f" (tussen {onder:g} en {boven:g})"
    return tekst + (", voorlopig" if cijfer["voorlopig"] else "") + f"; {cijfer['aard']}"


def herkomst(
    gebied: Annotated[str, typer.Argument(help="Code, zoals BU03440111.")],
    indicator: Annotated[str, typer.Argument(help="Zoals corporatiewoningen_pct.")],
    jaar: Annotated[int, typer.Argument(help="Zoals 2023.")],
) -> None:
    """Waar een cijfer vandaan komt: bron, tabel, kolom, formule, licentie, checksum."""
    from pipelines import origin

    huis = Huis(settings.lees())
    gevonden = origin.spoor(huis, gebied, indicator, jaar)
    for s in gevonden:
        bron = huis.catalogus.bronnen.get(str(s.cijfer["bron"]))
        ind = huis.catalogus.indicatoren.get(indicator)
        regels = [
            ("cijfer", f"{ind.naam if ind else indicator} ({indicator})"),
            ("gebied", f"{s.cijfer['naam'] or ''} ({s.cijfer['gebied']})".strip()),
            ("jaar", jaar),
            ("waarde", _waarde(huis, s.cijfer)),
            ("indeling", s.cijfer["grensjaar"]),
            ("bron", f"{bron.naam} ({bron.producent})" if bron else s.cijfer["bron"]),
            ("vermeld", bron.bronvermelding if bron else "onbekend"),
            ("bestand", s.levering["bestand"]),
            ("tabel", s.levering["url"] or "aangeboden als bestand"),
            ("kolom", s.formule),
            *_noemer(huis, s.noemer),
            ("vorm", s.levering["generatie"]),
            ("opgehaald", s.levering["opgehaald_op"]),
            ("gewijzigd", s.levering["gewijzigd_op"] or "zegt de bron niet"),
            ("licentie", s.levering["licentie"]),
            ("sha256", s.levering["sha256"]),
            ("let op", s.anders),
        ]
        if zin := niet_gezien(huis.catalogus, str(s.levering["generatie"])):
            regels.append(("let op", zin))
        if s is not gevonden[0]:
            uit.print("")
        for kop, inhoud in regels:
            uit.print(f"{kop:10} {inhoud}", markup=False, highlight=False, soft_wrap=True)
