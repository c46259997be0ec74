"""CUDA's own libraries are loaded before a llama.cpp that needs them: its wheels leave them out, and the linker does not look into packages.

They come with the packages nvidia-cuda-runtime and nvidia-cublas (or those that PyTorch brings), below site-packages/nvidia.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib.util
import os
from pathlib import Path

NAMES = ("cudart", "cublasLt", "cublas")  # in the order in which they need each other


def preload_cuda_libraries() -> list[Path]:
    """Load them where llama.cpp was compiled for graphics cards and they lie in packages; returns which were loaded."""
    if not needs_cuda():
        return []
    loaded = []
    for folder in package_folders():
        if os.name == "nt":
            os.add_dll_directory(str(folder))  # type: ignore[attr-defined]
    for name in NAMES:
        for path in (path for folder in package_folders() for path in sorted(folder.glob(f"lib{name}.so.*" if os.name != "nt" else f"{name}64_*.dll"))):
            with contextlib.suppress(OSError):  # one of another CUDA version: the next may fit
                ctypes.CDLL(str(path), mode=ctypes.RTLD_GLOBAL)
                loaded.append(path)
    return loaded


def needs_cuda() -> bool:
    """Whether the installed llama.cpp was compiled for graphics cards: seen from its files, because loading it takes time."""
    spec = importlib.util.find_spec("llama_cpp")
    return spec is not None and spec.origin is not None and any((Path(spec.origin).parent / "lib").glob("*ggml-cuda*"))


def package_folders() -> list[Path]:
    """Where packages of NVIDIA keep libraries."""
    spec = importlib.util.find_spec("nvidia")
    roots = [Path(place) for place in (spec.submodule_search_locations or ())] if spec is not None else []
    return sorted(folder for root in roots for pattern in ("*/lib", "*/bin", "*/bin/x86_64") for folder in root.glob(pattern) if folder.is_dir())
