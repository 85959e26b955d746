# Everything sets itself up: `make demo` and `make test` are all a new user needs.
PYTHON ?= python3
VENV ?= .venv
DEMO ?= demo
export VENV

.PHONY: demo test check docs bench clean

demo: $(VENV)/.ready
	$(VENV)/bin/kinoeye demo $(DEMO)

test: $(VENV)/.ready-check
	$(VENV)/bin/pytest

check: $(VENV)/.ready-check
	./check

docs: $(VENV)/.ready
	$(VENV)/bin/python docs/make.py

bench: $(VENV)/.ready-check
	$(VENV)/bin/kinoeye bench

$(VENV)/.ready: pyproject.toml constraints.txt set-up
	./set-up "$(PYTHON)" "$(VENV)"
	touch $@

$(VENV)/.ready-check: $(VENV)/.ready
	./set-up "$(PYTHON)" "$(VENV)" check,team
	touch $@

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
