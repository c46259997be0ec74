from topicdesk.core.events import STAGES, RunCancelled, RunFailed, StageFinished, StageProgress, StageStarted
from topicdesk.gui.stage_board import StageBoard


def test_that_all_stages_wait_at_first():
    board = StageBoard()
    assert list(board.views) == list(STAGES)
    assert {view.state for view in board.views.values()} == {"waiting"}


def test_that_remaining_time_follows_from_what_was_not_in_the_cache():
    board = StageBoard()
    board.take(StageStarted("embed", 100, "documents"), 0.0)
    board.take(StageProgress("embed", 40, 100, n_from_cache=40), 30.0)  # the model took its time to load
    view = board.take(StageProgress("embed", 60, 100, n_from_cache=40), 40.0)
    assert view.remaining_seconds == 20.0


def test_that_no_time_is_promised_from_the_first_moments_or_from_the_cache_alone():
    board = StageBoard()
    board.take(StageStarted("embed", 100), 0.0)
    assert board.take(StageProgress("embed", 1, 100), 0.5).remaining_seconds is None
    assert board.take(StageProgress("embed", 40, 100, n_from_cache=40), 10.0).remaining_seconds is None


def test_that_a_tick_brings_the_running_stage_up_to_date_and_no_other():
    board = StageBoard()
    assert board.tick(1.0) is None
    board.take(StageStarted("project"), 1.0)
    assert board.tick(4.0).elapsed_seconds == 3.0


def test_that_a_stage_from_the_cache_is_full_and_marked():
    board = StageBoard()
    board.take(StageStarted("embed", 100), 0.0)
    view = board.take(StageFinished("embed", 0.01, True), 0.1)
    assert (view.state, view.done) == ("cached", 100)


def test_that_the_last_word_marks_the_stage_it_names():
    board = StageBoard()
    board.take(StageStarted("embed", 100), 0.0)
    assert board.take(RunCancelled("embed", "kept"), 2.0).state == "cancelled"
    assert board.take(RunFailed("label", "reason", 3), 2.0).state == "failed"
    assert board.take(RunFailed("", "reason", 3), 2.0) is None
