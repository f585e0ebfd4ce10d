"""Why tickets are there: concluded from what was heard in their messages, and said by people."""
