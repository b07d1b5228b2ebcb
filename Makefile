# `make serve` and `make test` are all a newcomer needs; each target works alone from a fresh clone.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin

# The tests start hundreds of servers and workers: what they import is compiled once.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help serve test test-slow test-again spark test-spark build check bench web picture lint format types clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(VENV)/runtime: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "policyprov needs Python 3.11 or newer; try: make PYTHON=python3.12 …" >&2; exit 1; }
	@test -x $(BIN)/python || { echo "creating $(VENV)"; $(PYTHON) -m venv $(VENV); }
	@echo "installing what the program needs"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/dev: $(VENV)/runtime
	@echo "installing what the tests need"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

serve: build web ## build the release and answer SPARQL on it (http://127.0.0.1:8000)
	@$(BIN)/policyprov serve

build: $(VENV)/runtime ## write a release under build/
	@$(BIN)/policyprov build

check: $(VENV)/runtime ## prove the data: words, numbers, coverage, shapes, consistency
	@$(BIN)/policyprov check

web: $(VENV)/runtime ## bundle the query editor (needs npm; without it the plain pages serve), pack static files
	@if [ ! -f web/package.json ]; then :; \
	elif command -v npm >/dev/null; then cd web && \
	  { [ node_modules/.package-lock.json -nt package-lock.json ] || npm ci --silent --no-audit --no-fund; } && \
	  npm run --silent build; \
	else echo "npm is not installed: the query page is a plain form (install Node.js 20 for the editor)"; fi
	@$(BIN)/python -m web.site.static_files

test: $(VENV)/dev build web ## run the tests
	@$(BIN)/python -m pytest -q -n auto --dist loadfile -m 'not slow'
	@echo "all tests passed"

test-slow: $(VENV)/dev build web ## run the slow tests: kills, hostile requests, browsers
	@command -v npm >/dev/null || { echo "npm is not installed: the tests of Comunica, of the LDES client and of the YAML language server need Node.js 20" >&2; exit 1; }
	@for client in comunica ldes yamlls; do (cd tests/$$client && { [ node_modules/.package-lock.json -nt package-lock.json ] || npm ci --silent --no-audit --no-fund; }) || exit 1; done
	@$(BIN)/python -m pytest -q -n auto --dist loadfile -m slow
	@echo "all slow tests passed"

test-again: $(VENV)/dev ## run what failed last once more, one test at a time
	@echo "once more, alone: what failed among others"
	@$(BIN)/python -m pytest -v -n 0 --last-failed --last-failed-no-failures none
	@echo "passed alone; the log names above what failed among others"

spark: $(VENV)/dev ## install PySpark (480 MB on disk; `build --engine spark` needs it, and Java 17)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[spark]'

test-spark: spark ## run the tests of `build --engine spark`
	@$(BIN)/python -m pytest -q -m slow tests/test_parts.py -k spark
	@echo "all Spark tests passed"

bench: $(VENV)/dev build ## measure the build and, side by side, the server and its peers
	@command -v wrk >/dev/null || { echo "wrk is not installed (Debian: apt-get install wrk)" >&2; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[bench]'
	@$(BIN)/python bench/build.py
	@PYTHONPATH=.:tests $(BIN)/python bench/serve.py
	@$(BIN)/python bench/front.py
	@echo 'measured; docs/performance.md tells how to read it'

picture: $(VENV)/dev ## draw the picture of the README and the icons anew (needs chromium)
	@PYTHONPATH=.:tests:tests/browser $(BIN)/python docs/picture.py 2>/dev/null && echo "wrote docs/images/fact.png and the icons"

lint: $(VENV)/dev ## formatting, lint, import order
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/lint-imports

format: $(VENV)/dev ## rewrite the code in the project's format
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

types: $(VENV)/dev ## mypy --strict
	@$(BIN)/mypy

clean: ## remove what the targets made
	@rm -rf $(VENV) build web/node_modules web/static/dist *.egg-info
