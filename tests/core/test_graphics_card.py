import re

import pytest

from topicdesk.core import graphics_card
from topicdesk.core.graphics_card import Cards, find_cards

MIB = 1 << 20


class FakeNvml:
    """The driver's library with some T4 cards; `codes` are what functions return."""

    def __init__(self, n_cards=1, **codes):
        self.n_cards, self.codes, self.is_shut = n_cards, codes, False
        self.nvmlErrorString = lambda code: b"Unknown Error"

    def __getattr__(self, name):
        def call(*arguments):
            if code := self.codes.get(name, 0):
                return code
            self._fill(name, arguments)
            return 0

        return call

    def _fill(self, name, arguments):
        places = [getattr(argument, "_obj", argument) for argument in arguments]
        if name == "nvmlDeviceGetCount_v2":
            places[0].value = self.n_cards
        elif name == "nvmlDeviceGetName":
            places[1].value = b"Tesla T4"
        elif name == "nvmlDeviceGetMemoryInfo":
            places[1].total, places[1].free = 15_360 * MIB, 14_000 * MIB
        elif name == "nvmlDeviceGetCudaComputeCapability":
            places[1].value, places[2].value = 7, 5
        elif name == "nvmlSystemGetDriverVersion":
            places[0].value = b"535.183.01"
        elif name == "nvmlSystemGetCudaDriverVersion_v2":
            places[0].value = 12020
        elif name == "nvmlShutdown":
            self.is_shut = True


@pytest.fixture(autouse=True)
def all_visible(monkeypatch):
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)


def test_that_a_card_is_described_as_the_driver_tells():
    library = FakeNvml()
    (card,) = find_cards(library).cards
    assert (card.name, card.driver, card.cuda, card.capability) == ("Tesla T4", "535.183.01", (12, 2), (7, 5))
    assert (card.total_bytes, card.free_bytes) == (15_360 * MIB, 14_000 * MIB)
    assert card.planned_bytes == 14_848 * MIB  # 14.5 GiB
    assert library.is_shut


def test_that_a_machine_without_driver_has_no_card_and_no_problem(monkeypatch):
    monkeypatch.setattr(graphics_card, "LIBRARY", "no-such-library.so")
    monkeypatch.setattr(graphics_card, "_has_card_without_driver", lambda: False)
    assert find_cards() == Cards()
    monkeypatch.setattr(graphics_card, "_has_card_without_driver", lambda: True)
    assert "no driver" in find_cards().problem


@pytest.mark.parametrize(
    ("codes", "said"),
    [
        ({"nvmlInit_v2": 9}, "not loaded"),
        ({"nvmlInit_v2": 18}, "half in place"),
        ({"nvmlInit_v2": 999}, r"Unknown Error \(NVML 999\)"),
        ({"nvmlDeviceGetMemoryInfo": 15}, "does not answer"),
        ({"nvmlDeviceGetCount_v2": 15}, "does not answer"),
    ],
)
def test_that_a_driver_in_trouble_is_told_in_a_sentence(codes, said):
    found = find_cards(FakeNvml(**codes))
    assert found.cards == ()
    assert re.search(said, found.problem)


@pytest.mark.parametrize(("variable", "n"), [("", 0), ("-1", 0), ("0", 1), ("1,0", 2), ("0,-1,1", 1), ("5", 0), ("GPU-1234", 2)])
def test_that_only_visible_cards_are_found(monkeypatch, variable, n):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", variable)
    found = find_cards(FakeNvml(n_cards=2))
    assert len(found.cards) == n
    assert ("hides every" in found.problem) == (n == 0)
