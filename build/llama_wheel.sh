#!/usr/bin/env bash
# Prints the path of a llama-cpp-python wheel for this computer. It is compiled once (4 to 10 minutes) and kept in the user's cache folder.
#   build/llama_wheel.sh [cpu] [PYTHON]
set -euo pipefail
cd "$(dirname "$0")/.."
readonly KIND=${1:-cpu} PYTHON=${2:-.venv/bin/python}

say() {
    printf 'setup: %s\n' "$@" >&2
}

# llama.cpp is compiled for exactly this processor (-march=native): a wheel from another one may end in an illegal instruction.
computer() {
    uname -sm
    getconf GNU_LIBC_VERSION 2>/dev/null || true
    grep -m1 -E '^(flags|Features)' /proc/cpuinfo 2>/dev/null || sysctl -n machdep.cpu.brand_string machdep.cpu.features 2>/dev/null || true
}

# Without AMX: gcc before 14 optimises the tile configuration away, and the first decode ends in a segmentation fault.
# https://github.com/ggml-org/llama.cpp/issues/20824, https://github.com/ggml-org/llama.cpp/pull/26954
compiler_switches() {
    if grep -qw amx_tile /proc/cpuinfo 2>/dev/null; then echo "-mno-amx-tile -mno-amx-int8 -mno-amx-bf16"; fi
}

# compile VERSION SWITCHES FOLDER LOG: into FOLDER, which appears only when the wheel is whole.
compile() {
    local version=$1 switches=$2 folder=$3 log=$4
    if ! command -v "${CXX:-c++}" >/dev/null; then
        say "llama.cpp has to be compiled once on this computer, and there is no C++ compiler." \
            "Install one and run the same command again. Debian, Ubuntu: apt-get install g++   macOS: xcode-select --install"
        exit 1
    fi
    mkdir -p "$(dirname "$folder")"
    work=$(mktemp -d "$(dirname "$folder")/compiling.XXXXXX")
    trap 'rm -rf "$work"' EXIT
    say "compiling llama-cpp-python $version once (4 to 10 minutes), for all checkouts of this user"
    # --no-cache-dir: pip's own cache does not know with which switches a wheel was compiled.
    if ! CMAKE_ARGS="$CMAKE_SWITCHES" CFLAGS="${CFLAGS:-} $switches" CXXFLAGS="${CXXFLAGS:-} $switches" \
        "$PYTHON" -m pip wheel --no-cache-dir --no-deps --wheel-dir "$work" "llama-cpp-python==$version" >"$log" 2>&1; then
        tail -n 15 "$log" >&2
        say "llama-cpp-python could not be fetched or compiled (the whole log: $log). Mend the cause and run the same command again."
        exit 1
    fi
    rm -rf "$folder"
    mv "$work" "$folder"
}

main() {
    local version python_tag switches cache key folder
    version=$(sed -n 's/^llama-cpp-python==//p' build/constraints.txt)
    python_tag=$("$PYTHON" -c 'import sys; print(f"cp{sys.version_info[0]}{sys.version_info[1]}")')
    switches=$(compiler_switches)
    cache="${XDG_CACHE_HOME:-$HOME/.cache}/topicdesk/wheels"
    key=$({ computer; echo "$CMAKE_SWITCHES $switches"; } | cksum | cut -d' ' -f1)
    folder="$cache/llama-cpp-python-$version-$KIND-$python_tag-$key"
    if ! ls "$folder"/*.whl >/dev/null 2>&1; then
        compile "$version" "$switches" "$folder" "$cache/compiling.log"
    fi
    ls "$folder"/*.whl
}

case $KIND in
    cpu) readonly CMAKE_SWITCHES="-DLLAVA_BUILD=OFF" ;;
    *) say "build/llama_wheel.sh knows only cpu so far, not '$KIND'."; exit 2 ;;
esac
main
