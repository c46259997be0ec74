"""Asks the desktop not to fall asleep during a run where the engine cannot (no systemd-inhibit): by D-Bus; never a failure where nobody answers."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from PySide6.QtCore import QObject

from topicdesk.core.awake import WHY
from topicdesk.gui.session_signals import SessionSignals

SERVICE, PATH = "org.freedesktop.ScreenSaver", "/org/freedesktop/ScreenSaver"
PATIENCE_MILLISECONDS = 5000


class DesktopAwake(QObject):
    """The wish holds while its connection to the bus is open: it ends with the run, or with this process, however that ends."""

    def __init__(self, session: SessionSignals) -> None:
        super().__init__(session)
        self._name = f"topicdesk-run-{id(self)}"
        self.is_asking = False
        session.run_began.connect(self.begin)
        session.state_changed.connect(lambda state: self.end() if state != "running" else None)

    def begin(self) -> None:
        """Ask, without waiting for the answer."""
        if self.is_asking or not is_wanted():
            return
        from PySide6.QtDBus import QDBusConnection, QDBusMessage

        bus = QDBusConnection.connectToBus(QDBusConnection.BusType.SessionBus, self._name)
        if bus.isConnected():
            message = QDBusMessage.createMethodCall(SERVICE, PATH, SERVICE, "Inhibit")
            message.setArguments(["TopicDesk", WHY])
            bus.asyncCall(message, PATIENCE_MILLISECONDS)
            self.is_asking = True

    def end(self) -> None:
        """Take the wish back."""
        if self.is_asking:
            from PySide6.QtDBus import QDBusConnection

            QDBusConnection.disconnectFromBus(self._name)
            self.is_asking = False


def is_wanted() -> bool:
    """Whether this is a desktop whose engine has nobody else to ask; a bus is never started for it."""
    has_bus = "DBUS_SESSION_BUS_ADDRESS" in os.environ or Path(os.environ.get("XDG_RUNTIME_DIR", "/nowhere"), "bus").exists()
    return sys.platform not in ("win32", "darwin") and has_bus and shutil.which("systemd-inhibit") is None
