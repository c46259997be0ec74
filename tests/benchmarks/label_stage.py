"""The whole label stage against the recipe's LLM stage on the same topics, tokens per prompt for both (`make bench PART=labels`).

Ours is a run of the command line; its topics then go into BERTopic by hand, with the recipe's representation model: whole
documents, the article's prompt, one chat completion a topic and one for the documents in none. Both sides load their model.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from main_job import REPOSITORY, WORK, draw_corpus, environment, ours, read_csv

PROMPT = """
I have a topic that contains the following documents:
[DOCUMENTS]

The topic is described by the following keywords: '[KEYWORDS]'.

Based on the information about the topic above, please create a short label of this topic. Make sure you to only return the label and nothing more.
"""
SYSTEM = "You are a helpful, respectful and honest assistant for labeling topics."
WANTED = 30


def main() -> None:
    options = read_options()
    if options.recipe:
        print(json.dumps(recipe_stage(options.recipe, options.language_model)))
        return
    WORK.mkdir(parents=True, exist_ok=True)
    corpus_path, job = draw_corpus(options.rows, options.min_topic_size, options.embedding_model, options.language_model)
    out = WORK / "label_stage"
    shutil.rmtree(out, ignore_errors=True)
    command = [*ours(), "run", str(corpus_path), "--text", job.text, "--title", job.title, "--out", str(out), "--device", "cpu"]
    command += ["--min-topic-size", str(job.min_topic_size), "--embedding-model", str(options.embedding_model), "--language-model", str(options.language_model)]
    subprocess.run(command, check=True, env=environment(), capture_output=True)
    summary = json.loads((out / "run.json").read_text("utf-8"))
    seconds = next(stage["seconds"] for stage in summary["stages"] if stage["name"] == "label")
    n_topics = summary["n_topics"]
    print(f"{job.n_documents:,} documents of {job.corpus}, {n_topics} topics; load {os.getloadavg()[0]:.1f}", flush=True)
    show("ours", seconds, n_topics, prompt_lengths(out / "project.topicdesk"))
    recipe = [sys.executable, str(Path(__file__)), "--recipe", str(out / "documents.csv"), "--language-model", str(options.language_model)]
    done = subprocess.run(recipe, check=True, env=environment(), capture_output=True, text=True)
    theirs = json.loads(done.stdout.splitlines()[-1])
    show("recipe", theirs["seconds"], len(theirs["lengths"]), theirs["lengths"])
    ratio = theirs["seconds"] / seconds
    print(f"  {'met    ' if ratio >= WANTED else 'NOT MET'} at least {WANTED} times: {ratio:.0f}")


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1000)
    parser.add_argument("--min-topic-size", type=int, default=10)
    parser.add_argument("--embedding-model", type=Path, default=REPOSITORY / "models" / "all-MiniLM-L6-v2")
    parser.add_argument("--language-model", type=Path, default=REPOSITORY / "models" / "SmolLM2-135M-Instruct.Q4_1.gguf")
    parser.add_argument("--recipe", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


def prompt_lengths(project_path: Path) -> list[int]:
    """Tokens of the prompts whose answers became labels."""
    from topicdesk.project.store import Project

    with Project(project_path) as project:
        analysis = project.analyses.get(project.analyses.current() or 0, "")
    assert analysis is not None
    return [topic.label.n_prompt_tokens for topic in analysis.topics if topic.label.n_prompt_tokens]


def recipe_stage(documents_path: Path, language_model: Path) -> dict[str, Any]:
    """Seconds of loading the model and of naming the topics of a documents.csv, and the tokens of each prompt."""
    import numpy as np
    from bertopic import BERTopic
    from bertopic.cluster import BaseCluster
    from bertopic.dimensionality import BaseDimensionalityReduction
    from bertopic.representation import LlamaCPP
    from llama_cpp import Llama

    rows = read_csv(documents_path)
    text = "abstract" if "abstract" in rows[0] else "text"
    documents, topic_of = [row[text] for row in rows], [int(row["topic"]) for row in rows]
    lengths: list[int] = []
    started = time.perf_counter()
    llama = Llama(str(language_model), n_ctx=4096, verbose=False)
    seconds = time.perf_counter() - started
    completed = llama.create_chat_completion

    def counted(*asked: Any, **more: Any) -> Any:
        answer = completed(*asked, **more)
        lengths.append(answer["usage"]["prompt_tokens"])
        return answer

    llama.create_chat_completion = counted
    sampling = {"max_tokens": 32, "temperature": 0.1, "stop": ["\n"]}
    naming = LlamaCPP(llama, prompt=PROMPT, system_prompt=SYSTEM, pipeline_kwargs=sampling)
    extract = naming.extract_topics

    def timed(*asked: Any, **more: Any) -> Any:
        nonlocal seconds
        started = time.perf_counter()
        named = extract(*asked, **more)
        seconds += time.perf_counter() - started
        return named

    naming.extract_topics = timed
    model = BERTopic(
        embedding_model=None, umap_model=BaseDimensionalityReduction(), hdbscan_model=BaseCluster(), representation_model={"Llama2": naming}, top_n_words=10
    )
    model.fit_transform(documents, embeddings=np.zeros((len(documents), 2)), y=topic_of)
    return {"seconds": seconds, "lengths": lengths}


def show(side: str, seconds: float, n_prompts: int, lengths: list[int]) -> None:
    middle, most = (sorted(lengths)[len(lengths) // 2], max(lengths)) if lengths else (0, 0)
    each = f"{seconds / max(n_prompts, 1):6.2f} s each"
    print(f"{side:8}{seconds:9.1f} s for {n_prompts} topics, {each}; tokens a prompt {middle:,}, up to {most:,}", flush=True)


if __name__ == "__main__":
    main()
