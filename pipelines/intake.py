"""Taking deliveries in: judge what is offered, keep its bytes, load the core tables.

All or nothing: one refused file, and nothing of this refresh is taken in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import duckdb

from indicators import regions
from indicators.contracts import Actueel
from pipelines import core_rows
from pipelines.house import Huis
from pipelines.provenance import Herkomst
from pipelines.reread import herlees
from pipelines.sources.files import Bestand, Bijschrift, zoek
from pipelines.sources.herken import Vondst, herken
from pipelines.sources.knip import knip, knip_merk
from pipelines.sources.lees import lees_alle
from pipelines.sources.tabel import BronFout, Tabel
from pipelines.warehouse import open_warehouse, slot

Status = Literal["nieuw", "ongewijzigd", "geweigerd", "mislukt", "niet herkend", "andere jaren"]


@dataclass(frozen=True)
class Regel:
    """One line of the closing table."""

    bestand: str
    status: Status
    soort: str = ""
    jaar: int | None = None
    jaar_uit: str = ""
    gebieden: int | None = None
    uitleg: str = ""


@dataclass
class Aanbod:
    """What was offered: a line per file, sheet or table; the new deliveries with their bytes."""

    regels: list[Regel] = field(default_factory=list)
    nieuw: list[tuple[Herkomst, bytes]] = field(default_factory=list)
    vergeet: Callable[[str], None] = lambda _: None
    """Takes back what was remembered of a source in this round (the live route)."""

    @property
    def mislukt(self) -> list[Regel]:
        """The lines of tables that could not be fetched; the others go on."""
        return [r for r in self.regels if r.status == "mislukt"]

    @property
    def geweigerd(self) -> list[Regel]:
        """The lines that stop this refresh."""
        return [r for r in self.regels if r.status == "geweigerd"]

    def zet_apart(self, bronnen: Mapping[str, str], waarom: str) -> bool:
        """Leaves out what was fetched of these sources, when that leaves something to work with.

        Files that a person offers are all or nothing, so those are never left out.

        Args:
            bronnen: id to name.
            waarom: what is wrong with them.

        Returns:
            Whether anything was left out.
        """
        weg = [h for h, _ in self.nieuw if h.bron in bronnen]
        if not weg or len(weg) == len(self.nieuw) or not all(h.url for h in weg):
            return False
        self.nieuw = [(h, inhoud) for h, inhoud in self.nieuw if h.bron not in bronnen]
        namen = set(bronnen.values())
        self.regels = [
            replace(r, status="mislukt", uitleg=f"{r.bestand}: {waarom}")
            if r.status == "nieuw" and r.soort in namen
            else r
            for r in self.regels
        ]
        for bron in bronnen:
            self.vergeet(bron)
        return True


def beoordeel_bestanden(huis: Huis) -> Aanbod:
    """Reads every file under the asked folders and judges it; nothing is stored yet."""
    aanbod = Aanbod()
    er_is = bekend(huis)
    try:
        for bestand in zoek(huis.mappen):
            huis.meld(bestand.naam)
            beoordeel_bestand(huis, bestand, er_is, aanbod)
    except BronFout as fout:
        aanbod.regels.append(Regel(str(fout).split(":")[0], "geweigerd", uitleg=str(fout)))
    return aanbod


def bekend(huis: Huis) -> dict[str, list[Herkomst]]:
    """The deliveries that were taken in, by checksum."""
    uit: dict[str, list[Herkomst]] = {}
    for h in huis.opslag.register():
        if h.status == "opgenomen":
            uit.setdefault(h.sha256, []).append(h)
    return uit


def beoordeel_bestand(
    huis: Huis,
    bestand: Bestand,
    er_is: dict[str, list[Herkomst]],
    aanbod: Aanbod,
    **gehaald: str | None,
) -> None:
    """Judges one file and adds to the offer; what is wrong with it becomes a refused line.

    Args:
        huis: the surroundings.
        bestand: the file.
        er_is: as `bekend` gives it.
        aanbod: what to add to.
        gehaald: `url` and `gewijzigd_op`, where the file was fetched.
    """
    oud = er_is.get(bestand.sha256, [])
    if oud and all(_zelfde_bijschrift(h, bestand.bijschrift) for h in oud):
        huis.opslag.bewaar(bestand.ontvangen)  # makes whole what was damaged on disk
        for h in sorted(oud, key=lambda h: h.levering):
            naam = huis.catalogus.bronnen[h.bron].naam
            aanbod.regels.append(
                Regel(bestand.naam, "ongewijzigd", naam, h.jaar, h.jaar_uit, h.gebieden)
            )
        return
    try:
        for vondst in herken(bestand, huis.catalogus):
            if vondst.generatie is None or vondst.bron is None:
                aanbod.regels.append(Regel(bestand.naam, "niet herkend", uitleg=vondst.reden))
                continue
            for tabel in knip(lees_alle(vondst, huis.catalogus), bestand.bijschrift.gemeenten):
                _bied(huis, vondst, tabel, aanbod, gehaald)
    except BronFout as fout:
        wat = str(fout)
        uitleg = wat if wat.startswith(bestand.naam) else f"{bestand.naam}: {wat}"
        aanbod.regels.append(Regel(bestand.naam, "geweigerd", uitleg=uitleg))


def _bied(
    huis: Huis, vondst: Vondst, tabel: Tabel, aanbod: Aanbod, gehaald: dict[str, str | None]
) -> None:
    """One table-year of a file, as a delivery with its line."""
    biedt = _herkomst(huis, vondst, tabel).model_copy(update=gehaald)
    huis.gelezen[biedt.levering] = tabel
    aanbod.nieuw.append((biedt, vondst.bestand.ontvangen))
    uitleg = [*tabel.waarschuwingen]
    if biedt.vervangt:
        uitleg.append(f"vervangt {biedt.vervangt}")
    else:
        uitleg += _verdwenen(huis, biedt, tabel)
    if tabel.grensjaar != tabel.jaar:
        uitleg.append(f"indeling {tabel.grensjaar}")
    aanbod.regels.append(
        Regel(
            vondst.waar,
            "nieuw",
            huis.catalogus.bronnen[tabel.bron].naam,
            tabel.jaar,
            tabel.jaar_uit,
            len(tabel.gebieden),
            "; ".join(uitleg),
        )
    )


def _zelfde_bijschrift(oud: Herkomst, nieuw: Bijschrift) -> bool:
    """Whether what is said beside a file is what was said when it was taken in."""
    uit_bijschrift = oud.jaar_uit.endswith(".yaml")
    zelfde_jaar = nieuw.jaar == oud.jaar if uit_bijschrift else nieuw.jaar in (None, oud.jaar)
    zelfde_jaar |= oud.jaar_uit.startswith("veld ") and not uit_bijschrift
    return zelfde_jaar and _gezegd(nieuw) == _gezegd(oud)


def _gezegd(x: Bijschrift | Herkomst) -> tuple[object, ...]:
    """What is said of a file beside its year."""
    return (x.voorrang, x.herstel_geometrie, x.indeling, x.gemeenten)


def _herkomst(huis: Huis, vondst: Vondst, tabel: Tabel) -> Herkomst:
    bestand = vondst.bestand
    bladdeel = f"-{vondst.blad}" if vondst.blad and vondst.generatie else ""
    veilig = "".join(c if c.isalnum() else "_" for c in bladdeel)[:40]
    rang = f"-voorrang{bestand.bijschrift.voorrang}" if bestand.bijschrift.voorrang else ""
    rang += "-hersteld" if bestand.bijschrift.herstel_geometrie else ""
    rang += f"-indeling{bestand.bijschrift.indeling}" if bestand.bijschrift.indeling else ""
    rang += f"-{knip_merk(bestand.bijschrift.gemeenten)}" if bestand.bijschrift.gemeenten else ""
    levering = f"{tabel.bron}-{tabel.jaar}-{bestand.sha256[:12]}{veilig}{rang}"
    return Herkomst(
        levering=levering,
        status="aangeboden",
        soort="bestand" if bestand.ruw is None else "paginas",
        sha256=bestand.sha256,
        bytes=len(bestand.ontvangen),
        bestand=bestand.naam,
        blad=vondst.blad,
        **kenmerken(huis, tabel),
        voorrang=bestand.bijschrift.voorrang,
        herstel_geometrie=bestand.bijschrift.herstel_geometrie,
        indeling=bestand.bijschrift.indeling,
        gemeenten=bestand.bijschrift.gemeenten,
        vervangt=vervangt(huis, bestand.naam, vondst.blad, tabel, bestand.sha256),
    )


def kenmerken(huis: Huis, tabel: Tabel) -> dict[str, Any]:
    """What a delivery's record says of its table, however it came.

    Raises:
        BronFout: fictional and real areas in one table.
    """
    codes = tabel.gebieden["gebied"]
    soorten = {regions.fictief(c) for c in codes if not c.startswith("NL")}
    if len(soorten) > 1:
        raise BronFout(
            f"{tabel.bron} {tabel.jaar}: echte en fictieve gebieden (GM99..) in een bestand. "
            "Fictief en echt horen in een eigen bestand en een eigen datamap."
        )
    return {
        "bron": tabel.bron,
        "generatie": tabel.generatie,
        "jaar": tabel.jaar,
        "jaar_uit": tabel.jaar_uit,
        "grensjaar": tabel.grensjaar,
        "gebieden": len(codes),
        "licentie": huis.catalogus.bronnen[tabel.bron].licentie,
        "opgehaald_op": huis.klok().isoformat(),
        "fictief": True in soorten,
    }


def vervangt(
    huis: Huis, naam: str, blad: str | None, tabel: Tabel, sha256: str | None = None
) -> str | None:
    """The delivery that a newer edition of the same file replaces: same name, year and areas.

    So do the same bytes of which something else is said now, such as the year. A file of the same
    name about other areas replaces nothing: files add up.
    """
    codes = set(tabel.gebieden["gebied"])
    alle = [h for h in huis.opslag.register() if h.status == "opgenomen" and h.blad == blad]
    zelfde = [h for h in alle if h.sha256 == sha256]
    for h in zelfde:
        if len(zelfde) == 1 or h.jaar == tabel.jaar:
            return h.levering
    for h in alle:
        if (h.bestand, h.bron, h.jaar) == (naam, tabel.bron, tabel.jaar):
            oud = huis.gelezen.get(h.levering) or herlees(huis, h)
            if set(oud.gebieden["gebied"]) <= codes:
                return h.levering
    return None


def _verdwenen(huis: Huis, biedt: Herkomst, tabel: Tabel) -> list[str]:
    """Says of a newer edition which areas it lost: it does not replace, so those stay published."""
    codes = set(tabel.gebieden["gebied"])
    uit = []
    for h in huis.opslag.register():
        zelfde = (h.bestand, h.blad, h.bron, h.jaar) == (
            biedt.bestand, biedt.blad, biedt.bron, biedt.jaar,
        )  # fmt: skip
        if not zelfde or h.status != "opgenomen" or h.sha256 == biedt.sha256:
            continue
        had = set((huis.gelezen.get(h.levering) or herlees(huis, h)).gebieden["gebied"])
        if codes & had and (weg := sorted(had - codes)):
            uit.append(
                f"let op: {len(weg)} gebieden van {h.levering} staan er niet meer in "
                f"({', '.join(weg[:3])}); die levering blijft meetellen, haal haar weg met "
                "bestanden verwijder als dat klopt"
            )
    return uit


def weiger_mengen(huis: Huis, aanbod: Aanbod) -> None:
    """Refuses what would bring the fictional town and real figures into one publication."""
    soorten = {h.fictief for h in huis.opslag.register() if h.status == "opgenomen"}
    soorten |= {h.fictief for h, _ in aanbod.nieuw}
    if len(soorten) > 1:
        for h, _ in aanbod.nieuw:
            wat = "de fictieve gemeente" if h.fictief else "echte cijfers"
            aanbod.regels.append(
                Regel(
                    h.bestand,
                    "geweigerd",
                    uitleg=f"{h.bestand}: {wat} kan niet bij wat al in {huis.datamap.map} staat. "
                    "Fictief en echt horen in een eigen datamap (TELVERTEL_DATA).",
                )
            )
        aanbod.nieuw.clear()


def beoordeel(huis: Huis) -> Aanbod:
    """What this refresh was asked to take in, judged once; nothing is stored yet."""
    if huis.aanbod is None:
        _neem_alsnog_op(huis)
        huis.aanbod = beoordeel_bestanden(huis)
        if huis.live:
            from pipelines import live  # loads the CBS client only where it is asked for

            live.beoordeel(huis, huis.aanbod)
        weiger_mengen(huis, huis.aanbod)
    return huis.aanbod


def bied_aan(huis: Huis, bron: str) -> list[Herkomst]:
    """Stores the offered bytes of a source and their records.

    Drops what an earlier refresh offered and never published.

    Raises:
        BronFout: when anything was refused, of whatever source; nothing is stored then.
    """
    aanbod = beoordeel(huis)
    if aanbod.geweigerd:
        raise BronFout("; ".join(r.uitleg for r in aanbod.geweigerd))
    nieuw = [(h, inhoud) for h, inhoud in aanbod.nieuw if h.bron == bron]
    with slot(huis.datamap):
        houd = {h.levering for h, _ in nieuw}
        for h in huis.opslag.register():
            if h.bron == bron and h.status == "aangeboden" and h.levering not in houd:
                huis.opslag.schrap(h.levering)
        for herkomst, inhoud in nieuw:
            huis.opslag.bewaar(inhoud)
            huis.opslag.noteer(herkomst)
    return [h for h in geldige_leveringen(huis) if h.bron == bron]


def geldige_leveringen(huis: Huis) -> list[Herkomst]:
    """The deliveries that count: offered or taken in, and not replaced by a newer edition."""
    alle = huis.opslag.register()
    vervangen = {h.vervangt for h in alle}
    return [h for h in alle if h.levering not in vervangen]


def werk_kern_bij(huis: Huis, bron: str) -> dict[str, int]:
    """Makes the core tables hold exactly the deliveries of a source that count.

    Returns:
        Number of deliveries added, removed and kept.

    Raises:
        BronFout: a delivery that cannot be read again.
    """
    geldig = {h.levering: h for h in geldige_leveringen(huis) if h.bron == bron}
    with open_warehouse(huis.datamap) as con:
        er_is = {
            r[0]
            for r in con.execute(
                "SELECT levering FROM core_levering WHERE bron = ?", [bron]
            ).fetchall()
        }
        for levering in er_is - geldig.keys():
            core_rows.verwijder(con, levering)
        for levering in sorted(geldig.keys() - er_is):
            herkomst = geldig[levering]
            huis.meld(herkomst.bestand)
            tabel = huis.gelezen.get(levering) or herlees(huis, herkomst)
            core_rows.laad(con, herkomst, tabel)
    return {
        "toegevoegd": len(geldig.keys() - er_is),
        "verwijderd": len(er_is - geldig.keys()),
        "gebleven": len(er_is & geldig.keys()),
    }


def neem_op(huis: Huis, leveringen: list[str]) -> None:
    """Marks deliveries as taken in, after a publication that holds them."""
    alle = huis.opslag.register()
    vervangen = {h.vervangt for h in alle if h.levering in leveringen} - {None}
    for h in alle:
        if h.levering in leveringen and h.status == "aangeboden":
            huis.opslag.noteer(h.model_copy(update={"status": "opgenomen"}))
    for levering in vervangen:
        huis.opslag.schrap(str(levering))


def _neem_alsnog_op(huis: Huis) -> None:
    """Marks what the current publication holds, when the one that made it current was killed."""
    if not any(h.status == "aangeboden" for h in huis.opslag.register()):
        return
    try:
        actueel = Actueel.model_validate_json(huis.datamap.actueel.read_bytes())
        con = duckdb.connect(str(huis.datamap.published / actueel.bestand), read_only=True)
    except (OSError, ValueError, duckdb.Error):
        return  # no publication, or a damaged one: publishing says so
    with con:
        rijen = con.execute("SELECT levering FROM out_meta__herkomst").fetchall()
    neem_op(huis, [r[0] for r in rijen])
