"""A large CSV as columns at once; with anything unusual in it the patient reader does it."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv

from pipelines.sources.tabel import Woorden

VANAF = 2_000_000
"""Bytes from which it is worth the trouble."""


def lees(inhoud: bytes, scheiding: str, koppen: Sequence[str]) -> dict[str, Woorden] | None:
    """The cells as text without spaces around them, each different one once.

    Args:
        inhoud: the file, headings first.
        scheiding: what stands between cells.
        koppen: its column names.

    Returns:
        Column name to cells; None when it is small, no UTF-8, or not every line has as many
        cells: then the reader that names the line must look.
    """
    if len(inhoud) < VANAF or len(set(koppen)) != len(koppen):
        return None
    inhoud = inhoud.removeprefix(b"\xef\xbb\xbf")
    try:
        tabel = pcsv.read_csv(
            pa.BufferReader(inhoud),
            read_options=pcsv.ReadOptions(column_names=list(koppen), skip_rows=1),
            parse_options=pcsv.ParseOptions(delimiter=scheiding, ignore_empty_lines=False),
            convert_options=pcsv.ConvertOptions(
                column_types=dict.fromkeys(koppen, pa.string()), strings_can_be_null=False
            ),
        )
    except (pa.ArrowInvalid, UnicodeDecodeError):
        return None
    laatste = str(tabel.column(0)[-1]) if len(tabel) else ""
    if laatste.startswith(("Bron:", "©")) or not laatste:
        return None
    return {naam: _cellen(tabel.column(naam)) for naam in koppen}


def _cellen(kolom: pa.ChunkedArray) -> Woorden:
    code = pc.utf8_trim_whitespace(kolom).combine_chunks().dictionary_encode()
    return Woorden(code.indices.to_numpy(), code.dictionary.to_pylist())
