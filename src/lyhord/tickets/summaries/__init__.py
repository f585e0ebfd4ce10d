"""Summaries: what whoever takes over a ticket has to know, in the words that were said."""
