"""The catalogue as data: YAML files, read by `indicators.catalogue`."""
