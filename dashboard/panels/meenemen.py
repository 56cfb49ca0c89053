"""Taking along what is on screen: links to the files that `exports` makes."""

from __future__ import annotations

from dash import html

SOORTEN = {"csv": "CSV", "xlsx": "Excel", "geojson": "GeoJSON"}


def rij(wat: str, adres: str, beeld: bool = False) -> html.P:
    """Links to the files of a page; what is chosen on it goes along in the address.

    Args:
        wat: which page, as in `/uitvoer/<wat>.csv`.
        adres: the address of the page.
        beeld: whether the browser makes the picture of it (`beeld.js`), from its map.
    """
    zoek = adres.partition("?")[2].partition("#")[0]
    soorten = SOORTEN if beeld or wat == "verkennen" else SOORTEN | {"png": "Plaatje (PNG)"}
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
                for soort, naam in soorten.items()
            ),
            *(
                [
                    html.Button(
                        "Plaatje (PNG)", type="button", className="actie", **{"data-beeld": wat}
                    )
                ]
                if beeld
                else []
            ),
        ],
        className="meenemen",
    )
