# Two commands matter: `make run` and `make test`. Each makes what it needs first, and does nothing twice.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
UV := $(BIN)/uv pip install --python $(BIN)/python --quiet --require-hashes --compile-bytecode
PORT ?= 8000
# Where it is set, every start of a server or test would compile all sources again.
unexport PYTHONDONTWRITEBYTECODE
# What takes minutes by itself. Of the faults `make test` has a subset: everything that isn't marked as long.
LONG := tests/faults tests/journeys/test_cluster.py tests/journeys/test_upgrade.py tests/app/test_litestream.py
# What isn't run again on PostgreSQL: it names its own database, needs none, or asks no more of it than others do.
ALIKE := $(addprefix kit/database/test_,moving.py postgres.py plans.py) conversations/test_plan.py conversations/test_formatting.py \
  conversations/translation/test_model.py tickets/levels/test_clocks.py tickets/routing/test_deciding.py web/test_assets.py web/test_route_matrix.py web/test_edge.py web/test_attachments.py web/visitors
# Faults that run on the engine that LYHORD_TEST_ENGINE names.
BOTH := $(addprefix tests/faults/test_,replies_in_trouble.py webhook_order.py mutated_mails.py)

.PHONY: help run test test-all channels faults faults-subset screenshots check format bench bench-ui bench-hearing day lock assets pytest postgres-test frontend-test first-migration reference wheel clean

help:  ## Say what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'

run: .venv/.run assets  ## Start Lyhord on http://localhost:8000 with its data in ./data
	@exec $(BIN)/lyhord serve --port $(PORT)

test: check pytest postgres-test faults-subset frontend-test  ## Check everything, then run all tests, those of storage on both databases

check: .venv/.dev assets  ## Linters, types, import rules, spelling
	$(BIN)/ruff check .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/codespell -D - -D tools/spelling.txt
	$(BIN)/python tools/front_ends.py npm run --silent check
	$(BIN)/python tools/front_ends.py npm run --silent format:check

# Files go out by name: the journeys, which take longest, stand in the middle. What takes long must not come last, when one of the two
# has nothing left to do.
pytest: .venv/.dev .venv/.debian assets
	$(BIN)/pytest -m "not long" -n 4 --dist loadfile --no-loadscope-reorder $(COVERAGE) tests $(addprefix --ignore=,$(LONG))

# What stands on the database, again on PostgreSQL, and the main journey with two webs and two workers joined by NATS: first, since it takes longest.
postgres-test: .venv/.dev .venv/.debian assets
	LYHORD_TEST_ENGINE=postgresql $(BIN)/pytest -m "not long" -n 4 --dist loadfile --no-loadscope-reorder \
	  $(addprefix --ignore=tests/,$(ALIKE)) \
	  tests/journeys/test_one_timeline.py tests/kit/database tests/kit/test_followers.py tests/kit/test_jobs.py tests/kit/test_search.py \
	  tests/kit/http/test_idempotency.py tests/web tests/tickets tests/conversations

faults-subset: .venv/.dev .venv/.debian assets
	$(BIN)/pytest tests/faults -m "not long" -n 3 --dist load

test-all: COVERAGE := --cov --cov-report=term
test-all: test  ## All tests, the long ones too, once each
	$(BIN)/pytest $(filter-out tests/faults,$(LONG))
	$(BIN)/pytest tests -m long
	LYHORD_TEST_ENGINE=postgresql $(BIN)/pytest tests/workspaces tests/contacts tests/web tests/worker tests/journeys tests/frontend/widget tests/contract
	LYHORD_TEST_ENGINE=postgresql $(BIN)/pytest $(BOTH)

channels: .venv/.dev .venv/.debian assets  ## All tests of channels, those with real counterparts too; writes down what is proved
	$(BIN)/pytest tests/contract tests/channels --record-proofs

faults: .venv/.dev .venv/.debian assets  ## Kill, cut, fill and break everything, as often as a release must bear (two hours)
	FAULTS=full $(BIN)/pytest tests/faults --durations=20
	FAULTS=full LYHORD_TEST_ENGINE=postgresql $(BIN)/pytest $(BOTH)

