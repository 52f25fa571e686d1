# Needs python3 >= 3.11 with pip, and make. Everything else is installed into .venv.
PYTHON ?= python3
CONFIG ?= configs/default.yaml
RUN ?= runs/$(basename $(notdir $(CONFIG)))
TEST_DATA ?= data/test.jsonl data/test_unseen.jsonl
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help install train test test-slow lint data results clean
SEEDS := $(foreach seed,0 1 2 3 4,runs/seeds/as-is-seed$(seed))

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: .venv/installed ## create .venv and install everything (train, test and lint do so by themselves)

.venv/installed: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit("Parley needs Python 3.11 or newer, found " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt torch
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[test,lint]'
	@touch $@

train: .venv/installed ## fine-tune (CONFIG=configs/default.yaml), then print accuracy per actor on the test files
	$(BIN)/python scripts/train.py --config $(CONFIG) --output $(RUN) --resume $(TRAIN_FLAGS)
	$(BIN)/python scripts/evaluate.py $(RUN) $(TEST_DATA)

test: .venv/installed ## run the tests (offline, under three minutes)
	$(BIN)/python -m pytest --numprocesses 2

test-slow: .venv/installed ## run the slow tests: real encoder, browser, two processes, whole job
	$(BIN)/python -m pytest -m slow

data: .venv/installed ## write the dataset card and check every promise of the corpus
	$(BIN)/python scripts/describe_data.py
	$(BIN)/python scripts/check_data.py

results: .venv/installed ## train five seeds, evaluate and audit them, write the results tables (an hour or two on two cores)
	$(BIN)/python scripts/sweep.py --seeds 5 --folder runs/seeds
	without=; for run in $(SEEDS); do \
	  $(BIN)/python scripts/evaluate.py $$run $(TEST_DATA) data/contrast.jsonl $$without && $(BIN)/python scripts/audit.py $$run || exit 1; \
	  without=--no-rivals; \
	done
	$(BIN)/python scripts/results.py $(SEEDS) --output README.md --output docs/results.md

lint: .venv/installed ## check style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

clean: ## remove .venv and caches (runs are kept)
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache
