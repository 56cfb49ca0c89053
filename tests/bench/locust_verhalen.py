"""Fifty people at once, by locust: read a buurt, look around, now and then tell.

Locust lives in an environment of its own, not in the lock. With a server on loopback:
`locust -f tests/bench/locust_verhalen.py --headless -u 50 -r 10 -t 60s --host http://127.0.0.1:PORT`.
The buurten come from the server itself: all that a range of search terms finds, so that pages
are not asked for again and again; how many is printed.
"""

from __future__ import annotations

import random
import uuid
from itertools import product
from typing import Any

from locust import HttpUser, between, events, task

STAAT: dict[str, Any] = {}


@events.test_start.add_listener
def _begin(environment: Any, **_: Any) -> None:
    """Which outputs the callbacks have, as the page itself asks."""
    import requests

    vraag = requests.get(f"{environment.host}/_dash-dependencies", timeout=30).json()
    STAAT["kaart"] = {d["output"].strip(".").split("...")[0].split("@")[0]: d for d in vraag}
    codes: set[str] = set()
    for eerste, tweede in product("bdghklmnoprstvwz", "aeiou"):
        zoek = {"q": eerste + tweede}
        antwoord = requests.get(f"{environment.host}/zoeken", params=zoek, timeout=30)
        codes.update(_codes(antwoord.json()))
    STAAT["codes"] = sorted(codes)
    print(f"{len(codes)} buurten")


def _codes(deel: Any) -> list[str]:
    if isinstance(deel, dict):
        return [c for w in deel.values() for c in _codes(w)]
    if isinstance(deel, list):
        return [c for w in deel for c in _codes(w)]
    return [deel] if isinstance(deel, str) and deel.startswith("BU") and len(deel) == 10 else []


class Mens(HttpUser):
    """Someone who reads more than they write."""

    wait_time = between(1, 4)

    def _pagina(self, pad: str, naam: str) -> None:
        uit = STAAT["kaart"]["inhoud.children"]
        self._vraag(uit, {("url", "pathname"): pad, ("url", "search"): "", ("ververs", "data"): 0},
                    naam)  # fmt: skip

    def _vraag(self, uit: dict[str, Any], waarden: dict[tuple[str, str], Any], naam: str) -> None:
        def vul(delen: list[dict[str, Any]]) -> list[dict[str, Any]]:
            return [d | {"value": waarden.get((d["id"], d["property"]))} for d in delen]

        namen = uit["output"].strip(".").split("...")
        uitgangen = [{"id": n.rpartition(".")[0], "property": n.rpartition(".")[2]} for n in namen]
        lijf = {
            "output": uit["output"],
            "outputs": uitgangen if uit["output"].startswith("..") else uitgangen[0],
            "inputs": vul(uit["inputs"]),
            "state": vul(uit["state"]),
            "changedPropIds": [f"{uit['inputs'][0]['id']}.{uit['inputs'][0]['property']}"],
        }
        self.client.post("/_dash-update-component", json=lijf, name=naam)

    @task(8)
    def buurt(self) -> None:
        """The heart of it."""
        self._pagina(f"/buurt/{random.choice(STAAT['codes'])}", "buurt")

    @task(3)
    def mijn_buurten(self) -> None:
        """Mijn buurten."""
        self._pagina("/", "start")

    @task(2)
    def zoek(self) -> None:
        """Search as one types."""
        self.client.get(
            "/zoeken", params={"q": random.choice(("wi", "mar", "tuin", "kan"))}, name="zoeken"
        )

    @task(1)
    def schrijf(self) -> None:
        """An inzetkaart: a write that locks the store."""
        velden = {
            "titel": "Koffie", "doel": "Elkaar kennen.", "werkwijze": "Elke week.",
            "beoogd_effect": "Minder lawaai.", "nodig": "", "thema": "sociaal_beheer",
            "wie": "huismeester", "status": "loopt",
        }  # fmt: skip
        gebied = random.choice(STAAT["codes"])
        waarden: dict[tuple[str, str], Any] = {
            (f"inzet-{v}", "value"): w for v, w in velden.items()
        }
        basis = {"gebied": gebied, "grensjaar": 2023, "sleutel": str(uuid.uuid4())}
        waarden |= {("inzet-bewaar", "n_clicks"): 1, ("inzet-basis", "data"): basis,
                    ("ververs", "data"): 0}  # fmt: skip
        self._vraag(STAAT["kaart"]["inzet-melding.children"], waarden, "schrijven")