frontend-test: .venv/.dev
	$(BIN)/python tools/front_ends.py npm run --silent test

screenshots: .venv/.dev .venv/.debian assets  ## Pictures of every page into test-output/: light, dark, large, on a phone, in five languages
	$(BIN)/pytest -n 2 --dist loadfile $(addprefix tests/journeys/test_,pages.py inbox_pages.py barriers.py)
	$(BIN)/pytest tests/frontend/widget/test_panel.py -k "stands_in_anybodys_way or smallest_screen"

format: .venv/.dev  ## Let the formatters decide
	$(BIN)/ruff check --fix --quiet .
	$(BIN)/ruff format --quiet .
	$(BIN)/python tools/front_ends.py npm run --silent format

bench: .venv/.bench assets  ## Measure, each figure beside its ceiling (LARGE=--large: up to ten million messages)
	@bash tools/debian.sh postgresql postgresql-15-rum
	@$(BIN)/python -m bench.growth $(LARGE)
	@for bench in ingest http streams mail idle ui mail_import restore routing surge leaving rivals; do echo "== $$bench"; $(BIN)/python -m bench.$$bench || exit 1; done

bench-ui: .venv/.dev .venv/.debian assets  ## Measure what agents feel of the app, in a browser
	@$(BIN)/python -m bench.ui

bench-hearing: .venv/.bench  ## Measure what is heard in messages, beside a baseline (needs ../shared/data; PART=language)
	@$(BIN)/python -m bench.hearing $(PART)

day: .venv/.dev .venv/.debian assets  ## Work a day of 200 real conversations by keys, and a shift from a phone (needs ../shared/data)
	@$(BIN)/python -m bench.day

assets: .venv/.run  ## Build the front ends where a source changed
	@$(BIN)/python tools/front_ends.py

lock: .venv/.run  ## Resolve the requirements anew and write the locks
	@for lock in tools run cluster tracing dev bench; do \
	  source=pyproject.toml; group=; \
	  [ $$lock = tools ] && source=requirements/tools.in; [ $$lock = cluster ] && group="--extra postgres --extra nats"; \
	  [ $$lock = tracing ] && group="--extra tracing"; \
	  [ $$lock = dev ] && group="--group dev --extra postgres --extra nats --extra tracing"; \
	  [ $$lock = bench ] && source=--group && group=bench; \
	  $(BIN)/uv pip compile $$source $$group --universal --python-version 3.11 --generate-hashes \
	    --no-emit-index-url --no-emit-find-links --no-header --quiet --upgrade -o requirements/$$lock.txt || exit 1; \
	done

first-migration: .venv/.dev  ## Write migration 0001 anew from the tables (only while nothing is released)
	$(BIN)/python tools/first_migration.py

reference: .venv/.run  ## Write the generated pages under docs/reference
	$(BIN)/python tools/reference.py

wheel: .venv/.dev assets  ## Build the package with its front ends into dist/
	$(BIN)/python -m hatchling build --target wheel

clean:  ## Remove what was made, the data aside
	rm -rf .venv dist build frontend/node_modules src/lyhord/web/assets .mypy_cache .ruff_cache .pytest_cache

# One stamp for each step of the environment, so that an unchanged lock costs nothing.
.venv/.made: requirements/tools.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Lyhord needs Python 3.11 or newer; set PYTHON=..."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || bash tools/debian.sh python3-venv
	@test -x $(BIN)/pip || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements/tools.txt
	@touch $@

.venv/.run: .venv/.made requirements/run.txt pyproject.toml
	$(UV) -r requirements/run.txt
	$(BIN)/uv pip install --python $(BIN)/python --quiet --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.dev: .venv/.run requirements/dev.txt
	$(UV) -r requirements/dev.txt
	@touch $@

.venv/.bench: .venv/.dev requirements/bench.txt
	$(UV) -r requirements/bench.txt
	@touch $@

.venv/.debian: tools/debian.sh
	@bash tools/debian.sh
	@touch $@
