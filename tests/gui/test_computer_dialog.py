import sys
from dataclasses import replace

from tests.gui.conftest import fake_commands
from topicdesk.gui.computer_dialog import ComputerDialog
from topicdesk.gui.session import Session


def made(qtbot, code):
    session = Session(replace(fake_commands(), doctor=[sys.executable, "-c", code]))
    dialog = ComputerDialog(session)
    qtbot.addWidget(dialog)
    return dialog, session


def test_that_the_report_is_shown_and_can_be_copied(qtbot, qapp):
    dialog, session = made(qtbot, "print('processor: Xeon'); print('No font for Chinese is here.')")
    assert "nothing is downloaded" in dialog.said.text()
    assert not dialog.copy_button.isEnabled()
    qtbot.waitUntil(lambda: "processor: Xeon" in dialog.report.toPlainText(), timeout=20_000)
    dialog.copy_button.click()
    assert qapp.clipboard().text() == "processor: Xeon\nNo font for Chinese is here."
    dialog.close()
    session.close()


def test_that_a_doctor_that_cannot_report_says_why(qtbot):
    dialog, session = made(qtbot, "import sys; sys.exit('topicdesk: It is ill itself.')")
    qtbot.waitUntil(lambda: dialog.said.text() == "It is ill itself.", timeout=20_000)
    dialog.close()
    session.close()
