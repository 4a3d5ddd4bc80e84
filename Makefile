# The one vocabulary of this repository. `make` alone lists it.
PYTHON ?=
VENV ?= .venv
ARGS ?=
WHY ?= no reason given
export WHY
BIN := $(VENV)/bin
SWAP := tests/browser/test_swap.py

.DEFAULT_GOAL := help
.PHONY: help setup lock dev demo status rollback pin unpin down check backfill days retrain-stale clean-again check-dump mend wandb-sync test test-unit test-integration integration-a-to-o integration-p-to-z test-browser test-docker test-slow test-pythons bench-catalogue drill screenshots bench-quality bench-missing bench-graph bench-days bench-gate reference docs model-card bench-release bench-serving bench-page

help: ## List what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## Make .venv with every tool, pinned; does nothing when it is up to date (PYTHON=python3.12 chooses another Python)
	@local_stack/setup.sh "$(VENV)" "$(PYTHON)"

lock: setup ## Write requirements/*.txt from pyproject.toml (ARGS=--upgrade takes newer versions)
	@local_stack/lock.sh $(BIN)/uv $(ARGS)

dev: setup ## Start the stack on this machine, offline, with its state in .local/dev; Ctrl-C stops it
	@$(BIN)/python -m local_stack dev

demo: export MOVIE_DEMO_BEGAN := $(shell date +%s)
demo: setup ## See it work: days of films, a champion, a Bento, a rating (ARGS=--exit stops after printing)
	@$(BIN)/python -m local_stack demo $(ARGS)

status: setup ## Show what is in service, wanted and pinned, the last decisions, and each process of the running stack
	@$(BIN)/python -m local_stack status

rollback: setup ## Put the previous bundle in service and pin it (WHY="it rates everything 9")
	@$(BIN)/python -m local_stack rollback --why "$$WHY"

pin: setup ## Keep the bundle in service whatever is promoted meanwhile (WHY="…")
	@$(BIN)/python -m local_stack pin --why "$$WHY"

unpin: setup ## End a pin: the newest champion that is not withdrawn is released (WHY="…")
	@$(BIN)/python -m local_stack unpin --why "$$WHY"

down: setup ## Stop the stack of this checkout
	@$(BIN)/python -m local_stack down

backfill: setup ## Backfill the missing days FROM=… TO=… in the running stack ([ASSETS=a,b] [ALL=1] includes existing days)
	@$(BIN)/python -m local_stack backfill $(if $(FROM),--from $(FROM)) $(if $(TO),--to $(TO)) \
		$(if $(ASSETS),--assets $(ASSETS)) $(if $(ALL),--all)

days: setup ## List the days of the running stack: which assets exist, rejected, quarantined, stale
	@$(BIN)/python -m local_stack days

retrain-stale: setup ## Retrain every day of the running stack from the first stale one on
	@$(BIN)/python -m local_stack retrain-stale

clean-again: setup ## Clean the days of an earlier cleaning version again, from the films fetched then
	@$(BIN)/python -m local_stack clean-again

check-dump: setup ## What runs would read of a dump, and whether they would refuse it: FILE=path
	@$(BIN)/python -m movie_assets.cli check-dump "$(FILE)"

mend:
	@echo "make mend is now make retrain-stale, which runs; this name will go." >&2
	@$(MAKE) --no-print-directory retrain-stale

wandb-sync: setup ## Send Weights & Biases the records of the running stack that it lacks (needs WANDB_API_KEY)
	@$(BIN)/python -m local_stack wandb-sync

check: setup ## Lint, format, types, import rules and docs
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m pytest -q tests/unit/test_docs.py

screenshots: setup ## Take the pictures of the page for the docs, and the asset graph if a demo or dev stack runs
	@chromium=$$($(BIN)/python -m tests.support.chromium) && MOVIE_CHROMIUM="$$chromium" $(BIN)/python -m tests.browser.pictures && \
		MOVIE_CHROMIUM="$$chromium" $(BIN)/python -m tests.browser.asset_graph

test: check ## Everything that CI runs; unit and integration tests side by side, each part shown when it ends
	@$(MAKE) --jobs=3 $(if $(filter output-sync,$(.FEATURES)),--output-sync=target) test-unit integration-a-to-o integration-p-to-z
	@$(MAKE) test-browser

test-pythons: ## check, unit and integration tests on each supported Python found, each in an environment of its own
	@local_stack/test_pythons.sh "$(MAKE)"

test-unit: setup ## Every rule and edge case, in seconds
	@$(BIN)/python -m pytest tests/unit

