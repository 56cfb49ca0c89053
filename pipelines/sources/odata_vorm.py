"""Which declared form an OData table has, and which of its columns the catalogue means.

Columns are found by the name before the last underscore and by the titles of the topic groups
around it, never by the number behind the name.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from indicators.catalogue import Catalogus
from indicators.model import Bron, Generatie
from pipelines.sources.tabel import BronFout

_NUMMER = re.compile(r"_\d+$")
_SPATIES = re.compile(r"\s+")
Rijen = list[dict[str, Any]]


@dataclass(frozen=True)
class Onderwerp:
    """A column of the table: its key in the rows, group titles plus name as one path, its kind."""

    sleutel: str
    pad: str
    tekst: bool

    @property
    def naam(self) -> str:
        """The name without groups."""
        return self.pad.rsplit("/", 1)[-1]


def _titel(tekst: object, namen: Mapping[str, tuple[str, ...]]) -> str:
    """A title or name without stray spaces, as the catalogue calls it."""
    schoon = _SPATIES.sub(" ", str(tekst)).strip()
    return next((naam for naam, ook in namen.items() if schoon in ook), schoon)


def _onderwerpen(eigenschappen: Rijen, gen: Generatie) -> list[Onderwerp]:
    """All columns of the table, in its own order."""
    op_id = {e.get("ID"): e for e in eigenschappen}
    gevonden = []
    for eigenschap in eigenschappen:
        if eigenschap.get("Type") != "Topic":
            continue
        titels: list[str] = []
        ouder, gehad = eigenschap.get("ParentID"), set()
        while ouder in op_id and ouder not in gehad:
            gehad.add(ouder)
            titels.insert(0, _titel(op_id[ouder].get("Title", ""), gen.groepnamen))
            ouder = op_id[ouder].get("ParentID")
        sleutel = str(eigenschap["Key"])
        pad = "/".join([*titels, _titel(_NUMMER.sub("", sleutel), gen.kolomnamen)])
        gevonden.append(Onderwerp(sleutel, pad, eigenschap.get("Datatype") == "String"))
    return gevonden


def _passend(kolom: str, onderwerpen: list[Onderwerp], gen: Generatie) -> list[Onderwerp]:
    """The columns whose path ends in what the catalogue says.

    Of a form that nobody saw the group titles are not known: there the name is enough.
    """
    *groepen, naam = kolom.split("/")
    eind = "/" + "/".join([*(_titel(g, gen.groepnamen) for g in groepen), naam])
    raak = [o for o in onderwerpen if ("/" + o.pad).endswith(eind)]
    return raak or [o for o in onderwerpen if gen.ongezien and o.naam == naam]


def kies_vorm(
    cat: Catalogus, tabel_id: str, eigenschappen: Rijen, waar: str
) -> tuple[Bron, Generatie, list[Onderwerp]]:
    """The one declared generation that fits: the table's own source first, then by columns."""
    passend: list[tuple[Bron, Generatie, list[Onderwerp]]] = []
    gemist: list[str] = []
    for bron, gen in _kandidaten(cat, tabel_id):
        onderwerpen = _onderwerpen(eigenschappen, gen)
        mist = [k for k in gen.herken if not _passend(k, onderwerpen, gen)]
        if mist:
            gemist.append(f"{gen.id} mist {', '.join(mist)}")
        else:
            passend.append((bron, gen, onderwerpen))
    eigen = [p for p in passend if tabel_id in p[0].tabellen.values()]
    passend = eigen or passend
    if len(passend) > 1:
        passend = [p for p in passend if _past_heel(cat, p[1], p[2])] or passend
    if len(passend) == 1:
        return passend[0]
    if passend:
        raise BronFout(
            f"{waar}: past bij meer dan een generatie ({', '.join(p[1].id for p in passend)}). "
            "Maak `herken` in indicators/catalogus/bronnen.yaml onderscheidend."
        )
    raise BronFout(
        f"{waar}: deze vorm van de tabel is nog nooit gezien ({'; '.join(gemist) or 'geen'}). "
        "Verklaar een generatie van soort odata in indicators/catalogus/bronnen.yaml."
    )


def _kandidaten(cat: Catalogus, tabel_id: str) -> list[tuple[Bron, Generatie]]:
    """The forms declared for a table; when none names it, every form that was really seen."""
    alle = [(b, g) for b in cat.bronnen.values() for g in b.generaties if g.soort == "odata"]
    eigen = [(b, g) for b, g in alle if tabel_id in g.tabellen]
    return eigen or [(b, g) for b, g in alle if not g.ongezien]


def _past_heel(cat: Catalogus, gen: Generatie, onderwerpen: list[Onderwerp]) -> bool:
    return all(len(_passend(k, onderwerpen, gen)) == 1 for k in cat.gevraagde_kolommen(gen.id))


def koppel(
    cat: Catalogus, gen: Generatie, onderwerpen: list[Onderwerp], waar: str
) -> dict[str, Onderwerp]:
    """Every column that the catalogue declares to the one column of the table that fits."""
    doelen: dict[str, list[str]] = {}
    for indicator, regel in cat.regels(gen.id).items():
        for kolom in () if gen.leden_als_kolom else regel.van:
            doelen.setdefault(kolom, []).append(f"indicator {indicator}")
    for veld in ("gemeentenaam", "postcode", "wijziging"):
        kolom = getattr(gen, veld)
        if kolom:
            doelen.setdefault(kolom, []).append(f"veld {veld}")
    koppeling = {}
    for kolom, doel in doelen.items():
        passend = _passend(kolom, onderwerpen, gen)
        if len(passend) == 1:
            koppeling[kolom] = passend[0]
            continue
        gezien = ", hier zelf niet gezien" if gen.ongezien else ""
        wie = f"{waar}: kolom '{kolom}' ({', '.join(doel)}, generatie {gen.id}{gezien})"
        if passend:
            raise BronFout(
                f"{wie} past op meer dan een kolom: {_noem(passend)}. "
                "Zet in de catalogus meer groepstitels voor de naam."
            )
        raise BronFout(
            f"{wie} staat niet in de tabel. Lijkt erop: "
            f"{_noem(_buren(kolom, onderwerpen)) or 'geen enkele kolom'}. Kijk op StatLine of CBS "
            "de kolom hernoemde of verplaatste; is het dezelfde, verklaar dan een nieuwe generatie "
            "(of bij een nieuwe groepstitel `groepnamen`, bij een andere spelling `kolomnamen`) in "
            "indicators/catalogus."
        )
    return koppeling


def _noem(onderwerpen: list[Onderwerp]) -> str:
    return ", ".join(f"'{o.pad}' ({o.sleutel})" for o in onderwerpen[:5])


def _buren(kolom: str, onderwerpen: list[Onderwerp]) -> list[Onderwerp]:
    """Columns that may be meant: the same name elsewhere, then names alike, then the same group."""
    *groepen, naam = kolom.split("/")
    alike = set(difflib.get_close_matches(naam, [o.naam for o in onderwerpen], n=4, cutoff=0.7))
    rang = {
        o: (o.naam != naam, o.naam not in alike)
        for o in onderwerpen
        if o.naam == naam or o.naam in alike or (groepen and f"{groepen[-1]}/" in o.pad)
    }
    return sorted(rang, key=lambda o: rang[o])
