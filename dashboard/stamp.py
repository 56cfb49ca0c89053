"""What the story store holds of some areas, as one checksum: other rows, another stamp.

The stamp comes from the rows themselves, every column of them, so it does not matter who wrote:
this process, another one, a command or a restored backup. Nobody has to remember to say so.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, select, type_coerce
from sqlalchemy.types import NullType

from dashboard.sheets.models import BladOpmerking, BladTafel, BladVersie, Buurtblad
from dashboard.stories.models import (
    Basis,
    Koppeling,
    Merk,
    Nalezing,
    Revisie,
    Verhaal,
    VerhaalGebied,
)
from dashboard.stories.models_inzet import Inzetkaart, InzetRevisie
from dashboard.stories.models_telefoon import Foto
from dashboard.stories.repository import Verhalen

_CODES: BindParameter[Any] = bindparam("codes", expanding=True)
_ELDERS = select(VerhaalGebied.verhaal_id).where(VerhaalGebied.gebied.in_(_CODES))
_IDS = select(Verhaal.id).where(Verhaal.gebied.in_(_CODES)).union(_ELDERS)
_PAREN = select(Koppeling.id).where(Koppeling.verhaal_id.in_(_IDS))
_KAARTEN = select(Inzetkaart.id).where(Inzetkaart.gebied.in_(_CODES))
_BLADEN = select(Buurtblad.id).where(Buurtblad.gebied.in_(_CODES))
_VERSIES = select(BladVersie.id).where(BladVersie.blad_id.in_(_BLADEN))
_BEELD = frozenset({"jpeg64"})
"""Not read: the bytes of a photo never change but by a wipe, which also marks the row."""


def _rijen(soort: type[Basis], waar: ColumnElement[bool]) -> Any:
    """All rows of a kind, as the store has them: nothing is made of them but a checksum."""
    tabel: Any = soort.__table__
    kolommen = [type_coerce(k, NullType()) for k in tabel.c if k.name not in _BEELD]
    return select(*kolommen).where(waar).order_by(*tabel.primary_key.columns)


VERHALEN: dict[str, Select[Any]] = {
    "verhaal": _rijen(Verhaal, Verhaal.id.in_(_IDS)),
    "verhaal_gebied": _rijen(VerhaalGebied, VerhaalGebied.verhaal_id.in_(_IDS)),
    "revisie": _rijen(Revisie, Revisie.verhaal_id.in_(_IDS)),
    "nalezing": _rijen(Nalezing, Nalezing.verhaal_id.in_(_IDS)),
    "koppeling": _rijen(Koppeling, Koppeling.verhaal_id.in_(_IDS)),
    "merk": _rijen(Merk, Merk.koppeling_id.in_(_PAREN)),
}
"""Per table the rows of the stories of some areas (`codes`)."""
ALLES: dict[str, Select[Any]] = VERHALEN | {
    "verhaal_foto": _rijen(Foto, Foto.verhaal_id.in_(_IDS)),
    "inzetkaart": _rijen(Inzetkaart, Inzetkaart.gebied.in_(_CODES)),
    "inzet_revisie": _rijen(InzetRevisie, InzetRevisie.inzet_id.in_(_KAARTEN)),
    "buurtblad": _rijen(Buurtblad, Buurtblad.gebied.in_(_CODES)),
    "blad_versie": _rijen(BladVersie, BladVersie.blad_id.in_(_BLADEN)),
    "blad_tafel": _rijen(BladTafel, BladTafel.versie_id.in_(_VERSIES)),
    "blad_opmerking": _rijen(BladOpmerking, BladOpmerking.versie_id.in_(_VERSIES)),
}
"""The same, with photos, inzetkaarten and sheets: all that the page of an area reads."""
_MAKER = list(Verhaal.__table__.c.keys()).index("gemaakt_door")


@dataclass(frozen=True)
class Stand:
    """The checksum of the rows, and which accounts told the stories among them."""

    som: str
    vertellers: frozenset[uuid.UUID]


def stand(verhalen: Verhalen, codes: Sequence[str], tabellen: dict[str, Select[Any]]) -> Stand:
    """How the store stands for some areas.

    Args:
        verhalen: the story store.
        codes: the areas, their predecessors among them.
        tabellen: `VERHALEN` or `ALLES`.

    Raises:
        SQLAlchemyError: when the store cannot be read.
    """
    som, makers = hashlib.blake2b(digest_size=16), set()
    with verhalen.motor.connect() as verbinding:
        for naam, vraag in tabellen.items():
            gevonden = verbinding.execute(vraag, {"codes": list(codes)})
            rijen = [tuple(r) for r in gevonden]  # a Row shortens long words in its repr
            som.update(f"{naam} {len(rijen)} {rijen!r}".encode())
            if naam == "verhaal":
                makers = {r[_MAKER] for r in rijen if r[_MAKER] is not None}
    return Stand(som.hexdigest(), frozenset(uuid.UUID(str(m)) for m in makers))
