"""Tests: one file per subject; the network is blocked, except for this machine itself."""
