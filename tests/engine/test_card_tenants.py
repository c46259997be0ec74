import json

from tests.benchmarks.shape_gguf import SHAPES, encode_header, tensors_of, values_of
from topicdesk.core.gguf import parse_header
from topicdesk.core.language_file import language_file_of
from topicdesk.core.settings import LabellingSettings
from topicdesk.engine.card_tenants import embedding_bytes, peak_bytes
from topicdesk.engine.model_room import wanted_for
from topicdesk.llm.memory_plan import plan_memory

GIB = 1 << 30
T4_BYTES = round(14.5 * GIB)
BGE_SMALL = {"hidden_size": 384, "intermediate_size": 1536, "num_attention_heads": 12, "max_position_embeddings": 512}
E5_LARGE = {"hidden_size": 1024, "intermediate_size": 4096, "num_attention_heads": 16, "max_position_embeddings": 512}


def llama_2_13b():
    header = parse_header(encode_header(values_of(SHAPES["llama-2-13b"], "Q4_K_M"), list(tensors_of(SHAPES["llama-2-13b"], "Q4_K_M"))), 10**11)
    return language_file_of(header, header.n_bytes_wanted)


def test_that_118_000_abstracts_with_llama_2_13b_stay_under_14_5_gib_on_the_card():
    plan = plan_memory(llama_2_13b(), T4_BYTES, 10 * GIB, wanted_for(LabellingSettings(), 8))
    embedding = embedding_bytes(133_000_000, BGE_SMALL)
    peak = peak_bytes(embedding, plan, 118_000, BGE_SMALL["hidden_size"])
    sizes = " ".join(f"{n_bytes / GIB:.1f}" for n_bytes in (embedding, plan.card_bytes, peak))
    print(f"\nGiB on the card: bge-small-en, Llama-2-13b Q4_K_M with {plan.n_parallel} prompts at once, peak: {sizes}")
    assert plan.n_gpu_layers == 41
    assert plan.n_parallel >= 8
    assert peak < T4_BYTES
    assert embedding < 4 * GIB
    assert peak == plan.card_bytes, "neighbours take less than the language model"


def test_that_a_large_embedding_model_leaves_room_too():
    assert embedding_bytes(2_240_000_000, E5_LARGE) < T4_BYTES


def test_that_a_config_that_says_nothing_counts_as_minilm():
    assert embedding_bytes(91_000_000, {}) == embedding_bytes(91_000_000, {"hidden_size": "odd"}) < 4 * GIB


def test_that_the_starters_own_config_is_understood(starter_models):
    config = json.loads((starter_models.embedding_path / "config.json").read_text("utf-8"))
    assert embedding_bytes(91_000_000, config) == embedding_bytes(91_000_000, BGE_SMALL)
