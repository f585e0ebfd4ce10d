"""Drafts that colleagues see as they are written, and may go on with."""
