"""Reasons: why customers write. A tree of the workspace, a model that tells them, and what it learns from corrections."""
