"""Documents that come to a finished map: each is placed beside, and joins the topic of, the documents that its text is nearest to."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from topicdesk.core.arrays import FloatArray, IntArray

STAGE_VERSION = 1
N_NEIGHBOURS = 15
ROWS_A_BLOCK = 512
KNOWN_A_BLOCK = 65_536

Neighbours = tuple[IntArray, FloatArray]


def nearest_known(vectors: FloatArray, rows: IntArray, known: IntArray, report: Callable[[int], None] = lambda n_done: None) -> Neighbours:
    """The documents on the map that each newcomer is nearest to.

    Parameters
    ----------
    vectors : float32 of shape (n_documents, n_dimensions), unit rows
    rows, known : int64 of shape (n_rows,), (n_known,)
        The newcomers, and the documents that have a place.

    Returns
    -------
    near : int64 of shape (n_rows, n_neighbours)
        Places in `known`, the nearest first; ties go by the place.
    cosine : float32 of the same shape
    """
    n_neighbours = min(N_NEIGHBOURS, len(known))
    near = np.zeros((len(rows), n_neighbours), dtype=np.int64)
    cosine = np.zeros((len(rows), n_neighbours), dtype=np.float32)
    for start in range(0, len(rows), ROWS_A_BLOCK):
        block = slice(start, start + ROWS_A_BLOCK)
        near[block], cosine[block] = _nearest(vectors, rows[block], known, n_neighbours)
        report(min(start + ROWS_A_BLOCK, len(rows)))
    return near, cosine


def join_topics(neighbours: Neighbours, topic_of: IntArray) -> tuple[IntArray, FloatArray]:
    """The topic of most of a newcomer's neighbours, each vote weighed by its cosine; -1 where most are in none.

    Parameters
    ----------
    topic_of : int64 of shape (n_known,)
        The topics of the documents on the map.

    Returns
    -------
    joined : int64 of shape (n_rows,)
    strength : float32 of shape (n_rows,)
        The topic's share of all votes; 0 for those in none.
    """
    near, cosine = neighbours
    votes = np.zeros((len(near), int(topic_of.max(initial=-1)) + 2), dtype=np.float32)
    np.add.at(votes, (np.arange(len(near))[:, None], topic_of[near] + 1), np.maximum(cosine, 1e-6))
    won = votes.argmax(axis=1)
    share = np.take_along_axis(votes, won[:, None], axis=1)[:, 0] / np.maximum(votes.sum(axis=1), 1e-6)
    return won.astype(np.int64) - 1, np.where(won > 0, share, 0).astype(np.float32)


def places_beside(neighbours: Neighbours, joined: IntArray, topic_of: IntArray, layout: FloatArray) -> FloatArray:
    """Where a newcomer lies in a layout: the mean place of those of its neighbours that are in its topic, weighed by their cosine.

    Neighbours of other topics are left out, because a mean of places far apart would lie where nothing is.

    Parameters
    ----------
    layout : float32 of shape (n_known, n_dimensions)
    """
    near, cosine = neighbours
    weight = np.where(topic_of[near] == joined[:, None], np.maximum(cosine, 1e-6), 0)
    weight = weight / weight.sum(axis=1, keepdims=True)
    placed: FloatArray = np.einsum("ij,ijk->ik", weight, layout[near]).astype(np.float32)
    return placed


def _nearest(vectors: FloatArray, rows: IntArray, known: IntArray, n_neighbours: int) -> Neighbours:
    """Of one block of newcomers, with the known documents in blocks too: a corpus is larger than what fits beside it."""
    best_cosine = np.zeros((len(rows), 0), dtype=np.float32)
    best = np.zeros((len(rows), 0), dtype=np.int64)
    for start in range(0, len(known), KNOWN_A_BLOCK):
        some = known[start : start + KNOWN_A_BLOCK]
        cosine = np.concatenate([best_cosine, vectors[rows] @ vectors[some].T], axis=1)
        places = np.concatenate([best, np.broadcast_to(np.arange(start, start + len(some)), (len(rows), len(some)))], axis=1)
        order = np.argsort(-cosine, axis=1, kind="stable")[:, :n_neighbours]
        best_cosine, best = np.take_along_axis(cosine, order, axis=1), np.take_along_axis(places, order, axis=1)
    return best, best_cosine
