"""Labels a second: the same prompts one by one through llama_cpp.Llama, and through our decoder (`make bench PART=labels`).

Each side is a process of its own, measured from inside once its model is loaded; `Llama` in the environment that a user has,
with its own reuse of a common prefix. `--busy` runs the same again beside processes that keep as many cores busy.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import os
import random
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).parents[2]
ARXIV = REPOSITORY.parent / "shared" / "data" / "arxiv_ml_lg_stat.csv.gz"
N_NEW_TOKENS = 24
PENALTY = 1.1
OWN_TOKENS = range(350, 401)


def main() -> None:
    options = read_options()
    if options.side:
        print(json.dumps(measure(options.side, options.language_model, json.loads(sys.stdin.read()))))
        return
    prompts = draw_prompts(options.language_model, options.prompts)
    n_shared = shared(prompts)
    own = [len(prompt) - n_shared for prompt in prompts]
    lengths = f"{n_shared} tokens shared by all and {min(own)} to {max(own)} of their own"
    print(f"{len(prompts)} prompts, {lengths}; {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    compare(options, prompts, 0)
    if options.busy:
        compare(options, prompts, options.busy)


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--prompts", type=int, default=24)
    parser.add_argument("--busy", type=int, default=0, help="then once more beside so many busy processes")
    parser.add_argument("--whole", action="store_true", help="also what single parts of the gain are worth; twice as long")
    parser.add_argument("--language-model", type=Path, default=REPOSITORY / "models" / "SmolLM2-135M-Instruct.Q4_1.gguf")
    parser.add_argument("--side", choices=list(MEASURES), help=argparse.SUPPRESS)
    return parser.parse_args()


# --- the prompts ----------------------------------------------------------------------------------------------------


def draw_prompts(model_path: Path, n_prompts: int) -> list[list[int]]:
    """Chat prompts with the article's words about four texts each, cut so that each has 350 to 400 tokens of its own."""
    from topicdesk.llm.decoder import LanguageModel
    from topicdesk.llm.prompt import PROFILES, build_prompt

    texts = draw_texts(4 * n_prompts)
    with LanguageModel(model_path, may_widen=False) as model:
        groups = [texts[start : start + 4] for start in range(0, len(texts), 4)]
        prompts = [list(build_prompt(PROFILES["chat"], frequent_words(group), group, model, 320).tokens) for group in groups]
    n_shared = shared(prompts)
    wrong = [len(prompt) - n_shared for prompt in prompts if len(prompt) - n_shared not in OWN_TOKENS]
    if wrong:
        raise SystemExit(f"Prompts with {wrong} tokens of their own are not what this is about.")
    return prompts


def draw_texts(n_texts: int) -> list[str]:
    """Abstracts of arXiv where they lie beside the repository, else texts of the sample corpus, all long enough."""
    if ARXIV.is_file():
        with gzip.open(ARXIV, "rt", encoding="utf-8", newline="") as stream:
            texts = [row["abstract"] for row in csv.DictReader(stream)]
    else:
        folder = REPOSITORY / ".cache" / "bench"
        subprocess.run([sys.executable, "-P", "-m", "topicdesk", "sample", str(folder)], check=True)
        with (folder / "sample.csv").open(encoding="utf-8", newline="") as stream:
            texts = [row["text"] for row in csv.DictReader(stream)]
    return random.Random(7).sample([text for text in texts if len(text) > 600], n_texts)


def frequent_words(texts: list[str]) -> list[str]:
    words = Counter(word for text in texts for word in re.findall(r"[a-z]{6,}", text.lower()))
    return [word for word, _ in words.most_common(10)]


def shared(prompts: list[list[int]]) -> int:
    return next(i for i, tokens in enumerate(zip(*prompts)) if len(set(tokens)) > 1)


# --- the sides ------------------------------------------------------------------------------------------------------


def measure(side: str, model_path: Path, prompts: list[list[int]]) -> dict[str, float]:
    """Seconds and processor seconds of one side, its model loaded before."""
    run = MEASURES[side](model_path)
    run(prompts[:1])
    started, cpu_started = time.perf_counter(), time.process_time()
    n_new_tokens = run(prompts)
    return {"seconds": time.perf_counter() - started, "cpu_seconds": time.process_time() - cpu_started, "new_tokens": n_new_tokens / len(prompts)}


def one_by_one(reuses_prefix: bool, **more: Any) -> Callable[[Path], Callable[[list[list[int]]], int]]:
    def load(model_path: Path) -> Callable[[list[list[int]]], int]:
        from llama_cpp import Llama

        llama = Llama(str(model_path), n_ctx=4096, verbose=False, **more)

        def run(prompts: list[list[int]]) -> int:
            n_tokens = 0
            for prompt in prompts:
                if not reuses_prefix:
                    llama.reset()
                answer = llama.create_completion(prompt, max_tokens=N_NEW_TOKENS, temperature=0, stop=["\n"], repeat_penalty=PENALTY)
                n_tokens += answer["usage"]["completion_tokens"]
            return n_tokens

        return run

    return load


def ours(n_parallel: int, may_widen: bool) -> Callable[[Path], Callable[[list[list[int]]], int]]:
    def load(model_path: Path) -> Callable[[list[list[int]]], int]:
        from topicdesk.llm.decoder import LanguageModel

        model = LanguageModel(model_path, may_widen=may_widen)
        return lambda prompts: sum(answer.n_new_tokens for answer in model.answer(prompts, N_NEW_TOKENS, PENALTY, n_parallel))

    return load


MEASURES = {
    "Llama, nothing reused": one_by_one(reuses_prefix=False),
    "Llama, prefix reused": one_by_one(reuses_prefix=True),
    "Llama, prefix reused, all cores": one_by_one(reuses_prefix=True, n_threads=os.cpu_count()),
    "ours, one sequence, the file's weights": ours(1, may_widen=False),
    "ours, 8 sequences, the file's weights": ours(8, may_widen=False),
    "ours": ours(8, may_widen=True),
}
BASELINE, OURS = "Llama, prefix reused", "ours"


def compare(options: argparse.Namespace, prompts: list[list[int]], n_busy: int) -> None:
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(n_busy)]
    print(f"\nbeside {n_busy} busy processes" if n_busy else "")
    print(f"{'':42}{'s a label':>10}{'core s a label':>16}{'new tokens':>12}{'labels a second, ratio':>25}{'by core s':>11}")
    sides = list(MEASURES) if options.whole and not n_busy else [BASELINE, OURS]
    seconds: dict[str, dict[str, float]] = {}
    try:
        for side in sides:
            command = [sys.executable, str(Path(__file__)), "--side", side, "--language-model", str(options.language_model)]
            done = subprocess.run(command, input=json.dumps(prompts), capture_output=True, text=True, check=True)
            seconds[side] = json.loads(done.stdout)
    finally:
        for process in busy:
            process.kill()
            process.wait()
    base = seconds[BASELINE]
    for side, found in seconds.items():
        ratio, by_cpu = base["seconds"] / found["seconds"], base["cpu_seconds"] / found["cpu_seconds"]
        each = f"{found['seconds'] / len(prompts):10.2f}{found['cpu_seconds'] / len(prompts):16.2f}{found['new_tokens']:12.1f}"
        print(f"{side:42}{each}{ratio:25.2f}{by_cpu:11.2f}", flush=True)
    ratio = base["seconds"] / seconds[OURS]["seconds"]
    print(f"  {'met    ' if ratio >= 2 else 'NOT MET'} at least 2 times the labels per second: {ratio:.1f}")


if __name__ == "__main__":
    main()
