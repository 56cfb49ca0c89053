"""Recognising files: content decides the kind, declared places give the year."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from indicators.catalogue import Catalogus
from indicators.model import Bron, Generatie
from pipelines.sources.bladen import koppen, volle_namen
from pipelines.sources.files import SIDECAR, Bestand
from pipelines.sources.tabel import BronFout

_NUMMER = re.compile(r"_\d+$")
_JAAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_SOORTEN = {
    ".xlsx": "excel",
    ".xls": "excel",
    ".xlsb": "excel",
    ".ods": "excel",
    ".parquet": "excel",
    ".geojson": "kaart",
    ".json": "kaart",
    ".gpkg": "kaart",
    ".shp": "kaart",
    ".csv": "statline_csv",
}


@dataclass(frozen=True)
class Vondst:
    """What a file turned out to be.

    Attributes:
        bestand: the file.
        bron: source, None when not recognised.
        generatie: generation, None when not recognised.
        blad: sheet or layer, None where the file has only one.
        reden: why it was not recognised.
    """

    bestand: Bestand
    bron: Bron | None = None
    generatie: Generatie | None = None
    blad: str | None = None
    reden: str = ""
    koppen: tuple[str, ...] = field(default=())

    @property
    def waar(self) -> str:
        """File and sheet, for messages."""
        return self.bestand.naam + (f", blad '{self.blad}'" if self.blad else "")


def herken(bestand: Bestand, cat: Catalogus) -> list[Vondst]:
    """What a file is, by its content: one find per sheet or layer that a generation knows.

    A file nobody knows gives one find with the reason. A file that has an area column of a known
    source but not its other columns is a generation nobody has seen, and stops.

    Raises:
        BronFout: the file cannot be opened, or is a generation nobody has seen.
    """
    soort = _SOORTEN.get(bestand.achtervoegsel)
    if soort is None:
        return [
            Vondst(bestand, reden=f"bestandssoort '{bestand.achtervoegsel}' wordt niet gelezen")
        ]
    gevonden: list[Vondst] = []
    redenen: list[str] = []
    for blad, namen in koppen(bestand, soort):
        vondst = _herken_blad(bestand, soort, blad, namen, cat)
        if vondst.generatie is not None:
            gevonden.append(vondst)
        else:
            redenen.append(vondst.reden)
    return gevonden or [
        Vondst(bestand, reden="; ".join(dict.fromkeys(redenen)) or "geen tabel of kaart")
    ]


def _herken_blad(
    bestand: Bestand, soort: str, blad: str | None, gelezen: tuple[str, ...], cat: Catalogus
) -> Vondst:
    terzijde = _geweigerd(bestand, blad, gelezen, cat)
    if terzijde is not None:
        return terzijde
    lijkt: tuple[Bron, Generatie, list[str]] | None = None
    for bron in cat.bronnen.values():
        for generatie in (g for g in bron.generaties if g.soort == soort):
            namen = _namen(gelezen, generatie, cat)
            heeft = set(namen)
            if generatie.gebied not in heeft or heeft & set(generatie.zonder):
                continue
            mist = _mist(generatie, heeft, cat)
            if not mist:
                return Vondst(bestand, bron, generatie, blad, koppen=namen)
            # A code column that many tables share says little: most of the rest must fit too.
            gemeen = len(set(generatie.herken) - heeft)
            if generatie.periode is not None and 2 * gemeen > len(generatie.herken):
                continue
            if not gemeen or lijkt is None:
                lijkt = (bron, generatie, mist)
    if lijkt is not None:
        raise BronFout(_nieuwe_vorm(bestand, blad, gelezen, lijkt, cat))
    wat = "geen kolom met CBS-codes die een bron kent"
    if soort == "kaart":
        wat = "kaart of JSON zonder CBS-codes die een bron kent"
    return Vondst(bestand, blad=blad, reden=f"blad '{blad}': {wat}" if blad else wat)


def _nieuwe_vorm(
    bestand: Bestand,
    blad: str | None,
    gelezen: tuple[str, ...],
    lijkt: tuple[Bron, Generatie, list[str]],
    cat: Catalogus,
) -> str:
    """What is missing, what stands there instead, and what a data steward can do about it."""
    bron, gen, mist = lijkt
    plek = bestand.naam + (f", blad '{blad}'" if blad else "")
    kop = "verwachte kolom ontbreekt" if len(mist) == 1 else "verwachte kolommen ontbreken"
    kent = {*cat.velden.get(gen.id, ()), *cat.gevraagde_kolommen(gen.id), *gen.herken}
    kent |= {*gen.beschrijft, gen.gemeentenaam or "", gen.naam or ""}
    vreemd = [k for k in _namen(gelezen, gen, cat) if k and k not in kent]
    wel = f" Wel gevonden en niet bekend: {', '.join(vreemd[:6])}." if vreemd else ""
    return (
        f"{plek}: lijkt op {bron.naam}, maar {len(mist)} {kop}: "
        f"{', '.join(mist[:6])}{' ...' if len(mist) > 6 else ''}.{wel} Deze vorm is nog niet "
        f"gezien; bekend is: {gen.gezien}. Kijk of dit het goede bestand is, met alle kolommen. "
        "Heeft de bron een kolom hernoemd, voeg dan een generatie toe in "
        "indicators/catalogus/bronnen.yaml."
    )


def _namen(gelezen: tuple[str, ...], generatie: Generatie, cat: Catalogus) -> tuple[str, ...]:
    """The headings as the generation writes them."""
    if generatie.zonder_nummer:
        return tuple(_NUMMER.sub("", k) for k in gelezen)
    return volle_namen(gelezen, cat.velden.get(generatie.id, ()))


def _mist(generatie: Generatie, heeft: set[str], cat: Catalogus) -> list[str]:
    """Columns that should be there; members that are columns are looked for in the rows."""
    nodig = set(generatie.herken)
    if not any(d.als_kolom for d in generatie.dimensies):
        nodig |= set(cat.gevraagde_kolommen(generatie.id))
    return sorted(nodig - heeft)


def _geweigerd(
    bestand: Bestand, blad: str | None, gelezen: tuple[str, ...], cat: Catalogus
) -> Vondst | None:
    """What a source says it is not: set aside, or stopped.

    Raises:
        BronFout: with the reason of the source.
    """
    lid = PurePosixPath(bestand.naam.rpartition("!")[2]).name
    for bron in cat.bronnen.values():
        for w in bron.weigert:
            naam = w.bestandsnaam is not None and re.search(w.bestandsnaam, lid) is not None
            sleutel = not w.sleutels or bool(set(w.sleutels) & set(gelezen))
            kolom = w.patroon is None or any(re.fullmatch(w.patroon, k) for k in gelezen)
            if not ((naam or w.bestandsnaam is None) and sleutel and kolom):
                continue
            if w.stopt:
                raise BronFout(f"{bestand.naam}: {w.reden}")
            return Vondst(bestand, blad=blad, reden=w.reden)
    return None


def bepaal_grensjaar(vondst: Vondst, jaar: int, nieuwste: int) -> int:
    """The year of the boundaries that the codes belong to: said beside the file, declared, asked.

    Args:
        vondst: a recognised find.
        jaar: year of the figures.
        nieuwste: newest year in the same file.

    Raises:
        BronFout: nobody says so, with what to write where.
    """
    bron, gen = vondst.bron, vondst.generatie
    if bron is None or gen is None:
        raise BronFout(f"{vondst.waar}: niet herkend")
    gezegd = vondst.bestand.bijschrift.indeling
    if gezegd is not None:
        return gezegd
    if bron.grens == "zelfde_jaar":
        return jaar
    verklaard = gen.indelingen.get(jaar) or gen.indelingen_bij.get(nieuwste)
    if verklaard is not None:
        return verklaard
    op_schijf = PurePosixPath(vondst.bestand.naam.partition("!")[0]).name
    raise BronFout(
        f"{vondst.waar}, {jaar}: bij welke indeling (grenzen van welk jaar) horen de codes van "
        f"{bron.naam}? Dat staat niet in het bestand. Zet naast het bestand een {SIDECAR} met: "
        f"{op_schijf}: {{indeling: {nieuwste}}}, en het jaar dat de bron noemt."
    )


def bepaal_jaar(vondst: Vondst, velden: set[int]) -> tuple[int, str]:
    """The year of a table and where it came from: field, sheet, sidecar, file name, in that order.

    Args:
        vondst: a recognised find.
        velden: years read from the year fields of the rows; empty when there are none.

    Raises:
        BronFout: no year anywhere, more than one year in the deciding place, or a sidecar, sheet
            and field that contradict one another.
    """
    blad = _jaren(vondst.blad or "")
    bij = {vondst.bestand.bijschrift.jaar} - {None}
    op_schijf = PurePosixPath(vondst.bestand.naam.partition("!")[0]).name
    naam = _jaren_in_naam(vondst)
    plekken: list[tuple[str, set[int]]] = [
        ("veld in het bestand", velden),
        ("naam van het blad", blad),
        (SIDECAR, {j for j in bij if j is not None}),
        ("bestandsnaam", naam),
    ]
    for waar, jaren in plekken:
        if len(jaren) > 1:
            doe = (
                f"Zet het jaar in {SIDECAR} naast het bestand."
                if waar == "bestandsnaam"
                else ("Splits het bestand per jaar, of herstel wat er staat.")
            )
            raise BronFout(f"{vondst.waar}: meer dan een jaar in {waar}: {sorted(jaren)}. {doe}")
        if jaren:
            _geen_tegenspraak(vondst, waar, jaren, plekken)
            return next(iter(jaren)), waar
    raise BronFout(
        f"{vondst.waar}: geen jaar gevonden in een veld, de naam van het blad of de bestandsnaam. "
        f"Zet naast het bestand een {SIDECAR} met: {op_schijf}: {{jaar: 2023}}."
    )


def naam_zegt_anders(vondst: Vondst, jaar: int) -> tuple[str, ...]:
    """A warning when the file name names other years only: of the download, or it is wrong."""
    naam = _jaren_in_naam(vondst)
    if not naam or jaar in naam:
        return ()
    return (f"let op: de bestandsnaam zegt {', '.join(map(str, sorted(naam)))}, de inhoud {jaar}",)


def _jaren_in_naam(vondst: Vondst) -> set[int]:
    buiten, _, lid = vondst.bestand.naam.partition("!")
    return _jaren(PurePosixPath(lid).name) or _jaren(PurePosixPath(buiten).name)


def _geen_tegenspraak(
    vondst: Vondst, waar: str, jaren: set[int], plekken: list[tuple[str, set[int]]]
) -> None:
    for ander, andere in plekken[:3]:
        if andere and andere != jaren:
            raise BronFout(
                f"{vondst.waar}: {waar} zegt {sorted(jaren)}, maar {ander} zegt {sorted(andere)}. "
                "Herstel een van beide."
            )


def _jaren(tekst: str) -> set[int]:
    return {int(j) for j in _JAAR.findall(tekst)}
