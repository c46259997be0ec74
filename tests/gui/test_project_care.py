"""The project as a file, from the window: backups and the way back, copies, the cache, deleting, two windows, damage."""

import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtWidgets import QFileDialog, QMessageBox

from tests.project.made_projects import make_project
from topicdesk.gui import project_file
from topicdesk.gui.backups_dialog import BackupsDialog
from topicdesk.gui.cache_dialog import CacheDialog
from topicdesk.gui.main_window import MainWindow
from topicdesk.gui.project_file import NO_BACKUP
from topicdesk.gui.share_dialog import ShareDialog
from topicdesk.project.lock import ProjectLock
from topicdesk.project.snapshots import backups_folder, snapshots_of, take_snapshot
from topicdesk.project.store import Project
from topicdesk.project.whereabouts import Place

KILLED_HOLDER = """
import os, sys
from pathlib import Path
from topicdesk.project.lock import ProjectLock
lock = ProjectLock(Path(sys.argv[1]), "window")
os.kill(os.getpid(), 9)
"""


def until(qtbot, condition, timeout=10_000):
    qtbot.waitUntil(lambda: bool(condition()), timeout=timeout)


@pytest.fixture
def window(make_session, qtbot, corpus_path):
    """A window with a finished run in it."""
    window = MainWindow(make_session())
    window.show()
    window.session.open_path(corpus_path)
    until(qtbot, lambda: window.session.state == "preview")
    window.session.start_run()
    until(qtbot, lambda: window.session.state == "result" and len(window.session.analysis.topics) == 6)
    yield window
    window.close()


@pytest.fixture
def notices(window):
    said = []
    window.session.notice.connect(said.append)
    return said


def rename(qtbot, window, number, text):
    window.session.rename_topic(number, text)
    until(qtbot, lambda: window.session.analysis.topics[number].label.text == text)


def test_that_a_backup_is_made_on_the_first_day_and_not_again(window, qtbot):
    path = window.session.project_path
    until(qtbot, lambda: len(snapshots_of(path)) == 1)
    rename(qtbot, window, 0, "Mine")
    qtbot.wait(200)
    assert len(snapshots_of(path)) == 1


def test_that_a_backup_of_yesterday_is_followed_by_one_of_today(window, qtbot, monkeypatch):
    path = window.session.project_path
    until(qtbot, lambda: len(snapshots_of(path)) == 1 and not window.session.care.files.is_backing_up)

    class Tomorrow(datetime):
        @classmethod
        def now(cls, zone):
            return datetime.now(zone) + timedelta(days=1)

    monkeypatch.setattr(project_file, "datetime", Tomorrow)
    rename(qtbot, window, 0, "Mine")
    until(qtbot, lambda: len(snapshots_of(path)) == 2)
    assert snapshots_of(path)[0].taken - datetime.now(UTC) < timedelta(minutes=1)


def test_that_going_back_to_a_backup_brings_the_old_names_and_keeps_the_present(window, qtbot):
    path = window.session.project_path
    until(qtbot, lambda: len(snapshots_of(path)) == 1)
    before = window.session.analysis.topics[0].label.text
    rename(qtbot, window, 0, "A mistake")
    qtbot.wait(100)
    window.actions_["backups"].trigger()
    (dialog,) = window.findChildren(BackupsDialog)
    assert not dialog.isModal()
    until(qtbot, lambda: dialog.list.topLevelItemCount() == 1)
    assert dialog.list.topLevelItem(0).text(2) == "6"
    dialog.list.setFocus()  # which makes the first one current, without selecting it
    assert not dialog.restore_button.isEnabled()
    dialog.list.setCurrentItem(dialog.list.topLevelItem(0))
    dialog.restore_button.click()
    until(qtbot, lambda: window.session.state == "result")
    assert window.session.analysis.topics[0].label.text == before
    assert [snapshot.reason for snapshot in snapshots_of(path)] == ["before a restore", "daily"]
    window.session.care.restore(path, snapshots_of(path)[0])
    until(qtbot, lambda: window.session.state == "result" and window.session.analysis.topics[0].label.text == "A mistake")


