"""`/uitvoer/...`: the files of a page, with everything in the address checked."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Flask, Response, abort, request

from dashboard import (
    address,
    comparison,
    export_map,
    export_picture,
    export_trial,
    exports,
    sentences,
    trial,
)
from dashboard import map as kaart
from dashboard.areas import KeuzeFout
from dashboard.comparison import Kolom
from dashboard.context import Huis
from dashboard.exports import Regel
from dashboard.sheets.model import BladFout
from dashboard.snapshot import GeenPublicatie, Lezing
from dashboard.snapshot_compare import grenzen
from dashboard.snapshot_types import Waarde
from dashboard.words import opsomming
from indicators.model import Indicator

BLADEN = ("buurt", "vergelijken", "eigen")
_EIGEN = (
    "Cijfers van een eigen gebied zijn opgeteld uit buurten, of gewogen met het aantal waar ze "
    "een deel van zijn. Gemiddelden en medianen zijn weggelaten: die zijn niet op te tellen.",
    "onder en boven geven aan waartussen het cijfer ligt door de afronding van CBS.",
)


def routes(server: Flask, huis: Huis) -> None:
    """Adds `/uitvoer/<blad>.<soort>`."""

    @server.get("/uitvoer/<blad>.<soort>")
    def uitvoer(blad: str, soort: str) -> Response:
        beeld = soort == "png" and blad in BLADEN  # that of Verkennen is drawn in the browser
        if blad not in (*BLADEN, "verkennen", "atelier") or not (beeld or soort in exports.MIME):
            abort(404)
        decimaal = request.args.get("decimaal", "komma")
        if decimaal not in ("komma", "punt"):
            return _nee("decimaal is komma of punt")
        try:
            with huis.snapshots.lezing() as lezing:
                if blad == "atelier":
                    return _proef(huis, lezing, soort, decimaal == "komma")
                if blad == "verkennen":
                    return _kaart(huis, lezing, soort, decimaal == "komma")
                return _maak(huis, lezing, blad, soort, decimaal == "komma")
        except (GeenPublicatie, KeuzeFout, BladFout) as fout:
            return _nee(str(fout), 503)


def _nee(waarom: str, code: int = 400) -> Response:
    return Response(f"Dit bestand is niet te maken: {waarom}.\n", code, mimetype="text/plain")


def _maak(huis: Huis, lezing: Lezing, blad: str, soort: str, komma: bool) -> Response:
    keuze = comparison.kies(huis, lezing, request.args.get("g", "")[:4000])
    if keuze.onbekend or keuze.te_veel:
        weg = opsomming([*keuze.onbekend, *keuze.te_veel])
        return _nee(f"onbekend, of meer dan zes gebieden: {weg}", 404)
    if not keuze.kolommen or (blad != "vergelijken" and len(keuze.kolommen) > 1):
        return _nee("noem met g= het gebied")
    thema = request.args.get("thema") or None
    if thema is not None and thema not in lezing.catalogus.themas:
        return _nee("dat thema bestaat niet", 404)
    getoond = gekozen(lezing, blad, thema)
    tabel = [r for k in keuze.kolommen for r in rijen(lezing, k, getoond)]
    onze = [] if blad == "vergelijken" else scores(lezing, keuze.kolommen[0])
    tabel += referenties(lezing, keuze.kolommen, getoond) if blad == "vergelijken" else onze
    namen = opsomming([k.naam for k in keuze.kolommen])
    titel = f"Vergelijken: {namen}" if blad == "vergelijken" else namen
    eigen = any(k.eigen for k in keuze.kolommen)
    kop = exports.kop(lezing, titel, tabel, _EIGEN if eigen else _EIGEN[1:])
    if soort == "png":
        return _stuur(export_picture.maak(blad, keuze.kolommen, getoond, kop, onze))
    samen = {
        k.sleutel: [(c, max(k.eigen.per_jaar)) for c in k.eigen.nieuwste]
        for k in keuze.kolommen
        if k.eigen and k.eigen.per_jaar
    }
    vormen = None
    if soort == "geojson":
        codes = {(r.gebied, r.grensjaar) for r in tabel}
        vormen = grenzen(lezing, [*codes, *(p for lijst in samen.values() for p in lijst)])
    return _stuur(exports.maak(soort, tabel, kop, grenzen=vormen, samen=samen, komma=komma))


def _kaart(huis: Huis, lezing: Lezing, soort: str, komma: bool) -> Response:
    """A file of what an address of Verkennen shows; a wrong address gives words, not a file."""
    zoek = request.query_string.decode("utf-8", "replace")
    try:
        return _stuur(
            export_map.bestand(huis, lezing, zoek, kaart.eigen_gebieden(huis), soort, komma)
        )
    except ValueError as fout:
        return _nee(str(fout), 404)


def _proef(huis: Huis, lezing: Lezing, soort: str, komma: bool) -> Response:
    """A file of what an address of the Methode-atelier shows, with its stamp."""
    zoek = request.query_string.decode("utf-8", "replace")
    i = trial.lees(huis, lezing, address.lees("/atelier", zoek))
    if i.meldingen:
        return _nee(" ".join(i.meldingen), 404)
    try:
        return _stuur(export_trial.bestand(lezing, i, trial.reken(huis, lezing, i), soort, komma))
    except trial.GeenUitkomst as fout:
        return _nee(str(fout), 404)


def _stuur(bestand: exports.Uitvoer) -> Response:
    antwoord = Response(bestand.inhoud, mimetype=bestand.mime)
    antwoord.headers["Content-Disposition"] = f'attachment; filename="{bestand.naam}"'
    antwoord.headers["Cache-Control"] = "no-store"
    return antwoord


def gekozen(lezing: Lezing, blad: str, thema: str | None) -> list[Indicator]:
    """The indicators that the page shows: the core, one theme, or all that may be shown."""
    per = lezing.catalogus.per_thema()
    if blad != "vergelijken":
        return [i for rij in per.values() for i in rij]
    if thema is not None:
        return list(per[thema])
    return [i for rij in per.values() for i in rij if i.kern]


def rijen(lezing: Lezing, k: Kolom, getoond: Sequence[Indicator]) -> list[Regel]:
    """All years of an area's figures as rows, in the order of the page."""
    cat, g = lezing.catalogus, k.blad.buurt.gebied
    uit: list[Regel] = []
    for indicator in getoond:
        for w in k.blad.buurt.reeks(indicator.id):
            tekst = comparison.stand(w, indicator, cat, k)
            extra = comparison.uit_hoeveel(k, indicator.id, w.jaar, cat)
            if w.jaar in k.blad.buurt.breuken:
                extra = "; ".join(s for s in (extra, f"andere grens vanaf {w.jaar}") if s)
            uit.append(exports.regel(w, g, cat, extra, tekst))
    return uit


