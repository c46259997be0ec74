"""What run.json says of a run: counts, seconds, settings, models and versions; no text of a document."""

from __future__ import annotations

import dataclasses
import time
from typing import TYPE_CHECKING, Any

from topicdesk.core.analysis import Analysis
from topicdesk.core.corpus import Corpus
from topicdesk.core.edited_analysis import EditedAnalysis
from topicdesk.core.settings import default_min_topic_size

if TYPE_CHECKING:
    from topicdesk.engine.run import Run


def run_summary(run: Run, found: Analysis, edited: EditedAnalysis, corpus: Corpus, started: float) -> dict[str, Any]:
    """All but the peak of memory, which the engine process adds.

    `n_topics` and `n_unassigned` count what the tables show, with the researcher's edits; `found` counts what the run itself found.
    """
    shown = edited.analysis
    return {
        "n_documents": len(corpus.rows),
        **({"n_passages": len(corpus.documents)} if corpus.spans is not None else {}),
        "n_topics": len(shown.present),
        "n_unassigned": shown.assignment.n_unassigned,
        "found": {"n_topics": found.assignment.n_topics, "n_unassigned": found.assignment.n_unassigned},
        "edits": dataclasses.asdict(edited.tally) | {"n_not_carried": len(edited.not_carried)},
        "dropped": corpus.dropped,
        "n_duplicates": corpus.n_duplicates,
        "n_unreadable": len(corpus.unreadable),
        **found.numerics["texts"],
        "languages": found.numerics.get("languages", {}),
        "texts": corpus.making.to_dict(),
        "stages": run.stages,
        "total_seconds": round(time.perf_counter() - started, 3),
        "settings": run.settings.to_dict(),
        "min_topic_size": run.settings.clustering.min_topic_size or default_min_topic_size(len(corpus.with_text)),
        "numerics": found.numerics,
        "models": [dataclasses.asdict(model) for model in found.models],
        "versions": found.versions,
        "device": found.numerics["embedding"]["device"],
        "label_check": run.label_check,
        "update": None if run.text_update is None else dataclasses.asdict(run.text_update),
    }
