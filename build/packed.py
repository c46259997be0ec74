"""The door of the packed program: it opens TopicDesk, and stands in for the interpreter of the child processes that TopicDesk starts.

Those are started as `sys.executable -P -m MODULE ...` and `-P -c CODE`; in a packed program sys.executable is the program itself.
"""

import multiprocessing
import runpy
import sys


def main() -> int:
    """Run what the arguments ask for."""
    multiprocessing.freeze_support()
    if sys.argv[1:3] == ["-P", "-m"]:
        module, sys.argv = sys.argv[3], [sys.argv[0], *sys.argv[4:]]
        runpy.run_module(module, run_name="__main__", alter_sys=True)
        return 0
    if sys.argv[1:3] == ["-P", "-c"]:
        exec(compile(sys.argv[3], "<child>", "exec"), {"__name__": "__main__"})
        return 0
    from topicdesk.cli import main as topicdesk

    return topicdesk()


if __name__ == "__main__":
    sys.exit(main())
