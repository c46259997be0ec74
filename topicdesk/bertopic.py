"""A BERTopic representation model that asks a local GGUF file about all topics at once; it knows nothing of TopicDesk's projects.

    from bertopic import BERTopic
    from topicdesk.bertopic import ParallelLlama

    topic_model = BERTopic(representation_model={"Main": KeyBERTInspired(), "Label": ParallelLlama("file.gguf")})

Give BERTopic a vectoriser without function words: a model that is told "the, of, and" names nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from bertopic.representation._base import BaseRepresentation

from topicdesk.core.settings import LabellingSettings
from topicdesk.llm.decoder import LanguageModel
from topicdesk.llm.profiles import choose_profile
from topicdesk.llm.prompt import build_prompt

Words = list[tuple[str, float]]
N_WORDS = 10  # BERTopic's tables expect as many
UNASSIGNED = -1


class ParallelLlama(BaseRepresentation):  # type: ignore[misc]
    """Labels from a GGUF file, decoded together. The model is in memory only while it is asked, so a topic model can be saved.

    Topic -1 and topics that the model says nothing about keep their words.

    Parameters
    ----------
    path : str or Path
        Of the GGUF file.
    settings : LabellingSettings
        Prompt profile and texts, excerpts, length of the answer, repetition penalty.
    n_documents : int
        How many documents of a topic the model sees excerpts of.
    n_gpu_layers : int
        How many layers go to the graphics card; 999 for all.
    n_parallel : int
        How many topics are asked at once.

    Attributes
    ----------
    prompts_ : dict of int to str
        What was asked last, by topic.
    """

    def __init__(
        self,
        path: str | Path,
        settings: LabellingSettings = LabellingSettings(),  # noqa: B008 (frozen)
        n_documents: int = 4,
        n_gpu_layers: int = 0,
        n_parallel: int = 8,
    ) -> None:
        self.path = Path(path)
        self.settings = settings
        self.n_documents = n_documents
        self.n_gpu_layers = n_gpu_layers
        self.n_parallel = n_parallel
        self.prompts_: dict[int, str] = {}

    def extract_topics(self, topic_model: Any, documents: Any, c_tf_idf: Any, topics: Mapping[int, Words]) -> dict[int, Words]:
        """One label for each topic, in the shape that BERTopic expects.

        Parameters
        ----------
        documents : DataFrame with columns "Document" and "Topic"
        topics : mapping of int to list of (word, weight), best first
        """
        asked = sorted(topic for topic in topics if topic != UNASSIGNED)
        labelled = {topic: words[:N_WORDS] for topic, words in topics.items()}
        with LanguageModel(self.path, self.n_gpu_layers) as model:
            profile = choose_profile(self.settings, model)
            prompts = []
            for topic in asked:
                words = topics[topic]
                typical = self._typical(documents.Document[documents.Topic == topic], words)
                prompts.append(build_prompt(profile, [word for word, _ in words if word], typical, model, self.settings.n_excerpt_tokens))
            self.prompts_ = {topic: prompt.text for topic, prompt in zip(asked, prompts, strict=True)}
            sampling = self.settings.n_new_tokens, self.settings.repetition_penalty, self.n_parallel
            for answer in model.answer([prompt.tokens for prompt in prompts], *sampling):
                label = answer.text.strip(" \"'")
                if label:
                    labelled[asked[answer.index]] = [(label, 1.0), *[("", 0.0)] * (N_WORDS - 1)]
        return labelled

    def _typical(self, documents: Iterable[str], words: Words) -> list[str]:
        """Different documents that hold most of what describes their topic; BERTopic's own choice is drawn with replacement."""

        def weight(document: str) -> float:
            said = document.casefold()
            return sum(value for word, value in words if word and word in said) / (1 + len(said) / 2000)

        return sorted(dict.fromkeys(map(str, documents)), key=lambda document: -weight(document))[: self.n_documents]
