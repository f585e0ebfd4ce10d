"""Kinds of tickets: what the work is. A list of the workspace, which begins with ours."""
