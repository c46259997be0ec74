"""The project file: documents, cached results, analyses, labels and edits in one SQLite database."""
