"""What a file's texts are for the engine: its documents as they are read, in passages where the researcher wants them so."""

from __future__ import annotations

from collections.abc import Callable

from topicdesk.core.corpus import Corpus
from topicdesk.core.errors import InputError
from topicdesk.core.progress import Progress
from topicdesk.core.requests import CorpusSource
from topicdesk.core.text_making import SPLITS
from topicdesk.importing.passages import split_documents
from topicdesk.importing.read_corpus import read_corpus
from topicdesk.stages.embedding import EmbeddingModel


def read_texts(source: CorpusSource, model: Callable[[], EmbeddingModel], progress: Progress) -> Corpus:
    """Read a file as the source says.

    Parameters
    ----------
    model : callable
        The embedding model whose limit passages keep; called only where documents are split.

    Raises
    ------
    InputError, Cancelled
        As `read_corpus`; also where nobody knows how to split so.
    """
    if source.without_speakers and source.split != "speaker":
        raise InputError("--without-speaker leaves out turns, so texts must be split by them: add --split speaker.")
    if source.split is None:
        return read_corpus(source, progress)
    if source.split not in SPLITS:
        raise InputError(f"--split {source.split}: texts can be split by {', '.join(SPLITS)}.")
    corpus, reader = read_corpus(source, progress), model()
    corpus = split_documents(corpus, source.split, reader.token_starts, reader.n_own_tokens, progress, source.without_speakers)
    if not corpus.documents:
        raise InputError(f"{source.path}: there is nothing to be split: every text is empty or was left out.")
    return corpus
