"""There is no card here: its search runs on the processor, and what cuML would do is a stand-in at its border."""

import sys
import types

import numpy as np
import pytest

from topicdesk.core.corpus import Corpus, Document
from topicdesk.core.events import Notice, ProjectionReady
from topicdesk.core.requests import RunRequest
from topicdesk.core.settings import ProjectionSettings, Settings
from topicdesk.engine import projecting
from topicdesk.engine.projecting import project
from topicdesk.engine.run import Run
from topicdesk.engine.workshop import Workshop
from topicdesk.stages import card_layouts
from topicdesk.stages.card_neighbours import card_neighbours
from topicdesk.stages.embedding_numerics import EmbeddingNumerics

ON_CARD, ON_PROCESSOR = EmbeddingNumerics("float16", "cuda", 0), EmbeddingNumerics("float32", "cpu", 2)


class Shelf:
    """The project's cache, in memory; a run looks nowhere else here."""

    def __init__(self):
        self.kept = {}
        self.artifacts = self

    def array(self, key, block=0):
        return self.kept.get((key, block))

    def put(self, key, stage, value, block=0, is_afresh=False):
        self.kept[key, block] = value


class Layouts:
    """Stands for the processes that lay out: remembers which neighbours it was given."""

    def __init__(self):
        self.given = []

    def lay_out(self, vectors, settings, progress, neighbours=None):
        self.given.append(neighbours)
        return np.zeros((len(vectors), 5), dtype=np.float32), np.ones((len(vectors), 2), dtype=np.float32)

    def close(self):
        pass


@pytest.fixture
def make_run(monkeypatch):
    monkeypatch.setattr(projecting, "FEWEST_FOR_CARD", 20)
    monkeypatch.setattr(projecting, "card_neighbours", lambda vectors, n: card_neighbours(vectors, n, "cpu"))

    def make(numerics=ON_CARD, layout="reproducible", shelf=None):
        workshop = Workshop()
        workshop.layouts = Layouts()
        workshop._numerics["auto"] = numerics
        said = []
        settings = Settings(projection=ProjectionSettings(layout=layout))
        run = Run(RunRequest("p"), settings, shelf or Shelf(), workshop, said.append, lambda: False)
        run.keys["embed"] = "embeddings"
        return run, said

    return make


@pytest.fixture
def corpus():
    return Corpus(tuple(Document(str(i), "" if i == 3 else f"text {i}") for i in range(40)))


@pytest.fixture
def vectors():
    found = np.random.default_rng(0).normal(size=(40, 8)).astype(np.float32)
    return found / np.linalg.norm(found, axis=1, keepdims=True)


def notices(said):
    return [event.text for event in said if isinstance(event, Notice)]


def test_that_a_card_finds_the_neighbours_and_the_processor_lays_them_out(make_run, corpus, vectors):
    run, said = make_run()
    for_clustering, positions = project(run, corpus, vectors)
    (given,) = run.workshop.layouts.given
    assert given.indices.shape == (39, 15)
    assert np.isnan(positions[3]).all() and np.isfinite(np.delete(positions, 3, axis=0)).all()
    assert for_clustering.shape == (40, 5)
    assert run.projected_by == {"neighbours": "graphics card", "layout": "reproducible"}
    assert notices(said) == []
    assert any(isinstance(event, ProjectionReady) for event in said)


def test_that_without_a_card_the_layouts_find_their_neighbours_themselves(make_run, corpus, vectors):
    run, _ = make_run(ON_PROCESSOR)
    project(run, corpus, vectors)
    assert run.workshop.layouts.given == [None]
    assert run.projected_by["neighbours"] == "processor"


def test_that_card_and_processor_keep_their_results_apart(make_run, corpus, vectors):
    one, _ = make_run()
    other, _ = make_run(ON_PROCESSOR)
    project(one, corpus, vectors)
    project(other, corpus, vectors)
    assert one.keys["project"] != other.keys["project"]
    again, _ = make_run(shelf=one.project)
    project(again, corpus, vectors)
    assert again.workshop.layouts.given == []


def test_that_a_card_that_fails_meanwhile_leaves_the_neighbours_to_the_processor(make_run, corpus, vectors, monkeypatch):
    def fails(vectors, n_neighbors):
        raise RuntimeError("CUDA error: unspecified launch failure")

    monkeypatch.setattr(projecting, "card_neighbours", fails)
    run, said = make_run()
    project(run, corpus, vectors)
    assert run.workshop.layouts.given == [None]
    assert run.projected_by["neighbours"] == "processor"
    (words,) = notices(said)
    assert words == (
        "The graphics card does not answer any more. Restart the computer if it happens again. Neighbours are found by the processor instead, which is slower."
    )


@pytest.mark.parametrize(("numerics", "reason"), [(ON_PROCESSOR, "no graphics card is in use"), (ON_CARD, "cuML is not installed")])
def test_that_a_cards_layout_that_cannot_be_made_is_the_reproducible_one_and_said(make_run, corpus, vectors, numerics, reason):
    run, said = make_run(numerics, "graphics card")
    plain, _ = make_run(numerics)
    project(run, corpus, vectors)
    project(plain, corpus, vectors)
    assert reason in notices(said)[0]
    assert run.keys["project"] == plain.keys["project"]
    assert run.projected_by["layout"] == "reproducible"


def test_that_cuml_lays_out_with_the_same_neighbours_and_no_seed(make_run, corpus, vectors, monkeypatch):
    asked = []

    class UMAP:
        def __init__(self, **settings):
            asked.append(settings)

        def fit_transform(self, vectors):
            return np.arange(len(vectors) * asked[-1]["n_components"], dtype=np.float64).reshape(len(vectors), -1)

    manifold = types.ModuleType("cuml.manifold")
    manifold.UMAP = UMAP
    monkeypatch.setitem(sys.modules, "cuml", types.ModuleType("cuml"))
    monkeypatch.setitem(sys.modules, "cuml.manifold", manifold)
    monkeypatch.setattr(card_layouts, "version", lambda: "26.10")
    run, said = make_run(layout="graphics card")
    for_clustering, positions = project(run, corpus, vectors)
    assert run.workshop.layouts.given == []
    assert [settings["n_components"] for settings in asked] == [5, 2]
    assert all("random_state" not in settings and settings["min_dist"] == 0.0 and settings["metric"] == "cosine" for settings in asked)
    assert asked[0]["precomputed_knn"][0].shape == (39, 15)
    assert (for_clustering.shape, positions.shape, positions.dtype) == ((40, 5), (40, 2), np.float32)
    assert run.projected_by == {"neighbours": "graphics card", "layout": "graphics card", "cuml": "26.10"}
    assert notices(said) == []


def test_that_cuml_is_not_here_and_its_absence_is_found_without_importing_it():
    assert card_layouts.version() == ""
    assert "cuml" not in sys.modules
