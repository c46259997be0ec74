"""Two hundred kills of the engine at random points of a run, and what was lost (`make bench`; N=20 for fewer, SEED=1 for others)."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
sys.path.insert(0, str(REPOSITORY))
os.environ["PYTHONPATH"] = str(REPOSITORY)


def main() -> int:
    """Print the counts; 1 where anything was lost."""
    from tests.worker.kill_points import KillRange
    from tests.worker.nursery_client import Nursery

    with tempfile.TemporaryDirectory() as temporary, Nursery(Path(temporary), {"TOPICDESK_HOME": temporary}) as nursery:
        kill_range = KillRange(nursery, Path(temporary), seed=int(os.environ.get("SEED", "2026")))
        kill_range.kill_many(int(os.environ.get("N", "200")))
    print(kill_range.counts.in_words())
    return int(kill_range.counts.n_lost > 0)


if __name__ == "__main__":
    sys.exit(main())
