# Everything a developer or CI needs, on a machine with Python 3.11 and pip.
#   make run     install into .venv and serve agents.d
#   make test    install and run the tests
#   make check   lint, types, import rules, tests with coverage
PYTHON ?= python3
BIN := .venv/bin
ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
endif

.PHONY: run test check lint types imports cover clean

run: .venv/run
	$(BIN)/callboard serve

test: .venv/dev
	$(BIN)/python -m pytest $(ARGS)

check: lint types imports cover

lint: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/dev
	$(BIN)/mypy
	$(BIN)/pyright

imports: .venv/dev
	$(BIN)/lint-imports

cover:
	$(MAKE) test ARGS="--cov --cov-report="
	$(BIN)/python -m coverage report --skip-covered
	$(BIN)/python -m coverage report --fail-under=95 \
		--include='runtime/conversation/*,runtime/wire/*,runtime/spec/*'

# Stamps: an environment is made anew when what it installs has changed.
.venv/run: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[local,media,fast]'
	@touch $@

.venv/dev: pyproject.toml .venv/run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

clean:
	rm -rf .venv build dist .coverage .hypothesis .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
