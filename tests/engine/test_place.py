"""A run in the terminal says where its project lies before anything is written."""

import pytest

from topicdesk.core import events
from topicdesk.core.errors import InputError
from topicdesk.core.requests import CorpusSource, RunRequest
from topicdesk.engine.pipeline import run_pipeline
from topicdesk.engine.workshop import Workshop


def test_that_a_synchronised_folder_is_named_to_the_terminal(tmp_path):
    out = tmp_path / "Dropbox" / "study"
    corpus = tmp_path / "empty.csv"
    corpus.write_text("text\n", "utf-8")
    said = []
    request = RunRequest(str(out / "project.topicdesk"), CorpusSource(str(corpus)), str(out), {}, with_labels=False)
    with pytest.raises(InputError):
        run_pipeline(request, Workshop(), said.append, lambda: False)
    assert next(event.text for event in said if isinstance(event, events.Notice) and event.code == "place").startswith("This folder is synchronised by Dropbox")
    assert not out.exists()
