"""A language model is loaded by a plan, looked at whether it lies where it should, and by a more frugal plan where that fails.

What failed and what worked is remembered for each model and machine in TopicDesk's own folder. The plan is a part of what makes
answers repeat: it follows from what the machine is. Only where less is free at the moment it is more frugal, for this once; plans
that worked before are remembered too, so that answers made under them are found again instead of being asked anew.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from topicdesk.core.errors import InputError, OutOfMemory
from topicdesk.core.files import write_text
from topicdesk.core.graphics_card import find_cards
from topicdesk.core.language_file import LanguageFile, read_language_file
from topicdesk.core.places import home_folder
from topicdesk.core.progress import Progress
from topicdesk.engine.model_room import Room, room_of_machine
from topicdesk.llm.decoder import LanguageModel
from topicdesk.llm.memory_plan import MemoryPlan, Part, Wanted, cheaper_plans, plan_memory, plans

RECORD = "model_plans.json"
MOST_REMEMBERED = 4
LEAST_SHARE_SEEN = 0.5  # of the weights, by which the card's free memory must have shrunk


@dataclass(frozen=True)
class Notes:
    """What is remembered of one model on one machine: the most frugal plan that failed, one that is being tried, those that worked."""

    failed: MemoryPlan | None = None
    tried: MemoryPlan | None = None
    worked: tuple[MemoryPlan, ...] = ()


class PlanRecord:
    """The notes of one model on one machine, kept in a file."""

    def __init__(self, model_sha256: str, room: Room, version: str) -> None:
        where = f"{room.card_name} {room.card_bytes >> 20}" if room.card_bytes else f"processor {room.memory_bytes >> 20}"
        self._key = f"{model_sha256[:16]} {where} MiB llama-cpp-python {version}"
        self._path = home_folder() / RECORD

    def read(self) -> Notes:
        """What is remembered; nothing where the file is damaged."""
        values = self._all().get(self._key, {})
        with suppress(TypeError, AttributeError, KeyError):
            failed, tried, worked = (values[name] for name in ("failed", "tried", "worked"))
            return Notes(_plan_of(failed), _plan_of(tried), tuple(plan for values in worked if (plan := _plan_of(values))))
        return Notes()

    def write(self, notes: Notes) -> None:
        """Remember this instead. Where the folder cannot be written, nothing is remembered."""
        values = {"failed": _values_of(notes.failed), "tried": _values_of(notes.tried), "worked": [_values_of(plan) for plan in notes.worked]}
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_text(self._path, json.dumps(self._all() | {self._key: values}, indent=1))

    def _all(self) -> dict[str, Any]:
        try:
            values = json.loads(self._path.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return values if isinstance(values, dict) else {}


class ModelLoader:
    """Loads one language model on one machine.

    Parameters
    ----------
    gpu_layers : str
        "auto", or how many layers the researcher wants on the card.
    has_crashed : bool
        Whether the last engine died in native code: then the plan that it tried is not tried again.
    free_card_bytes : callable
        What is free on the card now.

    Attributes
    ----------
    plan : MemoryPlan
        By which it is loaded, or will be.
    notice : str
        What the researcher should know of where it computes, in a sentence; empty where it computes as well as the machine can.

    Raises
    ------
    OutOfMemory
        Where no plan fits, with what is needed and what is free.
    """

    def __init__(
        self,
        path: Path,
        record: PlanRecord,
        room: Room,
        wanted: Wanted,
        gpu_layers: str = "auto",
        has_crashed: bool = False,
        free_card_bytes: Callable[[], int] = lambda: 0,
    ) -> None:
        self._path, self._record, self._room, self._free_card_bytes = path, record, room, free_card_bytes
        self._file = read_language_file(path)
        self._planned = _wished(self._file, room, wanted, gpu_layers)
        notes = record.read()
        if has_crashed and notes.tried is not None:  # the last engine died of it in native code
            notes = dataclasses.replace(notes, failed=notes.tried)
        record.write(dataclasses.replace(notes, tried=None))
        candidates = list(cheaper_plans(self._planned, notes.failed)) if notes.failed is not None else self._planned
        fitting = (plan for plan in candidates if plan.card_bytes <= room.free_card_bytes and plan.memory_bytes <= room.free_memory_bytes)
        plan = next(fitting, None)
        if plan is None:
            raise _no_room(path, self._file, room, wanted)
        self.plan = plan
        self.notice = notice_of(self._file, plan, room, path.stem)

    def numerics_to_try(self) -> list[dict[str, Any]]:
        """What changes last digits, of the plan now and of those that worked before: answers made under any of them are as good."""
        found = [self.numerics(plan) for plan in (self.plan, *self._record.read().worked)]
        return [numerics for place, numerics in enumerate(found) if numerics not in found[:place]]

    def numerics(self, plan: MemoryPlan | None = None) -> dict[str, Any]:
        """What of a plan changes the last digits of answers; part of their cache key."""
        plan = plan or self.plan
        on_card = self._room.card_name if plan.n_gpu_layers else "processor"
        return {"device": on_card, "gpu_layers": plan.n_gpu_layers, "n_ctx": plan.n_ctx, "n_parallel": plan.n_parallel, "cache_type": plan.cache_type}

    def load(self, n_threads: int, progress: Progress) -> LanguageModel:
        """The loaded model, by the plan or by the first more frugal one that works.

        Raises
        ------
        InputError
            Where the file cannot be loaded even by the processor alone.
        Cancelled
        """
        while True:
            self.is_tried(True)
            free_before = self._free_card_bytes()
            try:
                model = self._load_once(n_threads, progress)
            except InputError:
                if not self.plan.n_gpu_layers or not self.step_down():
                    raise
                continue
            if self.plan.n_gpu_layers and not lies_on_card(self.plan, free_before, self._free_card_bytes()):
                self.notice = (
                    "The language model should lie on the graphics card and does not: llama.cpp computes on the processor. `topicdesk doctor` says more."
                )
            return model

    def is_tried(self, value: bool) -> None:
        """Remember that the plan is tried, so that a crash in native code speaks against it; or that it no longer is."""
        self._record.write(dataclasses.replace(self._record.read(), tried=self.plan if value else None))

    def step_down(self) -> bool:
        """Take the next more frugal plan; False where there is none."""
        self._record.write(dataclasses.replace(self._record.read(), failed=self.plan, tried=None))
        cheaper = next(cheaper_plans(self._planned, self.plan), None)
        if cheaper is None:
            return False
        self.plan = cheaper
        self.notice = notice_of(self._file, cheaper, self._room, self._path.stem)
        return True

    def worked(self) -> None:
        """Remember that answers came by this plan."""
        notes = self._record.read()
        others = tuple(plan for plan in notes.worked if self.numerics(plan) != self.numerics())
        self._record.write(dataclasses.replace(notes, tried=None, worked=(self.plan, *others)[:MOST_REMEMBERED]))

    def _load_once(self, n_threads: int, progress: Progress) -> LanguageModel:
        plan = self.plan
        return LanguageModel(
            self._path, plan.n_gpu_layers, n_threads, cache_type=plan.cache_type, most_parallel=plan.n_parallel, most_cells=plan.n_ctx, progress=progress
        )


def loader_for(path: Path, sha256: str, wanted: Wanted, version: str, device: str = "auto", gpu_layers: str = "auto", has_crashed: bool = False) -> ModelLoader:
    """A loader for this machine as it is now. `version` is that of llama-cpp-python. Raises OutOfMemory, InputError."""
    room = room_of_machine(device)
    return ModelLoader(path, PlanRecord(sha256, room, version), room, wanted, gpu_layers, has_crashed, _free_card_bytes)


def lies_on_card(plan: MemoryPlan, free_before: int, free_after: int) -> bool:
    """Whether the card's free memory shrank as it should: a build without CUDA loads silently into main memory."""
    weights = sum(part.n_bytes for part in plan.parts if part.is_on_card and part.what == "weights")
    return free_before - free_after >= LEAST_SHARE_SEEN * weights


