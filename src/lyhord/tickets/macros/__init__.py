"""Macros: several steps on a conversation and its ticket, run by one key."""
