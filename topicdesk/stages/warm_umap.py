"""Loads umap and lets it compile its layout once; imported by the server that the layouts' processes are forked from."""

import os

from topicdesk.core.offline import stay_offline

stay_offline()
os.environ["NUMBA_THREADING_LAYER"] = "forksafe"  # GNU OpenMP ends a process that was forked after its first use

import numpy as np  # noqa: E402

from topicdesk.core.settings import ProjectionSettings  # noqa: E402
from topicdesk.stages.projection import find_neighbours, lay_out_once  # noqa: E402

_vectors = np.random.default_rng(0).normal(size=(60, 8)).astype(np.float32)
_vectors /= np.linalg.norm(_vectors, axis=1, keepdims=True)
lay_out_once(_vectors, find_neighbours(_vectors, ProjectionSettings()), 2, ProjectionSettings())
