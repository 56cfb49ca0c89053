"""Taking along what is on screen: links to the files that `exports` makes."""

from __future__ import annotations

from dash import html

SOORTEN = {"csv": "CSV", "xlsx": "Excel", "geojson": "GeoJSON"}


def rij(wat: str, adres: str) -> html.P:
    """Links to the files of a page; what is chosen on it goes along in the address."""
    zoek = adres.partition("?")[2].partition("#")[0]
    return html.P(
        [
            html.Span("Neem de cijfers mee: "),
            *(
                html.A(
                    naam,
                    href=f"/uitvoer/{wat}.{soort}" + (f"?{zoek}" if zoek else ""),
                    download="",
                    **{"aria-label": f"{naam}: neem de cijfers mee als bestand"},
                )
                for soort, naam in SOORTEN.items()
            ),
        ],
        className="meenemen",
    )
