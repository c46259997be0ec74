"""Opens the window; says in a sentence where there is nothing to open it on."""

from __future__ import annotations

import os
import sys
from pathlib import Path

NO_DISPLAY = "TopicDesk's window needs a display, and there is none here. `topicdesk run CORPUS --out FOLDER` works without one."
NEEDS_DISPLAY = ("", "xcb", "wayland")


def open_window(path: Path | None) -> int:
    """Show the window, with a corpus file or project in it, until it is closed.

    Returns
    -------
    int
        0, or 2 where no window can be shown; stderr then has one sentence.
    """
    if not _has_display():
        return _refuse(NO_DISPLAY)
    try:
        from PySide6.QtCore import QMessageLogContext, QTimer, QtMsgType, qInstallMessageHandler
        from PySide6.QtGui import QIcon
        from PySide6.QtWidgets import QApplication

        from topicdesk.gui.main_window import MainWindow
        from topicdesk.gui.session import Session
        from topicdesk.gui.system_signals import close_on_signals
    except ImportError as error:
        return _refuse(f"TopicDesk's window needs a library that is missing here: {error}. README.md lists what to install.")

    def end_on_fatal(kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
        """Qt aborts after this, where a platform plugin cannot be loaded: an exit code and a sentence come before."""
        sys.stderr.write(f"{message}\n" if kind != QtMsgType.QtFatalMsg else f"{NO_DISPLAY} ({message.splitlines()[0]})\n")
        sys.stderr.flush()
        if kind == QtMsgType.QtFatalMsg:
            os._exit(2)

    qInstallMessageHandler(end_on_fatal)
    application = QApplication([sys.argv[0]])
    qInstallMessageHandler(None)
    application.setApplicationName("TopicDesk")
    application.setDesktopFileName("topicdesk")
    application.setWindowIcon(QIcon(str(Path(__file__).with_name("topicdesk.svg"))))
    session = Session()
    window = MainWindow(session)
    close_on_signals(window)
    window.show()
    QTimer.singleShot(0, session.start_engine)
    if path is not None:
        session.open_path(path.resolve())
    return application.exec()


def _has_display() -> bool:
    """Whether the platform that Qt would choose has a display to connect to; others than X and Wayland need none."""
    if os.name == "nt" or sys.platform == "darwin":
        return True
    wanted = os.environ.get("QT_QPA_PLATFORM", "").split(";")[0].split(":")[0]
    return wanted not in NEEDS_DISPLAY or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _refuse(sentence: str) -> int:
    sys.stderr.write(f"{sentence}\n")
    return 2
