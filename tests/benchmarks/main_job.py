"""The main job against the article's recipe: same texts, same models, same machine, stage by stage (`make bench`).

Both are measured from outside as child processes. Ours comes first, so that a cold disk cache is its loss, not the recipe's.
"""

from __future__ import annotations

import argparse
import csv
import datetime
import gzip
import json
import os
import platform
import random
import shutil
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psutil
from process_watch import Course, watch

REPOSITORY = Path(__file__).parents[2]
CACHE = REPOSITORY / ".cache"
WORK = CACHE / "bench"
FIGURES = CACHE / "bench.json"
ARXIV = REPOSITORY.parent / "shared" / "data" / "arxiv_ml_lg_stat.csv.gz"
SHARED_RECIPE = REPOSITORY.parent / "shared" / "bench" / "seed_recipe.py"
FIRST_TEXTS = "first texts"
ROWS = ("start, import, write", "embed", "project", "cluster, keywords, exemplars", "label", "draw", "total")


@dataclass(frozen=True)
class Job:
    """What both sides are given."""

    corpus: str
    text: str
    title: str
    group: str
    n_documents: int
    min_topic_size: int
    embedding_model: str
    language_model: str


@dataclass(frozen=True)
class Outcome:
    """One side's run: seconds per row of the table, memory, and what came out."""

    seconds: dict[str, float]
    peak_mib: float
    n_topics: int
    adjusted_rand_index: float
    share_unassigned: float
    others_cores: float


def main() -> None:
    options = read_options()
    WORK.mkdir(parents=True, exist_ok=True)
    corpus_path, job = draw_corpus(options.rows, options.min_topic_size, options.embedding_model, options.language_model)
    groups = [row[job.group] for row in read_csv(corpus_path)]
    print(f"{job.n_documents:,} documents of {job.corpus}, topics of at least {job.min_topic_size}; {machine()}, load {os.getloadavg()[0]:.1f}", flush=True)

    shutil.rmtree(WORK / "ours", ignore_errors=True)
    shutil.rmtree(WORK / "home", ignore_errors=True)
    first, first_course = run_ours(job, corpus_path, groups, job.min_topic_size)
    other_size = max(2, round(job.min_topic_size * 0.75))
    second, _ = run_ours(job, corpus_path, groups, other_size)
    third, _ = run_ours(job, corpus_path, groups, other_size)
    recipe, measured = recipe_of(job, corpus_path, groups, options.recipe)

    show_stages(recipe, first, second, third, other_size, measured)
    show_limits(first_course, first)
    show_goals(recipe, first, second)
    if recipe:
        remember(job, recipe, first, second, third, measured)


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=4000 if os.environ.get("FULL") == "1" else 1000)
    parser.add_argument("--min-topic-size", type=int, help="default: a two-hundredth of the rows, at least 10")
    parser.add_argument("--recipe", choices=("run", "cached", "none"), default=os.environ.get("RECIPE") or "run")
    parser.add_argument("--embedding-model", type=Path, default=REPOSITORY / "models" / "all-MiniLM-L6-v2")
    parser.add_argument("--language-model", type=Path, default=REPOSITORY / "models" / "SmolLM2-135M-Instruct.Q4_1.gguf")
    options = parser.parse_args()
    # 1,000 abstracts fall into 22 topics of at least 10, but into two of at least 15: nothing to measure. 4,000 and 20 are the recipe's own.
    options.min_topic_size = options.min_topic_size or max(10, options.rows // 200)
    return options


# --- the corpus -----------------------------------------------------------------------------------------------------


def draw_corpus(n_rows: int, min_topic_size: int, embedding_model: Path, language_model: Path) -> tuple[Path, Job]:
    """Write the drawn rows into one CSV for both sides. Rows without text are left out: the recipe cannot take them."""
    if ARXIV.is_file():
        source, text, title, group = ARXIV, "abstract", "title", "primary_category"
    else:
        subprocess.run([*ours(), "sample", str(WORK)], check=True)
        source, text, title, group = WORK / "sample.csv", "text", "title", "package"
    rows = [row for row in read_csv(source) if row[text].strip()]
    chosen = sorted(random.Random(7).sample(range(len(rows)), min(n_rows, len(rows))))
    corpus_path = WORK / "corpus.csv"
    with corpus_path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, [title, text, group], extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows[i] for i in chosen)
    return corpus_path, Job(source.name, text, title, group, len(chosen), min_topic_size, embedding_model.name, language_model.name)


def read_csv(path: Path) -> list[dict[str, str]]:
    csv.field_size_limit(2**31 - 1)
    with gzip.open(path, "rt", encoding="utf-8", newline="") if path.suffix == ".gz" else path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


# --- the two sides --------------------------------------------------------------------------------------------------


def ours() -> list[str]:
    return [sys.executable, "-P", "-m", "topicdesk"]


def environment() -> dict[str, str]:
    """No graphics card for either side, and a home without memories for ours."""
    return dict(os.environ, CUDA_VISIBLE_DEVICES="", MPLBACKEND="Agg", TOPICDESK_HOME=str(WORK / "home"), HF_HUB_OFFLINE="1")


