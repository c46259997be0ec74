"""Ctrl+C in the terminal and the system's wish to end close the window as a click would, so that the project is left whole."""

from __future__ import annotations

import signal
import socket
from types import FrameType

from PySide6.QtCore import QSocketNotifier
from PySide6.QtWidgets import QWidget

SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")


def close_on_signals(window: QWidget) -> None:
    """Close `window` on the first signal; a second one ends the process at once.

    Python runs its handlers between two of its own instructions only, and an idle event loop executes none: the byte that arrives with
    the signal wakes it.
    """
    ours, theirs = socket.socketpair()
    theirs.setblocking(False)
    notifier = QSocketNotifier(ours.fileno(), QSocketNotifier.Type.Read, window)

    def close() -> None:
        notifier.setEnabled(False)
        ours.recv(1)
        window.close()

    notifier.activated.connect(close)
    signal.set_wakeup_fd(theirs.detach(), warn_on_full_buffer=False)
    for name in SIGNALS:
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), _next_one_ends)


def _next_one_ends(number: int, frame: FrameType | None) -> None:
    signal.signal(number, signal.SIG_DFL)
