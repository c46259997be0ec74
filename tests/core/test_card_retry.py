import pytest

from topicdesk.core.card_retry import retry_after
from topicdesk.core.events import RunCancelled, RunFailed
from topicdesk.core.requests import RunRequest

REQUEST = RunRequest("a.topicdesk")
FULL = "ggml_backend_cuda_buffer_type_alloc_buffer: allocating 900.00 MiB on device 0: cudaMalloc failed: out of memory"
LOST = "CUDA error: unspecified launch failure\nggml_cuda.cu:88: CUDA error"


def died(details, stage="label"):
    return RunFailed(stage, "reason", 3, "", details, engine_died=True)


def test_that_a_card_that_is_full_is_tried_once_more_with_less_on_it():
    again, notice = retry_after(died(FULL), REQUEST, 0)
    assert again == REQUEST
    assert notice.text == "The graphics card ran out of memory. The run goes on with less on the card."


def test_that_a_card_that_stays_full_leaves_the_language_model_to_the_processor():
    again, notice = retry_after(died(FULL), REQUEST, 1)
    assert (again.gpu_layers, again.device) == ("0", "auto")
    assert "by the processor" in notice.text


@pytest.mark.parametrize(("stage", "device", "gpu_layers"), [("label", "auto", "0"), ("embed", "cpu", "auto"), ("project", "cpu", "auto")])
def test_that_a_card_that_is_lost_is_left_at_once(stage, device, gpu_layers):
    again, notice = retry_after(died(LOST, stage), REQUEST, 0)
    assert (again.device, again.gpu_layers) == (device, gpu_layers)
    assert notice.text.startswith("The graphics card does not answer any more.")


def test_that_a_language_model_on_the_processor_that_still_fails_for_the_card_leaves_it_altogether():
    again, _ = retry_after(died(LOST), RunRequest("a.topicdesk", gpu_layers="0"), 1)
    assert again.device == "cpu"


@pytest.mark.parametrize(
    ("last_word", "request_", "n_retries"),
    [
        (died(FULL), REQUEST, 2),
        (died(FULL), RunRequest("a.topicdesk", device="cuda"), 0),
        (died("GGML_ASSERT(false)"), REQUEST, 0),
        (RunFailed("label", FULL, 3, "", FULL), REQUEST, 0),
        (RunCancelled("label", "kept"), REQUEST, 0),
    ],
)
def test_that_any_other_end_is_the_end(last_word, request_, n_retries):
    assert retry_after(last_word, request_, n_retries) is None
