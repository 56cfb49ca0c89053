"""Measurements: `make bench`, with a peer in the same run."""