def test_that_back_up_now_adds_one_to_the_list(window, qtbot):
    until(qtbot, lambda: len(snapshots_of(window.session.project_path)) == 1)
    window.actions_["backups"].trigger()
    (dialog,) = window.findChildren(BackupsDialog)
    dialog.now_button.click()
    until(qtbot, lambda: dialog.list.topLevelItemCount() == 2)
    assert dialog.list.topLevelItem(0).text(1) == "you asked for it"


def test_that_a_damaged_project_offers_its_newest_good_backup(window, make_session, qtbot):
    path = window.session.project_path
    rename(qtbot, window, 1, "Mine")
    until(qtbot, lambda: snapshots_of(path))
    window.close()
    take_snapshot(path, "daily")
    path.write_bytes(path.read_bytes()[:6000])
    again = MainWindow(make_session())
    again.show()
    again.session.open_path(path)
    until(qtbot, again.empty_page.rescue_button.isVisible)
    assert "damaged" in again.empty_page.trouble.text()
    again.empty_page.rescue_button.click()
    until(qtbot, lambda: again.session.state == "result")
    assert again.session.analysis.topics[1].label.text == "Mine"
    assert any("damaged" in found.name for found in backups_folder(path).iterdir())
    again.close()


def test_that_damage_that_does_not_show_at_once_is_found_while_the_project_is_shown(window, make_session, qtbot):
    path = window.session.project_path
    until(qtbot, lambda: snapshots_of(path))
    window.close()
    content = path.read_bytes()
    assert b"document number 17," in content
    path.write_bytes(content.replace(b"document number 17,", b"document number 71,"))
    session = make_session()
    said = []
    session.notice.connect(said.append)
    with qtbot.waitSignal(session.care.files.rescue_offered, timeout=10_000):
        session.open_path(path)
    assert session.state == "result"
    assert any("damaged" in words for words in said)


def test_that_damage_without_a_backup_says_what_is_left_to_do(window, make_session, qtbot, tmp_path):
    path = window.session.project_path
    window.close()
    (tmp_path / "elsewhere").mkdir()
    alone = tmp_path / "elsewhere" / path.name
    alone.write_bytes(path.read_bytes().replace(b"document number 17,", b"document number 71,"))
    session = make_session()
    said = []
    session.notice.connect(said.append)
    session.open_path(alone)
    until(qtbot, lambda: NO_BACKUP in said)
    assert "damaged" in said[said.index(NO_BACKUP) - 1]


def test_that_notices_of_one_file_are_gone_when_another_is_opened(window, qtbot, corpus_path):
    window.session.notice.emit("Something of this project.")
    assert window.notices.isVisible()
    window.session.open_path(corpus_path)
    until(qtbot, lambda: window.session.state == "preview")
    assert "Something of this project." not in window.notices.words.text() or window.notices.isHidden()


def test_that_a_second_window_is_told_of_the_first(window, make_session, qtbot):
    other = make_session()
    refused = []
    other.preview_failed.connect(refused.append)
    other.open_path(window.session.project_path)
    assert other.state == "empty"
    assert "open in another window" in refused[0]
    path = window.session.project_path
    window.close()
    other.open_path(path)
    until(qtbot, lambda: other.state == "result")
    assert not [found for found in path.parent.iterdir() if found.name.endswith("engine-lock")]


def test_that_a_window_that_was_killed_locks_nobody_out(window, make_session, qtbot, tmp_path):
    path = window.session.project_path
    window.close()
    subprocess.run([sys.executable, "-c", KILLED_HOLDER, str(path)], check=False)
    other = make_session()
    other.open_path(path)
    until(qtbot, lambda: other.state == "result")


def test_that_save_as_goes_on_with_the_copy(window, qtbot, monkeypatch, tmp_path):
    rename(qtbot, window, 0, "Mine")
    target = tmp_path / "elsewhere" / "other name.topicdesk"
    target.parent.mkdir()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target.with_suffix("")), ""))
    window.actions_["save_as"].trigger()
    until(qtbot, lambda: window.session.project_path == target and window.session.state == "result")
    assert window.session.analysis.topics[0].label.text == "Mine"
    with Project(target) as project:
        assert project.artifacts.array("positions", 1) is not None


def test_that_no_copy_takes_the_place_of_a_project_that_is_open_elsewhere(window, qtbot, tmp_path, notices):
    target = tmp_path / "taken.topicdesk"
    target.write_bytes(b"another project")
    with ProjectLock(target, "window"):
        window.session.care.share(target, with_texts=True)
        until(qtbot, lambda: any("open in another window" in words for words in notices))
    assert target.read_bytes() == b"another project"


