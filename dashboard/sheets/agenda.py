"""Meetings and days to look back as iCalendar, for the calendar people already have."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from icalendar import Alarm, Calendar, Event

from dashboard.sheets.round import Bladen, na_een_jaar
from dashboard.words import datum

_WEEK = timedelta(days=7)


def ical(bladen: Bladen) -> bytes:
    """All meetings a sheet is put before, and a year (or as agreed) later the day to look back."""
    agenda = Calendar()
    agenda.add("prodid", "-//Tel en Vertel//Buurtblad//NL")
    agenda.add("version", "2.0")
    for blad, versie, tafel in bladen.vragen():
        gebied = blad.gebied
        naam = str((versie.vel or {}).get("titel", gebied))
        sinds = versie.vastgezet_op or datetime(2000, 1, 1, tzinfo=UTC)
        sleutel = f"{blad.id}-{versie.nummer}-{tafel.tafel}"
        agenda.add_component(
            _dag(f"{sleutel}-vergadering", tafel.vergadering_op, sinds,
                 f"Buurtblad {naam} voor {tafel.tafel}", f"{versie.naam} van {gebied}.")
        )  # fmt: skip
        if tafel.status == "voorgelegd":
            continue
        terug = tafel.terugkijken_op or na_een_jaar(tafel.vergadering_op)
        agenda.add_component(
            _dag(f"{sleutel}-terug", terug, tafel.vastgelegd_op or sinds,
                 f"Terugkijken: Buurtblad {naam} ({tafel.tafel})",
                 f"Op {datum(tafel.vergadering_op)} {tafel.status}. Schrijf op wat ervan kwam.",
                 herinner=True)
        )  # fmt: skip
    return bytes(agenda.to_ical())


def _dag(
    sleutel: str, dag: date, sinds: datetime, kop: str, uitleg: str, herinner: bool = False
) -> Event:
    afspraak = Event()
    afspraak.add("uid", f"{uuid5(NAMESPACE_URL, sleutel)}@telvertel")
    afspraak.add("dtstamp", sinds)
    afspraak.add("dtstart", dag)
    afspraak.add("summary", kop)
    afspraak.add("description", uitleg)
    if herinner:
        bel = Alarm()
        bel.add("action", "DISPLAY")
        bel.add("description", kop)
        bel.add("trigger", -_WEEK)
        afspraak.add_component(bel)
    return afspraak
