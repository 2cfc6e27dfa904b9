# Everything a developer does, by name. `make` alone lists the targets.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed
PROTOS_OUT ?= services
# Two workers also where there are more cores: most of the time goes into a few long tests, and torch uses what is left.
WORKERS ?= 2
SIDE_BY_SIDE = -n $(WORKERS) --dist loadgroup --no-loadscope-reorder

.PHONY: help
help:  ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  \033[36m%-12s\033[0m %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

.PHONY: setup
setup: $(STAMP)  ## Make .venv with arf and everything it needs; costs nothing when that is done

$(STAMP): pyproject.toml requirements/lock.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$(PYTHON) is older than Python 3.11: say make PYTHON=/path/to/a/newer/python3" >&2; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --use-pep517 --constraint requirements/lock.txt --editable '.[loop,server,store,teacher,up,dev]'
	@touch $@

.PHONY: run
run: setup  ## Run the whole loop on the bundled calls; the report is runs/demo/report.html
	$(BIN)/arf run examples/calls.jsonl --out runs/demo

.PHONY: test
test: setup  ## Run the tests, side by side; ARGS are passed on to pytest
	$(BIN)/python -m pytest $(SIDE_BY_SIDE) -m 'not inference' $(ARGS)

.PHONY: setup-inference
setup-inference: .venv-inference/.installed  ## Make .venv-inference with vLLM and Ray; CUDA=1 takes the builds for GPUs

.venv-inference/.installed: requirements/inference.txt requirements/inference-cuda.txt
	$(PYTHON) -m venv .venv-inference
	.venv-inference/bin/python -m pip install --quiet --disable-pip-version-check --no-deps -r requirements/inference$(if $(CUDA),-cuda).txt
	.venv-inference/bin/python -m pip install --quiet --disable-pip-version-check --use-pep517 --no-deps --editable .
	@touch $@

.PHONY: test-inference
test-inference: setup setup-inference  ## Run the tests of vLLM on Ray Serve: adapters swapped under load, kill -9 of the engine
	ARF_REQUIRE=inference $(BIN)/python -m pytest -m inference tests/integration/inference $(ARGS)

.PHONY: test-unit
test-unit: setup  ## Run the tests that start no service, without the real model; ARGS are passed on to pytest
	$(BIN)/python -m pytest $(SIDE_BY_SIDE) -m "unit and not model" tests/unit $(ARGS)

.PHONY: test-coverage
test-coverage: setup  ## Run the tests and fail where they reach less of the code than pyproject.toml asks for
	$(BIN)/python -m pytest $(SIDE_BY_SIDE) -m 'not inference' --cov --cov-report=term:skip-covered $(ARGS)

.PHONY: mutants
mutants: setup  ## Change a module in one place at a time, list what no test notices: MODULE=arf.kit.bus.window
	@$(BIN)/python -c 'import cosmic_ray' 2>/dev/null || $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint requirements/lock.txt --editable '.[mutants]'
	$(BIN)/python -m tests.mutants $(MODULE) $(ARGS)

.PHONY: lint
lint: setup protos-check  ## Check style, types, import directions, protos and that they break no client
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/buf lint
	$(BIN)/buf format --diff --exit-code --path protos/arf
	$(BIN)/buf breaking --against protos/arf.binpb

.PHONY: format
format: setup  ## Put the code into the one format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.PHONY: protos
protos: setup  ## Generate services/arf/v1 from protos/
	$(BIN)/python protos/generate.py $(PROTOS_OUT)

.PHONY: protos-check
protos-check: setup
	@out=$$(mktemp -d); trap 'rm -rf "$$out"' EXIT; $(MAKE) -s protos PROTOS_OUT="$$out"; \
	diff -r -x '__*' "$$out/arf/v1" services/arf/v1 && diff -r -x '__*' "$$out/buf" services/buf \
	|| { echo "services/ is not what protos/ says: make protos" >&2; exit 1; }

.PHONY: protos-image
protos-image: setup  ## Make the protos as they are what later ones may not break: with a release, never to silence lint
	$(BIN)/buf build --exclude-source-info --output protos/arf.binpb

.PHONY: bench
bench: setup  ## Compare with baselines and print ratios: SUITE=loop, or all suites; ARGS are passed on
	$(BIN)/python -m tests.bench $(SUITE) $(ARGS)

.PHONY: faults
# Next to the project lies what this workplace lends; elsewhere the variable says where a Kafka is.
faults: export ARF_KAFKA_HOME ?= $(realpath ../shared/kafka)
faults: setup  ## Kill workers, broker and upstream while calls flow, finished and live ones, then count; needs ARF_KAFKA_HOME and Java: ARGS='--seed 8' LIVE_ARGS='--seed 8'
	$(BIN)/python -m tests.faults $(ARGS)
	$(BIN)/python -m tests.faults.live $(LIVE_ARGS)

.PHONY: images
IMAGE ?= localhost/arf-services:dev
BUILD ?= $(shell command -v docker >/dev/null && docker info >/dev/null 2>&1 && echo docker build || echo buildah bud --layers)
images:  ## Build the image of the light services, by docker or buildah: IMAGE=name:tag, BUILD='docker build'
	$(BUILD) -f deploy/docker/service.Dockerfile --build-arg REVISION=$$(git rev-parse HEAD) -t $(IMAGE) .

.PHONY: helm
helm: setup  ## Lint and render the chart in all its variants, check alerts and dashboards
	$(BIN)/python -m pytest -q tests/unit/deploy $(ARGS)

.PHONY: helm-readme
helm-readme: setup  ## Write helm/arf/README.md from the schema of its values
	$(BIN)/python helm/readme.py

.PHONY: cluster-test
cluster-test: export ARF_KAFKA_HOME ?= $(realpath ../shared/kafka)
cluster-test: setup  ## Install the chart on the cluster of KUBECONFIG and carry calls through; CLUSTER_LOAD takes an image archive to its nodes
	@if [[ -n "$${CLUSTER_LOAD:-}" ]]; then archive=$$(mktemp -u --suffix=.tar); trap 'rm -f "$$archive"' EXIT; \
	$(firstword $(BUILD:buildah=podman)) save -o "$$archive" $(IMAGE) && $$CLUSTER_LOAD "$$archive"; fi
	$(BIN)/python -m tests.cluster --image $(IMAGE) $(ARGS)

.PHONY: results
results: setup  ## Write docs/results.md anew: takes hours, goes on where it stopped
	$(BIN)/python -m tests.bench.results

.PHONY: lock
lock: setup  ## Write requirements/lock.txt from what .venv holds
	@{ sed '/^#/!d' requirements/lock.txt; $(BIN)/python -m pip freeze --all --exclude-editable --exclude pip \
	| sed -E 's/\+[a-z0-9]+$$//' | grep -viE '^(nvidia|cuda|triton)' | tr 'A-Z_' 'a-z-' | LC_ALL=C sort; } > requirements/.lock.tmp
	@mv requirements/.lock.tmp requirements/lock.txt && touch $(STAMP)

.PHONY: clean
clean:  ## Remove what make and the tools made, run folders too
	rm -rf .venv .venv-inference build runs .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis services/*.egg-info
	find services tests -name __pycache__ -type d -prune -exec rm -rf {} +
