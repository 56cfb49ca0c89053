"""Every source for the country, ten years: written in its own form, then raw to publication timed.

The figures are random draws on the real codes of 2024 (see `land`): good for weight and speed. The
rows are as many as the tables of the producers have: areas of four levels, every kind of crime that
the catalogue names, twelve months of nuisance, three ends of each estimate, nine years of scores.
"""

from __future__ import annotations

import io
import json
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq

from indicators import regions
from indicators.catalogue import Catalogus, lees
from indicators.contracts import Datamap
from pipelines import intake, publish, runs, settings
from pipelines.house import Huis
from tests.bench import land

JAREN = range(2015, 2025)
REFERENTIE = 4.10226485114368
_LBM_JAREN = (2002, 2008, 2012, 2014, 2016, 2018, 2020, 2022, 2024)


def codes() -> list[str]:
    """The country, gemeenten, wijken and buurten."""
    namen = [c for c, _ in land.buurten()]
    gemeenten = sorted({str(regions.gemeente_van(c)) for c in namen})
    wijken = sorted({str(regions.wijk_van(c)) for c in namen})
    return ["NL00", *gemeenten, *wijken, *namen]


def _csv(pad: Path, kolommen: dict[str, Any], scheiding: str = ";") -> None:
    opties = pc.WriteOptions(delimiter=scheiding, quoting_style="needed")
    pc.write_csv(pa.table(kolommen), pad, opties)


def schrijf_politie(map_: Path, jaar: int, cat: Catalogus, gebieden: list[str]) -> int:
    """Crimes of a year and nuisance per month, a row per area and kind or month."""
    soorten = list(cat.generatie("politie_misdrijven")[1].leden_als_kolom)
    n, rng = len(gebieden), np.random.default_rng(jaar)
    delen = rng.poisson(2.0, (len(soorten) - 1, n))
    aantal = np.vstack([delen.sum(axis=0), delen])  # the total comes first
    vol = np.char.ljust(np.array(gebieden), 10)
    _csv(map_ / f"politie-misdrijven-{jaar}.csv", {
        "ID": np.arange(aantal.size), "SoortMisdrijf": np.repeat(soorten, n),
        "WijkenEnBuurten": np.tile(vol, len(soorten)),
        "Perioden": np.repeat(f"{jaar}JJ00", aantal.size),
        "GeregistreerdeMisdrijven_1": aantal.ravel(),
    })  # fmt: skip
    maanden = [f"{jaar}MM{m:02d}" for m in range(1, 13)]
    _csv(map_ / f"politie-overlast-{jaar}.csv", {
        "ID": np.arange(12 * n), "Overlast": np.repeat("Totaal registraties overlast", 12 * n),
        "WijkenEnBuurten": np.tile(vol, 12), "Perioden": np.repeat(maanden, n),
        "GeregistreerdeOverlast_1": rng.poisson(1.5, 12 * n),
    })  # fmt: skip
    return aantal.size + 12 * n


def schrijf_rivm(map_: Path, jaar: int, cat: Catalogus, gebieden: list[str]) -> int:
    """The national file of a year with its margins; numbers as text, as the real one has them."""
    n, rng = len(gebieden), np.random.default_rng(jaar)
    koppen = cat.velden["rivm_excel_2020"][:43]
    midden = rng.uniform(10, 60, (n, len(koppen)))
    midden[:, koppen.index("Eenzaam")] = rng.uniform(38, 52, n)
    rijen = np.stack([midden, midden - 2, midden + 2], axis=1).reshape(3 * n, -1)
    vast = {
        "ID": np.arange(3 * n), "Leeftijd": np.repeat("20300", 3 * n), "Gemeentenaam": "x",
        "Marges": np.tile(["MW00000", "MOG0095", "MBG0095"], n), "SoortRegio": "x", "Codering": "x",
        "WijkenEnBuurten": np.repeat(np.char.ljust(np.array(gebieden), 10), 3),
        "Perioden": np.repeat(f"{jaar}JJ00", 3 * n),
    }  # fmt: skip
    tabel = {
        k: np.broadcast_to(vast[k], 3 * n) if k in vast else np.char.mod("%8.1f", rijen[:, i])
        for i, k in enumerate(koppen)
    }
    pq.write_table(pa.table({k: pa.array(v) for k, v in tabel.items()}),
                   map_ / f"rivm-gezondheid-{jaar}.parquet")  # fmt: skip
    return 3 * n


def schrijf_ses(map_: Path, cat: Catalogus, gebieden: list[str]) -> int:
    """SES-WOA of all years in one file."""
    n, rng = len(gebieden) * len(JAREN), np.random.default_rng(3)
    vast = {
        "Perioden": np.repeat([str(j) for j in JAREN], len(gebieden)),
        "Wijken en buurten": np.repeat("x", n),
        "Regiocode (gemeente, wijk, buurt) (code)": np.tile(gebieden, len(JAREN)),
    }
    tabel = {
        k: vast[k] if k in vast else np.round(rng.uniform(-0.3, 0.3, n), 3)
        for k in cat.velden["ses_woa_csv_2019"]
    }
    _csv(map_ / "ses-woa-2015-2024.csv", tabel)
    return n


