"""Questions to this machine, each asked in a child process of its own: what crashes or hangs there is a line in the report."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from topicdesk.core.offline import OFFLINE_ENVIRONMENT

PROBE_SECONDS = 120

_TORCH = """
import json, torch
report = {"version": torch.__version__, "cuda_build": torch.version.cuda, "cuda_available": False, "gpu": None, "architectures": []}
try:
    torch.cuda.init()
    report |= {"cuda_available": True, "gpu": torch.cuda.get_device_name(0), "architectures": torch.cuda.get_arch_list()}
    (torch.ones(8, 8, device="cuda") @ torch.ones(8, 8, device="cuda")).sum().item()
except Exception as error:
    report |= {"cuda_available": False, "cuda_problem": " ".join(str(error).split())[:500]}
print(json.dumps(report))
"""
_LLAMA = """
import json
from topicdesk.llm.vocabulary import load_library
library = load_library()
built_for = library.llama_print_system_info().decode()
print(json.dumps({"version": library.__version__, "gpu_offload": library.llama_supports_gpu_offload(), "built_for": built_for}))
"""
_CUML = """
import json
from importlib import metadata, util
found = util.find_spec("cuml")
names = [name for name in ("cuml-cu13", "cuml-cu12", "cuml") if found and any(True for _ in metadata.distributions(name=name))]
print(json.dumps({"version": metadata.version(names[0]) if names else None}))
"""
_FONTS = """
import json
from topicdesk.figure.fonts import families, missing_characters, packages_for
wanted = {"Latin": "Ä", "Greek": "Ω", "Cyrillic": "Ж", "Arabic": "ع", "Hebrew": "א", "Devanagari": "क", "Thai": "ก"}
wanted |= {"Chinese": "中", "Japanese": "の", "Korean": "한"}
missing = missing_characters(wanted.values())
lacking = [script for script, character in wanted.items() if character in missing]
print(json.dumps({"families": list(families())[:6], "lacking": lacking, "packages": packages_for(missing)}))
"""
_CARDS = """
import dataclasses, json
from topicdesk.core.graphics_card import find_cards
found = find_cards()
cards = [dataclasses.asdict(card) | {"planned_bytes": card.planned_bytes} for card in found.cards]
print(json.dumps({"cards": cards, "problem": found.problem}))
"""
_WINDOW = """
import json, os, sys
lacking = []
if sys.platform == "linux":
    import ctypes
    for name in ("libxcb-cursor.so.0", "libxcb-icccm.so.4", "libxcb-image.so.0", "libxcb-keysyms.so.1", "libxcb-render-util.so.0", "libxcb-xinerama.so.0",
                 "libxkbcommon-x11.so.0", "libEGL.so.1", "libdbus-1.so.3"):
        try:
            ctypes.CDLL(name)
        except OSError:
            lacking.append(name)
from importlib import metadata
has_display = sys.platform != "linux" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
print(json.dumps({"version": metadata.version("pyside6-essentials"), "display": has_display, "lacking": lacking}))
"""
PROBES = {"torch": _TORCH, "llama_cpp": _LLAMA, "cuml": _CUML, "fonts": _FONTS, "cards": _CARDS, "window": _WINDOW}


def ask_all() -> dict[str, dict[str, Any]]:
    """The answers by name of the probe, {"error": reason} where there is none."""
    with ThreadPoolExecutor(2) as pool:
        return dict(zip(PROBES, pool.map(ask, PROBES.values()), strict=True))


def ask(code: str) -> dict[str, Any]:
    """What a child process prints as JSON; {"error": reason} where it cannot."""
    environment = os.environ | OFFLINE_ENVIRONMENT | {"QT_QPA_PLATFORM": "offscreen", "MPLBACKEND": "Agg"}
    try:
        done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, timeout=PROBE_SECONDS, env=environment, check=False)
        if done.returncode == 0:
            return dict(json.loads(done.stdout.splitlines()[-1]))
        said = done.stderr.strip().splitlines()
        return {"error": said[-1] if said else f"it ended with exit code {done.returncode}"}
    except subprocess.TimeoutExpired:
        return {"error": f"no answer within {PROBE_SECONDS} s"}
    except (OSError, ValueError, IndexError) as error:
        return {"error": str(error) or type(error).__name__}
