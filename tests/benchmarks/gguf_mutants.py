"""Mutants of the starter's header: none may crash or hang our checker, and what it passes must not stop llama.cpp's process.

    python -m tests.benchmarks.gguf_mutants [--mutants 10000] [--native 200] [--seed 1] [--first 0]

Each mutant follows from the seed and its number. Those that are passed are loaded natively in child processes, many in each:
where one dies, the mutant it had just begun counts as an abort and the next process goes on after it.
"""

from __future__ import annotations

import argparse
import collections
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from topicdesk.core.gguf import Malformed, parse_growing, read_header
from topicdesk.core.language_file import language_file_of

REPOSITORY = Path(__file__).parents[2]
STARTER = REPOSITORY / "models" / "SmolLM2-135M-Instruct.Q4_1.gguf"
LONGEST_SECONDS = 10.0  # for one mutant; beyond it the checker hangs
NATIVE_SECONDS = 60.0
TELLING = [0, 1, 2, 3, 7, 8, 9, 31, 32, 33, 255, 256, 2**15, 2**16, 2**31 - 1, 2**31, 2**32 - 1, 2**40, 2**62, 2**63 - 1, 2**63, 2**64 - 1]


@dataclass
class Outcome:
    """What became of the mutants."""

    n_mutants: int = 0
    passed: list[int] = field(default_factory=list)
    crashes: list[tuple[int, str]] = field(default_factory=list)
    slowest_seconds: float = 0.0
    reasons: collections.Counter[str] = field(default_factory=collections.Counter)


class Mutants:
    """The starter's header, changed in many ways."""

    def __init__(self, path: Path, seed: int) -> None:
        header = read_header(path)
        self.n_file_bytes = path.stat().st_size
        with path.open("rb") as stream:
            self.header, self.weights = stream.read(header.data_begins), stream.read()
        vocabulary = self.header.index(b"tokenizer.ggml.tokens"), self.header.index(b"tokenizer.ggml.bos_token_id")
        self._telling_places = [*range(vocabulary[0] + 60), *range(vocabulary[1], len(self.header))]
        self._seed = seed

    def make(self, number: int) -> tuple[bytes, int]:
        """The changed header, and how long the file is with it."""
        chance = random.Random(f"{self._seed}/{number}")
        changed = bytearray(self.header)
        for _ in range(chance.choice((1, 1, 1, 2, 4))):
            place = chance.choice(self._telling_places) if chance.random() < 0.75 else chance.randrange(len(self.header))
            self._change(changed, min(place, len(changed) - 9), chance)
        n_file_bytes = self.n_file_bytes + len(changed) - len(self.header)
        if chance.random() < 0.02:
            n_file_bytes = chance.randrange(n_file_bytes)
        return bytes(changed[:n_file_bytes]), n_file_bytes

    @staticmethod
    def _change(changed: bytearray, place: int, chance: random.Random) -> None:
        way, size = chance.randrange(6), chance.choice((1, 2, 4, 8))
        if way == 0:
            changed[place] ^= 1 << chance.randrange(8)
        elif way == 1:
            changed[place] = chance.randrange(256)
        elif way == 2:
            changed[place : place + size] = (chance.choice(TELLING) & ((1 << 8 * size) - 1)).to_bytes(size, "little")
        elif way == 3:
            value = int.from_bytes(changed[place : place + size], "little") + chance.choice((-1, 1, 8, -8))
            changed[place : place + size] = (value & ((1 << 8 * size) - 1)).to_bytes(size, "little")
        elif way == 4:
            del changed[place : place + size]
        else:
            changed[place:place] = changed[place : place + size]


def check_mutants(path: Path, numbers: Sequence[int], seed: int) -> Outcome:
    """Let the checker look at each mutant."""
    mutants, outcome = Mutants(path, seed), Outcome()
    for number in numbers:
        content, n_file_bytes = mutants.make(number)

        def begin_of_file(n_bytes: int, content: bytes = content) -> bytes:
            return (content + mutants.weights[: max(n_bytes - len(content), 0)])[:n_bytes]

        started = time.perf_counter()
        try:
            language_file_of(parse_growing(begin_of_file, n_file_bytes), n_file_bytes)
            outcome.passed.append(number)
        except Malformed as error:
            outcome.reasons[str(error).partition(":")[0][:40]] += 1
        except Exception as error:  # the very thing that must not happen
            outcome.crashes.append((number, repr(error)[:200]))
        outcome.slowest_seconds = max(outcome.slowest_seconds, time.perf_counter() - started)
        outcome.n_mutants += 1
    return outcome


