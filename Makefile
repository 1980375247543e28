# make run: start the app. make test: lint, types, the tests. make nightly: these, and the tests marked slow. make bench: write
# docs/benchmarks.md. All may be repeated.
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
# WORKERS: processes that share the tests. KILLS: how often make nightly kills a training at a random moment.
WORKERS ?= 2
KILLS ?= 50

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1

.PHONY: run test types suite nightly slow bench clean

run: $(VENV)/.app
	$(PY) app.py

test: $(VENV)/.test
	$(VENV)/bin/ruff check .
	$(MAKE) --no-print-directory -j 2 types suite

types:
	$(VENV)/bin/mypy

suite:
	$(PY) -m pytest -n $(WORKERS) --dist loadfile -m "not slow"

nightly:
	$(MAKE) --no-print-directory test
	$(MAKE) --no-print-directory slow

slow: $(VENV)/.test
	GANAPP_NIGHTLY=1 GANAPP_TEST_KILLS=$(KILLS) $(PY) -m pytest -m slow

bench: $(VENV)/.test
	$(PY) scripts/bench.py

$(PY):
	$(PYTHON) -c 'import sys; sys.exit("Likeness needs Python 3.11 or newer: make run PYTHON=python3.12" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet --upgrade 'pip>=25.1'

$(VENV)/.app: requirements.txt | $(PY)
	$(PY) -m pip install --quiet -r requirements.txt
	touch $@

$(VENV)/.test: pyproject.toml scripts/browser.py $(VENV)/.app | $(PY)
	$(PY) -m pip install --quiet -r requirements.txt --group test
	$(PY) scripts/browser.py
	touch $@

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
