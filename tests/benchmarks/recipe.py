"""The recipe of the article "Topic Modeling with Llama 2" with BERTopic as it comes, each step timed: what a user has without TopicDesk.

Run by main_job.py; it takes its texts and models as arguments and writes times.json, documents.csv and map.png.
"""

from __future__ import annotations

import argparse
import json
import textwrap
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PROMPT = """
I have a topic that contains the following documents:
[DOCUMENTS]

The topic is described by the following keywords: '[KEYWORDS]'.

Based on the information about the topic above, please create a short label of this topic. Make sure you to only return the label and nothing more.
"""
SYSTEM_PROMPT = "You are a helpful, respectful and honest assistant for labeling topics."

times: dict[str, float] = {}


@contextmanager
def timed(name: str) -> Iterator[None]:
    begin = time.perf_counter()
    yield
    times[name] = times.get(name, 0.0) + time.perf_counter() - begin


def time_calls(thing: Any, method: str, name: str) -> Any:
    """`thing`, whose `method` adds its seconds under `name` from now on."""
    inner: Callable[..., Any] = getattr(thing, method)

    def call(*args: Any, **kwargs: Any) -> Any:
        with timed(name):
            return inner(*args, **kwargs)

    setattr(thing, method, call)
    return thing


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus")
    for option in ("--text", "--title", "--out", "--gguf", "--embedder"):
        parser.add_argument(option, required=True)
    parser.add_argument("--min-cluster-size", type=int, default=20)
    parser.add_argument("--rows", type=int, default=0, help="0: all")
    options = parser.parse_args()
    out = Path(options.out)
    out.mkdir(parents=True, exist_ok=True)
    with timed("total"):
        make_map(options, out)
    (out / "times.json").write_text(json.dumps(times, indent=1), "utf-8")


def make_map(options: argparse.Namespace, out: Path) -> None:
    with timed("import"):
        import pandas as pd
        from bertopic import BERTopic
        from bertopic.representation import KeyBERTInspired, LlamaCPP, MaximalMarginalRelevance
        from hdbscan import HDBSCAN
        from llama_cpp import Llama
        from sentence_transformers import SentenceTransformer
        from umap import UMAP
    frame = pd.read_csv(options.corpus)
    if options.rows:
        frame = frame.sample(options.rows, random_state=7)
    documents = frame[options.text].tolist()
    with timed("embed"):
        embedder = SentenceTransformer(options.embedder)
        embeddings = embedder.encode(documents, show_progress_bar=False)
    umap_settings: dict[str, Any] = {"n_neighbors": 15, "min_dist": 0.0, "metric": "cosine", "random_state": 42}
    with timed("umap_2d"):
        positions = UMAP(n_components=2, **umap_settings).fit_transform(embeddings)
    with timed("llm_load"):
        language_model = Llama(options.gguf, n_ctx=4096, n_gpu_layers=0, verbose=False)
    generation = {"max_tokens": 32, "temperature": 0.1, "stop": ["\n"]}
    labeller = LlamaCPP(language_model, prompt=PROMPT, system_prompt=SYSTEM_PROMPT, pipeline_kwargs=generation)
    model = BERTopic(
        embedding_model=embedder,
        umap_model=time_calls(UMAP(n_components=5, **umap_settings), "fit", "umap_5d"),
        hdbscan_model=HDBSCAN(min_cluster_size=options.min_cluster_size, prediction_data=True),
        representation_model={
            "KeyBERT": time_calls(KeyBERTInspired(), "extract_topics", "keybert"),
            "Llama2": time_calls(labeller, "extract_topics", "llm"),
            "MMR": time_calls(MaximalMarginalRelevance(diversity=0.3), "extract_topics", "mmr"),
        },
    )
    with timed("fit_transform"):
        topics, _ = model.fit_transform(documents, embeddings)
    labels = {topic: label[0][0].split("\n")[0] for topic, label in model.get_topics(full=True)["Llama2"].items()}
    with timed("map"):
        draw(positions, topics, labels, out / "map.png")
    pd.DataFrame({"title": frame[options.title], "topic": topics}).to_csv(out / "documents.csv", index=False)


def draw(positions: Any, topics: list[int], labels: dict[int, str], path: Path) -> None:
    """The article's figure: points by topic, the 50 largest topics named, no axes."""
    import numpy as np
    from adjustText import adjust_text
    from matplotlib import pyplot as plt

    topic_of = np.array(topics)
    figure = plt.figure(figsize=(20, 20))
    shown = topic_of != -1
    plt.scatter(positions[shown, 0], positions[shown, 1], c=topic_of[shown], cmap="tab20", alpha=0.4, s=4)
    named = [topic for topic in sorted(labels) if 0 <= topic <= 50]
    texts = [plt.text(*positions[topic_of == topic].mean(axis=0), textwrap.fill(labels[topic], 20), ha="center") for topic in named]
    adjust_text(texts, time_lim=1, force_text=(0.01, 0.02), force_static=(0.01, 0.02), force_pull=(0.5, 0.5))
    plt.axis("off")
    figure.savefig(path, dpi=80)


if __name__ == "__main__":
    main()
