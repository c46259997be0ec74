"""There is no card here: its errors are raised with the texts that PyTorch gives, and the processor goes on."""

from types import SimpleNamespace

import pytest

from topicdesk.core.errors import StageFailed
from topicdesk.core.graphics_card import Cards, GraphicsCard
from topicdesk.engine import card_faults
from topicdesk.engine.card_faults import on_card_or_processor, tell_unused_card, why_unused
from topicdesk.engine.workshop import Workshop
from topicdesk.stages.embedding import EmbeddingNumerics

ON_CARD = EmbeddingNumerics("float16", "cuda", 0)
T4 = GraphicsCard("Tesla T4", 16 << 30, 15 << 30, "580", (13, 0), (7, 5))
ERRORS = {
    "CUDA out of memory. Tried to allocate 2.00 GiB.": "ran out of memory",
    "CUDA error: unspecified launch failure": "does not answer any more",
    "The NVIDIA driver on your system is too old (found version 12020).": "driver is older",
    "CUDA error: no kernel image is available for execution on the device": "no code for this graphics card",
    "Could not load library libcudnn.so.9: cannot open shared object file": "CUDA's own libraries",
}


@pytest.fixture
def run():
    workshop = Workshop()
    workshop._numerics["auto"] = workshop._numerics["cuda"] = ON_CARD
    said = []
    return SimpleNamespace(workshop=workshop, request=SimpleNamespace(device="auto"), emit=said.append, stage="embed", said=said)


@pytest.mark.parametrize(("error", "said"), ERRORS.items())
def test_that_a_card_that_fails_is_told_in_a_sentence_and_the_processor_goes_on(run, error, said):
    tried = []

    def work(numerics):
        tried.append(numerics.device)
        if numerics.device == "cuda":
            raise RuntimeError(error)
        return "vectors"

    result, numerics = on_card_or_processor(run, work)
    assert (result, numerics.device, tried) == ("vectors", "cpu", ["cuda", "cpu"])
    (notice,) = run.said
    assert said in notice.text and "by the processor instead" in notice.text
    assert on_card_or_processor(run, work)[0] == "vectors"
    assert tried == ["cuda", "cpu", "cpu"], "the card is not tried again by this process"


def test_that_a_card_that_works_is_used(run):
    assert on_card_or_processor(run, lambda numerics: numerics.device) == ("cuda", ON_CARD)
    assert run.said == []


def test_that_other_errors_are_not_taken_for_the_cards(run):
    with pytest.raises(RuntimeError, match="shapes"):
        on_card_or_processor(run, lambda numerics: (_ for _ in ()).throw(RuntimeError("shapes do not fit")))


def test_that_a_card_that_alone_was_wished_for_fails_the_stage_with_the_way_out(run):
    run.request.device = "cuda"
    with pytest.raises(StageFailed, match=r"does not answer any more.*--device auto"):
        on_card_or_processor(run, lambda numerics: (_ for _ in ()).throw(RuntimeError("CUDA error: unspecified launch failure")))


@pytest.mark.parametrize(
    ("found", "problem", "said"),
    [
        (Cards(), "", ""),
        (Cards(problem="NVIDIA's driver is not loaded."), "", "not loaded"),
        (Cards((T4,)), "Torch not compiled with CUDA enabled", "on the processor alone"),
        (Cards((T4,)), "The NVIDIA driver on your system is too old (found version 12020).", "driver is older"),
        (Cards((T4,)), "something else", "cannot use the Tesla T4"),
    ],
)
def test_that_a_card_that_is_not_used_is_accounted_for(run, monkeypatch, found, problem, said):
    assert said in why_unused(found, lambda: problem)
    assert bool(why_unused(found, lambda: problem)) == bool(said)
    monkeypatch.setattr(card_faults, "find_cards", lambda: found)
    monkeypatch.setattr(card_faults, "_torch_problem", lambda: problem)
    run.workshop.leave_card()
    tell_unused_card(run)
    assert [notice.code for notice in run.said] == ["graphics-card-unused"] * bool(said)
    run.said.clear()
    run.request.device = "cpu"
    tell_unused_card(run)
    assert run.said == []
