# Two commands do all the set-up: `make start` runs the workshop, `make test` installs what tests need and passes them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK = 1
# This folder's own files, wherever it stands now: an editable installation knows where it stood when it was installed.
export PYTHONPATH := $(CURDIR)
WORKSHOP := $(BIN)/python -m workshop.cli
# Two files of tests at a time: much of a test is waiting.
PYTEST := $(BIN)/python -m pytest -n 2 --dist loadfile

.DEFAULT_GOAL := help
.PHONY: help start rehearse lab test test-all attacks check format messages screenshots evening spoken bench soak models chunks requirements newest oldest clean

help: ## say what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "The workshop needs Python 3.11 or newer; this is %s. Try: make start PYTHON=python3.12" % sys.version.split()[0])'
	@echo "Making a place for the workshop's packages in $(VENV) …"
	@$(PYTHON) -m venv $(VENV) || { echo "Could not make $(VENV): on Debian and Ubuntu, first run: sudo apt install python3-venv"; rm -rf $(VENV); exit 1; }

# requirements.txt serves as constraints: each target installs what it needs, at the pinned versions.
INSTALL = $(BIN)/python -m pip install --progress-bar on -c requirements.txt

# What is installed already goes on working without the internet: pip doesn't try long then, and the next start looks again.
$(VENV)/.installed: pyproject.toml requirements.txt | $(BIN)/python
	@if [ ! -e $@ ]; then \
		echo "Installing the workshop's packages; the first time this takes a minute or two …"; \
		$(INSTALL) -e . || { echo "The packages couldn't be installed; the reason is above. The first time, this needs the internet." >&2; exit 1; }; \
		touch $@; \
	elif echo "Looking for newer packages …"; PIP_RETRIES=0 PIP_TIMEOUT=5 $(INSTALL) -e . > $(VENV)/install.log 2>&1; then touch $@; \
	elif $(BIN)/python -c "import workshop.server.participants, workshop.server.desk" 2>> $(VENV)/install.log; then \
		echo "Newer packages couldn't be looked for, so we go on with those that are here. Why: $(VENV)/install.log" >&2; \
	else \
		echo "This version needs a package that isn't here yet: connect to the internet once, then start again. Why: $(VENV)/install.log" >&2; exit 1; \
	fi

$(VENV)/.installed-tests: pyproject.toml requirements.txt | $(BIN)/python
	@echo "Installing what the tests need …"
	@$(INSTALL) -e '.[test]' && touch $@ $(VENV)/.installed

# The browser's half is checked by tools from the npm registry; Node.js itself comes from PyPI, so nothing need be there before.
NODE := PATH="$(CURDIR)/$(BIN):$$PATH"
$(VENV)/.installed-javascript: package.json package-lock.json $(VENV)/.installed-tests
	@echo "Installing what the JavaScript checks need …"
	@$(NODE) npm ci --no-audit --no-fund --loglevel=error && touch $@

start: $(VENV)/.installed ## run the workshop: prints the QR code and both addresses
	@$(WORKSHOP) start $(ARGS)

rehearse: $(VENV)/.installed ## practise alone with a simulated group of twelve
	@$(WORKSHOP) rehearse --desk --people 12 $(ARGS)

lab: $(VENV)/.installed ## open your own copy of the notebooks in JupyterLab, for studying alone
	@$(WORKSHOP) lab $(ARGS)

test: $(VENV)/.installed-javascript ## install what the tests need, then run them
	@sh tests/prepare.sh
	@$(BIN)/python -m ruff check --quiet .
	@$(BIN)/python -m mypy --no-error-summary
	@$(NODE) npm run --silent check
	@$(PYTEST) --nbval-lax tests notebooks $(ARGS)

test-all: $(VENV)/.installed-tests ## everything that make test runs, and the long ones
	@sh tests/prepare.sh
	@WORKSHOP_LONG=1 $(PYTEST) --nbval-lax tests notebooks $(ARGS)

attacks: $(VENV)/.installed-tests ## try to learn what one person answered: the long attacks, half an hour and more
	@sh tests/prepare.sh
	@WORKSHOP_LONG=1 $(PYTEST) tests/attacks $(ARGS)

check: $(VENV)/.installed ## check every module, notebook and guide page
	@$(WORKSHOP) check

format: $(VENV)/.installed-javascript ## write the JavaScript as its formatter has it
	@$(NODE) npm run --silent format

messages: $(VENV)/.installed-javascript ## write the types of the messages for the browser's half, from the contract in Python
	@$(BIN)/python -m tests.messages
	@$(NODE) npm run --silent format

screenshots: $(VENV)/.installed-tests ## take the pictures of README and guide from the running product
	@sh tests/prepare.sh
	@$(BIN)/python tests/screenshots.py

evening: $(VENV)/.installed-tests ## lay every screen of a rehearsed evening side by side, in build/evening (ARGS="--format half-day")
	@sh tests/prepare.sh
	@$(BIN)/python tests/evening.py $(ARGS)

spoken: $(VENV)/.installed ## speak every SAY of the 90 minutes and say what does not fit (needs espeak-ng; ARGS="--format week-1")
	@$(BIN)/python tests/spoken.py $(ARGS)

bench: $(VENV)/.installed-tests ## measure a crowd against plain Voila, and write the table into the README (ARGS=--quick, or ARGS="--only slow --otree")
	@sh tests/prepare.sh
	@$(BIN)/python -m tests.benchmarks $(ARGS)

soak: $(VENV)/.installed-tests ## half an hour of coming and going: nothing may be left over (ARGS="--minutes 5")
	@$(BIN)/python -m tests.benchmarks.soak $(ARGS)

models: $(VENV)/.installed-tests ## measure how long each model takes to answer a control that was moved
	@$(BIN)/python -m tests.benchmarks.models

chunks: $(VENV)/.installed-tests ## find out again which of Voila's files go out as one, after its version has changed
	@sh tests/prepare.sh
	@$(BIN)/python -m tests.benchmarks.chunks

requirements: $(VENV)/.installed-tests ## resolve requirements.txt and environment.yml again from pyproject.toml
	@$(BIN)/python -m pip install --quiet uv
	@$(BIN)/python tests/requirements.py

newest: $(VENV)/.installed-tests ## try the newest versions that pyproject.toml allows, in a place that is thrown away
	@sh tests/prepare.sh
	@$(BIN)/python -m pip install --quiet uv
	@$(BIN)/python tests/versions.py newest $(ARGS)

oldest: $(VENV)/.installed-tests ## try the oldest ones
	@sh tests/prepare.sh
	@$(BIN)/python -m pip install --quiet uv
	@$(BIN)/python tests/versions.py oldest $(ARGS)

clean: ## remove what was installed
	rm -rf $(VENV) node_modules
