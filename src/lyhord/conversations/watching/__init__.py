"""Agents who want to hear of a conversation that isn't theirs: they watch it. Screens say "follow"."""
