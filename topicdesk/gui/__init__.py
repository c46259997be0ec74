"""The window: it shows and asks; only `Session` changes."""
