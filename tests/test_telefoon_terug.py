"""Protects: of a photo only pixels are kept, tellers hear back, a wipe reaches every copy."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from dash import Dash
from PIL import Image
from sqlalchemy import select

from dashboard.app import create_app
from dashboard.context import Huis
from dashboard.phone import photo
from dashboard.phone.pairing import Toestellen, stand
from dashboard.sheets.round import Bladen
from dashboard.stories import backup, erasure, reading
from dashboard.stories.models_telefoon import Foto, Toestel, ToestelInzending
from dashboard.stories.repository import nu
from dashboard.stories.wipe_phone import NAAMLOOS
from tests import publicatie_klein as klein
from tests.bladen import VOL, huis
from tests.telefoon import PLEKKEN, TEKST, Telefoon, inzending, koppel, stel_in

__all__ = ["huis"]
DAG = date(2026, 3, 12)
GEHEIM = "Bij de familie op de hoek is het elke nacht onrustig."


@pytest.fixture
def app(huis: Huis) -> Iterator[Dash]:
    stel_in(huis, PLEKKEN.replace("fotos: false", "fotos: true"))
    yield create_app(huis.instellingen, huis)


def _jpeg(breed: int = 2400, hoog: int = 1200, **meer: Any) -> bytes:
    uit = io.BytesIO()
    beeld = Image.new("RGB", (breed, hoog), "#0b6472")
    beeld.paste("#c08a35", (0, 0, breed // 2, hoog))
    beeld.save(uit, "JPEG", quality=80, **meer)
    return uit.getvalue()


def _van_een_telefoon() -> bytes:
    """A photo with what a phone writes in it: device, moment, place, turned, a remark."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0132], exif[0x0112] = "MerkX", "2026:03:12 12:00:00", 6
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (52.0, 5.0, 7.0)
    return _jpeg(exif=exif.tobytes(), comment=b"gemaakt door Kees", dpi=(72, 72))


def _zip() -> bytes:
    uit = io.BytesIO()
    with zipfile.ZipFile(uit, "w", zipfile.ZIP_DEFLATED) as pak:
        pak.writestr("bom", b"\0" * 5_000_000)
    return uit.getvalue()


def _bom() -> bytes:
    """A small file that says it is 60,000 by 60,000 points."""
    ruw = bytearray(_jpeg(64, 64))
    i = ruw.index(b"\xff\xc0")
    ruw[i + 5 : i + 9] = (60_000).to_bytes(2, "big") * 2
    return bytes(ruw)


def test_of_a_photo_only_pixels_are_kept() -> None:
    ruw = _van_een_telefoon()
    assert b"MerkX" in ruw and b"Kees" in ruw
    pixels = photo.maak_schoon(ruw)
    for spoor in (b"MerkX", b"Kees", b"Exif", b"2026", b"ICC"):
        assert spoor not in pixels.jpeg
    with Image.open(io.BytesIO(pixels.jpeg)) as beeld:
        assert beeld.size == (800, 1600) == (pixels.breed, pixels.hoog), "turned, and made smaller"
        assert not beeld.getexif() and set(beeld.info) <= {"jfif", "jfif_version", "jfif_unit",
                                                           "jfif_density"}  # fmt: skip
        assert beeld.getpixel((400, 10))[2] < 100, "the left half is on top now"  # type: ignore[index]
    assert photo.maak_schoon(_jpeg(progressive=True)).breed == 1600


@pytest.mark.parametrize(
    ("ruw", "naam"),
    [(_zip(), "ZIP"), (b"%PDF-1.7 ...", "PDF"), (b"\x89PNG\r\n", "PNG"), (b"GIF89a", "GIF"),
     (b"<svg onload=alert(1)>", "SVG"), (b"<html>", "webpagina"), (b"", "iets anders"),
     (b"\0\0\0\x18ftypheic", "HEIC"), (_bom(), "bom"), (b"\xff\xd8\xff" + b"x" * 40, "niet heel"),
     (_jpeg()[:-20], "niet heel"), (_jpeg() + _zip(), "ZIP"), (_jpeg() + b"%PDF-1.7", "PDF"),
     (_jpeg() + b"zomaar iets", "iets anders"), (_jpeg(comment=_zip()[:3000]), "ZIP"),
     (_jpeg(comment=b"<script>alert(1)</script>"), "script"), (b"\xff\xd8\xff" * 1_100_000, "MB"),
     (_jpeg(64, 64)[:200] + b"\xff\xd9", "niet heel")],
)  # fmt: skip
def test_what_is_no_plain_photo_is_refused_by_name(ruw: bytes, naam: str) -> None:
    with pytest.raises(photo.FotoFout, match=naam):
        photo.maak_schoon(ruw)


