# Sourced by the other scripts: where build output goes, and steps that tell what they are and how long they took.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

export BIANMIN_CACHE="${BIANMIN_CACHE:-$HOME/.cache/bianmin}"
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$BIANMIN_CACHE/target}"

say() { printf '== %s\n' "$*"; }

fail() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

STEP_PID=
STEP_TIMES=()

# step TITLE COMMAND..: runs the command in a process group of its own, so that it can be ended whole, with all it started.
step() {
    local title="$1" began=$SECONDS
    shift
    say "$title"
    set -m
    "$@" </dev/null &
    STEP_PID=$!
    set +m
    wait "$STEP_PID" || { STEP_PID=; fail "$title failed after $((SECONDS - began)) s"; }
    STEP_PID=
    STEP_TIMES+=("$(printf '%5d s  %s' "$((SECONDS - began))" "$title")")
}

# Ends the step that is running, if any, and all that it started; for the exit trap of a script.
end_step() {
    [ -n "$STEP_PID" ] || return 0
    kill -TERM -- "-$STEP_PID" 2>/dev/null || true
    wait "$STEP_PID" 2>/dev/null || true
    kill -KILL -- "-$STEP_PID" 2>/dev/null || true
}

print_times() {
    say "how long each step took"
    printf '%s\n' "${STEP_TIMES[@]}"
}
