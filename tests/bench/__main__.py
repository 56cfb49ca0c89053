"""`python -m tests.bench [NAME ...]`: measures, prints a table and writes data/bench.json."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.bench import metingen

WORTEL = Path(__file__).resolve().parents[2]


def meet(namen: list[str]) -> list[dict[str, object]]:
    """Each measurement in a process of its own, so that memory and imports are its own.

    Raises:
        SystemExit: when one of them fails; a table with a hole would pass for a whole one.
    """
    uit: list[dict[str, object]] = []
    for naam in namen:
        klaar = subprocess.run(
            [sys.executable, "-m", "tests.bench", "--een", naam],
            cwd=WORTEL,
            capture_output=True,
            text=True,
            check=False,
        )
        if klaar.returncode:
            raise SystemExit(f"{naam}: mislukt\n{klaar.stderr[-2000:]}")
        uit += json.loads(klaar.stdout.splitlines()[-1])
    return uit


def main(woorden: list[str]) -> int:
    """Runs one measurement (`--een NAME`) or all of them."""
    if woorden[:1] == ["--een"]:
        print(json.dumps(metingen.ALLE[woorden[1]]()))
        return 0
    onbekend = [w for w in woorden if w not in metingen.ALLE]
    if onbekend:
        print(f"onbekend: {onbekend}; wel: {', '.join(metingen.ALLE)}", file=sys.stderr)
        return 2
    uit = meet(woorden or list(metingen.ALLE))
    tabel = Table("wat", "waarde", "eenheid", "naast", "verhouding", box=None)
    for regel in uit:
        verhouding = regel["ratio"]
        tabel.add_row(
            str(regel["name"]),
            f"{regel['value']:.3g}",
            str(regel["unit"]),
            str(regel["peer"] or ""),
            "" if verhouding is None else f"{verhouding:.2f}",
        )
    Console(width=130).print(tabel)
    doel = WORTEL / "data" / "bench.json"
    doel.write_text(json.dumps(uit, indent=1, ensure_ascii=False), encoding="utf-8")
    print(f"geschreven: {doel.relative_to(WORTEL)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
