"""Maps that look like real ones: elongated clouds of uneven size, three documents in ten in no topic."""

import numpy as np

from topicdesk.core.arrays import FloatArray, IntArray
from topicdesk.figure.draw import MapContent

LABELS = (
    "Large language models", "Reinforcement learning from human feedback", "Medical image segmentation", "Graph neural networks", "Adversarial robustness",
    "Federated learning and privacy", "Time series forecasting", "Diffusion models for image generation", "Speech recognition", "Recommender systems",
    "Causal inference", "Object detection in autonomous driving", "Molecular property prediction and drug discovery", "Continual learning", "Fairness",
)  # fmt: skip


def synthetic_map(n_documents: int, n_topics: int, seed: int = 0) -> tuple[FloatArray, IntArray, IntArray]:
    """Positions, topic_of (0 = largest) and text lengths."""
    random = np.random.default_rng(seed)
    n_clouds = max(n_topics, 1)
    cloud = random.choice(n_clouds, n_documents, p=np.sort(random.dirichlet(np.full(n_clouds, 2.0)))[::-1])
    angle, centre = random.uniform(0, np.pi, n_clouds)[cloud], random.normal(size=(n_clouds, 2))[cloud] * 4
    along, across = random.normal(size=n_documents) * 0.8, random.normal(size=n_documents) * 0.2
    turned = np.column_stack([along * np.cos(angle) - across * np.sin(angle), along * np.sin(angle) + across * np.cos(angle)])
    topic_of = np.where(random.random(n_documents) < (0.3 if n_topics else 2), -1, cloud)
    positions = (centre + turned + np.where(topic_of[:, None] < 0, random.normal(size=(n_documents, 2)) * 1.5, 0)).astype(np.float32)
    order = np.argsort(-np.bincount(topic_of[topic_of >= 0], minlength=n_clouds), kind="stable")
    number = np.empty(n_clouds, dtype=np.int64)
    number[order] = np.arange(n_clouds)
    return positions, np.where(topic_of < 0, -1, number[topic_of]), random.integers(50, 3000, n_documents)


def synthetic_content(n_documents: int = 2000, n_topics: int = 20, seed: int = 0, texts: tuple[str, ...] | None = None) -> MapContent:
    """The same as what a map shows, with labels that read like real ones."""
    positions, topic_of, lengths = synthetic_map(n_documents, n_topics, seed)
    texts = texts or tuple(LABELS[number % len(LABELS)] for number in range(n_topics))
    return MapContent(positions, topic_of, texts, lengths)
