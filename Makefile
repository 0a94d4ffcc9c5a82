# Bare `make` lists what can be made. PYTHON=/path/to/python picks the interpreter.

# The first of these that runs and is new enough (a name on PATH may be there and still not run).
NEW_ENOUGH := -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	$$p $(NEW_ENOUGH) && { echo $$p; break; }; done)

BIN := .venv/bin
# Asks about news and looks for updates; without it JupyterLab asks no other host for anything.
ANNOUNCEMENTS := @jupyterlab/apputils-extension:announcements
NOTEBOOK := lessons/00-start-here.ipynb
ROOT_USER := $(if $(filter 0,$(shell id -u)),--allow-root)
DISPLAYED := $(or $(DISPLAY),$(WAYLAND_DISPLAY),$(filter Darwin,$(shell uname)))

.DEFAULT_GOAL := help
.PHONY: help lab test check golden lessons docs measure bench proofs mutate wheel binder bundle pages \
	lock chromium clean

help:
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

lab: .venv/ready ## open the lessons in JupyterLab (prints the address where there is no screen)
	$(BIN)/jupyter lab $(ROOT_USER) $(if $(DISPLAYED),,--no-browser) \
		--LabApp.default_url=/lab/tree/$(NOTEBOOK)

test: .venv/ready chromium ## run every test, every lesson cell by cell, and the checks
	$(BIN)/python -m pytest --numprocesses=2 --dist=loadfile \
		--nbval --nbval-current-env --nbval-cell-timeout=60

check: .venv/ready ## lint, formatting and types
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/python -m tools.scripts

golden: .venv/ready ## rewrite the golden logs; read the diff before you commit it
	$(BIN)/python -m tools.golden

lessons: .venv/ready ## run every lesson again and write it in its canonical form
	$(BIN)/python -m tools.notebooks

docs: .venv/ready ## write what is supported, the rules, the glossary, the links, the README's picture
	$(BIN)/python -m tools.supported
	$(BIN)/python -m tools.inventory
	$(BIN)/python -m tools.glossary
	$(BIN)/python -m tools.workshop
	$(BIN)/python -m tools.readme

measure: .venv/ready chromium ## measure the stepper (docs/measured.md) and take its pictures
	$(BIN)/python -m tools.measure
	$(BIN)/python -m tools.pictures

bench: .cache/bench/ready ## measure how fast runs and views are and write docs/speed.md
	.cache/bench/bin/python -m bench

proofs: .venv/ready ## hold the engine against formulas, SimFaaS and AWS: docs/proven.md (half an hour)
	$(BIN)/python -m proofs

CHAPTERS := concurrency
mutate: .venv/ready ## which mistakes would no test notice? make mutate CHAPTERS="queues lifecycle" (hours)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check \
		--constraint constraints.txt --editable '.[mutation]'
	$(BIN)/python -m tools.mutate $(CHAPTERS)

wheel: .venv/ready ## build the wheel and the source archive into dist/
	$(BIN)/python -m build --installer pip --outdir dist .

binder: .venv/ready chromium ## build what Binder builds, without docker, and open all that has a link
	$(BIN)/python -m tools.binder check
	$(BIN)/python -m tools.binder emulate

pages: .venv/ready chromium ## write every lesson as a page that steps without a kernel, dist/pages/
	$(BIN)/python -m tools.pages

bundle: pages ## pack wheels and lessons for a workshop without a network; FOR="--for linux macos"
	$(BIN)/python -m tools.bundle $(FOR)
	$(BIN)/python -m tools.bundle --prove dist/lambdalab-workshop-*.zip

lock: ## resolve the dependencies again (needs the oldest Python we support)
	$(PYTHON) -m venv --clear .cache/lock
	.cache/lock/bin/python -m tools.lock

clean: ## remove everything that was made here
	rm -rf .venv .cache dist .hypothesis .mypy_cache .pytest_cache .ruff_cache

.venv/ready: pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "lambdalab needs Python 3.11 or newer: make PYTHON=..."; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check \
		--constraint constraints.txt --editable '.[lessons,dev]'
	$(BIN)/jupyter labextension disable --level=sys_prefix $(ANNOUNCEMENTS)
	@touch $@

# What runs are compared with drags in much that nothing else needs.
.cache/bench/ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv .cache/bench
	.cache/bench/bin/python -m pip install --quiet --disable-pip-version-check \
		--constraint constraints.txt --editable '.[bench]'
	@touch $@

# Debian's Chromium where we may install it; elsewhere the browser tests say that they are skipped.
chromium: .venv/ready
	@$(BIN)/python -m tools.browser >/dev/null 2>&1 \
	|| { [ "$$(id -u)" = 0 ] && apt-get update -qq \
		&& apt-get install -y -qq --no-install-recommends chromium >/dev/null; } \
	|| echo "*** No Chromium here: the browser tests will be skipped (and fail if CI=true). ***"
