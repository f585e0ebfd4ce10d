"""Canned replies: texts with variables that agents put into what they write."""
