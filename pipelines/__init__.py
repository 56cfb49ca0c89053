"""The doing: sources, raw, core and out layers, geometry, checks, publication, command line."""
