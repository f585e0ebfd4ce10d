"""What a message says beyond its words: in which language it is written. It follows the log; nobody who writes waits for it."""
