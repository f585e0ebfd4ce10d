"""How much can be watched."""

MOST_WATCHED = 500
"""Conversations of one agent: all of them make up a list."""
