# make run: start the app. make test: lint, types, the tests. make nightly: these, and the tests marked slow. make bench: write
# docs/benchmarks.md. make load: 60 visitors for ten minutes, into docs/benchmarks.md too. make chaos: kills,
# full disks, cuts of the power. All may be repeated.
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
# WORKERS: processes that share the tests. KILLS: how often make nightly kills a training at a random moment.
WORKERS ?= 2
KILLS ?= 50

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1

.PHONY: run test types suite nightly slow bench load chaos clean

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

slow: $(VENV)/.nightly
	GANAPP_NIGHTLY=1 GANAPP_TEST_KILLS=$(KILLS) $(PY) -m pytest -m slow

bench: $(VENV)/.test
	$(PY) scripts/bench.py

load: $(VENV)/.test
	$(PY) scripts/load.py

chaos: $(VENV)/.test
	$(PY) scripts/chaos.py --kills $(KILLS)

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

$(VENV)/.nightly: $(VENV)/.test
	$(PY) -m pip install --quiet --group nightly
	touch $@

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
