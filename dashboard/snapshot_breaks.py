"""When a code came to mean another area: the rule, as SQL over many areas at once."""

ZELFDE_GROND = 0.95
"""The share of its ground that an area keeps to be the same one; less is a break."""
BREUKEN = """WITH wie AS (SELECT DISTINCT unnest($codes::VARCHAR[]) AS code),
raak AS (SELECT code, o.* FROM wie JOIN out_gebied_opvolger o ON o.van = code
    WHERE methode <> 'zelfde_code'
    UNION SELECT code, o.* FROM wie JOIN out_gebied_opvolger o ON o.naar = code
    WHERE methode <> 'zelfde_code')
SELECT code, grensjaar FROM wie JOIN out_gebied ON gebied = code WHERE wijziging = 3
UNION
SELECT o.code, o.grensjaar_naar FROM raak o
JOIN out_gebied n ON n.gebied = o.code AND n.grensjaar = o.grensjaar_naar
JOIN out_gebied v ON v.gebied = o.code AND v.grensjaar = o.grensjaar_van
WHERE o.grensjaar_naar > o.grensjaar_van + 1 OR n.wijziging IS NULL
GROUP BY o.code, o.grensjaar_naar
HAVING coalesce(max(o.aandeel) FILTER (o.van = o.code AND o.naar = o.code), 0) < $deel
    OR coalesce(max(o.aandeel) FILTER (o.van <> o.code AND o.naar = o.code), 0) > 1 - $deel
ORDER BY 1, 2"""
"""Per code of `$codes` the grensjaren from which it is another area; `$deel` is ZELFDE_GROND."""

VLAG = """SELECT DISTINCT grensjaar FROM out_gebied WHERE gebied = ? AND wijziging = 3
ORDER BY grensjaar"""
"""The part of BREUKEN that CBS's flag tells, of one area."""
OVERLAP = """SELECT 1 FROM out_gebied_opvolger o
WHERE (o.van = $code OR o.naar = $code) AND o.methode <> 'zelfde_code'
    AND (o.grensjaar_naar > o.grensjaar_van + 1 OR o.grensjaar_naar IN
        (SELECT grensjaar FROM out_gebied WHERE gebied = $code AND wijziging IS NULL))
LIMIT 1"""
"""Whether the rest of BREUKEN can have anything to say of one area (`$code`)."""
