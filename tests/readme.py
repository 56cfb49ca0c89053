"""The parts of README.md that follow from the code: `python -m tests.readme` renews them."""

from __future__ import annotations

import ast
from pathlib import Path

from indicators.__main__ import tabel
from indicators.catalogue import lees

WORTEL = Path(__file__).resolve().parent.parent
KAMERS = ("indicators", "pipelines", "dashboard")


def modules() -> list[Path]:
    """Every module of the three rooms that does something."""
    return [
        p.relative_to(WORTEL)
        for kamer in KAMERS
        for p in sorted((WORTEL / kamer).rglob("*.py"))
        if "versions" not in p.parts and _doet_iets(p)
    ]


def _doet_iets(pad: Path) -> bool:
    boom = ast.parse(pad.read_text(encoding="utf-8"))
    return pad.name != "__init__.py" or len(boom.body) > 1


def kaart() -> str:
    """One line per module: its path and the first sentence of its docstring."""
    regels = []
    for kamer in KAMERS:
        regels += [f"\n**`{kamer}/`**", "", "| file | what |", "| --- | --- |"]
        for pad in (m for m in modules() if m.parts[0] == kamer):
            uitleg = ast.get_docstring(ast.parse((WORTEL / pad).read_text(encoding="utf-8"))) or ""
            eerste = " ".join(uitleg.split("\n\n")[0].split())
            regels.append(f"| `{pad.as_posix()}` | {eerste.replace('|', ', ')} |")
    return "\n".join(regels).strip()


def delen() -> dict[str, str]:
    """Marker in README.md to what must stand there."""
    return {"kaart": kaart(), "indicatoren": tabel(lees())}


def vernieuw() -> None:
    """Writes the parts into README.md."""
    pad = WORTEL / "README.md"
    tekst = pad.read_text(encoding="utf-8")
    for naam, inhoud in delen().items():
        voor, rest = tekst.split(f"<!-- {naam} -->")
        _, na = rest.split(f"<!-- /{naam} -->")
        tekst = f"{voor}<!-- {naam} -->\n{inhoud}\n<!-- /{naam} -->{na}"
    pad.write_text(tekst, encoding="utf-8")


if __name__ == "__main__":
    vernieuw()
