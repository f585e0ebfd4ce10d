"""Imports: contacts from a CSV file, row by row. What a file says is nobody's proof: it merges nobody and verifies nothing."""
