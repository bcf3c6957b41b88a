#!/usr/bin/env bash
# The queue's benchmark on a PostgreSQL with fsync on: once with the data on disk, once in memory. PLACES says which (disk, memory).
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/common.sh
source scripts/servers.sh

scripts/need.sh postgres
cargo bench --locked --no-run -p infra --bench queue
trap stop_servers EXIT
for place in ${PLACES:-disk memory}; do
    case "$place" in
    disk) parent="${TMPDIR:-/tmp}" ;;
    memory) parent=/dev/shm ;;
    esac
    make_servers_folder "$parent"
    start_postgres durable
    BIANMIN_BENCH_POSTMASTER="$PG_PID" BIANMIN_BENCH_PLACE="$place" BIANMIN_PGBENCH="$(pg_bin)/pgbench" cargo bench --locked -p infra --bench queue
    stop_servers
    PG_PID=
    SERVERS=
done
