import json
from types import SimpleNamespace

import pytest

from tests.benchmarks.shape_gguf import SHAPES, write_gguf
from topicdesk.core.errors import Cancelled, InputError, OutOfMemory
from topicdesk.core.progress import Progress
from topicdesk.engine import model_loading
from topicdesk.engine.model_loading import ModelLoader, Notes, PlanRecord
from topicdesk.engine.model_room import Room
from topicdesk.llm.memory_plan import Wanted

GIB = 1 << 30
WANTED = Wanted(8, 420, 504)


def room(card=14.5, free_card=None, memory=16, free_memory=None, reason=""):
    free_card = card if free_card is None else free_card
    free_memory = memory if free_memory is None else free_memory
    return Room("Tesla T4" if card else "", round(card * GIB), round(free_card * GIB), round(memory * GIB), round(free_memory * GIB), reason)


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("TOPICDESK_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture(scope="module")
def llama_2_13b(tmp_path_factory):
    return write_gguf(tmp_path_factory.mktemp("models") / "llama-2-13b.gguf", SHAPES["llama-2-13b"], "Q4_K_M", with_weights=False)


class FakeCard:
    """A card and a model that loads where `holds_bytes` allow it."""

    def __init__(self, holds_bytes, monkeypatch):
        self.holds_bytes, self.taken, self.tried = holds_bytes, 0, []
        monkeypatch.setattr(model_loading, "LanguageModel", self.load)

    def load(self, path, n_gpu_layers, n_threads, *, cache_type, most_parallel, most_cells, progress):
        progress.check()
        self.tried.append(n_gpu_layers)
        weights = n_gpu_layers * 190_000_000
        if weights > self.holds_bytes:
            raise InputError("cannot be loaded")
        self.taken = weights
        return SimpleNamespace(n_gpu_layers=n_gpu_layers)

    def free(self):
        return self.holds_bytes - self.taken


def loader(path, where, **more):
    return ModelLoader(path, PlanRecord("0" * 64, where, "0.3.36"), where, WANTED, **more)


def test_that_a_model_that_fits_lies_whole_on_the_card_and_nothing_is_said(llama_2_13b, monkeypatch):
    card = FakeCard(15e9, monkeypatch)
    loading = loader(llama_2_13b, room(), free_card_bytes=card.free)
    assert loading.load(2, Progress()).n_gpu_layers == 41
    assert loading.notice == ""
    assert loading.numerics()["device"] == "Tesla T4"
    assert loading.numerics()["gpu_layers"] == 41


def test_that_a_plan_that_fails_is_stepped_down_from_and_not_tried_again(llama_2_13b, monkeypatch):
    card = FakeCard(4e9, monkeypatch)
    first = loader(llama_2_13b, room(), free_card_bytes=card.free)
    assert first.load(2, Progress()).n_gpu_layers < 22
    first.worked()
    assert "layers compute there" in first.notice
    n_tried = len(card.tried)
    assert card.tried[0] == 41 and n_tried > 1
    again = loader(llama_2_13b, room(), free_card_bytes=card.free)
    again.load(2, Progress())
    assert len(card.tried) == n_tried + 1
    assert again.plan == first.plan


def test_that_a_card_that_holds_nothing_leaves_the_processor(llama_2_13b, monkeypatch):
    card = FakeCard(0, monkeypatch)
    loading = loader(llama_2_13b, room(), free_card_bytes=card.free)
    assert loading.load(2, Progress()).n_gpu_layers == 0
    assert loading.numerics()["device"] == "processor"
    assert "computes on the processor, which is slower" in loading.notice


def test_that_a_file_that_not_even_the_processor_loads_is_an_error(llama_2_13b, monkeypatch):
    def refuse(*_, **__):
        raise InputError("cannot be loaded")

    monkeypatch.setattr(model_loading, "LanguageModel", refuse)
    with pytest.raises(InputError, match="cannot be loaded"):
        loader(llama_2_13b, room(card=0)).load(2, Progress())


def test_that_a_cancel_while_loading_is_no_failure_of_the_plan(llama_2_13b, monkeypatch):
    FakeCard(15e9, monkeypatch)
    loading = loader(llama_2_13b, room())
    with pytest.raises(Cancelled):
        loading.load(2, Progress(is_cancelled=lambda: True))
    assert loader(llama_2_13b, room()).plan == loading.plan


def test_that_after_a_crash_in_native_code_its_plan_is_not_tried_again(llama_2_13b, monkeypatch):
    card = FakeCard(15e9, monkeypatch)
    first = loader(llama_2_13b, room(), free_card_bytes=card.free)
    first.load(2, Progress())  # and the process ends here
    assert loader(llama_2_13b, room()).plan == first.plan, "a kill from outside says nothing against the plan"
    first.load(2, Progress())
    after = loader(llama_2_13b, room(), has_crashed=True)
    assert after.plan.card_bytes <= 0.9 * first.plan.card_bytes
    assert loader(llama_2_13b, room(), has_crashed=True).plan == after.plan, "a crash of something else"


def test_that_less_room_at_the_moment_is_a_frugal_plan_for_this_once(llama_2_13b, monkeypatch):
    card = FakeCard(15e9, monkeypatch)
    busy = loader(llama_2_13b, room(free_card=8), free_card_bytes=card.free)
    assert 0 < busy.plan.n_gpu_layers < 41
    assert "8.6 GB are free" in busy.notice
    busy.load(2, Progress())
    busy.worked()
    free = loader(llama_2_13b, room())
    assert free.plan.n_gpu_layers == 41
    assert free.numerics_to_try() == [free.numerics(), busy.numerics()], "answers made while the card was busy are found again"


def test_that_without_room_the_error_says_what_is_needed_and_what_is_free(llama_2_13b):
    with pytest.raises(OutOfMemory, match=r"llama-2-13b needs at least 8\.\d GB of memory; 4\.3 GB are free"):
        loader(llama_2_13b, room(card=0, memory=16, free_memory=4))


def test_that_the_researcher_may_name_the_number_of_layers(llama_2_13b):
    assert loader(llama_2_13b, room(), gpu_layers="10").plan.n_gpu_layers == 10
    assert loader(llama_2_13b, room(), gpu_layers="0").plan.n_gpu_layers == 0
    assert loader(llama_2_13b, room(), gpu_layers="999").plan.n_gpu_layers == 41
    assert loader(llama_2_13b, room(card=0), gpu_layers="999").plan.n_gpu_layers == 0


def test_that_a_build_that_stays_silently_on_the_processor_is_noticed(llama_2_13b, monkeypatch):
    card = FakeCard(15e9, monkeypatch)
    loading = loader(llama_2_13b, room(), free_card_bytes=lambda: 15_000_000_000)
    loading.load(2, Progress())
    assert "should lie on the graphics card and does not" in loading.notice
    assert card.tried == [41]


@pytest.mark.parametrize("content", ["", "{not json", "[]", '{"a": 1}', "7"])
def test_that_a_damaged_record_is_an_empty_one(home, content):
    home.mkdir()
    (home / "model_plans.json").write_text(content)
    record = PlanRecord("0" * 64, room(), "0.3.36")
    assert record.read() == Notes()
    record.write(Notes())
    key = next(iter(json.loads((home / "model_plans.json").read_text())))
    for values in (None, 7, {}, {"failed": 1, "tried": 2, "worked": 3}, {"failed": {"x": 1}, "tried": None, "worked": []}):
        (home / "model_plans.json").write_text(json.dumps({key: values}))
        assert record.read() == Notes()


def test_that_machines_and_models_are_told_apart():
    keys = {PlanRecord(sha256, where, version)._key for sha256 in ("a" * 64, "b" * 64) for where in (room(), room(card=8), room(card=0)) for version in "12"}
    assert len(keys) == 12