@pytest.mark.parametrize("with_texts", [True, False])
def test_that_a_copy_is_shared_with_texts_or_without(window, qtbot, monkeypatch, tmp_path, notices, make_session, with_texts):
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "shared.topicdesk"), ""))
    window.actions_["share"].trigger()
    (dialog,) = window.findChildren(ShareDialog)
    assert dialog.without_button.isChecked()
    if with_texts:
        dialog.with_button.click()
    dialog.save_button.click()
    said = "A copy is in " if with_texts else "A copy without texts is in "
    until(qtbot, lambda: any(words.startswith(said) for words in notices))
    assert (b"This is document number 7" in (tmp_path / "shared.topicdesk").read_bytes()) == with_texts


def test_that_a_copy_without_texts_is_shown_and_cannot_be_run(window, qtbot, tmp_path, make_session):
    window.session.care.share(tmp_path / "shared.topicdesk", with_texts=False)
    until(qtbot, (tmp_path / "shared.topicdesk").exists)
    window.close()
    other = MainWindow(make_session())
    other.show()
    other.session.open_path(tmp_path / "shared.topicdesk")
    until(qtbot, lambda: other.session.state == "result")
    assert len(other.session.analysis.topics) == 6
    assert "without its texts" in other.notices.words.text()
    assert not other.actions_["run"].isEnabled()
    other.session.start_run()
    assert other.session.state == "result"
    rename(qtbot, other, 0, "An edit")
    other.session.choose_document(3)
    other.close()


def test_that_the_cache_is_counted_and_cleared_and_the_map_stays(window, qtbot, notices):
    window.actions_["cache"].trigger()
    (dialog,) = window.findChildren(CacheDialog)
    until(qtbot, dialog.clear_button.isEnabled)
    assert "are cache" in dialog.size_words.text()
    dialog.clear_button.click()
    until(qtbot, lambda: any("The cache is cleared" in words for words in notices))
    with Project(window.session.project_path) as project:
        assert project.artifacts.n_bytes() == 0
        assert project.analyses.get(project.analyses.current(), "") is not None
    window.session.start_run()
    until(qtbot, lambda: window.session.state == "result" and window.session.analysis is not None)


def test_that_deleting_asks_first_and_then_leaves_nothing(window, qtbot, notices, corpus_path):
    path = window.session.project_path
    until(qtbot, lambda: snapshots_of(path))
    window.actions_["delete_project"].trigger()
    (box,) = window.findChildren(QMessageBox)
    assert "and its backup" in box.text()
    (sure,) = [button for button in box.buttons() if button.text() == "&Delete"]
    sure.click()
    until(qtbot, lambda: any("are deleted" in words for words in notices))
    assert [found.name for found in path.parent.iterdir() if found.name.startswith(("corpus", ".corpus"))] == ["corpus.csv"]
    assert window.session.state == "empty"
    assert path not in window.session.preferences.recent()


def test_that_a_folder_that_is_synchronised_is_named_before_anything_is_written(make_session, qtbot, corpus_path, monkeypatch):
    monkeypatch.setattr(project_file, "place_of", lambda path: Place("Dropbox", "", True))
    session = make_session()
    said = []
    session.notice.connect(said.append)
    session.open_path(corpus_path)
    until(qtbot, lambda: any("synchronised by Dropbox" in words for words in said))
    assert not corpus_path.with_suffix(".topicdesk").exists()


def test_that_a_place_is_asked_for_where_the_corpuss_folder_cannot_be_written(make_session, qtbot, corpus_path, monkeypatch, tmp_path):
    window = MainWindow(make_session())
    window.show()
    window.session.open_path(corpus_path)
    until(qtbot, lambda: window.session.state == "preview")
    monkeypatch.setattr("topicdesk.gui.running.os.access", lambda folder, _: folder != corpus_path.parent)
    (tmp_path / "mine").mkdir()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "mine" / "p.topicdesk"), ""))
    window.session.start_run()
    until(qtbot, lambda: window.session.state == "result")
    assert window.session.project_path == tmp_path / "mine" / "p.topicdesk"
    assert not corpus_path.with_suffix(".topicdesk").exists()
    window.close()


