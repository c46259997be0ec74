"""The one door: `python -m topicdesk` is the command `topicdesk`."""

from topicdesk.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
