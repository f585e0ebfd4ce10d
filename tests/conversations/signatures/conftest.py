"""A company with customers."""

from tests.conversations.conftest import desk

__all__ = ["desk"]
