"""A report of what this machine has for TopicDesk, as plain values and in words; it downloads nothing and changes nothing."""

from __future__ import annotations

import dataclasses
import os
import platform
import re
import shutil
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

import psutil

from topicdesk.core.model_files import look_for_models
from topicdesk.core.places import home_folder, models_folders
from topicdesk.doctor.advice import lacks_of
from topicdesk.doctor.probes import ask_all

TELLING_FLAGS = ("avx2", "avx512f", "avx512_bf16", "amx_bf16", "neon", "asimd")


def examine() -> dict[str, Any]:
    """A report of plain values: machine, card, libraries, fonts, models, and `lacks`, each with the command that mends it."""
    answers = ask_all()
    found, refused = look_for_models()
    report: dict[str, Any] = {
        "topicdesk": metadata.version("topicdesk"),
        "system": platform.platform(),
        "python": platform.python_version(),
        "python_path": sys.executable,
        "is_packed": bool(getattr(sys, "frozen", False)),
        "processor": processor(),
        "processors": os.cpu_count(),
        "memory_mib": psutil.virtual_memory().total >> 20,
        "free_memory_mib": psutil.virtual_memory().available >> 20,
        "cards": answers["cards"],
        "libraries": {name: answers[name] for name in ("torch", "llama_cpp", "cuml")},
        "fonts": answers["fonts"],
        "window": answers["window"],
        "models": [{"role": model.role, "name": model.name, "path": str(model.path), "mb": round(model.n_bytes / 1e6)} for model in found],
        "refused_models": list(refused.values()),
        "models_folders": [str(folder) for folder in models_folders()],
        "home": str(home_folder()),
        "free_disk_mib": shutil.disk_usage(next(folder for folder in (home_folder(), *home_folder().parents) if folder.exists())).free >> 20,
    }
    return report | {"lacks": [dataclasses.asdict(lack) for lack in lacks_of(report)]}


def processor() -> dict[str, Any]:
    """The processor's name, its physical cores, and those of its instructions that make TopicDesk quicker."""
    text = Path("/proc/cpuinfo").read_text("utf-8", "replace") if Path("/proc/cpuinfo").exists() else ""
    name = re.search(r"^model name\s*:\s*(.+)$", text, re.MULTILINE)
    flags = set(" ".join(re.findall(r"^(?:flags|Features)\s*:\s*(.+)$", text, re.MULTILINE)).split())
    return {
        "name": name.group(1) if name else platform.processor() or platform.machine(),
        "cores": psutil.cpu_count(logical=False) or os.cpu_count() or 1,
        "flags": [flag for flag in TELLING_FLAGS if flag in flags],
    }


def in_words(report: dict[str, Any]) -> str:
    """The report for people."""
    chip, torch, llama, cuml = report["processor"], *(report["libraries"][name] for name in ("torch", "llama_cpp", "cuml"))
    flags = f" ({', '.join(chip['flags'])})" if chip["flags"] else ""
    rows = [
        ("TopicDesk", f"{report['topicdesk']}, Python {report['python']}, {report['system']}"),
        ("processor", f"{chip['name']}, {chip['cores']} cores{flags}"),
        ("memory", f"{report['free_memory_mib']:,} of {report['memory_mib']:,} MiB free"),
        ("disk", f"{report['free_disk_mib']:,} MiB free at {report['home']}"),
        *[("graphics card", words) for words in _cards_in_words(report["cards"])],
        ("PyTorch", _said(torch, f"{torch.get('version')}, {'CUDA ' + torch['cuda_build'] if torch.get('cuda_build') else 'for the processor'}")),
        ("llama.cpp", _said(llama, f"llama-cpp-python {llama.get('version')}, {'graphics card and processor' if llama.get('gpu_offload') else 'processor'}")),
        ("cuML", _said(cuml, cuml.get("version") or "not installed")),
        ("fonts", _said(report["fonts"], ", ".join(report["fonts"].get("families", [])))),
        ("window", _said(report["window"], f"Qt {report['window'].get('version')}, {'a display' if report['window'].get('display') else 'no display here'}")),
        *[(f"{model['role']} model", f"{model['name']} ({model['mb']:,} MB)") for model in report["models"]],
    ]
    lines = [f"{head + ':':<17} {words}" for head, words in rows]
    for lack in report["lacks"]:
        lines += ["", lack["what"], *([f"    {lack['command']}"] if lack["command"] else [])]
    return "\n".join([*lines, *([] if report["lacks"] else ["", "Nothing is lacking."])])


def _cards_in_words(found: dict[str, Any]) -> list[str]:
    words = [
        f"{card['name']} (sm_{card['capability'][0]}{card['capability'][1]}), {card['free_bytes'] >> 20:,} of {card['total_bytes'] >> 20:,} MiB free, "
        f"driver {card['driver']}, CUDA up to {card['cuda'][0]}.{card['cuda'][1]}"
        for card in found.get("cards", [])
    ]
    return words or [found.get("error") or found.get("problem") or "none of NVIDIA"]


def _said(found: dict[str, Any], words: str) -> str:
    return f"cannot be asked: {found['error']}" if "error" in found else words
