# Build output goes to a cache folder outside of the checkout, the same for every target and for CI.
BIANMIN_CACHE ?= $(HOME)/.cache/bianmin
CARGO_TARGET_DIR ?= $(BIANMIN_CACHE)/target
export BIANMIN_CACHE CARGO_TARGET_DIR

LISTEN ?= 127.0.0.1:8080
DATA ?= data-local

.PHONY: help run test check bench format

help:
	@echo "make run      build and serve the demo on http://$(LISTEN), data in $(DATA)/ (LISTEN=, DATA= to change)"
	@echo "make test     everything that must pass, on SQLite and on PostgreSQL + Redis; starts and stops its own servers"
	@echo "make check    formatting, lints, licences, the rules of the layers"
	@echo "make bench    what a plan, the queue and the release build's server bear, as ratios of one run"
	@echo "make format   format the code"

# The font is for the certificates; all else works without it, so a machine where it can't be installed is served too.
run:
	@scripts/need.sh font || echo "going on without a Chinese font: certificates can't be printed until it is installed"
	cargo build --locked -p api --bin bianmin
	@BIANMIN__LOG__FORMAT="$${BIANMIN__LOG__FORMAT:-text}" exec "$(CARGO_TARGET_DIR)/debug/bianmin" serve --listen "$(LISTEN)" --data "$(DATA)" --demo

test:
	@scripts/test.sh

check:
	@scripts/check.sh

# The server is built for release, the load beside it is not: it waits, and doesn't compute.
bench:
	cargo bench --locked -p domain --bench routing
	scripts/bench_queue.sh
	cargo build --locked --release -p api --bin bianmin
	BIANMIN_BIN="$(CARGO_TARGET_DIR)/release/bianmin" cargo bench --locked --profile dev -p tests --bench load

format:
	cargo fmt --all
