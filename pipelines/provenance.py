"""The record beside every raw object: who made it, when it came, what it was taken for."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Status = Literal["aangeboden", "opgenomen"]


class Herkomst(BaseModel):
    """One delivery (levering): a table-year out of a raw object.

    `status` becomes `opgenomen` only when a publication holds the delivery; what was offered and
    never published is dropped at the next refresh. `opgehaald_op` and `gewijzigd_op` are ISO
    times; the second is the producer's own, where it gives one. `indeling` is the boundary year
    that was said beside the file, where it was; `gemeenten` those that a larger file was cut to.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    levering: str
    status: Status
    soort: Literal["bestand", "odata", "paginas"]
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    bytes: int
    bestand: str
    blad: str | None = None
    bron: str
    generatie: str
    jaar: int
    jaar_uit: str
    grensjaar: int
    gebieden: int
    url: str | None = None
    licentie: str
    opgehaald_op: str
    gewijzigd_op: str | None = None
    voorrang: int = 0
    herstel_geometrie: bool = False
    indeling: int | None = None
    gemeenten: tuple[str, ...] = ()
    fictief: bool
    vervangt: str | None = None