def run_ours(job: Job, corpus_path: Path, groups: list[str], min_topic_size: int) -> tuple[Outcome, Course]:
    out = WORK / "ours"
    command = [*ours(), "run", str(corpus_path), "--text", job.text, "--title", job.title, "--out", str(out), "--min-topic-size", str(min_topic_size)]
    models = REPOSITORY / "models"
    command += ["--embedding-model", str(models / job.embedding_model), "--language-model", str(models / job.language_model), "--device", "cpu", "--json"]
    course = watch(command, WORK / "ours.log", stage_mark, environment())
    stages = {stage["name"]: float(stage["seconds"]) for stage in json.loads((out / "run.json").read_text("utf-8"))["stages"]}
    marks = dict(reversed(course.marks))  # of each the first
    seconds = {
        # Without loading what embeds: the recipe imports its libraries at its start (the model itself, half a second, in its "embed").
        "embed": stages["embed"] - (marks.get(FIRST_TEXTS, marks["embed"]) - marks["embed"]),
        "project": stages["project"],
        "cluster, keywords, exemplars": stages["cluster"] + stages["keywords"] + stages["exemplars"],
        "label": stages["label"],
        "draw": stages["draw"],
    }
    return outcome(seconds, course, [row["topic"] for row in read_csv(out / "documents.csv")], groups), course


def stage_mark(line: str) -> str | None:
    """ "embed" where a line of stdout says that this stage began, "-embed" where it ended, FIRST_TEXTS where texts are being embedded."""
    try:
        event = json.loads(line)
    except ValueError:
        return None
    if event.get("event") == "StageProgress" and event["stage"] == "embed":
        return FIRST_TEXTS
    sign = {"StageStarted": "", "StageFinished": "-"}.get(event.get("event"))
    return None if sign is None else sign + event["stage"]


def run_recipe(job: Job, corpus_path: Path, groups: list[str]) -> Outcome:
    script = SHARED_RECIPE if SHARED_RECIPE.is_file() else Path(__file__).with_name("recipe.py")
    out, models = WORK / "recipe", REPOSITORY / "models"
    command = [sys.executable, str(script), str(corpus_path), "--text", job.text, "--title", job.title, "--rows", "0", "--out", str(out)]
    command += ["--embedder", str(models / job.embedding_model), "--gguf", str(models / job.language_model), "--min-cluster-size", str(job.min_topic_size)]
    course = watch(command, WORK / "recipe.log", environment=environment())
    times = json.loads((out / "times.json").read_text("utf-8"))
    seconds = {
        "embed": times["embed"],
        "project": times["umap_2d"] + times["umap_5d"],
        # What is left of fit_transform: HDBSCAN, c-TF-IDF, representative documents, KeyBERT, MMR.
        "cluster, keywords, exemplars": times["fit_transform"] - times["umap_5d"] - times["llm"],
        "label": times["llm_load"] + times["llm"],
        "draw": times["map"],
    }
    return outcome(seconds, course, [row["topic"] for row in read_csv(out / "documents.csv")], groups)


def recipe_of(job: Job, corpus_path: Path, groups: list[str], how: str) -> tuple[Outcome | None, dict[str, str]]:
    """The recipe's outcome and where and when it was measured: now, or from the kept figures where they are this machine's."""
    known = kept_figures().get(key_of(job))
    if how == "none":
        return None, {}
    if how == "cached" and known and known["measured"]["machine"] == machine():
        return Outcome(**known["recipe"]), known["measured"]
    print("the recipe runs now (minutes) ...", flush=True)
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], check=False, cwd=REPOSITORY, capture_output=True, text=True).stdout.strip()
    return run_recipe(job, corpus_path, groups), {"machine": machine(), "date": f"{datetime.date.today()}", "commit": commit}


def outcome(seconds: dict[str, float], course: Course, topics: list[str], groups: list[str]) -> Outcome:
    from sklearn.metrics import adjusted_rand_score

    if len(topics) != len(groups):
        raise SystemExit(f"{len(groups)} documents went in, {len(topics)} came out.")
    seconds = {"start, import, write": course.seconds - sum(seconds.values()), **seconds, "total": course.seconds}
    n_unassigned = topics.count("-1")
    return Outcome(
        seconds, course.peak_mib(), len(set(topics) - {"-1"}), float(adjusted_rand_score(groups, topics)), n_unassigned / len(topics), course.others_cores
    )


# --- what is printed and kept ---------------------------------------------------------------------------------------


