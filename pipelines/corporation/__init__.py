"""A corporation's own data: read, gated, placed, counted, suppressed, in its own snapshot."""

from pipelines.sources.tabel import BronFout


class LeveringFout(BronFout):
    """A delivery that breaks its contract; nothing of it is taken in.

    The message names file, column and how many rows, never a value.
    """
