"""Surges: many people who write about one matter at once. One public update, one group, one answer, more hands; handed back at the end."""