def test_that_a_run_that_was_cut_short_is_offered_at_the_next_start(make_session, qtbot, corpus_path):
    window = MainWindow(make_session("pause=0.3"))
    window.show()
    window.session.open_path(corpus_path)
    until(qtbot, lambda: window.session.state == "preview")
    window.session.start_run()
    until(qtbot, lambda: window.session.corpus is not None)
    path = window.session.project_path
    window.close()
    again = MainWindow(make_session())
    again.show()
    buttons = [again.empty_page.recent.itemAt(place).widget() for place in range(again.empty_page.recent.count())]
    (go_on,) = [button for button in buttons if button is not None and "was not finished" in button.text()]
    go_on.click()
    until(qtbot, lambda: again.session.state == "cancelled")
    again.session.start_run()
    until(qtbot, lambda: again.session.state == "result")
    assert again.session.preferences.unfinished() is None
    assert again.session.project_path == path
    again.close()


def test_that_a_bug_report_is_written_where_one_wishes_and_holds_no_text(window, qtbot, monkeypatch, tmp_path, notices):
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "report.txt"), ""))
    window.actions_["report"].trigger()
    until(qtbot, lambda: any("The report is in" in words for words in notices))
    said = (tmp_path / "report.txt").read_text("utf-8")
    assert '"event": "RunFinished"' in said
    assert "numpy" in said
    for word in ("document number", "Bayesian", "corpus", str(tmp_path)):
        assert word not in said.split("events:")[1]


def test_that_a_window_closes_in_time_while_a_large_project_is_read(make_session, qtbot, tmp_path):
    path = make_project(tmp_path / "large.topicdesk", 60_000)
    session = make_session()
    session.open_path(path)
    until(qtbot, lambda: session.state == "result")
    assert session.corpus is None
    began = time.monotonic()
    session.close()
    print(f"closed after {time.monotonic() - began:.2f} s")
    assert time.monotonic() - began < 2


def test_that_withdrawn_texts_in_backups_are_told_of_after_an_update_and_go_at_one_question(window, qtbot, corpus_path):
    path, session = window.session.project_path, window.session
    until(qtbot, lambda: snapshots_of(path))
    lines = corpus_path.read_text("utf-8").splitlines(keepends=True)
    words = "This is document number 0, about"
    assert words.encode() in snapshots_of(path)[0].path.read_bytes()
    corpus_path.write_text("".join([lines[0], *lines[2:]]), "utf-8")
    session.open_path(corpus_path)
    until(qtbot, window.preview_page.beside.update_button.isVisible)
    window.preview_page.beside.update_button.click()
    until(qtbot, window.notices.action.isVisible)
    assert "1 text that is gone still lies in" in window.notices.words.text()
    window.notices.action.click()
    (box,) = window.findChildren(QMessageBox)
    next(button for button in box.buttons() if button.text() == "&Delete").click()
    until(qtbot, lambda: not window.notices.action.isVisible())
    assert snapshots_of(path) == []
    assert not [file for file in path.parent.rglob("*") if file.is_file() and words.encode() in file.read_bytes()]  # while the window is open
    assert "deleted" in window.notices.words.text()
    window.actions_["backups"].trigger()
    (dialog,) = window.findChildren(BackupsDialog)
    assert not dialog.withdraw_button.isVisible()


def test_that_the_backups_dialog_offers_to_delete_those_with_withdrawn_texts(window, qtbot, corpus_path):
    path, session = window.session.project_path, window.session
    until(qtbot, lambda: snapshots_of(path))
    lines = corpus_path.read_text("utf-8").splitlines(keepends=True)
    corpus_path.write_text("".join([lines[0], *lines[2:]]), "utf-8")
    session.open_path(corpus_path)
    until(qtbot, window.preview_page.beside.update_button.isVisible)
    window.preview_page.beside.update_button.click()
    until(qtbot, lambda: session.state == "result")
    window.actions_["backups"].trigger()
    (dialog,) = window.findChildren(BackupsDialog)
    until(qtbot, dialog.withdraw_button.isVisible)
    dialog.withdraw_button.click()
    (box,) = dialog.findChildren(QMessageBox)
    next(button for button in box.buttons() if button.text() == "&Delete").click()
    until(qtbot, lambda: not dialog.withdraw_button.isVisible())
    assert dialog.list.topLevelItemCount() == 0
