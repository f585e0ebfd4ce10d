"""Reviews: a colleague's finished work, looked at by a score card, and what the agent says to it."""
