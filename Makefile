# `make help` lists the targets. Each one first brings .venv to where it needs it, and only when
# something changed: the stamps in .venv are written after an installation that went through.

PYTHON ?= python3
VENV   ?= .venv
PORT   ?= 8000
JOBS   ?= 2
ARGS   ?=
COURSE ?= course
CHAPTER ?= 1

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
# A file at a time, since the cells of a notebook follow one another, and in the order of tests/conftest.py.
PYTEST := $(BIN)/python -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder

.DEFAULT_GOAL := help
.NOTPARALLEL: # two installations into one environment would spoil each other
.PHONY: help book epub pdf serve lab check test lint notebooks links bench classroom slides clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo "  PYTHON=python3.12  the Python that makes .venv    PORT=8000  where serve listens"
	@echo "  JOBS=2             how many tests run at once, 0 for one after the other"
	@echo "  ARGS='-k affine'   more words for pytest         ARGS='--quick --only steps'  and for bench"
	@echo "  COURSE=course      the folder of classroom       ARGS='--chapters 1 6 11'     and for classroom"
	@echo "  CHAPTER=1          the chapter of slides"

book: $(VENV)/.book _build/.shared ## Build the website from the stored outputs (runs no notebook)
	@# A page with a warning must warn again: after a failure, every page is read anew.
	$(BIN)/jupyter-book build -q -W -n --keep-going . || { rm -rf _build/.doctrees; exit 1; }
	@echo "Open this page: $(CURDIR)/_build/html/index.html"

# What one of the two makes, the next `make book` copies into the website, and links on its first page.
epub: $(VENV)/.book _build/.shared ## Build the book as an EPUB, for e-readers
	$(BIN)/jupyter-book build -q -W -n --keep-going --builder=custom --custom-builder=epub .
	@echo "Open this file: $(CURDIR)/_build/backpropagation.epub"

pdf: book $(VENV)/.pdf ## Print the website as a PDF (needs Chromium or Chrome)
	@$(BIN)/python tools/pdf.py
	@echo "Open this file: $(CURDIR)/_build/backpropagation.pdf"

serve: book ## Build the website and serve it on this machine
	@echo "Open http://127.0.0.1:$(PORT)/ (Ctrl+C stops)"
	@$(BIN)/python -m http.server --bind 127.0.0.1 --directory _build/html $(PORT)

lab: $(VENV)/.lab ## Open the notebooks in JupyterLab (installs neither PyTorch nor what the tests need)
	$(BIN)/jupyter lab $(ARGS) chapters

check: $(VENV)/.all ## Run what a change to the package or to a chapter needs: no website, no classroom
	$(PYTEST) -m "not slow" $(ARGS)

test: $(VENV)/.all ## Run all tests, and every cell of every notebook
	$(PYTEST) $(ARGS)

lint: $(VENV)/.lint ## Look for likely mistakes in the code, and for code that isn't formatted
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

notebooks: $(VENV)/.all ## Execute all notebooks and store their outputs
	$(BIN)/python tools/notebooks.py

links: $(VENV)/.book ## Follow the links that leave the site (needs the network)
	$(BIN)/jupyter-book build -q --builder=custom --custom-builder=linkcheck .

bench: $(VENV)/.all ## Measure the speed beside a textbook's loop, PyTorch and JAX (minutes)
	$(BIN)/python -m benchmarks $(ARGS)

classroom: $(VENV)/.classroom ## Build an nbgrader course from the exercises, for teachers
	$(BIN)/python -m classroom build --course "$(COURSE)" $(ARGS)

slides: $(VENV)/.classroom ## Write a chapter as slides, one file that needs no network
	$(BIN)/python -m classroom slides $(CHAPTER)

clean: ## Remove what was built (.venv stays)
	rm -rf _build .pytest_cache .hypothesis
	find chapters code tests benchmarks classroom \( -name __pycache__ -o -name .ipynb_checkpoints \) -prune -exec rm -rf {} +

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "The book needs Python 3.11 or newer; $(PYTHON) --version says: $$($(PYTHON) --version 2>&1 | tail -n 1)"; \
	  echo "Name another one, for example: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; } >&2
	@$(PYTHON) -m venv $(VENV) || { \
	  echo "$(PYTHON) could not make $(VENV). Debian and Ubuntu need the package python3-venv for it."; exit 1; } >&2
	@touch $@

# The website needs neither torch nor MNIST.
$(VENV)/.book: requirements-book.txt constraints.txt | $(VENV)/.python
	@rm -f $@
	$(PIP) install -q -c constraints.txt -r requirements-book.txt
	@touch $@

# What all pages share. When it changes, every page is built anew; else only the chapters that changed.
_build/.shared: _config.yml _toc.yml constraints.txt $(wildcard _ext/*/*.py _ext/*/*/* _static/* _static/*/* _templates/*.html _templates/*/*)
	@rm -rf _build/html _build/.doctrees
	@mkdir -p _build
	@touch $@

$(VENV)/.lab: requirements.txt constraints.txt code/pyproject.toml | $(VENV)/.python
	@rm -f $@
	$(PIP) install -q -c constraints.txt -r requirements.txt
	@touch $@

$(VENV)/.all: requirements.txt requirements-book.txt requirements-pdf.txt requirements-test.txt constraints.txt code/pyproject.toml | $(VENV)/.python
	@rm -f $@
	$(PIP) install -c constraints.txt -r requirements-test.txt
	@touch $@

$(VENV)/.pdf: requirements-pdf.txt requirements-book.txt constraints.txt | $(VENV)/.python
	@rm -f $@
	$(PIP) install -q -c constraints.txt -r requirements-pdf.txt
	@touch $@

$(VENV)/.lint: constraints.txt | $(VENV)/.python
	@rm -f $@
	$(PIP) install -q -c constraints.txt ruff
	@touch $@

$(VENV)/.classroom: requirements-classroom.txt constraints.txt code/pyproject.toml | $(VENV)/.python
	@rm -f $@
	$(PIP) install -q -c constraints.txt -r requirements-classroom.txt
	@touch $@
