"""One prompt to a language model, to see that it works here and how quickly; nothing of it is kept."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from topicdesk.core.errors import Cancelled, TopicDeskError
from topicdesk.core.events import ModelTried
from topicdesk.core.language_file import read_language_file
from topicdesk.core.model_files import sha256_of
from topicdesk.core.progress import Progress
from topicdesk.core.requests import TryModelRequest
from topicdesk.engine.model_loading import loader_for
from topicdesk.engine.model_report import place_in_words
from topicdesk.engine.workshop import Workshop
from topicdesk.llm.chat import as_chat
from topicdesk.llm.decoder import LanguageModel
from topicdesk.llm.memory_plan import Wanted
from topicdesk.stages.labelling import n_threads_of_machine

N_NEW_TOKENS = 96
LONGEST_PROMPT = 2000  # characters
HELD = "\ue000"


def try_model(request: TryModelRequest, workshop: Workshop, is_cancelled: Callable[[], bool]) -> ModelTried:
    """Load the model as a run would, and let it answer.

    Raises
    ------
    TopicDeskError
        Where it cannot be loaded, or was stopped, in a sentence.
    """
    try:
        return _tried(request, workshop, Progress(is_cancelled=is_cancelled))
    except Cancelled as error:
        raise TopicDeskError("The trial was stopped.") from error


def _tried(request: TryModelRequest, workshop: Workshop, progress: Progress) -> ModelTried:
    path = Path(request.language_model)
    file = read_language_file(path)
    workshop.wait_until_warm()
    workshop.release_graphics_memory()
    wanted = Wanted(1, 0, LONGEST_PROMPT // 2 + N_NEW_TOKENS)
    loader = loader_for(path, sha256_of(path), wanted, workshop.versions["llama-cpp-python"], request.device)
    started = time.perf_counter()
    with loader.load(n_threads_of_machine(), progress) as model:
        loaded = time.perf_counter()
        tokens = _tokens(model, request.prompt[:LONGEST_PROMPT])
        (answer,) = model.answer([tokens], N_NEW_TOKENS, 1.1, 1, progress, is_one_line=False)
        ended = time.perf_counter()
    place = place_in_words(file, loader.plan.n_gpu_layers)
    return ModelTried(answer.text, answer.n_prompt_tokens, answer.n_new_tokens, loaded - started, ended - loaded, place, loader.notice)


def _tokens(model: LanguageModel, prompt: str) -> list[int]:
    """The prompt as a chat's first turn where the model's template is known, else as a text to go on with; it yields no control tokens."""
    before, _, after = as_chat("", [], HELD, model, accepted_template="").partition(HELD)
    return model.tokenize_parts([(before, True), (prompt, False), (after, True)])
