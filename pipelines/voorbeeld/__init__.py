"""The generator of the fictional town Wendrecht: `python -m pipelines.voorbeeld [DOEL]`.

Same seed, same bytes. It writes `bronnen/` in the real CBS formats, and the background of the map;
what is written by hand (README.md, gebieden.yaml, verhalen.yaml) is left alone, and copied to
another folder.
"""

import shutil
from pathlib import Path

from pipelines.sources.files import SIDECAR
from pipelines.voorbeeld.achtergrond import schrijf_achtergrond
from pipelines.voorbeeld.cijfers import sticht
from pipelines.voorbeeld.oordeel import schrijf_leefbaarometer, schrijf_rivm, schrijf_ses
from pipelines.voorbeeld.schrijf import jaargang, schrijf_kaart, schrijf_kwb, schrijf_nabijheid
from pipelines.voorbeeld.stad import JAREN
from pipelines.voorbeeld.veiligheid import schrijf_misdrijven, schrijf_overlast
from pipelines.voorbeeld.vorm import op_aarde, teken

ZAAD = 9901
VAST = Path(__file__).resolve().parents[2] / "data" / "voorbeeld"
MET_DE_HAND = ("README.md", "gebieden.yaml", "verhalen.yaml")
NABIJHEID_JAREN = (2021, 2022, 2023)
RIVM_JAREN = (2020, 2022)
BIJSCHRIFT = """\
# Bij welke indeling de codes horen staat niet in deze bestanden zelf.
ses-woa-2019-2023.csv: {indeling: 2024}
rivm-gezondheid-2022.xlsx: {indeling: 2022}
"""
"""What a data steward has to say beside files whose boundary year nobody can read from them."""


def genereer(doel: Path, zaad: int = ZAAD) -> None:
    """Write the fictional town into a folder.

    Args:
        doel: the folder; it gets a folder `bronnen` with the files.
        zaad: the seed that everything is drawn from.
    """
    bronnen = doel / "bronnen"
    bronnen.mkdir(parents=True, exist_ok=True)
    vormen = teken(zaad)
    aarde, stad = op_aarde(vormen), sticht(vormen, zaad)
    schrijf_achtergrond(vormen, zaad, doel / "achtergrond.geojson.gz")
    gangen = [jaargang(stad, jaar) for jaar in JAREN]
    for jaar, gang in zip(JAREN, gangen, strict=True):
        schrijf_kwb(gang, bronnen / f"kwb-{jaar}.xlsx")
        schrijf_kaart(gang, aarde, bronnen / f"buurtkaart-{jaar}.geojson.gz")
        if jaar in NABIJHEID_JAREN:
            schrijf_nabijheid(gang, bronnen / f"nabijheid-{jaar}.csv")
        if jaar in RIVM_JAREN:
            schrijf_rivm(stad, gang, bronnen / f"rivm-gezondheid-{jaar}.xlsx")
    reeks = f"{JAREN[0]}-{JAREN[-1]}"
    schrijf_misdrijven(stad, gangen, bronnen / f"politie-misdrijven-{reeks}.csv.gz")
    schrijf_overlast(stad, gangen, bronnen / f"politie-overlast-{reeks}.csv.gz")
    schrijf_ses(stad, gangen, bronnen / "ses-woa-2019-2023.csv")
    schrijf_leefbaarometer(stad, gangen[-1], bronnen / "leefbaarometer-2024.zip")
    (bronnen / SIDECAR).write_text(BIJSCHRIFT, encoding="utf-8")
    for naam in MET_DE_HAND:
        if not (doel / naam).exists() and (VAST / naam).exists():
            shutil.copyfile(VAST / naam, doel / naam)
