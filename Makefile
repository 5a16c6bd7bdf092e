# Every target does its own set-up; nothing but python3 (3.11 or later) and make need be there.
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
STAMPS := .stamps
JOBS ?= 2

.PHONY: screenshots help setup demo test test-all lint format reference bench calibration wheel wheelhouse lock assets browser clean

help:  ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

$(STAMPS)/venv: requirements/dev.txt
	@mkdir -p $(STAMPS)
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or later is needed; name it: make PYTHON=python3.12 …")'
	@test -x $(RUN) || $(PYTHON) -m venv $(VENV) || { echo "Python cannot make a virtual environment here: install its venv package (Debian: apt-get install python3-venv)"; exit 1; }
	@echo "set-up: installing packages (one to four minutes)"; start=$$(date +%s); \
	$(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt && \
	echo "set-up: packages took $$(( $$(date +%s) - start )) s"
	@touch $@

$(STAMPS)/package: $(STAMPS)/venv pyproject.toml
	@$(RUN) -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

$(STAMPS)/assets: tools/assets.py | $(STAMPS)/venv
	@$(RUN) tools/assets.py --tests
	@touch $@

setup: $(STAMPS)/package $(STAMPS)/assets  ## everything that the other targets need

assets: $(STAMPS)/assets  ## style sheet and script of the pages

browser: setup  ## Chromium for the browser tests, installed when this user may
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || \
	{ [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && apt-get install -qq -y chromium >/dev/null; } || \
	echo "browser tests will be skipped: Chromium is not here and cannot be installed by this user"

demo: setup  ## an invented health economy: generated, loaded, built, served at http://127.0.0.1:8000
	@$(VENV)/bin/opencommissioning demo

test: browser  ## every test that needs no special machine (up to 15 minutes)
	@$(RUN) -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder

test-all: browser  ## the long ones as well
	@$(RUN) -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder -m 'not bench'

calibration: setup  ## simulated false-alarm rates and coverage of intervals
	@$(RUN) -m pytest -m calibration

$(STAMPS)/peers: requirements/bench.txt | $(STAMPS)/package
	@$(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bench.txt
	@touch $@

bench: setup $(STAMPS)/peers  ## speed and memory, side by side, as a table
	@$(RUN) -m bench

lint: $(STAMPS)/venv  ## style
	@$(RUN) -m ruff check . && $(RUN) -m ruff format --check .

format: $(STAMPS)/venv  ## put the style right
	@$(RUN) -m ruff check --fix . ; $(RUN) -m ruff format .

reference: setup  ## docs/reference anew, from the program itself
	@$(RUN) tools/reference.py

screenshots: browser  ## docs/images anew, of an invented area
	@$(RUN) tools/screenshots.py

wheel: setup  ## a wheel with everything inside
	@rm -rf dist build/lib && $(RUN) -m uv build --quiet --wheel --out-dir dist && ls dist/*.whl

$(STAMPS)/wheelhouse: requirements/runtime.txt | $(STAMPS)/venv
	@rm -rf build/wheelhouse && $(RUN) -m pip download --quiet --disable-pip-version-check --require-hashes --only-binary :all: \
	--dest build/wheelhouse -r requirements/runtime.txt
	@touch $@

wheelhouse: $(STAMPS)/wheelhouse  ## what the wheel stands on, as files: for trying it, and for machines without a network

lock: $(STAMPS)/venv  ## pin versions with hashes anew
	@for extra in runtime:postgres dev:dev; do \
	$(RUN) -m uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-header --no-annotate --no-emit-index-url \
	pyproject.toml --extra $${extra#*:} -o requirements/$${extra%:*}.txt; done
	$(RUN) -m uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-header --no-annotate --no-emit-index-url \
	pyproject.toml --extra bench --constraint requirements/dev.txt -o requirements/bench.txt

clean:  ## remove what was made here, files of areas aside
	@rm -rf $(VENV) $(STAMPS) build dist
