"""Which NVIDIA cards there are and what is free on them, asked of the driver's own library; it makes no CUDA context and needs no CUDA.

NVML comes with every driver, so this costs milliseconds where importing torch costs seconds, and reports why nothing is found.
https://docs.nvidia.com/deploy/nvml-api/
"""

from __future__ import annotations

import ctypes
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MIB = 1 << 20
RESERVED_BYTES = 512 * MIB  # a T4 with 15,360 MiB has 14.56 GiB for programs: the driver keeps some, and a screen may
CLASS_BYTES = 512 * MIB
LIBRARY = "nvml.dll" if os.name == "nt" else "libnvidia-ml.so.1"


@dataclass(frozen=True)
class GraphicsCard:
    """One card. `driver` is the driver's version, `cuda` the newest CUDA it can run, `capability` like (7, 5)."""

    name: str
    total_bytes: int
    free_bytes: int
    driver: str
    cuda: tuple[int, int]
    capability: tuple[int, int]

    @property
    def planned_bytes(self) -> int:
        """What plans count on: it follows from the card alone, not from the moment, so that the same machine plans the same."""
        return max(self.total_bytes - RESERVED_BYTES, 0) // CLASS_BYTES * CLASS_BYTES


@dataclass(frozen=True)
class Cards:
    """The cards that programs may use, in the order of their slots; `problem` says in a sentence why a card that is there is not among them."""

    cards: tuple[GraphicsCard, ...] = ()
    problem: str = ""


class _Memory(ctypes.Structure):
    _fields_ = (("total", ctypes.c_ulonglong), ("free", ctypes.c_ulonglong), ("used", ctypes.c_ulonglong))


def find_cards(library: Any = None) -> Cards:
    """Ask the driver. Without one there are no cards and no problem.

    Parameters
    ----------
    library : object or None
        Stands in for NVML in tests.
    """
    if library is None:
        try:
            library = ctypes.CDLL(LIBRARY)
        except OSError:
            return Cards(problem="There is an NVIDIA card, but no driver for it. Install NVIDIA's driver." if _has_card_without_driver() else "")
    if (code := library.nvmlInit_v2()) != 0:
        return Cards(problem=_words(library, code))
    try:
        count = ctypes.c_uint()
        code = library.nvmlDeviceGetCount_v2(ctypes.byref(count))
        if code != 0:
            return Cards(problem=_words(library, code))
        chosen = _visible(os.environ.get("CUDA_VISIBLE_DEVICES"), count.value)
        cards = [_card(library, index) for index in chosen]
        hidden = "" if chosen or not count.value else "CUDA_VISIBLE_DEVICES hides every graphics card from programs."
        lost = "" if all(cards) else "The graphics card does not answer. Restart the computer."
        return Cards(tuple(card for card in cards if card is not None), hidden or lost)
    finally:
        library.nvmlShutdown()


def _card(library: Any, index: int) -> GraphicsCard | None:
    """The card in a slot; None where it does not answer (it fell off the bus)."""
    handle, name, driver = ctypes.c_void_p(), ctypes.create_string_buffer(96), ctypes.create_string_buffer(96)
    memory, cuda, major, minor = _Memory(), ctypes.c_int(), ctypes.c_int(), ctypes.c_int()
    codes = [
        library.nvmlDeviceGetHandleByIndex_v2(index, ctypes.byref(handle)),
        library.nvmlDeviceGetName(handle, name, 96),
        library.nvmlDeviceGetMemoryInfo(handle, ctypes.byref(memory)),
        library.nvmlDeviceGetCudaComputeCapability(handle, ctypes.byref(major), ctypes.byref(minor)),
    ]
    library.nvmlSystemGetDriverVersion(driver, 96)
    library.nvmlSystemGetCudaDriverVersion_v2(ctypes.byref(cuda))
    if any(codes):
        return None
    return GraphicsCard(
        name.value.decode("utf-8", "replace"), memory.total, memory.free, driver.value.decode("utf-8", "replace"),
        (cuda.value // 1000, cuda.value % 1000 // 10), (major.value, minor.value),
    )  # fmt: skip


def _visible(variable: str | None, n_cards: int) -> list[int]:
    """Which slots CUDA_VISIBLE_DEVICES lets programs use: CUDA takes the names up to the first that is none."""
    if variable is None:
        return list(range(n_cards))
    chosen: list[int] = []
    for name in variable.split(","):
        if not name.strip().isdecimal() or int(name) >= n_cards:
            return list(range(n_cards)) if name.strip().startswith(("GPU-", "MIG-")) and not chosen else chosen
        chosen.append(int(name))
    return chosen


def _words(library: Any, code: int) -> str:
    known = {
        9: "NVIDIA's driver is not loaded. Restart the computer, or install the driver again.",
        18: "NVIDIA's driver was updated and is only half in place. Restart the computer.",
        15: "The graphics card does not answer. Restart the computer.",
    }
    if code in known:
        return known[code]
    library.nvmlErrorString.restype = ctypes.c_char_p
    said = library.nvmlErrorString(code)
    return f"NVIDIA's driver reports: {(said or b'an unknown error').decode('utf-8', 'replace')} (NVML {code})."


def _has_card_without_driver() -> bool:
    """Whether the kernel of Linux sees a graphics card of NVIDIA."""
    for device in Path("/sys/bus/pci/devices").glob("*") if os.name == "posix" else ():
        try:
            vendor, kind = ((device / name).read_text("ascii").strip() for name in ("vendor", "class"))
        except OSError:
            continue
        if vendor == "0x10de" and kind.startswith("0x03"):
            return True
    return False
