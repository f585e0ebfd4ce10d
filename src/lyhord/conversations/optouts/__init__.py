"""Opt-outs: who asked not to be written to through an inbox. What they asked for is kept as a consent of theirs, too."""
