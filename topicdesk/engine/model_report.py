"""What `topicdesk models` and the window's model dialog say of each model: from headers and small files, without loading any."""

from __future__ import annotations

import contextlib
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from topicdesk.core.errors import InputError
from topicdesk.core.language_file import LanguageFile, read_language_file
from topicdesk.core.model_card import KnownModel, ModelCard, Shelf
from topicdesk.core.model_files import (
    FoundModel,
    choose_model,
    look_for_models,
    manifest,
    model_at,
    place_starters,
    register_model,
    remembered_sha256,
    sha256_of,
)
from topicdesk.core.places import starters_folder
from topicdesk.core.settings import LabellingSettings
from topicdesk.engine.card_tenants import embedding_bytes
from topicdesk.engine.model_room import Room, room_of_machine, wanted_for
from topicdesk.llm.memory_plan import plan_memory, plans

LABELS_WANTED = wanted_for(LabellingSettings(), n_parallel=8)
EMBEDDING_WORKING_BYTES = 600 << 20  # activations of a batch and the library's own; measured with the starter


def describe_shelf() -> Shelf:
    """Every model found, those that are refused, what is still to get, and what is free."""
    found, refused = look_for_models()
    room = room_of_machine()
    cards = [replace(_card(model, room), also=model.also) for model in found]
    cards += [ModelCard("language" if path.suffix == ".gguf" else "embedding", path.name, path, _bytes_of(path), why) for path, why in refused.items()]
    best = {role: model for role in ("embedding", "language") if (model := choose_model(role, None)) is not None}
    names = {model.name for model in found}
    return Shelf(
        tuple(cards), {role: str(model.path) for role, model in best.items()},
        tuple(known for known in known_models() if known.name not in names), str(starters_folder()),
        room.card_name, room.free_card_bytes, room.free_memory_bytes,
    )  # fmt: skip


def describe_model(model: FoundModel) -> ModelCard:
    """One model, its sha256 computed where it is not remembered."""
    sha256_of(model.path)
    return _card(model, room_of_machine())


def report_lines(what: str, path: Path | None, as_json: bool) -> tuple[list[str], list[str]]:
    """What the command `models` says, on stdout and on stderr.

    Raises
    ------
    InputError
        Where the file is lacking, or no model.
    """
    if what == "starter":
        return [str(model.path) for model in place_starters()], []
    if what == "list":
        shelf = describe_shelf()
        if as_json:
            return [shelf.to_json()], []
        lines = [in_words(card) for card in shelf.models if not card.refused]
        refused = [f"not used: {card.refused}" for card in shelf.models if card.refused]
        return lines, refused + ["No models are here. `topicdesk models starter` places the starter models."] * (not lines)
    if path is None:
        raise InputError(f"models {what} needs a file.")
    return ([str(register_model(path).path)] if what == "add" else _checked(path)), []


def in_words(card: ModelCard) -> str:
    """A model in one line."""
    facts = ", ".join(word for word in (*card.facts, card.licence and f"licence {card.licence}", card.place) if word)
    also = "".join(f"; also {path}" for path in card.also)
    return f"{card.role:<10} {card.n_bytes / 1e6:>8,.0f} MB  {card.name}  {card.path}{also}  ({facts})"


def known_models() -> list[KnownModel]:
    """The models that the manifest names."""
    return [
        KnownModel(
            entry["role"], entry["name"], entry["file"], entry["source"], entry["licence"], int(entry["size_mb"] * 1e6), entry.get("sha256", ""),
            entry.get("about", ""), bool(entry.get("package")),
        )
        for entry in manifest()
    ]  # fmt: skip


