"""How the contact feels, what they threaten, and whether they complain: heard in the words of one message."""
