# Two commands for people: `make demo` and `make test`. Both set up .venv by themselves.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO := output/example

.PHONY: demo test quick lint types walls unit bench mutants clean

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "auditgen needs Python 3.11 or newer; run: make $(or $(MAKECMDGOALS),demo) PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.installed-test: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[test]"
	@touch $@ $(VENV)/.installed

# The example is not ready on purpose, so exit code 10 is the right one here.
demo: $(VENV)/.installed
	@rm -rf $(DEMO)
	@$(BIN)/auditgen init --example $(DEMO)
	@$(BIN)/auditgen run --workspace $(DEMO) --as-of 2026-11-24 --output output || test $$? -eq 10
	@echo
	@echo "Open the report: output/latest/site/index.html"

test: lint types walls unit

# For the loop of change and try: everything but the slow tests, at most a minute on two processors.
quick: lint types walls
	$(BIN)/python -m pytest --numprocesses auto -m "not slow"

lint: $(VENV)/.installed-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.installed-test
	$(BIN)/mypy

walls: $(VENV)/.installed-test
	$(BIN)/lint-imports --no-logo

unit: $(VENV)/.installed-test
	$(BIN)/python -m pytest --numprocesses auto

bench: $(VENV)/.installed-test
	@for script in tests/benchmarks/bench_*.py; do echo "== $$script"; $(BIN)/python $$script || exit 1; done

$(VENV)/.installed-mutants: pyproject.toml $(VENV)/.installed-test
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[mutants]"
	@touch $@

# Changes one decision at a time and asks whether a test notices; `make mutants SAMPLE=300` tries so many of them.
mutants: $(VENV)/.installed-mutants
	$(BIN)/python tests/tools/mutants.py $(if $(SAMPLE),--sample $(SAMPLE)) $(if $(SEED),--seed $(SEED))

clean:
	rm -rf $(VENV) build dist *.egg-info output/latest output/example
