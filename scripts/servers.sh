# Sourced: a PostgreSQL and a Redis of our own for one test run, on free ports of the loopback, their files in one temporary
# folder. Whoever sources this calls `stop_servers` on the way out; nothing stays behind.
# Sets BIANMIN_TEST_PG_URL (a superuser's, on the maintenance database) and BIANMIN_TEST_REDIS_URL.

SERVERS=
PG_PID=
REDIS_PID=

# Memory, where there is room for the databases: a test run loses them anyway.
roomy_temp() {
    local free_kb
    free_kb="$(df --output=avail /dev/shm 2>/dev/null | tail -n 1)"
    if [ "${free_kb:-0}" -gt 2000000 ] && [ -w /dev/shm ]; then echo /dev/shm; else echo "${TMPDIR:-/tmp}"; fi
}

# make_servers_folder [PARENT]
make_servers_folder() {
    SERVERS="$(mktemp -d "${1:-$(roomy_temp)}/bianmin-servers.XXXXXX")"
    chmod 711 "$SERVERS"
}

# PostgreSQL refuses to run as root: there, its own account runs it.
as_postgres() {
    if [ "$(id -u)" = 0 ]; then
        exec setpriv --reuid=postgres --regid=postgres --init-groups -- "$@"
    else
        exec "$@"
    fi
}

pg_bin() {
    local newest
    newest="$(compgen -G '/usr/lib/postgresql/*/bin' | sort -V | tail -n 1)"
    echo "${newest:-$(dirname "$(command -v initdb)")}"
}

random_port() { echo $((20000 + (RANDOM * 32768 + RANDOM) % 12000)); }

# until_up PID COMMAND..: waits for the command to succeed; fails once the process is gone, or after twenty seconds.
until_up() {
    local pid="$1" tries=0
    shift
    until "$@" >/dev/null 2>&1; do
        kill -0 "$pid" 2>/dev/null && [ $((tries += 1)) -lt 200 ] || return 1
        sleep 0.1
    done
    kill -0 "$pid" 2>/dev/null
}

# Starts "$@" in a process group of its own, so that an interrupt at the keyboard leaves its ending to us; the log goes to $LOG.
in_background() {
    set -m
    "$@" </dev/null >>"$LOG" 2>&1 &
    set +m
}

# start_postgres [durable]: durable means that a commit waits for the disk; a test loses its data anyway.
start_postgres() {
    local bin data="$SERVERS/pg" port durability=(-c fsync=off -c synchronous_commit=off -c full_page_writes=off)
    [ "${1:-}" != durable ] || durability=()
    bin="$(pg_bin)"
    LOG="$SERVERS/pg.log"
    mkdir -m 700 "$data"
    [ "$(id -u)" != 0 ] || chown postgres: "$data"
    (as_postgres "$bin/initdb" -D "$data" -A trust -U postgres -E UTF8 --no-locale --no-sync) >>"$LOG" 2>&1 || show_log_and_fail PostgreSQL
    for _ in 1 2 3 4 5; do
        port="$(random_port)"
        in_background as_postgres "$bin/postgres" -D "$data" -p "$port" -k "$data" -c listen_addresses=127.0.0.1 \
            -c max_connections=300 "${durability[@]}"
        PG_PID=$!
        if until_up "$PG_PID" "$bin/pg_isready" -h "$data" -p "$port"; then
            export BIANMIN_TEST_PG_URL="postgres://postgres@127.0.0.1:$port/postgres"
            return
        fi
        stop_one "$PG_PID" INT
        PG_PID=
    done
    show_log_and_fail PostgreSQL
}

# Many numbered databases, so that each test's server has one to itself.
start_redis() {
    local port socket="$SERVERS/redis.sock"
    LOG="$SERVERS/redis.log"
    for _ in 1 2 3 4 5; do
        port="$(random_port)"
        in_background redis-server --port "$port" --bind 127.0.0.1 --unixsocket "$socket" --dir "$SERVERS" --save "" \
            --appendonly no --databases 10000
        REDIS_PID=$!
        if until_up "$REDIS_PID" redis-cli -s "$socket" ping; then
            export BIANMIN_TEST_REDIS_URL="redis://127.0.0.1:$port"
            return
        fi
        stop_one "$REDIS_PID" TERM
        REDIS_PID=
    done
    show_log_and_fail Redis
}

show_log_and_fail() {
    tail -n 40 "$LOG" >&2
    fail "$1 did not start"
}

stop_one() {
    [ -n "$1" ] || return 0
    kill -"$2" "$1" 2>/dev/null || true
    wait "$1" 2>/dev/null || true
}

stop_servers() {
    stop_one "$PG_PID" INT
    stop_one "$REDIS_PID" TERM
    [ -z "$SERVERS" ] || rm -rf "$SERVERS"
}
