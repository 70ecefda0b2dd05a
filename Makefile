# Everything a developer needs, from one virtual environment in .venv. Plain `make` prints the targets.
#
# The environment is filled from the lock files in requirements/, with hashes. A stamp file per lock file
# remembers that it was installed, so each target is quick the second time.

PYTHON ?= python3
UV_VERSION := 0.13.9
ARGS ?=

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq
NODE_BIN := tools/node_modules/.bin
# A lock file names everything that is needed, so nothing is left to resolve. With a resolver an install can stop at a
# release that came out after the lock, for want of its hash.
INSTALL_LOCKED := $(PIP) install --no-deps --require-hashes
# The project itself is installed editable: its own build tool is locked too, so nothing is fetched unpinned.
INSTALL_PROJECT := $(PIP) install --no-deps --no-build-isolation --editable .

# Tests start hundreds of processes: without compiled files each would read all code anew.
unexport PYTHONDONTWRITEBYTECODE

# The tests close the run, so nothing may overtake them.
.NOTPARALLEL:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

.PHONY: help
help: ## Show this list.
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{ printf "make %-10s %s\n", $$1, $$2 }'

# Setting up

READY := PYTHON=$(PYTHON) tools/ready.sh

.PHONY: ready
ready: ## Look whether this machine has what the checks need; install it where that may, or say what is missing.
	@$(READY) $(if $(wildcard $(BIN)/pip),,python) node browser git curl

$(BIN)/python:
	@$(READY) python
	$(PYTHON) -m venv .venv

.venv/.serve: requirements/serve.txt requirements/build.txt pyproject.toml | $(BIN)/python
	$(INSTALL_LOCKED) -r requirements/serve.txt -r requirements/build.txt
	$(INSTALL_PROJECT)
	@touch $@

.venv/.test: requirements/test.txt pyproject.toml | $(BIN)/python
	$(INSTALL_LOCKED) -r requirements/test.txt
	$(INSTALL_PROJECT)
	$(PIP) check
	@touch $@

.venv/.training: requirements/training.txt requirements/build.txt pyproject.toml | $(BIN)/python
	$(INSTALL_LOCKED) -r requirements/training.txt -r requirements/build.txt
	$(INSTALL_PROJECT)
	@touch $@

.venv/.bench: requirements/bench.txt pyproject.toml | $(BIN)/python
	$(INSTALL_LOCKED) -r requirements/bench.txt
	$(INSTALL_PROJECT)
	@touch $@

.venv/.spark: requirements/spark.txt .venv/.training
	@$(READY) java
	$(INSTALL_LOCKED) -r requirements/spark.txt
	@touch $@

tools/node_modules/.done: tools/package-lock.json tools/.npmrc
	@$(READY) node
	cd tools && npm ci
	@touch $@

.PHONY: setup
setup: ready .venv/.test tools/node_modules/.done ## Install all that the checks need.

.PHONY: training
training: .venv/.training ## Install what data staff need to learn from records.

.PHONY: spark
spark: .venv/.spark ## Install Spark as well, for records that outgrow one machine; it needs Java 17.

# Running

.PHONY: serve
serve: .venv/.serve ## Start the service; ARGS="--port 8080" passes options on.
	$(BIN)/platform-fit serve $(ARGS)

.PHONY: bench
bench: .venv/.bench ## Measure speed, size and quality side by side.
	$(BIN)/python -m bench $(ARGS)

.PHONY: bench-learning
bench-learning: .venv/.bench ## Measure what is learned from records in simulated worlds; takes about ten minutes.
	$(BIN)/python -m bench learning $(ARGS)

.PHONY: bench-training
bench-training: .venv/.bench ## Measure learning from ten million records.
	$(BIN)/python -m bench training $(ARGS)

.PHONY: bench-training-spark
bench-training-spark: .venv/.bench .venv/.spark ## The same, also through Spark, which needs Java 17.
	$(BIN)/python -m bench training --spark $(ARGS)

.PHONY: knowledge
knowledge: evidence starter openapi quality ## Make all that follows from the knowledge files, after a change of them.

.PHONY: evidence
evidence: .venv/.serve ## Make what a worker loads from the documented communities; after a change of them.
	$(BIN)/platform-fit evidence build

.PHONY: quality
quality: .venv/.test ## Measure how good the advice is on documented communities, and write it into the documentation.
	$(BIN)/platform-fit evidence evaluate --lang en --before docs/quality.json --out build/quality $(ARGS)
	$(BIN)/python -m tools.quality build/quality/report.json

