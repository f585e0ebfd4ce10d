"""Lyhord: one lifelong conversation between a company and each of its customers."""

__version__ = "0.1.0"
