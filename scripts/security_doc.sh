#!/usr/bin/env bash
# docs/security.md names tests: each must be there. And each row says whether it is shown, partly shown, reasoned or open; what is
# shown names a test.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

DOC=docs/security.md

# Every test of the tree, as MODULE::PATH::NAME from the crate's folder on, such as tests::src::edge::rates::NAME.
tests() {
    git ls-files --cached --others --exclude-standard -- '*.rs' | while read -r file; do
        module="${file%.rs}"
        module="${module%/mod}"
        awk -v module="${module//\//::}" '
            /^ *#\[(tokio::|actix_web::)?test/ { found = 1; next }
            found && /fn [a-z0-9_]+/ { match($0, /fn [a-z0-9_]+/); print "::" module "::" substr($0, RSTART + 3, RLENGTH - 3); found = 0 }' "$file"
    done
}

# Code in backticks with at least two names is a test, but for what begins with a crate's name or a type's.
named() { grep '^|' "$DOC" | grep -oE '`[a-z][a-z0-9_]*(::[a-z0-9_]+)+`' | tr -d '`' | grep -vE '^(infra|std|rand|http::telemetry)(::|$)' | sort -u; }

TREE="$(mktemp)"
trap 'rm -f "$TREE"' EXIT
tests >"$TREE"

MISSING=()
while read -r name; do
    grep -qE "::${name}\$" "$TREE" || MISSING+=("$name")
done < <(named)
[ ${#MISSING[@]} = 0 ] || fail "$DOC names tests that aren't there: ${MISSING[*]}"

ROWS="$(grep '^| [0-9A]' "$DOC")"
if BAD="$(grep -vE '\| (shown|partly|reasoned|open) \|' <<<"$ROWS")"; then
    fail "rows of $DOC without a state: $BAD"
fi
if BAD="$(grep -E '\| shown \|' <<<"$ROWS" | grep -vE '`[a-z][a-z0-9_]*(::[a-z0-9_]+)+`')"; then
    fail "rows of $DOC that are shown by no test: $BAD"
fi
if BAD="$(grep -E '\| (partly|reasoned|open) \| *\|' <<<"$ROWS")"; then
    fail "rows of $DOC that don't say why: $BAD"
fi
say "$DOC: $(wc -l <<<"$ROWS") rows, $(named | wc -l) tests named, all of them there"
