# Every command sets up what it needs by itself, and is quick the second time.
.DEFAULT_GOAL := help
.PHONY: help run test check format bench bench-browser shots film docs lock clean test-python test-js test-browser

# The first Python that is new enough; name another one with: make PYTHON=/path/to/python run
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
  $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $$p && break; \
  done)
VENV_PYTHON := .venv/bin/python
SETUP = $(if $(PYTHON),$(PYTHON) -m tools.setup,$(error Kernelscope needs Python 3.11 or newer; \
  install it, or name it: make PYTHON=/path/to/python))

help:  ## list the commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1\t\2/p' Makefile | expand -t 20

run:  ## serve the explorer and open it in a browser (ARGS="--port 8080 --no-browser")
	@$(SETUP) run
	@$(VENV_PYTHON) -m app $(ARGS)

test:  ## everything: check, Python and JavaScript tests, browser journeys
	@$(SETUP) dev node chromium
	@$(VENV_PYTHON) -m tools.suite check python js browser

check:  ## formats, lint and types of Python and JavaScript
	@$(SETUP) dev node
	@$(VENV_PYTHON) -m tools.suite check

test-python:  ## Python tests and doctests only
	@$(SETUP) dev
	@$(VENV_PYTHON) -m tools.suite python

test-js:  ## JavaScript tests only
	@$(SETUP) dev node
	@$(VENV_PYTHON) -m tools.suite js

test-browser:  ## browser journeys only
	@$(SETUP) dev node chromium
	@$(VENV_PYTHON) -m tools.suite browser

format:  ## let the tools format and fix what they can
	@$(SETUP) dev node
	@$(VENV_PYTHON) -m tools.format

bench:  ## the engine and the server beside their peers
	@$(SETUP) bench
	@$(VENV_PYTHON) -m tests.benchmarks.engine $(ARGS)
	@$(VENV_PYTHON) -m tests.benchmarks.server

bench-browser:  ## the page in Chromium, against its budgets
	@$(SETUP) dev node chromium
	@$(VENV_PYTHON) -m tests.benchmarks.browser $(ARGS)

shots:  ## screenshots of all canonical states into shots/
	@$(SETUP) dev node chromium
	@$(VENV_PYTHON) -m tests.browser.shots $(ARGS)

film:  ## the moving picture of the README, from the running page
	@$(SETUP) dev node chromium
	@$(VENV_PYTHON) -m tests.browser.film

docs:  ## what the guides take from the code: parameters, snippets, pictures
	@$(SETUP) dev node chromium
	@$(VENV_PYTHON) -m tools.addresses
	@$(VENV_PYTHON) -m tests.embedding_guide
	@$(VENV_PYTHON) -m tests.browser.guide_pictures

lock:  ## write the lock files again
	@$(SETUP) dev node
	@$(VENV_PYTHON) -m tools.lock

clean:  ## remove everything that make has installed or written
	rm -rf .venv node_modules shots test-results build dist .coverage
	rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find app tests tools -name __pycache__ -type d -prune -exec rm -rf {} +
