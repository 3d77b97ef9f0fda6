# Python 3.10 or later and git are all that has to be there; the rest goes into .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
endif

.PHONY: report test lint types layers unit explore golden docs verify bench bench-ledger format clean

# The report on this repository, by the hook as a user would run it.
report: $(VENV)/pre-commit
	$(BIN)/pre-commit try-repo . token-report --all-files

# Every check that a change has to pass.
test: lint types layers unit

lint: $(VENV)/dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(VENV)/dev
	$(BIN)/mypy

layers: $(VENV)/dev
	$(BIN)/lint-imports

unit: $(VENV)/dev
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -n auto --dist loadgroup
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

# The property tests with other examples than those that `make test` takes.
explore: $(VENV)/dev
	HYPOTHESIS_PROFILE=explore $(BIN)/python -m pytest -n auto $$(grep -rl "from hypothesis" tests --include="*_test.py")

# Write the expected outputs of tests/golden anew; read the difference before you commit it.
golden: $(VENV)/dev
	CTXTALLY_WRITE_GOLDEN=1 $(BIN)/python -m pytest -q tests/golden_test.py tests/hooks_golden_test.py

# Write the blocks of the documents anew that a command printed; read the difference as well.
docs: $(VENV)/dev
	CTXTALLY_WRITE_DOCS=1 $(BIN)/python -m pytest -q tests/readme_test.py

# The long oracles; what they found last is recorded in tests/verify/RESULTS.md.
verify: $(VENV)/dev
	$(BIN)/python -m tests.verify

# The gate beside other programs, in minutes; what was found last is in tests/bench/RESULTS.md.
bench: $(VENV)/dev
	$(BIN)/python -m tests.bench

# The ledger at scale, in a quarter of an hour and some GiB of disk; found: tests/bench/LEDGER.md.
bench-ledger: $(VENV)/dev
	$(BIN)/python -m tests.bench.ledger

format: $(VENV)/dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf $(VENV) .coverage* .mypy_cache .pytest_cache .ruff_cache .hypothesis

$(VENV)/pip:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	@touch $@

$(VENV)/pre-commit: $(VENV)/pip
	$(BIN)/python -m pip install --quiet pre-commit
	@touch $@

$(VENV)/dev: $(VENV)/pip pyproject.toml
	$(BIN)/python -m pip install --quiet --editable . --group dev
	@touch $@
