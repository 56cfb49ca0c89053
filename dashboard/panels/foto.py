"""Photos with a story, as they stand beside its words."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from dash import html


def fotos(ids: Sequence[uuid.UUID]) -> list[Any]:
    """The photos of one story; what is on them nobody wrote down, so the words must do without."""
    return [
        html.Img(src=f"/foto/{id_}.jpg", alt="Foto bij dit verhaal", className="verhaal-foto")
        for id_ in ids
    ]