def load_natively(path: Path, numbers: Sequence[int], seed: int) -> dict[int, str]:
    """How llama.cpp's process ends for each mutant: "loaded", "refused", or how it died."""
    ends: dict[int, str] = {}
    waiting = list(numbers)
    while waiting:
        command = [sys.executable, "-m", "tests.benchmarks.gguf_mutants", "--child", "--seed", str(seed), "--path", str(path), *map(str, waiting)]
        environment = os.environ | {"PYTHONPATH": str(REPOSITORY), "GGML_NO_BACKTRACE": "1"}
        try:
            child = subprocess.run(
                command, capture_output=True, text=True, cwd=REPOSITORY, env=environment, timeout=NATIVE_SECONDS + 2 * len(waiting), check=False
            )
            said, how = child.stdout, f"exit {child.returncode}: {child.stderr.strip()[-200:]}"
        except subprocess.TimeoutExpired as error:
            said, how = (error.stdout or b"").decode(), "hangs"
        lines = [line.split() for line in said.splitlines() if line.startswith("mutant ")]
        ends |= {int(number): end for _, number, end in lines if end != "begun"}
        if rest := [number for number in waiting if number not in ends]:
            ends[rest[0]] = how
        waiting = rest[1:]
    return ends


def _load_each(path: Path, numbers: Sequence[int], seed: int) -> None:
    """In the child process: write each mutant with the starter's weights, load it, let it answer."""
    from topicdesk.core.errors import TopicDeskError
    from topicdesk.llm.decoder import LanguageModel

    mutants = Mutants(path, seed)
    with tempfile.TemporaryDirectory() as folder:
        mutant_path = Path(folder) / "mutant.gguf"
        mutant_path.write_bytes(mutants.header + mutants.weights)
        for number in numbers:
            print(f"mutant {number} begun", flush=True)
            content, n_file_bytes = mutants.make(number)
            if len(content) == len(mutants.header) and mutant_path.stat().st_size == n_file_bytes:
                with mutant_path.open("r+b") as changed:
                    changed.write(content)
            else:
                mutant_path.write_bytes((content + mutants.weights)[:n_file_bytes])
            try:
                with LanguageModel(mutant_path, n_threads=1) as model:
                    list(model.answer([model.tokenize("Keywords: moon, rocket\nTopic label:", special=True) or [0]], 2))
                end = "loaded"
            except TopicDeskError:
                end = "refused"
            print(f"mutant {number} {end}", flush=True)


def main() -> int:
    """The command above. Ends with 1 where a rule is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mutants", type=int, default=10_000)
    parser.add_argument("--native", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--path", type=Path, default=STARTER)
    parser.add_argument("--child", action="store_true")
    parser.add_argument("numbers", type=int, nargs="*")
    chosen = parser.parse_args()
    if chosen.child:
        _load_each(chosen.path, chosen.numbers, chosen.seed)
        return 0
    language_file_of(read_header(chosen.path), chosen.path.stat().st_size)
    started = time.perf_counter()
    outcome = check_mutants(chosen.path, range(chosen.first, chosen.first + chosen.mutants), chosen.seed)
    seconds = time.perf_counter() - started
    print(f"{outcome.n_mutants:,} mutants in {seconds:.0f} s: {len(outcome.passed):,} passed, {len(outcome.crashes)} crashed the checker")
    print(f"  slowest {outcome.slowest_seconds:.2f} s; refused: {dict(outcome.reasons.most_common(6))}")
    for number, error in outcome.crashes[:10]:
        print(f"  mutant {number}: {error}")
    ends = load_natively(chosen.path, outcome.passed[: chosen.native], chosen.seed)
    aborts = {number: end for number, end in ends.items() if end not in ("loaded", "refused")}
    print(f"{len(ends)} of the passed ones loaded natively: {collections.Counter(end if end in ('loaded', 'refused') else 'aborted' for end in ends.values())}")
    for number, how in aborts.items():
        print(f"  mutant {number}: {how}")
    return int(bool(outcome.crashes) or outcome.slowest_seconds > LONGEST_SECONDS or len(aborts) * 100 > len(ends))


if __name__ == "__main__":
    sys.exit(main())
