"""Telling in thirty seconds from a phone: paired once, sent when there is a connection."""
