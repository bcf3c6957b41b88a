#!/usr/bin/env bash
# tour.sh [BASE_URL SANDBOX_URL]: runs the README's tour as it is written, and fails unless its three cases are completed.
# Without a server named, it starts a demo of its own on free ports, and ends it.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

[ $# = 0 ] || [ $# = 2 ] || fail "usage: $0 [BASE_URL SANDBOX_URL]"
ASIDE="$(mktemp -d)"
SERVER=

clean_up() {
    [ -z "$SERVER" ] || { kill "$SERVER" 2>/dev/null && wait "$SERVER" 2>/dev/null; } || true
    rm -rf "$ASIDE"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# The address that stands behind these words in what the server printed.
printed() { grep -o "$1 http://[0-9.:]*" "$ASIDE/out" | grep -o 'http://.*'; }

start_server() {
    BIANMIN__WECHAT__SANDBOX_LISTEN=127.0.0.1:0 "$CARGO_TARGET_DIR/debug/bianmin" serve --demo --listen 127.0.0.1:0 \
        --data "$ASIDE/data" >"$ASIDE/out" 2>"$ASIDE/log" &
    SERVER=$!
    for _ in $(seq 300); do
        if printed 'listening on' >/dev/null; then return; fi
        kill -0 "$SERVER" 2>/dev/null || break
        sleep 0.1
    done
    show_log_and_fail "the demo doesn't start"
}

show_log_and_fail() {
    [ -z "$SERVER" ] || tail -n 40 "$ASIDE/log" >&2
    fail "$1"
}

# The shell blocks between the two comments, joined.
blocks() { sed -n '/^<!-- tour: begins -->$/,/^<!-- tour: ends -->$/p' README.md | sed -n '/^```sh$/,/^```$/p' | grep -v '^```'; }

if [ $# = 2 ]; then
    BASE="$1" SANDBOX="$2"
else
    start_server
    BASE="$(printed 'listening on')" SANDBOX="$(printed 'stands in for it at')"
fi
# A proxy of the machine can't reach its loopback.
export BASE SANDBOX TMPDIR="$ASIDE" no_proxy="127.0.0.1,${no_proxy:-}"
blocks >"$ASIDE/tour"
bash -euo pipefail "$ASIDE/tour" | tee "$ASIDE/said" || show_log_and_fail "the README's tour broke off"
[ "$(tail -n 6 "$ASIDE/said" | grep -c '^"outcome":"completed"$')" = 3 ] || fail "the tour's cases didn't all end in completed"
[ -z "$SERVER" ] || scripts/no_personal_data.sh "$ASIDE/data" "$ASIDE/log"
say "the README's tour runs as written"
