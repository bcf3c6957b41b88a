#!/usr/bin/env bash
# What is committed holds on every machine: no absolute path of somebody's own, no note left to be done later.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

PATHS='(^|[^[:alnum:]_./-])/(work|root|home/[a-z]+|Users/[A-Za-z]+)/'
NOTES='\b(TODO|FIXME)\b'

if git grep -nIE --untracked "$PATHS|$NOTES" -- . ':!Cargo.lock' ':!LICENSE' ':!scripts/check-text.sh'; then
    fail "the lines above hold a path of one machine or an unfinished note"
fi
say "no path of one machine and no unfinished note in the text of the repository"
