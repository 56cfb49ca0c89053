"""Smaller answers: pages and scripts as gzip for browsers that take it, by the standard library."""

from __future__ import annotations

import gzip

from flask import Flask, Response, request

KLEINSTE = 2_000
"""Bytes under which it does not pay."""
SOORTEN = ("application/json", "application/javascript", "text/javascript", "text/css",
           "image/svg+xml")  # fmt: skip
PADEN = ("/_dash-", "/assets/", "/telefoon/telefoon.", "/telefoon/wachtrij.")
"""What Dash serves, and the phone's scripts: no answer that could carry a key of a session."""


def verklein(server: Flask) -> None:
    """Adds gzip to what Dash serves, where the browser says it can read that."""

    @server.after_request
    def klein(antwoord: Response) -> Response:
        if (
            not request.path.startswith(PADEN)
            or antwoord.mimetype not in SOORTEN
            or antwoord.status_code != 200
            or "Content-Encoding" in antwoord.headers
            or "gzip" not in request.headers.get("Accept-Encoding", "").lower()
        ):
            return antwoord
        antwoord.direct_passthrough = False
        inhoud = antwoord.get_data()
        if len(inhoud) < KLEINSTE:
            return antwoord
        antwoord.set_data(gzip.compress(inhoud, 5, mtime=0))
        antwoord.headers["Content-Encoding"] = "gzip"
        antwoord.vary.add("Accept-Encoding")
        return antwoord
