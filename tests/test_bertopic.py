"""The drop-in against the real BERTopic."""

import pickle

import numpy as np
import pytest

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::ImportWarning", "ignore::UserWarning", "ignore::FutureWarning")]

SUBJECTS = {
    "wine": "The grape harvest in the vineyard gives red wine for the cellar and a tasting of good bottles.",
    "space": "The rocket brings a satellite into orbit and the spacecraft of the space agency lands on the moon.",
    "law": "The judge of the high court heard the appeal and the lawyer of the defendant spoke to the jury.",
}


@pytest.fixture(scope="module")
def fitted(starter_models):
    """Three plain subjects, embedded by hand: what is tested is the labels."""
    from bertopic import BERTopic
    from bertopic.dimensionality import BaseDimensionalityReduction
    from hdbscan import HDBSCAN
    from sklearn.feature_extraction.text import CountVectorizer

    from topicdesk.bertopic import ParallelLlama

    rng = np.random.default_rng(7)
    documents = [f"{text} Report {number}." for text in SUBJECTS.values() for number in range(12)]
    embeddings = np.repeat(np.eye(3), 12, axis=0) + rng.normal(0, 0.01, (36, 3))
    embeddings[-1] = [5, 5, 5]
    model = ParallelLlama(starter_models.language_path)
    topic_model = BERTopic(
        umap_model=BaseDimensionalityReduction(),
        hdbscan_model=HDBSCAN(min_cluster_size=5),
        vectorizer_model=CountVectorizer(stop_words="english"),
        representation_model={"Label": model},
    )
    topic_model.fit_transform(documents, embeddings)
    return topic_model, model


def test_that_every_topic_of_a_real_bertopic_gets_a_label_of_the_model(fitted):
    topic_model, model = fitted
    labels = {topic: words[0][0] for topic, words in topic_model.topic_aspects_["Label"].items() if topic != -1}
    assert len(labels) == 3
    assert len(set(labels.values())) == 3
    assert all(label and "\n" not in label and len(label) < 100 for label in labels.values())
    assert set(model.prompts_) == set(labels)
    for topic, prompt in model.prompts_.items():
        assert topic_model.get_topic(topic)[0][0] in prompt


def test_that_documents_in_no_topic_keep_their_words(fitted):
    topic_model, _ = fitted
    assert topic_model.topic_aspects_["Label"][-1] == topic_model.get_topic(-1)


def test_that_it_can_be_the_main_representation_and_be_pickled(fitted):
    topic_model, model = fitted
    again = pickle.loads(pickle.dumps(model))
    topic_model.update_topics([f"{text} {n}" for text in SUBJECTS.values() for n in range(12)], representation_model=again)
    assert topic_model.get_topic(0)[0][1] == 1.0
    assert topic_model.get_topic_info().Name[1].startswith("0_")
