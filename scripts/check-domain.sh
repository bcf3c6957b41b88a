#!/usr/bin/env bash
# `domain` is values and decisions: no async runtime, database or HTTP crate may be in what it is built from.
# (That it reads no clock is held by domain/clippy.toml.)
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

ASYNC='tokio|tokio-.*|async-std|async-.*|smol|mio|futures|futures-.*|actix|actix-.*'
DATABASE='sea-orm|sea-orm-.*|sea-query|sea-query-.*|sqlx|sqlx-.*|diesel|rusqlite|libsqlite3-sys|postgres|redis|object_store'
HTTP='http|http-body|hyper|hyper-.*|h2|reqwest|reqwest-.*|axum|tower|tower-.*|ureq|rustls|rustls-.*'
OURS='infra|api|migrations'

TREE="$(cargo tree --locked -p domain -e normal --prefix none --format '{p}' | cut -d' ' -f1 | sort -u)"
if FOUND="$(grep -xE "$ASYNC|$DATABASE|$HTTP|$OURS" <<<"$TREE")"; then
    fail "domain is built from what it must not know: $(tr '\n' ' ' <<<"$FOUND")"
fi
say "domain is built from $(wc -l <<<"$TREE") crates, none of them an async runtime, a database or HTTP"
