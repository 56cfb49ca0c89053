"""The meaning: what an indicator is, how values are combined, compared and withheld.

Pure: arrays and frames in, arrays and frames out. No network, clock, environment or storage.
"""
