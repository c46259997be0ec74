"""An Analysis drawn as a matplotlib Figure, the same code for the pane and the file; no pyplot, no Qt."""