def _card(model: FoundModel, room: Room) -> ModelCard:
    known = next((entry["licence"] for entry in manifest() if entry["name"] == model.name), "")
    sha256 = remembered_sha256(model.path)
    if model.role == "embedding":
        facts, licence = _embedding_facts(model.path)
        place = "on the graphics card" if room.card_bytes else "on the processor"
        in_card = embedding_bytes(model.n_bytes, _read_json(model.path / "config.json")) if room.card_bytes else 0
        in_memory = model.n_bytes + EMBEDDING_WORKING_BYTES
        return ModelCard("embedding", model.name, model.path, model.n_bytes, "", facts, licence or known, sha256, place, in_card, in_memory)
    file = read_language_file(model.path)
    facts = (parameters(file.n_parameters), file.quantisation, f"reads {file.n_context:,} tokens", "" if file.template else "no chat template in it")
    plan = plan_memory(file, min(room.card_bytes, room.free_card_bytes), room.free_memory_bytes, LABELS_WANTED)
    if plan is None:
        needed = min(plan.memory_bytes for plan in plans(file, 0, 1 << 62, LABELS_WANTED))
        shortage = f"It needs {_gigabytes(needed)} of memory; {_gigabytes(room.free_memory_bytes)} are free."
        return ModelCard("language", model.name, model.path, model.n_bytes, "", _worded(facts), file.licence or known, sha256, "", 0, needed, shortage)
    place, shortage = place_in_words(file, plan.n_gpu_layers), ""
    if room.card_bytes and plan.n_gpu_layers <= file.n_layers:
        whole = plan_memory(file, 1 << 62, 1 << 62, LABELS_WANTED)
        shortage = f"The whole of it needs {_gigabytes(whole.card_bytes if whole else 0)} on the graphics card; {_gigabytes(room.free_card_bytes)} are free."
    return ModelCard(
        "language", model.name, model.path, model.n_bytes, "", _worded(facts), file.licence or known, sha256, place, plan.card_bytes, plan.memory_bytes,
        shortage or (room.reason if not room.card_bytes else ""),
    )  # fmt: skip


def place_in_words(file: LanguageFile, n_gpu_layers: int) -> str:
    """Where a model computes."""
    if n_gpu_layers > file.n_layers:
        return "on the graphics card"
    return f"{n_gpu_layers} of {file.n_layers} layers on the graphics card" if n_gpu_layers else "on the processor"


def parameters(number: int) -> str:
    """134515008 -> "135 million parameters"."""
    return f"{number / 1e9:.1f} billion parameters" if number >= 1e9 else f"{number / 1e6:.0f} million parameters"


def _worded(facts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(fact for fact in facts if fact)


def _embedding_facts(folder: Path) -> tuple[tuple[str, ...], str]:
    """Dimensions and the longest text from the folder's small JSON files, the licence from its page."""
    dimensions = _read_json(folder / "config.json").get("hidden_size")
    longest = _read_json(folder / "sentence_bert_config.json").get("max_seq_length") or _read_json(folder / "config.json").get("max_position_embeddings")
    facts = (f"{dimensions:,} dimensions" if isinstance(dimensions, int) else "", f"reads {longest:,} tokens of a text" if isinstance(longest, int) else "")
    page = ""
    with contextlib.suppress(OSError, ValueError):
        page = (folder / "README.md").read_text("utf-8")[:4096]
    licence = re.search(r"^license:\s*([\w.-]+)\s*$", page, re.MULTILINE)
    return _worded(facts), licence.group(1) if licence else ""


def _read_json(path: Path) -> dict[str, Any]:
    try:
        values = json.loads(path.read_text("utf-8")) if path.stat().st_size < 1 << 20 else {}
    except (OSError, ValueError, RecursionError):
        return {}
    return values if isinstance(values, dict) else {}


def _bytes_of(path: Path) -> int:
    try:
        return path.stat().st_size if path.is_file() else 0
    except OSError:
        return 0


def _gigabytes(n_bytes: int) -> str:
    return f"{n_bytes / 1e9:.1f} GB"


def _checked(path: Path) -> list[str]:
    """What `models check` says of a file or folder that is a model. Raises InputError where it is none."""
    card = describe_model(model_at(path))
    published = next((known.sha256 for known in known_models() if known.name == card.name and known.role == "language"), "")
    if published and published != card.sha256:
        raise InputError(f"{card.path}: not the file that was published (its sha256 differs). Copy it again.")
    lines = [f"{card.path}: {card.role} model, {card.n_bytes / 1e6:,.0f} MB, sha256 {card.sha256}", ", ".join(card.facts)]
    lines += [f"licence: {card.licence or 'not named in it'}", f"{card.place}: {_needs(card)}" if card.place else ""]
    return [line for line in (*lines, card.shortage) if line]


def _needs(card: ModelCard) -> str:
    on_card = f"{_gigabytes(card.card_bytes)} on the graphics card and " if card.card_bytes else ""
    return f"needs {on_card}{_gigabytes(card.memory_bytes)} of memory"
