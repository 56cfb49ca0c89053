"""The template: one CSV with headings per entity, and `levering.yaml` with what may stand in it."""

from __future__ import annotations

from pathlib import Path

from indicators import vera
from pipelines.corporation import LeveringFout

_UITLEG = """# Bij deze levering. Alles hieronder mag weg blijven.
naam: ""            # naam van de corporatie op het scherm
volledig: false     # true: elke zaak, elk contract en elke melder van de jaren staat erin
onderwerpen: {}     # codes van vragen aan huurders, zoals {V01: veilig, V02: overlast, V03: schoon}
bestanden: {}
# Kolommen van een ander systeem, per bestand:
# bestanden:
#   woningen-export.csv:
#     entiteit: eenheid
#     kolommen: {Woningnummer: id, Bouwjr: bouwjaar, Buurt: buurtcode}
#     codes: {status: {V: VEH, L: LEE}}
"""


def schrijf(map_: Path) -> list[Path]:
    """Writes the template into a new or empty folder.

    Raises:
        LeveringFout: the folder holds something.
    """
    if map_.exists() and any(map_.iterdir()):
        raise LeveringFout(f"{map_}: is niet leeg; geef een nieuwe map")
    map_.mkdir(parents=True, exist_ok=True)
    paden = []
    for ent in vera.lees().entiteiten:
        pad = map_ / f"{ent.collecties[0]}.csv"
        koppen = [v.pad[0] + (".code" if v.soort == "code" else "") for v in ent.velden
                  if v.id not in ("buurt_bij", "adres_bij")]  # fmt: skip
        pad.write_text(";".join(koppen) + "\n", encoding="utf-8")
        paden.append(pad)
    pad = map_ / "levering.yaml"
    pad.write_text(_UITLEG, encoding="utf-8")
    niet = ["Deze velden van VERA worden niet gelezen, ook niet als ze worden geleverd:", ""]
    for ent in vera.lees().entiteiten:
        niet += [f"{ent.vera}.{veld}: {waarom}" for veld, waarom in ent.nooit.items()]
    (map_ / "lees-eerst.txt").write_text("\n".join(niet) + "\n", encoding="utf-8")
    return [*paden, pad, map_ / "lees-eerst.txt"]
