"""Pages for when there is nothing to show: friendly, and saying what to do."""

from __future__ import annotations

from dash import html

from dashboard import address
from dashboard.panels.parts import sprong, tekst
from dashboard.snapshot import GebiedOnbekend
from dashboard.words import opsomming


def _blad(titel: str, inhoud: list[object]) -> html.Div:
    return html.Div([html.H1(titel), *inhoud], className="bericht")


def geen_publicatie(waarom: str) -> html.Div:
    """There are no figures yet: how to make a publication."""
    return _blad(
        "Er zijn nog geen gegevens",
        [
            tekst("Tel & Vertel laat cijfers zien uit een publicatie. Die is er nog niet."),
            tekst("Zo maak je er een, op een opdrachtregel in de map van het product:"),
            html.Pre("python -m pipelines refresh --bestanden MAP", tabIndex=0),
            tekst(
                "MAP is een map met bestanden van CBS, zoals de Excelbestanden van Kerncijfers "
                "wijken en buurten. Eerst rondkijken in een fictieve gemeente kan met:"
            ),
            html.Pre("make demo", tabIndex=0),
            tekst("Zodra er een publicatie is, laat deze pagina hem zien: herladen is genoeg."),
            tekst(f"Wat er nu is: {waarom}.", "klein zacht"),
        ],
    )


def onbekend() -> html.Div:
    """An address that leads nowhere."""
    return _blad(
        "Deze pagina bestaat niet",
        [
            tekst("Misschien is het adres niet helemaal overgenomen."),
            html.P(sprong("Naar Mijn buurten", "/")),
        ],
    )


def gebied_onbekend(fout: GebiedOnbekend, grensjaar: int | None) -> html.Div:
    """An area, or a year of boundaries, that the publication does not have."""
    opvolgers = [o for o in fout.opvolgers if o.van == fout.gebied]
    if fout.grensjaren:
        jaren = opsomming([str(j) for j in fout.grensjaren])
        inhoud: list[object] = [
            tekst(f"{fout.gebied} is ingelezen met de indeling van {jaren}, niet van {grensjaar}."),
            html.Ul(
                [
                    html.Li(sprong(f"Naar de indeling van {j}", address.buurt(fout.gebied, j)))
                    for j in reversed(fout.grensjaren)
                ]
            ),
        ]
        titel = f"Geen gegevens met indeling {grensjaar}"
    else:
        titel = "Dit gebied is er niet"
        inhoud = [
            tekst(
                f"In deze publicatie staat geen gebied met de code {fout.gebied[:20]}. "
                "Misschien is de gemeente nog niet ingelezen, of is de code veranderd."
            ),
        ]
    if opvolgers:
        inhoud += [
            tekst("Opgevolgd door:"),
            html.Ul(
                [html.Li(sprong(o.naam_naar or o.naar, address.buurt(o.naar))) for o in opvolgers]
            ),
        ]
    return _blad(titel, [*inhoud, html.P(sprong("Naar Mijn buurten", "/"))])


def mislukt(waarom: str) -> html.Div:
    """Something went wrong that the reader cannot mend here."""
    return _blad(
        "Dit lukt nu niet",
        [tekst(waarom), html.P(sprong("Naar Mijn buurten", "/"))],
    )
