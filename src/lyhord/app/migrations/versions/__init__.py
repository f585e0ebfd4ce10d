"""One file a step, numbered and named for what it does."""
