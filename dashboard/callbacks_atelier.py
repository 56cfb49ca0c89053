"""The wiring of the Methode-atelier: controls to address, address to outcome, and keeping it."""

from __future__ import annotations

from typing import Any

from dash import ALL, ClientsideFunction, Dash, Input, Output, State, no_update

from dashboard import access, address, trial, weighings
from dashboard.areas import KeuzeFout
from dashboard.context import Huis
from dashboard.pages import atelier
from dashboard.panels import formulier, proef
from dashboard.snapshot import GeenPublicatie
from dashboard.stories.repository import nu
from dashboard.trial import GeenUitkomst, Instelling
from dashboard.who import huidig
from indicators.proef_uitleg import hangt_af
from indicators.weging import Weging

VELDEN = ("methode", "schaal", "behandeling", "referentie")
_GEWICHT = {"type": "atelier-gewicht", "deel": ALL}
_DELEN = ("stempel", "lezen", "meldingen", "legenda", "uitleg", "onder", "meenemen")


def verbind(app: Dash, huis: Huis) -> None:
    """Adds the callbacks of the page to the app."""
    _volgen(app, huis)
    _bewaren(app, huis)
    _intrekken(app, huis)
    _hangen(app, huis)
    app.clientside_callback(
        ClientsideFunction("kaart", "toon"),
        Output("atelier-getoond", "data"),
        Input("atelier-stand", "data"),
        Input("atelier-gekozen", "data"),
    )
    app.clientside_callback(
        ClientsideFunction("atelier", "kies"),
        Output("atelier-gekeken", "data"),
        Input(_GEWICHT, "value"),
        *(Input(f"atelier-{v}", "value") for v in ("gemeente", *VELDEN)),
        Input({"type": "atelier-naast", "plek": ALL}, "value"),
        State("atelier-keuze", "data"),
        prevent_initial_call=True,
    )


def _volgen(app: Dash, huis: Huis) -> None:
    """The outcome follows the address; controls only when they say something else (going back)."""

    @app.callback(
        Output("atelier-stand", "data"),
        Output("atelier-gekozen", "data"),
        Output("atelier-keuze", "data"),
        Output("atelier-stempel", "children"),
        Output("atelier-lezen", "children"),
        Output("atelier-meldingen", "children"),
        Output("atelier-legenda-vak", "children"),
        Output("atelier-uitleg", "children"),
        Output("atelier-onder", "children"),
        Output("atelier-meenemen", "children"),
        Output("atelier-beeld", "hidden"),
        *(Output(f"atelier-{v}", "value") for v in VELDEN),
        Output(_GEWICHT, "value"),
        Input("url", "search"),
        State("url", "pathname"),
        State("atelier-keuze", "data"),
        *(State(f"atelier-{v}", "value") for v in VELDEN),
        State(_GEWICHT, "value"),
        prevent_initial_call=True,
    )
    def volg(zoek: str | None, pad: str, vorig: dict[str, Any] | None, *staat: Any) -> Any:
        niets = (*(no_update,) * (11 + len(VELDEN)), [no_update] * len(staat[-1]))
        adres = address.lees(pad, zoek)
        if adres.pagina != "atelier":
            return niets
        try:
            with huis.snapshots.lezing() as lezing:
                d = atelier.delen(huis, lezing, adres)
        except (GeenPublicatie, KeuzeFout):
            return niets
        keuze, i = d["keuze"], d["instelling"]
        if vorig and (vorig["as"], vorig["gemeente"]) != (i.as_, i.gemeente):
            return niets  # another axis or gemeente is another page
        velden = [no_update if keuze[v] == s else keuze[v]
                  for v, s in zip(VELDEN, staat[:-1], strict=True)]  # fmt: skip
        gewicht = [no_update if w == s else w for w, s in zip(i.gewicht, staat[-1], strict=True)]
        return (d["stand"], d["gekozen"], keuze, *(d[n] for n in _DELEN),
                d["stand"] is None, *velden, gewicht)  # fmt: skip


