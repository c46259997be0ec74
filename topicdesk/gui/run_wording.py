"""What is said about a run, in sentences: how a stage goes, how the run ended. No Qt."""

from __future__ import annotations

import platform

from topicdesk import __version__
from topicdesk.core.analysis import Analysis
from topicdesk.core.event_log import described
from topicdesk.core.events import RunCancelled, RunFailed
from topicdesk.gui.stage_board import StageView
from topicdesk.gui.wording import clock, count, file_size, share, stage_words

MANY_UNASSIGNED = 0.5


def progress_words(view: StageView) -> str:
    """How far a stage is: "1,240 of 4,000", "12 of 32 topics", "3.4 MB of 800 MB", "kept from before"."""
    if view.state == "cached":
        return "kept from before"
    if view.state in ("waiting", "done") or not view.total:
        return ""
    if view.unit == "bytes":
        return f"{file_size(view.done)} of {file_size(view.total)}"
    unit = f" {view.unit}" if view.unit == "topics" else ""
    return f"{count(view.done)} of {count(view.total)}{unit}"


def time_words(view: StageView) -> str:
    """What a stage took or still takes: "0:12", "0:12, 2:10 left"."""
    if view.state in ("waiting", "cached"):
        return ""
    left = f", {clock(view.remaining_seconds)} left" if view.remaining_seconds is not None and view.state == "running" else ""
    return f"{clock(view.elapsed_seconds)}{left}"


def outcome(analysis: Analysis | None) -> str:
    """The result in one line, with what deserves attention."""
    if analysis is None:
        return "The analysis is not whole; run again."
    n_texts, n_unassigned = analysis.n_texts, analysis.n_unassigned
    words = f"{count(len(analysis.present), 'topic')}, {share(n_unassigned, n_texts)} of {count(n_texts, 'text')} unassigned."
    if n_unassigned > MANY_UNASSIGNED * n_texts:
        words += " That is many: a smaller topic size may help."
    return words


def interruption(cancelled: RunCancelled) -> str:
    """Where a run was cancelled and what was kept; the engine's own sentence may name the place already."""
    if not cancelled.stage:
        return f"The run was not finished. {cancelled.kept}"
    if cancelled.kept.startswith("Cancelled"):
        return cancelled.kept
    return f"Cancelled in “{stage_words(cancelled.stage)}”. {cancelled.kept}"


def failure(failed: RunFailed) -> str:
    """The stage, the reason, what to try; and for a dead engine, that nothing else is lost."""
    where = f"“{stage_words(failed.stage)}” failed. " if failed.exit_code != 2 and failed.stage else ""
    alive = " The window and your work are fine." if failed.engine_died else ""
    return f"{where}{failed.reason} {failed.advice}".strip() + alive


def report(failed: RunFailed) -> str:
    """What may be sent to a maintainer: no path and nothing that an error or a library said, because it may quote a document."""
    kept = described(failed)
    return "\n".join(
        (
            f"TopicDesk {__version__}, Python {platform.python_version()}, {platform.platform()}",
            f"stage: {failed.stage}, exit code {failed.exit_code}, engine died: {'yes' if failed.engine_died else 'no'}",
            f"why: {kept['why']}",
            *kept["where"],
        )
    )
