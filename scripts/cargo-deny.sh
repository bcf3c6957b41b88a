#!/usr/bin/env bash
# Runs a pinned cargo-deny over deny.toml; builds it once, into the cache folder (about a minute), where it is missing.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

VERSION=0.20.2
TOOLS="$BIANMIN_CACHE/tools"
DENY="$TOOLS/bin/cargo-deny"

if [ "$("$DENY" --version 2>/dev/null)" != "cargo-deny $VERSION" ]; then
    say "building cargo-deny $VERSION"
    BUILD="$(mktemp -d)"
    trap 'rm -rf "$BUILD"' EXIT
    # Outside of the workspace, whose pinned profile and target folder are not meant for it.
    (cd / && CARGO_TARGET_DIR="$BUILD" nice cargo install --locked --debug --quiet --root "$TOOLS" "cargo-deny@$VERSION")
fi
"$DENY" --locked check --hide-inclusion-graph licenses bans sources
say "licences, bans and sources hold; security advisories were NOT looked up (see CONTRIBUTING.md)"