def _bewaren(app: Dash, huis: Huis) -> None:
    @app.callback(
        Output("atelier-melding", "children"),
        Output("url", "search", allow_duplicate=True),
        Output("bericht", "children", allow_duplicate=True),
        Input("atelier-bewaar", "n_clicks"),
        State("atelier-naam", "value"),
        State("atelier-reden", "value"),
        State("url", "search"),
        prevent_initial_call=True,
    )
    def bewaar(kliks: int | None, naam: str | None, reden: str | None, zoek: str | None) -> Any:
        if not kliks:
            return no_update, no_update, no_update
        if not access.mag(huidig(), "weging bewaren", nu()):
            return formulier.fout("Dat mag niet met jouw rol."), no_update, no_update
        try:
            w, i = _bewaar(huis, naam or "", reden or "", zoek)
        except (GeenPublicatie, GeenUitkomst, KeuzeFout, weighings.BewaarFout) as fout:
            return formulier.fout(str(fout)), no_update, no_update
        except OSError:
            return formulier.fout("Er is nu niet te schrijven; er is niets bewaard. Probeer het zo "
                                  "nog eens."), no_update, no_update  # fmt: skip
        nieuw = i.adres(bewaard=w).partition("?")[2]
        return None, f"?{nieuw}", f"De instelling is bewaard als „{w.naam}”, versie {w.versie}."


def _intrekken(app: Dash, huis: Huis) -> None:
    @app.callback(
        Output("atelier-weg-melding", "children"),
        Output("ververs", "data", allow_duplicate=True),
        Output("bericht", "children", allow_duplicate=True),
        Input("atelier-trek-in", "n_clicks"),
        State("atelier-weg-welke", "value"),
        State("atelier-weg-reden", "value"),
        State("ververs", "data"),
        prevent_initial_call=True,
    )
    def trek_in(kliks: int | None, welke: str | None, reden: str | None, ververs: int) -> Any:
        if not kliks:
            return no_update, no_update, no_update
        if not access.mag(huidig(), "weging bewaren", nu()):
            return formulier.fout("Dat mag niet met jouw rol."), no_update, no_update
        try:
            w = weighings.trek_in(huis.instellingen.datamap.wegingen, welke or "", reden or "",
                                  huidig().naam, nu())  # fmt: skip
        except (KeuzeFout, weighings.BewaarFout) as fout:
            return formulier.fout(str(fout)), no_update, no_update
        except OSError:
            return formulier.fout("Er is nu niet te schrijven; er is niets ingetrokken. Probeer "
                                  "het zo nog eens."), no_update, no_update  # fmt: skip
        return None, ververs + 1, f"De instelling „{w.naam}” is ingetrokken."


def _bewaar(huis: Huis, naam: str, reden: str, zoek: str | None) -> tuple[Weging, Instelling]:
    """Keeps what the address says, when it can be worked out."""
    with huis.snapshots.lezing() as lezing:
        i = trial.lees(huis, lezing, address.lees("/atelier", zoek))
        if i.meldingen:
            raise weighings.BewaarFout(
                f"Wat hier staat is niet wat het adres vraagt, dus er is niets bewaard. "
                f"{i.meldingen[0]} Stel het opnieuw in."
            )
        trial.reken(huis, lezing, i)
        publicatie = lezing.publicatie.publicatie
    wie, op = huidig().naam, nu()
    wat = Weging(
        id="nieuw", versie=1, naam="nieuw", reden="nieuw", door=wie, op=op, publicatie=publicatie,
        boom=i.boom.id, knoop=i.knoop.id,
        gewichten={d.indicator: w for d, w in zip(i.knoop.delen, i.gewicht, strict=True)},
        methode=i.methode, schaal=i.schaal, behandeling=i.behandeling, referentie=i.referentie,
    )  # fmt: skip
    return weighings.bewaar(huis.instellingen.datamap.wegingen, naam, reden, wie, op, wat), i


def _hangen(app: Dash, huis: Huis) -> None:
    @app.callback(
        Output("atelier-hangt-uit", "children"),
        Input("atelier-hangt", "n_clicks"),
        State("url", "search"),
        prevent_initial_call=True,
    )
    def reken(kliks: int | None, zoek: str | None) -> Any:
        if not kliks:
            return no_update
        try:
            with huis.snapshots.lezing() as lezing:
                i = trial.lees(huis, lezing, address.lees("/atelier", zoek))
                u = trial.reken(huis, lezing, i)
            k = u.plek(i.gebied)
            gebied = None if k is None else int(u.uit.rij[k])
            lijst = hangt_af(u.as_, u.cijfers.cellen.van(u.hier),
                             u.cijfers.cellen.waarde[u.van], i.opzet(), gebied)  # fmt: skip
        except (GeenPublicatie, GeenUitkomst, KeuzeFout, ValueError) as fout:
            return formulier.fout(str(fout))
        return proef.hangt(u, i, lijst)
