#!/usr/bin/env bash
# need.sh THING..: sees to it that each thing is on this machine. On Debian and Ubuntu it installs what is missing, as root
# or through sudo; elsewhere it says what to install and exits with 1. Services that a package brings are not started.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

POLICY=/usr/sbin/policy-rc.d

# Whether THING is here already.
is_here() {
    case "$1" in
        font) [ -n "$(find /usr/share/fonts /usr/local/share/fonts -name 'NotoSerifCJK-Regular.*' -print -quit 2>/dev/null)" ] ;;
        postgres) compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null || command -v initdb >/dev/null ;;
        redis) command -v redis-server >/dev/null && command -v redis-cli >/dev/null ;;
        pdftotext) command -v pdftotext >/dev/null ;;
        curl) command -v curl >/dev/null ;;
        venv) python3 -c 'import ensurepip, venv' 2>/dev/null ;;
        *) fail "need.sh doesn't know '$1'" ;;
    esac
}

packages_of() {
    case "$1" in
        font) echo fonts-noto-cjk ;;
        postgres) echo postgresql ;;
        redis) echo redis-server redis-tools ;;
        pdftotext) echo poppler-utils ;;
        curl) echo curl ;;
        venv) echo python3 python3-venv ;;
    esac
}

# The command prefix that makes us root, or failure where we can't be.
become_root() {
    if [ "$(id -u)" = 0 ]; then
        echo env
    elif command -v sudo >/dev/null && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
        echo sudo
    else
        return 1
    fi
}

# Debian starts a service with its installation unless this file says no. Only a file of ours is removed again.
forbid_services() {
    [ -e "$POLICY" ] && return
    printf '#!/bin/sh\nexit 101\n' | "$ROOT" tee "$POLICY" >/dev/null
    "$ROOT" chmod 755 "$POLICY"
    trap '"$ROOT" rm -f "$POLICY"' EXIT
}

MISSING=()
for thing in "$@"; do
    is_here "$thing" || read -ra MISSING <<<"${MISSING[*]:-} $(packages_of "$thing")"
done
[ ${#MISSING[@]} -gt 0 ] || exit 0

say "missing here: ${MISSING[*]}"
command -v apt-get >/dev/null || fail "please install (names of Debian's packages): ${MISSING[*]}"
ROOT="$(become_root)" || fail "please run: sudo apt-get install --no-install-recommends ${MISSING[*]}"
trap 'exit 130' INT TERM
forbid_services
"$ROOT" apt-get update -qq
"$ROOT" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${MISSING[@]}" >&2
