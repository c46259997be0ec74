"""Work off the window's thread: only the newest answer counts, errors for people become words."""

import threading

import pytest

from topicdesk.core.errors import InputError
from topicdesk.gui.latest import Latest


def test_that_only_the_newest_answer_is_delivered(qtbot):
    latest, gate, answers = Latest(), threading.Event(), []
    latest.answered.connect(answers.append)
    latest.ask(lambda is_stale: gate.wait(5) and "first")
    latest.ask(lambda is_stale: "second")
    latest.ask(lambda is_stale: "third")
    gate.set()
    qtbot.waitUntil(lambda: not latest.is_busy)
    assert answers == ["third"]


def test_that_late_answers_can_be_taken_on_the_way_to_the_newest(qtbot):
    latest, gate, answers = Latest(takes_late=True), threading.Event(), []
    latest.answered.connect(answers.append)
    latest.ask(lambda is_stale: gate.wait(5) and "first")
    latest.ask(lambda is_stale: "second")
    gate.set()
    qtbot.waitUntil(lambda: not latest.is_busy)
    assert answers == ["first", "second"]
    latest.ask(lambda is_stale: "third")
    latest.forget()
    qtbot.waitUntil(lambda: not latest.is_busy)
    assert answers == ["first", "second"]


def test_that_work_learns_that_it_is_no_longer_wanted(qtbot):
    latest, seen, began = Latest(), [], threading.Event()

    def work(is_stale):
        began.set()
        while not is_stale():
            pass
        seen.append("stopped")

    latest.ask(work)
    assert began.wait(5)
    latest.forget()
    qtbot.waitUntil(lambda: not latest.is_busy)
    assert seen == ["stopped"]


@pytest.mark.parametrize(("error", "words"), [(InputError("Not a figure."), "Not a figure."), (PermissionError(13, "Permission denied"), "Permission denied")])
def test_that_errors_for_people_become_words(qtbot, error, words):
    def work(is_stale):
        raise error

    latest = Latest()
    with qtbot.waitSignal(latest.failed) as failed:
        latest.ask(work)
    assert failed.args == [words]


def test_that_other_errors_are_raised_in_the_windows_thread(qtbot):
    def work(is_stale):
        raise ZeroDivisionError

    latest = Latest()
    with qtbot.capture_exceptions() as raised:
        latest.ask(work)
        qtbot.waitUntil(lambda: bool(raised))
    assert raised[0][0] is ZeroDivisionError
