"""What the window shows of a prompt before it is used: filled for one topic, counted, and with the profile's own texts."""

from __future__ import annotations

import dataclasses

from topicdesk.core.errors import InputError
from topicdesk.core.events import PromptFilled
from topicdesk.core.model_files import choose_model
from topicdesk.core.requests import PromptRequest
from topicdesk.core.settings import LabellingSettings, Settings
from topicdesk.engine.workshop import Workshop
from topicdesk.llm.chat import template_found
from topicdesk.llm.profiles import choose_profile, fitting_profile
from topicdesk.llm.prompt import Prompt, build_prompt
from topicdesk.llm.vocabulary import Vocabulary


def fill_prompt(request: PromptRequest, workshop: Workshop) -> PromptFilled:
    """The prompt for a topic with these keywords and texts; an unknown chat template is rendered, so that it can be looked at.

    Raises
    ------
    InputError
        Where there is no language model, its file is damaged, or the prompt is longer than what it reads.
    """
    settings = Settings.from_dict(request.settings).labelling
    model_file = choose_model("language", request.language_model)
    if model_file is None:
        raise InputError("There is no language model, so nothing is asked: topics are named by their keywords.")
    vocabulary = workshop.vocabulary(model_file)
    own = fitting_profile(settings, vocabulary)
    found = template_found(vocabulary.chat_template if own.name == "chat" else "")
    problem = ""
    try:
        prompt = _built(request, dataclasses.replace(settings, accepted_template=found.sha256), vocabulary)
    except InputError as error:
        if not found.sha256:
            raise
        problem = str(error)
        prompt = _built(request, dataclasses.replace(settings, accepted_template=""), vocabulary)
    return PromptFilled(
        prompt.text, len(prompt.tokens), vocabulary.n_context, prompt.cut, own.name, own.system_text, own.example, own.main_prompt,
        found.name, found.sha256, problem,
    )  # fmt: skip


def _built(request: PromptRequest, settings: LabellingSettings, vocabulary: Vocabulary) -> Prompt:
    return build_prompt(choose_profile(settings, vocabulary), request.keywords, request.documents, vocabulary, settings.n_excerpt_tokens)
