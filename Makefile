# reportkit: `make report` builds every annual report, `make test` runs the tests. Both need Python >= 3.11, pip and make.
PYTHON ?= python3
VENV ?= .venv
ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
else
BIN := $(VENV)/bin
endif
INSTALLED := $(VENV)/.installed
PYTEST := $(BIN)/python -m pytest
# How many processes run tests at the same time.
WORKERS ?= 2
DIST = worksteal
LANE = $(PYTEST) -q -n $(WORKERS) --dist $(DIST) --lane
# What the smoke lane runs on, besides the Python of all lanes.
SMOKE_PYTHONS ?= python3.12 python3.13
# What installs the locked libraries: pip, or the path of uv, which takes a quarter of the time.
INSTALLER ?= pip
ifeq ($(INSTALLER),pip)
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
else
INSTALL := $(INSTALLER) pip install --quiet --python $(BIN)/python
endif

.DEFAULT_GOAL := help
.PHONY: help report test test-all test-kernels test-cluster test-faults test-builds test-runs test-workbooks test-published test-browser test-office test-smoke smoke check lint lab audit-deps faults soak bench-run bench-dask bench-workbook bench-audit corpus truth bench bench-again bench-check bench-preview bench-site bench-scale fuzz goldens shipped pictures lock clean

help: ## What can be made
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

report: $(INSTALLED) ## Build every report into outputs/
	$(BIN)/reportkit build --all

test: $(INSTALLED) ## Run the core of the tests: four minutes on two cores
	$(LANE) core

test-all: test test-kernels test-cluster test-faults test-builds test-runs test-workbooks test-published test-browser test-office test-smoke ## Run every lane of tests; tests/lanes.py says what each is for

test-kernels: $(INSTALLED) ## Run the tests of kernels, their server and JupyterLab
	$(LANE) kernels

# One at a time: schedulers and workers have processes enough of their own, and a test kills and waits for them.
test-cluster: WORKERS = 0
test-cluster: $(INSTALLED) ## Run the tests of builds on a dask scheduler
	$(LANE) cluster

test-faults: DIST = loadfile
test-faults: $(INSTALLED) ## Run the tests of killed runs and full disks
	$(LANE) faults

test-builds: $(INSTALLED) ## Run the tests of whole builds
	$(LANE) builds

test-runs: $(INSTALLED) ## Run the tests of unattended runs
	$(LANE) runs

test-workbooks: $(INSTALLED) ## Run the tests of workbooks, written and read back
	$(LANE) workbooks

test-published: $(INSTALLED) ## Run the tests of published reports, read back
	$(LANE) published

test-browser: $(INSTALLED) ## Run the tests that need a real browser (Debian's chromium)
	$(INSTALL) --require-hashes -r tests/browser/requirements.lock
	$(PYTEST) -q --lane browser

test-office: $(INSTALLED) ## Run the tests that need LibreOffice (Debian's libreoffice-writer-nogui, -calc-nogui)
	@command -v soffice >/dev/null || { echo "LibreOffice is needed: apt-get install --no-install-recommends libreoffice-writer-nogui libreoffice-calc-nogui" >&2; exit 1; }
	$(PYTEST) -q --lane office

test-smoke: ## Build the reports and run fifty tests on each of SMOKE_PYTHONS
	@set -e; for python in $(SMOKE_PYTHONS); do \
	  version=$$($$python -c 'import sys; print(*sys.version_info[:2], sep=".")'); \
	  $(MAKE) smoke PYTHON=$$python VENV=.venv-smoke-$$version; \
	done

smoke: report
	$(LANE) smoke

check: lint test ## What must pass before each commit; CI runs lint and test-all

