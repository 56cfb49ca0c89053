"""One module per outside system; each gives `Tabel`s, and nothing else leaves this room."""
