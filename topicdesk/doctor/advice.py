"""What a report shows to be lacking, each with the one command that mends it; a pure function of the report."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from topicdesk.core.card_troubles import trouble_of

LEAST_DISK_MIB = 4_000
LEAST_MEMORY_MIB = 4_000
_DEBIAN_PACKAGES = {
    "libxcb-cursor.so.0": "libxcb-cursor0", "libxcb-icccm.so.4": "libxcb-icccm4", "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-render-util.so.0": "libxcb-render-util0", "libxcb-xinerama.so.0": "libxcb-xinerama0", "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libEGL.so.1": "libegl1", "libdbus-1.so.3": "libdbus-1-3",
}  # fmt: skip


@dataclass(frozen=True)
class Lack:
    """Something that is lacking. `command` mends it; empty where none can. Without `is_needed` TopicDesk works, only slower or plainer."""

    what: str
    command: str
    is_needed: bool = True


def lacks_of(report: dict[str, Any]) -> list[Lack]:
    """Everything that is lacking, what is needed first."""
    found = [*_lacking_models(report), *_lacking_libraries(report), *_lacking_card(report), *_lacking_room(report), *_lacking_window(report)]
    if report.get("is_packed"):
        found = [_for_packed(lack) for lack in found]
    return sorted(found, key=lambda lack: not lack.is_needed)


def _for_packed(lack: Lack) -> Lack:
    """A packed program brings its libraries along: nothing can be installed into it."""
    if not (" pip install " in lack.command or lack.command.startswith(("make ", "build/"))):
        return lack
    return replace(lack, what=f"{lack.what} This packed TopicDesk cannot be added to; one that is set up from its source can (README.md).", command="")


def _lacking_models(report: dict[str, Any]) -> list[Lack]:
    roles = {model["role"] for model in report["models"]}
    lacks = []
    if "embedding" not in roles:
        lacks.append(Lack("No embedding model is here; without one nothing can be run.", "topicdesk models starter"))
    if "language" not in roles:
        lacks.append(Lack("No language model is here: topics are named by their keywords.", "topicdesk models starter", False))
    lacks += [Lack(f"A model cannot be used: {reason}", "", False) for reason in report["refused_models"]]
    return lacks


def _lacking_libraries(report: dict[str, Any]) -> list[Lack]:
    lacks = []
    for name, found in report["libraries"].items():
        if "error" in found and name in ("torch", "llama_cpp"):
            trouble = trouble_of(found["error"])
            said = f"{name} cannot be loaded: {trouble.reason if trouble else found['error']}"
            lacks.append(Lack(said, _command(trouble.command if trouble else "make setup", report), name == "torch"))
    if report["fonts"].get("lacking"):
        scripts, packages = ", ".join(report["fonts"]["lacking"]), " ".join(report["fonts"].get("packages") or ())
        lacks.append(Lack(f"No font for {scripts} is here: such letters are drawn as boxes.", f"sudo apt-get install {packages}" if packages else "", False))
    return lacks


def _lacking_card(report: dict[str, Any]) -> list[Lack]:
    cards, torch, llama = report["cards"].get("cards") or [], report["libraries"]["torch"], report["libraries"]["llama_cpp"]
    if problem := report["cards"].get("problem"):
        return [Lack(problem, "sudo ubuntu-drivers install" if "driver" in problem.lower() else "", False)]
    if not cards:
        return []
    name, capability = cards[0]["name"], cards[0]["capability"]
    lacks = []
    if not torch.get("cuda_available") and "error" not in torch:
        trouble = trouble_of(torch.get("cuda_problem", ""))
        reason = trouble.reason if trouble else "this PyTorch cannot use it."
        lacks.append(Lack(f"Texts are embedded on the processor, not on the {name}: {reason}", _command(trouble.command if trouble else "", report), False))
    elif torch.get("architectures") and not _is_built_for(torch["architectures"], capability):
        lacks.append(Lack(f"This PyTorch was not built for the {name} (sm_{capability[0]}{capability[1]}).", "", False))
    if "error" not in llama and not llama.get("gpu_offload"):
        command = (
            f"build/llama_wheel.sh cuda .venv/bin/python {capability[0]}{capability[1]} | xargs .venv/bin/python -m pip install --no-deps --force-reinstall"
        )
        lacks.append(Lack(f"Topics are named on the processor, not on the {name}: this llama.cpp was compiled for the processor alone.", command, False))
    return lacks + _lacking_cuml(report, cards[0])


def _lacking_cuml(report: dict[str, Any], card: dict[str, Any]) -> list[Lack]:
    """Where it runs: on Linux, on cards from the T4's generation on."""
    if report["libraries"]["cuml"].get("version") or "Linux" not in report["system"] or tuple(card["capability"]) < (7, 5):
        return []
    package = "cuml-cu13" if card["cuda"][0] >= 13 else "cuml-cu12"
    said = "Maps are laid out by the processor: the setting “Layout: graphics card”, quicker for 100,000 texts and more, needs cuML."
    return [Lack(said, f'{report["python_path"]} -m pip install {package} "numba<0.65"', False)]


def _lacking_room(report: dict[str, Any]) -> list[Lack]:
    lacks = []
    if report["free_disk_mib"] < LEAST_DISK_MIB:
        lacks.append(Lack(f"Only {report['free_disk_mib']:,} MiB of disk are free at {report['home']}: a large corpus may not fit.", "", False))
    if report["memory_mib"] < LEAST_MEMORY_MIB:
        lacks.append(Lack(f"The computer has {report['memory_mib']:,} MiB of memory: take a sample of a large corpus (--sample 5000).", "", False))
    return lacks


def _lacking_window(report: dict[str, Any]) -> list[Lack]:
    lacking = report["window"].get("lacking") or []
    if not lacking or not report["window"].get("display"):
        return []
    packages = " ".join(_DEBIAN_PACKAGES[name] for name in lacking)
    return [Lack(f"The window needs libraries that are not here: {', '.join(lacking)}.", f"sudo apt-get install {packages}")]


def _is_built_for(architectures: list[str], capability: list[int]) -> bool:
    """Whether code for the card's generation is in a build: of the same generation and not newer, or as PTX of an older one."""
    own = capability[0] * 10 + capability[1]
    numbers = [(kind, int(number)) for kind, number in re.findall(r"(sm|compute)_(\d+)", " ".join(architectures))]
    return any(number <= own and (kind == "compute" or number // 10 == capability[0]) for kind, number in numbers)


def _command(command: str, report: dict[str, Any]) -> str:
    version = str(report["libraries"]["torch"].get("version", "")).partition("+")[0]
    return command.replace("{python}", report["python_path"]).replace("=={torch}", f"=={version}" if version else "")
