"""A corporation of the largest size: 200,000 dwellings, five years, a million cases.

`nice python -m tests.bench.corporatie`: seconds and peak memory from folder to snapshot, and the
suppression of one table over the country's tree of wijken and buurten with 5 % small cells.
"""

from __future__ import annotations

import json
import resource
import tempfile
import time
from datetime import date
from pathlib import Path

import duckdb
import numpy as np

from indicators import contracts, vera
from indicators.contracts import Actueel, Datamap
from indicators.editions import Eerder
from indicators.own_stock import gebieden_van
from indicators.own_strict import Geteld, als_frames, herinner, streng
from pipelines.corporation import importeer
from pipelines.house import Huis
from pipelines.settings import Instellingen
from tests.bench import land

WONINGEN, ZAKEN, DAG = 200_000, 1_000_000, date(2024, 1, 1)


def publicatie(map_: Path, buurten: dict[str, tuple[str, str]]) -> None:
    """A publication with the country's buurten and nothing else."""
    pub = map_ / "published"
    pub.mkdir(parents=True)
    with duckdb.connect(str(pub / "p.duckdb")) as con:
        for tabel in contracts.OUT:
            con.execute(contracts.maak(tabel))
        con.executemany(
            "INSERT INTO out_gebied BY NAME SELECT ? AS gebied, 2024 AS grensjaar, "
            "'buurt' AS niveau, "
            "'b' AS naam, ? AS wijk, ? AS gemeente, 900.0 AS woningen, false AS water, "
            "false AS fictief", [(b, w, g) for b, (w, g) in buurten.items()],
        )  # fmt: skip
    pointer = Actueel(bestand="p.duckdb", sha256="0" * 64, publicatie="p", gemaakt_op="2024",
                      catalogus_hash="x")  # fmt: skip
    (pub / "actueel.json").write_text(pointer.model_dump_json())


def levering(map_: Path, buurten: list[str]) -> int:
    """JSON as a system would write it, with free text and persons; bytes written."""
    map_.mkdir()
    rng = np.random.default_rng(7)
    plek = rng.choice(buurten, WONINGEN)
    jaar = rng.integers(1900, 2020, WONINGEN)
    with (map_ / "eenheden.json").open("w") as f:
        f.write("[")
        for n in range(WONINGEN):
            f.write(("," if n else "") + json.dumps({
                "id": f"E{n}", "soort": {"code": "WOO", "naam": "Woonruimte"}, "bouwjaar":
                int(jaar[n]), "status": {"code": "VEH"}, "rekenhuur": "612.50",
                "omschrijving": "x" * 80,
                "adres": {"straatnaam": "Laan", "postcode": "1000AA", "buurt": {"code": plek[n]}},
                "energieprestaties": [{"label": {"code": "C"}, "begindatum": "2020-01-01"}],
                "wozEenheden": [{"waardepeildatum": f"{j}-01-01", "vastgesteldeWaarde": 200000 + j}
                                for j in range(2019, 2024)]}))  # fmt: skip
        f.write("]")
    with (map_ / "huurovereenkomsten.json").open("w") as f:
        f.write("[")
        for n in range(int(WONINGEN * 1.4)):
            eind = f"{2019 + n % 5}-0{1 + n % 9}-10" if n >= WONINGEN else None
            f.write(("," if n else "") + json.dumps({
                "id": f"H{n}", "begindatum": f"{2000 + n % 19}-03-01", "einddatum": eind,
                "eenheden": [f"https://x/eenheden/E{n % WONINGEN}"], "startLeeftijd": 44,
                "relaties": [f"https://x/relaties/{n}"]}))  # fmt: skip
        f.write("]")
    soort = [("SOC", "GEL"), ("LEE", None), ("FIN", "HUA"), ("OMG", "HAN")]
    with (map_ / "zaken.json").open("w") as f:
        f.write("[")
        for n in range(ZAKEN):
            s, d = soort[n % 4]
            f.write(("," if n else "") + json.dumps({
                "id": f"Z{n}", "registratiedatum": f"{2019 + n % 5}-0{1 + n % 9}-11T10:00:00Z",
                "zaaktype": {"id": "zt", "soort": {"code": s}, "detailSoort": d and {"code": d}},
                "eenheden": [{"id": f"E{(n * 7919) % WONINGEN}"}], "omschrijving": "y" * 120,
                "relaties": [f"https://x/relaties/{n % 600000}"]}))  # fmt: skip
        f.write("]")
    (map_ / "levering.yaml").write_text("volledig: true\n")
    return sum(p.stat().st_size for p in map_.iterdir())


