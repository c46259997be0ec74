"""The exact nearest neighbours by brute force on a graphics card, some rows at a time; the same on every run of the same card."""

from __future__ import annotations

import numpy as np

from topicdesk.core.arrays import FloatArray
from topicdesk.stages.neighbours import Neighbours

CELLS = 1 << 25  # of distances at a time: 134 MB of them, and 270 MB of what orders them
LOWEST = 0xFFFFFFFF


def card_neighbours(vectors: FloatArray, n_neighbors: int, device: str = "cuda") -> Neighbours:
    """The nearest neighbours by cosine distance of unit vectors, in 32 bits; of equal distances the first documents.

    Each likeness is joined with its document's number into one integer, so that no two are equal and the order is the same however a
    card sorts.

    Raises
    ------
    RuntimeError
        Where the card fails, with PyTorch's words.
    """
    import torch

    n_documents = len(vectors)
    n_neighbors = min(n_neighbors, n_documents)
    indices = np.empty((n_documents, n_neighbors), dtype=np.int64)
    distances = np.empty((n_documents, n_neighbors), dtype=np.float32)
    with torch.inference_mode():
        everything = torch.from_numpy(np.ascontiguousarray(vectors, dtype=np.float32)).to(device)
        backwards = LOWEST - torch.arange(n_documents, device=device)  # the first document comes first among equals
        n_rows = max(1, CELLS // max(n_documents, 1))
        for start in range(0, n_documents, n_rows):
            rows = everything[start : start + n_rows]
            likeness = rows @ everything.T
            own = torch.arange(len(rows), device=device)
            likeness[own, own + start] = 3  # itself first, whatever its duplicates
            bits = likeness.view(torch.int32)
            ascending = torch.where(bits >= 0, bits, bits ^ 0x7FFFFFFF)  # as integers in the order of the floats
            found = torch.topk((ascending.to(torch.int64) << 32) | backwards, n_neighbors, dim=1).values
            nearest = LOWEST - (found & LOWEST)
            near = 1 - torch.gather(likeness, 1, nearest)
            indices[start : start + n_rows] = nearest.cpu().numpy()
            distances[start : start + n_rows] = near.clamp(0, 2).cpu().numpy()
    return Neighbours(indices, distances)


def card_bytes(n_documents: int, n_dimensions: int) -> int:
    """What the search takes on the card at most, beside CUDA itself."""
    cells = max(CELLS, n_documents)
    return n_documents * (n_dimensions * 4 + 8) + cells * (4 + 4 + 4 + 8 + 8)