def schrijf_nabijheid(map_: Path, jaar: int, cat: Catalogus, gebieden: list[str]) -> int:
    """Proximity of a year."""
    n, rng = len(gebieden), np.random.default_rng(jaar)
    tekst = {"(naam)", "(omschrijving)", "(code)"}
    tabel: dict[str, Any] = {}
    for kop in cat.velden["nabijheid_2023"]:
        soort = kop.rpartition(" ")[2]
        if kop == "Wijken en buurten" or soort in tekst:
            tabel[kop] = np.array(gebieden) if "Codering" in kop else np.repeat("1", n)
        else:
            tabel[kop] = np.round(rng.gamma(2.0, 1.5, n), 1)
    _csv(map_ / f"nabijheid-{jaar}.csv", tabel)
    return n


def schrijf_leefbaarometer(map_: Path) -> int:
    """The zip: three tables, nine years, five parts that add up."""
    namen, totaal = dict(land.buurten()), 0
    soorten = {
        "buurten": ("bu", list(namen)),
        "wijken": ("wk", sorted({str(regions.wijk_van(c)) for c in namen})),
        "gemeenten": ("gm", sorted({str(regions.gemeente_van(c)) for c in namen})),
    }
    with zipfile.ZipFile(map_ / "leefbaarometer-2024.zip", "w", zipfile.ZIP_DEFLATED) as z:
        for meervoud, (kort, wie) in soorten.items():
            n = len(wie) * len(_LBM_JAREN)
            deel = np.random.default_rng(5).normal(0, 0.05, (n, 5))
            tabel: dict[str, Any] = {
                f"{kort}_code": np.repeat(wie, len(_LBM_JAREN)),
                f"{kort}_naam": np.repeat("x", n),
                "jaar": np.tile(_LBM_JAREN, len(wie)),
                "lbm": deel.sum(axis=1) + REFERENTIE,
                "afw": deel.sum(axis=1),
            } | {k: deel[:, i] for i, k in enumerate(("fys", "onv", "soc", "vrz", "won"))}
            uit = io.BytesIO()
            pc.write_csv(pa.table(tabel), uit)
            z.writestr(f"m/Leefbaarometer-scores {meervoud} 2002-2024.csv", uit.getvalue())
            totaal += n
    return totaal


def schrijf(map_: Path, cat: Catalogus, jaren: range = JAREN) -> dict[str, int]:
    """Every source in a folder; rows per source."""
    map_.mkdir(parents=True, exist_ok=True)
    gebieden = codes()
    rijen = dict.fromkeys(("kwb", "buurtkaart", "nabijheid", "politie", "rivm"), 0)
    for jaar in jaren:
        rijen["kwb"] += land.schrijf_jaar(map_ / f"kwb-{jaar}.parquet", jaar, cat)
        rijen["nabijheid"] += schrijf_nabijheid(map_, jaar, cat, gebieden)
        rijen["politie"] += schrijf_politie(map_, jaar, cat, gebieden)
    for jaar in (jaren[0], jaren[-1]):  # two years of outlines: what a conversion needs
        rijen["buurtkaart"] += land.schrijf_kaart(map_ / f"buurtkaart-{jaar}.gpkg", jaar, cat)
    for jaar in (2016, 2020, 2022):
        rijen["rivm"] += schrijf_rivm(map_, jaar, cat, gebieden)
    rijen["ses_woa"] = schrijf_ses(map_, cat, gebieden)
    rijen["leefbaarometer"] = schrijf_leefbaarometer(map_)
    indeling = [f"rivm-gezondheid-{j}.parquet: {{indeling: {j}}}" for j in (2016, 2020, 2022)]
    regels = [*indeling, "ses-woa-2015-2024.csv: {indeling: 2024}"]
    (map_ / "bestanden.yaml").write_text("\n".join(regels) + "\n")
    return rijen


def vul_raw(map_: Path, datamap: Datamap, cat: Catalogus) -> dict[str, int]:
    """Judges every file and keeps its bytes as raw; nothing is worked out."""
    rijen = schrijf(map_, cat)
    huis = Huis(settings.Instellingen(datamap), mappen=[map_])
    aanbod = intake.beoordeel(huis)
    assert not aanbod.geweigerd, [r.uitleg for r in aanbod.geweigerd][:3]
    namen = [h.levering for b in cat.bronnen for h in intake.bied_aan(huis, b)]
    intake.neem_op(huis, namen)
    return rijen


def meet() -> tuple[float, float, float, dict[str, int], int]:
    """Seconds and processor seconds from raw to publication, peak GiB, rows per source, figures.

    Raw is there and the warehouse is not: every delivery is read from its bytes, worked out,
    checked and published with its tiles. Filling raw happens in a process of its own.
    """
    with tempfile.TemporaryDirectory() as naam:
        datamap = Datamap(Path(naam) / "data")
        klaar = subprocess.run(
            [sys.executable, "-m", "tests.bench.land_alles", naam],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        rijen = json.loads(klaar.stdout.splitlines()[-1])
        begin, rekende = time.perf_counter(), time.process_time()
        huis = Huis(settings.Instellingen(datamap))
        runs.draai(huis, kortstondig=True)
        duur, rekende = time.perf_counter() - begin, time.process_time() - rekende
        geheugen = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
        return duur, rekende, geheugen, rijen, publish.verifieer(huis)["out_waarde"]


if __name__ == "__main__":
    plek = Path(sys.argv[1])
    print(json.dumps(vul_raw(plek / "bron", Datamap(plek / "data"), lees())))
