# The two commands: `make run` and `make test`. Each sets itself up in .venv and works again when repeated.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
RUN_ID ?= sample-$(shell date -u +%Y%m%d-%H%M%S)
CUSTOMERS ?= samples/customers.csv
PORT ?= 7071
PROFILE ?= embedded
SOURCES := function_app.py orchestrator.py activities triggers shared local samples benchmarks tests

.PHONY: run test serve lint format bench bench-orchestration bench-latency bench-stats bench-analysis bench-cold-start bench-soak bench-crashes lock clean

run: $(VENV)/.local $(if $(filter emulated,$(PROFILE)),node_modules/.package-lock.json) ## the whole pipeline on the sample customers
	@$(BIN)/python -m local run $(CUSTOMERS) --run-id $(RUN_ID) --profile $(PROFILE)

test: $(VENV)/.dev ## every test that this machine can run, a file of tests to a processor
	@$(BIN)/python -m pytest -n auto --dist loadfile

serve: $(VENV)/.local $(if $(filter emulated,$(PROFILE)),node_modules/.package-lock.json) ## the HTTP routes on a loopback port
	@$(BIN)/python -m local serve --port $(PORT) --profile $(PROFILE)

lint: $(VENV)/.dev ## style, types and import direction
	@$(BIN)/ruff check $(SOURCES)
	@$(BIN)/ruff format --check $(SOURCES)
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(VENV)/.dev ## lay the code out
	@$(BIN)/ruff check --fix $(SOURCES)
	@$(BIN)/ruff format $(SOURCES)

bench: $(VENV)/.local ## whole runs of up to ten million customers beside the reference and the floor
	@$(BIN)/python benchmarks/pipeline.py

bench-orchestration: $(VENV)/.dev ## what orchestrating a run costs, from one partition to ten thousand
	@$(BIN)/python benchmarks/orchestration.py

bench-latency: $(VENV)/.local ## how much of the waiting for services is done side by side
	@$(BIN)/python benchmarks/latency.py

bench-stats: $(VENV)/.local ## whether tests, intervals and odds keep what they promise, by simulation
	@$(BIN)/python -m benchmarks.calibration

bench-analysis: $(VENV)/.local ## the analysis of a million customers beside numpy's own aggregation of them
	@$(BIN)/python benchmarks/analysis.py

bench-cold-start: $(VENV)/.local ## what importing the app costs beside the Functions libraries alone
	@$(BIN)/python benchmarks/cold_start.py

bench-soak: $(VENV)/.local ## 50 runs in a row and 8 at once in one host: what it holds after each
	@$(BIN)/python benchmarks/soak.py

bench-crashes: $(VENV)/.local ## 200 runs killed and completed, and other disturbances: everything as undisturbed
	@$(BIN)/python -m benchmarks.crashes --kills 200

lock: $(VENV)/.dev ## lock the requirements anew
	@for part in "" -local -mlflow -dev; do \
		$(BIN)/uv pip compile --quiet --generate-hashes --python-version 3.11 --no-emit-index-url \
			--custom-compile-command "make lock" requirements$$part.in -o requirements$$part.txt; \
	done

clean: ## remove the environment and what runs left
	rm -rf $(VENV) out

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info < (3, 13) else "needs Python 3.11 or 3.12; set PYTHON=")'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.local: requirements-local.txt | $(VENV)/bin/python
	@echo "Setting up $(VENV) (once)" >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-local.txt
	@touch $@

node_modules/.package-lock.json: package-lock.json ## Azurite, for the emulated profile
	@command -v npm >/dev/null || { echo "PROFILE=emulated needs Node.js 20 with npm: install it first" >&2; exit 2; }
	@npm ci --silent --no-audit --no-fund
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.local
	@echo "Adding test tools to $(VENV) (once)" >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@
