"""Dutch text and number formats that the catalogue does not hold."""

from __future__ import annotations

from datetime import date, datetime

from indicators.compare import ZEKERHEID
from indicators.model import Indicator

MAANDEN = (
    "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september",
    "oktober", "november", "december",
)  # fmt: skip

_ACHTER = {
    "pct": " %",
    "per_1000": " per 1.000",
    "personen": " personen",
    "per_huishouden": " per huishouden",
    "per_km2": " per km²",
    "km": " km",
    "ha": " ha",
    "m3": " m³",
    "kwh": " kWh",
}
MEERVOUD = {"buurt": "buurten", "wijk": "wijken", "gemeente": "gemeenten"}
"""More than one area of a level; one of them is named by the catalogue."""
HARD = "\u00a0"
"""A space that does not break."""


def getal(waarde: float, decimalen: int = 0) -> str:
    """A number as Dutch writes it: `1.825`, `12,3`."""
    tekst = f"{waarde:,.{decimalen}f}"
    if float(tekst.replace(",", "")) == 0:
        tekst = tekst.lstrip("-")
    return tekst.translate(str.maketrans(",.", ".,")).replace("-", "−")


def cijfer(waarde: float, indicator: Indicator) -> str:
    """A figure with its unit: `12,3 %`, `€ 245.000`, `41 per 1.000`."""
    if indicator.eenheid == "keur":
        return f"€{HARD}{getal(waarde * 1000)}"
    achter = _ACHTER.get(indicator.eenheid, "").replace(" ", HARD)
    return getal(waarde, indicator.decimalen) + achter


def delen(waarde: float, indicator: Indicator) -> tuple[str, str]:
    """A figure as number and unit apart, so that the unit can be set smaller."""
    heel = cijfer(waarde, indicator)
    if heel.startswith("€"):
        return heel, ""
    hoofd, _, eenheid = heel.partition(HARD)
    return hoofd, eenheid


def datum(iso: str | datetime | date | None) -> str:
    """An ISO date or time as `12 maart 2026`; text that is none stays as it is."""
    if iso is None or iso == "":
        return "onbekend"
    if isinstance(iso, date):
        return f"{iso.day} {MAANDEN[iso.month - 1]} {iso.year}"
    try:
        return datum(datetime.fromisoformat(iso))
    except ValueError:
        return iso


def tijdstip(moment: datetime) -> str:
    """A moment as `12 maart 2026, 14:05`."""
    return f"{datum(moment)}, {moment:%H:%M}"


def jaar_van(iso: str) -> int | None:
    """The year of an ISO text; None when it has none."""
    return int(iso[:4]) if iso[:4].isdecimal() else None


def eerste_woorden(tekst: str, hoogstens: int = 90) -> str:
    """The beginning of a text, cut between words."""
    plat = " ".join(tekst.split())
    if len(plat) <= hoogstens:
        return plat
    return plat[:hoogstens].rsplit(" ", 1)[0].rstrip(" ,;:.") + f"{HARD}…"


def opsomming(namen: list[str], hoogstens: int = 6) -> str:
    """A list in a sentence: `a, b en c`; what is too many is counted."""
    if len(namen) > hoogstens:
        namen = [*namen[: hoogstens - 1], f"nog {len(namen) - hoogstens + 1} andere"]
    if len(namen) < 2:
        return "".join(namen)
    return f"{', '.join(namen[:-1])} en {namen[-1]}"


def aantal(n: int, enkel: str, meer: str) -> str:
    """A count with its word: `1 verhaal`, `3 verhalen`, `geen verhalen`."""
    if n == 0:
        return f"geen {meer}"
    return f"{getal(n)} {enkel if n == 1 else meer}"


def hoofdletter(tekst: str) -> str:
    """The text with a capital first."""
    return tekst[:1].upper() + tekst[1:]


def zeker(kans: float | None) -> str:
    """The word for a probability; empty below the point where no direction is claimed."""
    return next((woord for grens, woord in ZEKERHEID if kans is not None and kans >= grens), "")