test-integration: setup ## Every interface to the outside, against real servers on free ports
	@$(BIN)/python -m pytest tests/integration

# The integration tests in two parts of about the same length.
P_TO_Z = $(wildcard tests/integration/test_[p-z]*.py)

integration-a-to-o: setup
	@$(BIN)/python -m pytest tests/integration $(P_TO_Z:%=--ignore=%)

integration-p-to-z: setup
	@$(BIN)/python -m pytest $(P_TO_Z)

test-browser: setup ## The page and Dagster in a real Chromium (found, or installed)
	@chromium=$$($(BIN)/python -m tests.support.chromium) && MOVIE_CHROMIUM="$$chromium" $(BIN)/python -m pytest tests/browser --ignore=$(SWAP)

test-slow: setup ## Release trials with errors and rollbacks; kills of every process; a model replaced on the open page: minutes, not part of make test
	@chromium=$$($(BIN)/python -m tests.support.chromium) && MOVIE_CHROMIUM="$$chromium" $(BIN)/python -m pytest tests/slow $(SWAP)

test-docker: setup ## The compose stack: a backfill leads to a served answer (needs a Docker engine)
	@$(BIN)/python -m pytest tests/docker

bench-catalogue: setup ## How fast and big the catalogue is, beside the targets (FULL=1 also cleans a million films)
	@$(BIN)/python -m benchmarks.catalogue $(if $(FULL),--full)

drill: setup ## kill -9 at ten random moments of a backfill; every day must survive (SEED=… repeats one, FULL=1 takes all assets)
	@$(BIN)/python -m benchmarks.drill.kills $(if $(SEED),--seed $(SEED)) $(if $(FULL),--full)

bench-quality: setup ## How much of the synthetic truth the models find; with DUMP=path also their error on its films (TRIALS=20 a family)
	@$(BIN)/python -m benchmarks.quality $(DUMP) $(if $(TRIALS),--trials $(TRIALS))

bench-missing: setup ## What a fact that is left out does to a rating, with and without the correction; DUMP=path takes its films
	@$(BIN)/python -m benchmarks.missing_facts $(DUMP)

bench-graph: setup ## How far the ONNX graphs are from the libraries' own predictions, and what they cost; DUMP=path takes its films
	@$(BIN)/python -m benchmarks.graph $(DUMP)

bench-days: setup ## How long a search day and an ordinary day take on all films of a dump: DUMP=path (TRIALS=20 a family)
	@$(BIN)/python -m benchmarks.training_days $(DUMP) $(if $(TRIALS),--trials $(TRIALS))

bench-gate: setup ## How often the promotion rule promotes equal and better models, on a thousand holdouts (DUMP=path for real films)
	@$(BIN)/python -m benchmarks.gate $(if $(DUMP),--dump $(DUMP))

reference: setup ## Write .env.example, the page of settings, the table of columns and the vocabulary from what declares them
	@$(BIN)/python -m tests.support.reference

docs: setup ## The documentation as a site with search, in build/site (an environment of its own, .local/docs); a dead link fails
	@test -x .local/docs/bin/mkdocs || $(BIN)/uv venv --quiet --clear .local/docs
	@VIRTUAL_ENV=$(CURDIR)/.local/docs $(BIN)/uv pip sync --quiet --require-hashes requirements/docs.txt
	@NO_MKDOCS_2_WARNING=1 .local/docs/bin/mkdocs build
	@echo "The site is in build/site; to read it with search: $(BIN)/python -m http.server --bind 127.0.0.1 --directory build/site"

model-card: setup ## Write the example of a model card in the docs, from the synthetic catalogue
	@$(BIN)/python -m benchmarks.model_card

bench-release: setup ## How long a release and a rollback take, step by step, and what they lose at RATE=200 requests/s
	@$(BIN)/python -m benchmarks.release $(if $(RATE),--rate $(RATE))

bench-serving: setup ## How fast the service is beside a bare FastAPI and the old pipeline's API (needs wrk; FAMILY=… takes one, DUMP=path real films)
	@$(BIN)/python -m benchmarks.serving $(if $(FAMILY),--family $(FAMILY)) $(if $(DUMP),--dump $(DUMP))

bench-page: setup ## Twenty open pages, each predicting every two seconds for a minute: errors, p95, memory (SECONDS=60); and a first answer in Chromium
	@chromium=$$($(BIN)/python -m tests.support.chromium) && MOVIE_CHROMIUM="$$chromium" $(BIN)/python -m benchmarks.page $(if $(SECONDS),--seconds $(SECONDS))
