"""Peer: dash-leaflet with one GeoJSON layer on a canvas, recoloured by a dropdown.

`python leaflet_kaart.py MAP POORT`; MAP holds `kaart.geojson` and `waarden.json`.
"""

import json
import shutil
import sys
from pathlib import Path

import dash_leaflet as dl
from dash import Dash, Input, Output, dcc, html
from dash_extensions.javascript import Namespace

map_, poort = Path(sys.argv[1]), int(sys.argv[2])
waarden = json.loads((map_ / "waarden.json").read_text())
namen = list(waarden["cijfers"])
uit = map_ / "leaflet"
uit.mkdir(exist_ok=True)
shutil.copyfile(map_ / "kaart.geojson", uit / "kaart.geojson")


def vulling(naam: str) -> dict[str, object]:
    """What the style function needs: the figure of every code."""
    return {"w": dict(zip(waarden["codes"], waarden["cijfers"][naam], strict=True))}


ruimte = Namespace("naast", "kaart")
naam_van_stijl = ruimte.add(
    """function(feature, context) {
    const w = context.hideout.w[feature.properties.gebied];
    const k = ["#dbe9e9", "#aed0d3", "#74aeb6", "#35828f", "#0a4a56"];
    const kleur = w === null || w === undefined ? "#ffffff" : k[Math.min(4, Math.floor(w / 20))];
    return {fillColor: kleur, fillOpacity: 1, weight: 0.3, color: "#ffffff"};
}"""
)
stijl = ruimte(naam_van_stijl)
ruimte.dump(assets_folder=str(uit))
app = Dash(__name__, assets_folder=str(uit), suppress_callback_exceptions=True)
app.layout = html.Div([dcc.Location(id="url"), html.Div(id="pagina")])


@app.callback(Output("pagina", "children"), Input("url", "pathname"))
def pagina(pad: str) -> object:
    """The map, or a page without one."""
    if pad != "/kaart":
        return html.H1("leeg")
    laag = dl.GeoJSON(
        id="laag", url="/assets/kaart.geojson", style=stijl, hideout=vulling(namen[0])
    )
    kaart = dl.Map(laag, center=[52.2, 5.3], zoom=7, preferCanvas=True, style={"height": "640px"})
    return [dcc.Dropdown(namen, namen[0], id="cijfer"), kaart]


@app.callback(Output("laag", "hideout"), Input("cijfer", "value"), prevent_initial_call=True)
def kleur(naam: str) -> dict[str, object]:
    """Only the figures travel, not the polygons."""
    return vulling(naam)


if __name__ == "__main__":
    app.run(host="127.0.0.1", port=poort, debug=False)
