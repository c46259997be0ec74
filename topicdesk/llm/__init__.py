"""The local language model: prompts in, answers out; it knows nothing of topics."""
