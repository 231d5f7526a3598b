# `make help` lists the targets. Each one first brings .venv to where it needs it, and only when
# something changed: the stamps in .venv are written after an installation that went through.

PYTHON ?= python3
VENV   ?= .venv
PORT   ?= 8000
ARGS   ?=
COURSE ?= course

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help book serve test notebooks bench classroom clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo "  PYTHON=python3.12  the Python that makes .venv    PORT=8000  where serve listens"
	@echo "  ARGS='-k affine'   more words for pytest         ARGS='--quick --only steps'  and for bench"
	@echo "  COURSE=course      the folder of classroom       ARGS='--chapters 1 6 11'     and for classroom"

book: $(VENV)/.book ## Build the website from the stored outputs (runs no notebook)
	@# Every page anew: a page with a warning must warn again, and the menu stands on all of them.
	$(BIN)/jupyter-book build --all -q -W -n --keep-going .
	@echo "Open this page: $(CURDIR)/_build/html/index.html"

serve: book ## Build the website and serve it on this machine
	@echo "Open http://127.0.0.1:$(PORT)/ (Ctrl+C stops)"
	@$(BIN)/python -m http.server --bind 127.0.0.1 --directory _build/html $(PORT)

test: $(VENV)/.all ## Run the tests, and every cell of every notebook
	$(BIN)/python -m pytest $(ARGS)

notebooks: $(VENV)/.all ## Execute all notebooks and store their outputs
	$(BIN)/python tools/notebooks.py

bench: $(VENV)/.all ## Measure the speed beside a textbook's loop, PyTorch and JAX (minutes)
	$(BIN)/python -m benchmarks $(ARGS)

classroom: $(VENV)/.classroom ## Build an nbgrader course from the exercises, for teachers
	$(BIN)/python -m classroom --course "$(COURSE)" $(ARGS)

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
$(VENV)/.book: constraints.txt | $(VENV)/.python
	@rm -f $@
	$(PIP) install -q -c constraints.txt jupyter-book latex2mathml
	@touch $@

$(VENV)/.all: requirements.txt constraints.txt code/pyproject.toml | $(VENV)/.python
	@rm -f $@
	$(PIP) install -c constraints.txt -r requirements.txt
	@touch $@

$(VENV)/.classroom: requirements-classroom.txt constraints.txt code/pyproject.toml | $(VENV)/.python
	@rm -f $@
	$(PIP) install -q -c constraints.txt -r requirements-classroom.txt
	@touch $@
