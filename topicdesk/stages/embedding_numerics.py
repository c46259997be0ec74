"""On which device and with how many bits texts are embedded: decided by what the machine is, never by a timing."""

from __future__ import annotations

import ctypes
import os
from dataclasses import dataclass
from pathlib import Path

import psutil

from topicdesk.core.errors import InputError


@dataclass(frozen=True)
class EmbeddingNumerics:
    """What follows from the machine and changes an embedding's last bits: part of the cache key.

    Attributes
    ----------
    block_size : int
        Distinct texts in one block, the unit that is kept. Within a block texts are sorted by length.
    batch_tokens : int
        Tokens in one batch, padding counted: few long texts or many short ones.
    """

    precision: str
    device: str
    n_threads: int
    block_size: int = 256
    batch_tokens: int = 2048


@dataclass(frozen=True)
class Machine:
    """What of a machine decides.

    Attributes
    ----------
    capability : (int, int) or None
        Of the graphics card that PyTorch can use, (7, 5) for a T4; None where there is none.
    flags : frozenset of str
        The processor's instructions, by their names on Linux.
    n_cores : int
        Physical ones.
    """

    capability: tuple[int, int] | None
    flags: frozenset[str]
    n_cores: int


def choose_numerics(device: str, machine: Machine) -> EmbeddingNumerics:
    """The card where there is one and it is wished for, in 16 bits; else the processor, in 16 bits where it multiplies bfloat16.

    Raises
    ------
    InputError
        Where `device` is "cuda" and there is none.
    """
    if device != "cpu" and machine.capability is not None:
        return EmbeddingNumerics(_precision_on_card(machine.capability), "cuda", 0, block_size=4096, batch_tokens=32_768)
    if device == "cuda":
        raise InputError("--device cuda: PyTorch finds no CUDA graphics card here. Use --device auto, or see `topicdesk doctor`.")
    computes_bfloat16 = not {"avx512_bf16", "amx_bf16"}.isdisjoint(machine.flags)
    return EmbeddingNumerics("bfloat16" if computes_bfloat16 else "float32", "cpu", machine.n_cores)


def _precision_on_card(capability: tuple[int, int]) -> str:
    """A T4 (7, 5) computes no bfloat16, and cards before (7, 0) are slow in 16 bits of any kind."""
    if capability >= (8, 0):
        return "bfloat16"
    return "float16" if capability >= (7, 0) else "float32"


def numerics_of_machine(device: str = "auto") -> EmbeddingNumerics:
    """What this machine gives. Raises InputError where `device` is "cuda" and there is none."""
    return choose_numerics(device, Machine(_capability() if device != "cpu" else None, _flags(), psutil.cpu_count(logical=False) or 1))


def has_nvidia_driver() -> bool:
    """Whether CUDA's own part of the driver is here."""
    try:
        ctypes.CDLL("nvcuda.dll" if os.name == "nt" else "libcuda.so.1")
    except OSError:
        return False
    return True


def _capability() -> tuple[int, int] | None:
    if not has_nvidia_driver():
        return None
    import torch  # seconds: only where there may be a card

    return torch.cuda.get_device_capability() if torch.cuda.is_available() else None


def _flags() -> frozenset[str]:
    """Linux tells; elsewhere none is known, and float32 is taken."""
    if os.name != "posix" or not Path("/proc/cpuinfo").exists():
        return frozenset()
    return frozenset(next((line for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines() if line.startswith("flags")), "").split())
