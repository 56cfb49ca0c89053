"""Peers of the map: the same polygons and figures in what others would use."""
