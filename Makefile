# Countersign. A user needs only python3 (3.11 to 3.13) and make.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: help setup demo test check format lock screenshots clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

setup: $(STAMP) ## Prepare .venv with everything for development

$(STAMP): requirements-dev.lock
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v <= (3, 13) else "Countersign needs Python 3.11, 3.12 or 3.13; this is %d.%d. Set PYTHON=python3.12 or similar." % v)'
	@$(PYTHON) -m ensurepip --version >/dev/null 2>&1 || { echo "Python's venv module is missing. On Debian or Ubuntu: apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

demo: setup ## Start the sandbox hospital, the app and a worker; print the address to open
	$(BIN)/python manage.py demo

test: setup ## Run every test: SQLite first, then PostgreSQL, Redis and a real worker
	$(BIN)/python -m tests

check: setup ## Format, lint, types, contracts, templates, migrations, deploy checks, known vulnerabilities
	$(BIN)/python -m tests.check

format: setup ## Put code and templates in the house format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix-only .
	$(BIN)/djade --target-version 5.2 $$(git ls-files -co --exclude-standard '*.html') || true

screenshots: setup ## Take the pictures in docs/ from the running product
	$(BIN)/python -m tests.screenshots

# Extras stay in the pins: pip refuses `coverage[toml]` beside a plain `coverage==…` from the day a
# newer coverage is published.
lock: ## Renew the hash-locked requirements (needs uv)
	uv pip compile --universal --generate-hashes --no-strip-extras --python-version 3.11 --no-header pyproject.toml -o requirements.lock
	uv pip compile --universal --generate-hashes --no-strip-extras --python-version 3.11 --no-header --group dev pyproject.toml -o requirements-dev.lock
	uv pip compile --universal --generate-hashes --no-strip-extras --python-version 3.11 --no-header --extra aws --extra bedrock -c requirements-dev.lock pyproject.toml -o requirements-aws.lock
	uv pip compile --universal --generate-hashes --no-strip-extras --python-version 3.11 --no-header --extra vertex -c requirements-dev.lock pyproject.toml -o requirements-vertex.lock

clean: ## Remove what the targets made (the database of the demo too)
	rm -rf $(VENV) var .mypy_cache .ruff_cache .pytest_cache .import_linter_cache staticfiles
