"""The foot of a sheet: sources, method, what is not shown and why, and where the page is."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard import sentences
from dashboard.context import Blad
from dashboard.sheets import choose
from dashboard.sheets.choose import Paar
from dashboard.sheets.model import Blok
from dashboard.words import aantal, hoofdletter, opsomming
from indicators.model import Indicator


def voet(blad: Blad, adres: str, cijfers: Sequence[Indicator], verhalen: Sequence[Paar]) -> Blok:
    """Sources, method, publication, hidden figures, use limits, and the way to the full page."""
    regels = [
        ("Bronnen", _bronnen(blad, cijfers)),
        ("Methode", "Vergelijken houdt rekening met afronding; een score is een eigen indicatie op "
                    "open data. Verhalen zijn gelezen door een tweede en mogen gedeeld; zij zijn "
                    "niet nageteld."),
        ("Niet getoond", _niet_getoond(blad, verhalen)),
        ("Mag niet", " ".join(blad.catalogus.woorden.mag_niet[:2])),
    ]  # fmt: skip
    return Blok("voet", "Verantwoording", {
        "regels": [{"naam": n, "tekst": t} for n, t in regels if t],
        "publicatie": f"Publicatie {blad.publicatie.publicatie}, catalogus "
        f"{blad.publicatie.catalogus_hash[:12]}",
        "naar": naar(blad, adres),
    })  # fmt: skip


def naar(blad: Blad, adres: str) -> str:
    """Where the full page is: an address, or what to look for."""
    g = blad.buurt.gebied
    if adres:
        return f"{adres.rstrip('/')}/buurt/{g.gebied}"
    return f"Tel & Vertel, /buurt/{g.gebied}"


def _bronnen(blad: Blad, cijfers: Sequence[Indicator]) -> str:
    gebruikt: dict[str, set[int]] = {}
    for i in cijfers:
        w = blad.buurt.nieuwste(i.id)
        if w is not None:
            gebruikt.setdefault(w.bron, set()).add(w.jaar)
    stukken = []
    for bron, jaren in gebruikt.items():
        b = blad.catalogus.bronnen.get(bron)
        wat = b.bronvermelding.rstrip(".").removeprefix("Bron: ") if b else bron
        stukken.append(f"{wat} ({opsomming([str(j) for j in sorted(jaren)])})")
    return "; ".join(stukken) + "." if stukken else "Geen cijfers op dit blad."


def _niet_getoond(blad: Blad, verhalen: Sequence[Paar]) -> str:
    """Which core figures are not here, grouped by the reason; and how many stories are not."""
    cat = blad.catalogus
    per: dict[str, list[str]] = {}
    for i in cat.indicatoren.values():
        if not i.kern:
            continue
        w = blad.buurt.nieuwste(i.id)
        if w is None or w.waarde is None:
            reden = sentences.ontbreekt(w.ontbreekt_door if w else "geen_bron", cat)
            per.setdefault(reden, []).append(i.kort.lower())
    stukken = [f"{reden}: {opsomming(namen, 12)}" for reden, namen in per.items()]
    meer = len(choose.deelbaar(blad)) - len(verhalen)
    if meer > 0:
        woord = "verhaal" if meer == 1 else "verhalen"
        stukken.append(f"nog {meer} {woord} op de volledige pagina")
    if blad.wachtend:
        wacht = "wacht" if blad.wachtend == 1 else "wachten"
        stukken.append(f"{aantal(blad.wachtend, 'verhaal', 'verhalen')} {wacht} op de redacteur")
    return hoofdletter("; ".join(stukken)) + "." if stukken else ""
