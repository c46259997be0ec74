"""The stages of an analysis, each a pure function from arrays and settings to arrays or frozen dataclasses."""