def boom_van_het_land() -> dict[str, tuple[str, str]]:
    """Every buurt with its wijk and gemeente."""
    return {c: (f"WK{c[2:8]}", f"GM{c[2:6]}") for c, _ in land.buurten()}


def importeren() -> list[dict[str, object]]:
    """Folder to snapshot; the peak is that of this process, making the files not counted."""
    alle = boom_van_het_land()
    gemeenten = sorted({g for _, g in alle.values()})[:25]
    with tempfile.TemporaryDirectory() as werk:
        map_ = Path(werk)
        publicatie(map_ / "data", alle)
        mb = levering(map_ / "in", [b for b, (_, g) in alle.items() if g in gemeenten]) / 1e6
        huis = Huis(Instellingen(Datamap(map_ / "data")))
        voor, cpu = time.perf_counter(), time.process_time()
        verslag = importeer.importeer(huis, map_ / "in", "groot", DAG)
        duur, cpu = time.perf_counter() - voor, time.process_time() - cpu
    assert verslag.uitslag.goed["zaak"] == ZAKEN and verslag.uitslag.goed["eenheid"] == WONINGEN
    piek = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    wat = f"corporatie, 200.000 woningen en 1 mln zaken ({mb:.0f} MB)"
    return [
        {"name": f"{wat}, tijd", "value": duur, "unit": "s", "peer": None, "ratio": None},
        {"name": f"{wat}, rekentijd", "value": cpu, "unit": "s", "peer": None, "ratio": None},
        {"name": f"{wat}, piekgeheugen", "value": piek, "unit": "MB", "peer": None, "ratio": None},
    ]


def onderdrukken() -> list[dict[str, object]]:
    """One table over the country's tree, 5 % of the buurten under ten; then one in ten corrected.

    The second is the dear one: whatever may be let in is tried over both publications together.
    """
    gebieden = gebieden_van(boom_van_het_land())
    rng = np.random.default_rng(3)
    blad = rng.integers(10, 200, len(gebieden.buurten))
    klein = rng.random(len(blad)) < 0.05
    blad[klein] = rng.integers(1, 10, klein.sum())
    heel = blad + rng.integers(50, 900, len(blad))
    tabel = next(t for t in vera.lees().tabellen if t.id == "verhuisd")
    eigen = vera.lees().model_copy(update={"tabellen": (tabel,)})
    sleutel = ("verhuisd", 2023)
    dicht: dict[str, set[str]] = {}
    toen: dict[tuple[str, int], Eerder] = {}
    uit: list[dict[str, object]] = []
    for keer in ("", ", de tweede keer: een op de tien gecorrigeerd"):
        tel = {sleutel: blad, ("voorraad", 2023): heel}
        voor = time.perf_counter()
        s = streng(eigen, gebieden, Geteld(tel, {}, {}), dicht, toen, f"e{len(uit)}")[sleutel]
        duur = time.perf_counter() - voor
        assert s.boek is not None
        weg = s.getoond.verborgen
        wacht = sum(bool(w) for w in s.wacht)
        uit.append({
            "name": f"onderdrukking van het land{keer} ({len(weg)} cellen, {int(klein.sum())} te "
                    f"klein, {int(weg.sum())} verborgen, {wacht} totalen wachten)",
            "value": duur, "unit": "s", "peer": None, "ratio": None})  # fmt: skip
        toen = herinner(*als_frames({sleutel: s.boek}))
        dicht = {"verhuisd": {c for c, v in zip(gebieden.codes, weg, strict=True) if v}}
        anders = rng.random(len(blad)) < 0.1
        blad = np.where(anders, np.clip(blad + rng.integers(-15, 30, len(blad)), 0, heel), blad)
    return uit


if __name__ == "__main__":
    for regel in (*importeren(), *onderdrukken()):
        print(f"{regel['name']}: {regel['value']:.2f} {regel['unit']}")
