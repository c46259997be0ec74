"""What a session tells the views; apart from the session itself, so that a stand-in can tell the same."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal


class SessionSignals(QObject):
    """The signals of a session.

    Signals
    -------
    leaving : ()
        The project is about to be closed; time to call `remember_view`.
    place_wanted : (Path)
        The folder of the project that a run would make cannot be written: start it with another `place`.
    state_changed : (str)
    preview_ready : (dict), preview_failed : (str)
        The latter also where a project cannot be opened.
    run_began : (), stage_changed : (StageView), cancel_requested : ()
    positions_ready : (float32 array)
        The map's points, before there are topics.
    corpus_changed : ()
    analysis_changed : (Analysis or None), labels_changed : (Analysis)
        The latter where only texts of labels differ.
    topic_chosen : (int or None), documents_chosen : (list of int or None), document_chosen : (int or None)
    topics_chosen : (tuple of int), documents_picked : ()
        The topics chosen together in the table; the documents selected together in the list.
    trial_changed : (Trial or None), trial_failed : (str)
    notice : (str), failed : (RunFailed), cancelled : (RunCancelled)
    forecast_ready : (ForecastReady), forecast_failed : (str)
    engine_state_changed : (str)
    edits_changed : (), analyses_changed : (), settings_changed : (), models_changed : ()
    """

    leaving = Signal()
    place_wanted = Signal(object)
    state_changed = Signal(str)
    preview_ready = Signal(dict)
    preview_failed = Signal(str)
    run_began = Signal()
    stage_changed = Signal(object)
    cancel_requested = Signal()
    positions_ready = Signal(object)
    corpus_changed = Signal()
    analysis_changed = Signal(object)
    labels_changed = Signal(object)
    topic_chosen = Signal(object)
    documents_chosen = Signal(object)
    document_chosen = Signal(object)
    topics_chosen = Signal(object)
    documents_picked = Signal()
    trial_changed = Signal(object)
    trial_failed = Signal(str)
    notice = Signal(str)
    failed = Signal(object)
    cancelled = Signal(object)
    forecast_ready = Signal(object)
    forecast_failed = Signal(str)
    engine_state_changed = Signal(str)
    edits_changed = Signal()
    analyses_changed = Signal()
    settings_changed = Signal()
    models_changed = Signal()
