"""How a Dagster run ended, from its events: why it stopped, and what it warned of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

import dagster as dg
from dagster._utils.error import SerializableErrorInfo

_ZONDER_KLASSE = re.compile(r"^pipelines(?:\.\w+)*Fout: ")
"""Dagster puts the class of an error before its message; people need the message."""
Gebeurtenissen = Sequence[dg.DagsterEvent]
BRONNEN = "bronnen"
"""Metadata of a failed check: ids of the sources that it is about, where that is known."""


def gebeurtenissen(instantie: dg.DagsterInstance, run_id: str) -> list[dg.DagsterEvent]:
    """What happened in a run so far, in order."""
    regels = instantie.all_logs(run_id)
    return [r.dagster_event for r in regels if r.dagster_event is not None]


def _oordelen(alle: Gebeurtenissen) -> Iterable[dg.AssetCheckEvaluation]:
    for e in alle:
        if isinstance(e.event_specific_data, dg.AssetCheckEvaluation):
            yield e.event_specific_data


def waarschuwingen(alle: Gebeurtenissen) -> list[str]:
    """What checks that stop nothing found."""
    return [
        o.description or f"{o.asset_key.to_user_string()}: {o.check_name}"
        for o in _oordelen(alle)
        if not o.passed and not o.blocking
    ]


def schuldig(alle: Gebeurtenissen) -> frozenset[str]:
    """The sources that blocking checks failed on; none when one of them cannot say which."""
    uit: set[str] = set()
    for o in _oordelen(alle):
        if not o.passed and o.blocking:
            zegt = _bronnen(o.metadata)
            if not zegt:
                return frozenset()
            uit |= zegt
    return frozenset(uit)


def _bronnen(metadata: Mapping[str, dg.MetadataValue]) -> set[str]:
    waarde = metadata[BRONNEN].value if BRONNEN in metadata else None
    return set(map(str, waarde)) if isinstance(waarde, list) else set()


def waarom(alle: Gebeurtenissen) -> str | None:
    """The first failure, in the words of the error that caused it; None when nothing failed."""
    for o in _oordelen(alle):
        if not o.passed and o.blocking:
            return f"controle {o.asset_key.to_user_string()}: {o.description}"
    for gebeurtenis in alle:
        if gebeurtenis.is_step_failure:
            return f"{gebeurtenis.step_key}: {_in_woorden(gebeurtenis.step_failure_data.error)}"
    return None


def _in_woorden(fout: SerializableErrorInfo | None) -> str:
    """The first error of our own, which says what to do; else the one that it all began with."""
    keten = [fout] if fout else []
    while keten and keten[-1].cause is not None:
        keten.append(keten[-1].cause)
    if not keten:
        return "onbekende fout"
    eigen = [f for f in keten if (f.cls_name or "").endswith("Fout")]
    return _ZONDER_KLASSE.sub("", (eigen or keten[-1:])[0].message.strip())


def publiceerde(alle: Gebeurtenissen) -> bool:
    """Whether the run came as far as a publication, new or the one that was there."""
    return any(e.is_step_materialization and e.asset_key == dg.AssetKey("publicatie") for e in alle)
