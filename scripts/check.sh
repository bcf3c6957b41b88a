#!/usr/bin/env bash
# What needs no server: formatting, lints, the licences and bans of what we depend on, the rules of the layers.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
trap end_step EXIT
trap 'exit 130' INT TERM

step "formatting" cargo fmt --all --check
step "text of the repository" scripts/check-text.sh
step "what domain is built from" scripts/check-domain.sh
step "the tests that docs/security.md names" scripts/security_doc.sh
step "licences, bans and sources" scripts/cargo-deny.sh
step "lints" cargo clippy --locked --workspace --all-targets -- -D warnings
print_times
