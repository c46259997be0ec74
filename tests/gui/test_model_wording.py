from pathlib import Path

import pytest

from topicdesk.core.events import ModelTried
from topicdesk.core.model_card import KnownModel, ModelCard, Shelf
from topicdesk.gui.model_wording import chip_words, needs, sha256_words, size, to_get, tried_words

SHELF = Shelf(card="Tesla T4", free_card_bytes=15_000_000_000, free_memory_bytes=9_000_000_000)
LLAMA = ModelCard("language", "llama", Path("/m/llama.gguf"), 7_866_000_000, place="on the graphics card", card_bytes=12_300_000_000, memory_bytes=220_000_000)


def test_that_a_chip_says_where_a_model_computes():
    assert chip_words(LLAMA, SHELF) == "llama · Tesla T4"
    assert chip_words(ModelCard("embedding", "mini", Path("/m/mini"), 1, place="on the processor", memory_bytes=1), SHELF) == "mini · CPU"
    assert chip_words(ModelCard("language", "huge", Path("/m/huge.gguf"), 1), SHELF) == "huge"


def test_that_need_stands_against_what_is_free():
    assert needs(LLAMA, SHELF) == "12.3 GB on the graphics card (15.0 GB free) and 220 MB of memory (9.0 GB free); computes on the graphics card"
    assert needs(ModelCard("language", "huge", Path("/m"), 1, memory_bytes=40_000_000_000), SHELF) == "40.0 GB of memory; 9.0 GB are free"


@pytest.mark.parametrize(("n_bytes", "words"), [(98_362_432, "98 MB"), (999_000_000, "999 MB"), (7_866_000_000, "7.9 GB")])
def test_that_sizes_are_decimal_as_on_the_pages_of_models(n_bytes, words):
    assert size(n_bytes) == words


def test_that_a_hash_wraps():
    assert sha256_words("ab" * 32).split(" ") == ["abababab"] * 8
    assert sha256_words("") == "being computed…"


def test_that_a_starter_is_placed_and_others_are_fetched():
    starter, other = (KnownModel("language", "m", "m.gguf", "https://example.org/m", "MIT", 10**9, "", "small", is_starter) for is_starter in (True, False))
    assert "Place the starter models" in to_get(starter, "/home/models")["Where"]
    assert to_get(other, "/home/models")["Where"] == "Get it from https://example.org/m\nPut it at /home/models/m.gguf"
    assert to_get(other, "/home/models")["What"] == "about 1.0 GB, small"


def test_that_a_trial_tells_its_speed_and_why_not_on_the_card():
    tried = ModelTried("a", 12, 24, 0.5, 2.0, "on the processor", "The graphics card is busy.")
    assert tried_words(tried) == "12 tokens per second, on the processor; loaded in 0.5 s, 12 tokens read, 24 written. The graphics card is busy."
    assert tried_words(ModelTried("", 1, 0, 0.0, 0.0, "on the processor", "")).startswith("0.0 tokens per second")