lint: $(INSTALLED) ## Format, lint, types, schemas, stripped notebooks
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/reportkit schema --check
	$(BIN)/nbstripout --verify --keep-id notebooks/*.ipynb

lab: $(INSTALLED) ## Open JupyterLab on the notebooks
	$(BIN)/reportkit lab

corpus: $(INSTALLED) ## Hold the rules against the labelled corpus; precision and recall by rule
	$(BIN)/python -m tests.corpus

truth: $(INSTALLED) ## Hold the rules on words against sixty thousand made sentences whose truth is known
	$(BIN)/python -m tests.truth

bench: $(INSTALLED) ## Measure speed, as ratios in one run on this machine
	$(BIN)/python -m tests.bench

bench-check: $(INSTALLED) ## Check a thousand departments and two years; hostile words; how time grows
	$(BIN)/python -m tests.bench.checking

bench-again: $(INSTALLED) ## Build a thousand reports, then once more unchanged, with one change, with a changed notebook
	$(BIN)/python -m tests.bench.again

bench-preview: $(INSTALLED) ## From a save to the reloaded page in Debian's chromium
	$(INSTALL) --require-hashes -r tests/browser/requirements.lock
	$(BIN)/python -m tests.bench.previewing

bench-site: $(INSTALLED) ## The portal of a thousand reports: first, once more, with one change; what a search loads
	$(INSTALL) --require-hashes -r tests/browser/requirements.lock
	$(BIN)/python -m tests.bench.portal

bench-scale: $(INSTALLED) ## Build a thousand reports; look at time, memory and what is left behind
	$(BIN)/python -m tests.bench.scale

audit-deps: $(INSTALLED) ## Hold every locked library against the known vulnerabilities (needs pypi.org)
	$(BIN)/python -m pip_audit --strict --disable-pip --require-hashes -r requirements.lock
	$(BIN)/python -m pip_audit --strict --disable-pip --require-hashes -r tests/browser/requirements.lock

faults: $(INSTALLED) ## Kill runs over sixty departments at fifty random moments; nothing may be lost or left behind
	$(BIN)/python -m tests.faults

soak: $(INSTALLED) ## Two hundred runs in one process; nothing may grow from run to run
	$(BIN)/python -m tests.soak

bench-dask: $(INSTALLED) ## The same reports by the local pool and by a dask scheduler, in turn; and the client's memory
	$(BIN)/python -m tests.bench.cluster

bench-workbook: $(INSTALLED) ## Workbooks of sixty and of a thousand departments written, and collected again
	$(BIN)/python -m tests.bench.workbooks

bench-audit: $(INSTALLED) ## A thousand published pages audited: seconds and memory
	$(BIN)/python -m tests.bench.auditing

bench-run: $(INSTALLED) ## Runs over sixty departments and two years that find nothing to do, and one that finds a digit
	$(BIN)/python -m tests.bench.nights

fuzz: $(INSTALLED) ## The slow property tests: hostile prose by the thousand
	$(PYTEST) -q -o python_files='fuzz_*.py' -o python_functions='fuzz_*' tests/slow

shipped: $(INSTALLED) ## Note what this version ships, for `reportkit new upgrade`
	$(BIN)/python -m tests.known_digests

goldens: $(INSTALLED) ## Rewrite the golden files; the commit says why they changed
	$(PYTEST) -q --update-goldens

pictures: $(INSTALLED) ## Rewrite the README's pictures from outputs/ (make report and reportkit site first)
	$(INSTALL) --require-hashes -r tests/browser/requirements.lock
	$(BIN)/python -m tests.pictures

lock: $(INSTALLED) ## Rewrite the lock file
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  --group dev pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  --group browser -c requirements.lock -o tests/browser/requirements.lock

$(INSTALLED): requirements.lock pyproject.toml
	@$(PYTHON) -c "import sys; sys.exit('Python 3.11 or newer is needed: make PYTHON=python3.11' if sys.version_info < (3, 11) else 0)"
	$(PYTHON) -m venv $(VENV)
	$(INSTALL) --require-hashes -r requirements.lock
	$(INSTALL) --no-deps --no-build-isolation -e .
	@touch $(INSTALLED)

clean: ## Remove the virtual environment and everything built
	rm -rf $(VENV) .venv-smoke-* outputs/[0-9]* outputs/drafts outputs/sbom .mypy_cache .pytest_cache .ruff_cache .hypothesis
