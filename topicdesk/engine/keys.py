"""The cache keys of stages that small requests look up too, so that a run and the window's trials find each other's results."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from topicdesk.core.settings import Settings, default_min_topic_size
from topicdesk.project.cache import cache_key
from topicdesk.stages import clustering, embedding


def clustering_key(projection_key: str, settings: Settings, n_with_text: int, versions: dict[str, str]) -> str:
    """The cache key of a clustering, the same for a run and for the window's trial with another topic size."""
    size = settings.clustering.min_topic_size or default_min_topic_size(n_with_text)
    chosen = dataclasses.asdict(settings.clustering) | {"min_topic_size": size}
    return cache_key("cluster", clustering.STAGE_VERSION, projection=projection_key, settings=chosen, versions=versions)


def block_key(texts: Sequence[str], model_sha256: str, numerics: embedding.EmbeddingNumerics, versions: dict[str, str]) -> str:
    """The cache key of one block of embeddings; of `versions` only those of the libraries that compute it matter."""
    return cache_key(
        "embed", embedding.STAGE_VERSION, texts=list(texts), model=model_sha256, numerics=dataclasses.asdict(numerics), versions=computing_versions(versions)
    )  # fmt: skip


def computing_versions(versions: dict[str, str]) -> dict[str, str]:
    """Those of the libraries that compute embeddings."""
    return {name: versions[name] for name in ("torch", "transformers", "sentence-transformers")}
