#!/usr/bin/env bash
# Sourced by build/llama_wheel.sh for wheels that compute on graphics cards: finds nvcc, and cuBLAS where the toolkit comes without it.
# Afterwards NVCC is the compiler and CUBLAS_SWITCHES and CUBLAS_INCLUDE say where cuBLAS lies (empty where nvcc finds it itself).

find_nvcc() {
    local candidate
    for candidate in "${CUDACXX:-}" "$(command -v nvcc || true)" /usr/local/cuda/bin/nvcc /opt/cuda/bin/nvcc; do
        if [ -x "$candidate" ]; then printf '%s\n' "$candidate"; return; fi
    done
    say "A build for graphics cards needs NVIDIA's compiler (nvcc), and it is not here. Debian, Ubuntu: sudo apt-get install nvidia-cuda-toolkit"
    exit 1
}

# 13.0 for "release 13.0, V13.0.88"
version_of_nvcc() {
    "$1" --version | sed -n 's/.*release \([0-9]*\.[0-9]*\),.*/\1/p'
}

# find_cublas FOLDER PYTHON: the toolkit's own, else the headers and libraries of the package nvidia-cublas of nvcc's version, in FOLDER.
find_cublas() {
    local folder=$1 python=$2 root version package name
    CUBLAS_SWITCHES="" CUBLAS_INCLUDE=""
    root=$(cd "$(dirname "$(readlink -f "$NVCC")")/.." && pwd -P)
    if [ -e "$root/include/cublas_v2.h" ]; then return; fi
    version=$(version_of_nvcc "$NVCC")
    package="nvidia-cublas"
    if [ "${version%%.*}" -lt 13 ]; then package="nvidia-cublas-cu${version%%.*}"; fi
    if ! ls "$folder"/nvidia/*/include/cublas_v2.h >/dev/null 2>&1; then
        say "fetching cuBLAS for CUDA $version, which this toolkit comes without (400 MB)"
        "$python" -m pip install --quiet --no-deps --target "$folder" "$package==$version.*" >&2
    fi
    CUBLAS_INCLUDE=$(dirname "$(ls "$folder"/nvidia/*/include/cublas_v2.h)")
    for name in cublas cublasLt; do
        # The linker looks for the name without a version.
        ln -sf "$(ls "$folder"/nvidia/*/lib/lib$name.so.* | head -n 1)" "$folder/lib$name.so"
        CUBLAS_SWITCHES="$CUBLAS_SWITCHES -DCUDA_${name}_LIBRARY=$folder/lib$name.so"
    done
}
