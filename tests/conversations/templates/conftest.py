"""A company with customers, and what its channel sent."""

from tests.conversations.conftest import desk

__all__ = ["desk"]
