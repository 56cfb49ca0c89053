"""SQL of the page of an area, as `snapshot` asks it."""

from __future__ import annotations

GEBIED = """SELECT g.gebied, g.grensjaar, g.niveau, g.naam, g.wijk, w.naam, g.gemeente,
    g.gemeentenaam, g.inwoners, g.woningen, g.wijziging, g.water, g.fictief
FROM out_gebied g LEFT JOIN out_gebied w ON w.gebied = g.wijk AND w.grensjaar = g.grensjaar"""
KAAL = """SELECT g.gebied, g.grensjaar, g.niveau, g.naam, g.wijk, NULL, g.gemeente,
    g.gemeentenaam, g.inwoners, g.woningen, g.wijziging, g.water, g.fictief FROM out_gebied g"""
"""The same without the name of the wijk, which costs a join over all areas."""
SCORE = """SELECT jaar, boom, knoop, score, onder, boven, dekking, geen_score_reden
FROM out_score WHERE gebied = ? AND grensjaar <= ? ORDER BY jaar, grensjaar"""
BIJDRAGE = """SELECT jaar, boom, knoop, indicator, gewicht, genormaliseerd, bijdrage,
    ontbreekt_door
FROM out_bijdrage WHERE gebied = ? AND grensjaar <= ? ORDER BY jaar, grensjaar"""
HERKOMST = """SELECT levering, bron, generatie, jaar, grensjaar, jaar_uit, bestand, sha256, url,
    licentie, opgehaald_op, gewijzigd_op, gebieden, fictief FROM out_meta__herkomst """
HERKOMST_VAN = """WHERE levering IN
    (SELECT levering FROM out_meta__levering_gebied WHERE gebied = ?) """
LEVERING_CEL = """SELECT indicator, jaar, grensjaar, levering FROM out_meta__levering_cel
WHERE ? BETWEEN van AND tot"""
HERKOMST_ORDE = "ORDER BY bron, jaar, levering"
