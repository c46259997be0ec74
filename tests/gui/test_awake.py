"""Where the engine has nobody to ask, the window asks the desktop's screen saver, on a real bus of its own."""

import shutil
import subprocess
import sys

import pytest
from PySide6.QtCore import ClassInfo, QObject, Slot
from PySide6.QtDBus import QDBusConnection

from tests.gui.test_session import run, until
from topicdesk.gui import awake
from topicdesk.gui.awake import SERVICE, DesktopAwake

pytestmark = pytest.mark.skipif(sys.platform in ("win32", "darwin") or shutil.which("dbus-daemon") is None, reason="no dbus-daemon here")


@ClassInfo({"D-Bus Interface": SERVICE})
class ScreenSaver(QObject):
    """Notes who asks."""

    def __init__(self):
        super().__init__()
        self.asked = []

    @Slot(str, str, result="uint")
    def Inhibit(self, who, why):
        self.asked.append((who, why))
        return 7


@pytest.fixture
def screen_saver(qapp, monkeypatch, tmp_path):
    address = f"unix:path={tmp_path / 'bus'}"
    command = ["dbus-daemon", "--session", "--nofork", "--print-address", f"--address={address}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as daemon:
        daemon.stdout.readline()  # it listens now
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        monkeypatch.setattr(awake.shutil, "which", lambda _: None)
        bus = QDBusConnection.connectToBus(address, "screen saver")
        service = ScreenSaver()
        bus.registerObject(awake.PATH, service, QDBusConnection.RegisterOption.ExportAllSlots)
        assert bus.registerService(SERVICE)
        yield service
        bus.unregisterService(SERVICE)
        del bus
        QDBusConnection.disconnectFromBus("screen saver")
        daemon.terminate()


def test_that_a_run_asks_the_desktop_to_stay_awake_and_lets_it_sleep_afterwards(screen_saver, make_session, qtbot, corpus_path):
    session = make_session("pause=0.05")
    wish = DesktopAwake(session)
    session.run_began.connect(lambda: seen.append(wish.is_asking))
    seen = []
    run(qtbot, session, corpus_path)
    assert seen == [True]
    until(qtbot, lambda: screen_saver.asked)
    assert screen_saver.asked == [("TopicDesk", "A run is under way")]
    assert not wish.is_asking


def test_that_nobody_is_asked_where_the_engine_asks_or_there_is_no_bus(make_session, monkeypatch):
    wish = DesktopAwake(make_session())
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
    monkeypatch.setattr(awake.shutil, "which", lambda _: "/usr/bin/systemd-inhibit")
    wish.begin()
    assert not wish.is_asking
    monkeypatch.setattr(awake.shutil, "which", lambda _: None)
    wish.begin()  # nobody listens there
    assert not wish.is_asking
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS")
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/nowhere")
    assert not awake.is_wanted()
