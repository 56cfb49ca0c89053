"""Commands `bereken` and `vergelijk`: a composite from files to files, and a reference folder."""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

import pandas as pd
import yaml

from indicators import reference
from indicators.composite import Composiet, bereken_composiet
from indicators.hierarchy import MethodeFout, lees_hierarchie
from indicators.method import STAPPEN, lees_methode


def lees_csv(pad: Path) -> pd.DataFrame:
    """A CSV as text, nothing guessed: a unit called NA stays NA.

    Raises:
        MethodeFout: no such file, not UTF-8, or not a table with commas.
    """
    try:
        tabel = pd.read_csv(pad, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as fout:
        raise MethodeFout(f"{pad}: niet te lezen als CSV ({fout})") from fout
    with pad.open(encoding="utf-8-sig", newline="") as bestand:
        kop = next(csv.reader(bestand), [])
    if dubbel := sorted({k for k in kop if k and kop.count(k) > 1}):
        raise MethodeFout(f"{pad}: kolom {', '.join(dubbel)} staat er meer dan eens; een verwacht")
    if len(tabel.columns) == 1 and ";" in str(tabel.columns[0]):
        raise MethodeFout(f"{pad}: puntkomma's gevonden; een CSV met komma's verwacht")
    return tabel


def lees_yaml(pad: Path) -> object:
    """A method file, parsed.

    Raises:
        MethodeFout: no such file, or not YAML.
    """
    try:
        return yaml.safe_load(pad.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as fout:
        raise MethodeFout(f"{pad}: niet te lezen als YAML ({fout})") from fout


def lees_meta(pad: Path) -> pd.DataFrame:
    """Metadata in iMeta shape: text, empty cells (also NA) missing; codes stay as they are."""
    tabel = lees_csv(pad)
    anders = [c for c in tabel.columns if c != "iCode"]
    tabel[anders] = tabel[anders].replace({"": None, "NA": None})
    return tabel


def bereken(woorden: list[str]) -> int:
    """`bereken --data D.csv --meta M.csv --methode S.yaml --uit DIR`; prints what it did."""
    lezer = argparse.ArgumentParser(prog="python -m indicators bereken")
    for naam in ("data", "meta", "methode", "uit"):
        lezer.add_argument(f"--{naam}", type=Path, required=True)
    keuze = lezer.parse_args(woorden)
    boom = lees_hierarchie(lees_meta(keuze.meta))
    stappen = lees_methode(lees_yaml(keuze.methode), keuze.methode.name)
    uitkomst = bereken_composiet(lees_csv(keuze.data), boom, stappen)
    try:
        regels = schrijf(uitkomst, keuze.uit)
    except OSError as fout:
        raise MethodeFout(f"{keuze.uit}: niet te schrijven ({fout.strerror}); een map verwacht"
                          ) from fout  # fmt: skip
    print("\n".join(regels))
    return 0


def schrijf(uitkomst: Composiet, map_: Path) -> list[str]:
    """Writes scores.csv, a table per step (NN_stap.csv) with its extra tables, and verslag.txt.

    Returns:
        The sentences of verslag.txt.
    """
    map_.mkdir(parents=True, exist_ok=True)
    for stap in STAPPEN:  # of an earlier run; nothing else in the folder is touched
        for pad in map_.glob(f"[0-9][0-9]_{stap}*.csv"):
            pad.unlink()
    regels = []
    for i, gedaan in enumerate(uitkomst.stappen, 1):
        kop = f"{i:02d}_{gedaan.naam}"
        gedaan.tabel.to_csv(map_ / f"{kop}.csv", index=False)
        for naam, tabel in gedaan.extra.items():
            tabel.to_csv(map_ / f"{kop}_{naam}.csv", index=False)
        regels += [f"{i}. {gedaan.naam}: {zin}" for zin in gedaan.zinnen]
    uitkomst.scores.to_csv(map_ / "scores.csv", index=False)
    n = len(uitkomst.scores)
    regels.append(f"scores.csv: {n} rijen; {len(uitkomst.stappen)} stappen bewaard in {map_}")
    (map_ / "verslag.txt").write_text("\n".join(regels) + "\n", encoding="utf-8")
    return regels


def vergelijk(map_: Path) -> int:
    """`vergelijk DIR`: our numbers beside those of a reference folder; 0 when all agree."""
    uitslagen = reference.vergelijk(map_, lees_csv, lees_meta)
    breed = max(len(u.bestand) for u in uitslagen)
    for u in uitslagen:
        print(u.regel(breed))
    wel = [u for u in uitslagen if u.bekend]
    mis = [u for u in wel if not u.goed]
    hoogste = max((u.verschil for u in wel if u.grens < 1e-3), default=0.0)
    print(
        f"{len(wel) - len(mis)} van {len(wel)} vergeleken bestanden komen overeen, "
        f"{len(uitslagen) - len(wel)} niet vergeleken; "
        f"grootste verschil van wat vastligt {hoogste:.1e}"
    )
    return 1 if mis or not wel else 0
