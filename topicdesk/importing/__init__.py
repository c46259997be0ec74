"""Foreign files become a Corpus: one small reader a format, sniffing, the preview."""