def show_stages(recipe: Outcome | None, first: Outcome, second: Outcome, third: Outcome, other_size: int, measured: dict[str, str]) -> None:
    print(f"\n{'':30}{'recipe':>10}{'ours':>10}{'ratio':>8}{f'size {other_size}':>12}{'unchanged':>12}")
    for row in ROWS:
        theirs = f"{recipe.seconds[row]:9.1f}s{recipe.seconds[row] / max(first.seconds[row], 1e-3):>19.1f}" if recipe else " " * 29
        theirs_seconds, ratio = theirs[:10], theirs[10:].strip()
        print(f"{row:30}{theirs_seconds}{first.seconds[row]:9.1f}s{ratio:>8}{second.seconds[row]:11.1f}s{third.seconds[row]:11.1f}s")
    sides = [("recipe", recipe), ("ours", first), (f"size {other_size}", second), ("unchanged", third)]
    print(f"\n{'':14}{'peak memory':>14}{'topics':>9}{'adj. Rand':>11}{'unassigned':>12}{'others on the machine':>24}")
    for name, side in sides:
        if side:
            quality = f"{side.n_topics:9}{side.adjusted_rand_index:11.3f}{side.share_unassigned:12.1%}"
            print(f"{name:14}{side.peak_mib:10.0f} MiB{quality}{side.others_cores:18.1f} cores")
    if any(side and side.others_cores > 0.2 for _, side in sides):
        print("Other programs were at work meanwhile: do not quote these seconds.")
    if measured:
        print(f"recipe measured {measured['date']} on {measured['machine']} at {measured['commit']}")


def show_limits(course: Course, first: Outcome) -> None:
    """What each stage was bound by in the first run, as far as it was measured: cores at work and memory held."""
    n_cores = os.cpu_count() or 1
    print("\nWhat limits our first run (stages over 2 s):")
    starts = dict(course.marks)
    spans = [(name, starts[name], starts["-" + name]) for name in starts if "-" + name in starts]
    spans.append(("start", 0.0, min((since for _, since, _ in spans), default=course.seconds)))
    for name, since, until in sorted(spans, key=lambda span: span[1] - span[2]):
        cores = course.cores_busy(since, until)
        if until - since < 2 or cores is None:
            continue
        if cores > 0.8 * n_cores:
            meaning = "bound by computing: all cores at work"
        elif cores >= 0.75:
            meaning = "bound by computing on about one core" if cores < 1.25 else "bound by computing, in part on one core"
        else:
            meaning = "mostly waiting (disk, or other programs' share of the cores)"
        share, peak = (until - since) / first.seconds["total"], course.peak_mib(since, until)
        print(f"  {name:10}{until - since:7.1f} s {share:5.0%}  {cores:4.1f} of {n_cores} cores  {peak:6.0f} MiB  {meaning}")


def show_goals(recipe: Outcome | None, first: Outcome, second: Outcome) -> None:
    if not recipe:
        return
    slower = [f"{row} (+{first.seconds[row] - recipe.seconds[row]:.1f} s)" for row in ROWS if first.seconds[row] > recipe.seconds[row] + 0.05]
    more_topics, fewer_topics = max(first.n_topics, recipe.n_topics), max(1, min(first.n_topics, recipe.n_topics))
    rand_gain, more_unassigned = first.adjusted_rand_index - recipe.adjusted_rand_index, first.share_unassigned - recipe.share_unassigned
    total, label = (recipe.seconds[row] / max(first.seconds[row], 1e-3) for row in ("total", "label"))
    again, memory = recipe.seconds["total"] / second.seconds["total"], first.peak_mib / recipe.peak_mib
    goals = [
        ("total at least 2.5 times faster", f"{total:.1f}", total >= 2.5),
        ("labels at least 20 times faster", f"{label:.1f}", label >= 20),
        ("no stage slower", ", ".join(slower) or "none", not slower),
        ("other topic size: 20 times faster", f"{again:.1f}", again >= 20),
        ("memory at most 1.1 times the recipe's", f"{memory:.2f}", memory <= 1.1),
        ("number of topics within a factor of 1.5", f"{more_topics / fewer_topics:.2f}", more_topics <= 1.5 * fewer_topics),
        ("adjusted Rand index at most 0.02 lower", f"{rand_gain:+.3f}", rand_gain >= -0.02),
        ("no larger share unassigned", f"{more_unassigned:+.1%}", more_unassigned <= 0),
    ]
    print("\nGoals:")
    for goal, measured, is_met in goals:
        print(f"  {'met    ' if is_met else 'NOT MET'} {goal:42}{measured}")


def machine() -> str:
    model = platform.processor() or platform.machine()
    cpu_info = Path("/proc/cpuinfo")
    if cpu_info.is_file():
        model = next((line.split(":")[1].strip() for line in cpu_info.read_text().splitlines() if line.startswith("model name")), model)
    return f"{model}, {os.cpu_count()} cores, {psutil.virtual_memory().total / 2**30:.0f} GiB"


def key_of(job: Job) -> str:
    return json.dumps(asdict(job), sort_keys=True)


def kept_figures() -> dict[str, Any]:
    return json.loads(FIGURES.read_text("utf-8")) if FIGURES.is_file() else {}


def remember(job: Job, recipe: Outcome, first: Outcome, second: Outcome, third: Outcome, measured: dict[str, str]) -> None:
    """Keep the figures, the recipe's above all: on 4,000 abstracts it takes up to 25 minutes."""
    figures = {"measured": measured, "recipe": asdict(recipe), "first": asdict(first), "second": asdict(second), "unchanged": asdict(third)}
    FIGURES.write_text(json.dumps(kept_figures() | {key_of(job): figures}, indent=1), "utf-8")


if __name__ == "__main__":
    main()
