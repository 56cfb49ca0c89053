# Tel & Vertel. `make demo` serves the fictional town; `make test` runs every check.
PYTHON ?= python3
PORT ?= 8050
VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
UV_VERSION := $(shell sed -n 's/^uv==\([0-9.]*\).*/\1/p' requirements.lock)
export DAGSTER_DISABLE_TELEMETRY := yes
export OPENBLAS_NUM_THREADS := 1

.PHONY: help setup demo test proef bench lint lock chromium clean

help:
	@echo "make setup | demo | test | proef | bench | lint | lock | clean"

setup: $(VENV)/.klaar

$(VENV)/.klaar: requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null 2>&1 || { echo "Ontbreekt: $(PYTHON). Installeer Python 3.11 of nieuwer, of geef PYTHON=pad."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Ontbreekt: Python 3.11 of nieuwer. $(PYTHON) is $$($(PYTHON) --version 2>&1). Geef PYTHON=pad."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Ontbreekt: venv. Op Debian en Ubuntu: apt install python3-venv."; exit 1; }
	@test -x $(PY) || $(PYTHON) -m venv $(VENV)
	@$(PY) -m pip --version >/dev/null 2>&1 || { echo "Ontbreekt: pip in $(VENV). Verwijder $(VENV) en probeer opnieuw."; exit 1; }
	@test -x $(BIN)/uv || $(PY) -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	$(BIN)/uv pip sync --quiet --python $(PY) --require-hashes --compile-bytecode requirements.lock
	$(BIN)/uv pip install --quiet --python $(PY) --no-deps --no-build-isolation --editable .
	$(PY) -m compileall -q indicators pipelines dashboard
	@touch $@

demo: setup
	PORT=$(PORT) $(PY) -m pipelines demo

chromium:
	@command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1 || \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null; \
	else echo "Ontbreekt: chromium. De browsertests hebben Chromium of Chrome nodig; installeer het of zet TELVERTEL_CHROMIUM op het pad."; exit 1; fi

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: setup chromium lint
	$(PY) -m pytest -m "not proef" -n 2 --dist loadfile

proef: setup chromium
	$(PY) -m pytest -m proef

bench: setup chromium
	$(PY) -m tests.bench

lock: setup
	$(BIN)/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q -o requirements.lock

clean:
	rm -rf $(VENV) data/demo .mypy_cache .ruff_cache .pytest_cache
