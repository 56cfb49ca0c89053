"""Peer: a Plotly choropleth map (MapLibre inside) in Dash, recoloured by a dropdown.

`python plotly_kaart.py MAP POORT`; MAP holds `kaart.geojson` and `waarden.json`.
"""

import json
import sys
from pathlib import Path

import plotly.graph_objects as go
from dash import Dash, Input, Output, Patch, dcc, html

map_, poort = Path(sys.argv[1]), int(sys.argv[2])
kaart = json.loads((map_ / "kaart.geojson").read_text())
waarden = json.loads((map_ / "waarden.json").read_text())
namen = list(waarden["cijfers"])

figuur = go.Figure(
    go.Choroplethmap(
        geojson=kaart, locations=waarden["codes"], featureidkey="properties.gebied",
        z=waarden["cijfers"][namen[0]], marker={"line": {"width": 0.3}},
    )
)  # fmt: skip
figuur.update_layout(
    map={"style": "white-bg", "center": {"lon": 5.3, "lat": 52.2}, "zoom": 6.2},
    margin={"l": 0, "r": 0, "t": 0, "b": 0}, height=640,
)  # fmt: skip

app = Dash(__name__, assets_folder=str(map_ / "geen"), suppress_callback_exceptions=True)
app.layout = html.Div([dcc.Location(id="url"), html.Div(id="pagina")])


@app.callback(Output("pagina", "children"), Input("url", "pathname"))
def pagina(pad: str) -> object:
    """The map, or a page without one."""
    if pad != "/kaart":
        return html.H1("leeg")
    return [dcc.Dropdown(namen, namen[0], id="cijfer"), dcc.Graph(id="kaart", figure=figuur)]


@app.callback(Output("kaart", "figure"), Input("cijfer", "value"), prevent_initial_call=True)
def kleur(naam: str) -> Patch:
    """Only the figures travel, not the polygons."""
    deel = Patch()
    deel["data"][0]["z"] = waarden["cijfers"][naam]
    return deel


if __name__ == "__main__":
    app.run(host="127.0.0.1", port=poort, debug=False)
