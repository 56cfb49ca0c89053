"""Terug naar de buurt: what we heard, what we do, what not and why, for who lives there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dashboard import privacy
from dashboard.context import Blad, Huis
from dashboard.sheets import batch, choose, compose, matter, pieces, render
from dashboard.sheets.choose import MATEN, Maat
from dashboard.sheets.compose import Zaak
from dashboard.sheets.model import Blok, Vel
from dashboard.snapshot import Lezing
from dashboard.stories.models import Verhaal
from dashboard.stories.models_inzet import Inzetkaart
from dashboard.words import aantal, hoofdletter

_WIE = frozenset({"naam", "huisnummer", "telefoon", "e-mail", "bsn"})
"""Finds of the privacy reading that point at one person or address."""


def maak(huis: Huis, lezing: Lezing, code: str) -> render.Drukwerk:
    """The neighbourhood's page on paper.

    Raises:
        BladFout: when it cannot be made.
        GebiedOnbekend: when the publication has no such area.
    """
    zaak = matter.lees_zaak(huis, lezing, code, redactie=batch.concept(huis, code))
    return render.passend(lambda maat: stel_samen(zaak, maat))


def openbaar(blad: Blad) -> tuple[list[Verhaal], int]:
    """Stories that may be read by everyone, and how many were held back.

    Read by a second person, with consent, anonymous, without words by which someone may be
    recognised; of an area of few households none: there even a role can be a person.
    """
    er = choose.deelbaar(blad)
    g = blad.buurt.gebied
    plaatsen = [x for x in (g.naam, g.wijknaam, g.gemeentenaam) if x]
    mag = [
        v
        for v in er
        if v.nu.toestemming and v.nu.anoniem and not privacy.vind(v.nu.tekst, plaatsen)
    ]
    if blad.klein:
        mag = []
    return mag, len(blad.verhalen) + blad.wachtend - len(mag)


def herkenbaar(blad: Blad, *teksten: str) -> bool:
    """Whether words of our own name someone or a house: those do not go to everyone either.

    Only what points at one person or address: that we do something for people with dementia, or
    against fraud, may be said.
    """
    g = blad.buurt.gebied
    plaatsen = [x for x in (g.naam, g.wijknaam, g.gemeentenaam) if x]
    return any(v.soort in _WIE for t in teksten for v in privacy.vind(t, plaatsen))


def stel_samen(zaak: Zaak, maat: Maat = MATEN[0]) -> Vel:
    """The neighbourhood's page: no scores, no verdict, no comparison with others."""
    mag, achter = openbaar(zaak.blad)
    gekozen = mag[: maat.verhalen + 1]
    kaarten = [k for k in zaak.inzet if not herkenbaar(zaak.blad, *_woorden(k))]
    blokken = [
        Blok("zin", "", {"tekst": _aanhef(zaak), "kaart": None}),
        _gehoord(zaak, gekozen, maat),
        _doen(kaarten, maat),
        _niet(zaak),
        _voet(zaak, achter, len(zaak.inzet) - len(kaarten)),
    ]
    paren = [(None, v) for v in gekozen]
    zonder = replace(zaak, inzet=tuple(kaarten))
    vel = compose.vel(zonder, [b for b in blokken if b is not None], (), paren)
    g = zaak.blad.buurt.gebied
    waar = ", ".join(dict.fromkeys(x for x in (g.wijknaam, g.gemeentenaam) if x))
    return compose.vel_met(
        vel, vel.blokken, soort="Terug naar de buurt", stand="voor iedereen", ondertitel=waar
    )


def _woorden(k: Inzetkaart) -> tuple[str, ...]:
    """What of a card is printed here."""
    return k.nu.titel, k.nu.wie, k.nu.doel, k.nu.beoogd_effect


def _aanhef(zaak: Zaak) -> str:
    wie = zaak.corporatie or "Uw woningcorporatie"
    return (
        f"Mensen uit {zaak.blad.buurt.gebied.naam} en mensen die hier werken vertelden ons hoe het "
        f"gaat. Dit hoorde {wie}, en dit gebeurt ermee."
    )


def _gehoord(zaak: Zaak, gekozen: list[Verhaal], maat: Maat) -> Blok:
    if not gekozen:
        uitleg = "Er zijn nog geen verhalen die we met iedereen mogen delen."
        return Blok("tekst", "Wat we hoorden", {"alineas": [uitleg]})
    rol = zaak.blad.catalogus.woorden.rol
    stemmen = []
    for v in gekozen:
        tekst, ingekort = pieces.kort(v.nu.tekst, maat.tekens)
        stemmen.append(
            {
                "id": str(v.id),
                "rol": hoofdletter(rol.get(v.nu.rol, v.nu.rol)),
                "houding": "",
                "houding_woord": "",
                "tekst": tekst,
                "bij": "ingekort" if ingekort else "",
            }
        )
    return Blok("verhalen", "Wat we hoorden", {"stemmen": stemmen})


def _doen(inzet: Sequence[Inzetkaart], maat: Maat) -> Blok:
    kaarten = [
        {
            "id": str(k.id),
            "titel": k.nu.titel,
            "bij": k.nu.wie,
            "regels": [
                {"naam": "Waarom", "tekst": pieces.kort(k.nu.doel, maat.tekens)[0]},
                {"naam": "Dat merkt u", "tekst": pieces.kort(k.nu.beoogd_effect, maat.tekens)[0]},
            ],
        }
        for k in inzet[:4]
    ]
    if not kaarten:
        uitleg = "Er loopt hier nu niets wat we kunnen melden."
        return Blok("tekst", "Wat we doen", {"alineas": [uitleg]})
    meer = len(inzet) - len(kaarten)
    ook = f"En nog {meer} {'ding' if meer == 1 else 'dingen'}; vraag ernaar." if meer > 0 else ""
    return Blok("inzet", "Wat we doen", {"kaarten": kaarten, "meer": ook})


def _niet(zaak: Zaak) -> Blok | None:
    if not zaak.redactie.niet or herkenbaar(zaak.blad, zaak.redactie.niet):
        return None
    return Blok("tekst", "Wat we niet doen, en waarom", {"alineas": [zaak.redactie.niet]})


def _voet(zaak: Zaak, achter: int, kaarten: int) -> Blok:
    niet = zaak.redactie.niet
    stil = bool(niet) and herkenbaar(zaak.blad, niet)
    weg = [
        f"{hoofdletter(aantal(achter, 'verhaal', 'verhalen'))} {_staan(achter)} hier niet: nog "
        "niemand las het na, iemand kan erin herkend worden, of er is geen toestemming voor."
        if achter else "",
        f"{hoofdletter(aantal(kaarten, 'ding dat', 'dingen die'))} we doen {_staan(kaarten)} hier "
        "niet, omdat er een naam of huisnummer in staat." if kaarten else "",
        "Wat we niet doen staat hier niet, omdat er een naam of huisnummer in staat."
        if stil else "",
    ]  # fmt: skip
    regels = [
        ("Uw verhaal", "Klopt er iets niet, of wilt u iets toevoegen of laten weghalen? Zeg het "
                       "tegen de wijkbeheerder; weghalen kan altijd."),
        ("Niet getoond", " ".join(w for w in weg if w)),
    ]  # fmt: skip
    return Blok("voet", "Goed om te weten", {
        "regels": [{"naam": n, "tekst": t} for n, t in regels if t],
        "publicatie": f"Publicatie {zaak.blad.publicatie.publicatie}",
        "naar": "",
    })  # fmt: skip


def _staan(n: int) -> str:
    return "staat" if n == 1 else "staan"
