"""Who lies on the graphics card in the course of a run, and how large: one after another, never two at once. Arithmetic only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from topicdesk.llm.memory_plan import CUDA_CONTEXT_BYTES, SPARE_CARD_BYTES, MemoryPlan
from topicdesk.stages.card_neighbours import card_bytes

HALF_PRECISION_BYTES = 2
BATCH_TOKENS = 32_768  # of `numerics_of_machine` on a card
DEFAULTS = {"hidden_size": 384, "intermediate_size": 1536, "num_attention_heads": 12, "max_position_embeddings": 512}


def embedding_bytes(weights_bytes: int, config: Mapping[str, Any], batch_tokens: int = BATCH_TOKENS) -> int:
    """What an embedding model takes on the card while it computes: weights in 16 bits, the widest layer of one batch, CUDA.

    Parameters
    ----------
    weights_bytes : int
        Of its files, in 32 bits.
    config : mapping
        Of its config.json; what is absent is taken to be MiniLM's.
    """
    width, feed_forward, n_heads, longest = (value if isinstance(value := config.get(name), int) else other for name, other in DEFAULTS.items())
    attention = batch_tokens * longest * n_heads  # every token looks at all of its text
    activations = batch_tokens * (4 * width + 2 * feed_forward) + 2 * attention
    return weights_bytes // 2 + activations * HALF_PRECISION_BYTES + CUDA_CONTEXT_BYTES + SPARE_CARD_BYTES


def peak_bytes(embedding: int, plan: MemoryPlan, n_documents: int, n_dimensions: int) -> int:
    """The most that lies on the card at any time.

    The search for neighbours comes while the embedding model still lies there; both have left when the language model comes. Layouts and
    clusters are computed by the processor.
    """
    return max(embedding + card_bytes(n_documents, n_dimensions), plan.card_bytes)
