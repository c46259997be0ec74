"""What errors of CUDA, its libraries and the driver mean in plain words, from their texts; it asks no card.

The texts are those of PyTorch, llama.cpp, cuBLAS, cuDNN and the dynamic linker. In every case the processor can do the work.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal["out of memory", "lost", "driver too old", "no CUDA build", "libraries missing", "not built for it", "no card", "other"]


@dataclass(frozen=True)
class Trouble:
    """A trouble with the graphics card. `reason` is a sentence; `command` mends it, empty where none does.

    {python} in it stands for the interpreter, {torch} for PyTorch's version.
    """

    kind: Kind
    reason: str
    command: str = ""


@dataclass(frozen=True)
class _Row:
    kind: Kind
    marks: tuple[str, ...]
    reason: str
    command: str = ""


_TABLE = (
    _Row(
        "out of memory",
        ("out of memory", "cudaMalloc failed", "CUBLAS_STATUS_ALLOC_FAILED", "CUDNN_STATUS_ALLOC_FAILED",
         r"failed to allocate CUDA\d* buffer", "cudaErrorMemoryAllocation"),
        "The graphics card ran out of memory.",
    ),
    _Row(
        "driver too old",
        (
            "driver on your system is too old", "driver version is insufficient", "SYSTEM_DRIVER_MISMATCH", "cudaErrorInsufficientDriver",
            "unsupported display driver", "compiled with an unsupported toolchain", "cudaErrorUnsupportedPtxVersion", "forward compatibility was attempted",
        ),
        "NVIDIA's driver is older than this CUDA needs (CUDA 13 needs driver 580 or newer, CUDA 12 driver 525).",
        "sudo ubuntu-drivers install",
    ),
    _Row(
        "lost",
        (
            "GPU is lost", "fallen off the bus", "device (?:is )?(?:lost|unavailable)", "devices unavailable", "CUDA_ERROR_DEVICE_UNAVAILABLE",
            "uncorrectable ECC", "CUDA_ERROR_ECC", "unspecified launch failure", "illegal memory access", "launch timed out", "CUDA error: unknown error",
        ),
        "The graphics card does not answer any more. Restart the computer if it happens again.",
    ),
    _Row(
        "no CUDA build",
        ("not compiled with CUDA", "compiled without (?:CUDA|GPU)", "no CUDA support"),
        "The installed build computes on the processor alone.",
        "{python} -m pip install --force-reinstall --no-deps torch=={torch}",
    ),
    _Row(
        "libraries missing",
        (
            r"(?:libcudart|libcublas|libcublasLt|libcudnn|libnvrtc|libcuda)[\w.-]*: cannot open", r"(?:cudart|cublas|cublasLt|cudnn|nvrtc)64[\w.-]*",
            "Could not (?:load|find) .*(?:cudart|cublas|cudnn)", r"(?:libcudart|libcublas|libcudnn|libnvrtc)[\w.]*.*(?:not found|No such file)",
        ),
        "CUDA's own libraries (cudart, cuBLAS) are not here or not found.",
        "{python} -m pip install nvidia-cuda-runtime nvidia-cublas",
    ),
    _Row(
        "not built for it",
        ("no kernel image is available", r"sm_\d+ is not compatible", "invalid device function", "named symbol not found"),
        "The installed build holds no code for this graphics card.",
    ),
    _Row(
        "no card",
        ("no CUDA-capable device", "No CUDA GPUs are available", "Found no NVIDIA driver", "CUDA_ERROR_NO_DEVICE"),
        "No graphics card with CUDA is found.",
    ),
    _Row("other", ("CUDA error", "CUBLAS_STATUS", "CUDNN_STATUS", "cudaError", "ggml_cuda"), "The graphics card reported an error."),
)  # fmt: skip


REASONS = tuple(row.reason for row in _TABLE)


def trouble_of(text: str) -> Trouble | None:
    """What an error's text says of the card; None where it says nothing of one."""
    for row in _TABLE:
        if re.search("|".join(row.marks), text, re.IGNORECASE):
            return Trouble(row.kind, row.reason, row.command)
    return None
