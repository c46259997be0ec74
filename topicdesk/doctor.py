"""What this machine has, what TopicDesk makes of it, and what would make it faster; heavy libraries are asked in child processes."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
from importlib import metadata
from typing import Any

import psutil

from topicdesk.core.model_files import find_models
from topicdesk.core.offline import OFFLINE_ENVIRONMENT
from topicdesk.core.places import home_folder, models_folders

_ASK_TORCH = """
import json, torch
has_card = torch.cuda.is_available()
card = torch.cuda.get_device_name(0) if has_card else None
print(json.dumps({"version": torch.__version__, "cuda_build": torch.version.cuda, "cuda_available": has_card, "gpu": card}))
"""
_ASK_LLAMA = """
import json, llama_cpp
print(json.dumps({"version": llama_cpp.__version__, "gpu_offload": llama_cpp.llama_supports_gpu_offload()}))
"""
PROBES = {"torch": _ASK_TORCH, "llama_cpp": _ASK_LLAMA}
PROBE_SECONDS = 60


def examine() -> dict[str, Any]:
    """A report of plain values: machine, libraries, models, and `advice`, one sentence for each lack."""
    report: dict[str, Any] = {
        "topicdesk": metadata.version("topicdesk"),
        "system": platform.platform(),
        "python": platform.python_version(),
        "processors": os.cpu_count(),
        "memory_mib": psutil.virtual_memory().total >> 20,
        "free_memory_mib": psutil.virtual_memory().available >> 20,
        "libraries": {name: _probe(code) for name, code in PROBES.items()},
        "models": [{"role": model.role, "name": model.name, "path": str(model.path), "mb": round(model.n_bytes / 1e6)} for model in find_models()],
        "models_folders": [str(folder) for folder in models_folders()],
        "home": str(home_folder()),
    }
    free = shutil.disk_usage(next(folder for folder in (home_folder(), *home_folder().parents) if folder.exists())).free
    return report | {"free_disk_mib": free >> 20, "advice": _advice(report)}


def in_words(report: dict[str, Any]) -> str:
    """The report for people."""
    libraries = [f"{name}: {', '.join(f'{key} {value}' for key, value in found.items())}" for name, found in report["libraries"].items()]
    models = [f"{model['role']} model: {model['name']} ({model['mb']:,} MB)" for model in report["models"]]
    memory = f"memory: {report['free_memory_mib']:,} of {report['memory_mib']:,} MiB free; disk: {report['free_disk_mib']:,} MiB free"
    lines = [
        f"TopicDesk {report['topicdesk']}, Python {report['python']}, {report['system']}",
        f"processors: {report['processors']}",
        memory,
        *libraries,
        *models,
    ]
    return "\n".join([*lines, "", *(report["advice"] or ["Nothing is lacking."])])


def _probe(code: str) -> dict[str, Any]:
    """What a library says of itself in a process of its own; {"error": ...} where it cannot be asked."""
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-c", code], capture_output=True, text=True, timeout=PROBE_SECONDS, env=os.environ | OFFLINE_ENVIRONMENT, check=False
        )
        return dict(json.loads(done.stdout)) if done.returncode == 0 else {"error": (done.stderr.strip().splitlines() or ["no reason given"])[-1]}
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        return {"error": str(error)}


def _advice(report: dict[str, Any]) -> list[str]:
    roles = {model["role"] for model in report["models"]}
    advice = []
    if {"embedding", "language"} - roles:
        advice.append("A model is lacking. Run: topicdesk models starter")
    for name, found in report["libraries"].items():
        if "error" in found:
            advice.append(f"{name} cannot be loaded ({found['error']}). Run: make setup")
    if shutil.which("nvidia-smi") and not report["libraries"]["torch"].get("cuda_available"):
        advice.append("There is an NVIDIA card, but this PyTorch cannot use it. Install a CUDA build of PyTorch.")
    if report["libraries"]["torch"].get("cuda_available") and not report["libraries"]["llama_cpp"].get("gpu_offload"):
        advice.append("llama-cpp-python is a build for the processor alone. Compile it with CMAKE_ARGS=-DGGML_CUDA=on.")
    return advice
