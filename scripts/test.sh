#!/usr/bin/env bash
# Everything that must pass. Starts a PostgreSQL and a Redis of its own and ends them, whichever way it ends itself; every
# temporary file of the tests lies in the one folder that goes with it.
# BIANMIN_CACHE: where build output goes (default ~/.cache/bianmin).
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
. scripts/servers.sh

clean_up() {
    end_step
    stop_servers
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# All that the tests left in Redis, uncompressed, so that it can be searched.
check_redis() {
    redis-cli -s "$SERVERS/redis.sock" config set rdbcompression no >/dev/null
    redis-cli -s "$SERVERS/redis.sock" --rdb "$SERVERS/redis.rdb" >/dev/null 2>&1
    scripts/no_personal_data.sh "$SERVERS/redis.rdb"
}

# Not a step: sudo may want to ask for a password.
scripts/need.sh postgres redis font pdftotext curl venv
make_servers_folder
export TMPDIR="$SERVERS/tmp"
mkdir "$TMPDIR"

step "build" cargo build --locked --workspace --all-targets
step "the README's tour" scripts/tour.sh
say "PostgreSQL and Redis"
start_postgres
start_redis
step "all tests; the black box on SQLite, in one process" env BIANMIN_STAND=sqlite cargo test --locked --workspace --no-fail-fast
step "the black box on PostgreSQL and Redis" env BIANMIN_STAND=postgres cargo test --locked --workspace --no-fail-fast --test suite
step "nothing personal in Redis" check_redis
step "schemathesis, signed in as each role" env BIANMIN_STAND=sqlite cargo test --locked --workspace --test suite -- --ignored --nocapture fuzz::
print_times
