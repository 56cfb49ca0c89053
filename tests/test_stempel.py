"""Protects: the stamp of a kept page holds all it was made of, and what is kept stays small."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, text

from dashboard import areas, stamp
from dashboard.app import create_app
from dashboard.context import Huis, open_huis
from dashboard.memory import Kast
from dashboard.settings import voor_map
from dashboard.stories.models import Basis
from indicators.contracts import Gebiedskeuze
from tests import publicatie_klein as klein
from tests.bewaard import BUURT, DADEN, blad, foto, lees, merk, nieuw_gemaakt, rauw, tafel, vertel


@pytest.fixture(scope="module")
def huis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Huis]:
    """A house with a row in every table that the page of an area reads."""
    instellingen = voor_map(tmp_path_factory.mktemp("stempel"))
    klein.schrijf(instellingen.datamap, 1)
    areas.schrijf(instellingen.datamap.gebieden,
                  Gebiedskeuze(naam="Mijn buurten", mijn_gebieden=(klein.BUURT,)))  # fmt: skip
    geopend = open_huis(instellingen)
    v = geopend.verhalen
    vertel(v, ook_over=((klein.KLEIN, 2023),))
    for daad in (merk, lees, foto, DADEN["een inzetkaart"], blad, tafel):
        daad(v)
    rauw(v, "INSERT INTO blad_opmerking (versie_id, blok, tekst, rol, door, op) SELECT id, 'a', "
            "'b', 'c', 'd', '2026-11-01' FROM blad_versie")  # fmt: skip
    yield geopend
    geopend.sluit()


def test_every_table_that_a_kept_page_reads_is_in_its_stamp(huis: Huis) -> None:
    app: Flask = create_app(huis.instellingen, huis).server
    gelezen: set[str] = set()
    tabellen = set(Basis.metadata.tables)

    def luister(_c: Any, _k: Any, zin: str, *_: Any) -> None:
        woorden = set(zin.replace('"', " ").replace(",", " ").split())
        gelezen.update(woorden & tabellen)

    event.listen(huis.verhalen.motor, "before_cursor_execute", luister)
    try:
        for pad, in_stempel in ((BUURT, stamp.ALLES), ("/", stamp.VERHALEN)):
            gelezen.clear()
            nieuw_gemaakt(huis, app, pad)
            assert gelezen and gelezen <= set(in_stempel), gelezen - set(in_stempel)
    finally:
        event.remove(huis.verhalen.motor, "before_cursor_execute", luister)


def test_every_column_of_every_row_counts(huis: Huis) -> None:
    v = huis.verhalen
    codes = [klein.BUURT]
    for naam in stamp.ALLES:
        tabel = Basis.metadata.tables[naam]
        for kolom in tabel.c:
            if kolom.name in stamp._BEELD or kolom.primary_key or kolom.foreign_keys:
                continue
            toen = stamp.stand(v, codes, stamp.ALLES).som
            assert toen == stamp.stand(v, codes, stamp.ALLES).som
            with v.motor.connect() as con:  # and back, so that each is changed alone
                con.execute(text("PRAGMA foreign_keys=OFF"))
                wie = "31" if kolom.name != "gemaakt_door" else uuid.uuid4().hex
                con.execute(text(f"UPDATE {naam} SET {kolom.name} = '{wie}' WHERE rowid = (SELECT "
                                 f"min(rowid) FROM {naam})"))  # fmt: skip
                anders = con.execute(text(f"SELECT count(*) FROM {naam}")).scalar()
                con.commit()
            assert anders and stamp.stand(v, codes, stamp.ALLES).som != toen, (naam, kolom.name)
            if kolom.name == "gebied":
                rauw(v, f"UPDATE {naam} SET gebied = '{klein.BUURT}'")


@dataclass(frozen=True)
class Ding:
    """Something of a size."""

    naam: str
    bytes: int = 10


def test_what_is_kept_is_bounded_and_never_older_than_what_is_known() -> None:
    kast = Kast(hoogstens=35)
    for n in range(5):
        kast.haal((("buurt", n), "lezer"), "s", lambda: (Ding("x"), True))
    assert len(kast) == 3 and kast.gebruikt == 30
    for rol in ("lezer", "redacteur"):
        kast.haal((("buurt", 4), rol), "s", lambda: (Ding("oud"), True))
    nieuw = kast.haal((("buurt", 4), "lezer"), "t", lambda: (Ding("nieuw"), True))
    assert nieuw.naam == "nieuw" and [p for p in kast._er if p[0] == ("buurt", 4)] == [
        (("buurt", 4), "lezer")
    ]
    los = kast.haal((("buurt", 9), "lezer"), "s", lambda: (Ding("los"), False))
    assert los.naam == "los" and (("buurt", 9), "lezer") not in kast._er
    assert kast.gebruikt == 10 * len(kast)


def test_two_who_ask_at_once_make_it_once() -> None:
    kast, keren, poort = Kast(hoogstens=100), [], threading.Barrier(4)

    def maak() -> tuple[Ding, bool]:
        keren.append(1)
        return Ding("x"), True

    def vraag() -> None:
        poort.wait()
        kast.haal((("a",),), "s", maak)

    draden = [threading.Thread(target=vraag) for _ in range(4)]
    for d in draden:
        d.start()
    for d in draden:
        d.join()
    assert keren == [1]