def _free_card_bytes() -> int:
    return next((card.free_bytes for card in find_cards().cards), 0)


def notice_of(file: LanguageFile, plan: MemoryPlan, room: Room, name: str) -> str:
    """Why the card is not used, or not for all; empty where it is, or where there is none."""
    if not room.card_bytes:
        return room.reason
    if plan.n_gpu_layers > file.n_layers:
        return ""
    whole = plan_memory(file, 1 << 62, 1 << 62, Wanted(1, 1024, 0))
    needs = (
        f"{name} needs {_gigabytes(whole.card_bytes if whole else 0)} on the graphics card; {_gigabytes(min(room.free_card_bytes, room.card_bytes))} are free"
    )
    if plan.n_gpu_layers:
        return f"{needs}: {plan.n_gpu_layers} of its {file.n_layers} layers compute there, the others on the processor, which is slower."
    return f"{needs}: it computes on the processor, which is slower."


def _wished(file: LanguageFile, room: Room, wanted: Wanted, gpu_layers: str) -> list[MemoryPlan]:
    """All plans for this machine, best first; only those with the number of layers that the researcher named."""
    if gpu_layers == "auto" or not room.card_bytes:
        return list(plans(file, room.card_bytes, room.memory_bytes, wanted))
    n_layers = min(int(gpu_layers), file.n_layers + 1)
    return list(plans(file, room.card_bytes, room.memory_bytes, wanted, n_layers))


def _no_room(path: Path, file: LanguageFile, room: Room, wanted: Wanted) -> OutOfMemory:
    needed = _gigabytes(min(plan.memory_bytes for plan in plans(file, 0, 1 << 62, wanted)))
    free = _gigabytes(min(room.free_memory_bytes, room.memory_bytes))
    return OutOfMemory(f"{path.stem} needs at least {needed} of memory; {free} are free. Close other programs, or choose a smaller model.")


def _gigabytes(n_bytes: int) -> str:
    return f"{n_bytes / 1e9:.1f} GB"


def _values_of(plan: MemoryPlan | None) -> dict[str, Any] | None:
    return None if plan is None else dataclasses.asdict(plan)


def _plan_of(values: dict[str, Any] | None) -> MemoryPlan | None:
    return None if values is None else MemoryPlan(**{**values, "parts": tuple(Part(**part) for part in values["parts"])})
