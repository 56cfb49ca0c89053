"""Peer: Streamlit with a GeoJSON layer of deck.gl, recoloured by a select box.

`streamlit run streamlit_kaart.py -- MAP`; MAP holds `kaart.geojson` and `waarden.json`.
"""

import json
import sys
from pathlib import Path

import pydeck as pdk
import streamlit as st

map_ = Path(sys.argv[1])
KLEUREN = [[219, 233, 233], [174, 208, 211], [116, 174, 182], [53, 130, 143], [10, 74, 86]]


@st.cache_data
def lees() -> tuple[dict, dict]:
    """Polygons and figures, read once."""
    kaart = json.loads((map_ / "kaart.geojson").read_text())
    return kaart, json.loads((map_ / "waarden.json").read_text())


if st.query_params.get("leeg"):
    st.title("leeg")
    st.stop()
kaart, waarden = lees()
naam = st.selectbox("cijfer", list(waarden["cijfers"]))
per = dict(zip(waarden["codes"], waarden["cijfers"][naam], strict=True))
for vlak in kaart["features"]:
    w = per.get(vlak["properties"]["gebied"])
    vlak["properties"]["kleur"] = [255] * 3 if w is None else KLEUREN[min(4, int(w // 20))]
laag = pdk.Layer("GeoJsonLayer", kaart, get_fill_color="properties.kleur", get_line_width=20)
zicht = pdk.ViewState(latitude=52.2, longitude=5.3, zoom=6.2)
# A style without layers: the default one is fetched from a map service, and this machine has none.
LEEG = 'data:application/json,{"version":8,"sources":{},"layers":[]}'
st.pydeck_chart(pdk.Deck([laag], initial_view_state=zicht, map_style=LEEG), height=640)
