"""How often labels are fit and tell their topic from the others: TopicDesk's beside BERTopic's LlamaCPP and the first three keywords.

    python tests/benchmarks/label_check.py CORPUS.csv.gz --text abstract --seed 0 --folder FOLDER [--bertopic-seconds 240]

2,000 texts are drawn with the seed and run through `topicdesk run`; BERTopic's LlamaCPP then names the same topics with the same
model, as in the article's recipe (whole representative documents, its own keywords). All three are judged alike: by the rules of
stages/label_rules.py, and by documents that none of them has seen (stages/held_out.py). BERTopic's answers take long; they are kept
in FOLDER as they come, and the same command goes on with those that are lacking; until it has all, both sides are also compared over
the topics that it has named.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tests.benchmarks.recipe import PROMPT, SYSTEM_PROMPT
from topicdesk.core.analysis import Analysis, Keyword, TopicAssignment
from topicdesk.core.arrays import FloatArray
from topicdesk.core.model_files import choose_model
from topicdesk.engine.labels import language_wanted
from topicdesk.project.store import Project
from topicdesk.stages.embedding import EmbeddingModel, numerics_of_machine
from topicdesk.stages.held_out import hold_out, without
from topicdesk.stages.label_check import LabelCheck, check_labels
from topicdesk.stages.label_rules import Language, is_made_of, judge
from topicdesk.stages.spoken_languages import languages_of

N_TEXTS = 2000


@dataclass(frozen=True, eq=False)
class Case:
    """One run of TopicDesk, its documents, and which of them judge."""

    analysis: Analysis
    texts: list[str]
    held: Any
    told: list[tuple[str, ...]]
    language: Language

    @property
    def assignment(self) -> TopicAssignment:
        return self.analysis.assignment


def main() -> None:
    options = _options()
    options.folder.mkdir(parents=True, exist_ok=True)
    sample = options.folder / "sample.csv"
    if not sample.exists():
        draw(options.corpus, options.text, options.seed, options.rows, sample)
    out = options.folder / "ours"
    if not (out / "run.json").exists() or options.again:
        subprocess.run([sys.executable, "-m", "topicdesk", "run", sample, "--text", "text", "--out", out, *options.further], check=True)
    case = read_case(out / "project.topicdesk")
    labels = {"TopicDesk": [topic.label.text for topic in case.analysis.topics]}
    if options.bertopic_seconds:
        said = bertopic_labels(case, options.folder / "bertopic.json", options.bertopic_seconds)
        if len(said) < len(case.told):
            print(f"BERTopic has named {len(said)} of {len(case.told)} topics, beside which stand ours of the same topics; run again to go on")
            labels["TopicDesk, the same topics"] = [text if str(number) in said else "" for number, text in enumerate(labels["TopicDesk"])]
        labels["BERTopic LlamaCPP"] = [said.get(str(number), "") for number in range(len(case.told))]
    labels["first three keywords"] = [", ".join(told[:3]) for told in case.told]
    report = compared(case, labels, options.show)
    run = json.loads((out / "run.json").read_text("utf-8"))
    report["seconds a label"] = round(next(stage["seconds"] for stage in run["stages"] if stage["name"] == "label") / len(case.told), 3)
    (options.folder / "report.json").write_text(json.dumps(report, indent=1), "utf-8")


def draw(corpus: Path, column: str, seed: int, n_rows: int, sample: Path) -> None:
    """Rows with a text, drawn without replacement, in the order of the file."""
    csv.field_size_limit(2**30)
    with gzip.open(corpus, "rt", encoding="utf-8", newline="") as stream:
        texts = [text for row in csv.DictReader(stream) if (text := row[column].strip())]
    chosen = sorted(np.random.default_rng(seed).choice(len(texts), n_rows, replace=False).tolist())
    with sample.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["text"])
        writer.writerows([texts[i]] for i in chosen)


def read_case(project_path: Path) -> Case:
    """The run's analysis, with the keywords that a label may be made from."""
    with Project(project_path) as project:
        number, corpus = project.analyses.current(), project.corpus()
        assert number is not None
        analysis = project.analyses.get(number, corpus.fingerprint)
        assert analysis is not None
        told = [tuple(first) for _, (first, *_) in project.artifacts.values(analysis.keys["keywords"])]
    held = hold_out(corpus.texts, analysis.assignment)
    language = language_wanted("", languages_of(corpus.texts))
    return Case(analysis, corpus.texts, held, told, language)