def referenties(
    lezing: Lezing, kolommen: Sequence[Kolom], getoond: Sequence[Indicator]
) -> list[Regel]:
    """The grey lines: the gemeente of each area, once."""
    uit: dict[tuple[str, str, int], Regel] = {}
    er_al = {k.sleutel for k in kolommen}
    ids = {i.id: n for n, i in enumerate(getoond)}
    for k in kolommen:
        ref = k.blad.buurt.referentie
        if ref is None or ref.gebied in er_al:
            continue
        waarden: list[Waarde] = sorted(
            (w for w in k.blad.buurt.referentiewaarden.values() if w.indicator in ids),
            key=lambda w: (ids[w.indicator], w.jaar),
        )
        for w in waarden:
            uit[w.gebied, w.indicator, w.jaar] = exports.regel(
                w, ref, lezing.catalogus, "ter vergelijking"
            )
    return list(uit.values())


def scores(lezing: Lezing, k: Kolom) -> list[Regel]:
    """The scores of an area's page, marked as our own indication."""
    b = k.blad.buurt
    uit = []
    for s in b.scores:
        knoop = lezing.catalogus.knoop(s.boom, s.knoop)
        waarom = "" if s.score is not None else sentences.geen_score(
            b, s, knoop,
            [x for x in b.bijdragen if (x.boom, x.knoop, x.jaar) == (s.boom, s.knoop, s.jaar)],
            lezing.catalogus,
        )  # fmt: skip
        uit.append(exports.scoreregel(s, b.gebied, lezing.catalogus, waarom))
    return uit
