"""Boards that come by mail: which, to whom, when; the letter, its sheets and its PDF."""
