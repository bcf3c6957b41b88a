#!/usr/bin/env bash
# schemathesis.sh BASE_URL ROLE=TOKEN..: asks a running server all that its OpenAPI document allows and much that it doesn't,
# once signed in as each role, five minutes in all. Fails on an answer of 5xx and on a status that the document doesn't name.
# SCHEMATHESIS_SECS: the whole budget (default 300). SCHEMATHESIS_SEED: another seed finds other things (default 1).
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

VERSION=4.32.5
VENV="$BIANMIN_CACHE/schemathesis-$VERSION"

[ $# -ge 2 ] || fail "usage: $0 BASE_URL ROLE=TOKEN.."
BASE_URL="$1"
shift
# A fifth is kept back for starting and reporting.
SECS_EACH=$((${SCHEMATHESIS_SECS:-300} * 8 / 10 / $#))

# Built aside and renamed, so that an interrupted install is never taken for a whole one. (A venv's scripts hold its path,
# hence `python -m`.)
if [ ! -d "$VENV" ]; then
    say "installing schemathesis $VERSION"
    rm -rf "$VENV.new"
    python3 -m venv "$VENV.new"
    "$VENV.new/bin/python" -m pip install --quiet --disable-pip-version-check "schemathesis==$VERSION"
    mv "$VENV.new" "$VENV"
fi

ASIDE="$(mktemp -d)"
trap 'rm -rf "$ASIDE"' EXIT
cd "$ASIDE"

# The parser of Python 3.11 now and then fails itself, under threads above all: hence one worker, and a second try where it did.
PYTHONS_OWN_FAULT="AST constructor recursion depth mismatch"

# Moving the demo's clock would sign everybody out, and so does signing out: these are left alone.
ask_as() {
    local role="${1%%=*}" token="${1#*=}"
    say "schemathesis as $role, $SECS_EACH s"
    "$VENV/bin/python" -m schemathesis.cli run "$BASE_URL/api/openapi.json" --url "$BASE_URL" \
        --header "Authorization: Bearer $token" --checks not_a_server_error,status_code_conformance \
        --exclude-path-regex '^/demo/' --exclude-operation-id sign_out --exclude-operation-id sign_out_everywhere --max-time "$SECS_EACH" --request-timeout 10 --workers 1 \
        --seed "${SCHEMATHESIS_SEED:-1}" --generation-with-security-parameters false --continue-on-failure --warnings off
}

finds_nothing_as() {
    local log
    log="$(mktemp -p "$ASIDE")"
    ask_as "$1" | tee "$log" && return
    grep -q "$PYTHONS_OWN_FAULT" "$log" && ask_as "$1"
}

FAILED=()
for signed_in in "$@"; do
    finds_nothing_as "$signed_in" || FAILED+=("${signed_in%%=*}")
done
[ ${#FAILED[@]} = 0 ] || fail "schemathesis found faults as: ${FAILED[*]}"
