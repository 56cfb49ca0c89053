"""Files of a trial: its outcome per buurt, stamped with name, reason and every choice."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dashboard import exports
from dashboard import trial_words as woorden
from dashboard.exports import Kop, Regel, Uitvoer
from dashboard.snapshot import Lezing
from dashboard.snapshot_compare import grenzen
from dashboard.trial import Instelling, Uitkomst
from dashboard.words import HARD, getal
from indicators.proef import METHODEN
from indicators.proef_schaal import BEHANDELINGEN, SCHALEN, UITLEG_SCHAAL


def rijen(lezing: Lezing, i: Instelling, u: Uitkomst) -> list[Regel]:
    """One row per buurt of the gemeente, by name; those without a score say so."""
    jaar, plek = u.cijfers.jaar, {int(u.hier[r]): k for k, r in enumerate(u.uit.rij)}
    uit = []
    for n, gemeente in enumerate(u.cijfers.gemeenten):
        if gemeente != i.gemeente:
            continue
        k = plek.get(n)
        leeg = Regel(
            gebied=u.cijfers.gebieden[n], naam=u.cijfers.namen[n], niveau="buurt", grensjaar=jaar,
            indicator=f"proef.{i.as_}", cijfer=f"{i.knoop.naam}, {woorden.naam(i)}", jaar=jaar,
            waarde=None, onder=None, boven=None, eenheid="0 tot 100", op_scherm="geen score",
            ontbreekt=woorden.waarom(u.cijfers.reden[n])[1], aard=woorden.aard(i), voorlopig="nee",
            bron="Tel & Vertel",
        )  # fmt: skip
        if k is None:
            uit.append(leeg)
            continue
        score = float(u.uit.score[k])
        laag, hoog = woorden.negen_van_tien(u.uit, k)
        uit.append(
            replace(
                leeg,
                waarde=round(score, 4),
                onder=round(laag, 4),
                boven=round(hoog, 4),
                op_scherm=f"{getal(score)} van 100",
                ontbreekt="",
                toelichting=f"plek {woorden.plekwoord(u.uit, k)}; {woorden.klassewoord(u.uit, k)}",
            )
        )
    return uit


def stempel(i: Instelling, u: Uitkomst) -> list[tuple[str, str]]:
    """What was set, line by line: what every file and picture of a trial carries."""
    paren = zip(u.as_.namen, i.gewicht, strict=True)
    gewichten = "; ".join(f"{n}: {getal(w, 2)}" for n, w in paren)
    uit = [("Instelling", woorden.naam(i))]
    if i.bewaard is not None:
        uit += [
            ("Reden", i.bewaard.reden),
            ("Bewaard", woorden.wie_wanneer(i.bewaard)),
        ]
    if i.ingetrokken is not None:
        uit.append(("Ingetrokken", woorden.weg_wie_waarom(i.ingetrokken)))
    return [
        *uit,
        ("Gewichten", gewichten),
        ("Rekenwijze", METHODEN[i.methode]),
        ("Schaal", f"{SCHALEN[i.schaal]}: {UITLEG_SCHAAL[i.schaal]}"),
        ("Uitschieters", BEHANDELINGEN[i.behandeling]),
        ("Referentie", f"{u.referentie}, {len(u.van)} buurten over {u.cijfers.jaar}"),
        ("Zekerheid", woorden.getrokken(u, i)),
    ]


def kop(lezing: Lezing, i: Instelling, u: Uitkomst) -> Kop:
    """What stands in a file of a trial: stamp, sources, publication, limits of use."""
    naam = woorden.gemeente(lezing, i)
    cat = lezing.catalogus
    waarde = u.cijfers.cellen.waarde[u.hier]
    bronnen = {
        b.id: b
        for j, d in enumerate(i.knoop.delen)
        if (waarde[:, j] == waarde[:, j]).any()
        for b in cat.bronnen_van(d.indicator)
    }
    er = {h.bron for h in lezing.herkomst()}
    let_op = [] if i.standaard else ["dit is een proef en niet de gepubliceerde score"]
    return Kop(
        f"Methode-atelier: {i.knoop.naam} in {naam}",
        lezing.publicatie.publicatie,
        lezing.publicatie.gemaakt_op,
        lezing.publicatie.fictief,
        tuple((b.bronvermelding.removeprefix("Bron: "), b.licentie)
              for b in bronnen.values() if b.id in er),
        tuple(cat.woorden.mag_niet),
        tuple(let_op),
        tuple((wat, zin.replace(HARD, " ")) for wat, zin in stempel(i, u)),
    )  # fmt: skip


def bestand(lezing: Lezing, i: Instelling, u: Uitkomst, soort: str, komma: bool) -> Uitvoer:
    """A file of a trial.

    Raises:
        KeyError: when there is no such kind of file.
    """
    tabel = rijen(lezing, i, u)
    vormen = None
    if soort == "geojson":
        vormen = grenzen(lezing, [(r.gebied, r.grensjaar) for r in tabel])
    return exports.maak(soort, tabel, kop(lezing, i, u), grenzen=vormen, komma=komma)


def onderschrift(lezing: Lezing, i: Instelling, u: Uitkomst) -> dict[str, Any]:
    """The words that go into a picture of the map; colours and legend come from the screen."""
    kop_ = kop(lezing, i, u)
    return {
        "titel": f"{i.knoop.naam} in {woorden.gemeente(lezing, i)}",
        "erbij": f", {u.cijfers.jaar}: {woorden.naam(i)}",
        "zinnen": [z.replace(HARD, " ") for z in woorden.zinnen(i, u)],
        "regels": kop_.regels(),
        "naam": exports.naam(kop_, "png"),
    }
