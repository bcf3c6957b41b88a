#!/usr/bin/env bash
# no_personal_data.sh PATH..: fails where the citizen ID number or the phone of a demo's person, or a token, stands readable in one
# of these files, or in a file of these folders: a database, a dump, stored files, a log. `-` is the standard input.
# What it finds is named by file and kind, and not shown.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# The demo's census makes them so: a county that is assigned to nobody, a range of phones that nobody has.
CITIZEN_ID='511499(19|20)[0-9]{2}(0[1-9]|1[0-2])[0-3][0-9][0-9]{3}[0-9X]'
PHONE='1990000[0-9]{4}'
TOKEN='eyJ[A-Za-z0-9_-]{16,}\.eyJ[A-Za-z0-9_-]{16,}\.'
# The same in the hexadecimal digits of a dump.
CITIZEN_ID_HEX='353131343939(3139|3230)(3[0-9]){9}(3[0-9]|58)'
PHONE_HEX='31393930303030(3[0-9]){4}'

[ $# != 0 ] || fail "usage: $0 PATH.."
FOUND=

# look KIND PATTERN PATH..: each file that holds the pattern.
look() {
    local kind="$1" pattern="$2" files
    shift 2
    files="$(LC_ALL=C grep -raElis -e "$pattern" -- "$@" || true)"
    [ -z "$files" ] || FOUND+="$(sed "s/\$/: $kind/" <<<"$files")"$'\n'
}

if [ "$1" = - ]; then
    ASIDE="$(mktemp -d)"
    trap 'rm -rf "$ASIDE"' EXIT
    cat >"$ASIDE/standard-input"
    set -- "$ASIDE/standard-input"
    [ -s "$1" ] || fail "there is nothing on the standard input"
fi
for path in "$@"; do [ -e "$path" ] || fail "there is no $path"; done
look "a citizen ID number" "$CITIZEN_ID|$CITIZEN_ID_HEX" "$@"
look "a phone" "$PHONE|$PHONE_HEX" "$@"
look "a token" "$TOKEN" "$@"
[ -z "$FOUND" ] || fail "personal data lie about readable:"$'\n'"$FOUND"