def test_a_photo_comes_with_its_story_once_and_is_seen_where_the_story_is(
    app: Dash, huis: Huis
) -> None:
    telefoon = koppel(app, huis)
    een = inzending(foto=base64.b64encode(_van_een_telefoon()).decode())
    assert telefoon.client.get("/telefoon/plekken").get_json()["fotos"] is True
    assert [telefoon.stuur(een).status_code for _ in range(3)] == [200] * 3
    kapot = inzending(foto=base64.b64encode(_jpeg() + _zip()).decode())
    antwoord = telefoon.stuur(kapot)
    assert antwoord.get_json()["soort"] == "foto" and "ZIP" in antwoord.get_json()["melding"]
    assert telefoon.stuur(kapot | {"foto": None}).status_code == 200, "the words go without it"
    with huis.verhalen.sessie() as sessie:
        [foto] = sessie.scalars(select(Foto)).all()
    client = app.server.test_client()
    beeld = client.get(f"/foto/{foto.id}.jpg")
    assert beeld.mimetype == "image/jpeg" and beeld.headers["Cache-Control"] == "no-store"
    assert photo.van(huis.verhalen, [foto.verhaal_id]) == {foto.verhaal_id: [foto.id]}
    stel_in(huis, PLEKKEN)
    assert telefoon.stuur(foto=een["foto"]).get_json()["soort"] == "foto", "off is off"


def _vertel(huis: Huis, telefoon: Telefoon, **hoe: Any) -> Any:
    een = inzending(**hoe)
    assert telefoon.stuur(een).status_code == 200
    with huis.verhalen.sessie() as sessie:
        vraag = select(ToestelInzending.verhaal_id).order_by(ToestelInzending.id.desc())
        return sessie.scalars(vraag).first()


def test_the_teller_hears_what_became_of_it(app: Dash, huis: Huis) -> None:
    telefoon, ander = koppel(app, huis), koppel(app, huis, naam="Cato")
    verhaal = _vertel(huis, telefoon)

    def zin() -> tuple[str, list[str]]:
        [een] = telefoon.terug()
        return een["zin"], een["bladen"]

    assert zin() == ("Wacht op een tweede lezer.", [])
    reading.lees_na(huis.verhalen, verhaal, 1, False, "Het adres staat erin.", "Rik")
    assert zin()[0] == "Teruggegeven: Het adres staat erin."
    assert telefoon.terug()[0]["tekst"] == TEKST, "to write it anew"
    nog_een = _vertel(huis, telefoon, tekst="In de hal staat weer grofvuil.")
    reading.lees_na(huis.verhalen, nog_een, 1, True, "", "Rik")
    assert telefoon.terug()[0]["zin"] == "Gelezen, mag gedeeld."
    bladen = Bladen(huis)
    versie, _ = bladen.bewaar(klein.BUURT, 2023, VOL, "schrijver")
    bladen.ter_toetsing(versie, "schrijver")
    assert telefoon.terug()[0]["bladen"] == [], "a concept is nobody's business yet"
    with huis.snapshots.lezing() as lezing:
        bladen.leg_voor(lezing, versie, "bestuur", DAG, "toetser")
    begin = "Jouw verhaal staat op het blad van 12 maart 2026. "
    assert telefoon.terug()[0]["bladen"] == [begin + "Het bestuur besloot er nog niet over."]
    bladen.leg_vast(versie, "bestuur", "goedgekeurd", "De hal wordt elke week leeggehaald", "s")
    with bladen.sessie() as s:
        tafel = bladen.versie(s, versie).tafels[0].id
    bladen.gevolg(tafel, "De gemeente haalt het op.", "schrijver")
    assert telefoon.terug()[0]["bladen"] == [
        begin + "Dit is besloten: De hal wordt elke week leeggehaald. "
        "Wat ervan kwam: De gemeente haalt het op."
    ]
    assert telefoon.terug()[1]["bladen"] == [] and ander.terug() == []
    assert koppel(app, huis, naam="Bo").terug() == [], "also of a phone of the same name"


