# backspan's own commands. Everything runs in .venv, which the first target that needs it makes.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# Many tests wait for a screen to come to rest, so there is time for some more of them than there are cores.
WORKERS ?= $(shell $(PYTHON) -c 'import os; n = os.cpu_count() or 1; print(n + (n + 1) // 2)')
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_CONSTRAINT := $(CURDIR)/constraints.txt

.DEFAULT_GOAL := help
.PHONY: help run test test-long check lint typecheck imports bench bench-closure bench-items bench-checks torture monkey docs wheel clean

help: ## say what each target does
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
	  || { echo "backspan needs Python 3.11 to 3.13: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@echo "Setting up an environment for backspan in $(VENV): once, and it takes about a minute."
	@echo "  1 of 3: an empty one, with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv $(VENV)
	@echo "  2 of 3: pip, which fetches the rest"
	@$(BIN)/pip install --quiet 'pip>=25.1'
	@echo "  3 of 3: the packages of constraints.txt that backspan and its tests use (most of the minute)"
	@$(BIN)/pip install --quiet --editable . --group dev
	@touch $@
	@echo "Done."

run: $(STAMP) ## open the workstation on this folder's topics, the practice topic with sample records
	@echo "Opening the workstation on the topics of $(CURDIR) ..."
	@$(BIN)/backspan init --quiet --samples
	@$(BIN)/backspan

test: $(STAMP) ## run the tests (some ten minutes on two cores), all but those that are long by nature
	@echo "Reading the tests, then running them: some ten minutes on two cores."
	$(BIN)/python -m pytest -m 'not long' -n $(WORKERS) --dist worksteal

test-long: $(STAMP) ## run the tests that are long by nature: the program on terminals, kills, walks through all screens
	@echo "Running the tests that are long by nature: about ten minutes on two cores."
	$(BIN)/python -m pytest -m long -n $(WORKERS) --dist worksteal

check: lint typecheck imports ## everything that reads the code without running it

lint: $(STAMP) ## style and common mistakes (ruff)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

typecheck: $(STAMP) ## types, strictly (mypy)
	$(BIN)/mypy

imports: $(STAMP) ## who may import whom (import-linter)
	$(BIN)/lint-imports

bench: $(STAMP) ## speed as ratios, side by side in one run
	$(BIN)/python -m tests.bench

bench-closure: $(STAMP) ## proposals judged by rustc, over the crates in BACKSPAN_CORPUS (hours, then minutes)
	$(BIN)/python -m tests.bench.closure --list

bench-items: $(STAMP) ## the outline judged by rustc, over the files in BACKSPAN_CORPUS
	$(BIN)/python -m tests.bench.items_oracle

bench-checks: $(STAMP) ## the checks judged: people's texts from BACKSPAN_CORPUS, and faults put in on purpose
	$(BIN)/python -m tests.bench.checks

torture: $(STAMP) ## kill the workstation 1,000 times; nothing may be lost (an hour)
	$(BIN)/python -m tests.torture --rounds 1000

monkey: $(STAMP) ## 100,000 random keys, clicks, pastes and sizes; nothing may end, stick or write by itself (an hour)
	$(BIN)/python -m tests.monkey --events 100000 --seeds 4

docs: $(STAMP) ## remake the pictures and the generated pages
	$(BIN)/python -m docs.make

wheel: $(STAMP) ## build the wheel into dist/
	$(BIN)/python -m build --wheel

clean: ## remove the environment and everything made
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .bench .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
