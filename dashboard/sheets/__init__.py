"""The Buurtblad: what is on a sheet, how it is printed, frozen, put before a board, and kept."""
