"""An import's run: rows into commands, in batches, with what became of each."""
