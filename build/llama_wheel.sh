#!/usr/bin/env bash
# Prints the path of a llama-cpp-python wheel. It is compiled once and kept in the user's cache folder.
#   build/llama_wheel.sh [cpu] [PYTHON]                   for exactly this processor (4 to 10 minutes)
#   build/llama_wheel.sh cuda [PYTHON] [ARCHITECTURES]    for NVIDIA cards too: 75 is a T4, "75;86;90" are several (an hour and more on few cores).
# The cuda wheel runs on every processor with AVX2. Its compiling may be broken off at any time: the same command goes on where it stopped.
set -euo pipefail
cd "$(dirname "$0")/.."
readonly KIND=${1:-cpu} PYTHON=${2:-.venv/bin/python} ARCHITECTURES=${3:-75}
CACHE="${XDG_CACHE_HOME:-$HOME/.cache}/topicdesk/wheels"
readonly CACHE

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
    if [ "$KIND" = cpu ] && grep -qw amx_tile /proc/cpuinfo 2>/dev/null; then echo "-mno-amx-tile -mno-amx-int8 -mno-amx-bf16"; fi
}

need_compiler() {
    if ! command -v "${CXX:-c++}" >/dev/null; then
        say "llama.cpp has to be compiled once on this computer, and there is no C++ compiler." \
            "Install one and run the same command again. Debian, Ubuntu: apt-get install g++   macOS: xcode-select --install"
        exit 1
    fi
}

# wheel_into FOLDER SWITCHES LOG ARGUMENT...: runs pip wheel with the arguments; the log's end where it fails.
wheel_into() {
    local folder=$1 switches=$2 log=$3
    # --no-cache-dir: pip's own cache does not know with which switches a wheel was compiled.
    if ! CMAKE_ARGS="$CMAKE_SWITCHES" CFLAGS="${CFLAGS:-} $switches" CXXFLAGS="${CXXFLAGS:-} $switches" \
        "$PYTHON" -m pip wheel --no-cache-dir --no-deps --wheel-dir "$folder" "${@:4}" >"$log" 2>&1; then
        tail -n 15 "$log" >&2
        say "llama-cpp-python could not be fetched or compiled (the whole log: $log). Mend the cause and run the same command again."
        exit 1
    fi
}

# compile VERSION SWITCHES FOLDER LOG: into FOLDER, which appears only when the wheel is whole.
compile() {
    local version=$1 switches=$2 folder=$3 log=$4
    work=$(mktemp -d "$(dirname "$folder")/compiling.XXXXXX")
    trap 'rm -rf "$work"' EXIT
    say "compiling llama-cpp-python $version once (4 to 10 minutes), for all checkouts of this user"
    wheel_into "$work" "$switches" "$log" "llama-cpp-python==$version"
    rm -rf "$folder"
    mv "$work" "$folder"
}

# compile_resumable VERSION SWITCHES FOLDER LOG: source and objects stay in FOLDER.building until the wheel is whole.
compile_resumable() {
    local version=$1 switches=$2 folder=$3 log=$4 building=$3.building
    mkdir -p "$building"
    find_cublas "$building/cublas" "$PYTHON"
    CMAKE_SWITCHES="$CMAKE_SWITCHES -DCMAKE_CUDA_COMPILER=$NVCC $CUBLAS_SWITCHES"
    export CUDACXX="$NVCC"
    if [ -n "$CUBLAS_INCLUDE" ]; then export CPATH="$CUBLAS_INCLUDE${CPATH:+:$CPATH}"; fi
    if [ ! -e "$building/source/pyproject.toml" ]; then
        rm -rf "$building/source" "$building/download"
        "$PYTHON" -m pip download --quiet --no-deps --no-binary llama-cpp-python --dest "$building/download" "llama-cpp-python==$version" >&2
        mkdir "$building/unpacked" && tar -xzf "$building"/download/*.tar.gz -C "$building/unpacked" --strip-components 1
        mv "$building/unpacked" "$building/source"
    fi
    say "compiling llama-cpp-python $version for cards of architecture $ARCHITECTURES (an hour and more; what is compiled is kept, so it may be broken off)"
    wheel_into "$building/wheel" "$switches" "$log" --config-settings "build-dir=$building/objects" "$building/source"
    mv "$building/wheel" "$folder"
    rm -rf "$building"
}

main() {
    local version python_tag switches key folder
    version=$(sed -n 's/^llama-cpp-python==//p' build/constraints.txt)
    python_tag=$("$PYTHON" -c 'import sys; print(f"cp{sys.version_info[0]}{sys.version_info[1]}")')
    switches=$(compiler_switches)
    if [ "$KIND" = cpu ]; then
        key=$({ computer; echo "$CMAKE_SWITCHES $switches"; } | cksum | cut -d' ' -f1)
    else
        key="sm${ARCHITECTURES//;/-}-cuda$(version_of_nvcc "$NVCC")"
    fi
    folder="$CACHE/llama-cpp-python-$version-$KIND-$python_tag-$key"
    if ! ls "$folder"/*.whl >/dev/null 2>&1; then
        need_compiler
        mkdir -p "$CACHE"
        if [ "$KIND" = cpu ]; then
            compile "$version" "$switches" "$folder" "$CACHE/compiling.log"
        else
            compile_resumable "$version" "$switches" "$folder" "$CACHE/compiling-cuda.log"
        fi
    fi
    ls "$folder"/*.whl
}

case $KIND in
    cpu) CMAKE_SWITCHES="-DLLAVA_BUILD=OFF" ;;
    cuda)
        . build/cuda_toolkit.sh
        NVCC=$(find_nvcc)
        # AVX2 on: ready-made CUDA wheels switch it off, and what stays on the processor becomes slow. NO_VMM: the library then loads
        # without NVIDIA's driver, so that the processor goes on where the driver is lost.
        CMAKE_SWITCHES="-DLLAVA_BUILD=OFF -DGGML_CUDA=ON -DGGML_CUDA_NO_VMM=ON -DCMAKE_CUDA_ARCHITECTURES=$ARCHITECTURES"
        CMAKE_SWITCHES="$CMAKE_SWITCHES -DGGML_NATIVE=OFF -DGGML_AVX=ON -DGGML_AVX2=ON -DGGML_FMA=ON -DGGML_F16C=ON -DGGML_BMI2=ON"
        ;;
    *) say "build/llama_wheel.sh makes cpu and cuda wheels, not '$KIND'."; exit 2 ;;
esac
main
