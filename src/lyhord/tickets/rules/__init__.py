"""Rules: when this happens and that holds, do these. They follow the log, so that a faulty one never holds up a message."""
