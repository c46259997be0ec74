# Relative paths only: the folder's name may hold spaces.
SHELL := bash
BIN := .venv/bin
PYTEST := QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest -q

.PHONY: help setup run test check bench clean lint
.DEFAULT_GOAL := help

help: ## say what each of these does
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 16

setup: ## make .venv with everything in it; the first time downloads and compiles, later it ends at once
	@build/setup.sh

run: setup ## the sample corpus in the window; without a display, a map of 2,000 of its documents
	@build/run_sample.sh

lint: setup
	@$(BIN)/ruff format --check --quiet . || { echo 'Not formatted (mend: $(BIN)/ruff format .):'; $(BIN)/ruff format --check .; exit 1; }
	@$(BIN)/ruff check .
	@$(BIN)/mypy

test: lint ## ruff, mypy and all tests
	@$(PYTEST)

check: lint ## ruff, mypy and the fast tests, in under two minutes
	@$(PYTEST) -m 'not slow' -n auto --dist loadfile

bench: setup ## 1,000 abstracts (FULL=1: 4,000) against the article's recipe, stage by stage (RECIPE=cached keeps its last figures), and the map against scatter; PART=labels: labels a second against Llama, and the label stage against the recipe's; PART=mutants: damaged model files; PART=project: projection and clustering against two fits of UMAP; PART=growth: seconds and memory by size; PART=embed: embedding against encode
ifeq ($(PART),labels)
	@$(BIN)/python tests/benchmarks/label_speed.py $(ARGS)
	@$(BIN)/python tests/benchmarks/label_stage.py
else ifeq ($(PART),mutants)
	@$(BIN)/python -m tests.benchmarks.gguf_mutants $(ARGS)
else ifeq ($(PART),project)
	@$(BIN)/python tests/benchmarks/project_speed.py $(ARGS)
else ifeq ($(PART),embed)
	@$(BIN)/python tests/benchmarks/embed_speed.py $(ARGS)
else ifeq ($(PART),growth)
	@$(BIN)/python tests/benchmarks/growth.py $(ARGS)
else
	@$(BIN)/python tests/benchmarks/main_job.py
	@$(BIN)/python tests/benchmarks/map_speed.py
	@$(BIN)/python -m tests.benchmarks.edit_speed
	@$(BIN)/python tests/benchmarks/project_file.py
	@$(BIN)/python tests/benchmarks/many_kills.py
	@$(BIN)/python tests/benchmarks/import_speed.py
	@$(BIN)/python tests/benchmarks/import_fuzz.py 60
endif

clean: ## remove what make made here; models/, the recipe's figures and the compiled wheel in your cache folder stay
	@rm -rf .venv out dist .cache/bench .mypy_cache .ruff_cache .pytest_cache .hypothesis
	@find topicdesk tests -name __pycache__ -type d -prune -exec rm -rf {} +
