"""The status line: what is open, in numbers."""

from __future__ import annotations

from datetime import datetime

from topicdesk.gui.session import Session
from topicdesk.gui.wording import count, saved_words, share

ENGINE = {"dead": "the engine does not start: see Run", "starting": "the engine is starting"}


def status_words(session: Session) -> str:
    """Documents, topics, unassigned, how many labels a person has checked, when it was saved, and the engine where it is not simply there."""
    parts = []
    if session.corpus is not None:
        passages = f" in {count(len(session.corpus.documents), 'passage')}" if session.corpus.spans is not None else ""
        parts.append(count(len(session.corpus.rows), "document") + passages)
    if (analysis := session.analysis) is not None:
        n_checked = sum(topic.is_checked for topic in analysis.present)
        parts += [count(len(analysis.present), "topic"), f"{share(analysis.n_unassigned, analysis.n_texts)} unassigned"]
        if n_checked:
            parts.append(f"{count(n_checked)} of {count(len(analysis.present))} checked")
    editor = session.editor
    if session.corpus is not None and (editor.n_unwritten or editor.saved is not None):
        parts.append("saving…" if editor.n_unwritten or editor.saved is None else saved_words(editor.saved, datetime.now().astimezone()))
    if session.engine_state == "dead" and session.engine_was_started:
        parts.append(ENGINE["dead"])
    return " · ".join(parts)
