"""Service levels: what is promised for which tickets, and the clocks that run against it."""
