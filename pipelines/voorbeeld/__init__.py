"""The generator of the fictional town Wendrecht: `python -m pipelines.voorbeeld [DOEL]`.

Same seed, same bytes. It writes `bronnen/` in the real CBS formats; what is written by hand
(README.md, gebieden.yaml, verhalen.yaml) is left alone, and copied to another folder.
"""

import shutil
from pathlib import Path

from pipelines.voorbeeld.cijfers import sticht
from pipelines.voorbeeld.schrijf import jaargang, schrijf_kaart, schrijf_kwb, schrijf_nabijheid
from pipelines.voorbeeld.stad import JAREN
from pipelines.voorbeeld.vorm import op_aarde, teken

ZAAD = 9901
VAST = Path(__file__).resolve().parents[2] / "data" / "voorbeeld"
MET_DE_HAND = ("README.md", "gebieden.yaml", "verhalen.yaml")
NABIJHEID_JAREN = (2021, 2022, 2023)


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
    for jaar in JAREN:
        gang = jaargang(stad, jaar)
        schrijf_kwb(gang, bronnen / f"kwb-{jaar}.xlsx")
        schrijf_kaart(gang, aarde, bronnen / f"buurtkaart-{jaar}.geojson.gz")
        if jaar in NABIJHEID_JAREN:
            schrijf_nabijheid(gang, bronnen / f"nabijheid-{jaar}.csv")
    for naam in MET_DE_HAND:
        if not (doel / naam).exists() and (VAST / naam).exists():
            shutil.copyfile(VAST / naam, doel / naam)
