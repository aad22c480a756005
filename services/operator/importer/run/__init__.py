"""An import's run: a file's rows become commands, batch by batch, and each row has one outcome."""
