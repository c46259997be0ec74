"""Small weights that a processor multiplies slowly are widened to 16 bits in memory; it knows nothing of decoding.

llama.cpp has fast matrix kernels on x86 for most kinds of quantisation, but none for Q4_1 and Q5_1: with AVX2 the starter
(Q4_1) read a prompt at 6.9 ms of one core a token, and at 3.0 widened. The file itself is not touched and no copy of it is
written to a disk. Widening is exact up to the rounding of 16-bit numbers.
"""

from __future__ import annotations

import contextlib
import os
import platform
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SLOW_QUANTISATIONS = ("Q4_1", "Q5_1")
WIDE_FILE_TYPE = 1  # mostly F16
MOST_PARAMETERS = 500_000_000  # widened: 1 GB


def can_widen() -> bool:
    """Whether this kind of processor gains by it, and this system has files that lie in memory only."""
    return platform.machine().lower() in ("x86_64", "amd64") and hasattr(os, "memfd_create")


def should_widen(quantisation: str, n_parameters: int, n_gpu_layers: int) -> bool:
    """Whether a model is small, slow on this kind of processor and not for the graphics card."""
    return can_widen() and quantisation in SLOW_QUANTISATIONS and n_parameters <= MOST_PARAMETERS and n_gpu_layers == 0


@contextlib.contextmanager
def widened(lib: Any, path: Path, n_threads: int) -> Iterator[str | None]:
    """Where the widened model lies while the context lasts (once loaded it may end); None where that failed, as without memory."""
    descriptor = os.memfd_create(path.name[:200])
    try:
        where = f"/proc/self/fd/{descriptor}"
        parameters = lib.llama_model_quantize_default_params()
        parameters.ftype, parameters.allow_requantize, parameters.nthread = WIDE_FILE_TYPE, True, n_threads
        yield where if lib.llama_model_quantize(str(path).encode(), where.encode(), parameters) == 0 else None
    finally:
        os.close(descriptor)
