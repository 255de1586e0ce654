"""Command lines in, calls into the front door out: what `sada` can be asked to do."""
