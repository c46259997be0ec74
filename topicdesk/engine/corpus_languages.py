"""The languages of a run's corpus: found once, told where they stand in the way, and written down with the analysis."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from topicdesk.core import events
from topicdesk.core.corpus import Corpus
from topicdesk.core.languages import Language
from topicdesk.core.model_languages import languages_of_model
from topicdesk.engine.run import Run
from topicdesk.engine.terms import found_languages
from topicdesk.stages.words import SEGMENTERS, lacking_segmenters, segmenter_versions

MULTILINGUAL = "multilingual-e5-small"  # in models/manifest.json


def find_languages(run: Run, corpus: Corpus) -> None:
    """Tell what the corpus is written in, and keep it."""
    run.spoken = found_languages(run, run.project.fingerprint or "", lambda: corpus.texts)


def warn_of_languages(run: Run, model_path: Path) -> None:
    """A sentence for each language that this machine's model or packages cannot do justice to."""
    if words := unread_by(model_path, run.languages):
        run.emit(events.Notice("model-for-other-language", words))
    for words in uncut(run.languages):
        run.emit(events.Notice("no-segmenter", words))


def unread_by(model_path: Path, languages: tuple[Language, ...]) -> str:
    """What to know where the embedding model was not made for the corpus's first language; empty where it was, or where that is not known."""
    made_for = languages_of_model(model_path)
    if not languages or made_for is None or languages[0].code in made_for:
        return ""
    whom = "English" if made_for == {"en"} else "other languages"
    return (
        f"The texts are in {languages[0].name}, but {model_path.name} was made for {whom}: topics may follow shared words more than meaning. "
        f"A multilingual embedding model such as {MULTILINGUAL} reads them."
    )


def uncut(languages: tuple[Language, ...]) -> list[str]:
    """What to know of languages whose words cannot be told here."""
    sentences = []
    for language in lacking_segmenters(languages):
        way_out = (
            f"install the extra with `pip install 'topicdesk[{language.extra}]'` and run again" if language.code in SEGMENTERS else "none is known to TopicDesk"
        )
        sentences.append(
            f"{language.name} is written without spaces, and what cuts it into words is not here: {way_out}. Until then keywords are whole phrases."
        )
    return sentences


def language_notes(model_path: Path, languages: tuple[Language, ...]) -> tuple[str, ...]:
    """All that stands in the way of these languages here, a sentence each."""
    return tuple(filter(None, (unread_by(model_path, languages), *uncut(languages))))


def language_record(run: Run) -> dict[str, Any]:
    """What an analysis keeps of its languages: what was found with its share, what the texts were read as, and what cut them into words."""
    return {
        "found": {spoken.language.name: round(spoken.share, 3) for spoken in run.spoken},
        "read_as": [language.name for language in run.languages],
        "segmenters": segmenter_versions(run.languages),
    }
