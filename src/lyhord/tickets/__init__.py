"""Tickets: the work to be done on a conversation, and the inbox lists."""
