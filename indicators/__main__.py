"""`python -m indicators`: check a catalogue, print it as tables, compute and check composites."""

from __future__ import annotations

import sys
from pathlib import Path

from indicators import composite_files
from indicators.catalogue import Catalogus, CatalogusFout, lees, uit_teksten
from indicators.hierarchy import MethodeFout
from indicators.model import EENHEDEN

GEBRUIK = """python -m indicators controleer [MAP]
                     | tabel
                     | bereken --data D.csv --meta M.csv --methode S.yaml --uit DIR
                     | vergelijk DIR"""


def tabel(cat: Catalogus) -> str:
    """The indicators as a Markdown table, per theme; the README holds it, a test compares."""
    regels = ["| thema | id | naam | eenheid | bronnen |", "| --- | --- | --- | --- | --- |"]
    for thema, indicatoren in cat.per_thema(alle=True).items():
        for ind in indicatoren:
            bronnen = ", ".join(b.id for b in cat.bronnen_van(ind.id))
            teken = " *" if ind.kern else ""
            naam = f"{ind.naam}{' (uitgesloten)' if ind.gebruik == 'uitgesloten' else ''}"
            cellen = (cat.themas[thema].naam, f"`{ind.id}`{teken}", naam)
            regels.append(f"| {' | '.join((*cellen, EENHEDEN[ind.eenheid], bronnen))} |")
    return "\n".join(regels)


def controleer(map_: Path | None) -> Catalogus:
    """Reads the catalogue of this house, or one in another folder.

    Raises:
        CatalogusFout: naming file, id and field.
    """
    if map_ is None:
        return lees()
    return uit_teksten({p.name: p.read_text(encoding="utf-8") for p in map_.glob("*.yaml")})


def main(woorden: list[str]) -> int:
    """Runs one command; 0 when all is well."""
    try:
        if woorden[:1] == ["controleer"]:
            cat = controleer(Path(woorden[1]) if len(woorden) > 1 else None)
            print(f"In orde: {len(cat.indicatoren)} indicatoren, {len(cat.bronnen)} bronnen.")
            return 0
        if woorden == ["tabel"]:
            print(tabel(lees()))
            return 0
        if woorden[:1] == ["bereken"]:
            return composite_files.bereken(woorden[1:])
        if woorden[:1] == ["vergelijk"] and len(woorden) == 2:
            return composite_files.vergelijk(Path(woorden[1]))
    except (CatalogusFout, MethodeFout) as fout:
        print(fout, file=sys.stderr)
        return 1
    print(GEBRUIK, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
