"""What the window remembers between two starts: places of panels, recent projects, chosen models; nothing of a corpus but paths."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

from topicdesk.core.places import home_folder

MAX_RECENT = 8


class Preferences:
    """The file window.ini in TopicDesk's own folder."""

    def __init__(self) -> None:
        self._settings = QSettings(str(home_folder() / "window.ini"), QSettings.Format.IniFormat)

    def recent(self) -> list[Path]:
        """Projects opened last, newest first, those that are still there."""
        return [path for path in self._paths() if path.exists()]

    def add_recent(self, path: Path) -> None:
        """Put a project at the head of the recent ones."""
        paths = [path.resolve(), *(known for known in self._paths() if known != path.resolve())]
        self._settings.setValue("recent", [str(known) for known in paths[:MAX_RECENT]])

    def forget(self, path: Path) -> None:
        """Know nothing of a project any more."""
        self._settings.setValue("recent", [str(known) for known in self._paths() if known != path.resolve()])
        if self.unfinished() == path.resolve():
            self.set_unfinished(None)

    def unfinished(self) -> Path | None:
        """The project whose run had not ended when the window was last seen; None where there is none, or it is gone."""
        value = self._settings.value("unfinished")
        return Path(str(value)) if value and Path(str(value)).exists() else None

    def set_unfinished(self, path: Path | None) -> None:
        """Take note of a run that begins, or that there is none to go on with; written at once, because a window may be killed."""
        self._settings.setValue("unfinished", str(path.resolve()) if path is not None else "")
        self._settings.sync()

    def model(self, role: str) -> str | None:
        """The path of the model chosen for a role; None for the best one found."""
        value = self._settings.value(f"models/{role}")
        return str(value) if value else None

    def set_model(self, role: str, path: str | None) -> None:
        """Remember the model for a role; None goes back to the best one found."""
        self._settings.setValue(f"models/{role}", path or "")

    def pasting_folder(self) -> Path | None:
        """Where a pasted text was put last; None where none was."""
        value = self._settings.value("pasting")
        return Path(str(value)) if value else None

    def set_pasting_folder(self, folder: Path) -> None:
        """Remember where a pasted text was put."""
        self._settings.setValue("pasting", str(folder))

    def bytes_of(self, name: str) -> QByteArray:
        """The geometry or state kept under a name; empty where none is."""
        value = self._settings.value(f"window/{name}")
        return value if isinstance(value, QByteArray) else QByteArray()

    def set_bytes(self, name: str, value: QByteArray) -> None:
        """Keep a geometry or state."""
        self._settings.setValue(f"window/{name}", value)

    def save(self) -> None:
        """Write it now."""
        self._settings.sync()

    def _paths(self) -> list[Path]:
        value = self._settings.value("recent") or []
        return [Path(str(path)) for path in ([value] if isinstance(value, str) else list(value))]
