import re
from types import SimpleNamespace

import pytest

from topicdesk.core.graphics_card import Cards, GraphicsCard
from topicdesk.core.settings import LabellingSettings
from topicdesk.engine.model_room import room_of, wanted_for

GIB = 1 << 30
T4 = GraphicsCard("Tesla T4", 15_360 << 20, 14_900 << 20, "535.183.01", (12, 2), (7, 5))
MEMORY = SimpleNamespace(total=16 * GIB, available=11 * GIB)


def test_that_a_card_with_a_build_for_it_is_used():
    room = room_of(Cards((T4,)), True, MEMORY)
    assert (room.card_name, room.card_bytes, room.reason) == ("Tesla T4", round(14.5 * GIB), "")
    assert room.free_card_bytes == T4.free_bytes
    assert (room.memory_bytes, room.free_memory_bytes) == (9 * GIB, 11 * GIB)


def test_that_plans_count_on_the_card_and_not_on_the_moment():
    busy = GraphicsCard("Tesla T4", T4.total_bytes, GIB, T4.driver, T4.cuda, T4.capability)
    assert room_of(Cards((busy,)), True, MEMORY).card_bytes == room_of(Cards((T4,)), True, MEMORY).card_bytes


@pytest.mark.parametrize(
    ("found", "has_build", "device", "said"),
    [
        (Cards(), False, "auto", "^$"),
        (Cards((T4,)), True, "cpu", "^$"),
        (Cards((T4,)), False, "auto", "Tesla T4.*compiled for the processor alone.*llama_wheel.sh cuda"),
        (Cards(problem="NVIDIA's driver is not loaded."), True, "auto", "not used: NVIDIA's driver is not loaded"),
        (Cards((GraphicsCard("Tesla K80", 11 * GIB, 11 * GIB, "470", (11, 4), (3, 7)),)), True, "auto", "older than"),
    ],
)
def test_that_a_card_that_is_not_used_is_accounted_for(found, has_build, device, said):
    room = room_of(found, has_build, MEMORY, device)
    assert (room.card_name, room.card_bytes) == ("", 0)
    assert re.search(said, room.reason)


def test_that_a_small_computer_still_plans_with_some_of_its_memory():
    assert 0 < room_of(Cards(), False, SimpleNamespace(total=GIB, available=GIB)).memory_bytes < GIB


def test_that_longer_texts_of_ones_own_want_more_room():
    plain = wanted_for(LabellingSettings(), 8)
    assert plain.n_own_tokens >= 424
    assert wanted_for(LabellingSettings(system_text="x" * 1000), 8).n_shared_tokens == plain.n_shared_tokens + 500
    assert wanted_for(LabellingSettings(n_excerpt_tokens=1000), 8).n_own_tokens == plain.n_own_tokens + 600
