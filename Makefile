# Everything a newcomer needs: `make run`, `make stop`, `make test`. Plain /bin/sh, no tool but Python and make.

PYTHON ?=
WORKERS ?=
CHAOS ?= --seed 1
FUZZ ?= --seconds 60
BENCH ?=
JOBS ?= auto

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
SADA := $(BIN)/python -m sada
PYTEST := $(BIN)/python -m pytest --numprocesses $(JOBS) --dist loadscope

.DEFAULT_GOAL := help
.PHONY: testall help setup run stop test lint format types unit docs bench chaos fuzz train sbom secrets release-check clean
.NOTPARALLEL:

help: ## Show these targets
	@echo "usage: make TARGET"
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/\1|\2/p' Makefile | while IFS='|' read -r name text; do \
		printf '  %-13s %s\n' "$$name" "$$text"; done

setup: $(READY) ## Make .venv with the sada command in it (PYTHON=... chooses the interpreter)

# Any Python that is new enough and can make environments; the plain name first, it is what the machine prefers.
$(READY): pyproject.toml $(wildcard hatch_build.py streams/native/*.pyx)
	@fits='import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))'; \
	for python in "$(PYTHON)" python3 python3.13 python3.12 python3.11 python3.14 python; do \
		if [ -n "$$python" ] && "$$python" -c "$$fits" >/dev/null 2>&1; then found=$$python; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
		echo "make: no Python 3.11 or newer with venv found." >&2; \
		echo "      Install one (Debian, Ubuntu: apt-get install python3 python3-venv; macOS: brew install python)," >&2; \
		echo "      or name it: make setup PYTHON=/path/to/python3" >&2; \
		exit 1; \
	fi; \
	echo "Making $(VENV) with $$("$$found" --version) ..."; \
	"$$found" -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $(READY)

run: setup ## Start the line, put samples/ through it, show what was found, leave it running
	@$(SADA) up $(if $(WORKERS),--workers $(WORKERS))
	@$(SADA) demo --samples samples

stop: ## Stop the line and its servers; the data stays
	@if [ -x $(BIN)/python ]; then $(SADA) down; else echo "nothing is running"; fi

test: setup lint types ## Run lint, types and every test, on real servers that it starts and ends (JOBS=2: two at a time)
	@$(PYTEST)

testall: setup lint types ## Run every test, the long variants too
	@$(PYTEST) -m "slow or not slow"

lint: setup ## Check style and layout
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/cython-lint --no-pycodestyle --max-line-length 120 streams/native

format: setup ## Mend style and layout
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

types: setup ## Check types
	@$(BIN)/mypy

unit: setup ## Run the tests that need no server
	@$(PYTEST) -m "not servers and not slow"

bench: setup ## Measure the line on real servers (BENCH=--quick: 3 minutes), write docs/performance.md; about half an hour
	@$(BIN)/python -m bench $(BENCH)

docs: setup ## Write the documentation as pages to dist/site, the generated reference anew; links are checked
	@$(BIN)/python docs/generate.py
	@NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict
	@echo "dist/site/index.html"

chaos: setup ## Put the line under faults (CHAOS="--seed 2 --files 500"), write docs/reliability.md; about 20 minutes
	@$(BIN)/python -m bench.chaos --report docs/reliability.md $(CHAOS)

fuzz: setup ## Give every parser of outside input hostile bytes (FUZZ="dates --seconds 600 --seed 2"); what it finds is kept
	@$(BIN)/python -m bench.fuzz $(FUZZ)

train: setup ## Rebuild the tagger's model from DATA=FOLDER (docs/model-card.md says what it holds)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[train]'
	@$(BIN)/python -m training.train "$(DATA)"

sbom: setup ## Write what is installed, with versions and licences, to dist/sbom.json (CycloneDX)
	@mkdir -p dist
	@$(BIN)/cyclonedx-py environment --output-format JSON --output-reproducible --pyproject pyproject.toml \
		--output-file dist/sbom.json $(VENV)
	@echo "dist/sbom.json"

# Tests make up their secrets and call them so; hashes in lock files are no secrets.
secrets: setup ## Look for keys and passwords in every file that git keeps
	@git ls-files -z | xargs -0 $(BIN)/detect-secrets-hook --disable-plugin HexHighEntropyString \
		--exclude-secrets '(?i)canary|^(wrong|unknown|expired|powerless)$$'

release-check: setup ## Build sdist and wheel, install the wheel into an empty environment, run sada process from there
	@$(BIN)/python -m deploy.release_check

clean: stop ## Remove .venv and caches; inbox/ and .sada/ (your data) stay
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