def _spoor(huis: Huis, wat: str) -> list[str]:
    """Where something still is: in tables, in files, in backups."""
    vol = ["tabellen"] if wat in json.dumps(backup.alles(huis.verhalen)) else []
    for pad in huis.instellingen.datamap.verhalen.rglob("*"):
        inhoud = pad.read_bytes() if pad.is_file() else b""
        if pad.suffix == ".zip":
            with zipfile.ZipFile(pad) as pak:
                inhoud = b"".join(pak.read(n) for n in pak.namelist())
        vol += [pad.name] if wat.encode() in inhoud else []
    return vol


def test_a_wipe_takes_words_photo_and_checksum_from_every_copy(app: Dash, huis: Huis) -> None:
    telefoon = koppel(app, huis)
    een = inzending(tekst=GEHEIM, foto=base64.b64encode(_jpeg(400, 300)).decode())
    telefoon.stuur(een)
    with huis.verhalen.sessie() as sessie:
        [foto] = sessie.scalars(select(Foto)).all()
        [rij] = sessie.scalars(select(ToestelInzending)).all()
    assert foto.jpeg64 is not None and foto.sha256 is not None and rij.sha256 is not None
    elders = backup.bewaar(huis.verhalen, huis.instellingen.datamap.map / "elders.zip")
    backup.bewaar(huis.verhalen)
    sporen = (GEHEIM, foto.jpeg64[200:300], foto.sha256, rij.sha256)
    assert all(len(_spoor(huis, s)) >= 2 for s in sporen)
    erasure.wis(huis.verhalen, rij.verhaal_id, "Anna")
    huis.verhalen.motor.dispose()
    assert [_spoor(huis, s) for s in sporen] == [[]] * 4
    [terug] = telefoon.terug()
    assert terug["staat"] == "gewist" and terug["begin"] == ""
    assert app.server.test_client().get(f"/foto/{foto.id}.jpg").status_code == 404
    assert telefoon.stuur(een).status_code == 200, "sent again it is still one, and still wiped"
    assert _spoor(huis, GEHEIM) == [] and huis.verhalen.aantal() == 1
    assert backup.zet_terug(huis.verhalen, elders, vervang=True)["opnieuw gewist"] == 1
    huis.verhalen.motor.dispose()
    assert [_spoor(huis, s) for s in sporen] == [[]] * 4


def test_a_restore_lets_no_phone_in_and_keeps_what_it_told(app: Dash, huis: Huis) -> None:
    telefoon, weg = koppel(app, huis), koppel(app, huis, naam="Weg")
    telefoon.stuur()
    pak = backup.bewaar(huis.verhalen)
    with huis.verhalen.sessie() as sessie:
        sommen = [t.sleutel_sha256 for t in sessie.scalars(select(Toestel))]
    inhoud, _ = backup.lees(pak)
    assert not any(s and s in json.dumps(inhoud) for s in sommen)
    toestellen = Toestellen(huis.verhalen)
    toestellen.trek_in(weg.id)
    backup.zet_terug(huis.verhalen, pak, vervang=True)
    assert {t.stuur().status_code for t in (telefoon, weg)} == {401}
    assert {stand(t, nu()) for t in toestellen.lijst()} == {"opnieuw koppelen"}
    code = toestellen.vernieuw(telefoon.id, timedelta(hours=1))
    assert telefoon.client.post("/telefoon/koppel", json={"code": code}).status_code == 200
    assert [v["begin"] for v in telefoon.terug()] == [TEKST]


def test_terms_forget_links_nobody_used_and_whose_phone_it_was(app: Dash, huis: Huis) -> None:
    telefoon = koppel(app, huis)
    telefoon.stuur()
    toestellen = Toestellen(huis.verhalen)
    toestellen.maak("Nooit", "bewoner", timedelta(days=-100))
    weg = koppel(app, huis, naam="Weg")
    toestellen.trek_in(weg.id)
    with huis.verhalen.sessie() as sessie:
        sessie.get_one(Toestel, weg.id).ingetrokken_op = nu() - timedelta(days=91)
        sessie.commit()
    assert erasure.verloop(huis.verhalen, nu().date())["telefoons"] == 2
    assert {t.naam for t in toestellen.lijst()} == {"Bo", NAAMLOOS}
    assert erasure.verloop(huis.verhalen, nu().date())["telefoons"] == 0
    assert telefoon.stuur().status_code == 200
