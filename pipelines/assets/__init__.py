"""Thin assets: each wires a source or a contract to what does the work."""
