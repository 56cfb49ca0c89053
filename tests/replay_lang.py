"""Long tables for the replay server: an area, a period and other dimensions per row."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from indicators.catalogue import Catalogus
from tests.replay_bak import Bak, Rij, maak_info


@dataclass
class LangeBak(Bak):
    """A table with more dimensions than its region; `leden` has the keys of each."""

    leden: dict[str, list[str]] = field(default_factory=dict)

    def deel(self, naam: str) -> list[Rij] | None:
        if naam == "":
            return [{"name": n, "url": n} for n in (*self.DELEN, *self.leden)]
        if naam in self.leden:
            return [{"Key": k, "Title": k.strip()} for k in self.leden[naam]]
        return super().deel(naam)


def lange_bak(
    tabel_id: str,
    jaar: int,
    codes: Iterable[str],
    topics: Iterable[str],
    leden: Mapping[str, list[str]],
    waarden: tuple[float, float] = (1, 60),
    teksten: Iterable[str] = (),
) -> LangeBak:
    """A made-up long table: every combination has a row, its cells between two numbers."""
    codes, teksten = list(codes), list(teksten)
    namen = {t: f"{t}_{n}" for n, t in enumerate(topics, start=1)}
    eigenschappen: list[Rij] = [
        {"ID": n, "ParentID": None, "Type": "Dimension", "Key": k, "Title": k}
        for n, k in enumerate(("WijkenEnBuurten", *leden))
    ]
    eigenschappen[0]["Type"] = "GeoDetail"
    groep: dict[str, int] = {}
    for pad in namen:
        *boven, naam = pad.split("/")
        for g in boven:
            if g not in groep:
                groep[g] = len(eigenschappen)
                kop = {"Type": "TopicGroup", "Key": "", "Title": g}
                eigenschappen.append({"ID": len(eigenschappen), "ParentID": None} | kop)
        topic = {"Type": "Topic", "Key": namen[pad].split("/")[-1], "Title": naam}
        ouder = groep[boven[-1]] if boven else None
        kop = {"ID": len(eigenschappen), "ParentID": ouder, "Datatype": "Double"}
        eigenschappen.append(topic | kop)
    for tekst in teksten:
        kop = {"ID": len(eigenschappen), "ParentID": None, "Type": "Topic", "Datatype": "String"}
        eigenschappen.append(kop | {"Key": f"{tekst}_0", "Title": tekst})
    van, tot = waarden
    stappen = 97
    rijen: list[Rij] = []
    for nummer, (code, *lid) in enumerate(itertools.product(codes, *leden.values())):
        rij: Rij = {"ID": nummer, "WijkenEnBuurten": f"{code:<10}"}
        rij |= dict(zip(leden, lid, strict=True))
        for n, pad in enumerate(namen):
            deel = (nummer * 31 + n * 17) % stappen / stappen
            rij[namen[pad].split("/")[-1]] = round(van + deel * (tot - van), 3)
        rij |= {f"{t}_0": "Verzonnen" for t in teksten}
        rijen.append(rij)
    gebieden = [{"Key": f"{c:<10}", "Title": f"Gebied {c}"} for c in codes]
    info = maak_info(tabel_id, jaar)
    return LangeBak(tabel_id, [info], eigenschappen, gebieden, rijen, leden=dict(leden))


def bron_bakken(cat: Catalogus, codes: Iterable[str], jaar: int) -> dict[str, LangeBak]:
    """A table of each source that has a long form over OData, as the catalogue declares it."""
    codes = list(codes)
    soorten = list(cat.generatie("politie_misdrijven_odata")[1].leden_als_kolom)
    politie = lange_bak(
        "47018NED",
        jaar,
        codes,
        ["GeregistreerdeMisdrijven"],
        {"Perioden": [f"{jaar}JJ00"], "SoortMisdrijf": [f"{k:<6}" for k in soorten]},
    )
    for begin in range(0, len(politie.rijen), len(soorten)):  # the total is the sum of its parts
        groep = politie.rijen[begin : begin + len(soorten)]
        for rij in groep:
            rij["GeregistreerdeMisdrijven_1"] = round(rij["GeregistreerdeMisdrijven_1"])
        delen = sum(r["GeregistreerdeMisdrijven_1"] for r in groep[1:])
        groep[0]["GeregistreerdeMisdrijven_1"] = delen
    rivm = cat.generatie("rivm_odata")[1]
    topics = dict.fromkeys([*rivm.herken, *cat.gevraagde_kolommen("rivm_odata")])
    gezond = lange_bak(
        "50150NED",
        2024,
        codes,
        topics,
        {
            "Perioden": ["2024JJ00"],
            "Leeftijd": ["20300", "53115"],
            "Marges": ["MW00000", "MOG0095", "MBG0095"],
        },
        (31, 60),
        ["Gemeentenaam"],
    )
    for begin in range(0, len(gezond.rijen), 3):  # value between the ends of its interval
        waarde, onder, boven = gezond.rijen[begin : begin + 3]
        for sleutel, cel in waarde.items():
            if isinstance(cel, float):
                onder[sleutel], boven[sleutel] = cel - 2, cel + 2
    ses = lange_bak(
        "86092NED",
        2024,
        codes,
        ["Totaalscore/GemiddeldeScore"],
        {"Perioden": ["2024JJ00"]},
        (-0.2, 0.2),
    )
    return {"politie": politie, "rivm": gezond, "ses_woa": ses}
