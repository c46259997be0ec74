"""What all parts share: types, settings, events, words; standard library and numpy only."""
