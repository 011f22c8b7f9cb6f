# The developer's commands. `make` lists them.

SHELL := /bin/sh
PYTHON := .venv/bin/python
CLOUD := $(PYTHON) infra/local/cloud.py
STAGE ?= dev
PORT ?= 4566
MINUTES ?= 30
SEED ?= $(shell date +%s)

# Functions with S3's client, built with the profile lambda-small: their size is what their starts take.
SMALL := attendee-import housekeeping media

# Tools are used from .venv, where their versions are pinned.
export PATH := $(CURDIR)/.venv/bin:$(PATH)

.DEFAULT_GOAL := help
.PHONY: help up down seed logs test fuzz lint watch invoke bench openapi build deploy replay grant

help: ## List the commands
	@sed -n 's/^\([a-z]*\):.*## /  \1|/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "%-10s %s\n", $$1, $$2 }'

.venv/ready: infra/local/requirements.txt
	@python3 -m venv .venv
	@.venv/bin/pip install --quiet --requirement $<
	@touch $@

up: .venv/ready ## Build, start the local cloud, deploy template.yaml into it, seed demo data (PORT=4566)
	@cargo build --workspace --bins
	@$(CLOUD) up --dir .local --port $(PORT)

down: .venv/ready ## Stop the local cloud
	@$(CLOUD) down --dir .local

seed: .venv/ready ## Seed the demo data again and renew the init data in .local/env
	@$(CLOUD) seed --dir .local

logs: .venv/ready ## Show what a function logged in the local cloud (F=users)
	@$(CLOUD) logs "$(F)" --dir .local

test: .venv/ready ## Run every test, the end-to-end ones in a local cloud of their own
	@infra/test

fuzz: .venv/ready ## Send the API generated requests, as an attendee and as an admin (MINUTES=30 SEED=1)
	@IBW_FUZZ_SECONDS=$$(($(MINUTES) * 60)) IBW_FUZZ_SEED=$(SEED) cargo nextest run --package ibw-tests --profile all --success-output final -E 'test(/^fuzz::/)'

lint: .venv/ready ## Formatting, clippy, documentation, dependencies, templates, the OpenAPI document and clients of it
	@cargo fmt --all --check
	@cargo clippy --workspace --all-targets --quiet -- -D warnings
	@RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --document-private-items --quiet
	@cargo shear
	@cargo deny --log-level error check bans licenses sources
	@cfn-lint template.yaml infra/*.yaml
	@infra/clients/check

watch: .venv/ready ## Serve the functions on http://127.0.0.1:9000 with hot reload, against the running local cloud
	@infra/watch

invoke: .venv/ready ## Send a sample event to a function under `make watch` (F=users E=events/users/me.json)
	@$(PYTHON) infra/local/invoke.py .local "$(F)" "$(E)"

bench: .venv/ready ## Cold start, latency and size beside a bare hello; expansion, pace, crash tests of 100,000 recipients and 50,000 tickets
	@infra/bench/run $(SMALL)
	@IBW_CRASH_RECIPIENTS=100000 IBW_IMPORT_ROWS=50000 cargo nextest run --package ibw-tests --cargo-profile release --profile bench

openapi: ## Write infra/openapi.json from the code
	@IBW_WRITE_GOLDEN=1 cargo nextest run --cargo-quiet --package ibw-tests --status-level fail openapi_document_is_fresh

build: .venv/ready ## Build the functions for AWS (arm64, profiles lambda and lambda-small) into target/lambda
	@cargo lambda build --workspace --bins --exclude ibw-tests $(SMALL:%=--exclude %) --arm64 --profile lambda
	@cargo lambda build --bins $(SMALL:%=--package %) --arm64 --profile lambda-small

deploy: build ## Deploy to AWS with the SAM CLI (STAGE=dev or STAGE=prod)
	@sam deploy --config-env $(STAGE) --parameter-overrides $$(grep -v '^#' infra/stages/$(STAGE)) Build=$$(git rev-parse --short HEAD)

replay: .venv/ready ## Have the relay send the outbox items of some time again (STAGE=dev FROM=2026-11-22T09:00:00Z TO=2026-11-22T11:30:00Z)
	@$(PYTHON) infra/replay "ibw-$(STAGE)" "$(FROM)" "$(TO)"

grant: .venv/ready ## Give a user who has logged in an access role (STAGE=dev TELEGRAM_ID=279058397 ROLE=admin ON=conferences/ibw-2026)
	@$(PYTHON) infra/grant "ibw-$(STAGE)" "$(TELEGRAM_ID)" "$(ROLE)" "$(or $(ON),*)"