.PHONY: starter
starter: .venv/.training ## Build the starter classifier; after a change of rules, channels, questions or documented communities.
	$(BIN)/platform-fit models starter

# Checking

.PHONY: test
test: setup lint types imports contract coverage ## Set up, and run every check: style, types, imports, contract, tests.

.PHONY: quick
quick: .venv/.test ## Run the unit tests of the rooms that changed, or all of them, in under a minute.
	$(BIN)/python tools/quick.py $(ARGS)

.PHONY: drills
drills: setup ## Run in full what `make test` runs in short: kills, hostile and made-up requests, every view of a page.
	PLATFORM_FIT_DRILL=full $(BIN)/pytest -n 2 -m drill $(ARGS)

.PHONY: lint
lint: setup ## Check style and format, and the Dockerfile.
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/hadolint Dockerfile

.PHONY: types
types: setup ## Check the types.
	$(BIN)/mypy --strict

.PHONY: imports
imports: setup ## Check which package may import which.
	$(BIN)/lint-imports

.PHONY: contract
contract: setup ## Check openapi.yaml as a document.
	$(NODE_BIN)/spectral lint --ruleset tools/spectral.yaml --fail-severity warn openapi.yaml
	$(NODE_BIN)/redocly lint --config tools/redocly.yaml openapi.yaml

.PHONY: coverage
coverage: setup ## Run all tests, and hold what they reach to its floor; then `.venv/bin/coverage report` shows the rest.
	$(BIN)/pytest -n 4 --cov --cov-report= $(ARGS)

.PHONY: unit
unit: setup ## Run the tests; ARGS="-k name" passes options on.
	$(BIN)/pytest -n 2 $(ARGS)

.PHONY: test-spark
test-spark: .venv/.test .venv/.spark ## Run the tests of aggregation through Spark, which needs Java 17.
	@$(READY) java
	$(BIN)/pytest tests/spark $(ARGS)

.PHONY: format
format: setup ## Put the code in the agreed form.
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

# Making committed files

.PHONY: openapi
openapi: .venv/.test ## Write openapi.yaml from the schemas.
	$(BIN)/python -m service.openapi.document > openapi.yaml.new
	mv openapi.yaml.new openapi.yaml

.PHONY: styles
styles: .venv/.test ## Take the design system's styles from its packages again.
	$(BIN)/python tools/styles.py

.PHONY: translations
translations: .venv/.test ## Bring the catalogues of interface texts in step and compile them.
	$(BIN)/python tools/translations.py

.PHONY: pictures
pictures: .venv/.test ## Take the pictures of the README again.
	$(BIN)/python -m tests.service.web.screenshots docs/images

.PHONY: screenshots
screenshots: .venv/.test ## Take pictures of every page in build/screenshots.
	$(BIN)/python -m tests.service.web.screenshots build/screenshots

COMPILE := $(BIN)/uv pip compile --quiet --python-version 3.11 --generate-hashes --no-emit-index-url --no-header $(ARGS)
# What is served, built and measured are the versions that were tested.
AS_TESTED := --constraint requirements/test.txt

.PHONY: lock
lock: | $(BIN)/python ## Write the lock files again; ARGS=--upgrade takes newer versions.
	$(PIP) install uv==$(UV_VERSION)
	$(COMPILE) --universal pyproject.toml --extra training --group test -o requirements/test.txt
	$(COMPILE) --universal pyproject.toml $(AS_TESTED) -o requirements/serve.txt
	$(COMPILE) --universal pyproject.toml --extra training $(AS_TESTED) -o requirements/training.txt
	$(COMPILE) --universal --group build $(AS_TESTED) -o requirements/build.txt
	$(COMPILE) --universal pyproject.toml --extra training --extra spark $(AS_TESTED) -o requirements/spark.txt
	@# For Linux only: SHAP's markers for Intel Macs leave no answer that holds everywhere.
	$(COMPILE) --python-platform linux pyproject.toml --extra training --group bench $(AS_TESTED) \
		-o requirements/bench.txt
	cd tools && npm install --package-lock-only
	@if grep -n '://' requirements/*.txt; then echo 'A lock file names an address.' >&2; exit 1; fi

.PHONY: clean
clean: ## Remove all that can be made again.
	rm -rf .venv tools/node_modules build dist htmlcov .coverage .coverage.* .mypy_cache .ruff_cache \
		.pytest_cache .import_linter_cache .hypothesis .schemathesis
	find bench model service tests training -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
