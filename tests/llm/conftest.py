"""The starter language model, loaded once, and a stand-in that shows how a prompt is put together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import pytest

from tests.conftest import StarterModels
from topicdesk.llm.decoder import LanguageModel

CHATML_TEMPLATE = "{{'<|im_start|>' + message['role']}}"
CONTROL = {"<s>": 1, "</s>": 2, "<|im_start|>": 3, "<|im_end|>": 4}
LLAMA_2_TEMPLATE = "{% if messages[0]['role'] == 'system' %}<<SYS>>{% endif %}[INST]"


class StandIn:
    """A tokenizer of characters: control tokens below 10, every other character 1000 + its code."""

    def __init__(self, n_parameters: int = 13_000_000_000, chat_template: str = LLAMA_2_TEMPLATE, n_context: int = 4096) -> None:
        self.turn_marks = ("<s>", "</s>")
        self.n_parameters, self.chat_template, self.n_context = n_parameters, chat_template, n_context

    def tokenize(self, text: str, special: bool) -> list[int]:
        pieces = re.split("(" + "|".join(map(re.escape, CONTROL)) + ")", text) if special else [text]
        return [token for piece in pieces for token in ([CONTROL[piece]] if special and piece in CONTROL else [1000 + ord(c) for c in piece])]

    def tokenize_parts(self, parts: Sequence[tuple[str, bool]]) -> list[int]:
        return [1, *(token for text, special in parts for token in self.tokenize(text, special))]


@pytest.fixture
def stand_in() -> StandIn:
    return StandIn()


@pytest.fixture(scope="session")
def model(starter_models: StarterModels) -> Iterator[LanguageModel]:
    with LanguageModel(starter_models.language_path, n_threads=1) as model:
        yield model
