"""out_*: areas, outlines, successors, values and scores; only calls into what does the work."""

from collections.abc import Callable

import dagster as dg
import duckdb

from indicators.catalogue import Catalogus
from pipelines import areas, clusters, conversion, geography, method, scores, tiles, values
from pipelines.house import Huis
from pipelines.warehouse import open_warehouse

Maker = Callable[[duckdb.DuckDBPyConnection, Huis], int]


def _asset(naam: str, uitleg: str, deps: list[str], maker: Maker) -> dg.AssetsDefinition:
    @dg.asset(
        name=naam,
        deps=deps,
        group_name="out",
        description=uitleg,
        owners=["team:data"],
        required_resource_keys={"huis"},
        kinds={"duckdb"},
    )
    def _out(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        huis: Huis = context.resources.huis
        with open_warehouse(huis.datamap) as con:
            return dg.MaterializeResult(metadata={"rijen": maker(con, huis)})

    return _out


def maak(cat: Catalogus) -> list[dg.AssetsDefinition]:
    """The out assets, after the core assets of every source that is read in."""
    core = [f"core_{b.id}" for b in cat.bronnen.values() if b.ingelezen]
    return [
        _asset(
            "out_gebied",
            "Gebieden per indeling: codes, namen, ouders, inwoners, woningen.",
            core,
            lambda con, huis: areas.maak_gebieden(con, huis.catalogus),
        ),
        _asset(
            "out_grens",
            "Grenzen per indeling; wijken en gemeenten samengevoegd uit buurten.",
            ["out_gebied"],
            lambda con, _: geography.maak_grenzen(con),
        ),
        _asset(
            "out_gebied_opvolger",
            "Welk gebied in een volgende indeling uit welk gebied is ontstaan.",
            ["out_gebied", "out_grens"],
            lambda con, _: geography.maak_opvolgers(con),
        ),
        _asset(
            "out_tegels",
            "Kaarttegels per indeling en niveau; een keer gemaakt per vorm.",
            ["out_grens"],
            lambda con, huis: tiles.maak_tegels(con, huis.datamap),
        ),
        _asset(
            "out_waarde",
            "Elk cijfer van elk gebied, met interval, soort van ontbreken, aard en bron.",
            ["out_gebied"],
            lambda con, huis: values.maak_waarden(con, huis.catalogus),
        ),
        _asset(
            "out_score",
            "Scores per knoop met dekking en interval, en de bijdrage van elk cijfer.",
            ["out_waarde"],
            lambda con, huis: scores.maak_scores(con, huis.catalogus),
        ),
        _asset(
            "out_beeld",
            "De drie beelden per gebied; samenhang van scores met wat niet meetelt.",
            ["out_score", "out_gebied_opvolger"],
            lambda con, huis: method.maak_beelden(con, huis.catalogus),
        ),
        _asset(
            "out_cluster",
            "Welke buurten op een as bij buurten horen die op hen lijken (lokale Moran).",
            ["out_beeld", "out_grens"],
            lambda con, huis: clusters.maak_clusters(con, huis.catalogus),
        ),
        _asset(
            "out_herberekening",
            "Cijfers van eerdere jaren op de grenzen van nu: aantallen en aandelen daarvan.",
            ["out_waarde", "out_score", "out_gebied_opvolger"],
            lambda con, huis: conversion.maak_herberekend(con, huis.catalogus),
        ),
    ]