def compared(case: Case, labels: dict[str, list[str]], show: bool) -> dict[str, Any]:
    """One line for each way of naming, and the same as values."""
    embed = _embedding()
    held_vectors = embed([case.texts[i] for i in np.flatnonzero(case.held)])
    held_topic_of = case.assignment.topic_of[case.held]
    report: dict[str, Any] = {}
    for way, texts in labels.items():
        verdicts = [judge(text, told, " ".join(told), "", case.language) for text, told in zip(texts, case.told, strict=True)]
        is_valid = [not verdict.refusal for verdict in verdicts]
        check = among(check_labels(texts, is_valid, embed(texts), held_vectors, held_topic_of), [bool(text) for text in texts])
        topics = case.analysis.topics
        only, of_both = (
            [valid and is_made_of(text, terms, case.language.wanted) for text, terms, valid in zip(texts, told, is_valid, strict=True)]
            for told in ([_terms(topic.keywords) for topic in topics], [_terms(topic.keywords + topic.keybert) for topic in topics])
        )
        report[way] = check.summary() | {"of keywords alone": sum(only), "of keywords or KeyBERT's alone": sum(of_both)}
        print(f"{way:22s} {report[way]}")
        if show:
            for number, text in enumerate(texts if all(texts) else ()):
                marks = ("fit" if is_valid[number] else verdicts[number].refusal, "right" if check.is_right[number] else "WRONG", *check.flags[number])
                print(f"   {number:3d} {case.analysis.topics[number].size:4d}  {text[:90]}  [{'; '.join(marks)}{'; keywords' * only[number]}]")
                label = case.analysis.topics[number].label
                if text == label.text:
                    print("             ", label.alternatives, label.refusals, label.log_probability)
    return report


def among(check: LabelCheck, is_named: list[bool]) -> LabelCheck:
    """What the check says of the topics that have a label; it judged them among all."""
    kept = ([value for value, is_kept in zip(values, is_named, strict=True) if is_kept] for values in (check.is_valid, check.is_right, check.flags))
    return LabelCheck(*map(tuple, kept))


def _terms(keywords: tuple[Keyword, ...]) -> list[str]:
    return [keyword.term for keyword in keywords]


def bertopic_labels(case: Case, kept: Path, n_seconds: float) -> dict[str, str]:
    """What LlamaCPP says of each topic, one after the other until the time is over; kept as it comes."""
    answers: dict[str, str] = json.loads(kept.read_text("utf-8")) if kept.exists() else {}
    lacking = [number for number in range(len(case.told)) if str(number) not in answers]
    if not lacking:
        return answers
    import pandas as pd
    from bertopic import BERTopic
    from bertopic.cluster import BaseCluster
    from bertopic.dimensionality import BaseDimensionalityReduction
    from bertopic.representation import LlamaCPP
    from llama_cpp import Llama

    topic_of = without(case.assignment, case.held).topic_of
    seen = np.flatnonzero(~case.held)
    texts, own = [case.texts[i] for i in seen], topic_of[seen]
    model = BERTopic(umap_model=BaseDimensionalityReduction(), hdbscan_model=BaseCluster(), top_n_words=10)
    model.fit(texts, embeddings=np.zeros((len(texts), 2)), y=own.tolist())
    theirs = np.array(model.topics_)
    documents = pd.DataFrame({"Document": texts, "ID": range(len(texts)), "Topic": theirs, "Image": None})
    language_file = choose_model("language", None)
    assert language_file is not None
    llm = Llama(str(language_file.path), n_ctx=4096, n_gpu_layers=0, verbose=False)
    labeller = LlamaCPP(llm, prompt=PROMPT, system_prompt=SYSTEM_PROMPT, pipeline_kwargs={"max_tokens": 32, "temperature": 0.1, "stop": ["\n"]})
    end = time.monotonic() + n_seconds
    for number in lacking:
        if time.monotonic() > end:
            break
        (their_number,) = set(theirs[own == number].tolist())
        topics = {their_number: model.get_topic(their_number)}
        said = labeller.extract_topics(model, documents, model.c_tf_idf_, topics)
        answers[str(number)] = said[their_number][0][0].split("\n")[0]
        kept.write_text(json.dumps(answers, indent=1), "utf-8")
    return answers


def _embedding() -> Any:
    found = choose_model("embedding", None)
    assert found is not None
    model = EmbeddingModel(found.path, numerics_of_machine("cpu"))

    def embed(texts: list[str]) -> FloatArray:
        return model.embed(texts)

    return embed


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--text", required=True)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--rows", type=int, default=N_TEXTS)
    parser.add_argument("--bertopic-seconds", type=float, default=240, help="0: leave BERTopic out")
    parser.add_argument("--again", action="store_true", help="run TopicDesk once more (what is unchanged is reused)")
    parser.add_argument("--show", action="store_true", help="print every label")
    parser.add_argument("further", nargs="*", help="options for `topicdesk run`")
    return parser.parse_args()


if __name__ == "__main__":
    main()
