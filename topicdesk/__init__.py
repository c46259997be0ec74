"""TopicDesk: a private corpus becomes a labelled, annotated map of its topics, on this computer alone."""

__version__ = "0.1.0"
